//! A page's text with everything decided that does not differ by tenant: parts put in, links resolved, literals joined.
//!
//! A draft is made once for all tenants whose pages stand at the same addresses; each of them only fills it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::content::body::{Body, Destination, DestinationPart, Hole, Outline, Segment, TextPart, TextTemplate};
use crate::content::fill::{MOST_MISTAKES, TocEntry, Unfilled, more_errors};
use crate::content::{Target, ValuePath, escape};
use crate::diagnostic::Diagnostic;
use crate::digest::{Digest, Digester};
use crate::source::{Place, Source, Span};

/// Deepest nesting of parts: a page includes a part, and that part may include others, which include nothing.
pub(crate) const DEEPEST_PART: usize = 2;

/// Largest text of a page, in bytes of HTML.
pub(super) const LARGEST_BODY: usize = 4 << 20;
/// Most placeholders, links and images of a page, those of its parts included as often as it shows them.
const MOST_HOLES: usize = 1 << 18;

/// What stands around a page: other pages, files and parts.
pub trait Surroundings {
    /// Where a link leads.
    fn link(&self, target: &Target) -> Result<Linked, Unfilled>;
    /// Where a file lies.
    fn file(&self, path: &str) -> Result<Linked, Unfilled>;
    /// A part.
    fn part(&self, name: &str) -> Result<&Body, Unfilled>;
}

/// Where a link leads, as pages write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The address in the page.
    pub written: String,
    /// The address from the root of the site on, for text that is shown elsewhere; `None` if that is the same.
    pub below_root: Option<String>,
    /// The heading of a cookie table that it leads to: whether there is one depends on the tenant. With the page's path.
    pub to_table: Option<(String, String)>,
}

/// A page's text, drafted.
#[derive(Debug)]
pub struct Draft {
    pub(super) source: Arc<Source>,
    pub(super) pieces: Vec<Piece>,
    pub(super) outline: Vec<Entry>,
    /// The table of contents, if it is the same for all tenants.
    pub(super) toc: Option<Vec<TocEntry>>,
    /// Links to headings of cookie tables.
    pub(super) to_tables: Vec<(String, String, Place)>,
    /// Bytes of HTML that are the same for all tenants.
    pub(super) literal_bytes: usize,
    /// A digest of all that stands here.
    pub(super) digest: Digest,
    /// The values asked for, each once.
    pub(super) values: Vec<ValuePath>,
}

/// A piece of a draft.
#[derive(Debug)]
pub(super) enum Piece {
    /// HTML.
    Literal(String),
    /// An address of the site, escaped: as the page writes it, and from the root of the site on.
    Link(String, String),
    /// A value.
    Value(ValuePath, Place),
    /// An address with values in it.
    Address(Vec<DestinationPart>, Place),
    /// A cookie table.
    Table(Box<str>, Place),
    /// Every cookie table under a heading of this level.
    Tables(u8),
}

/// What a draft adds to the table of contents, and the ids it takes.
#[derive(Debug)]
pub(super) enum Entry {
    /// A heading: its level, its id, its words.
    Heading(u8, Box<str>, TextTemplate, Place),
    /// A cookie table, which has an id and no heading.
    Table(Box<str>, Place),
    /// The headings of all cookie tables.
    Tables(u8, Place),
}

impl Draft {
    /// Drafts a page. What cannot be resolved is in `diagnostics`.
    pub fn new(body: &Body, around: &impl Surroundings, diagnostics: &mut Vec<Diagnostic>) -> Draft {
        let mut drafting = Drafting::new(around, diagnostics);
        drafting.body(body, 0);
        if !drafting.has_given_up() {
            // Otherwise parts may have been included without end, each with its headings.
            drafting.outline(body, 0);
        }
        let Drafting { pieces, outline, to_tables, diagnostics, bytes: literal_bytes, holes, .. } = drafting;
        if literal_bytes > LARGEST_BODY {
            diagnostics.push(too_large(&body.source));
        } else if holes > MOST_HOLES {
            diagnostics.push(too_many_holes(&body.source));
        }
        let mut draft = Draft {
            source: Arc::clone(&body.source),
            values: values(&pieces, &outline),
            digest: digest(&pieces, &outline),
            pieces,
            outline,
            toc: None,
            to_tables,
            literal_bytes,
        };
        draft.toc = draft.common_toc(diagnostics);
        draft
    }

