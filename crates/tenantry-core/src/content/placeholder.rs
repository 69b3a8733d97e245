//! Placeholders: the only dynamic thing in content, and a closed grammar.
//!
//! ```text
//! {{ site.base_url }}   {{ vars.anything }}                          a value
//! {{ cookie_table("necessary") }}  {{ cookie_tables() }}  {{ include("dpo") }}   a call
//! ```
//!
//! They are cut out of the text before Markdown is parsed. Each leaves a token of letters and digits behind that the
//! text does not hold, so that Markdown treats it as a word wherever it stands.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use crate::suggest::did_you_mean;

/// The first words of value paths.
pub const ROOTS: &[&str] = &["site", "tenant", "page", "vars"];

/// A dotted path into the resolved tenant: `vars.platform`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValuePath(Box<str>);

impl ValuePath {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first word and the rest: `("vars", "platform")`.
    pub fn split(&self) -> (&str, &str) {
        self.0.split_once('.').unwrap_or((&self.0, ""))
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands between braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// A value.
    Value(ValuePath),
    /// `cookie_table("id")`
    CookieTable(Box<str>),
    /// `cookie_tables()`
    CookieTables,
    /// `include("name")`
    Include(Box<str>),
    /// `\{{`: braces, meant as such.
    Braces,
}

/// Why something between braces is no placeholder, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) hint: String,
}

/// A placeholder in its text.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its bytes in the original text.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) placeholder: Result<Placeholder, Mistake>,
}

/// A text with its placeholders cut out.
pub(super) struct Cut {
    /// The text with tokens.
    pub(super) text: String,
    /// What every token begins with.
    pub(super) prefix: String,
    /// The placeholders, by the number in their token.
    pub(super) found: Vec<Found>,
    /// Where each token begins and ends in `text`.
    tokens: Vec<Range<usize>>,
    /// Where `text` begins in the source.
    base: usize,
}

/// What every token ends with, so that `1` and `10` differ.
const TOKEN_END: char = 'z';

/// Cuts the placeholders out of `text`, which begins at byte `base` of its source.
pub(super) fn cut(text: &str, base: usize) -> Cut {
    let prefix = unused_word(text);
    let mut cut = Cut { text: String::with_capacity(text.len()), prefix, found: Vec::new(), tokens: Vec::new(), base };
    let mut at = 0;
    let (mut line_end, mut close) = (Next::new(text, "\n"), Next::new(text, "}}"));
    while let Some(open) = text[at..].find("{{").map(|found| at + found) {
        let escaped = text[..open].ends_with('\\');
        let start = if escaped { open - 1 } else { open };
        let (end, placeholder) = if escaped {
            (open + 2, Ok(Placeholder::Braces))
        } else {
            between_braces(text, open, (line_end.from(open), close.from(open + 2)))
        };
        cut.text.push_str(&text[at..start]);
        let begin = cut.text.len();
        let autolink = !escaped && text[..start].ends_with('<') && text[end..].starts_with('>');
        if autolink {
            // `<token>` would be an HTML tag: with a scheme it is an autolink.
            cut.text.push_str(&cut.prefix);
            cut.text.push(':');
        }
        let token = cut.token(cut.found.len());
        cut.tokens.push(begin..cut.text.len() + token.len());
        cut.text.push_str(&token);
        cut.found.push(Found { span: base + start..base + end, placeholder });
        at = end;
    }
    cut.text.push_str(&text[at..]);
    cut
}

impl Cut {
    /// The token of a number.
    pub(super) fn token(&self, number: usize) -> String {
        format!("{}{number}{TOKEN_END}", self.prefix)
    }

