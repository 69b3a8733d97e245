//! The only door to the disk. Every error names its path; every read is bounded; nothing follows a link.
//!
//! Tenants write below `sites/`, perhaps while it is read, so what is asked of their files is asked of the file that is
//! open, and the way to it is walked by the kernel without links: what was looked at before may be another thing by then.
//!
//! What is not here: which files are ours (see [`crate::output`]) and what they mean.

#![allow(clippy::disallowed_methods, reason = "the one module that may touch the disk")]

mod folder;

use std::fmt;
use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::{Errno, retry_on_intr};
use serde::{Deserialize, Serialize};
use tenantry_core::diagnostic::{Diagnostic, printable};
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::path::SourcePath;

pub use self::folder::{Entry, Kind, OpenFolder};

/// Largest text file: TOML, Markdown, templates, strings.
pub const LARGEST_TEXT: u64 = 1 << 20;
/// Largest roster.
pub const LARGEST_ROSTER: u64 = 64 << 20;
/// Largest file that goes out as it is.
pub const LARGEST_ASSET: u64 = 25 << 20;

/// How much of a large file is in memory at a time.
const PART: usize = 1 << 16;

/// Something that the disk refused, with the path and what was tried.
#[derive(Debug)]
pub struct DiskError {
    /// What was tried: `read`, `write`, `rename` …
    pub action: &'static str,
    /// Where.
    pub path: PathBuf,
    /// Why not.
    pub cause: io::Error,
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.action, printable(&self.path.to_string_lossy()), self.cause)
    }
}

impl std::error::Error for DiskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl DiskError {
    /// The same as a finding.
    pub fn diagnostic(&self) -> Diagnostic {
        self.diagnostic_below(Path::new(""))
    }

    /// The same as a finding about a source, whose path is seen from the workspace at `root`.
    pub fn diagnostic_below(&self, root: &Path) -> Diagnostic {
        let path = self.path.strip_prefix(root).unwrap_or(&self.path);
        Diagnostic::error("disk", format!("cannot {} it: {}", self.action, self.cause)).about(path.to_string_lossy())
    }
}

/// The result of touching the disk.
pub type DiskResult<T> = Result<T, DiskError>;

fn failed<'p>(action: &'static str, path: &'p Path) -> impl FnOnce(io::Error) -> DiskError + 'p {
    move |cause| DiskError { action, path: path.to_owned(), cause }
}

fn refused(path: &Path, reason: String) -> DiskError {
    DiskError { action: "read", path: path.to_owned(), cause: io::Error::new(io::ErrorKind::InvalidData, reason) }
}

/// What a walk through a folder could not list.
pub fn unlisted(folder: &Path, error: walkdir::Error) -> DiskError {
    let path = error.path().unwrap_or(folder).to_owned();
    let cause = error.into_io_error().unwrap_or_else(|| io::Error::other("it leads in a circle"));
    DiskError { action: "list", path, cause }
}

/// How a file is opened that may not be one: a link is not followed, and a pipe or a device makes nobody wait.
const CAREFULLY: OFlags = OFlags::CLOEXEC.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
/// How a folder is opened only to go on from it.
#[cfg(target_os = "linux")]
const IN_PASSING: OFlags = OFlags::CLOEXEC.union(OFlags::DIRECTORY).union(OFlags::PATH);
#[cfg(not(target_os = "linux"))]
const IN_PASSING: OFlags = OFlags::CLOEXEC.union(OFlags::DIRECTORY);

/// Reads a regular file of at most `most` bytes. Links, folders, pipes and devices are refused.
pub fn read(path: &Path, most: u64) -> DiskResult<Vec<u8>> {
    let file = open_at(CWD, path, CAREFULLY).map_err(|error| not_opened(path, error))?;
    let mut file = File::from(file);
    let size = regular(&file, path)?.len();
    bounded(&mut file, path, (size, most))
}

/// Reads a file of the sources, which is at `source` seen from the workspace's folder `root`.
///
/// No link is followed below `sites/` and `themes/`. A file with several names that belongs to another user than the
/// folder is refused: somebody may have given a stranger's file a second name. Several names alone mean nothing, since
/// copies of whole trees are made of them (`cp -al`, `rsync --link-dest`, snapshots), and then files and folders are of
/// one owner.
pub fn read_source(root: &Path, source: &SourcePath, most: u64) -> DiskResult<Vec<u8>> {
    let path = root.join(source.as_str());
    let mut file = File::from(open_source(root, source, CAREFULLY).map_err(|error| not_opened(&path, error))?);
    let found = regular(&file, &path)?;
    if found.nlink() > 1 && folder_owner(root, source).map_err(failed("read", &path))? != found.uid() {
        let reason = "it is a hard link to a file of another user than its folder's, which is not read";
        return Err(refused(&path, reason.into()));
    }
    bounded(&mut file, &path, (found.len(), most))
}

