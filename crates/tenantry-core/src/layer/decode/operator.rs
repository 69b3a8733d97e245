//! `env`, `publish`, `lint_allow`: what operators set.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Value, checked, params, slid_below, vars};
use crate::artifact::Encoding;
use crate::export::Format;
use crate::layer::spec::{EnvironmentSpec, LintException, TargetSpec};
use crate::layer::{Fields, Reader, Sourced, UrlTemplate};
use crate::lint::{Profile, RULES, Rule, rule};
use crate::register::cookie_id;
use crate::suggest::did_you_mean;

pub(super) fn environments(reader: &mut Reader<'_>, value: &Value<'_>) -> IndexMap<Arc<str>, EnvironmentSpec> {
    let mut environments = IndexMap::new();
    let Some(table) = reader.table(value, "a table of environments: `[env.NAME]`") else { return environments };
    for (key, value) in table {
        let Some(inner) = reader.table(value, "an environment such as { base_url = \"…\", noindex = true }") else {
            continue;
        };
        let mut fields = Fields::new(inner, "an environment");
        let spec = EnvironmentSpec {
            base_url: fields.get("base_url").and_then(|value| checked(reader, value, UrlTemplate::new)),
            noindex: fields.get("noindex").and_then(|value| reader.boolean(value)),
            params: fields.get("params").map(|value| params(reader, value)).unwrap_or_default(),
            vars: fields.get("vars").map(|value| vars(reader, value)).unwrap_or_default(),
        };
        fields.finish(reader);
        environments.insert(Arc::from(&**key.get_ref()), spec);
    }
    environments
}

pub(super) fn targets(reader: &mut Reader<'_>, value: &Value<'_>) -> IndexMap<Arc<str>, TargetSpec> {
    let mut targets = IndexMap::new();
    let Some(table) = reader.table(value, "a table of targets: `[publish.NAME]`") else { return targets };
    for (key, value) in table {
        let Some(inner) = reader.table(value, "a target such as { kind = \"dir\", path = \"…\" }") else { continue };
        let header = format!("publish.{}", key.get_ref());
        for (key, _) in inner {
            slid_below(reader, key, &header);
        }
        targets.insert(Arc::from(&**key.get_ref()), TargetSpec { fields: reader.scalars(inner) });
    }
    targets
}

pub(super) fn profiles(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Vec<Profile>>> {
    words(reader, value, &Profile::WORDS, Profile::from_word)
}

pub(super) fn exports(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Vec<Format>>> {
    words(reader, value, &Format::PUBLISHED, Format::published)
}

pub(super) fn encodings(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Vec<Encoding>>> {
    words(reader, value, &Encoding::WORDS, Encoding::from_word)
}

/// A list of words, of which each has a meaning; it counts once.
fn words<T: PartialEq>(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    known: &[&str],
    meaning: fn(&str) -> Option<T>,
) -> Option<Sourced<Vec<T>>> {
    let list = reader.list(value, |reader, value| reader.word(value, known, meaning))?;
    Some(list.map(|list| {
        let meanings = list.into_iter().map(|word| word.value);
        meanings.fold(Vec::new(), |mut once, meaning| {
            if !once.contains(&meaning) {
                once.push(meaning);
            }
            once
        })
    }))
}

pub(super) fn lint_exceptions(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Arc<[LintException]>>> {
    Some(reader.list(value, lint_exception)?.map(Into::into))
}

fn lint_exception(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<LintException> {
    let table = reader.table(value, "an exception such as { rule = \"dur-missing\", reason = \"…\" }")?;
    let mut fields = Fields::new(table, "an exception");
    let written = fields.get("rule").and_then(|value| reader.text(value));
    let reason = fields.get("reason").and_then(|value| reader.text(value));
    let tenants = fields.get("tenants").and_then(|value| reader.list(value, |reader, value| reader.text(value)));
    let cookies = fields.get("cookies").and_then(|value| reader.list(value, cookie_id));
    fields.finish(reader);
    match (written, reason) {
        (Some(written), Some(reason)) if !reason.value.trim().is_empty() => Some(LintException {
            rule: known_rule(reader, &written)?,
            reason,
            tenants: tenants.map(|list| list.value).unwrap_or_default(),
            cookies: cookies.map(|list| list.value).unwrap_or_default(),
        }),
        _ => {
            reader.error("bad-value", value.span(), "an exception names its `rule` and gives its `reason`");
            None
        }
    }
}

/// The rule of an id, or an error with the nearest one.
fn known_rule(reader: &mut Reader<'_>, written: &Sourced<Arc<str>>) -> Option<Sourced<&'static Rule>> {
    let Some(rule) = rule(&written.value) else {
        let near = did_you_mean(&written.value, RULES.iter().map(|rule| rule.id));
        let hint = near.or_else(|| Some("docs/rules.md lists the rules".into()));
        let message = format!("there is no rule `{}`", written.value);
        reader.error_with_hint("unknown-rule", written.origin.span, (message, hint));
        return None;
    };
    Some(Sourced { value: rule, origin: written.origin })
}
