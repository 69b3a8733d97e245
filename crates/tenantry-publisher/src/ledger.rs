//! What a run has sent so far, on this machine: where files are replaced one by one, a run that was cut short is gone on
//! with instead of begun again.
//!
//! A line counts only as long as nobody else took the lock of its place since: it names the lock. So it does not count
//! for another place of the tenant either. One that is torn counts for nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::disk;
use crate::fault::Outcome;

/// A ledger.
pub(crate) struct Ledger {
    path: PathBuf,
    file: Mutex<Option<File>>,
    /// What an earlier run sent, by tenant and lock.
    sent: BTreeMap<(String, String), BTreeSet<(String, String)>>,
}

impl Ledger {
    /// Reads the one in a folder; what it says may be of any age.
    pub(crate) fn open(folder: &std::path::Path) -> Outcome<Ledger> {
        let path = folder.join("ledger");
        let text = disk::read_if_any(&path)?.unwrap_or_default();
        let mut sent = BTreeMap::<_, BTreeSet<_>>::new();
        // The last line is a whole one only if its end was written.
        let whole = text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        for line in whole.filter_map(|line| std::str::from_utf8(line).ok()) {
            let mut words = line.trim_end().splitn(4, ' ');
            if let (Some(tenant), Some(lock), Some(digest), Some(path)) =
                (words.next(), words.next(), words.next(), words.next())
            {
                sent.entry((tenant.to_owned(), lock.to_owned()))
                    .or_default()
                    .insert((path.to_owned(), digest.to_owned()));
            }
        }
        Ok(Ledger { path, file: Mutex::default(), sent })
    }

    /// Whether a file was sent under a lock.
    pub(crate) fn has(&self, (tenant, lock): (&str, &str), (path, digest): (&OutputPath, Checksum)) -> bool {
        let sent = self.sent.get(&(tenant.to_owned(), lock.to_owned()));
        sent.is_some_and(|sent| sent.contains(&(path.to_string(), digest.to_string())))
    }

    /// Notes that a file was sent.
    pub(crate) fn note(&self, (tenant, lock): (&str, &str), (path, digest): (&OutputPath, Checksum)) -> Outcome<()> {
        let line = format!("{tenant} {lock} {digest} {path}\n");
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match file.take() {
            Some(opened) => opened,
            None => disk::open_to_append(&self.path)?,
        };
        let appended = disk::append(&opened, line.as_bytes(), &self.path);
        *file = Some(opened);
        appended
    }

    /// Ends it: everything that was to be sent was.
    pub(crate) fn end(&self) -> Outcome<()> {
        let was_used = self.file.lock().unwrap_or_else(PoisonError::into_inner).take().is_some();
        if was_used || !self.sent.is_empty() { disk::remove_file(&self.path) } else { Ok(()) }
    }
}
