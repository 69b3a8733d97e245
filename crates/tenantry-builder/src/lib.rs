//! From a workspace on disk to the sites of its tenants.
//!
//! ```text
//! recall      memory, state                        the last build -> tenants that need not be read
//! read        workspace, scan, content, themes     disk -> layers, tenants, themes
//! resolve     resolve                              layers -> a tenant's site
//! plan        plan                                 site -> jobs
//! compare     compare                              jobs + manifest -> verdicts
//! render      templates                            jobs -> bytes
//! write       output                               bytes -> dist/
//! ```
//!
//! [`build::run`] takes every tenant through these stages, in parallel. [`scaffold`] writes new sources instead of output.
//! Nothing here prints.

pub mod build;
pub mod compare;
mod content;
pub mod disk;
pub mod explain;
mod images;
mod loaded;
pub mod lock;
mod memory;
pub mod observe;
mod one_tenant;
pub mod output;
pub mod plan;
pub mod report;
pub mod resolve;
mod roster;
pub mod scaffold;
mod scan;
pub mod schemas;
pub mod selection;
pub(crate) mod state;
mod styles;
mod templates;
pub mod themes;
pub mod view;
mod watchdog;
pub mod workspace;
