//! The tenants that somebody looks at, as far as there is room: the last ones asked for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use indexmap::IndexMap;
use tenantry_core::name::TenantId;

use super::locked;
use super::slot::Slot;

/// Most tenants that are kept.
const MOST: usize = 64;
/// Most bytes that are kept of them, besides what they share with others.
const MOST_BYTES: usize = 64 << 20;
/// Most tenants that are kept though something that they share has changed: each of them may hold layers of then.
const MOST_OUTDATED: usize = 8;

/// A place for a tenant.
#[derive(Debug, Default)]
pub(super) struct Seat {
    pub(super) slot: Mutex<Slot>,
    weight: AtomicUsize,
}

/// The tenants, the one that was asked for last at the end.
#[derive(Debug, Default)]
pub(super) struct Desk(IndexMap<TenantId, Arc<Seat>>);

impl Seat {
    /// Notes how much is kept in it.
    pub(super) fn weigh(&self, slot: &Slot) {
        self.weight.store(slot.weight(), Ordering::Relaxed);
    }
}

impl Desk {
    /// The seat of a tenant that is asked for.
    pub(super) fn seat(&mut self, id: &TenantId) -> Arc<Seat> {
        let seat = self.0.shift_remove(id).unwrap_or_default();
        self.0.insert(id.clone(), Arc::clone(&seat));
        let mut bytes: usize = self.0.values().map(|seat| seat.weight.load(Ordering::Relaxed)).sum();
        while self.0.len() > MOST || (bytes > MOST_BYTES && self.0.len() > 1) {
            let Some((_, left)) = self.0.shift_remove_index(0) else { break };
            bytes -= left.weight.load(Ordering::Relaxed).min(bytes);
        }
        seat
    }

    /// Lets go of tenants that something shared has changed for, but for those that were asked for last.
    pub(super) fn tidy(&mut self, touched: &[TenantId]) {
        let outdated = touched.len().saturating_sub(MOST_OUTDATED);
        touched[..outdated].iter().for_each(|id| drop(self.0.shift_remove(id)));
    }

    /// The files of a tenant that were made for somebody.
    pub(super) fn made(&self, id: &TenantId) -> Vec<String> {
        let Some(seat) = self.0.get(id) else { return Vec::new() };
        locked(&seat.slot).made().map(ToString::to_string).collect()
    }

    /// The tenants, the one that was asked for last at the end.
    pub(super) fn ids(&self) -> impl Iterator<Item = &TenantId> {
        self.0.keys()
    }
}
