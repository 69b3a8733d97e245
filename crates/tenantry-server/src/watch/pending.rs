//! Events of the file system, gathered into what is looked at together.
//!
//! A file that was closed after writing, or renamed into place, is whole: it is looked at at once. Any other change may
//! be the first of several, such as emptying a file before writing it, so it waits a moment; not longer, since not
//! every program closes what it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{Event, EventKind};

/// How long a change that is not known to be whole waits.
pub(crate) const QUIET: Duration = Duration::from_millis(30);

/// Paths of which more is known than can be looked at one by one.
const MANY: usize = 20_000;

/// What was told and is not looked at yet.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    ready: BTreeSet<PathBuf>,
    waiting: BTreeMap<PathBuf, Wait>,
    everything: bool,
}

/// How a path waits.
#[derive(Debug, Clone, Copy)]
struct Wait {
    until: Instant,
    /// It is known to be gone, so that it is not waited for once more.
    is_gone: bool,
}

/// What is to be looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Batch {
    /// These files, and whatever lies in these folders.
    Paths(Vec<PathBuf>),
    /// Everything: something was not told.
    Everything,
}

impl Pending {
    /// Takes an event; whether something may have changed that it names. What did is found by looking.
    pub(crate) fn take(&mut self, event: &Event, now: Instant) -> bool {
        // The system lost events. It says so once, and names no path.
        if event.need_rescan() {
            self.take_everything();
            return false;
        }
        let Some(timing) = timing(&event.kind) else { return false };
        let mut is_change = false;
        for path in event.paths.iter().filter(|path| !is_by_the_way(path)) {
            self.put(path, timing, now);
            is_change = true;
        }
        if self.ready.len() + self.waiting.len() > MANY {
            self.take_everything();
        }
        is_change
    }

    /// Everything is to be looked at.
    pub(crate) fn take_everything(&mut self) {
        *self = Pending { everything: true, ..Pending::default() };
    }

    fn put(&mut self, path: &Path, timing: Timing, now: Instant) {
        if self.everything {
            return;
        }
        if matches!(timing, Timing::Now | Timing::Twice) {
            self.waiting.remove(path);
            self.ready.insert(path.to_owned());
        }
        let wait = Wait { until: now + QUIET, is_gone: timing == Timing::Gone };
        match timing {
            Timing::Now => {}
            Timing::Later if self.ready.contains(path) => {}
            Timing::Later | Timing::Twice => {
                self.waiting.entry(path.to_owned()).or_insert(wait);
            }
            Timing::Gone => {
                self.ready.remove(path);
                self.waiting.insert(path.to_owned(), wait);
            }
        }
    }

    /// When there is something to be looked at, if nothing else comes.
    pub(crate) fn due(&self, now: Instant) -> Option<Instant> {
        if self.everything || !self.ready.is_empty() {
            return Some(now);
        }
        self.waiting.values().map(|wait| wait.until).min()
    }

    /// What is to be looked at now. A path that has nothing at it, and was not told to be gone, waits once more: it may
    /// be about to be replaced.
    pub(crate) fn batch(&mut self, now: Instant, is_there: &dyn Fn(&Path) -> bool) -> Option<Batch> {
        if std::mem::take(&mut self.everything) {
            return Some(Batch::Everything);
        }
        let is_over = |wait: &Wait| wait.until <= now;
        let over: Vec<PathBuf> =
            self.waiting.iter().filter(|(_, wait)| is_over(wait)).map(|(path, _)| path.clone()).collect();
        let mut paths = Vec::new();
        for path in over {
            let was_gone = self.waiting.remove(&path).is_some_and(|wait| wait.is_gone);
            if was_gone {
                paths.push(path);
            } else {
                self.ready.insert(path);
            }
        }
        for path in std::mem::take(&mut self.ready) {
            if is_there(&path) {
                paths.push(path);
            } else {
                self.put(&path, Timing::Gone, now);
            }
        }
        paths.sort();
        (!paths.is_empty()).then_some(Batch::Paths(paths))
    }
}

/// When the path of an event is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timing {
    Now,
    Later,
    /// It is gone, and may be about to be replaced.
    Gone,
    /// What came into a new folder before that was watched is not told, so the folder is looked at twice.
    Twice,
}

/// Whether an event may be about a change; reading is told too, our own included.
pub(crate) fn is_change(event: &Event) -> bool {
    event.need_rescan() || timing(&event.kind).is_some()
}

fn timing(kind: &EventKind) -> Option<Timing> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Timing::Now),
        EventKind::Access(_) => None,
        // The other name of the two is told by itself.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => None,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) | EventKind::Remove(_) => Some(Timing::Gone),
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Create(CreateKind::Folder) => Some(Timing::Twice),
        _ => Some(Timing::Later),
    }
}

