//! The navigation of a site in one language.

use crate::diagnostic::Diagnostic;
use crate::language::Lang;
use crate::layer::{NavItem, Origin};
use crate::path::PagePath;
use crate::site::{Links, Page, Tenant};
use crate::suggest::did_you_mean;

/// Most entries of a navigation, and of each list that makes it.
const MOST_ENTRIES: usize = 100;

/// An entry, before it is written for a page.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// A page of the site, by its number.
    Page(usize),
    /// A link to elsewhere: its title and its address.
    Link(String, String),
}

/// The entries: `nav.items`, or the pages whose front matter says `nav`, in that order; then `add`, less `drop`.
pub(super) fn navigation(
    tenant: &Tenant,
    (links, lang): (&Links, Lang),
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Entry> {
    let path = |index: usize| &links.pages[index].path;
    let mut entries = Vec::new();
    let items = tenant.nav.items.as_ref().map_or(0, |items| items.value.len());
    if items.max(tenant.nav.add.len()).max(tenant.nav.drop.len()) > MOST_ENTRIES {
        diagnostics.push(too_many(tenant));
        return entries;
    }
    match &tenant.nav.items {
        Some(items) => {
            for item in &items.value {
                entries.extend(entry(tenant, (&item.value, item.origin), (links, lang), diagnostics));
            }
        }
        None => entries.extend(by_order(&links.pages, lang).into_iter().map(Entry::Page)),
    }
    let dropped = |path: &PagePath| tenant.nav.drop.iter().any(|dropped| dropped.value == *path);
    entries.retain(|entry| !matches!(entry, Entry::Page(page) if dropped(path(*page))));
    for item in &tenant.nav.add {
        let Some(added) = entry(tenant, (&item.value, item.origin), (links, lang), diagnostics) else { continue };
        // An entry stands once: what is added comes last, wherever it stood before.
        if let Entry::Page(page) = &added {
            entries.retain(|entry| !matches!(entry, Entry::Page(other) if path(*other) == path(*page)));
        }
        entries.push(added);
    }
    if entries.len() > MOST_ENTRIES {
        diagnostics.push(too_many(tenant));
        entries.clear();
    }
    if lang == tenant.default_language() {
        unknown_drops(tenant, links, diagnostics);
    }
    entries
}

fn too_many(tenant: &Tenant) -> Diagnostic {
    let message = format!("the navigation has more than {MOST_ENTRIES} entries, at most that many are allowed");
    let hint = "it stands on every page: let a page list the others, and give fewer of them a `nav`";
    Diagnostic::error("long-navigation", message).about(tenant.identity.file.as_str()).hint(hint)
}

/// `nav.drop` of pages that do not exist.
fn unknown_drops(tenant: &Tenant, links: &Links, diagnostics: &mut Vec<Diagnostic>) {
    for dropped in tenant.nav.drop.iter().filter(|dropped| !links.paths().any(|path| path == dropped.value.as_str())) {
        let message = format!("`nav.drop` names the page `{}`, which does not exist", dropped.value);
        let warning = Diagnostic::warning("drop-of-nothing", message);
        let warning = warning.hint_maybe(did_you_mean(dropped.value.as_str(), links.paths()));
        diagnostics.push(match tenant.chain.place(dropped.origin) {
            Some(place) => warning.at(place),
            None => warning,
        });
    }
}

/// The pages of a language that have an order, by it, then by path.
fn by_order(pages: &[Page], lang: Lang) -> Vec<usize> {
    let of_language = pages.iter().enumerate().filter(|(_, page)| page.lang == lang);
    let mut ordered: Vec<(i64, &PagePath, usize)> =
        of_language.filter_map(|(index, page)| Some((page.nav_order()?, &page.path, index))).collect();
    ordered.sort();
    ordered.into_iter().map(|(_, _, index)| index).collect()
}

fn entry(
    tenant: &Tenant,
    (item, origin): (&NavItem, Origin),
    (links, lang): (&Links, Lang),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Entry> {
    let mut report = |diagnostic: Diagnostic| {
        diagnostics.push(match tenant.chain.place(origin) {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        });
    };
    match item {
        NavItem::Page(path) => {
            let page = links.index_of(path, lang);
            if page.is_none() {
                let known = did_you_mean(path.as_str(), links.paths());
                report(
                    Diagnostic::error(
                        "dead-link",
                        format!("the navigation names the page `{path}`, which does not exist"),
                    )
                    .hint_maybe(known),
                );
            }
            page.map(Entry::Page)
        }
        NavItem::Link(link) => match link.title.text(lang) {
            Some(title) => Some(Entry::Link(title.to_owned(), link.url.value.to_string())),
            None => {
                report(Diagnostic::error(
                    "missing-text",
                    format!("the entry of the navigation has no title in `{lang}`"),
                ));
                None
            }
        },
    }
}
