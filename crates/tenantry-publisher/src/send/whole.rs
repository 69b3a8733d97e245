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
        if let Err(fault) = self.session.switch(releases, self.plan.release) {
            let _ = self.session.end(|_| {});
            return Err(fault);
        }
        // Only then is anything discarded: it must not stand there as something to go back to.
        if self.conclude(|_| {})? { self.clear(&|release, _| self.discard(releases, release)) } else { Ok(()) }
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

    fn discard(&self, releases: &dyn Releases, release: u64) -> Outcome<()> {
        match self.session.trying(|| read_listing(&*self.site.target, release))? {
            Some(listing) => self.session.trying(|| releases.discard(release, &listing)),
            None => Ok(()),
        }
    }
}
