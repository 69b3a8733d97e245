//! `build` and `check`: one run of the builder, reported.

use std::time::Instant;

use tenantry_builder::build::{Mode, Options, Stop, run};
use tenantry_builder::lock::WhenLocked;
use tenantry_builder::report::{AllowedFinding, Report, Status};
use tenantry_builder::selection::Selection;
use tenantry_core::diagnostic::Severity;
use tenantry_core::lint::Profile;

use crate::arguments::{Build, Check, Deny, Format, Global};
use crate::display::{self, count};
use crate::exit::{self, Exit};
use crate::json;
use crate::progress::{Progress, Shown};
use crate::sarif;
use crate::terminal::{self, Stream};

/// `build`
pub fn build(arguments: &Build, global: &Global) -> Result<Exit, Stop> {
    let workspace = super::workspace(global)?;
    let mode = if arguments.dry_run { Mode::DryRun } else { Mode::Build };
    let out = super::output_folder(arguments.out.as_deref(), &workspace)?;
    let options = Options {
        selection: Selection { patterns: arguments.tenants.clone(), shard: arguments.shard },
        environment: arguments.env.clone(),
        overrides: super::settings(global)?,
        jobs: arguments.jobs,
        clean: arguments.clean,
        verify: arguments.verify,
        explain_work: arguments.why,
        prune: arguments.prune,
        force: arguments.force,
        when_locked: if arguments.no_wait { WhenLocked::Stop } else { WhenLocked::Wait },
        ..Options::new(workspace, out, mode)
    };
    let (report, seconds) = run_with_progress(&options, global, "building")?;
    if global.format == Format::Json {
        let code = exit::of_report(&report);
        terminal::write(Stream::Output, &json::run("build", &report, code.into()));
        return Ok(code);
    }
    display::findings(&report.findings, global);
    say_work(&report, arguments, global);
    say_vanished(&report, arguments, global);
    let verb = if mode == Mode::DryRun { "planned" } else { "built" };
    say_summary(&report, (verb, seconds), global);
    Ok(exit::of_report(&report))
}

/// `check`
pub fn check(arguments: &Check, global: &Global) -> Result<Exit, Stop> {
    let workspace = super::workspace(global)?;
    let out = workspace.join("dist");
    let options = Options {
        selection: Selection { patterns: arguments.tenants.clone(), shard: None },
        environment: arguments.env.clone(),
        overrides: super::settings(global)?,
        profiles: arguments.profile.clone(),
        ..Options::new(workspace, out, Mode::Check)
    };
    let (report, seconds) = run_with_progress(&options, global, "checking")?;
    let denied = arguments.deny == Some(Deny::Warnings) && report.count(Severity::Warning) > 0;
    let code = match exit::of_report(&report) {
        Exit::Success if denied => Exit::TenantErrors,
        code => code,
    };
    match global.format {
        Format::Json => terminal::write(Stream::Output, &json::run("check", &report, code.into())),
        Format::Sarif => terminal::write(Stream::Output, &sarif::report(&report)),
        Format::Human => {
            display::findings(&report.findings, global);
            say_allowed(&report, global);
            say_summary(&report, ("checked", seconds), global);
            say_rules(&report, global);
        }
    }
    Ok(code)
}

fn run_with_progress(options: &Options, global: &Global, verb: &'static str) -> Result<(Report, f64), Stop> {
    let interrupt = super::interrupt();
    let shown = Shown::of(global);
    let progress = Progress::new(verb, shown);
    let started = Instant::now();
    let result = run(options, &progress, &interrupt);
    progress.finish();
    Ok((result?, started.elapsed().as_secs_f64()))
}

/// With `--dry-run` or `--why`, what is made and why; with `--verbose`, a line for each tenant.
fn say_work(report: &Report, arguments: &Build, global: &Global) {
    let mut text = String::new();
    for tenant in &report.tenants {
        for (path, reason) in &tenant.work {
            text.push_str(&format!("{}/{path}: {reason}\n", tenant.id));
        }
        if global.verbose && !arguments.why {
            let reasons: Vec<String> =
                tenant.reasons.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
            let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
            text.push_str(&format!("{}: {}{why}\n", tenant.id, tenant.status.as_str()));
        }
    }
    if arguments.dry_run {
        text.push_str(&by_group(report));
    }
    terminal::write(Stream::Output, &text);
}

/// How many tenants, pages and files a run touches, by group and by reason.
fn by_group(report: &Report) -> String {
    let mut groups = std::collections::BTreeMap::<&str, (usize, usize, usize)>::new();
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    for tenant in report.tenants.iter().filter(|tenant| tenant.status == Status::Planned) {
        let entry = groups.entry(&tenant.group).or_default();
        entry.0 += 1;
        entry.1 += tenant.pages_made;
        entry.2 += tenant.reasons.values().sum::<usize>() + tenant.removed;
        for (reason, number) in &tenant.reasons {
            *reasons.entry(reason.to_string()).or_default() += number;
        }
    }
    let mut text = String::new();
    for (group, (tenants, pages, files)) in groups {
        let name = if group.is_empty() { "sites/".to_owned() } else { format!("sites/{group}/") };
        text.push_str(&format!(
            "{name}: {}, {}, {}\n",
            count(tenants, "tenant"),
            count(pages, "page"),
            count(files, "file")
        ));
    }
    for (reason, files) in reasons {
        text.push_str(&format!("{reason}: {}\n", count(files, "file")));
    }
    text
}

fn say_vanished(report: &Report, arguments: &Build, global: &Global) {
    if report.vanished.is_empty() || global.quiet {
        return;
    }
    let list = display::some_of(&report.vanished);
    let number = count(report.vanished.len(), "tenant");
    let text = match (arguments.prune, arguments.dry_run) {
        (true, false) => format!("removed the output of {number} gone from the workspace: {list}\n"),
        (true, true) => format!("would remove the output of {number} gone from the workspace: {list}\n"),
        (false, _) => format!("kept the output of {number} gone from the workspace ({list}); --prune removes it\n"),
    };
    terminal::write(Stream::Error, &text);
}

/// What layers allow, by rule and reason; with `--verbose` each finding.
fn say_allowed(report: &Report, global: &Global) {
    if global.quiet {
        return;
    }
    let mut counted = std::collections::BTreeMap::<(&str, &str), usize>::new();
    for AllowedFinding { finding, reason } in &report.allowed {
        *counted.entry((&finding.diagnostic.code, reason)).or_default() += 1;
        if global.verbose {
            terminal::write(Stream::Error, &display::allowed_line(finding));
        }
    }
    for ((code, reason), number) in &counted {
        terminal::write(Stream::Error, &format!("allowed[{code}]: {}: {reason}\n", count(*number, "finding")));
    }
    if !counted.is_empty() {
        terminal::write(Stream::Error, "\n");
    }
}

/// The line that ends a check: never a bare OK.
fn say_rules(report: &Report, global: &Global) {
    if global.quiet {
        return;
    }
    let profiles: Vec<&str> = report.profiles.iter().map(Profile::as_str).collect();
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    let line = format!(
        "checked {} (not legal advice): {}, {}, {} allowed\n",
        profiles.join(", "),
        count(errors, "error"),
        count(warnings, "warning"),
        report.allowed.len()
    );
    terminal::write(Stream::Error, &line);
}

fn say_summary(report: &Report, (verb, seconds): (&str, f64), global: &Global) {
    if !global.quiet {
        terminal::write(Stream::Error, &display::summary(report, verb, seconds));
    }
}
