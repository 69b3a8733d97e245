//! Running the built program as a user would, and what came of it.
//!
//! The environment is the tester's, less what would change the program's behaviour: its own
//! variables, colour, locale, threads. Nothing is asserted here; a run that hangs or cannot start
//! ends the test.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk::{must, named};
use crate::started::Started;

/// How long a run may take, unless [`Program::time_limit`] says otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// How long a run that has ended may go unnoticed: a test makes many.
const LONGEST_PAUSE: Duration = Duration::from_millis(2);

/// Variables that change what programs print or how they run. All that begin with `TENANTRY_` or
/// `LC_` go with them.
const UNWANTED: [&str; 13] = [
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "LANG",
    "LANGUAGE",
    "NO_COLOR",
    "RAYON_NUM_THREADS",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SOURCE_DATE_EPOCH",
    "TERM",
    "TZ",
];

/// A run to be made of the program.
///
/// ```no_run
/// use tenantry_testkit::{Program, Workspace};
///
/// let workspace = Workspace::with_theme("//- /sites/group.toml\ntheme = \"plain\"\n");
/// let outcome = Program::new().args(["build"]).current_dir(&workspace).run();
/// assert_eq!(outcome.code, 0, "{}", outcome.stderr);
/// ```
#[derive(Debug)]
#[must_use = "nothing happens before `run`"]
pub struct Program {
    path: PathBuf,
    args: Vec<OsString>,
    env: BTreeMap<OsString, OsString>,
    current_dir: Option<PathBuf>,
    input: Option<String>,
    time_limit: Duration,
}

impl Program {
    /// The `tenantry` that cargo built beside the test, or the one that `TENANTRY_PROGRAM` names: for tests that are
    /// worth a release build. Panics if it is not there.
    #[track_caller]
    pub fn new() -> Self {
        Self::at(env::var_os("TENANTRY_PROGRAM").map_or_else(|| built("tenantry"), PathBuf::from))
    }

