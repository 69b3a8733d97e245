//! A site put together: a blueprint with the values of its tenant, and from them what each page's template sees.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::content::{Filling, LinkStyle, fill_text};
use crate::diagnostic::Diagnostic;
use crate::digest::{Digest, Digester};
use crate::language::{Date, Lang, Words};
use crate::path::{PagePath, in_address};
use crate::register::TableHtml;
use crate::site::blueprint::{Blueprint, Words as Heading};
use crate::site::context::{
    BrandFile, Breadcrumb, NavEntry, PageContext, PageView, Params, SiteView, TenantView, Translation,
};
use crate::site::links::relative;
use crate::site::navigation::Entry;
use crate::site::values::PageValues;
use crate::site::{Page, Tenant};
use crate::source::Place;
use crate::theme::ParamValue;

/// Longest title or description, in bytes: they stand in the navigation of every page.
const LONGEST_TITLE: usize = 16 << 10;

/// Everything about one tenant's site that its pages share.
#[derive(Debug)]
pub struct Site<'s> {
    /// The tenant.
    pub tenant: &'s Tenant,
    /// What it has in common with others.
    pub blueprint: &'s Blueprint,
    /// Its cookie tables by language, in order, those without rows left out.
    pub tables: &'s BTreeMap<Lang, Arc<Vec<TableHtml>>>,
    /// Ids of tables that exist but have no rows.
    pub empty_tables: &'s [String],
    /// The theme's parameters.
    pub params: &'s IndexMap<Arc<str>, ParamValue>,
    /// The whole address of its root.
    root: String,
    /// Titles and descriptions.
    headings: Vec<(Cow<'s, str>, Cow<'s, str>)>,
}

/// Where an address is read from.
#[derive(Debug, Clone, Copy)]
pub enum Viewpoint<'p> {
    /// A page, which knows where it lies: addresses are relative to it.
    Page(&'p Page),
    /// A page that hosts show under any address, such as that of an error, in a language: addresses begin at the root
    /// of the host.
    Anywhere(Lang),
}

impl Viewpoint<'_> {
    /// The language.
    pub fn lang(self) -> Lang {
        match self {
            Viewpoint::Page(page) => page.lang,
            Viewpoint::Anywhere(lang) => lang,
        }
    }
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
    /// What it has in common with others.
    pub blueprint: &'s Blueprint,
    /// Its cookie tables by language.
    pub tables: &'s BTreeMap<Lang, Arc<Vec<TableHtml>>>,
    /// Ids of tables without rows.
    pub empty_tables: &'s [String],
    /// The theme's parameters.
    pub params: &'s IndexMap<Arc<str>, ParamValue>,
}

/// The title of a window: that of the page and the name of the tenant, which may be the same.
pub fn full_title<'t>(title: &'t str, name: &str) -> Cow<'t, str> {
    if title == name { Cow::Borrowed(title) } else { Cow::Owned(format!("{title} – {name}")) }
}

