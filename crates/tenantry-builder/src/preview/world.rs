//! The workspace as it stands: its groups with their layers, its tenants by id, its themes.
//!
//! Layers are made when somebody asks for them and kept until a file of theirs, or of a layer above, changes. Nothing is
//! kept of tenants but who they are and when they last changed, counted in changes of the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::name::{TenantId, ThemeName};
use tenantry_core::path::SourcePath;
use tenantry_core::source::Source;

use super::group::{Built, Group, Member, Residents};
use super::locked;
use super::tree::{Tree, Ways};
use crate::leaks::{Set, decoded};
use crate::loaded::SharedFiles;
use crate::resolve::{Setting, command_line};
use crate::scan::{Branch, FolderKind, look_into};
use crate::selection::{Named, Selection};
use crate::themes::Themes;
use crate::workspace::{Layer, ReadLayer, TenantSeed, group_of};

/// What a preview is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The workspace's folder.
    pub workspace: PathBuf,
    /// Which tenants are shown.
    pub selection: Selection,
    /// The environment.
    pub environment: Option<String>,
    /// `KEY=VALUE` of the command line, as TOML, in order.
    pub overrides: Vec<String>,
}

/// What stays as it is as long as a workspace is open.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) root: PathBuf,
    pub(super) selection: Selection,
    environment: Option<String>,
    overrides: Vec<Arc<Source>>,
    pub(super) set: Vec<Set>,
}

/// Where a tenant lives: it is known by that, since others may have its id too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home {
    /// In a folder.
    Folder(SourcePath),
    /// In the roster of a group.
    Row(SourcePath, Arc<str>),
}

/// A tenant.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: TenantId,
    /// The folder of the layer above it.
    pub(super) layer: SourcePath,
    /// The folder that its folder lies in, seen from `sites/`.
    pub(super) group: Arc<str>,
    /// What is wrong with its place.
    pub(super) faults: Vec<Diagnostic>,
    /// When it last changed.
    pub(super) changed: u64,
    /// Whether it is shown.
    pub(super) is_shown: bool,
    /// Whether it is kept from a roster that cannot be read any more: then it stands in nobody's way.
    pub(super) is_kept: bool,
}

/// The workspace.
#[derive(Debug)]
pub(super) struct World {
    pub(super) ground: Arc<Ground>,
    pub(super) tree: Tree,
    pub(super) groups: BTreeMap<SourcePath, Group>,
    pub(super) tenants: BTreeMap<Home, Entry>,
    /// The tenants of an id; capitals make no difference.
    ids: BTreeMap<String, Vec<Home>>,
    themes: Mutex<Arc<Themes>>,
    /// When themes last changed.
    pub(super) themes_changed: BTreeMap<ThemeName, u64>,
    pub(super) files: SharedFiles,
    /// How many changes there were.
    pub(super) now: u64,
    /// What tenants shared before something of it last changed.
    pub(super) past: Option<Past>,
}

/// What tenants share at some time.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) layers: BTreeMap<SourcePath, Arc<Layer>>,
    pub(super) themes: Arc<Themes>,
}

impl Ground {
    pub(super) fn new(options: Options) -> Ground {
        let Options { workspace, selection, environment, overrides } = options;
        let overrides = command_line(&overrides);
        Ground { root: workspace, selection, environment, set: decoded(&overrides), overrides }
    }

    /// What tenants are resolved with.
    pub(super) fn setting<'g>(&'g self, themes: &'g Themes) -> Setting<'g> {
        let environment = self.environment.as_deref();
        Setting { root: &self.root, environment, overrides: &self.overrides, themes }
    }

    pub(super) fn overrides(&self) -> &[Arc<Source>] {
        &self.overrides
    }
}

impl Home {
    /// The folder of a tenant, which one in a roster need not have.
    pub(super) fn folder(&self) -> SourcePath {
        match self {
            Home::Folder(path) => path.clone(),
            Home::Row(group, id) => group.join(id),
        }
    }
}

