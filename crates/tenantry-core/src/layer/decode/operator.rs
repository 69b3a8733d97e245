//! `env`, `publish`, `lint_allow`: what operators set.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Value, checked, params, slid_below, vars};
use crate::layer::spec::{EnvironmentSpec, LintException, TargetSpec};
use crate::layer::{Fields, Reader, UrlTemplate};

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

pub(super) fn lint_exception(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<LintException> {
    let table = reader.table(value, "an exception such as { rule = \"dur-missing\", reason = \"…\" }")?;
    let mut fields = Fields::new(table, "an exception");
    let rule = fields.get("rule").and_then(|value| reader.text(value));
    let reason = fields.get("reason").and_then(|value| reader.text(value));
    fields.finish(reader);
    match (rule, reason) {
        (Some(rule), Some(reason)) if !reason.value.trim().is_empty() => Some(LintException { rule, reason }),
        _ => {
            reader.error("bad-value", value.span(), "an exception names its `rule` and gives its `reason`");
            None
        }
    }
}
