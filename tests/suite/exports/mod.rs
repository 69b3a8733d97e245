//! `export` of registers: each format by its keys, what is lost, and what is refused. The consent managers themselves are
//! driven in `browser::consent`.

mod files;
mod formats;
mod published;

use serde_json::Value;
use tenantry_testkit::Workspace;

use crate::report::{json, run};

/// A tenant with cookies of every kind of name and duration, two languages, and hostile words.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
profile = ["fr"]
//- /sites/content/cookies.fr.md
+++
title = "Cookies"
updated = 2026-01-15
+++
{{ cookie_tables() }}
//- /sites/content/cookies.en.md
+++
title = "Cookies"
updated = 2026-01-15
+++
{{ cookie_tables() }}
//- /sites/a/site.toml
name = "A"
base_url = "https://www.a.example"
//- /sites/cookies.toml
provider.own.name = "A"
provider.google = { name = "Google", privacy = "https://policies.google.com/privacy" }
[cookie.own.sid]
category = "necessary"
purpose = { fr = "Garde la session </script>.", en = "Keeps the session." }
duration = "session"
[cookie.google.ga]
names = ["_ga", { prefix = "_ga_" }]
hosts = [".a.example"]
category = "analytics"
purpose = { fr = "=cmd|' /C calc'!A0", en = "Counts visits." }
duration = { is = "13 months", refresh = true }
iab = { purposes = [8], opt_out = true }
[cookie.own.draft]
kind = "local-storage"
category = "functional"
purpose = { fr = "Garde le brouillon.", en = "Keeps the draft." }
duration = "persistent"
[cookie.own.beacon]
kind = "pixel"
names = [{ regex = "b[0-9]" }]
category = "marketing"
purpose = { fr = "Compte les vues.", en = "Counts views." }
duration = "30 days"
[table.t]
title = "Cookies"
columns = ["name", "provider", "purpose", "duration"]
rows = ["own/sid", "google/ga", "own/draft", "own/beacon"]
"#;

fn workspace() -> Workspace {
    Workspace::with_theme(BASE)
}

/// Markup that says by itself that it ran.
pub(crate) const MARKUP: &str = "<img src=x onerror=\"window.pwned='1'\"> & co";

/// The same tenant, whose words are markup: names of providers, labels of categories and columns, titles and purposes.
pub(crate) fn hostile() -> Workspace {
    let quoted = format!("{MARKUP:?}");
    let cookies = BASE
        .replace("\"Google\"", &quoted)
        .replace("\"Counts visits.\"", &quoted)
        .replace("\"=cmd|' /C calc'!A0\"", &quoted)
        .replace("title = \"Cookies\"\ncolumns", &format!("title = {quoted}\nlabel.purpose = {quoted}\ncolumns"));
    Workspace::with_theme(&format!("{cookies}[category.analytics]\nis = \"analytics\"\nlabel = {quoted}\n"))
}

/// The document of an export of tenant `a`.
#[track_caller]
fn exported(workspace: &Workspace, format: &str, args: &[&str]) -> Value {
    let outcome = run(workspace, &[&["export", format, "a", "--format", "json"], args].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.transcript());
    json(&outcome)
}

/// The text of an export.
#[track_caller]
fn text(workspace: &Workspace, format: &str, args: &[&str]) -> String {
    exported(workspace, format, args)["files"][0]["text"].as_str().unwrap_or_default().to_owned()
}

/// What an export says that it lost, `cookie: what`.
#[track_caller]
fn losses(workspace: &Workspace, format: &str) -> Vec<String> {
    let exported = exported(workspace, format, &[]);
    let told = |loss: &Value| {
        format!("{}: {}", loss["cookie"].as_str().unwrap_or("-"), loss["what"].as_str().unwrap_or_default())
    };
    exported["losses"].as_array().into_iter().flatten().map(told).collect()
}

/// The first JSON of a script.
#[track_caller]
fn config(script: &str) -> Value {
    let start = script.find('{').unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(&script[start..]).into_iter::<Value>();
    values.next().and_then(Result::ok).unwrap_or_else(|| panic!("no JSON in {script}"))
}
