//! What is put right in generated schemas: TOML has no null, and descriptions are read in tooltips.

use schemars::Schema;
use serde_json::{Map, Value};

/// The prefix of references to definitions.
const DEFINITIONS: &str = "#/definitions/";

/// An `Option` is a key that may be left out; there is no way to write null.
pub(super) fn without_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if choices.len() == 1
            && let Some(Value::Array(only)) = object.shift_remove("anyOf")
        {
            unwrapped(object, only);
        }
    }
    // Defaults that only say "not written", and widths of Rust's numbers.
    for keyword in ["default", "format"] {
        object.shift_remove(keyword);
    }
}

/// What was the one choice; beside other keywords a reference has to stand in `allOf`, as draft 07 has it.
fn unwrapped(object: &mut Map<String, Value>, only: Vec<Value>) {
    match only.as_slice() {
        [Value::Object(inner)] if object.is_empty() || !inner.contains_key("$ref") => {
            for (keyword, value) in inner {
                object.entry(keyword.clone()).or_insert_with(|| value.clone());
            }
        }
        _ => {
            object.insert("allOf".into(), only.into());
        }
    }
}

/// Lines of a comment become one paragraph.
pub(super) fn plain_words(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace("\n\n", "\u{0}").replace('\n', " ").replace('\u{0}', "\n\n");
    }
}

/// Writes a definition out where something else is said beside the reference to it. Draft 07 needs `allOf` there, and
/// taplo then shows neither.
pub(super) fn write_out_references(root: &mut Map<String, Value>) {
    let Some(Value::Object(definitions)) = root.get("definitions").cloned() else { return };
    root.values_mut().for_each(|value| written_out(value, &definitions));
}

fn written_out(value: &mut Value, definitions: &Map<String, Value>) {
    match value {
        Value::Object(object) => {
            if let Some(name) = object.get("allOf").and_then(only_reference)
                && let Some(Value::Object(definition)) = definitions.get(&name)
            {
                object.shift_remove("allOf");
                for (keyword, said) in definition {
                    object.entry(keyword.clone()).or_insert_with(|| said.clone());
                }
                // What was written in may refer on.
                return written_out(value, definitions);
            }
            object.values_mut().for_each(|inner| written_out(inner, definitions));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| written_out(inner, definitions)),
        _ => {}
    }
}

/// The name of the one definition that `allOf` refers to.
fn only_reference(all_of: &Value) -> Option<String> {
    match all_of.as_array()?.as_slice() {
        [Value::Object(only)] if only.len() == 1 => Some(referred(only)?.to_owned()),
        _ => None,
    }
}

/// The definition that a schema refers to.
fn referred(object: &Map<String, Value>) -> Option<&str> {
    object.get("$ref")?.as_str()?.strip_prefix(DEFINITIONS)
}

/// Leaves out the definitions that nothing refers to any more.
pub(super) fn drop_unused_definitions(object: &mut Map<String, Value>) {
    let Some(Value::Object(mut definitions)) = object.shift_remove("definitions") else { return };
    let mut used = Vec::new();
    object.values().for_each(|value| references(value, &mut used));
    let mut next = 0;
    while let Some(name) = used.get(next).cloned() {
        if let Some(definition) = definitions.get(&name) {
            references(definition, &mut used);
        }
        next += 1;
    }
    definitions.retain(|name, _| used.contains(name));
    if !definitions.is_empty() {
        object.insert("definitions".into(), definitions.into());
    }
}

/// Adds the names of the definitions that a schema refers to, each once.
fn references(value: &Value, used: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(name) = referred(object)
                && !used.iter().any(|known| known == name)
            {
                used.push(name.to_owned());
            }
            object.values().for_each(|value| references(value, used));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, used)),
        _ => {}
    }
}
