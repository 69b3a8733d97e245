//! Filling the holes of a draft for one tenant.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::content::body::{DestinationPart, TextPart, TextTemplate};
use crate::content::draft::{Draft, Entry, LARGEST_BODY, Piece, repeated_id, too_large};
use crate::content::{ValuePath, check_address, escape};
use crate::diagnostic::Diagnostic;
use crate::digest::{Digest, Digester};
use crate::register::TableHtml;
use crate::source::{Place, Source, Span};

/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 8 << 10;
/// Most that is told of one page.
pub(super) const MOST_MISTAKES: usize = 100;

/// What a hole could not be filled with: a message, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// What is missing.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Unfilled {
    /// The same as a finding.
    pub fn at(self, place: Place) -> Diagnostic {
        Diagnostic::error("cannot-fill", self.message).at(place).hint_maybe(self.hint)
    }
}

/// What a tenant gives for the holes of a page.
pub trait Values {
    /// A value, as text.
    fn value(&self, path: &ValuePath) -> Result<Cow<'_, str>, Unfilled>;
    /// A cookie table.
    fn table(&self, id: &str) -> Result<&TableHtml, Unfilled>;
    /// The tables that have rows, in order.
    fn tables(&self) -> &[TableHtml];
}

/// How addresses of the own site are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStyle<'b> {
    /// Relative to the page, so that the site works under any address, in a preview and from a disk.
    Relative,
    /// With scheme and host, for text that is shown elsewhere: below this address, which ends in a slash.
    Below(&'b str),
}

/// An entry of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TocEntry {
    /// 2 to 6.
    pub level: u8,
    /// The heading's id.
    pub id: String,
    /// The heading's words, escaped.
    pub html: String,
}

/// A filled text.
#[derive(Debug, Default)]
pub struct Filling<'d> {
    /// The HTML.
    pub html: String,
    /// The headings.
    pub toc: Cow<'d, [TocEntry]>,
    /// What could not be filled.
    pub diagnostics: Vec<Diagnostic>,
}

impl Draft {
    /// Fills it with the values of one page of one tenant.
    pub fn fill(&self, values: &impl Values, style: LinkStyle<'_>) -> Filling<'_> {
        let mut filler = Filler { values, html: String::with_capacity(self.size(values)), diagnostics: Vec::new() };
        for piece in &self.pieces {
            filler.piece(piece, style);
            if filler.diagnostics.len() > MOST_MISTAKES {
                filler.diagnostics[MOST_MISTAKES] = more_errors(&self.source);
                break;
            }
            if filler.html.len() > LARGEST_BODY {
                return Filling { diagnostics: vec![too_large(&self.source)], ..Filling::default() };
            }
        }
        let Filler { html, mut diagnostics, .. } = filler;
        let toc = match &self.toc {
            Some(toc) => Cow::Borrowed(toc.as_slice()),
            None => Cow::Owned(self.toc_with(values, &mut diagnostics)),
        };
        Filling { html, toc, diagnostics }
    }

    /// A digest of everything that the filled text depends on. `None` if something is missing, which filling tells.
    pub fn digest_with(&self, values: &impl Values) -> Option<Digest> {
        let mut digester = Digester::new().with(self.digest.as_bytes());
        for path in &self.values {
            digester.put(values.value(path).ok()?.as_bytes());
        }
        for piece in &self.pieces {
            match piece {
                Piece::Table(id, _) => digester.put(values.table(id).ok()?.digest.as_bytes()),
                Piece::Tables(_) => values.tables().iter().for_each(|table| digester.put(table.digest.as_bytes())),
                Piece::Literal(_) | Piece::Link(..) | Piece::Value(..) | Piece::Address(..) => {}
            }
        }
        Some(digester.finish())
    }

    /// Links to headings of cookie tables that the tenant does not have.
    pub fn dead_links(&self, has_table: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let dead = self.to_tables.iter().filter(|(_, id, _)| !has_table(id));
        dead.map(|(page, id, place)| {
            let message = format!("the link is dead: the page `{page}` has no heading with the id `{id}`");
            let hint = Some("a table without rows is not shown".to_owned());
            Unfilled { message, hint }.at(place.clone())
        })
        .collect()
    }

    /// About how many bytes the filled text has.
    fn size(&self, values: &impl Values) -> usize {
        let shows_all = self.pieces.iter().any(|piece| matches!(piece, Piece::Tables(_)));
        let tables: usize =
            if shows_all { values.tables().iter().map(|table| table.html.len() + 256).sum() } else { 0 };
        self.literal_bytes + tables + 64 * self.values.len()
    }

    fn toc_with(&self, values: &impl Values, diagnostics: &mut Vec<Diagnostic>) -> Vec<TocEntry> {
        let mut toc = Vec::new();
        let mut ids = Ids { taken: BTreeSet::new(), repeated: BTreeSet::new(), diagnostics };
        for entry in &self.outline {
            match entry {
                Entry::Heading(level, id, words, place) => {
                    // A hole that cannot be filled has been reported with the text.
                    let Ok(text) = fill_text(words, values, LARGEST_BODY) else { continue };
                    let html = escape(text.trim()).into_owned();
                    ids.take(Cow::Borrowed(id), place);
                    toc.push(TocEntry { level: *level, id: id.to_string(), html });
                }
                Entry::Table(id, place) => ids.take(Cow::Owned(format!("table-{id}-caption")), place),
                Entry::Tables(level, place) => {
                    for table in values.tables() {
                        ids.take(Cow::Borrowed(&table.id), place);
                        ids.take(Cow::Owned(format!("{}-caption", table.id)), place);
                        let html = escape(&table.title).into_owned();
                        toc.push(TocEntry { level: *level, id: table.id.clone(), html });
                    }
                }
            }
        }
        toc
    }
}

struct Filler<'f, V> {
    values: &'f V,
    html: String,
    diagnostics: Vec<Diagnostic>,
}

