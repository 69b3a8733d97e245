//! Trying again: with pauses of chance length, and a budget for the whole run.
//!
//! A store that asks for slowness gets it from all threads at once, and costs nothing of the budget: the run takes longer
//! instead of failing.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::clock::Chance;
use crate::fault::{Fault, FaultKind, Outcome};

/// How often one thing is tried.
const MOST_TRIES: u32 = 8;
/// How often one thing is tried that a store asks to wait for.
const MOST_WAITS: u32 = 30;
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// How many tries a run may lose before anything went well.
const BUDGET: i64 = 200;
/// How many more it may lose for each thing that went well, in tenths.
const EARNED: i64 = 2;

/// The patience of a run.
#[derive(Debug)]
pub struct Patience {
    /// The first pause; each further one may be twice as long.
    first_pause: Duration,
    /// What is left to lose, in tenths of a try.
    left: AtomicI64,
    /// Before this moment nobody tries anything.
    not_before: Mutex<Option<Instant>>,
    chance: Chance,
}

impl Patience {
    /// That of a run, with a first pause.
    pub fn new(first_pause: Duration) -> Patience {
        Patience {
            first_pause,
            left: AtomicI64::new(BUDGET * 10),
            not_before: Mutex::default(),
            chance: Chance::default(),
        }
    }

    /// A number by chance.
    pub(crate) fn chance(&self) -> u64 {
        self.chance.next()
    }

    /// Does something, again and again while its faults may pass.
    pub(crate) fn keep_trying<T>(&self, interrupt: &AtomicBool, act: impl Fn() -> Outcome<T>) -> Outcome<T> {
        let (mut tries, mut waits) = (0, 0);
        loop {
            self.hold_still(interrupt);
            let fault = match act() {
                Ok(done) => {
                    self.left.fetch_add(EARNED, Ordering::Relaxed);
                    return Ok(done);
                }
                Err(fault) => fault,
            };
            let FaultKind::Passing(asked) = fault.kind else { return Err(fault) };
            match asked {
                Some(_) => waits += 1,
                None => tries += 1,
            }
            let is_spent = asked.is_none() && self.left.fetch_sub(10, Ordering::Relaxed) <= 0;
            if is_spent || tries >= MOST_TRIES || waits >= MOST_WAITS || interrupt.load(Ordering::Relaxed) {
                return Err(given_up(fault, tries + waits));
            }
            self.pause(asked, tries + waits, interrupt);
        }
    }

    /// Waits as long as a pause that others began.
    fn hold_still(&self, interrupt: &AtomicBool) {
        let until = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = until.and_then(|until| until.checked_duration_since(Instant::now())) {
            sleep(left, interrupt);
        }
    }

    fn pause(&self, asked: Option<Duration>, tries: u32, interrupt: &AtomicBool) {
        let most = self.first_pause.saturating_mul(1 << tries.min(16)).min(LONGEST_PAUSE);
        let pause = asked.unwrap_or_default().min(LONGEST_PAUSE) + self.chance.up_to(most);
        if asked.is_some() {
            let until = Instant::now() + pause;
            let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            *not_before = Some(not_before.map_or(until, |before| before.max(until)));
        } else {
            sleep(pause, interrupt);
        }
    }
}

impl Default for Patience {
    fn default() -> Patience {
        Patience::new(Duration::from_millis(100))
    }
}

/// Sleeps, unless the run is interrupted.
fn sleep(long: Duration, interrupt: &AtomicBool) {
    let end = Instant::now() + long;
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|_| !interrupt.load(Ordering::Relaxed)) {
        thread::sleep(left.min(Duration::from_millis(50)));
    }
}

fn given_up(fault: Fault, tries: u32) -> Fault {
    if tries < 2 { fault } else { Fault { message: format!("{} (tried {tries} times)", fault.message), ..fault } }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    fn tried(faults: u32, kind: FaultKind) -> (Outcome<()>, u32) {
        let (patience, tries) = (Patience::new(Duration::from_micros(1)), AtomicU32::new(0));
        let act = || match tries.fetch_add(1, Ordering::Relaxed) < faults {
            true => Err(Fault::new(kind, "no")),
            false => Ok(()),
        };
        let outcome = patience.keep_trying(&AtomicBool::new(false), act);
        (outcome, tries.into_inner())
    }

    #[test]
    fn what_may_pass_is_tried_again_and_nothing_else_is() {
        assert_eq!(tried(3, FaultKind::Passing(None)), (Ok(()), 4));
        assert_eq!(tried(20, FaultKind::Passing(Some(Duration::ZERO))), (Ok(()), 21));
        assert_eq!(tried(1, FaultKind::Lasting).1, 1);
        let (outcome, tries) = tried(100, FaultKind::Passing(None));
        assert_eq!((outcome.unwrap_err().message.as_str(), tries), ("no (tried 8 times)", 8));
    }

    #[test]
    fn a_run_that_only_fails_gives_up_soon() {
        let patience = Patience::new(Duration::from_nanos(1));
        let tries = AtomicU32::new(0);
        for _ in 0..1000 {
            let act = || -> Outcome<()> {
                tries.fetch_add(1, Ordering::Relaxed);
                Err(Fault::passing("no"))
            };
            patience.keep_trying(&AtomicBool::new(false), act).unwrap_err();
        }
        assert!(tries.into_inner() < 1300);
    }
}
