//! Work at a place: its lock taken, held and given back, and its record written.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::clock;
use crate::fault::{Fault, FaultKind, Outcome};
use crate::lock::Holder;
use crate::record::{Found, Record};
use crate::retry::Patience;
use crate::target::{Fence, Note, Releases, Target, Version, When};

/// How often a lock is looked after at most.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// How a lock is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'t> {
    /// The name of the run.
    pub(crate) run: &'t str,
    /// How long a lock holds without being renewed.
    pub(crate) lease: Duration,
    /// A lock that may be taken although somebody holds it.
    pub(crate) broken_lock: Option<&'t str>,
    /// Whether conditions are relied upon.
    pub(crate) locking: Locking,
    /// How patient the run is.
    pub(crate) patience: &'t Patience,
    /// Whether the run was interrupted.
    pub(crate) interrupt: &'t AtomicBool,
}

/// Whether a lock keeps others out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// It does: the store obeys conditions.
    Sure,
    /// It does not, and somebody said that this is all right: `--no-lock`.
    Without,
}

/// A place whose lock is ours.
pub(crate) struct Session<'s> {
    target: &'s dyn Target,
    terms: Terms<'s>,
    id: String,
    held: Mutex<Held>,
}

/// The record as it was written last.
struct Held {
    record: Record,
    version: Version,
}

impl<'s> Session<'s> {
    /// Takes the lock of a place, by the record that was read of it. `change` is what else is written with it.
    pub(crate) fn begin(
        (target, found): (&'s dyn Target, &Found),
        terms: Terms<'s>,
        change: impl FnOnce(&mut Record),
    ) -> Outcome<Session<'s>> {
        if let Some(holder) = found.record.lock.as_ref().filter(|holder| holder.is_alive())
            && terms.broken_lock != Some(&*holder.id)
        {
            return Err(Fault::conflict(format!("it is being published by {}", holder.describe())));
        }
        let mut record = found.record.clone();
        record.fence += 1;
        let id = format!("{}-{}", terms.run, record.fence);
        record.taken = Some(id.clone());
        record.lock = Some(Holder::me(id.clone(), terms.lease));
        change(&mut record);
        let when = match &found.version {
            Some(version) => When::Is(version),
            None => When::Absent,
        };
        let version = write(target, terms, &record, when)?;
        Ok(Session { target, terms, id, held: Mutex::new(Held { record, version }) })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record as it stands.
    pub(crate) fn record(&self) -> Record {
        self.held().record.clone()
    }

    /// The name of the lock.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Makes sure that the lock is ours, and stays so for a while.
    pub(crate) fn hold(&self) -> Outcome<()> {
        let mut held = self.held();
        // A lock that was given back is not taken again.
        let Some(until) = held.record.lock.as_ref().map(|lock| lock.until) else { return Ok(()) };
        let lease = self.terms.lease.as_secs();
        if clock::now() + lease.div_ceil(2) < until || self.terms.locking == Locking::Without {
            return Ok(());
        }
        let mut record = held.record.clone();
        record.lock.iter_mut().for_each(|lock| lock.until = clock::now() + lease);
        held.version = write(self.target, self.terms, &record, When::Is(&held.version))?;
        held.record = record;
        Ok(())
    }

    /// Writes the record with a change.
    pub(crate) fn write(&self, change: impl FnOnce(&mut Record)) -> Outcome<()> {
        let mut held = self.held();
        let mut record = held.record.clone();
        change(&mut record);
        held.version = write(self.target, self.terms, &record, When::Is(&held.version))?;
        held.record = record;
        Ok(())
    }

    /// Writes the record with a last change, and gives the lock back.
    pub(crate) fn end(&self, change: impl FnOnce(&mut Record)) -> Outcome<()> {
        self.write(|record| {
            change(record);
            record.lock = None;
        })
    }

    /// Shows a release, if the record is as we wrote it last. It stays so meanwhile, unless the switch is a slow one: then
    /// the lock is renewed.
    pub(crate) fn switch(&self, releases: &dyn Releases, release: u64) -> Outcome<()> {
        let fast = || releases.switch(release, Fence { record: &self.held().version });
        let slow = || {
            let record = self.held().version.clone();
            self.renewing(|| releases.switch(release, Fence { record: &record }))
        };
        if releases.is_slow() { self.trying(slow) } else { self.trying(fast) }.map_err(lost)
    }

    /// Works at the place. Where a single thing may take longer than the lock holds, the lock is renewed meanwhile.
    pub(crate) fn working<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.target.is_remote() { self.renewing(work) } else { work() }
    }

    /// Does something, and renews the lock meanwhile. One that is lost is noticed by whoever writes the record next.
    fn renewing<T>(&self, act: impl FnOnce() -> T) -> T {
        let pause = (self.terms.lease / 4).max(SHORTEST_PAUSE);
        let (done, is_done) = mpsc::channel::<()>();
        let is_lost = || self.hold().is_err_and(|fault| fault.is_conflict());
        let renew = move || while is_done.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) && !is_lost() {};
        thread::scope(|scope| {
            // Without another thread the lock is looked after between one thing and the next.
            let _ = thread::Builder::new().spawn_scoped(scope, renew);
            let acted = act();
            drop(done);
            acted
        })
    }

    /// Does something, again and again while its faults may pass. The lock is looked after before each try: the waiting
    /// between them may have taken longer than the lease.
    pub(crate) fn trying<T>(&self, act: impl Fn() -> Outcome<T>) -> Outcome<T> {
        self.terms.patience.keep_trying(self.terms.interrupt, || self.hold().and_then(|()| act()))
    }
}

/// Writes a record. A write whose answer was lost looks like somebody else's when it is tried again: what is there tells.
fn write(target: &dyn Target, terms: Terms<'_>, record: &Record, when: When<'_>) -> Outcome<Version> {
    let bytes = record.to_bytes()?;
    if terms.locking == Locking::Without {
        return write_unlocked(target, terms, &bytes, when);
    }
    match terms.patience.keep_trying(terms.interrupt, || target.notes().write(Note::Record, &bytes, when)) {
        Err(fault) if fault.is_conflict() => {
            let there = terms.patience.keep_trying(terms.interrupt, || target.notes().read(Note::Record))?;
            let ours = there.filter(|kept| kept.bytes == bytes);
            ours.map(|kept| kept.version).ok_or_else(|| lost(fault))
        }
        other => other,
    }
}

/// Writes a record where conditions are not obeyed: it is looked at right before, which leaves others little time.
fn write_unlocked(target: &dyn Target, terms: Terms<'_>, bytes: &[u8], when: When<'_>) -> Outcome<Version> {
    let there = terms.patience.keep_trying(terms.interrupt, || target.notes().read(Note::Record))?;
    let is_ours = match when {
        When::Always => true,
        When::Absent => there.is_none(),
        When::Is(version) => there.is_some_and(|there| there.version == *version),
    };
    if !is_ours {
        return Err(lost(Fault::conflict("another record")));
    }
    terms.patience.keep_trying(terms.interrupt, || target.notes().write(Note::Record, bytes, When::Always))
}

/// Somebody else was there.
fn lost(fault: Fault) -> Fault {
    match fault.kind {
        FaultKind::Conflict => {
            Fault::conflict("somebody else publishes there, or took the lock over: nothing more is done")
        }
        _ => fault,
    }
}
