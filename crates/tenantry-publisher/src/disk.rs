//! The only door to this machine's disk. Every fault names its path; nothing is written half.

#![allow(clippy::disallowed_methods, reason = "the one module that may touch the disk")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::FlockOperation;
use rustix::io::{Errno, retry_on_intr};
use tenantry_core::diagnostic::printable;

use crate::fault::{Fault, FaultKind, Outcome};

/// What the disk refused, with the path and what was tried.
fn failed<'p>(action: &'p str, path: &'p Path) -> impl FnOnce(io::Error) -> Fault + 'p {
    move |cause| {
        let path = printable(&path.to_string_lossy());
        let kind = match cause.kind() {
            ErrorKind::WouldBlock | ErrorKind::StaleNetworkFileHandle => FaultKind::Passing(None),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => FaultKind::Denied,
            _ if matches!(Errno::from_io_error(&cause), Some(Errno::MFILE | Errno::NFILE)) => FaultKind::Passing(None),
            _ => FaultKind::Lasting,
        };
        Fault::new(kind, format!("cannot {action} `{path}`: {cause}"))
    }
}

/// Nothing where something is not there, or a folder above it is none.
fn if_any<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(failed("read", path))
}

/// Reads a file that may not be there.
pub(crate) fn read_if_any(path: &Path) -> Outcome<Option<Vec<u8>>> {
    if_any(fs::read(path)).map_err(failed("read", path))
}

/// Whether something is there; a link counts, whatever it leads to.
pub(crate) fn exists(path: &Path) -> Outcome<bool> {
    if_any(path.symlink_metadata()).map(|found| found.is_some()).map_err(failed("look at", path))
}

/// Whether a folder is there, and no link to one.
pub(crate) fn is_folder(path: &Path) -> Outcome<bool> {
    let found = if_any(path.symlink_metadata()).map_err(failed("look at", path))?;
    Ok(found.is_some_and(|found| found.is_dir()))
}

/// Whether a folder holds nothing but perhaps one name, or is not there.
pub(crate) fn holds_only(path: &Path, name: &str) -> Outcome<bool> {
    let Some(entries) = if_any(fs::read_dir(path)).map_err(failed("list", path))? else { return Ok(true) };
    for entry in entries {
        if entry.map_err(failed("list", path))?.file_name() != name {
            return Ok(false);
        }
    }
    Ok(true)
}

/// All that lies below a folder, what is in a folder after it; nothing if there is no folder.
pub(crate) fn all_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    if !is_folder(folder)? {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed("list", folder))? {
        let path = entry.map_err(failed("list", folder))?.path();
        let inner = all_below(&path)?;
        all.push(path);
        all.extend(inner);
    }
    Ok(all)
}

/// Creates a folder and those above it.
pub(crate) fn create_folders(path: &Path) -> Outcome<()> {
    fs::create_dir_all(path).map_err(failed("create", path))
}

/// Does something that needs the folder of a path, which is created if it turns out not to be there.
fn with_folder<T>(path: &Path, act: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match act() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            act()
        }
        other => other,
    }
}

/// Writes a file where none is, in a folder that nobody looks into yet.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Outcome<()> {
    with_folder(path, || OpenOptions::new().write(true).create_new(true).open(path))
        .and_then(|mut file| file.write_all(bytes).and_then(|()| close(file)))
        .map_err(failed("write", path))
}

/// Writes a file whole in place of what is there: its bytes are complete under another name before it gets its own.
pub(crate) fn replace(path: &Path, bytes: &[u8], on_the_way: &Path) -> Outcome<()> {
    let written = with_folder(on_the_way, || File::create(on_the_way))
        .and_then(|mut file| file.write_all(bytes).and_then(|()| close(file)))
        .map_err(failed("write", path));
    let renamed =
        written.and_then(|()| with_folder(path, || fs::rename(on_the_way, path)).map_err(failed("write", path)));
    if renamed.is_err() {
        let _ = fs::remove_file(on_the_way);
    }
    renamed
}

/// Closes a file that was written: only then do some file systems tell that they could not keep it.
fn close(file: File) -> io::Result<()> {
    match nix::unistd::close(file) {
        Err(nix::errno::Errno::EINTR) => Ok(()),
        other => Ok(other?),
    }
}

