//! Which releases a place has, and going back to one of them.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::fault::{Fault, Outcome};
use crate::listing::{File, Listing};
use crate::plan::{Promise, Standing, TenantPlan};
use crate::record::{Record, Release, read_listing};
use crate::run::{Publisher, Report, Status, TenantReport};
use crate::session::Session;
use crate::site::open_site;
use crate::target::{Files, Releases, Surface, Target};

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
        let (target, record) = self.opened(tenant, interrupt).map_err(|fault| self.veiled(fault))?;
        let place = target.place();
        Ok(Shelf { tenant: tenant.clone(), place, shown: record.shown, releases: record.releases })
    }

    fn veiled(&self, fault: Fault) -> Fault {
        Fault { message: self.veil.over(&fault.message), ..fault }
    }

    fn opened(&self, tenant: &TenantId, interrupt: &AtomicBool) -> Outcome<(Box<dyn Target>, Record)> {
        let manifest = self.built.manifest(tenant)?;
        let settings = manifest.targets.get(&self.target);
        let settings = settings.ok_or_else(|| Fault::lasting(format!("it has no target `{}`", self.target)))?;
        let (target, found) = open_site(self.ground(interrupt), tenant, settings)?;
        if found.record.tenant != tenant.as_str() {
            let message = format!("`{}` is the place of the tenant `{}`", target.place(), found.record.tenant);
            return Err(Fault::lasting(message));
        }
        Ok((target, found.record))
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
        let (target, record) = self.opened(tenant, interrupt)?;
        plan.place = target.place();
        plan.base = record.shown;
        let Some(release) = wanted(&record, goal)? else {
            plan.release = record.shown.unwrap_or(0);
            return Ok(Status::Unchanged);
        };
        plan.release = release;
        let back = Back { publisher: self, target: &*target, release, interrupt };
        match target.surface() {
            Surface::Releases(releases) => back.switch(tenant, releases),
            Surface::Files(files) => back.restore(tenant, files),
        }?;
        Ok(Status::RolledBack)
    }
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
        Goal::Number(number) if *number == shown => Ok(None),
        Goal::Number(number) if record.release(*number).is_some() => Ok(Some(*number)),
        Goal::Number(number) => Err(Fault::lasting(format!("release {number} is not kept any more, or never was"))),
    }
}

/// A way back.
struct Back<'b> {
    publisher: &'b Publisher,
    target: &'b dyn Target,
    release: u64,
    interrupt: &'b AtomicBool,
}

impl Back<'_> {
    /// Takes the lock. The record is read again, so that it is as young as can be.
    fn session(&self, tenant: &TenantId) -> Outcome<Session<'_>> {
        let found = crate::record::read_record(self.target, tenant)?;
        Session::begin((self.target, &found), self.publisher.terms(self.interrupt), |_| {})
    }

    fn switch(&self, tenant: &TenantId, releases: &dyn Releases) -> Outcome<()> {
        if !releases.holds(self.release)? {
            return Err(Fault::lasting(format!("release {} is not there any more", self.release)));
        }
        let session = self.session(tenant)?;
        let switched = session.fenced(|fence| releases.switch(self.release, fence));
        session.end(|record| {
            if switched.is_ok() {
                enter(record, self.release);
            }
        })?;
        switched
    }

    /// Restores files that other releases replaced, after making sure that all of them are there.
    fn restore(&self, tenant: &TenantId, files: &dyn Files) -> Outcome<()> {
        let session = self.session(tenant)?;
        let restored = self.restore_all(&session, files);
        session.end(|record| {
            if let Ok(gone) = &restored {
                enter(record, self.release);
                record.leftovers.clear();
                record.retired.retain(|path, _| !gone.contains(path));
            }
        })?;
        restored.map(drop)
    }

    fn restore_all(&self, session: &Session<'_>, files: &dyn Files) -> Outcome<Vec<OutputPath>> {
        let record = session.record();
        let listing = |release: u64| session.trying(|| read_listing(self.target, release));
        let unknown = || Fault::lasting("it is not known what that release held: its listing is gone");
        let (to, from) = (listing(self.release)?.ok_or_else(unknown)?, shown(&record, &listing)?);
        let differing: Vec<(&OutputPath, &File)> = differing(&to, &from);
        for (path, file) in &differing {
            if !session.trying(|| files.holds(file.digest))? {
                let message = format!("`{path}` of release {} is not kept any more", self.release);
                return Err(Fault::lasting(message));
            }
        }
        // What is replaced may be wanted again.
        let replaced: Vec<(&OutputPath, &File)> =
            differing.iter().filter_map(|(path, _)| from.0.get_key_value(*path)).collect();
        let added: Vec<(&OutputPath, &File)> = from.0.iter().filter(|(path, _)| !to.0.contains_key(*path)).collect();
        let kept: Vec<_> = replaced.iter().chain(&added).map(|(_, file)| file.digest).collect();
        let current = record.shown;
        session.write(|record| {
            record.unfinished = Some(self.release);
            record.leftovers = added.iter().map(|(path, _)| (*path).clone()).collect();
            record.releases.iter_mut().filter(|release| Some(release.number) == current).for_each(|release| {
                release.kept.extend(kept.iter().copied());
            });
        })?;
        differing.par_iter().try_for_each(|(path, file)| {
            session.hold()?;
            if let Some(old) = from.0.get(*path) {
                session.trying(|| files.keep(path, old))?;
            }
            session.trying(|| files.restore(path, file))
        })?;
        added.par_iter().try_for_each(|(path, file)| {
            session.hold()?;
            session.trying(|| files.keep(path, file))?;
            session.trying(|| files.remove(path))
        })?;
        Ok(added.into_iter().map(|(path, _)| path.clone()).collect())
    }
}

/// What the site shows: the listing of its release.
fn shown(record: &Record, listing: &dyn Fn(u64) -> Outcome<Option<Listing>>) -> Outcome<Listing> {
    match record.shown {
        Some(release) => Ok(listing(release)?.unwrap_or_default()),
        None => Ok(Listing::default()),
    }
}

/// The files of one side that the other one does not have just so.
fn differing<'l>(to: &'l Listing, from: &Listing) -> Vec<(&'l OutputPath, &'l File)> {
    to.0.iter().filter(|(path, file)| from.0.get(*path) != Some(*file)).collect()
}

/// Says in the record that an earlier release is shown again, and that the later one was taken back.
fn enter(record: &mut Record, release: u64) {
    record.withdrawn = record.shown().map(|shown| shown.digest);
    record.shown = Some(release);
    record.unfinished = None;
}
