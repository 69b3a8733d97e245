//! The parameters of `theme.toml`: their types, and what each type says of the default.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::shape::shape;
use super::values::LANGUAGE;
use crate::theme::KINDS;

/// The words of `type`.
pub(crate) fn kinds(_: &mut SchemaGenerator) -> Schema {
    shape([("type", "string".into()), ("enum", KINDS.into())])
}

/// What the default is depends on `type`. A parameter of another theme that is changed need not say its type again: then
/// any default will do here.
pub(crate) fn by_type(schema: &mut Schema) {
    let when = |kind: &str, then: Value| json!({ "if": { "properties": { "type": { "const": kind } }, "required": ["type"] }, "then": then });
    let default = |value: Value| json!({ "properties": { "default": value } });
    let local = json!({
        "type": ["string", "object"],
        "patternProperties": { LANGUAGE: { "type": "string" } },
        "additionalProperties": false,
    });
    let rules = [
        when("colour", default(json!({ "type": "string", "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$" }))),
        when("text", default(local)),
        when("url", default(json!({ "type": "string" }))),
        when("choice", json!({ "properties": { "default": { "type": "string" }, "choices": { "minItems": 1 } } })),
        when("bool", default(json!({ "type": "boolean" }))),
        when("asset", default(json!({ "type": "string", "pattern": "^static/." }))),
    ];
    // One in the `else` of the other, since taplo does not look beside `allOf`.
    let chain = rules.into_iter().rev().reduce(|after, mut rule| {
        rule["else"] = after;
        rule
    });
    for (keyword, value) in chain.as_ref().and_then(Value::as_object).into_iter().flatten() {
        schema.insert(keyword.clone(), value.clone());
    }
}

/// A theme that extends no other says of each parameter what it is.
pub(crate) fn whole_unless_extended(schema: &mut Schema) {
    let choice = json!({ "properties": { "type": { "const": "choice" } }, "required": ["type"] });
    let whole = json!({ "required": ["type"], "if": choice, "then": { "required": ["choices"] } });
    schema.insert("if".into(), json!({ "not": { "required": ["extends"] } }));
    schema.insert("then".into(), json!({ "properties": { "params": { "additionalProperties": whole } } }));
}
