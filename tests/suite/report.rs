//! Runs of the program in a workspace, and the report that a run with `--format json` prints.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// How long a run of these small workspaces may take.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A run of `build --format json`, read.
pub(crate) struct Report {
    pub(crate) code: i32,
    /// `severity code file:line:column: message [hint]`
    pub(crate) findings: Vec<String>,
    pub(crate) document: Value,
    pub(crate) outcome: Outcome,
}

impl Report {
    /// The errors, without that word.
    pub(crate) fn errors(&self) -> Vec<&str> {
        self.findings.iter().filter_map(|finding| finding.strip_prefix("error ")).collect()
    }

    /// Checks that these are all the errors: each by its code and place, and by words of its message or hint.
    #[track_caller]
    pub(crate) fn expect(&self, expected: &[(&str, &str)]) {
        let errors = self.errors();
        let fits = |error: &&str, (start, words): &(&str, &str)| {
            let start_fits = if start.starts_with(' ') { error.contains(start) } else { error.starts_with(start) };
            start_fits && error.contains(words)
        };
        let all =
            errors.len() == expected.len() && errors.iter().zip(expected).all(|(error, wanted)| fits(error, wanted));
        assert!(all, "expected {expected:?}, found {errors:#?}\n{}", self.outcome.stderr);
    }

    /// Checks that there is such a finding among others.
    #[track_caller]
    pub(crate) fn finds(&self, start: &str, words: &str) {
        let found = self.findings.iter().any(|finding| finding.starts_with(start) && finding.contains(words));
        assert!(found, "expected {start:?} with {words:?}, found {:#?}", self.findings);
    }

    /// Checks that an error or a warning stands at this place, and that the sound tenant is built.
    #[track_caller]
    pub(crate) fn tells(&self, place: &str) {
        let told = self.findings.iter().any(|finding| finding.contains(place) && !finding.starts_with("note "));
        assert!(told && self.status("good") == "built", "nothing is told at {place}: {:#?}", self.findings);
    }

    /// What became of a tenant.
    pub(crate) fn status(&self, id: &str) -> &str {
        let mut tenants = self.document["tenants"].as_array().into_iter().flatten();
        tenants.find(|tenant| tenant["id"] == id).and_then(|tenant| tenant["status"].as_str()).unwrap_or("absent")
    }
}

/// Builds, and reads what is told.
#[track_caller]
pub(crate) fn build(workspace: &Workspace) -> Report {
    build_with(workspace, &[])
}

/// The same with more arguments.
#[track_caller]
pub(crate) fn build_with(workspace: &Workspace, args: &[&str]) -> Report {
    let outcome = run(workspace, &[&["build", "--format", "json"], args].concat());
    let document = json(&outcome);
    let findings = findings(&document).iter().map(line).collect();
    Report { code: outcome.code, findings, document, outcome }
}

/// Runs the program, and gives the report of a run that ended with this code.
#[track_caller]
pub(crate) fn ending(workspace: &Workspace, args: &[&str], code: i32) -> Value {
    let outcome = run(workspace, &[args, &["--format", "json"]].concat());
    assert_eq!(outcome.code, code, "{}{}", outcome.stdout, outcome.stderr);
    json(&outcome)
}

/// Runs the program in a workspace.
#[track_caller]
pub(crate) fn run(workspace: &Workspace, args: &[&str]) -> Outcome {
    Program::new().args(args).current_dir(workspace).time_limit(TIME_LIMIT).run()
}

/// What the program printed, which is JSON.
#[track_caller]
pub(crate) fn json(outcome: &Outcome) -> Value {
    let document = serde_json::from_str(&outcome.stdout);
    document.unwrap_or_else(|error| panic!("{error}: {}", outcome.transcript()))
}

/// The output of a workspace.
#[track_caller]
pub(crate) fn dist(workspace: &Workspace) -> Tree {
    Tree::read(workspace.at("dist"))
}

/// The findings of a report.
#[track_caller]
pub(crate) fn findings(report: &Value) -> &[Value] {
    report["findings"].as_array().unwrap_or_else(|| panic!("no findings in {report}"))
}

/// The ids of the tenants that ended so, sorted.
#[track_caller]
pub(crate) fn with_status(report: &Value, status: &str) -> Vec<String> {
    let tenants = report["tenants"].as_array().unwrap_or_else(|| panic!("no tenants in {report}"));
    let ended = tenants.iter().filter(|tenant| tenant["status"] == status);
    let ids: BTreeSet<&str> = ended.filter_map(|tenant| tenant["id"].as_str()).collect();
    ids.into_iter().map(str::to_owned).collect()
}

/// `file:line:column` of a finding.
pub(crate) fn place(finding: &Value) -> String {
    format!("{}:{}:{}", finding["file"].as_str().unwrap_or_default(), finding["line"], finding["column"])
}

pub(crate) fn message(finding: &Value) -> &str {
    finding["message"].as_str().unwrap_or_default()
}

pub(crate) fn hint(finding: &Value) -> &str {
    finding["hint"].as_str().unwrap_or_default()
}

/// A finding in one line.
fn line(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let place: String =
        ["line", "column"].iter().filter_map(|key| Some(format!(":{}", finding[*key].as_u64()?))).collect();
    format!("{} {} {}{place}: {} [{}]", text("severity"), text("code"), text("file"), message(finding), hint(finding))
}
