//! The compressed files beside the others: `index.html.gz` beside `index.html`.

use std::collections::BTreeSet;

use tenantry_core::artifact::{Encoding, OBEYED};
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
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
        // The same bytes are compressed otherwise where tenants share them.
        let key = if slot.is_some() { key.with(Ingredient::Settings, Digest::of(b"shared")) } else { key };
        let task = Task::Compressed(encoding, Box::new(job.task.clone()), slot);
        let media_type = media_type(path.as_str());
        self.owners.push((path.clone(), Owner::Compressed(job.path.clone())));
        self.jobs.push(Job { path, key, media_type, cache: job.cache, task });
    }

    /// A file that a layer brings must not be sent in the place of another one, as its compressed form: nobody has looked
    /// whether it is.
    pub(super) fn refuse_false_forms(&mut self) {
        let wanted: &[Encoding] = &self.resolved.tenant.precompress;
        if wanted.is_empty() {
            return;
        }
        let paths: BTreeSet<&str> = self.jobs.iter().map(|job| job.path.as_str()).collect();
        let stands_for = |path: &str| {
            let plain = wanted.iter().find_map(|encoding| path.strip_suffix(encoding.ending()))?;
            paths.contains(plain).then(|| plain.to_owned())
        };
        let made: BTreeSet<&OutputPath> =
            self.jobs.iter().filter(|job| job.encoding().is_some()).map(|job| &job.path).collect();
        // Where a form is made too, two claim one path, which is told.
        let brought = self.jobs.iter().filter(|job| job.encoding().is_none() && !made.contains(&job.path));
        let found = brought.filter_map(|job| Some((&job.path, stands_for(job.path.as_str())?)));
        let problems = found.map(|(path, plain)| {
            let message = format!("`{path}` would be sent in the place of `{plain}`, as its compressed form");
            let problem = Diagnostic::error("collision", message).about(self.source_of(path));
            problem.hint("rename it, or leave that encoding out of `precompress`")
        });
        let problems: Vec<Diagnostic> = problems.collect();
        self.diagnostics.extend(problems);
    }

    /// The file that is published at a path; the tenant's own settings, if it is none of a layer.
    fn source_of(&self, path: &OutputPath) -> &str {
        let claim = self.owners.iter().find(|(claimed, _)| claimed == path);
        match claim {
            Some((_, Owner::File(source))) => source.as_str(),
            _ => self.resolved.tenant.identity.file.as_str(),
        }
    }
}

fn is_worth_it(job: &Job) -> bool {
    let kind = job.media_type.split(';').next().unwrap_or_default();
    let is_small = matches!(&job.task, Task::Bytes(bytes, _) if bytes.len() < SMALLEST);
    (kind.starts_with("text/") || TEXTS.contains(&kind)) && !is_small && !OBEYED.contains(&job.path.as_str())
}
