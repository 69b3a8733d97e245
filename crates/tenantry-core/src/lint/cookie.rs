//! One cookie of a register: every rule that its own entry can break. Evaluated once, however many tenants show it.

use std::sync::Arc;

use crate::language::{Category, Lang};
use crate::layer::{Chain, LocalText};
use crate::lint::finder::{Finder, Found};
use crate::lint::known::{Match, known_of};
use crate::lint::prose::{entries, lowered};
use crate::lint::{audience, durations, names, phrases, rules};
use crate::register::Cookie;

/// What is wrong with a cookie, for the languages of its texts.
pub(super) fn check(cookie: &Cookie, languages: &[Lang], chain: &Chain) -> Arc<[Found]> {
    let (known, found) = cookie.lint.get_or_init(|| (languages.to_vec(), look(cookie, languages, chain)));
    // Whoever asks first decides for which languages the answer is kept; others look for themselves.
    if known == languages { Arc::clone(found) } else { look(cookie, languages, chain) }
}

fn look(cookie: &Cookie, languages: &[Lang], chain: &Chain) -> Arc<[Found]> {
    let mut finder = Finder::of_cookie(chain, &cookie.id);
    necessary_but_known(cookie, &mut finder);
    names::check(cookie, &mut finder);
    durations::check(cookie, languages, &mut finder);
    category(cookie, &mut finder);
    for (what, text) in [("link", &cookie.link), ("opt_out", &cookie.opt_out)] {
        address(cookie, (what, text), &mut finder);
    }
    languages.iter().for_each(|lang| other_language(cookie, *lang, &mut finder));
    residue(cookie, &mut finder);
    audience::check(cookie, &mut finder);
    finder.found.into()
}

/// A cookie that a tenant calls necessary, and known sources do not.
fn necessary_but_known(cookie: &Cookie, finder: &mut Finder<'_>) {
    let called = cookie.category.as_ref().map(|category| category.is);
    if !matches!(called, Some(Category::Necessary | Category::Security)) {
        return;
    }
    let Some((known, how)) = known_of(cookie) else { return };
    if !matches!(known.category, Category::Analytics | Category::Marketing | Category::Social) {
        return;
    }
    let origin = cookie.written.category.as_ref().map_or(cookie.declared, |category| category.origin);
    let is = known.category;
    match how {
        Match::Sure => {
            let message = format!("`{}` is called necessary, and is a cookie of {}: {is}", cookie.id, known.vendor);
            finder.tell(
                &rules::NECESSARY_BUT_KNOWN,
                origin,
                (message, "say what it is: without consent it may not be set"),
            );
        }
        Match::ByName => {
            let message =
                format!("`{}` is called necessary, and has the name of a cookie of {}: {is}", cookie.id, known.vendor);
            let hint = "look who sets it; if it is that one, say so in its category";
            finder.suggest(&rules::NECESSARY_BUT_KNOWN, origin, (message, hint));
        }
    }
}

fn category(cookie: &Cookie, finder: &mut Finder<'_>) {
    let is_known = cookie.category.as_ref().is_some_and(|category| category.is != Category::Unknown);
    if !is_known {
        let origin = cookie.written.category.as_ref().map_or(cookie.declared, |category| category.origin);
        let hint = "say what it is for: category = \"functional\"";
        finder.tell(&rules::CATEGORY_UNKNOWN, origin, (format!("the cookie `{}` has no category", cookie.id), hint));
    }
}

/// An address that leads nowhere, has no scheme, or is not encrypted.
fn address(cookie: &Cookie, (what, text): (&str, &LocalText), finder: &mut Finder<'_>) {
    for text in text.texts() {
        let (address, id) = (text.value.trim(), &cookie.id);
        if address.is_empty() || address == "#" {
            let message = format!("`{what}` of `{id}` leads nowhere");
            finder.tell(&rules::LINK_DEAD, text.origin, (message, "write the address, or leave it out"));
        } else if address.starts_with("http://") {
            let message = format!("`{what}` of `{id}` is not encrypted: {address}");
            finder.tell(&rules::LINK_HTTP, text.origin, (message, "write `https://`, if it answers"));
        } else if !address.contains("://") && looks_like_address(address) {
            let message = format!("`{what}` of `{id}` has no scheme: {address}");
            finder.tell(&rules::LINK_NO_SCHEME, text.origin, (message, "write `https://` before it"));
        }
    }
}

