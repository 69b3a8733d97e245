//! Which releases a place has, and going back to one of them.

mod restore;

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use tenantry_core::name::TenantId;
use tenantry_core::publish::TargetSettings;

use crate::fault::{Fault, Outcome};
use crate::plan::{Promise, Standing, TenantPlan};
use crate::purge::{has_caches, purge};
use crate::record::{Found, Record, Release};
use crate::run::{Publisher, Report, Status, TenantReport};
use crate::session::Session;
use crate::site::open_site;
use crate::target::{Releases, Surface, Target};

/// Which release to go back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// The one that was shown before the one that is shown.
    Previous,
    /// One by its number.
    Number(u64),
    /// The one before that of a run; sites that show another release are left as they are.
    Before(String),
}

/// A tenant's releases.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The tenant.
    pub tenant: TenantId,
    /// Its place.
    pub place: String,
    /// The release that is shown.
    pub shown: Option<u64>,
    /// The releases that are kept, the oldest first.
    pub releases: Vec<Release>,
}

impl Publisher {
    /// The releases of a tenant.
    pub fn releases(&self, tenant: &TenantId, interrupt: &AtomicBool) -> Outcome<Shelf> {
        let Opened { target, found, .. } = self.opened(tenant, interrupt).map_err(|fault| self.veiled(fault))?;
        let (place, record) = (target.place(), found.record);
        Ok(Shelf { tenant: tenant.clone(), place, shown: record.shown, releases: record.releases })
    }

    fn veiled(&self, fault: Fault) -> Fault {
        Fault { message: self.veil.over(&fault.message), ..fault }
    }

    fn opened(&self, tenant: &TenantId, interrupt: &AtomicBool) -> Outcome<Opened> {
        let manifest = self.built.manifest(tenant)?;
        let settings = manifest.targets.get(&self.target);
        let settings = settings.ok_or_else(|| Fault::lasting(format!("it has no target `{}`", self.target)))?;
        let (target, found) = open_site(self.ground(interrupt), tenant, settings)?;
        if found.record.tenant != tenant.as_str() {
            let message = format!("`{}` is the place of the tenant `{}`", target.place(), found.record.tenant);
            return Err(Fault::lasting(message));
        }
        Ok(Opened { target, found, settings: settings.clone() })
    }

    /// Goes back to an earlier release of some tenants.
    pub fn roll_back(&self, tenants: &[TenantId], goal: &Goal, interrupt: &AtomicBool) -> Report {
        let one = |tenant: &TenantId| self.roll_one_back(tenant, goal, interrupt);
        let tenants = self.parallel(8, || tenants.par_iter().map(one).collect());
        Report { run: self.run.clone(), tenants }
    }

    pub(crate) fn roll_one_back(&self, tenant: &TenantId, goal: &Goal, interrupt: &AtomicBool) -> TenantReport {
        let mut plan = TenantPlan {
            tenant: tenant.to_string(),
            place: String::new(),
            promise: Promise::WholeSite,
            standing: Standing::Changed,
            refusal: None,
            base: None,
            fence: 0,
            release: 0,
            digest: None,
            steps: Vec::new(),
            same: 0,
        };
        let rolled = self.try_to_roll_back((tenant, goal), &mut plan, interrupt);
        self.reported(&plan, rolled)
    }

    fn try_to_roll_back(
        &self,
        (tenant, goal): (&TenantId, &Goal),
        plan: &mut TenantPlan,
        interrupt: &AtomicBool,
    ) -> Outcome<Status> {
        let opened = self.opened(tenant, interrupt)?;
        let record = &opened.found.record;
        plan.place = opened.target.place();
        plan.base = record.shown;
        let Some(release) = wanted(record, goal)? else {
            plan.release = record.shown.unwrap_or(0);
            return Ok(Status::Unchanged);
        };
        plan.release = release;
        let back = Back { publisher: self, opened: &opened, release, interrupt };
        match opened.target.surface() {
            Surface::Releases(releases) => back.switch(releases),
            Surface::Files(files) => back.restore(files),
        }?;
        purge(&*opened.target, (tenant, &opened.settings), self.terms(interrupt))?;
        Ok(Status::RolledBack)
    }
}

/// A place, opened to go back.
struct Opened {
    target: Box<dyn Target>,
    found: Found,
    settings: TargetSettings,
}

/// The release to go back to. `None` if the site shows none that is meant.
fn wanted(record: &Record, goal: &Goal) -> Outcome<Option<u64>> {
    let shown = record.shown.ok_or_else(|| Fault::lasting("nothing is published there"))?;
    let previous = || {
        let earlier = record.previous();
        earlier.map(Some).ok_or_else(|| Fault::lasting(format!("no release before {shown} is kept")))
    };
    match goal {
        Goal::Previous => previous(),
        Goal::Before(run) if record.shown().is_none_or(|release| release.run != *run) => Ok(None),
        Goal::Before(_) => previous(),
        // What is shown is put right again if something was cut short.
        Goal::Number(number) if *number == shown && record.is_whole() => Ok(None),
        Goal::Number(number) if record.release(*number).is_some() => Ok(Some(*number)),
        Goal::Number(number) => Err(Fault::lasting(format!("release {number} is not kept any more, or never was"))),
    }
}

/// A way back.
struct Back<'b> {
    publisher: &'b Publisher,
    opened: &'b Opened,
    release: u64,
    interrupt: &'b AtomicBool,
}

impl Back<'_> {
    /// Takes the lock, if the record is still the one by which the release was chosen.
    fn session(&self, change: impl FnOnce(&mut Record)) -> Outcome<Session<'_>> {
        let Opened { target, found, settings } = self.opened;
        Session::begin((&**target, found), self.publisher.terms(self.interrupt), |record| {
            record.stale = has_caches(settings);
            change(record);
        })
    }

    fn switch(&self, releases: &dyn Releases) -> Outcome<()> {
        if !self.publisher.patience.keep_trying(self.interrupt, || releases.holds(self.release))? {
            return Err(Fault::lasting(format!("release {} is not there any more", self.release)));
        }
        // From here on the release may be shown, whatever the answers say.
        let session = self.session(|record| record.begin(self.release))?;
        let switched = session.switch(releases, self.release);
        let ended = session.end(|record| {
            if switched.is_ok() {
                enter(record, self.release);
            }
        });
        switched.and(ended)
    }
}

/// Says in the record that an earlier release is shown again, and that the later one was taken back.
fn enter(record: &mut Record, release: u64) {
    if record.shown != Some(release) {
        record.withdrawn = record.shown().map(|shown| shown.digest);
    }
    record.shown = Some(release);
    record.unfinished = None;
}