/// Files that editors write beside the one that is edited: hidden ones, backups, vim's trial whether it may write.
fn is_by_the_way(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.starts_with(['.', '#']) || name.ends_with('~') || name == "4913"
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{DataChange, Flag, RemoveKind};

    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const FROM: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::From));
    const TO: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));

    /// What is looked at after events, each some milliseconds after the start, and when: until nothing is left.
    fn batches(events: &[(u64, EventKind, &str)]) -> Vec<(u64, Vec<String>)> {
        let start = Instant::now();
        let mut pending = Pending::default();
        let mut found = Vec::new();
        for millisecond in 0..200 {
            let now = start + Duration::from_millis(millisecond);
            for (_, kind, path) in events.iter().filter(|(at, ..)| *at == millisecond) {
                pending.take(&Event::new(*kind).add_path(PathBuf::from(path)), now);
            }
            if let Some(Batch::Paths(paths)) = pending.batch(now, &|_| true) {
                let paths = paths.iter().map(|path| path.display().to_string()).collect();
                found.push((millisecond, paths));
            }
        }
        assert_eq!(pending.due(start), None);
        found
    }

    fn one(at: u64, path: &str) -> Vec<(u64, Vec<String>)> {
        vec![(at, vec![path.to_owned()])]
    }

    #[test]
    fn fault_128_a_whole_file_is_looked_at_at_once_and_once() {
        let created = EventKind::Create(CreateKind::File);
        assert_eq!(
            batches(&[(0, created, "a"), (3, WRITTEN, "a"), (9, WRITTEN, "a"), (20, CLOSED, "a")]),
            one(20, "a")
        );
        // Emptied, then written in slow steps, but never closed.
        assert_eq!(batches(&[(0, WRITTEN, "a"), (10, WRITTEN, "a"), (20, WRITTEN, "a")]), one(30, "a"));
    }

    #[test]
    fn fault_128_a_file_that_is_replaced_is_never_looked_at_while_it_is_gone() {
        let removed = EventKind::Remove(RemoveKind::File);
        assert_eq!(batches(&[(0, removed, "a"), (8, CLOSED, "a")]), one(8, "a"));
        // A backup is made of it, then it is written anew.
        assert_eq!(batches(&[(0, FROM, "a"), (0, TO, "a~"), (5, CLOSED, "a")]), one(5, "a"));
        assert_eq!(batches(&[(0, removed, "a")]), one(30, "a"));
    }

    #[test]
    fn fault_128_what_is_missing_for_a_moment_is_waited_for() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut pending = Pending::default();
        pending.take(&Event::new(CLOSED).add_path(PathBuf::from("a")), start);
        assert_eq!(pending.batch(start, &|_| false), None);
        assert_eq!(pending.batch(at(29), &|_| false), None);
        assert_eq!(pending.batch(at(30), &|_| false), Some(Batch::Paths(vec![PathBuf::from("a")])));
        assert_eq!(pending.batch(at(60), &|_| false), None);
    }

    #[test]
    fn fault_129_folders_are_looked_at_twice() {
        let created = EventKind::Create(CreateKind::Folder);
        assert_eq!(batches(&[(0, created, "a")]), [one(0, "a"), one(30, "a")].concat());
    }

    #[test]
    fn fault_128_what_editors_leave_beside_is_passed_over() {
        let names = ["x/.a.swp", "x/4913", "x/a~", "x/.#a", "x/#a#"];
        assert_eq!(batches(&names.map(|name| (0, CLOSED, name))), []);
    }

    #[test]
    fn reading_is_no_change() {
        let read = EventKind::Access(AccessKind::Close(AccessMode::Read));
        let opened = EventKind::Access(AccessKind::Open(AccessMode::Any));
        assert_eq!(batches(&[(0, read, "a"), (0, opened, "a")]), []);
    }

    #[test]
    fn fault_126_lost_events_ask_for_everything() {
        let now = Instant::now();
        let mut pending = Pending::default();
        pending.take(&Event::new(CLOSED).add_path(PathBuf::from("a")), now);
        pending.take(&Event::new(EventKind::Other).set_flag(Flag::Rescan), now);
        pending.take(&Event::new(CLOSED).add_path(PathBuf::from("b")), now);
        assert_eq!((pending.batch(now, &|_| true), pending.batch(now, &|_| true)), (Some(Batch::Everything), None));
        for number in 0..=MANY {
            pending.take(&Event::new(CLOSED).add_path(PathBuf::from(format!("f{number}"))), now);
        }
        assert_eq!(pending.batch(now, &|_| true), Some(Batch::Everything));
    }
}
