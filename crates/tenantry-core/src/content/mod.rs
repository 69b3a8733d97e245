//! Content: Markdown documents with front matter and placeholders, compiled once into segments.
//!
//! ```text
//! text ── front_matter ── placeholder: cut out ── markdown: events ──> Body { segments, holes, headings }
//!          Body ── draft (per site's addresses): parts, links ──> Draft ── fill (per tenant) ──> HTML
//! ```
//!
//! A body is compiled once, whatever the number of tenants that show it, and drafted once for all of them whose pages
//! stand at the same addresses. A tenant's page is its draft with the holes filled. Content is never a template: the grammar of placeholders is closed.

mod address;
mod body;
mod document;
mod draft;
mod escape;
mod fill;
mod front_matter;
mod heading;
mod markdown;
mod placeholder;
mod table;

pub use address::{Target, check_address, classify};
pub use body::{Body, Destination, DestinationPart, Heading, Hole, Outline, Segment, TextPart, TextTemplate};
pub use document::{Document, Trust, compile_document, compile_part};
pub(crate) use draft::DEEPEST_PART;
pub use draft::{Draft, Linked, Surroundings};
pub use escape::escape;
pub use fill::{Filling, LinkStyle, TocEntry, Unfilled, Values, fill_text};
pub use front_matter::FrontMatter;
pub use placeholder::{Placeholder, ROOTS, ValuePath};
