//! From a workspace on disk to the sites of its tenants.
//!
//! ```text
//! recall      memory, state                        the last build -> tenants that need not be read
//! read        workspace, scan, content, themes     disk -> layers, tenants, themes
//! resolve     resolve, leaks                       layers -> a tenant's site, which names no other tenant
//! plan        plan                                 site -> jobs
//! compare     compare                              jobs + manifest -> verdicts
//! render      render, templates                         jobs -> bytes
//! check       lint                                 a tenant's site -> what breaks the rules
//! write       output                               bytes -> dist/
//! ```
//!
//! [`build::run`] takes every tenant through these stages, in parallel; [`preview`] takes one through them when somebody asks. [`scaffold`] writes new sources instead of output.
//! Nothing here prints.

mod banner;
mod blueprints;
mod brands;
pub mod build;
pub mod compare;
mod compress;
mod content;
pub mod disk;
pub mod explain;
mod exports;
pub mod hosted;
mod images;
mod inventory;
mod leaks;
mod lint;
mod loaded;
pub mod lock;
mod memory;
pub mod observe;
mod one_tenant;
mod options;
pub mod output;
pub mod plan;
pub mod preview;
mod prints;
mod render;
pub mod report;
pub mod resolve;
mod roster;
pub mod scaffold;
mod scan;
pub mod schemas;
pub mod selection;
mod skeleton;
pub(crate) mod state;
mod styles;
mod templates;
pub mod themes;
pub mod view;
mod watchdog;
pub mod workspace;
