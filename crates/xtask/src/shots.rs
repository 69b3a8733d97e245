//! Screenshots of the workspace's own tenants: the home and the cookie page of each language, at two widths, light and
//! dark, and as they are printed.
//!
//! They are to be looked at; no test compares them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tenantry_testkit::Browser;
use tenantry_testkit::browser::{SitePage, home_and_cookies};

use crate::Failure;
use crate::gate::{cargo, code_of};

/// Builds the tenants into a temporary folder, and writes their pictures to `dir`.
pub(crate) fn take(root: &Path, dir: &Path) -> Result<String, Failure> {
    let browser = Browser::find(root).map_err(Failure::new)?;
    let dir = folder(dir).map_err(|error| Failure::new(format!("cannot create `{}`: {error}", dir.display())))?;
    let out = tempfile::tempdir().map_err(|error| Failure::new(error.to_string()))?;
    build(root, out.path())?;
    let job = json!({ "task": "shots", "folder": dir, "pages": pages(out.path()) });
    let outcome = browser.run(&job.to_string());
    match serde_json::from_str(&outcome.stdout) {
        Ok(Value::Array(files)) => Ok(format!("{} pictures in `{}`", files.len(), dir.display())),
        _ => Err(Failure::new(format!("the browser failed\n{}", outcome.stderr))),
    }
}

/// The folder, made and with its whole path: the browser may run elsewhere.
fn folder(dir: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    dir.canonicalize()
}

fn build(root: &Path, out: &Path) -> Result<(), Failure> {
    let mut command = Command::new(cargo());
    command.args(["run", "--quiet", "--locked", "-p", "tenantry-cli", "--", "build", "--quiet", "--out"]);
    match code_of(command.arg(out).current_dir(root))? {
        0 => Ok(()),
        code => Err(Failure { message: "the workspace does not build: run `make check`".to_owned(), code }),
    }
}

/// The pages of all tenants, as the browser's job has them.
fn pages(out: &Path) -> Vec<Value> {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let mut tenants: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    tenants.retain(|name| !name.starts_with('.'));
    tenants.sort();
    let of_tenant = |tenant: &String| {
        let folder = out.join(tenant);
        let job = |page: SitePage| {
            let name = format!("{tenant}-{}-{}", page.lang, page.kind);
            json!({ "folder": folder, "base": "/", "path": page.path, "name": name })
        };
        home_and_cookies(&folder).into_iter().map(job).collect::<Vec<_>>()
    };
    tenants.iter().flat_map(of_tenant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenantry_testkit::Workspace;

    #[test]
    fn every_tenant_gives_its_pages() {
        let out = Workspace::from_text(
            "//- /b/index.html\n<html lang=\"fr\">\n//- /b/cookies/index.html\n<html lang=\"fr\">\n\
             //- /a/index.html\n<html lang=\"en\">\n//- /a/cookies/index.html\n<html lang=\"en\">\n\
             //- /.tenantry/x/index.html\n\n",
        );
        let pages = pages(out.path());
        let names: Vec<_> = pages.iter().filter_map(|page| page["name"].as_str()).collect();
        assert_eq!(names, ["a-en-home", "a-en-cookies", "b-fr-home", "b-fr-cookies"]);
    }
}
