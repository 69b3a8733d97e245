//! The site of one tenant: what its layers decided, its pages, and what a template sees of them.

mod assembly;
mod beside;
mod content_index;
mod context;
mod links;
mod navigation;
mod pages;
mod tenant;
mod values;

pub use assembly::{Look, Parts, Site};
pub use beside::Alias;
pub use content_index::{ContentIndex, StaticFile, Version};
pub use context::{BrandFile, Breadcrumb, NavEntry, PageContext, PageView, Params, SiteView, TenantView, Translation};
pub use links::{LinkStyle, Links, Viewpoint};
pub use pages::{Page, pages, unused_page_settings};
pub use tenant::{Identity, Tenant, published_at, settle};
pub use values::{PageValues, fill_page, used_values};