impl<'s> Site<'s> {
    /// Puts a site together. `None` if something is wrong, which is in `diagnostics`.
    pub fn new(parts: Parts<'s>, diagnostics: &mut Vec<Diagnostic>) -> Option<Site<'s>> {
        let Parts { tenant, blueprint, tables, empty_tables, params } = parts;
        let before = diagnostics.len();
        let root = tenant.base_url.join("");
        let mut site = Site { tenant, blueprint, tables, empty_tables, params, root, headings: Vec::new() };
        site.headings = blueprint
            .headings
            .iter()
            .enumerate()
            .map(|(index, (title, description))| {
                (site.words(title, index, diagnostics), site.words(description, index, diagnostics))
            })
            .collect();
        site.dead_links(diagnostics);
        let failed = diagnostics[before..].iter().any(Diagnostic::is_error);
        (!failed).then_some(site)
    }

    fn words(&self, words: &'s Heading, index: usize, diagnostics: &mut Vec<Diagnostic>) -> Cow<'s, str> {
        match words {
            Heading::Known(text) => Cow::Borrowed(text),
            Heading::Filled(template, source) => {
                let filled = fill_text(template, &PageValues::new(self, index), LONGEST_TITLE);
                Cow::Owned(filled.unwrap_or_else(|(span, unfilled)| {
                    diagnostics.push(unfilled.at(Place::new(source, span)));
                    String::new()
                }))
            }
        }
    }

    /// Links to headings of tables that this tenant does not have.
    fn dead_links(&self, diagnostics: &mut Vec<Diagnostic>) {
        let tables = self.tables.values().flat_map(|tables| tables.iter());
        let tables: BTreeSet<&str> = tables.map(|table| table.id.as_str()).collect();
        let has_table = |id: &str| tables.contains(id);
        for draft in &self.blueprint.drafts {
            diagnostics.extend(draft.dead_links(has_table));
        }
    }

    /// The pages, by address.
    pub fn pages(&self) -> &'s [Page] {
        self.blueprint.pages()
    }

    /// Fills the text of a page, given by its number, for the page itself.
    pub fn fill(&self, index: usize) -> Filling<'_> {
        PageValues::new(self, index).fill(LinkStyle::Relative)
    }

