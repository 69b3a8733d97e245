//! The benchmark, `xtask bench`: builds of generated fleets beside plain programs that do the least, and beside Hugo; the
//! preview beside Hugo's server, publishing beside a plain copy.
//!
//! `work` builds and takes the times, `results` holds them, `goals` says which of them are compared and what is to be
//! reached, `report` writes it down; `preview` and `publishing` do all of it for theirs; `page` keeps the page of all. Nothing fails for being slow: a time depends on the machine. What fails is a contender
//! that did not do its work.

mod edits;
mod floors;
mod goals;
mod hugo;
pub(crate) mod idle;
mod leaks;
mod machine;
mod output;
mod page;
mod preview;
mod process;
mod publishing;
mod report;
mod results;
pub(crate) mod six;
mod work;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use tempfile::TempDir;

use crate::bench::hugo::Hugo;
use crate::bench::machine::Machine;
use crate::bench::page::Part;
use crate::bench::report::Report;
use crate::bench::results::{Place, Results};
use crate::bench::work::{IN_MEMORY, Rounds, Tools};
use crate::floor::named;
use crate::{Failure, memory, release};

/// What the output of a tenant takes on a file system, and what its files hold, in bytes; rounded up.
const SPACE: u64 = 140_000;

const CONTENT: u64 = 80_000;

/// What is measured, and where.
#[derive(Args)]
pub(crate) struct Options {
    /// Numbers of tenants, one after the other
    #[arg(long, num_args = 1.., default_values_t = [1_000, 10_000])]
    tenants: Vec<usize>,
    /// A folder on a file system in memory
    #[arg(long, default_value = "/dev/shm")]
    tmpfs: PathBuf,
    /// A folder on a disk; made if it is missing
    #[arg(long, default_value = "target/bench")]
    disk: PathBuf,
    /// Leave Hugo out
    #[arg(long)]
    without_hugo: bool,
    /// One part alone; the page keeps what it says of the others
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// The page to write
    #[arg(long, default_value = "docs/benchmarks.md")]
    report: PathBuf,
}

/// Measures everything, and writes the page.
pub(crate) fn run(root: &Path, options: &Options) -> Result<String, Failure> {
    let program = release::build(root)?;
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut notes = Vec::new();
    let hugo = contender(root, options, &mut notes);
    let tools = Tools { program, themes: root.join("themes"), threads, hugo };
    let wanted = |part| options.only.is_none_or(|only| only == part);
    if wanted(Part::Preview) {
        previews(root, &tools, options, &notes)?;
    }
    if wanted(Part::Publishing) {
        publishes(root, &tools, options)?;
    }
    if wanted(Part::Builds) {
        builds(root, &tools, options, notes)?;
    }
    Ok(format!("written to `{}`", options.report.display()))
}

/// Previews of fleets whose sources lie in memory.
fn previews(root: &Path, tools: &Tools, options: &Options, notes: &[String]) -> Result<(), Failure> {
    let mut measured = Vec::new();
    for &tenants in &options.tenants {
        anstream::eprintln!("preview of {tenants} tenants");
        let scratch = scratch(&options.tmpfs)?;
        measured.push(preview::measure(tools, scratch.path(), tenants)?);
        scratch.close().map_err(|error| named("empty", &options.tmpfs, &error))?;
        let text = preview::text(&Machine::read(root), &measured, notes);
        write_part(Part::Preview, &text, &options.report)?;
    }
    Ok(())
}

/// Publishes of fleets, from memory to memory.
fn publishes(root: &Path, tools: &Tools, options: &Options) -> Result<(), Failure> {
    let mut measured = Vec::new();
    for &tenants in &options.tenants {
        anstream::eprintln!("publishing of {tenants} tenants");
        let scratch = scratch(&options.tmpfs)?;
        measured.push(publishing::measure(tools, scratch.path(), tenants)?);
        scratch.close().map_err(|error| named("empty", &options.tmpfs, &error))?;
        write_part(Part::Publishing, &publishing::text(&Machine::read(root), &measured), &options.report)?;
    }
    Ok(())
}

