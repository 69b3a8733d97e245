//! A folder whose files are replaced one by one, each by a rename: for hosts that serve a folder which is not ours to
//! choose.

use std::path::{Path, PathBuf};

use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::disk;
use crate::fault::{Fault, Outcome};
use crate::listing::File;
use crate::target::{Files, Note, Upload};
use crate::targets::dir::remove_listed;
use crate::targets::{in_the_way, refuse_theirs};

/// A folder with the files of a site.
pub(crate) struct InPlace {
    path: PathBuf,
    /// What was replaced, by digest.
    kept: PathBuf,
    /// Files on their way.
    stage: PathBuf,
}

impl InPlace {
    /// The one at a path.
    pub(crate) fn new(path: &Path) -> InPlace {
        let notes = path.join(Note::FOLDER);
        InPlace { path: path.to_owned(), kept: notes.join("kept"), stage: notes.join("stage") }
    }

    fn file(&self, path: &OutputPath) -> PathBuf {
        self.path.join(path.as_str())
    }

    fn kept(&self, digest: Checksum) -> PathBuf {
        self.kept.join(digest.to_string())
    }

    fn replace(&self, path: &OutputPath, file: &File, bytes: &[u8]) -> Outcome<()> {
        let on_the_way = Checksum::of(path.as_str().as_bytes()).to_string();
        disk::replace(&self.file(path), bytes, &self.stage.join(format!("{on_the_way}-{}", file.digest)))
    }
}

impl Files for InPlace {
    fn put(&self, upload: &Upload<'_>) -> Outcome<()> {
        self.replace(upload.path, upload.file, upload.bytes)
    }

    fn remove(&self, path: &OutputPath) -> Outcome<()> {
        remove_listed(&self.path, std::iter::once(path))
    }

    fn make_way(&self, path: &OutputPath, ours: &[&OutputPath]) -> Outcome<()> {
        let there = self.file(path);
        let found = disk::all_below(&there)?;
        let below = found.iter().filter_map(|found| found.strip_prefix(&self.path).ok());
        refuse_theirs(below.map(Path::to_string_lossy), ours)
            .map_err(|theirs| in_the_way(&self.path.join(theirs).to_string_lossy()))?;
        ours.iter().try_for_each(|gone| disk::remove_file(&self.file(gone)))?;
        // What lies above stays, since others may be about to write there.
        found.iter().rev().chain([&there]).try_for_each(|folder| disk::remove_empty_folder(folder))
    }

    fn keep(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        let kept = self.kept(file.digest);
        if disk::exists(&kept)? || disk::is_folder(&self.file(path))? {
            return Ok(());
        }
        match disk::read_if_any(&self.file(path))? {
            Some(bytes) if Checksum::of(&bytes) == file.digest => {
                disk::replace(&kept, &bytes, &self.stage.join(format!("kept-{}", file.digest)))
            }
            _ => Ok(()),
        }
    }

    fn holds(&self, digest: Checksum) -> Outcome<bool> {
        disk::exists(&self.kept(digest))
    }

    fn restore(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        let kept = self.kept(file.digest);
        let bytes = disk::read(&kept)?;
        if Checksum::of(&bytes) != file.digest {
            return Err(Fault::lasting(format!("`{}` is not as it was put away", kept.display())));
        }
        self.replace(path, file, &bytes)
    }

    fn forget(&self, digest: Checksum) -> Outcome<()> {
        disk::remove_file(&self.kept(digest))
    }
}
