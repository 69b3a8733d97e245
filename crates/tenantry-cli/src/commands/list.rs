//! `list`: the tenants, where they are published, in which languages.

use serde::Serialize;
use tenantry_builder::build::Stop;
use tenantry_builder::selection::Selection;
use tenantry_builder::workspace::{self, TenantSeed};
use tenantry_core::diagnostic::Diagnostic;

use crate::arguments::{Format, Global, List};
use crate::display::count;
use crate::exit::Exit;
use crate::json;
use crate::terminal::{self, Stream};

#[derive(Serialize)]
struct Row {
    id: String,
    group: String,
    name: String,
    base_url: String,
    languages: Vec<String>,
    state: &'static str,
}

/// Lists.
pub fn list(arguments: &List, global: &Global) -> Result<Exit, Stop> {
    let root = super::workspace(global)?;
    let mut found = workspace::read(&root).map_err(|error| Stop::NoWorkspace(error.message))?;
    workspace::refuse_equal_addresses(&mut found.tenants, TenantSeed::written_address);
    let selection = Selection { patterns: arguments.tenants.clone(), shard: None };
    if let Some((pattern, hint)) = selection.unknown(found.tenants.iter().map(|seed| &seed.identity)) {
        return Err(Stop::Unknown { message: format!("no tenant and no group fits `{pattern}`"), hint });
    }
    let rows: Vec<Row> = found.tenants.iter().filter(|seed| selection.includes(&seed.identity)).map(row).collect();
    let broken = rows.iter().filter(|row| row.state == "errors").count();
    let code = if broken > 0 { Exit::TenantErrors } else { Exit::Success };
    if global.format == Format::Json {
        let outcome = if broken == 0 { json::Outcome::Ok } else { json::Outcome::Errors };
        #[derive(Serialize)]
        struct Rows {
            tenants: Vec<Row>,
        }
        terminal::write(Stream::Output, &json::document("list", outcome, Rows { tenants: rows }));
        return Ok(code);
    }
    terminal::write(Stream::Output, &table(&rows));
    if !global.quiet {
        let errors =
            if broken > 0 { format!(", {broken} with errors (`tenantry check` tells which)") } else { String::new() };
        terminal::write(Stream::Error, &format!("{}{errors}\n", count(rows.len(), "tenant")));
    }
    Ok(code)
}

fn row(seed: &TenantSeed) -> Row {
    let own = seed.own.as_ref();
    let languages = own.and_then(|own| own.languages.as_ref()).or(seed.parent.spec.languages.as_ref());
    let has_errors = own.is_none() || seed.parent.broken || seed.problems.iter().any(Diagnostic::is_error);
    Row {
        id: seed.identity.id.to_string(),
        group: seed.identity.group.clone(),
        name: own.and_then(|own| own.name.as_ref()).map_or_else(String::new, |name| name.value.to_string()),
        base_url: seed.written_address().map_or_else(String::new, |(url, _)| url.to_string()),
        languages: languages.map(|list| list.value.iter().map(ToString::to_string).collect()).unwrap_or_default(),
        state: if has_errors { "errors" } else { "ready" },
    }
}

/// Columns as wide as their longest cell.
fn table(rows: &[Row]) -> String {
    let cells: Vec<[String; 5]> = rows
        .iter()
        .map(|row| {
            [row.id.clone(), row.group.clone(), row.base_url.clone(), row.languages.join(" "), row.state.to_owned()]
        })
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    let mut text = String::new();
    for row in &cells {
        let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}
