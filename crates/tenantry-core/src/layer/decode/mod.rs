//! Reads `site.toml`, `group.toml` and `cookies.toml` into a [`LayerSpec`].
//!
//! Who may set a key is decided here, by [`super::KEYS`]; what the values mean together is decided later, by
//! [`crate::site::settle`].

mod navigation;
mod operator;
mod pages;

use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::language::Lang;
use crate::layer::keys::{self, Key, Owner};
use crate::layer::roster::RosterFormat;
use crate::layer::secrets::report_secrets;
use crate::layer::spec::MissingTranslation;
use crate::layer::{BaseUrl, Fields, LayerSpec, LocalText, Reader, Sourced, parse_document};
use crate::name::{NameError, ThemeName};
use crate::register::decode_register;
use crate::source::Source;

pub(crate) use pages::alias;

type Value<'i> = Spanned<DeValue<'i>>;

/// Most languages of one site.
const MOST_LANGUAGES: usize = 64;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A group: the operator's.
    Group,
    /// A tenant whose groups do not trust it.
    Tenant,
    /// A tenant below `trust_tenants = true`.
    TrustedTenant,
    /// The command line.
    CommandLine,
}

/// Which file of the layer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerFile {
    /// `site.toml` or `group.toml`.
    Settings,
    /// `cookies.toml`: the register alone.
    Cookies,
}

