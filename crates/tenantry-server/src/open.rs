//! What browsers show: the paths that were asked for lately, each with what was sent.
//!
//! After a change these are compared with what stands there now, so that only what differs is told.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tenantry_core::digest::Digest;
use tenantry_core::name::TenantId;

/// How many paths are remembered, and how many of one tenant: what is shown, with its assets.
const MOST: usize = 1024;
const MOST_OF_A_TENANT: usize = 128;

/// What was sent for a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The digest of the bytes.
    pub(crate) digest: Digest,
    /// The digest of what is wrong with it.
    pub(crate) problems: Digest,
    /// Whether it is a page.
    pub(crate) is_page: bool,
}

/// The paths that were asked for lately, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Open(Mutex<VecDeque<(TenantId, String, Sent)>>);

impl Open {
    /// Remembers what was sent.
    pub(crate) fn note(&self, tenant: &TenantId, path: &str, sent: Sent) {
        let mut open = self.open();
        open.retain(|(owner, known, _)| owner != tenant || known != path);
        let of_tenant = open.iter().filter(|(owner, ..)| owner == tenant).count();
        if of_tenant >= MOST_OF_A_TENANT
            && let Some(oldest) = open.iter().position(|(owner, ..)| owner == tenant)
        {
            open.remove(oldest);
        }
        if open.len() >= MOST {
            open.pop_front();
        }
        open.push_back((tenant.clone(), path.to_owned(), sent));
    }

    /// Remembers nothing of a path.
    pub(crate) fn forget(&self, tenant: &TenantId, path: &str) {
        self.open().retain(|(owner, known, _)| owner != tenant || known != path);
    }

    /// What was sent of a tenant: pages first, and of them the latest.
    pub(crate) fn of(&self, tenant: &TenantId) -> Vec<(String, Sent)> {
        let mine = |(owner, path, sent): &(TenantId, String, Sent)| (owner == tenant).then(|| (path.clone(), *sent));
        let mut found: Vec<(String, Sent)> = self.open().iter().rev().filter_map(mine).collect();
        found.sort_by_key(|(_, sent)| !sent.is_page);
        found
    }

    fn open(&self) -> MutexGuard<'_, VecDeque<(TenantId, String, Sent)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_the_latest_stay() {
        let open = Open::default();
        let sent = Sent { digest: Digest::of(b""), problems: Digest::of(b""), is_page: true };
        for tenant in 0..100 {
            let tenant = TenantId::new(&format!("t{tenant}")).unwrap();
            for page in 0..200 {
                open.note(&tenant, &format!("/{page}/"), sent);
            }
            open.note(&tenant, "/a.css", Sent { is_page: false, ..sent });
        }
        assert_eq!(open.open().len(), MOST);
        let last = open.of(&TenantId::new("t99").unwrap());
        assert_eq!((last.len(), last[0].0.as_str(), last[127].0.as_str()), (MOST_OF_A_TENANT, "/199/", "/a.css"));
    }
}
