//! Tenant paths and files that must not be followed, opened, mixed up or published, or are too many or too large
//! (faults.md, section 6 B).
//!
//! Each fault costs its own tenant only: an error with its place, the last output kept, the others built. What the
//! files say is tested elsewhere.

mod limits;
mod links;
mod names;
mod paths;
mod unreadable;

use std::time::Duration;

use serde_json::Value;
use tenantry_testkit::{Outcome, PLAIN_THEME, Program, Tree, Workspace};

use crate::report::{dist, json, with_status};

/// Stands in a file outside of the tenant: it must never be in the output.
const CANARY: &str = "canary-of-another";

/// Three tenants: `alpha` and `beta` in the group `north`, and `gamma`. In memory, since some faults are thousands of
/// files.
fn fleet() -> Workspace {
    let workspace = Workspace::in_memory();
    workspace.add_text(PLAIN_THEME);
    workspace.add_text(
        r#"
        //- /sites/group.toml
        theme = "plain"
        languages = ["fr"]
        vars.word = "partout"
        //- /sites/content/index.fr.md
        +++
        title = "Accueil"
        +++
        Bonjour de {{ tenant.name }}, {{ vars.word }}
        //- /sites/north/group.toml
        vars.word = "au nord"
        //- /sites/north/alpha/site.toml
        name = "Alpha"
        base_url = "https://alpha.example.org"
        //- /sites/north/beta/site.toml
        name = "Beta"
        base_url = "https://beta.example.org"
        //- /sites/gamma/site.toml
        name = "Gamma"
        base_url = "https://gamma.example.org"
        "#,
    );
    workspace
}

/// Builds once without a fault, and gives the output.
#[track_caller]
fn built(workspace: &Workspace) -> Tree {
    let (outcome, _) = build(workspace);
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
    dist(workspace)
}

/// The same as [`check_any`], and the error has this code.
#[track_caller]
fn check(code: &str, file: &str, fault: impl FnOnce(&Workspace)) -> Value {
    let found = check_any(file, fault);
    assert_eq!(found["code"], code, "{found}");
    found
}

/// A fault of `alpha` is an error about `file`; alpha's output stays as it was, and the others are built.
#[track_caller]
fn check_any(file: &str, fault: impl FnOnce(&Workspace)) -> Value {
    check_where(|found| found == file, fault)
}

/// The same for an error about a file of which something is true.
#[track_caller]
fn check_where(is_meant: impl Fn(&str) -> bool, fault: impl FnOnce(&Workspace)) -> Value {
    let workspace = fleet();
    let before = built(&workspace);
    fault(&workspace);
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau, {{ vars.word }}\n");
    let (outcome, report) = build(&workspace);
    let about = |found: &&Value| found["severity"] == "error" && found["file"].as_str().is_some_and(&is_meant);
    let found = report["findings"].as_array().into_iter().flatten().find(about).cloned();
    let Some(found) = found else { panic!("no such error: {}", outcome.stdout) };
    assert_eq!(outcome.code, 1, "{found}");
    assert_eq!(with_status(&report, "failed"), ["alpha"], "{found}");
    let after = dist(&workspace);
    let (before, kept) = (before.below("alpha"), after.below("alpha"));
    assert_eq!(kept.difference(&before), [""; 0], "{found}");
    assert_eq!(kept.rewritten_since(&before), [""; 0], "{found}");
    for tenant in ["beta", "gamma"] {
        assert!(after.text(&format!("{tenant}/index.html")).contains("Nouveau"), "{tenant} is built despite {found}");
    }
    let leaks = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(CANARY);
    assert!(!after.entries.values().any(|entry| leaks(&entry.bytes)), "the canary is in the output");
    found
}

#[track_caller]
fn build(workspace: &Workspace) -> (Outcome, Value) {
    build_with(workspace, &[])
}

#[track_caller]
fn build_with(workspace: &Workspace, arguments: &[&str]) -> (Outcome, Value) {
    let outcome = tenantry(workspace, &["--format", "json"]).args(arguments).run();
    let report = json(&outcome);
    (outcome, report)
}

/// A build by a user whom the modes of files bind, also if the tests are run by root.
fn tenantry(workspace: &Workspace, arguments: &[&str]) -> Program {
    Program::new()
        .args(["build"])
        .args(arguments)
        .current_dir(workspace)
        .time_limit(Duration::from_secs(20))
        .bound_by_modes()
}

#[track_caller]
fn finding(report: &Value, code: &str, file: &str) -> Value {
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|found| found["code"] == code && found["file"] == file);
    let Some(found) = found else { panic!("no `{code}` about `{file}`: {findings:#?}") };
    assert_eq!(found["severity"], "error");
    found.clone()
}
