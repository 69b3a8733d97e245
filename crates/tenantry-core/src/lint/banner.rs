//! The question about cookies: a banner that asks for nothing, and consent that nothing asks for.

use crate::export::shows_banner;
use crate::layer::Origin;
use crate::lint::audience::keeps_choice;
use crate::lint::consent::{needs_consent, surely_needs_consent};
use crate::lint::finder::{Finder, Found};
use crate::lint::rules;
use crate::name::CookieId;
use crate::register::Register;
use crate::site::Parts;

/// What a register asks of a banner.
#[derive(Debug, Clone)]
pub(super) enum Question {
    /// None: no cookie needs consent.
    Needless,
    /// There may be one; if a cookie surely needs consent, a listed one keeps the answer, so that something asks.
    Kept,
    /// There is one, and no listed cookie keeps the answer: how many surely need consent, and the first of them.
    Unkept(usize, CookieId, Origin),
}

impl Question {
    /// That of a register.
    pub(super) fn of(register: &Register) -> Question {
        let cookies = register.cookies();
        if !cookies.iter().any(|cookie| needs_consent(cookie)) {
            return Question::Needless;
        }
        let is_kept = cookies.iter().any(|cookie| keeps_choice(cookie));
        let mut asking = cookies.iter().filter(|cookie| surely_needs_consent(cookie));
        match asking.next().filter(|_| !is_kept) {
            Some(first) => Question::Unkept(asking.count() + 1, first.id.clone(), first.declared),
            None => Question::Kept,
        }
    }
}

/// What is wrong with the banner of a tenant's pages.
pub(super) fn check(parts: Parts<'_>, question: &Question) -> Option<Found> {
    let mut finder = Finder::new(&parts.tenant.chain);
    match (question, shows_banner(parts.params)) {
        (Question::Needless, true) => needless(parts, &mut finder),
        (Question::Unkept(count, first, declared), false) => missing((*count, first), *declared, &mut finder),
        _ => {}
    }
    finder.found.pop()
}

fn needless(parts: Parts<'_>, finder: &mut Finder<'_>) {
    let Some(banner) = parts.tenant.params.get("banner") else { return };
    let message = "the banner is on, and no cookie of the site needs consent".to_owned();
    finder.tell(&rules::BANNER_NEEDLESS, banner.origin, (message, "take `params.banner` out: no banner is shown"));
}

fn missing((count, first): (usize, &CookieId), declared: Origin, finder: &mut Finder<'_>) {
    let who = match count {
        1 => format!("`{first}` needs consent"),
        _ => format!("{count} cookies need consent, `{first}` first"),
    };
    let message = format!("{who}: the pages have no banner, and no listed cookie keeps the choice");
    let hint = "list the consent manager's own cookie with role = \"consent-store\", or turn the banner of the theme on: \
                params.banner = \"cookieconsent\"";
    finder.tell(&rules::BANNER_MISSING, declared, (message, hint));
}
