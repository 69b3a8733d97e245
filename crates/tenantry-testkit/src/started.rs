//! A program that goes on while a test talks to it. It ends with the value that stands for it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk::{must, named, read};

/// How long something may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that goes on.
#[derive(Debug)]
pub struct Started {
    child: Child,
    folder: tempfile::TempDir,
}

impl Started {
    /// Starts a command; what it prints goes into files.
    #[track_caller]
    pub(crate) fn begin(mut command: Command, path: &Path) -> Started {
        let folder = must(tempfile::tempdir());
        let stream = |name: &str| must(File::create(folder.path().join(name)));
        command.stdin(Stdio::null()).stdout(stream("stdout")).stderr(stream("stderr"));
        let child = must(command.spawn().map_err(|error| named("run", path, &error)));
        Started { child, folder }
    }

    /// The number of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed so far for machines and pipes.
    #[must_use]
    #[track_caller]
    pub fn stdout(&self) -> String {
        self.printed("stdout")
    }

    /// What it has told the user so far.
    #[must_use]
    #[track_caller]
    pub fn stderr(&self) -> String {
        self.printed("stderr")
    }

    #[track_caller]
    fn printed(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        String::from_utf8_lossy(&must(read(&path))).into_owned()
    }

    /// Waits until it has told something, on either stream. Panics if it ends before, or takes too long.
    #[track_caller]
    pub fn wait_for(&mut self, words: &str) {
        let start = Instant::now();
        loop {
            let told = format!("{}{}", self.stdout(), self.stderr());
            if told.contains(words) {
                return;
            }
            let ended = must(self.child.try_wait());
            assert!(ended.is_none() && start.elapsed() < PATIENCE, "never was told `{words}`: {ended:?}\n{told}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
