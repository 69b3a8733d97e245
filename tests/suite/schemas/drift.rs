//! The schemas and the program say the same: the keys of every table, the words of every list, the types of values.
//!
//! The schemas are walked, and for each place in them a document is made that both judge. The program tells the keys and
//! words that it knows in its messages. What the strings of a theme may be is tested in `files`.

use std::sync::Arc;

use serde_json::Value;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::layer::{Holder, KEYS, LayerFile, Owner, decode_settings};
use tenantry_core::path::SourcePath;
use tenantry_core::schema::{FileKind, text};
use tenantry_core::source::Source;
use tenantry_core::theme::{decode_theme, settle_declarations};

use super::{complaints, validator};

/// The kinds of files whose tables have fixed keys.
const KINDS: [FileKind; 4] = [FileKind::Site, FileKind::Group, FileKind::Cookies, FileKind::Theme];

/// A key that no table has, that is no id and no language.
const WRONG: &str = "qqqqéqqqq";

#[test]
fn the_keys_at_the_top_are_those_of_the_code() {
    for kind in &KINDS[..3] {
        let holds = |owner: Owner| match kind {
            FileKind::Site => owner != Owner::Group,
            _ => owner != Owner::Tenant,
        };
        let mine = KEYS.iter().filter(|key| key.register || (*kind != FileKind::Cookies && holds(key.owner)));
        let expected: Vec<&str> = mine.map(|key| key.name).collect();
        assert_eq!(keys_of(&schema(*kind)), expected, "{kind:?}");
        for key in expected {
            let codes = codes(*kind, &document(*kind, &[Step::key(key)], toml::Value::Integer(1)));
            let refused = codes.iter().any(|code| matches!(code.as_str(), "unknown-key" | "misplaced-key"));
            assert!(!refused, "{kind:?}: {key}: {codes:?}");
        }
        for key in KEYS.iter().filter(|key| !keys_of(&schema(*kind)).contains(&key.name.to_owned())) {
            let codes = codes(*kind, &format!("{} = 1", key.name));
            assert_eq!(codes[0], "misplaced-key", "{kind:?}: {}", key.name);
        }
    }
}

#[test]
fn every_closed_table_has_the_keys_that_the_program_knows() {
    let mut tables = 0;
    for kind in KINDS {
        let validator = validator(kind);
        for place in places(kind).iter().filter(|place| place.schema["additionalProperties"] == Value::Bool(false)) {
            let mut path = place.path.clone();
            path.push(Step::key(WRONG));
            let document = document(kind, &path, toml::Value::Integer(1));
            let found = decode(kind, &document);
            assert!(found.iter().any(Diagnostic::is_error), "{kind:?}: the program takes\n{document}");
            assert!(!complaints(&validator, &document).is_empty(), "{kind:?}: the schema takes\n{document}");
            if !place.path.is_empty() && place.schema.get("properties").is_some() {
                let mut known = known_words(&found);
                let mut keys = keys_of(&place.schema);
                known.sort();
                keys.sort();
                assert_eq!(keys, known, "{kind:?}:\n{document}");
                tables += 1;
            }
        }
    }
    assert!(tables > 30, "{tables}");
}

#[test]
fn every_closed_list_has_the_words_that_the_program_knows() {
    let mut lists = 0;
    for kind in KINDS {
        for place in places(kind) {
            let Some(words) = place.schema["enum"].as_array() else { continue };
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            let document = document(kind, &place.path, WRONG.into());
            assert_eq!(words, known_words(&decode(kind, &document)), "{kind:?}:\n{document}");
            for word in words {
                let document = self::document(kind, &place.path, word.into());
                let complains = codes(kind, &document).iter().any(|code| code.starts_with("unknown"));
                assert!(!complains, "{kind:?}:\n{document}");
            }
            lists += 1;
        }
    }
    assert!(lists > 10, "{lists}");
}

