//! The floor: what the file system asks for a built tree's folders and files, and nothing else.
//!
//! The whole tree, `.tenantry` with it, is in memory before the time is taken. It is a measure, not a
//! copying tool: times, modes and symbolic links are not kept.

use std::fmt;
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use walkdir::{DirEntry, WalkDir};

use crate::{Failure, memory};

/// What was written, and what it cost.
#[derive(Debug)]
pub(crate) struct Floor {
    files: usize,
    folders: usize,
    bytes: u64,
    time: Duration,
    threads: NonZeroUsize,
    peak_memory: Option<u64>,
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "files    {}", self.files)?;
        writeln!(f, "folders  {}", self.folders)?;
        writeln!(f, "bytes    {}", self.bytes)?;
        writeln!(f, "threads  {}", self.threads)?;
        writeln!(f, "seconds  {:.3}", self.time.as_secs_f64())?;
        match self.peak_memory {
            Some(bytes) => write!(f, "peak     {:.1} MB", bytes as f64 / 1e6),
            None => write!(f, "peak     unknown"),
        }
    }
}

/// A tree read whole, to be written elsewhere.
pub(crate) struct Content {
    units: Vec<Unit>,
}

/// One entry of the tree's top with all below it: what a thread writes at a time. Paths are relative.
#[derive(Default)]
struct Unit {
    /// Parents before children.
    folders: Vec<PathBuf>,
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// Reads `out` whole, then writes it to `dest`, which must not exist, and times the writing.
pub(crate) fn measure(out: &Path, dest: &Path, threads: NonZeroUsize) -> Result<Floor, Failure> {
    if dest.symlink_metadata().is_ok() {
        return Err(Failure { message: format!("`{}` is there already", dest.display()), code: 3 });
    }
    let content = Content::read(out)?;
    let time = content.write(dest, threads)?;
    Ok(Floor {
        files: content.files().count(),
        folders: content.units.iter().map(|unit| unit.folders.len()).sum(),
        bytes: content.files().map(|(_, bytes)| bytes.len() as u64).sum(),
        time,
        threads,
        peak_memory: memory::peak(),
    })
}

impl Content {
    /// Reads all below a folder.
    pub(crate) fn read(out: &Path) -> Result<Self, Failure> {
        let mut units = Vec::new();
        for entry in WalkDir::new(out).min_depth(1).sort_by_file_name() {
            let entry = entry.map_err(|error| Failure::new(format!("cannot read: {error}")))?;
            if entry.depth() == 1 {
                units.push(Unit::default());
            }
            if let Some(unit) = units.last_mut() {
                add(unit, &entry, out)?;
            }
        }
        Ok(Self { units })
    }

    /// The files, by path below the folder that was read.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        let files = self.units.iter().flat_map(|unit| &unit.files);
        files.map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
    }

    /// Writes all of it below `dest`, and says how long that took.
    pub(crate) fn write(&self, dest: &Path, threads: NonZeroUsize) -> Result<Duration, Failure> {
        create_folder(dest)?;
        let start = Instant::now();
        each(&self.units, threads, |unit| write_unit(unit, dest))?;
        Ok(start.elapsed())
    }
}

fn add(unit: &mut Unit, entry: &DirEntry, out: &Path) -> Result<(), Failure> {
    let inside = entry.path().strip_prefix(out).unwrap_or(entry.path()).to_owned();
    if entry.file_type().is_dir() {
        unit.folders.push(inside);
    } else if entry.file_type().is_file() {
        let bytes = fs::read(entry.path()).map_err(|error| named("read", entry.path(), &error))?;
        unit.files.push((inside, bytes));
    }
    Ok(())
}

/// Does something with every item: each thread takes the next one that nobody has taken.
pub(crate) fn each<T: Sync>(
    items: &[T],
    threads: NonZeroUsize,
    work: impl Fn(&T) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let take = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads.get()).map(|_| scope.spawn(take)).collect();
        let results =
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(Failure::new("a thread panicked"))));
        results.collect()
    })
}

fn write_unit(unit: &Unit, dest: &Path) -> Result<(), Failure> {
    for folder in &unit.folders {
        let folder = dest.join(folder);
        fs::create_dir(&folder).map_err(|error| named("create", &folder, &error))?;
    }
    for (path, bytes) in &unit.files {
        let path = dest.join(path);
        fs::write(&path, bytes).map_err(|error| named("write", &path, &error))?;
    }
    Ok(())
}

fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| named("create", path, &error))
}

pub(crate) fn named(action: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot {action} `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenantry_testkit::{Tree, Workspace};

    const BUILT: &str = "//- /out/a/index.html\none\n//- /out/a/deep/er/x\ntwo\n\
                         //- /out/b/index.html\nthree\n//- /out/top.txt\nfour\n\
                         //- /out/.tenantry/state\nfive\n";

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn the_copy_holds_the_same_bytes() {
        for count in [1, 2, 9] {
            let workspace = Workspace::from_text(BUILT);
            let (out, dest) = (workspace.at("out"), workspace.at("deep/dest"));
            let floor = measure(&out, &dest, threads(count)).unwrap();
            let (first, second) = (Tree::read_without(&out, ""), Tree::read_without(&dest, ""));
            assert_eq!(first.difference(&second), [""; 0]);
            assert_eq!((floor.files, floor.folders, floor.bytes), (5, 5, 24));
        }
    }

    #[test]
    fn what_is_there_is_not_written_over() {
        let workspace = Workspace::from_text(BUILT);
        let failure = measure(&workspace.at("out"), &workspace.at("out/b"), threads(2)).unwrap_err();
        assert_eq!(failure.code, 3);
        assert!(failure.message.ends_with("` is there already"), "{failure:?}");
    }

    #[test]
    fn a_missing_tree_is_an_error_that_names_it() {
        let workspace = Workspace::empty();
        let failure = measure(&workspace.at("missing"), &workspace.at("dest"), threads(2)).unwrap_err();
        assert!(failure.message.contains("missing"), "{failure:?}");
        assert!(!workspace.holds("dest"));
    }
}
