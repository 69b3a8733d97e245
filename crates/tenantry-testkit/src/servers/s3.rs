//! A store that speaks the protocol of Amazon S3, checks signatures and obeys conditions; and one that takes conditions
//! and overwrites all the same.

use std::fs;
use std::path::PathBuf;

use super::{free_port, tool, wait_for_port};
use crate::disk::must;
use crate::{Program, Started, Workspace};

/// Who may ask the store.
pub const KEY: &str = "TENANTRYTESTKEY";
/// With what: it must appear nowhere.
pub const SECRET: &str = "canary-0f5a7c-secret-of-the-store";
/// The bucket that there is.
pub const BUCKET: &str = "sites";

/// A store that runs.
#[derive(Debug)]
pub struct Store {
    port: u16,
    folder: Workspace,
    _process: Started,
}

impl Store {
    /// One that obeys conditions: `s3s-fs`.
    #[must_use]
    #[track_caller]
    pub fn start() -> Store {
        Store::of("s3s-fs", |port, folder| {
            let named = ["--host", "127.0.0.1", "--access-key", KEY, "--secret-key", SECRET, "--port"];
            let named = named.map(str::to_owned).into_iter();
            named.chain([port.to_string(), folder.display().to_string()]).collect()
        })
    }

    /// One that does not: `rclone serve s3`.
    #[must_use]
    #[track_caller]
    pub fn careless() -> Store {
        Store::of("rclone", |port, folder| {
            let args = ["serve", "s3", "--auth-key"].map(str::to_owned).into_iter();
            let rest = ["--addr".to_owned(), format!("127.0.0.1:{port}"), folder.display().to_string()];
            args.chain([format!("{KEY},{SECRET}")]).chain(rest).collect()
        })
    }

    #[track_caller]
    fn of(program: &str, args: impl FnOnce(u16, PathBuf) -> Vec<String>) -> Store {
        let (port, folder) = (free_port(), Workspace::empty());
        must(fs::create_dir(folder.at(BUCKET)));
        let process = Program::at(tool(program)).args(args(port, folder.path().to_owned())).env("RUST_LOG", "error");
        let process = process.env("HOME", folder.path()).current_dir(&folder).start();
        wait_for_port(port, || process.stderr());
        Store { port, folder, _process: process }
    }

    /// Where it listens, on the loopback interface.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The bytes of an object of the bucket. `None` if there is none.
    #[must_use]
    pub fn object(&self, key: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.at(&format!("{BUCKET}/{key}"))).ok()
    }

    /// The folder that holds the bucket.
    #[must_use]
    pub fn folder(&self) -> &Workspace {
        &self.folder
    }
}