impl Entry {
    /// Whether another one in the same place is the same tenant in the same state.
    fn is_like(&self, other: &Entry) -> bool {
        self.layer == other.layer && self.faults == other.faults && self.is_kept == other.is_kept
    }
}

impl World {
    /// Finds the groups and the tenants of a workspace.
    pub(super) fn open(ground: Ground) -> World {
        let mut world = World {
            tree: Tree::survey(&ground.root),
            ground: Arc::new(ground),
            groups: BTreeMap::new(),
            tenants: BTreeMap::new(),
            ids: BTreeMap::new(),
            themes: Mutex::default(),
            themes_changed: BTreeMap::new(),
            files: SharedFiles::default(),
            now: 1,
            past: None,
        };
        for (path, parent) in world.groups_in_tree() {
            world.read_group((&path, parent), (None, None));
        }
        world.name_tenants();
        let named = world.groups.keys().filter_map(|path| world.layer(path)?.spec.theme.as_ref());
        let named: BTreeSet<ThemeName> = named.map(|theme| theme.value.clone()).collect();
        named.iter().for_each(|theme| drop(world.themes(Some(theme))));
        world
    }

    /// The groups that the folders show, each with the one above it, from the top down.
    pub(super) fn groups_in_tree(&self) -> Vec<(SourcePath, Option<SourcePath>)> {
        fn gather(branch: &Branch<'_>, above: Option<&SourcePath>, groups: &mut Vec<(SourcePath, Option<SourcePath>)>) {
            // `sites/` is one whatever it holds.
            let is_group = above.is_none() || branch.folder.kind == FolderKind::Group;
            if is_group {
                groups.push((branch.folder.path.clone(), above.cloned()));
            }
            let above = if is_group { Some(&branch.folder.path) } else { above };
            let below = branch.children.iter().filter(|child| child.folder.kind != FolderKind::Tenant);
            below.for_each(|child| gather(child, above, groups));
        }
        let mut groups = Vec::new();
        gather(&self.tree.sites, None, &mut groups);
        groups
    }

    /// Reads a group with its roster; `old` is what it was before, and which paths in it have changed. Those above it are
    /// there.
    pub(super) fn read_group(
        &mut self,
        (path, parent): (&SourcePath, Option<SourcePath>),
        old: (Option<&Group>, Option<&Ways>),
    ) {
        let Some(branch) = self.tree.at(path) else { return };
        let built = self.build(branch, parent.as_ref());
        let residents = Residents::again((&self.ground.root, branch), &built.layer, old);
        let mut group = Group::of(residents, (parent, self.now), OnceLock::from(built));
        group.keep_roster(old.0);
        self.groups.insert(path.clone(), group);
    }

    /// Reads the roster of a group whose settings are as they were. Gives the group as it was.
    pub(super) fn read_roster_anew(&mut self, path: &SourcePath) -> Option<Group> {
        let residents = Residents::of(&self.ground.root, self.tree.at(path)?, self.layer(path)?);
        let mut old = self.groups.remove(path)?;
        let built = std::mem::take(&mut old.built);
        let mut group = Group::of(residents, (old.parent.clone(), old.changed), built);
        group.keep_roster(Some(&old));
        self.groups.insert(path.clone(), group);
        Some(old)
    }

    /// Looks anew who lives below a group without a roster.
    pub(super) fn count_members(&mut self, path: &SourcePath) {
        if let (Some(branch), Some(group)) = (self.tree.at(path), self.groups.get_mut(path)) {
            group.count(&branch.children);
        }
    }

    fn build(&self, branch: &Branch<'_>, parent: Option<&SourcePath>) -> Built {
        let above = parent.and_then(|parent| self.layer(parent));
        let ReadLayer { layer, problems, .. } = Layer::read(&self.ground.root, &branch.folder, above);
        Built { layer: Arc::new(layer), problems }
    }

    fn built(&self, path: &SourcePath) -> Option<&Built> {
        let group = self.groups.get(path)?;
        if let Some(built) = group.built.get() {
            return Some(built);
        }
        let branch = self.tree.at(path)?;
        Some(group.built.get_or_init(|| self.build(branch, group.parent.as_ref())))
    }

