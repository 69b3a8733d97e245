//! A run: every tenant through read, resolve, plan, compare, render and write, in parallel.
//!
//! Tenants are strangers: what goes wrong with one ends in its own report, also a panic. A tenant is written only when
//! all of it is rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::manifest::{Artifact, MANIFEST_FORMAT, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::{OutputPath, SourcePath};
use tenantry_core::site::Site;
use tenantry_core::source::Source;
use tenantry_core::suggest::did_you_mean;

use crate::compare::{Comparison, Known, Reason, Trustfulness, Verdict, compare};
use crate::disk::DiskError;
use crate::output::{Change, NewFile, Output, Refusal, View};
use crate::plan::{Job, Task, plan};
use crate::report::{Findings, Report, Status, TenantReport};
use crate::resolve::{Resolved, Setting, resolve, wanted_theme};
use crate::selection::Selection;
use crate::themes::Themes;
use crate::workspace::{self, NoWorkspace, TenantSeed, Workspace};

/// Stack of a worker; deep Markdown and templates are bounded, this is the reserve.
const STACK: usize = 16 << 20;
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
    /// The disk failed outside of any tenant. Exit 2.
    Disk(DiskError),
}

/// What happens during a run, for a display of progress.
#[derive(Debug, Clone, Copy)]
pub enum Event<'e> {
    /// The tenants are known.
    Started {
        /// How many.
        tenants: usize,
    },
    /// One is done.
    Done {
        /// What became of it.
        tenant: &'e TenantReport,
    },
}

/// Something that is told of the events of a run, from any thread.
pub trait Observer: Sync {
    /// Takes an event.
    fn event(&self, event: Event<'_>);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn event(&self, _event: Event<'_>) {}
}

/// Runs.
pub fn run(options: &Options, observer: &dyn Observer, interrupt: &AtomicBool) -> Result<Report, Stop> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.jobs).stack_size(STACK).build();
    let pool = pool.map_err(|error| Stop::Unknown { message: format!("cannot start {} threads: {error}", options.jobs), hint: None })?;
    pool.install(|| Run::new(options, observer, interrupt)?.all())
}

struct Run<'r> {
    options: &'r Options,
    observer: &'r dyn Observer,
    interrupt: &'r AtomicBool,
    workspace: Workspace,
    themes: Themes,
    overrides: Vec<Arc<Source>>,
    output: Option<Output>,
    program: Digest,
    findings: Mutex<Findings>,
}

