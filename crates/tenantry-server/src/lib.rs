//! The preview server: any tenant's site as it would be published now, live reload, and a dashboard.
//!
//! ```text
//! gate      connections       ->  whole, well-formed requests        limits and deadlines; sockets only
//! workers   requests          ->  answers                            `tiny_http` and a fixed number of threads
//! router    request           ->  site, dashboard, toolbar, stream   who may ask, and what a host stands for
//! watch     file system       ->  what to look at                    `notify`, and looking where that is not enough
//! preview   what changed      ->  who is told                        streams of events to open pages
//! ```
//!
//! What is shown comes from an engine behind the trait [`site::Sites`]; [`Engine`] is that of `tenantry-builder`.
//! Nothing here prints ([`observe`] tells), and nothing is written to disk but the socket between gate and workers.

mod access;
mod assets;
mod dashboard;
mod engine;
mod gate;
mod html;
mod http;
pub mod limits;
pub mod observe;
mod open;
mod page;
mod preview;
mod problem;
mod router;
mod serve;
pub mod site;
mod stream;
mod toolbar;
mod watch;
mod workers;

pub use crate::engine::Engine;
pub use crate::gate::Ports;
pub use crate::preview::Follow;
pub use crate::serve::{Failure, Options, Running, serve};
pub use crate::watch::Watch;
