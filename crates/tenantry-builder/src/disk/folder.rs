//! Open folders.
//!
//! What lies in a folder is looked at, and entered, by way of the open folder: the way there is walked once, and nobody
//! can put a link into it meanwhile.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, OFlags, Stat, fstat, statat};
use rustix::io::Errno;

use super::{DEVICE, DiskError, DiskResult, LINK, Stamp, nanoseconds, open_at};

/// What something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, a socket or a device; or it could not be looked at.
    Other,
}

impl Kind {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Kind::File => "a file",
            Kind::Folder => "a folder",
            Kind::Link => LINK,
            Kind::Other => DEVICE,
        }
    }
}

impl From<FileType> for Kind {
    fn from(kind: FileType) -> Kind {
        match kind {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            _ => Kind::Other,
        }
    }
}

/// Something that lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: OsString,
    /// What it is.
    pub kind: Kind,
}

/// A folder, open.
#[derive(Debug)]
pub struct OpenFolder(OwnedFd);

impl OpenFolder {
    /// Opens a folder. It may be named by way of links: whoever names it means where they lead.
    pub fn of(path: &Path) -> DiskResult<OpenFolder> {
        open(CWD, path, OFlags::empty()).map_err(|error| failed(path.to_owned(), error))
    }

    /// Opens a folder in this one; `path` tells where that is, for an error.
    pub fn below(&self, name: &OsStr, path: impl FnOnce() -> PathBuf) -> DiskResult<OpenFolder> {
        open(self.0.as_fd(), name, OFlags::NOFOLLOW).map_err(|error| failed(path(), error))
    }

    /// Gives the name of each thing in it, and what it is, as long as `found` asks for more. `path` tells where the folder
    /// is, for an error.
    pub fn each(&self, mut found: impl FnMut(&OsStr, Kind) -> bool, path: impl FnOnce() -> PathBuf) -> DiskResult<()> {
        let folder = self.0.as_fd();
        let found = |name: &OsStr, kind: FileType| {
            if name == "." || name == ".." {
                return true;
            }
            let kind = match kind {
                // Some file systems tell only who asks.
                FileType::Unknown => look(folder, name).map_or(Kind::Other, |found| kind_of(&found)),
                kind => kind.into(),
            };
            found(name, kind)
        };
        each(folder, found).map_err(|error| failed(path(), error))
    }

