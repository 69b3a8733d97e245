//! Configurations of web servers.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use tenantry_builder::build::{Mode, Options, Stop, run};
use tenantry_builder::hosted::{Missing, WebRoot, hosted_sites, one_folder};
use tenantry_builder::observe::Unobserved;
use tenantry_builder::report::Finding;
use tenantry_builder::selection::Selection;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::hosting::{HostedSite, Server, configuration};
use tenantry_core::name::TenantId;

use super::{File, FileView, hand_over, shown};
use crate::arguments::{Export, Format, Global};
use crate::display::{self, count};
use crate::exit::Exit;
use crate::json;
use crate::terminal::{self, Stream};

/// How each tenant gets a folder of its own.
const APART: &str = "put {tenant} into it: --root '/srv/www/{tenant}'";

/// Writes the configuration of a server, and tells whose sites are not in it.
pub fn export(arguments: &Export, (server, file): (Server, &str), global: &Global) -> Result<Exit, Stop> {
    let workspace = crate::commands::workspace(global)?;
    let built = crate::commands::output_folder(arguments.built.as_deref(), &workspace)?;
    let options = Options {
        selection: Selection { patterns: arguments.tenants.clone(), shard: None },
        ..Options::new(workspace, built.clone(), Mode::DryRun)
    };
    let tenants = run(&options, &Unobserved, &AtomicBool::new(false))?.tenants;
    let root = web_root(arguments, &built, tenants.len())?;
    let (sites, missing) = hosted_sites(&built, &tenants, &root);
    refuse_one_folder(&sites)?;
    let all: Vec<TenantId> = sites.iter().map(|site| site.tenant.clone()).collect();
    let (text, unfit) = configuration(server, sites, &arguments.listen);
    let served: Vec<&TenantId> = all.iter().filter(|id| !unfit.iter().any(|unfit| unfit.tenant == **id)).collect();
    let missing = missing.into_iter().chain(unfit.into_iter().map(Missing::Unfit));
    let findings: Vec<Finding> = missing.map(finding).collect();
    let code = if findings.is_empty() { Exit::Success } else { Exit::TenantErrors };
    if global.format == Format::Json {
        tell_machines(File { name: file.to_owned(), text }, (arguments, &served, &findings), code)?;
        return Ok(code);
    }
    let written = hand_over(&[File { name: file.to_owned(), text }], arguments.out.as_deref())?;
    display::findings(&findings, global);
    if !global.quiet {
        let into = written.iter().map(|path| format!(" into {path}")).collect::<String>();
        terminal::write(Stream::Error, &format!("wrote {}{into}\n", count(served.len(), "site")));
    }
    Ok(code)
}

/// Where the files lie on the server: where the build put them, or where somebody says.
fn web_root(arguments: &Export, built: &Path, tenants: usize) -> Result<WebRoot, Stop> {
    let Some(asked_for) = &arguments.root else { return Ok(WebRoot::Below(built.display().to_string())) };
    let stop = |message: String, hint: &str| Stop::Unknown { message, hint: Some(hint.to_owned()) };
    let root = WebRoot::new(asked_for)
        .map_err(|error| stop(format!("--root: {error}"), "such as --root '/srv/www/{tenant}/current'"))?;
    if !asked_for.starts_with('/') {
        return Err(stop(format!("--root: `{asked_for}` is no whole path"), "it begins with a slash"));
    }
    if tenants > 1 && !root.tells_tenants_apart() {
        let message = format!("--root: `{asked_for}` is one folder for {}", count(tenants, "tenant"));
        return Err(stop(message, APART));
    }
    Ok(root)
}

/// A domain or a group may have several tenants.
fn refuse_one_folder(sites: &[HostedSite]) -> Result<(), Stop> {
    let Some([one, other]) = one_folder(sites) else { return Ok(()) };
    let message = format!("--root: `{}` is one folder for `{}` and `{}`", one.root, one.tenant, other.tenant);
    Err(Stop::Unknown { message, hint: Some(APART.to_owned()) })
}

fn finding(missing: Missing) -> Finding {
    let (diagnostic, tenant) = match missing {
        Missing::NotBuilt(tenant) => {
            let problem = Diagnostic::error("not-built", format!("`{tenant}` has no whole output, so it is left out"));
            (problem.hint(format!("tenantry build {tenant}")), Some(tenant))
        }
        Missing::Unfit(unfit) => {
            (Diagnostic::error("unfit", format!("{unfit}; so it is left out")), Some(unfit.tenant))
        }
        Missing::Disk(error) => (error.diagnostic(), None),
    };
    Finding { diagnostic, tenants: 1, examples: tenant.into_iter().collect() }
}

/// The document for machines: the text itself, or where it was written.
fn tell_machines(
    file: File,
    (arguments, served, findings): (&Export, &[&TenantId], &[Finding]),
    code: Exit,
) -> Result<(), Stop> {
    #[derive(Serialize)]
    struct Written<'d, F: Serialize> {
        files: Vec<FileView>,
        tenants: &'d [&'d TenantId],
        findings: F,
    }
    let files = shown(vec![file], arguments.out.as_deref())?;
    let content = Written { files, tenants: served, findings: json::findings(findings) };
    terminal::write(Stream::Output, &json::document("export", code.into(), content));
    Ok(())
}
