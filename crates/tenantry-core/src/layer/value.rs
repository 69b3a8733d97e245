//! Values as they were written, each with where it was written.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::language::Lang;
use crate::source::Span;

/// Where a value was written: a source of its tenant's [`super::Chain`], and the bytes in it.
///
/// Eight bytes instead of a pointer, since a fleet holds millions of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Index of the source in the chain; a layer's sources follow those of the layers above it.
    pub source: u16,
    /// The bytes of the value.
    pub span: Span,
}

/// A value and its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// The value, changed, at the same origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: change(self.value), origin: self.origin }
    }
}

/// Text that may differ by language: `"text"` for all of them, or `{ fr = "…", en = "…" }`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalText {
    /// The text for every language that has none of its own.
    pub any: Option<Sourced<Arc<str>>>,
    /// The texts by language, in the order of the file.
    pub by_language: Vec<(Lang, Sourced<Arc<str>>)>,
}

impl LocalText {
    /// The text for a language.
    pub fn get(&self, lang: Lang) -> Option<&Sourced<Arc<str>>> {
        self.by_language.iter().find(|(of, _)| *of == lang).map(|(_, text)| text).or(self.any.as_ref())
    }

    /// The text for a language, without its origin.
    pub fn text(&self, lang: Lang) -> Option<&str> {
        self.get(lang).map(|text| &*text.value)
    }

    /// Whether nothing was written at all.
    pub fn is_empty(&self) -> bool {
        self.any.is_none() && self.by_language.is_empty()
    }

    /// Where the first of its texts was written.
    pub fn origin(&self) -> Option<Origin> {
        self.any.as_ref().or(self.by_language.first().map(|(_, text)| text)).map(|text| text.origin)
    }

    /// The languages that have a text of their own.
    pub fn languages(&self) -> impl Iterator<Item = Lang> + '_ {
        self.by_language.iter().map(|(lang, _)| *lang)
    }

    /// How many bytes its texts have together.
    pub fn bytes(&self) -> usize {
        self.texts().map(|text| text.value.len()).sum()
    }

    /// Every text, whatever its language.
    pub fn texts(&self) -> impl Iterator<Item = &Sourced<Arc<str>>> {
        self.any.iter().chain(self.by_language.iter().map(|(_, text)| text))
    }
}

/// A value whose shape only its reader knows: a theme's parameter, a field of a publish target.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Text.
    Text(Arc<str>),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, as it was written.
    Float(Arc<str>),
    /// True or false.
    Bool(bool),
    /// A date or a time, as it was written.
    Date(Arc<str>),
    /// A list.
    List(Vec<Sourced<Scalar>>),
    /// A table.
    Table(IndexMap<Arc<str>, Sourced<Scalar>>),
}

impl Scalar {
    /// What kind of value it is, in words for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Scalar::Text(_) => "text",
            Scalar::Integer(_) => "a whole number",
            Scalar::Float(_) => "a number",
            Scalar::Bool(_) => "true or false",
            Scalar::Date(_) => "a date",
            Scalar::List(_) => "a list",
            Scalar::Table(_) => "a table",
        }
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }
}
