//! Reads `theme.toml`: every field optional, every value with its place.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use toml::de::DeTable;

use crate::diagnostic::Diagnostic;
use crate::layer::{Fields, Reader, Scalar, Sourced, parse_document};
use crate::name::ThemeName;
use crate::schema::params::{by_type, kinds, whole_unless_extended};
use crate::source::{Source, Span};

/// What `theme.toml` says.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields, transform = whole_unless_extended)]
pub struct ThemeSpec {
    /// How people call it.
    pub name: Option<Sourced<Arc<str>>>,
    /// What it is for.
    pub description: Option<Sourced<Arc<str>>>,
    /// The theme that it changes, another folder of `themes/`.
    pub extends: Option<Sourced<ThemeName>>,
    /// Its parameters, `[params.NAME]`: what tenants may set in their `params`.
    pub params: IndexMap<Arc<str>, ParamSpec>,
}

/// `[params.NAME]`: what a theme says of a parameter. A theme that extends another says only what it changes of an
/// inherited one, `params.brand.default = "#1f4e79"`.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields, transform = by_type)]
pub struct ParamSpec {
    /// Where it is named.
    #[schemars(skip)]
    pub declared: Span,
    /// What values it takes: a colour, text, an address, one of its `choices`, true or false, or a file of the site. A
    /// parameter of the extended theme has its type already.
    #[schemars(rename = "type", schema_with = "kinds")]
    pub kind: Option<Sourced<Arc<str>>>,
    /// The words of a `choice`.
    pub choices: Option<Sourced<Vec<Arc<str>>>>,
    /// Its value where no layer sets one; without it the parameter is empty there.
    pub default: Option<Sourced<Scalar>>,
    /// What it is for.
    pub description: Option<Sourced<Arc<str>>>,
    /// For a colour of text: the grounds that it stands on, each a colour or another parameter. A build warns where text
    /// cannot be read.
    pub contrast: Option<Sourced<Vec<Sourced<Arc<str>>>>>,
    /// For a file: the endings that its name may have, `["svg", "png"]`.
    pub accept: Option<Sourced<Vec<Arc<str>>>>,
    /// For a file: the most bytes that it may have.
    pub max_bytes: Option<Sourced<i64>>,
}

/// The kinds of parameters, as `type` names them.
pub(crate) const KINDS: &[&str] = &["colour", "text", "url", "choice", "bool", "asset"];

/// Reads `theme.toml`. `None` if it has errors, which are in `diagnostics`.
pub fn decode_theme(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Option<ThemeSpec> {
    let before = diagnostics.len();
    let document = parse_document(source, diagnostics)?;
    let mut reader = Reader { source, index: 0, diagnostics };
    let mut fields = Fields::new(document.get_ref(), "a theme");
    let extends = fields.get("extends").and_then(|value| {
        let text = reader.text(value)?;
        match ThemeName::new(&text.value) {
            Ok(name) => Some(Sourced { value: name, origin: text.origin }),
            Err(error) => {
                reader.error("bad-name", value.span(), error.to_string());
                None
            }
        }
    });
    let spec = ThemeSpec {
        name: fields.get("name").and_then(|value| reader.text(value)),
        description: fields.get("description").and_then(|value| reader.text(value)),
        extends,
        params: fields
            .get("params")
            .and_then(|value| reader.table(value, "a table of parameters"))
            .map(|table| params(&mut reader, table))
            .unwrap_or_default(),
    };
    fields.finish(&mut reader);
    let failed = diagnostics[before..].iter().any(Diagnostic::is_error);
    (!failed).then_some(spec)
}

fn params(reader: &mut Reader<'_>, table: &DeTable<'_>) -> IndexMap<Arc<str>, ParamSpec> {
    let mut params = IndexMap::new();
    for (key, value) in table {
        let Some(inner) = reader.table(value, "a parameter such as { type = \"colour\", default = \"#1f4e79\" }")
        else {
            continue;
        };
        params.insert(Arc::from(&**key.get_ref()), param(reader, (inner, key.span())));
    }
    params
}

fn param(reader: &mut Reader<'_>, (table, span): (&DeTable<'_>, std::ops::Range<usize>)) -> ParamSpec {
    let mut fields = Fields::new(table, "a parameter");
    let known = |word: &str| KINDS.contains(&word).then(|| Arc::from(word));
    let texts = |reader: &mut Reader<'_>, fields: &mut Fields<'_, '_>, key| {
        fields.get(key).and_then(|value| reader.list(value, |reader, item| reader.text(item).map(|text| text.value)))
    };
    let spec = ParamSpec {
        declared: span.into(),
        kind: fields.get("type").and_then(|value| reader.word(value, KINDS, known)),
        choices: texts(reader, &mut fields, "choices"),
        default: fields.get("default").and_then(|value| reader.scalar(value)),
        description: fields.get("description").and_then(|value| reader.text(value)),
        contrast: fields.get("contrast").and_then(|value| reader.list(value, |reader, item| reader.text(item))),
        accept: texts(reader, &mut fields, "accept"),
        max_bytes: fields.get("max_bytes").and_then(|value| reader.integer(value)),
    };
    fields.finish(reader);
    spec
}
