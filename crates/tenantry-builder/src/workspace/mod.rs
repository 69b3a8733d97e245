//! A workspace, read: its layers combined once per layer, its tenants known by name and address.
//!
//! What groups share is read, parsed and combined here, once. Tenants that are remembered are not read. Of the others the
//! settings are; their own files beyond these are read when a tenant is resolved, so that memory follows the tenants in
//! flight.

mod conflicts;
mod layer;
mod seed;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::layer::BaseUrl;
use tenantry_core::path::SourcePath;
use tenantry_core::source::Place;

use crate::disk;
use crate::memory::Memory;
use crate::roster::{self, GroupRoster};
use crate::scan::{Branch, Folder, FolderKind, scan};
use crate::selection::{Named, Selection};
use crate::state::{Remembered, claim_of};

pub use self::conflicts::refuse_equal_addresses;
pub(crate) use self::conflicts::refuse_ids;
pub(crate) use self::layer::ReadLayer;
pub use self::layer::{Layer, SharedRegister, ValueUse};
pub use self::seed::TenantSeed;
pub(crate) use self::seed::{group_of, read_settings};

/// Most tenants whose settings a run holds from the first look at them until it is their turn; those of more are read
/// twice.
const MOST_HELD: usize = 20_000;

/// A workspace.
#[derive(Debug)]
pub struct Workspace {
    /// The folder that holds `sites/` and `themes/`.
    pub root: PathBuf,
    /// Its tenants, by id.
    pub tenants: Vec<TenantSeed>,
    /// Its groups.
    pub layers: Vec<Arc<Layer>>,
    /// What is wrong with layers that tenants share, each with the folder of the layer.
    pub shared_problems: Vec<(Diagnostic, SourcePath)>,
    /// The names of all environments that some layer describes.
    pub environments: BTreeSet<String>,
    /// The names of folders that cannot be read: tenants of these names have not vanished.
    pub unread: Vec<String>,
}

/// Tenants of one folder that are as they were, and are not read.
#[derive(Debug)]
pub(crate) struct Recalled<'m> {
    /// The folder that theirs lie in.
    pub(crate) folder: SourcePath,
    /// The layer above them.
    pub(crate) layer: Arc<Layer>,
    /// What is remembered of each.
    pub(crate) tenants: Vec<&'m Remembered<'m>>,
    /// Which roster they are rows of, if they are.
    roster: Option<usize>,
}

/// A workspace, read but for the tenants that are remembered.
#[derive(Debug)]
pub(crate) struct Gathered<'m> {
    /// What was read.
    pub(crate) workspace: Workspace,
    /// The tenants that were not.
    pub(crate) recalled: Vec<Recalled<'m>>,
    rosters: Vec<GroupRoster>,
}

/// Why a folder is no workspace.
#[derive(Debug)]
pub struct NoWorkspace {
    /// What was looked for, and where.
    pub message: String,
}

/// Finds the workspace that a folder lies in: the nearest one upward with `sites/group.toml`.
pub fn find(from: &Path) -> Result<PathBuf, NoWorkspace> {
    let from = disk::canonical(from).map_err(|error| NoWorkspace { message: error.to_string() })?;
    for folder in from.ancestors() {
        if is_workspace(folder)? {
            return Ok(folder.to_owned());
        }
    }
    let message =
        format!("no workspace here: neither `{}` nor a folder above it has `sites/group.toml`", from.display());
    Err(NoWorkspace { message })
}

/// Whether a folder is marked as a workspace.
fn is_workspace(folder: &Path) -> Result<bool, NoWorkspace> {
    disk::exists(&folder.join("sites/group.toml")).map_err(|error| NoWorkspace { message: error.to_string() })
}

/// Reads a workspace.
pub fn read(root: &Path) -> Result<Workspace, NoWorkspace> {
    Ok(gather(root, look(root, None)?, None).workspace)
}

/// Looks at the folders of a workspace, and tells which tenants are as they are remembered. Reads nothing.
pub(crate) fn look<'m>(root: &Path, memory: Option<&Memory<'m>>) -> Result<Branch<'m>, NoWorkspace> {
    refuse_other_folder(root)?;
    Ok(scan(root, &SourcePath::named("sites"), memory))
}

/// Refuses a folder that is no workspace.
pub(crate) fn refuse_other_folder(root: &Path) -> Result<(), NoWorkspace> {
    let message = || format!("`{}` is no workspace: it has no `sites/group.toml`", root.display());
    if is_workspace(root)? { Ok(()) } else { Err(NoWorkspace { message: message() }) }
}

