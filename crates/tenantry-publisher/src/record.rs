//! The record of a site at its target: whose it is, who works on it, and which releases there are.
//!
//! It is one note, written under conditions, so mark, lock and pointer cannot contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tenantry_core::digest::{Checksum, Digest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::fault::{Fault, Outcome};
use crate::listing::Listing;
use crate::lock::Holder;
use crate::target::{Kept, Note, Target, Version};

/// The number of this format; a record of another format is not touched.
const FORMAT: u32 = 1;

/// What is kept of a site at its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    format: u32,
    /// The tenant whose site it is.
    pub tenant: String,
    /// How often the lock was taken. Whoever holds a smaller number has lost it.
    pub fence: u64,
    /// The name of the lock that was taken last, whether it is held or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<String>,
    /// Who works on the site.
    pub lock: Option<Holder>,
    /// The number of the release that is shown.
    pub shown: Option<u64>,
    /// The releases that are kept, the oldest first.
    pub releases: Vec<Release>,
    /// A release that was begun, and of which it is not known how far it came.
    pub unfinished: Option<u64>,
    /// Releases that are kept no more and of which something may be there still, with what was put away for them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub doomed: BTreeMap<u64, BTreeSet<Checksum>>,
    /// Files of which it is not known what is there: a release no longer has them and they may be there still, or what
    /// was to replace or remove them was cut short.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub leftovers: BTreeSet<OutputPath>,
    /// The content that was taken back, which is not published again unless somebody asks for it.
    pub withdrawn: Option<Digest>,
    /// Assets that no page names any more, each with the time until which it stays, in seconds since 1970.
    pub retired: BTreeMap<OutputPath, u64>,
    /// Whether caches in front of the site may hold what was there before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its number.
    pub number: u64,
    /// The run that made it.
    pub run: String,
    /// The release that was shown before it; records of earlier versions of this program do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<u64>,
    /// When it was made, in seconds since 1970.
    pub time: u64,
    /// The digest of what was built.
    pub digest: Digest,
    /// How many files it has.
    pub files: usize,
    /// How many of them are pages.
    pub pages: usize,
    /// How many bytes they have together.
    pub bytes: u64,
    /// What was put away when it was replaced file by file.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kept: BTreeSet<Checksum>,
}

impl Record {
    /// That of a site which nobody has published yet.
    pub fn new(tenant: &TenantId) -> Record {
        Record {
            format: FORMAT,
            tenant: tenant.to_string(),
            fence: 0,
            taken: None,
            lock: None,
            shown: None,
            releases: Vec::new(),
            unfinished: None,
            doomed: BTreeMap::new(),
            leftovers: BTreeSet::new(),
            withdrawn: None,
            retired: BTreeMap::new(),
            stale: false,
        }
    }

    /// A release by its number.
    pub fn release(&self, number: u64) -> Option<&Release> {
        self.releases.iter().find(|release| release.number == number)
    }

    /// The release that is shown.
    pub fn shown(&self) -> Option<&Release> {
        self.release(self.shown?)
    }

    /// What was shown before the release that is shown, as far as it is kept. Releases that were taken back do not count.
    pub fn previous(&self) -> Option<u64> {
        let shown = self.shown()?;
        let kept = |number: &u64| self.release(*number).is_some();
        match shown.base {
            Some(base) => Some(base).filter(kept),
            None => self.releases.iter().map(|release| release.number).filter(|number| *number < shown.number).max(),
        }
    }

    /// Whether what the record says is all that there is to say: nothing was cut short.
    pub(crate) fn is_whole(&self) -> bool {
        self.unfinished.is_none() && self.leftovers.is_empty()
    }

    /// Says that from here on a release may be shown. What was begun before and is no release will be none.
    pub(crate) fn begin(&mut self, release: u64) {
        let earlier = self.unfinished.replace(release);
        if let Some(earlier) = earlier.filter(|earlier| self.release(*earlier).is_none()) {
            self.doomed.entry(earlier).or_default();
        }
    }

