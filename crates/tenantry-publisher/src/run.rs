//! A run: what is asked for, what is planned, and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rayon::prelude::*;
use serde::Serialize;
use tenantry_core::name::TenantId;
use tenantry_core::publish::TargetSettings;

use crate::built::Built;
use crate::clock;
use crate::fault::{FaultKind, Outcome};
use crate::ledger::Ledger;
use crate::lock::LEASE;
use crate::observe::{Event, Observer};
use crate::plan::{Action, PLAN_FORMAT, Plan, Refusal, Standing, TenantPlan, refuse_run, refuse_shared_places};
use crate::probe::obeys_conditions;
use crate::purge::purge;
use crate::releases::Goal;
use crate::retry::Patience;
use crate::send::{Means, send};
use crate::session::{Locking, Terms};
use crate::site::{Ground, Site, plan_site};
use crate::target::Conditions;
use crate::targets::{Connections, Opener, open};
use crate::veil::Veil;
use crate::verify::{Difference, Reader};

/// Threads where places are folders of this machine: there is no waiting for answers.
const FEWEST_THREADS: usize = 2;

/// What all runs have: where the sites are, where they go, and how.
pub struct Publisher {
    /// The output of a build.
    pub built: Built,
    /// The target's name.
    pub target: String,
    /// The name of the run.
    pub run: String,
    /// How many threads; 0 for as many as the target takes.
    pub jobs: usize,
    /// How long a lock holds without being renewed.
    pub lease: Duration,
    /// Whether locks are relied upon.
    pub locking: Locking,
    /// A lock that may be taken although somebody holds it.
    pub broken_lock: Option<String>,
    /// Whether limits are gone beyond.
    pub limits: Limits,
    /// Whether what was taken back is published.
    pub withdrawn: Withdrawn,
    /// How patient the run is.
    pub patience: Patience,
    /// What is never told.
    pub veil: Veil,
    /// What places share.
    pub connections: Connections,
    /// How places are opened.
    pub opener: Opener,
}

/// How a plan is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct How {
    /// How many tenants may fail; after that no other is begun.
    pub most_failures: usize,
    /// Whether the public's address is asked.
    pub checking: Checking,
    /// The tenants that go first; the others follow only if all is well with these.
    pub canaries: BTreeSet<String>,
}

impl Default for How {
    fn default() -> How {
        How { most_failures: usize::MAX, checking: Checking::Nothing, canaries: BTreeSet::new() }
    }
}

/// Whether the public's address is asked for what was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checking {
    /// It is not.
    Nothing,
    /// It is, and what differs is told.
    Tell,
    /// It is, and a site that differs is taken back.
    TakeBack,
}

/// Whether safety limits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limits {
    /// They do.
    Kept,
    /// Somebody said that they do not: `--force`.
    Ignored,
}

/// What becomes of content that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It waits until it changes.
    Held,
    /// It is published again: `--again`.
    Published,
}

/// A plan with all that it takes to do it.
pub struct Ready<'p> {
    publisher: &'p Publisher,
    plan: Plan,
    sites: Vec<Option<Site>>,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The name of the run.
    pub run: String,
    /// What became of each tenant, by id.
    pub tenants: Vec<TenantReport>,
}

/// What became of a tenant's site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TenantReport {
    /// Its id.
    pub tenant: String,
    /// Where it is published to.
    pub place: String,
    /// What became of it.
    pub status: Status,
    /// The release that is shown, as far as is known.
    pub release: Option<u64>,
    /// How many files are new.
    pub uploaded: usize,
    /// How many files replaced others.
    pub changed: usize,
    /// How many files went.
    pub removed: usize,
    /// How many bytes were sent.
    pub bytes: u64,
    /// Why it is not published, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Refusal>,
    /// What the public does not get as it was published, where that was looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// What became of a tenant's site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has a new release.
    Published,
    /// An earlier release is shown again.
    RolledBack,
    /// It is live, and caches in front of it could not be told.
    PurgePending,
    /// Caches in front of it were told, which an earlier run could not do.
    Purged,
    /// What is shown is what was built.
    Unchanged,
    /// It waits, since it was taken back.
    HeldBack,
    /// It has no such target.
    Elsewhere,
    /// It must not be published.
    Refused,
    /// It could not be.
    Failed,
    /// The run ended before it.
    Skipped,
}

