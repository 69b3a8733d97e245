//! What the pages of a site show, so that one can tell which of them a change touches without making them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};

use tenantry_core::digest::{Digest, Digester};
use tenantry_core::path::SourcePath;

use super::tree::Ways;
use crate::resolve::Resolved;

/// The pages of a site.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) pages: Vec<OutlinedPage>,
}

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OutlinedPage {
    /// Where its documents and parts are.
    shown: BTreeSet<SourcePath>,
    /// Whether it shows cookie tables.
    shows_tables: bool,
}

/// What of a site a change touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    /// Files that are no pages.
    Files,
    /// Pages that show cookie tables.
    Tables,
    /// Pages that show a document or part, which lies in a layer, or in whose place they show that of one above.
    Document(SourcePath, String),
    /// All pages.
    Everything,
}

impl Extent {
    /// What a change of some paths in the folder of a layer or a tenant touches.
    pub(super) fn of(folder: &SourcePath, ways: &Ways) -> BTreeSet<Extent> {
        let extent = |way: &String| match way.split_once('/') {
            Some(("content", document)) => Extent::Document(folder.clone(), document.to_owned()),
            Some(("static", _)) => Extent::Files,
            _ if way == "cookies.toml" => Extent::Tables,
            _ => Extent::Everything,
        };
        ways.iter().map(extent).collect()
    }

    fn touches(&self, page: &OutlinedPage) -> bool {
        match self {
            Extent::Files => false,
            Extent::Tables => page.shows_tables,
            Extent::Document(folder, way) => page.shown.iter().any(|shown| replaces((folder, way), shown)),
            Extent::Everything => true,
        }
    }
}

/// Whether a document of a layer is one that is shown, or stands in its place.
fn replaces((folder, way): (&SourcePath, &str), shown: &SourcePath) -> bool {
    let layer = shown.as_str().strip_suffix(way).and_then(|rest| rest.strip_suffix("/content/"));
    layer.map(SourcePath::named).is_some_and(|layer| layer == *folder || folder.lies_in(&layer))
}

impl Outline {
    fn of(resolved: &Resolved) -> Outline {
        let blueprint = &resolved.blueprint;
        let pages = blueprint.pages().iter().enumerate().map(|(index, page)| {
            let shown = blueprint.content().shown_by(page);
            let shown = shown.into_iter().map(|document| document.body.source.path().clone()).collect();
            OutlinedPage { shown, shows_tables: blueprint.shows_tables(index) }
        });
        Outline { pages: pages.collect() }
    }

    /// How many pages changes touch.
    pub(super) fn touched(&self, extents: &BTreeSet<Extent>) -> usize {
        self.pages.iter().filter(|page| extents.iter().any(|extent| extent.touches(page))).count()
    }

    fn digest(&self) -> Digest {
        let mut digester = Digester::new();
        for page in &self.pages {
            digester.put(&[u8::from(page.shows_tables)]);
            page.shown.iter().for_each(|shown| digester.put(shown.as_str().as_bytes()));
        }
        digester.finish()
    }
}

/// Outlines, each kept once as long as a tenant has it.
#[derive(Debug, Default)]
pub(super) struct Outlines(BTreeMap<Digest, Weak<Outline>>);

impl Outlines {
    /// That of a site.
    pub(super) fn of(&mut self, resolved: &Resolved) -> Arc<Outline> {
        let outline = Outline::of(resolved);
        let digest = outline.digest();
        if let Some(known) = self.0.get(&digest).and_then(Weak::upgrade) {
            return known;
        }
        if self.0.len().is_power_of_two() {
            self.0.retain(|_, known| known.strong_count() > 0);
        }
        let outline = Arc::new(outline);
        self.0.insert(digest, Arc::downgrade(&outline));
        outline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_that_of_its_layer_and_of_those_above_in_whose_place_it_stands() {
        let path = SourcePath::named;
        let shown = path("sites/g/content/_parts/dpo.fr.md");
        let stands_for = |folder: &str, way: &str| replaces((&path(folder), way), &shown);
        assert!(stands_for("sites/g", "_parts/dpo.fr.md"));
        assert!(stands_for("sites/g/h", "_parts/dpo.fr.md"), "it would be nearer");
        assert!(!stands_for("sites", "_parts/dpo.fr.md"), "it is hidden");
        assert!(!stands_for("sites/g", "dpo.fr.md") && !stands_for("sites/gh", "_parts/dpo.fr.md"));
    }

    #[test]
    fn an_extent_follows_from_the_path() {
        let folder = SourcePath::named("sites/g");
        let extent = |way: &str| Extent::of(&folder, &Ways::from([way.to_owned()])).pop_first().unwrap();
        assert_eq!(extent("content/cookies.fr.md"), Extent::Document(folder.clone(), "cookies.fr.md".into()));
        assert_eq!((extent("static/a.png"), extent("cookies.toml")), (Extent::Files, Extent::Tables));
        assert_eq!((extent("group.toml"), extent("")), (Extent::Everything, Extent::Everything));
    }
}
