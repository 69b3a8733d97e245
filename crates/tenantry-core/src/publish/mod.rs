//! Publish targets: what layers may say of them, and what is settled for a tenant.
//!
//! A [`TargetSettings`] is whole and holds no secret, so it stands in the tenant's manifest; which fields a kind has is
//! one table, [`fields`].

mod fields;
mod settle;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::artifact::Encoding;

use fields::CONTENT_ENCODING;
pub use fields::{Field, Need, Shape, fields};
pub(crate) use settle::{Ground, settle_targets};

/// A kind of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A folder of this machine, or of a mount.
    Dir,
    /// A store that speaks the protocol of Amazon S3.
    S3,
    /// A folder of another machine, reached by OpenSSH.
    Ssh,
    /// A branch of a git repository.
    Git,
    /// A program that takes a folder.
    Command,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Kind] = &[Kind::Dir, Kind::S3, Kind::Ssh, Kind::Git, Kind::Command];

    /// The word that `kind` says.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Dir => "dir",
            Kind::S3 => "s3",
            Kind::Ssh => "ssh",
            Kind::Git => "git",
            Kind::Command => "command",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// Text, its words filled in.
    Text(String),
    /// A whole number.
    Number(u64),
    /// True or false.
    Flag(bool),
    /// Texts, their words filled in.
    List(Vec<String>),
}

/// A target of a tenant, settled: `{tenant}`, `{domain}` and `{group}` are filled in, and every field is one of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetSettings {
    /// What kind of target it is.
    pub kind: Kind,
    /// Its other fields.
    #[serde(flatten)]
    pub fields: BTreeMap<String, FieldValue>,
}

/// The targets of a tenant, by name.
pub type Targets = BTreeMap<String, TargetSettings>;

impl TargetSettings {
    /// A text; empty where the field is not set.
    pub fn text(&self, field: &str) -> &str {
        match self.fields.get(field) {
            Some(FieldValue::Text(text)) => text,
            _ => "",
        }
    }

    /// A text that may be absent.
    pub fn text_if_any(&self, field: &str) -> Option<&str> {
        Some(self.text(field)).filter(|text| !text.is_empty())
    }

    /// A number, or what counts where none is set.
    pub fn number(&self, field: &str, otherwise: u64) -> u64 {
        match self.fields.get(field) {
            Some(FieldValue::Number(number)) => *number,
            _ => otherwise,
        }
    }

    /// Whether a flag is set.
    pub fn flag(&self, field: &str) -> bool {
        matches!(self.fields.get(field), Some(FieldValue::Flag(true)))
    }

    /// The texts of a list.
    pub fn list(&self, field: &str) -> &[String] {
        match self.fields.get(field) {
            Some(FieldValue::List(items)) => items,
            _ => &[],
        }
    }

    /// How files are sent compressed, to a store that sends them on as they are.
    pub fn content_encoding(&self) -> Option<Encoding> {
        Encoding::from_word(self.text(CONTENT_ENCODING))
    }

    /// Whether files are replaced one by one instead of release by release.
    pub fn is_in_place(&self) -> bool {
        self.text("layout") == "in-place"
    }
}