/// Reads one file of a layer; `index` is the place of the source in the layer's chain.
///
/// `None` means that the file has errors, which are in `diagnostics`: nothing of it may be used.
pub fn decode_settings(
    source: &Arc<Source>,
    index: u16,
    (holder, file): (Holder, LayerFile),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<LayerSpec> {
    let document = parse_document(source, diagnostics)?;
    let mut reader = Reader { source, index, diagnostics };
    decode(&mut reader, document.get_ref(), (holder, file))
}

/// Reads the settings of a tenant that stand in no file of their own, such as a row of a roster.
pub(crate) fn decode_table(reader: &mut Reader<'_>, table: &DeTable<'_>, holder: Holder) -> Option<LayerSpec> {
    decode(reader, table, (holder, LayerFile::Settings))
}

fn decode(reader: &mut Reader<'_>, table: &DeTable<'_>, whose: (Holder, LayerFile)) -> Option<LayerSpec> {
    let errors = |reader: &Reader<'_>| reader.diagnostics.iter().filter(|found| found.is_error()).count();
    let before = errors(reader);
    if report_secrets(reader, table) {
        return None;
    }
    let refused = refused_keys(reader, table, whose);
    let spec = decode_layer(reader, table, &refused);
    (errors(reader) == before).then_some(spec)
}

/// Reads `KEY=VALUE` of the command line; a value that is no TOML is text.
pub fn decode_setting(source: &Arc<Source>, index: u16, diagnostics: &mut Vec<Diagnostic>) -> Option<LayerSpec> {
    decode_settings(source, index, (Holder::CommandLine, LayerFile::Settings), diagnostics)
}

/// Reports the keys at the top that this file may not hold, and gives their names.
fn refused_keys(reader: &mut Reader<'_>, table: &DeTable<'_>, (holder, file): (Holder, LayerFile)) -> Vec<String> {
    let mut refused = Vec::new();
    for (key, _) in table {
        let name: &str = key.get_ref();
        let problem = match keys::top(name) {
            None => Some(unknown_key(name)),
            Some(known) => misplaced(known, holder, file),
        };
        if let Some((code, message, hint)) = problem {
            reader.error_with_hint(code, key.span(), (message, hint));
            refused.push(name.to_owned());
        }
    }
    refused
}

type Problem = (&'static str, String, Option<String>);

fn unknown_key(name: &str) -> Problem {
    let hint = match (keys::nearest_top(name), keys::belongs(name)) {
        (_, Some(belongs)) => Some(belongs),
        (Some(near), None) => Some(format!("did you mean `{near}`?")),
        (None, None) => Some("README has the table of all keys".to_owned()),
    };
    ("unknown-key", format!("there is no key `{name}`"), hint)
}

/// Why a known key may not stand in this file.
fn misplaced(key: &Key, holder: Holder, file: LayerFile) -> Option<Problem> {
    let name = key.name;
    let problem = |message: String, hint: &str| Some(("misplaced-key", message, Some(hint.to_owned())));
    match (key.owner, holder, file) {
        (_, _, LayerFile::Cookies) if !key.register => problem(
            format!("`{name}` does not belong into `cookies.toml`, which holds the register alone"),
            "move it into the `group.toml` or `site.toml` beside it",
        ),
        (Owner::Tenant, Holder::Group, _) => problem(
            format!("`{name}` says who a tenant is, and a group is none"),
            "it belongs into the `site.toml` of a tenant",
        ),
        (Owner::Group, Holder::CommandLine, _) => {
            problem(format!("`{name}` cannot be set on the command line"), "it belongs into a `group.toml`")
        }
        (_, Holder::CommandLine, _) if name == "env" => {
            problem("`env` cannot be set on the command line".to_owned(), "set the key itself, without its environment")
        }
        (Owner::Group, Holder::Tenant | Holder::TrustedTenant, _) => problem(
            format!("a tenant may not set `{name}`"),
            "only a group may: it belongs into the `group.toml` of a folder above",
        ),
        (Owner::Operator, Holder::Tenant, _) => problem(
            format!("a tenant may not set `{name}`"),
            "it belongs into the `group.toml` of a folder above, unless that says `trust_tenants = true`",
        ),
        _ => None,
    }
}

/// Reads every key, leaving out those that are refused already.
fn decode_layer(reader: &mut Reader<'_>, table: &DeTable<'_>, refused: &[String]) -> LayerSpec {
    let kept: DeTable<'_> = table
        .iter()
        .filter(|(key, _)| !refused.iter().any(|name| **key.get_ref() == **name))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let mut fields = Fields::new(&kept, "the file");
    let register = Arc::new(decode_register(&mut fields, reader));
    let spec = LayerSpec {
        name: fields.get("name").and_then(|value| tenant_name(reader, value)),
        base_url: fields.get("base_url").and_then(|value| checked(reader, value, BaseUrl::new)),
        base_url_template: None,
        covers: fields.get("covers").and_then(|value| reader.list(value, covered)),
        languages: fields.get("languages").and_then(|value| languages(reader, value)),
        theme: fields.get("theme").and_then(|value| checked(reader, value, ThemeName::new)),
        params: fields.get("params").map(|value| params(reader, value)).unwrap_or_default(),
        vars: Arc::new(fields.get("vars").map(|value| vars(reader, value)).unwrap_or_default()),
        nav: fields.get("nav").map(|value| navigation::nav(reader, value)).unwrap_or_default(),
        pages: fields.get("pages").map(|value| pages::pages(reader, value)).unwrap_or_default(),
        missing_translation: fields
            .get("missing_translation")
            .and_then(|value| reader.word(value, MissingTranslation::WORDS, MissingTranslation::from_word)),
        register,
        profile: fields.get("profile").and_then(|value| operator::profiles(reader, value)),
        lint_allow: fields.get("lint_allow").and_then(|value| operator::lint_exceptions(reader, value)),
        publish: fields.get("publish").map(|value| operator::targets(reader, value)).unwrap_or_default(),
        environments: fields.get("env").map(|value| operator::environments(reader, value)).unwrap_or_default(),
        noindex: fields.get("noindex").and_then(|value| reader.boolean(value)),
        exports: fields.get("exports").and_then(|value| operator::exports(reader, value)),
        precompress: fields.get("precompress").and_then(|value| operator::encodings(reader, value)),
        domains: fields.get("domains").and_then(|value| texts(reader, value)),
        trust_tenants: fields.get("trust_tenants").and_then(|value| reader.boolean(value)),
        allow_mentions: fields.get("allow_mentions").and_then(|value| texts(reader, value)),
        review: fields.get("review").and_then(|value| reader.scalar(value)),
        roster: fields.get("roster").and_then(|value| roster(reader, value)),
    };
    fields.finish(reader);
    spec
}

/// Text that `check` accepts.
fn checked<T>(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    check: fn(&str) -> Result<T, NameError>,
) -> Option<Sourced<T>> {
    let text = reader.text(value)?;
    match check(&text.value) {
        Ok(checked) => Some(Sourced { value: checked, origin: text.origin }),
        Err(error) => {
            reader.error("bad-value", value.span(), error.to_string());
            None
        }
    }
}

fn tenant_name(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Arc<str>>> {
    let name = reader.text(value)?;
    if name.value.trim().is_empty() || name.value.contains('\n') {
        reader.error("bad-value", value.span(), "a tenant's name is one line of text, and not empty");
        return None;
    }
    Some(name)
}

/// An address that policies speak of; it need not be where anything is published.
fn covered(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Arc<str>> {
    checked(reader, value, BaseUrl::new).map(|url| url.value.as_str().into())
}

fn languages(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Vec<Lang>>> {
    let languages = reader.list(value, |reader, value| {
        checked(reader, value, |text| Lang::new(text).map_err(|e| NameError::new(e.to_string())))
    })?;
    if languages.value.len() < value.get_ref().as_array().map_or(0, |items| items.len()) {
        // What is wrong with the others has been said.
        return None;
    }
    let codes: Vec<Lang> = languages.value.iter().map(|lang| lang.value).collect();
    let repeated = (1..codes.len()).find(|at| codes[..*at].contains(&codes[*at]));
    if let Some(at) = repeated {
        reader.error("bad-value", value.span(), format!("`{}` stands twice in the list of languages", codes[at]));
        return None;
    }
    if codes.len() > MOST_LANGUAGES {
        let message = format!("the site serves {} languages, at most {MOST_LANGUAGES} are allowed", codes.len());
        reader.error("bad-value", value.span(), message);
        return None;
    }
    if codes.is_empty() {
        reader.error("bad-value", value.span(), "a site has at least one language");
        return None;
    }
    Some(Sourced { value: codes, origin: languages.origin })
}

fn texts(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Vec<Arc<str>>>> {
    reader.list(value, |reader, value| reader.text(value).map(|text| text.value))
}

/// A file beside the `group.toml`: nothing of another folder is read for a group.
fn roster(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Arc<str>>> {
    let name = reader.text(value)?;
    let beside = !name.value.contains(['/', '\\']) && !name.value.starts_with('.');
    if beside && RosterFormat::of(&name.value).is_some() {
        return Some(name);
    }
    let message = format!("`{}` is no roster: expected a `.csv` or `.jsonl` beside this file", name.value);
    let hint = "give the name of a file of the same folder, such as \"tenants.csv\"".to_owned();
    reader.error_with_hint("bad-value", value.span(), (message, Some(hint)));
    None
}

/// Refuses keys of the top that slid below a header whose own keys are free.
fn slid_below(reader: &mut Reader<'_>, key: &Spanned<DeString<'_>>, header: &str) -> bool {
    let name: &str = key.get_ref();
    let slid = keys::top(name).is_some();
    if slid {
        let message = format!("`{name}` stands below the header [{header}], so it is read as `{header}.{name}`");
        reader.error_with_hint("misplaced-key", key.span(), (message, keys::belongs(name)));
    }
    slid
}

fn params(reader: &mut Reader<'_>, value: &Value<'_>) -> IndexMap<Arc<str>, Sourced<crate::layer::Scalar>> {
    let Some(table) = reader.table(value, "a table of the theme's parameters") else { return IndexMap::new() };
    for (key, _) in table {
        slid_below(reader, key, "params");
    }
    reader.scalars(table)
}

fn vars(reader: &mut Reader<'_>, value: &Value<'_>) -> IndexMap<Arc<str>, LocalText> {
    let mut vars = IndexMap::new();
    let Some(table) = reader.table(value, "a table of values") else { return vars };
    for (key, value) in table {
        let name: &str = key.get_ref();
        if slid_below(reader, key, "vars") {
            continue;
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) || name.is_empty() {
            reader.error(
                "bad-name",
                key.span(),
                format!("`{name}` is no name of a value: only letters, digits, _ and - can stand in it"),
            );
            continue;
        }
        let text = var_text(reader, value);
        if let Some(text) = text {
            vars.insert(Arc::from(name), text);
        }
    }
    vars
}

/// A value for content: text by language, or a number or date as it is written.
fn var_text(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<LocalText> {
    let written = match value.get_ref() {
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Datetime(date) => date.to_string(),
        _ => return reader.local_text(value),
    };
    let text = Sourced { value: Arc::from(written), origin: reader.origin(value.span()) };
    Some(LocalText { any: Some(text), by_language: Vec::new() })
}
