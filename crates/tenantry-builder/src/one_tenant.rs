//! One tenant of a run: resolve, plan, compare, render, write.
//!
//! Everything is rendered before the first file is written, and what goes wrong stays in the tenant's own report.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenantry_core::diagnostic::{Diagnostic, Severity};
use tenantry_core::digest::{Checksum, Digest};
use tenantry_core::export::Export;
use tenantry_core::lint::is_mended_by_export;
use tenantry_core::manifest::{Artifact, MANIFEST_FORMAT, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;
use tenantry_core::site::{Identity, Site};

use crate::build::{Mode, Options};
use crate::compare::{Comparison, Known, Reason, Trustfulness, Verdict, compare, is_in_sample};
use crate::exports::{export, losses};
use crate::leaks::{Kept, Leaks, SearchedOutput};
use crate::lint::{Verdict as LintVerdict, lint};
use crate::loaded::SharedFiles;
use crate::memory::Memory;
use crate::output::{Change, FileBytes, NewFile, Output};
use crate::plan::{Job, Sources, Task, plan};
use crate::render::{Guard, MOST_FINDINGS, render_all};
use crate::report::{Status, TenantReport};
use crate::resolve::{Resolved, Setting, resolve};
use crate::state::{Record, StoredFinding, Told};
use crate::view::{Obstacle, View};
use crate::watchdog::Watchdog;
use crate::workspace::TenantSeed;

/// What all tenants of a run share.
pub(crate) struct Shared<'r> {
    /// What was asked for.
    pub(crate) options: &'r Options,
    /// What tenants are resolved with.
    pub(crate) setting: Setting<'r>,
    /// The output folder, as it was when the run began.
    pub(crate) view: View<'r>,
    /// Where to write, if anything is written.
    pub(crate) output: Option<&'r Output>,
    /// The digest of the program.
    pub(crate) program: Digest,
    /// Whether the output is read, and compared with its manifests.
    pub(crate) verify: bool,
    /// The static files of groups.
    pub(crate) files: &'r SharedFiles,
    /// Who tells what takes long.
    pub(crate) watchdog: &'r Watchdog,
    /// The leak check.
    pub(crate) leaks: &'r Leaks,
}

impl<'r> Shared<'r> {
    fn sources(&self) -> Sources<'r> {
        Sources { root: self.setting.root, program: self.program, shared: self.files, files: self.options.files }
    }
}

/// One tenant on its way.
pub(crate) struct OneTenant<'r> {
    seed: &'r TenantSeed,
    shared: Shared<'r>,
    /// What became of it.
    pub(crate) report: TenantReport,
    /// What was found in its sources.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What is to be said of its output, once.
    pub(crate) remarks: Vec<Diagnostic>,
    /// What rules say of it.
    pub(crate) verdict: LintVerdict,
    /// Its register in the format that was asked for.
    pub(crate) export: Option<Export>,
    /// What it was resolved with, for the next build to compare: its theme, and the `vars` that its pages ask for.
    resolved_with: Option<(String, Digest, Vec<String>)>,
    /// What the leak check learned of it.
    leaks: Kept,
}