impl Status {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Published => "published",
            Status::RolledBack => "rolled back",
            Status::PurgePending => "live, purge pending",
            Status::Purged => "purged",
            Status::Unchanged => "unchanged",
            Status::HeldBack => "held back",
            Status::Elsewhere => "elsewhere",
            Status::Refused => "refused",
            Status::Failed => "failed",
            Status::Skipped => "skipped",
        }
    }
}

impl Report {
    /// How many tenants ended so.
    pub fn count(&self, status: Status) -> usize {
        self.tenants.iter().filter(|tenant| tenant.status == status).count()
    }
}

impl Publisher {
    /// One with nothing out of the ordinary.
    pub fn new(built: Built, target: String) -> Publisher {
        let patience = Patience::default();
        let run = format!("{}-{:04x}", clock::compact(clock::now()), patience.chance() & 0xffff);
        Publisher {
            built,
            target,
            run,
            jobs: 0,
            lease: LEASE,
            locking: Locking::Sure,
            broken_lock: None,
            limits: Limits::Kept,
            withdrawn: Withdrawn::Held,
            patience,
            veil: Veil::default(),
            connections: Connections::default(),
            opener: Box::new(open),
        }
    }

    /// What is to be done for some tenants, and why.
    pub fn plan(&self, tenants: &[TenantId], interrupt: &AtomicBool) -> Ready<'_> {
        let ground = self.ground(interrupt);
        let look = |tenant: &TenantId| plan_site(ground, tenant);
        let (mut plans, mut sites): (Vec<TenantPlan>, Vec<Option<Site>>) =
            self.parallel(MOST_LOOKS, || tenants.par_iter().map(look).unzip());
        refuse_shared_places(&mut plans);
        self.refuse_removals(&mut plans, &sites);
        self.refuse_unproven(&mut plans, &sites, interrupt);
        for (plan, site) in plans.iter_mut().zip(&mut sites) {
            if !matches!(plan.standing, Standing::Changed | Standing::PurgePending) {
                *site = None;
            }
            plan.refusal.iter_mut().for_each(|refusal| refusal.message = self.veil.over(&refusal.message));
        }
        Ready {
            publisher: self,
            plan: Plan { format: PLAN_FORMAT, target: self.target.clone(), tenants: plans },
            sites,
        }
    }

    fn refuse_removals(&self, plans: &mut [TenantPlan], sites: &[Option<Site>]) {
        let settings = sites.iter().flatten().map(|site| &site.settings);
        if self.limits == Limits::Ignored {
            return;
        }
        let Some(refusal) = refuse_run(plans, settings) else { return };
        for plan in plans.iter_mut().filter(|plan| plan.standing == Standing::Changed) {
            *plan = plan.clone().refused(refusal.clone());
        }
    }

    /// Refuses places of stores that accept conditions and do not obey them. That is found out once for each store; where
    /// it could not be, the next tenant there tries again.
    fn refuse_unproven(&self, plans: &mut [TenantPlan], sites: &[Option<Site>], interrupt: &AtomicBool) {
        if self.locking == Locking::Without {
            return;
        }
        let mut proven = BTreeMap::<String, Option<Refusal>>::new();
        for (plan, site) in plans.iter_mut().zip(sites).filter(|(plan, _)| plan.standing == Standing::Changed) {
            let Some(site) = site.as_ref().filter(|site| site.target.conditions() == Conditions::ToProve) else {
                continue;
            };
            let store = site.target.store();
            let verdict = match proven.get(&store) {
                Some(known) => Ok(known.clone()),
                None => obeys_conditions(&*site.target, (&self.patience, interrupt)),
            };
            match verdict {
                Ok(refusal) => {
                    refusal.iter().for_each(|refusal| *plan = plan.clone().refused(refusal.clone()));
                    proven.insert(store, refusal);
                }
                Err(fault) => *plan = plan.clone().failed(fault),
            }
        }
    }

    pub(crate) fn ground<'g>(&'g self, interrupt: &'g AtomicBool) -> Ground<'g> {
        Ground {
            built: &self.built,
            target: &self.target,
            patience: &self.patience,
            interrupt,
            connections: &self.connections,
            opener: &self.opener,
            broken_lock: self.broken_lock.as_deref(),
            force: self.limits == Limits::Ignored,
            again: self.withdrawn == Withdrawn::Published,
        }
    }

    pub(crate) fn terms<'t>(&'t self, interrupt: &'t AtomicBool) -> Terms<'t> {
        Terms {
            run: &self.run,
            lease: self.lease,
            broken_lock: self.broken_lock.as_deref(),
            locking: self.locking,
            patience: &self.patience,
            interrupt,
        }
    }

    /// Does something with as many threads as are good for it; in this one, if the system has no others.
    pub(crate) fn parallel<T: Send>(&self, threads: usize, act: impl FnOnce() -> T + Send) -> T {
        let threads = if self.jobs > 0 { self.jobs } else { threads };
        match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
            Ok(pool) => pool.install(act),
            Err(_) => act(),
        }
    }

    /// What became of a tenant for which something was tried.
    pub(crate) fn reported(&self, plan: &TenantPlan, sent: Outcome<Status>) -> TenantReport {
        let mut report = TenantReport::of(plan);
        match sent {
            Ok(status) => report.did(status, plan),
            Err(fault) if fault.kind == FaultKind::Untold => {
                report.did(Status::PurgePending, plan);
                report.problem = Some(Refusal::new(
                    "purge-pending",
                    format!("the site is live, and caches could not be told: {}", self.veil.over(&fault.message)),
                    "the next publish tells them, whether anything else changed or not",
                ));
            }
            Err(fault) => {
                let (status, code) =
                    if fault.is_conflict() { (Status::Refused, "locked") } else { (Status::Failed, "target") };
                let message = self.veil.over(&fault.message);
                report.status = status;
                report.problem = Some(Refusal { code: code.into(), message, hint: None });
            }
        }
        report
    }
}

