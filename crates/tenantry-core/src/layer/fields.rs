//! Reading one table of a TOML file, key by key.
//!
//! [`Fields`] notes which keys were asked for; what is left at the end was not meant for this table and is refused with
//! the nearest known key, or with the place where it belongs.

use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::diagnostic::{Diagnostic, is_direction_mark};
use crate::language::{Date, Lang};
use crate::layer::keys;
use crate::layer::{LocalText, Origin, Scalar, Sourced};
use crate::source::{Place, Source, Span};
use crate::suggest::{did_you_mean, nearest};

/// Longest text of a value, in bytes.
const LONGEST_TEXT: usize = 20_000;

/// What is being read: a source of a chain, and the list that takes its mistakes.
pub struct Reader<'r> {
    /// The text.
    pub source: &'r Arc<Source>,
    /// Its index in the chain.
    pub index: u16,
    /// What was wrong so far.
    pub diagnostics: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// The origin of some bytes of this source.
    pub fn origin(&self, span: impl Into<Span>) -> Origin {
        Origin { source: self.index, span: span.into() }
    }

    /// The place of some bytes of this source.
    pub fn place(&self, span: impl Into<Span>) -> Place {
        Place::new(self.source, span)
    }

    /// Reports an error at some bytes of this source.
    pub fn error(&mut self, code: &'static str, span: impl Into<Span>, message: impl Into<String>) {
        let place = self.place(span);
        self.diagnostics.push(Diagnostic::error(code, message).at(place));
    }

    /// Reports an error with what to do about it.
    pub fn error_with_hint(&mut self, code: &'static str, span: impl Into<Span>, words: (String, Option<String>)) {
        let place = self.place(span);
        self.diagnostics.push(Diagnostic::error(code, words.0).at(place).hint_maybe(words.1));
    }

    /// Reports a value of the wrong kind.
    pub fn wrong_kind(&mut self, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = kind_of(value.get_ref());
        self.error("wrong-type", value.span(), format!("expected {expected}, found {found}"));
    }

    /// Text without control characters.
    pub fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Sourced<Arc<str>>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_kind(value, "text");
            return None;
        };
        if text.len() > LONGEST_TEXT {
            self.error(
                "too-long",
                value.span(),
                format!("the text has {} bytes, at most {LONGEST_TEXT} are allowed", text.len()),
            );
            return None;
        }
        if let Some(wrong) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t') || is_override(*c)) {
            let message = format!("the text holds the invisible character `{}`", wrong.escape_default());
            self.error("invisible-character", value.span(), message);
            return None;
        }
        Some(Sourced { value: text.into(), origin: self.origin(value.span()) })
    }

    /// A single word out of a closed list; `parse` gives `None` for a word that is not in it.
    pub fn word<T>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        known: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Sourced<T>> {
        let text = self.text(value)?;
        match parse(&text.value) {
            Some(parsed) => Some(Sourced { value: parsed, origin: text.origin }),
            None => {
                let message = format!("`{}` is not known here: expected one of {}", text.value, known.join(", "));
                let hint = did_you_mean(&text.value, known.iter().copied());
                self.error_with_hint("unknown-word", value.span(), (message, hint));
                None
            }
        }
    }

    /// True or false.
    pub fn boolean(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Sourced<bool>> {
        match value.get_ref().as_bool() {
            Some(found) => Some(Sourced { value: found, origin: self.origin(value.span()) }),
            None => {
                self.wrong_kind(value, "true or false");
                None
            }
        }
    }

    /// A whole number.
    pub fn integer(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Sourced<i64>> {
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong_kind(value, "a whole number");
            return None;
        };
        match i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()) {
            Ok(found) => Some(Sourced { value: found, origin: self.origin(value.span()) }),
            Err(_) => {
                self.error("wrong-type", value.span(), format!("`{}` is too large a number", number.as_str()));
                None
            }
        }
    }

    /// A calendar date without quotation marks, `2026-11-20`.
    pub fn date(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Sourced<Date>> {
        let date = value.get_ref().as_datetime().and_then(|found| found.date);
        let valid = date.and_then(|date| Date::new(date.year, date.month, date.day));
        match valid {
            Some(date) => Some(Sourced { value: date, origin: self.origin(value.span()) }),
            None => {
                self.wrong_kind(value, "a date such as 2026-11-20, without quotation marks");
                None
            }
        }
    }

    /// A list, each item read by `read`; items that fail are reported and left out.
    pub fn list<T>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        mut read: impl FnMut(&mut Self, &Spanned<DeValue<'_>>) -> Option<T>,
    ) -> Option<Sourced<Vec<T>>> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_kind(value, "a list");
            return None;
        };
        let value_of = items.iter().filter_map(|item| read(self, item)).collect();
        Some(Sourced { value: value_of, origin: self.origin(value.span()) })
    }

    /// The table, or an error that says what was expected of it.
    pub fn table<'t, 'i>(&mut self, value: &'t Spanned<DeValue<'i>>, expected: &str) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_kind(value, expected);
        }
        table
    }

    /// Text for all languages, or a table of texts by language.
    pub fn local_text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<LocalText> {
        let Some(table) = value.get_ref().as_table() else {
            if value.get_ref().is_str() {
                return self.text(value).map(|any| LocalText { any: Some(any), by_language: Vec::new() });
            }
            self.wrong_kind(value, "text, or texts by language such as { fr = \"…\", en = \"…\" }");
            return None;
        };
        let mut local = LocalText::default();
        for (key, text) in table {
            let lang = self.language(key);
            let text = self.text(text);
            if let (Some(lang), Some(text)) = (lang, text) {
                local.by_language.push((lang, text));
            }
        }
        Some(local)
    }

    /// A key that names a language.
    fn language(&mut self, key: &Spanned<DeString<'_>>) -> Option<Lang> {
        match Lang::new(key.get_ref()) {
            Ok(lang) => Some(lang),
            Err(error) => {
                let belongs = keys::belongs(key.get_ref());
                self.error_with_hint("not-a-language", key.span(), (error.to_string(), belongs));
                None
            }
        }
    }

    /// A value of any shape.
    pub fn scalar(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Sourced<Scalar>> {
        let origin = self.origin(value.span());
        let scalar = match value.get_ref() {
            DeValue::String(_) => Scalar::Text(self.text(value)?.value),
            DeValue::Integer(_) => Scalar::Integer(self.integer(value)?.value),
            DeValue::Float(number) => Scalar::Float(number.as_str().into()),
            DeValue::Boolean(found) => Scalar::Bool(*found),
            DeValue::Datetime(date) => Scalar::Date(date.to_string().into()),
            DeValue::Array(items) => Scalar::List(items.iter().filter_map(|item| self.scalar(item)).collect()),
            DeValue::Table(table) => Scalar::Table(self.scalars(table)),
        };
        Some(Sourced { value: scalar, origin })
    }

    /// All keys of a table, whatever they are.
    pub fn scalars(&mut self, table: &DeTable<'_>) -> IndexMap<Arc<str>, Sourced<Scalar>> {
        table.iter().filter_map(|(key, value)| Some((Arc::from(&**key.get_ref()), self.scalar(value)?))).collect()
    }
}

