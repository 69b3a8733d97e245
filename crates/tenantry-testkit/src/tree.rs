//! A folder of files read whole, to be compared with another one.
//!
//! Files and symbolic links only: an empty folder is not seen, and neither are modes or owners.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

use walkdir::WalkDir;

use crate::disk::{self, must, named};
use crate::expect::first_difference;

/// What the program keeps for itself in an output folder.
const OWN: &str = ".tenantry";

/// One file, or one symbolic link, which is never followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file's bytes; for a link, `-> ` and where it leads.
    pub bytes: Vec<u8>,
    /// When it was last written.
    pub modified: SystemTime,
    /// The number of its inode; 0 where there is none.
    pub inode: u64,
}

/// The files below a folder, by relative path with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Every file and link, by relative path.
    pub entries: BTreeMap<String, Entry>,
}

impl Tree {
    /// Reads all below `dir` but `.tenantry`. Panics if anything cannot be read.
    #[must_use]
    #[track_caller]
    pub fn read(dir: impl AsRef<Path>) -> Self {
        Self::read_without(dir, OWN)
    }

    /// Reads all below `dir` but the file or folder `skipped`, a relative path; `""` skips nothing.
    #[must_use]
    #[track_caller]
    pub fn read_without(dir: impl AsRef<Path>, skipped: &str) -> Self {
        let dir = dir.as_ref();
        let walk = WalkDir::new(dir).min_depth(1).into_iter();
        let kept = walk.filter_entry(|entry| relative(dir, entry.path()) != skipped);
        let mut entries = BTreeMap::new();
        for found in kept {
            let found = found.unwrap_or_else(|error| panic!("cannot read a folder: {error}"));
            if !found.file_type().is_dir() {
                entries.insert(relative(dir, found.path()), read_entry(found.path()));
            }
        }
        Self { entries }
    }

    /// A file's bytes, if it is there.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.entries.get(path).map(|entry| entry.bytes.as_slice())
    }

    /// A file's text. Panics if it is not there, and says what is.
    #[must_use]
    #[track_caller]
    pub fn text(&self, path: &str) -> &str {
        let Some(bytes) = self.bytes(path) else {
            panic!("`{path}` is not in the tree, which holds {:?}", self.paths());
        };
        str::from_utf8(bytes).unwrap_or_else(|error| panic!("`{path}` is not UTF-8: {error}"))
    }

    /// The paths, sorted.
    #[must_use]
    pub fn paths(&self) -> Vec<&str> {
        self.entries.keys().map(String::as_str).collect()
    }

    /// The part below one folder; its paths are as they were.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        let prefix = format!("{folder}/");
        let inside = self.entries.iter().filter(|(path, _)| path.starts_with(&prefix));
        Self { entries: inside.map(|(path, entry)| (path.clone(), entry.clone())).collect() }
    }

    /// A digest (blake3, in hexadecimal) of all paths and bytes; times and inodes play no part.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (path, entry) in &self.entries {
            for bytes in [path.as_bytes(), &entry.bytes] {
                hasher.update(&(bytes.len() as u64).to_le_bytes());
                hasher.update(bytes);
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// What differs from `other` in paths and bytes, a line for each path; empty if nothing does.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, entry) in &self.entries {
            match other.entries.get(path) {
                None => lines.push(format!("only in the first: `{path}`")),
                Some(their) if their.bytes != entry.bytes => {
                    lines.push(format!("differs: `{path}`, {}", place(&entry.bytes, &their.bytes)));
                }
                Some(_) => {}
            }
        }
        let added = other.entries.keys().filter(|path| !self.entries.contains_key(*path));
        lines.extend(added.map(|path| format!("only in the second: `{path}`")));
        lines
    }

    /// The files that are in both trees and were written again since `earlier`, whatever their bytes.
    #[must_use]
    pub fn rewritten_since(&self, earlier: &Self) -> Vec<&str> {
        let same_file = |path: &str, entry: &Entry| {
            earlier
                .entries
                .get(path)
                .is_none_or(|before| before.modified == entry.modified && before.inode == entry.inode)
        };
        let rewritten = self.entries.iter().filter(|(path, entry)| !same_file(path, entry));
        rewritten.map(|(path, _)| path.as_str()).collect()
    }
}