/// How many places are looked at at once.
const MOST_LOOKS: usize = 8;

impl Ready<'_> {
    /// What is about to be done.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether another plan, made and looked at earlier, is still this one. `Err` says where they part.
    pub fn agrees_with(&self, earlier: &Plan) -> Result<(), String> {
        if earlier.format != PLAN_FORMAT || earlier.target != self.plan.target {
            return Err("it is another target's, or another version's".to_owned());
        }
        let is_gone = |old: &&TenantPlan| !self.plan.tenants.iter().any(|plan| plan.tenant == old.tenant);
        if let Some(gone) = earlier.tenants.iter().find(is_gone) {
            return Err(format!("`{}` stands in it, and cannot be published now", gone.tenant));
        }
        for plan in &self.plan.tenants {
            match earlier.tenants.iter().find(|old| old.tenant == plan.tenant) {
                Some(old) if old == plan => {}
                Some(old) if old.fence != plan.fence => return Err(format!("`{}` was published since", plan.tenant)),
                Some(_) => return Err(format!("`{}` is not as it was", plan.tenant)),
                None => return Err(format!("`{}` does not stand in it", plan.tenant)),
            }
        }
        Ok(())
    }

    /// Does what is planned.
    pub fn apply(&self, how: &How, observer: &dyn Observer, interrupt: &AtomicBool) -> Outcome<Report> {
        let publisher = self.publisher;
        let ledger = Ledger::open(&publisher.built.memory(&publisher.target))?;
        let totals = self.plan.totals();
        observer.event(Event::Started { tenants: totals.changed, files: totals.uploads + totals.changes });
        let terms = publisher.terms(interrupt);
        let means = Means { built: &publisher.built, terms, ledger: &ledger, observer, interrupt };
        // A web server that is slow or down takes nothing of the patience that uploads have.
        let asking = Patience::default();
        let wave = Wave { ready: self, how, means, asking, failures: AtomicUsize::new(0) };
        let mut reports = BTreeMap::new();
        let pairs = self.plan.tenants.iter().zip(&self.sites);
        let (first, others): (Vec<_>, Vec<_>) = pairs.partition(|(plan, _)| how.canaries.contains(&plan.tenant));
        for plans in [first, others] {
            // The others go only if every canary is there as it should be: refused is not well either.
            if !reports.values().all(is_well) {
                wave.failures.store(usize::MAX, Ordering::Relaxed);
            }
            let sent: Vec<TenantReport> =
                publisher.parallel(self.threads(), || plans.par_iter().map(|pair| wave.one(*pair)).collect());
            reports.extend(sent.into_iter().map(|report| (report.tenant.clone(), report)));
        }
        if reports.values().all(|tenant| !matches!(tenant.status, Status::Failed | Status::Skipped)) {
            ledger.end()?;
        }
        let of = |plan: &TenantPlan| reports.remove(&plan.tenant);
        Ok(Report { run: publisher.run.clone(), tenants: self.plan.tenants.iter().filter_map(of).collect() })
    }

    /// As many threads as the place that takes most at once.
    fn threads(&self) -> usize {
        let most = self.sites.iter().flatten().map(|site| site.target.parallel()).max();
        most.unwrap_or(FEWEST_THREADS).max(FEWEST_THREADS)
    }

    /// The settings of the target, for a tenant that something is done for.
    pub fn settings(&self, tenant: &str) -> Option<&TargetSettings> {
        self.sites.iter().flatten().find(|site| site.tenant.as_str() == tenant).map(|site| &site.settings)
    }
}

