//! A run: every tenant through read, resolve, plan, compare, render and write, in parallel.
//!
//! Tenants are strangers: what goes wrong with one ends in its own report, also a panic. A tenant is written only when
//! all of it is rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use indexmap::IndexSet;
use rayon::prelude::*;
use tenantry_core::diagnostic::{Diagnostic, Subject};
use tenantry_core::layer::name_columns;
use tenantry_core::name::{TenantId, ThemeName};
use tenantry_core::path::SourcePath;
use tenantry_core::source::Source;
use tenantry_core::suggest::did_you_mean;

use crate::disk::DiskError;
use crate::leaks::Leaks;
use crate::loaded::SharedFiles;
use crate::lock::Lock;
use crate::memory::{Memory, Past};
use crate::observe::{Event, Observer};
use crate::one_tenant::{OneTenant, Shared};
use crate::output::{Output, Refusal};
use crate::report::{Findings, Report, Status, TenantReport};
use crate::resolve::{Setting, command_line, published_address, wanted_theme};
use crate::state::{Record, Remembered, Told};
use crate::themes::Themes;
use crate::view::View;
use crate::watchdog::Watchdog;
use crate::workspace::{self, Gathered, NoWorkspace, Recalled, TenantSeed, Workspace, group_of};

pub use crate::options::{Files, Mode, Options, Order, Program};

/// Stack of a worker; deep Markdown and templates are bounded, this is the reserve.
pub(crate) const STACK: usize = 16 << 20;
/// Tenants that may be pruned without `--force`, and the share that may.
const PRUNE_LIMIT: (usize, usize) = (16, 10);

/// Why a run could not go on.
#[derive(Debug)]
pub enum Stop {
    /// There is no workspace. Exit 2.
    NoWorkspace(String),
    /// Something that was asked for does not exist. Exit 2.
    Unknown {
        /// What.
        message: String,
        /// What was perhaps meant.
        hint: Option<String>,
    },
    /// The output folder may not be written.
    Refused(Refusal),
    /// Sources may not be written where that was asked for. Exit 3.
    Unsafe {
        /// What is in the way.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// The disk failed outside of any tenant. Exit 2.
    Disk(DiskError),
    /// It was interrupted before it began. Exit 130.
    Interrupted,
}

/// Runs.
pub fn run(options: &Options, observer: &dyn Observer, interrupt: &AtomicBool) -> Result<Report, Stop> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.jobs).stack_size(STACK).build();
    let pool = pool.map_err(|error| Stop::Unknown {
        message: format!("cannot start {} threads: {error}", options.jobs),
        hint: None,
    })?;
    let watchdog = Watchdog::new(pool.current_num_threads(), options.patience);
    let watchers = Watchers { observer, interrupt, watchdog: &watchdog };
    thread::scope(|scope| {
        let watch = thread::Builder::new().name("watchdog".into());
        // A system that has no thread left for it still builds.
        let _ = watch.spawn_scoped(scope, || watchdog.watch(observer));
        let _end = watchdog.until_dropped();
        pool.install(|| watched(options, watchers))
    })
}

fn watched(options: &Options, watchers: Watchers<'_>) -> Result<Report, Stop> {
    let mut lock = None;
    loop {
        if lock.is_none() && Output::is_marked(&options.out).map_err(Stop::Disk)? {
            // What others write is waited for before anything is read.
            lock = output_lock(options, watchers)?;
        }
        let past = Past::read(options);
        let (read, surroundings) = past.look_around(options).map_err(Stop::Disk)?;
        let memory = Memory::of(options, &read, surroundings);
        match Run::begin((options, watchers), memory, lock.take())? {
            Start::Ready(run) => return run.all(),
            Start::Outdated(locked) => lock = Some(locked),
        }
    }
}

/// Who follows a run, and may interrupt it.
#[derive(Clone, Copy)]
struct Watchers<'r> {
    observer: &'r dyn Observer,
    interrupt: &'r AtomicBool,
    watchdog: &'r Watchdog,
}

/// Whether a run can go on.
enum Start<'r> {
    /// It can.
    Ready(Box<Run<'r>>),
    /// Somebody else made the output folder meanwhile: what lies there is to be looked at again, under our lock.
    Outdated(Lock),
}

