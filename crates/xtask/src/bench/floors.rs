//! What plain programs need for the same work: to stat the inputs, and to replace files.
//!
//! The plain program that writes a whole tree is `floor.rs`. None of them decides anything: they know beforehand what is
//! to be done, and do it with as many threads as a build has.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::floor::{each, named};

/// The folders of a workspace that a build reads.
const INPUTS: [&str; 2] = ["sites", "themes"];

/// Folders that wait for a thread, and how many have not been walked to their end.
struct Walk {
    waiting: Mutex<Vec<PathBuf>>,
    open: AtomicUsize,
    files: AtomicUsize,
}

/// Stats every file below `sites/` and `themes/`: how many there are, and how long it took.
pub(crate) fn walk(workspace: &Path, threads: NonZeroUsize) -> Result<(usize, Duration), Failure> {
    let start = Instant::now();
    let folders: Vec<PathBuf> = INPUTS.iter().map(|name| workspace.join(name)).collect();
    let open = AtomicUsize::new(folders.len());
    let walk = Walk { waiting: Mutex::new(folders), open, files: AtomicUsize::new(0) };
    let walkers: Vec<()> = vec![(); threads.get()];
    each(&walkers, threads, |()| walk.help())?;
    Ok((walk.files.into_inner(), start.elapsed()))
}

impl Walk {
    /// Takes folders until all have been walked.
    fn help(&self) -> Result<(), Failure> {
        while self.open.load(Ordering::Acquire) > 0 {
            let Some(folder) = self.waiting.lock().ok().and_then(|mut waiting| waiting.pop()) else {
                thread::yield_now();
                continue;
            };
            let walked = self.enter(&folder);
            // Counted down after what lies below was counted up, so that no thread leaves too early.
            self.open.fetch_sub(1, Ordering::Release);
            walked.map_err(|error| named("read", &folder, &error))?;
        }
        Ok(())
    }

    fn enter(&self, folder: &Path) -> std::io::Result<()> {
        let (mut below, mut files) = (Vec::new(), 0);
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                below.push(entry.path());
            } else {
                entry.metadata()?;
                files += 1;
            }
        }
        self.files.fetch_add(files, Ordering::Relaxed);
        self.open.fetch_add(below.len(), Ordering::Release);
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.append(&mut below);
        }
        Ok(())
    }
}

/// Files to be replaced: relative path and new bytes.
pub(crate) type Replacements = [(PathBuf, Vec<u8>)];

/// Replaces files below `tree`: each is written whole beside the old one, then renamed over it.
pub(crate) fn replace(tree: &Path, files: &Replacements, threads: NonZeroUsize) -> Result<Duration, Failure> {
    let start = Instant::now();
    each(files, threads, |(path, bytes)| {
        let path = tree.join(path);
        let mut beside = path.clone().into_os_string();
        beside.push(".new");
        fs::write(&beside, bytes).map_err(|error| named("write", &path, &error))?;
        fs::rename(&beside, &path).map_err(|error| named("replace", &path, &error))
    })?;
    Ok(start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenantry_testkit::{Tree, Workspace};

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn the_walk_finds_every_input_and_nothing_else() {
        let workspace = Workspace::from_text(
            "//- /sites/group.toml\n\n//- /sites/g/t/site.toml\n\n//- /sites/g/t/content/a.fr.md\n\n\
             //- /themes/charter/theme.toml\n\n//- /dist/t/index.html\n\n",
        );
        for count in [1, 2, 5] {
            assert_eq!(walk(workspace.path(), threads(count)).unwrap().0, 4);
        }
        let failure = walk(&workspace.at("dist"), threads(2)).unwrap_err();
        assert!(failure.message.contains("dist/"), "{failure:?}");
    }

    #[test]
    fn files_are_replaced_and_nothing_is_left_beside_them() {
        let workspace = Workspace::from_text("//- /out/a/x\nold\n//- /out/b/y\nkept\n//- /out/b/z\nold\n");
        let files = [(PathBuf::from("a/x"), b"new\n".to_vec()), (PathBuf::from("b/z"), b"newer\n".to_vec())];
        let before = Tree::read(workspace.at("out"));
        replace(&workspace.at("out"), &files, threads(2)).unwrap();
        let after = Tree::read(workspace.at("out"));
        assert_eq!(after.paths(), ["a/x", "b/y", "b/z"]);
        assert_eq!([after.text("a/x"), after.text("b/y"), after.text("b/z")], ["new\n", "kept\n", "newer\n"]);
        assert_ne!(before.entries["a/x"].inode, after.entries["a/x"].inode);
    }
}
