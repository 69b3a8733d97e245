//! Filling the holes of a body for one tenant.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::content::body::{Body, Destination, DestinationPart, Hole, Outline, Segment, TextPart, TextTemplate};
use crate::content::{Target, ValuePath, check_address, escape};
use crate::diagnostic::Diagnostic;
use crate::register::TableHtml;
use crate::source::{Place, Span};

/// Deepest nesting of parts: a page includes a part, and that part may include others, which include nothing.
pub(crate) const DEEPEST_PART: usize = 2;

/// Largest text of a page, in bytes of HTML.
pub(crate) const LARGEST_BODY: usize = 4 << 20;
/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 8 << 10;
/// Most that is told of one page.
const MOST_MISTAKES: usize = 100;

/// What a hole could not be filled with: a message, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// What is missing.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What a tenant gives for the holes of a page.
pub trait Values {
    /// A value, as text.
    fn value(&self, path: &ValuePath) -> Result<Cow<'_, str>, Unfilled>;
    /// The address of a link's target, as the page writes it.
    fn link(&self, target: &Target) -> Result<String, Unfilled>;
    /// The address of a file.
    fn file(&self, path: &str) -> Result<String, Unfilled>;
    /// A cookie table.
    fn table(&self, id: &str) -> Result<&TableHtml, Unfilled>;
    /// The tables that have rows, in order.
    fn tables(&self) -> &[TableHtml];
    /// A part.
    fn part(&self, name: &str) -> Result<&Body, Unfilled>;
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

/// A filled body.
#[derive(Debug, Default)]
pub struct Filling {
    /// The HTML.
    pub html: String,
    /// The headings.
    pub toc: Vec<TocEntry>,
    /// What could not be filled.
    pub diagnostics: Vec<Diagnostic>,
}

/// Fills bodies with the values of one page of one tenant.
pub struct Filler<'f, V> {
    values: &'f V,
    filling: Filling,
    depth: usize,
    ids: BTreeSet<String>,
    /// Ids that were complained about.
    repeated: BTreeSet<String>,
}

impl<'f, V: Values> Filler<'f, V> {
    /// Begins to fill.
    pub fn new(values: &'f V) -> Filler<'f, V> {
        Filler { values, filling: Filling::default(), depth: 0, ids: BTreeSet::new(), repeated: BTreeSet::new() }
    }

    /// Fills a body, its parts included.
    pub fn fill(mut self, body: &Body) -> Filling {
        self.filling.html.reserve(body.literal_bytes + body.literal_bytes / 4);
        self.body(body);
        if self.filling.html.len() > LARGEST_BODY {
            let message = format!(
                "with its values and parts the page is larger than {LARGEST_BODY} bytes, at most that many are allowed"
            );
            self.report(body, Span::default(), Unfilled { message, hint: None });
            self.filling.html.clear();
            return self.filling;
        }
        self.outline(body, 0);
        self.filling
    }

    fn body(&mut self, body: &Body) {
        for segment in &body.segments {
            match segment {
                Segment::Literal(html) => self.filling.html.push_str(html),
                Segment::Hole(..) if self.filling.html.len() > LARGEST_BODY => return,
                Segment::Hole(..) if self.filling.diagnostics.len() > MOST_MISTAKES => return,
                Segment::Hole(hole, span) => {
                    if let Err(unfilled) = self.hole(hole) {
                        self.report(body, *span, unfilled);
                    }
                }
            }
        }
    }

    fn report(&mut self, body: &Body, span: Span, unfilled: Unfilled) {
        let found = &mut self.filling.diagnostics;
        if found.len() < MOST_MISTAKES {
            let diagnostic = Diagnostic::error("cannot-fill", unfilled.message).at(Place::new(&body.source, span));
            found.push(diagnostic.hint_maybe(unfilled.hint));
        } else if found.len() == MOST_MISTAKES {
            found.push(Diagnostic::more_errors(MOST_MISTAKES).about(body.source.path().as_str()));
        }
    }

    fn hole(&mut self, hole: &Hole) -> Result<(), Unfilled> {
        match hole {
            Hole::Value(path) => {
                let value = self.values.value(path)?;
                self.filling.html.push_str(&escape(&value));
            }
            Hole::Link(destination) => {
                let address = self.destination(destination)?;
                self.filling.html.push_str(&escape(&address));
            }
            Hole::Image(destination) => {
                let address = match destination {
                    Destination::Known(Target::Relative { path, .. }) => self.values.file(path)?,
                    other => self.destination(other)?,
                };
                self.filling.html.push_str(&escape(&address));
            }
            Hole::CookieTable(id) => {
                let table = self.values.table(id)?;
                self.filling.html.push_str(&table.html);
            }
            Hole::CookieTables(level) => self.tables(*level),
            Hole::Include(name) => {
                let part = self.values.part(name)?;
                if self.depth == DEEPEST_PART {
                    return Err(Unfilled {
                        message: format!("the part `{name}` is included by a part of a part"),
                        hint: Some("parts nest once".into()),
                    });
                }
                self.depth += 1;
                self.body(part);
                self.depth -= 1;
            }
        }
        Ok(())
    }

    fn destination(&self, destination: &Destination) -> Result<String, Unfilled> {
        let parts = match destination {
            Destination::Known(target) => return self.values.link(target),
            Destination::Filled(parts) => parts,
        };
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
        for table in self.values.tables() {
            let html = &mut self.filling.html;
            html.push_str("<section class=\"cookie-table\">\n");
            html.push_str(&format!("<h{level} id=\"{}\">{}</h{level}>\n", table.id, escape(&table.title)));
            if let Some(intro) = &table.intro {
                html.push_str(&format!("<p>{}</p>\n", escape(intro)));
            }
            html.push_str(&table.html);
            html.push_str("</section>\n");
        }
    }

    fn outline(&mut self, body: &Body, depth: usize) {
        for outline in &body.outline {
            match outline {
                Outline::Heading(heading) => {
                    // A hole that cannot be filled has been reported with the body.
                    let Ok(text) = fill_text(&heading.text, self.values, LARGEST_BODY) else { continue };
                    let html = escape(text.trim()).into_owned();
                    self.claim(body, heading.span, &heading.id);
                    self.filling.toc.push(TocEntry { level: heading.level, id: heading.id.to_string(), html });
                }
                Outline::CookieTable(id, span) => self.claim(body, *span, &format!("table-{id}-caption")),
                Outline::CookieTables(level, span) => {
                    for table in self.values.tables() {
                        self.claim(body, *span, &table.id);
                        self.claim(body, *span, &format!("{}-caption", table.id));
                        let html = escape(&table.title).into_owned();
                        self.filling.toc.push(TocEntry { level: *level, id: table.id.clone(), html });
                    }
                }
                Outline::Include(name) => {
                    if let Ok(part) = self.values.part(name)
                        && depth < DEEPEST_PART
                    {
                        self.outline(part, depth + 1);
                    }
                }
            }
        }
    }

    /// Takes an id of the page, which must be the only one of its kind.
    fn claim(&mut self, body: &Body, span: Span, id: &str) {
        if !self.ids.insert(id.to_owned()) && self.repeated.insert(id.to_owned()) {
            let message = format!("the page has the id `{id}` twice");
            let hint = Some("show a table once, and give a heading an id of its own: `## Title {#other}`".into());
            self.report(body, span, Unfilled { message, hint });
        }
    }
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
