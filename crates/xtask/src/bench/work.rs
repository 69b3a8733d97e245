//! The work, at one place with one number of tenants: contenders in turn, each into fresh folders, nothing removed between.
//!
//! Our program runs as a process, as users run it. Before each time that is taken, what earlier runs have left to be
//! written is on the disk, so that nobody pays for another's files.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use tenantry_testkit::Fleet;

use crate::Failure;
use crate::bench::edits::{Changed, Edits};
use crate::bench::floors;
use crate::bench::hugo::{self, Hugo};
use crate::bench::idle::SETTLED;
use crate::bench::leaks::Sources;
use crate::bench::output::{differing, holds, look, sums, undone};
use crate::bench::process::{self, Run};
use crate::bench::results::{Case, Results};
use crate::bench::six;
use crate::floor::{Content, named};

/// Above this number of tenants Hugo is left out: it would take most of the time and the memory.
pub(crate) const MOST_FOR_HUGO: usize = 20_000;

/// The type of a file system in memory.
pub(crate) const IN_MEMORY: &str = "tmpfs";

/// What is compared, and with how many threads.
pub(crate) struct Tools {
    /// The release build of `tenantry`.
    pub(crate) program: PathBuf,
    /// The themes that fleets are written with.
    pub(crate) themes: PathBuf,
    /// What plain programs use; a build uses as many by itself.
    pub(crate) threads: NonZeroUsize,
    /// Hugo, if it could be had.
    pub(crate) hugo: Option<Hugo>,
}

/// How often things are repeated: less often where they take long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounds {
    /// Cold builds.
    pub(crate) cold: usize,
    /// Cold builds of Hugo.
    pub(crate) hugo: usize,
    /// Builds into a folder that holds the output.
    pub(crate) again: usize,
}

impl Rounds {
    /// For a number of tenants on a file system. Disks that are told of each freed block take minutes to remove what the
    /// contenders leave there, so they get less of it.
    pub(crate) fn of(tenants: usize, file_system: &str) -> Self {
        match tenants {
            0..=2_000 => Self { cold: 5, hugo: 3, again: 7 },
            2_001..=MOST_FOR_HUGO if file_system == IN_MEMORY => Self { cold: 3, hugo: 1, again: 3 },
            2_001..=MOST_FOR_HUGO => Self { cold: 2, hugo: 1, again: 3 },
            _ => Self { cold: 1, hugo: 0, again: 3 },
        }
    }
}

/// One place, in the middle of being measured.
struct Work<'t> {
    tools: &'t Tools,
    fleet: Fleet,
    /// Holds everything: the workspace, and the outputs.
    scratch: &'t Path,
    results: Results,
}

/// Measures all cases below a folder that is empty.
pub(crate) fn measure(tools: &Tools, scratch: &Path, results: Results) -> Result<Results, Failure> {
    let fleet = Fleet { tenants: results.tenants, seed: 1 };
    let mut work = Work { tools, fleet, scratch, results };
    let workspace = work.workspace();
    fleet.write(&workspace, &tools.themes).map_err(|error| Failure::new(error.to_string()))?;
    work.cold()?;
    work.again()?;
    Ok(work.results)
}

