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
//! changed file is first written whole into `stage/` and then renamed over the old one: assets first, pages last,
//! removals after. Between the first rename and the last, `<tenant>.next` says so. What is left in `stage/` when an
//! output is opened belongs to nobody: one process at a time writes there.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tenantry_core::artifact::Encoding;
use tenantry_core::manifest::{CacheClass, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::compare::Known;
use crate::disk::{self, DiskError, DiskResult};
use crate::lock::Lock;
use crate::view::{STAGE, STATE, View};

const MARK: &str =
    "This folder is written by Tenantry. What its manifests list may be replaced or removed by a build.\n";

/// An output folder that may be written, as long as the value lives.
#[derive(Debug)]
pub struct Output {
    root: PathBuf,
    stage: PathBuf,
    manifests: PathBuf,
    /// Whether this run has said that manifests are kept here.
    says_kept: OnceLock<()>,
    _lock: Lock,
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
    pub bytes: FileBytes,
    /// Its class: assets are put before what names them.
    pub cache: CacheClass,
}

/// The bytes of a file.
#[derive(Debug)]
pub enum FileBytes {
    /// Made for this file.
    Own(Vec<u8>),
    /// The same in the folders of several tenants.
    Shared(Arc<[u8]>),
}

impl std::ops::Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            FileBytes::Own(bytes) => bytes,
            FileBytes::Shared(bytes) => bytes,
        }
    }
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
    /// Whether builds have written into a folder before.
    pub(crate) fn is_marked(out: &Path) -> DiskResult<bool> {
        disk::exists(&out.join(STATE).join("mark"))
    }

    /// Makes an output folder for a workspace at `out`, if there is none and nothing stands against it.
    pub fn prepare(out: &Path, workspace: &Path) -> Result<(), Refusal> {
        refuse_inside_sources(out, workspace)?;
        if !Output::is_marked(out).map_err(Refusal::Disk)? {
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
        let state = out.join(STATE);
        disk::create_folders(&state.join(STAGE)).map_err(Refusal::Disk)?;
        disk::create_folders(&state.join("manifests")).map_err(Refusal::Disk)
    }

    /// Opens an output folder that is prepared, for the one who holds its lock.
    pub fn open(out: &Path, lock: Lock) -> DiskResult<Output> {
        let state = out.join(STATE);
        let (stage, manifests) = (state.join(STAGE), state.join("manifests"));
        // What a build that was cut short left on its way.
        for left in disk::names_in(&stage)? {
            disk::remove_all(&stage.join(left))?;
        }
        if !Output::is_marked(out)? {
            disk::replace(&state.join("mark"), MARK.as_bytes(), &stage)?;
        }
        Ok(Output { root: out.to_owned(), stage, manifests, says_kept: OnceLock::new(), _lock: lock })
    }

    /// Puts a change into a tenant's folder, of which this is known.
    pub fn apply(&self, id: &TenantId, change: &Change, known: &Known) -> DiskResult<()> {
        let (listed, next) = (self.manifest_path(id, "json"), self.manifest_path(id, "next"));
        if change.files.is_empty() && change.removals.is_empty() {
            disk::replace(&listed, &bytes_of(&change.manifest)?, &self.stage)?;
            return disk::remove_file(&next);
        }
        self.remember_manifests()?;
        let target = self.root.join(id.as_str());
        let is_new = !disk::exists(&target)?;
        let staged = if is_new { self.stage_folder(id, change) } else { self.stage_files(id, change) }?;
        if matches!(known, Known::Unfinished(..)) {
            self.keep_what_was_unfinished(id, &listed)?;
        }
        let bytes = bytes_of(&change.manifest)?;
        match known {
            // A torn one would say that something of ours may lie in somebody else's folder.
            Known::Foreign => disk::replace(&next, &bytes, &self.stage)?,
            // One that is torn says as much as a whole one: that the tenant is unfinished.
            _ => disk::write_new(&next, &bytes)?,
        }
        if is_new {
            disk::rename(&self.stage.join(id.as_str()), &target)?;
        } else {
            replace_one_by_one(&staged, &target, change)?;
        }
        disk::rename(&next, &listed)
    }

    /// Writes the whole folder of a new tenant.
    fn stage_folder(&self, id: &TenantId, change: &Change) -> DiskResult<Vec<PathBuf>> {
        let folder = self.stage.join(id.as_str());
        let mut made = BTreeSet::new();
        for file in &change.files {
            let inner = match file.path.as_str().rsplit_once('/') {
                Some((inner, _)) => folder.join(inner),
                None => folder.clone(),
            };
            if !made.contains(&inner) {
                disk::create_folders(&inner)?;
                made.insert(inner);
            }
            disk::write_new(&folder.join(file.path.as_str()), &file.bytes)?;
        }
        Ok(Vec::new())
    }

    /// Writes files on their way into a folder that is there, under names of their own.
    fn stage_files(&self, id: &TenantId, change: &Change) -> DiskResult<Vec<PathBuf>> {
        let mut staged = Vec::with_capacity(change.files.len());
        for (number, file) in change.files.iter().enumerate() {
            let path = self.stage.join(format!("{id}.{number}"));
            let written = disk::write_new(&path, &file.bytes);
            staged.push(path);
            if let Err(error) = written {
                staged.iter().for_each(|path| drop(disk::remove_file(path)));
                // The name on the way says nothing to anybody.
                return Err(DiskError { path: self.root.join(id.as_str()).join(file.path.as_str()), ..error });
            }
        }
        Ok(staged)
    }

    /// Says that manifests are kept here from now on: if there are none later, they were lost.
    fn remember_manifests(&self) -> DiskResult<()> {
        if self.says_kept.get().is_some() {
            return Ok(());
        }
        let path = self.root.join(STATE).join("kept");
        // Several tenants may come here at once; they write the same.
        if !disk::exists(&path)? {
            disk::write_new(&path, b"Manifests are kept beside this file.\n")?;
        }
        self.says_kept.get_or_init(|| ());
        Ok(())
    }

    /// A build that was cut short may have left files that only its `.next` lists. Before that is replaced, everything
    /// that may be there is listed in one manifest, so that nothing of ours is forgotten.
    fn keep_what_was_unfinished(&self, id: &TenantId, listed: &Path) -> DiskResult<()> {
        let Some(all) = View::of_kept(&self.root).everything_unfinished(id)? else { return Ok(()) };
        disk::replace(listed, &bytes_of(&all)?, &self.stage)
    }

    fn manifest_path(&self, id: &TenantId, ending: &str) -> PathBuf {
        self.manifests.join(format!("{id}.{ending}"))
    }

    /// Removes what the manifests list of a tenant that is gone, and the folders that are empty then. Until all of that is
    /// done the tenant is unfinished: should it come back after a build that was cut short, its files are looked at.
    pub fn prune(&self, id: &TenantId) -> DiskResult<usize> {
        let known = View::of_kept(&self.root).known(id)?;
        let target = self.root.join(id.as_str());
        if matches!(known, Known::Unlisted | Known::Unfinished(None, None)) && disk::exists(&target)? {
            let cause = std::io::Error::other("its manifest makes no sense, so what is ours in it is not known");
            return Err(DiskError { action: "remove", path: target, cause });
        }
        let (manifest, next) = (self.manifest_path(id, "json"), self.manifest_path(id, "next"));
        if matches!(known, Known::Listed(_)) {
            disk::rename(&manifest, &next)?;
        }
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

/// Renames staged files over old ones: assets, then the rest; then removes. `staged` are in the order of the change.
fn replace_one_by_one(staged: &[PathBuf], target: &Path, change: &Change) -> DiskResult<()> {
    let mut files: Vec<(&NewFile, &PathBuf)> = change.files.iter().zip(staged).collect();
    files.sort_by_key(|(file, _)| (file.cache != CacheClass::Immutable, is_page(&file.path), &file.path));
    let (in_the_way, others): (Vec<_>, Vec<_>) =
        change.removals.iter().partition(|path| files.iter().any(|(file, _)| excludes(path, &file.path)));
    remove(target, in_the_way)?;
    let mut folders = BTreeSet::new();
    for (file, staged) in files {
        let path = target.join(file.path.as_str());
        if let Some(folder) = path.parent()
            && folders.insert(folder.to_owned())
            && !disk::is_folder(folder)?
        {
            disk::create_folders(folder)?;
        }
        disk::rename(staged, &path)?;
    }
    remove(target, others)
}

fn bytes_of(manifest: &Manifest) -> DiskResult<Vec<u8>> {
    manifest.to_bytes().map_err(|error| DiskError {
        action: "write",
        path: PathBuf::from(&manifest.tenant),
        cause: std::io::Error::other(error),
    })
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
    Encoding::plain_name(path.as_str()).ends_with(".html")
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
