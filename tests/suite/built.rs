//! One run of `build` over a base and what a test adds to it: its findings and its pages.

use serde_json::Value;
use tenantry_testkit::{Outcome, Workspace};

use crate::report::{findings, json, run};

/// A workspace that was built once.
pub(crate) struct Built {
    pub(crate) workspace: Workspace,
    pub(crate) outcome: Outcome,
    pub(crate) report: Value,
}

impl Built {
    #[track_caller]
    pub(crate) fn new(workspace: Workspace, args: &[&str]) -> Self {
        let outcome = run(&workspace, &[&["build", "--format", "json"], args].concat());
        let report = json(&outcome);
        Self { workspace, outcome, report }
    }

    #[track_caller]
    pub(crate) fn findings(&self) -> &[Value] {
        findings(&self.report)
    }

    #[track_caller]
    pub(crate) fn is_clean(&self) {
        assert!(self.findings().is_empty() && self.outcome.code == 0, "{}", self.outcome.stdout);
    }

    /// The findings of a code.
    #[track_caller]
    pub(crate) fn all(&self, code: &str) -> Vec<Value> {
        self.findings().iter().filter(|found| found["code"] == code).cloned().collect()
    }

    /// The only finding of a code.
    #[track_caller]
    pub(crate) fn one(&self, code: &str) -> Value {
        let mut found = self.all(code);
        assert_eq!(found.len(), 1, "findings `{code}` in {}", self.outcome.stdout);
        found.remove(0)
    }

    /// The only finding, which is an error.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        assert_eq!((self.findings().len(), self.outcome.code), (1, 1), "{}", self.outcome.stdout);
        assert_eq!(self.findings()[0]["severity"], "error");
        self.findings()[0].clone()
    }

    /// What became of a tenant; nothing if it is not told.
    pub(crate) fn status(&self, tenant: &str) -> String {
        let mut tenants = self.report["tenants"].as_array().into_iter().flatten();
        let found = tenants.find(|found| found["id"] == tenant).cloned().unwrap_or_default();
        found["status"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether there is a page in this folder of the output, such as `a/en`.
    pub(crate) fn exists(&self, page: &str) -> bool {
        self.workspace.holds(&format!("dist/{page}/index.html"))
    }

    #[track_caller]
    pub(crate) fn html(&self, page: &str) -> String {
        assert!(self.exists(page), "no page `{page}`: {}", self.outcome.stdout);
        self.workspace.read(&format!("dist/{page}/index.html"))
    }
}
