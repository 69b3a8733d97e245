//! The lock of a site at its target: one publisher at a time, for as long as its lease runs.
//!
//! A lock is a part of the record, so taking it is a conditional write, and each taking counts the fencing number up:
//! whoever was away for longer than the lease finds another number, and stops. A lock whose process is known to be dead,
//! on this machine and since this boot, is taken over; of any other one it is only known when its lease ends.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock;
use crate::disk;

/// How long a lock holds without being renewed.
pub const LEASE: Duration = Duration::from_secs(60);
/// How far the clocks of two machines may be apart.
const SKEW: u64 = 10;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The name of the lock, by which it can be broken.
    pub id: String,
    /// The machine.
    pub host: String,
    /// The boot of the machine, where its system names it.
    pub boot: String,
    /// The process.
    pub process: u32,
    /// When the process began, in ticks since the boot.
    pub started: u64,
    /// Until when it holds, in seconds since 1970.
    pub until: u64,
}

impl Holder {
    /// This process, from now on.
    pub(crate) fn me(id: String, lease: Duration) -> Holder {
        let process = std::process::id();
        Holder {
            id,
            host: disk::host(),
            boot: disk::boot(),
            process,
            started: disk::process_start(process).unwrap_or(0),
            until: clock::now() + lease.as_secs(),
        }
    }

    /// Whether it still holds.
    pub(crate) fn is_alive(&self) -> bool {
        let is_dead = !self.boot.is_empty()
            && self.boot == disk::boot()
            && self.host == disk::host()
            && disk::process_start(self.process) != Some(self.started);
        !is_dead && clock::now() <= self.until + SKEW
    }

    /// Who it is, for people.
    pub fn describe(&self) -> String {
        format!("process {} on {}", self.process, self.host)
    }
}
