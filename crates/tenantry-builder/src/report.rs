//! What came of a run, as values: for people, for machines and for tests.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use tenantry_core::diagnostic::{Diagnostic, Severity};
use tenantry_core::export::Export;
use tenantry_core::lint::{Allowed, Profiles, is_told_first};
use tenantry_core::name::TenantId;

use crate::compare::Reason;
use crate::state::Told;

/// Most tenants that a finding names.
const MOST_EXAMPLES: usize = 3;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// What became of each tenant, by id.
    pub tenants: Vec<TenantReport>,
    /// What was found, each thing once, sorted by file and place.
    pub findings: Vec<Finding>,
    /// What layers allow of it, each thing once, in the same order.
    pub allowed: Vec<AllowedFinding>,
    /// The profiles that tenants were judged by.
    pub profiles: Profiles,
    /// The registers that were exported, by tenant.
    pub exports: Vec<(TenantId, Export)>,
    /// Tenants whose output is there and whose folder is gone.
    pub vanished: Vec<String>,
    /// How many files of vanished tenants were removed.
    pub pruned_files: usize,
    /// Whether the run was interrupted.
    pub interrupted: bool,
}

/// What became of a tenant.
#[derive(Debug, Clone, Serialize)]
pub struct TenantReport {
    /// Its id.
    pub id: TenantId,
    /// The folder of its group.
    pub group: Arc<str>,
    /// Its name, where it is known.
    pub name: String,
    /// Where it is published, where that is known.
    pub base_url: String,
    /// The languages it serves, where they are known.
    pub languages: Arc<[String]>,
    /// What became of it.
    pub status: Status,
    /// How many pages it has, all languages together.
    pub pages: usize,
    /// How many files its output has.
    pub files: usize,
    /// How many pages are made.
    pub pages_made: usize,
    /// How many were written.
    pub written: usize,
    /// How many were rendered and turned out the same.
    pub same: usize,
    /// How many were removed.
    pub removed: usize,
    /// How many bytes were written.
    pub bytes: u64,
    /// Why files were made, and how many for each reason.
    pub reasons: BTreeMap<Reason, usize>,
    /// Each file that is made or removed, with why; only if asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<(String, String)>,
}

/// What became of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Files were written or removed.
    Built,
    /// Nothing had to change.
    Unchanged,
    /// It has errors; its last output is as it was.
    Failed,
    /// Files would be written or removed.
    Planned,
    /// It was checked, and has no errors.
    Checked,
    /// The run ended before it.
    Skipped,
}

impl Status {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Built => "built",
            Status::Unchanged => "unchanged",
            Status::Failed => "failed",
            Status::Planned => "planned",
            Status::Checked => "checked",
            Status::Skipped => "skipped",
        }
    }
}

/// A diagnostic with the tenants that it touches.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// How many tenants it touches; 0 if it is about none in particular.
    pub tenants: usize,
    /// Some of them.
    pub examples: Vec<TenantId>,
}

/// A finding that a layer allows.
#[derive(Debug, Clone)]
pub struct AllowedFinding {
    /// What was found.
    pub finding: Finding,
    /// Why it is allowed.
    pub reason: Arc<str>,
}

impl Finding {
    fn new(diagnostic: Diagnostic) -> Finding {
        Finding { diagnostic, tenants: 0, examples: Vec::new() }
    }

    /// Counts a tenant.
    fn touch(&mut self, tenant: &TenantId, diagnostic: Diagnostic) {
        if self.examples.first().is_none_or(|first| tenant < first) {
            // Hints may differ by tenant: that of the first one by id is told, whoever was done first.
            self.diagnostic = diagnostic;
        }
        self.tenants += 1;
        self.name(tenant);
    }

    /// Keeps the first few tenants by id, so that a report does not depend on who was done first.
    fn name(&mut self, tenant: &TenantId) {
        let at = self.examples.partition_point(|example| example < tenant);
        if at < MOST_EXAMPLES {
            self.examples.insert(at, tenant.clone());
            self.examples.truncate(MOST_EXAMPLES);
        }
    }
}

