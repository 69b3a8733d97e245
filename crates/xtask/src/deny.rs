//! Where cargo-deny is: on the search path, or among the tools of this workspace, or installed there.
//!
//! It runs nothing but the installation; what cargo-deny checks is told by `.cargo/deny.toml`.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tenantry_testkit::browser::on_path;

use crate::Failure;
use crate::gate::code_of;

const NAME: &str = "cargo-deny";

const VERSION: &str = "0.20.2";

/// Below the workspace's folder: what `cargo install --root` is given.
const TOOLS: &str = "target/tools";

/// The program, found or newly installed.
pub(crate) fn find_or_install(root: &Path, cargo: &OsStr) -> Result<PathBuf, Failure> {
    let search_path = env::var_os("PATH").unwrap_or_default();
    match find(&search_path, root) {
        Some(program) => Ok(program),
        None => install(root, cargo),
    }
}

fn find(search_path: &OsStr, root: &Path) -> Option<PathBuf> {
    on_path(search_path, &[NAME]).or_else(|| Some(own(root)).filter(|path| path.is_file()))
}

fn install(root: &Path, cargo: &OsStr) -> Result<PathBuf, Failure> {
    let mut command = Command::new(cargo);
    command.args(["install", NAME, "--version", VERSION, "--locked", "--root", TOOLS]);
    match code_of(command.current_dir(root))? {
        0 => Ok(own(root)),
        code => {
            let message = format!("cannot install cargo-deny {VERSION} into `{TOOLS}`");
            Err(Failure { message, code })
        }
    }
}

/// Where the workspace's own would be.
fn own(root: &Path) -> PathBuf {
    root.join(TOOLS).join("bin").join(format!("{NAME}{}", env::consts::EXE_SUFFIX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenantry_testkit::Workspace;

    #[test]
    fn the_search_path_comes_before_the_workspaces_own() {
        let workspace = Workspace::from_text("//- /a/other\n\n//- /b/other\n\n");
        let (root, name) = (workspace.path(), format!("{NAME}{}", env::consts::EXE_SUFFIX));
        let search_path = env::join_paths([root.join("a"), root.join("b")]).unwrap();
        assert_eq!(find(&search_path, root), None);
        workspace.write(&format!("{TOOLS}/bin/{name}"), "");
        assert_eq!(find(&search_path, root), Some(own(root)));
        workspace.write(&format!("b/{name}"), "");
        assert_eq!(find(&search_path, root), Some(root.join("b").join(name)));
    }

    #[test]
    fn an_installation_that_fails_says_so() {
        let workspace = Workspace::empty();
        let failure = install(workspace.path(), OsStr::new("false")).unwrap_err();
        assert!(failure.message.contains("cargo-deny 0.20.2"), "{failure:?}");
    }
}
