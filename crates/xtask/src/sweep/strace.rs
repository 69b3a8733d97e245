//! The program under strace: what it asks the system for, and what it does when it is refused one of these things.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use tempfile::NamedTempFile;
use tenantry_testkit::{Outcome, Program};

use crate::Failure;
use crate::sweep::calls::Call;

/// The exit code of a run that was killed, as a shell has it.
pub(crate) const KILLED: i32 = 128 + 9;

/// Has no other calls stop the program than those that are traced.
const ONLY_TRACED: &str = "--seccomp-bpf";

/// What befalls a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not carried out, and the program is told so by this name of an error.
    Error(&'static str),
    /// The program is killed before it is carried out.
    Kill,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Error(name) => f.write_str(name),
            Fault::Kill => f.write_str("SIGKILL"),
        }
    }
}

/// Why nothing can be traced here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unavailable {
    /// There is no strace.
    Missing,
    /// It may not trace: what it said.
    Forbidden(String),
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unavailable::Missing => {
                f.write_str("`strace` is not there: run `cargo run -p xtask -- test-tools`, which installs it")
            }
            Unavailable::Forbidden(said) => write!(f, "strace may not trace programs here (ptrace): {said}"),
        }
    }
}

/// Whether programs can be traced here.
pub(crate) fn available() -> Result<(), Unavailable> {
    let mut command = Command::new("strace");
    match command.args(["-f", ONLY_TRACED, "-o", "/dev/null", "true"]).output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Unavailable::Missing),
        Err(error) => Err(Unavailable::Forbidden(error.to_string())),
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(Unavailable::Forbidden(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

/// Runs a program, and gives the record of all its calls about files, without what they read or wrote.
pub(crate) fn record(program: Program) -> Result<(Outcome, String), Failure> {
    under_strace(program, &[ONLY_TRACED, "-y", "-s", "0", "-e", "trace=%file,%desc"])
}

/// Runs a program in a workspace and has a fault befall a call. `None` if the call did not occur.
pub(crate) fn strike(program: Program, root: &Path, (call, fault): (&Call, Fault)) -> Result<Option<Outcome>, Failure> {
    let path = root.join(&call.path).display().to_string();
    let (how, stops) = match fault {
        Fault::Error(name) => (format!("error={name}"), ONLY_TRACED),
        // A signal gets lost where only the calls that are traced stop the program.
        Fault::Kill => ("signal=SIGKILL".to_owned(), "-f"),
    };
    let (trace, inject) = (format!("trace={}", call.name), format!("inject={}:{how}:when={}", call.name, call.nth));
    let (outcome, record) = under_strace(program, &[stops, "-P", &path, "-e", &trace, "-e", &inject])?;
    let struck = match fault {
        Fault::Error(_) => record.contains("(INJECTED)"),
        Fault::Kill => outcome.code == KILLED,
    };
    Ok(struck.then_some(outcome))
}

/// Runs a program and its threads under strace, and gives what that wrote of it.
fn under_strace(program: Program, options: &[&str]) -> Result<(Outcome, String), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot keep the record of strace: {error}"));
    let file = NamedTempFile::new().map_err(failed)?;
    let record = file.path().display().to_string();
    let outcome = program.under("strace", [&["-f", "-o", &record], options].concat()).run();
    let text = fs::read(file.path()).map_err(failed)?;
    Ok((outcome, String::from_utf8_lossy(&text).into_owned()))
}
