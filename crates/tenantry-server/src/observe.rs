//! What a running server has to say, for whoever started it. Nothing here prints.

use std::time::{Duration, SystemTime};

use tenantry_core::diagnostic::Diagnostic;

use crate::site::{Checked, Touched};

/// Is told what happens. It is called from several threads, and should be quick.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn event(&self, event: Event<'_>);
}

/// What happened.
#[derive(Debug)]
pub enum Event<'e> {
    /// Sources changed, and pages that are looked at have been told.
    Edited(&'e Edit),
    /// More or fewer tenants have been looked at in the background.
    Checked(Checked),
    /// Changes are told by the system from now on.
    Watching,
    /// Changes are looked for from now on, since the system does not tell them. Said once.
    Polling {
        /// Why.
        reason: String,
    },
}

/// A change of the sources.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Which one it is since the start, from 1.
    pub number: u64,
    /// When it was seen.
    pub at: SystemTime,
    /// How long it took until pages were told.
    pub took: Duration,
    /// What it touches.
    pub touched: Touched,
    /// What is wrong since then.
    pub problems: Vec<Diagnostic>,
}
