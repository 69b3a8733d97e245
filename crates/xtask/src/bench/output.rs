//! What contenders left behind: that they did their work, and which files they wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::WalkDir;

use crate::Failure;
use crate::floor::named;

/// What our program keeps for itself in an output folder.
const OWN: &str = ".tenantry";

/// A file as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// When its bytes were written last; a second name of a file does not change it.
    pub(crate) modified: SystemTime,
    /// Its length.
    pub(crate) bytes: u64,
}

/// Looks at every file of a tree, by relative path.
pub(crate) fn look(tree: &Path) -> Result<BTreeMap<PathBuf, Seen>, Failure> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(tree) {
        let seen = entry.and_then(|entry| Ok((entry.metadata()?, entry)));
        let (metadata, entry) = seen.map_err(|error| Failure::new(format!("cannot read: {error}")))?;
        if metadata.is_file() {
            let modified = metadata.modified().map_err(|error| named("read", entry.path(), &error))?;
            let path = entry.path().strip_prefix(tree).unwrap_or(entry.path()).to_owned();
            files.insert(path, Seen { modified, bytes: metadata.len() });
        }
    }
    Ok(files)
}

/// The files that are new or were written since.
pub(crate) fn differing(before: &BTreeMap<PathBuf, Seen>, after: &BTreeMap<PathBuf, Seen>) -> Vec<PathBuf> {
    let written = after.iter().filter(|(path, seen)| before.get(*path) != Some(seen));
    written.map(|(path, _)| path.clone()).collect()
}

/// How many files these are, the sum of their lengths, and how many more `tenantry` keeps for itself.
pub(crate) fn sums<'p>(files: impl Iterator<Item = (&'p Path, u64)>) -> (usize, u64, usize) {
    files.fold((0, 0, 0), |(files, bytes, own), (path, length)| {
        if path.starts_with(OWN) { (files, bytes, own + 1) } else { (files + 1, bytes + length, own) }
    })
}

/// What stops the run if a contender did not do its work: its time would mean nothing.
pub(crate) fn undone(found: &str) -> Failure {
    Failure::new(format!("this is not the work that was asked for: {found}"))
}

/// Requires that a file holds a text.
pub(crate) fn holds(path: &Path, text: &str) -> Result<(), Failure> {
    let content = fs::read_to_string(path).map_err(|error| named("read", path, &error))?;
    if content.contains(text) {
        return Ok(());
    }
    Err(undone(&format!("`{}` does not hold `{text}`", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenantry_testkit::Workspace;

    #[test]
    fn what_was_written_is_seen() {
        let workspace = Workspace::from_text("//- /out/a/x\none\n//- /out/b/y\ntwo\n//- /out/.tenantry/state\ns\n");
        let out = workspace.at("out");
        let before = look(&out).unwrap();
        assert!(differing(&before, &look(&out).unwrap()).is_empty());
        fs::write(out.join("a/x"), "longer\n").unwrap();
        fs::write(out.join("b/z"), "new\n").unwrap();
        fs::write(out.join(".tenantry/state"), "state\n").unwrap();
        let after = look(&out).unwrap();
        let written = differing(&before, &after);
        assert_eq!(written, [".tenantry/state", "a/x", "b/z"].map(PathBuf::from));
        assert_eq!(sums(written.iter().map(|path| (path.as_path(), after[path].bytes))), (2, 11, 1));
    }

    #[test]
    fn work_that_was_not_done_is_an_error() {
        let workspace = Workspace::from_text("//- /page\nAgora\n");
        assert!(holds(&workspace.at("page"), "Agora").is_ok());
        let failure = holds(&workspace.at("page"), "Mesurea").unwrap_err();
        assert!(failure.message.contains("does not hold `Mesurea`"), "{failure:?}");
    }
}
