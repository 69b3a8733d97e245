//! Real servers on the loopback interface, each on a port of its own, ending with the value that stands for it.

mod http;
mod proxy;
pub mod s3;
#[cfg(unix)]
pub mod ssh;
mod web;

use std::env;
use std::ffi::OsString;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

pub use self::http::{Reply, get, get_with};
pub use self::proxy::{Asked, Mishap, Proxy};
pub use self::web::{Web, WebServer};

use crate::browser::on_path;
use crate::disk::must;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where Debian keeps servers, which the search path of a user may leave out.
const SERVERS: &str = "/usr/sbin";
/// Where this repository keeps tools of its own: what cargo installs, and what pip does.
const TOOLS: [&str; 2] = ["target/tools/bin", "target/tools/python/bin"];

/// A port that nobody listened on a moment ago.
#[must_use]
#[track_caller]
pub fn free_port() -> u16 {
    must(must(TcpListener::bind(("127.0.0.1", 0))).local_addr()).port()
}

/// Where programs are looked for: the search path, where servers are, and the tools of this repository.
#[must_use]
pub fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
    let more = [PathBuf::from(SERVERS)].into_iter().chain(TOOLS.map(|folder| root.join(folder)));
    env::join_paths(env::split_paths(&path).chain(more)).unwrap_or(path)
}

/// A program that `cargo run -p xtask -- test-tools` installs. Panics if it is not there.
#[must_use]
#[track_caller]
pub fn tool(name: &str) -> PathBuf {
    let found = on_path(&search_path(), &[name]);
    found.unwrap_or_else(|| panic!("`{name}` is not there: run `cargo run -p xtask -- test-tools`"))
}

/// Waits until somebody listens on a port.
#[track_caller]
fn wait_for_port(port: u16, told: impl Fn() -> String) {
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < PATIENCE, "nobody listens on port {port}: {}", told());
        thread::sleep(Duration::from_millis(10));
    }
}
