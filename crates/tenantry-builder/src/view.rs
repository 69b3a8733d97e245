//! The output folder, looked at: what is known of each tenant's files, and what stands in the way of new ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tenantry_core::digest::Digest;
use tenantry_core::manifest::{MANIFEST_FORMAT, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::compare::Known;
use crate::disk::{self, DiskResult};

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
}

impl<'v> View<'v> {
    /// Looks at a folder, which need not exist.
    pub fn of(root: &'v Path) -> DiskResult<View<'v>> {
        let marked = disk::exists(&root.join(STATE).join("mark"))?;
        let state_lost = marked && disk::names_in(&root.join(STATE).join("manifests"))?.is_empty();
        Ok(View { root, state_lost })
    }

    /// Looks at a folder that has its manifests.
    pub(crate) fn of_kept(root: &'v Path) -> View<'v> {
        View { root, state_lost: false }
    }

    /// What is known of a tenant's last output. A manifest that is there and cannot be read is an error: what it lists
    /// would be forgotten. One that can be read and makes no sense says at least that the folder is ours.
    pub fn known(&self, id: &TenantId) -> DiskResult<Known> {
        let listed = self.manifest(id, "json")?;
        if disk::exists(&self.manifest_path(id, "next"))? {
            return Ok(Known::Unfinished(listed, self.manifest(id, "next")?));
        }
        if !disk::is_folder(&self.root.join(id.as_str()))? {
            return Ok(Known::Nothing);
        }
        Ok(match listed {
            Some(manifest) => Known::Listed(manifest),
            None if self.state_lost || disk::exists(&self.manifest_path(id, "json"))? => Known::Unlisted,
            None => Known::Foreign,
        })
    }

    fn manifest_path(&self, id: &TenantId, ending: &str) -> PathBuf {
        self.root.join(STATE).join("manifests").join(format!("{id}.{ending}"))
    }

    fn manifest(&self, id: &TenantId, ending: &str) -> DiskResult<Option<Box<Manifest>>> {
        let path = self.manifest_path(id, ending);
        if !disk::exists(&path)? {
            return Ok(None);
        }
        let bytes = disk::read(&path, LARGEST_MANIFEST)?;
        let manifest: Option<Manifest> = serde_json::from_slice(&bytes).ok();
        let usable = manifest.filter(|found| found.format == MANIFEST_FORMAT && found.tenant == id.as_str());
        Ok(usable.map(Box::new))
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

    /// Whether a file of a tenant's folder has other bytes than the digest says.
    pub fn differs(&self, id: &TenantId, path: &OutputPath, digest: Digest) -> bool {
        let file = self.root.join(id.as_str()).join(path.as_str());
        disk::read(&file, LARGEST_FILE).map_or(true, |bytes| Digest::of(&bytes) != digest)
    }

    /// What stands in the way of a new file and is not ours. `ours` are the paths that manifests list.
    pub fn obstacle(
        &self,
        id: &TenantId,
        path: &OutputPath,
        ours: &BTreeSet<OutputPath>,
    ) -> DiskResult<Option<Obstacle>> {
        let target = self.root.join(id.as_str());
        let mut folder = target.clone();
        let segments: Vec<&str> = path.as_str().split('/').collect();
        let Some((name, folders)) = segments.split_last() else { return Ok(None) };
        let mut relative = String::new();
        for segment in std::iter::once(&"").chain(folders) {
            if !segment.is_empty() {
                folder.push(segment);
                relative = if relative.is_empty() { (*segment).to_owned() } else { format!("{relative}/{segment}") };
            }
            if !disk::exists(&folder)? {
                return Ok(None);
            }
            if !disk::is_folder(&folder)? {
                let removable = ours.contains(&OutputPath::generated(relative)) && !disk::is_link(&folder)?;
                return Ok((!removable).then_some(Obstacle::Blocked(folder)));
            }
        }
        let file = folder.join(name);
        if disk::is_folder(&file)? {
            return Ok(self.foreign_below(&target, &file, ours)?.map(Obstacle::Blocked));
        }
        let foreign = disk::exists(&file)? && !ours.contains(path);
        Ok(foreign.then_some(Obstacle::Foreign(file)))
    }

    /// The first file below a folder that no manifest lists.
    fn foreign_below(&self, target: &Path, folder: &Path, ours: &BTreeSet<OutputPath>) -> DiskResult<Option<PathBuf>> {
        for entry in walkdir::WalkDir::new(folder).follow_links(false).sort_by_file_name() {
            let entry = entry.map_err(|error| disk::unlisted(folder, error))?;
            let relative = entry.path().strip_prefix(target).ok().and_then(Path::to_str).unwrap_or_default();
            if !entry.file_type().is_dir() && !ours.contains(&OutputPath::generated(relative.to_owned())) {
                return Ok(Some(entry.into_path()));
            }
        }
        Ok(None)
    }

    /// The tenants that have output here.
    pub fn tenants(&self) -> DiskResult<BTreeSet<String>> {
        let names = disk::names_in(&self.root.join(STATE).join("manifests"))?;
        let id = |name: &String| name.strip_suffix(".json").or_else(|| name.strip_suffix(".next")).map(str::to_owned);
        Ok(names.iter().filter_map(id).collect())
    }
}