/// What the program takes, the schema takes; a value of a wrong kind is refused by both.
#[test]
fn the_types_of_values_are_those_of_the_program() {
    let mut judged = 0;
    for kind in KINDS {
        let validator = validator(kind);
        for place in places(kind).iter().filter(|place| !place.path.is_empty()) {
            for (value, is_date) in samples(&place.schema) {
                let document = document(kind, &place.path, value);
                let found = decode(kind, &document);
                let complaints = complaints(&validator, &document);
                if !found.iter().any(Diagnostic::is_error) {
                    assert_eq!(complaints, [""; 0], "{kind:?}: the program takes\n{document}");
                    judged += 1;
                }
                // To a schema a date is a string.
                if found.iter().any(|problem| problem.code == "wrong-type") && !is_date {
                    assert!(!complaints.is_empty(), "{kind:?}: the program refuses\n{document}");
                    judged += 1;
                }
            }
        }
    }
    assert!(judged > 2000, "{judged}");
}

#[test]
fn examples_are_valid() {
    for kind in KINDS {
        let validator = validator(kind);
        for place in places(kind) {
            for example in place.schema["examples"].as_array().into_iter().flatten() {
                let as_date = example.as_str().and_then(|text| text.parse().ok()).map(toml::Value::Datetime);
                let value = as_date.unwrap_or_else(|| toml::Value::try_from(example).unwrap());
                let document = document(kind, &place.path, value);
                let codes = codes(kind, &document);
                let supported = codes.iter().all(|code| *code == "not-supported-yet");
                assert!(supported, "{kind:?}: {codes:?}\n{document}");
                assert_eq!(complaints(&validator, &document), [""; 0], "{kind:?}:\n{document}");
            }
        }
    }
}

#[test]
fn keys_that_slid_below_a_header_are_refused() {
    for key in KEYS {
        for table in ["vars", "params", "publish.web", "env.staging.vars", "env.staging.params"] {
            let document = format!("{table}.{} = \"fr\"\n", key.name);
            assert_eq!(codes(FileKind::Group, &document), ["misplaced-key"], "{document}");
            assert_eq!(complaints(&validator(FileKind::Group), &document).len(), 1, "{document}");
        }
    }
}

/// A step on the way from the top of a document to a value.
#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Item,
}

impl Step {
    fn key(key: &str) -> Step {
        Step::Key(key.to_owned())
    }
}

/// A place in documents of a kind, and what the schema says of it.
struct Place {
    path: Vec<Step>,
    schema: Value,
}

fn schema(kind: FileKind) -> Value {
    serde_json::from_str(&text(kind)).unwrap()
}

/// Every place that the schema speaks of. Of the free keys of a table one stands for all.
fn places(kind: FileKind) -> Vec<Place> {
    let root = schema(kind);
    let mut places = vec![Place { path: Vec::new(), schema: root.clone() }];
    let mut next = 0;
    while let Some(Place { path, schema }) = places.get(next) {
        let mut inner: Vec<(Step, Value)> = Vec::new();
        let properties = schema["properties"].as_object().into_iter().flatten();
        inner.extend(properties.map(|(key, schema)| (Step::key(key), schema.clone())));
        let patterns = schema["patternProperties"].as_object().into_iter().flatten();
        inner.extend(patterns.map(|(_, schema)| (Step::key("fr"), schema.clone())));
        let free = Some(&schema["additionalProperties"]).filter(|free| free.is_object());
        inner.extend(free.map(|schema| (Step::key("sample"), schema.clone())));
        inner.extend(Some(&schema["items"]).filter(|items| items.is_object()).map(|items| (Step::Item, items.clone())));
        let path = path.clone();
        for (step, schema) in inner {
            let path = [path.as_slice(), &[step]].concat();
            places.push(Place { path, schema: resolved(&schema, &root) });
        }
        next += 1;
    }
    places
}

/// A schema, or what it refers to.
fn resolved(schema: &Value, root: &Value) -> Value {
    match schema["$ref"].as_str() {
        Some(to) => root.pointer(to.trim_start_matches('#')).unwrap().clone(),
        None => schema.clone(),
    }
}

