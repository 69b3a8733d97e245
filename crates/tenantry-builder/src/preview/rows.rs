//! What a dashboard shows: all tenants as rows, and one of them with its pages and layers.

use std::collections::BTreeSet;
use std::sync::Arc;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::layer::{BaseUrl, definitions};
use tenantry_core::name::TenantId;

use super::census::Census;
use super::version::Version;
use super::world::{Entry, Home};
use crate::explain::{Known, documents};

/// A tenant among all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Its id.
    pub id: TenantId,
    /// The folder of its group, seen from `sites/`.
    pub group: Arc<str>,
    /// Its name; empty as long as it is not known.
    pub name: String,
    /// Where it is published; empty as long as that is not known.
    pub address: String,
    /// The languages that it serves, as far as they are known.
    pub languages: Arc<[String]>,
    /// How many errors were found; `None` as long as it has not been looked through.
    pub errors: Option<usize>,
    /// How many warnings and notes.
    pub warnings: Option<usize>,
    /// When its own files were last changed, in nanoseconds since 1970; `None` if that is not known.
    pub changed: Option<u64>,
}

/// One tenant.
#[derive(Debug, Clone)]
pub struct TenantDetail {
    /// As it stands among others.
    pub row: TenantRow,
    /// Its pages, by address; those of the last good version.
    pub pages: Vec<PageRow>,
    /// Its layers from the top down, the tenant itself last.
    pub layers: Vec<LayerRow>,
    /// What was found.
    pub found: Vec<Diagnostic>,
}

/// A page of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRow {
    /// Its path on the host.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub lang: String,
    /// Where its document is, and those that it hides, the nearest first.
    pub documents: Vec<String>,
}

/// A layer of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerRow {
    /// Its folder.
    pub name: String,
    /// How many keys it sets.
    pub keys: usize,
    /// What it says in place of a layer above.
    pub overrides: Vec<Override>,
}

/// Something that one layer says in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The key, or the document.
    pub what: String,
    /// What the layer says.
    pub value: String,
    /// Where.
    pub file: String,
    /// The line, if it is not the whole file.
    pub line: Option<usize>,
    /// The layer that is hidden.
    pub hides: String,
}

impl TenantRow {
    pub(super) fn of((home, entry): (&Home, &Entry), census: &Census) -> TenantRow {
        let known = census.known.get(home);
        let is_checked = known.is_some_and(|known| known.found.is_some());
        let (errors, warnings) = census.counts(home);
        TenantRow {
            id: entry.id.clone(),
            group: Arc::clone(&entry.group),
            name: known.map_or_else(String::new, |known| known.name.clone()),
            address: known.and_then(|known| known.address.as_ref()).map_or_else(String::new, BaseUrl::to_string),
            languages: known.map(|known| Arc::clone(&known.languages)).unwrap_or_default(),
            errors: is_checked.then_some(errors),
            warnings: is_checked.then_some(warnings),
            changed: known.map(|known| known.look.0.youngest).filter(|time| (1..u64::MAX).contains(time)),
        }
    }
}

/// The pages of a version.
pub(super) fn pages(version: &Version, root: &std::path::Path) -> Vec<PageRow> {
    let site = tenantry_core::site::Site::new(version.resolved.parts(), &mut Vec::new());
    let base = &version.resolved.tenant.base_url;
    let row = |(index, page): (usize, &tenantry_core::site::Page)| PageRow {
        address: base.rooted(&page.address),
        title: site.as_ref().map_or_else(String::new, |site| site.title(index).to_owned()),
        lang: page.lang.to_string(),
        documents: documents(page, root, &version.seed).into_iter().map(|known| known.file).collect(),
    };
    version.resolved.blueprint.pages().iter().enumerate().map(row).collect()
}

/// The layers of a version, with what each says in place of others.
pub(super) fn layers(version: &Version, root: &std::path::Path) -> Vec<LayerRow> {
    let chain = &version.resolved.tenant.chain;
    let mut rows: Vec<LayerRow> = Vec::new();
    for link in chain.sources() {
        let name = link.layer.as_str();
        if rows.last().is_none_or(|row| row.name != name) {
            rows.push(LayerRow { name: name.to_owned(), keys: 0, overrides: Vec::new() });
        }
    }
    let mut note = |what: &str, found: Vec<Known>| {
        let layers: Vec<String> = found.iter().map(|known| known.layer.clone()).collect();
        for (index, known) in found.into_iter().enumerate() {
            let Some(row) = rows.iter_mut().find(|row| row.name == known.layer) else { continue };
            row.keys += 1;
            if let Some(hides) = layers[index + 1..].iter().find(|layer| **layer != known.layer) {
                let Known { value, file, line, .. } = known;
                row.overrides.push(Override { what: what.to_owned(), value, file, line, hides: hides.clone() });
            }
        }
    };
    for (key, found) in definitions(chain, "") {
        note(&key, found.into_iter().map(Known::from).collect());
    }
    let mut told = BTreeSet::new();
    for page in version.resolved.blueprint.pages() {
        let what = format!("content/{}.{}.md", page.path, page.document_lang);
        if told.insert(what.clone()) {
            note(&what, documents(page, root, &version.seed));
        }
    }
    rows
}
