//! Layers: what reading and combining promise for every file, good or bad.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use proptest::prelude::*;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::language::Lang;
use tenantry_core::layer::{Combine, Holder, LayerFile, LayerSpec, decode_settings};
use tenantry_core::path::SourcePath;
use tenantry_core::register::RegisterSpec;
use tenantry_core::source::Source;

fn decoded(text: &str, holder: Holder) -> (Option<LayerSpec>, Vec<Diagnostic>) {
    let source = Source::new(SourcePath::named("sites/a/site.toml"), text);
    let mut diagnostics = Vec::new();
    let spec = decode_settings(&source, 0, (holder, LayerFile::Settings), &mut diagnostics);
    (spec, diagnostics)
}

fn spec(text: &str) -> LayerSpec {
    let (spec, diagnostics) = decoded(text, Holder::CommandLine);
    spec.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

fn rows(register: &RegisterSpec) -> Vec<String> {
    register.tables.get("t").unwrap().effective_rows().iter().map(ToString::to_string).collect()
}

#[test]
fn scalars_are_replaced_and_tables_combine_key_by_key() {
    let group = spec("languages = [\"fr\", \"en\"]\nvars.a = \"1\"\nvars.b = { fr = \"deux\", en = \"two\" }");
    let tenant = spec("languages = [\"en\"]\nvars.b.fr = \"2\"\nvars.c = \"3\"").over(&group);
    assert_eq!(tenant.languages.unwrap().value, [Lang::ENGLISH]);
    let text = |name: &str, lang| tenant.vars.get(name).and_then(|text| text.text(lang)).map(str::to_owned);
    assert_eq!(text("a", Lang::FRENCH).as_deref(), Some("1"));
    assert_eq!(text("b", Lang::FRENCH).as_deref(), Some("2"));
    assert_eq!(text("b", Lang::ENGLISH).as_deref(), Some("two"));
    assert_eq!(text("c", Lang::ENGLISH).as_deref(), Some("3"));
}

#[test]
fn rows_are_edited_from_layer_to_layer() {
    let top = spec("table.t.rows = [\"a/1\", \"a/2\"]");
    let group = spec("table.t.drop = [\"a/1\"]\ntable.t.add = [\"a/3\"]").over(&top);
    assert_eq!(rows(&group.register), ["a/2", "a/3"]);
    let tenant = spec("table.t.drop = [\"a/3\"]\ntable.t.add = [\"a/4\"]").over(&group);
    assert_eq!(rows(&tenant.register), ["a/2", "a/4"]);
    let pinned = spec("table.t.rows = [\"a/9\"]").over(&group);
    assert_eq!(rows(&pinned.register), ["a/9"]);
}

#[test]
fn a_register_that_nobody_adds_to_is_shared() {
    let group = spec("table.t.rows = [\"a/1\"]");
    let tenant = spec("name = \"A\"").over(&group);
    assert!(Arc::ptr_eq(&tenant.register, &group.register));
}

#[test]
fn every_key_is_refused_where_it_may_not_stand() {
    for (holder, text) in [
        (Holder::Group, "name = \"A\""),
        (Holder::Tenant, "publish.x.kind = \"dir\""),
        (Holder::Tenant, "theme = \"charter\""),
        (Holder::TrustedTenant, "domains = [\"a.fr\"]"),
    ] {
        let (spec, diagnostics) = decoded(text, holder);
        assert!(spec.is_none(), "{text}");
        assert_eq!(diagnostics[0].code, "misplaced-key", "{diagnostics:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        let (spec, diagnostics) = decoded(&text, Holder::Tenant);
        prop_assert!(spec.is_some() || !diagnostics.is_empty());
    }

    #[test]
    fn any_value_of_any_key_is_read_without_a_panic(
        key in prop::sample::select(tenantry_core::layer::KEYS.iter().map(|key| key.name).collect::<Vec<_>>()),
        value in prop::sample::select(vec!["1", "\"x\"", "[]", "[1]", "{}", "{ a = 1 }", "{ a = { b = { c = 1 } } }", "true", "2026-01-01", "nan", "1e400", "99999999999999999999"]),
    ) {
        let (spec, diagnostics) = decoded(&format!("{key} = {value}"), Holder::CommandLine);
        prop_assert!(spec.is_some() || !diagnostics.is_empty());
    }
}
