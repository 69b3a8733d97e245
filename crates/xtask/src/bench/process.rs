//! A program run to its end: how long it took, and the most memory that it held.
//!
//! The peak is asked for while the program runs. What the system tells after its end (`ru_maxrss`) would not do: on Linux
//! it begins with the peak of the process that started it, and we hold whole trees.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Failure, memory};

/// How often the peak is asked for.
const INTERVAL: Duration = Duration::from_millis(2);

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// From its start to its end, by the clock on the wall.
    pub(crate) time: Duration,
    /// The most memory in bytes, where the system tells it.
    pub(crate) peak: Option<u64>,
}

/// Runs a program. It must succeed; what it said is told if it does not.
pub(crate) fn run(command: &mut Command) -> Result<Run, Failure> {
    let program = command.get_program().display().to_string();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let child = command.spawn().map_err(|error| Failure::new(format!("cannot run `{program}`: {error}")))?;
    let (process, ended) = (child.id(), AtomicBool::new(false));
    let (output, time, peak) = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(process, &ended));
        let output = child.wait_with_output();
        let time = start.elapsed();
        ended.store(true, Ordering::Relaxed);
        (output, time, watch.join().ok().flatten())
    });
    let output = output.map_err(|error| Failure::new(format!("lost sight of `{program}`: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`{program}` failed ({})\n{said}", output.status)));
    }
    Ok(Run { time, peak })
}

/// Asks for the peak until the program has ended, and gives the last answer: it can only grow.
fn watch(process: u32, ended: &AtomicBool) -> Option<u64> {
    let mut peak = None;
    while !ended.load(Ordering::Relaxed) {
        peak = memory::peak_of(process).or(peak);
        thread::sleep(INTERVAL);
    }
    peak
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_peak_are_those_of_the_program() {
        let held = vec![1_u8; 200_000_000];
        let run = run(Command::new("sleep").arg("0.2")).unwrap();
        assert!(run.time >= Duration::from_millis(200), "{run:?}");
        let peak = run.peak.unwrap();
        assert!(peak > 100_000 && peak < 100_000_000, "{run:?}, while we hold {} bytes", held.len());
    }

    #[test]
    fn a_failing_program_is_told_with_its_words() {
        let failure = run(Command::new("ls").arg("/no/such/folder")).unwrap_err();
        assert!(failure.message.contains("`ls` failed") && failure.message.contains("/no/such/folder"), "{failure:?}");
        let failure = run(&mut Command::new("no-such-program")).unwrap_err();
        assert!(failure.message.starts_with("cannot run `no-such-program`"), "{failure:?}");
    }
}
