//! The leak check, its pure part: finds the hosts and names of other tenants in a text.
//!
//! ```text
//! text ── host_words ──> words that look like hosts ── Fleet::owners ──> whose they are
//! ```
//!
//! A text is taken apart into words once, whatever the number of tenants, and each word is looked up; no text is searched
//! for a list of hosts. Which texts a site shows is told by [`texts_of_layer`] and [`shown_origins`]; what becomes of a
//! mention is the builder's to know.

mod code;
mod fleet;
mod names;
mod texts;
mod words;

pub use code::{Code, code_in};
pub use fleet::{Fleet, HostList};
pub use names::{NameMention, Names};
pub use texts::{shown_origins, texts_of_layer};
pub use words::{HostWord, host_of, host_words};
