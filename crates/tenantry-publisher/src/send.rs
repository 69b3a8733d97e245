//! Sends one site: in which order, and what the record says meanwhile.
//!
//! Hashed assets go first, then other files, then pages; nothing is removed before everything is there, but
//! for what a name may be at a place: a file makes way for a folder of its name right before, and the other way round.

mod one_by_one;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::built::Built;
use crate::clock;
use crate::fault::{Fault, Outcome};
use crate::ledger::Ledger;
use crate::listing::{Class, File, Listing};
use crate::observe::{Event, Observer};
use crate::plan::{Action, Step, TenantPlan};
use crate::purge::has_caches;
use crate::record::{Record, Release, as_note};
use crate::session::{Session, Terms};
use crate::site::{Site, grace};
use crate::target::{Note, Surface, Upload, When};

/// How many releases are kept.
const KEPT_RELEASES: u64 = 5;

/// What all sites of a run are sent with.
#[derive(Clone, Copy)]
pub(crate) struct Means<'m> {
    pub(crate) built: &'m Built,
    pub(crate) terms: Terms<'m>,
    pub(crate) ledger: &'m Ledger,
    pub(crate) observer: &'m dyn Observer,
    pub(crate) interrupt: &'m AtomicBool,
}

/// A site being sent.
struct Sending<'s> {
    means: Means<'s>,
    site: &'s Site,
    plan: &'s TenantPlan,
    session: Session<'s>,
    /// All that the new release holds.
    listing: Listing,
    /// What of it no page names any more, and until when it stays.
    retired: BTreeMap<OutputPath, u64>,
}

/// Sends a site as planned.
pub(crate) fn send(means: Means<'_>, site: &Site, plan: &TenantPlan) -> Outcome<()> {
    let (listing, retired) = goal(site, plan);
    let session = Session::begin((&*site.target, &site.found), means.terms, |record| {
        record.begin(plan.release);
        record.stale = has_caches(&site.settings);
        // What was cut short before is told by nothing else, should this one be cut short too.
        record.leftovers.extend(site.unsure.iter().cloned());
    })?;
    let sending = Sending { means, site, plan, session, listing, retired };
    sending.session.working(|| match site.target.surface() {
        Surface::Releases(releases) => sending.whole(releases),
        Surface::Files(files) => sending.one_by_one(files),
    })
}

/// What the release will hold: what was built, and old assets whose time is not over.
fn goal(site: &Site, plan: &TenantPlan) -> (Listing, BTreeMap<OutputPath, u64>) {
    let mut retired = site.found.record.retired.clone();
    let until = clock::now() + grace(&site.settings);
    let retiring = plan.steps.iter().filter(|step| step.action == Action::Retire);
    retired.extend(retiring.map(|step| (step.path.clone(), until)));
    let mut listing = site.built.clone();
    let shown = site.shown.as_ref();
    let goes = |path: &OutputPath| plan.steps.iter().any(|step| step.action == Action::Remove && step.path == *path);
    retired.retain(|path, _| {
        let old = shown.and_then(|shown| shown.0.get(path)).filter(|_| !site.built.0.contains_key(path) && !goes(path));
        old.is_some_and(|old| listing.0.insert(path.clone(), old.clone()).is_none())
    });
    (listing, retired)
}

impl Sending<'_> {
    /// Says first what the release is to hold, so that whoever comes after a failure knows what may be there.
    fn announce(&self) -> Outcome<()> {
        let bytes = as_note(&self.listing)?;
        let note = Note::Listing(self.plan.release);
        self.session.trying(|| self.site.target.notes().write(note, &bytes, When::Always)).map(drop)
    }

    /// Sends what is to be sent, class by class, each file by `put`.
    fn upload(&self, put: &(dyn Fn(&Step, &Upload<'_>) -> Outcome<()> + Sync)) -> Outcome<()> {
        for class in Class::ORDER {
            let sends = |step: &&Step| step.class == class && matches!(step.action, Action::Upload | Action::Change);
            let steps: Vec<&Step> = self.plan.steps.iter().filter(sends).collect();
            steps.par_iter().try_for_each(|step| self.one(step, put))?;
        }
        Ok(())
    }

    fn one(&self, step: &Step, put: &dyn Fn(&Step, &Upload<'_>) -> Outcome<()>) -> Outcome<()> {
        if self.means.interrupt.load(Ordering::Relaxed) {
            return Err(interrupted());
        }
        let Some(file) = self.site.built.0.get(&step.path) else { return Ok(()) };
        self.session.hold()?;
        let bytes = self.means.built.file(&self.site.tenant, &step.path, file)?;
        put(step, &Upload { path: &step.path, file, bytes: &bytes })?;
        self.means.observer.event(Event::Sent { bytes: file.size });
        Ok(())
    }

    /// Enters the release into the record.
    fn enter(&self, record: &mut Record) {
        record.shown = Some(self.plan.release);
        record.unfinished = None;
        record.withdrawn = None;
        record.retired.clone_from(&self.retired);
        record.releases.push(Release {
            number: self.plan.release,
            run: self.means.terms.run.to_owned(),
            base: self.plan.base,
            time: clock::now(),
            digest: self.plan.digest.unwrap_or_else(|| self.site.built.digest()),
            files: self.site.built.0.len(),
            pages: self.site.built.pages(),
            bytes: self.site.built.bytes(),
            kept: Default::default(),
        });
    }

    /// Writes that the release is shown, and keeps no more releases than are to be kept. Whether there is anything left to
    /// do; if not, the lock is given back at once.
    fn conclude(&self, change: impl FnOnce(&mut Record)) -> Outcome<bool> {
        self.session.write(|record| {
            self.enter(record);
            change(record);
            self.prune(record);
            if record.leftovers.is_empty() && record.doomed.is_empty() {
                record.lock = None;
            }
        })?;
        Ok(self.session.record().lock.is_some())
    }

    fn prune(&self, record: &mut Record) {
        let kept = usize::try_from(self.site.settings.number("keep_releases", KEPT_RELEASES)).unwrap_or(usize::MAX);
        let more = record.releases.len().saturating_sub(kept);
        let numbers = record.releases.iter().map(|release| release.number).take(more);
        let superfluous: Vec<u64> = numbers.filter(|number| record.shown != Some(*number)).collect();
        record.drop_releases(&superfluous);
    }

    /// Ends it, after what the site has no more was removed: removes what there is of releases that are kept no more,
    /// each by `remove`, and gives the lock back. One that cannot be removed has another turn.
    fn clear(&self, remove: &dyn Fn(u64, &BTreeSet<Checksum>) -> Outcome<()>) -> Outcome<()> {
        let (mut gone, mut told) = (Vec::new(), Ok(()));
        for (number, kept) in &self.session.record().doomed {
            let erase = || self.site.target.notes().erase(Note::Listing(*number));
            match remove(*number, kept).and_then(|()| self.session.trying(erase)) {
                Ok(()) => gone.push(*number),
                Err(fault) => told = told.and(Err(fault)),
            }
        }
        let ended = self.session.end(|record| {
            record.leftovers.clear();
            record.doomed.retain(|number, _| !gone.contains(number));
        });
        told.and(ended)
    }

    /// Files of the release that is shown that a condition holds for.
    fn old(&self, path: &OutputPath) -> Option<&File> {
        self.site.shown.as_ref()?.0.get(path)
    }
}

/// What a run that was interrupted says of a site that it had begun.
pub(crate) fn interrupted() -> Fault {
    Fault::lasting("interrupted; the next publish goes on")
}
