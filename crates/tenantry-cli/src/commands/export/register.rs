//! The registers of tenants in the formats of consent managers, databases and spreadsheets.

use serde::Serialize;
use tenantry_builder::build::{Mode, Options, Order, Stop, run};
use tenantry_builder::observe::Unobserved;
use tenantry_builder::report::{Finding, Report};
use tenantry_builder::selection::Selection;
use tenantry_core::export::{Format as Register, Loss};
use tenantry_core::name::TenantId;

use super::{File, FileView, hand_over, shown};
use crate::arguments::{Export, Format, Global};
use crate::display::{self, count};
use crate::exit::{self, Exit};
use crate::json;
use crate::terminal::{self, Stream};

/// Exports registers: one to standard output, or each into a folder of its tenant. A tenant with errors has none.
pub fn export(arguments: &Export, format: Register, global: &Global) -> Result<Exit, Stop> {
    let workspace = crate::commands::workspace(global)?;
    let out = workspace.join("dist");
    let order = Order { format, revision: arguments.revision };
    let options = Options {
        selection: Selection { patterns: arguments.tenants.clone(), shard: None },
        environment: arguments.env.clone(),
        overrides: crate::commands::settings(global)?,
        ..Options::new(workspace, out, Mode::Export(order))
    };
    let mut report = run(&options, &Unobserved, &std::sync::atomic::AtomicBool::new(false))?;
    let code = exit::of_report(&report);
    report.findings.retain(|finding| finding.diagnostic.is_error());
    if report.tenants.len() > 1 && arguments.out.is_none() {
        let message = format!("the registers of {} are files", count(report.tenants.len(), "tenant"));
        let hint = format!("say where, such as --out {format}, or name one tenant");
        return Err(Stop::Unknown { message, hint: Some(hint) });
    }
    let exports = std::mem::take(&mut report.exports);
    let losses: Vec<LossView> = exports.iter().flat_map(|(id, export)| views(id, &export.losses)).collect();
    let files = exports.into_iter().map(|(id, export)| match &arguments.out {
        Some(_) => File { name: format!("{id}/{}", format.file_name()), text: export.text },
        None => File { name: format.file_name().to_owned(), text: export.text },
    });
    let files: Vec<File> = files.collect();
    if global.format == Format::Json {
        tell_machines(files, (arguments, &losses, &report.findings), code)?;
    } else {
        tell_people(&files, (arguments, &losses, &report), global)?;
    }
    Ok(code)
}

/// What a format cannot hold, of one tenant's cookie.
#[derive(Serialize)]
struct LossView {
    tenant: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie: Option<String>,
    what: String,
}

fn views(tenant: &TenantId, losses: &[Loss]) -> Vec<LossView> {
    let view = |loss: &Loss| LossView {
        tenant: tenant.to_string(),
        cookie: loss.cookie.as_ref().map(ToString::to_string),
        what: loss.what.clone(),
    };
    losses.iter().map(view).collect()
}

fn tell_people(
    files: &[File],
    (arguments, losses, report): (&Export, &[LossView], &Report),
    global: &Global,
) -> Result<(), Stop> {
    display::findings(&report.findings, global);
    let written = hand_over(files, arguments.out.as_deref())?;
    if global.quiet {
        return Ok(());
    }
    let mut text = String::new();
    for LossView { tenant, cookie, what } in losses {
        let cookie = cookie.as_ref().map(|cookie| format!(" {cookie}")).unwrap_or_default();
        text.push_str(&format!("not in the export: {tenant}{cookie}: {what}\n"));
    }
    let into = if written.is_empty() { String::new() } else { format!(" into {}", count(written.len(), "file")) };
    text.push_str(&format!(
        "exported {}{into}, {} lost\n",
        count(files.len(), "register"),
        count(losses.len(), "detail")
    ));
    terminal::write(Stream::Error, &text);
    Ok(())
}

/// The document for machines: the texts themselves, or where they were written.
fn tell_machines(
    files: Vec<File>,
    (arguments, losses, findings): (&Export, &[LossView], &[Finding]),
    code: Exit,
) -> Result<(), Stop> {
    #[derive(Serialize)]
    struct Written<'d, F: Serialize> {
        files: Vec<FileView>,
        losses: &'d [LossView],
        findings: F,
    }
    let files = shown(files, arguments.out.as_deref())?;
    let content = Written { files, losses, findings: json::findings(findings) };
    terminal::write(Stream::Output, &json::document("export", code.into(), content));
    Ok(())
}
