//! The watches of the system, by `notify`.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};

use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher};
use rustix::fs::statfs;

use crate::watch::pending::is_change;
use crate::watch::{Arm, Armed, Signal, Watch, words};

/// The folders of a workspace that hold sources.
const SOURCES: [&str; 2] = ["sites", "themes"];

/// File systems whose files others change too, without this machine being told (`man 2 statfs`): NFS, SMB, 9P (of
/// virtual machines), FUSE (of containers on other systems), VirtualBox, Ceph, AFS, Coda.
const REMOTE: &[u32] = &[
    0x6969,
    0x517b,
    0xfe53_4d42,
    0xff53_4d42,
    0x0102_1997,
    0x6573_5546,
    0x786f_4256,
    0x00c3_6400,
    0x5346_414f,
    0x7375_7245,
];

/// Watches a workspace.
pub(crate) struct System {
    root: PathBuf,
    watch: Watch,
    /// Dropped, it watches no more.
    watcher: Mutex<Option<RecommendedWatcher>>,
}

impl System {
    /// For the workspace at `root`.
    pub(crate) fn new(root: &Path, watch: Watch) -> System {
        System { root: root.to_owned(), watch, watcher: Mutex::new(None) }
    }

    fn watch_all(&self, signals: &Sender<Signal>) -> notify::Result<()> {
        let signals = signals.clone();
        // Nothing is done here but passing it on: whoever is slow here makes the system lose events.
        let pass_on = move |event: notify::Result<notify::Event>| {
            if event.as_ref().map_or(true, is_change) {
                let _ = signals.send(Signal::Event(event));
            }
        };
        // The old one goes first: each has its own part of what the system allows.
        let mut held = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        *held = None;
        let mut watcher = RecommendedWatcher::new(pass_on, Config::default().with_follow_symlinks(false))?;
        // The workspace itself tells when one of its folders is replaced.
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        let watched = SOURCES.iter().try_for_each(|folder| {
            match watcher.watch(&self.root.join(folder), RecursiveMode::Recursive) {
                Err(error) if is_missing(&error) => Ok(()),
                result => result,
            }
        });
        // What is watched stays so, even if it is not all.
        *held = Some(watcher);
        watched
    }
}

impl Arm for System {
    fn arm(&self, signals: &Sender<Signal>) -> Armed {
        if self.watch == Watch::Poll {
            return Armed::Incomplete("it was asked for".to_owned());
        }
        match self.watch_all(signals) {
            Ok(()) => remote(&self.root).map_or(Armed::Complete, Armed::Incomplete),
            Err(error) => Armed::Incomplete(words(&error)),
        }
    }

    fn is_root(&self, path: &Path) -> bool {
        path.strip_prefix(&self.root)
            .is_ok_and(|path| path == Path::new("") || SOURCES.iter().any(|name| path == Path::new(name)))
    }

    fn relative(&self, path: &Path) -> Option<PathBuf> {
        let path = path.strip_prefix(&self.root).ok()?;
        SOURCES.iter().any(|name| path.starts_with(name)).then(|| path.to_owned())
    }

    fn is_there(&self, path: &Path) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }
}

fn is_missing(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

/// Why events of the file system at a path do not tell all, if that is known.
fn remote(path: &Path) -> Option<String> {
    let kind = u32::try_from(statfs(path).ok()?.f_type & 0xffff_ffff).ok()?;
    REMOTE.contains(&kind).then(|| "the workspace lies on a file system that others change, too".to_owned())
}
