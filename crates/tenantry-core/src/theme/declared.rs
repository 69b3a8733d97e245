//! The parameters of a theme, decided: its own words over those of the themes that it extends.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::colour::Colour;
use crate::content::check_address;
use crate::diagnostic::Diagnostic;
use crate::layer::{LocalText, Origin, Scalar, Sourced};
use crate::path::OutputPath;
use crate::source::{Place, Source, Span};
use crate::suggest::did_you_mean;
use crate::theme::{ParamSpec, ParamValue, ThemeSpec};

/// A parameter, decided.
#[derive(Debug, Clone)]
pub struct Param {
    /// What values it takes.
    pub kind: ParamKind,
    /// Its value where nobody sets one; `None` leaves it absent.
    pub default: Option<ParamValue>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// For a colour of text: the grounds that it stands on.
    pub grounds: Vec<Ground>,
    /// For a file: what the theme asks of it.
    pub asked: Asked,
}

/// A ground that text stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// A colour of the theme.
    Colour(Colour),
    /// Another parameter.
    Param(Arc<str>),
}

/// What a theme asks of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The endings that its name may have; none for any.
    pub endings: Vec<Arc<str>>,
    /// The most bytes that it may have.
    pub most_bytes: Option<u64>,
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

/// Decides the parameters of a theme. `chain` holds the theme and those that it extends, nearest first, each with its
/// file. `None` if something is wrong, which is in `diagnostics`.
pub fn settle_declarations(
    chain: &[(&ThemeSpec, &Arc<Source>)],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<IndexMap<Arc<str>, Param>> {
    let before = diagnostics.len();
    let mut names: IndexMap<&Arc<str>, ()> = IndexMap::new();
    for (spec, _) in chain.iter().rev() {
        names.extend(spec.params.keys().map(|name| (name, ())));
    }
    let mut settled = IndexMap::new();
    for name in names.into_keys() {
        let said: Said<'_> =
            chain.iter().filter_map(|(spec, source)| Some((spec.params.get(name)?, *source))).collect();
        if let Some(param) = settle_one(&said, diagnostics) {
            settled.insert(Arc::clone(name), param);
        }
    }
    for (spec, source) in chain {
        unknown_grounds((spec, source), &settled, diagnostics);
        for (name, param) in &spec.params {
            let kind = settled.get(name).map(|param| &param.kind);
            diagnostics.extend(
                misfits(param, kind)
                    .into_iter()
                    .map(|(span, what)| Diagnostic::error("bad-value", what).at(Place::new(source, span))),
            );
        }
    }
    let failed = diagnostics[before..].iter().any(Diagnostic::is_error);
    (!failed).then_some(settled)
}

/// What themes say of one parameter, nearest first.
type Said<'s> = Vec<(&'s ParamSpec, &'s Arc<Source>)>;

/// The nearest word for a field, with the file that it stands in.
fn nearest<'s, T>(
    said: &Said<'s>,
    field: impl Fn(&'s ParamSpec) -> Option<&'s Sourced<T>>,
) -> Option<(&'s Sourced<T>, &'s Arc<Source>)> {
    said.iter().find_map(|(spec, source)| Some((field(spec)?, *source)))
}

fn settle_one(said: &Said<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Param> {
    let (first, source) = *said.first()?;
    let mut error = |source: &Arc<Source>, span: Span, code, message: String| {
        diagnostics.push(Diagnostic::error(code, message).at(Place::new(source, span)));
    };
    let Some((kind, _)) = nearest(said, |spec| spec.kind.as_ref()) else {
        error(source, first.declared, "missing-key", "a parameter has a `type`".into());
        return None;
    };
    let choices = nearest(said, |spec| spec.choices.as_ref()).map(|(choices, _)| choices.value.clone());
    let kind = match kind.value.as_ref() {
        "colour" => ParamKind::Colour,
        "url" => ParamKind::Url,
        "choice" => match choices {
            Some(choices) if !choices.is_empty() => ParamKind::Choice(choices),
            _ => {
                let message = "a choice has `choices`, such as [\"sans\", \"serif\"]".into();
                error(source, first.declared, "missing-key", message);
                return None;
            }
        },
        "bool" => ParamKind::Bool,
        "asset" => ParamKind::Asset,
        _ => ParamKind::Text,
    };
    let default = match nearest(said, |spec| spec.default.as_ref()) {
        None => None,
        Some((written, source)) => match kind.check(&written.value) {
            Ok(value) => Some(value),
            Err(reason) => {
                error(source, written.origin.span, "wrong-type", reason);
                return None;
            }
        },
    };
    let grounds = nearest(said, |spec| spec.contrast.as_ref()).map(|(list, _)| list.value.as_slice());
    let most_bytes = nearest(said, |spec| spec.max_bytes.as_ref()).map(|(most, _)| most.value);
    Some(Param {
        kind,
        default,
        description: nearest(said, |spec| spec.description.as_ref()).map(|(text, _)| Arc::clone(&text.value)),
        grounds: grounds.unwrap_or_default().iter().map(|word| ground(&word.value)).collect(),
        asked: Asked {
            endings: nearest(said, |spec| spec.accept.as_ref()).map_or_else(Vec::new, |(list, _)| list.value.clone()),
            most_bytes: most_bytes.and_then(|most| u64::try_from(most).ok()),
        },
    })
}

/// What is said of a parameter and has no meaning for its kind, or none at all.
fn misfits(param: &ParamSpec, kind: Option<&ParamKind>) -> Vec<(Span, &'static str)> {
    let ParamSpec { declared: _, kind: _, choices, default: _, description: _, contrast, accept, max_bytes } = param;
    let mut found = Vec::new();
    let is = |wanted: &ParamKind| kind.is_none_or(|kind| kind == wanted);
    if let Some(choices) = choices.as_ref().filter(|_| !kind.is_none_or(|kind| matches!(kind, ParamKind::Choice(_)))) {
        found.push((choices.origin.span, "`choices` are those of a parameter whose type is `choice`"));
    }
    if let Some(contrast) = contrast.as_ref().filter(|_| !is(&ParamKind::Colour)) {
        found.push((contrast.origin.span, "`contrast` is asked of a colour"));
    }
    if let Some(accept) = accept {
        let is_ending = |ending: &Arc<str>| {
            !ending.is_empty() && ending.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !is(&ParamKind::Asset) {
            found.push((accept.origin.span, "`accept` is asked of a file, whose type is `asset`"));
        } else if !accept.value.iter().all(is_ending) {
            found.push((accept.origin.span, "an ending is small letters and digits without a dot, such as \"svg\""));
        }
    }
    if let Some(most) = max_bytes {
        if !is(&ParamKind::Asset) {
            found.push((most.origin.span, "`max_bytes` is asked of a file, whose type is `asset`"));
        } else if most.value < 1 {
            found.push((most.origin.span, "a file has one byte at least"));
        }
    }
    found
}

fn ground(word: &Arc<str>) -> Ground {
    Colour::parse(word).map_or_else(|| Ground::Param(Arc::clone(word)), Ground::Colour)
}

/// Grounds that are neither a colour nor a parameter of one.
fn unknown_grounds(
    (spec, source): (&ThemeSpec, &Arc<Source>),
    settled: &IndexMap<Arc<str>, Param>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let colours = || settled.iter().filter(|(_, param)| param.kind == ParamKind::Colour).map(|(name, _)| &**name);
    let named = spec.params.iter().filter_map(|(name, param)| Some((name, param.contrast.as_ref()?)));
    for (own, word) in named.flat_map(|(name, list)| list.value.iter().map(move |word| (name, word))) {
        let other = |name: &str| *name == *word.value && word.value != *own;
        let known = Colour::parse(&word.value).is_some() || colours().any(other);
        if !known {
            let message = format!("`{}` is neither a colour nor another parameter that is one", word.value);
            let problem = Diagnostic::error("bad-value", message).at(Place::new(source, word.origin.span));
            diagnostics.push(problem.hint_maybe(did_you_mean(&word.value, colours())));
        }
    }
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
    pub(super) fn check(&self, value: &Scalar) -> Result<ParamValue, String> {
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
            (ParamKind::Colour, Scalar::Text(text)) => Colour::parse(text)
                .map(|colour| ParamValue::Plain(colour.to_string().into()))
                .ok_or_else(|| wrong(&format!("`{text}`"))),
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

fn asset(text: &str) -> Result<ParamValue, String> {
    let path =
        text.strip_prefix("static/").ok_or_else(|| format!("`{text}` is no file of the site: expected `static/…`"))?;
    OutputPath::new(path).map(ParamValue::Asset).map_err(|error| error.to_string())
}
