//! `cookies.json`: the register for machines, which loses nothing of what layers say.

use serde_json::{Value, json};
use tenantry_core::schema::FileKind;

use super::build;

const REGISTER: &str = r#"
//- /sites/cookies.toml
[provider.p]
name = { fr = "Pé", en = "Pee" }
privacy = "https://p.example/privacy"
country = "FR"
[category]
mesure = { is = "analytics", label = { fr = "Mesure", en = "Measure" } }
[cookie.p.seen]
names = ["seen", { prefix = "_ga_" }]
hosts = [".portal.example"]
category = "mesure"
role = "audience"
purpose = { fr = "Compter <b>", en = "Counts" }
duration = { is = "13 months", bound = true, source = "docs", verified = true, refresh = false }
data_retention = "25 months"
consent = { required = true, basis = "consent", assessed = 2026-01-15 }
iab = { purposes = [1, 8], opt_out = false }
third_party_access = ["p"]
cell.link = { fr = "voir", en = "see" }
[cookie.p.visit]
purpose = "x"
duration = "session"
[cookie.p.places]
purpose = "x"
duration = { by = { EEA = "13 months", other = "session" } }
[table.t]
title = { fr = "Table", en = "Table" }
columns = ["name", "purpose"]
rows = ["p/seen", "p/visit", "p/places"]
[table.u]
title = { fr = "Autre", en = "Other" }
columns = ["name"]
rows = ["p/seen"]
//- /sites/content/cookies.fr.md
+++
title = "Cookies"
updated = 2026-02-03
+++
{{ include("tables") }}
//- /sites/content/cookies.en.md
+++
title = "Cookies"
updated = 2026-02-01
+++
{{ cookie_tables() }}
//- /sites/content/_parts/tables.fr.md
{{ cookie_tables() }}
"#;

fn register(files: &[&str], tenant: &str) -> Value {
    let built = build(files, &[]);
    serde_json::from_str(&built.file(&format!("{tenant}/cookies.json"))).unwrap()
}

#[test]
fn the_head_says_whose_register_it_is() {
    let register = register(&[REGISTER], "portal");
    assert_eq!(register["format"], 1);
    assert_eq!(register["tenant"], json!({ "id": "portal", "name": "Portal" }));
    assert_eq!(register["base_url"], "https://portal.example/legal/");
    assert_eq!(register["covers"], json!(["https://portal.example/legal"]));
    assert_eq!(register["languages"], json!(["fr", "en"]));
    // The newest page that shows a table, by way of a part; the home page has no table.
    assert_eq!(register["updated"], "2026-02-03");
}

#[test]
fn nothing_of_a_cookie_is_lost() {
    let register = register(&[REGISTER], "portal");
    let cookies = register["register"]["cookies"].as_array().unwrap();
    assert_eq!(cookies.len(), 3, "a cookie of two tables stands once");
    assert_eq!(
        cookies[0],
        json!({
            "id": "p/seen",
            "names": [{ "exact": "seen" }, { "prefix": "_ga_" }],
            "hosts": [".portal.example"],
            "provider": {
                "id": "p", "name": { "fr": "Pé", "en": "Pee" }, "privacy": "https://p.example/privacy", "country": "FR"
            },
            "category": { "is": "analytics", "label": { "fr": "Mesure", "en": "Measure" } },
            "kind": "http",
            "party": "first",
            "purpose": { "fr": "Compter <b>", "en": "Counts" },
            "duration": {
                "kind": "amount", "iso8601": "P13M", "seconds": 34_164_000, "up_to": true,
                "text": { "fr": "jusqu'à 13 mois", "en": "up to 13 months" },
                "source": "docs", "verified": true, "refresh": false
            },
            "data_retention": "P25M",
            "cells": { "link": { "fr": "voir", "en": "see" } },
            "role": "audience",
            "consent": { "required": true, "basis": "consent", "assessed": "2026-01-15" },
            "iab": { "purposes": [1, 8], "opt_out": false },
            "third_party_access": ["p"]
        })
    );
    assert_eq!(cookies[1]["duration"]["kind"], "session");
    assert_eq!(cookies[2]["duration"]["places"], json!({ "EEA": "P13M", "other": "session" }));
}

/// What does not depend on the tenant is the same for all; whose cookie it is does.
#[test]
fn the_party_is_seen_from_each_tenant() {
    let party = |tenant: &str| register(&[REGISTER], tenant)["register"]["cookies"][0]["party"].clone();
    assert_eq!((party("portal"), party("stranger")), ("first".into(), "third".into()));
}

#[test]
fn the_digest_changes_with_the_register_and_not_with_the_tenant() {
    let said = REGISTER.replace("hosts = [\".portal.example\"]\n", "");
    let digest = |files: &[&str], tenant: &str| register(files, tenant)["digest"].as_str().unwrap().to_owned();
    let first = digest(&[&said], "portal");
    assert_eq!(first, digest(&[&said], "stranger"));
    assert_ne!(first, digest(&[&said.replace("13 months", "12 months")], "portal"));
}

/// What sites publish is what the schema says, the five tenants' own and one with every field.
#[test]
fn every_register_fits_the_schema() {
    let schema = serde_json::from_str(&tenantry_core::schema::text(FileKind::Register)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let check = |text: &str| {
        let register: Value = serde_json::from_str(text).unwrap();
        let complaints: Vec<String> = validator.iter_errors(&register).map(|error| error.to_string()).collect();
        assert_eq!(complaints, [""; 0], "{text}");
        register
    };
    let mut register = check(&build(&[REGISTER], &[]).file("portal/cookies.json"));
    let five = super::assets::built();
    let published: Vec<&str> = five.paths().into_iter().filter(|path| path.ends_with("/cookies.json")).collect();
    assert_eq!(published.len(), 5);
    published.into_iter().for_each(|path| drop(check(five.text(path))));
    register["register"]["cookies"][0]["kind"] = "biscuit".into();
    assert!(!validator.is_valid(&register));
}

#[test]
fn a_site_without_cookies_says_so() {
    let register = register(&[], "portal");
    assert_eq!((&register["register"], &register["updated"]), (&json!({ "tables": [], "cookies": [] }), &Value::Null));
}

/// Row 80: the file may be put into the script of a page as it is, and reads as it was written.
#[test]
fn fault_080_text_that_would_end_a_script_is_only_text_in_json() {
    let hostile = REGISTER.replace("Compter <b>", "</script>\u{2028}\u{2029}<!-- \\\\u0000 \\\\<");
    let built = build(&[&hostile], &[]);
    let text = built.file("portal/cookies.json");
    assert!(!text.contains(['<', '\u{2028}', '\u{2029}']), "{text}");
    let register: Value = serde_json::from_str(&text).unwrap();
    let purpose = "</script>\u{2028}\u{2029}<!-- \\u0000 \\<";
    assert_eq!(register["register"]["cookies"][0]["purpose"]["fr"], purpose);
}
