//! `serve` as a user meets it: the program with the tenants of the repository, over HTTP and in a real browser.
//!
//! What single requests and saves may do wrong is tried where the server is, on sites that tests make up.

mod browser;
mod command;
mod soak;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use tenantry_testkit::{Program, Started, Workspace};

use crate::repository::root;

/// A preview that runs.
struct Preview {
    workspace: Workspace,
    program: Started,
    port: u16,
}

impl Preview {
    /// Of a workspace, with further arguments.
    #[track_caller]
    fn of(workspace: Workspace, args: &[&str]) -> Preview {
        let program = Program::new().args(["serve", "--port", "0"]).args(args).current_dir(&workspace);
        let mut program = program.start();
        program.wait_for("http://");
        let port = port_of(&program.stdout());
        Preview { workspace, program, port }
    }

    /// Of a copy of the repository's workspace.
    #[track_caller]
    fn of_five(args: &[&str]) -> Preview {
        Preview::of(five_sources(), args)
    }

    /// Asks for a path of a host; gives the head and the body.
    #[track_caller]
    fn get(&self, host: &str, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}:{}\r\n\r\n", self.port).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        (head.to_owned(), body.to_owned())
    }

    /// Waits until a page says something.
    #[track_caller]
    fn wait_for_page(&self, host: &str, path: &str, words: &str) {
        let started = Instant::now();
        while !self.get(host, path).1.contains(words) {
            assert!(started.elapsed() < Duration::from_secs(20), "{host}{path} never said `{words}`");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// The port in an address.
fn port_of(address: &str) -> u16 {
    let digits = address.trim().trim_end_matches('/').rsplit(':').next().unwrap_or_default();
    digits.parse().unwrap_or_default()
}

/// The sources of the repository's tenants, copied.
pub(crate) fn five_sources() -> Workspace {
    let workspace = Workspace::empty();
    for folder in ["sites", "themes"] {
        copy(&root().join(folder), &workspace.at(folder));
    }
    workspace
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
