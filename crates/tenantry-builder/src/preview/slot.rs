//! What is kept of a tenant that somebody looks at: its version, and the files of it that were asked for.
//!
//! A version that has become wrong is kept as long as there is no better one, and so are the bytes of a page that can no
//! longer be made: whoever edits sees the last good page beside what is wrong.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::manifest::Key;
use tenantry_core::path::OutputPath;

use super::answer::{Answer, Body};
use super::census::Census;
use super::hosting::{Found, job_at};
use super::locked;
use super::version::{Tried, Version, make};
use super::world::{Entry, Home, World};
use crate::compare::Reason;
use crate::output::FileBytes;
use crate::plan::{Job, Task};

/// A tenant that somebody looks at.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// The last good version.
    version: Option<Version>,
    tried: Option<Tried>,
    /// Errors of the layers above that keep the sources of now from being shown.
    above: Vec<Diagnostic>,
    kept: BTreeMap<OutputPath, Kept>,
}

/// A file that was made.
#[derive(Debug)]
struct Kept {
    key: Key,
    bytes: Arc<[u8]>,
    digest: Digest,
}

impl Slot {
    /// Brings it up to the sources as they are now.
    pub(super) fn bring_up(&mut self, world: &World, census: &Mutex<Census>, tenant: (&Home, &Entry)) {
        let is_current = self.tried.as_ref().is_some_and(|tried| tried.is_current(world, &locked(census), tenant));
        if !is_current {
            let (tried, version) = make(world, census, tenant);
            self.tried = Some(tried);
            if let Some(version) = version {
                self.kept.retain(|path, _| job_at(&version.jobs, path.as_str()).is_some());
                self.version = Some(version);
            }
        }
        let tried = self.tried.as_ref().map(|tried| (tried.theme.as_ref(), tried.is_sound));
        self.above = tried.map(|tried| world.errors_above(tenant.1, tried)).unwrap_or_default();
        if !is_current {
            let found = self.found().cloned().collect();
            locked(census).keep(tenant.0, found);
        }
    }

    /// Of a version that will not change any more.
    pub(super) fn of(version: Version) -> Slot {
        Slot { version: Some(version), ..Slot::default() }
    }

    /// The last good version.
    pub(super) fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// Everything that was found when a version was last made, and what is wrong above.
    pub(super) fn found(&self) -> impl Iterator<Item = &Diagnostic> {
        self.above.iter().chain(self.tried.iter().flat_map(|tried| &tried.found))
    }

    /// Errors that keep the sources of now from being shown.
    fn problems(&self) -> Vec<Diagnostic> {
        let is_sound = self.tried.as_ref().is_some_and(|tried| tried.is_sound);
        let own = self.tried.iter().filter(|_| !is_sound).flat_map(|tried| &tried.found);
        own.chain(&self.above).filter(|found| found.is_error()).cloned().collect()
    }

    /// What stands at the path of a request.
    pub(super) fn answer(&mut self, path: &str) -> Answer {
        let problems = self.problems();
        let Slot { version, kept, .. } = self;
        let Some(version) = version else { return Answer::broken(problems) };
        let headers = version.hosting.headers(path);
        let (job, status) = match version.hosting.find(&version.jobs, path) {
            Found::File(job) => (Some(job), 200),
            Found::Nothing(job) => (job, 404),
            Found::Moved(to, status) => return Answer::moved((to, status), headers, problems),
        };
        match job {
            Some(job) => Answer::of(file(version, kept, job), (job, status), headers, problems),
            None => Answer::nothing(headers, problems),
        }
    }

    /// The bytes of a file of the output, whether hosts show it or not.
    pub(super) fn file(&mut self, path: &str) -> Answer {
        let problems = self.problems();
        let Slot { version, kept, .. } = self;
        let Some(version) = version else { return Answer::broken(problems) };
        match job_at(&version.jobs, path) {
            Some(job) => Answer::of(file(version, kept, job), (job, 200), Vec::new(), problems),
            None => Answer::nothing(Vec::new(), problems),
        }
    }

    /// The files that were made for somebody.
    pub(super) fn made(&self) -> impl Iterator<Item = &OutputPath> {
        self.kept.keys()
    }

    /// How many bytes are kept for this tenant alone.
    pub(super) fn weight(&self) -> usize {
        let made = self.kept.values().map(|kept| kept.bytes.len()).sum::<usize>();
        let own = self.version.iter().flat_map(|version| &version.jobs).filter_map(|job| match &job.task {
            // Others hold the same.
            Task::Bytes(bytes, _) => (Arc::strong_count(bytes) == 1).then_some(bytes.len()),
            _ => None,
        });
        made + own.sum::<usize>()
    }
}

/// A file of a version, made if it is not kept; if it cannot be made, as it was when it could.
fn file(version: &Version, kept: &mut BTreeMap<OutputPath, Kept>, job: &Job) -> Body {
    if let Task::Bytes(bytes, digest) = &job.task {
        return Body::sound((Arc::clone(bytes), *digest), "a file as it is");
    }
    let old = kept.get(&job.path);
    let difference = old.map(|old| job.key.first_difference(&old.key));
    if let (Some(old), Some(None)) = (old, difference) {
        return Body::sound((Arc::clone(&old.bytes), old.digest), "nothing changed since it was made");
    }
    match version.render(job) {
        Ok(bytes) => {
            let bytes = match bytes {
                FileBytes::Own(bytes) => bytes.into(),
                FileBytes::Shared(bytes) => bytes,
            };
            let digest = Digest::of(&bytes);
            kept.insert(job.path.clone(), Kept { key: job.key.clone(), bytes: Arc::clone(&bytes), digest });
            let why = match difference.flatten() {
                Some(ingredient) => Reason::Changed(ingredient).to_string(),
                None => "asked for the first time".to_owned(),
            };
            Body::sound((bytes, digest), why)
        }
        Err(problems) => {
            let bytes = old.map(|old| (Arc::clone(&old.bytes), old.digest));
            Body { bytes, problems, why: "the last good one: it cannot be made now".to_owned() }
        }
    }
}