impl<'r> OneTenant<'r> {
    /// Before anything is done.
    pub(crate) fn new(seed: &'r TenantSeed, shared: Shared<'r>) -> OneTenant<'r> {
        let Identity { id, group, .. } = &seed.identity;
        let report = TenantReport::idle((id.clone(), group.as_str().into()), seed.told(), Status::Skipped);
        OneTenant {
            seed,
            shared,
            report,
            diagnostics: Vec::new(),
            remarks: Vec::new(),
            verdict: LintVerdict::default(),
            export: None,
            resolved_with: None,
            leaks: Kept::default(),
        }
    }

    /// Takes the tenant through all stages. `None` if it has errors, which are in `diagnostics`.
    pub(crate) fn run(&mut self) -> Option<Status> {
        let watched = self.shared.watchdog.plans(&self.seed.identity.id);
        let resolved = resolve(self.seed, &self.shared.setting, &mut self.diagnostics)?;
        self.report.pages = resolved.blueprint.pages().len();
        self.report.name = resolved.tenant.name.to_string();
        self.report.base_url = resolved.tenant.base_url.to_string();
        self.report.languages = resolved.tenant.languages.iter().map(ToString::to_string).collect();
        let theme = &resolved.theme;
        self.resolved_with =
            Some((theme.name.to_string(), theme.digest, resolved.blueprint.values().iter().cloned().collect()));
        self.leaks = self.shared.leaks.search(self.seed, &resolved, &mut self.diagnostics);
        let site = Site::new(resolved.parts(), &mut self.diagnostics)?;
        let jobs = plan(&resolved, &site, self.shared.sources(), &mut self.diagnostics)?;
        self.report.files = jobs.len();
        drop(watched);
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            return None;
        }
        match self.shared.options.mode {
            Mode::Check => self.check(&resolved, &site, &jobs),
            Mode::Export(order) => {
                let status = self.check(&resolved, &site, &jobs)?;
                self.export = Some(export(order, (&resolved, &site), self.verdict.profiles));
                Some(status)
            }
            Mode::DryRun | Mode::Build => self.compare_and_write(&resolved, &site, &jobs),
        }
    }

    /// Renders everything, searches it, and applies the rules.
    fn check(&mut self, resolved: &Resolved, site: &Site<'_>, jobs: &[Job]) -> Option<Status> {
        let mut output = self.shared.leaks.output(self.seed);
        // What is compressed says nothing new.
        let plain: Vec<&Job> = jobs.iter().filter(|job| job.encoding().is_none()).collect();
        let rendered = self.rendered((resolved, site), plain.iter().copied(), 0)?;
        plain.iter().zip(&rendered).for_each(|(job, bytes)| output.search(&job.path, bytes));
        let is_sound = self.refuse_leaks(output).is_some();
        let asked = &self.shared.options.profiles;
        self.verdict = lint((self.seed, resolved), asked, &mut self.diagnostics);
        if matches!(self.shared.options.mode, Mode::Export(_)) {
            let mended = self.diagnostics.iter_mut().filter(|found| is_mended_by_export(&found.code));
            mended.for_each(|found| found.severity = Severity::Warning);
        }
        self.diagnostics.extend(losses((resolved, site)));
        (is_sound && !self.diagnostics.iter().any(Diagnostic::is_error)).then_some(Status::Checked)
    }

    /// Reports what the output names and no source shows.
    fn refuse_leaks(&mut self, output: SearchedOutput<'_>) -> Option<()> {
        let found = output.findings();
        let is_sound = found.is_empty();
        self.diagnostics.extend(found);
        is_sound.then_some(())
    }

    /// Keeps the first of very many findings, errors before the others.
    pub(crate) fn keep_first(&mut self) {
        let found = &mut self.diagnostics;
        if found.len() <= MOST_FINDINGS {
            return;
        }
        found.sort_by_key(|finding| finding.severity);
        let more = match found[MOST_FINDINGS].is_error() {
            true => Diagnostic::more_errors(MOST_FINDINGS),
            false => Diagnostic::more_warnings(MOST_FINDINGS),
        };
        found.truncate(MOST_FINDINGS);
        found.push(more.about(self.seed.identity.file.as_str()));
    }

    /// What the next build may believe of this tenant; `None` if it is not whole, or something was found that cannot be
    /// told again.
    pub(crate) fn record(&self, memory: &Memory<'_>) -> Option<Record> {
        let is_whole = matches!(self.report.status, Status::Built | Status::Unchanged);
        let (theme, digest, values) = self.resolved_with.as_ref().filter(|_| is_whole)?;
        let roster = self.seed.chain.row().map(|row| row.source.path().clone());
        let findings = self.diagnostics.iter().map(|found| StoredFinding::of(found, roster.as_ref()));
        let own = self.seed.own.as_ref()?;
        Some(Record {
            findings: findings.collect::<Option<_>>()?,
            grounds: memory.grounds(self.seed)?,
            theme: (theme.clone(), *digest.as_bytes()),
            told: Told {
                name: self.report.name.clone(),
                base_url: self.report.base_url.clone(),
                languages: Arc::clone(&self.report.languages),
                pages: self.report.pages,
                files: self.report.files,
            },
            values: values.clone(),
            environments: own.environments.keys().map(ToString::to_string).collect(),
            leaks: self.leaks.clone(),
        })
    }

    fn compare_and_write(&mut self, resolved: &Resolved, site: &Site<'_>, jobs: &[Job]) -> Option<Status> {
        let id = &resolved.tenant.identity.id;
        let view = self.shared.view;
        let known = view.known(id).map_err(|error| self.diagnostics.push(error.diagnostic())).ok()?;
        self.remarks.extend(lost_manifest(&known));
        let options = self.shared.options;
        let how = if options.clean { Trustfulness::RenderAll } else { Trustfulness::Believe };
        let verify = self.shared.verify;
        let differs = |path: &OutputPath| {
            verify && listed(&known, path).is_none_or(|artifact| view.differs(id, path, artifact.digest))
        };
        let mut comparison = compare(jobs, &known, how, differs);
        if options.verify {
            self.make_sample_again((resolved, site), jobs, (&known, &mut comparison))?;
        }
        self.note_work(jobs, &comparison);
        if options.mode == Mode::DryRun {
            let new = |reason: &Reason| matches!(reason, Reason::NewTenant | Reason::NewFile);
            let planned = jobs.iter().zip(&comparison.verdicts);
            let new = planned.filter(|(_, verdict)| matches!(verdict, Verdict::Run(reason) if new(reason)));
            self.refuse_obstacles(&known, new.map(|(job, _)| &job.path))?;
            self.texts_are_whole(site, jobs, &comparison)?;
            self.report.removed = comparison.removals.len();
            let idle = self.report.reasons.is_empty() && comparison.removals.is_empty();
            let is_listed = lists_destinations(&known, resolved);
            return Some(if idle && is_listed { Status::Unchanged } else { Status::Planned });
        }
        let Some(change) = self.change((resolved, site), jobs, (&known, comparison)) else {
            self.nothing_written();
            return None;
        };
        let idle = change.files.is_empty() && change.removals.is_empty();
        let listed_so = matches!(&known, Known::Listed(manifest) if **manifest == change.manifest);
        if !(idle && listed_so)
            && let Err(error) = self.shared.output?.apply(id, &change, &known)
        {
            // How much of it was done is unknown; the next build finds out by reading.
            (self.report.written, self.report.bytes, self.report.removed) = (0, 0, 0);
            self.diagnostics.push(error.diagnostic());
            return None;
        }
        Some(if idle { Status::Unchanged } else { Status::Built })
    }

    /// Makes some of the files again that would be kept, to find out whether what they depend on was judged well.
    fn make_sample_again(
        &mut self,
        (resolved, site): (&Resolved, &Site<'_>),
        jobs: &[Job],
        (known, comparison): (&Known, &mut Comparison),
    ) -> Option<()> {
        let id = &self.seed.identity.id;
        let kept = jobs.iter().zip(&mut comparison.verdicts).filter(|(_, verdict)| **verdict == Verdict::Keep);
        let (sample, verdicts): (Vec<&Job>, Vec<&mut Verdict>) =
            kept.filter(|(job, _)| is_in_sample(id, &job.path)).unzip();
        let rendered = self.rendered((resolved, site), sample.iter().copied(), 0)?;
        for ((job, verdict), bytes) in sample.into_iter().zip(verdicts).zip(rendered) {
            let made = artifact(job, &bytes).digest;
            if listed(known, &job.path).is_some_and(|listed| listed.digest != made) {
                *verdict = Verdict::Run(Reason::Misjudged);
                self.remarks.push(misjudged(id, &job.path));
            }
        }
        Some(())
    }

    /// Renders what is to be made, and keeps what turns out different from what is there.
    fn change(
        &mut self,
        (resolved, site): (&Resolved, &Site<'_>),
        jobs: &[Job],
        (known, comparison): (&Known, Comparison),
    ) -> Option<Change> {
        let mut manifest = empty_manifest(resolved);
        let (mut to_run, mut kept) = (Vec::new(), 0);
        let mut output = self.shared.options.verify.then(|| self.shared.leaks.output(self.seed));
        for (job, verdict) in jobs.iter().zip(&comparison.verdicts) {
            match (verdict, listed(known, &job.path)) {
                (Verdict::Keep, Some(old)) => {
                    if let Some(output) = &mut output {
                        let there = self.shared.view.bytes(&self.seed.identity.id, &job.path);
                        let there = there.map_err(|error| self.diagnostics.push(error.diagnostic())).ok()?;
                        output.search(&job.path, &there);
                    }
                    kept += old.size;
                    let (media_type, cache, compressed) = (job.media_type.clone(), job.cache, job.encoding());
                    manifest
                        .artifacts
                        .insert(job.path.clone(), Artifact { media_type, cache, compressed, ..old.clone() });
                }
                _ => to_run.push((job, *verdict)),
            }
        }
        let rendered = self.rendered((resolved, site), to_run.iter().map(|(job, _)| *job), kept)?;
        let mut files = Vec::new();
        for ((job, verdict), bytes) in to_run.into_iter().zip(rendered) {
            output.iter_mut().for_each(|output| output.search(&job.path, &bytes));
            let artifact = artifact(job, &bytes);
            let same = self.is_there((known, verdict), job, artifact.digest);
            manifest.artifacts.insert(job.path.clone(), artifact);
            if same {
                self.report.same += 1;
            } else {
                self.report.written += 1;
                self.report.bytes += bytes.len() as u64;
                files.push(NewFile { path: job.path.clone(), bytes, cache: job.cache });
            }
        }
        output.map_or(Some(()), |output| self.refuse_leaks(output))?;
        self.refuse_obstacles(known, files.iter().map(|file| &file.path))?;
        self.report.removed = comparison.removals.len();
        Some(Change { files, removals: comparison.removals, manifest })
    }

    /// Renders jobs of a site that has `besides` bytes besides.
    fn rendered<'j>(
        &mut self,
        site: (&Resolved, &Site<'_>),
        jobs: impl Iterator<Item = &'j Job>,
        besides: u64,
    ) -> Option<Vec<FileBytes>> {
        let guard = Guard { besides, watchdog: Some(self.shared.watchdog) };
        render_all(site, jobs, guard, &mut self.diagnostics)
    }

    /// Whether nothing lacks in the texts of pages that would be rendered.
    fn texts_are_whole(&mut self, site: &Site<'_>, jobs: &[Job], comparison: &Comparison) -> Option<()> {
        let before = self.diagnostics.len();
        for (job, verdict) in jobs.iter().zip(&comparison.verdicts) {
            if let (Task::Page(index), Verdict::Run(_)) = (&job.task, verdict) {
                self.diagnostics.extend(site.fill(*index).diagnostics);
            }
        }
        (self.diagnostics.len() == before).then_some(())
    }

    /// Whether the output has these bytes already.
    fn is_there(&self, (known, verdict): (&Known, Verdict), job: &Job, digest: Checksum) -> bool {
        let options = self.shared.options;
        let differs = || self.shared.view.differs(&self.seed.identity.id, &job.path, digest);
        match known {
            Known::Nothing => false,
            Known::Listed(_) if verdict == Verdict::Run(Reason::OutputDiffers) => false,
            Known::Listed(_) if verdict == Verdict::Run(Reason::Misjudged) => !differs(),
            Known::Foreign | Known::Unlisted | Known::Unfinished(..) => !differs(),
            Known::Listed(manifest) => match manifest.artifacts.get(&job.path) {
                // Whoever asks for a look at the output gets one.
                Some(old) => old.digest == digest && !((self.shared.verify || options.clean) && differs()),
                None => !differs(),
            },
        }
    }

    /// A tenant that failed has written nothing that counts.
    fn nothing_written(&mut self) {
        (self.report.written, self.report.same, self.report.bytes, self.report.removed) = (0, 0, 0, 0);
    }

    /// Something that no build wrote stands where a new file should go: it is left alone.
    fn refuse_obstacles<'p>(&mut self, known: &Known, new: impl Iterator<Item = &'p OutputPath>) -> Option<()> {
        if matches!(known, Known::Nothing) {
            match self.shared.view.is_free(&self.seed.identity.id) {
                Ok(true) => return Some(()),
                Ok(false) => {}
                Err(error) => {
                    self.diagnostics.push(error.diagnostic());
                    return None;
                }
            }
        }
        let lost = matches!(known, Known::Unlisted);
        let new: Vec<&OutputPath> = new.collect();
        let is_ours = |path: &str| known.lists(path) || (lost && new.iter().any(|new| new.as_str() == path));
        let force = self.shared.options.force;
        let refused = |obstacle: &Obstacle| !(force && matches!(obstacle, Obstacle::Foreign(_)));
        let obstacles = self.shared.view.obstacles(&self.seed.identity.id, new.iter().copied(), &is_ours);
        let mut obstacles = obstacles.map_err(|error| self.diagnostics.push(error.diagnostic())).ok()?;
        obstacles.retain(refused);
        for obstacle in &obstacles {
            let (path, hint) = match obstacle {
                Obstacle::Blocked(path) => (path, "move it away"),
                Obstacle::Foreign(path) => (path, "move it away, or replace it with --force"),
            };
            let shown = path.strip_prefix(self.shared.setting.root).unwrap_or(path);
            let problem = Diagnostic::error("foreign-file", "this is in the way, and was not written by a build");
            self.diagnostics.push(problem.about(shown.to_string_lossy()).hint(hint));
        }
        obstacles.is_empty().then_some(())
    }

    /// Counts reasons, and lists them file by file if asked to.
    fn note_work(&mut self, jobs: &[Job], comparison: &Comparison) {
        let list = self.shared.options.explain_work;
        for (job, verdict) in jobs.iter().zip(&comparison.verdicts) {
            let Verdict::Run(reason) = verdict else { continue };
            *self.report.reasons.entry(*reason).or_insert(0) += 1;
            self.report.pages_made += usize::from(matches!(job.task, Task::Page(_)));
            if list {
                self.report.work.push((job.path.to_string(), reason.to_string()));
            }
        }
        if list {
            let removals = comparison.removals.iter();
            self.report.work.extend(removals.map(|path| (path.to_string(), "not planned any more".to_owned())));
        }
    }
}

