//! Built sites in real Chromium, by keyboard, under axe-core and the Nu HTML checker.
//!
//! What a page is judged by is said in `tests/browser`, and `control` shows that each fault is seen. What the pages
//! say is tested elsewhere.

mod arabic;
mod consent;
mod control;
mod documents;
mod hostile;
mod pages;

use std::path::Path;

use serde_json::{Value, json};
use tenantry_testkit::{Browser, Program, Workspace};

use crate::repository::root;

/// The browser, or the end of the test with the command that installs it.
#[track_caller]
fn browser() -> Browser {
    Browser::find(root()).unwrap_or_else(|message| panic!("{message}"))
}

/// The tenants of the repository, built.
#[track_caller]
fn five_tenants() -> Workspace {
    let folder = Workspace::empty();
    let out = folder.at("dist").into_os_string();
    let args = ["build".into(), "--workspace".into(), root().as_os_str().to_owned(), "--out".into(), out];
    let outcome = Program::new().args(args).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    folder
}

/// A page for the browser: of the site in `folder`, published at `base`.
fn page(folder: &Path, base: &str, path: &str) -> Value {
    let tenant = folder.file_name().unwrap_or_default().to_string_lossy();
    json!({ "folder": folder, "base": base, "path": path, "name": format!("{tenant}{path}") })
}

/// Visits pages in these settings, in all four if none is given, and gives what is wrong, a line each.
#[track_caller]
fn visit(pages: &[Value], settings: &[&str]) -> Vec<String> {
    let mut job = json!({ "task": "visit", "pages": pages });
    if !settings.is_empty() {
        job["settings"] = json!(settings);
    }
    let outcome = browser().run(&job.to_string());
    let Ok(Value::Array(findings)) = serde_json::from_str(&outcome.stdout) else {
        panic!("the browser failed: {}", outcome.transcript());
    };
    findings.iter().map(line).collect()
}

/// `artisanat/cookies/ [320 dark] axe: …`
fn line(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    format!("{} [{}] {}: {}", text("page"), text("setting"), text("kind"), text("what"))
}
