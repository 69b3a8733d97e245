//! A rule: what it asks for, how bad it is to break it, and what says so.

use crate::diagnostic::Severity;
use crate::lint::{Profile, Profiles, Reference};

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id, which is the code of its findings.
    pub id: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// A profile under which it is an error.
    pub error_under: Option<Profile>,
    /// The profiles that it belongs to.
    pub profiles: &'static [Profile],
    /// What it rests on.
    pub reference: Reference,
    /// What breaks it.
    pub says: &'static str,
    /// Who looks for it.
    pub found_by: Finder,
}

/// Who looks for what breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finder {
    /// `check`.
    Check,
    /// Every build, and so `check` too; an error of these cannot be allowed.
    Build,
}

impl Rule {
    /// Whether it applies under some profiles.
    pub fn applies(&self, profiles: Profiles) -> bool {
        self.profiles.iter().any(|profile| profiles.has(*profile))
    }

    /// How bad it is under some profiles to break it.
    pub fn severity_under(&self, profiles: Profiles) -> Severity {
        match self.error_under {
            Some(profile) if profiles.has(profile) => Severity::Error,
            _ => self.severity,
        }
    }
}