    /// A layer, made if it was dropped.
    pub(super) fn layer(&self, path: &SourcePath) -> Option<&Arc<Layer>> {
        self.built(path).map(|built| &built.layer)
    }

    /// Drops the layer of a group, since one above it has changed.
    pub(super) fn drop_layer(&mut self, path: &SourcePath) {
        if let Some(group) = self.groups.get_mut(path) {
            group.built = OnceLock::new();
        }
    }

    /// A group and those above it, the nearest first.
    pub(super) fn upward<'w>(&'w self, layer: &'w SourcePath) -> impl Iterator<Item = (&'w SourcePath, &'w Group)> {
        let next = |at: &(&'w SourcePath, &'w Group)| {
            let parent = at.1.parent.as_ref()?;
            Some((parent, self.groups.get(parent)?))
        };
        std::iter::successors(self.groups.get(layer).map(|group| (layer, group)), next)
    }

    /// Errors of layers and of its theme that keep a tenant from being shown as its sources are now. A roster that cannot
    /// be read does, though its tenants are sound: they are those of before.
    pub(super) fn errors_above(&self, entry: &Entry, (theme, is_sound): (Option<&ThemeName>, bool)) -> Vec<Diagnostic> {
        let keeps_roster = self.groups.get(&entry.layer).is_some_and(|group| group.keeps_roster);
        if is_sound && !keeps_roster {
            return Vec::new();
        }
        let mut errors = self.problems_above(&entry.layer);
        let themes = self.themes(theme);
        let own = themes.problems.iter().filter(|(name, _)| Some(name) == theme);
        errors.extend(own.map(|(_, problem)| problem.clone()));
        errors.retain(Diagnostic::is_error);
        errors
    }

    /// What is wrong with a group and with those above it.
    pub(super) fn problems_above(&self, layer: &SourcePath) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (path, group) in self.upward(layer) {
            problems.extend(self.built(path).into_iter().flat_map(|built| built.problems.iter().cloned()));
            problems.extend(group.roster_problems.iter().cloned());
        }
        problems
    }

    /// What is wrong with what tenants share, as far as it is made, and with things that are nobody's.
    pub(super) fn shared_problems(&self) -> Vec<Diagnostic> {
        fn gather(branch: &Branch<'_>, problems: &mut Vec<Diagnostic>) {
            problems.extend(branch.folder.strays.iter().cloned());
            if branch.folder.kind == FolderKind::Plain {
                problems.extend(branch.folder.problems.iter().cloned());
            }
            branch.children.iter().for_each(|child| gather(child, problems));
        }
        let mut problems = Vec::new();
        gather(&self.tree.sites, &mut problems);
        for group in self.groups.values() {
            problems.extend(group.built.get().into_iter().flat_map(|built| built.problems.iter().cloned()));
            problems.extend(group.roster_problems.iter().cloned());
        }
        problems.extend(locked(&self.themes).problems.iter().map(|(_, problem)| problem.clone()));
        problems
    }

    /// When a tenant, or a layer above it, last changed.
    pub(super) fn latest(&self, entry: &Entry) -> u64 {
        self.upward(&entry.layer).map(|(_, group)| group.changed).fold(entry.changed, u64::max)
    }

    /// Makes the list of tenants from what the groups hold. Those that are where they were keep when they changed.
    pub(super) fn name_tenants(&mut self) {
        let mut known = std::mem::take(&mut self.tenants);
        let mut tenants = Vec::new();
        for (path, group) in &self.groups {
            for Member { path: folder, faults } in &group.members {
                let name = folder.file_name();
                let above = folder.as_str().rsplit_once('/').map_or("", |(above, _)| above);
                tenants.push((Home::Folder(folder.clone()), self.entry(name, (path, above), faults)));
            }
            for id in group.ids() {
                let entry = self.entry(id, (path, path.as_str()), &[]);
                tenants.push((Home::Row(path.clone(), id.into()), Entry { is_kept: group.keeps_roster, ..entry }));
            }
        }
        let mut ids: BTreeMap<String, Vec<Home>> = BTreeMap::new();
        for (home, entry) in &mut tenants {
            if let Some(old) = known.remove(home).filter(|old| old.is_like(entry)) {
                entry.changed = old.changed;
            }
            ids.entry(entry.id.as_str().to_lowercase()).or_default().push(home.clone());
        }
        self.tenants = tenants.into_iter().collect();
        self.ids = ids;
    }

    fn entry(&self, name: &str, (layer, above): (&SourcePath, &str), faults: &[Diagnostic]) -> Entry {
        let id = TenantId::new(name).unwrap_or_else(|_| TenantId::stand_in(name));
        let group: Arc<str> = group_of(above).into();
        let is_shown = self.ground.selection.includes(Named { id: name, group: &group });
        let (layer, faults) = (layer.clone(), faults.to_vec());
        Entry { id, layer, group, faults, changed: self.now, is_shown, is_kept: false }
    }

    /// Who has an id.
    pub(super) fn homes(&self, id: &str) -> &[Home] {
        self.ids.get(&id.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The tenant that is shown under an id, and where it lives.
    pub(super) fn tenant(&self, id: &str) -> Option<(&Home, &Entry)> {
        let shown = self.homes(id).iter().filter_map(|home| Some((home, self.tenants.get(home)?)));
        let shown = shown.filter(|(_, entry)| entry.id.as_str() == id && entry.is_shown);
        shown.min_by_key(|(_, entry)| entry.is_kept)
    }

    /// Reads the settings of a tenant.
    pub(super) fn seed(&self, home: &Home, entry: &Entry) -> Option<TenantSeed> {
        self.seed_below(self.layer(&entry.layer)?, (home, entry))
    }

    /// The same below a layer that need not be the one of now.
    pub(super) fn seed_below(&self, layer: &Arc<Layer>, (home, entry): (&Home, &Entry)) -> Option<TenantSeed> {
        let root = &self.ground.root;
        match home {
            Home::Folder(path) => {
                let (folder, _) = look_into(root, path);
                let mut seed = TenantSeed::read(root, folder, Arc::clone(layer));
                seed.problems.extend(entry.faults.iter().cloned());
                Some(seed)
            }
            Home::Row(group, id) => {
                let roster = self.groups.get(group)?.roster.as_ref()?;
                // Below a group that cannot be read, rows are read as they were.
                roster.below(layer).as_ref().unwrap_or(roster).row(root, id)
            }
        }
    }

    /// The themes, that of a name among them.
    pub(super) fn themes(&self, wanted: Option<&ThemeName>) -> Arc<Themes> {
        let mut themes = locked(&self.themes);
        let missing = wanted.filter(|name| themes.get(name).is_none());
        if let Some(name) = missing {
            Arc::make_mut(&mut themes).load_more(&self.ground.root, &BTreeSet::from([name.clone()]));
        }
        Arc::clone(&themes)
    }

    /// What tenants are made from now, as far as it has been made.
    pub(super) fn shared_now(&self) -> Past {
        let layers = self.groups.iter();
        let layers = layers.filter_map(|(path, group)| Some((path.clone(), Arc::clone(&group.built.get()?.layer))));
        Past { layers: layers.collect(), themes: Arc::clone(&locked(&self.themes)) }
    }

    /// Loads the themes again that changed files may be part of. Gives those that are others now.
    pub(super) fn reload_themes(&mut self, changed: &BTreeMap<String, Ways>) -> BTreeSet<ThemeName> {
        let is_changed = |name: &ThemeName| changed.contains_key(name.as_str()) || changed.contains_key("");
        let mut themes = locked(&self.themes);
        let different = Arc::make_mut(&mut themes).reload(&self.ground.root, is_changed);
        drop(themes);
        self.themes_changed.extend(different.iter().map(|name| (name.clone(), self.now)));
        different
    }
}
