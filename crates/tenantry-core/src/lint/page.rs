//! Pages that show cookie tables, beside the register: dates, prose that says something else than the tables.

use std::ops::Range;
use std::sync::Arc;

use crate::content::Document;
use crate::duration::{Duration, Unit};
use crate::lint::document::read;
use crate::lint::finder::{Found, about, at};
use crate::lint::prose::{find, lowered, sentence};
use crate::lint::rules;
use crate::register::{Cookie, NamePattern, Register};
use crate::site::{Page, Tenant};
use crate::source::Place;

/// Looks at a page that shows cookie tables, with the documents that it is made of.
pub(super) fn check(page: &Page, documents: &[&Document], (tenant, register): (&Tenant, &Register)) -> Vec<Found> {
    let mut found = Vec::new();
    if page.updated().is_none() {
        let words = ("the cookie policy has no date".to_owned(), "add `updated = 2026-11-20` to its front matter");
        found.push(about(&rules::DATE_MISSING, page.source.as_str(), words));
    }
    // Themes show this parameter as a link on every page.
    let has_link = tenant.params.contains_key("manage_cookies");
    if !has_link && !documents.iter().any(|document| read(document).has_hook) {
        let message = "nothing in the cookie policy lets visitors change their minds at any time".to_owned();
        let hint = "link to the settings of the consent manager: params.manage_cookies = \"#consent\"";
        found.push(about(&rules::WITHDRAW_HOOK_MISSING, page.source.as_str(), (message, hint)));
    }
    let cookies = register.cookies();
    for document in documents {
        unlisted_kinds(document, &cookies, &mut found);
        partial(document, &mut found);
        other_durations(document, &cookies, &mut found);
    }
    found
}

fn place(document: &Document, range: Range<usize>) -> Place {
    Place::new(&document.body.source, range)
}

fn unlisted_kinds(document: &Document, cookies: &[&Arc<Cookie>], found: &mut Vec<Found>) {
    for (what, kinds, range) in &read(document).kinds {
        if !cookies.iter().any(|cookie| kinds.contains(&cookie.kind)) {
            let message = format!("the text speaks of {what}, and no table lists any");
            let hint = "describe them with their `kind`, or take the sentence out";
            found.push(at(&rules::KIND_UNLISTED, place(document, range.clone()), (message, hint)));
        }
    }
}

fn partial(document: &Document, found: &mut Vec<Found>) {
    if let Some(range) = &read(document).examples {
        let message = "the text says that its table gives examples only".to_owned();
        found.push(at(&rules::TABLE_PARTIAL, place(document, range.clone()), (message, "list every cookie")));
    }
}

/// A sentence that names one cookie and gives a duration that is not its own.
fn other_durations(document: &Document, cookies: &[&Arc<Cookie>], found: &mut Vec<Found>) {
    let text = &*read(document).lowered;
    for cookie in cookies {
        let (Some(declared), Some(NamePattern::Exact(name))) = (cookie.duration, cookie.names.first()) else {
            continue;
        };
        let Some(range) = find(text, &lowered(name)) else { continue };
        let sentence = sentence(text, &range);
        let names_others = cookies.iter().any(|other| {
            let name = other.names.first().filter(|_| other.id != cookie.id).map(|name| lowered(&name.to_string()));
            name.is_some_and(|name| find(&text[sentence.clone()], &name).is_some())
        });
        let told = duration_in(&text[sentence]).filter(|_| !names_others);
        if let Some(told) = told.filter(|told| told.exceeds(&declared) || declared.exceeds(told)) {
            let message = format!("the text gives `{name}` {told}, its entry says {declared}");
            found.push(at(
                &rules::DUR_PROSE_CONFLICT,
                place(document, range),
                (message, "say the same in both places"),
            ));
        }
    }
}

/// The only duration of days or longer in a sentence.
fn duration_in(sentence: &str) -> Option<Duration> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| pair[0].starts_with(|c: char| c.is_ascii_digit()));
    let durations: Vec<Duration> = pairs
        .filter_map(|pair| {
            let unit = pair[1].trim_matches(|c: char| !c.is_alphanumeric());
            Duration::parse(&format!("{} {unit}", pair[0])).ok()
        })
        .filter(|duration| !Duration::of(1, Unit::Day).exceeds(duration))
        .collect();
    if let [only] = durations.as_slice() { Some(*only) } else { None }
}

/// The supplier of a platform, in the place of the owner: `est publié par` and a provider's name.
pub(super) fn owners(document: &Document, (names, tenant): (&[String], &str)) -> Vec<Found> {
    let read = read(document);
    let mut found = Vec::new();
    for range in &read.owned_by {
        let rest = read.lowered[range.end..].trim_start_matches([' ', '*', '_', '[']);
        let is_named = |name: &&String| {
            let name = lowered(name);
            rest.starts_with(&name) && !rest[name.len()..].starts_with(char::is_alphanumeric)
        };
        if let Some(name) = names.iter().filter(|name| **name != tenant).find(is_named) {
            let message = format!("`{name}` supplies cookies, and is named here as the site's owner");
            let hint = "name the tenant: {{ tenant.name }}";
            found.push(at(&rules::VENDOR_AS_OWNER, place(document, range.clone()), (message, hint)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_one_duration_or_none() {
        let days = |text: &str| duration_in(text).map(|duration| duration.to_string());
        assert_eq!(days("`_pk_id` est gardé 13 mois,").as_deref(), Some("13 months"));
        assert_eq!(days("après 30 minutes"), None);
        assert_eq!(days("13 mois, puis 25 mois"), None);
        assert_eq!(days("en 2026 nous"), None);
    }
}
