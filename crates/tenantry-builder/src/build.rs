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
use std::time::Duration;

use rayon::prelude::*;
use tenantry_core::diagnostic::{Diagnostic, Subject};
use tenantry_core::digest::Digest;
use tenantry_core::layer::{BaseUrl, name_columns};
use tenantry_core::name::{TenantId, ThemeName};
use tenantry_core::path::SourcePath;
use tenantry_core::site::published_at;
use tenantry_core::source::{Place, Source};
use tenantry_core::suggest::did_you_mean;

use crate::disk::{self, DiskError};
use crate::leaks::Leaks;
use crate::loaded::SharedFiles;
use crate::lock::{Lock, WhenLocked};
use crate::memory::Memory;
use crate::observe::{Event, Observer};
use crate::one_tenant::{OneTenant, Shared};
use crate::output::{Output, Refusal};
use crate::report::{Findings, Report, Status, TenantReport};
use crate::resolve::{Setting, combined_spec, wanted_theme};
use crate::scan::Folder;
use crate::selection::Selection;
use crate::state::{Record, Restorer};
use crate::themes::Themes;
use crate::view::View;
use crate::watchdog::Watchdog;
use crate::workspace::{self, Layer, NoWorkspace, TenantSeed, Workspace};

/// Stack of a worker; deep Markdown and templates are bounded, this is the reserve.
const STACK: usize = 16 << 20;
/// How long people are left to wonder what a run is busy with.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Tenants that may be pruned without `--force`, and the share that may.
const PRUNE_LIMIT: (usize, usize) = (16, 10);

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write.
    Build,
    /// Say what would be written.
    DryRun,
    /// Find everything that can be wrong; look at no output.
    Check,
}

/// Which files of a site are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// All of them.
    All,
    /// Pages and the sitemap: what other generators make of the same sources, to be measured beside them.
    PagesAndSitemap,
}

/// How to do it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The workspace's folder.
    pub workspace: PathBuf,
    /// The output folder.
    pub out: PathBuf,
    /// What to do.
    pub mode: Mode,
    /// Which tenants.
    pub selection: Selection,
    /// Which of their files.
    pub files: Files,
    /// The environment.
    pub environment: Option<String>,
    /// `KEY=VALUE` of the command line, as TOML, in order.
    pub overrides: Vec<String>,
    /// How many threads; 0 for one per core.
    pub jobs: usize,
    /// Render everything again.
    pub clean: bool,
    /// Read the output and compare it with its manifests.
    pub verify: bool,
    /// Tell for each file why it is made.
    pub explain_work: bool,
    /// Remove the output of tenants that are gone.
    pub prune: bool,
    /// Go beyond limits, and replace files that are not ours.
    pub force: bool,
    /// How long a page may take before it is told ([`Event::Slow`]); [`PATIENCE`], but in tests.
    pub patience: Duration,
    /// What to do if another process writes into the output folder.
    pub when_locked: WhenLocked,
    /// The digest of the program: another one may render other bytes from the same sources.
    pub program: Digest,
}

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
    thread::scope(|scope| {
        let watch = thread::Builder::new().name("watchdog".into());
        // A system that has no thread left for it still builds.
        let _ = watch.spawn_scoped(scope, || watchdog.watch(observer));
        let _end = watchdog.until_dropped();
        pool.install(|| Run::new(options, Watchers { observer, interrupt, watchdog: &watchdog })?.all())
    })
}

/// Who follows a run, and may interrupt it.
#[derive(Clone, Copy)]
struct Watchers<'r> {
    observer: &'r dyn Observer,
    interrupt: &'r AtomicBool,
    watchdog: &'r Watchdog,
}