/// `segment.com/docs`: a host with a dot, and no blanks.
fn looks_like_address(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    !text.contains(char::is_whitespace) && host.contains('.') && host.split('.').all(label)
}

/// Texts of a cookie that its pages show, with the word for each.
fn texts(cookie: &Cookie) -> [(&'static str, &LocalText); 5] {
    let Cookie { service, purpose, location, legal_basis, duration_text, .. } = cookie;
    [
        ("service", service),
        ("purpose", purpose),
        ("location", location),
        ("legal_basis", legal_basis),
        ("duration", duration_text),
    ]
}

fn other_language(cookie: &Cookie, lang: Lang, finder: &mut Finder<'_>) {
    for (what, text) in texts(cookie) {
        let Some(text) = text.get(lang) else { continue };
        let Some(other) = other_than(&text.value, lang) else { continue };
        let message = format!("`{what}` of `{}` reads as `{other}`, in pages in `{lang}`", cookie.id);
        finder.tell(&rules::LANG_MIXED, text.origin, (message.clone(), "translate it"));
        finder.tell(
            &rules::A11Y_LANG,
            text.origin,
            (message, "translate it: a cell cannot say which language it is in"),
        );
    }
}

/// The language that a text is in, if that is surely another one.
fn other_than(text: &str, lang: Lang) -> Option<&'static str> {
    let lowered = lowered(text);
    let words: Vec<&str> = lowered.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let hits = |stop_words: &str| {
        let stop_words: Vec<&str> = entries(stop_words).collect();
        words.iter().filter(|word| stop_words.contains(word)).count()
    };
    let expected = phrases::STOP_WORDS.iter().find(|(of, _)| *of == lang.primary()).map(|(_, words)| hits(words))?;
    let others = phrases::STOP_WORDS.iter().filter(|(of, _)| *of != lang.primary());
    let (hits, other) = others.map(|(of, words)| (hits(words), *of)).max()?;
    (hits >= 3 && hits > expected * 3).then_some(other)
}

fn residue(cookie: &Cookie, finder: &mut Finder<'_>) {
    for (what, text) in texts(cookie) {
        for text in text.texts() {
            let found = crate::lint::prose::find_any(&lowered(&text.value), phrases::RESIDUE).map(|(phrase, _)| phrase);
            if let Some(phrase) = found {
                let message = format!("`{what}` of `{}` holds `{phrase}`", cookie.id);
                finder.tell(&rules::MACHINE_RESIDUE, text.origin, (message, "a program left it behind: take it out"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_in_another_language_is_told_and_names_are_not() {
        for (text, lang, expected) in [
            ("Remembers the user from page to page.", Lang::FRENCH, Some("en")),
            ("Se souvenir de l'utilisateur d'une page à une autre.", Lang::FRENCH, None),
            ("Se souvenir de l'utilisateur d'une page à une autre.", Lang::ENGLISH, Some("fr")),
            ("API (CSRF) (front et back office)", Lang::ENGLISH, None),
            ("Matomo", Lang::FRENCH, None),
            ("Zählt die Besuche und misst, auf welchen Seiten sie enden", Lang::FRENCH, Some("de")),
        ] {
            assert_eq!(other_than(text, lang), expected, "{text}");
        }
    }

    #[test]
    fn an_address_is_a_host_with_a_dot() {
        assert!(looks_like_address("segment.com/docs") && looks_like_address("a.example"));
        assert!(!looks_like_address("see the docs") && !looks_like_address("1.") && !looks_like_address("docs"));
    }
}
