//! Findings and results for people.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use tenantry_builder::build::Stop;
use tenantry_builder::output::Refusal;
use tenantry_builder::report::{Finding, Report, Status};
use tenantry_core::diagnostic::{Diagnostic, Severity, Subject};
use tenantry_core::lint::{Certainty, Reference, rule};
use tenantry_core::source::Place;

use crate::arguments::{Arguments, Format, Global};
use crate::json;
use crate::terminal::{self, Stream};

/// Longest line of a source that is shown, in bytes.
const LONGEST_LINE: usize = 400;

/// Whether findings of a severity are shown.
pub fn shows(global: &Global, severity: Severity) -> bool {
    match severity {
        Severity::Error => true,
        Severity::Warning => !global.quiet,
        Severity::Note => global.verbose,
    }
}

/// Prints findings, in their order.
pub fn findings(findings: &[Finding], global: &Global) {
    let renderer = Renderer::styled().term_width(terminal::WIDTH);
    for finding in findings.iter().filter(|finding| shows(global, finding.diagnostic.severity)) {
        terminal::write(Stream::Error, &format!("{}\n\n", rendered(finding, &renderer)));
    }
}

/// Prints one finding, about nobody in particular.
pub fn diagnostic(diagnostic: &Diagnostic, global: &Global) {
    let finding = Finding { diagnostic: diagnostic.clone(), tenants: 0, examples: Vec::new() };
    findings(&[finding], global);
}

fn rendered(finding: &Finding, renderer: &Renderer) -> String {
    let Finding { diagnostic, tenants, examples } = finding;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&*diagnostic.message).id(&*diagnostic.code);
    let mut group = match &diagnostic.subject {
        Subject::Place(place) => at_place(Group::with_title(title), place, diagnostic),
        Subject::File(file) => Group::with_title(title).element(Origin::path(&**file)),
        Subject::Run => Group::with_title(title),
    };
    for (place, message) in &diagnostic.related {
        group = group.element(Level::NOTE.message(format!("{message}: {place}")));
    }
    if *tenants > 1 {
        let names: Vec<&str> = examples.iter().map(|id| id.as_str()).collect();
        let such_as = if names.is_empty() { String::new() } else { format!(", such as {}", names.join(", ")) };
        group = group.element(Level::NOTE.message(format!("it touches {tenants} tenants{such_as}")));
    }
    if let Some(reference) = reference(diagnostic) {
        group = group.element(Level::NOTE.message(format!("it rests on {reference}")));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(&**hint));
    }
    renderer.render(&[group])
}

/// What the rule of a finding rests on, where that is more than practice.
fn reference(diagnostic: &Diagnostic) -> Option<Reference> {
    let reference = rule(&diagnostic.code)?.reference;
    (reference.certainty != Certainty::Practice).then_some(reference)
}

/// A finding that is allowed, in one line.
pub fn allowed_line(finding: &Finding) -> String {
    let Diagnostic { code, message, subject, .. } = &finding.diagnostic;
    let place = match subject {
        Subject::Place(place) => format!(" ({place})"),
        Subject::File(file) => format!(" ({file})"),
        Subject::Run => String::new(),
    };
    format!("allowed[{code}]: {message}{place}\n")
}

/// Shows the line that a place lies in, its bytes marked.
fn at_place<'a>(group: Group<'a>, place: &'a Place, diagnostic: &Diagnostic) -> Group<'a> {
    let position = place.position();
    let path = place.source.path().as_str();
    let (start, line) = line_of(place);
    if diagnostic.confidential || line.len() > LONGEST_LINE {
        return group.element(Origin::path(path).line(position.line).char_column(position.column));
    }
    let from = (place.span.start as usize).saturating_sub(start).min(line.len());
    let to = (place.span.end as usize).saturating_sub(start).clamp(from, line.len());
    let snippet = Snippet::source(line).path(path).line_start(position.line);
    group.element(snippet.annotation(AnnotationKind::Primary.span(from..to)))
}

/// Where the line of a place begins, and the line.
fn line_of(place: &Place) -> (usize, &str) {
    let text = place.source.text();
    let mut at = (place.span.start as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    (start, text[start..end].trim_end_matches('\r'))
}

/// Prints why a run could not go on.
pub fn stop(stop: &Stop, arguments: &Arguments) {
    let (message, hint) = stop_words(stop);
    if arguments.global.format == Format::Json {
        return terminal::write(Stream::Output, &json::stop(arguments.command.name(), &message, hint.as_deref()));
    }
    let mut group = Group::with_title(Level::ERROR.primary_title(&*message));
    if let Some(hint) = &hint {
        group = group.element(Level::HELP.message(&**hint));
    }
    let text = Renderer::styled().term_width(terminal::WIDTH).render(&[group]);
    terminal::write(Stream::Error, &format!("{text}\n"));
}

fn stop_words(stop: &Stop) -> (String, Option<String>) {
    match stop {
        Stop::NoWorkspace(message) => {
            let hint = "go into a workspace, name one with --workspace DIR, or make one: tenantry init DIR";
            (message.clone(), Some(hint.to_owned()))
        }
        Stop::Unknown { message, hint } | Stop::Unsafe { message, hint } => (message.clone(), hint.clone()),
        Stop::Refused(Refusal::Unsafe(message)) => (message.clone(), None),
        Stop::Refused(Refusal::Locked(message)) => {
            (message.clone(), Some("wait until it is done; without --no-wait a build does".to_owned()))
        }
        Stop::Interrupted => ("interrupted before anything was built".to_owned(), None),
        Stop::Refused(Refusal::Disk(error)) | Stop::Disk(error) => (error.to_string(), None),
    }
}

/// The one line that ends a build.
pub fn summary(report: &Report, verb: &str, seconds: f64) -> String {
    let failed = report.tenants_with(Status::Failed);
    let done = report.tenants.len() - failed - report.tenants_with(Status::Skipped);
    let mut parts = vec![format!("{verb} {}", count(done, "tenant"))];
    parts.push(count(report.sum(|tenant| tenant.pages), "page"));
    if verb != "checked" {
        let work: usize = report.tenants.iter().flat_map(|tenant| tenant.reasons.values()).sum();
        if verb == "planned" {
            parts.push(format!("{} to make", count(work, "file")));
        } else {
            parts.push(format!("{} written", count(report.sum(|tenant| tenant.written), "file")));
        }
        let removed = report.sum(|tenant| tenant.removed) + report.pruned_files;
        if removed > 0 {
            parts.push(format!("{removed} removed"));
        }
    }
    if failed > 0 {
        parts.push(format!("{failed} of {} failed", report.tenants.len()));
    }
    let warnings = report.count(Severity::Warning);
    if warnings > 0 {
        parts.push(count(warnings, "warning"));
    }
    if report.interrupted {
        parts.push("interrupted".to_owned());
    }
    format!("{} in {seconds:.2} s\n", parts.join(", "))
}

/// `1 page`, `2 pages`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The first few of a list, and whether there are more: `a, b, c, d, e, …`.
pub fn some_of(names: &[String]) -> String {
    let mut list = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        list.push_str(", …");
    }
    list
}
