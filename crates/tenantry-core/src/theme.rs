//! Themes as data: what `theme.toml` declares, and a tenant's parameters checked against it.
//!
//! Templates and assets are the builder's business; types of parameters are decided here.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use toml::de::DeTable;

use crate::content::check_address;
use crate::diagnostic::Diagnostic;
use crate::layer::{Chain, Combine, Fields, LocalText, Origin, Reader, Scalar, Sourced, parse_document};
use crate::name::ThemeName;
use crate::path::OutputPath;
use crate::schema::params::{WrittenKind, by_type};
use crate::site::{ContentIndex, Tenant};
use crate::source::Source;
use crate::suggest::did_you_mean;

/// What `theme.toml` says.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
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

/// A declared parameter.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = by_type)]
pub struct ParamSpec {
    /// What values it takes.
    #[schemars(flatten, with = "WrittenKind")]
    pub kind: ParamKind,
    /// Its value where no layer sets one; without it the parameter is empty there.
    #[schemars(with = "Option<Scalar>")]
    pub default: Option<ParamValue>,
    /// What it is for.
    pub description: Option<Arc<str>>,
}

/// The type of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamKind {
    /// `#rgb` or `#rrggbb`.
    Colour,
    /// Text, which may differ by language.
    Text,
    /// An absolute address, or a fragment such as `#consent`.
    Url,
    /// One of these words.
    Choice(Vec<Arc<str>>),
    /// True or false.
    Bool,
    /// A file of the site, `static/logo.svg`.
    Asset,
}

/// The words of `type`.
pub(crate) const KINDS: &[&str] = &["colour", "text", "url", "choice", "bool", "asset"];

/// A parameter, checked.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    /// Neither set nor given a default.
    Absent,
    /// True or false.
    Bool(bool),
    /// A colour, an address, a choice.
    Plain(Arc<str>),
    /// Text, by language perhaps.
    Text(LocalText),
    /// A file of the site.
    Asset(OutputPath),
}

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
        if let Some(spec) = param(reader, (inner, key.span())) {
            params.insert(Arc::from(&**key.get_ref()), spec);
        }
    }
    params
}

fn param(reader: &mut Reader<'_>, (table, span): (&DeTable<'_>, std::ops::Range<usize>)) -> Option<ParamSpec> {
    let mut fields = Fields::new(table, "a parameter");
    let kind = fields.get("type").and_then(|value| {
        reader.word(value, KINDS, |word| Some(word.to_owned()).filter(|word| KINDS.contains(&word.as_str())))
    });
    let choices = fields
        .get("choices")
        .and_then(|value| reader.list(value, |reader, item| reader.text(item).map(|text| text.value)));
    let default = fields.get("default").and_then(|value| reader.scalar(value));
    let description = fields.get("description").and_then(|value| reader.text(value)).map(|text| text.value);
    fields.finish(reader);
    let Some(kind) = kind else {
        reader.error("missing-key", span, "a parameter has a `type`");
        return None;
    };
    let kind = match kind.value.as_str() {
        "colour" => ParamKind::Colour,
        "url" => ParamKind::Url,
        "choice" => {
            let choices = choices.map(|choices| choices.value).unwrap_or_default();
            if choices.is_empty() {
                reader.error("missing-key", span, "a choice has `choices`, such as [\"sans\", \"serif\"]");
            }
            ParamKind::Choice(choices)
        }
        "bool" => ParamKind::Bool,
        "asset" => ParamKind::Asset,
        _ => ParamKind::Text,
    };
    let default = match default {
        None => None,
        Some(written) => match kind.check(&written.value) {
            Ok(value) => Some(value),
            Err(reason) => {
                reader.error("wrong-type", written.origin.span, reason);
                return None;
            }
        },
    };
    Some(ParamSpec { kind, default, description })
}

impl ParamKind {
    /// What the kind is, in words for a message.
    pub fn expected(&self) -> String {
        match self {
            ParamKind::Colour => "a colour such as \"#1f4e79\"".into(),
            ParamKind::Text => "text, or texts by language".into(),
            ParamKind::Url => "an address such as \"https://example.org/\"".into(),
            ParamKind::Choice(choices) => format!("one of {}", choices.join(", ")),
            ParamKind::Bool => "true or false".into(),
            ParamKind::Asset => "a file such as \"static/logo.svg\"".into(),
        }
    }

