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

    /// Counts what they touch.
    pub(super) fn count(&self, census: &Census) -> Touched {
        let mut counting = Counting { reach: self, groups: BTreeMap::new(), here: None, examples: Examples::default() };
        let is_shared = self.changes.is_shared();
        if is_shared {
            // Both are in one order.
            let mut known = census.known.iter().peekable();
            for (home, entry) in &self.world.tenants {
                while known.next_if(|(other, _)| *other < home).is_some() {}
                let own = known.peek().filter(|(other, _)| *other == home).map(|(_, known)| *known);
                counting.tenant((home, entry), own);
            }
        } else {
            let tenants = self.changes.tenants.keys().filter_map(|home| self.world.tenants.get_key_value(home));
            tenants.for_each(|at| counting.tenant(at, census.known.get(at.0)));
        }
        let Counting { groups, examples, .. } = counting;
        let groups = groups.into_iter().map(|(name, group)| TouchedGroup { group: name.to_owned(), ..group });
        let examples = if is_shared { examples.chosen() } else { Vec::new() };
        Touched { groups: groups.collect(), shared: is_shared, examples, open: Vec::new() }
    }
}

/// What has been counted.
struct Counting<'c, 'r> {
    reach: &'c Reach<'r>,
    groups: BTreeMap<&'r str, TouchedGroup>,
    /// Those that live together come one after the other.
    here: Option<Here<'c, 'r>>,
    examples: Examples<'r>,
}

/// Where the last tenant lives.
struct Here<'c, 'r> {
    layer: &'r SourcePath,
    /// What is touched of all who live here.
    shared: Option<&'c BTreeSet<Extent>>,
    /// Whether that is no more than documents, which some may not show.
    is_documents: bool,
    /// The last site that is known, to stand for others that are not, and how many of its pages are touched.
    neighbour: Option<(Arc<Outline>, usize)>,
}

impl<'c, 'r> Here<'c, 'r> {
    fn of(reach: &'c Reach<'r>, layer: &'r SourcePath) -> Here<'c, 'r> {
        let shared = reach.groups.get(layer);
        let is_document = |extent: &Extent| matches!(extent, Extent::Document(..) | Extent::Tables);
        let is_documents = shared.is_none_or(|extents| extents.iter().all(is_document));
        Here { layer, shared, is_documents, neighbour: None }
    }

    /// How many pages are touched of a site, or of its neighbour's if it is not known.
    fn pages(&mut self, outline: Option<&Arc<Outline>>) -> usize {
        let is_last = |last: &(Arc<Outline>, usize)| outline.is_none_or(|outline| Arc::ptr_eq(outline, &last.0));
        match (&self.neighbour, outline) {
            (Some(last), _) if is_last(last) => last.1,
            (_, Some(outline)) => {
                let pages = self.shared.map_or(0, |extents| outline.touched(extents));
                self.neighbour = Some((Arc::clone(outline), pages));
                pages
            }
            (_, None) => 0,
        }
    }
}

impl<'r> Counting<'_, 'r> {
    fn tenant(&mut self, (home, entry): At<'r>, known: Option<&Known>) {
        let reach = self.reach;
        let mut here = match self.here.take().filter(|here| *here.layer == entry.layer) {
            Some(here) => here,
            None => Here::of(reach, &entry.layer),
        };
        let own = reach.changes.tenants.get(home);
        let is_themed = reach.touches_theme(known);
        if entry.is_shown && (here.shared.is_some() || own.is_some() || is_themed) {
            let outline = known.and_then(|known| known.outline.as_ref());
            let mut pages = here.pages(outline);
            let outline = outline.or(here.neighbour.as_ref().map(|(outline, _)| outline));
            if let Some(outline) = outline.filter(|_| own.is_some() || is_themed) {
                let mut extents = here.shared.cloned().unwrap_or_default();
                extents.extend(own.into_iter().flat_map(|ways| Extent::of(&home.folder(), ways)));
                extents.extend(is_themed.then_some(Extent::Everything));
                pages = outline.touched(&extents);
            }
            // A tenant that shows none of the documents is not touched.
            if pages > 0 || own.is_some() || is_themed || outline.is_none() || !here.is_documents {
                self.add((entry, known), pages);
            }
        }
        self.here = Some(here);
    }

    fn add(&mut self, (entry, known): (&'r Entry, Option<&Known>), pages: usize) {
        let group = self.groups.entry(&entry.group).or_default();
        group.tenants += 1;
        group.pages += pages;
        if let Some(known) = known.filter(|_| pages > 0) {
            self.examples.offer(entry, known);
        }
    }
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
