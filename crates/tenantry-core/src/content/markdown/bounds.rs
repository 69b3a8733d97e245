//! What a document may become: how many bytes of HTML, and how much is told of it.
//!
//! Markdown repeats itself: a table's header stands in every cell, as a label for narrow screens, and a reference is
//! written out wherever it is used. So what is written is counted on the way, not when all of it is there.

use pulldown_cmark::{Event, Tag};

use crate::diagnostic::{Diagnostic, Severity};

/// Most errors that are told of a document, and most warnings.
const MOST_TOLD: usize = 100;

/// The bounds of a document, and how far it has come.
pub(super) struct Bounds {
    most: usize,
    written: usize,
    is_told: bool,
    errors: usize,
    warnings: usize,
}

impl Bounds {
    /// Those of so many bytes of text.
    pub(super) fn of(text: usize) -> Bounds {
        Bounds { most: text * 8 + (1 << 20), written: 0, is_told: false, errors: 0, warnings: 0 }
    }

    /// Counts what an event brings along, besides its tags.
    pub(super) fn count(&mut self, event: &Event<'_>) {
        self.written += match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => text.len(),
            Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. }) => {
                dest_url.len() + title.len()
            }
            _ => 0,
        };
    }

    /// What is wrong, once more has been written than may be.
    pub(super) fn excess(&mut self) -> Option<Diagnostic> {
        let found = self.excess_of(self.written);
        self.is_told |= found.is_some();
        found
    }

    /// What is wrong with so many bytes, if that has not been told.
    pub(super) fn excess_of(&self, written: usize) -> Option<Diagnostic> {
        (written > self.most && !self.is_told).then(|| {
            let message = format!("the text grows to more than {} bytes of HTML, which is all it may have", self.most);
            Diagnostic::error("output-too-large", message)
        })
    }

    /// The finding, if it is to be told; behind the last one that is, that there are more.
    pub(super) fn admit(&mut self, finding: Diagnostic) -> Option<Diagnostic> {
        let (told, more): (_, fn(usize) -> Diagnostic) = match finding.severity {
            Severity::Error => (&mut self.errors, Diagnostic::more_errors),
            Severity::Warning | Severity::Note => (&mut self.warnings, Diagnostic::more_warnings),
        };
        *told += 1;
        match (*told).cmp(&(MOST_TOLD + 1)) {
            std::cmp::Ordering::Less => Some(finding),
            std::cmp::Ordering::Equal => Some(more(MOST_TOLD)),
            std::cmp::Ordering::Greater => None,
        }
    }
}