    /// What lies in it, sorted by name; up to where `go_on` says so.
    pub fn entries(
        &self,
        mut go_on: impl FnMut(Kind) -> bool,
        path: impl FnOnce() -> PathBuf,
    ) -> DiskResult<Vec<Entry>> {
        let mut entries = Vec::new();
        let found = |name: &OsStr, kind: Kind| {
            entries.push(Entry { name: name.to_owned(), kind });
            go_on(kind)
        };
        self.each(found, path)?;
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// The stamp of something in it. `None` if there is none, or it cannot be looked at.
    pub fn stamp(&self, name: impl AsRef<OsStr>) -> Option<Stamp> {
        look(self.0.as_fd(), name.as_ref()).ok().map(stamp_of)
    }

    /// Its own stamp.
    pub fn own_stamp(&self) -> Option<Stamp> {
        fstat(&self.0).ok().map(stamp_of)
    }

    /// Whether folders here are known to have other times whenever a name in them has come or gone.
    pub fn keeps_times(&self) -> bool {
        keeps_times(self.0.as_fd())
    }
}

fn open(folder: BorrowedFd<'_>, name: impl AsRef<OsStr>, more: OFlags) -> Result<OpenFolder, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | more;
    open_at(folder, Path::new(&name), flags).map(OpenFolder)
}

fn failed(path: PathBuf, error: Errno) -> DiskError {
    DiskError { action: "list", path, cause: io::Error::from(error) }
}

/// Gives each name in a folder without holding any.
#[cfg(target_os = "linux")]
fn each(folder: BorrowedFd<'_>, mut found: impl FnMut(&OsStr, FileType) -> bool) -> Result<(), Errno> {
    let mut buffer = [std::mem::MaybeUninit::uninit(); 1 << 14];
    let mut entries = rustix::fs::RawDir::new(folder, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry?;
        if !found(OsStr::from_bytes(entry.file_name().to_bytes()), entry.file_type()) {
            break;
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn each(folder: BorrowedFd<'_>, mut found: impl FnMut(&OsStr, FileType) -> bool) -> Result<(), Errno> {
    for entry in rustix::fs::Dir::read_from(folder)? {
        let entry = entry?;
        if !found(OsStr::from_bytes(entry.file_name().to_bytes()), entry.file_type()) {
            break;
        }
    }
    Ok(())
}

fn look(folder: BorrowedFd<'_>, name: &OsStr) -> Result<Stat, Errno> {
    statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
}

/// Whether a file system does what POSIX asks for: to change the times of a folder with the names in it. Those that others
/// write by way of a network or a user's program may not.
#[cfg(target_os = "linux")]
fn keeps_times(folder: BorrowedFd<'_>) -> bool {
    /// ext2 to ext4, XFS, Btrfs, F2FS, ZFS, bcachefs, tmpfs, overlayfs: `statfs(2)` and `linux/magic.h`.
    const KNOWN: [u64; 8] =
        [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x2fc1_2fc1, 0xca45_1a4e, 0x0102_1994, 0x794c_7630];
    rustix::fs::fstatfs(folder).is_ok_and(|found| KNOWN.contains(&unsigned(found.f_type)))
}

#[cfg(not(target_os = "linux"))]
fn keeps_times(_folder: BorrowedFd<'_>) -> bool {
    false
}

fn stamp_of(found: Stat) -> Stamp {
    Stamp {
        size: unsigned(found.st_size),
        modified: nanoseconds(found.st_mtime, found.st_mtime_nsec),
        changed: nanoseconds(found.st_ctime, found.st_ctime_nsec),
        inode: unsigned(found.st_ino),
        device: unsigned(found.st_dev),
    }
}

fn kind_of(found: &Stat) -> Kind {
    FileType::from_raw_mode(found.st_mode).into()
}

/// Systems give these numbers in types of their own; none is negative.
fn unsigned(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use tenantry_testkit::Workspace;

    use super::*;

    fn nowhere() -> PathBuf {
        unreachable!("nothing fails")
    }

    #[test]
    fn a_folder_is_listed_in_the_order_of_names() {
        let workspace = Workspace::from_text("//- /f/b.txt\nb\n//- /f/a/c.txt\nc\n//- /f/Z\nz\n");
        workspace.symlink("b.txt", "f/link");
        let folder = OpenFolder::of(&workspace.at("f")).unwrap();
        let entries = folder.entries(|_| true, nowhere).unwrap();
        let found: Vec<_> = entries.iter().map(|entry| (entry.name.to_str().unwrap(), entry.kind)).collect();
        assert_eq!(found, [("Z", Kind::File), ("a", Kind::Folder), ("b.txt", Kind::File), ("link", Kind::Link)]);
        let below = folder.below(OsStr::new("a"), nowhere).unwrap();
        assert_eq!(below.stamp("c.txt"), super::super::stamp_of(&workspace.at("f/a/c.txt")));
        assert_eq!((folder.stamp("a/c.txt"), folder.stamp("nothing")), (below.stamp("c.txt"), None));
        assert_eq!((below.own_stamp(), below.own_stamp().is_some()), (folder.stamp("a"), true));
    }

    #[test]
    fn a_listing_ends_where_it_is_told_to() {
        let workspace = Workspace::from_text("//- /f/a\n\n//- /f/b\n\n//- /f/c\n\n");
        let mut left = 2;
        let go_on = |_| {
            left -= 1;
            left > 0
        };
        assert_eq!(OpenFolder::of(&workspace.at("f")).unwrap().entries(go_on, nowhere).unwrap().len(), 2);
    }

    #[test]
    fn a_link_is_entered_only_where_it_is_named() {
        let workspace = Workspace::from_text("//- /f/a/c.txt\nc\n");
        workspace.symlink("f", "link");
        workspace.symlink("a", "f/link");
        let folder = OpenFolder::of(&workspace.at("link")).unwrap();
        let refused = folder.below(OsStr::new("link"), || PathBuf::from("f/link")).unwrap_err();
        assert_eq!(refused.path, PathBuf::from("f/link"));
        assert!(OpenFolder::of(&workspace.at("f/a/c.txt")).is_err(), "a file is no folder");
    }
}
