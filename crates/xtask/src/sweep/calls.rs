//! The calls of a build, read from what strace recorded of one that nothing befell.
//!
//! A call is known by its name, the path that it is about, and how many calls of that name about that path came before it
//! in its thread: strace counts in the same way. So a call is found again in another run, whatever else that one does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// What a build asks for outside of its workspace and still depends on: itself, and the boot of the machine.
const OUTSIDE: [&str; 2] = ["/proc/self/exe", "/proc/sys/kernel/random/boot_id"];

/// Calls that are not made to fail: the start of the program, and a question about a descriptor that only builds with
/// debug assertions ask, before they close it.
const LEFT_OUT: [&str; 2] = ["execve", "fcntl"];

/// Calls that change what is on the disk, apart from opening a file to write it and closing it.
const CHANGING: [&str; 15] = [
    "copy_file_range",
    "fchmod",
    "ftruncate",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "pwrite64",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "unlink",
    "unlinkat",
    "write",
];

/// One call of a build.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    /// Its name, `openat`.
    pub(crate) name: String,
    /// What it is about: a path seen from the workspace, or one outside of it.
    pub(crate) path: String,
    /// Where the other path leads, for calls that have two.
    pub(crate) other: Option<String>,
    /// Which of the calls of this name about this path it is, from 1.
    pub(crate) nth: usize,
    /// Whether it changes what is on the disk.
    pub(crate) changes: bool,
    /// Whether it is about a folder whose names are listed.
    pub(crate) of_folder: bool,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { name, path, nth, .. } = self;
        let path = if path.is_empty() { "." } else { path };
        write!(f, "{name} {nth} of `{path}`")
    }
}

impl Call {
    /// Whether the system can refuse it. It never refuses to close a folder, which the standard library takes for granted.
    pub(crate) fn can_fail(&self) -> bool {
        !(self.name == "close" && self.of_folder)
    }
}

/// The calls that a record tells of which concern the workspace at `root` or the program itself, in order.
pub(crate) fn calls(record: &str, root: &Path, program: &Path) -> Vec<Call> {
    let mut earlier: BTreeMap<(&str, &str, String), usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let (mut folders, mut written) = (BTreeSet::new(), BTreeSet::new());
    let mut calls = Vec::new();
    for line in record.lines() {
        let Some(Line { thread, name, arguments }) = Line::read(line) else { continue };
        let paths: Vec<String> =
            paths(name, arguments).iter().filter_map(|path| concerned(path, root, program)).collect();
        let Some(path) = paths.first().filter(|_| !LEFT_OUT.contains(&name)) else { continue };
        let nth = earlier.get(&(thread, name, path.clone())).copied().unwrap_or_default() + 1;
        // Of `rename` strace looks at the first path only.
        let counted = if name == "rename" { &paths[..1] } else { &paths };
        for path in counted.iter().collect::<BTreeSet<_>>() {
            *earlier.entry((thread, name, path.clone())).or_default() += 1;
        }
        if arguments.contains("O_CREAT") {
            written.insert(path.clone());
        }
        let changes = CHANGING.contains(&name)
            || (name == "openat" && arguments.contains("O_CREAT"))
            || (name == "close" && written.contains(path));
        if name == "getdents64" || arguments.contains("O_DIRECTORY") {
            folders.insert(path.clone());
        }
        let of_folder = folders.contains(path);
        let (name, path, other) = (name.to_owned(), path.clone(), paths.get(1).cloned());
        let call = Call { name, path, other, nth, changes, of_folder };
        // Two threads may do the same; a fault then strikes both.
        if seen.insert(call.clone()) {
            calls.push(call);
        }
    }
    calls
}

/// A call as strace writes it: `4711  openat(AT_FDCWD</>, "/x", O_RDONLY) = 3</x>`.
struct Line<'l> {
    thread: &'l str,
    name: &'l str,
    arguments: &'l str,
}

impl<'l> Line<'l> {
    /// Reads a line. `None` for signals, ends, and the second half of a call that was told in two.
    fn read(line: &'l str) -> Option<Line<'l>> {
        let (thread, rest) = line.split_once(' ')?;
        let (name, rest) = rest.trim_start().split_once('(')?;
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty();
        let arguments = rest.rsplit_once(" = ").map_or(rest, |(arguments, _)| arguments);
        is_name.then_some(Line { thread, name, arguments })
    }
}

/// The paths among the arguments of a call: texts, and what descriptors stand for. One, or two for calls that move
/// something; what such a call gives back is none of them.
fn paths<'a>(name: &str, arguments: &'a str) -> Vec<&'a str> {
    let most = if name.starts_with("rename") || name.starts_with("link") { 2 } else { 1 };
    let mut found = Vec::new();
    let mut rest = arguments;
    while let Some(at) = rest.find(['"', '<']).filter(|_| found.len() < most) {
        let (before, quoted) = (&rest[..at], &rest[at + 1..]);
        let closing = if rest[at..].starts_with('"') { '"' } else { '>' };
        let Some((path, behind)) = quoted.split_once(closing) else { break };
        // Paths that begin at the current folder are not told by that folder.
        if path.starts_with('/') && !before.ends_with("AT_FDCWD") {
            found.push(path);
        }
        rest = behind;
    }
    found
}

/// The path as a [`Call`] has it, if it concerns a build.
fn concerned(path: &str, root: &Path, program: &Path) -> Option<String> {
    match Path::new(path).strip_prefix(root) {
        Ok(inside) => inside.to_str().map(str::to_owned),
        Err(_) if OUTSIDE.contains(&path) || Path::new(path) == program => Some(path.to_owned()),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"
12  execve("/bin/tenantry", ["tenantry"], 0x7ffd /* 9 vars */) = 0
12  openat(AT_FDCWD</>, "/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 3</lib/libc.so.6>
12  readlink("/proc/self/exe", "/bin/tenantry", 256) = 13
13  statx(AT_FDCWD</>, "/w/sites", AT_STATX_SYNC_AS_STAT, STATX_ALL <unfinished ...>
12  openat(AT_FDCWD</>, "/w/sites", O_RDONLY|O_DIRECTORY) = 4</w/sites>
13  <... statx resumed>, {stx_mask=STATX_ALL}) = 0
12  getdents64(4</w/sites>, 0x55 /* 3 entries */, 32768) = 80
12  getdents64(4</w/sites>, 0x55 /* 0 entries */, 32768) = 0
12  fcntl(4</w/sites>, F_GETFD) = 0x1 (flags FD_CLOEXEC)
12  openat(4</w/sites>, "a", O_WRONLY|O_CREAT, 0666) = 5</w/sites/a>
12  rename("/w/a.tmp", "/w/a") = 0
12  rename("/w/a", "/w/b") = -1 EIO (Input/output error)
12  --- SIGCHLD {si_signo=SIGCHLD} ---
12  +++ exited with 0 +++
"#;

    #[test]
    fn a_record_gives_its_calls() {
        let calls = calls(RECORD, Path::new("/w"), Path::new("/bin/tenantry"));
        let told: Vec<String> =
            calls.iter().map(|call| format!("{call}{}", if call.changes { "!" } else { "" })).collect();
        let expected = [
            "readlink 1 of `/proc/self/exe`",
            "statx 1 of `sites`",
            "openat 1 of `sites`",
            "getdents64 1 of `sites`",
            "getdents64 2 of `sites`",
            "openat 2 of `sites`!",
            "rename 1 of `a.tmp`!",
            "rename 1 of `a`!",
        ];
        assert_eq!(told, expected);
        assert_eq!(calls[7].other.as_deref(), Some("b"));
    }
}
