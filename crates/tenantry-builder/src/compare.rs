//! What is to be done: jobs against the manifest of the last build. This is `--dry-run` and `--why`.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};
use tenantry_core::digest::Digester;
use tenantry_core::manifest::{Ingredient, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::plan::Job;

/// What is known of a tenant's last output.
#[derive(Debug)]
pub enum Known {
    /// There is none.
    Nothing,
    /// There is a folder of the tenant's name, and nothing says that it is ours.
    Foreign,
    /// There is one of ours, and no manifest of it; what it holds is found out by reading.
    Unlisted,
    /// A build was cut short while it was written: the files are those of one of two manifests, as far as these can be
    /// read.
    Unfinished(Option<Box<Manifest>>, Option<Box<Manifest>>),
    /// It is what its manifest says.
    Listed(Box<Manifest>),
}

impl Known {
    /// Whether a manifest lists a path.
    pub fn lists(&self, path: &str) -> bool {
        match self {
            Known::Nothing | Known::Foreign | Known::Unlisted => false,
            Known::Listed(manifest) => manifest.artifacts.contains_key(path),
            Known::Unfinished(one, other) => {
                one.iter().chain(other.iter()).any(|manifest| manifest.artifacts.contains_key(path))
            }
        }
    }

    /// Every path that a manifest lists.
    pub fn listed(&self) -> BTreeSet<OutputPath> {
        match self {
            Known::Nothing | Known::Foreign | Known::Unlisted => BTreeSet::new(),
            Known::Listed(manifest) => manifest.artifacts.keys().cloned().collect(),
            Known::Unfinished(one, other) => {
                let manifests = one.iter().chain(other.iter());
                manifests.flat_map(|manifest| manifest.artifacts.keys().cloned()).collect()
            }
        }
    }
}

/// Why a file is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The tenant has no output yet.
    NewTenant,
    /// The tenant has output, and this file is not in it.
    NewFile,
    /// What it depends on changed.
    Changed(Ingredient),
    /// `--clean` asks for everything.
    Asked,
    /// There is no manifest to compare with.
    NoManifest,
    /// The last build of this tenant was cut short.
    Unfinished,
    /// `--verify` found other bytes in the output.
    OutputDiffers,
    /// `--verify` made it again from its sources and found other bytes, though nothing it depends on seemed to have changed.
    Misjudged,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NewTenant => f.write_str("new tenant"),
            Reason::NewFile => f.write_str("new file"),
            Reason::Changed(ingredient) => write!(f, "{ingredient} changed"),
            Reason::Asked => f.write_str("asked for"),
            Reason::NoManifest => f.write_str("no manifest"),
            Reason::Unfinished => f.write_str("last build unfinished"),
            Reason::OutputDiffers => f.write_str("output differs"),
            Reason::Misjudged => f.write_str("wrongly kept"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What becomes of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is made.
    Run(Reason),
    /// It stays.
    Keep,
}

/// One of so many files that would be kept is made again under `--verify`.
const SAMPLE: u8 = 8;

/// Whether a file of a tenant is one of the sample that `--verify` makes again: the same ones each time, spread evenly.
pub(crate) fn is_in_sample(id: &TenantId, path: &OutputPath) -> bool {
    let digest = Digester::new().with(id.as_str()).with(path.as_str()).finish();
    digest.as_bytes()[0].is_multiple_of(SAMPLE)
}

/// The verdicts of a tenant.
#[derive(Debug)]
pub struct Comparison {
    /// For each job, in order.
    pub verdicts: Vec<Verdict>,
    /// Files of the last output that are not planned any more.
    pub removals: Vec<OutputPath>,
}

/// How to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trustfulness {
    /// Manifests are believed.
    Believe,
    /// Everything is made again.
    RenderAll,
}

/// Compares jobs with what is known. `differs` tells whether a file of the output is not what its manifest says; it is
/// asked for files that would be kept. `jobs` are sorted by path.
pub fn compare(jobs: &[Job], known: &Known, how: Trustfulness, differs: impl Fn(&OutputPath) -> bool) -> Comparison {
    let verdicts = jobs.iter().map(|job| verdict(job, known, how, &differs)).collect();
    // Jobs are sorted by path.
    let is_planned = |path: &OutputPath| jobs.binary_search_by(|job| job.path.cmp(path)).is_ok();
    let removals = match known {
        Known::Listed(manifest) => manifest.artifacts.keys().filter(|path| !is_planned(path)).cloned().collect(),
        other => other.listed().into_iter().filter(|path| !is_planned(path)).collect(),
    };
    Comparison { verdicts, removals }
}

fn verdict(job: &Job, known: &Known, how: Trustfulness, differs: &impl Fn(&OutputPath) -> bool) -> Verdict {
    let manifest = match known {
        Known::Nothing => return Verdict::Run(Reason::NewTenant),
        Known::Foreign | Known::Unlisted => return Verdict::Run(Reason::NoManifest),
        Known::Unfinished(..) => return Verdict::Run(Reason::Unfinished),
        Known::Listed(manifest) => manifest,
    };
    let Some(artifact) = manifest.artifacts.get(&job.path) else { return Verdict::Run(Reason::NewFile) };
    match job.key.first_difference(&artifact.key) {
        Some(ingredient) => Verdict::Run(Reason::Changed(ingredient)),
        None if how == Trustfulness::RenderAll => Verdict::Run(Reason::Asked),
        None if differs(&job.path) => Verdict::Run(Reason::OutputDiffers),
        None => Verdict::Keep,
    }
}