    /// The value, if it is of this kind.
    fn check(&self, value: &Scalar) -> Result<ParamValue, String> {
        let wrong = |found: &str| format!("expected {}, found {found}", self.expected());
        match (self, value) {
            (ParamKind::Bool, Scalar::Bool(value)) => Ok(ParamValue::Bool(*value)),
            (ParamKind::Text, Scalar::Text(text)) => {
                let any = Some(Sourced { value: Arc::clone(text), origin: Origin::default() });
                Ok(ParamValue::Text(LocalText { any, by_language: Vec::new() }))
            }
            (ParamKind::Text, Scalar::Table(table)) => {
                local_text(table).map(ParamValue::Text).ok_or_else(|| wrong("a table of something else"))
            }
            (ParamKind::Colour, Scalar::Text(text)) => {
                colour(text).map(|colour| ParamValue::Plain(colour.into())).ok_or_else(|| wrong(&format!("`{text}`")))
            }
            (ParamKind::Url, Scalar::Text(text)) if text.len() > 1 && text.starts_with('#') => {
                Ok(ParamValue::Plain(Arc::clone(text)))
            }
            (ParamKind::Url, Scalar::Text(text)) => check_address(text).map(|()| ParamValue::Plain(Arc::clone(text))),
            (ParamKind::Choice(choices), Scalar::Text(text)) if choices.contains(text) => {
                Ok(ParamValue::Plain(Arc::clone(text)))
            }
            (ParamKind::Choice(_), Scalar::Text(text)) => Err(wrong(&format!("`{text}`"))),
            (ParamKind::Asset, Scalar::Text(text)) => asset(text),
            (_, other) => Err(wrong(other.kind())),
        }
    }
}

fn local_text(table: &IndexMap<Arc<str>, Sourced<Scalar>>) -> Option<LocalText> {
    let mut local = LocalText::default();
    for (lang, text) in table {
        let lang = crate::language::Lang::new(lang).ok()?;
        let Scalar::Text(value) = &text.value else { return None };
        local.by_language.push((lang, Sourced { value: Arc::clone(value), origin: text.origin }));
    }
    Some(local)
}

/// A colour as `#rrggbb`, lower case.
fn colour(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let long: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    Some(format!("#{}", long.to_ascii_lowercase()))
}

fn asset(text: &str) -> Result<ParamValue, String> {
    let path =
        text.strip_prefix("static/").ok_or_else(|| format!("`{text}` is no file of the site: expected `static/…`"))?;
    OutputPath::new(path).map(ParamValue::Asset).map_err(|error| error.to_string())
}

/// A tenant's parameters: its layers' values where they set one, the theme's defaults elsewhere.
///
/// `None` if a value is of the wrong type or names a file that is not there.
pub fn settle_params(
    declared: &IndexMap<Arc<str>, ParamSpec>,
    tenant: &Tenant,
    content: &ContentIndex,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<IndexMap<Arc<str>, ParamValue>> {
    let before = diagnostics.len();
    for (name, written) in &tenant.params {
        if !declared.contains_key(name) {
            let hint = did_you_mean(name, declared.keys().map(|key| &**key)).unwrap_or_else(|| {
                format!("it has {}", declared.keys().map(|key| &**key).collect::<Vec<_>>().join(", "))
            });
            let problem = Diagnostic::error(
                "unknown-param",
                format!("the theme `{}` has no parameter `{name}`", tenant.theme.value),
            );
            diagnostics.push(at(&tenant.chain, written.origin, problem.hint(hint)));
        }
    }
    let mut settled = IndexMap::new();
    for (name, spec) in declared {
        let value = match tenant.params.get(name) {
            None => existing(spec.default.clone().unwrap_or(ParamValue::Absent), content)
                .map_err(|reason| (reason, tenant.theme.origin)),
            Some(written) => spec
                .kind
                .check(&written.value)
                .map(|value| over_default(value, spec.default.as_ref()))
                .and_then(|value| existing(value, content))
                .map_err(|reason| (reason, written.origin)),
        };
        match value {
            Ok(value) => {
                settled.insert(Arc::clone(name), value);
            }
            Err((reason, origin)) => {
                let problem = Diagnostic::error("wrong-type", format!("the parameter `{name}`: {reason}"));
                diagnostics.push(at(&tenant.chain, origin, problem));
            }
        }
    }
    let failed = diagnostics[before..].iter().any(Diagnostic::is_error);
    (!failed).then_some(settled)
}

/// Text by language is completed by the default.
fn over_default(value: ParamValue, default: Option<&ParamValue>) -> ParamValue {
    match (value, default) {
        (ParamValue::Text(own), Some(ParamValue::Text(default))) => ParamValue::Text(own.over(default)),
        (value, _) => value,
    }
}

/// A file that a parameter names must be there.
fn existing(value: ParamValue, content: &ContentIndex) -> Result<ParamValue, String> {
    match &value {
        ParamValue::Asset(path) if !content.files.contains_key(path) => {
            let near = did_you_mean(path.as_str(), content.files.keys().map(OutputPath::as_str));
            Err(format!(
                "no layer has the file `static/{path}`{}",
                near.map(|near| format!("; {near}")).unwrap_or_default()
            ))
        }
        _ => Ok(value),
    }
}

fn at(chain: &Chain, origin: Origin, diagnostic: Diagnostic) -> Diagnostic {
    match chain.place(origin) {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}