    /// Splits text at its tokens: literal pieces, and numbers of tokens.
    pub(super) fn split<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        let mut literal = 0;
        let mut search = 0;
        while let Some(start) = text[search..].find(&self.prefix).map(|found| search + found) {
            let digits = start + self.prefix.len();
            let end = text[digits..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |found| digits + found);
            match text[digits..end].parse::<usize>() {
                Ok(number) if text[end..].starts_with(TOKEN_END) => {
                    if literal < start {
                        pieces.push(Piece::Literal(&text[literal..start]));
                    }
                    pieces.push(Piece::Token(number));
                    literal = end + TOKEN_END.len_utf8();
                    search = literal;
                }
                _ => search = digits,
            }
        }
        if literal < text.len() {
            pieces.push(Piece::Literal(&text[literal..]));
        }
        pieces
    }

    /// Whether text holds a token.
    pub(super) fn has_token(&self, text: &str) -> bool {
        text.contains(&self.prefix)
    }

    /// Text with its tokens written back as they stood in the source.
    pub(super) fn restore(&self, text: &str, source: &str) -> String {
        let text = text.replace(&format!("{}:", self.prefix), "");
        let original =
            |number: usize| self.found.get(number).and_then(|found| source.get(found.span.clone())).unwrap_or("");
        self.split(&text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text,
                Piece::Token(number) => original(number),
            })
            .collect()
    }

    /// The bytes of the source that a range of the cut text stands for.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.original_offset(range.start)..self.original_offset(range.end)
    }

    fn original_offset(&self, offset: usize) -> usize {
        let after = self.tokens.partition_point(|token| token.start < offset);
        let Some(last) = after.checked_sub(1) else { return self.base + offset };
        let (token, span) = (&self.tokens[last], &self.found[last].span);
        if offset < token.end { span.start } else { span.end + (offset - token.end) }
    }
}

/// A piece of a text with tokens.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Literal(&'t str),
    Token(usize),
}

/// The text with its numeric character references written out: a token could be spelt with them.
fn without_references(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        decoded.push_str(&rest[..at]);
        let number: String = rest[at + 2..].chars().take_while(|c| c.is_ascii_alphanumeric()).take(8).collect();
        let value = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
            None => number.parse().ok(),
        };
        decoded.extend(value.and_then(char::from_u32));
        rest = rest[at + 2 + number.len()..].trim_start_matches(';');
    }
    decoded.push_str(rest);
    decoded
}

/// A word of letters and digits that the text does not hold; the same for the same text.
fn unused_word(text: &str) -> String {
    let mut used = numbers_of_words(text);
    used.extend(numbers_of_words(&without_references(text)));
    let number = (0_u32..).find(|number| !used.contains(number)).unwrap_or_default();
    format!("tnt{number}x")
}

/// The numbers of all `tnt0x`, `tnt1x` and so on in a text, found in one pass.
fn numbers_of_words(text: &str) -> BTreeSet<u32> {
    let number = |(at, _)| {
        let rest = text[at..].strip_prefix("tnt")?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).take(u32::MAX.to_string().len()).count();
        rest[digits..].starts_with('x').then(|| rest[..digits].parse().ok())?
    };
    text.match_indices('t').filter_map(number).collect()
}

/// The next place of something in a text. It is asked for from places that only grow, so that the text is read once
/// however often it is asked.
struct Next<'t> {
    text: &'t str,
    what: &'static str,
    found: Option<usize>,
}

impl<'t> Next<'t> {
    fn new(text: &'t str, what: &'static str) -> Next<'t> {
        Next { text, what, found: None }
    }

    /// The first place from here on; the end of the text if there is none.
    fn from(&mut self, here: usize) -> usize {
        let search = || self.text[here..].find(self.what).map_or(self.text.len(), |at| here + at);
        let next = self.found.filter(|found| *found >= here).unwrap_or_else(search);
        self.found = Some(next);
        next
    }
}

/// Reads what stands after `{{`, given where its line ends and where braces close next: where it ends, and what it is.
fn between_braces(text: &str, open: usize, (line_end, close): (usize, usize)) -> (usize, Result<Placeholder, Mistake>) {
    match close < line_end {
        true => (close + 2, parse(text[open + 2..close].trim())),
        false => {
            let mistake = Mistake {
                message: "`{{` is not closed on its line".into(),
                hint: "close it with `}}`, or write `\\{{` if braces are meant".into(),
            };
            (open + 2, Err(mistake))
        }
    }
}

/// The names of calls.
const CALLS: &[&str] = &["cookie_table", "cookie_tables", "include"];

