//! What a change touches: how many tenants and pages, by group, and which pages that somebody looks at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenantry_core::name::TenantId;
use tenantry_core::path::SourcePath;

use super::census::{Census, Known};
use super::changes::Changes;
use super::outline::{Extent, Outline};
use super::world::{Entry, Home, World};

/// What a change touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// How many tenants and pages, by the folder of their group.
    pub groups: Vec<TouchedGroup>,
    /// Whether something that tenants share has changed.
    pub shared: bool,
    /// Some of the tenants, if something is shared: those with the fewest and the most pages, one that replaces something of
    /// what it shares with others, and one that does not.
    pub examples: Vec<TenantId>,
    /// The tenants that somebody has looked at lately, each with the files that were made for it: these may be others now.
    pub open: Vec<(TenantId, Vec<String>)>,
}

/// What it touches of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TouchedGroup {
    /// The folder seen from `sites/`.
    pub group: String,
    /// How many of its tenants.
    pub tenants: usize,
    /// How many of their pages. Those of a tenant that has not been looked through are counted as its neighbour's.
    pub pages: usize,
}

impl Touched {
    /// How many tenants.
    pub fn tenants(&self) -> usize {
        self.groups.iter().map(|group| group.tenants).sum()
    }

    /// How many pages.
    pub fn pages(&self) -> usize {
        self.groups.iter().map(|group| group.pages).sum()
    }
}

/// To whom changes matter.
pub(super) struct Reach<'r> {
    pub(super) world: &'r World,
    changes: &'r Changes,
    /// What they touch of all tenants below a group, because of its own files or of those above.
    groups: BTreeMap<&'r SourcePath, BTreeSet<Extent>>,
}

/// A tenant, and where it lives.
type At<'r> = (&'r Home, &'r Entry);

impl<'r> Reach<'r> {
    /// That of some changes.
    pub(super) fn of(world: &'r World, changes: &'r Changes) -> Reach<'r> {
        let extents = |path: &SourcePath| -> BTreeSet<Extent> {
            let above = changes.groups.iter().filter(|(group, _)| *group == path || path.lies_in(group));
            above.flat_map(|(group, ways)| Extent::of(group, ways)).collect()
        };
        let groups = world.groups.keys().map(|path| (path, extents(path)));
        Reach { world, changes, groups: groups.filter(|(_, extents)| !extents.is_empty()).collect() }
    }

    /// Whether a tenant may be another one after them.
    pub(super) fn touches(&self, (home, entry): At<'_>, census: &Census) -> bool {
        self.groups.contains_key(&entry.layer)
            || self.changes.tenants.contains_key(home)
            || self.touches_theme(census.known.get(home))
    }

    /// Whether they may make its settings others.
    pub(super) fn touches_settings(&self, (home, entry): At<'_>) -> bool {
        self.changes.tenants.contains_key(home)
            || self.groups.get(&entry.layer).is_some_and(|extents| extents.contains(&Extent::Everything))
    }

    fn touches_theme(&self, known: Option<&Known>) -> bool {
        let themes = &self.changes.themes;
        !themes.is_empty() && known.and_then(|known| known.theme.as_ref()).is_none_or(|theme| themes.contains(theme))
    }

    /// Those to whom they may matter.
    fn candidates(&self) -> Box<dyn Iterator<Item = At<'r>> + 'r> {
        let world = self.world;
        match self.changes.is_shared() {
            true => Box::new(world.tenants.iter()),
            false => Box::new(self.changes.tenants.keys().filter_map(|home| world.tenants.get_key_value(home))),
        }
    }

    /// Counts what they touch.
    pub(super) fn count(&self, census: &Census) -> Touched {
        let mut counting = Counting::default();
        for at in self.candidates().filter(|(_, entry)| entry.is_shown) {
            self.count_tenant(at, census.known.get(at.0), &mut counting);
        }
        let named = counting.groups.into_iter().map(|(name, group)| TouchedGroup { group: name.to_owned(), ..group });
        let shared = self.changes.is_shared();
        let examples = if shared { counting.examples.chosen() } else { Vec::new() };
        Touched { groups: named.collect(), shared, examples, open: Vec::new() }
    }

    fn count_tenant(&self, (home, entry): At<'r>, known: Option<&Known>, counting: &mut Counting<'r>) {
        let (shared, own) = (self.groups.get(&entry.layer), self.changes.tenants.get(home));
        let themed = self.touches_theme(known);
        if shared.is_none() && own.is_none() && !themed {
            return;
        }
        let outline = known.and_then(|known| known.outline.as_ref());
        let neighbour = counting.neighbours.entry(&entry.layer).or_default();
        if let Some(outline) = outline {
            *neighbour = Some(Arc::clone(outline));
        }
        let pages = match neighbour {
            None => 0,
            Some(outline) if own.is_none() && !themed => {
                let kind = (&entry.layer, Arc::as_ptr(outline) as usize);
                let count = || shared.map_or(0, |extents| outline.touched(extents));
                *counting.pages.entry(kind).or_insert_with(count)
            }
            Some(outline) => {
                let mut extents = shared.cloned().unwrap_or_default();
                extents.extend(own.into_iter().flat_map(|ways| Extent::of(&home.folder(), ways)));
                extents.extend(themed.then_some(Extent::Everything));
                outline.touched(&extents)
            }
        };
        let is_document = |extent: &Extent| matches!(extent, Extent::Document(..) | Extent::Tables);
        let about_documents = shared.is_none_or(|extents| extents.iter().all(is_document));
        // A tenant that shows none of these documents is not touched.
        if pages > 0 || own.is_some() || themed || outline.is_none() || !about_documents {
            let group = counting.groups.entry(&entry.group).or_default();
            group.tenants += 1;
            group.pages += pages;
            if let (Some(known), true) = (known, pages > 0) {
                counting.examples.offer(entry, known);
            }
        }
    }
}

/// What has been counted.
#[derive(Default)]
struct Counting<'r> {
    groups: BTreeMap<&'r str, TouchedGroup>,
    /// A site below each layer, to stand for others that are not known.
    neighbours: BTreeMap<&'r SourcePath, Option<Arc<Outline>>>,
    examples: Examples<'r>,
    /// How many pages are touched of sites with an outline below a layer.
    pages: BTreeMap<(&'r SourcePath, usize), usize>,
}

/// Tenants that show together what a change does.
#[derive(Default)]
struct Examples<'r> {
    smallest: Option<(usize, &'r TenantId)>,
    largest: Option<(usize, &'r TenantId)>,
    replacing: Option<&'r TenantId>,
    plain: Option<&'r TenantId>,
}

impl<'r> Examples<'r> {
    fn offer(&mut self, entry: &'r Entry, known: &Known) {
        let Some(pages) = known.outline.as_ref().map(|outline| outline.pages.len()) else { return };
        let id = &entry.id;
        if self.smallest.is_none_or(|(fewest, _)| pages < fewest) {
            self.smallest = Some((pages, id));
        }
        if self.largest.is_none_or(|(most, _)| pages > most) {
            self.largest = Some((pages, id));
        }
        let kind = if known.replaces { &mut self.replacing } else { &mut self.plain };
        kind.get_or_insert(id);
    }

    fn chosen(&self) -> Vec<TenantId> {
        let by_size = [self.smallest, self.largest].into_iter().flatten().map(|(_, id)| id);
        let mut chosen: Vec<TenantId> = Vec::new();
        for id in by_size.chain([self.replacing, self.plain].into_iter().flatten()) {
            if !chosen.contains(id) {
                chosen.push(id.clone());
            }
        }
        chosen
    }
}
