//! Findings as SARIF 2.1.0, for platforms that show them beside the code: one run, with the rules that were broken.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantry_builder::report::{AllowedFinding, Finding, Report};
use tenantry_core::diagnostic::Subject;
use tenantry_core::lint::{Rule, rule};
use tenantry_core::path::in_address;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Where the rules are listed, seen from the repository.
const HELP: &str = "docs/rules.md";

/// The report of a check.
pub fn report(report: &Report) -> String {
    let broken = report.findings.iter().chain(report.allowed.iter().map(|allowed| &allowed.finding));
    let codes: BTreeSet<&str> = broken.map(|finding| &*finding.diagnostic.code).collect();
    let rules: Vec<Value> = codes.into_iter().map(|code| descriptor(code, rule(code))).collect();
    let told = report.findings.iter().map(|finding| result(finding, None));
    let allowed = report.allowed.iter().map(|AllowedFinding { finding, reason }| result(finding, Some(reason)));
    let results: Vec<Value> = told.chain(allowed).collect();
    let profiles: Vec<&str> = report.profiles.iter().map(|profile| profile.as_str()).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "tenantry", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "WORKSPACE": { "description": { "text": "the folder of the workspace" } } },
            "properties": { "profiles": profiles, "disclaimer": "not legal advice" },
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn descriptor(code: &str, rule: Option<&Rule>) -> Value {
    let Some(rule) = rule else { return json!({ "id": code }) };
    json!({
        "id": code,
        "shortDescription": { "text": rule.says },
        "help": { "text": format!("{}: {HELP}", rule.reference) },
        "defaultConfiguration": { "level": rule.severity.as_str() },
        "properties": {
            "reference": rule.reference.text,
            "date": rule.reference.date,
            "certainty": rule.reference.certainty.as_str(),
            "profiles": rule.profiles.iter().map(|profile| profile.as_str()).collect::<Vec<_>>(),
        },
    })
}

fn result(finding: &Finding, allowed: Option<&str>) -> Value {
    let diagnostic = &finding.diagnostic;
    let text = match &diagnostic.hint {
        Some(hint) => format!("{}; {hint}", diagnostic.message),
        None => diagnostic.message.to_string(),
    };
    let mut result = json!({
        "ruleId": diagnostic.code,
        "level": diagnostic.severity.as_str(),
        "message": { "text": text },
        "locations": locations(&diagnostic.subject),
        "properties": { "tenants": finding.tenants, "examples": finding.examples },
    });
    if let Some(reason) = allowed {
        result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
    }
    result
}

fn locations(subject: &Subject) -> Value {
    let (file, region) = match subject {
        Subject::Place(place) => {
            let start = place.position();
            let end = place.source.position(place.span.end as usize);
            let region = json!({
                "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
            });
            (place.source.path().as_str(), Some(region))
        }
        Subject::File(file) => (&**file, None),
        Subject::Run => return json!([]),
    };
    let mut location = json!({ "artifactLocation": { "uri": in_address(file), "uriBaseId": "WORKSPACE" } });
    if let Some(region) = region {
        location["region"] = region;
    }
    json!([{ "physicalLocation": location }])
}
