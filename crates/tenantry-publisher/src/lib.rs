//! From built output to live sites: plan, apply, verify, roll back.
//!
//! ```text
//! plan      site, plan       manifests + records -> what is to be done, or why it must not be
//! apply     run, send        plan -> a release of each tenant, under its lock
//! verify    verify           what the public gets against what was sent
//! back      releases         a release that is kept -> the one that is shown
//! ```
//!
//! Everything works from the manifests that builds leave behind; no source is read, and nothing is built. A place is
//! compared by what the record and the listing of its last release say: it is neither listed nor read. Nothing here
//! prints.

pub mod built;
pub mod clock;
mod disk;
pub mod fault;
mod ledger;
mod links;
pub mod listing;
pub mod lock;
pub mod observe;
pub mod plan;
mod probe;
mod programs;
mod purge;
pub mod record;
pub mod releases;
pub mod retry;
pub mod run;
mod send;
pub mod session;
mod site;
pub mod target;
pub mod targets;
pub mod veil;
pub mod verify;
