//! The output folder, looked at: what is known of each tenant's files, and what stands in the way of new ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tenantry_core::digest::Checksum;
use tenantry_core::manifest::Manifest;
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::compare::Known;
use crate::disk::{self, DiskResult};
use crate::inventory::Inventory;

/// Folder of the output that holds what builds know.
pub(crate) const STATE: &str = ".tenantry";
/// Folder in that one for files on their way, which a build finds empty.
pub(crate) const STAGE: &str = "stage";
/// Largest manifest, in bytes.
const LARGEST_MANIFEST: u64 = 64 << 20;
/// Largest file that is read back, in bytes.
const LARGEST_FILE: u64 = 1 << 40;

/// Something that is not ours and stands where a file should go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// A link or a file in place of a folder, or somebody's files in place of a file: nothing can be written there.
    Blocked(PathBuf),
    /// A file, which could be replaced.
    Foreign(PathBuf),
}

/// An output folder that is only looked at.
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    root: &'v Path,
    /// The folder is ours and has no manifest at all: they were lost, so what lies there is taken for ours.
    state_lost: bool,
    /// What it held when the run began, if that is known: one look spares each tenant some.
    inventory: Option<&'v Inventory>,
}

impl<'v> View<'v> {
    /// Looks at a folder, which need not exist. `inventory` tells what names it held when the run began.
    pub(crate) fn of(root: &'v Path, inventory: &'v Inventory) -> View<'v> {
        View { root, state_lost: inventory.is_lost(), inventory: Some(inventory) }
    }

    /// Looks at a folder that has its manifests.
    pub(crate) fn of_kept(root: &'v Path) -> View<'v> {
        View { root, state_lost: false, inventory: None }
    }

    /// What is known of a tenant's last output. A manifest that is there and cannot be read is an error: what it lists
    /// would be forgotten. One that can be read and makes no sense says at least that the folder is ours.
    pub fn known(&self, id: &TenantId) -> DiskResult<Known> {
        let listed = if self.has(id, "json")? { Some(self.manifest(id, "json")?) } else { None };
        if self.has(id, "next")? {
            return Ok(Known::Unfinished(listed.flatten(), self.manifest(id, "next")?));
        }
        if !self.has_folder(id)? {
            return Ok(Known::Nothing);
        }
        Ok(match listed {
            Some(Some(manifest)) => Known::Listed(manifest),
            Some(None) => Known::Unlisted,
            None if self.state_lost => Known::Unlisted,
            None => Known::Foreign,
        })
    }

    /// Whether a tenant has a manifest of this ending.
    fn has(&self, id: &TenantId, ending: &str) -> DiskResult<bool> {
        match self.inventory {
            Some(inventory) => Ok(inventory.has_manifest(&format!("{id}.{ending}"))),
            None => disk::exists(&self.manifest_path(id, ending)),
        }
    }

    fn has_folder(&self, id: &TenantId) -> DiskResult<bool> {
        match self.inventory {
            Some(inventory) => Ok(inventory.has_folder(id.as_str())),
            None => disk::is_folder(&self.root.join(id.as_str())),
        }
    }

    fn manifest_path(&self, id: &TenantId, ending: &str) -> PathBuf {
        self.root.join(STATE).join("manifests").join(format!("{id}.{ending}"))
    }

    fn manifest(&self, id: &TenantId, ending: &str) -> DiskResult<Option<Box<Manifest>>> {
        match disk::read(&self.manifest_path(id, ending), LARGEST_MANIFEST) {
            Err(error) if error.cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            read => Ok(Manifest::from_bytes(&read?, id).map(Box::new)),
        }
    }

    /// One manifest of everything that a build that was cut short may have left. `None` if none was.
    pub(crate) fn everything_unfinished(&self, id: &TenantId) -> DiskResult<Option<Manifest>> {
        let Some(next) = self.manifest(id, "next")? else { return Ok(None) };
        let mut all = *next;
        for (path, artifact) in self.manifest(id, "json")?.map(|listed| listed.artifacts).unwrap_or_default() {
            all.artifacts.entry(path).or_insert(artifact);
        }
        Ok(Some(all))
    }

    /// A file of a tenant's folder.
    pub(crate) fn bytes(&self, id: &TenantId, path: &OutputPath) -> DiskResult<Vec<u8>> {
        disk::read(&self.root.join(id.as_str()).join(path.as_str()), LARGEST_FILE)
    }

    /// Whether a file of a tenant's folder has other bytes than the digest says.
    pub fn differs(&self, id: &TenantId, path: &OutputPath, digest: Checksum) -> bool {
        self.bytes(id, path).map_or(true, |bytes| Checksum::of(&bytes) != digest)
    }

    /// Whether there is nothing at all where a tenant's folder goes.
    pub fn is_free(&self, id: &TenantId) -> DiskResult<bool> {
        Ok(!disk::exists(&self.root.join(id.as_str()))?)
    }

    /// What stands in the way of new files of a tenant and is not ours, sorted. `is_ours` tells what manifests list.
    pub fn obstacles<'p>(
        &self,
        id: &TenantId,
        new: impl Iterator<Item = &'p OutputPath>,
        is_ours: &dyn Fn(&str) -> bool,
    ) -> DiskResult<BTreeSet<Obstacle>> {
        let mut way = Way { target: self.root.join(id.as_str()), is_ours, folders: BTreeMap::new() };
        new.filter_map(|path| way.obstacle(path.as_str()).transpose()).collect()
    }
}