/// Reads what was looked at, but for the tenants that are remembered.
pub(crate) fn gather<'m>(root: &Path, sites: Branch<'m>, memory: Option<&Memory<'m>>) -> Gathered<'m> {
    let mut reading = Reading {
        workspace: Workspace {
            root: root.to_owned(),
            tenants: Vec::new(),
            layers: Vec::new(),
            shared_problems: Vec::new(),
            environments: BTreeSet::new(),
            unread: Vec::new(),
        },
        seeds: Vec::new(),
        recalled: Vec::new(),
        rosters: Vec::new(),
    };
    reading.layer(sites, None);
    let Reading { mut workspace, seeds, mut recalled, rosters } = reading;
    let is_large = memory.is_some() && seeds.len() > MOST_HELD;
    let read = |(folder, layer)| {
        let seed = TenantSeed::read(root, folder, layer);
        if is_large { seed.put_aside() } else { seed }
    };
    workspace.tenants = seeds.into_par_iter().map(read).collect();
    for (index, roster) in rosters.iter().enumerate() {
        let (mut seeds, tenants) = roster.rows(root, memory);
        workspace.tenants.append(&mut seeds);
        recalled.push(Recalled {
            folder: roster.parent.path.clone(),
            layer: Arc::clone(&roster.parent),
            tenants,
            roster: Some(index),
        });
    }
    for own in workspace.tenants.iter().filter_map(|seed| seed.own.as_ref()) {
        workspace.environments.extend(own.environments.keys().map(ToString::to_string));
    }
    let mut gathered = Gathered { workspace, recalled, rosters };
    gathered.sort();
    gathered.refuse_equal_ids();
    gathered
}

impl<'m> Recalled<'m> {
    /// A tenant of these as it is chosen.
    pub(crate) fn named<'n>(&'n self, tenant: &'n Remembered<'m>) -> Named<'n> {
        Named { id: tenant.id, group: group_of(self.folder.as_str()) }
    }
}

impl<'m> Gathered<'m> {
    /// All tenants as they are chosen.
    pub(crate) fn named(&self) -> impl Iterator<Item = Named<'_>> + Clone {
        let recalled = self.recalled.iter();
        let recalled = recalled.flat_map(|below| below.tenants.iter().map(move |tenant| below.named(tenant)));
        self.workspace.tenants.iter().map(TenantSeed::named).chain(recalled)
    }

    /// Keeps the tenants that are meant.
    pub(crate) fn choose(&mut self, selection: &Selection) {
        self.workspace.tenants.retain(|seed| selection.includes(seed.named()));
        for recalled in &mut self.recalled {
            let mut tenants = std::mem::take(&mut recalled.tenants);
            tenants.retain(|tenant| selection.includes(recalled.named(tenant)));
            recalled.tenants = tenants;
        }
    }

    /// Whether all tenants are remembered, and no others were there when they were last looked at.
    pub(crate) fn is_as_remembered(&self, memory: &Memory<'_>) -> bool {
        let known = memory.fleet().map(|(_, tenants)| tenants);
        self.workspace.tenants.is_empty() && known == Some(self.remembered().count())
    }

    /// The remembered tenants.
    pub(crate) fn remembered(&self) -> impl Iterator<Item = &'m Remembered<'m>> {
        self.recalled.iter().flat_map(|recalled| recalled.tenants.iter().copied())
    }

    fn refuse_equal_ids(&mut self) {
        let read = self.workspace.tenants.iter().map(|seed| seed.identity.id.as_str());
        let twice = conflicts::equal_ids(read, self.remembered().map(|tenant| tenant.id));
        let twice: BTreeSet<String> = twice.into_iter().map(str::to_owned).collect();
        if !twice.is_empty() {
            // What is said of them names their places.
            self.read_again(|tenant| twice.contains(tenant.id));
        }
        refuse_ids(&mut self.workspace.tenants, &twice);
    }

    /// Refuses tenants that claim the address of another one. `published_at` tells a tenant's address and where it was
    /// written.
    pub(crate) fn refuse_equal_addresses(
        &mut self,
        published_at: impl Fn(&TenantSeed) -> Option<(BaseUrl, Option<Place>)> + Sync,
    ) {
        let claim = |seed: &TenantSeed| published_at(seed).map(|(url, _)| claim_of(&url));
        let mut claims: Vec<u64> = self.workspace.tenants.par_iter().filter_map(claim).collect();
        claims.extend(self.remembered().map(|tenant| tenant.claim));
        claims.sort_unstable();
        let twice: BTreeSet<u64> = claims.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        if !twice.is_empty() {
            self.read_again(|tenant| twice.contains(&tenant.claim));
            refuse_equal_addresses(&mut self.workspace.tenants, published_at);
        }
    }

    /// Reads some of the remembered tenants after all.
    pub(crate) fn read_again(&mut self, wanted: impl Fn(&Remembered<'m>) -> bool) {
        let root = &self.workspace.root;
        for Recalled { folder, layer, tenants, roster } in &mut self.recalled {
            let (again, rest): (Vec<_>, _) = tenants.drain(..).partition(|tenant| wanted(tenant));
            *tenants = rest;
            let of_roster = roster.and_then(|index| self.rosters.get(index));
            let read = |tenant: &&Remembered<'m>| match of_roster {
                Some(roster) => roster.row(root, tenant.id),
                None => {
                    let scanned = scan(root, &folder.join(tenant.id), None);
                    Some(TenantSeed::read(root, scanned.folder, Arc::clone(layer)))
                }
            };
            self.workspace.tenants.extend(again.iter().filter_map(read));
        }
        self.sort();
    }

    fn sort(&mut self) {
        self.workspace.tenants.sort_by_cached_key(|seed| (seed.identity.id.clone(), seed.identity.file.clone()));
    }
}

