//! A site as a new release beside the one that is shown, and one switch.

use tenantry_core::path::OutputPath;

use crate::fault::Outcome;
use crate::plan::Action;
use crate::record::read_listing;
use crate::send::Sending;
use crate::site::in_common;
use crate::target::{Draft, Note, Releases};

impl Sending<'_> {
    pub(super) fn whole(&self, releases: &dyn Releases) -> Outcome<()> {
        if let Err(fault) = self.announce().and_then(|()| self.make(releases)) {
            self.give_up(releases);
            return Err(fault);
        }
        // From here on the release may be shown, whatever the answers say.
        if let Err(fault) = self.session.fenced(|fence| releases.switch(self.plan.release, fence)) {
            let _ = self.session.end(|_| {});
            return Err(fault);
        }
        let (pruned, left) = (self.prune(releases), self.discard_unfinished(releases));
        self.session.end(|record| {
            self.enter(record);
            record.drop_releases(&pruned);
        })?;
        left
    }

    /// Makes the release, which nobody sees yet.
    fn make(&self, releases: &dyn Releases) -> Outcome<()> {
        let carried: Vec<&OutputPath> = in_common(&self.listing, self.site.shown.as_ref()).into_iter().collect();
        let gone = self.site.shown.iter().flat_map(|shown| shown.0.keys());
        let dropped: Vec<&OutputPath> = gone.filter(|path| !self.listing.0.contains_key(*path)).collect();
        let message = format!("{}: release {} of run {}", self.site.tenant, self.plan.release, self.means.terms.run);
        let draft = Draft {
            release: self.plan.release,
            base: self.site.shown.as_ref().and(self.plan.base),
            listing: &self.listing,
            carried: &carried,
            dropped: &dropped,
            message: &message,
            local: &self.means.built.folder(&self.site.tenant),
        };
        self.session.trying(|| releases.begin(&draft))?;
        self.upload(&|step, upload| {
            // What has the same bytes under other headers was carried.
            if step.action == Action::Change && carried.binary_search(&&step.path).is_ok() {
                return Ok(());
            }
            self.session.trying(|| releases.put(&draft, upload))
        })?;
        self.session.trying(|| releases.seal(&draft))
    }

    /// Takes away what was made, and gives the lock back; if that fails too, the next publish does it.
    fn give_up(&self, releases: &dyn Releases) {
        let release = self.plan.release;
        let gone = releases
            .discard(release, &self.listing)
            .and_then(|()| self.site.target.notes().erase(Note::Listing(release)));
        let _ = self.session.end(|record| {
            if gone.is_ok() {
                record.unfinished = self.site.found.record.unfinished;
            }
        });
    }

    /// Removes the releases that are more than are kept. One that cannot be removed stays listed, and has another turn.
    fn prune(&self, releases: &dyn Releases) -> Vec<u64> {
        let mut record = self.session.record();
        self.enter(&mut record);
        let discard = |number: &u64| self.discard(releases, *number).is_ok();
        self.superfluous(&record).into_iter().filter(discard).collect()
    }

    /// What an earlier publish began and did not end is not needed any more.
    fn discard_unfinished(&self, releases: &dyn Releases) -> Outcome<()> {
        match self.site.found.record.unfinished {
            Some(release) if self.site.found.record.release(release).is_none() => self.discard(releases, release),
            _ => Ok(()),
        }
    }

    fn discard(&self, releases: &dyn Releases, release: u64) -> Outcome<()> {
        let target = &*self.site.target;
        if let Some(listing) = self.session.trying(|| read_listing(target, release))? {
            self.session.trying(|| releases.discard(release, &listing))?;
        }
        self.session.trying(|| target.notes().erase(Note::Listing(release)))
    }
}
