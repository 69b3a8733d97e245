//! From built output to live sites: plan, apply, verify, roll back.
//!
//! Everything works from the manifests that builds leave behind; no source is read, and nothing is built. Nothing here
//! prints.

pub mod fault;
pub mod listing;
pub mod target;
pub mod targets;
