//! The gate: runs its steps in order, stops at the first that fails, ends with one line.
//!
//! What the steps are is data, in `steps.rs`.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};

use crate::Failure;
use crate::deny;
use crate::steps::{STEPS, Step, Tool};

const HEADING: Style = AnsiColor::Cyan.on_default().bold();

/// Runs all steps in the folder of the workspace, and gives the summary.
pub(crate) fn run(root: &Path) -> Result<String, Failure> {
    run_steps(STEPS, |step| run_step(step, root))
}

/// Goes through the steps with whatever runs one and gives its exit code.
fn run_steps(steps: &[Step], run_one: impl Fn(&Step) -> Result<u8, Failure>) -> Result<String, Failure> {
    let start = Instant::now();
    for (index, step) in steps.iter().enumerate() {
        let place = format!("{}/{}", index + 1, steps.len());
        anstream::println!("{HEADING}gate {place}: {}{HEADING:#}", step.name);
        let code = run_one(step)?;
        if code != 0 {
            return Err(failed(step, code, &place));
        }
    }
    Ok(format!("gate: {} steps passed in {}", steps.len(), seconds(start.elapsed())))
}

/// Runs one step, and gives its exit code.
fn run_step(step: &Step, root: &Path) -> Result<u8, Failure> {
    let program = match step.tool {
        Tool::Cargo => cargo(),
        Tool::CargoDeny => deny::find_or_install(root, &cargo())?.into_os_string(),
    };
    let mut command = Command::new(&program);
    command.args(step.args).envs(step.env.iter().copied()).current_dir(root);
    code_of(&mut command)
}

/// Runs a command to its end. A signal counts as failure 1.
pub(crate) fn code_of(command: &mut Command) -> Result<u8, Failure> {
    let program = command.get_program().display().to_string();
    let status = command.status().map_err(|error| Failure::new(format!("cannot run `{program}`: {error}")))?;
    Ok(status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1)))
}

/// The cargo that runs us, or the one on the search path.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn failed(step: &Step, code: u8, place: &str) -> Failure {
    let tool = match step.tool {
        Tool::Cargo => "cargo",
        Tool::CargoDeny => "cargo-deny",
    };
    let command = format!("{tool} {}", step.args.join(" "));
    let message = format!("gate {place}: {} failed (exit {code})\nhint: run `{command}`", step.name);
    Failure { message, code }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn steps_that_pass_end_in_a_summary() {
        let summary = run_steps(STEPS, |_| Ok(0)).unwrap();
        assert!(summary.starts_with("gate: 8 steps passed in "), "{summary}");
    }

    #[test]
    fn the_first_failure_stops_the_gate() {
        let seen = Cell::new(0);
        let run_one = |step: &Step| {
            seen.set(seen.get() + 1);
            Ok(if step.name == "documentation" { 101 } else { 0 })
        };
        let failure = run_steps(STEPS, run_one).unwrap_err();
        assert_eq!((failure.code, seen.get()), (101, 3));
        let expected = "gate 3/8: documentation failed (exit 101)\n\
                        hint: run `cargo doc --workspace --no-deps --locked`";
        assert_eq!(failure.message, expected);
    }

    #[test]
    fn a_step_runs_with_its_arguments_and_gives_its_code() {
        let step = |args| Step { name: "version", tool: Tool::Cargo, args, env: &[] };
        assert_eq!(run_step(&step(&["--version", "--quiet"]), Path::new(".")).unwrap(), 0);
        let failing = code_of(&mut Command::new("false")).unwrap();
        assert_eq!(failing, 1);
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = code_of(&mut Command::new("no-such-program")).unwrap_err();
        assert!(failure.message.starts_with("cannot run `no-such-program`"), "{failure:?}");
    }

    #[test]
    fn every_step_that_resolves_is_locked() {
        for step in STEPS.iter().filter(|step| step.name != "format") {
            assert!(step.args.contains(&"--locked"), "{}", step.name);
        }
    }
}