/// Reads a text file of the sources.
pub fn read_source_text(root: &Path, source: &SourcePath, most: u64) -> DiskResult<String> {
    text(&root.join(source.as_str()), read_source(root, source, most)?)
}

/// Opens something of the sources. The links that are followed are the operator's: `sites` and `themes` themselves, and
/// what leads to them.
fn open_source(root: &Path, source: &SourcePath, how: OFlags) -> rustix::io::Result<OwnedFd> {
    match open_without_links(&root.join(source.as_str()), how) {
        // A link, perhaps of the operator's; or a kernel or a sandbox that does not know the call.
        Err(Errno::LOOP | Errno::NOSYS | Errno::PERM) => {}
        other => return other,
    }
    let mut segments = source.as_str().split('/');
    let top = segments.next().unwrap_or_default();
    let mut opened = open_at(CWD, &root.join(top), IN_PASSING)?;
    let mut segments = segments.peekable();
    while let Some(segment) = segments.next() {
        let how = if segments.peek().is_some() { IN_PASSING.union(OFlags::NOFOLLOW) } else { how };
        opened = open_at(&opened, Path::new(segment), how)?;
    }
    Ok(opened)
}

/// Opens something, seen from a folder; again if a signal came in between, as the standard library does.
fn open_at(folder: impl AsFd, path: &Path, how: OFlags) -> rustix::io::Result<OwnedFd> {
    retry_on_intr(|| openat(&folder, path, how, Mode::empty()))
}

/// Opens something by a path that holds no link, in one call.
#[cfg(target_os = "linux")]
fn open_without_links(path: &Path, how: OFlags) -> rustix::io::Result<OwnedFd> {
    retry_on_intr(|| rustix::fs::openat2(CWD, path, how, Mode::empty(), rustix::fs::ResolveFlags::NO_SYMLINKS))
}

#[cfg(not(target_os = "linux"))]
fn open_without_links(_path: &Path, _how: OFlags) -> rustix::io::Result<OwnedFd> {
    Err(Errno::NOSYS)
}

/// Who owns the folder that a source lies in.
fn folder_owner(root: &Path, source: &SourcePath) -> io::Result<u32> {
    let folder = source.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = open_source(root, &SourcePath::named(folder), IN_PASSING.union(OFlags::NOFOLLOW))?;
    Ok(File::from(folder).metadata()?.uid())
}

/// What is known of an open file, if it is a regular one.
fn regular(file: &File, path: &Path) -> DiskResult<std::fs::Metadata> {
    let found = file.metadata().map_err(failed("read", path))?;
    if found.is_file() { Ok(found) } else { Err(refused(path, not_a_file(kind_of(found.file_type())))) }
}

/// Why something could not be opened; links and sockets are told as what they are.
fn not_opened(path: &Path, error: Errno) -> DiskError {
    match error {
        Errno::LOOP => refused(path, not_a_file(LINK)),
        Errno::NXIO => refused(path, not_a_file(DEVICE)),
        other => failed("read", path)(other.into()),
    }
}

fn not_a_file(kind: &str) -> String {
    format!("it is {kind}, not a file")
}

/// Reads a file of `size` bytes, as far as is known, and of at most `most`.
fn bounded(file: &mut File, path: &Path, (size, most): (u64, u64)) -> DiskResult<Vec<u8>> {
    if size > most {
        return Err(refused(path, format!("it has {size} bytes, at most {most} are allowed")));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // One byte more than allowed, so that a file that grows meanwhile is noticed.
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed("read", path))?;
    if bytes.len() as u64 > most {
        return Err(refused(path, format!("it grew beyond the {most} bytes that are allowed")));
    }
    Ok(bytes)
}

/// Reads a text file.
pub fn read_text(path: &Path) -> DiskResult<String> {
    text(path, read(path, LARGEST_TEXT)?)
}

fn text(path: &Path, bytes: Vec<u8>) -> DiskResult<String> {
    String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        let reason = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16: save it as UTF-8".to_owned(),
            _ => {
                let valid = error.utf8_error().valid_up_to();
                let line = bytes[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
                format!("line {line} is not UTF-8: save the file as UTF-8")
            }
        };
        refused(path, reason)
    })
}

const LINK: &str = "a symbolic link";
const DEVICE: &str = "a pipe, a socket or a device";

/// What something is that should have been a file.
pub fn kind_of(kind: FileType) -> &'static str {
    if kind.is_symlink() {
        LINK
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_file() {
        "a file"
    } else {
        DEVICE
    }
}

