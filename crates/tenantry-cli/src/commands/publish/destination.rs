//! Which tenants and which target are meant, and what the builder says of their sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use tenantry_builder::build::{Mode, Options, Stop, run};
use tenantry_builder::disk;
use tenantry_builder::observe::Unobserved;
use tenantry_builder::report::{Finding, Status};
use tenantry_builder::selection::Selection;
use tenantry_core::name::TenantId;
use tenantry_core::suggest::did_you_mean;
use tenantry_publisher::built::Built;
use tenantry_publisher::clock::readable;
use tenantry_publisher::run::Publisher;
use tenantry_publisher::session::Locking;
use tenantry_publisher::veil::Veil;

use crate::arguments::{Destination, Global, Locks};
use crate::display::{count, some_of};

/// The tenants that are meant.
pub(in crate::commands) struct Fleet {
    /// Those that can be built.
    pub(in crate::commands) sound: Vec<TenantId>,
    /// Those that cannot: what was published of them stays.
    failed: Vec<TenantId>,
    /// How many of them would be built anew.
    outdated: usize,
    /// When the last build ended, in seconds since 1970.
    built: Option<u64>,
    /// Why some cannot be built.
    pub(super) findings: Vec<Finding>,
}

/// What the arguments mean.
pub(in crate::commands) struct Found {
    pub(in crate::commands) fleet: Fleet,
    pub(in crate::commands) publisher: Publisher,
}

impl Found {
    /// Finds it. The target is the one that is named, or the only one.
    pub(in crate::commands) fn of(
        destination: &Destination,
        tenants: &[String],
        global: &Global,
    ) -> Result<Found, Stop> {
        let workspace = super::super::workspace(global)?;
        let out = super::super::output_folder(destination.out.as_deref(), &workspace)?;
        let fleet = Fleet::look((workspace, &out), (destination, tenants), global)?;
        let built = Built::new(out);
        let target = match &destination.to {
            Some(target) => target.clone(),
            None => fleet.only_target(&built)?,
        };
        let mut publisher = Publisher::new(built, target);
        let text = |value: std::ffi::OsString| value.into_string().ok();
        publisher.veil = Veil::of(std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))));
        Ok(Found { fleet, publisher })
    }
}

/// What the flags say of locks.
pub(in crate::commands) fn settle(publisher: &mut Publisher, locks: &Locks) {
    publisher.broken_lock.clone_from(&locks.break_lock);
    publisher.jobs = locks.jobs;
    if locks.no_lock {
        publisher.locking = Locking::Without;
    }
}

impl Fleet {
    /// Asks the builder.
    fn look(
        (workspace, out): (PathBuf, &Path),
        (destination, tenants): (&Destination, &[String]),
        global: &Global,
    ) -> Result<Fleet, Stop> {
        let options = Options {
            selection: Selection { patterns: tenants.to_vec(), shard: None },
            environment: destination.env.clone(),
            overrides: super::super::settings(global)?,
            ..Options::new(workspace, out.to_owned(), Mode::DryRun)
        };
        let report = run(&options, &Unobserved, &AtomicBool::new(false))?;
        let outdated = report.tenants_with(Status::Planned);
        let (failed, sound): (Vec<_>, Vec<_>) =
            report.tenants.into_iter().partition(|tenant| tenant.status == Status::Failed);
        let ids = |tenants: Vec<tenantry_builder::report::TenantReport>| {
            tenants.into_iter().map(|tenant| tenant.id).collect::<Vec<_>>()
        };
        let built = disk::stamp_of(&out.join(".tenantry/state")).map(|stamp| stamp.modified / 1_000_000_000);
        let errors = report.findings.into_iter().filter(|finding| finding.diagnostic.is_error());
        Ok(Fleet { sound: ids(sound), failed: ids(failed), outdated, built, findings: errors.collect() })
    }

    /// How many tenants are meant.
    pub(super) fn size(&self) -> usize {
        self.sound.len() + self.failed.len()
    }

    /// Whether some cannot be built.
    pub(super) fn has_errors(&self) -> bool {
        !self.failed.is_empty() || !self.findings.is_empty()
    }

    /// Names those that cannot be built.
    pub(super) fn left_out(&self) -> String {
        if self.failed.is_empty() {
            return String::new();
        }
        let names: Vec<String> = self.failed.iter().map(|tenant| format!("`{tenant}`")).collect();
        format!(", {} cannot be built: {}", names.len(), some_of(&names))
    }

    /// All of them: what is published of a tenant does not depend on whether it can be built.
    pub(in crate::commands) fn all(&self) -> Vec<TenantId> {
        let mut all: Vec<TenantId> = self.sound.iter().chain(&self.failed).cloned().collect();
        all.sort();
        all
    }

    /// What was not built cannot be published.
    pub(super) fn refuse_outdated(&self) -> Result<(), Stop> {
        if self.outdated == 0 {
            return Ok(());
        }
        let tenants = count(self.outdated, "tenant");
        let message = match self.built {
            Some(built) => format!("sources of {tenants} changed since the build of {}", readable(built)),
            None => format!("{tenants} {} not built", if self.outdated == 1 { "is" } else { "are" }),
        };
        Err(Stop::Unsafe { message, hint: Some("run `tenantry build`".into()) })
    }

    /// The target that all tenants have, if there is but one.
    fn only_target(&self, built: &Built) -> Result<String, Stop> {
        let targets = self.targets(built);
        let mut names = targets.keys();
        match (names.next(), names.next()) {
            (Some(only), None) => Ok(only.clone()),
            // Of what was not built no target is known either.
            (None, _) => self.refuse_outdated().and(Err(no_target())),
            _ => Err(Stop::Unknown {
                message: format!("there are several targets: {}", listed(&targets)),
                hint: Some("choose one with --to TARGET".into()),
            }),
        }
    }

    /// The targets of the tenants, each with how many have it.
    fn targets(&self, built: &Built) -> BTreeMap<String, usize> {
        let mut targets = BTreeMap::new();
        for manifest in self.all().iter().filter_map(|tenant| built.manifest(tenant).ok()) {
            manifest.targets.into_keys().for_each(|name| *targets.entry(name).or_insert(0) += 1);
        }
        targets
    }

    /// What is said of a target that nobody has.
    pub(super) fn no_such_target(&self, publisher: &Publisher) -> Stop {
        let targets = self.targets(&publisher.built);
        if targets.is_empty() {
            return no_target();
        }
        let message = format!("no target is called `{}`: there is {}", publisher.target, listed(&targets));
        let hint = did_you_mean(&publisher.target, targets.keys().map(String::as_str));
        Stop::Unknown { message, hint }
    }
}

fn listed(targets: &BTreeMap<String, usize>) -> String {
    let names: Vec<String> =
        targets.iter().map(|(name, tenants)| format!("`{name}` ({})", count(*tenants, "tenant"))).collect();
    names.join(", ")
}

fn no_target() -> Stop {
    Stop::Unknown {
        message: "there is no target to publish to".into(),
        hint: Some("describe one in a group.toml, and build: [publish.NAME] with kind = \"dir\" and a path".into()),
    }
}
