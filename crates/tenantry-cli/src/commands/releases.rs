//! `releases`: what a target keeps of each tenant.

use serde::Serialize;
use tenantry_builder::build::Stop;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_publisher::clock::readable;
use tenantry_publisher::record::Release;
use tenantry_publisher::releases::Shelf;

use crate::arguments::{Format, Global, Releases};
use crate::commands::publish::Found;
use crate::display::{self, count};
use crate::exit::Exit;
use crate::json;
use crate::terminal::{self, Stream};

#[derive(Serialize)]
struct Row<'r> {
    tenant: &'r str,
    place: &'r str,
    release: u64,
    shown: bool,
    time: String,
    run: &'r str,
    files: usize,
    pages: usize,
    bytes: u64,
    digest: String,
}

/// Lists.
pub fn releases(arguments: &Releases, global: &Global) -> Result<Exit, Stop> {
    let Found { fleet, publisher } = Found::of(&arguments.destination, &arguments.tenants, global)?;
    let interrupt = super::interrupt();
    let (mut shelves, mut code) = (Vec::new(), Exit::Success);
    for tenant in fleet.all() {
        match publisher.releases(&tenant, &interrupt) {
            Ok(shelf) => shelves.push(shelf),
            Err(fault) => {
                code = Exit::TenantErrors;
                display::diagnostic(&Diagnostic::error("target", fault.message).about(tenant.as_str()), global);
            }
        }
    }
    let rows: Vec<Row<'_>> = shelves.iter().flat_map(rows).collect();
    if global.format == Format::Json {
        terminal::write(Stream::Output, &as_json(&rows, (&publisher.target, code)));
        return Ok(code);
    }
    terminal::write(Stream::Output, &rows.iter().map(line).collect::<String>());
    Ok(code)
}

fn rows(shelf: &Shelf) -> impl Iterator<Item = Row<'_>> {
    let row = |release: &'_ Release| release.number;
    let mut releases: Vec<&Release> = shelf.releases.iter().collect();
    releases.sort_by_key(|release| std::cmp::Reverse(row(release)));
    releases.into_iter().map(|release| Row {
        tenant: shelf.tenant.as_str(),
        place: &shelf.place,
        release: release.number,
        shown: shelf.shown == Some(release.number),
        time: readable(release.time),
        run: &release.run,
        files: release.files,
        pages: release.pages,
        bytes: release.bytes,
        digest: release.digest.to_string(),
    })
}

fn line(row: &Row<'_>) -> String {
    let shown = if row.shown { "*" } else { " " };
    let (pages, files) = (count(row.pages, "page"), count(row.files, "file"));
    let Row { tenant, release, time, run, digest, .. } = row;
    format!("{shown} {tenant}  release {release}  {time}  {pages}  {files}  run {run}  {}\n", &digest[..12])
}

fn as_json(rows: &[Row<'_>], (target, code): (&str, Exit)) -> String {
    #[derive(Serialize)]
    struct Rows<'r> {
        target: &'r str,
        releases: &'r [Row<'r>],
    }
    json::document("releases", code.into(), Rows { target, releases: rows })
}
