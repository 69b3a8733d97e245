//! The rules of `check`, applied to a tenant that is resolved.
//!
//! What tenants share is looked at once: cookies and documents keep what was found in them, and a layer's register what
//! was found in its tables. A tenant's profiles and exceptions choose from it.

use std::sync::Arc;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::layer::BaseUrl;
use tenantry_core::lint::{
    Allowed, Found, Judgement, Profile, Profiles, check_parties, check_register, check_site, judge,
};

use crate::resolve::Resolved;
use crate::workspace::TenantSeed;

/// What rules say of a tenant.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The profiles that it was judged by.
    pub(crate) profiles: Profiles,
    /// What its layers allow.
    pub(crate) allowed: Vec<Allowed>,
}

/// Applies the rules to a tenant: those of the profiles that were asked for, or of its layers. What breaks them joins
/// the diagnostics.
pub(crate) fn lint(
    (seed, resolved): (&TenantSeed, &Resolved),
    asked: &[Profile],
    diagnostics: &mut Vec<Diagnostic>,
) -> Verdict {
    let tenant = &resolved.tenant;
    let profiles = Profiles::of(if asked.is_empty() { &tenant.profile } else { asked });
    let found = of_register(seed, resolved);
    let parties = check_parties(&resolved.settled, &covered_hosts(resolved), &tenant.chain);
    let site = check_site(resolved.parts(), &resolved.settled);
    let judgement = Judgement { profiles, exceptions: &tenant.lint_allow, tenant: &tenant.identity.id };
    let found = found.iter().cloned().chain(parties).chain(site);
    Verdict { profiles, allowed: judge(judgement, found, diagnostics) }
}

/// What is found in the register: at its layer, where the tenant adds nothing to it.
fn of_register(seed: &TenantSeed, resolved: &Resolved) -> Arc<[Found]> {
    let tenant = &resolved.tenant;
    let (register, spec) = (&*resolved.settled, &*tenant.register);
    if Arc::ptr_eq(&tenant.register, &seed.parent.spec.register) {
        seed.parent.shared.found((register, spec), (&tenant.languages, &seed.parent.chain))
    } else {
        check_register((register, spec), &tenant.languages, &tenant.chain).into()
    }
}

/// The hosts that a tenant's policies speak of.
pub(crate) fn covered_hosts(resolved: &Resolved) -> Vec<String> {
    let urls = resolved.tenant.covers.iter().filter_map(|url| BaseUrl::new(url).ok());
    urls.map(|url| url.host().to_owned()).collect()
}