struct Run<'r> {
    options: &'r Options,
    watchers: Watchers<'r>,
    /// The workspace, with the tenants to take through.
    gathered: Gathered<'r>,
    themes: Themes,
    gone: Gone<'r>,
    overrides: Vec<Arc<Source>>,
    output: Option<Output>,
    /// What earlier builds knew.
    memory: Memory<'r>,
    /// What this one knows of tenants that are whole.
    learned: Mutex<BTreeMap<String, Option<Record>>>,
    /// The static files of groups, each read once.
    files: SharedFiles,
    leaks: Leaks,
    findings: Mutex<Findings>,
}

/// Who is no tenant any more.
#[derive(Debug, Default)]
struct Gone<'r> {
    /// Those that have output.
    vanished: Vec<String>,
    /// Those that are remembered.
    remembered: BTreeSet<&'r str>,
}

impl<'r> Run<'r> {
    /// Looks at the sources, and reads what is not known.
    fn begin(
        (options, watchers): (&'r Options, Watchers<'r>),
        mut memory: Memory<'r>,
        lock: Option<Lock>,
    ) -> Result<Start<'r>, Stop> {
        let mut themes = Themes::default();
        memory.compare_themes(&mut themes);
        let no_workspace = |NoWorkspace { message }| Stop::NoWorkspace(message);
        let sites = workspace::look(&options.workspace, Some(&memory)).map_err(no_workspace)?;
        memory.looked();
        let mut gathered = workspace::gather(&options.workspace, sites, Some(&memory));
        refuse_unknown(&gathered, &memory, options)?;
        let overrides = command_line(&options.overrides);
        let no_themes = Themes::default();
        let setting = Setting {
            root: &options.workspace,
            environment: options.environment.as_deref(),
            overrides: &overrides,
            themes: &no_themes,
        };
        let address = |seed: &TenantSeed| published_address(seed, &setting);
        gathered.refuse_equal_addresses(address);
        let lock = if lock.is_some() { lock } else { output_lock(options, watchers)? };
        let output = match lock {
            Some(lock) if memory.is_outdated() => return Ok(Start::Outdated(lock)),
            lock => lock.map(|lock| Output::open(&options.out, lock)).transpose().map_err(Stop::Disk)?,
        };
        let gone = Gone::of(&gathered, &memory);
        let mut leaks = Leaks::new(&gathered, &memory, &overrides, |seed| Some(address(seed)?.0));
        if options.mode.checks() {
            leaks.look_for_names(&gathered.workspace.tenants);
        }
        gathered.choose(&options.selection);
        let load_wanted = |gathered: &Gathered<'_>, themes: &mut Themes| {
            let wanted = gathered.workspace.tenants.iter().filter_map(|seed| wanted_theme(seed, &overrides));
            themes.load_more(&options.workspace, &wanted.collect());
        };
        load_wanted(&gathered, &mut themes);
        leaks.forget_shared_names(&gathered.workspace.layers, &themes);
        if !memory.knows_fleet(leaks.fleet()) {
            memory.load_themes(&mut themes);
            leaks.read_mentioning(&mut gathered, &memory, &themes);
            load_wanted(&gathered, &mut themes);
        }
        Ok(Start::Ready(Box::new(Run {
            options,
            watchers,
            gathered,
            themes,
            gone,
            overrides,
            output,
            memory,
            learned: Mutex::default(),
            files: SharedFiles::default(),
            leaks,
            findings: Mutex::default(),
        })))
    }

    fn all(mut self) -> Result<Report, Stop> {
        let seeds = std::mem::take(&mut self.gathered.workspace.tenants);
        let vanished = self.vanished()?;
        let recalled = self.gathered.remembered().count();
        self.watchers.observer.event(Event::Started { tenants: seeds.len() + recalled });
        let mut findings = Findings::default();
        if let Some(remark) = self.memory.remark.take() {
            findings.add_shared(remark, 0);
        }
        self.shared_problems(&seeds, &mut findings);
        let mut tenants = self.recalled();
        self.watchers.observer.event(Event::Recalled { tenants: recalled });
        tenants.par_extend(seeds.into_par_iter().map(|seed| self.tenant(seed)));
        tenants.sort_by(|a, b| a.id.cmp(&b.id));
        let pruned_files = self.prune(&vanished, &mut findings);
        findings.merge(self.findings.into_inner().unwrap_or_else(PoisonError::into_inner));
        let interrupted = self.watchers.interrupt.load(Ordering::Relaxed);
        let whole = self.options.selection.is_all() && !interrupted;
        if whole && tenants.iter().all(|tenant| tenant.status != Status::Failed) {
            for layer in &self.gathered.workspace.layers {
                layer.unused_values().into_iter().for_each(|warning| findings.add_shared(warning, 0));
            }
        }
        if self.output.is_some() {
            let learned = self.learned.into_inner().unwrap_or_else(PoisonError::into_inner);
            let fleet = self.leaks.fleet();
            let all_looked_at = whole || self.memory.knows_fleet(fleet);
            let known = (all_looked_at.then_some(fleet), &self.themes);
            if let Err(error) = self.memory.keep((&learned, &self.gone.remembered), known) {
                findings.add_shared(error.diagnostic(), 0);
            }
        }
        let profiles = findings.profiles();
        let exports = findings.exports();
        let (findings, allowed) = findings.finish();
        Ok(Report { tenants, findings, allowed, profiles, exports, vanished, pruned_files, interrupted })
    }

    /// What is wrong with layers and themes, with the number of chosen tenants that it touches.
    fn shared_problems(&self, seeds: &[TenantSeed], findings: &mut Findings) {
        let all = self.options.selection.is_all();
        for (problem, layer) in &self.gathered.workspace.shared_problems {
            let is_below = |folder: &SourcePath| {
                folder.as_str().strip_prefix(layer.as_str()).is_some_and(|rest| rest.starts_with('/'))
            };
            let read = seeds.iter().filter(|seed| is_below(&seed.folder.path)).count();
            let recalled = self.gathered.recalled.iter();
            let recalled = recalled.filter(|recalled| recalled.folder == *layer || is_below(&recalled.folder));
            let touched = read + recalled.map(|recalled| recalled.tenants.len()).sum::<usize>();
            if all || touched > 0 {
                findings.add_shared(problem.clone(), touched);
            }
        }
        let mut of_themes: Vec<&(ThemeName, Diagnostic)> = self.themes.problems.iter().collect();
        of_themes.sort_by(|a, b| a.0.cmp(&b.0));
        for (theme, problem) in of_themes {
            let read = seeds.iter().filter(|seed| wanted_theme(seed, &self.overrides).as_ref() == Some(theme)).count();
            let themes = self.gathered.remembered().filter_map(|tenant| self.memory.common(tenant));
            let touched = read + themes.filter(|common| common.theme.0 == theme.as_str()).count();
            // Some themes were loaded to find out that those who had them want another one by now.
            if touched > 0 {
                findings.add_shared(problem.clone(), touched);
            }
        }
    }

    /// What is told of the tenants that are as they were.
    fn recalled(&self) -> Vec<TenantReport> {
        let languages = self.memory.languages();
        let report = |(group, tenant): &(Arc<str>, &Remembered<'r>)| {
            let languages = languages.get(tenant.common as usize).map(Arc::clone).unwrap_or_default();
            let id = TenantId::new(tenant.id).unwrap_or_else(|_| TenantId::stand_in(tenant.id));
            if !tenant.findings.is_empty() {
                let found = tenant.findings.iter().filter_map(|index| self.memory.finding(*index).cloned());
                let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
                findings.add(&id, found.collect());
            }
            TenantReport::idle((id, Arc::clone(group)), Told::of(tenant, languages), Status::Unchanged)
        };
        for recalled in &self.gathered.recalled {
            let common: BTreeSet<u32> = recalled.tenants.iter().map(|tenant| tenant.common).collect();
            for values in common.iter().filter_map(|index| self.memory.values(*index)) {
                recalled.layer.note_values(&values);
            }
        }
        let of_group = |recalled: &'_ Recalled<'r>| {
            let group: Arc<str> = group_of(recalled.folder.as_str()).into();
            recalled.tenants.iter().map(|tenant| (Arc::clone(&group), *tenant)).collect::<Vec<_>>()
        };
        let all: Vec<(Arc<str>, &Remembered<'r>)> = self.gathered.recalled.iter().flat_map(of_group).collect();
        all.par_iter().map(report).collect()
    }

    /// One tenant, from its folder to its files.
    fn tenant(&self, seed: TenantSeed) -> TenantReport {
        let seed = seed.take_up(&self.options.workspace);
        let mut one = OneTenant::new(&seed, self.shared());
        if self.watchers.interrupt.load(Ordering::Relaxed) {
            return one.report;
        }
        let done = guarded(&seed.folder.path, || one.run());
        one.report.status = match done {
            Ok(status) => status.unwrap_or(Status::Failed),
            Err(problem) => {
                one.diagnostics.push(problem);
                Status::Failed
            }
        };
        one.keep_first();
        let record = one.record(&self.memory);
        let OneTenant { report, mut diagnostics, mut remarks, verdict, export, .. } = one;
        diagnostics.append(&mut remarks);
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        learned.insert(report.id.to_string(), record);
        drop(learned);
        name_columns(&seed.chain, &seed.identity.file, &mut diagnostics);
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.add(&seed.identity.id, diagnostics);
        findings.allow(&seed.identity.id, verdict.allowed);
        findings.judged_by(verdict.profiles);
        findings.export(&seed.identity.id, export);
        drop(findings);
        self.watchers.observer.event(Event::Done { tenant: &report });
        report
    }

    fn shared(&self) -> Shared<'_> {
        let setting = Setting {
            root: &self.options.workspace,
            environment: self.options.environment.as_deref(),
            overrides: &self.overrides,
            themes: &self.themes,
        };
        Shared {
            options: self.options,
            setting,
            view: View::of(&self.options.out, self.memory.inventory()),
            output: self.output.as_ref(),
            program: self.memory.program,
            verify: self.options.verify || self.memory.verify,
            files: &self.files,
            watchdog: self.watchers.watchdog,
            leaks: &self.leaks,
        }
    }

    /// Tenants that have output and no folder any more; nobody knows who they are while something of `sites/` cannot be
    /// read. With `--prune` they are removed, if they are not too many: that is decided before anything is written.
    fn vanished(&self) -> Result<Vec<String>, Stop> {
        if self.options.mode.checks() || !self.options.selection.is_all() {
            return Ok(Vec::new());
        }
        let vanished = self.gone.vanished.clone();
        let (prune, force) = (self.options.prune, self.options.force);
        if vanished.is_empty() || (prune && force) {
            return Ok(vanished);
        }
        match (self.unread(), prune) {
            (Some(unread), true) => {
                let message = format!(
                    "{unread}; while a folder or a roster of `sites/` cannot be read, nothing is removed without --force"
                );
                return Err(Stop::Refused(Refusal::Unsafe(message)));
            }
            (Some(_), false) => return Ok(Vec::new()),
            (None, true) => {}
            (None, false) => return Ok(vanished),
        }
        let (gone, all) = (vanished.len(), self.memory.inventory().tenants().len());
        let most = PRUNE_LIMIT.0.max(all / PRUNE_LIMIT.1);
        if gone > most || gone == all {
            let message = format!(
                "{gone} of {all} tenants are gone, and {most} may go at once: nothing is removed without --force"
            );
            return Err(Stop::Refused(Refusal::Unsafe(message)));
        }
        Ok(vanished)
    }

    /// One of the folders and rosters that cannot be read, and why.
    fn unread(&self) -> Option<String> {
        let workspace = &self.gathered.workspace;
        let first = workspace.unread.first()?;
        Some(first_problem(workspace).unwrap_or_else(|| format!("`{first}` cannot be read")))
    }

    /// Removes the output of vanished tenants, if that was asked for. Gives the number of files.
    fn prune(&self, vanished: &[String], findings: &mut Findings) -> usize {
        let wanted = self.options.prune && !self.watchers.interrupt.load(Ordering::Relaxed);
        let Some(output) = self.output.as_ref().filter(|_| wanted) else { return 0 };
        let mut files = 0;
        for id in vanished.iter().filter_map(|id| TenantId::new(id).ok()) {
            match output.prune(&id) {
                Ok(removed) => files += removed,
                Err(error) => findings.add_shared(error.diagnostic(), 0),
            }
        }
        files
    }
}

