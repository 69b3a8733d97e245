//! The output folder: whose it is, who may write, what it holds, and how files are replaced.
//!
//! ```text
//! dist/<tenant>/…                          plain files
//! dist/.tenantry/mark                      this folder is ours
//! dist/.tenantry/lock                      one writer
//! dist/.tenantry/stage/<tenant>/…          files on their way
//! dist/.tenantry/manifests/<tenant>.json   what a tenant's folder holds; `<tenant>.next` while it is being changed
//! ```
//!
//! A tenant without a folder is written below `stage/` and renamed into place in one step. In an existing folder each
//! changed file is first written whole below `stage/` and then renamed over the old one: assets first, pages last,
//! removals after. Between the first rename and the last, `<tenant>.next` says so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tenantry_core::digest::Digest;
use tenantry_core::manifest::{CacheClass, MANIFEST_FORMAT, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::compare::Known;
use crate::disk::{self, DiskError, DiskResult, LockFile};

const STATE: &str = ".tenantry";
const MARK: &str =
    "This folder is written by Tenantry. What its manifests list may be replaced or removed by a build.\n";
/// Largest manifest, in bytes.
const LARGEST_MANIFEST: u64 = 64 << 20;

/// An output folder that may be written, as long as the value lives.
#[derive(Debug)]
pub struct Output {
    root: PathBuf,
    _lock: LockFile,
}

/// Why an output folder may not be written.
#[derive(Debug)]
pub enum Refusal {
    /// It is not ours, or lies where it must not. Exit 3.
    Unsafe(String),
    /// Another process writes into it. Exit 2.
    Locked(String),
    /// The disk says no. Exit 2.
    Disk(DiskError),
}

/// A file to be put into a tenant's folder.
#[derive(Debug)]
pub struct NewFile {
    /// Where.
    pub path: OutputPath,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Its class: assets are put before what names them.
    pub cache: CacheClass,
}

/// What changes in a tenant's folder.
#[derive(Debug)]
pub struct Change {
    /// Files to put there.
    pub files: Vec<NewFile>,
    /// Files of ours to remove.
    pub removals: Vec<OutputPath>,
    /// What the folder holds then.
    pub manifest: Manifest,
}

impl Output {
    /// Opens the output folder at `out` for a workspace, creating it if need be.
    pub fn open(out: &Path, workspace: &Path, holder: &str) -> Result<Output, Refusal> {
        refuse_inside_sources(out, workspace)?;
        let state = out.join(STATE);
        if !disk::exists(&state.join("mark")) {
            let others: Vec<String> =
                disk::names_in(out).map_err(Refusal::Disk)?.into_iter().filter(|name| name != STATE).collect();
            if let Some(first) = others.first() {
                let message = format!(
                    "`{}` is not empty and was not made by Tenantry: it holds `{first}`. Choose another folder with --out, or empty this one",
                    out.display()
                );
                return Err(Refusal::Unsafe(message));
            }
        }
        disk::create_folders(&state.join("stage")).map_err(Refusal::Disk)?;
        disk::create_folders(&state.join("manifests")).map_err(Refusal::Disk)?;
        let lock = disk::lock(&state.join("lock"), holder).map_err(|refused| match refused {
            Ok(other) => {
                Refusal::Locked(format!("`{}` is being written by {other}: wait until it is done", out.display()))
            }
            Err(error) => Refusal::Disk(error),
        })?;
        if !disk::exists(&state.join("mark")) {
            disk::replace(&state.join("mark"), MARK.as_bytes()).map_err(Refusal::Disk)?;
        }
        Ok(Output { root: out.to_owned(), _lock: lock })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is known of a tenant's last output.
    pub fn known(&self, id: &TenantId) -> Known {
        let view = View { root: &self.root };
        view.known(id)
    }

    /// Whether a file of a tenant's folder has other bytes than the digest says.
    pub fn differs(&self, id: &TenantId, path: &OutputPath, digest: Digest) -> bool {
        View { root: &self.root }.differs(id, path, digest)
    }

    /// Puts a change into a tenant's folder. Gives the number of files written.
    pub fn apply(&self, id: &TenantId, change: &Change) -> DiskResult<()> {
        let target = self.root.join(id.as_str());
        let stage = self.root.join(STATE).join("stage").join(id.as_str());
        let next = self.manifest_path(id, "next");
        let listed = self.manifest_path(id, "json");
        if change.files.is_empty() && change.removals.is_empty() {
            return self.save_manifest(&listed, &change.manifest);
        }
        disk::clear_stage(&stage)?;
        for file in &change.files {
            disk::write_new(&stage.join(file.path.as_str()), &file.bytes)?;
        }
        self.save_manifest(&next, &change.manifest)?;
        if disk::exists(&target) {
            replace_one_by_one(&stage, &target, change)?;
        } else {
            disk::rename(&stage, &target)?;
        }
        disk::rename(&next, &listed)?;
        disk::clear_stage(&stage)
    }

    fn save_manifest(&self, path: &Path, manifest: &Manifest) -> DiskResult<()> {
        let bytes = serde_json::to_vec(manifest).unwrap_or_default();
        disk::replace(path, &bytes)
    }

    fn manifest_path(&self, id: &TenantId, ending: &str) -> PathBuf {
        self.root.join(STATE).join("manifests").join(format!("{id}.{ending}"))
    }

    /// The tenants that have output here.
    pub fn tenants(&self) -> DiskResult<Vec<String>> {
        let names = disk::names_in(&self.root.join(STATE).join("manifests"))?;
        Ok(names.iter().filter_map(|name| name.strip_suffix(".json")).map(str::to_owned).collect())
    }

    /// Removes what a manifest lists of a tenant that is gone, and the folders that are empty then.
    pub fn prune(&self, id: &TenantId) -> DiskResult<usize> {
        let Known::Listed(manifest) = self.known(id) else { return Ok(0) };
        let target = self.root.join(id.as_str());
        for path in manifest.artifacts.keys() {
            disk::remove_file(&target.join(path.as_str()))?;
        }
        remove_empty_folders(&target, manifest.artifacts.keys());
        disk::remove_empty_folder(&target);
        disk::remove_file(&self.manifest_path(id, "json"))?;
        Ok(manifest.artifacts.len())
    }
}

/// An output folder that is only looked at.
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    /// The folder.
    pub root: &'v Path,
}

impl View<'_> {
    /// What is known of a tenant's last output.
    pub fn known(&self, id: &TenantId) -> Known {
        if !disk::is_folder(&self.root.join(id.as_str())) {
            return Known::Nothing;
        }
        let manifest = |ending: &str| {
            let path = self.root.join(STATE).join("manifests").join(format!("{id}.{ending}"));
            let bytes = disk::read(&path, LARGEST_MANIFEST).ok()?;
            let manifest: Manifest = serde_json::from_slice(&bytes).ok()?;
            (manifest.format == MANIFEST_FORMAT && manifest.tenant == id.as_str()).then(|| Box::new(manifest))
        };
        let interrupted = disk::exists(&self.root.join(STATE).join("manifests").join(format!("{id}.next")));
        match (manifest("json"), interrupted) {
            (Some(listed), false) => Known::Listed(listed),
            (listed, true) => Known::Unfinished(listed.unwrap_or_default(), manifest("next").unwrap_or_default()),
            (None, false) => Known::Unlisted,
        }
    }

    /// Whether a file of a tenant's folder has other bytes than the digest says.
    pub fn differs(&self, id: &TenantId, path: &OutputPath, digest: Digest) -> bool {
        let file = self.root.join(id.as_str()).join(path.as_str());
        disk::read(&file, u64::MAX - 1).map_or(true, |bytes| Digest::of(&bytes) != digest)
    }

    /// Whether something is there that no manifest lists.
    pub fn occupied(&self, id: &TenantId, path: &OutputPath) -> bool {
        disk::exists(&self.root.join(id.as_str()).join(path.as_str()))
    }
}