/// What tells whether a file is as it was, without reading it. Whoever writes a file with another's size and sets its
/// modification time back still changes the time of its inode (`ctime`), which no program can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its size, in bytes.
    pub size: u64,
    /// When its bytes were changed, in nanoseconds since 1970.
    pub modified: u64,
    /// When its inode was changed, likewise.
    pub changed: u64,
    /// Its inode.
    pub inode: u64,
    /// The device that it lies on.
    pub device: u64,
}

impl Stamp {
    /// When it was last changed in any way.
    pub fn youngest(&self) -> u64 {
        self.modified.max(self.changed)
    }

    /// What tells it from the stamp of another file or of another time. The device is left out: systems may count their
    /// devices anew.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let numbers = [self.size, self.modified, self.changed, self.inode];
        bytes.chunks_exact_mut(8).zip(numbers).for_each(|(bytes, number)| bytes.copy_from_slice(&number.to_le_bytes()));
        bytes
    }
}

impl From<std::fs::Metadata> for Stamp {
    fn from(found: std::fs::Metadata) -> Stamp {
        Stamp {
            size: found.size(),
            modified: nanoseconds(found.mtime(), found.mtime_nsec()),
            changed: nanoseconds(found.ctime(), found.ctime_nsec()),
            inode: found.ino(),
            device: found.dev(),
        }
    }
}

/// The stamp of a file; links are not followed. `None` if there is none.
pub fn stamp_of(path: &Path) -> Option<Stamp> {
    std::fs::symlink_metadata(path).ok().map(Stamp::from)
}

fn nanoseconds(seconds: impl TryInto<u64>, rest: impl TryInto<u64>) -> u64 {
    let whole = seconds.try_into().unwrap_or(0).saturating_mul(1_000_000_000);
    whole.saturating_add(rest.try_into().unwrap_or(0))
}

/// The digest of a file of any size, a part of which is in memory at a time.
pub fn digest_of(path: &Path) -> DiskResult<Digest> {
    let mut file = File::open(path).map_err(failed("read", path))?;
    let (mut digester, mut part) = (Digester::new(), Vec::with_capacity(PART));
    loop {
        part.clear();
        // Parts are full ones, so that the digest does not depend on how the system hands the bytes over.
        Read::by_ref(&mut file).take(PART as u64).read_to_end(&mut part).map_err(failed("read", path))?;
        if part.is_empty() {
            return Ok(digester.finish());
        }
        digester.put(&part);
    }
}

/// The time now, in nanoseconds since 1970: to tell whether a file is younger than a look at it. It reaches no output.
#[expect(clippy::disallowed_types, reason = "compared with the times of files, and never shown")]
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The kernel's name for this boot of the machine; empty where it has none.
pub fn boot() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.map(|id| id.trim().to_owned()).unwrap_or_default()
}

/// What this machine calls itself.
pub fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The size of a file.
pub fn size(path: &Path) -> DiskResult<u64> {
    path.symlink_metadata().map(|metadata| metadata.len()).map_err(failed("read", path))
}

/// Whether something is there; a link counts, whatever it leads to. A look that fails says neither yes nor no.
pub fn exists(path: &Path) -> DiskResult<bool> {
    Ok(type_of(path)?.is_some())
}

/// Whether a folder is there, and no link to one.
pub fn is_folder(path: &Path) -> DiskResult<bool> {
    Ok(type_of(path)?.is_some_and(|found| found.is_dir()))
}

/// Whether a symbolic link is there.
pub fn is_link(path: &Path) -> DiskResult<bool> {
    Ok(type_of(path)?.is_some_and(|found| found.is_symlink()))
}

/// What is there; `None` if nothing is, or if a folder above it is none.
pub fn type_of(path: &Path) -> DiskResult<Option<FileType>> {
    match path.symlink_metadata() {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(failed("look at", path)(error)),
    }
}

/// The nearest of a path and the folders above it that is there; the path itself if none is.
pub fn nearest_existing(path: &Path) -> DiskResult<&Path> {
    for folder in path.ancestors() {
        if exists(folder)? {
            return Ok(folder);
        }
    }
    Ok(path)
}

/// The path without links and `..`.
pub fn canonical(path: &Path) -> DiskResult<PathBuf> {
    path.canonicalize().map_err(failed("find", path))
}

/// The names in a folder, sorted; none if it does not exist.
pub fn names_in(path: &Path) -> DiskResult<Vec<String>> {
    let Some(folder) = folder_if_any(path)? else { return Ok(Vec::new()) };
    let entries = folder.entries(|_| true, || path.to_owned())?;
    Ok(entries.into_iter().map(|entry| entry.name.to_string_lossy().into_owned()).collect())
}

