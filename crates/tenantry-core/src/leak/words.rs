//! The words of a text that look like hosts: two labels or more, with dots between them.
//!
//! A host is recognised in prose, in an address (with a port, a path, percent-encoded), after the `@` of a mail address,
//! between the marks of Markdown, and in what JSON and HTML escape. A word is whole or it is another one: `acme.fr` is not
//! in `notacme.fr`, `www.acme.fr` or `acme.fr.example`. International names count in their ASCII form (UTS 46).

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr3;
use percent_encoding::percent_decode_str;
use unicode_normalization::char::is_combining_mark;

/// What domain names may be written with in place of a dot (UTS 46, section 4): `。`, `．`, `｡`.
const OTHER_DOTS: [char; 3] = ['\u{3002}', '\u{ff0e}', '\u{ff61}'];
/// The first bytes of these characters in UTF-8.
const OTHER_DOTS_BEGIN: (u8, u8) = (0xe3, 0xef);

/// Longest host, in bytes (RFC 1035, section 2.3.4), and longest word outside of ASCII that may stand for one: a letter
/// takes up to four bytes.
const LONGEST_HOST: usize = 253;
const LONGEST_WRITTEN: usize = 4 * LONGEST_HOST;

/// A word that looks like a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostWord<'t> {
    /// The host in ASCII, lower case, without a dot at its end.
    pub host: Cow<'t, str>,
    /// The bytes of the text that it stands in.
    pub span: Range<usize>,
}

/// The words of a text that look like hosts, in their order. Takes time in proportion to the text.
///
/// Where it cannot be told what is meant, as in the `\nacme.fr` of JSON, each reading is given.
pub fn host_words(text: &str) -> impl Iterator<Item = HostWord<'_>> {
    Runs { text, from: 0 }.flat_map(move |run| {
        let (only, several) = match is_plain(text, &run) {
            true => (word(text, run), Vec::new()),
            false => (None, readings(text, &run)),
        };
        only.into_iter().chain(several)
    })
}

/// The host that a word stands for, as [`host_words`] gives it; `None` if it looks like none.
pub fn host_of(word: &str) -> Option<Cow<'_, str>> {
    if word.is_ascii() {
        return ascii_host(word);
    }
    let word = word.trim_matches(is_around);
    let ascii = (word.len() <= LONGEST_WRITTEN).then(|| idna::domain_to_ascii(word).ok())??;
    ascii_host(&ascii).map(|host| host.into_owned().into())
}

fn ascii_host(word: &str) -> Option<Cow<'_, str>> {
    let word = word.trim_matches(is_around);
    if !is_host(word) {
        return None;
    }
    let is_lower = !word.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if is_lower { word.into() } else { word.to_ascii_lowercase().into() })
}

/// What may stand beside a host and is no part of it.
fn is_around(c: char) -> bool {
    is_dot(c) || c == '-'
}

/// Several labels with a dot between each two, the last of which is no number: `3.14` is none.
fn is_host(word: &str) -> bool {
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    word.len() <= LONGEST_HOST
        && word.rsplit_once('.').is_some_and(|(_, last)| !is_number(last))
        && word.split('.').all(|label| !label.is_empty())
}

/// Stretches of a text in which a host may stand: letters, digits, hyphens and what `%` encodes, around a dot.
struct Runs<'t> {
    text: &'t str,
    /// What lies before has been looked at.
    from: usize,
}

impl Iterator for Runs<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let mut at = self.from;
        loop {
            let found = memchr3(b'.', OTHER_DOTS_BEGIN.0, OTHER_DOTS_BEGIN.1, self.text.as_bytes().get(at..)?)?;
            let dot = at + found;
            let mut after = self.text[dot..].chars();
            let is_dot = after.next().is_some_and(is_dot);
            at = self.text.len() - after.as_str().len();
            if !(is_dot && after.next().is_some_and(is_part)) {
                continue;
            }
            let rest = &self.text[at..];
            let end = at + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let start = self.from + self.text[self.from..dot].trim_end_matches(is_part).len();
            self.from = end;
            return Some(start..end);
        }
    }
}

