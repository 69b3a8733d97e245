//! Languages: the tag that names one, and the words that Tenantry itself says in it.
//!
//! Here are the tag ([`Lang`]), the direction of writing, the calendar date, the closed
//! vocabularies of the register ([`Column`], [`Category`], [`Kind`], [`Party`]) and the built-in
//! labels of five languages ([`Words`]). Not here: what a theme or a tenant says (their strings are
//! sources, not built in), which languages a site serves, and the grammar of durations
//! (`crate::duration`, which borrows its nouns from [`Words`]).

mod date;
mod direction;
mod native;
mod quote;
mod tag;
mod vocabulary;
mod words;

pub use date::{Date, DateError};
pub use direction::Direction;
pub(crate) use quote::excerpt;
pub use tag::{Lang, LangError};
pub use vocabulary::{Category, Column, Kind, Party};
pub use words::{BannerWords, DurationWords, Noun, Words};
