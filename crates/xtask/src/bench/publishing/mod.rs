//! Publishing: plans and first, second and idle publishes of generated fleets to folders of this machine, beside `cp -r`.
//!
//! Planning is timed in this process, since only here it can be told apart from reading the manifests that it compares;
//! everything else is timed as a process, as users run it. With few tenants, first publishes to a store too.

mod report;
mod store;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use rayon::prelude::*;
use tenantry_core::name::TenantId;
use tenantry_publisher::built::Built;
use tenantry_publisher::run::Publisher;
use tenantry_testkit::Fleet;
use tenantry_testkit::servers::s3::Store;

use crate::Failure;
use crate::bench::edits::Edits;
use crate::bench::output::{differing, look};
use crate::bench::process;
use crate::bench::work::Tools;
use crate::floor::named;
pub(crate) use report::text;
use store::Stores;

/// The target of the fleets, as their settings name it.
const TARGET: &str = "web";

/// How often each thing is done.
const ROUNDS: usize = 3;

/// Above this number of tenants nothing is sent to a store: other programs take minutes.
const MOST_FOR_STORES: usize = 1_000;

/// Tenants that word a cookie anew, of whom each changes three files.
const CHANGED: usize = 34;

/// What was measured with a number of tenants.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) tenants: usize,
    /// Files of all sites.
    pub(crate) files: usize,
    /// A first publish, and `cp -r` of the same sites.
    pub(crate) first: Times,
    pub(crate) copy: Times,
    /// A first publish to a store, beside other programs.
    pub(crate) stores: Option<Stores>,
    /// A publish with nothing to do, and what it wrote.
    pub(crate) nothing: Times,
    pub(crate) written: usize,
    /// `publish --dry-run` with nothing to do.
    pub(crate) idle_plan: Times,
    /// Reading the manifests of all tenants, and making the plan with that, after some files have changed.
    pub(crate) reading: Times,
    pub(crate) planning: Times,
    pub(crate) changes: usize,
    /// A publish after one file of one tenant has changed, and what it wrote: the file, its manifest, the record.
    pub(crate) one: Times,
    pub(crate) one_written: Vec<PathBuf>,
}

/// Times of one kind of work.
#[derive(Debug, Default)]
pub(crate) struct Times(pub(crate) Vec<Duration>);

impl Times {
    /// The time in the middle.
    pub(crate) fn middle(&self) -> Option<Duration> {
        let mut times = self.0.clone();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }
}

/// One fleet, in the middle of being measured.
struct Work<'t> {
    tools: &'t Tools,
    workspace: PathBuf,
    /// Where its sites are published.
    web: PathBuf,
    scratch: &'t Path,
}

/// Measures with one number of tenants, below a folder that is empty.
pub(crate) fn measure(tools: &Tools, scratch: &Path, tenants: usize) -> Result<Measured, Failure> {
    let work = Work { tools, workspace: scratch.join("workspace"), web: scratch.join("web"), scratch };
    let store = (tenants <= MOST_FOR_STORES).then(Store::start);
    work.prepare(tenants, store.as_ref())?;
    let mut seen = Measured { tenants, ..Measured::default() };
    seen.files = files_below(&work.workspace.join("dist"))?;
    for round in 0..ROUNDS {
        seen.first.0.push(work.first(round)?);
        seen.copy.0.push(work.copy(round)?);
    }
    for _ in 0..ROUNDS {
        seen.idle_plan.0.push(work.run(&["publish", "--to", TARGET, "--dry-run"])?);
        let before = look(&work.web)?;
        seen.nothing.0.push(work.run(&["publish", "--yes", "--to", TARGET])?);
        seen.written += differing(&before, &look(&work.web)?).len();
    }
    if let Some(store) = &store {
        seen.stores = Some(store::measure(&work, store, &work.scratch.join("copy-0"), seen.files)?);
    }
    work.one(&mut seen)?;
    work.planned(&mut seen)?;
    Ok(seen)
}

