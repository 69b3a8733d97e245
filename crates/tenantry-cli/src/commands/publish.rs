//! `publish`: what the builder says of the sources, what the publisher plans and does, told and confirmed.

mod destination;
mod words;

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tenantry_builder::build::Stop;
use tenantry_builder::report::Finding;
use tenantry_core::suggest::did_you_mean;
use tenantry_publisher::plan::{Plan, Standing};
use tenantry_publisher::run::{Checking, How, Limits, Publisher, Ready, Report, Status, TenantReport, Withdrawn};

use crate::arguments::{Format, Global, Publish};
use crate::display::{self, count};
use crate::exit::Exit;
use crate::progress::{Progress, Shown};
use crate::terminal::{self, Stream};

pub(super) use self::destination::{Fleet, Found, settle};
pub(super) use self::words::{Told, findings_of, report_as_json};
use self::words::{plan_as_json, say_plan, say_report};

/// `publish`
pub fn publish(arguments: &Publish, global: &Global) -> Result<Exit, Stop> {
    let interrupt = super::interrupt();
    let Found { fleet, mut publisher } = Found::of(&arguments.destination, &arguments.tenants, global)?;
    settle(&mut publisher, &arguments.locks);
    if arguments.force {
        publisher.limits = Limits::Ignored;
    }
    if arguments.again {
        publisher.withdrawn = Withdrawn::Published;
    }
    fleet.refuse_outdated()?;
    let ready = publisher.plan(&fleet.sound, &interrupt);
    refuse_elsewhere(&ready, &publisher, &fleet)?;
    if let Some(file) = &arguments.plan {
        let earlier = read_plan(file)?;
        ready.agrees_with(&earlier).map_err(|reason| stale(file, &reason))?;
    }
    if arguments.dry_run || arguments.save_plan.is_some() {
        return only_planned(arguments, global, (&ready, &fleet));
    }
    confirm(arguments, &ready, &fleet)?;
    let how = how(arguments, &ready)?;
    applied((&ready, &publisher, &fleet), &how, global, &interrupt)
}

