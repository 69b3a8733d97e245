//! Content: Markdown documents with front matter and placeholders, compiled once into segments.
//!
//! ```text
//! text ── front_matter ── placeholder: cut out ── markdown: events ──> Body { segments, holes, headings }
//!                                                                      └─ fill (per tenant) ──> HTML
//! ```
//!
//! A body is compiled once, whatever the number of tenants that show it. A tenant's page is its segments with the
//! holes filled. Content is never a template: the grammar of placeholders is closed.

mod address;
mod body;
mod document;
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
pub use escape::escape;
pub(crate) use fill::DEEPEST_PART;
pub use fill::{Filler, Filling, TocEntry, Unfilled, Values, fill_text};
pub use front_matter::FrontMatter;
pub use placeholder::{Placeholder, ROOTS, ValuePath};