/// A table being read.
pub struct Fields<'t, 'i> {
    table: &'t DeTable<'i>,
    /// What the table is, for messages: ``a cookie`` in "a cookie has no key `colour`".
    what: &'static str,
    asked: Vec<&'static str>,
}

impl<'t, 'i> Fields<'t, 'i> {
    /// Begins to read `table`, which is `what`.
    pub fn new(table: &'t DeTable<'i>, what: &'static str) -> Fields<'t, 'i> {
        Fields { table, what, asked: Vec::with_capacity(24) }
    }

    /// The value of a key, which is known from now on.
    pub fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// Refuses every key that was not asked for.
    pub fn finish(self, reader: &mut Reader<'_>) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !self.asked.contains(&name) {
                let near = nearest(name, self.asked.iter().copied());
                let hint = match (near, keys::belongs(name)) {
                    (Some(near), None) => Some(format!("did you mean `{near}`?")),
                    (Some(near), Some(_)) if near.len() == name.len() => Some(format!("did you mean `{near}`?")),
                    (_, Some(belongs)) => Some(belongs),
                    (None, None) => Some(format!("known here: {}", self.asked.join(", "))),
                };
                reader.error_with_hint("unknown-key", key.span(), (format!("{} has no key `{name}`", self.what), hint));
            }
        }
    }
}

/// Characters that reorder the text after them; no value needs one.
fn is_override(c: char) -> bool {
    is_direction_mark(c) && !matches!(c, '\u{200e}' | '\u{200f}')
}

/// What kind of value was found, in words.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