    /// Where files are replaced one by one: those of which it is not known what is there, by the listing of the release
    /// that is shown, and that of the one that was begun.
    pub(crate) fn unsure(&self, shown: Option<&Listing>, begun: Option<&Listing>) -> BTreeSet<OutputPath> {
        let Some(begun) = begun else { return self.leftovers.clone() };
        let differs = |path: &&OutputPath| begun.0.get(*path) != shown.and_then(|shown| shown.0.get(*path));
        let paths = begun.0.keys().chain(shown.iter().flat_map(|shown| shown.0.keys()));
        self.leftovers.iter().chain(paths.filter(differs)).cloned().collect()
    }

    /// Which releases need bytes of the one that is shown, once other bytes are in their place: that one, and those after
    /// it, taken back before, that hold the same. Those before it are kept no longer than it is.
    pub(crate) fn needed_by(
        &self,
        digests: BTreeSet<Checksum>,
        listing: impl Fn(u64) -> Outcome<Option<Listing>>,
    ) -> Outcome<BTreeMap<u64, BTreeSet<Checksum>>> {
        let Some(shown) = self.shown.filter(|_| !digests.is_empty()) else { return Ok(BTreeMap::new()) };
        let mut needed = BTreeMap::new();
        for number in self.releases.iter().map(|release| release.number).filter(|number| *number > shown) {
            let held = listing(number)?.unwrap_or_default().0.into_values().map(|file| file.digest);
            needed.insert(number, held.filter(|digest| digests.contains(digest)).collect());
        }
        needed.insert(shown, digests);
        Ok(needed)
    }

    /// Lists with releases what is put away for them.
    pub(crate) fn keep_for(&mut self, needed: &BTreeMap<u64, BTreeSet<Checksum>>) {
        for release in &mut self.releases {
            release.kept.extend(needed.get(&release.number).into_iter().flatten());
        }
    }

    /// Keeps some releases no more: from here on nobody goes back to them. Those that came after one of them come after what was before it.
    pub(crate) fn drop_releases(&mut self, numbers: &[u64]) {
        let (gone, mut kept): (Vec<_>, Vec<_>) =
            self.releases.drain(..).partition(|release| numbers.contains(&release.number));
        // The newest first, so that each leads on to one before it.
        for gone in gone.iter().rev() {
            let later = kept.iter_mut().filter(|release| release.base == Some(gone.number));
            later.for_each(|release| release.base = gone.base.or(release.base));
        }
        self.releases = kept;
        self.doomed.extend(gone.into_iter().map(|release| (release.number, release.kept)));
    }

    /// The number that the next release gets.
    pub fn next_number(&self) -> u64 {
        let last = self.releases.iter().map(|release| release.number).max();
        last.max(self.unfinished).max(self.shown).unwrap_or(0) + 1
    }

    /// As it is kept.
    pub(crate) fn to_bytes(&self) -> Outcome<Vec<u8>> {
        as_note(self)
    }
}

/// A record with what tells it from later ones; the version is `None` where there is no record yet.
#[derive(Debug, Clone)]
pub struct Found {
    /// The record.
    pub record: Record,
    /// Its version.
    pub version: Option<Version>,
}

/// Reads the record of a place; a new one where there is none.
pub(crate) fn read_record(target: &dyn Target, tenant: &TenantId) -> Outcome<Found> {
    let Some(Kept { bytes, version }) = target.notes().read(Note::Record)? else {
        return Ok(Found { record: Record::new(tenant), version: None });
    };
    let record: Record = from_note(&bytes, (target, Note::Record))?;
    if record.format != FORMAT {
        let place = target.place();
        return Err(Fault::lasting(format!("the record of `{place}` was written by another version of this program")));
    }
    Ok(Found { record, version: Some(version) })
}

/// Reads the listing of a release. `None` if it is gone.
pub(crate) fn read_listing(target: &dyn Target, release: u64) -> Outcome<Option<Listing>> {
    let note = Note::Listing(release);
    let kept = target.notes().read(note)?;
    kept.map(|kept| from_note(&kept.bytes, (target, note))).transpose()
}

/// A document as a note.
pub(crate) fn as_note(document: &impl Serialize) -> Outcome<Vec<u8>> {
    serde_json::to_vec(document).map_err(|error| Fault::lasting(format!("a note cannot be written: {error}")))
}

fn from_note<T: for<'d> Deserialize<'d>>(bytes: &[u8], (target, note): (&dyn Target, Note)) -> Outcome<T> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (place, name) = (target.place(), note.name());
        Fault::lasting(format!("`{name}` of `{place}` makes no sense: {error}"))
    })
}
