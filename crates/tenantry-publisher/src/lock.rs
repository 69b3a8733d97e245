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
    /// The boot of the machine and its way to number processes, where its system names them.
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
        !self.is_dead() && clock::now() <= self.until + SKEW
    }

    /// Whether it is known that its process is no more, or that another one has its number by now.
    fn is_dead(&self) -> bool {
        let is_another = |started| self.started != 0 && started != self.started;
        !self.boot.is_empty()
            && self.boot == disk::boot()
            && self.host == disk::host()
            && (disk::is_gone(self.process) || disk::process_start(self.process).is_some_and(is_another))
    }

    /// Who it is, for people.
    pub fn describe(&self) -> String {
        format!("process {} on {}", self.process, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_known_to_be_dead_is_dead() {
        let me = Holder::me("a".into(), LEASE);
        assert!(me.is_alive() && me.started != 0);
        // No process has such a number.
        let gone = Holder { process: u32::MAX >> 1, ..me.clone() };
        let another = Holder { started: me.started + 1, ..me.clone() };
        assert!(!gone.is_alive() && !another.is_alive());
        let (boot, numbers) = me.boot.split_once(' ').unwrap();
        assert!(numbers.starts_with("pid:["), "{numbers}");
        for boot in [format!("{boot} pid:[1]"), boot.to_owned(), String::new()] {
            assert!(Holder { boot, ..gone.clone() }.is_alive(), "what another container numbers is not known here");
        }
        // The process of a user whom `/proc` shows no other's: it is there, and nothing is to be seen of it.
        assert!(Holder { started: 0, ..me.clone() }.is_alive());
        assert!(!Holder { until: 1, ..me }.is_alive());
    }
}