/// The way to new files of a tenant: each folder is looked at once.
struct Way<'w> {
    target: PathBuf,
    is_ours: &'w dyn Fn(&str) -> bool,
    folders: BTreeMap<String, Passage>,
}

/// What stands where a folder should be.
#[derive(Debug, Clone)]
enum Passage {
    /// A folder.
    Open,
    /// Nothing, or something of ours that goes: whatever lies below it is no obstacle.
    Free,
    /// Something else.
    Blocked(PathBuf),
}

impl Way<'_> {
    fn obstacle(&mut self, path: &str) -> DiskResult<Option<Obstacle>> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match self.passage(folder)? {
            Passage::Free => return Ok(None),
            Passage::Blocked(folder) => return Ok(Some(Obstacle::Blocked(folder))),
            Passage::Open => {}
        }
        let file = self.target.join(path);
        Ok(match disk::type_of(&file)? {
            None => None,
            Some(kind) if kind.is_dir() => self.foreign_below(&file)?.map(Obstacle::Blocked),
            Some(_) => (!(self.is_ours)(path)).then_some(Obstacle::Foreign(file)),
        })
    }

    /// The way into a folder of the tenant, seen from its own.
    fn passage(&mut self, folder: &str) -> DiskResult<Passage> {
        if let Some(known) = self.folders.get(folder) {
            return Ok(known.clone());
        }
        let above = match folder.rsplit_once('/') {
            _ if folder.is_empty() => Passage::Open,
            Some((above, _)) => self.passage(above)?,
            None => self.passage("")?,
        };
        let passage = if matches!(above, Passage::Open) { self.look(folder)? } else { above };
        self.folders.insert(folder.to_owned(), passage.clone());
        Ok(passage)
    }

    fn look(&self, folder: &str) -> DiskResult<Passage> {
        let path = if folder.is_empty() { self.target.clone() } else { self.target.join(folder) };
        Ok(match disk::type_of(&path)? {
            None => Passage::Free,
            Some(kind) if kind.is_dir() => Passage::Open,
            Some(kind) if kind.is_file() && (self.is_ours)(folder) => Passage::Free,
            Some(_) => Passage::Blocked(path),
        })
    }

    /// The first file below a folder that no manifest lists.
    fn foreign_below(&self, folder: &Path) -> DiskResult<Option<PathBuf>> {
        for entry in walkdir::WalkDir::new(folder).follow_links(false).sort_by_file_name() {
            let entry = entry.map_err(|error| disk::unlisted(folder, error))?;
            let relative = entry.path().strip_prefix(&self.target).ok().and_then(Path::to_str).unwrap_or_default();
            if !entry.file_type().is_dir() && !(self.is_ours)(relative) {
                return Ok(Some(entry.into_path()));
            }
        }
        Ok(None)
    }
}
