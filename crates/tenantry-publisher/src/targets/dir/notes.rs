//! Notes in a folder. Conditions hold between processes that share the folder's lock: those of one machine, and of
//! machines whose file system passes locks on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::disk::{self, Guard};
use crate::fault::{Fault, Outcome};
use crate::target::{Kept, Note, Notes, Version, When};

/// Notes in a folder.
pub(crate) struct FolderNotes {
    folder: PathBuf,
}

impl FolderNotes {
    /// Those of a folder, which may not exist yet.
    pub(crate) fn new(folder: PathBuf) -> FolderNotes {
        FolderNotes { folder }
    }

    fn path(&self, note: Note) -> PathBuf {
        self.folder.join(note.name())
    }

    fn guard(&self) -> Outcome<Guard> {
        Guard::take(&self.folder.join("guard"))
    }

    /// Does something while nobody writes a note, if the record is of a version.
    pub(crate) fn while_record_is<T>(&self, version: &Version, act: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let _guard = self.guard()?;
        self.refuse_unless(Note::Record, When::Is(version))?;
        act()
    }

    fn refuse_unless(&self, note: Note, when: When<'_>) -> Outcome<()> {
        let there = match when {
            When::Always => return Ok(()),
            When::Absent | When::Is(_) => disk::read_if_any(&self.path(note))?.map(|bytes| version_of(&bytes)),
        };
        let holds = match when {
            When::Always => true,
            When::Absent => there.is_none(),
            When::Is(version) => there.as_ref() == Some(version),
        };
        if holds {
            Ok(())
        } else {
            Err(Fault::conflict(format!("`{}` is another one by now", self.path(note).display())))
        }
    }
}

fn version_of(bytes: &[u8]) -> Version {
    Version(Checksum::of(bytes).to_string())
}

impl Notes for FolderNotes {
    fn read(&self, note: Note) -> Outcome<Option<Kept>> {
        let bytes = disk::read_if_any(&self.path(note))?;
        Ok(bytes.map(|bytes| Kept { version: version_of(&bytes), bytes }))
    }

    fn write(&self, note: Note, bytes: &[u8], when: When<'_>) -> Outcome<Version> {
        let _guard = self.guard()?;
        self.refuse_unless(note, when)?;
        disk::replace(&self.path(note), bytes, &self.folder.join("note"))?;
        Ok(version_of(bytes))
    }

    fn erase(&self, note: Note) -> Outcome<()> {
        disk::remove_file(&self.path(note))
    }
}

/// Removes files that are ours, and the folders that are empty then, the deepest first.
pub(crate) fn remove_listed<'p>(folder: &Path, paths: impl Iterator<Item = &'p OutputPath>) -> Outcome<()> {
    let mut folders = BTreeSet::new();
    for path in paths {
        disk::remove_file(&folder.join(path.as_str()))?;
        let mut above = path.as_str();
        while let Some((parent, _)) = above.rsplit_once('/') {
            folders.insert(parent);
            above = parent;
        }
    }
    folders.iter().rev().try_for_each(|empty| disk::remove_empty_folder(&folder.join(empty)))
}
