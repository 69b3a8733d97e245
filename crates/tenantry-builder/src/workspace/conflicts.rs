//! Tenants that stand in each other's way, by their ids or by their addresses.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::layer::BaseUrl;
use tenantry_core::source::Place;

use super::TenantSeed;

/// The ids that several tenants have, in the letters of each. Capitals make no difference: some file systems make none.
/// Those that are remembered are in small letters, and no two are equal.
pub(crate) fn equal_ids<'i>(
    read: impl Iterator<Item = &'i str>,
    remembered: impl Iterator<Item = &'i str>,
) -> BTreeSet<&'i str> {
    let mut by_id: IndexMap<String, Vec<&str>> = IndexMap::new();
    read.for_each(|id| by_id.entry(id.to_lowercase()).or_default().push(id));
    if !by_id.is_empty() {
        remembered.for_each(|id| by_id.get_mut(id).into_iter().for_each(|ids| ids.push(id)));
    }
    by_id.into_values().filter(|ids| ids.len() > 1).flatten().collect()
}

/// Two folders of one name would write into one folder: both are refused. `ids` are those that several tenants have.
pub(crate) fn refuse_ids(tenants: &mut [TenantSeed], ids: &BTreeSet<String>) {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, tenant) in tenants.iter().enumerate().filter(|(_, tenant)| ids.contains(tenant.identity.id.as_str())) {
        by_id.entry(tenant.identity.id.as_str().to_lowercase()).or_default().push(index);
    }
    for (id, indices) in by_id {
        let folders: Vec<String> = indices.iter().map(|index| tenants[*index].home()).collect();
        for index in indices {
            let message = format!("the tenant id `{id}` is used {} times: {}", folders.len(), folders.join(", "));
            let problem = Diagnostic::error("duplicate-tenant", message).about(tenants[index].folder.path.as_str());
            tenants[index].problems.push(problem.hint("rename a folder: ids are unique in a workspace"));
        }
    }
}

/// Two tenants on one address would overwrite each other at their host: both are refused. `published_at` tells a
/// tenant's address and where it was written.
pub fn refuse_equal_addresses(
    tenants: &mut [TenantSeed],
    published_at: impl Fn(&TenantSeed) -> Option<(BaseUrl, Option<Place>)>,
) {
    let mut by_claim: BTreeMap<String, Vec<(usize, Option<Place>)>> = BTreeMap::new();
    for (index, tenant) in tenants.iter().enumerate() {
        if let Some((url, place)) = published_at(tenant) {
            by_claim.entry(url.claim()).or_default().push((index, place));
        }
    }
    for (claim, claimants) in by_claim.into_iter().filter(|(_, claimants)| claimants.len() > 1) {
        let folders: Vec<String> = claimants.iter().map(|(index, _)| tenants[*index].home()).collect();
        for (index, place) in claimants {
            let own = tenants[index].home();
            let others: Vec<&str> = folders.iter().map(String::as_str).filter(|path| **path != own).take(3).collect();
            let message = format!("`{claim}` is the address of {} too", others.join(", "));
            let problem = Diagnostic::error("duplicate-address", message);
            let problem = match place {
                Some(place) => problem.at(place),
                None => problem.about(tenants[index].identity.file.as_str()),
            };
            tenants[index]
                .problems
                .push(problem.hint("each site has an address of its own; none of these is built until then"));
        }
    }
}
