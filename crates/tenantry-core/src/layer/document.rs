//! A TOML file with the places of its keys and values.

use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::Diagnostic;
use crate::layer::secrets::may_hold_secret;
use crate::source::{Place, Source};

/// Most keys that one file may hold; parsing is quick far beyond, reading the result is not.
const MOST_KEYS: usize = 20_000;

/// A parsed file: keys and values with their spans, borrowed from the text.
pub type Document<'s> = Spanned<DeTable<'s>>;

/// Parses a file, reporting what is wrong with it, the first mistake of each line.
///
/// A file with mistakes gives no document: what follows a mistake is not what its author meant.
pub fn parse_document<'s>(source: &'s Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Option<Document<'s>> {
    let text = source.text();
    if let Some(problem) = unreadable(source) {
        diagnostics.push(problem);
        return None;
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Some(document);
    }
    let mut last_line = 0;
    for error in errors {
        let span = error.span().unwrap_or_else(|| longest_line(text));
        let line = source.line(span.start);
        if line > last_line {
            diagnostics.push(syntax_error(source, span, error.message()));
            last_line = line;
        }
    }
    None
}

/// Where an error without a place most likely is: nesting without end stands on one long line.
fn longest_line(text: &str) -> std::ops::Range<usize> {
    let mut start = 0;
    let mut longest = 0..0;
    for line in text.split_inclusive('\n') {
        if line.len() > longest.len() {
            longest = start..start + line.len();
        }
        start += line.len();
    }
    longest.start..longest.start
}

/// Faults that are named before the parser stumbles over them.
fn unreadable(source: &Arc<Source>) -> Option<Diagnostic> {
    let text = source.text();
    if let Some(at) = text.find('\0') {
        let place = Place::new(source, at..at + 1);
        return Some(
            Diagnostic::error("not-text", "the file holds a NUL byte, which no TOML file may")
                .at(place)
                .hint("save the file as UTF-8 text"),
        );
    }
    let keys = text.bytes().filter(|byte| *byte == b'=').count();
    (keys > MOST_KEYS).then(|| {
        Diagnostic::error("too-many-keys", format!("the file has some {keys} keys, at most {MOST_KEYS} are allowed"))
            .about(source.path().as_str())
    })
}

fn syntax_error(source: &Arc<Source>, span: std::ops::Range<usize>, message: &str) -> Diagnostic {
    let text = source.text();
    let line_start = text[..floor(text, span.start)].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[line_start..].find('\n').map_or(text.len(), |at| line_start + at);
    let line = &text[line_start..line_end];
    if may_hold_secret(line) {
        let first_line = message.lines().next().unwrap_or("not TOML");
        return Diagnostic::error("toml-syntax", first_line).at(Place::new(source, span)).confidential();
    }
    let quote = line.char_indices().find(|(_, c)| matches!(c, '“' | '”' | '„' | '‘' | '’' | '«' | '»'));
    if let Some((at, quote)) = quote
        && !line[..at].contains(['"', '\'', '#'])
    {
        let place = Place::new(source, line_start + at..line_start + at + quote.len_utf8());
        return Diagnostic::error("typographic-quotes", format!("`{quote}` is a typographic quotation mark"))
            .at(place)
            .hint("TOML text stands between straight quotation marks: \"…\"");
    }
    let first_line = message.lines().next().unwrap_or("not TOML");
    Diagnostic::error("toml-syntax", first_line.trim_end_matches('.'))
        .at(Place::new(source, span))
        .hint_maybe(syntax_hint(line))
}

/// What to do about the mistakes that people make most.
fn syntax_hint(line: &str) -> Option<String> {
    let (_, value) = line.split_once('=')?;
    let value = value.split('#').next().unwrap_or(value).trim();
    let bare = value.chars().next().is_some_and(char::is_alphabetic) && !matches!(value, "true" | "false");
    bare.then(|| format!("text stands between quotation marks: \"{value}\""))
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
