//! The release build of the program, for the chores that run it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::gate::{cargo, code_of};

/// Where cargo leaves it.
const PROGRAM: &str = "target/release/tenantry";

/// Compiles the program, and tells where it is.
pub(crate) fn build(root: &Path) -> Result<PathBuf, Failure> {
    let mut command = Command::new(cargo());
    command.args(["build", "--quiet", "--release", "--locked", "-p", "tenantry-cli"]).current_dir(root);
    match code_of(&mut command)? {
        0 => Ok(root.join(PROGRAM)),
        code => Err(Failure { message: format!("the program does not compile (exit {code})"), code }),
    }
}