/// Renames staged files over old ones: assets, then the rest; then removes.
fn replace_one_by_one(stage: &Path, target: &Path, change: &Change) -> DiskResult<()> {
    let mut files: Vec<&NewFile> = change.files.iter().collect();
    files.sort_by_key(|file| (file.cache != CacheClass::Immutable, is_page(&file.path), &file.path));
    let mut folders = BTreeSet::new();
    for file in files {
        let path = target.join(file.path.as_str());
        if let Some(folder) = path.parent()
            && folders.insert(folder.to_owned())
        {
            disk::create_folders(folder)?;
        }
        disk::rename(&stage.join(file.path.as_str()), &path)?;
    }
    for path in &change.removals {
        disk::remove_file(&target.join(path.as_str()))?;
    }
    remove_empty_folders(target, change.removals.iter());
    Ok(())
}

fn is_page(path: &OutputPath) -> bool {
    path.as_str().ends_with(".html")
}

/// Removes the folders of removed files that are empty now, the deepest first.
fn remove_empty_folders<'p>(target: &Path, removed: impl Iterator<Item = &'p OutputPath>) {
    let mut folders = BTreeSet::new();
    for path in removed {
        let mut folder = path.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folders.insert(parent.to_owned());
            folder = parent;
        }
    }
    for folder in folders.iter().rev() {
        disk::remove_empty_folder(&target.join(folder));
    }
}

/// Output inside the sources would be read as source, or destroy it.
fn refuse_inside_sources(out: &Path, workspace: &Path) -> Result<(), Refusal> {
    let mut existing = out;
    while !disk::exists(existing) {
        match existing.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => existing = parent,
            _ => {
                existing = workspace;
                break;
            }
        }
    }
    let canonical = disk::canonical(existing).map_err(Refusal::Disk)?;
    let rest = out.strip_prefix(existing).unwrap_or(Path::new(""));
    let real = canonical.join(rest);
    for sources in ["sites", "themes"] {
        if real.starts_with(workspace.join(sources)) {
            let message = format!("the output folder `{}` lies in `{sources}/`, among the sources", out.display());
            return Err(Refusal::Unsafe(message));
        }
    }
    if real == workspace {
        let message = "the output folder is the workspace itself: choose a folder such as `dist`".to_owned();
        return Err(Refusal::Unsafe(message));
    }
    Ok(())
}
