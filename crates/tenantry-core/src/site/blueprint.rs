//! What the sites of many tenants have in common: pages, addresses, links, navigation, drafted texts.
//!
//! Made once for all tenants that have the same content and languages, and add nothing of their own to pages and
//! navigation. What is left to do for each of them is to fill in its values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::content::{Draft, TextPart, TextTemplate, ValuePath};
use crate::diagnostic::Diagnostic;
use crate::digest::{Digest, Digester};
use crate::language::Lang;
use crate::layer::{LocalText, Sourced};
use crate::path::PagePath;
use crate::site::links::Around;
use crate::site::navigation::{Entry, navigation};
use crate::site::pages::pages;
use crate::site::{ContentIndex, Links, Page, Tenant};
use crate::source::Source;

/// After so many mistakes of pages the rest is not looked at: each may need a search for what was meant.
const MOST_MISTAKES: usize = 1_000;

/// A site without the values of its tenant.
#[derive(Debug)]
pub struct Blueprint {
    /// Its pages and where they lead.
    pub(super) links: Links,
    pub(super) navigation: BTreeMap<Lang, Vec<Entry>>,
    /// The text of each page.
    pub(super) drafts: Vec<Draft>,
    /// The title and the description of each page.
    pub(super) headings: Vec<(Words, Words)>,
    /// What stands around each page's text, digested.
    pub(super) frames: Vec<Digest>,
    /// Which pages there are, where and since when, digested.
    pub(super) map: Digest,
    /// The names of `vars` that pages ask for.
    values: BTreeSet<String>,
}

/// Plain words: known, or with values in them.
#[derive(Debug)]
pub(super) enum Words {
    /// The same for all tenants.
    Known(String),
    /// Words with values, and where they stand.
    Filled(TextTemplate, Arc<Source>),
}

impl Words {
    fn of(written: Option<&Sourced<TextTemplate>>, setting: &LocalText, page: &Page) -> Words {
        match (setting.text(page.lang), written) {
            (Some(setting), _) => Words::Known(setting.to_owned()),
            (None, None) => Words::Known(String::new()),
            (None, Some(template)) if template.value.values().next().is_none() => {
                Words::Known(template.value.literal_words())
            }
            (None, Some(template)) => Words::Filled(template.value.clone(), Arc::clone(&page.document.body.source)),
        }
    }

    fn values(&self) -> impl Iterator<Item = &ValuePath> {
        let template = match self {
            Words::Known(_) => None,
            Words::Filled(template, _) => Some(template),
        };
        template.into_iter().flat_map(TextTemplate::values)
    }

    fn put(&self, digester: &mut Digester) {
        match self {
            Words::Known(text) => digester.put(text.as_bytes()),
            Words::Filled(template, _) => template.parts.iter().for_each(|part| match part {
                TextPart::Literal(text) => digester.put(text.as_bytes()),
                TextPart::Value(path, _) => digester.put(path.as_str().as_bytes()),
            }),
        }
    }
}

impl Blueprint {
    /// Lays out the site of a tenant. `None` if something is wrong, which is in `diagnostics`.
    pub fn new(tenant: &Tenant, content: &Arc<ContentIndex>, diagnostics: &mut Vec<Diagnostic>) -> Option<Blueprint> {
        let before = diagnostics.len();
        let pages = pages(tenant, content, diagnostics)?;
        let links = Links::new(tenant.default_language(), pages, Arc::clone(content));
        let mut navigations = BTreeMap::new();
        for lang in &tenant.languages {
            navigations.insert(*lang, navigation(tenant, (&links, *lang), diagnostics));
        }
        let mut drafts = Vec::with_capacity(links.pages.len());
        let undrafted = diagnostics.len();
        for page in &links.pages {
            if diagnostics.len() - undrafted > MOST_MISTAKES {
                break;
            }
            drafts.push(Draft::new(&page.document.body, &Around { links: &links, page }, diagnostics));
        }
        if diagnostics[before..].iter().any(Diagnostic::is_error) {
            return None;
        }
        let headings = |page: &Page| {
            let front = &page.document.front;
            let title = Words::of(front.title.as_ref(), &page.settings.title, page);
            (title, Words::of(front.description.as_ref(), &page.settings.description, page))
        };
        let headings: Vec<(Words, Words)> = links.pages.iter().map(headings).collect();
        let values = drafts.iter().zip(&headings).flat_map(|(draft, headings)| asked(draft, headings)).collect();
        let map = map(&links.pages);
        let mut blueprint =
            Blueprint { links, navigation: navigations, drafts, headings, frames: Vec::new(), map, values };
        blueprint.frames = (0..blueprint.pages().len()).map(|index| blueprint.frame(tenant, index)).collect();
        Some(blueprint)
    }

    /// The pages, by address.
    pub fn pages(&self) -> &[Page] {
        &self.links.pages
    }

    /// The content that the pages are made from.
    pub fn content(&self) -> &Arc<ContentIndex> {
        &self.links.content
    }

    /// The names of `vars` that some page asks for.
    pub fn values(&self) -> &BTreeSet<String> {
        &self.values
    }

