//! Front matter: TOML between two lines of `+++` at the head of a document.

use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::DeValue;

use crate::content::body::{TextPart, TextTemplate};
use crate::content::placeholder::{Piece, Placeholder, cut};
use crate::diagnostic::Diagnostic;
use crate::language::Date;
use crate::layer::{Fields, Reader, Scalar, Sourced, parse_document, report_secrets};
use crate::path::OutputPath;
use crate::source::{Place, Source, Span};

/// What a document says of itself. Origins point into the document.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// The title.
    pub title: Option<Sourced<TextTemplate>>,
    /// A sentence for search engines.
    pub description: Option<Sourced<TextTemplate>>,
    /// The date of the last update.
    pub updated: Option<Sourced<Date>>,
    /// The order in the navigation; without it the page is not in it.
    pub nav: Option<Sourced<i64>>,
    /// Replaces the last segment of the address.
    pub slug: Option<Sourced<Arc<str>>>,
    /// The template, without `.html`.
    pub template: Option<Sourced<Arc<str>>>,
    /// Former addresses.
    pub aliases: Option<Sourced<Vec<OutputPath>>>,
    /// Parameters for the template.
    pub params: IndexMap<Arc<str>, Sourced<Scalar>>,
}

/// Reads the front matter of a document and tells where its body begins. A document without front matter is all body.
pub(super) fn front_matter(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> (FrontMatter, usize) {
    let text = source.text();
    let Some(range) = fenced(source, diagnostics) else { return (FrontMatter::default(), 0) };
    let body = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    // The same offsets and lines as in the document: what stands before the TOML is blanked.
    let blanked: String = text[..range.start].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    let toml = Source::new(source.path().clone(), format!("{blanked}{}", &text[range]));
    let Some(document) = parse_document(&toml, diagnostics) else { return (FrontMatter::default(), body) };
    let mut reader = Reader { source, index: 0, diagnostics };
    if report_secrets(&mut reader, document.get_ref()) {
        return (FrontMatter::default(), body);
    }
    for key in ["aliases", "params"] {
        document.get_ref().get(key).into_iter().for_each(|value| refuse_placeholders(&mut reader, value));
    }
    let mut fields = Fields::new(document.get_ref(), "front matter");
    let front = FrontMatter {
        title: fields.get("title").and_then(|value| reader.text(value)).map(|text| template(&mut reader, &text)),
        description: fields
            .get("description")
            .and_then(|value| reader.text(value))
            .map(|text| template(&mut reader, &text)),
        updated: fields.get("updated").and_then(|value| reader.date(value)),
        nav: fields.get("nav").and_then(|value| reader.integer(value)),
        slug: fields.get("slug").and_then(|value| plain_text(&mut reader, value)),
        template: fields.get("template").and_then(|value| plain_text(&mut reader, value)),
        aliases: fields.get("aliases").and_then(|value| reader.list(value, crate::layer::alias)),
        params: fields
            .get("params")
            .and_then(|value| reader.table(value, "a table"))
            .map(|table| reader.scalars(table))
            .unwrap_or_default(),
    };
    fields.finish(&mut reader);
    (front, body)
}

/// Text in which no placeholder can stand.
fn plain_text(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<Sourced<Arc<str>>> {
    let text = reader.text(value)?;
    if text.value.contains("{{") {
        let message = "a placeholder can stand in `title` and `description` only";
        reader.error("bad-placeholder", value.span(), message);
        return None;
    }
    Some(text)
}

/// Reports placeholders in values that are taken as they are.
fn refuse_placeholders(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) {
    match value.get_ref() {
        DeValue::String(_) => {
            plain_text(reader, value);
        }
        DeValue::Array(items) => items.iter().for_each(|item| refuse_placeholders(reader, item)),
        DeValue::Table(table) => table.iter().for_each(|(_, value)| refuse_placeholders(reader, value)),
        _ => {}
    }
}

/// The bytes between the two lines of `+++`.
fn fenced(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Option<Range<usize>> {
    let text = source.text();
    let first_line = text.lines().next().unwrap_or_default();
    if first_line.trim_end() == "---" {
        let problem = Diagnostic::error("front-matter", "the front matter stands between `---`, which is YAML")
            .at(Place::new(source, 0..3))
            .hint("write it as TOML between two lines of `+++`");
        diagnostics.push(problem);
        return None;
    }
    if first_line.trim_end() != "+++" {
        return None;
    }
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut offset = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Some(start..offset);
        }
        offset += line.len();
    }
    let problem = Diagnostic::error("front-matter", "the front matter is not closed")
        .at(Place::new(source, 0..3))
        .hint("end it with a line that holds `+++` alone");
    diagnostics.push(problem);
    None
}

/// Reads the values in a text of the front matter.
fn template(reader: &mut Reader<'_>, text: &Sourced<Arc<str>>) -> Sourced<TextTemplate> {
    let span = text.origin.span;
    let cut = cut(&text.value, 0);
    let mut parts = Vec::new();
    for piece in cut.split(&cut.text) {
        match piece {
            Piece::Literal(literal) => parts.push(TextPart::Literal(literal.into())),
            Piece::Token(number) => match cut.found.get(number).map(|found| found.placeholder.clone()) {
                Some(Ok(Placeholder::Value(path))) => parts.push(TextPart::Value(path, span)),
                Some(Ok(Placeholder::Braces)) => parts.push(TextPart::Literal("{{".into())),
                Some(Ok(_)) => call_in_text(reader, span),
                Some(Err(mistake)) => {
                    reader.error_with_hint("bad-placeholder", span, (mistake.message, Some(mistake.hint)));
                }
                None => {}
            },
        }
    }
    Sourced { value: TextTemplate { parts }, origin: text.origin }
}

fn call_in_text(reader: &mut Reader<'_>, span: Span) {
    reader.error("call-in-text", span, "only a value can stand in a title or a description");
}
