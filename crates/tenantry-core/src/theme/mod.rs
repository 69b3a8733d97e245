//! Themes as data: what `theme.toml` declares, and a tenant's parameters checked against it.
//!
//! [`ThemeSpec`] is what one theme says, [`Param`] what a theme and those that it extends decided together. Templates
//! and assets are the builder's business.

mod declared;
mod params;
mod spec;

pub use declared::{Asked, Ground, Param, ParamKind, settle_declarations};
pub use params::{ParamValue, settle_params};
pub(crate) use spec::KINDS;
pub use spec::{ParamSpec, ThemeSpec, decode_theme};
