//! What a target is: a tenant's place that files are sent to, opened.
//!
//! Two things are asked of each. It keeps a few small [`Note`]s, among them the record of the site, which is also its mark
//! and its lock: they are written under conditions, so that of two publishers one wins. And it takes files in one of two
//! ways: as whole [`Releases`], of which one is shown at a time, or as [`Files`] that are replaced one by one.
//!
//! A target does one thing at a time and tries it once. Order, conditions, retries, and what is done after a fault are
//! the business of who calls it, so that they are the same for all targets. Every method may be called from several
//! threads at once, and again after it failed or after its answer was lost.

use std::path::Path;

use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::fault::Outcome;
use crate::listing::{File, Listing};

/// A tenant's place at a target.
pub trait Target: Send + Sync {
    /// The place, for people: `/srv/www/harbour`, `s3://sites/harbour.example/`. It holds no credential. No two places of
    /// different tenants may be called the same.
    fn place(&self) -> String;

    /// The store that the place is a part of, for what is found out once for all its places.
    fn store(&self) -> String;

    /// Whether the conditions of [`Notes::write`] are known to hold.
    fn conditions(&self) -> Conditions;

    /// Whether nothing is at the place yet. It is asked only where the record is missing, so it may list.
    fn is_vacant(&self) -> Outcome<bool>;

    /// The small documents kept there.
    fn notes(&self) -> &dyn Notes;

    /// How it takes files.
    fn surface(&self) -> Surface<'_>;

    /// How many files it takes at once without harm.
    fn parallel(&self) -> usize;

    /// Whether a single thing may take longer than a lock holds: it lies beyond a network.
    fn is_remote(&self) -> bool {
        false
    }
}

/// Whether a store obeys the conditions of writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conditions {
    /// By its nature.
    Sure,
    /// It has to be tried on [`Note::Probe`]: some stores accept a condition and overwrite all the same.
    ToProve,
}

/// How a target takes files.
pub enum Surface<'t> {
    /// As a whole: a reader sees the old site or the new one.
    Releases(&'t dyn Releases),
    /// One by one: a reader may see an old page beside a new one.
    Files(&'t dyn Files),
}

/// A small document kept beside a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    /// The record of the site: mark, lock, list of releases.
    Record,
    /// The listing of a release.
    Listing(u64),
    /// What conditions are tried on; it belongs to no site and may be anywhere in the store.
    Probe,
}

impl Note {
    /// The folder for notes, seen from the place.
    pub const FOLDER: &'static str = ".tenantry";

    /// Its name in the folder for notes.
    pub fn name(self) -> String {
        match self {
            Note::Record => "site.json".to_owned(),
            Note::Listing(release) => format!("release-{release}.json"),
            Note::Probe => "probe".to_owned(),
        }
    }
}

/// A note as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What tells it from what is written there later.
    pub version: Version,
}

/// What tells a note from an earlier or later one: an ETag, a commit, a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub String);

/// When a note is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When<'v> {
    /// In any case.
    Always,
    /// Only where there is none.
    Absent,
    /// Only over this version.
    Is(&'v Version),
}

/// The notes of a place.
pub trait Notes: Sync {
    /// Reads one. `None` if there is none.
    fn read(&self, note: Note) -> Outcome<Option<Kept>>;

    /// Writes one whole, under a condition; a condition that does not hold is a
    /// [`Conflict`](crate::fault::FaultKind::Conflict).
    fn write(&self, note: Note, bytes: &[u8], when: When<'_>) -> Outcome<Version>;

    /// Removes one; that there is none is no fault.
    fn erase(&self, note: Note) -> Outcome<()>;
}

/// A file on its way.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'u> {
    /// Where it goes, seen from the site.
    pub path: &'u OutputPath,
    /// What is known of it.
    pub file: &'u File,
    /// Its bytes, which are those of its digest.
    pub bytes: &'u [u8],
}

/// A release that is about to be.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'d> {
    /// Its number, above those of all others.
    pub release: u64,
    /// The release that it continues: what it has in common with that one is not sent.
    pub base: Option<u64>,
    /// All that it will hold.
    pub listing: &'d Listing,
    /// What of it the base holds already.
    pub carried: &'d [&'d OutputPath],
    /// What the base holds and the new one does not.
    pub dropped: &'d [&'d OutputPath],
    /// What it is, in a line: a message for a commit.
    pub message: &'d str,
    /// The folder of the built site on this machine.
    pub local: &'d Path,
}

/// What a switch is allowed by: the record, as this publisher wrote it last. A target that can hold the record fast while it switches
/// refuses with a conflict if there is another one by then: its lock was broken, or ran out.
#[derive(Debug, Clone, Copy)]
pub struct Fence<'f> {
    /// The version of the record.
    pub record: &'f Version,
}

/// A place that holds several releases and shows one of them.
pub trait Releases: Sync {
    /// Begins a release that nobody sees yet, with what it carries over from its base. What an earlier try left of a
    /// release of this number is thrown away.
    fn begin(&self, draft: &Draft<'_>) -> Outcome<()>;

    /// Adds a file to it.
    fn put(&self, draft: &Draft<'_>, upload: &Upload<'_>) -> Outcome<()>;

    /// Ends it: everything is there, and stays. Nobody sees it yet.
    fn seal(&self, draft: &Draft<'_>) -> Outcome<()>;

    /// Shows a release instead of the one that is shown.
    fn switch(&self, release: u64, fence: Fence<'_>) -> Outcome<()>;

    /// Whether showing one may take longer than a lock holds. Such a target looks at the record first, and not again: it is
    /// written meanwhile, to renew the lock.
    fn is_slow(&self) -> bool {
        false
    }

    /// Whether a release could be shown.
    fn holds(&self, release: u64) -> Outcome<bool>;

    /// Removes a release that is not shown: what its listing names, and nothing else.
    fn discard(&self, release: u64, listing: &Listing) -> Outcome<()>;
}

/// A place whose files are replaced one by one.
pub trait Files: Sync {
    /// Puts a file in its place, whole: a reader gets the old bytes or the new ones.
    fn put(&self, upload: &Upload<'_>) -> Outcome<()>;

    /// Removes a file; that there is none, or a folder in its place, is no fault.
    fn remove(&self, path: &OutputPath) -> Outcome<()>;

    /// Makes way for a file where a name is either a file or a folder: removes `ours`, of which each is where a folder of
    /// its path is to be, or in a folder of its name. Whatever else is in such a folder is a fault, and nothing is removed.
    fn make_way(&self, _path: &OutputPath, _ours: &[&OutputPath]) -> Outcome<()> {
        Ok(())
    }

    /// Puts the bytes that are at a path away under their digest, so that they can be restored. If other bytes are there
    /// than those of the digest, or none, nothing is done.
    fn keep(&self, path: &OutputPath, file: &File) -> Outcome<()>;

    /// Whether the bytes of a digest are put away.
    fn holds(&self, digest: Checksum) -> Outcome<bool>;

    /// Puts bytes that were put away back in their place.
    fn restore(&self, path: &OutputPath, file: &File) -> Outcome<()>;

    /// Removes bytes that were put away; that there are none is no fault.
    fn forget(&self, digest: Checksum) -> Outcome<()>;
}
