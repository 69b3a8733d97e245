//! Builds of one workspace with nothing changed, and with one cookie row changed, beside a plain walk of its inputs.
//!
//! What `work` measures of these cases as part of the whole benchmark, alone and often: for whoever works on them. On a
//! machine that does other work too the best time of many rounds tells more than the one in the middle.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use clap::Args;

use crate::bench::edits::Edits;
use crate::bench::floors;
use crate::bench::output::holds;
use crate::bench::process::{self, Run};
use crate::{Failure, release};

/// How long a file has to lie before a build believes its look; an edit is followed by such a pause and a build.
pub(crate) const SETTLED: Duration = Duration::from_millis(30);

/// What is measured, and how often.
#[derive(Args)]
pub(crate) struct Options {
    /// A generated workspace; the release build of the program builds it into its `dist`
    workspace: PathBuf,
    /// How many tenants it has
    #[arg(long, default_value_t = 10_000)]
    tenants: usize,
    /// How many rounds
    #[arg(long, default_value_t = 20)]
    rounds: usize,
}

/// Times of one case.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    /// The shortest time and the one in the middle, in milliseconds.
    fn best_and_middle(&self) -> (f64, f64) {
        let mut times: Vec<f64> = self.0.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        (times.first().copied().unwrap_or_default(), times.get(times.len() / 2).copied().unwrap_or_default())
    }
}

/// Measures, and gives a line for each case.
pub(crate) fn run(root: &Path, options: &Options) -> Result<String, Failure> {
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let program = release::build(root)?;
    let workspace = &options.workspace;
    let out = workspace.join("dist");
    let build = || -> Result<Run, Failure> {
        let mut command = Command::new(&program);
        process::run(command.args(["build", "--quiet", "--workspace"]).arg(workspace))
    };
    build()?;
    let edits = Edits::read(workspace, options.tenants)?;
    let (mut walk, mut nothing, mut row, mut peak) = (Times::default(), Times::default(), Times::default(), 0);
    for round in 0..options.rounds {
        let changed = edits.row(round)?;
        let run = build()?;
        row.0.push(run.time);
        holds(&out.join(&changed.page), &changed.text)?;
        thread::sleep(SETTLED);
        build()?;
        walk.0.push(floors::walk(workspace, threads)?.1);
        let run = build()?;
        nothing.0.push(run.time);
        peak = peak.max(run.peak.unwrap_or_default());
    }
    edits.undo()?;
    let line = |what: &str, times: &Times| {
        let (best, middle) = times.best_and_middle();
        format!("{what:<22} best {best:7.1} ms, middle {middle:7.1} ms\n")
    };
    let (floor, idle, edit) = (walk.best_and_middle(), nothing.best_and_middle(), row.best_and_middle());
    Ok(format!(
        "{}{}{}nothing changed is {:.2} times the walk (best), {:.2} (middle); one row costs {:.1} ms more (best), {:.1} ms \
         (middle); peak {:.0} MB",
        line("walk of the inputs", &walk),
        line("nothing changed", &nothing),
        line("one row changed", &row),
        idle.0 / floor.0,
        idle.1 / floor.1,
        edit.0 - idle.0,
        edit.1 - idle.1,
        peak as f64 / 1e6,
    ))
}
