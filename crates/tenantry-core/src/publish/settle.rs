//! Decides a tenant's targets: each field checked against its kind's table, its words filled in.

use std::sync::Arc;

use indexmap::IndexMap;

use super::fields::CONTENT_ENCODING;
use crate::artifact::Encoding;
use crate::diagnostic::Diagnostic;
use crate::layer::{Chain, Origin, Scalar, Sourced, TargetSpec, UrlTemplate};
use crate::publish::{Field, FieldValue, Kind, Need, Shape, TargetSettings, Targets, fields};
use crate::suggest::did_you_mean;

/// Most texts in a list.
const MOST_ITEMS: usize = 100;

/// What targets are decided with.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'g> {
    /// Gives what a word such as `tenant` stands for.
    pub(crate) fill: &'g dyn Fn(&UrlTemplate) -> String,
    /// The compressed forms that files have.
    pub(crate) precompress: &'g [Encoding],
    /// The sources that origins point into.
    pub(crate) chain: &'g Chain,
}

/// Decides the targets of a tenant. `None` if anything is wrong, which is in `diagnostics`.
pub(crate) fn settle_targets(
    specs: &IndexMap<Arc<str>, TargetSpec>,
    ground: Ground<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Targets> {
    let before = diagnostics.len();
    let mut targets = Targets::new();
    for (name, spec) in specs {
        let mut settling = Settling { name, ground, diagnostics };
        if let Some(settings) = settling.target(spec) {
            targets.insert(name.to_string(), settings);
        }
    }
    (diagnostics.len() == before).then_some(targets)
}

struct Settling<'s> {
    name: &'s str,
    ground: Ground<'s>,
    diagnostics: &'s mut Vec<Diagnostic>,
}

