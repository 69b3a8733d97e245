//! Facts of shared cookies that a layer changes for itself.

use crate::diagnostic::Diagnostic;
use crate::duration::Duration;
use crate::layer::{Chain, Origin, Sourced};
use crate::register::{CookieSpec, RegisterSpec};

/// The facts of shared cookies that a layer changes for itself, as warnings: words vary by tenant, facts rarely.
pub fn overridden_facts(own: &RegisterSpec, above: &RegisterSpec, chain: &Chain) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (id, cookie) in &own.cookies {
        let Some(shared) = above.cookies.get(id) else { continue };
        for (field, origin) in changed_facts(cookie, shared) {
            let message =
                format!("`{field}` of the shared cookie `{id}` is changed: it is a fact, which rarely differs by site");
            let warning = Diagnostic::warning("fact-overridden", message);
            warnings.push(match chain.place(origin) {
                Some(place) => warning.at(place),
                None => warning,
            });
        }
    }
    warnings
}

fn changed_facts(own: &CookieSpec, shared: &CookieSpec) -> Vec<(&'static str, Origin)> {
    fn changed<T: PartialEq>(own: Option<&Sourced<T>>, shared: Option<&Sourced<T>>) -> Option<Origin> {
        let own = own?;
        (shared.is_none_or(|shared| shared.value != own.value)).then_some(own.origin)
    }
    let mut facts = Vec::new();
    facts.extend(changed(own.names.as_ref(), shared.names.as_ref()).map(|origin| ("names", origin)));
    facts.extend(changed(own.kind.as_ref(), shared.kind.as_ref()).map(|origin| ("kind", origin)));
    facts.extend(changed(own.category.as_ref(), shared.category.as_ref()).map(|origin| ("category", origin)));
    facts.extend(changed(own.party.as_ref(), shared.party.as_ref()).map(|origin| ("party", origin)));
    facts.extend(changed(own.consent.as_ref(), shared.consent.as_ref()).map(|origin| ("consent", origin)));
    if let (Some(own), Some(shared)) = (&own.duration.is, &shared.duration.is)
        && (shared.value.exceeds(&own.value) || is_shorter(own.value, shared.value))
    {
        facts.push(("duration", own.origin));
    }
    facts
}

/// Whether something that ends with the visit, or at once, takes the place of something that lasts.
fn is_shorter(own: Duration, shared: Duration) -> bool {
    let ends_soon = |duration| matches!(duration, Duration::Session | Duration::Instant);
    ends_soon(own) && !ends_soon(shared)
}
