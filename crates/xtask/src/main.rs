//! The chores of this workspace, `cargo run -q -p xtask -- COMMAND`: the gate that every change
//! passes with the tools that it needs, generated fleets, screenshots, the sweep of faults, the fuzzer, the benchmark, and
//! the floor that builds are measured against.
//!
//! It is no part of the program: what a user needs belongs to `tenantry` itself.

mod bench;
mod deny;
mod floor;
mod fuzz;
mod gate;
mod memory;
mod release;
mod shots;
mod steps;
mod sweep;
mod test_tools;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tenantry_testkit::Fleet;

/// The allocator of the program, which the benchmark runs as a library too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The chores of the Tenantry workspace
#[derive(Parser)]
#[command(name = "xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run what every change has to pass: format, lints, documentation, licences, build, tests
    Gate,
    /// Find what the tests need from the machine, and install what is missing
    TestTools,
    /// Write a workspace of generated tenants
    Fleet {
        /// How many tenants
        tenants: usize,
        /// The folder to write to, without sites yet
        dir: PathBuf,
        /// What the tenants are drawn from: the same seed writes the same fleet
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Take screenshots of each tenant's home and cookie pages, at two widths, light, dark and printed
    Shots {
        /// The folder to write to
        dir: PathBuf,
    },
    /// Have builds fail and be killed at each of their calls about files
    Sweep(sweep::Options),
    /// Have libFuzzer look for durations that panic, or do not read back
    Fuzz(fuzz::Options),
    /// Time builds of generated fleets beside plain programs and Hugo, and write the page about it
    Bench(bench::Options),
    /// Time builds of a generated fleet with nothing or one row changed, beside a plain walk of its inputs
    Idle(bench::idle::Options),
    /// Build the files of each tenant that Hugo makes in the benchmark, and no others
    #[command(hide = true)]
    Six {
        /// The workspace
        workspace: PathBuf,
        /// The folder to write to
        out: PathBuf,
    },
    /// Time the plain writing of a built tree: the least that a build can cost
    Floor {
        /// The tree to copy, read into memory before the time is taken
        out: PathBuf,
        /// The folder to write it to, which must not exist
        dest: PathBuf,
        /// How many threads write
        #[arg(long, default_value = "2")]
        threads: NonZeroUsize,
    },
}

/// Why a chore stopped: what to say, and the exit code.
#[derive(Debug)]
struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// A chore that could not go on.
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(summary) => {
            anstream::println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            anstream::eprintln!("error: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

/// Does one chore, and gives its last line.
fn run(command: Command) -> Result<String, Failure> {
    match command {
        Command::Gate => gate::run(workspace_root()),
        Command::TestTools => test_tools::find_or_install(workspace_root()),
        Command::Shots { dir } => shots::take(workspace_root(), &dir),
        Command::Fleet { tenants, dir, seed } => write_fleet(Fleet { tenants, seed }, &dir),
        Command::Sweep(options) => sweep::run(workspace_root(), &options),
        Command::Fuzz(options) => fuzz::run(workspace_root(), &options),
        Command::Bench(options) => bench::run(workspace_root(), &options),
        Command::Idle(options) => bench::idle::run(workspace_root(), &options),
        Command::Six { workspace, out } => bench::six::build(workspace, out),
        Command::Floor { out, dest, threads } => {
            let floor = floor::measure(&out, &dest, threads)?;
            Ok(floor.to_string())
        }
    }
}

fn write_fleet(fleet: Fleet, dir: &Path) -> Result<String, Failure> {
    let themes = workspace_root().join("themes");
    fleet.write(dir, &themes).map_err(|error| Failure::new(error.to_string()))?;
    Ok(format!("{} tenants in `{}`", fleet.tenants, dir.display()))
}

/// The folder of the workspace that this program was built from.
fn workspace_root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package)
}
