//! A compiled document: literal HTML and holes.

use std::sync::Arc;

use crate::content::{Target, ValuePath};
use crate::source::{Source, Span};

/// The body of a document, compiled.
#[derive(Debug, Clone)]
pub struct Body {
    /// Where it comes from, for what goes wrong when a hole is filled.
    pub source: Arc<Source>,
    /// Literal HTML and holes, in order.
    pub segments: Vec<Segment>,
    /// What may be listed in a table of contents, in order.
    pub outline: Vec<Outline>,
    /// How many bytes of HTML the literals hold.
    pub literal_bytes: usize,
}

/// A piece of a body.
#[derive(Debug, Clone)]
pub enum Segment {
    /// HTML as it goes out.
    Literal(Box<str>),
    /// Something that differs by tenant, with the bytes that ask for it.
    Hole(Hole, Span),
}

/// What fills a hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hole {
    /// A value as text, escaped.
    Value(ValuePath),
    /// The destination of a link.
    Link(Destination),
    /// The destination of an image.
    Image(Destination),
    /// A cookie table, alone.
    CookieTable(Box<str>),
    /// Every table that has rows, each under a heading of this level.
    CookieTables(u8),
    /// A part.
    Include(Box<str>),
}

/// A destination that is known only when the tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A page, a heading or a file of the site.
    Known(Target),
    /// An address with values in it; its scheme is checked when it is whole.
    Filled(Vec<DestinationPart>),
}

/// A piece of a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationPart {
    /// As it stands.
    Literal(Box<str>),
    /// A value.
    Value(ValuePath),
}

/// What a document adds to the table of contents.
#[derive(Debug, Clone)]
pub enum Outline {
    /// A heading.
    Heading(Heading),
    /// A cookie table alone, which has an id and no heading.
    CookieTable(Box<str>, Span),
    /// The headings of all cookie tables.
    CookieTables(u8, Span),
    /// The headings of a part.
    Include(Box<str>),
}

/// A heading.
#[derive(Debug, Clone)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// Its id, from its literal words or given by `{#id}`.
    pub id: Box<str>,
    /// Its words.
    pub text: TextTemplate,
    /// Where it stands.
    pub span: Span,
}

/// Plain text with values in it: a heading, a title, a description.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextTemplate {
    /// Its pieces.
    pub parts: Vec<TextPart>,
}

/// A piece of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPart {
    /// As it stands.
    Literal(Box<str>),
    /// A value, with the bytes that ask for it.
    Value(ValuePath, Span),
}

impl TextTemplate {
    /// Text without values.
    pub fn literal(text: &str) -> TextTemplate {
        TextTemplate { parts: vec![TextPart::Literal(text.into())] }
    }

    /// The words without the values.
    pub fn literal_words(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                TextPart::Literal(text) => text,
                TextPart::Value(..) => "",
            })
            .collect()
    }

    /// The values asked for.
    pub fn values(&self) -> impl Iterator<Item = &ValuePath> {
        self.parts.iter().filter_map(|part| match part {
            TextPart::Value(path, _) => Some(path),
            TextPart::Literal(_) => None,
        })
    }
}

impl Body {
    /// The values that the body asks for, in order, with repetitions.
    pub fn values(&self) -> Vec<&ValuePath> {
        let mut values = Vec::new();
        for segment in &self.segments {
            match segment {
                Segment::Hole(Hole::Value(path), _) => values.push(path),
                Segment::Hole(Hole::Link(Destination::Filled(parts)) | Hole::Image(Destination::Filled(parts)), _) => {
                    values.extend(parts.iter().filter_map(|part| match part {
                        DestinationPart::Value(path) => Some(path),
                        DestinationPart::Literal(_) => None,
                    }));
                }
                _ => {}
            }
        }
        for outline in &self.outline {
            if let Outline::Heading(heading) = outline {
                values.extend(heading.text.values());
            }
        }
        values
    }

    /// The parts that the body includes, with the bytes that ask for them.
    pub fn includes(&self) -> impl Iterator<Item = (&str, Span)> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Hole(Hole::Include(name), span) => Some((&**name, *span)),
            _ => None,
        })
    }
}