    /// The names of `vars` that one page asks for, given by its number.
    pub fn values_of(&self, index: usize) -> BTreeSet<String> {
        asked(&self.drafts[index], &self.headings[index]).collect()
    }

    /// Whether a page shows cookie tables, given by its number.
    pub fn shows_tables(&self, index: usize) -> bool {
        self.drafts[index].shows_tables()
    }

    /// Whether a title differs by tenant.
    pub fn has_filled_titles(&self) -> bool {
        self.headings.iter().any(|(title, _)| matches!(title, Words::Filled(..)))
    }

    /// Whether a title or a description differs by tenant.
    pub(super) fn has_filled_headings(&self) -> bool {
        self.headings
            .iter()
            .any(|(title, description)| matches!(title, Words::Filled(..)) || matches!(description, Words::Filled(..)))
    }

    /// A digest of what stands around a page's text, but for what the tenant is and for words with values in them.
    fn frame(&self, tenant: &Tenant, index: usize) -> Digest {
        let page = &self.pages()[index];
        let mut digester = Digester::new();
        for text in [page.path.as_str(), page.lang.as_str(), &page.address, page.document_lang.as_str()] {
            digester.put(text.as_bytes());
        }
        digester.put(page.updated().map(|date| date.to_string()).unwrap_or_default().as_bytes());
        for (name, value) in &page.document.front.params {
            digester.put(name.as_bytes());
            digester.put(value.value.as_text().unwrap_or_default().as_bytes());
        }
        let (title, description) = &self.headings[index];
        title.put(&mut digester);
        description.put(&mut digester);
        for other in self.versions(tenant, &page.path) {
            self.put_page(other, &mut digester);
        }
        for above in self.above(index) {
            self.put_page(above, &mut digester);
        }
        self.put_surroundings(tenant, page.lang, &mut digester);
        digester.finish()
    }

    /// A digest of what stands around the page of an error.
    pub(super) fn frame_anywhere(&self, tenant: &Tenant, lang: Lang) -> Digest {
        let mut digester = Digester::new();
        for other in self.versions(tenant, &PagePath::home()) {
            self.put_page(other, &mut digester);
        }
        self.put_surroundings(tenant, lang, &mut digester);
        digester.finish()
    }

    /// The way home and the navigation.
    fn put_surroundings(&self, tenant: &Tenant, lang: Lang, digester: &mut Digester) {
        digester.put(tenant.default_language().as_str().as_bytes());
        if let Some(home) = self.links.index_of(&PagePath::home(), lang) {
            self.put_page(home, digester);
        }
        for entry in self.navigation.get(&lang).map(Vec::as_slice).unwrap_or_default() {
            match entry {
                Entry::Page(index) => self.put_page(*index, digester),
                Entry::Link(title, url) => {
                    digester.put(b"link");
                    digester.put(title.as_bytes());
                    digester.put(url.as_bytes());
                }
            }
        }
    }

    /// What other pages say of a page.
    fn put_page(&self, index: usize, digester: &mut Digester) {
        let page = &self.pages()[index];
        digester.put(b"page");
        for text in [page.lang.as_str(), page.document_lang.as_str(), &page.address] {
            digester.put(text.as_bytes());
        }
        self.headings[index].0.put(digester);
    }

    /// The page of a path in the languages that it exists in, in the order in which the site serves them.
    pub(super) fn versions(&self, tenant: &Tenant, path: &PagePath) -> Vec<usize> {
        tenant.languages.iter().filter_map(|lang| self.links.index_in(path, *lang)).collect()
    }

    /// The pages whose addresses are above a page's own, in its language, the home page first.
    pub(super) fn above(&self, index: usize) -> Vec<usize> {
        let page = &self.pages()[index];
        if page.path.is_home() {
            return Vec::new();
        }
        let is_above = |other: &Page| {
            other.lang == page.lang
                && other.address.len() < page.address.len()
                && page.address.starts_with(&other.address)
        };
        let mut above: Vec<usize> = (0..self.pages().len()).filter(|other| is_above(&self.pages()[*other])).collect();
        above.sort_by_key(|other| self.pages()[*other].address.len());
        above
    }
}

/// A digest of what a site's map says of its pages.
fn map(pages: &[Page]) -> Digest {
    let mut digester = Digester::new();
    for page in pages {
        for text in [page.path.as_str(), page.lang.as_str(), page.document_lang.as_str(), &page.address] {
            digester.put(text.as_bytes());
        }
        digester.put(page.updated().map(|date| date.to_string()).unwrap_or_default().as_bytes());
    }
    digester.finish()
}

/// The names of the `vars` that a page asks for.
fn asked<'b>(draft: &'b Draft, (title, description): &'b (Words, Words)) -> impl Iterator<Item = String> + 'b {
    let name = |path: &ValuePath| match path.split() {
        ("vars", name) => Some(name.to_owned()),
        _ => None,
    };
    draft.values().iter().chain(title.values()).chain(description.values()).filter_map(name)
}
