//! The register: providers, cookies, categories and tables, from what layers say to the cells of a page.
//!
//! [`RegisterSpec`] is what was written, [`Register`] what was decided: every row resolved to its cookie, every cookie
//! to its provider and category. Cells are derived from fields by [`cell()`], tables become HTML in [`table_html`].

mod cell;
mod decode;
mod facts;
mod html;
mod pattern;
mod settle;
mod size;
mod spec;

pub use cell::{Cell, Reader, cell};
pub(crate) use cell::{duration, party};
pub(crate) use decode::{cookie_id, decode_register};
pub use facts::overridden_facts;
pub(crate) use html::label;
pub use html::{TableHtml, table_html};
pub use pattern::{Host, NamePattern};
pub use settle::{
    CategoryOf, Cookie, Inherited, Provider, Register, SettledCookie, Table, settle_cookie, settle_register,
};
pub use spec::{ByPlace, CategorySpec, CookieSpec, DurationSpec, Labels, ProviderSpec, RegisterSpec, TableSpec};
