//! Programs of the system, run to their end: a list of arguments, no shell, nobody to ask.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use tenantry_core::diagnostic::printable;

use crate::fault::{Fault, Outcome};

/// How much of what a program says is told, in characters.
const MOST_TOLD: usize = 500;

/// How many lines of it.
const MOST_LINES: usize = 3;

/// What a program did.
pub(crate) struct Ended {
    /// Whether it ended well.
    pub(crate) well: bool,
    /// What it wrote.
    pub(crate) output: Vec<u8>,
    /// What it said of itself.
    pub(crate) told: String,
}

impl Ended {
    /// The last lines of what it said, for people, among those that tell something.
    pub(crate) fn last_words(&self, tells: impl Fn(&str) -> bool) -> String {
        let lines = self.told.lines().map(str::trim).filter(|line| !line.is_empty() && tells(line));
        let lines: Vec<&str> = lines.collect();
        let last = lines[lines.len().saturating_sub(MOST_LINES)..].join("; ");
        printable(&last.chars().take(MOST_TOLD).collect::<String>())
    }
}

/// Runs a program with something to read.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Outcome<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| Fault::lasting(format!("cannot run `{}`: {error}", printable(&name)));
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().map_err(failed)?;
    let stdin = child.stdin.take();
    let ended = thread::scope(|scope| {
        // It may write before it has read everything.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let ended = ended.map_err(failed)?;
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    Ok(Ended { well: ended.status.success(), output: ended.stdout, told })
}

/// A program by its name, with arguments.
pub(crate) fn program(name: &str, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Command {
    let mut command = Command::new(name);
    command.args(args);
    command
}
