//! `rollback`: an earlier release is shown again.

use std::time::Instant;

use tenantry_builder::build::Stop;
use tenantry_publisher::releases::Goal;
use tenantry_publisher::run::{Report, Status, TenantReport};

use crate::arguments::{Format, Global, Rollback};
use crate::commands::publish::{Found, Told, ask, findings_of, report_as_json, settle};
use crate::display::{self, count};
use crate::exit::Exit;
use crate::terminal::{self, Stream};

/// Goes back.
pub fn rollback(arguments: &Rollback, global: &Global) -> Result<Exit, Stop> {
    let Found { fleet, mut publisher } = Found::of(&arguments.destination, &arguments.tenants, global)?;
    settle(&mut publisher, &arguments.locks);
    let tenants = fleet.all();
    if arguments.run.is_some() && !arguments.locks.yes {
        let question = format!("This looks at {} in `{}`.\n", count(tenants.len(), "tenant"), publisher.target);
        ask(&question, tenants.len())?;
    }
    let goal = match (&arguments.run, arguments.release) {
        (Some(run), _) => Goal::Before(run.clone()),
        (None, Some(release)) => Goal::Number(release),
        (None, None) => Goal::Previous,
    };
    let started = Instant::now();
    let report = publisher.roll_back(&tenants, &goal, &super::interrupt());
    let code = exit_of(&report);
    let findings = findings_of(&report.tenants);
    if global.format == Format::Json {
        let told = Told { command: "rollback", target: &publisher.target, code };
        terminal::write(Stream::Output, &report_as_json(told, &report, &findings));
        return Ok(code);
    }
    display::findings(&findings, global);
    say(&report, started.elapsed().as_secs_f64(), global);
    Ok(code)
}

fn exit_of(report: &Report) -> Exit {
    match (report.count(Status::Failed) + report.count(Status::PurgePending), report.count(Status::Refused)) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::Refused,
        _ => Exit::TenantErrors,
    }
}

fn say(report: &Report, seconds: f64, global: &Global) {
    let rolled = |tenant: &&TenantReport| matches!(tenant.status, Status::RolledBack | Status::PurgePending);
    let line = |tenant: &TenantReport| {
        let release = tenant.release.unwrap_or(0);
        format!("{}: release {release} is shown again at `{}`\n", tenant.tenant, tenant.place)
    };
    terminal::write(Stream::Output, &report.tenants.iter().filter(rolled).map(line).collect::<String>());
    if !global.quiet {
        let tenants = count(report.tenants.iter().filter(rolled).count(), "tenant");
        terminal::write(Stream::Error, &format!("rolled back {tenants} in {seconds:.2} s\n"));
    }
}
