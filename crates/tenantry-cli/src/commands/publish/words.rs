//! Plans and reports of publishing, for people and for machines.

use std::borrow::Cow;

use serde::Serialize;
use tenantry_builder::report::{Finding, Findings};
use tenantry_core::diagnostic::{Diagnostic, Subject};
use tenantry_core::name::TenantId;
use tenantry_publisher::plan::{Action, Plan, Refusal, Standing, TenantPlan, Totals};
use tenantry_publisher::run::{Report, Status, TenantReport};

use crate::arguments::Global;
use crate::commands::publish::Fleet;
use crate::display::count;
use crate::exit::Exit;
use crate::json;
use crate::terminal::{self, Stream};

/// What every document says.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Told<'t> {
    pub(in crate::commands) command: &'t str,
    pub(in crate::commands) target: &'t str,
    pub(in crate::commands) code: Exit,
}

/// What forbade something, the same of several tenants once.
pub(in crate::commands) fn findings_of(reports: &[TenantReport]) -> Vec<Finding> {
    let mut findings = Findings::default();
    for report in reports {
        let problem = report.problem.iter().map(finding);
        let differs = report
            .differences
            .iter()
            .map(|difference| Diagnostic::error("not-as-published", &*difference.problem).about(&difference.address));
        findings.add(&TenantId::stand_in(&report.tenant), problem.chain(differs).collect());
    }
    named(findings)
}

/// The same of a plan.
pub(super) fn refusals_of(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (tenant, problem) in plan.tenants.iter().filter_map(|plan| Some((&plan.tenant, plan.refusal.as_ref()?))) {
        findings.add(&TenantId::stand_in(tenant), vec![finding(problem)]);
    }
    named(findings)
}

/// What befell a single tenant names it.
fn named(findings: Findings) -> Vec<Finding> {
    let (mut findings, _) = findings.finish();
    for finding in findings.iter_mut().filter(|finding| finding.diagnostic.subject == Subject::Run) {
        if let ([only], 1) = (finding.examples.as_slice(), finding.tenants) {
            finding.diagnostic.subject = Subject::File(only.to_string());
        }
    }
    findings
}

fn finding(problem: &Refusal) -> Diagnostic {
    let mut found = Diagnostic::error("publish", &*problem.message).hint_maybe(problem.hint.clone());
    found.code = Cow::Owned(problem.code.clone());
    found
}

/// A plan as a document.
pub(super) fn plan_as_json(told: Told<'_>, plan: &Plan, findings: &[Finding]) -> String {
    #[derive(Serialize)]
    struct Planned<'p, F: Serialize> {
        target: &'p str,
        summary: Totals,
        plan: &'p Plan,
        findings: F,
    }
    let findings = json::findings(findings);
    let content = Planned { target: told.target, summary: plan.totals(), plan, findings };
    json::document(told.command, told.code.into(), content)
}

/// A report as a document.
pub(in crate::commands) fn report_as_json(told: Told<'_>, report: &Report, findings: &[Finding]) -> String {
    #[derive(Serialize)]
    struct Done<'r, F: Serialize> {
        target: &'r str,
        run: &'r str,
        tenants: &'r [TenantReport],
        findings: F,
    }
    let findings = json::findings(findings);
    let content = Done { target: told.target, run: &report.run, tenants: &report.tenants, findings };
    json::document(told.command, told.code.into(), content)
}

/// Most files of a plan that are listed, and most tenants of one whose files are not: a fleet's would be no help.
const MOST_FILES: usize = 200;
const MOST_TENANTS: usize = 20;

