//! The files that a site publishes beside its pages, as text: what hosts, search engines and machines read.
//!
//! Which of them a site has, and where they go, is the plan's business; here is what stands in them. Nothing here can
//! write one tenant's words into another's file: every function sees one site.

mod alias;
mod encoding;
mod headers;
mod host_rules;
mod lines;
mod redirects;
mod register;
mod robots;
mod sitemap;

pub use alias::{AliasKind, alias_page};
pub use encoding::Encoding;
pub use headers::{Indexed, Scripts, headers};
pub use host_rules::{ASK_AGAIN, HeaderRule, HostRules, OBEYED};
pub use lines::BadLine;
pub use redirects::{Redirect, redirects};
pub use register::{
    CategoryJson, ColumnJson, CookieJson, DurationJson, DurationKind, NameJson, ProviderJson, RegisterHead,
    RegisterJson, TableJson, TenantJson, WrittenRegister,
};
pub(crate) use register::{RegisterFile, pretty};
pub use robots::robots;
pub use sitemap::{SitemapPage, sitemap};
