//! Rust code as text: without comments and literals, cut into functions and words.
//!
//! It is no parser: it knows as much of the language as the rules of the house ask for.

use std::ops::Range;

/// A source without its comments and without what its literals hold, line for line.
pub(crate) fn code_of(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let skipped = literal_or_comment(rest);
        if skipped > 0 {
            let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
            code.extend(source[at..at + skipped].chars().map(blank));
            at += skipped;
        } else {
            let c = rest.chars().next().unwrap_or(' ');
            code.push(c);
            at += c.len_utf8();
        }
    }
    code
}

/// How many bytes the comment or literal at the start of `rest` has; 0 if there is none. Block comments do not nest.
pub(crate) fn literal_or_comment(rest: &str) -> usize {
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let mut next = rest.chars().skip(1);
    let hashes = next.clone().take_while(|c| *c == '#').count();
    match rest.as_bytes()[0] {
        b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        b'/' if rest.starts_with("/*") => until("*/", 2),
        b'"' => quoted(rest, '"'),
        b'r' if rest[1 + hashes..].starts_with('"') => until(&format!("\"{}", "#".repeat(hashes)), hashes + 2),
        // Otherwise it is a lifetime.
        b'\'' if next.next() == Some('\\') || next.next() == Some('\'') => quoted(rest, '\''),
        _ => 0,
    }
}

pub(crate) fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == mark => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Code without the modules and items of tests, line for line. Files of tests and the test kit are tests as a whole.
pub(crate) fn without_tests(path: &str, code: &str) -> String {
    if path.ends_with("/tests.rs") || path.contains("/tests/") || path.contains("tenantry-testkit/") {
        return String::new();
    }
    let mut kept = code.to_owned();
    while let Some(start) = kept.find("#[cfg(test)]") {
        let end = item_body(&kept, start).end;
        let blank: String = kept[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(start..end, &blank);
    }
    kept
}

/// The bytes between the braces of the item that begins at `start`; empty, behind its semicolon, if it has no body.
pub(crate) fn item_body(code: &str, start: usize) -> Range<usize> {
    let mut nested = 0_i32;
    let mut opened = None;
    let mut braces = 0_i32;
    for (offset, c) in code[start..].char_indices() {
        let at = start + offset;
        match (c, opened) {
            ('(' | '[', None) => nested += 1,
            (')' | ']', None) => nested -= 1,
            (';', None) if nested == 0 => return at + 1..at + 1,
            ('{', _) => {
                opened = opened.or(Some(at + 1));
                braces += 1;
            }
            ('}', Some(body)) => {
                braces -= 1;
                if braces == 0 {
                    return body..at;
                }
            }
            _ => {}
        }
    }
    code.len()..code.len()
}

/// Every function that has a body: its name, its line, and how many lines of its body hold code.
pub(crate) fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let in_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let body = item_body(code, at);
        if in_word || name.is_empty() || body.is_empty() {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let length = code[body].lines().filter(|line| !line.trim().is_empty()).count();
        functions.push((name, line, length));
    }
    functions
}

/// The words of some code.
pub(crate) fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Whether code names a module of the standard library, alone or in a list.
pub(crate) fn uses_std(code: &str, module: &str) -> bool {
    let alone = format!("std::{module}");
    let is_whole = |at: usize| !code[at + alone.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let listed = code.match_indices("std::{").any(|(at, _)| {
        let list = code[at..].split_once(';').map_or("", |(list, _)| list);
        words(list).any(|word| word == module)
    });
    listed || code.match_indices(&alone).any(|(at, _)| is_whole(at))
}
