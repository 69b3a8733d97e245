//! The compressed files beside the others: `index.html.gz` beside `index.html`.

use tenantry_core::artifact::{Encoding, OBEYED};
use tenantry_core::manifest::Ingredient;
use tenantry_core::path::OutputPath;

use super::collisions::Owner;
use super::{Job, Planning, Task, media_type};
use crate::build::Files;

/// Files smaller than this fit into one packet as they are.
const SMALLEST: usize = 512;
/// Media types whose files get smaller, besides all of text.
const TEXTS: [&str; 6] = [
    "application/json",
    "application/javascript",
    "application/manifest+json",
    "application/wasm",
    "application/xml",
    "image/svg+xml",
];

/// Whether tenants have a file in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    /// Others may have it too.
    Yes,
    /// It is the tenant's own.
    No,
}

impl Planning<'_> {
    /// Adds a job, and one for each compressed form that its file is to have.
    pub(super) fn add(&mut self, job: Job, shared: Shared) {
        let wanted: &[Encoding] = &self.resolved.tenant.precompress;
        if self.sources.files == Files::All && is_worth_it(&job) {
            for encoding in wanted {
                self.compressed(&job, *encoding, shared);
            }
        }
        self.jobs.push(job);
    }

    fn compressed(&mut self, job: &Job, encoding: Encoding, shared: Shared) {
        let path = OutputPath::generated(format!("{}{}", job.path, encoding.ending()));
        let key = job.key.clone().with(Ingredient::Program, self.sources.program);
        let bytes = job.key.part(Ingredient::File).filter(|_| shared == Shared::Yes);
        let slot = bytes.map(|bytes| self.sources.shared.compressed().slot(bytes, encoding));
        let task = Task::Compressed(encoding, Box::new(job.task.clone()), slot);
        let media_type = media_type(path.as_str());
        self.owners.push((path.clone(), Owner::Compressed(job.path.clone())));
        self.jobs.push(Job { path, key, media_type, cache: job.cache, task });
    }
}

fn is_worth_it(job: &Job) -> bool {
    let kind = job.media_type.split(';').next().unwrap_or_default();
    let is_small = matches!(&job.task, Task::Bytes(bytes, _) if bytes.len() < SMALLEST);
    (kind.starts_with("text/") || TEXTS.contains(&kind)) && !is_small && !OBEYED.contains(&job.path.as_str())
}
