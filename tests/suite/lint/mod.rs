//! The rules of `check`: each found where it is broken, under the profiles that it belongs to, and allowed with a reason.
//!
//! `published` holds what section 8 of the domain guide finds in the five documents, as data of the same shapes.

mod allowed;
mod page;
mod profiles;
mod published;
mod reports;
mod rules;

use serde_json::Value;
use tenantry_testkit::Workspace;

use crate::report::{findings, json, run};

/// One tenant of a group, whose page shows all tables.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/cookies.fr.md
+++
title = "Cookies"
updated = 2026-01-01
+++
{{ cookie_tables() }}
//- /sites/a/site.toml
name = "A"
base_url = "https://a.example"
"#;

/// A table of one cookie, which breaks no rule of `core` unless a test says so.
const SOUND: &str = r#"
//- /sites/cookies.toml
provider.p.name = "P"
[cookie.p.one]
category = "necessary"
purpose = "Garde la session."
duration = "session"
[table.t]
title = "Cookies"
columns = ["name", "provider", "purpose", "duration"]
rows = ["p/one"]
"#;

/// A workspace, checked.
struct Checked {
    workspace: Workspace,
    report: Value,
    code: i32,
}

impl Checked {
    #[track_caller]
    fn new(workspace: Workspace, args: &[&str]) -> Self {
        let outcome = run(&workspace, &[&["check", "--format", "json"], args].concat());
        Self { report: json(&outcome), code: outcome.code, workspace }
    }

    /// The findings of a rule.
    fn all(&self, rule: &str) -> Vec<&Value> {
        findings(&self.report).iter().filter(|found| found["code"] == rule).collect()
    }

    /// `line severity message` of each finding of a rule.
    fn told(&self, rule: &str) -> Vec<String> {
        let told = |found: &&Value| {
            let text = |key: &str| found[key].as_str().unwrap_or_default();
            format!("{} {} {}", found["line"], text("severity"), text("message"))
        };
        self.all(rule).iter().map(told).collect()
    }

    /// The rules that are broken, each once.
    fn rules(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = findings(&self.report).iter().filter_map(|found| found["code"].as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Checks that a rule is broken, and that something of its finding is told.
    #[track_caller]
    fn finds(&self, rule: &str, words: &str) {
        let told = self.told(rule);
        assert!(told.iter().any(|told| told.contains(words)), "{rule} with {words:?}: {told:#?}\n{}", self.report);
    }

    #[track_caller]
    fn lacks(&self, rule: &str) {
        assert_eq!(self.told(rule), [""; 0], "{rule}");
    }
}

/// The base with what a test adds, checked.
#[track_caller]
fn check(text: &str, args: &[&str]) -> Checked {
    let workspace = Workspace::with_theme(BASE);
    workspace.add_text(text);
    Checked::new(workspace, args)
}

/// The sound register with something replaced, checked under every profile that is named.
#[track_caller]
fn check_sound(from: &str, to: &str, profiles: &str) -> Checked {
    assert!(SOUND.contains(from), "{from}");
    check(&SOUND.replace(from, to), &["--profile", profiles])
}