/// Gives a file a second name in a folder that nobody looks into yet; where the file system cannot, its bytes are copied.
pub(crate) fn link_or_copy(from: &Path, to: &Path) -> Outcome<()> {
    match with_folder(to, || fs::hard_link(from, to)) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(failed("find", from)(error)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(failed("write", to)(error)),
        Err(_) => write_new(to, &read(from)?),
    }
}

/// Makes a link to a path, in place of the link that is there. What is there and no link is left as it is.
pub(crate) fn point(link: &Path, to: &Path, on_the_way: &Path) -> Outcome<()> {
    let there = if_any(link.symlink_metadata()).map_err(failed("look at", link))?;
    if there.is_some_and(|found| !found.is_symlink()) {
        let path = printable(&link.to_string_lossy());
        return Err(Fault::lasting(format!("`{path}` is in the way: it is no link, and was not made by a publish")));
    }
    remove_file(on_the_way)?;
    let made = std::os::unix::fs::symlink(to, on_the_way).and_then(|()| fs::rename(on_the_way, link));
    if made.is_err() {
        let _ = fs::remove_file(on_the_way);
    }
    made.map_err(failed("switch", link))
}

/// Where a link leads. `None` if there is none.
pub(crate) fn read_link(link: &Path) -> Outcome<Option<PathBuf>> {
    if_any(fs::read_link(link)).map_err(failed("read", link))
}

/// Removes a file; that there is none, or a folder in its place, is no fault.
pub(crate) fn remove_file(path: &Path) -> Outcome<()> {
    match if_any(fs::remove_file(path)) {
        Err(error) if error.kind() == ErrorKind::IsADirectory => Ok(()),
        other => other.map(drop).map_err(failed("remove", path)),
    }
}

/// Removes a folder with all that is in it; links are removed and not followed.
pub(crate) fn remove_tree(path: &Path) -> Outcome<()> {
    if_any(fs::remove_dir_all(path)).map(drop).map_err(failed("remove", path))
}

/// Removes a folder if nothing is in it; that there is none, or a file in its place, is no fault.
pub(crate) fn remove_empty_folder(path: &Path) -> Outcome<()> {
    match if_any(fs::remove_dir(path)) {
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(()),
        other => other.map(drop).map_err(failed("remove", path)),
    }
}

/// How long a file's lock is waited for: it is held for as long as a note takes to be written.
const MOST_WAITING: Duration = Duration::from_secs(10);

/// Holds a file's lock, as long as the value lives; waits for whoever has it.
pub(crate) struct Guard {
    file: File,
}

impl Guard {
    /// Takes it.
    pub(crate) fn take(path: &Path) -> Outcome<Guard> {
        let open = || OpenOptions::new().create(true).truncate(false).write(true).open(path);
        let file = with_folder(path, open).map_err(failed("lock", path))?;
        let began = Instant::now();
        loop {
            match retry_on_intr(|| rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)) {
                Ok(()) => return Ok(Guard { file }),
                Err(Errno::WOULDBLOCK) if began.elapsed() < MOST_WAITING => thread::sleep(Duration::from_millis(1)),
                Err(error) => return Err(failed("lock", path)(error.into())),
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Closing it would do, if closing never failed.
        let _ = rustix::fs::flock(&self.file, FlockOperation::Unlock);
    }
}

/// Opens a file to add lines at its end.
pub(crate) fn open_to_append(path: &Path) -> Outcome<File> {
    with_folder(path, || OpenOptions::new().create(true).append(true).open(path)).map_err(failed("write", path))
}

/// Adds a line, in one write.
pub(crate) fn append(file: &File, line: &[u8], path: &Path) -> Outcome<()> {
    let mut file = file;
    file.write_all(line).map_err(failed("write", path))
}

/// What this machine calls itself.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The kernel's names for this boot of the machine and for the numbers that processes have here: containers count their
/// own. Empty where the boot has none.
pub(crate) fn boot() -> String {
    let Ok(id) = fs::read_to_string("/proc/sys/kernel/random/boot_id") else { return String::new() };
    let numbers = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", id.trim(), numbers.display())
}

/// When a process of this machine began, in ticks since its boot. `None` if that is not to be seen.
pub(crate) fn process_start(id: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program stands in parentheses and may hold anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

/// Whether it is known that there is no such process. That nothing of it is to be seen says little: `/proc` may hide it.
pub(crate) fn is_gone(id: u32) -> bool {
    let id = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    id.is_none_or(|id| rustix::process::test_kill_process(id) == Err(Errno::SRCH))
}
