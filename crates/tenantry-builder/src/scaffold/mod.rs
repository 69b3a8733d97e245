//! New sources: a whole workspace, and tenants, groups and themes in one that is there.
//!
//! Everything is checked before anything is written, with the checks that a build makes; what is written is there whole
//! or not at all, and replaces nothing. The texts are files below `scaffold/` of this crate. Nothing is built here.

mod files;
mod group;
mod init;
mod place;
mod tenant;
mod theme;

pub use group::new_group;
pub use init::init;
pub use tenant::{NewTenant, new_tenant};
pub use theme::{NewTheme, new_theme};

use tenantry_core::diagnostic::printable;

use crate::build::Stop;

/// What was written, and what to do next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scaffolded {
    /// The new files, seen from the workspace, sorted.
    pub written: Vec<String>,
    /// Files that were there already, and are as they were.
    pub kept: Vec<String>,
    /// What to do next, each a sentence.
    pub advice: Vec<String>,
    /// The commands to go on with, in order.
    pub commands: Vec<String>,
}

/// Something that cannot be done as it was asked for.
fn wrong(message: impl Into<String>, hint: impl Into<String>) -> Stop {
    Stop::Unknown { message: printable(&message.into()), hint: Some(printable(&hint.into())) }
}

/// Something that is not done, lest a file be lost or written where none belongs.
fn refused(message: impl Into<String>, hint: impl Into<String>) -> Stop {
    Stop::Unsafe { message: printable(&message.into()), hint: Some(printable(&hint.into())) }
}

/// A name for people, made of a folder's: `val-d-oise` becomes `Val-d-oise`.
fn shown_name(folder: &str) -> String {
    let mut letters = folder.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Text as a string of TOML, which no character of it can leave.
fn toml_text(text: &str) -> String {
    toml::Value::from(text).to_string()
}
