//! Files compressed ahead of time: each lies beside the file that it is of, for web servers that send it as it is.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::schema::words;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// gzip (RFC 1952), which every browser takes.
    Gzip,
    /// Brotli (RFC 7932), which is smaller, and which browsers take over HTTPS.
    Brotli,
}

impl Encoding {
    /// All of them.
    pub const ALL: &'static [Encoding] = &[Encoding::Gzip, Encoding::Brotli];

    /// The words of settings.
    pub const WORDS: [&'static str; 2] = ["gzip", "brotli"];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The encoding of a word.
    pub fn from_word(word: &str) -> Option<Encoding> {
        Encoding::ALL.iter().copied().find(|encoding| encoding.as_str() == word)
    }

    /// What the name of a file ends in besides.
    pub const fn ending(self) -> &'static str {
        match self {
            Encoding::Gzip => ".gz",
            Encoding::Brotli => ".br",
        }
    }

    /// What the name of a file is without the ending of an encoding.
    pub fn plain_name(name: &str) -> &str {
        let endings = Encoding::ALL.iter().map(|encoding| encoding.ending());
        endings.filter_map(|ending| name.strip_suffix(ending)).next().unwrap_or(name)
    }

    /// Its name in `Content-Encoding` (RFC 9110, section 8.4.1).
    pub const fn token(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Brotli => "br",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl JsonSchema for Encoding {
    fn schema_name() -> Cow<'static, str> {
        "Encoding".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        words(&[
            ("gzip", "files beside the others that end in .gz"),
            ("brotli", "files beside the others that end in .br"),
        ])
    }
}
