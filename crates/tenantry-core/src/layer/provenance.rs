//! Where the values of a tenant come from, and what they hide.
//!
//! A build keeps for each value the one origin that won. `explain` asks for one tenant only, so it reads the sources of
//! that tenant's chain again and finds every layer that speaks of a key.

use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::language::Lang;
use crate::layer::roster::with_row;
use crate::layer::secrets::{HIDDEN, is_secret_key, looks_secret, may_hold_secret};
use crate::layer::{Chain, LayerName, Link, keys, parse_document};
use crate::source::{Place, Source};

/// What one layer says of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The layer.
    pub layer: LayerName,
    /// The value as it is written, on one line.
    pub value: String,
    /// Where.
    pub place: Place,
}

/// Everything that the layers of a chain say at or below a dotted key: by full key, the strongest layer first.
///
/// Text without a language answers for every language, so `vars.platform.fr` finds `vars.platform = "…"` too.
pub fn definitions(chain: &Chain, key: &str) -> IndexMap<String, Vec<Definition>> {
    let mut found: IndexMap<String, Vec<Definition>> = IndexMap::new();
    for link in chain.sources().into_iter().rev() {
        for (full_key, value, place) in definitions_in(link, key) {
            let definition = Definition { layer: link.layer.clone(), value, place };
            found.entry(full_key).or_default().push(definition);
        }
    }
    found.sort_keys();
    found
}

type Leaf = (String, String, Place);

fn definitions_in(Link { source, row, .. }: Link<'_>, key: &str) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let segments: Vec<&str> = key.split('.').filter(|segment| !segment.is_empty()).collect();
    let mut gather = |table: &DeTable<'_>| {
        let root = Spanned::new(0..0, DeValue::Table(table.clone()));
        descend(source, (&root, String::new()), &segments, &mut leaves);
    };
    match row {
        Some(row) => with_row(source, row, gather),
        None => {
            if let Some(document) = parse_document(source, &mut Vec::new()) {
                gather(document.get_ref());
            }
        }
    }
    leaves
}

/// Walks down the segments, then gathers every leaf below.
fn descend(
    source: &Arc<Source>,
    (value, path): (&Spanned<DeValue<'_>>, String),
    segments: &[&str],
    leaves: &mut Vec<Leaf>,
) {
    let Some((first, rest)) = segments.split_first() else {
        return gather(source, (value, path), leaves);
    };
    match value.get_ref() {
        DeValue::Table(table) => {
            // An id such as `opendatasoft/sessionid` is written with dots in a file.
            if let Some(inner) = table.get(*first) {
                descend(source, (inner, joined(&path, first)), rest, leaves);
            }
        }
        DeValue::String(_) if rest.is_empty() && Lang::new(first).is_ok() => {
            leaves.push((joined(&path, first), shown(source, (&path, value)), Place::new(source, value.span())));
        }
        _ => {}
    }
}

fn gather(source: &Arc<Source>, (value, path): (&Spanned<DeValue<'_>>, String), leaves: &mut Vec<Leaf>) {
    match value.get_ref() {
        DeValue::Table(table) => {
            for (key, inner) in table {
                gather(source, (inner, joined(&path, key.get_ref())), leaves);
            }
        }
        _ => {
            let shown = shown(source, (&path, value));
            leaves.push((path, shown, Place::new(source, value.span())));
        }
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The value as written, its line breaks folded. A secret is not shown.
fn shown(source: &Arc<Source>, (path, value): (&str, &Spanned<DeValue<'_>>)) -> String {
    let text = source.text().get(value.span()).unwrap_or_default();
    let first = path.split('.').next().unwrap_or_default();
    let named_by_others = keys::top(first).is_some_and(|key| key.register);
    let by_key = !named_by_others && path.split('.').any(is_secret_key);
    let nested_secret = text.starts_with(['[', '{']) && !named_by_others && may_hold_secret(text);
    if by_key || nested_secret || text.split(['"', '\'', ',']).any(looks_secret) || looks_secret(text) {
        return HIDDEN.to_owned();
    }
    match value.get_ref() {
        // A cell of a roster may hold text without quotation marks, or with those of its file, and words for a list.
        DeValue::String(held) if !text.starts_with(['"', '\'']) || text.contains("\"\"") => as_toml(held),
        DeValue::Array(words) if !text.starts_with('[') => {
            let words: Vec<String> = words.iter().filter_map(|word| word.get_ref().as_str()).map(as_toml).collect();
            format!("[{}]", words.join(", "))
        }
        _ => folded(text),
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn as_toml(text: &str) -> String {
    toml::Value::from(folded(text)).to_string()
}
