//! The site of one tenant: what its layers decided, its pages, and what a template sees of them.

mod assembly;
mod beside;
mod blueprint;
mod content_index;
mod context;
mod links;
mod navigation;
mod pages;
mod tenant;
mod values;

pub use assembly::{Look, Parts, Site, Viewpoint, full_title};
pub use beside::Alias;
pub use blueprint::Blueprint;
pub use content_index::{ContentIndex, StaticFile, Version};
pub use context::{BrandFile, Breadcrumb, NavEntry, PageContext, PageView, Params, SiteView, TenantView, Translation};
pub use links::Links;
pub use pages::{Page, unused_page_settings};
pub use tenant::{Identity, Tenant, published_at, settle};
