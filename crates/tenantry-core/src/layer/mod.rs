//! Layers: what each folder says, and how the words of several folders become one.
//!
//! ```text
//! text ── document ──> TOML with places ── decode ──> LayerSpec ── combine ──> LayerSpec ── settle ──> Tenant
//! ```
//!
//! A [`LayerSpec`] is what was written: every field optional, every value with its [`Origin`]. What was decided is a
//! [`crate::site::Tenant`]. Precedence stands in one place, [`Combine`].

mod chain;
mod combine;
mod decode;
mod document;
mod fields;
mod keys;
mod provenance;
mod roster;
mod secrets;
mod spec;
mod url;
mod value;

pub use chain::{Chain, LayerName, Link};
pub use combine::{Combine, IsEmpty};
pub(crate) use decode::alias;
pub use decode::{Holder, LayerFile, decode_setting, decode_settings};
pub use document::{Document, parse_document};
pub use fields::{Fields, Reader};
pub use keys::{KEYS, Key, Owner};
pub use provenance::{Definition, definitions};
pub use roster::{Roster, RosterRow, RowDecoder, name_columns};
pub(crate) use secrets::report_secrets;
pub use spec::{
    EnvironmentSpec, LayerSpec, LintException, MissingTranslation, NavItem, NavLink, NavSpec, PageSpec, TargetSpec,
};
pub use url::{BaseUrl, UrlTemplate};
pub use value::{LocalText, Origin, Scalar, Sourced};