    /// The values that the text asks for, each once.
    pub fn values(&self) -> &[ValuePath] {
        &self.values
    }

    /// Whether it shows a cookie table.
    pub fn shows_tables(&self) -> bool {
        self.outline.iter().any(|entry| matches!(entry, Entry::Table(..) | Entry::Tables(..)))
    }

    /// The table of contents, if neither its words nor its entries differ by tenant.
    fn common_toc(&self, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<TocEntry>> {
        let mut toc = Vec::with_capacity(self.outline.len());
        let mut ids = BTreeSet::new();
        for entry in &self.outline {
            let Entry::Heading(level, id, words, place) = entry else { return None };
            if words.values().next().is_some() {
                return None;
            }
            if !ids.insert(&**id) {
                diagnostics.push(repeated_id(id, place));
            }
            let html = escape(words.literal_words().trim()).into_owned();
            toc.push(TocEntry { level: *level, id: id.to_string(), html });
        }
        Some(toc)
    }
}

/// Two things of one page with one id.
pub(super) fn repeated_id(id: &str, place: &Place) -> Diagnostic {
    let message = format!("the page has the id `{id}` twice");
    let hint = "show a table once, and give a heading an id of its own: `## Title {#other}`";
    Diagnostic::error("cannot-fill", message).at(place.clone()).hint(hint)
}

/// A page whose text grows too large.
pub(super) fn too_large(source: &Arc<Source>) -> Diagnostic {
    let message = format!(
        "with its values and parts the page is larger than {LARGEST_BODY} bytes, at most that many are allowed"
    );
    Unfilled { message, hint: None }.at(Place::new(source, Span::default()))
}

/// A page that shows too much besides its own words.
fn too_many_holes(source: &Arc<Source>) -> Diagnostic {
    let message = format!(
        "with its parts the page has more than {MOST_HOLES} placeholders, links and images, at most that many are allowed"
    );
    Unfilled { message, hint: None }.at(Place::new(source, Span::default()))
}

struct Drafting<'d, S> {
    around: &'d S,
    diagnostics: &'d mut Vec<Diagnostic>,
    pieces: Vec<Piece>,
    outline: Vec<Entry>,
    to_tables: Vec<(String, String, Place)>,
    /// Bytes of HTML so far.
    bytes: usize,
    /// Placeholders, links and images so far.
    holes: usize,
    /// What could not be resolved so far.
    mistakes: usize,
}

