//! A site put together: links, titles and navigation, and from them what each page's template sees.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::content::{Filling, TextTemplate, fill_text};
use crate::diagnostic::Diagnostic;
use crate::language::{Date, Lang, Words};
use crate::layer::Sourced;
use crate::path::PagePath;
use crate::register::TableHtml;
use crate::site::context::{
    BrandFile, Breadcrumb, NavEntry, PageContext, PageView, Params, SiteView, TenantView, Translation,
};
use crate::site::navigation::{Entry, navigation};
use crate::site::values::PageValues;
use crate::site::{ContentIndex, LinkStyle, Links, Page, Tenant, Viewpoint};
use crate::source::Place;
use crate::theme::ParamValue;

/// Longest title or description, in bytes: they stand in the navigation of every page.
const LONGEST_TITLE: usize = 16 << 10;

/// Everything about one tenant's site that its pages share.
#[derive(Debug)]
pub struct Site<'s> {
    /// The tenant.
    pub tenant: &'s Tenant,
    /// Its pages, by address.
    pub pages: &'s [Page],
    /// Its content.
    pub content: &'s ContentIndex,
    /// Its cookie tables by language, in order, those without rows left out.
    pub tables: &'s BTreeMap<Lang, Arc<Vec<TableHtml>>>,
    /// Ids of tables that exist but have no rows.
    pub empty_tables: &'s [String],
    /// The theme's parameters.
    pub params: &'s IndexMap<Arc<str>, ParamValue>,
    /// Where links lead.
    pub links: Links<'s>,
    navigation: BTreeMap<Lang, Vec<Entry<'s>>>,
    titles: Vec<(String, String)>,
}

/// What the theme adds to a page's context.
#[derive(Debug, Clone, Copy)]
pub struct Look<'c> {
    /// Its words in the page's language.
    pub strings: &'c IndexMap<String, String>,
    /// The tenant's own style sheet.
    pub brand: Option<&'c BrandFile>,
}

/// What a site is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'s> {
    /// The tenant.
    pub tenant: &'s Tenant,
    /// Its pages.
    pub pages: &'s [Page],
    /// Its content.
    pub content: &'s ContentIndex,
    /// Its cookie tables by language.
    pub tables: &'s BTreeMap<Lang, Arc<Vec<TableHtml>>>,
    /// Ids of tables without rows.
    pub empty_tables: &'s [String],
    /// The theme's parameters.
    pub params: &'s IndexMap<Arc<str>, ParamValue>,
}