/// Prepares the output folder and takes its lock; none where nothing is to be written.
fn output_lock(options: &Options, Watchers { observer, interrupt, .. }: Watchers<'_>) -> Result<Option<Lock>, Stop> {
    if options.mode != Mode::Build {
        return Ok(None);
    }
    Output::prepare(&options.out, &options.workspace).map_err(Stop::Refused)?;
    Lock::take(&options.out, options.when_locked, (observer, interrupt)).map(Some)
}

/// Refuses what is asked for and does not exist.
fn refuse_unknown<'m>(gathered: &Gathered<'m>, memory: &Memory<'m>, options: &Options) -> Result<(), Stop> {
    if let Some((pattern, hint)) = options.selection.unknown(gathered.named()) {
        return Err(Stop::Unknown { message: format!("no tenant and no group fits `{pattern}`"), hint });
    }
    if options.prune && !options.selection.is_all() {
        let message = "--prune is about all tenants, and only some were chosen".to_owned();
        return Err(Stop::Unknown { message, hint: Some("leave out the tenants and --shard, or --prune".into()) });
    }
    let Some(wanted) = options.environment.as_deref() else { return Ok(()) };
    let recalled = gathered.remembered().filter_map(|tenant| memory.common(tenant));
    let recalled = recalled.flat_map(|common| &common.environments).copied();
    let known: BTreeSet<&str> = gathered.workspace.environments.iter().map(String::as_str).chain(recalled).collect();
    if known.contains(wanted) {
        return Ok(());
    }
    let described = || Some(format!("describe it in a `group.toml`: [env.{wanted}]"));
    // What cannot be read may describe it.
    let hint = first_problem(&gathered.workspace).or_else(|| did_you_mean(wanted, known)).or_else(described);
    Err(Stop::Unknown { message: format!("no layer describes the environment `{wanted}`"), hint })
}

