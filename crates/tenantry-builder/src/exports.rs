//! A tenant's register in the format of another program, once nothing is wrong with its site.

use std::collections::BTreeMap;

use tenantry_core::export::{Export, Input, export as write};
use tenantry_core::language::Lang;
use tenantry_core::lint::Profiles;
use tenantry_core::site::Site;

use crate::options::Order;
use crate::resolve::Resolved;

/// Exports a tenant's register.
pub(crate) fn export(order: Order, (resolved, site): (&Resolved, &Site<'_>), profiles: Profiles) -> Export {
    let tenant = &resolved.tenant;
    let updated = site.register_date();
    let json = resolved.register.file(tenant, updated);
    let input = Input {
        tenant,
        register: &resolved.settled,
        profiles,
        revision: order.revision,
        policies: &policies(resolved),
        updated,
        json: &json,
    };
    write(order.format, &input)
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
