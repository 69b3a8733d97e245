//! What a site publishes beside its pages, as data: the page of an error, the sitemap, former addresses.

use std::collections::BTreeSet;

use crate::artifact::{AliasKind, Redirect, SitemapPage, alias_page};
use crate::content::Outline;
use crate::language::{Date, Lang};
use crate::path::{OutputPath, PagePath};
use crate::site::context::{Breadcrumb, PageContext, PageView};
use crate::site::{Look, Page, Site, Viewpoint};

/// A former address of a page.
#[derive(Debug)]
pub struct Alias<'s> {
    /// The page that took its place.
    pub page: &'s Page,
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
        let home = self.links.page(&PagePath::home(), lang);
        let breadcrumb = home.map(|home| Breadcrumb {
            title: self.title(self.index_of(home)).to_owned(),
            url: self.links.seen_from(from, &home.address),
        });
        let page = PageView {
            path: "404".into(),
            title: look.strings.get(NOT_FOUND_TITLE).map_or("404", String::as_str).to_owned(),
            description: String::new(),
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
            toc: Vec::new(),
            translations: self.translations(&PagePath::home(), from),
            breadcrumb: breadcrumb.into_iter().collect(),
            params: indexmap::IndexMap::new(),
        };
        self.surrounded(from, page, look)
    }

    /// The file of that page: `404.html`, and `en/404.html` for other languages than the default one.
    pub fn not_found_file(&self, lang: Lang) -> OutputPath {
        let is_default = lang == self.tenant.default_language();
        OutputPath::generated(if is_default { "404.html".into() } else { format!("{lang}/404.html") })
    }

    /// The pages of the sitemap, by address. A page that stands in for a missing translation is none of its own.
    pub fn sitemap_pages(&self) -> Vec<SitemapPage> {
        let own = self.pages.iter().filter(|page| page.lang == page.document_lang);
        own.map(|page| {
            let translations = self.translations(&page.path, Viewpoint::Page(page));
            let translations = translations.into_iter().filter(|other| !other.is_fallback);
            let translations: Vec<(Lang, String)> = translations.map(|other| (other.lang, other.absolute)).collect();
            let default = self.tenant.default_language();
            SitemapPage {
                url: self.tenant.base_url.join(&page.address),
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
        for page in self.pages {
            aliases.extend(page.aliases().iter().map(|address| self.alias(page, address)));
        }
        aliases
    }

    fn alias(&self, page: &'s Page, address: &'s OutputPath) -> Alias<'s> {
        let file = match AliasKind::of(address) {
            AliasKind::Folder(index) => Some(index),
            AliasKind::Page => Some(address.clone()),
            AliasKind::Other => None,
        };
        let file = file.map(|file| {
            let depth = file.as_str().matches('/').count();
            let relative = format!("{}{}", "../".repeat(depth), crate::path::in_address(&page.address));
            let relative = if relative.is_empty() { "./".to_owned() } else { relative };
            let title = self.title(self.index_of(page));
            let text = alias_page((page.lang, title), &relative, &self.tenant.base_url.join(&page.address));
            (file, text)
        });
        let redirect = Redirect { from: address.clone(), to: self.tenant.base_url.rooted(&page.address) };
        Alias { page, address, file, redirect }
    }

    /// The newest date of a page that shows a cookie table.
    pub fn register_date(&self) -> Option<Date> {
        self.pages.iter().filter(|page| self.shows_tables(page)).filter_map(Page::updated).max()
    }

    fn shows_tables(&self, page: &Page) -> bool {
        let mut open = vec![page.document.as_ref()];
        let mut seen = BTreeSet::new();
        while let Some(document) = open.pop() {
            for outline in &document.body.outline {
                match outline {
                    Outline::CookieTable(..) | Outline::CookieTables(..) => return true,
                    Outline::Include(name) if seen.insert(name) => {
                        let part = self.content.part(name, page.document_lang);
                        open.extend(part.and_then(|version| version.document.as_deref()));
                    }
                    Outline::Include(_) | Outline::Heading(_) => {}
                }
            }
        }
        false
    }
}
