//! What a template sees: a closed set of values, built in one place.
//!
//! Only `page site tenant nav params strings` exist; content alone sees `vars`. What is not here cannot change a page.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::content::TocEntry;
use crate::language::Lang;
use crate::path::in_address;
use crate::theme::ParamValue;

/// Everything a page's template sees.
#[derive(Debug, Clone, Serialize)]
pub struct PageContext<'c> {
    /// The page.
    pub page: PageView<'c>,
    /// The site.
    pub site: SiteView<'c>,
    /// The tenant.
    pub tenant: TenantView<'c>,
    /// The navigation.
    pub nav: Vec<NavEntry<'c>>,
    /// The theme's parameters.
    pub params: Params<'c>,
    /// The theme's words in the page's language.
    pub strings: &'c IndexMap<String, String>,
}

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct PageView<'c> {
    /// Its path, the same in all languages.
    pub path: &'c str,
    /// Its title, plain.
    pub title: &'c str,
    /// The title of the window: the page's, and the tenant's name unless it is the same.
    pub full_title: Cow<'c, str>,
    /// A sentence for search engines, plain; may be empty.
    pub description: &'c str,
    /// Its language.
    pub lang: Lang,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// Its whole address; empty for the page of an error, which is shown under any.
    pub url: String,
    /// Whether it is the home page.
    pub is_home: bool,
    /// The date of the last update, `2026-11-20`.
    pub updated: Option<String>,
    /// The same in words of the page's language.
    pub updated_text: Option<String>,
    /// The text, HTML; it is handed to the template beside the other values, so that it is not copied.
    #[serde(skip)]
    pub body: String,
    /// The language of the text.
    pub body_lang: Lang,
    /// Its direction.
    pub body_dir: &'static str,
    /// Whether the text stands in for a missing translation.
    pub is_fallback: bool,
    /// The headings.
    pub toc: Cow<'c, [TocEntry]>,
    /// The languages in which the page exists, this one included.
    pub translations: Vec<Translation>,
    /// The pages above this one, the home page first; empty on the home page.
    pub breadcrumb: Vec<Breadcrumb<'c>>,
    /// Parameters of the front matter.
    pub params: IndexMap<&'c str, &'c str>,
}

/// The page in a language.
#[derive(Debug, Clone, Serialize)]
pub struct Translation {
    /// The language.
    pub lang: Lang,
    /// Its direction.
    pub dir: &'static str,
    /// Its own name for itself.
    pub name: String,
    /// The address as the page writes it.
    pub url: String,
    /// The whole address.
    pub absolute: String,
    /// Whether it is this page.
    pub current: bool,
    /// Whether it stands in for a missing translation, and so is none.
    pub is_fallback: bool,
}

/// A page above this one.
#[derive(Debug, Clone, Serialize)]
pub struct Breadcrumb<'c> {
    /// Its title.
    pub title: &'c str,
    /// Its address as the page writes it.
    pub url: String,
}

/// The site.
#[derive(Debug, Clone, Serialize)]
pub struct SiteView<'c> {
    /// Where it is published.
    pub base_url: &'c str,
    /// Its host.
    pub host: &'c str,
    /// The home page in this language, as the page writes it.
    pub home: String,
    /// The root of the site, as the page writes it: `./` or `../../`.
    pub root: String,
    /// The languages it serves.
    pub languages: &'c [Lang],
    /// Whether search engines are asked to stay away.
    pub noindex: bool,
    /// The tenant's own style sheet, as `asset(path="brand.css")` finds it.
    pub brand: Option<&'c BrandFile>,
}

/// A style sheet made for one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrandFile {
    /// Where it lies, seen from the root of the site.
    pub path: String,
    /// Its digest for the `integrity` attribute (W3C Subresource Integrity).
    pub integrity: String,
}

/// The tenant.
#[derive(Debug, Clone, Serialize)]
pub struct TenantView<'c> {
    /// Its id.
    pub id: &'c str,
    /// Its name.
    pub name: &'c str,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavEntry<'c> {
    /// Its title.
    pub title: &'c str,
    /// Its address as the page writes it.
    pub url: Cow<'c, str>,
    /// Whether it is this page.
    pub current: bool,
    /// Whether it leaves the site.
    pub external: bool,
}

/// Parameters as a page sees them: addresses of assets are written as the page writes them.
#[derive(Debug, Clone)]
pub struct Params<'c> {
    /// The parameters.
    pub values: &'c IndexMap<Arc<str>, ParamValue>,
    /// The root of the site, as the page writes it.
    pub root: String,
    /// The language of the page.
    pub lang: Lang,
}

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (name, value) in self.values {
            match value {
                ParamValue::Absent => map.serialize_entry(&**name, &None::<&str>)?,
                ParamValue::Bool(value) => map.serialize_entry(&**name, value)?,
                ParamValue::Plain(value) => map.serialize_entry(&**name, &**value)?,
                ParamValue::Text(text) => map.serialize_entry(&**name, &text.text(self.lang))?,
                ParamValue::Asset(path) => {
                    let mut asset = IndexMap::new();
                    let root = if self.root == "./" { "" } else { &self.root };
                    asset.insert("url", format!("{root}{}", in_address(path.as_str())));
                    map.serialize_entry(&**name, &asset)?;
                }
            }
        }
        map.end()
    }
}
