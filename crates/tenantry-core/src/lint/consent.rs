//! Whether a cookie needs consent, as the catalogue says it or as its category suggests.

use crate::language::Category;
use crate::layer::{Scalar, Sourced};
use crate::register::Cookie;

/// Whether a cookie needs consent: what its entry says, or else whether its category is more than what a site needs.
pub(crate) fn needs_consent(cookie: &Cookie) -> bool {
    if let Some(required) = said(cookie, "required").and_then(as_bool) {
        return required;
    }
    if role(cookie) == Some("audience-exempt") {
        return false;
    }
    let category = cookie.category.as_ref().map_or(Category::Unknown, |category| category.is);
    !matches!(category, Category::Necessary | Category::Security)
}

/// Whether that is sure, since its entry says so or it has a category: it is not only to be on the safe side.
pub(super) fn surely_needs_consent(cookie: &Cookie) -> bool {
    let is_sorted = cookie.category.as_ref().is_some_and(|category| category.is != Category::Unknown);
    needs_consent(cookie) && (is_sorted || said(cookie, "required").is_some())
}

/// Whether it measures an audience and is said to need no consent.
pub(super) fn is_exempt_audience(cookie: &Cookie) -> bool {
    let measures = cookie.category.as_ref().is_some_and(|category| category.is == Category::Analytics);
    role(cookie) == Some("audience-exempt") || (measures && !needs_consent(cookie))
}

/// What the entry says about consent.
pub(super) fn said<'c>(cookie: &'c Cookie, key: &str) -> Option<&'c Sourced<Scalar>> {
    match &cookie.written.consent.as_ref()?.value {
        Scalar::Table(table) => table.get(key),
        _ => None,
    }
}

/// What it does for the site.
pub(super) fn role(cookie: &Cookie) -> Option<&str> {
    cookie.written.role.as_ref().map(|role| &*role.value)
}

fn as_bool(value: &Sourced<Scalar>) -> Option<bool> {
    match value.value {
        Scalar::Bool(value) => Some(value),
        _ => None,
    }
}
