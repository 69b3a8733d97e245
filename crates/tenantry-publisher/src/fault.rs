//! What a target refuses, as a value that says whether trying again may help.

use std::fmt;
use std::time::Duration;

/// What a target did not do, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What may be done about it.
    pub kind: FaultKind,
    /// What happened, for people: it names the place, and holds no credential.
    pub message: String,
}

/// What may be done about a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The next try may go well: a connection that was lost, a server that is busy. With the pause that the target asks
    /// for, if it does.
    Passing(Option<Duration>),
    /// The condition of a conditional write does not hold: somebody else was there first.
    Conflict,
    /// The target knows us not, or does not let us.
    Denied,
    /// Trying again helps nothing.
    Lasting,
    /// What was to be done is done; caches in front of it could not be told.
    Untold,
}

/// The result of asking something of a target.
pub type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// One of any kind.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Fault {
        Fault { kind, message: message.into() }
    }

    /// One that may pass.
    pub fn passing(message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::Passing(None), message)
    }

    /// A condition that does not hold.
    pub fn conflict(message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::Conflict, message)
    }

    /// One that stays.
    pub fn lasting(message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::Lasting, message)
    }

    /// Whether a condition did not hold.
    pub fn is_conflict(&self) -> bool {
        self.kind == FaultKind::Conflict
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