/// A document with a value at a place, and with what has to stand beside it.
fn document(kind: FileKind, path: &[Step], value: toml::Value) -> String {
    let mut value = value;
    for (depth, step) in path.iter().enumerate().rev() {
        value = match step {
            Step::Item => toml::Value::Array(vec![value]),
            Step::Key(key) => {
                let mut table = toml::Table::new();
                let beside: &[(&str, &str)] = match (kind, depth) {
                    (FileKind::Site, 0) => &[("name", "A"), ("base_url", "https://a.example")],
                    (FileKind::Theme, 2) => &[("type", "text")],
                    _ if key == "title" && matches!(path[depth.saturating_sub(1)], Step::Item) => {
                        &[("url", "https://a.example")]
                    }
                    _ if key == "rule" => &[("reason", "x")],
                    _ if key == "reason" => &[("rule", "x")],
                    _ => &[],
                };
                table.extend(beside.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())));
                table.insert(key.clone(), value);
                toml::Value::Table(table)
            }
        };
    }
    toml::to_string(&value).unwrap()
}

/// Values of every kind, each with whether a date is in it.
fn samples(schema: &Value) -> Vec<(toml::Value, bool)> {
    let table = |value: toml::Value| toml::Value::Table([("fr".to_owned(), value)].into_iter().collect());
    let date = toml::Value::Datetime("2026-11-20".parse().unwrap());
    let time = toml::Value::Datetime("2026-11-20T10:00:00".parse().unwrap());
    let mut plain: Vec<toml::Value> = vec![
        "fr".into(),
        "zgh-Tfng-419".into(),
        "".into(),
        "a b\nc".into(),
        "#FFF".into(),
        "static/x.svg".into(),
        "https://a.example/b/".into(),
        1.into(),
        1.5.into(),
        true.into(),
        false.into(),
        toml::Value::Array(Vec::new()),
        toml::Value::Table(toml::Table::new()),
    ];
    plain
        .extend(schema["examples"].as_array().into_iter().flatten().map(|value| toml::Value::try_from(value).unwrap()));
    let nested: Vec<toml::Value> =
        plain.iter().flat_map(|value| [table(value.clone()), vec![value.clone()].into()]).collect();
    let dates = [date.clone(), time, table(date.clone()), vec![date].into()];
    let quoted = |value: &toml::Value| value.as_str().is_some_and(|text| text.parse::<toml::value::Datetime>().is_ok());
    let plain = plain.into_iter().chain(nested).map(|value| (quoted(&value), value)).map(|(date, value)| (value, date));
    plain.chain(dates.map(|value| (value, true))).collect()
}

/// What the program finds in a file.
fn decode(kind: FileKind, text: &str) -> Vec<Diagnostic> {
    let source: Arc<Source> = Source::new(SourcePath::named(kind.files()), text);
    let mut found = Vec::new();
    let holder = match kind {
        FileKind::Site => (Holder::TrustedTenant, LayerFile::Settings),
        FileKind::Cookies => (Holder::Group, LayerFile::Cookies),
        _ => (Holder::Group, LayerFile::Settings),
    };
    if kind == FileKind::Theme {
        if let Some(theme) = decode_theme(&source, &mut found) {
            settle_declarations(&[(&theme, &source)], &mut found);
        }
    } else {
        decode_settings(&source, 0, holder, &mut found);
    }
    found
}

fn codes(kind: FileKind, text: &str) -> Vec<String> {
    decode(kind, text).into_iter().map(|problem| problem.code.into_owned()).collect()
}

fn keys_of(schema: &Value) -> Vec<String> {
    schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

/// The keys or words that the program says it knows.
fn known_words(found: &[Diagnostic]) -> Vec<String> {
    let said = found.iter().flat_map(|problem| [Some(&*problem.message), problem.hint.as_deref()]).flatten();
    let lists = ["expected one of ", "known here: "];
    let list = said.filter_map(|text| lists.iter().find_map(|head| text.split_once(head))).next();
    list.map(|(_, list)| list.split(", ").map(str::to_owned).collect()).unwrap_or_default()
}
