//! The JSON Schemas of the TOML files: they take every valid file, refuse what is wrong, and say what the program says.

mod command;
mod drift;
mod files;

use jsonschema::Validator;
use serde_json::Value;
use tenantry_core::schema::{FileKind, text};

/// A schema, ready to judge.
fn validator(kind: FileKind) -> Validator {
    let schema: Value = serde_json::from_str(&text(kind)).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

/// A document of TOML as an editor gives it to a schema: dates are strings.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(found) => (*found).into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
    }
}

/// What a schema has against a text, each with its place.
fn complaints(validator: &Validator, text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap();
    let document = as_json(&toml::Value::Table(table));
    validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