/// The first error of the layers that tenants share, with its file.
fn first_problem(workspace: &Workspace) -> Option<String> {
    let mut problems = workspace.shared_problems.iter().map(|(problem, _)| problem);
    let problem = problems.find(|found| found.is_error())?;
    Some(match &problem.subject {
        Subject::File(file) => format!("`{file}`: {}", problem.message),
        Subject::Place(place) => format!("`{}`: {}", place.source.path(), problem.message),
        Subject::Run => problem.message.to_string(),
    })
}

impl<'r> Gone<'r> {
    /// Finds out who is gone, before some of the tenants are chosen.
    fn of(gathered: &Gathered<'r>, memory: &Memory<'r>) -> Gone<'r> {
        let inventory = memory.inventory();
        let recalled = gathered.remembered().count();
        // Whoever is recalled has output, and ids are unique.
        if recalled == memory.tenants() && inventory.holds_just(recalled) {
            return Gone::default();
        }
        let unread = gathered.workspace.unread.iter().map(String::as_str);
        let known: IndexSet<&str> = gathered.named().map(|tenant| tenant.id).chain(unread).collect();
        let vanished = inventory.tenants().into_iter().filter(|id| !known.contains(id));
        Gone {
            vanished: vanished.map(str::to_owned).collect(),
            remembered: memory.remembered(|id| !known.contains(id)),
        }
    }
}

/// Does a tenant's work. A panic becomes a finding: it is a fault of ours, and costs one tenant.
pub(crate) fn guarded<T>(folder: &SourcePath, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".into());
        Diagnostic::error("internal", format!("the program failed on this tenant: {text}"))
            .about(folder.as_str())
            .hint("this is a fault of the program: please report it")
    })
}

/// The folder of a workspace that `from` lies in.
pub fn find_workspace(from: &Path) -> Result<PathBuf, Stop> {
    workspace::find(from).map_err(|NoWorkspace { message }| Stop::NoWorkspace(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No filter of ours can be made to panic from outside, so the guard itself is tried.
    #[test]
    fn fault_089_a_panic_is_a_finding_of_its_tenant() {
        let folder = SourcePath::named("sites/a");
        let problem = guarded(&folder, || panic!("a filter\nfell over")).err();
        let message = problem.map(|problem| problem.message);
        assert_eq!(message.as_deref(), Some("the program failed on this tenant: a filter\\nfell over"));
        assert_eq!(guarded(&folder, || 1).ok(), Some(1));
    }
}
