//! Files that are to be: their first lines, and how they are put onto the disk.

use std::path::Path;

use tenantry_core::path::SourcePath;
use tenantry_core::schema::{FOLDER, FileKind};

use crate::disk::{self, DiskResult};
use crate::schemas::schema_line;

/// A file that is to be.
#[derive(Debug)]
pub(super) struct NewFile {
    /// Where, seen from the workspace.
    pub(super) path: SourcePath,
    /// What it holds.
    pub(super) bytes: Vec<u8>,
}

impl NewFile {
    /// A file with these bytes.
    pub(super) fn new(path: SourcePath, bytes: &[u8]) -> NewFile {
        NewFile { path, bytes: bytes.to_vec() }
    }

    /// A file for a workspace: where that has schemas, one of TOML names its own in its first line.
    pub(super) fn in_workspace(root: &Path, path: SourcePath, bytes: &[u8]) -> NewFile {
        match disk::is_folder(&root.join(FOLDER)).is_ok_and(|folder| folder) {
            true => NewFile::new(path, bytes).with_schema(),
            false => NewFile::new(path, bytes),
        }
    }

    /// Has a file of TOML name its schema in its first line, if it does not yet.
    pub(super) fn with_schema(self) -> NewFile {
        let NewFile { path, bytes } = self;
        match FileKind::of(&path) {
            Some(kind) if !bytes.starts_with(b"#:schema") => {
                let line = format!("{}\n", schema_line(kind, &path));
                NewFile { bytes: [line.as_bytes(), &bytes].concat(), path }
            }
            _ => NewFile { path, bytes },
        }
    }
}

/// Puts new files below `root`: all of them or, if the disk refuses one, none.
///
/// `base` is a folder that is there, seen from `root`, and will hold all of them. They are written whole into a hidden
/// folder in it. Then each new folder is renamed into place, and each file right in `base` is written where none is; if
/// one cannot be placed, those before it are taken back.
pub(super) fn put(root: &Path, base: &SourcePath, files: &[NewFile]) -> DiskResult<()> {
    let folder = root.join(base.as_str());
    let stage = disk::Staging::within(&folder)?;
    let mut tops: Vec<(&str, &NewFile)> = Vec::new();
    for file in files {
        let path = file.path.as_str();
        let path = path.strip_prefix(base.as_str()).unwrap_or(path).trim_start_matches('/');
        disk::write_new(&stage.path().join(path), &file.bytes)?;
        let top = path.split('/').next().unwrap_or(path);
        if tops.iter().all(|(other, _)| *other != top) {
            tops.push((top, file));
        }
    }
    for (at, (top, file)) in tops.iter().enumerate() {
        let (from, to) = (stage.path().join(top), folder.join(top));
        let placed = disk::is_folder(&from).and_then(|folder| match folder {
            true => disk::rename_to_new(&from, &to),
            false => disk::write_where_none_is(&to, &file.bytes),
        });
        if let Err(error) = placed {
            take_back(&folder, stage.path(), &tops[..at]);
            return Err(error);
        }
    }
    Ok(())
}

/// Undoes what was placed; the stage goes with its value.
fn take_back(folder: &Path, stage: &Path, placed: &[(&str, &NewFile)]) {
    for (top, _) in placed.iter().rev() {
        // What cannot be taken back is told by the error that made us try.
        let _ = disk::rename(&folder.join(top), &stage.join(top));
    }
}