/// Where two files part.
fn place(first: &[u8], second: &[u8]) -> String {
    match (str::from_utf8(first), str::from_utf8(second)) {
        (Ok(first), Ok(second)) => first_difference(first, second),
        _ => format!("{} bytes against {}", first.len(), second.len()),
    }
}

#[track_caller]
fn relative(dir: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(dir).unwrap_or(path);
    let Some(text) = inside.to_str() else {
        panic!("`{}` is not UTF-8", path.display());
    };
    text.replace(std::path::MAIN_SEPARATOR, "/")
}

#[track_caller]
fn read_entry(path: &Path) -> Entry {
    let metadata = must(path.symlink_metadata().map_err(|error| named("read", path, &error)));
    let bytes = if metadata.is_symlink() {
        let target = must(path.read_link().map_err(|error| named("read", path, &error)));
        format!("-> {}", target.display()).into_bytes()
    } else {
        must(disk::read(path))
    };
    let modified = must(metadata.modified().map_err(|error| named("read", path, &error)));
    Entry { bytes, modified, inode: inode(&metadata) }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Workspace;

    const TEXT: &str = "//- /a/index.html\none\ntwo\n//- /b.txt\nb\n//- /.tenantry/state\nx\n";

    #[test]
    fn a_tree_holds_what_lies_below() {
        let workspace = Workspace::from_text(TEXT);
        let tree = Tree::read(&workspace);
        assert_eq!(tree.paths(), ["a/index.html", "b.txt"]);
        assert_eq!(tree.text("b.txt"), "b\n");
        assert_eq!(Tree::read_without(&workspace, "").paths().len(), 3);
        assert_eq!(Tree::read_without(&workspace, "a").paths(), [".tenantry/state", "b.txt"]);
        assert_eq!(tree.below("a").paths(), ["a/index.html"]);
    }

    #[test]
    fn equal_bytes_make_equal_digests() {
        let (one, two) = (Workspace::from_text(TEXT), Workspace::from_text(TEXT));
        two.write(".tenantry/state", "other");
        let (first, second) = (Tree::read(&one), Tree::read(&two));
        assert_eq!(first.digest(), second.digest());
        assert_eq!(first.difference(&second), [""; 0]);
        two.write("b.txt", "B\n");
        assert_ne!(first.digest(), Tree::read(&two).digest());
    }

    #[test]
    fn a_digest_tells_paths_from_bytes() {
        let one = Tree::read(Workspace::from_text("//- /ab\nc"));
        let two = Tree::read(Workspace::from_text("//- /a\nbc"));
        assert_ne!(one.digest(), two.digest());
    }

    #[test]
    fn a_difference_reads_well() {
        let workspace = Workspace::from_text(TEXT);
        let before = Tree::read(&workspace);
        workspace.write("a/index.html", "one\n2\n");
        workspace.remove("b.txt");
        workspace.write("c.txt", "");
        let expected = [
            "differs: `a/index.html`, line 2: `two` against `2`",
            "only in the first: `b.txt`",
            "only in the second: `c.txt`",
        ];
        assert_eq!(before.difference(&Tree::read(&workspace)), expected);
    }

    #[test]
    fn a_file_replaced_by_its_equal_is_noticed() {
        let workspace = Workspace::from_text(TEXT);
        let before = Tree::read(&workspace);
        workspace.write("new", "b\n");
        std::fs::rename(workspace.at("new"), workspace.at("b.txt")).unwrap();
        let after = Tree::read(&workspace);
        assert_eq!(before.difference(&after), [""; 0]);
        assert_eq!(after.rewritten_since(&before), ["b.txt"]);
    }

    #[test]
    #[should_panic(expected = "missing")]
    fn a_folder_that_is_not_there_is_an_error() {
        let _ = Tree::read(Workspace::empty().at("missing"));
    }
}
