//! One writer for an output folder: the lock, and what a build does while another process holds it.
//!
//! A build waits, and says at once for whom: two jobs of one machine come out as one after the other would, which is what
//! people mean by starting both. The system gives a lock back when the process that took it ends, however it ends, so
//! that a file left behind by a killed one, or by another machine, locks nobody out; what stands in the file is only told.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::build::Stop;
use crate::disk::{self, LockFile};
use crate::observe::{Event, Observer};
use crate::output::Refusal;
use crate::view::STATE;

/// What to do if another process writes into the output folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenLocked {
    /// Wait until it is done.
    Wait,
    /// Do nothing.
    Stop,
}

/// Longest pause between two looks at a lock that somebody holds; the first ones are short.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// The pause after which it is told who is waited for. A lock that is free before then was hardly held.
const TOLD_AFTER: Duration = Duration::from_millis(16);

/// The lock of an output folder, held as long as the value lives.
#[derive(Debug)]
pub struct Lock {
    _file: LockFile,
}

impl Lock {
    /// Takes the lock of an output folder, whose own folder is there.
    pub(crate) fn take(
        out: &Path,
        when_locked: WhenLocked,
        (observer, interrupt): (&dyn Observer, &AtomicBool),
    ) -> Result<Lock, Stop> {
        let path = out.join(STATE).join("lock");
        let me = format!("process {} on {}", std::process::id(), disk::host());
        let mut pause = Duration::from_millis(1);
        let mut told = false;
        loop {
            let holder = match disk::lock(&path, &me) {
                Ok(file) => return Ok(Lock { _file: file }),
                Err(Ok(holder)) if holder.is_empty() => "another process".to_owned(),
                Err(Ok(holder)) => holder,
                Err(Err(error)) => return Err(Stop::Refused(Refusal::Disk(error))),
            };
            if when_locked == WhenLocked::Stop {
                let message = format!("`{}` is being written by {holder}", out.display());
                return Err(Stop::Refused(Refusal::Locked(message)));
            }
            if pause > TOLD_AFTER && !told {
                told = true;
                observer.event(Event::Waiting { holder: &holder, out });
            }
            if interrupt.load(Ordering::Relaxed) {
                return Err(Stop::Interrupted);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
