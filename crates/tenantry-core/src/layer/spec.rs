//! What one layer says, or several combined: every key optional, every value with its origin.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;

use crate::artifact::Encoding;
use crate::export::Format;
use crate::language::{Date, Lang};
use crate::layer::{BaseUrl, LocalText, Scalar, Sourced, UrlTemplate};
use crate::lint::{Profile, Rule};
use crate::name::{CookieId, ThemeName};
use crate::path::{OutputPath, PagePath};
use crate::register::RegisterSpec;
use crate::schema::choices_to_words;
use crate::schema::values::{PageWords, Params, Vars};

/// The words of a layer; [`super::KEYS`] tells who may say which.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default)]
pub struct LayerSpec {
    /// The tenant's name.
    #[schemars(regex(pattern = r"^[^\n]+$"))]
    pub name: Option<Sourced<Arc<str>>>,
    /// Where the site is published.
    pub base_url: Option<Sourced<BaseUrl>>,
    /// The same for an environment, with words to fill in; it wins over `base_url`.
    #[schemars(skip)]
    pub base_url_template: Option<Sourced<UrlTemplate>>,
    /// The addresses that the policies speak of.
    #[schemars(with = "Vec<BaseUrl>")]
    pub covers: Option<Sourced<Vec<Arc<str>>>>,
    /// The languages served.
    #[schemars(length(min = 1, max = 64), extend("uniqueItems" = true))]
    pub languages: Option<Sourced<Vec<Lang>>>,
    /// The theme.
    pub theme: Option<Sourced<ThemeName>>,
    /// Parameters of the theme, unchecked: only the theme knows their types.
    #[schemars(with = "Params")]
    pub params: IndexMap<Arc<str>, Sourced<Scalar>>,
    /// Values for content.
    #[schemars(with = "Vars")]
    pub vars: Arc<IndexMap<Arc<str>, LocalText>>,
    /// Navigation.
    pub nav: NavSpec,
    /// Pages changed or removed.
    #[schemars(with = "IndexMap<PagePath, PageWords>")]
    pub pages: IndexMap<PagePath, PageSpec>,
    /// What becomes of a page without a translation.
    pub missing_translation: Option<Sourced<MissingTranslation>>,
    /// Providers, cookies, categories, tables, labels.
    #[schemars(flatten)]
    pub register: Arc<RegisterSpec>,
    /// Profiles of rules.
    #[schemars(extend("examples" = [["fr"]]))]
    pub profile: Option<Sourced<Vec<Profile>>>,
    /// Exceptions to rules.
    #[schemars(with = "Vec<LintException>")]
    pub lint_allow: Option<Sourced<Arc<[LintException]>>>,
    /// Publish targets.
    pub publish: IndexMap<Arc<str>, TargetSpec>,
    /// Environments.
    #[schemars(rename = "env")]
    pub environments: IndexMap<Arc<str>, EnvironmentSpec>,
    /// Whether search engines are asked to leave the site out.
    pub noindex: Option<Sourced<bool>>,
    /// Forms of others that the register is published in.
    #[schemars(extend("examples" = [["klaro"]]))]
    pub exports: Option<Sourced<Vec<Format>>>,
    /// Files compressed ahead.
    #[schemars(extend("examples" = [["gzip", "brotli"]]))]
    pub precompress: Option<Sourced<Vec<Encoding>>>,
    /// Domains that tenants must lie in.
    #[schemars(extend("examples" = [["example.org"]]))]
    pub domains: Option<Sourced<Vec<Arc<str>>>>,
    /// Whether the tenants below are trusted.
    pub trust_tenants: Option<Sourced<bool>>,
    /// Hosts and ids of other tenants that sites may name.
    #[schemars(extend("examples" = [["data.example.org"]]))]
    pub allow_mentions: Option<Sourced<Vec<Arc<str>>>>,
    /// Sign-off.
    pub review: Option<Sourced<Scalar>>,
    /// Tenants from a file.
    #[schemars(example = "tenants.csv")]
    pub roster: Option<Sourced<Arc<str>>>,
}

