//! What law asks of cookies that measure an audience without consent, and of those that keep a choice.

use crate::duration::{Duration, Unit};
use crate::language::Category;
use crate::layer::Origin;
use crate::lint::consent::{is_exempt_audience, role, said};
use crate::lint::durations::told;
use crate::lint::finder::Finder;
use crate::lint::known::known_of;
use crate::lint::prose::{find_any, lowered};
use crate::lint::{needs_consent, phrases, rules};
use crate::register::Cookie;

/// Looks at one cookie.
pub(super) fn check(cookie: &Cookie, finder: &mut Finder<'_>) {
    if is_exempt_audience(cookie) {
        exempt(cookie, finder);
    }
    if keeps_choice(cookie) {
        choice(cookie, finder);
    }
    without_consent(cookie, finder);
}

fn exempt(cookie: &Cookie, finder: &mut Finder<'_>) {
    let id = &cookie.id;
    if let Some((_, origin)) = longer(&told(cookie), 13) {
        let message = format!("`{id}` measures an audience without consent for longer than 13 months");
        finder.tell(&rules::DUR_OVER_13M_EXEMPT, origin, (message, "shorten it to 13 months, or ask for consent"));
    }
    let refresh = cookie.written.duration.refresh.as_ref().filter(|refresh| refresh.value);
    if let Some(refresh) = refresh {
        let message = format!("`{id}` measures an audience without consent, and each visit extends it");
        finder.tell(
            &rules::DUR_REFRESH_EXEMPT,
            refresh.origin,
            (message, "let it end 13 months after the first visit"),
        );
    }
    let kept = cookie.written.data_retention.as_ref();
    if let Some(kept) = kept.filter(|kept| kept.value.exceeds(&Duration::of(25, Unit::Month))) {
        let message = format!("the data of `{id}`, which needs no consent, are kept longer than 25 months");
        finder.tell(&rules::DATA_OVER_25M, kept.origin, (message, "delete them after 25 months, or ask for consent"));
    }
    if said(cookie, "evidence").is_none() {
        let origin = cookie.written.consent.as_ref().map_or(cookie.declared, |consent| consent.origin);
        let message = format!("`{id}` is said to need no consent, and nothing shows why");
        let hint = "keep the self-assessment: consent = { required = false, evidence = \"…\", assessed = 2026-01-15 }";
        finder.tell(&rules::EXEMPT_WITHOUT_EVIDENCE, origin, (message, hint));
    }
    if known_of(cookie).is_some_and(|(known, _)| known.vendor == "Google") {
        let message = format!("`{id}` is a cookie of Google Analytics, which needs consent as it is shipped");
        finder.tell(
            &rules::EXEMPT_WITHOUT_EVIDENCE,
            cookie.declared,
            (message, "ask for consent, or measure by other means"),
        );
    }
}

/// Whether the cookie remembers what a visitor chose about cookies.
pub(super) fn keeps_choice(cookie: &Cookie) -> bool {
    let about_choices = |text: &str| {
        let text = lowered(text);
        find_any(&text, phrases::CHOICE_COOKIE).is_some() && find_any(&text, phrases::CHOICE).is_some()
    };
    role(cookie) == Some("consent-store") || cookie.purpose.texts().any(|text| about_choices(&text.value))
}

/// The first duration that is longer than so many months.
fn longer(told: &[(Duration, Origin)], months: u32) -> Option<(Duration, Origin)> {
    told.iter().copied().find(|(duration, _)| duration.exceeds(&Duration::of(months, Unit::Month)))
}

/// Whether a choice is forgotten before six months are over, as it is when the browser is closed.
fn is_short(duration: &Duration) -> bool {
    *duration == Duration::Session || Duration::of(6, Unit::Month).exceeds(duration)
}

fn choice(cookie: &Cookie, finder: &mut Finder<'_>) {
    let (id, told) = (&cookie.id, told(cookie));
    if let Some((duration, origin)) = longer(&told, 6) {
        let message = format!("`{id}` keeps a choice about cookies for {duration}, longer than 6 months");
        finder.tell(&rules::CONSENT_STORE_OVER_6M, origin, (message, "ask again after 6 months"));
    }
    if let Some((duration, origin)) = told.iter().copied().find(|(duration, _)| is_short(duration)) {
        let message = format!("`{id}` keeps a choice about cookies for {duration}, less than 6 months");
        finder.tell(&rules::REASK_BEFORE_6M, origin, (message, "keep a choice 6 months before asking again"));
    }
    if let Some((duration, origin)) = longer(&told, 24) {
        let message = format!("`{id}` keeps a choice about cookies for {duration}, longer than 24 months");
        finder.tell(&rules::CONSENT_OVER_24M, origin, (message, "ask again after 24 months"));
    }
}

/// What British law asks of cookies without consent that a site could do without.
fn without_consent(cookie: &Cookie, finder: &mut Finder<'_>) {
    let category = cookie.category.as_ref().map(|category| category.is);
    let is_needed = matches!(category, Some(Category::Necessary | Category::Security));
    if needs_consent(cookie) || is_needed {
        return;
    }
    let id = &cookie.id;
    if category == Some(Category::Analytics) && cookie.opt_out.is_empty() {
        let message = format!("`{id}` counts visits without consent, and nothing says how to object");
        finder.tell(&rules::STATISTICS_WITHOUT_OPT_OUT, cookie.declared, (message, "say how: opt_out = \"https://…\""));
    }
    let is_stated = ["exception", "basis"].iter().any(|key| said(cookie, key).is_some());
    if !is_stated && cookie.legal_basis.is_empty() {
        let message = format!("`{id}` needs no consent, and no exception is named");
        let hint = "name it: consent = { required = false, exception = \"appearance\" }";
        finder.tell(&rules::EXCEPTION_UNSTATED, cookie.declared, (message, hint));
    }
}
