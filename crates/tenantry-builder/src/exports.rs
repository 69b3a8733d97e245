//! A tenant's register in the format of another program, once nothing is wrong with its site.

use std::collections::BTreeMap;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::export::{Export, Format, Input, Loss, banner_script as write_banner, export as write};
use tenantry_core::language::Lang;
use tenantry_core::lint::Profiles;
use tenantry_core::site::Site;

use crate::banner;
use crate::options::Order;
use crate::resolve::Resolved;

/// The code of what is told of exports that cannot hold everything.
pub(crate) const LOSS: &str = "export-loss";

/// Exports a tenant's register.
pub(crate) fn export(order: Order, (resolved, site): (&Resolved, &Site<'_>), profiles: Profiles) -> Export {
    let updated = site.register_date();
    let json = resolved.register.file(&resolved.tenant, updated);
    let policies = policies(resolved);
    let revision = order.revision.unwrap_or_else(|| banner::revision(&resolved.params));
    let input = Input { updated, json: &json, ..input(resolved, (&policies, revision), profiles) };
    write(order.format, &input)
}

/// An export as a site publishes it: by the profiles that its layers choose, of the revision of its banner.
pub(crate) fn published(format: Format, (resolved, site): (&Resolved, &Site<'_>)) -> Export {
    let profiles = Profiles::of(&resolved.tenant.profile);
    export(Order { format, revision: None }, (resolved, site), profiles)
}

/// What of a tenant's register its published exports cannot hold.
pub(crate) fn losses((resolved, site): (&Resolved, &Site<'_>)) -> Vec<Diagnostic> {
    let Some(exports) = &resolved.tenant.exports else { return Vec::new() };
    let told = |format: Format| {
        let losses = published(format, (resolved, site)).losses.into_iter();
        losses.map(move |Loss { cookie, what }| match cookie {
            Some(cookie) => {
                Diagnostic::note(LOSS, format!("`{format}` cannot hold of `{cookie}`: {what}")).of_cookie(&cookie)
            }
            None => Diagnostic::note(LOSS, format!("`{format}` cannot hold {what}")),
        })
    };
    let place = resolved.tenant.chain.place(exports.origin);
    let found = exports.value.iter().copied().flat_map(told);
    found.map(|found| place.clone().into_iter().fold(found, Diagnostic::at)).collect()
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