impl<'d, S: Surroundings> Drafting<'d, S> {
    fn new(around: &'d S, diagnostics: &'d mut Vec<Diagnostic>) -> Drafting<'d, S> {
        let (pieces, outline, to_tables) = (Vec::new(), Vec::new(), Vec::new());
        Drafting { around, diagnostics, pieces, outline, to_tables, bytes: 0, holes: 0, mistakes: 0 }
    }

    fn has_given_up(&self) -> bool {
        self.bytes > LARGEST_BODY || self.holes > MOST_HOLES || self.mistakes > MOST_MISTAKES
    }

    fn body(&mut self, body: &Body, depth: usize) {
        for segment in &body.segments {
            if self.has_given_up() {
                return;
            }
            match segment {
                Segment::Literal(html) => self.literal(html),
                Segment::Hole(hole, span) => {
                    self.holes += 1;
                    if let Err(unfilled) = self.hole(hole, (body, *span), depth) {
                        self.mistakes += 1;
                        self.diagnostics.push(match self.mistakes > MOST_MISTAKES {
                            true => more_errors(&body.source),
                            false => unfilled.at(Place::new(&body.source, *span)),
                        });
                    }
                }
            }
        }
    }

    fn literal(&mut self, html: &str) {
        self.bytes += html.len();
        match self.pieces.last_mut() {
            Some(Piece::Literal(last)) => last.push_str(html),
            _ => self.pieces.push(Piece::Literal(html.to_owned())),
        }
    }

    fn hole(&mut self, hole: &Hole, (body, span): (&Body, Span), depth: usize) -> Result<(), Unfilled> {
        let place = || Place::new(&body.source, span);
        match hole {
            Hole::Value(path) => self.pieces.push(Piece::Value(path.clone(), place())),
            Hole::Link(Destination::Filled(parts)) | Hole::Image(Destination::Filled(parts)) => {
                self.pieces.push(Piece::Address(parts.clone(), place()));
            }
            Hole::Image(Destination::Known(Target::Relative { path, .. })) => {
                let file = self.around.file(path)?;
                self.link(file, place);
            }
            Hole::Link(Destination::Known(target)) | Hole::Image(Destination::Known(target)) => {
                let linked = self.around.link(target)?;
                self.link(linked, place);
            }
            Hole::CookieTable(id) => self.pieces.push(Piece::Table(id.clone(), place())),
            Hole::CookieTables(level) => self.pieces.push(Piece::Tables(*level)),
            Hole::Include(name) => {
                let around = self.around;
                let part = around.part(name)?;
                if depth == DEEPEST_PART {
                    return Err(Unfilled {
                        message: format!("the part `{name}` is included by a part of a part"),
                        hint: Some("parts nest once".into()),
                    });
                }
                self.body(part, depth + 1);
            }
        }
        Ok(())
    }

    fn link(&mut self, linked: Linked, place: impl FnOnce() -> Place) {
        let Linked { written, below_root, to_table } = linked;
        if let Some((page, id)) = to_table {
            self.to_tables.push((page, id, place()));
        }
        match below_root {
            None => self.literal(&escape(&written)),
            Some(below) => {
                self.bytes += written.len().max(below.len());
                self.pieces.push(Piece::Link(escape(&written).into_owned(), escape(&below).into_owned()));
            }
        }
    }

    fn outline(&mut self, body: &Body, depth: usize) {
        for outline in &body.outline {
            let place = |span: Span| Place::new(&body.source, span);
            match outline {
                Outline::Heading(heading) => self.outline.push(Entry::Heading(
                    heading.level,
                    heading.id.clone(),
                    heading.text.clone(),
                    place(heading.span),
                )),
                Outline::CookieTable(id, span) => self.outline.push(Entry::Table(id.clone(), place(*span))),
                Outline::CookieTables(level, span) => self.outline.push(Entry::Tables(*level, place(*span))),
                Outline::Include(name) => {
                    let around = self.around;
                    if let Ok(part) = around.part(name)
                        && depth < DEEPEST_PART
                    {
                        self.outline(part, depth + 1);
                    }
                }
            }
        }
    }
}

fn values(pieces: &[Piece], outline: &[Entry]) -> Vec<ValuePath> {
    let mut seen = BTreeSet::new();
    let mut values = Vec::new();
    let mut add = |path: &ValuePath| {
        if seen.insert(path.as_str().to_owned()) {
            values.push(path.clone());
        }
    };
    for piece in pieces {
        match piece {
            Piece::Value(path, _) => add(path),
            Piece::Address(parts, _) => parts.iter().for_each(|part| {
                if let DestinationPart::Value(path) = part {
                    add(path);
                }
            }),
            Piece::Literal(_) | Piece::Link(..) | Piece::Table(..) | Piece::Tables(_) => {}
        }
    }
    for entry in outline {
        if let Entry::Heading(_, _, words, _) = entry {
            words.values().for_each(&mut add);
        }
    }
    values
}

/// A digest of everything that the filled text can depend on, values and tables aside.
fn digest(pieces: &[Piece], outline: &[Entry]) -> Digest {
    let mut digester = Digester::new();
    for piece in pieces {
        digester = match piece {
            Piece::Literal(html) => digester.with([0]).with(html),
            Piece::Link(written, below_root) => digester.with([1]).with(written).with(below_root),
            Piece::Value(path, _) => digester.with([2]).with(path.as_str()),
            Piece::Address(parts, _) => parts.iter().fold(digester.with([3]), |digester, part| match part {
                DestinationPart::Literal(text) => digester.with([0]).with(&**text),
                DestinationPart::Value(path) => digester.with([1]).with(path.as_str()),
            }),
            Piece::Table(id, _) => digester.with([4]).with(&**id),
            Piece::Tables(level) => digester.with([5, *level]),
        };
    }
    for entry in outline {
        digester = match entry {
            Entry::Heading(level, id, words, _) => {
                let digester = digester.with([6, *level]).with(&**id);
                words.parts.iter().fold(digester, |digester, part| match part {
                    TextPart::Literal(text) => digester.with([0]).with(&**text),
                    TextPart::Value(path, _) => digester.with([1]).with(path.as_str()),
                })
            }
            Entry::Table(id, _) => digester.with([7]).with(&**id),
            Entry::Tables(level, _) => digester.with([8, *level]),
        };
    }
    digester.finish()
}
