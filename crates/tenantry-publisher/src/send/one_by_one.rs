//! A site whose files are replaced one by one. What is replaced is put away first, so that it can be restored.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::fault::Outcome;
use crate::plan::{Action, Step};
use crate::record::read_listing;
use crate::send::Sending;
use crate::target::Files;

impl Sending<'_> {
    pub(super) fn one_by_one(&self, files: &dyn Files) -> Outcome<()> {
        let removals: Vec<&Step> = self.steps(Action::Remove);
        let sent = self.announce().and_then(|()| {
            self.upload(&|step, upload| {
                let file = (upload.path, upload.file.digest);
                if self.was_sent(file) {
                    return self.note(file);
                }
                self.make_way(files, &removals, step)?;
                self.put_away(files, step)?;
                self.session.trying(|| files.put(upload))?;
                self.note(file)
            })
        });
        // Once the record is written, nobody knows any more of which release they were.
        let put_away = sent.and_then(|()| removals.par_iter().try_for_each(|step| self.put_away(files, step)));
        let needed = match put_away.and_then(|()| self.needed()) {
            Ok(needed) => needed,
            Err(fault) => {
                let _ = self.session.end(|_| {});
                return Err(fault);
            }
        };
        let is_left = self.conclude(|record| {
            record.keep_for(&needed);
            record.leftovers = removals.iter().map(|step| step.path.clone()).collect();
        })?;
        if is_left { self.tidy(files, &removals) } else { Ok(()) }
    }

    /// Removes what the site has no more, and what was put away for releases that are not kept.
    fn tidy(&self, files: &dyn Files, removals: &[&Step]) -> Outcome<()> {
        let remove = |step: &&Step| self.session.trying(|| files.remove(&step.path));
        if let Err(fault) = removals.par_iter().try_for_each(remove) {
            let _ = self.session.end(|_| {});
            return Err(fault);
        }
        self.clear(&|_, kept| self.forget(files, kept))
    }

    fn steps(&self, action: Action) -> Vec<&Step> {
        self.plan.steps.iter().filter(|step| step.action == action).collect()
    }

    /// Whether a file was sent by the run that was cut short, if nobody was there since.
    fn was_sent(&self, file: (&OutputPath, Checksum)) -> bool {
        let last = self.site.found.record.taken.as_deref();
        last.is_some_and(|lock| self.means.ledger.has((&self.plan.tenant, lock), file))
    }

    fn note(&self, file: (&OutputPath, Checksum)) -> Outcome<()> {
        self.means.ledger.note((&self.plan.tenant, self.session.id()), file)
    }

    /// Removes what is to be removed anyway and is where a folder is to be, or the other way round.
    fn make_way(&self, files: &dyn Files, removals: &[&Step], step: &Step) -> Outcome<()> {
        let ours: Vec<&&Step> = removals.iter().filter(|gone| gone.path.clashes_with(&step.path)).collect();
        if ours.is_empty() {
            return Ok(());
        }
        ours.iter().try_for_each(|gone| self.put_away(files, gone))?;
        let paths: Vec<&OutputPath> = ours.iter().map(|gone| &gone.path).collect();
        self.session.trying(|| files.make_way(&step.path, &paths))
    }

    /// Puts away what a step is about to replace or remove, if it is of the last release.
    fn put_away(&self, files: &dyn Files, step: &Step) -> Outcome<()> {
        match self.old(&step.path) {
            Some(old) => self.session.trying(|| files.keep(&step.path, old)),
            None => Ok(()),
        }
    }

    /// What was put away, by the releases that need it.
    fn needed(&self) -> Outcome<BTreeMap<u64, BTreeSet<Checksum>>> {
        let is_replaced = |step: &&Step| matches!(step.action, Action::Change | Action::Remove);
        let replaced = self.plan.steps.iter().filter(is_replaced).filter_map(|step| self.old(&step.path));
        let listing = |release: u64| self.session.trying(|| read_listing(&*self.site.target, release));
        self.session.record().needed_by(replaced.map(|file| file.digest).collect(), listing)
    }

    /// Removes what was put away for a release and is needed by none that is kept.
    fn forget(&self, files: &dyn Files, kept: &BTreeSet<Checksum>) -> Outcome<()> {
        let releases = self.session.record().releases;
        let is_needed = |digest: &&Checksum| releases.iter().any(|release| release.kept.contains(*digest));
        let mut superfluous = kept.iter().filter(|digest| !is_needed(digest));
        superfluous.try_for_each(|digest| self.session.trying(|| files.forget(*digest)))
    }
}