/// Builds of fleets, in memory and on a disk.
fn builds(root: &Path, tools: &Tools, options: &Options, notes: Vec<String>) -> Result<(), Failure> {
    let mut report = Report { machine: Machine::read(root), threads: tools.threads, results: Vec::new(), notes };
    let mut left = Vec::new();
    for &tenants in &options.tenants {
        for (name, dir) in [("tmpfs", &options.tmpfs), ("disk", &options.disk)] {
            match at_place(tools, (name, dir), tenants)? {
                Ok((results, scratch)) => {
                    report.results.push(results);
                    left.extend(scratch);
                }
                Err(why) => report.notes.push(format!("{tenants} tenants on {name} were not measured: {why}")),
            }
            // So that a run that is stopped leaves what it has measured.
            write_part(Part::Builds, &report.to_string(), &options.report)?;
        }
    }
    anstream::eprintln!("removing what was built on the disk");
    left.into_iter().try_for_each(TempDir::close).map_err(|error| named("empty", &options.disk, &error))
}

/// Prints a part of the page and writes it.
fn write_part(part: Part, text: &str, page: &Path) -> Result<(), Failure> {
    anstream::println!("{text}");
    page::write(page, part, text)
}

fn scratch(dir: &Path) -> Result<TempDir, Failure> {
    let made = tempfile::Builder::new().prefix("tenantry-bench-").tempdir_in(dir);
    made.map_err(|error| named("write to", dir, &error))
}

/// Hugo, unless it is not asked for or cannot be had: then the page says so.
fn contender(root: &Path, options: &Options, notes: &mut Vec<String>) -> Option<Hugo> {
    if options.without_hugo {
        notes.push("Hugo was left out of this run".to_owned());
        return None;
    }
    let found = Hugo::find_or_install(root);
    found.map_err(|failure| notes.push(format!("Hugo is not compared, it could not be had: {}", failure.message))).ok()
}

/// What was measured, and the folder that is left: the one in memory is removed at once.
type Measured = (Results, Option<TempDir>);

/// Measures in a fresh folder, or says why that cannot be.
///
/// On a disk the folder is left until all is measured: to remove it takes long, and goes on when it is done.
fn at_place(
    tools: &Tools,
    (name, dir): (&'static str, &Path),
    tenants: usize,
) -> Result<Result<Measured, String>, Failure> {
    if let Err(error) = fs::create_dir_all(dir) {
        return Ok(Err(named("create", dir, &error).message));
    }
    if let Err(why) = room(dir, tenants) {
        return Ok(Err(why));
    }
    anstream::eprintln!("{tenants} tenants on {name}");
    let place = Place { name, file_system: machine::file_system(dir) };
    let scratch = scratch(dir)?;
    let results = work::measure(tools, scratch.path(), Results::new(place, tenants))?;
    if results.place.file_system == IN_MEMORY {
        scratch.close().map_err(|error| named("empty", dir, &error))?;
        return Ok(Ok((results, None)));
    }
    Ok(Ok((results, Some(scratch))))
}

/// Whether the outputs of all contenders fit, since none is removed before the last has run.
fn room(dir: &Path, tenants: usize) -> Result<(), String> {
    let tenants_of_bytes = |each: u64| each.saturating_mul(tenants as u64);
    let file_system = machine::file_system(dir);
    let rounds = Rounds::of(tenants, &file_system);
    let outputs = (2 * rounds.cold + rounds.hugo) as u64;
    let (needed, held) = (tenants_of_bytes(SPACE * outputs), tenants_of_bytes(CONTENT));
    let in_memory = file_system == IN_MEMORY;
    let free = machine::free_space(dir).unwrap_or(u64::MAX);
    let memory = memory::available().unwrap_or(u64::MAX);
    let wanted_memory = if in_memory { needed + held } else { held };
    let gigabytes = |bytes: u64| bytes.div_ceil(1_000_000_000);
    if free < needed {
        return Err(format!("it takes {} GB, of which {} are free", gigabytes(needed), gigabytes(free)));
    }
    if memory < wanted_memory {
        let (wanted, left) = (gigabytes(wanted_memory), gigabytes(memory));
        return Err(format!("it takes {wanted} GB of memory, of which {left} are free"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_fit_is_not_tried() {
        let why = room(Path::new("/"), 1_000_000_000).unwrap_err();
        assert!(why.starts_with("it takes ") && why.contains(" GB, of which "), "{why}");
        assert_eq!(room(Path::new("/"), 1), Ok(()));
    }
}