impl Settling<'_> {
    fn target(&mut self, spec: &TargetSpec) -> Option<TargetSettings> {
        let kind = self.kind(spec)?;
        let mut settings = TargetSettings { kind, fields: Default::default() };
        for (key, written) in spec.fields.iter().filter(|(key, _)| &***key != "kind") {
            let Some(field) = fields(kind).find(|field| field.name == &**key) else {
                self.unknown(key, kind, written.origin);
                continue;
            };
            match self.value(field, &written.value) {
                Ok(value) => drop(settings.fields.insert(key.to_string(), value)),
                Err(reason) => self.report(written.origin, "bad-value", (format!("`{key}`: {reason}"), None)),
            }
        }
        let missing = |field: &&Field| field.need == Need::Required && !spec.fields.contains_key(field.name);
        for field in fields(kind).filter(missing) {
            let message = format!("the target `{}` of kind `{kind}` has no `{}`", self.name, field.name);
            self.report(kind_origin(spec), "missing-key", (message, Some(format!("it says {}", field.about))));
        }
        self.encoding(spec, &settings);
        Some(settings)
    }

    /// What is to be sent compressed has to be built so.
    fn encoding(&mut self, spec: &TargetSpec, settings: &TargetSettings) {
        let written = spec.fields.get(CONTENT_ENCODING);
        let (Some(written), Some(encoding)) = (written, settings.content_encoding()) else { return };
        if !self.ground.precompress.contains(&encoding) {
            let message =
                format!("the target `{}` sends files compressed by {encoding}, and none are built", self.name);
            let hint = format!("add the line: precompress = [\"{encoding}\"]");
            self.report(written.origin, "bad-value", (message, Some(hint)));
        }
    }

    fn kind(&mut self, spec: &TargetSpec) -> Option<Kind> {
        let known = || Kind::ALL.iter().map(|kind| kind.as_str());
        let list = || known().collect::<Vec<_>>().join(", ");
        let Some(written) = spec.fields.get("kind") else {
            let hint = Some(format!("add the line: kind = \"dir\" (or one of {})", list()));
            self.report(kind_origin(spec), "missing-key", (format!("the target `{}` has no `kind`", self.name), hint));
            return None;
        };
        let Some(word) = written.value.as_text() else {
            let message = format!("`kind`: expected text, found {}", written.value.kind());
            self.report(written.origin, "wrong-type", (message, None));
            return None;
        };
        let kind = Kind::from_word(word);
        if kind.is_none() {
            let message = format!("`{word}` is no kind of target: expected one of {}", list());
            self.report(written.origin, "unknown-word", (message, did_you_mean(word, known())));
        }
        kind
    }

    fn unknown(&mut self, key: &str, kind: Kind, origin: Origin) {
        let known = || fields(kind).map(|field| field.name);
        let hint = did_you_mean(key, known()).unwrap_or_else(|| {
            let list: Vec<&str> = known().collect();
            format!("it has {}", list.join(", "))
        });
        self.report(origin, "unknown-key", (format!("a target of kind `{kind}` has no key `{key}`"), Some(hint)));
    }

    fn value(&self, field: &Field, written: &Scalar) -> Result<FieldValue, String> {
        let wrong = |expected: &str| Err(format!("expected {expected}, found {}", written.kind()));
        match (field.shape, written) {
            (Shape::Number(least, most), Scalar::Integer(number)) => match u64::try_from(*number) {
                Ok(number) if (least..=most).contains(&number) => Ok(FieldValue::Number(number)),
                _ => Err(format!("{number} is not between {least} and {most}")),
            },
            (Shape::Number(..), _) => wrong("a whole number"),
            (Shape::Flag, Scalar::Bool(flag)) => Ok(FieldValue::Flag(*flag)),
            (Shape::Flag, _) => wrong("true or false"),
            (Shape::List, Scalar::List(items)) => self.list(items),
            (Shape::List, _) => wrong("a list of texts"),
            (Shape::Choice(words), Scalar::Text(text)) if words.contains(&&**text) => {
                Ok(FieldValue::Text(text.to_string()))
            }
            (Shape::Choice(words), Scalar::Text(text)) => {
                let near = did_you_mean(text, words.iter().copied()).map(|near| format!("; {near}"));
                Err(format!("`{text}` is not known: expected one of {}{}", words.join(", "), near.unwrap_or_default()))
            }
            (shape, Scalar::Text(text)) => {
                let filled = self.filled(text)?;
                check(shape, &filled).map_or(Ok(FieldValue::Text(filled)), Err)
            }
            _ => wrong("text"),
        }
    }

    fn list(&self, items: &[Sourced<Scalar>]) -> Result<FieldValue, String> {
        if items.len() > MOST_ITEMS {
            return Err(format!("it has {} entries, at most {MOST_ITEMS} are allowed", items.len()));
        }
        let text = |item: &Sourced<Scalar>| match &item.value {
            Scalar::Text(text) => self.filled(text),
            other => Err(format!("expected a list of texts, found {} in it", other.kind())),
        };
        items.iter().map(text).collect::<Result<_, _>>().map(FieldValue::List)
    }

    /// A text with its words filled in; `{folder}` is known when the site is published only, and stays.
    fn filled(&self, text: &str) -> Result<String, String> {
        UrlTemplate::new(&text.replace("{folder}", "")).map_err(|error| error.to_string())?;
        let words: Vec<String> = text.split("{folder}").map(|part| self.fill(part)).collect::<Result<_, _>>()?;
        Ok(words.join("{folder}"))
    }

    fn fill(&self, part: &str) -> Result<String, String> {
        let template = UrlTemplate::new(part).map_err(|error| error.to_string())?;
        Ok((self.ground.fill)(&template))
    }

    fn report(&mut self, origin: Origin, code: &'static str, (message, hint): (String, Option<String>)) {
        let problem = Diagnostic::error(code, message).hint_maybe(hint);
        self.diagnostics.push(match self.ground.chain.place(origin) {
            Some(place) => problem.at(place),
            None => problem,
        });
    }
}

/// Where a target is named: at its kind, or at the first of its fields.
fn kind_origin(spec: &TargetSpec) -> Origin {
    let named = spec.fields.get("kind").or_else(|| spec.fields.values().next());
    named.map(|field| field.origin).unwrap_or_default()
}

/// What is wrong with a text, if anything is.
fn check(shape: Shape, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if let Some(wrong) = text.chars().find(|c| c.is_control()) {
        return Some(format!("`{}` cannot stand in it", wrong.escape_default()));
    }
    match shape {
        Shape::AbsolutePath if !text.starts_with('/') => Some(format!("`{text}` does not begin with `/`")),
        Shape::AbsolutePath if text.split('/').any(|segment| matches!(segment, "." | "..")) => {
            Some(format!("`{text}` holds `.` or `..`"))
        }
        Shape::AbsolutePath if text.trim_matches('/').is_empty() => Some("it is the root of the machine".to_owned()),
        Shape::Url if !["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) => {
            Some(format!("`{text}` begins neither with `https://` nor with `http://`"))
        }
        Shape::Url | Shape::Word => unsafe_word(text),
        _ => None,
    }
}

/// What must not stand in a word of a program's command line.
fn unsafe_word(text: &str) -> Option<String> {
    if text.starts_with('-') {
        return Some(format!("`{text}` begins with a hyphen, as options do"));
    }
    let wrong = |c: char| c.is_whitespace() || "'\"`\\;|&<>$()".contains(c);
    text.chars().find(|c| wrong(*c)).map(|c| format!("`{}` cannot stand in it", c.escape_default()))
}
