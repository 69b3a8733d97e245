//! A tenant's register in the format of another program, once nothing is wrong with its site.

use std::collections::BTreeMap;

use tenantry_core::export::{Export, Input, banner_script as write_banner, export as write};
use tenantry_core::language::Lang;
use tenantry_core::lint::Profiles;
use tenantry_core::site::Site;

use crate::banner;
use crate::options::Order;
use crate::resolve::Resolved;

/// Exports a tenant's register.
pub(crate) fn export(order: Order, (resolved, site): (&Resolved, &Site<'_>), profiles: Profiles) -> Export {
    let updated = site.register_date();
    let json = resolved.register.file(&resolved.tenant, updated);
    let policies = policies(resolved);
    let revision = order.revision.unwrap_or_else(|| banner::revision(&resolved.params));
    let input = Input { updated, json: &json, ..input(resolved, (&policies, revision), profiles) };
    write(order.format, &input)
}

/// The script that starts the banner of a tenant's own pages.
pub(crate) fn banner_script(resolved: &Resolved, revision: u32) -> String {
    let profiles = Profiles::of(&resolved.tenant.profile);
    write_banner(&input(resolved, (&policies(resolved), revision), profiles))
}

fn input<'i>(
    resolved: &'i Resolved,
    (policies, revision): (&'i BTreeMap<Lang, String>, u32),
    profiles: Profiles,
) -> Input<'i> {
    let (tenant, register) = (&resolved.tenant, &*resolved.settled);
    Input { tenant, register, profiles, revision, policies, updated: None, json: "" }
}

/// Where the policy is in each language: the first page that shows tables.
fn policies(resolved: &Resolved) -> BTreeMap<Lang, String> {
    let mut policies = BTreeMap::new();
    for (index, page) in resolved.blueprint.pages().iter().enumerate() {
        if resolved.blueprint.shows_tables(index) {
            policies.entry(page.lang).or_insert_with(|| resolved.tenant.base_url.join(&page.address));
        }
    }
    policies
}
