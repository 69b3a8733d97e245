//! What happens during a run, told to whoever shows it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::report::TenantReport;

/// Something that happens during a run.
#[derive(Debug, Clone, Copy)]
pub enum Event<'e> {
    /// Another process writes into the output folder, and is waited for.
    Waiting {
        /// Who it is, as far as it said so.
        holder: &'e str,
        /// The output folder.
        out: &'e Path,
    },
    /// The tenants are known.
    Started {
        /// How many.
        tenants: usize,
    },
    /// Some are as they were, and need not be read.
    Recalled {
        /// How many.
        tenants: usize,
    },
    /// A tenant takes long. It goes on, and so do the others.
    Slow {
        /// Which one.
        tenant: &'e TenantId,
        /// The page that is being rendered, and its template; `None` while the tenant is read and planned.
        page: Option<(&'e OutputPath, &'e str)>,
        /// How long so far.
        after: Duration,
    },
    /// One is done.
    Done {
        /// What became of it.
        tenant: &'e TenantReport,
    },
}

/// Something that is told of the events of a run, from any thread.
pub trait Observer: Sync {
    /// Takes an event.
    fn event(&self, event: Event<'_>);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn event(&self, _event: Event<'_>) {}
}

/// How many tenants are done, for displays that count by themselves.
#[derive(Debug, Default)]
pub struct Counter(AtomicUsize);

impl Counter {
    /// So many more; gives the sum.
    pub fn add(&self, more: usize) -> usize {
        self.0.fetch_add(more, Ordering::Relaxed) + more
    }
}
