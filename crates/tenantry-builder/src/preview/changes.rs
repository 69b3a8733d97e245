//! What changed on the disk, taken into the world.
//!
//! ```text
//! a file of a tenant    that tenant
//! a file of a group     its layer and those below, with their tenants
//! a file of a theme     the themes that are made of it
//! a roster              its rows, as far as they are others
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tenantry_core::name::ThemeName;
use tenantry_core::path::SourcePath;

use super::group::Group;
use super::tree::{ANYTHING, Patch, Ways};
use super::world::{Home, World};
use crate::disk::{self, Stamp};
use crate::scan::Look;

/// What changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Groups whose own files changed.
    pub(super) groups: BTreeMap<SourcePath, Ways>,
    /// Tenants that changed or are new.
    pub(super) tenants: BTreeMap<Home, Ways>,
    /// Themes that are others now.
    pub(super) themes: BTreeSet<ThemeName>,
    /// Tenants that are gone.
    pub(super) gone: Vec<Home>,
}

impl Changes {
    /// Whether something that tenants share has changed.
    pub(super) fn is_shared(&self) -> bool {
        !(self.groups.is_empty() && self.themes.is_empty())
    }
}

/// Paths that changed below `sites/` and below the folder of each theme, seen from there.
#[derive(Debug, Default)]
pub(super) struct Told {
    sites: BTreeSet<String>,
    themes: BTreeMap<String, Ways>,
}

impl Told {
    /// Takes paths apart, seen from the workspace's folder. What lies elsewhere in it is of no account.
    pub(super) fn of(root: &Path, paths: &[impl AsRef<Path>]) -> Told {
        let mut told = Told::default();
        for path in paths {
            let path = path.as_ref();
            let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
            let mut segments = path.splitn(3, '/');
            match (segments.next(), segments.next().unwrap_or_default(), segments.next().unwrap_or_default()) {
                (Some("sites"), ..) => {
                    told.sites.insert(path.trim_end_matches('/').to_owned());
                }
                (Some("themes"), name, way) => {
                    told.themes.entry(name.to_owned()).or_default().insert(way.to_owned());
                }
                _ => {}
            }
        }
        told
    }
}

impl World {
    /// Takes in what changed at some paths.
    pub(super) fn take(&mut self, told: &Told) -> Changes {
        self.now += 1;
        let mut patch = self.tree.patch(told.sites.iter().map(String::as_str));
        self.note_rosters(&mut patch, |file, _| told.sites.contains(file.as_str()));
        self.apply(patch, &told.themes)
    }

    /// Looks at everything, and takes in what changed. `is_same` tells whether a tenant in a folder looks as it did.
    pub(super) fn take_all(&mut self, is_same: impl Fn(&SourcePath, Look) -> bool) -> Changes {
        self.now += 1;
        let mut patch = self.tree.compare(is_same);
        self.note_rosters(&mut patch, |_, _| true);
        self.apply(patch, &all_themes())
    }

    /// Looks at the files that a tenant is made from, and takes in those that look other than before.
    pub(super) fn take_look(&mut self, home: &Home, is_same: impl Fn(&SourcePath, Look) -> bool) -> Changes {
        self.now += 1;
        let mut patch = self.tree.look_along(&home.folder(), is_same);
        let root = self.ground.root.clone();
        self.note_rosters(&mut patch, |file, look| disk::stamp_of(&root.join(file.as_str())) != look);
        self.apply(patch, &all_themes())
    }

    /// Adds the rosters of which something is true.
    fn note_rosters(&self, patch: &mut Patch, is_changed: impl Fn(&SourcePath, Option<Stamp>) -> bool) {
        for (path, group) in &self.groups {
            if let Some(file) = group.roster_file.as_ref().filter(|file| is_changed(file, group.roster_look)) {
                patch.groups.entry(path.clone()).or_default().insert(file.file_name().to_owned());
            }
        }
    }

    fn apply(&mut self, patch: Patch, themes: &BTreeMap<String, Ways>) -> Changes {
        let Patch { mut groups, mut tenants, plain, structure } = patch;
        let past = self.shared_now();
        let is_other = !structure.is_empty();
        if is_other {
            self.restructure(&structure, (&mut groups, &mut tenants));
        }
        let mut changes = Changes::default();
        self.change_plain_folders(plain, (&mut groups, &mut changes.tenants));
        let has_other_tenants = self.change_groups(&mut groups, &mut changes.tenants);
        for (path, ways) in tenants {
            changes.tenants.entry(Home::Folder(path)).or_default().extend(ways);
        }
        if is_other || has_other_tenants {
            self.recount(&mut changes);
        }
        for home in changes.tenants.keys() {
            if let Some(entry) = self.tenants.get_mut(home) {
                entry.changed = self.now;
            }
        }
        changes.tenants.retain(|home, _| self.tenants.contains_key(home));
        changes.groups = groups;
        if !themes.is_empty() {
            changes.themes = self.reload_themes(themes);
        }
        if changes.is_shared() {
            self.past = Some(past);
        }
        changes
    }

