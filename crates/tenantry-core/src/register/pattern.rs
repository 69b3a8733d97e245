//! Identifiers of cookies: names, patterns of names, hosts. They are never translated, hyphenated or retouched.

use std::fmt;
use std::sync::Arc;

/// Longest name of a cookie, in bytes: browsers refuse name and value beyond it (RFC 6265bis, section 5.6).
const LONGEST_NAME: usize = 4096;

/// A cookie's name, or a pattern for names that change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamePattern {
    /// The name, to the letter.
    Exact(Arc<str>),
    /// Names that begin so: `{ prefix = "_ga_" }`, shown as `_ga_*`.
    Prefix(Arc<str>),
    /// Names with `*` and `?` in them: `{ glob = "_hj*" }`.
    Glob(Arc<str>),
    /// Names that a regular expression fits: `{ regex = "^_ga_" }`.
    Regex(Arc<str>),
}

impl NamePattern {
    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        match self {
            NamePattern::Exact(text)
            | NamePattern::Prefix(text)
            | NamePattern::Glob(text)
            | NamePattern::Regex(text) => text.len(),
        }
    }

    /// Why text cannot be a cookie's name, if it cannot.
    pub fn name_error(text: &str) -> Option<String> {
        if text.is_empty() {
            Some(
                "a cookie's name is not empty; a cookie known by its host only has `names = []` and `hosts = […]`"
                    .into(),
            )
        } else if text.len() > LONGEST_NAME {
            Some(format!("the name has {} bytes, at most {LONGEST_NAME} are allowed", text.len()))
        } else {
            text.chars()
                .find(|c| c.is_control() || is_invisible(*c))
                .map(|wrong| format!("`{}` cannot stand in a cookie's name", wrong.escape_default()))
        }
    }
}

/// Characters that take no room: a name with one looks like another name.
fn is_invisible(c: char) -> bool {
    let without_width = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    without_width || crate::diagnostic::is_direction_mark(c)
}

/// Whether the brackets of a regular expression close; more is known only where it is used.
pub(crate) fn is_balanced(regex: &str) -> bool {
    let (mut round, mut square, mut escaped) = (0_i32, 0_i32, false);
    for c in regex.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if square == 0 => square = 1,
            ']' => square = 0,
            '(' if square == 0 => round += 1,
            ')' if square == 0 => round -= 1,
            _ => {}
        }
        if round < 0 {
            return false;
        }
    }
    round == 0 && square == 0 && !escaped
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NamePattern::Exact(name) | NamePattern::Glob(name) | NamePattern::Regex(name) => f.write_str(name),
            NamePattern::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

/// A host that sets a cookie, as it was written; a dot in front means its subdomains too: `.stripe.com`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(Arc<str>);

impl Host {
    /// Checks that the text is a host name, with or without a dot in front.
    pub fn new(text: &str) -> Result<Host, String> {
        let name = text.strip_prefix('.').unwrap_or(text);
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '*'))
        };
        if name.split('.').all(label) && text.len() <= 253 {
            Ok(Host(text.into()))
        } else {
            Err(format!("`{text}` is no host name: expected one such as `.example.org`, without scheme and path"))
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the dot in front, lower case.
    pub fn name(&self) -> String {
        self.0.strip_prefix('.').unwrap_or(&self.0).to_lowercase()
    }
}