    /// Any other program, run in the same way.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            args: Vec::new(),
            env: BTreeMap::new(),
            current_dir: None,
            input: None,
            time_limit: TIME_LIMIT,
        }
    }

    /// Where the program lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds arguments.
    pub fn args(mut self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.insert(key.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// Runs in this folder; a [`crate::Workspace`] will do.
    pub fn current_dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.current_dir = Some(dir.as_ref().to_owned());
        self
    }

    /// Gives it a text to read from its standard input.
    pub fn input(mut self, text: impl Into<String>) -> Self {
        self.input = Some(text.into());
        self
    }

    /// Allows the run more time, or less, than its 120 seconds.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Has another program start this one: its arguments, then this program and the arguments given so far.
    pub fn under(mut self, other: impl AsRef<Path>, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Self {
        let path = std::mem::replace(&mut self.path, other.as_ref().to_owned());
        let mut all: Vec<OsString> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        all.push(path.into());
        all.append(&mut self.args);
        self.args = all;
        self
    }

    /// Runs it without the rights by which root may read and write what the modes of files forbid.
    #[cfg(unix)]
    #[track_caller]
    pub fn bound_by_modes(self) -> Self {
        if modes_bind() { self } else { self.under("setpriv", ["--bounding-set=-dac_override,-dac_read_search"]) }
    }

    /// Runs the program to its end. Panics if it cannot start or takes too long.
    #[must_use]
    #[track_caller]
    pub fn run(self) -> Outcome {
        let (mut stdout, mut stderr) = (must(tempfile::tempfile()), must(tempfile::tempfile()));
        let mut command = self.command();
        command.stdin(self.input.as_deref().map_or_else(Stdio::null, |text| must(readable(text)).into()));
        command.stdout(must(stdout.try_clone())).stderr(must(stderr.try_clone()));
        let child = command.spawn().map_err(|error| named("run", &self.path, &error));
        let status = must(wait(must(child), self.time_limit));
        let (stdout, stderr) = (must(whole(&mut stdout)), must(whole(&mut stderr)));
        let Some(status) = status else {
            panic!("{command:?} was killed after {:?}\n{stdout}\n{stderr}", self.time_limit);
        };
        Outcome { code: code(status), stdout, stderr }
    }

    /// Starts the program, and leaves it running.
    #[must_use]
    #[track_caller]
    pub fn start(self) -> Started {
        Started::begin(self.command(), &self.path)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        for (key, _) in env::vars_os() {
            if unwanted(&key) {
                command.env_remove(key);
            }
        }
        command.args(&self.args).envs(&self.env);
        if let Some(dir) = &self.current_dir {
            command.current_dir(dir);
        }
        command
    }
}

impl Default for Program {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code; for a run ended by a signal, 128 and its number, as a shell has it.
    pub code: i32,
    /// What it printed for machines and pipes.
    pub stdout: String,
    /// What it told the user.
    pub stderr: String,
}

impl Outcome {
    /// The same without what changes from run to run: the workspace's path becomes `[WORKSPACE]`,
    /// and a duration, such as `in 0.12 s`, becomes `in [TIME]`.
    #[must_use]
    pub fn normalised(&self, workspace: impl AsRef<Path>) -> Self {
        let path = workspace.as_ref().display().to_string();
        let normal = |text: &str| without_times(&text.replace(&path, "[WORKSPACE]"));
        Self { code: self.code, stdout: normal(&self.stdout), stderr: normal(&self.stderr) }
    }

    /// Code, stdout and stderr in one text, to be kept by [`crate::expect::check`].
    #[must_use]
    pub fn transcript(&self) -> String {
        format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Where cargo puts a program: the folder above the test's own `deps`.
#[track_caller]
fn built(name: &str) -> PathBuf {
    let test = must(env::current_exe());
    let folder = test.parent().filter(|folder| folder.ends_with("deps")).and_then(Path::parent);
    let folder = folder.or_else(|| test.parent()).unwrap_or_else(|| Path::new("."));
    let path = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "`{}` is not there: run `cargo build` first", path.display());
    path
}

fn unwanted(key: &OsStr) -> bool {
    key.to_str().is_some_and(|key| UNWANTED.contains(&key) || key.starts_with("TENANTRY_") || key.starts_with("LC_"))
}

/// Whether a file that nobody may read cannot be read by the tester.
#[cfg(unix)]
#[track_caller]
fn modes_bind() -> bool {
    use std::os::unix::fs::PermissionsExt;
    let probe = must(tempfile::NamedTempFile::new());
    must(probe.as_file().set_permissions(std::fs::Permissions::from_mode(0o000)));
    File::open(probe.path()).is_err()
}

/// The status, or nothing if the time was up and the program killed.
fn wait(mut child: Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(500);
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// A file that is about to be read from its first byte.
fn readable(text: &str) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

/// All that was written to a file which the program had open.
fn whole(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(unix)]
fn code(status: ExitStatus) -> i32 {
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    status.code().or_else(|| signal.map(|signal| 128 + signal)).unwrap_or(-1)
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}

/// The text with `in [TIME]` for every `in` that a number and a unit of time follow.
fn without_times(text: &str) -> String {
    let (mut result, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("in ") {
        result.push_str(before);
        let time = if ends_word(&result) { None } else { after_time(after) };
        result.push_str("in ");
        if time.is_some() {
            result.push_str("[TIME]");
        }
        rest = time.unwrap_or(after);
    }
    result + rest
}

/// Whether the text stops within a word, so that a following `in` is that word's end.
fn ends_word(text: &str) -> bool {
    text.ends_with(char::is_alphanumeric)
}

/// What follows a duration (`0.12 s`, `3 min 4 s`) at the start of the text, if one stands there.
fn after_time(text: &str) -> Option<&str> {
    let number = text.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
    let rest = text[number..].strip_prefix(' ')?;
    let unit = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    if !matches!(&rest[..unit], "µs" | "us" | "ms" | "s" | "min" | "h") {
        return None;
    }
    let rest = &rest[unit..];
    Some(rest.strip_prefix(' ').and_then(after_time).unwrap_or(rest))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::Workspace;

    fn shell(script: &str) -> Program {
        Program::at("/bin/sh").args(["-c", script])
    }

    #[test]
    fn a_run_gives_code_and_both_streams() {
        let outcome = shell("echo out; echo err >&2; exit 3").run();
        assert_eq!(outcome.transcript(), "exit 3\n--- stdout\nout\n--- stderr\nerr\n");
    }

    #[test]
    fn a_run_reads_what_it_is_given() {
        assert_eq!(Program::at("cat").input("text").run().stdout, "text");
        assert_eq!(Program::at("cat").run().stdout, "");
    }

    #[test]
    fn a_signal_counts_as_in_a_shell() {
        assert_eq!(shell("kill -9 $$").run().code, 137);
    }

    #[test]
    fn much_output_does_not_block() {
        let outcome = shell("i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done").run();
        assert_eq!(outcome.stdout.len(), 220_000);
    }

    #[test]
    fn another_program_can_start_it() {
        let echo = Program::at("/bin/echo").args(["one"]).under("/bin/sh", ["-c", "\"$@\"; echo $0", "end"]);
        assert_eq!(echo.args(["two"]).run().stdout, "one two\nend\n");
    }

    #[test]
    fn modes_can_bind_every_tester() {
        let folder = Workspace::from_text("//- /closed\nx\n");
        let chmod = Program::at("chmod").args(["0".as_ref(), folder.at("closed").as_os_str()]);
        assert_eq!(chmod.run().code, 0);
        assert_ne!(Program::at("cat").args([folder.at("closed")]).bound_by_modes().run().code, 0);
    }

    #[test]
    fn folder_and_environment_are_the_runs_own() {
        let workspace = Workspace::empty();
        let outcome = shell("pwd; echo $TENANTRY_OUT").current_dir(&workspace);
        let outcome = outcome.env("TENANTRY_OUT", "here").run().normalised(&workspace);
        assert_eq!(outcome.stdout, "[WORKSPACE]\nhere\n");
    }

    #[test]
    fn variables_that_change_the_output_are_unwanted() {
        for key in ["TENANTRY_JOBS", "NO_COLOR", "LC_ALL", "LANG"] {
            assert!(unwanted(OsStr::new(key)), "{key}");
        }
        assert!(!unwanted(OsStr::new("PATH")));
    }

    #[test]
    #[should_panic(expected = "was killed after")]
    fn a_run_that_hangs_ends_the_test() {
        let _ = shell("exec sleep 30").time_limit(Duration::from_millis(50)).run();
    }

    #[test]
    #[should_panic(expected = "run `cargo build` first")]
    fn a_missing_program_says_what_to_do() {
        let _ = built("no-such-program");
    }

    #[test]
    fn durations_are_taken_out() {
        let cases = [
            ("5 tenants in 0.12 s\n", "5 tenants in [TIME]\n"),
            ("in 3 min 4 s, in 12 ms", "in [TIME], in [TIME]"),
            ("in 3 tenants, begin 3 s, in 2 seconds", "in 3 tenants, begin 3 s, in 2 seconds"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_times(text), expected);
        }
    }
}