    /// Groups that came or went, or lie below another one now, and those in which tenants did.
    fn restructure(
        &mut self,
        structure: &BTreeSet<SourcePath>,
        (groups, tenants): (&mut BTreeMap<SourcePath, Ways>, &mut BTreeMap<SourcePath, Ways>),
    ) {
        let there: BTreeMap<SourcePath, Option<SourcePath>> = self.groups_in_tree().into_iter().collect();
        self.groups.retain(|path, _| there.contains_key(path));
        groups.retain(|path, _| there.contains_key(path));
        for (path, parent) in &there {
            if self.groups.get(path).is_none_or(|group| group.parent != *parent) {
                groups.entry(path.clone()).or_default().insert(ANYTHING.to_owned());
            }
        }
        for folder in structure {
            let above = nearest_group(folder, |path| there.contains_key(path));
            match self.groups.get(&above) {
                // Its rows may have lost their folders, or found some.
                Some(group) if group.roster_file.is_some() => {
                    groups.entry(above).or_default();
                }
                _ => self.count_members(&above),
            }
        }
        // What is no tenant any more has not changed.
        tenants.retain(|path, _| self.tree.at(path).is_some());
    }

    /// Counts the tenants anew, and notes who came and went.
    fn recount(&mut self, changes: &mut Changes) {
        let before: BTreeSet<Home> = self.tenants.keys().cloned().collect();
        self.name_tenants();
        let others = self.tenants.iter().filter(|(_, entry)| entry.changed == self.now);
        for (home, _) in others {
            changes.tenants.entry(home.clone()).or_insert_with(|| Ways::from([ANYTHING.to_owned()]));
        }
        changes.gone = before.into_iter().filter(|home| !self.tenants.contains_key(home)).collect();
    }

    /// Folders that are neither a group's nor a tenant's own: of no account, but for those of rows.
    fn change_plain_folders(
        &mut self,
        plain: BTreeMap<SourcePath, Ways>,
        (groups, tenants): (&mut BTreeMap<SourcePath, Ways>, &mut BTreeMap<Home, Ways>),
    ) {
        for (path, ways) in plain {
            let above = nearest_group(&path, |path| self.groups.contains_key(path));
            let Some(branch) = self.tree.at(&path).cloned() else { continue };
            let Some(group) = self.groups.get_mut(&above).filter(|group| group.roster_file.is_some()) else { continue };
            match group.roster.as_ref().and_then(|roster| roster.with_folder(branch)) {
                Some(roster) => {
                    group.roster = Some(roster);
                    tenants.insert(Home::Row(above, path.file_name().into()), ways);
                }
                // It may be the first that the row has.
                None => {
                    groups.entry(above).or_default();
                }
            }
        }
    }

    /// Reads groups anew and drops the layers below them. Tells whether they may have other tenants now.
    fn change_groups(&mut self, groups: &mut BTreeMap<SourcePath, Ways>, tenants: &mut BTreeMap<Home, Ways>) -> bool {
        let mut has_other_tenants = false;
        // Those above come first.
        let mut open: BTreeSet<SourcePath> = groups.keys().cloned().collect();
        while let Some(path) = open.pop_first() {
            let ways = groups.get(&path);
            let group = self.groups.get(&path);
            let old = if group.zip(ways).is_some_and(|(group, ways)| group.is_about_roster(ways)) {
                // The layer is what it was.
                groups.remove(&path);
                self.read_roster_anew(&path)
            } else {
                let (old, below) = self.read_group_anew(&path, ways);
                open.extend(below);
                old
            };
            let Some(new) = self.groups.get(&path) else { continue };
            if let (Some(ways), Some(old)) = (groups.get_mut(&path), &old) {
                new.widen((&path, ways), old);
            }
            has_other_tenants |= old.as_ref().is_none_or(|old| !old.has_tenants_of(new));
            let changed = new.changed_rows(old.as_ref());
            tenants.extend(changed.map(|id| (Home::Row(path.clone(), id.into()), Ways::from([ANYTHING.to_owned()]))));
        }
        has_other_tenants
    }

    /// Gives the group as it was, and groups below whose rosters are to be read anew as well.
    fn read_group_anew(&mut self, path: &SourcePath, ways: Option<&Ways>) -> (Option<Group>, Vec<SourcePath>) {
        if ways.is_none_or(|ways| ways.iter().any(|way| way.starts_with("static") || way == ANYTHING)) {
            self.files.forget(&path.join("static"));
        }
        let parent = nearest_group(&path.above(), |above| self.groups.contains_key(above));
        let old = self.groups.remove(path);
        self.read_group((path, (path.as_str() != "sites").then_some(parent)), (old.as_ref(), ways));
        let mut below: Vec<SourcePath> = self.groups.keys().filter(|other| other.lies_in(path)).cloned().collect();
        below.iter().for_each(|path| self.drop_layer(path));
        let trusts = |group: Option<&Group>| group.and_then(Group::trusts_tenants);
        // Where tenants are trusted otherwise than before, rows may have other columns.
        let is_same = trusts(old.as_ref()) == trusts(self.groups.get(path));
        below.retain(|path| !is_same && self.groups.get(path).is_some_and(|group| group.roster_file.is_some()));
        (old, below)
    }
}

/// Says that any theme may have changed.
fn all_themes() -> BTreeMap<String, Ways> {
    BTreeMap::from([(String::new(), Ways::new())])
}

/// The nearest group that a folder lies in, or is.
fn nearest_group(folder: &SourcePath, is_group: impl Fn(&SourcePath) -> bool) -> SourcePath {
    let mut at = folder.as_str();
    loop {
        let path = SourcePath::named(at);
        match at.rsplit_once('/') {
            Some((above, _)) if !is_group(&path) => at = above,
            _ => return path,
        }
    }
}