struct Run<'r> {
    options: &'r Options,
    watchers: Watchers<'r>,
    workspace: Workspace,
    themes: Themes,
    /// The tenants to take through.
    chosen: Vec<TenantSeed>,
    /// The ids of all tenants, and the names of folders that cannot be read.
    known: BTreeSet<String>,
    overrides: Vec<Arc<Source>>,
    view: View<'r>,
    output: Option<Output>,
    /// What earlier builds knew.
    memory: Memory,
    /// What this one knows of tenants that are whole.
    learned: Mutex<BTreeMap<String, Option<Record>>>,
    restorer: Restorer<'r>,
    /// The static files of groups, each read once.
    files: SharedFiles,
    leaks: Leaks,
    findings: Mutex<Findings>,
}

impl<'r> Run<'r> {
    fn new(options: &'r Options, watchers: Watchers<'r>) -> Result<Run<'r>, Stop> {
        // What others write is waited for before anything is read.
        let lock =
            if Output::is_marked(&options.out).map_err(Stop::Disk)? { output_lock(options, watchers)? } else { None };
        let memory = Memory::of(options).map_err(Stop::Disk)?;
        let recall = |folder: &Folder, layer: &Layer| memory.recall(folder, layer);
        let mut workspace = workspace::read_recalling(&options.workspace, &recall)
            .map_err(|NoWorkspace { message }| Stop::NoWorkspace(message))?;
        let identities = workspace.tenants.iter().map(|seed| &seed.identity);
        if let Some((pattern, hint)) = options.selection.unknown(identities) {
            return Err(Stop::Unknown { message: format!("no tenant and no group fits `{pattern}`"), hint });
        }
        if options.prune && !options.selection.is_all() {
            let message = "--prune is about all tenants, and only some were chosen".to_owned();
            return Err(Stop::Unknown { message, hint: Some("leave out the tenants and --shard, or --prune".into()) });
        }
        known_environment(&workspace, options.environment.as_deref())?;
        let overrides: Vec<Arc<Source>> =
            options.overrides.iter().map(|text| Source::new(SourcePath::named("--set"), text.clone())).collect();
        let address = |seed: &TenantSeed| address_in_run(seed, options, &overrides);
        workspace::read_claimants(&mut workspace.tenants, &options.workspace, address);
        workspace::refuse_equal_addresses(&mut workspace.tenants, address);
        let mut leaks = Leaks::new(&workspace.tenants, &overrides, |seed| Some(address(seed)?.0));
        if options.mode == Mode::Check {
            leaks.look_for_names(&workspace.tenants);
        }
        let mut known: BTreeSet<String> = workspace.tenants.iter().map(|seed| seed.identity.id.to_string()).collect();
        known.extend(workspace.unread.iter().cloned());
        let mut chosen = std::mem::take(&mut workspace.tenants);
        chosen.retain(|seed| options.selection.includes(&seed.identity));
        let lock = if lock.is_some() { lock } else { output_lock(options, watchers)? };
        let output = lock.map(|lock| Output::open(&options.out, lock)).transpose().map_err(Stop::Disk)?;
        if output.is_some() && memory.is_outdated() {
            // Somebody else made the folder meanwhile, perhaps from other sources than were read here.
            drop(output);
            return Run::new(options, watchers);
        }
        let themes = themes_of(&mut chosen, options, &overrides);
        leaks.forget_shared_names(&workspace.layers, &themes);
        if !memory.knows_fleet(leaks.digest()) {
            leaks.read_mentioning(&mut chosen, &themes, &options.workspace);
        }
        Ok(Run {
            options,
            watchers,
            workspace,
            themes,
            chosen,
            known,
            overrides,
            view: View::of(&options.out).map_err(Stop::Disk)?,
            output,
            memory,
            learned: Mutex::default(),
            restorer: Restorer::new(&options.workspace),
            files: SharedFiles::default(),
            leaks,
            findings: Mutex::default(),
        })
    }

    fn all(mut self) -> Result<Report, Stop> {
        let chosen: Vec<TenantSeed> = std::mem::take(&mut self.chosen);
        let vanished = self.vanished()?;
        self.watchers.observer.event(Event::Started { tenants: chosen.len() });
        let mut findings = Findings::default();
        if let Some(remark) = self.memory.remark.take() {
            findings.add_shared(remark, 0);
        }
        self.shared_problems(&chosen, &mut findings);
        let tenants: Vec<TenantReport> = chosen.into_par_iter().map(|seed| self.tenant(seed)).collect();
        let pruned_files = self.prune(&vanished, &mut findings);
        findings.merge(self.findings.into_inner().unwrap_or_else(PoisonError::into_inner));
        let interrupted = self.watchers.interrupt.load(Ordering::Relaxed);
        let whole = self.options.selection.is_all() && !interrupted;
        if whole && tenants.iter().all(|tenant| tenant.status != Status::Failed) {
            for layer in &self.workspace.layers {
                layer.unused_values().into_iter().for_each(|warning| findings.add_shared(warning, 0));
            }
        }
        if self.output.is_some() {
            let learned = self.learned.into_inner().unwrap_or_else(PoisonError::into_inner);
            let fleet = self.leaks.digest();
            let all_looked_at = (self.options.selection.is_all() && !interrupted) || self.memory.knows_fleet(fleet);
            if let Err(error) = self.memory.keep(&self.known, all_looked_at.then_some(fleet), learned) {
                findings.add_shared(error.diagnostic(), 0);
            }
        }
        Ok(Report { tenants, findings: findings.finish(), vanished, pruned_files, interrupted })
    }

    /// What is wrong with layers and themes, with the number of chosen tenants that it touches.
    fn shared_problems(&self, chosen: &[TenantSeed], findings: &mut Findings) {
        let all = self.options.selection.is_all();
        for (problem, layer) in &self.workspace.shared_problems {
            let below = format!("{layer}/");
            let touched = chosen.iter().filter(|seed| seed.folder.path.as_str().starts_with(&below)).count();
            if all || touched > 0 {
                findings.add_shared(problem.clone(), touched);
            }
        }
        for (theme, problem) in &self.themes.problems {
            let wanting = |seed: &&TenantSeed| wanted_theme(seed, &self.overrides).as_ref() == Some(theme);
            findings.add_shared(problem.clone(), chosen.iter().filter(wanting).count());
        }
    }

    /// One tenant, from its folder to its files.
    fn tenant(&self, mut seed: TenantSeed) -> TenantReport {
        if let Some(report) = self.recalled(&seed) {
            self.watchers.observer.event(Event::Done { tenant: &report });
            return report;
        }
        seed.read(&self.options.workspace);
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
        let OneTenant { report, mut diagnostics, mut remarks, .. } = one;
        diagnostics.append(&mut remarks);
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        learned.insert(report.id.to_string(), record);
        drop(learned);
        name_columns(&seed.chain, &seed.identity.file, &mut diagnostics);
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.add(&seed.identity.id, diagnostics);
        drop(findings);
        self.watchers.observer.event(Event::Done { tenant: &report });
        report
    }

    /// What is told of a tenant that is as it was. `None` if it is to be read.
    fn recalled(&self, seed: &TenantSeed) -> Option<TenantReport> {
        let record = seed.recalled.as_deref().filter(|_| seed.problems.is_empty())?;
        let found: Option<Vec<Diagnostic>> =
            record.findings.iter().map(|finding| self.restorer.restore(finding)).collect();
        let found = found?;
        seed.parent.note_values(&record.values.iter().cloned().collect());
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.add(&seed.identity.id, found);
        drop(findings);
        Some(TenantReport::idle(&seed.identity, record.told.clone(), Status::Unchanged))
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
            view: &self.view,
            output: self.output.as_ref(),
            program: self.options.program,
            verify: self.options.verify || self.memory.verify,
            files: &self.files,
            watchdog: self.watchers.watchdog,
            leaks: &self.leaks,
        }
    }

    /// Tenants that have output and no folder any more; nobody knows who they are while something of `sites/` cannot be
    /// read. With `--prune` they are removed, if they are not too many: that is decided before anything is written.
    fn vanished(&self) -> Result<Vec<String>, Stop> {
        if self.options.mode == Mode::Check || !self.options.selection.is_all() {
            return Ok(Vec::new());
        }
        let there = self.view.tenants().map_err(Stop::Disk)?;
        let vanished: Vec<String> = there.iter().filter(|id| !self.known.contains(*id)).cloned().collect();
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
        let most = PRUNE_LIMIT.0.max(there.len() / PRUNE_LIMIT.1);
        if vanished.len() > most || vanished.len() == there.len() {
            let (gone, all) = (vanished.len(), there.len());
            let message = format!(
                "{gone} of {all} tenants are gone, and {most} may go at once: nothing is removed without --force"
            );
            return Err(Stop::Refused(Refusal::Unsafe(message)));
        }
        Ok(vanished)
    }

    /// One of the folders and rosters that cannot be read, and why.
    fn unread(&self) -> Option<String> {
        let first = self.workspace.unread.first()?;
        let problem = self.workspace.shared_problems.iter().map(|(problem, _)| problem).find(|found| found.is_error());
        Some(match problem.map(|problem| (&problem.subject, &problem.message)) {
            Some((Subject::File(file), message)) => format!("`{file}`: {message}"),
            Some((Subject::Place(place), message)) => format!("`{}`: {message}", place.source.path()),
            Some((Subject::Run, _)) | None => format!("`{first}` cannot be read"),
        })
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

/// The address of a tenant in this run, which an environment or the command line may change.
fn address_in_run(seed: &TenantSeed, options: &Options, overrides: &[Arc<Source>]) -> Option<(BaseUrl, Option<Place>)> {
    if seed.recalled.is_some() || (options.environment.is_none() && overrides.is_empty()) {
        return seed.written_address();
    }
    let setting = Setting {
        root: &options.workspace,
        environment: options.environment.as_deref(),
        overrides,
        themes: &Themes::default(),
    };
    let (spec, chain) = combined_spec(seed, &setting, &mut Vec::new())?;
    let url = published_at(&seed.identity, &spec)?;
    let place = chain.place(url.origin);
    Some((url.value, place))
}

/// Loads the themes that tenants ask for. A tenant that is remembered and whose theme is another one by now is read.
fn themes_of(chosen: &mut [TenantSeed], options: &Options, overrides: &[Arc<Source>]) -> Themes {
    let wanted = |chosen: &[TenantSeed]| chosen.iter().filter_map(|seed| wanted_theme(seed, overrides)).collect();
    let mut themes = Themes::load(&options.workspace, &wanted(chosen));
    let is_as_it_was = |record: &Record| {
        let theme = ThemeName::new(&record.theme.0).ok();
        let theme = theme.and_then(|name| themes.get(&name).flatten());
        theme.is_some_and(|theme| *theme.digest.as_bytes() == record.theme.1)
    };
    chosen.par_iter_mut().for_each(|seed| {
        if seed.recalled.as_deref().is_some_and(|record| !is_as_it_was(record)) {
            seed.read(&options.workspace);
        }
    });
    themes.load_more(&options.workspace, &wanted(chosen));
    themes
}

fn known_environment(workspace: &Workspace, wanted: Option<&str>) -> Result<(), Stop> {
    let Some(wanted) = wanted else { return Ok(()) };
    if workspace.environments.iter().any(|name| name == wanted) {
        return Ok(());
    }
    let hint = did_you_mean(wanted, workspace.environments.iter().map(String::as_str))
        .or_else(|| Some(format!("describe it in a `group.toml`: [env.{wanted}]")));
    Err(Stop::Unknown { message: format!("no layer describes the environment `{wanted}`"), hint })
}

/// The digest of this executable.
pub fn program_digest() -> Digest {
    let bytes = std::env::current_exe().ok().and_then(|path| disk::read(&path, u64::MAX - 1).ok());
    bytes.map_or_else(|| Digest::of(env!("CARGO_PKG_VERSION").as_bytes()), |bytes| Digest::of(&bytes))
}

/// Does a tenant's work. A panic becomes a finding: it is a fault of ours, and costs one tenant.
fn guarded<T>(folder: &SourcePath, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
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
