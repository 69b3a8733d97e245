//! Markdown to segments: one pass over the parser's events, which is linear and has no HTML parser behind it.
//!
//! What changes on the way: placeholders become holes, links and images are classified and checked, headings get ids,
//! tables get what a screen reader needs ([`super::table`]), raw HTML is dropped unless the layer is trusted.

mod bounds;
mod destinations;
mod headings;
mod paragraphs;
mod tables;

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

use self::bounds::Bounds;
use crate::content::body::{Body, Hole, Outline, Segment, TextPart, TextTemplate};
use crate::content::document::Trust;
use crate::content::escape;
use crate::content::heading::Ids;
use crate::content::placeholder::{Cut, Piece, Placeholder, cut};
use crate::content::table::TableWriter;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source, Span};

/// Deepest nesting of quotations, lists and emphasis.
const DEEPEST: usize = 32;

/// Compiles the text of `source` from byte `start` on.
pub(super) fn compile(source: &Arc<Source>, start: usize, trust: Trust, diagnostics: &mut Vec<Diagnostic>) -> Body {
    let text = &source.text()[start..];
    let cut = cut(text, start);
    let mut compiler = Compiler::new(source, &cut, trust, diagnostics);
    compiler.bounds = Bounds::of(text.len());
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES;
    for (event, range) in Parser::new_ext(&cut.text, options).into_offset_iter() {
        let done = compiler.event(event, range.clone()).and_then(|()| compiler.is_within_bounds(range));
        if done.is_err() {
            compiler.settled.fill(true);
            break;
        }
    }
    compiler.finish(text.len())
}

/// The document is so wrong that reading on makes no sense; it has been reported.
struct GiveUp;

struct Compiler<'c> {
    source: &'c Arc<Source>,
    cut: &'c Cut,
    trust: Trust,
    diagnostics: &'c mut Vec<Diagnostic>,
    events: Vec<Event<'c>>,
    bounds: Bounds,
    /// Which placeholders have been shown, restored or complained about.
    settled: Vec<bool>,
    /// What ids of notes begin with: those of a part must not be those of its page.
    note_prefix: String,
    /// Holes by the number of their token; the first ones are those of the placeholders.
    holes: Vec<Option<(Hole, Span)>>,
    outline: Vec<Outline>,
    ids: Ids,
    depth: usize,
    /// What is open and changes how text is read.
    state: State,
    table: Option<TableWriter>,
    last_heading: u8,
    dropped_html: bool,
}

#[derive(Default)]
struct State {
    code_block: bool,
    html_block: bool,
    /// The level, the index of the start event, the author's id and the words so far.
    heading: Option<OpenHeading>,
    /// Index of the event that opened the paragraph that is open.
    paragraph: Option<usize>,
}

struct OpenHeading {
    level: u8,
    event: usize,
    id: Option<String>,
    text: TextTemplate,
    span: Range<usize>,
}

