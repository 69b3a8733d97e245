//! The output folder: whose it is, who may write, what it holds, and how files are replaced.
//!
//! ```text
//! dist/<tenant>/…                          plain files
//! dist/.tenantry/mark                      this folder is ours
//! dist/.tenantry/lock                      one writer
//! dist/.tenantry/kept                      manifests are kept here: if there are none, they were lost
//! dist/.tenantry/stage/…                   files on their way; what is left of a build that was cut short is cleared
//! dist/.tenantry/manifests/<tenant>.json   what a tenant's folder holds; `<tenant>.next` while it is being changed
//! ```
//!
//! A tenant without a folder is written below `stage/` and renamed into place in one step. In an existing folder each
//! changed file is first written whole below `stage/` and then renamed over the old one: assets first, pages last,
//! removals after. Between the first rename and the last, `<tenant>.next` says so.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tenantry_core::manifest::{CacheClass, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::compare::Known;
use crate::disk::{self, DiskError, DiskResult, LockFile};
use crate::view::{STAGE, STATE, View};

const MARK: &str =
    "This folder is written by Tenantry. What its manifests list may be replaced or removed by a build.\n";

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
        let marked = disk::exists(&state.join("mark")).map_err(Refusal::Disk)?;
        if !marked {
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
        disk::create_folders(&state.join(STAGE)).map_err(Refusal::Disk)?;
        disk::create_folders(&state.join("manifests")).map_err(Refusal::Disk)?;
        let lock = disk::lock(&state.join("lock"), holder).map_err(|refused| match refused {
            Ok(other) => {
                Refusal::Locked(format!("`{}` is being written by {other}: wait until it is done", out.display()))
            }
            Err(error) => Refusal::Disk(error),
        })?;
        let output = Output { root: out.to_owned(), _lock: lock };
        output.clear_stage().map_err(Refusal::Disk)?;
        if !marked {
            disk::replace(&state.join("mark"), MARK.as_bytes(), &output.stage()).map_err(Refusal::Disk)?;
        }
        Ok(output)
    }

    /// Removes what a build that was cut short has left on its way.
    fn clear_stage(&self) -> DiskResult<()> {
        let stage = self.stage();
        if disk::names_in(&stage)?.is_empty() {
            return Ok(());
        }
        disk::clear_stage(&stage)?;
        disk::create_folders(&stage)
    }

    fn stage(&self) -> PathBuf {
        self.root.join(STATE).join(STAGE)
    }

    /// Puts a change into a tenant's folder.
    pub fn apply(&self, id: &TenantId, change: &Change) -> DiskResult<()> {
        let target = self.root.join(id.as_str());
        let stage = self.stage().join(id.as_str());
        let (listed, next) = (self.manifest_path(id, "json"), self.manifest_path(id, "next"));
        if change.files.is_empty() && change.removals.is_empty() {
            self.save_manifest(&listed, &change.manifest)?;
            return disk::remove_file(&next);
        }
        self.remember_manifests()?;
        for file in &change.files {
            disk::write_new(&stage.join(file.path.as_str()), &file.bytes)?;
        }
        self.keep_what_was_unfinished(id, &listed)?;
        self.save_manifest(&next, &change.manifest)?;
        if disk::exists(&target)? {
            replace_one_by_one(&stage, &target, change)?;
        } else {
            disk::rename(&stage, &target)?;
        }
        disk::rename(&next, &listed)?;
        disk::clear_stage(&stage)
    }

    /// Says that manifests are kept here from now on: if there are none later, they were lost.
    fn remember_manifests(&self) -> DiskResult<()> {
        let path = self.root.join(STATE).join("kept");
        // Several tenants may come here at once; they write the same.
        if disk::exists(&path)? { Ok(()) } else { disk::write_new(&path, b"Manifests are kept beside this file.\n") }
    }

    /// A build that was cut short may have left files that only its `.next` lists. Before that is replaced, everything
    /// that may be there is listed in one manifest, so that nothing of ours is forgotten.
    fn keep_what_was_unfinished(&self, id: &TenantId, listed: &Path) -> DiskResult<()> {
        let Some(all) = View::of_kept(&self.root).everything_unfinished(id)? else { return Ok(()) };
        self.save_manifest(listed, &all)
    }

    fn save_manifest(&self, path: &Path, manifest: &Manifest) -> DiskResult<()> {
        let bytes = serde_json::to_vec(manifest).map_err(|error| DiskError {
            action: "write",
            path: path.to_owned(),
            cause: std::io::Error::other(error),
        })?;
        disk::replace(path, &bytes, &self.stage())
    }

    fn manifest_path(&self, id: &TenantId, ending: &str) -> PathBuf {
        self.root.join(STATE).join("manifests").join(format!("{id}.{ending}"))
    }

    /// Removes what the manifests list of a tenant that is gone, and the folders that are empty then. Until all of that is
    /// done the tenant is unfinished: should it come back after a build that was cut short, its files are looked at.
    pub fn prune(&self, id: &TenantId) -> DiskResult<usize> {
        let known = View::of_kept(&self.root).known(id)?;
        if matches!(known, Known::Unlisted | Known::Unfinished(None, None)) {
            let cause = std::io::Error::other("its manifest makes no sense, so what is ours in it is not known");
            return Err(DiskError { action: "remove", path: self.root.join(id.as_str()), cause });
        }
        let (manifest, next) = (self.manifest_path(id, "json"), self.manifest_path(id, "next"));
        if matches!(known, Known::Listed(_)) {
            disk::rename(&manifest, &next)?;
        }
        let target = self.root.join(id.as_str());
        let listed = known.listed();
        if disk::is_folder(&target)? {
            remove(&target, listed.iter().collect())?;
            disk::remove_empty_folder(&target)?;
        }
        disk::remove_file(&manifest)?;
        disk::remove_file(&next)?;
        Ok(listed.len())
    }
}

