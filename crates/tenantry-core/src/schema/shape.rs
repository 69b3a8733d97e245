//! The shapes of which the schemas are made: text with a pattern, a word of a closed list, text or a table.

use schemars::Schema;
use serde_json::{Map, Value};

/// A schema out of keywords and their values.
pub(super) fn shape<const N: usize>(keywords: [(&str, Value); N]) -> Schema {
    keywords.into_iter().map(|(keyword, value)| (keyword.to_owned(), value)).collect::<Map<String, Value>>().into()
}

/// Text that fits a pattern, with examples.
pub(super) fn text(pattern: &str, examples: &[&str]) -> Schema {
    shape([("type", "string".into()), ("pattern", pattern.into()), ("examples", examples.into())])
}

/// One word of a closed list, given with their meanings, which taplo shows where it completes a word.
pub(crate) fn words(known: &[(&str, &str)]) -> Schema {
    let (words, meanings): (Vec<&str>, Vec<&str>) = known.iter().map(|(word, meaning)| (*word, meaning.trim())).unzip();
    let docs = Map::from_iter([("enumValues".to_owned(), Value::from(meanings))]);
    let taplo = Map::from_iter([("docs".to_owned(), Value::from(docs))]);
    shape([("type", "string".into()), ("enum", words.into()), ("x-taplo", taplo.into())])
}

/// Turns the choices that are derived for an enum of words into one list of words with their meanings.
pub(crate) fn choices_to_words(schema: &mut Schema) {
    let choices = schema.remove("oneOf");
    let known: Vec<(&str, &str)> = choices
        .iter()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|choice| Some((choice["const"].as_str()?, choice["description"].as_str().unwrap_or_default())))
        .collect();
    for (keyword, value) in words(&known).to_value().as_object().into_iter().flatten() {
        schema.insert(keyword.clone(), value.clone());
    }
}

/// A value of two types of JSON: what is said of tables does not touch text, so one schema can say both. An editor then
/// names the key that is wrong, where a choice between two schemas would only be "none of them".
pub(super) fn either(one: Schema, other: Schema) -> Schema {
    let types: Vec<Value> = [&one, &other]
        .into_iter()
        .flat_map(|schema| match schema.get("type") {
            Some(Value::Array(types)) => types.clone(),
            Some(named) => vec![named.clone()],
            None => Vec::new(),
        })
        .collect();
    let mut both = one;
    for (keyword, value) in other.to_value().as_object().into_iter().flatten() {
        both.ensure_object().entry(keyword.clone()).or_insert_with(|| value.clone());
    }
    both.insert("type".into(), types.into());
    both
}