impl<'c> Compiler<'c> {
    fn new(source: &'c Arc<Source>, cut: &'c Cut, trust: Trust, diagnostics: &'c mut Vec<Diagnostic>) -> Compiler<'c> {
        let holes = cut.found.iter().map(|found| match &found.placeholder {
            Ok(Placeholder::Value(path)) => Some((Hole::Value(path.clone()), Span::from(found.span.clone()))),
            _ => None,
        });
        Compiler {
            source,
            cut,
            trust,
            diagnostics,
            events: Vec::new(),
            bounds: Bounds::of(0),
            settled: vec![false; cut.found.len()],
            note_prefix: note_prefix(source),
            holes: holes.collect(),
            outline: Vec::new(),
            ids: Ids::default(),
            depth: 0,
            state: State::default(),
            table: None,
            last_heading: 1,
            dropped_html: false,
        }
    }

    fn report(&mut self, span: Range<usize>, diagnostic: Diagnostic) {
        let told = self.bounds.admit(diagnostic);
        self.diagnostics.extend(told.map(|diagnostic| diagnostic.at(Place::new(self.source, span))));
    }

    /// Stops at a text that grows beyond its bounds, before all of it is held in memory.
    fn is_within_bounds(&mut self, range: Range<usize>) -> Result<(), GiveUp> {
        let Some(problem) = self.bounds.excess() else { return Ok(()) };
        self.report(self.cut.original(range), problem);
        Err(GiveUp)
    }

    fn event(&mut self, event: Event<'c>, range: Range<usize>) -> Result<(), GiveUp> {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => {
                self.end(tag, range);
                Ok(())
            }
            Event::Text(text) => {
                self.text(text, range);
                Ok(())
            }
            Event::FootnoteReference(label) => {
                self.no_placeholder_in(&label, range);
                self.push(Event::FootnoteReference(format!("{}{label}", self.note_prefix).into()));
                Ok(())
            }
            Event::Code(text) => {
                self.settle(&text);
                let text = self.cut.restore(&text, self.source.text());
                self.words(&text);
                self.push(Event::Code(text.into()));
                Ok(())
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                self.raw_html(&html, range);
                Ok(())
            }
            Event::SoftBreak | Event::HardBreak => {
                self.words(" ");
                self.push(event);
                Ok(())
            }
            other => {
                self.push(other);
                Ok(())
            }
        }
    }

    fn push(&mut self, event: Event<'c>) {
        self.bounds.count(&event);
        self.events.push(event);
    }

    /// Notes words for the heading and the column that are open.
    fn words(&mut self, words: &str) {
        if let Some(heading) = &mut self.state.heading {
            heading.text.parts.push(TextPart::Literal(words.into()));
        }
        if let Some(table) = &mut self.table {
            table.words(words);
        }
    }

    fn start(&mut self, tag: Tag<'c>, range: Range<usize>) -> Result<(), GiveUp> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let problem =
                Diagnostic::error("nested-too-deep", format!("the text is nested more than {DEEPEST} levels deep"));
            self.report(self.cut.original(range), problem);
            return Err(GiveUp);
        }
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                if !(classes.is_empty() && attrs.is_empty()) {
                    let warning =
                        Diagnostic::warning("attributes-dropped", "a heading has an id, and no other attributes");
                    self.report(self.cut.original(range.clone()), warning.hint("write `{#id}` alone"));
                }
                self.open_heading(level, id, range);
            }
            Tag::Paragraph => {
                self.state.paragraph = Some(self.events.len());
                self.push(Event::Start(Tag::Paragraph));
            }
            Tag::FootnoteDefinition(label) => {
                self.no_placeholder_in(&label, range);
                let label = format!("{}{label}", self.note_prefix).into();
                self.push(Event::Start(Tag::FootnoteDefinition(label)));
            }
            Tag::CodeBlock(kind) => {
                if let CodeBlockKind::Fenced(language) = &kind {
                    self.no_placeholder_in(language, range);
                }
                self.state.code_block = true;
                self.push(Event::Start(Tag::CodeBlock(plain_language(kind))));
            }
            Tag::HtmlBlock => {
                self.state.html_block = true;
                self.dropped_html = false;
            }
            Tag::Link { link_type, dest_url, title, id } => self.open_link((link_type, dest_url), (title, id), range),
            Tag::Image { link_type, dest_url, title, id } => {
                self.no_placeholder_in(&title, range.clone());
                let dest_url = self.destination(&dest_url, range, Hole::Image);
                self.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Tag::Table(columns) => self.open_table(columns.len(), range)?,
            Tag::TableHead | Tag::TableRow | Tag::TableCell => self.table_start(&tag, range)?,
            other => self.push(Event::Start(other)),
        }
        Ok(())
    }

    fn open_link(
        &mut self,
        (link_type, to): (LinkType, CowStr<'c>),
        (title, id): (CowStr<'c>, CowStr<'c>),
        range: Range<usize>,
    ) {
        self.no_placeholder_in(&title, range.clone());
        let to = if link_type == LinkType::Email { format!("mailto:{to}").into() } else { to };
        let dest_url = self.destination(&to, range, Hole::Link);
        if link_type == LinkType::Autolink {
            // Its text is its address: print need not repeat it.
            return self.push(Event::InlineHtml(format!("<a class=\"url\" href=\"{}\">", escape(&dest_url)).into()));
        }
        self.push(Event::Start(Tag::Link { link_type: destinations::plain_link(link_type), dest_url, title, id }));
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        self.depth = self.depth.saturating_sub(1);
        match tag {
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::CodeBlock => {
                self.state.code_block = false;
                self.push(Event::End(tag));
            }
            TagEnd::HtmlBlock => self.state.html_block = false,
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => self.table_end(tag),
            _ => self.push(Event::End(tag)),
        }
        let _ = range;
    }

    fn text(&mut self, text: CowStr<'c>, range: Range<usize>) {
        if !self.cut.has_token(&text) {
            self.words(&text);
            return self.push(Event::Text(text));
        }
        if self.state.code_block {
            self.settle(&text);
            return self.push(Event::Text(self.cut.restore(&text, self.source.text()).into()));
        }
        let _ = range;
        // An autolink's text repeats its made-up scheme.
        let text =
            text.strip_prefix(&format!("{}:", self.cut.prefix)).map(str::to_owned).unwrap_or_else(|| text.to_string());
        let mut shown = String::with_capacity(text.len());
        for piece in self.cut.split(&text) {
            match piece {
                Piece::Literal(literal) => {
                    self.words(literal);
                    shown.push_str(literal);
                }
                Piece::Token(number) => self.token_in_text(number, &mut shown),
            }
        }
        // In a paragraph this is decided at its end, when it is known what else it holds.
        if self.state.paragraph.is_none() {
            self.refuse_calls(&shown);
        }
        self.push(Event::Text(shown.into()));
    }

    fn token_in_text(&mut self, number: usize, shown: &mut String) {
        let Some(found) = self.cut.found.get(number).cloned() else { return };
        self.settled[number] = true;
        match found.placeholder {
            Ok(Placeholder::Braces) => {
                self.words("{{");
                shown.push_str("{{");
            }
            Ok(Placeholder::Value(path)) => {
                if let Some(heading) = &mut self.state.heading {
                    heading.text.parts.push(TextPart::Value(path, found.span.into()));
                }
                let token = self.cut.token(number);
                if let Some(table) = &mut self.table {
                    table.token(&token);
                }
                shown.push_str(&token);
            }
            Ok(_) => shown.push_str(&self.cut.token(number)),
            Err(mistake) => {
                self.report(found.span, Diagnostic::error("bad-placeholder", mistake.message).hint(mistake.hint));
            }
        }
    }

    fn raw_html(&mut self, html: &str, range: Range<usize>) {
        let span = self.cut.original(range);
        if self.cut.has_token(html) {
            self.settle(html);
            let problem = Diagnostic::error("placeholder-in-html", "a placeholder cannot stand in raw HTML");
            self.report(span, problem.hint("write the element in Markdown, where values are escaped"));
            return;
        }
        if self.trust == Trust::Operator {
            return self.push(if self.state.html_block {
                Event::Html(html.to_owned().into())
            } else {
                Event::InlineHtml(html.to_owned().into())
            });
        }
        if !(self.state.html_block && self.dropped_html) {
            let tag: String = html.trim().chars().take(40).collect();
            let warning = Diagnostic::warning(
                "html-dropped",
                format!("the HTML `{tag}` is left out: a tenant's content is Markdown only"),
            );
            self.report(span, warning.hint("write it in Markdown, or put it into a group's content"));
            self.dropped_html = true;
        }
    }

    /// Notes that the placeholders in a text have been dealt with.
    fn settle(&mut self, text: &str) {
        for piece in self.cut.split(text) {
            if let Piece::Token(number) = piece
                && let Some(settled) = self.settled.get_mut(number)
            {
                *settled = true;
            }
        }
    }

    /// Placeholders that the parser swallowed: in a reference that nobody uses, in an attribute.
    fn report_lost(&mut self) {
        let lost: Vec<_> = self.cut.found.iter().zip(&self.settled).filter(|(_, settled)| !**settled).collect();
        let spans: Vec<_> = lost.into_iter().map(|(found, _)| found.span.clone()).collect();
        for span in spans {
            let problem = Diagnostic::error("bad-placeholder", "a placeholder cannot stand here");
            self.report(span, problem.hint("it can stand in text, headings, table cells, links and images"));
        }
    }

    fn finish(mut self, input: usize) -> Body {
        self.report_lost();
        let Compiler { source, cut, diagnostics, events, bounds, holes, outline, .. } = self;
        let mut out = String::with_capacity(input * 2);
        html::push_html(&mut out, events.into_iter());
        if out.contains(is_no_html) {
            out = out.replace(is_no_html, "\u{fffd}");
        }
        if let Some(problem) = bounds.excess_of(out.len()) {
            diagnostics.push(problem.about(source.path().as_str()));
            out.clear();
        }
        let segments: Vec<Segment> = cut
            .split(&out)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Literal(html) => Some(Segment::Literal(html.into())),
                Piece::Token(number) => {
                    holes.get(number).cloned().flatten().map(|(hole, span)| Segment::Hole(hole, span))
                }
            })
            .collect();
        Body { source: Arc::clone(source), segments, outline, literal_bytes: out.len() }
    }
}

/// Characters that no HTML document may hold (HTML, section 13.2.3.5).
fn is_no_html(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// What the ids of a document's notes begin with.
fn note_prefix(source: &Source) -> String {
    match source.path().as_str().split_once("/_parts/") {
        None => "note-".to_owned(),
        Some((_, part)) => format!("note-{}-", part.split('.').next().unwrap_or_default().replace('/', "-")),
    }
}

/// The language of a code block, if it is a plain word: anything else is left out.
fn plain_language(kind: CodeBlockKind<'_>) -> CodeBlockKind<'_> {
    match kind {
        CodeBlockKind::Fenced(language)
            if language.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+')) =>
        {
            CodeBlockKind::Fenced(language)
        }
        _ => CodeBlockKind::Indented,
    }
}
