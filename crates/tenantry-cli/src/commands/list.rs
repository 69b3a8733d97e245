//! `list`: the tenants, where they are published, in which languages, with how many pages.

use std::sync::atomic::AtomicBool;

use serde::Serialize;
use tenantry_builder::build::{Mode, Options, Stop, run};
use tenantry_builder::observe::Unobserved;
use tenantry_builder::report::{Status, TenantReport};
use tenantry_builder::selection::Selection;

use crate::arguments::{Format, Global, List};
use crate::display::count;
use crate::exit::{self, Exit};
use crate::json;
use crate::terminal::{self, Stream};

#[derive(Serialize)]
struct Row<'r> {
    id: &'r str,
    group: &'r str,
    name: &'r str,
    base_url: &'r str,
    languages: &'r [String],
    pages: usize,
    state: &'static str,
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
            state: if tenant.status == Status::Checked { "ready" } else { "errors" },
        }
    }
}

/// Lists.
pub fn list(arguments: &List, global: &Global) -> Result<Exit, Stop> {
    let workspace = super::workspace(global)?;
    let options = Options {
        out: workspace.join("dist"),
        workspace,
        mode: Mode::List,
        selection: Selection { patterns: arguments.tenants.clone(), shard: None },
        environment: None,
        overrides: super::settings(global)?,
        jobs: 0,
        clean: false,
        verify: false,
        explain_work: false,
        prune: false,
        force: false,
    };
    let report = run(&options, &Unobserved, &AtomicBool::new(false))?;
    let rows: Vec<Row<'_>> = report.tenants.iter().map(Row::from).collect();
    let code = exit::of_report(&report);
    if global.format == Format::Json {
        #[derive(Serialize)]
        struct Rows<'r> {
            tenants: Vec<Row<'r>>,
        }
        terminal::write(Stream::Output, &json::document("list", code.into(), Rows { tenants: rows }));
        return Ok(code);
    }
    terminal::write(Stream::Output, &table(&rows));
    if !global.quiet {
        let broken = rows.iter().filter(|row| row.state == "errors").count();
        let errors =
            if broken > 0 { format!(", {broken} with errors (`tenantry check` tells which)") } else { String::new() };
        terminal::write(Stream::Error, &format!("{}{errors}\n", count(rows.len(), "tenant")));
    }
    Ok(code)
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
        row.state.to_owned(),
    ]
}