fn is_dot(c: char) -> bool {
    c == '.' || OTHER_DOTS.contains(&c)
}

/// Whether a character may stand in a run.
fn is_part(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '%');
    }
    c.is_alphanumeric() || is_combining_mark(c) || is_unseen(c) || is_dot(c)
}

/// Characters that a name may hold and nobody sees: where a word may be broken or joined.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// The host of a run that can be read in one way only.
fn word(text: &str, run: Range<usize>) -> Option<HostWord<'_>> {
    let written = &text[run.clone()];
    let host = host_of(written)?;
    let start = run.start + written.len() - written.trim_start_matches(is_around).len();
    Some(HostWord { host, span: start..start + written.trim_matches(is_around).len() })
}

/// Letters of scripts that put no space between words: a host may stand right beside them.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..)
}

/// Whether a run can be read in one way only.
fn is_plain(text: &str, run: &Range<usize>) -> bool {
    let written = &text[run.clone()];
    let is_one_word = !(written.contains('%') || written.contains(".."));
    is_one_word && !text[..run.start].ends_with('\\') && (written.is_ascii() || !written.contains(is_unspaced))
}

/// The hosts of a run in every way that it can be read.
fn readings<'t>(text: &'t str, run: &Range<usize>) -> Vec<HostWord<'t>> {
    let written = &text[run.clone()];
    let mut hosts: Vec<String> = Vec::new();
    let mut read = |reading: &str, ends: fn(char) -> bool| {
        let parts = reading.split(ends).flat_map(|part| part.split(".."));
        hosts.extend(parts.filter_map(host_of).map(Cow::into_owned));
    };
    let decoded = percent_decode_str(written).decode_utf8_lossy();
    for reading in [written, &*decoded] {
        read(reading, |c| c == '%' || !is_part(c));
        read(reading, |c| c == '%' || !is_part(c) || is_unspaced(c));
    }
    if text[..run.start].ends_with('\\') {
        // The first letter may belong to the backslash, as in the `\n` of JSON.
        read(written.get(1..).unwrap_or_default(), |c| c == '%');
    }
    hosts.sort();
    hosts.dedup();
    hosts.into_iter().map(|host| HostWord { host: host.into(), span: run.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::layer::BaseUrl;

    fn hosts(text: &str) -> Vec<String> {
        host_words(text).map(|word| word.host.into_owned()).collect()
    }

    #[track_caller]
    fn names(text: &str, host: &str) {
        assert!(hosts(text).iter().any(|found| found == host), "`{host}` is not found in {text:?}: {:?}", hosts(text));
    }

    #[track_caller]
    fn does_not_name(text: &str, host: &str) {
        assert!(!hosts(text).iter().any(|found| found == host), "`{host}` is found in {text:?}");
    }

    #[test]
    fn a_whole_host_is_found_wherever_it_stands() {
        for text in [
            "acme.fr",
            "https://acme.fr/x",
            "//acme.fr",
            "https://acme.fr:8443/x?y#z",
            "http://user:pass@acme.fr",
            "dpo@acme.fr",
            "mailto:dpo@acme.fr?subject=x",
            "Voir acme.fr.",
            "Voir ACME.fr, puis rien",
            "(acme.fr)",
            "«acme.fr»",
            "l'adresse\u{a0}: acme.fr…",
            "<a href=\"https://acme.fr\">x</a>",
            "[x](https://acme.fr/a_b)",
            "**acme.fr** et _acme.fr_",
            "`acme.fr`",
            ".acme.fr",
            "voir...acme.fr...",
            "-acme.fr-",
            "?next=https%3A%2F%2Facme.fr%2Fx",
            "100%acme.fr",
            "{\"text\":\"un\\nacme.fr\"}",
            "\\acme.fr",
            "https:&#x2F;&#x2F;acme.fr&#x2F;",
            "acme.fr\nacme.com",
            "サイトacme.frを見る",
            "acme\u{ad}.fr",
            "acme\u{200b}.fr",
            "acme。fr",
            "ａｃｍｅ．ｆｒ",
        ] {
            names(text, "acme.fr");
        }
        assert_eq!(hosts("a.fr, b.fr..c.fr\nd.fr"), ["a.fr", "b.fr", "c.fr", "d.fr"]);
    }

    #[test]
    fn a_part_of_another_word_is_no_host() {
        for text in [
            "notacme.fr",
            "not-acme.fr",
            "www.acme.fr",
            "acme.fr.example",
            "https://acme.fr.example/",
            "acme.frx",
            "acme.fr2",
            "éacme.fr",
            "acme.fré",
            "acme . fr",
            "acme. fr",
            "acme fr",
            "acme,fr",
            "3.acme.fr",
            "https://xn--acme-9oa.fr",
        ] {
            does_not_name(text, "acme.fr");
        }
        names("www.acme.fr", "www.acme.fr");
    }

    #[test]
    fn an_international_name_is_one_name_in_each_of_its_forms() {
        for text in [
            "bücher.example",
            "BÜCHER.example",
            "bu\u{308}cher.example",
            "xn--bcher-kva.example",
            "XN--BCHER-KVA.EXAMPLE",
            "https://b%C3%BCcher.example/",
            "https://b%c3%bccher.example:80",
        ] {
            names(text, "xn--bcher-kva.example");
        }
        names("नमस्ते हिन्दी.भारत", "xn--j2bd4cyah0f.xn--h2brj9c");
        names("例え。テスト", "xn--r8jz45g.xn--zckzah");
        assert_eq!(host_of("Straße.example.").as_deref(), Some("xn--strae-oqa.example"));
    }

    #[test]
    fn what_looks_like_no_host_is_none() {
        for text in
            ["", ".", "..", "a.", ".a", "3.14", "1.2.3.4", "Fin. Début", "a .b", "%", "%2E", "a..b", "--.--", "。"]
        {
            assert_eq!(hosts(text), [""; 0], "{text:?}");
        }
        assert_eq!(hosts(&format!("{}.fr", "a".repeat(251))), [""; 0], "too long");
    }

    #[test]
    fn a_word_has_its_bytes() {
        let text = "été : https://acme.fr/x, .bücher.example-.";
        let spans: Vec<&str> = host_words(text).map(|word| &text[word.span]).collect();
        assert_eq!(spans, ["acme.fr", "bücher.example"]);
    }

    proptest! {
        #[test]
        fn the_host_of_every_address_is_found_in_it(
            address in r"https?://([\p{L}\p{N}\p{M}-]{1,6}\.){1,3}[\p{L}\p{M}]{2,6}\.?(:[1-9][0-9]{0,3})?(/[a-z.%_-]{0,6}){0,2}",
            around in r"[ \(\[<>«»\x22'*_,;:=/&@\n]",
        ) {
            if let Ok(url) = BaseUrl::new(&address) {
                names(&address, url.host());
                names(&format!("x{around}{address}{around}x"), url.host());
                prop_assert_eq!(host_of(url.host()), Some(url.host().into()));
            }
        }

        #[test]
        fn every_text_is_read(text in r"[a-z\.%\\ é。例\u{ad}\u{308}2EF-]{0,40}|\PC{0,40}") {
            let words: Vec<HostWord<'_>> = host_words(&text).collect();
            for word in &words {
                prop_assert!(text.get(word.span.clone()).is_some_and(|written| !written.is_empty()));
                prop_assert_eq!(host_of(&word.host), Some((&*word.host).into()));
            }
            prop_assert!(words.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
        }
    }
}