/// Renames staged files over old ones: assets, then the rest; then removes.
fn replace_one_by_one(stage: &Path, target: &Path, change: &Change) -> DiskResult<()> {
    let mut files: Vec<&NewFile> = change.files.iter().collect();
    files.sort_by_key(|file| (file.cache != CacheClass::Immutable, is_page(&file.path), &file.path));
    let (in_the_way, others): (Vec<_>, Vec<_>) =
        change.removals.iter().partition(|path| files.iter().any(|file| excludes(path, &file.path)));
    remove(target, in_the_way)?;
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
    remove(target, others)
}

/// Whether an old file and a new one cannot both be: one is a folder of the other.
fn excludes(old: &OutputPath, new: &OutputPath) -> bool {
    let below = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    below(old.as_str(), new.as_str()) || below(new.as_str(), old.as_str())
}

/// Removes files, and the folders that are empty then; pages come first, so that none is there without its assets.
fn remove(target: &Path, mut paths: Vec<&OutputPath>) -> DiskResult<()> {
    paths.sort_by_key(|path| !is_page(path));
    for path in &paths {
        disk::remove_file(&target.join(path.as_str()))?;
    }
    remove_empty_folders(target, &paths)
}

fn is_page(path: &OutputPath) -> bool {
    path.as_str().ends_with(".html")
}

/// Removes the folders of removed files that are empty now, the deepest first.
fn remove_empty_folders(target: &Path, removed: &[&OutputPath]) -> DiskResult<()> {
    let mut folders = BTreeSet::new();
    for path in removed {
        let mut folder = path.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folders.insert(parent.to_owned());
            folder = parent;
        }
    }
    folders.iter().rev().try_for_each(|folder| disk::remove_empty_folder(&target.join(folder)))
}

/// Output inside the sources would be read as source, or destroy it. `out` is absolute.
fn refuse_inside_sources(out: &Path, workspace: &Path) -> Result<(), Refusal> {
    let existing = disk::nearest_existing(out).map_err(Refusal::Disk)?;
    let rest = out.strip_prefix(existing).unwrap_or(Path::new(""));
    if rest.components().any(|component| !matches!(component, Component::Normal(_))) {
        return Err(Refusal::Unsafe(format!(
            "the output folder `{}` is named by way of a folder that does not exist",
            out.display()
        )));
    }
    let real = disk::canonical(existing).map_err(Refusal::Disk)?.join(rest);
    for sources in ["sites", "themes"] {
        let folder = workspace.join(sources);
        let folder = disk::canonical(&folder).unwrap_or(folder);
        if real.starts_with(&folder) {
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
