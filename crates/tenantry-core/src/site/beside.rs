//! What a site publishes beside its pages, as data: the page of an error, the sitemap, former addresses.

use std::borrow::Cow;

use crate::artifact::{AliasKind, Redirect, SitemapPage, alias_page};
use crate::digest::{Digest, Digester};
use crate::language::{Date, Lang};
use crate::path::{OutputPath, PagePath};
use crate::site::context::{Breadcrumb, PageContext, PageView};
use crate::site::{Look, Page, Site, Viewpoint, full_title};

/// A former address of a page.
#[derive(Debug)]
pub struct Alias<'s> {
    /// The number of the page that took its place.
    pub index: usize,
    /// The address.
    pub address: &'s OutputPath,
    /// The file that leads on from it, with its text; `None` where no page can stand in for it.
    pub file: Option<(OutputPath, String)>,
    /// The same as a rule for hosts.
    pub redirect: Redirect,
}

/// The words of the theme that title the page of an error.
const NOT_FOUND_TITLE: &str = "not_found_title";

impl<'s> Site<'s> {
    /// What the template of the page sees that hosts show for an address that leads nowhere.
    pub fn not_found<'c>(&'c self, lang: Lang, look: Look<'c>) -> PageContext<'c> {
        let from = Viewpoint::Anywhere(lang);
        let home = self.blueprint.links.index_of(&PagePath::home(), lang);
        let breadcrumb = home
            .map(|home| Breadcrumb { title: self.title(home), url: self.seen_from(from, &self.pages()[home].address) });
        let page = PageView {
            path: "404",
            title: self.not_found_title(look),
            full_title: full_title(self.not_found_title(look), &self.tenant.name),
            description: "",
            lang,
            dir: lang.direction().as_str(),
            url: String::new(),
            is_home: false,
            updated: None,
            updated_text: None,
            body: String::new(),
            body_lang: lang,
            body_dir: lang.direction().as_str(),
            is_fallback: false,
            toc: Cow::default(),
            translations: self.translations(&PagePath::home(), from),
            breadcrumb: breadcrumb.into_iter().collect(),
            params: indexmap::IndexMap::new(),
        };
        self.surrounded(from, page, look)
    }

    /// Its title.
    pub fn not_found_title<'c>(&self, look: Look<'c>) -> &'c str {
        look.strings.get(NOT_FOUND_TITLE).map_or("404", String::as_str)
    }

    /// The file of that page: `404.html`, and `en/404.html` for other languages than the default one.
    pub fn not_found_file(&self, lang: Lang) -> OutputPath {
        let is_default = lang == self.tenant.default_language();
        OutputPath::generated(if is_default { "404.html".into() } else { format!("{lang}/404.html") })
    }

    /// The pages of the sitemap, by address. A page that stands in for a missing translation is none of its own.
    pub fn sitemap_pages(&self) -> Vec<SitemapPage> {
        let own = self.pages().iter().filter(|page| page.lang == page.document_lang);
        own.map(|page| {
            let translations = self.translations(&page.path, Viewpoint::Page(page));
            let translations = translations.into_iter().filter(|other| !other.is_fallback);
            let translations: Vec<(Lang, String)> = translations.map(|other| (other.lang, other.absolute)).collect();
            let default = self.tenant.default_language();
            SitemapPage {
                url: self.whole(&page.address),
                updated: page.updated(),
                otherwise: translations.iter().find(|(lang, _)| *lang == default).map(|(_, url)| url.clone()),
                translations,
            }
        })
        .collect()
    }

    /// The former addresses of all pages.
    pub fn aliases(&self) -> Vec<Alias<'s>> {
        let mut aliases = Vec::new();
        for (index, page) in self.pages().iter().enumerate() {
            aliases.extend(page.aliases().iter().map(|address| self.alias((index, page), address)));
        }
        aliases
    }

    fn alias(&self, (index, page): (usize, &'s Page), address: &'s OutputPath) -> Alias<'s> {
        let file = match AliasKind::of(address) {
            AliasKind::Folder(index) => Some(index),
            AliasKind::Page => Some(address.clone()),
            AliasKind::Other => None,
        };
        let file = file.map(|file| {
            let depth = file.as_str().matches('/').count();
            let relative = format!("{}{}", "../".repeat(depth), crate::path::in_address(&page.address));
            let relative = if relative.is_empty() { "./".to_owned() } else { relative };
            let title = self.title(index);
            let text = alias_page((page.lang, title), &relative, &self.whole(&page.address));
            (file, text)
        });
        let redirect = Redirect { from: address.clone(), to: self.tenant.base_url.rooted(&page.address) };
        Alias { index, address, file, redirect }
    }

    /// The newest date of a page that shows a cookie table.
    pub fn register_date(&self) -> Option<Date> {
        let pages = self.pages().iter().zip(&self.blueprint.drafts);
        pages.filter(|(_, draft)| draft.shows_tables()).filter_map(|(page, _)| page.updated()).max()
    }

    /// A digest of all that the sitemap says.
    pub fn sitemap_digest(&self) -> Digest {
        let mut digester = Digester::new();
        digester.put(self.whole("").as_bytes());
        self.tenant.languages.iter().for_each(|lang| digester.put(lang.as_str().as_bytes()));
        digester.put(self.blueprint.map.as_bytes());
        digester.finish()
    }

    /// A digest of what stands around the page of an error, but for the tenant itself.
    pub fn not_found_digest(&self, lang: Lang) -> Digest {
        self.blueprint.frame_anywhere(self.tenant, lang)
    }
}