/// Reads the words of a placeholder.
pub(super) fn parse(words: &str) -> Result<Placeholder, Mistake> {
    if let Some((name, rest)) = words.split_once('(') {
        return call(name.trim(), rest);
    }
    let segment = |segment: &str| {
        !segment.is_empty() && segment.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    if !words.contains('.') || !words.split('.').all(segment) {
        return Err(Mistake {
            message: format!("`{{{{ {words} }}}}` is no placeholder"),
            hint: "expected a value such as `{{ vars.platform }}`, or one of `{{ cookie_table(\"id\") }}`, \
                   `{{ cookie_tables() }}`, `{{ include(\"part\") }}`; `\\{{` writes braces"
                .into(),
        });
    }
    let root = words.split('.').next().unwrap_or_default();
    if !ROOTS.contains(&root) {
        let hint = did_you_mean(root, ROOTS.iter().copied())
            .unwrap_or_else(|| "values begin with site, tenant, page or vars".to_owned());
        return Err(Mistake { message: format!("there is no value `{words}`"), hint });
    }
    Ok(Placeholder::Value(ValuePath(words.into())))
}

fn call(name: &str, rest: &str) -> Result<Placeholder, Mistake> {
    let Some(argument) = rest.trim_end().strip_suffix(')') else {
        return Err(Mistake {
            message: format!("the call of `{name}` is not closed"),
            hint: "expected `)` at its end".into(),
        });
    };
    let argument = argument.trim();
    let text = argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.contains('"'));
    match (name, text) {
        ("cookie_table", Some(id)) if !id.is_empty() => Ok(Placeholder::CookieTable(id.into())),
        ("include", Some(part)) if !part.is_empty() => Ok(Placeholder::Include(part.into())),
        ("cookie_tables", None) if argument.is_empty() => Ok(Placeholder::CookieTables),
        ("cookie_table" | "include", _) => Err(Mistake {
            message: format!("`{name}` takes one name between straight quotation marks"),
            hint: format!("for instance {{{{ {name}(\"name\") }}}}"),
        }),
        ("cookie_tables", _) => Err(Mistake {
            message: "`cookie_tables` takes nothing between its parentheses".into(),
            hint: "one table is `{{ cookie_table(\"id\") }}`".into(),
        }),
        _ => Err(Mistake {
            message: format!("there is no call `{name}`"),
            hint: did_you_mean(name, CALLS.iter().copied())
                .unwrap_or_else(|| format!("calls are {}", CALLS.join(", "))),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_closed() {
        for bad in [
            "7*7",
            "a",
            "vars.",
            "config.x",
            "include(dpo)",
            "include('dpo')",
            "exec(\"x\")",
            "cookie_tables(\"x\")",
            "vars.a | upper",
            "",
        ] {
            assert!(parse(bad).is_err(), "{bad:?} must be refused");
        }
        assert_eq!(parse("cookie_tables()"), Ok(Placeholder::CookieTables));
        assert_eq!(parse("include(\"dpo\")"), Ok(Placeholder::Include("dpo".into())));
        assert!(matches!(parse("vars.a-b_c"), Ok(Placeholder::Value(_))));
    }

    #[test]
    fn tokens_stand_for_their_bytes() {
        let text = "tnt0x a {{ vars.x }} b \\{{ c <{{ site.base_url }}> {{ open";
        let cut = cut(text, 100);
        assert_eq!(cut.prefix, "tnt1x");
        assert_eq!(cut.text, "tnt0x a tnt1x0z b tnt1x1z c <tnt1x:tnt1x2z> tnt1x3z open");
        assert_eq!(
            cut.restore("b tnt1x1z <tnt1x:tnt1x2z>", &format!("{}{text}", " ".repeat(100))),
            "b \\{{ <{{ site.base_url }}>"
        );
        let b = cut.text.find(" b ").unwrap();
        assert_eq!(cut.original(b..b + 3), 120..123);
        assert!(cut.found[3].placeholder.is_err());
    }

    #[test]
    fn tokens_are_of_a_word_that_the_text_does_not_hold() {
        for (text, word) in [
            ("tnt0x tnt1x tnt3x", "tnt2x"),
            ("tntnt0x", "tnt1x"),
            ("tnt00x tnt x tnt0", "tnt1x"),
            ("tnt&#48;x", "tnt1x"),
            ("tnt4294967296x", "tnt0x"),
        ] {
            assert_eq!(unused_word(text), word, "{text}");
            assert!(!text.contains(word));
        }
    }

    #[test]
    fn braces_close_on_their_line() {
        let cut = cut("{{ a\n}} {{ vars.x }} {{ b\n{{ vars.y }} {{}}", 0);
        let is_value = |found: &Found| matches!(found.placeholder, Ok(Placeholder::Value(_)));
        assert_eq!(cut.found.iter().map(is_value).collect::<Vec<_>>(), [false, true, false, true, false]);
        assert_eq!(cut.text, "tnt0x0z a\n}} tnt0x1z tnt0x2z b\ntnt0x3z tnt0x4z");
    }

    #[test]
    fn numbers_of_tokens_do_not_run_into_the_text() {
        let cut = cut("{{ vars.x }}1 {{ vars.y }}", 0);
        let pieces = cut.split(&cut.text);
        assert_eq!(pieces, [Piece::Token(0), Piece::Literal("1 "), Piece::Token(1)]);
    }
}