/// What is said where nothing tells what a folder of ours holds.
fn lost_manifest(known: &Known) -> Option<Diagnostic> {
    let is_lost = matches!(known, Known::Unlisted | Known::Unfinished(None, None));
    let message = "what the last build wrote is not known, since its manifest is lost or torn: its files are compared \
                   by reading";
    let hint = "files that no build makes any more may stay: look through the tenant's output, or remove it first";
    is_lost.then(|| Diagnostic::warning("manifest-lost", message).about(".tenantry/manifests").hint(hint))
}

/// What is said of a file that was kept and should not have been.
fn misjudged(id: &TenantId, path: &OutputPath) -> Diagnostic {
    let message = "this file was kept by earlier builds, though its sources make another one of it";
    Diagnostic::warning("wrongly-kept", message)
        .about(format!("{id}/{path}"))
        .hint("it is made again now; this is a fault of the program, or somebody edited its manifest: please report it")
}

fn listed<'k>(known: &'k Known, path: &OutputPath) -> Option<&'k Artifact> {
    match known {
        Known::Listed(manifest) => manifest.artifacts.get(path),
        Known::Nothing | Known::Foreign | Known::Unlisted | Known::Unfinished(..) => None,
    }
}

/// Whether the last manifest says where the site is published, as it would now. A new one is no news.
fn lists_destinations(known: &Known, resolved: &Resolved) -> bool {
    match known {
        Known::Listed(manifest) => {
            let base_url = resolved.tenant.base_url.join("");
            manifest.targets == resolved.tenant.targets && manifest.base_url == base_url
        }
        Known::Nothing | Known::Foreign | Known::Unlisted | Known::Unfinished(..) => true,
    }
}

fn artifact(job: &Job, bytes: &[u8]) -> Artifact {
    let digest = match &job.task {
        Task::Bytes(_, checksum) => *checksum,
        _ => Checksum::of(bytes),
    };
    Artifact {
        digest,
        size: bytes.len() as u64,
        media_type: job.media_type.clone(),
        cache: job.cache,
        compressed: job.encoding(),
        key: job.key.clone(),
    }
}

fn empty_manifest(resolved: &Resolved) -> Manifest {
    Manifest {
        format: MANIFEST_FORMAT,
        tenant: resolved.tenant.identity.id.to_string(),
        base_url: resolved.tenant.base_url.join(""),
        targets: resolved.tenant.targets.clone(),
        artifacts: BTreeMap::new(),
    }
}
