//! The parameters of `theme.toml`: their types, and what each type says of the default.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::shape::shape;
use super::values::LANGUAGE;
use crate::theme::KINDS;

/// The type of a parameter, as a file writes it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct WrittenKind {
    /// What values it takes: a colour, text, an address, one of its `choices`, true or false, or a file of the site.
    #[schemars(rename = "type", schema_with = "kinds")]
    kind: String,
    /// The words of a `choice`.
    #[schemars(default)]
    choices: Vec<Arc<str>>,
}

fn kinds(_: &mut SchemaGenerator) -> Schema {
    shape([("type", "string".into()), ("enum", KINDS.into())])
}

/// What the default is depends on `type`, and so does whether there are `choices`.
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
        when(
            "choice",
            json!({
                "properties": { "default": { "type": "string" }, "choices": { "minItems": 1 } },
                "required": ["choices"],
            }),
        ),
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
