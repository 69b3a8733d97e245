//! What a publish is about to do and why, as data, before anything is done.

mod compare;
mod limits;
mod refuse;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use tenantry_core::digest::Digest;
use tenantry_core::path::OutputPath;

use crate::fault::Fault;
use crate::listing::Class;
use crate::target::Surface;

pub(crate) use compare::{Comparison, compare};
pub(crate) use limits::host_limits;
pub(crate) use refuse::{Judged, refuse_run, refuse_shared_places, refuse_site};

/// The number of this format; a plan of another format is not applied.
pub const PLAN_FORMAT: u32 = 1;

/// What a run is about to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The format: [`PLAN_FORMAT`].
    pub format: u32,
    /// The target's name.
    pub target: String,
    /// The tenants, by id.
    pub tenants: Vec<TenantPlan>,
}

/// What is about to happen to a tenant's site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantPlan {
    /// Its id.
    pub tenant: String,
    /// Where its site is published to.
    pub place: String,
    /// How the target goes from one release to the next.
    pub promise: Promise,
    /// Whether anything is to be done.
    pub standing: Standing,
    /// Why it is not done, if it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refusal: Option<Refusal>,
    /// The release that is shown now.
    pub base: Option<u64>,
    /// How often the place's lock had been taken: another number later means that somebody was there.
    pub fence: u64,
    /// The number of the release to come.
    pub release: u64,
    /// The digest of what was built.
    pub digest: Option<Digest>,
    /// What happens to which file.
    pub steps: Vec<Step>,
    /// How many files stay as they are.
    pub same: usize,
}

/// What happens to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The file.
    pub path: OutputPath,
    /// What happens.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// When it happens, among the others.
    pub class: Class,
    /// How many bytes are sent.
    pub bytes: u64,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is sent, and was not there.
    Upload,
    /// It is sent, and replaces another one.
    Change,
    /// Nothing names it any more; it stays for a while.
    Retire,
    /// It is removed.
    Remove,
}

/// Why something happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The site had no release.
    FirstRelease,
    /// The last release had no such file.
    NewFile,
    /// Its bytes are others.
    OtherContent,
    /// Its bytes are the same; its media type or the time for which it is kept are others.
    OtherHeaders,
    /// A publish was cut short, and nobody knows what is there.
    Interrupted,
    /// The site has no such file any more.
    Gone,
    /// The time for which it had to stay is over.
    Expired,
}

/// How a target goes from one release to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promise {
    /// The whole site at once.
    WholeSite,
    /// Page by page.
    PageByPage,
}

impl Promise {
    /// That of a surface.
    pub(crate) fn of(surface: &Surface<'_>) -> Promise {
        match surface {
            Surface::Releases(_) => Promise::WholeSite,
            Surface::Files(_) => Promise::PageByPage,
        }
    }

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Promise::WholeSite => "switches the whole site at once",
            Promise::PageByPage => "switches page by page",
        }
    }
}

/// Whether anything is to be done for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// What is shown is what was built.
    Unchanged,
    /// There is something to do.
    Changed,
    /// What is shown is what was built, and caches in front of it are to be told.
    PurgePending,
    /// What was built is what was taken back: it waits until it changes, or is asked for.
    HeldBack,
    /// No layer gives it this target.
    Elsewhere,
    /// It must not be done.
    Refused,
    /// It is not known what there is to do: something failed.
    Failed,
}

/// Why something must not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A stable word for machines.
    pub code: String,
    /// What is in the way.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

impl Refusal {
    /// One with what to do.
    pub(crate) fn new(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal { code: code.into(), message: message.into(), hint: Some(hint.into()) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Reason {
    /// The words used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::FirstRelease => "first release",
            Reason::NewFile => "new file",
            Reason::OtherContent => "other content",
            Reason::OtherHeaders => "other headers",
            Reason::Interrupted => "a publish was cut short",
            Reason::Gone => "not built any more",
            Reason::Expired => "its time is over",
        }
    }
}

impl Action {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Upload => "upload",
            Action::Change => "change",
            Action::Retire => "retire",
            Action::Remove => "remove",
        }
    }
}

/// How much a plan is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Tenants.
    pub tenants: usize,
    /// Those for which something is to be done.
    pub changed: usize,
    /// Those for which nothing may be done.
    pub refused: usize,
    /// Those of which it is not known.
    pub failed: usize,
    /// Files that are new.
    pub uploads: usize,
    /// Files that replace others.
    pub changes: usize,
    /// Files that go.
    pub removals: usize,
    /// Bytes that are sent.
    pub bytes: u64,
}

impl TenantPlan {
    /// How many files an action is done to.
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|step| step.action == action).count()
    }

    /// How many bytes are sent.
    pub fn bytes(&self) -> u64 {
        self.steps.iter().map(|step| step.bytes).sum()
    }

    /// The same with something that forbids it.
    #[must_use]
    pub(crate) fn refused(self, refusal: Refusal) -> TenantPlan {
        TenantPlan { standing: Standing::Refused, refusal: Some(refusal), ..self }
    }

    /// The same where it is not known what there is to do.
    #[must_use]
    pub(crate) fn failed(self, fault: Fault) -> TenantPlan {
        let refusal = Refusal { code: "target".into(), message: fault.message, hint: None };
        TenantPlan { standing: Standing::Failed, refusal: Some(refusal), ..self }
    }
}

impl Plan {
    /// How much it is. What is not to be done does not count.
    pub fn totals(&self) -> Totals {
        let standing = |wanted| self.tenants.iter().filter(|tenant| tenant.standing == wanted).count();
        let mut totals = Totals {
            tenants: self.tenants.len(),
            changed: standing(Standing::Changed),
            refused: standing(Standing::Refused),
            failed: standing(Standing::Failed),
            ..Totals::default()
        };
        for tenant in self.tenants.iter().filter(|tenant| tenant.standing == Standing::Changed) {
            totals.uploads += tenant.count(Action::Upload);
            totals.changes += tenant.count(Action::Change);
            totals.removals += tenant.count(Action::Remove);
            totals.bytes += tenant.bytes();
        }
        totals
    }

    /// How many files there are of each reason.
    pub fn reasons(&self) -> BTreeMap<Reason, usize> {
        let mut reasons = BTreeMap::new();
        for step in self.tenants.iter().flat_map(|tenant| &tenant.steps) {
            *reasons.entry(step.reason).or_insert(0) += 1;
        }
        reasons
    }
}