/// Does it, and says what came of it.
fn applied(
    (ready, publisher, fleet): (&Ready<'_>, &Publisher, &Fleet),
    how: &How,
    global: &Global,
    interrupt: &AtomicBool,
) -> Result<Exit, Stop> {
    let progress = Progress::new("publishing", Shown::of(global));
    let started = Instant::now();
    let applied = ready.apply(how, &progress, interrupt);
    progress.finish();
    let report = applied.map_err(|fault| Stop::Unknown { message: fault.message, hint: None })?;
    let findings = fleet.findings_and(findings_of(&report.tenants));
    let code = exit_of(&report, fleet, interrupt);
    let told = Told { command: "publish", target: &publisher.target, code };
    if global.format == Format::Json {
        terminal::write(Stream::Output, &report_as_json(told, &report, &findings));
        return Ok(code);
    }
    display::findings(&findings, global);
    say_report(&report, fleet, (&publisher.target, started.elapsed().as_secs_f64()), global);
    Ok(code)
}

/// What the flags say of how it is done.
fn how(arguments: &Publish, ready: &Ready<'_>) -> Result<How, Stop> {
    let changed = ready.plan().tenants.iter().filter(|plan| plan.standing == Standing::Changed);
    let changed: Vec<&str> = changed.map(|plan| plan.tenant.as_str()).collect();
    let checking = match (arguments.rollback_on_failure, arguments.verify || arguments.canary.is_some()) {
        (true, _) => Checking::TakeBack,
        (false, true) => Checking::Tell,
        (false, false) => Checking::Nothing,
    };
    let canaries = arguments.canary.as_deref().map(|words| canaries(words, &changed)).transpose()?;
    let canaries = canaries.unwrap_or_default();
    if checking != Checking::Nothing {
        refuse_unseen(ready, (&changed, &canaries))?;
    }
    Ok(How { most_failures: arguments.max_failures.unwrap_or(usize::MAX), checking, canaries })
}

/// What cannot be looked at cannot be verified: of all that change nothing, of the canaries a single one.
fn refuse_unseen(ready: &Ready<'_>, (changed, canaries): (&[&str], &BTreeSet<String>)) -> Result<(), Stop> {
    let is_public = |tenant: &str| ready.settings(tenant).is_some_and(|it| !it.text("verify_url").is_empty());
    let unseen = canaries.iter().find(|tenant| !is_public(tenant));
    let message = match unseen {
        Some(tenant) => format!("`{tenant}` cannot go first: its target does not say where its site answers"),
        None if changed.is_empty() || changed.iter().any(|tenant| is_public(tenant)) => return Ok(()),
        None => "nothing can be compared: the target does not say where its sites answer".into(),
    };
    let hint = Some("add it to the target, and build: verify_url = \"https://{domain}/\"".into());
    Err(Stop::Unknown { message, hint })
}

/// The tenants that go first: some ids, or the first of those that change.
fn canaries(words: &str, changed: &[&str]) -> Result<BTreeSet<String>, Stop> {
    let number = match words.strip_suffix('%') {
        Some(percent) => percent.parse::<usize>().ok().map(|percent| (changed.len() * percent).div_ceil(100)),
        None => words.parse().ok(),
    };
    if number == Some(0) {
        let hint = Some("say how many, such as 5%, or name them".to_owned());
        return Err(Stop::Unknown { message: format!("`--canary {words}` lets nobody go first"), hint });
    }
    if let Some(number) = number {
        return Ok(changed.iter().take(number).map(|tenant| (*tenant).to_owned()).collect());
    }
    let ids: BTreeSet<String> = words.split(',').map(|id| id.trim().to_owned()).collect();
    match ids.iter().find(|id| !changed.contains(&id.as_str())) {
        None => Ok(ids),
        Some(id) => Err(Stop::Unknown {
            message: format!("`{id}` cannot go first: it is no tenant that this publishes"),
            hint: did_you_mean(id, changed.iter().copied()),
        }),
    }
}

/// Shows the plan, or keeps it.
fn only_planned(arguments: &Publish, global: &Global, (ready, fleet): (&Ready<'_>, &Fleet)) -> Result<Exit, Stop> {
    let plan = ready.plan();
    if let Some(file) = &arguments.save_plan {
        save_plan(file, plan)?;
    }
    let findings = fleet.findings_and(words::refusals_of(plan));
    let code = exit_of_plan(plan, fleet);
    if global.format == Format::Json {
        let told = Told { command: "publish", target: &plan.target, code };
        terminal::write(Stream::Output, &plan_as_json(told, plan, &findings));
    } else {
        display::findings(&findings, global);
        say_plan(plan, global);
    }
    Ok(code)
}

/// A target that nobody has was hardly meant.
fn refuse_elsewhere(ready: &Ready<'_>, publisher: &Publisher, fleet: &Fleet) -> Result<(), Stop> {
    let plans = &ready.plan().tenants;
    let is_elsewhere = !plans.is_empty() && plans.iter().all(|plan| plan.standing == Standing::Elsewhere);
    if is_elsewhere { Err(fleet.no_such_target(publisher)) } else { Ok(()) }
}

/// Publishing the fleet asks for its size.
fn confirm(arguments: &Publish, ready: &Ready<'_>, fleet: &Fleet) -> Result<(), Stop> {
    let totals = ready.plan().totals();
    let is_whole = arguments.tenants.is_empty() && arguments.plan.is_none();
    if !is_whole || totals.changed == 0 || arguments.locks.yes {
        return Ok(());
    }
    let question = format!(
        "This publishes {} of {} to `{}`: {} sent, {} removed.\n",
        totals.changed,
        count(fleet.size(), "tenant"),
        ready.plan().target,
        count(totals.uploads + totals.changes, "file"),
        totals.removals
    );
    ask(&question, fleet.size())
}

/// Asks for a number to be typed.
pub(super) fn ask(question: &str, number: usize) -> Result<(), Stop> {
    let hint = Some("--yes confirms it without a terminal".to_owned());
    if !std::io::stdin().is_terminal() {
        return Err(Stop::Unsafe { message: "this was not confirmed, and there is no terminal to ask".into(), hint });
    }
    terminal::write(Stream::Error, &format!("{question}Type the number of tenants to go on: "));
    let mut answer = String::new();
    let _ = std::io::stdin().lock().read_line(&mut answer);
    if answer.trim() == number.to_string() {
        return Ok(());
    }
    Err(Stop::Unsafe { message: format!("this was not confirmed: expected {number}"), hint: None })
}

fn exit_of(report: &Report, fleet: &Fleet, interrupt: &AtomicBool) -> Exit {
    if interrupt.load(Ordering::Relaxed) {
        Exit::Interrupted
    } else if fleet.has_errors() || report.tenants.iter().any(is_amiss) {
        Exit::TenantErrors
    } else if report.count(Status::Refused) > 0 {
        Exit::Refused
    } else {
        Exit::Success
    }
}

fn is_amiss(tenant: &TenantReport) -> bool {
    matches!(tenant.status, Status::Failed | Status::Skipped | Status::PurgePending) || !tenant.differences.is_empty()
}

fn exit_of_plan(plan: &Plan, fleet: &Fleet) -> Exit {
    let totals = plan.totals();
    match (fleet.has_errors() || totals.failed > 0, totals.refused > 0) {
        (true, _) => Exit::TenantErrors,
        (false, true) => Exit::Refused,
        (false, false) => Exit::Success,
    }
}

fn stale(file: &Path, reason: &str) -> Stop {
    Stop::Unsafe {
        message: format!("the plan in `{}` is stale: {reason}", file.display()),
        hint: Some("nothing was done; make a new plan: --save-plan FILE".into()),
    }
}

fn save_plan(file: &Path, plan: &Plan) -> Result<(), Stop> {
    let kept = serde_json::to_vec_pretty(plan).map_err(std::io::Error::from);
    let kept = kept.and_then(|text| std::fs::write(file, text));
    kept.map_err(|error| Stop::Unknown {
        message: format!("cannot write the plan to `{}`: {error}", file.display()),
        hint: None,
    })
}

fn read_plan(file: &Path) -> Result<Plan, Stop> {
    let wrong = |message: String| Stop::Unknown { message, hint: Some("--save-plan FILE makes one".into()) };
    let bytes =
        std::fs::read(file).map_err(|error| wrong(format!("cannot read the plan `{}`: {error}", file.display())))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(format!("`{}` is no plan: {error}", file.display())))
}

impl Fleet {
    /// What the builder found, and what else was.
    fn findings_and(&self, others: Vec<Finding>) -> Vec<Finding> {
        self.findings.iter().cloned().chain(others).collect()
    }
}