struct Reading<'m> {
    workspace: Workspace,
    /// Folders of tenants, each with the layer above it.
    seeds: Vec<(Folder, Arc<Layer>)>,
    recalled: Vec<Recalled<'m>>,
    rosters: Vec<GroupRoster>,
}

impl<'m> Reading<'m> {
    fn layer(&mut self, branch: Branch<'m>, parent: Option<&Arc<Layer>>) {
        let tenants = branch.tenants();
        let Branch { mut folder, mut children, mut recalled } = branch;
        let strays = folder.strays.drain(..).map(|stray| (stray, stray_folder()));
        self.workspace.shared_problems.extend(strays);
        self.workspace.unread.append(&mut folder.unread);
        let layer = match (folder.kind, parent) {
            (FolderKind::Plain, Some(parent)) => {
                self.plain_folder(&folder, tenants);
                Arc::clone(parent)
            }
            _ => {
                let layer = Arc::new(self.group(&folder, parent));
                self.workspace.layers.push(Arc::clone(&layer));
                self.roster(&layer, (&mut children, &mut recalled));
                layer
            }
        };
        for child in children {
            match child.folder.kind {
                FolderKind::Tenant => {
                    let strays = child.folder.strays.iter().cloned().map(|stray| (stray, stray_folder()));
                    self.workspace.shared_problems.extend(strays);
                    self.seeds.push((child.folder, Arc::clone(&layer)));
                }
                FolderKind::Group | FolderKind::Plain => self.layer(child, Some(&layer)),
            }
        }
        if !recalled.is_empty() {
            self.recalled.push(Recalled { folder: folder.path, layer, tenants: recalled, roster: None });
        }
    }

    /// Reads the roster of a layer, if it has one.
    fn roster(
        &mut self,
        layer: &Arc<Layer>,
        (children, recalled): (&mut Vec<Branch<'m>>, &mut Vec<&'m Remembered<'m>>),
    ) {
        let Workspace { root, unread, shared_problems, .. } = &mut self.workspace;
        let found = roster::read((root, layer), (children, recalled), unread);
        shared_problems.extend(found.problems.into_iter().map(|problem| (problem, layer.path.clone())));
        unread.extend(found.unread);
        self.rosters.extend(found.roster);
    }

    /// A folder without settings passes everything on; what it holds itself is not read.
    fn plain_folder(&mut self, folder: &Folder, tenants: usize) {
        let problems = folder.problems.iter().cloned();
        self.workspace.shared_problems.extend(problems.map(|problem| (problem, folder.path.clone())));
        if folder.has_cookies || !folder.content.is_empty() || !folder.statics.is_empty() || tenants == 0 {
            let warning = Diagnostic::warning(
                "no-layer",
                "the folder has neither `group.toml` nor `site.toml`, so its own files are not read",
            );
            self.workspace.shared_problems.push((
                warning.about(folder.path.as_str()).hint("add a `group.toml`, even an empty one"),
                folder.path.clone(),
            ));
        }
    }

    fn group(&mut self, folder: &Folder, parent: Option<&Arc<Layer>>) -> Layer {
        let ReadLayer { layer, problems, environments } = Layer::read(&self.workspace.root, folder, parent);
        self.workspace.environments.extend(environments);
        self.workspace.shared_problems.extend(problems.into_iter().map(|problem| (problem, folder.path.clone())));
        layer
    }
}

/// Where a thing lies that is part of no layer: no tenant is below it.
fn stray_folder() -> SourcePath {
    SourcePath::named("")
}