/// What would be done, file by file if that can be read.
pub(super) fn say_plan(plan: &Plan, global: &Global) {
    let changed: Vec<&TenantPlan> = plan.tenants.iter().filter(|plan| plan.standing == Standing::Changed).collect();
    let steps: usize = changed.iter().map(|tenant| tenant.steps.len()).sum();
    let every_file = global.verbose || steps <= MOST_FILES;
    let shown = if every_file { changed.len() } else { changed.len().min(MOST_TENANTS) };
    let mut text = String::new();
    for tenant in &changed[..shown] {
        text.push_str(&tenant_line(tenant));
        for step in tenant.steps.iter().filter(|_| every_file) {
            text.push_str(&format!("  {} {}: {}\n", step.action.as_str(), step.path, step.reason.as_str()));
        }
    }
    if changed.len() > shown {
        text.push_str(&format!("… and {}\n", count(changed.len() - shown, "more tenant")));
    }
    if !every_file {
        text.push_str("--verbose lists every file\n");
    }
    let standing = |wanted| plan.tenants.iter().filter(|plan| plan.standing == wanted).count();
    text.push_str(&held_back(standing(Standing::HeldBack)));
    text.push_str(&stale(standing(Standing::PurgePending)));
    terminal::write(Stream::Output, &text);
    if global.quiet {
        return;
    }
    let totals = plan.totals();
    let summary = format!(
        "would publish {} to `{}`: {}, {} unchanged\n",
        count(totals.changed, "tenant"),
        plan.target,
        files((totals.uploads, totals.changes, totals.removals), totals.bytes),
        standing(Standing::Unchanged)
    );
    terminal::write(Stream::Error, &summary);
}

fn tenant_line(plan: &TenantPlan) -> String {
    let counts = (plan.count(Action::Upload), plan.count(Action::Change), plan.count(Action::Remove));
    format!(
        "{}: release {} at `{}`, which {}: {}\n",
        plan.tenant,
        plan.release,
        plan.place,
        plan.promise.as_str(),
        files(counts, plan.bytes())
    )
}

fn files((uploads, changes, removals): (usize, usize, usize), bytes: u64) -> String {
    format!("{uploads} uploaded, {changes} changed, {removals} removed, {}", count(as_size(bytes), "byte"))
}

fn as_size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn held_back(tenants: usize) -> String {
    if tenants == 0 {
        return String::new();
    }
    let verb = if tenants == 1 { "waits, since it was" } else { "wait, since they were" };
    format!("{} {verb} taken back: --again publishes it\n", count(tenants, "tenant"))
}

fn stale(tenants: usize) -> String {
    match tenants {
        0 => String::new(),
        tenants => format!("{} changed nothing, and caches are to be told\n", count(tenants, "tenant")),
    }
}

/// What was done, in a line; with `--verbose`, a line for each tenant.
pub(super) fn say_report(report: &Report, fleet: &Fleet, (target, seconds): (&str, f64), global: &Global) {
    if global.verbose {
        let line = |tenant: &TenantReport| {
            let release = tenant.release.map(|release| format!(", release {release}")).unwrap_or_default();
            format!("{}: {}{release}\n", tenant.tenant, tenant.status.as_str())
        };
        let lines: String = report.tenants.iter().map(line).collect();
        terminal::write(Stream::Output, &format!("{lines}run {}\n", report.run));
    }
    if global.quiet {
        return;
    }
    let sum = |of: fn(&TenantReport) -> usize| report.tenants.iter().map(of).sum::<usize>();
    let bytes = report.tenants.iter().map(|tenant| tenant.bytes).sum();
    let counts = (sum(|tenant| tenant.uploaded), sum(|tenant| tenant.changed), sum(|tenant| tenant.removed));
    let mut text = held_back(report.count(Status::HeldBack));
    text.push_str(&format!("published {} to `{target}`: ", count(report.count(Status::Published), "tenant")));
    text.push_str(&files(counts, bytes));
    let told = [
        Status::PurgePending,
        Status::Purged,
        Status::Unchanged,
        Status::RolledBack,
        Status::Refused,
        Status::Failed,
        Status::Skipped,
    ];
    for status in told {
        let tenants = report.count(status);
        if tenants > 0 {
            text.push_str(&format!(", {tenants} {}", status.as_str()));
        }
    }
    text.push_str(&fleet.left_out());
    terminal::write(Stream::Error, &format!("{text} in {seconds:.2} s\n"));
}