impl<'r> Run<'r> {
    fn new(options: &'r Options, observer: &'r dyn Observer, interrupt: &'r AtomicBool) -> Result<Run<'r>, Stop> {
        let workspace = workspace::read(&options.workspace).map_err(|NoWorkspace { message }| Stop::NoWorkspace(message))?;
        let identities = workspace.tenants.iter().map(|seed| &seed.identity);
        if let Some((pattern, hint)) = options.selection.unknown(identities) {
            return Err(Stop::Unknown { message: format!("no tenant and no group fits `{pattern}`"), hint });
        }
        known_environment(&workspace, options.environment.as_deref())?;
        let overrides: Vec<Arc<Source>> =
            options.overrides.iter().map(|text| Source::new(SourcePath::named("--set"), text.clone())).collect();
        let wanted: BTreeSet<_> = workspace.tenants.iter().filter_map(wanted_theme).chain(overridden_theme(&overrides)).collect();
        let themes = Themes::load(&options.workspace, &wanted);
        let output = match options.mode {
            Mode::Build => {
                let holder = format!("process {}", std::process::id());
                Some(Output::open(&options.out, &options.workspace, &holder).map_err(Stop::Refused)?)
            }
            Mode::DryRun | Mode::Check => None,
        };
        let program = program_digest();
        Ok(Run { options, observer, interrupt, workspace, themes, overrides, output, program, findings: Mutex::default() })
    }

    fn all(mut self) -> Result<Report, Stop> {
        let seeds: Vec<TenantSeed> = std::mem::take(&mut self.workspace.tenants);
        let known: BTreeSet<String> = seeds.iter().map(|seed| seed.identity.id.to_string()).collect();
        let chosen: Vec<TenantSeed> = seeds.into_iter().filter(|seed| self.options.selection.includes(&seed.identity)).collect();
        self.observer.event(Event::Started { tenants: chosen.len() });
        let count = chosen.len();
        let tenants: Vec<TenantReport> = chosen.into_par_iter().map(|seed| self.tenant(seed)).collect();
        let (vanished, pruned_files) = self.vanished(&known)?;
        let mut findings = self.findings.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (problem, touched) in self.workspace.shared_problems {
            findings.add_shared(problem, touched.min(count.max(1)));
        }
        for problem in self.themes.problems {
            findings.add_shared(problem, count);
        }
        let interrupted = self.interrupt.load(Ordering::Relaxed);
        Ok(Report { tenants, findings: findings.finish(), vanished, pruned_files, interrupted })
    }

    /// One tenant, from its folder to its files.
    fn tenant(&self, seed: TenantSeed) -> TenantReport {
        let mut report = TenantReport::new(&seed);
        if self.interrupt.load(Ordering::Relaxed) {
            return report;
        }
        let mut diagnostics = Vec::new();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.tenant_or_failure(&seed, &mut report, &mut diagnostics)));
        let done = outcome.unwrap_or_else(|panic| {
            diagnostics.push(panicked(&seed, panic.as_ref()));
            None
        });
        report.status = done.unwrap_or(Status::Failed);
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.add(&seed.identity.id, diagnostics);
        drop(findings);
        self.observer.event(Event::Done { tenant: &report });
        report
    }

    fn tenant_or_failure(&self, seed: &TenantSeed, report: &mut TenantReport, diagnostics: &mut Vec<Diagnostic>) -> Option<Status> {
        let setting = Setting {
            root: &self.options.workspace,
            environment: self.options.environment.as_deref(),
            overrides: &self.overrides,
            themes: &self.themes,
        };
        let resolved = resolve(seed, &setting, diagnostics)?;
        report.pages = resolved.pages.len();
        let site = Site::new(resolved.parts(), diagnostics)?;
        let jobs = plan(&resolved, &site, (&self.options.workspace, self.program), diagnostics)?;
        report.files = jobs.len();
        match self.options.mode {
            Mode::Check => {
                jobs.iter().try_for_each(|job| render(&resolved, job).map(drop)).map_err(|problem| diagnostics.push(problem)).ok()?;
                Some(Status::Checked)
            }
            Mode::DryRun | Mode::Build => self.compare_and_write((&resolved, &jobs), report, diagnostics),
        }
    }

    fn compare_and_write(
        &self,
        (resolved, jobs): (&Resolved, &[Job<'_>]),
        report: &mut TenantReport,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Status> {
        let id = &resolved.tenant.identity.id;
        let view = View { root: &self.options.out };
        let known = view.known(id);
        let how = if self.options.clean { Trustfulness::RenderAll } else { Trustfulness::Believe };
        let listed = |path: &OutputPath| match &known {
            Known::Listed(manifest) => manifest.artifacts.get(path),
            _ => None,
        };
        let differs = |path: &OutputPath| self.options.verify && listed(path).is_none_or(|artifact| view.differs(id, path, artifact.digest));
        let comparison = compare(jobs, &known, how, differs);
        note_work(report, jobs, (&comparison, self.options.explain_work));
        if self.options.mode == Mode::DryRun {
            let idle = report.reasons.is_empty() && comparison.removals.is_empty();
            return Some(if idle { Status::Unchanged } else { Status::Planned });
        }
        let change = self.change((resolved, jobs), (&known, comparison), report, diagnostics)?;
        let idle = change.files.is_empty() && change.removals.is_empty();
        if idle && matches!(&known, Known::Listed(manifest) if **manifest == change.manifest) {
            return Some(Status::Unchanged);
        }
        let output = self.output.as_ref()?;
        output.apply(id, &change).map_err(|error| diagnostics.push(error.diagnostic())).ok()?;
        Some(if idle { Status::Unchanged } else { Status::Built })
    }

    /// Renders what is to be made, and keeps what turns out different from what is there.
    fn change(
        &self,
        (resolved, jobs): (&Resolved, &[Job<'_>]),
        (known, comparison): (&Known, Comparison),
        report: &mut TenantReport,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Change> {
        let id = &resolved.tenant.identity.id;
        let view = View { root: &self.options.out };
        let mut manifest = empty_manifest(resolved);
        let mut files = Vec::new();
        for (job, verdict) in jobs.iter().zip(&comparison.verdicts) {
            let old = match known {
                Known::Listed(manifest) => manifest.artifacts.get(&job.path),
                _ => None,
            };
            if let (Verdict::Keep, Some(old)) = (verdict, old) {
                manifest.artifacts.insert(job.path.clone(), old.clone());
                continue;
            }
            let bytes = render(resolved, job).map_err(|problem| diagnostics.push(problem)).ok()?;
            let artifact = artifact(job, &bytes);
            let same = match (known, old, verdict) {
                (Known::Listed(_), _, Verdict::Run(Reason::OutputDiffers)) | (Known::Nothing, ..) => false,
                (Known::Listed(_), Some(old), _) => old.digest == artifact.digest,
                (Known::Listed(_), None, _) => {
                    self.refuse_foreign(id, (&view, job), &artifact, diagnostics)?;
                    !view.differs(id, &job.path, artifact.digest)
                }
                (Known::Unlisted | Known::Unfinished(..), ..) => !view.differs(id, &job.path, artifact.digest),
            };
            manifest.artifacts.insert(job.path.clone(), artifact);
            if same {
                report.same += 1;
            } else {
                report.written += 1;
                report.bytes += bytes.len() as u64;
                files.push(NewFile { path: job.path.clone(), bytes, cache: job.cache });
            }
        }
        report.removed = comparison.removals.len();
        Some(Change { files, removals: comparison.removals, manifest })
    }

    /// A file that nobody of us wrote stands where a new one should go.
    fn refuse_foreign(
        &self,
        id: &TenantId,
        (view, job): (&View<'_>, &Job<'_>),
        artifact: &Artifact,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<()> {
        let foreign = !self.options.force && view.occupied(id, &job.path) && view.differs(id, &job.path, artifact.digest);
        if foreign {
            let file = self.options.out.join(id.as_str()).join(job.path.as_str());
            let problem = Diagnostic::error("foreign-file", "the file is in the way, and was not written by a build");
            diagnostics.push(problem.about(file.to_string_lossy()).hint("move it away, or replace it with --force"));
        }
        (!foreign).then_some(())
    }

    /// Tenants that have output and no folder any more. They are removed only with `--prune`, and only so many.
    fn vanished(&self, known: &BTreeSet<String>) -> Result<(Vec<String>, usize), Stop> {
        let Some(output) = self.output.as_ref().filter(|_| self.options.selection.is_all()) else {
            return Ok((Vec::new(), 0));
        };
        let there = output.tenants().map_err(Stop::Disk)?;
        let vanished: Vec<String> = there.iter().filter(|id| !known.contains(*id)).cloned().collect();
        if !self.options.prune || vanished.is_empty() {
            return Ok((vanished, 0));
        }
        let most = PRUNE_LIMIT.0.max(there.len() / PRUNE_LIMIT.1);
        if (vanished.len() > most || vanished.len() == there.len()) && !self.options.force {
            let message = format!("{} of {} tenants are gone, more than {most}: nothing is removed without --force", vanished.len(), there.len());
            return Err(Stop::Refused(Refusal::Unsafe(message)));
        }
        let mut files = 0;
        for id in vanished.iter().filter_map(|id| TenantId::new(id).ok()) {
            files += output.prune(&id).map_err(Stop::Disk)?;
        }
        Ok((vanished, files))
    }
}

impl TenantReport {
    fn new(seed: &TenantSeed) -> TenantReport {
        TenantReport {
            id: seed.identity.id.clone(),
            group: seed.identity.group.clone(),
            status: Status::Skipped,
            pages: 0,
            files: 0,
            written: 0,
            same: 0,
            removed: 0,
            bytes: 0,
            reasons: BTreeMap::new(),
            work: Vec::new(),
        }
    }
}

/// The theme that the command line asks for.
fn overridden_theme(overrides: &[Arc<Source>]) -> Option<tenantry_core::name::ThemeName> {
    let spec = |source: &Arc<Source>| tenantry_core::layer::decode_setting(source, 0, &mut Vec::new());
    overrides.iter().rev().filter_map(spec).find_map(|spec| spec.theme).map(|theme| theme.value)
}

fn known_environment(workspace: &Workspace, wanted: Option<&str>) -> Result<(), Stop> {
    let Some(wanted) = wanted else { return Ok(()) };
    if workspace.environments.iter().any(|name| name == wanted) {
        return Ok(());
    }
    let hint = did_you_mean(wanted, workspace.environments.iter().map(String::as_str)).or_else(|| Some(format!("describe it in a `group.toml`: [env.{wanted}]")));
    Err(Stop::Unknown { message: format!("no layer describes the environment `{wanted}`"), hint })
}

/// The digest of this executable: another program may render other bytes from the same sources.
fn program_digest() -> Digest {
    let bytes = std::env::current_exe().ok().and_then(|path| crate::disk::read(&path, u64::MAX - 1).ok());
    bytes.map_or_else(|| Digest::of(env!("CARGO_PKG_VERSION").as_bytes()), |bytes| Digest::of(&bytes))
}

fn render(resolved: &Resolved, job: &Job<'_>) -> Result<Arc<[u8]>, Diagnostic> {
    match &job.task {
        Task::Bytes(bytes) => Ok(Arc::clone(bytes)),
        Task::Page { template, context } => resolved.theme.templates.render_page(template, context).map(Arc::from),
    }
}

fn artifact(job: &Job<'_>, bytes: &[u8]) -> Artifact {
    Artifact {
        digest: Digest::of(bytes),
        size: bytes.len() as u64,
        media_type: job.media_type.clone(),
        cache: job.cache,
        key: job.key.clone(),
    }
}

fn empty_manifest(resolved: &Resolved) -> Manifest {
    Manifest {
        format: MANIFEST_FORMAT,
        tenant: resolved.tenant.identity.id.to_string(),
        base_url: resolved.tenant.base_url.join(""),
        targets: BTreeMap::new(),
        artifacts: BTreeMap::new(),
    }
}

/// Counts reasons, and lists them file by file if asked to.
fn note_work(report: &mut TenantReport, jobs: &[Job<'_>], (comparison, list): (&Comparison, bool)) {
    for (job, verdict) in jobs.iter().zip(&comparison.verdicts) {
        let Verdict::Run(reason) = verdict else { continue };
        *report.reasons.entry(*reason).or_insert(0) += 1;
        if list {
            report.work.push((job.path.to_string(), reason.to_string()));
        }
    }
    if list {
        report.work.extend(comparison.removals.iter().map(|path| (path.to_string(), "not planned any more".to_owned())));
    }
}

/// What a panic becomes: a bug of ours that costs one tenant.
fn panicked(seed: &TenantSeed, panic: &(dyn std::any::Any + Send)) -> Diagnostic {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    let message = format!("the program failed on this tenant: {}", text.unwrap_or_else(|| "no reason given".into()));
    Diagnostic::error("internal", message).about(seed.folder.path.as_str()).hint("this is a fault of the program: please report it")
}

/// How many tenants are done, for displays that count by themselves.
#[derive(Debug, Default)]
pub struct Counter(AtomicUsize);

impl Counter {
    /// One more; gives the sum.
    pub fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// The folder of a workspace that `from` lies in.
pub fn find_workspace(from: &Path) -> Result<PathBuf, Stop> {
    workspace::find(from).map_err(|NoWorkspace { message }| Stop::NoWorkspace(message))
}