    /// Fills the text of a page, given by its number, to be shown elsewhere.
    pub fn fill_whole(&self, index: usize) -> Filling<'_> {
        PageValues::new(self, index).fill(LinkStyle::Below(&self.root))
    }

    /// A digest of all that the text of a page depends on; `None` if something is missing, which filling tells.
    pub fn text_digest(&self, index: usize) -> Option<Digest> {
        PageValues::new(self, index).digest()
    }

    /// A digest of what every page may say of its tenant.
    pub fn identity_digest(&self, brand: Option<&BrandFile>) -> Digest {
        let tenant = self.tenant;
        let mut digester = Digester::new();
        for text in [tenant.identity.id.as_str(), &tenant.name, tenant.base_url.as_str(), &self.root] {
            digester.put(text.as_bytes());
        }
        tenant.languages.iter().for_each(|lang| digester.put(lang.as_str().as_bytes()));
        digester.put(&[u8::from(tenant.noindex)]);
        if let Some(BrandFile { path, integrity }) = brand {
            digester.put(path.as_bytes());
            digester.put(integrity.as_bytes());
        }
        if self.blueprint.has_filled_headings() {
            for (title, description) in &self.headings {
                digester.put(title.as_bytes());
                digester.put(description.as_bytes());
            }
        }
        digester.finish()
    }

    /// A digest of what stands around the text of a page, but for the tenant itself.
    pub fn frame_digest(&self, index: usize) -> Digest {
        self.blueprint.frames[index]
    }

    /// The whole address of the root.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The title of a page.
    pub fn title(&self, index: usize) -> &str {
        self.headings.get(index).map_or("", |(title, _)| title)
    }

    /// A sentence on a page for search engines.
    pub fn description(&self, index: usize) -> &str {
        self.headings.get(index).map_or("", |(_, description)| description)
    }

    /// The title and the description of a page, once they are known.
    pub(super) fn headings_of(&self, index: usize) -> Option<&(Cow<'s, str>, Cow<'s, str>)> {
        self.headings.get(index)
    }

    /// The whole address of something below the root.
    pub(super) fn whole(&self, address: &str) -> String {
        format!("{}{}", self.root, in_address(address))
    }

    /// The address of something below the root, seen from a viewpoint.
    pub(super) fn seen_from(&self, from: Viewpoint<'_>, to: &str) -> String {
        match from {
            Viewpoint::Page(page) => relative(page, &in_address(to)),
            Viewpoint::Anywhere(_) => self.tenant.base_url.rooted(to),
        }
    }

    /// The root of the site, seen from a viewpoint: `./`, `../../` or `/legal/`.
    fn root_from(&self, from: Viewpoint<'_>) -> String {
        match from {
            Viewpoint::Page(page) if page.depth() == 0 => "./".into(),
            Viewpoint::Page(page) => "../".repeat(page.depth()),
            Viewpoint::Anywhere(_) => self.tenant.base_url.rooted(""),
        }
    }

    /// What the template of a page sees, given the page's filled text.
    pub fn context<'c>(&'c self, index: usize, filling: Filling<'c>, look: Look<'c>) -> PageContext<'c> {
        self.surrounded(Viewpoint::Page(&self.pages()[index]), self.page_view(index, filling), look)
    }

    /// A page's view with what stands around every page of the site.
    pub(super) fn surrounded<'c>(&'c self, from: Viewpoint<'_>, page: PageView<'c>, look: Look<'c>) -> PageContext<'c> {
        let Look { strings, brand } = look;
        let root = self.root_from(from);
        PageContext {
            page,
            site: SiteView {
                base_url: self.tenant.base_url.as_str(),
                host: self.tenant.base_url.host(),
                home: self.home(from),
                root: root.clone(),
                languages: &self.tenant.languages,
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
        let home = self.blueprint.links.index_of(&PagePath::home(), from.lang());
        self.seen_from(from, home.map_or("", |home| &self.pages()[home].address))
    }

    fn page_view<'c>(&'c self, index: usize, filling: Filling<'c>) -> PageView<'c> {
        let page = &self.pages()[index];
        let updated = page.updated();
        let date_words = |date: Date| Words::or_english(page.lang).date(date);
        let params = page.document.front.params.iter();
        let (title, description) = &self.headings[index];
        PageView {
            path: page.path.as_str(),
            title,
            full_title: full_title(title, &self.tenant.name),
            description,
            lang: page.lang,
            dir: page.lang.direction().as_str(),
            url: self.whole(&page.address),
            is_home: page.path.is_home(),
            updated: updated.map(|date| date.to_string()),
            updated_text: updated.map(date_words),
            body: filling.html,
            body_lang: page.document_lang,
            body_dir: page.document_lang.direction().as_str(),
            is_fallback: page.lang != page.document_lang,
            toc: filling.toc,
            translations: self.translations(&page.path, Viewpoint::Page(page)),
            breadcrumb: self.breadcrumb(index),
            params: params.filter_map(|(name, value)| Some((&**name, value.value.as_text()?))).collect(),
        }
    }

    /// A page in the languages that it exists in.
    pub(super) fn translations(&self, path: &PagePath, from: Viewpoint<'_>) -> Vec<Translation> {
        let translation = |index: usize| {
            let other = &self.pages()[index];
            Translation {
                lang: other.lang,
                dir: other.lang.direction().as_str(),
                name: other.lang.native_name().map_or_else(|| other.lang.to_string(), str::to_owned),
                url: self.seen_from(from, &other.address),
                absolute: self.whole(&other.address),
                current: other.lang == from.lang(),
                is_fallback: other.lang != other.document_lang,
            }
        };
        self.blueprint.versions(self.tenant, path).into_iter().map(translation).collect()
    }

    /// The pages whose addresses are above the page's own, in its language.
    fn breadcrumb(&self, index: usize) -> Vec<Breadcrumb<'_>> {
        let from = Viewpoint::Page(&self.pages()[index]);
        let crumb = |above: usize| Breadcrumb {
            title: self.title(above),
            url: self.seen_from(from, &self.pages()[above].address),
        };
        self.blueprint.above(index).into_iter().map(crumb).collect()
    }

    fn nav(&self, from: Viewpoint<'_>) -> Vec<NavEntry<'_>> {
        let entries = self.blueprint.navigation.get(&from.lang()).map(Vec::as_slice).unwrap_or_default();
        let current = |target: &Page| matches!(from, Viewpoint::Page(page) if target.path == page.path && target.lang == page.lang);
        let entry = |entry| match entry {
            &Entry::Page(target) => NavEntry {
                title: self.title(target),
                url: self.seen_from(from, &self.pages()[target].address).into(),
                current: current(&self.pages()[target]),
                external: false,
            },
            Entry::Link(title, url) => NavEntry { title, url: url.into(), current: false, external: true },
        };
        entries.iter().map(entry).collect()
    }
}