impl Work<'_> {
    fn rounds(&self) -> Rounds {
        Rounds::of(self.fleet.tenants, &self.results.place.file_system)
    }

    fn workspace(&self) -> PathBuf {
        self.scratch.join("workspace")
    }

    /// The output folder of our first cold build, which the later ones go on with.
    fn out(&self) -> PathBuf {
        self.scratch.join("out-0")
    }

    /// Cold builds, beside the program that only writes the same, and beside Hugo; and the leak check of one.
    fn cold(&mut self) -> Result<(), Failure> {
        let rounds = self.rounds();
        let mut content = None;
        let sources = Sources::read(&self.workspace(), self.fleet.tenants)?;
        for round in 0..rounds.cold {
            let run = self.build(&self.scratch.join(format!("out-{round}")))?;
            self.results.add(Case::Cold, run);
            let run = self.check()?;
            self.results.add(Case::Check, run);
            let content = match &mut content {
                Some(content) => content,
                none => none.insert(self.first_output()?),
            };
            self.settle();
            let time = content.write(&self.scratch.join(format!("plain-{round}")), self.tools.threads)?;
            self.results.add_time(Case::PlainWrite, time);
            self.results.add_time(Case::Leaks, sources.search(self.tools.threads)?);
            if round < rounds.hugo {
                self.six(round)?;
                self.hugo(round)?;
            }
        }
        Ok(())
    }

    /// What our first build wrote; it must be all of it.
    fn first_output(&mut self) -> Result<Content, Failure> {
        let content = Content::read(&self.out())?;
        let wrote = sums(content.files().map(|(path, bytes)| (path, bytes.len() as u64)));
        let pages = content.files().filter(|(path, _)| path.ends_with("index.html")).count();
        if pages < 5 * self.fleet.tenants {
            return Err(undone(&format!("our build made {pages} pages")));
        }
        self.results.wrote(Case::Cold, wrote);
        self.results.wrote(Case::PlainWrite, wrote);
        Ok(content)
    }

    /// Our build of what Hugo makes.
    fn six(&mut self, round: usize) -> Result<(), Failure> {
        self.settle();
        let out = self.scratch.join(format!("six-{round}"));
        let run = six::measure(&self.workspace(), &out)?;
        self.results.add(Case::Six, run);
        if round == 0 {
            let files = look(&out)?;
            let wrote = sums(files.iter().map(|(path, seen)| (path.as_path(), seen.bytes)));
            let asked = hugo::FILES * self.fleet.tenants;
            if wrote.0 != asked {
                return Err(undone(&format!("our limited build made {} files, and not {asked}", wrote.0)));
            }
            self.results.wrote(Case::Six, wrote);
        }
        Ok(())
    }

    fn hugo(&mut self, round: usize) -> Result<(), Failure> {
        let Some(hugo) = &self.tools.hugo else { return Ok(()) };
        let (site, out) = (self.scratch.join("hugo-site"), self.scratch.join(format!("hugo-{round}")));
        if round == 0 {
            hugo::write(self.fleet, [&self.workspace(), &self.out()], &site)?;
        }
        self.settle();
        let run = hugo.build(&site, &out)?;
        self.results.add(Case::Hugo, run);
        if round == 0 {
            let files = look(&out)?;
            let wrote = sums(files.iter().map(|(path, seen)| (path.as_path(), seen.bytes)));
            let asked = hugo::FILES * self.fleet.tenants;
            if wrote.0 != asked {
                return Err(undone(&format!("Hugo made {} files, and not {asked}", wrote.0)));
            }
            self.results.wrote(Case::Hugo, wrote);
            let id = Fleet::id(self.fleet.tenants / 2);
            for wanted in [format!("https://{id}.example.org/cookies/"), "agora_session".to_owned()] {
                holds(&out.join(&id).join("cookies/index.html"), &wanted)?;
            }
        }
        Ok(())
    }

    /// Builds with the output there: nothing changed, one cookie row changed, the shared charter changed.
    fn again(&mut self) -> Result<(), Failure> {
        let edits = Edits::read(&self.workspace(), self.fleet.tenants)?;
        let replaced = self.rehearsal(&edits)?;
        let plain = self.scratch.join("plain-0");
        for round in 1..=self.rounds().again {
            // What was edited a moment ago is read again until a build has seen that it rests.
            thread::sleep(SETTLED);
            self.build(&self.out())?;
            let run = self.build(&self.out())?;
            self.results.add(Case::Nothing, run);
            self.settle();
            let (files, time) = floors::walk(&self.workspace(), self.tools.threads)?;
            self.results.add_time(Case::PlainWalk, time);
            self.results.wrote(Case::PlainWalk, (files, 0, 0));
            let run = self.after(&edits.row(round)?)?;
            self.results.add(Case::Row, run);
            let run = self.after(&edits.charter(round)?)?;
            self.results.add(Case::Charter, run);
            self.settle();
            let time = floors::replace(&plain, &replaced, self.tools.threads)?;
            self.results.add_time(Case::PlainReplace, time);
        }
        Ok(())
    }

    /// Each case once, without a time: what each of them replaces. Gives the files of the last.
    fn rehearsal(&mut self, edits: &Edits) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
        self.rehearse(Case::Nothing, None)?;
        self.rehearse(Case::Row, Some(edits.row(0)?))?;
        let replaced = self.rehearse(Case::Charter, Some(edits.charter(0)?))?;
        let bytes = |path: PathBuf| {
            let bytes = fs::read(self.out().join(&path)).map_err(|error| named("read", &path, &error))?;
            Ok((path, bytes))
        };
        replaced.into_iter().map(bytes).collect()
    }

    fn rehearse(&mut self, case: Case, changed: Option<Changed>) -> Result<Vec<PathBuf>, Failure> {
        let before = look(&self.out())?;
        match &changed {
            Some(changed) => self.after(changed)?,
            None => self.build(&self.out())?,
        };
        let after = look(&self.out())?;
        let replaced = differing(&before, &after);
        let wrote = sums(replaced.iter().map(|path| (path.as_path(), after[path].bytes)));
        self.results.wrote(case, wrote);
        if case == Case::Charter {
            self.results.wrote(Case::PlainReplace, wrote);
        }
        Ok(replaced)
    }

    /// A build after an edit, which must be seen in the page that it concerns.
    fn after(&self, changed: &Changed) -> Result<Run, Failure> {
        let run = self.build(&self.out())?;
        holds(&self.out().join(&changed.page), &changed.text)?;
        Ok(run)
    }

    fn build(&self, out: &Path) -> Result<Run, Failure> {
        self.settle();
        let mut command = Command::new(&self.tools.program);
        command.args(["build", "--quiet", "--workspace"]).arg(self.workspace()).arg("--out").arg(out);
        process::run(&mut command)
    }

    /// A check of every tenant; it writes nothing.
    fn check(&self) -> Result<Run, Failure> {
        self.settle();
        let mut command = Command::new(&self.tools.program);
        process::run(command.args(["check", "--profile", "fr", "--quiet", "--workspace"]).arg(self.workspace()))
    }

    /// Waits until the disk holds what was written. Where that cannot be asked for, runs are less even, and no worse.
    fn settle(&self) {
        let _ = process::run(Command::new("sync").arg("-f").arg(self.scratch));
    }
}