/// Opens a folder, if it exists.
pub fn folder_if_any(path: &Path) -> DiskResult<Option<OpenFolder>> {
    match OpenFolder::of(path) {
        Ok(folder) => Ok(Some(folder)),
        Err(error) if error.cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Creates a folder and those above it.
pub fn create_folders(path: &Path) -> DiskResult<()> {
    std::fs::create_dir_all(path).map_err(failed("create", path))
}

/// Writes a new file, whole.
pub fn write_new(path: &Path, bytes: &[u8]) -> DiskResult<()> {
    let mut file = match File::create(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                create_folders(folder)?;
            }
            File::create(path)
        }
        other => other,
    }
    .map_err(failed("write", path))?;
    file.write_all(bytes).and_then(|()| close(file)).map_err(failed("write", path))
}

/// Closes a file that was written: only then do some file systems, those of networks above all, tell that they could not
/// keep it. A signal does not keep it open.
fn close(file: File) -> io::Result<()> {
    match nix::unistd::close(file) {
        Err(nix::errno::Errno::EINTR) => Ok(()),
        other => Ok(other?),
    }
}

/// Writes a file where there is none: nothing is replaced, and nothing stays behind if the disk refuses.
pub fn write_where_none_is(path: &Path, bytes: &[u8]) -> DiskResult<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed("write", path))?;
    file.write_all(bytes).and_then(|()| close(file)).map_err(|cause| {
        let _ = std::fs::remove_file(path);
        failed("write", path)(cause)
    })
}

/// Renames to where nothing is.
pub fn rename_to_new(from: &Path, to: &Path) -> DiskResult<()> {
    if exists(to)? {
        return Err(failed("rename to", to)(io::ErrorKind::AlreadyExists.into()));
    }
    rename(from, to)
}

/// A hidden folder of a name of its own, for files on their way; it goes with the value, and all that it holds.
#[derive(Debug)]
pub struct Staging {
    folder: tempfile::TempDir,
}

impl Staging {
    /// Makes one in a folder.
    pub fn within(folder: &Path) -> DiskResult<Staging> {
        let made = tempfile::Builder::new().prefix(".tenantry-").tempdir_in(folder);
        Ok(Staging { folder: made.map_err(failed("write into", folder))? })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Replaces a small file of ours by way of a temporary one in `folder`, which is on the same file system. Its name has a
/// dot, which no tenant's has.
pub fn replace(path: &Path, bytes: &[u8], folder: &Path) -> DiskResult<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = folder.join(name);
    write_new(&temporary, bytes)?;
    rename(&temporary, path)
}

/// Renames, replacing what is there.
pub fn rename(from: &Path, to: &Path) -> DiskResult<()> {
    std::fs::rename(from, to).map_err(failed("rename to", to))
}

/// Removes a file. One that is gone is no error, nor is a folder in its place: what that holds is not meant.
pub fn remove_file(path: &Path) -> DiskResult<()> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(_) if type_of(path)?.is_none_or(|found| found.is_dir()) => Ok(()),
        Err(error) => Err(failed("remove", path)(error)),
    }
}

/// Removes a folder if it is empty. One that is not, or is gone, is left as it is, and so is one that something is
/// mounted on.
pub fn remove_empty_folder(path: &Path) -> DiskResult<()> {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory, NotFound, ResourceBusy};
    match std::fs::remove_dir(path) {
        Err(error)
            if matches!(
                error.kind(),
                // Some systems say of a folder with files that these exist.
                NotFound | NotADirectory | DirectoryNotEmpty | AlreadyExists | ResourceBusy
            ) =>
        {
            Ok(())
        }
        other => other.map_err(failed("remove", path)),
    }
}

/// Removes something in `dist/.tenantry/stage/`, which holds nothing that anybody else wrote.
pub fn remove_all(path: &Path) -> DiskResult<()> {
    let removed = if is_folder(path)? { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    removed.map_err(failed("clear", path))
}

/// A lock on a file, held until it is dropped or the process ends.
#[derive(Debug)]
pub struct LockFile {
    _file: File,
}

/// Takes the lock of a file, which then holds `holder`. `Err(Ok(text))` gives what the present holder wrote.
pub fn lock(path: &Path, holder: &str) -> Result<LockFile, Result<String, DiskError>> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(|cause| Err(failed("lock", path)(cause)))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)
                .and_then(|()| file.write_all(holder.as_bytes()))
                .map_err(|cause| Err(failed("lock", path)(cause)))?;
            Ok(LockFile { _file: file })
        }
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.take(200).read_to_string(&mut text);
            Err(Ok(printable(text.trim())))
        }
        Err(std::fs::TryLockError::Error(cause)) => Err(Err(failed("lock", path)(cause))),
    }
}

#[cfg(test)]
mod tests;
