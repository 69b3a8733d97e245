//! What happens during a run, told to whoever shows it.

/// Something that happens during a run.
#[derive(Debug, Clone, Copy)]
pub enum Event<'e> {
    /// The tenants to be published are known.
    Started {
        /// How many.
        tenants: usize,
        /// How many files are sent.
        files: usize,
    },
    /// A file was sent.
    Sent {
        /// How many bytes.
        bytes: u64,
    },
    /// A tenant is done.
    Done {
        /// Which one.
        tenant: &'e str,
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
