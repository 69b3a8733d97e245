//! Reports for machines: one JSON document, `docs/json.md` describes it. Its `format` number changes with its meaning.

use serde::Serialize;
use tenantry_builder::report::{Finding, Report, Status, TenantReport};
use tenantry_core::diagnostic::{Diagnostic, Severity, Subject};
use tenantry_core::lint::{Profile, Reference, rule};
use tenantry_core::source::Place;

use crate::exit::Exit;

/// The number of the format.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'d, S: Serialize> {
    format: u32,
    command: &'d str,
    ok: bool,
    #[serde(flatten)]
    content: S,
}

#[derive(Serialize)]
struct Run<'d> {
    summary: Summary,
    tenants: &'d [TenantReport],
    findings: Vec<FindingView<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<RulesView<'d>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    vanished: &'d [String],
}

#[derive(Serialize)]
struct Summary {
    tenants: usize,
    failed: usize,
    pages: usize,
    files: usize,
    written: usize,
    same: usize,
    removed: usize,
    bytes: u64,
    errors: usize,
    warnings: usize,
    interrupted: bool,
}

#[derive(Serialize)]
struct FindingView<'d> {
    severity: &'static str,
    code: &'d str,
    message: &'d str,
    #[serde(flatten)]
    place: PlaceView<'d>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedView<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<ReferenceView>,
    tenants: usize,
    examples: &'d [tenantry_core::name::TenantId],
}

/// What a check judged by, and what layers allow.
#[derive(Serialize)]
struct RulesView<'d> {
    profiles: Vec<&'static str>,
    disclaimer: &'static str,
    allowed: Vec<AllowedView<'d>>,
}

#[derive(Serialize)]
struct AllowedView<'d> {
    reason: &'d str,
    #[serde(flatten)]
    finding: FindingView<'d>,
}

/// What a rule rests on.
#[derive(Serialize)]
struct ReferenceView {
    text: &'static str,
    date: &'static str,
    certainty: &'static str,
}

#[derive(Serialize)]
struct RelatedView<'d> {
    message: &'d str,
    #[serde(flatten)]
    place: PlaceView<'d>,
}

#[derive(Serialize, Default)]
struct PlaceView<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl<'d> From<&'d Place> for PlaceView<'d> {
    fn from(place: &'d Place) -> Self {
        let position = place.position();
        PlaceView { file: Some(place.source.path().as_str()), line: Some(position.line), column: Some(position.column) }
    }
}

impl<'d> From<&'d Finding> for FindingView<'d> {
    fn from(finding: &'d Finding) -> Self {
        let Diagnostic { severity, code, message, subject, related, hint, confidential: _, cookie: _ } =
            &finding.diagnostic;
        let place = match subject {
            Subject::Place(place) => place.into(),
            Subject::File(file) => PlaceView { file: Some(file), ..PlaceView::default() },
            Subject::Run => PlaceView::default(),
        };
        FindingView {
            severity: severity.as_str(),
            code,
            message,
            place,
            related: related.iter().map(|(place, message)| RelatedView { message, place: place.into() }).collect(),
            hint: hint.as_deref(),
            reference: rule(code).map(|rule| {
                let Reference { text, date, certainty } = rule.reference;
                ReferenceView { text, date, certainty: certainty.as_str() }
            }),
            tenants: finding.tenants,
            examples: &finding.examples,
        }
    }
}

/// A run.
pub fn run(command: &str, report: &Report, outcome: Outcome) -> String {
    let summary = Summary {
        tenants: report.tenants.len(),
        failed: report.tenants_with(Status::Failed),
        pages: report.sum(|tenant| tenant.pages),
        files: report.sum(|tenant| tenant.files),
        written: report.sum(|tenant| tenant.written),
        same: report.sum(|tenant| tenant.same),
        removed: report.sum(|tenant| tenant.removed) + report.pruned_files,
        bytes: report.tenants.iter().map(|tenant| tenant.bytes).sum(),
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        interrupted: report.interrupted,
    };
    let findings = report.findings.iter().map(FindingView::from).collect();
    let rules = (command == "check").then(|| rules(report));
    let content = Run { summary, tenants: &report.tenants, findings, rules, vanished: &report.vanished };
    document(command, outcome, content)
}

fn rules(report: &Report) -> RulesView<'_> {
    let allowed = report.allowed.iter();
    RulesView {
        profiles: report.profiles.iter().map(Profile::as_str).collect(),
        disclaimer: "not legal advice",
        allowed: allowed.map(|it| AllowedView { reason: &it.reason, finding: (&it.finding).into() }).collect(),
    }
}

/// A run that could not go on.
pub fn stop(command: &str, message: &str, hint: Option<&str>) -> String {
    #[derive(Serialize)]
    struct Stopped<'d> {
        error: &'d str,
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<&'d str>,
    }
    document(command, Outcome::Errors, Stopped { error: message, hint })
}

/// Whether all is well, as the exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is.
    Ok,
    /// Something has errors.
    Errors,
}

impl From<Exit> for Outcome {
    fn from(exit: Exit) -> Outcome {
        if exit == Exit::Success { Outcome::Ok } else { Outcome::Errors }
    }
}

/// Findings, as they stand in a document.
pub fn findings(findings: &[Finding]) -> impl Serialize + '_ {
    findings.iter().map(FindingView::from).collect::<Vec<_>>()
}

/// Something else that a command gives.
pub fn document(command: &str, outcome: Outcome, content: impl Serialize) -> String {
    let document = Document { format: FORMAT, command, ok: outcome == Outcome::Ok, content };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
