//! A watchdog: tells which tenant a run is busy with for long, on which page and with which template. It stops nobody.
//!
//! Templates are the operator's and have no limit of work, so a loop in a loop may take minutes. The others go on
//! meanwhile, and whoever waits learns from here what for. It is one thread for a run, which sleeps until something may
//! have become slow.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::observe::{Event, Observer};

/// What the threads of a run are busy with.
#[derive(Debug)]
pub(crate) struct Watchdog {
    /// How long something may take before it is told.
    patience: Duration,
    threads: Vec<Mutex<Option<Work>>>,
    over: Mutex<bool>,
    end: Condvar,
}

#[derive(Debug)]
struct Work {
    since: Instant,
    tenant: TenantId,
    page: Option<(OutputPath, String)>,
    told: bool,
}

impl Watchdog {
    /// One for so many threads.
    pub(crate) fn new(threads: usize, patience: Duration) -> Watchdog {
        let threads = (0..threads).map(|_| Mutex::new(None)).collect();
        Watchdog { patience, threads, over: Mutex::new(false), end: Condvar::new() }
    }

    /// The present thread reads and plans a tenant, until the value is dropped.
    pub(crate) fn plans(&self, tenant: &TenantId) -> Watched<'_> {
        self.begin(tenant, None)
    }

    /// The present thread renders a page of a tenant with a template, until the value is dropped.
    pub(crate) fn renders(&self, tenant: &TenantId, page: (&OutputPath, &str)) -> Watched<'_> {
        self.begin(tenant, Some((page.0.clone(), page.1.to_owned())))
    }

    fn begin(&self, tenant: &TenantId, page: Option<(OutputPath, String)>) -> Watched<'_> {
        // Threads of others do nothing for a run.
        let slot = rayon::current_thread_index().and_then(|index| self.threads.get(index));
        if let Some(slot) = slot {
            *taken(slot) = Some(Work { since: Instant::now(), tenant: tenant.clone(), page, told: false });
        }
        Watched { slot }
    }

    /// Watches until [`Watchdog::until_dropped`] ends.
    pub(crate) fn watch(&self, observer: &dyn Observer) {
        let mut over = taken(&self.over);
        while !*over {
            let pause = self.tell_slow(observer);
            over = self.end.wait_timeout(over, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Tells what has become slow, and gives how long nothing else can.
    fn tell_slow(&self, observer: &dyn Observer) -> Duration {
        let mut pause = self.patience;
        for slot in &self.threads {
            let mut slot = taken(slot);
            let Some(work) = slot.as_mut().filter(|work| !work.told) else { continue };
            let left = self.patience.saturating_sub(work.since.elapsed());
            if left.is_zero() {
                work.told = true;
                let page = work.page.as_ref().map(|(page, template)| (page, template.as_str()));
                observer.event(Event::Slow { tenant: &work.tenant, page, after: self.patience });
            } else {
                pause = pause.min(left);
            }
        }
        pause
    }

    /// Ends the watch when it is dropped, also in a panic.
    pub(crate) fn until_dropped(&self) -> Ending<'_> {
        Ending(self)
    }
}

/// Ends a watch.
pub(crate) struct Ending<'w>(&'w Watchdog);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        *taken(&self.0.over) = true;
        self.0.end.notify_all();
    }
}

/// Something that is being watched.
pub(crate) struct Watched<'w> {
    slot: Option<&'w Mutex<Option<Work>>>,
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            *taken(slot) = None;
        }
    }
}

fn taken<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
