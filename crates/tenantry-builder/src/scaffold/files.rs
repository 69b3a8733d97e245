//! Files that are to be: their heads, and how they are put onto the disk.

use std::path::Path;

use tenantry_core::path::SourcePath;

use crate::disk::{self, DiskResult};

/// A file that is to be.
#[derive(Debug)]
pub(super) struct NewFile {
    /// Where, seen from the workspace.
    pub(super) path: SourcePath,
    /// What it holds.
    pub(super) bytes: Vec<u8>,
}

impl NewFile {
    /// A file with these bytes; one of TOML gets its head.
    pub(super) fn new(path: SourcePath, bytes: &[u8]) -> NewFile {
        let head = FileKind::of(&path).map(|kind| head(kind, &path)).unwrap_or_default();
        NewFile { bytes: [head.as_bytes(), bytes].concat(), path }
    }
}

/// What a TOML file of a workspace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Site,
    Group,
    Cookies,
    Theme,
    Strings,
}

impl FileKind {
    fn of(path: &SourcePath) -> Option<FileKind> {
        let folders = path.as_str().rsplit_once('/').map_or("", |(folders, _)| folders);
        match path.file_name() {
            "site.toml" => Some(FileKind::Site),
            "group.toml" => Some(FileKind::Group),
            "cookies.toml" => Some(FileKind::Cookies),
            "theme.toml" => Some(FileKind::Theme),
            name if name.ends_with(".toml") && folders.ends_with("/strings") => Some(FileKind::Strings),
            _ => None,
        }
    }
}

/// The lines that a new TOML file of a kind begins with, at its path: none so far.
fn head(kind: FileKind, _path: &SourcePath) -> String {
    match kind {
        FileKind::Site | FileKind::Group | FileKind::Cookies | FileKind::Theme | FileKind::Strings => String::new(),
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
        let placed = match disk::is_folder(&from) {
            true => disk::rename_to_new(&from, &to),
            false => disk::write_where_none_is(&to, &file.bytes),
        };
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