impl<V: Values> Filler<'_, V> {
    fn piece(&mut self, piece: &Piece, style: LinkStyle<'_>) {
        match piece {
            Piece::Literal(html) => self.html.push_str(html),
            Piece::Link(written, below_root) => match style {
                LinkStyle::Relative => self.html.push_str(written),
                LinkStyle::Below(base) => {
                    self.html.push_str(&escape(base));
                    self.html.push_str(below_root);
                }
            },
            Piece::Value(path, place) => match self.values.value(path) {
                Ok(value) => self.html.push_str(&escape(&value)),
                Err(unfilled) => self.diagnostics.push(unfilled.at(place.clone())),
            },
            Piece::Address(parts, place) => match self.address(parts) {
                Ok(address) => self.html.push_str(&escape(&address)),
                Err(unfilled) => self.diagnostics.push(unfilled.at(place.clone())),
            },
            Piece::Table(id, place) => match self.values.table(id) {
                Ok(table) => self.html.push_str(&table.html),
                Err(unfilled) => self.diagnostics.push(unfilled.at(place.clone())),
            },
            Piece::Tables(level) => self.tables(*level),
        }
    }

    fn address(&self, parts: &[DestinationPart]) -> Result<String, Unfilled> {
        let mut address = String::new();
        for part in parts {
            if address.len() > LONGEST_ADDRESS {
                let message = format!("the address is longer than {LONGEST_ADDRESS} bytes");
                return Err(Unfilled { message, hint: None });
            }
            match part {
                DestinationPart::Literal(text) => address.push_str(text),
                DestinationPart::Value(path) => address.push_str(&self.values.value(path)?),
            }
        }
        check_address(&address).map_err(|message| Unfilled { message, hint: None })?;
        Ok(address)
    }

    fn tables(&mut self, level: u8) {
        let html = &mut self.html;
        for table in self.values.tables() {
            html.push_str("<section class=\"cookie-table\">\n");
            html.push_str(&format!("<h{level} id=\"{}\">{}</h{level}>\n", table.id, escape(&table.title)));
            if let Some(intro) = &table.intro {
                html.push_str(&format!("<p>{}</p>\n", escape(intro)));
            }
            html.push_str(&table.html);
            html.push_str("</section>\n");
        }
    }
}

/// The ids of a page, which must be the only ones of their kind.
struct Ids<'i> {
    taken: BTreeSet<Cow<'i, str>>,
    /// Those that were complained about.
    repeated: BTreeSet<Cow<'i, str>>,
    diagnostics: &'i mut Vec<Diagnostic>,
}

impl<'i> Ids<'i> {
    fn take(&mut self, id: Cow<'i, str>, place: &Place) {
        if self.taken.contains(&id) {
            if self.repeated.insert(id.clone()) {
                self.diagnostics.push(repeated_id(&id, place));
            }
        } else {
            self.taken.insert(id);
        }
    }
}

/// What is said where a page has more mistakes than are told.
pub(super) fn more_errors(source: &Arc<Source>) -> Diagnostic {
    Diagnostic::more_errors(MOST_MISTAKES).about(source.path().as_str())
}

/// Fills a text that has no markup, and gets at most `most` bytes by its values.
pub fn fill_text(text: &TextTemplate, values: &impl Values, most: usize) -> Result<String, (Span, Unfilled)> {
    let mut filled = String::new();
    for part in &text.parts {
        match part {
            TextPart::Literal(literal) => filled.push_str(literal),
            TextPart::Value(path, span) => {
                filled.push_str(&values.value(path).map_err(|unfilled| (*span, unfilled))?);
                if filled.len() > most {
                    let message = format!("with its values the text is longer than {most} bytes");
                    return Err((*span, Unfilled { message, hint: None }));
                }
            }
        }
    }
    Ok(filled)
}
