//! Our build limited to what Hugo makes: five pages and a sitemap for each tenant.
//!
//! The program has no such mode, since nobody publishes a part of a site. It is the same library with the same settings, run
//! as a process of its own, so that its times and its memory are those of a whole run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use tenantry_builder::build::{Files, Mode, Options, run};
use tenantry_builder::observe::Unobserved;

use crate::Failure;
use crate::bench::process::{self, Run};

/// Builds a workspace into a folder.
pub(crate) fn build(workspace: PathBuf, out: PathBuf) -> Result<String, Failure> {
    let options = Options { files: Files::PagesAndSitemap, ..Options::new(workspace, out, Mode::Build) };
    let report = run(&options, &Unobserved, &AtomicBool::new(false));
    let report = report.map_err(|stop| Failure::new(format!("the build stopped: {stop:?}")))?;
    Ok(format!("{} tenants", report.tenants.len()))
}

/// The same as a process.
pub(crate) fn measure(workspace: &Path, out: &Path) -> Result<Run, Failure> {
    let own = std::env::current_exe().map_err(|error| Failure::new(format!("cannot find this program: {error}")))?;
    process::run(Command::new(own).arg("six").arg(workspace).arg(out))
}
