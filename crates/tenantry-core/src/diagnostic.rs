//! What is wrong with a workspace, as values.
//!
//! Every stage collects diagnostics instead of printing them; the command line prints them once, sorted, in human or
//! machine form. Two diagnostics with the same [`Diagnostic::key`] are the same mistake seen by several tenants.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::CookieId;
use crate::source::Place;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The tenant cannot be built as it stands.
    Error,
    /// It is built; someone should look.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a diagnostic points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Bytes in a file that was read.
    Place(Place),
    /// A file or folder that could not be read, or must not be; its name is made printable.
    File(String),
    /// The run as a whole.
    Run,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable word for machines, such as `unknown-key`.
    pub code: Cow<'static, str>,
    /// What was found and what was expected; no final period.
    pub message: Box<str>,
    /// Where.
    pub subject: Subject,
    /// Further places, each with what it has to do with the matter.
    pub related: Vec<(Place, String)>,
    /// What to do.
    pub hint: Option<Box<str>>,
    /// Whether the line must not be shown, since it holds a secret.
    pub confidential: bool,
    /// The cookie that it is about, if it is about one: exceptions may be for some only. Boxed, since few have it and
    /// many functions fail with a diagnostic.
    pub cookie: Option<Box<CookieId>>,
}

impl Diagnostic {
    /// A finding of the given severity, about the run until [`Diagnostic::at`] says otherwise.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Diagnostic {
        let message = printable(&message.into()).into();
        Diagnostic {
            severity,
            code: Cow::Borrowed(code),
            message,
            subject: Subject::Run,
            related: Vec::new(),
            hint: None,
            confidential: false,
            cookie: None,
        }
    }

    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// A note.
    pub fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, message)
    }

    /// Says that there are more errors than the first `told` ones.
    pub fn more_errors(told: usize) -> Diagnostic {
        Diagnostic::error("more-mistakes", format!("there are more errors than these {told}, which are mended first"))
    }

    /// The same of warnings.
    pub fn more_warnings(told: usize) -> Diagnostic {
        Diagnostic::warning("more-mistakes", format!("there are more warnings than these {told}"))
    }

    /// The same, at a place.
    pub fn at(mut self, place: Place) -> Diagnostic {
        self.subject = Subject::Place(place);
        self
    }

    /// The same, about a file as a whole.
    pub fn about(mut self, file: impl AsRef<str>) -> Diagnostic {
        self.subject = Subject::File(printable(file.as_ref()));
        self
    }

    /// The same, about a line that must not be shown.
    pub fn confidential(mut self) -> Diagnostic {
        self.confidential = true;
        self
    }

    /// The same, about a cookie.
    pub fn of_cookie(mut self, cookie: &CookieId) -> Diagnostic {
        self.cookie = Some(Box::new(cookie.clone()));
        self
    }

    /// The same, with what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(printable(&hint.into()).into());
        self
    }

    /// The same, with what to do where something is known.
    pub fn hint_maybe(self, hint: Option<String>) -> Diagnostic {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The same, pointing at another place as well.
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Diagnostic {
        self.related.push((place, printable(&message.into())));
        self
    }

    /// Whether the tenant cannot be built.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// What makes two findings the same one: the file, the bytes, the code and the words.
    pub fn key(&self) -> (String, u32, Cow<'static, str>, String) {
        let (file, start) = match &self.subject {
            Subject::Place(place) => (place.source.path().as_str().to_owned(), place.span.start),
            Subject::File(file) => (file.clone(), 0),
            Subject::Run => (String::new(), 0),
        };
        (file, start, self.code.clone(), self.message.to_string())
    }
}

/// Makes text safe to show on a terminal: control characters, line breaks and direction marks are written as escapes.
pub fn printable(text: &str) -> String {
    let unsafe_to_show = |c: char| c.is_control() || is_direction_mark(c);
    if !text.contains(unsafe_to_show) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if unsafe_to_show(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Invisible characters that change the order in which text is read (Unicode UAX #9).
pub fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_and_direction_marks_are_shown_not_obeyed() {
        let diagnostic = Diagnostic::error("x", "a\u{1b}[31m\nb\u{202e}c").about("bad\nname");
        assert_eq!(&*diagnostic.message, "a\\u{1b}[31m\\nb\\u{202e}c");
        assert_eq!(diagnostic.subject, Subject::File("bad\\nname".into()));
    }
}