/// Tenants that are published side by side.
struct Wave<'w> {
    ready: &'w Ready<'w>,
    how: &'w How,
    means: Means<'w>,
    /// The patience with the public's address.
    asking: Patience,
    failures: AtomicUsize,
}

impl Wave<'_> {
    fn one(&self, (plan, site): (&TenantPlan, &Option<Site>)) -> TenantReport {
        let Some(site) = site else { return TenantReport::of(plan) };
        let Means { interrupt, observer, .. } = self.means;
        let is_enough = self.failures.load(Ordering::Relaxed) > self.how.most_failures.min(usize::MAX - 1);
        if interrupt.load(Ordering::Relaxed) || is_enough {
            return TenantReport { status: Status::Skipped, ..TenantReport::of(plan) };
        }
        let publisher = self.ready.publisher;
        let mut report = publisher.reported(plan, self.done(plan, site));
        if matches!(report.status, Status::Published | Status::PurgePending) && self.how.checking != Checking::Nothing {
            self.check(&mut report, (site, plan));
        }
        self.failures.fetch_add(usize::from(is_amiss(&report)), Ordering::Relaxed);
        observer.event(Event::Done { tenant: &plan.tenant });
        report
    }

    fn done(&self, plan: &TenantPlan, site: &Site) -> Outcome<Status> {
        let is_live = plan.standing == Standing::PurgePending;
        if !is_live {
            send(self.means, site, plan)?;
        }
        purge(&*site.target, (&site.tenant, &site.settings), self.means.terms)?;
        Ok(if is_live { Status::Purged } else { Status::Published })
    }

    /// Asks the public's address; what differs is told, or the site is taken back.
    fn check(&self, report: &mut TenantReport, site: (&Site, &TenantPlan)) {
        let publisher = self.ready.publisher;
        let reader = Reader::new(&self.asking, self.means.interrupt);
        report.differences = reader.compare(&publisher.built, site);
        // Where caches could not be told, what differs may be what they keep.
        let may_be_cached = report.status == Status::PurgePending;
        if report.differences.is_empty() || may_be_cached || self.how.checking != Checking::TakeBack {
            return;
        }
        let back = publisher.roll_one_back(&site.0.tenant, &Goal::Before(publisher.run.clone()), self.means.interrupt);
        let differences = std::mem::take(&mut report.differences);
        *report = TenantReport { differences, ..back };
    }
}

/// Whether what was built of a tenant is shown, as far as anybody has looked.
fn is_well(report: &TenantReport) -> bool {
    matches!(report.status, Status::Published | Status::Purged | Status::Unchanged) && report.differences.is_empty()
}

/// Whether something went wrong with a tenant.
fn is_amiss(report: &TenantReport) -> bool {
    matches!(report.status, Status::Failed | Status::PurgePending) || !report.differences.is_empty()
}

impl TenantReport {
    /// Notes that a plan was done.
    fn did(&mut self, status: Status, plan: &TenantPlan) {
        self.status = status;
        self.release = if plan.standing == Standing::PurgePending { plan.base } else { Some(plan.release) };
        self.uploaded = plan.count(Action::Upload);
        self.changed = plan.count(Action::Change);
        self.removed = plan.count(Action::Remove);
        self.bytes = plan.bytes();
    }

    /// That of a tenant for which nothing was tried.
    pub(crate) fn of(plan: &TenantPlan) -> TenantReport {
        let status = match plan.standing {
            Standing::Unchanged => Status::Unchanged,
            Standing::HeldBack => Status::HeldBack,
            Standing::Elsewhere => Status::Elsewhere,
            Standing::Refused => Status::Refused,
            Standing::Failed => Status::Failed,
            Standing::Changed => Status::Skipped,
            Standing::PurgePending => Status::PurgePending,
        };
        TenantReport {
            tenant: plan.tenant.clone(),
            place: plan.place.clone(),
            status,
            release: plan.base,
            uploaded: 0,
            changed: 0,
            removed: 0,
            bytes: 0,
            problem: plan.refusal.clone(),
            differences: Vec::new(),
        }
    }
}