impl<'s> Site<'s> {
    /// Puts a site together: links, titles, navigation. `None` if something is wrong, which is in `diagnostics`.
    pub fn new(parts: Parts<'s>, diagnostics: &mut Vec<Diagnostic>) -> Option<Site<'s>> {
        let Parts { tenant, pages, content, tables, empty_tables, params } = parts;
        let before = diagnostics.len();
        let table_ids: BTreeSet<String> =
            tables.values().flat_map(|tables| tables.iter()).map(|table| table.id.clone()).collect();
        let links = Links::new(tenant, pages, content, table_ids);
        let mut navigations = BTreeMap::new();
        for lang in &tenant.languages {
            navigations.insert(*lang, navigation(tenant, pages, (&links, *lang), diagnostics));
        }
        let mut site = Site {
            tenant,
            pages,
            content,
            tables,
            empty_tables,
            params,
            links,
            navigation: navigations,
            titles: Vec::new(),
        };
        site.titles = pages.iter().map(|page| site.title_and_description(page, diagnostics)).collect();
        let failed = diagnostics[before..].iter().any(Diagnostic::is_error);
        (!failed).then_some(site)
    }

    fn title_and_description(&self, page: &Page, diagnostics: &mut Vec<Diagnostic>) -> (String, String) {
        let values = PageValues { site: self, page, style: LinkStyle::Relative };
        let front = &page.document.front;
        let mut fill = |written: Option<&Sourced<TextTemplate>>, setting: Option<&str>| match (setting, written) {
            (Some(setting), _) => setting.to_owned(),
            (None, None) => String::new(),
            (None, Some(template)) => {
                fill_text(&template.value, &values, LONGEST_TITLE).unwrap_or_else(|(span, unfilled)| {
                    let place = Place::new(&page.document.body.source, span);
                    diagnostics
                        .push(Diagnostic::error("cannot-fill", unfilled.message).at(place).hint_maybe(unfilled.hint));
                    String::new()
                })
            }
        };
        let title = fill(front.title.as_ref(), page.settings.title.text(page.lang));
        let description = fill(front.description.as_ref(), page.settings.description.text(page.lang));
        (title, description)
    }

    pub(super) fn title(&self, index: usize) -> &str {
        self.titles.get(index).map_or("", |(title, _)| title)
    }

    /// The title and the description of a page, once they are known.
    pub(super) fn words_of(&self, page: &Page) -> Option<&(String, String)> {
        self.titles.get(self.index_of(page))
    }

    pub(super) fn index_of(&self, page: &Page) -> usize {
        self.links.index(page).unwrap_or(usize::MAX)
    }

    /// What the template of a page sees, given the page's filled text.
    pub fn context<'c>(&'c self, page: &Page, filling: Filling, look: Look<'c>) -> PageContext<'c> {
        self.surrounded(Viewpoint::Page(page), self.page_view(page, filling), look)
    }

    /// A page's view with what stands around every page of the site.
    pub(super) fn surrounded<'c>(&'c self, from: Viewpoint<'_>, page: PageView, look: Look<'c>) -> PageContext<'c> {
        let Look { strings, brand } = look;
        let root = self.links.root_from(from);
        PageContext {
            page,
            site: SiteView {
                base_url: self.tenant.base_url.as_str(),
                host: self.tenant.base_url.host(),
                home: self.home(from),
                root: root.clone(),
                languages: self.tenant.languages.clone(),
                noindex: self.tenant.noindex,
                brand,
            },
            tenant: TenantView { id: self.tenant.identity.id.as_str(), name: &self.tenant.name },
            nav: self.nav(from),
            params: Params { values: self.params, root, lang: from.lang() },
            strings,
        }
    }

    fn home(&self, from: Viewpoint<'_>) -> String {
        let home = self.links.page(&PagePath::home(), from.lang());
        self.links.seen_from(from, home.map_or("", |home| &home.address))
    }

    fn page_view(&self, page: &Page, filling: Filling) -> PageView {
        let index = self.index_of(page);
        let updated = page.updated();
        let date_words = |date: Date| Words::or_english(page.lang).date(date);
        let params = page.document.front.params.iter();
        PageView {
            path: page.path.to_string(),
            title: self.title(index).to_owned(),
            description: self.titles.get(index).map_or_else(String::new, |(_, description)| description.clone()),
            lang: page.lang,
            dir: page.lang.direction().as_str(),
            url: self.tenant.base_url.join(&page.address),
            is_home: page.path.is_home(),
            updated: updated.map(|date| date.to_string()),
            updated_text: updated.map(date_words),
            body: filling.html,
            body_lang: page.document_lang,
            body_dir: page.document_lang.direction().as_str(),
            is_fallback: page.lang != page.document_lang,
            toc: filling.toc,
            translations: self.translations(&page.path, Viewpoint::Page(page)),
            breadcrumb: self.breadcrumb(page),
            params: params
                .filter_map(|(name, value)| Some((name.to_string(), value.value.as_text()?.to_owned())))
                .collect(),
        }
    }

    /// A page in the languages that it exists in.
    pub(super) fn translations(&self, path: &PagePath, from: Viewpoint<'_>) -> Vec<Translation> {
        let same = |lang: &Lang| self.pages.iter().find(|other| other.path == *path && other.lang == *lang);
        self.tenant
            .languages
            .iter()
            .filter_map(same)
            .map(|other| Translation {
                lang: other.lang,
                dir: other.lang.direction().as_str(),
                name: other.lang.native_name().map_or_else(|| other.lang.to_string(), str::to_owned),
                url: self.links.seen_from(from, &other.address),
                absolute: self.tenant.base_url.join(&other.address),
                current: other.lang == from.lang(),
                is_fallback: other.lang != other.document_lang,
            })
            .collect()
    }

    /// The pages whose addresses are above the page's own, in its language.
    fn breadcrumb(&self, page: &Page) -> Vec<Breadcrumb> {
        let above = |other: &&(usize, &Page)| {
            other.1.lang == page.lang
                && other.1.address.len() < page.address.len()
                && page.address.starts_with(&other.1.address)
        };
        if page.path.is_home() {
            return Vec::new();
        }
        let mut ancestors: Vec<(usize, &Page)> =
            self.pages.iter().enumerate().collect::<Vec<_>>().iter().filter(above).copied().collect();
        ancestors.sort_by_key(|(_, other)| other.address.len());
        let crumb = |(index, other): (usize, &Page)| Breadcrumb {
            title: self.title(index).to_owned(),
            url: self.links.address(page, &other.address, LinkStyle::Relative),
        };
        ancestors.into_iter().map(crumb).collect()
    }

    fn nav(&self, from: Viewpoint<'_>) -> Vec<NavEntry> {
        let entries = self.navigation.get(&from.lang()).map(Vec::as_slice).unwrap_or_default();
        let current = |target: &Page| matches!(from, Viewpoint::Page(page) if target.path == page.path && target.lang == page.lang);
        let entry = |entry: &Entry<'_>| match entry {
            Entry::Page(target) => NavEntry {
                title: self.title(self.index_of(target)).to_owned(),
                url: self.links.seen_from(from, &target.address),
                current: current(target),
                external: false,
            },
            Entry::Link(title, url) => {
                NavEntry { title: title.clone(), url: url.clone(), current: false, external: true }
            }
        };
        entries.iter().map(entry).collect()
    }
}
