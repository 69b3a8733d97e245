//! The check in the background: one thread that gives way to requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Engine, locked};
use crate::build::STACK;

/// How long it waits at a time for requests to be answered, and how often before it goes on all the same.
const PAUSE: Duration = Duration::from_micros(500);
const MOST_PAUSES: usize = 100;

/// Requests on their way, and whether there is something to do.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    requests: AtomicUsize,
    has_work: Mutex<bool>,
    woken: Condvar,
}

/// A request on its way.
pub(super) struct Request<'t>(&'t Traffic);

impl Drop for Request<'_> {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Traffic {
    /// Begins a request.
    pub(super) fn request(&self) -> Request<'_> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        Request(self)
    }

    /// There is something to do, or to notice.
    pub(super) fn wake(&self) {
        *locked(&self.has_work) = true;
        self.woken.notify_all();
    }

    fn wait(&self) {
        let mut has_work = locked(&self.has_work);
        while !*has_work {
            has_work = self.woken.wait(has_work).unwrap_or_else(PoisonError::into_inner);
        }
        *has_work = false;
    }

    fn give_way(&self) {
        for _ in 0..MOST_PAUSES {
            if self.requests.load(Ordering::Relaxed) == 0 {
                return;
            }
            thread::sleep(PAUSE);
        }
    }
}

/// The check of a preview, as long as the value lives.
#[derive(Debug)]
pub struct Checking {
    engine: Arc<Engine>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checking {
    /// Begins. `done` is told how many tenants are left each time that there is nothing more to do.
    pub(super) fn begin(engine: &Arc<Engine>, done: impl Fn() + Send + 'static) -> std::io::Result<Checking> {
        let is_over = Arc::new(AtomicBool::new(false));
        let (own, over) = (Arc::clone(engine), Arc::clone(&is_over));
        let work = move || {
            while !over.load(Ordering::Relaxed) {
                own.traffic.give_way();
                if !own.step() {
                    done();
                    own.traffic.wait();
                }
            }
        };
        let thread = thread::Builder::new().name("check".to_owned()).stack_size(STACK).spawn(work)?;
        Ok(Checking { engine: Arc::clone(engine), is_over, thread: Some(thread) })
    }
}

impl Drop for Checking {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.engine.traffic.wake();
        if let Some(thread) = self.thread.take() {
            // What it panics of is ours, and told elsewhere.
            let _ = thread.join();
        }
    }
}