/// What becomes of a page that has no text in a language that its tenant serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(rename_all = "lowercase", transform = choices_to_words)]
pub enum MissingTranslation {
    /// It is left out in that language, with a warning.
    #[default]
    Skip,
    /// It is shown in another language, with a notice.
    Fallback,
    /// It is an error.
    Error,
}

impl MissingTranslation {
    /// The words of the key.
    pub const WORDS: &'static [&'static str] = &["skip", "fallback", "error"];

    /// The meaning of a word.
    pub fn from_word(word: &str) -> Option<MissingTranslation> {
        match word {
            "skip" => Some(MissingTranslation::Skip),
            "fallback" => Some(MissingTranslation::Fallback),
            "error" => Some(MissingTranslation::Error),
            _ => None,
        }
    }
}

/// `[nav]`: without it, the pages whose front matter says `nav`, in that order.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct NavSpec {
    /// The whole list, in place of the inherited one.
    pub items: Option<Sourced<Vec<Sourced<NavItem>>>>,
    /// Entries to add at the end, those of the nearest layer last.
    pub add: Vec<Sourced<NavItem>>,
    /// Pages to leave out.
    pub drop: Vec<Sourced<PagePath>>,
}

impl NavSpec {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.items.is_none() && self.add.is_empty() && self.drop.is_empty()
    }
}

/// One entry of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NavItem {
    /// A page of the site, under its own title.
    Page(PagePath),
    /// A link to elsewhere.
    Link(NavLink),
}

/// A link of the navigation that leaves the site.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NavLink {
    /// What it is called.
    #[schemars(default)]
    pub title: LocalText,
    /// Where it leads.
    #[schemars(example = "https://example.org/")]
    pub url: Sourced<Arc<str>>,
}

/// `[pages.PATH]`: what a layer says of a page without copying it.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct PageSpec {
    /// `false` removes the page; a nearer `true` brings it back.
    #[schemars(skip)]
    pub enabled: Option<Sourced<bool>>,
    /// Replaces the title.
    pub title: LocalText,
    /// Replaces the description.
    pub description: LocalText,
    /// Replaces the date of the last update; written without quotation marks.
    pub updated: Option<Sourced<Date>>,
    /// Replaces the order in the navigation.
    pub nav: Option<Sourced<i64>>,
    /// Replaces the last segment of the address.
    pub slug: LocalText,
    /// Replaces the template: one of the theme's, without `.html`.
    pub template: Option<Sourced<Arc<str>>>,
    /// Replaces the former addresses.
    #[schemars(with = "Vec<String>")]
    pub aliases: Option<Sourced<Vec<OutputPath>>>,
}

/// `[env.NAME]`: what changes in an environment.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct EnvironmentSpec {
    /// Where the sites of this environment are published, with `{tenant}`, `{domain}` or `{group}` in it.
    pub base_url: Option<Sourced<UrlTemplate>>,
    /// Whether search engines are asked to leave the sites out.
    pub noindex: Option<Sourced<bool>>,
    /// Parameters of the theme.
    #[schemars(with = "Params")]
    pub params: IndexMap<Arc<str>, Sourced<Scalar>>,
    /// Values for content.
    #[schemars(with = "Vars")]
    pub vars: IndexMap<Arc<str>, LocalText>,
}

/// `[publish.NAME]`: a target. Its fields are checked when a tenant is settled; a layer that sets `kind` starts the
/// target afresh.
#[derive(Debug, Clone, Default)]
pub struct TargetSpec {
    /// The fields as written.
    pub fields: IndexMap<Arc<str>, Sourced<Scalar>>,
}

/// An exception to a rule.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LintException {
    /// The rule's id.
    #[schemars(with = "String")]
    pub rule: Sourced<&'static Rule>,
    /// Why it does not apply.
    #[schemars(length(min = 1))]
    pub reason: Sourced<Arc<str>>,
    /// Only for these tenants.
    #[schemars(default, with = "Vec<String>")]
    pub tenants: Vec<Sourced<Arc<str>>>,
    /// Only for these cookies.
    #[schemars(default, with = "Vec<String>")]
    pub cookies: Vec<Sourced<CookieId>>,
}
