//! Going back where files are replaced one by one: what other releases replaced is restored, after making sure that all
//! of it is there.
//!
//! It happens in the order of a publish: assets first, pages last, and nothing is removed before everything is there.
//! Assets of the release that is taken back stay for their time, since somebody may have its pages open.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use tenantry_core::digest::Checksum;
use tenantry_core::manifest::CacheClass;
use tenantry_core::path::OutputPath;

use crate::clock;
use crate::fault::{Fault, Outcome};
use crate::listing::{Class, File, Listing};
use crate::record::{as_note, read_listing};
use crate::releases::{Back, enter};
use crate::session::Session;
use crate::site::grace;
use crate::target::{Files, Note, When};

/// What is between what is there and what is to be.
struct Way {
    /// What the release that is shown lists.
    from: Listing,
    /// Of what nobody knows whether and how it is there.
    unsure: BTreeSet<OutputPath>,
    /// What is to be: the release, and assets that stay for their time.
    to: Listing,
    /// Those assets, and until when they stay.
    retired: BTreeMap<OutputPath, u64>,
}

impl Back<'_> {
    pub(super) fn restore(&self, files: &dyn Files) -> Outcome<()> {
        let session = self.session(|_| {})?;
        let way = || self.way(&session).and_then(|way| self.go(&session, files, &way).map(|()| way.retired));
        let restored = session.working(way);
        let ended = session.end(|record| {
            if let Ok(retired) = &restored {
                enter(record, self.release);
                record.leftovers.clear();
                record.retired.clone_from(retired);
            }
        });
        restored.and(ended)
    }

    fn listing(&self, session: &Session<'_>, release: u64) -> Outcome<Option<Listing>> {
        session.trying(|| read_listing(&*self.opened.target, release))
    }

    fn way(&self, session: &Session<'_>) -> Outcome<Way> {
        let record = session.record();
        let listing = |release: u64| self.listing(session, release);
        let unknown = || Fault::lasting("it is not known what that release held: its listing is gone");
        let mut to = listing(self.release)?.ok_or_else(unknown)?;
        let from = record.shown.map_or(Ok(None), listing)?.unwrap_or_default();
        let begun = record.unfinished.map_or(Ok(None), listing)?;
        let unsure = record.unsure(Some(&from), begun.as_ref());
        let grace = grace(&self.opened.settings);
        let until = clock::now() + grace;
        let mut retired = BTreeMap::new();
        for (path, file) in from.0.iter().filter(|(path, _)| grace > 0 && !unsure.contains(*path)) {
            let has_room = !to.0.contains_key(path) && !to.clashes_with(path);
            if file.cache == CacheClass::Immutable && has_room {
                to.0.insert(path.clone(), file.clone());
                retired.insert(path.clone(), record.retired.get(path).copied().unwrap_or(until));
            }
        }
        Ok(Way { from, unsure, to, retired })
    }

    fn go(&self, session: &Session<'_>, files: &dyn Files, way: &Way) -> Outcome<()> {
        self.refuse_unless_kept(session, files, way)?;
        let removed = way.removed();
        let needed = session.record().needed_by(way.replaced(), |release| self.listing(session, release))?;
        session.write(|record| {
            record.begin(self.release);
            record.leftovers = way.unsure.iter().chain(removed.iter().copied()).cloned().collect();
            record.keep_for(&needed);
        })?;
        self.announce(session, way)?;
        for class in Class::ORDER {
            let of_class: Vec<_> =
                way.differing().filter(|(path, file)| Class::of(path, file.cache) == class).collect();
            of_class.par_iter().try_for_each(|(path, file)| {
                way.make_way(session, files, (path, &removed))?;
                way.put_away(session, files, path)?;
                session.trying(|| files.restore(path, file))
            })?;
        }
        removed.par_iter().try_for_each(|path| {
            way.put_away(session, files, path)?;
            session.trying(|| files.remove(path))
        })
    }

    /// What is restored has to be there. It is where it belongs, or was put away.
    fn refuse_unless_kept(&self, session: &Session<'_>, files: &dyn Files, way: &Way) -> Outcome<()> {
        way.unsure.par_iter().try_for_each(|path| way.put_away(session, files, path))?;
        let differing: Vec<_> = way.differing().collect();
        differing.par_iter().try_for_each(|(path, file)| {
            if session.trying(|| files.holds(file.digest))? {
                return Ok(());
            }
            Err(Fault::lasting(format!("`{path}` of release {} is not kept any more", self.release)))
        })
    }

    /// Lists with the release the assets that stay beside it, so that they go when their time is over.
    fn announce(&self, session: &Session<'_>, way: &Way) -> Outcome<()> {
        if way.retired.is_empty() {
            return Ok(());
        }
        let (bytes, note) = (as_note(&way.to)?, Note::Listing(self.release));
        session.trying(|| self.opened.target.notes().write(note, &bytes, When::Always)).map(drop)
    }
}

impl Way {
    /// What is to be and is not there just so, for all that is known.
    fn differing(&self) -> impl Iterator<Item = (&OutputPath, &File)> {
        self.to.0.iter().filter(|(path, file)| self.from.0.get(*path) != Some(*file) || self.unsure.contains(*path))
    }

    /// What may be there and is not to be.
    fn removed(&self) -> BTreeSet<&OutputPath> {
        self.from.0.keys().chain(&self.unsure).filter(|path| !self.to.0.contains_key(*path)).collect()
    }

    /// What the release that is shown loses; it may be wanted again.
    fn replaced(&self) -> BTreeSet<Checksum> {
        let paths = self.differing().map(|(path, _)| path).chain(self.removed());
        paths.filter_map(|path| self.from.0.get(path)).map(|file| file.digest).collect()
    }

    /// Removes what is to be removed anyway and is where a folder is to be, or the other way round.
    fn make_way(
        &self,
        session: &Session<'_>,
        files: &dyn Files,
        (path, removed): (&OutputPath, &BTreeSet<&OutputPath>),
    ) -> Outcome<()> {
        let ours: Vec<&OutputPath> = removed.iter().copied().filter(|gone| gone.clashes_with(path)).collect();
        if ours.is_empty() {
            return Ok(());
        }
        ours.iter().try_for_each(|gone| self.put_away(session, files, gone))?;
        session.trying(|| files.make_way(path, &ours))
    }

    /// Puts away what is shown at a path.
    fn put_away(&self, session: &Session<'_>, files: &dyn Files, path: &OutputPath) -> Outcome<()> {
        match self.from.0.get(path) {
            Some(old) => session.trying(|| files.keep(path, old)),
            None => Ok(()),
        }
    }
}
