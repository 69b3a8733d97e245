//! `list`: the tenants, where they are published, in which languages, with how many pages, and where each stands against
//! its output.

use std::sync::atomic::AtomicBool;

use serde::Serialize;
use tenantry_builder::build::{Mode, Options, Stop, run};
use tenantry_builder::compare::Reason;
use tenantry_builder::observe::Unobserved;
use tenantry_builder::report::{Report, Status, TenantReport};
use tenantry_builder::selection::Selection;

use crate::arguments::{Format, Global, List};
use crate::display::{count, some_of};
use crate::exit::{self, Exit};
use crate::json;
use crate::terminal::{self, Stream};

/// Where a tenant stands against its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// A build would fail, and leave the last output as it is.
    Errors,
    /// It has no output yet.
    NotBuilt,
    /// A build would make or remove files.
    Changed,
    /// A build would find nothing to do.
    UpToDate,
    /// It is gone from the workspace, and its output is still there.
    Vanished,
}

impl State {
    fn of(tenant: &TenantReport) -> State {
        match tenant.status {
            Status::Unchanged => State::UpToDate,
            Status::Planned if tenant.reasons.contains_key(&Reason::NewTenant) => State::NotBuilt,
            Status::Planned => State::Changed,
            Status::Built | Status::Failed | Status::Checked | Status::Skipped => State::Errors,
        }
    }

    /// The words for people.
    fn words(self) -> &'static str {
        match self {
            State::Errors => "errors",
            State::NotBuilt => "not built",
            State::Changed => "changed",
            State::UpToDate => "up to date",
            State::Vanished => "vanished",
        }
    }
}

#[derive(Serialize)]
struct Row<'r> {
    id: &'r str,
    group: &'r str,
    name: &'r str,
    base_url: &'r str,
    languages: &'r [String],
    pages: usize,
    state: State,
}

impl<'r> From<&'r TenantReport> for Row<'r> {
    fn from(tenant: &'r TenantReport) -> Row<'r> {
        Row {
            id: tenant.id.as_str(),
            group: &tenant.group,
            name: &tenant.name,
            base_url: &tenant.base_url,
            languages: &tenant.languages,
            pages: tenant.pages,
            state: State::of(tenant),
        }
    }
}

impl<'r> Row<'r> {
    /// Nothing but the id is known of a tenant that is gone.
    fn vanished(id: &'r str) -> Row<'r> {
        Row { id, group: "", name: "", base_url: "", languages: &[], pages: 0, state: State::Vanished }
    }
}

/// Lists.
pub fn list(arguments: &List, global: &Global) -> Result<Exit, Stop> {
    let workspace = super::workspace(global)?;
    let out = super::output_folder(arguments.out.as_deref(), &workspace)?;
    // What a build would do is planned and compared; nothing is rendered.
    let options = Options {
        selection: Selection { patterns: arguments.tenants.clone(), shard: None },
        environment: arguments.env.clone(),
        overrides: super::settings(global)?,
        ..Options::new(workspace, out, Mode::DryRun)
    };
    let report = run(&options, &Unobserved, &AtomicBool::new(false))?;
    let code = exit::of_report(&report);
    let rows: Vec<Row<'_>> = report.tenants.iter().map(Row::from).collect();
    if global.format == Format::Json {
        terminal::write(Stream::Output, &as_json(rows, (&report, code)));
        return Ok(code);
    }
    terminal::write(Stream::Output, &table(&rows));
    if !global.quiet {
        terminal::write(Stream::Error, &sums(&rows, &report));
    }
    Ok(code)
}

fn as_json<'r>(mut rows: Vec<Row<'r>>, (report, code): (&'r Report, Exit)) -> String {
    #[derive(Serialize)]
    struct Rows<'r> {
        tenants: Vec<Row<'r>>,
    }
    rows.extend(report.vanished.iter().map(|id| Row::vanished(id)));
    rows.sort_by_key(|row| row.id);
    json::document("list", code.into(), Rows { tenants: rows })
}

/// How many tenants there are, how many of them have errors, and which are gone.
fn sums(rows: &[Row<'_>], report: &Report) -> String {
    let mut text = count(rows.len(), "tenant");
    let broken = rows.iter().filter(|row| row.state == State::Errors).count();
    if broken > 0 {
        // What is in the way in the output folder is none of `check`'s business.
        let in_the_way = report.findings.iter().any(|finding| finding.diagnostic.code == "foreign-file");
        let teller = if in_the_way { "build --dry-run" } else { "check" };
        text.push_str(&format!(", {broken} with errors (`tenantry {teller}` tells which)"));
    }
    text.push('\n');
    if !report.vanished.is_empty() {
        let number = count(report.vanished.len(), "tenant");
        let verb = if report.vanished.len() == 1 { "has" } else { "have" };
        let list = some_of(&report.vanished);
        text.push_str(&format!(
            "{number} gone from the workspace still {verb} output: {list} (build --prune removes it)\n"
        ));
    }
    text
}

/// Columns as wide as their longest cell.
fn table(rows: &[Row<'_>]) -> String {
    let cells: Vec<[String; 6]> = rows.iter().map(cells).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for row in &cells {
        let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn cells(row: &Row<'_>) -> [String; 6] {
    [
        row.id.to_owned(),
        row.group.to_owned(),
        row.base_url.to_owned(),
        row.languages.join(" "),
        count(row.pages, "page"),
        row.state.words().to_owned(),
    ]
}