/// What makes two findings the same one.
type Key = (String, u32, Cow<'static, str>, String);

/// Gathers findings, the same mistake of several tenants as one.
#[derive(Debug, Default)]
pub struct Findings {
    by_key: BTreeMap<Key, Finding>,
    allowed: BTreeMap<(Key, Arc<str>), Finding>,
    profiles: Profiles,
    exports: BTreeMap<TenantId, Export>,
}

impl Findings {
    /// Adds what a tenant found. What it found twice counts once.
    pub fn add(&mut self, tenant: &TenantId, diagnostics: Vec<Diagnostic>) {
        let mut seen = BTreeSet::new();
        for diagnostic in diagnostics {
            let key = diagnostic.key();
            if seen.insert(key.clone()) {
                self.by_key.entry(key).or_insert_with(|| Finding::new(diagnostic.clone())).touch(tenant, diagnostic);
            }
        }
    }

    /// Adds what a tenant's layers allow.
    pub fn allow(&mut self, tenant: &TenantId, allowed: Vec<Allowed>) {
        let mut seen = BTreeSet::new();
        for Allowed { diagnostic, reason } in allowed {
            let key = (diagnostic.key(), reason);
            if seen.insert(key.clone()) {
                self.allowed.entry(key).or_insert_with(|| Finding::new(diagnostic.clone())).touch(tenant, diagnostic);
            }
        }
    }

    /// Notes the profiles that a tenant was judged by.
    pub fn judged_by(&mut self, profiles: Profiles) {
        self.profiles = self.profiles.and(profiles);
    }

    /// The profiles that tenants were judged by.
    pub fn profiles(&self) -> Profiles {
        self.profiles
    }

    /// Adds the register of a tenant, exported.
    pub fn export(&mut self, tenant: &TenantId, export: Option<Export>) {
        self.exports.extend(export.map(|export| (tenant.clone(), export)));
    }

    /// Gives the exported registers away.
    pub fn exports(&mut self) -> Vec<(TenantId, Export)> {
        std::mem::take(&mut self.exports).into_iter().collect()
    }

    /// Adds something about a layer that many tenants share.
    pub fn add_shared(&mut self, diagnostic: Diagnostic, tenants: usize) {
        let finding = Finding { tenants, ..Finding::new(diagnostic) };
        self.by_key.entry(finding.diagnostic.key()).or_insert(finding);
    }

    /// Adds what others gathered.
    pub fn merge(&mut self, others: Findings) {
        for (key, finding) in others.by_key {
            self.by_key.entry(key).or_insert(finding);
        }
        self.allowed.extend(others.allowed);
        self.judged_by(others.profiles);
        self.exports.extend(others.exports);
    }

    /// Everything and what is allowed, sorted by file and place, errors first at one place.
    pub fn finish(self) -> (Vec<Finding>, Vec<AllowedFinding>) {
        let mut findings: Vec<Finding> = self.by_key.into_values().collect();
        findings.sort_by_cached_key(|finding| {
            let (file, start, code, message) = finding.diagnostic.key();
            (!is_told_first(&code), file, start, finding.diagnostic.severity, code, message)
        });
        let allowed = self.allowed.into_iter().map(|((_, reason), finding)| AllowedFinding { finding, reason });
        (findings, allowed.collect())
    }
}

impl TenantReport {
    /// That of a tenant that nothing was done for, so far or at all.
    pub(crate) fn idle((id, group): (TenantId, Arc<str>), told: Told, status: Status) -> TenantReport {
        let Told { name, base_url, languages, pages, files } = told;
        TenantReport {
            id,
            group,
            name,
            base_url,
            languages,
            status,
            pages,
            files,
            pages_made: 0,
            written: 0,
            same: 0,
            removed: 0,
            bytes: 0,
            reasons: BTreeMap::new(),
            work: Vec::new(),
        }
    }
}

impl Report {
    /// How many findings of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    }

    /// How many tenants ended in a status.
    pub fn tenants_with(&self, status: Status) -> usize {
        self.tenants.iter().filter(|tenant| tenant.status == status).count()
    }

    /// The sum of something over all tenants.
    pub fn sum(&self, of: impl Fn(&TenantReport) -> usize) -> usize {
        self.tenants.iter().map(of).sum()
    }
}