impl Work<'_> {
    /// Writes the fleet, with a target, and builds it.
    fn prepare(&self, tenants: usize, store: Option<&Store>) -> Result<(), Failure> {
        let fleet = Fleet { tenants, seed: 1 };
        fleet.write(&self.workspace, &self.tools.themes).map_err(|error| Failure::new(error.to_string()))?;
        let path = self.workspace.join("sites/group.toml");
        let target = format!("\n[publish.{TARGET}]\nkind = \"dir\"\npath = \"{}/{{tenant}}\"\n", self.web.display());
        append(&path, &(target + &store.map(store::settings).unwrap_or_default()))?;
        self.run(&["build"]).map(drop)
    }

    /// Runs our program.
    fn run(&self, arguments: &[&str]) -> Result<Duration, Failure> {
        Ok(process::run(&mut self.command(arguments))?.time)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.tools.program);
        command.args(arguments).arg("--quiet").arg("--workspace").arg(&self.workspace);
        command
    }

    /// A publish to folders that are not there. What an earlier round left is put away, not removed.
    fn first(&self, round: usize) -> Result<Duration, Failure> {
        if round > 0 {
            let aside = self.scratch.join(format!("web-{round}"));
            fs::rename(&self.web, &aside).map_err(|error| named("rename", &self.web, &error))?;
        }
        self.run(&["publish", "--yes", "--to", TARGET])
    }

    /// `cp -r` of the sites, into a fresh folder.
    fn copy(&self, round: usize) -> Result<Duration, Failure> {
        let to = self.scratch.join(format!("copy-{round}"));
        fs::create_dir(&to).map_err(|error| named("create", &to, &error))?;
        let dist = self.workspace.join("dist");
        let entries = fs::read_dir(&dist).map_err(|error| named("read", &dist, &error))?;
        let sites = entries.flatten().map(|entry| entry.path()).filter(|path| !is_own(path));
        Ok(process::run(Command::new("cp").arg("-r").args(sites).arg(&to))?.time)
    }

    /// Publishes after one file of one tenant has changed.
    fn one(&self, seen: &mut Measured) -> Result<(), Failure> {
        let folder = self.workspace.join(Fleet::folder(seen.tenants / 2)).join("static");
        fs::create_dir_all(&folder).map_err(|error| named("create", &folder, &error))?;
        let file = folder.join("note.txt");
        for round in 0..=ROUNDS {
            fs::write(&file, format!("Note {round}\n")).map_err(|error| named("write", &file, &error))?;
            self.run(&["build"])?;
            // Clocks of file systems tick some milliseconds apart.
            let start = SystemTime::now() - Duration::from_millis(5);
            let time = self.run(&["publish", "--yes", "--to", TARGET])?;
            // The first round adds the file.
            if round > 0 {
                seen.one.0.push(time);
                let written = look(&self.web)?.into_iter().filter(|(_, file)| file.modified >= start);
                seen.one_written = written.map(|(path, _)| path).collect();
            }
        }
        Ok(())
    }

    /// Plans in this process after some files have changed.
    fn planned(&self, seen: &mut Measured) -> Result<(), Failure> {
        for nth in 0..CHANGED.min(seen.tenants / 10) {
            let path = self.workspace.join(Fleet::folder(nth * 10)).join("site.toml");
            append(&path, &format!("{} = \"Reconnaît la personne connectée, autrement.\"\n", Edits::PURPOSE))?;
        }
        self.run(&["build"])?;
        let ids = (0..seen.tenants).map(|number| TenantId::new(&Fleet::id(number)));
        let tenants = ids.collect::<Result<Vec<_>, _>>().map_err(|error| Failure::new(error.to_string()))?;
        let publisher = Publisher::new(Built::new(self.workspace.join("dist")), TARGET.to_owned());
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let read = tenants.par_iter().filter(|tenant| publisher.built.manifest(tenant).is_ok()).count();
            seen.reading.0.push(start.elapsed());
            let start = Instant::now();
            let interrupt = AtomicBool::new(false);
            let totals = publisher.plan(&tenants, &interrupt).plan().totals();
            seen.planning.0.push(start.elapsed());
            seen.changes = totals.uploads + totals.changes;
            if read != tenants.len() || seen.changes == 0 {
                return Err(Failure::new(format!("{read} manifests were read, and the plan is {totals:?}")));
            }
        }
        Ok(())
    }
}

fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let before = fs::read_to_string(path).map_err(|error| named("read", path, &error))?;
    fs::write(path, before + text).map_err(|error| named("write", path, &error))
}

/// Whether a folder is none of a tenant's.
fn is_own(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".tenantry")
}

fn files_below(dist: &Path) -> Result<usize, Failure> {
    let files = look(dist)?;
    Ok(files.keys().filter(|path| !path.starts_with(".tenantry")).count())
}
