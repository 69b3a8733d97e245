//! Reads one line of a `.jsonl` roster: an object, flattened to its values, each with its bytes in the file.
//!
//! `serde_json` gives raw slices of the line, so every value keeps its place. What a value means is not decided here.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::column::dotted;

/// Deepest nesting of a line; no key of `site.toml` lies deeper.
const DEEPEST: usize = 12;

/// A value as it was written.
#[derive(Debug)]
pub(super) struct Node<'s> {
    /// What it is.
    pub(super) given: Given<'s>,
    /// Its bytes.
    pub(super) span: Range<usize>,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Given<'s> {
    /// Text.
    Text(Cow<'s, str>),
    /// A number, `true` or `false`, which TOML writes alike.
    Literal(&'s str),
    /// A list.
    List(Vec<Node<'s>>),
    /// A table within a list.
    Table(Vec<(Cow<'s, str>, Node<'s>)>),
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Entry<'s> {
    /// The key, from the top.
    pub(super) path: Vec<String>,
    /// The bytes of its last part.
    pub(super) key: Range<usize>,
    /// The value.
    pub(super) node: Node<'s>,
}

/// Why a line, or a part of it, cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    /// What is wrong.
    pub(super) message: String,
    /// Where.
    pub(super) span: Range<usize>,
}

/// What a line says. With faults in its values it still tells its other ones, so that its tenant can be named.
pub(super) fn object<'s>(text: &'s str, line: Range<usize>) -> Result<(Vec<Entry<'s>>, Vec<Fault>), Fault> {
    let written = &text[line.clone()];
    let object: Object<'s> = serde_json::from_str(written).map_err(|error| {
        let message = match error.classify() {
            Category::Data => "the line is no object such as {\"id\": \"lille\", \"name\": \"Lille\"}".to_owned(),
            Category::Syntax | Category::Eof | Category::Io => syntax(&error),
        };
        let at = line.start + floor(written, error.column().saturating_sub(1));
        Fault { message, span: at..line.end.min(at + 1) }
    })?;
    let mut reading = Reading { text, entries: Vec::new(), faults: Vec::new() };
    reading.flatten(&object, &[]);
    Ok((reading.entries, reading.faults))
}

/// The message without the place, which is told apart.
fn syntax(error: &serde_json::Error) -> String {
    let message = error.to_string();
    format!("no JSON: {}", message.split(" at line ").next().unwrap_or(&message))
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

struct Reading<'s> {
    text: &'s str,
    entries: Vec<Entry<'s>>,
    faults: Vec<Fault>,
}

impl<'s> Reading<'s> {
    /// Where a slice of the text stands in it.
    fn span(&self, slice: &str) -> Range<usize> {
        let start = (slice.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        start..(start + slice.len()).min(self.text.len())
    }

    fn flatten(&mut self, object: &Object<'s>, above: &[String]) {
        for (key, value) in &object.0 {
            let span = self.span(value.get());
            let key_span = match &key.0 {
                Cow::Borrowed(key) => self.span(key),
                Cow::Owned(_) => span.clone(),
            };
            let path = [above, &dotted(&key.0)].concat();
            if path.len() > DEEPEST {
                let message = format!("keys have at most {DEEPEST} parts");
                self.faults.push(Fault { message, span });
            } else if let Some(inner) = object_of(value) {
                self.flatten(&inner, &path);
            } else if value.get() != "null" {
                let node = self.node(value, 0);
                self.entries.extend(node.map(|node| Entry { path, key: key_span, node }));
            }
        }
    }

    fn node(&mut self, value: &'s RawValue, depth: usize) -> Option<Node<'s>> {
        let (raw, span) = (value.get(), self.span(value.get()));
        let given = match raw.as_bytes().first() {
            _ if depth > DEEPEST => return self.fault(format!("values lie at most {DEEPEST} deep"), span),
            Some(b'"') => Given::Text(text_of(raw)?),
            Some(b'[') => {
                let items: Vec<&'s RawValue> = serde_json::from_str(raw).ok()?;
                Given::List(items.into_iter().filter_map(|item| self.node(item, depth + 1)).collect())
            }
            Some(b'{') => {
                let object = object_of(value)?;
                let inner = object.0.into_iter().filter_map(|(key, value)| Some((key.0, self.node(value, depth + 1)?)));
                Given::Table(inner.collect())
            }
            Some(b'n') => return self.fault("a list holds no `null`".to_owned(), span),
            _ => Given::Literal(raw),
        };
        Some(Node { given, span })
    }

    fn fault(&mut self, message: String, span: Range<usize>) -> Option<Node<'s>> {
        self.faults.push(Fault { message, span });
        None
    }
}

fn object_of<'s>(value: &'s RawValue) -> Option<Object<'s>> {
    value.get().starts_with('{').then(|| serde_json::from_str(value.get()).ok()).flatten()
}

fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Text<'_>>(raw).ok().map(|text| text.0)
}

/// Text that is borrowed where it holds no escape.
#[derive(Deserialize)]
struct Text<'s>(#[serde(borrow)] Cow<'s, str>);

/// An object in the order in which it is written; a key that stands twice is kept twice.
struct Object<'s>(Vec<(Text<'s>, &'s RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_and_dotted_keys_are_one() {
        let text =
            "\n{\"id\": \"a\", \"name.fr\": \"é\\n\", \"pages\": {\"cookies.nav\": 3, \"x\": null}, \"l\": [\"b\"]}";
        let (entries, faults) = object(text, 1..text.len()).unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        let found: Vec<_> =
            entries.iter().map(|entry| (entry.path.join("/"), &text[entry.node.span.clone()])).collect();
        let expected = [("id", "\"a\""), ("name/fr", "\"é\\n\""), ("pages/cookies/nav", "3"), ("l", "[\"b\"]")];
        assert_eq!(found, expected.map(|(path, raw)| (path.to_owned(), raw)));
        assert_eq!(&text[entries[2].key.clone()], "cookies.nav");
        assert!(matches!(&entries[1].node.given, Given::Text(text) if *text == "é\n"));
    }

    #[test]
    fn what_is_no_object_is_refused_without_being_quoted() {
        for line in ["\"hunter2\"", "[1]", "{\"a\": }", "{\"a\": 1", "{} x", ""] {
            let fault = object(line, 0..line.len()).unwrap_err();
            assert!(!fault.message.contains("hunter2"), "{}", fault.message);
        }
        let deep = "{\"a\":".repeat(40) + "1" + &"}".repeat(40);
        assert_eq!(object(&deep, 0..deep.len()).unwrap().1.len(), 1);
        let list = format!("{{\"a\":{}{}}}", "[".repeat(60), "]".repeat(60));
        assert_eq!(object(&list, 0..list.len()).unwrap().1.len(), 1);
    }
}
