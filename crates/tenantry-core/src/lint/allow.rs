//! What of all that was found is told under a tenant's profiles, and what its layers allow.

use crate::diagnostic::Diagnostic;
use crate::layer::LintException;
use crate::lint::{Found, FoundBy, Profiles, rule};
use crate::name::TenantId;

/// A finding that a layer allows.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// Why it is allowed.
    pub reason: std::sync::Arc<str>,
}

/// What a tenant's site is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Judgement<'j> {
    /// The profiles.
    pub profiles: Profiles,
    /// The exceptions.
    pub exceptions: &'j [LintException],
    /// Whose site it is.
    pub tenant: &'j TenantId,
}

impl Judgement<'_> {
    /// The exception that a finding falls under.
    fn exception(&self, found: &Found) -> Option<&LintException> {
        self.exceptions.iter().find(|exception| {
            let LintException { rule, reason: _, tenants, cookies } = exception;
            let fits_cookie =
                || found.diagnostic.cookie.as_ref().is_some_and(|id| cookies.iter().any(|it| it.value == **id));
            rule.value.id == found.rule.id
                && (tenants.is_empty() || tenants.iter().any(|it| *it.value == *self.tenant.as_str()))
                && (cookies.is_empty() || fits_cookie())
        })
    }
}

/// Sorts what was found into what is told and what is allowed. `built` is what a build tells; a warning of it is allowed
/// as any other finding, an error is not.
pub fn judge(
    judgement: Judgement<'_>,
    found: impl Iterator<Item = Found>,
    built: &mut Vec<Diagnostic>,
) -> Vec<Allowed> {
    let mut allowed = Vec::new();
    let of_build = std::mem::take(built).into_iter().map(|diagnostic| (true, rule(&diagnostic.code), diagnostic));
    let is_free = |rule: Option<&'static crate::lint::Rule>, diagnostic: &Diagnostic| {
        rule.is_none_or(|rule| rule.found_by != FoundBy::Build) || diagnostic.is_error()
    };
    let (kept, candidates): (Vec<_>, Vec<_>) = of_build.partition(|(_, rule, diagnostic)| is_free(*rule, diagnostic));
    built.extend(kept.into_iter().map(|(_, _, diagnostic)| diagnostic));
    let candidates = candidates.into_iter().filter_map(|(_, rule, diagnostic)| Some(Found { rule: rule?, diagnostic }));
    for mut found in candidates.chain(found) {
        if !found.rule.applies(judgement.profiles) {
            continue;
        }
        if found.rule.error_under.is_some() {
            found.diagnostic.severity = found.rule.severity_under(judgement.profiles);
        }
        match judgement.exception(&found) {
            Some(exception) => {
                let reason = std::sync::Arc::clone(&exception.reason.value);
                allowed.push(Allowed { diagnostic: found.diagnostic, reason });
            }
            None => built.push(found.diagnostic),
        }
    }
    allowed
}
