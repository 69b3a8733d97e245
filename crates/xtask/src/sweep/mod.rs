//! The sweep, `xtask sweep`: builds that are made to fail, and killed, at every one of their calls about files.
//!
//! Four builds of a small workspace in memory are swept (`scenario`): a first one, an incremental one, one that repairs
//! what was cut short, and one that removes. Each is made once under strace, which tells its calls (`calls`): those that
//! name the workspace, the program itself or the boot of the machine, directly or by a descriptor. What the loader and the
//! run time ask for before and between them is left alone.
//!
//! A point (`point`) is one call with what befalls it: an error that the system gives in place of doing it, or SIGKILL
//! before it is done. For each point everything is made anew, so that points know nothing of each other, and strace strikes
//! at that call alone (`strace -P PATH -e inject=CALL:error=EIO:when=N`). Builds have one thread, so that the same calls
//! come each time; a call that does not come is a violation too. Then the files are judged (`judge`), the next build has
//! to give what a clean build gives, byte for byte with its manifests and with nothing left over, and the one after it has
//! to write nothing. For EIO and SIGKILL the sources are also put back first: then the next build has to undo what was done.
//!
//! Publishes to a folder are swept in the same way (`publishing`).
//!
//! What is not seen here: writes that reach the file in part (a limit and a full file system cut them short in the tests of
//! `tests/suite/writing`), and what a machine forgets that loses its power.

mod calls;
mod judge;
mod output;
mod point;
mod publishing;
mod scenario;
mod strace;
#[cfg(test)]
mod tests;

use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use clap::Args;

use crate::sweep::point::{Prepared, Way};
use crate::sweep::publishing::PUBLISHES;
use crate::sweep::scenario::SCENARIOS;
use crate::sweep::strace::Fault;
use crate::{Failure, release};

/// What befalls each call.
const FAULTS: [Fault; 6] = [
    Fault::Error("EIO"),
    Fault::Error("ENOSPC"),
    Fault::Error("EACCES"),
    Fault::Error("EMFILE"),
    Fault::Error("EINTR"),
    Fault::Kill,
];

/// What is swept.
#[derive(Args)]
pub(crate) struct Options {
    /// Only points that are told with this text, such as `EIO at rename` or `removal, SIGKILL`
    #[arg(long)]
    only: Option<String>,
}

/// Tries every point, and tells the violations as they are found.
pub(crate) fn run(root: &Path, options: &Options) -> Result<String, Failure> {
    strace::available().map_err(|why| Failure::new(format!("nothing is swept: {why}")))?;
    let program = release::build(root)?;
    let start = Instant::now();
    let mut tally = Tally { only: options.only.as_deref(), tried: 0, violations: 0 };
    for scenario in &SCENARIOS {
        let prepared = Prepared::new(scenario, &program)?;
        anstream::println!("{}: {} calls", scenario.name, prepared.calls.len());
        for fault in FAULTS {
            tally.sweep((scenario.name, fault), prepared.points(fault, ways(fault)), |point| prepared.check(point))?;
        }
    }
    for publish in PUBLISHES {
        let (name, calls) = (publish.to_string(), publish.calls(&program)?);
        anstream::println!("{name}: {} calls", calls.len());
        for fault in FAULTS {
            let points = publishing::points(&calls, fault);
            tally.sweep((&name, fault), points, |point| publish.check(&program, point))?;
        }
    }
    let Tally { tried, violations, .. } = tally;
    let summary = format!("sweep: {tried} points, {violations} violations in {} s", start.elapsed().as_secs());
    if tried > 0 && violations == 0 { Ok(summary) } else { Err(Failure { message: summary, code: 1 }) }
}

/// What was tried so far.
struct Tally<'t> {
    only: Option<&'t str>,
    tried: usize,
    violations: usize,
}

impl Tally<'_> {
    /// Tries the points of a fault, and tells what is wrong.
    fn sweep<P: fmt::Display + Sync>(
        &mut self,
        (name, fault): (&str, Fault),
        mut points: Vec<P>,
        check: impl Fn(&P) -> Result<Vec<String>, Failure> + Sync,
    ) -> Result<(), Failure> {
        let told = |point: &P| format!("{name}, {point}");
        points.retain(|point| self.only.is_none_or(|only| told(point).contains(only)));
        if points.is_empty() {
            return Ok(());
        }
        let wrong = try_all(&points, check)?;
        anstream::println!("  {fault}: {} points, {} violations", points.len(), wrong.len());
        for (point, lines) in &wrong {
            anstream::println!("    {}\n      {}", told(point), lines.join("\n      "));
        }
        self.tried += points.len();
        self.violations += wrong.len();
        Ok(())
    }
}

/// How builds go on after a fault. What a call leaves behind is the same whichever error it ends in, so one of them is
/// enough for going back.
fn ways(fault: Fault) -> &'static [Way] {
    match fault {
        Fault::Error("EIO") | Fault::Kill => &[Way::On, Way::Back],
        Fault::Error(_) => &[Way::On],
    }
}

/// Tries points side by side: most of the time goes by waiting for files to settle.
fn try_all<P: fmt::Display + Sync>(
    points: &[P],
    check: impl Fn(&P) -> Result<Vec<String>, Failure> + Sync,
) -> Result<Vec<(&P, Vec<String>)>, Failure> {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = thread::available_parallelism().map_or(2, NonZeroUsize::get) + 1;
    let work = || {
        while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
            let lines = check(point)?;
            if !lines.is_empty() {
                wrong.lock().unwrap_or_else(PoisonError::into_inner).push((point, lines));
            }
        }
        Ok(())
    };
    let done: Result<(), Failure> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(Failure::new("a run did not end: see above"))))
    });
    done?;
    let mut wrong = wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
    wrong.sort_by_key(|(point, _)| point.to_string());
    Ok(wrong)
}
