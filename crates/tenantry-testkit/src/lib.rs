//! What the tests of Tenantry share: workspaces written from one text, output trees that can be
//! compared, runs of the built program, a real browser, expected texts that re-bless themselves,
//! fleets of any size, and ways to break their tenants.
//!
//! It is development only: nothing that is shipped depends on it. It knows nothing of the other
//! crates, so that it can test them from outside, and it judges nothing: it holds fixtures, not tests.
#![allow(clippy::panic, reason = "a fixture that cannot be made ends its test, with a clear message")]

#[cfg(unix)]
pub mod breakage;
pub mod browser;
pub mod expect;
pub mod fleet;
pub mod servers;

mod disk;
mod program;
mod started;
mod tree;
mod workspace;

pub use crate::browser::Browser;
pub use crate::fleet::Fleet;
pub use crate::program::{Outcome, Program};
pub use crate::started::Started;
pub use crate::tree::{Entry, Tree};
pub use crate::workspace::{PLAIN_THEME, Workspace};
