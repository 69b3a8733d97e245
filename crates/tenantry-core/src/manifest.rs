//! What a tenant's output holds: the list that later builds compare with, and that publishing works from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::artifact::Encoding;
use crate::digest::{Checksum, Digest};
use crate::name::TenantId;
use crate::path::OutputPath;
use crate::publish::Targets;

/// The number of this format; a manifest of another format is not read.
pub const MANIFEST_FORMAT: u32 = 1;

/// A tenant's artifacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format: [`MANIFEST_FORMAT`].
    pub format: u32,
    /// The tenant's id.
    pub tenant: String,
    /// Where the site is published.
    pub base_url: String,
    /// Publish targets, resolved; they hold no secret.
    pub targets: Targets,
    /// The artifacts by path.
    pub artifacts: BTreeMap<OutputPath, Artifact>,
}

/// What a manifest begins with when it is kept; the digest of all that follows it stands behind it.
const SEAL: &[u8] = b"{\"digest\":\"";
/// What stands between the digest and the rest.
const SEALED: &[u8] = b"\",";

impl Manifest {
    /// As it is kept: JSON whose first field is a digest of the rest, so that one that was torn or changed is known.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let json = serde_json::to_vec(self)?;
        let rest = json.get(1..).unwrap_or_default();
        Ok([SEAL, Checksum::of(rest).to_string().as_bytes(), SEALED, rest].concat())
    }

    /// Reads one that was kept of a tenant. `None` if it is not as it was written, or is another tenant's.
    pub fn from_bytes(bytes: &[u8], tenant: &TenantId) -> Option<Manifest> {
        let sealed = bytes.strip_prefix(SEAL)?;
        let end = sealed.iter().position(|byte| *byte == b'"')?;
        let (digest, rest) = sealed.split_at(end);
        let rest = rest.strip_prefix(SEALED)?;
        let is_whole = Checksum::of(rest).to_string().as_bytes() == digest;
        let manifest: Manifest = is_whole.then(|| serde_json::from_slice(bytes).ok())??;
        (manifest.format == MANIFEST_FORMAT && manifest.tenant == tenant.as_str()).then_some(manifest)
    }
}

/// A file of the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// The digest of its bytes.
    pub digest: Checksum,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type, `text/html; charset=utf-8`.
    pub media_type: Cow<'static, str>,
    /// How long it may be kept by others.
    pub cache: CacheClass,
    /// How it is compressed, if it is the compressed form of the file that is named as it without the ending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compressed: Option<Encoding>,
    /// What it was made from.
    pub key: Key,
}

/// How long a file may be kept by browsers and intermediaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CacheClass {
    /// For ever: its name changes with its content.
    Immutable,
    /// It is to be asked for again each time.
    Revalidate,
}

/// What an artifact depends on: for each kind of thing, a digest of what was used of it.
///
/// Two equal keys mean equal bytes. The first part that differs is the reason of a rebuild.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key([Option<Digest>; Ingredient::ALL.len()]);

impl Key {
    /// The same key with one ingredient more.
    #[must_use]
    pub fn with(mut self, ingredient: Ingredient, digest: Digest) -> Key {
        self.0[ingredient as usize] = Some(digest);
        self
    }

    /// What it says of an ingredient.
    pub fn part(&self, ingredient: Ingredient) -> Option<Digest> {
        self.0[ingredient as usize]
    }

    /// The first ingredient that differs from another key's, in the order of [`Ingredient`].
    pub fn first_difference(&self, other: &Key) -> Option<Ingredient> {
        Ingredient::ALL.iter().copied().find(|ingredient| self.0[*ingredient as usize] != other.0[*ingredient as usize])
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = Ingredient::ALL.iter().filter_map(|ingredient| Some((ingredient, self.0[*ingredient as usize]?)));
        serializer.collect_map(known)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        let known = BTreeMap::<Ingredient, Digest>::deserialize(deserializer)?;
        Ok(known.into_iter().fold(Key::default(), |key, (ingredient, digest)| key.with(ingredient, digest)))
    }
}

/// A kind of thing that an artifact depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ingredient {
    /// The program itself.
    Program,
    /// The template, and those that it extends and includes.
    Template,
    /// The theme's strings.
    Strings,
    /// The theme's parameters.
    Params,
    /// The text, its values and tables filled in.
    Content,
    /// The rest of what a template sees: titles, navigation, languages.
    Settings,
    /// The bytes of a file that goes out as it is.
    File,
}

impl Ingredient {
    /// All of them, the one that explains most first.
    pub const ALL: &'static [Ingredient] = &[
        Ingredient::Program,
        Ingredient::Template,
        Ingredient::Strings,
        Ingredient::Params,
        Ingredient::Content,
        Ingredient::Settings,
        Ingredient::File,
    ];

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Ingredient::Program => "program",
            Ingredient::Template => "template",
            Ingredient::Strings => "strings",
            Ingredient::Params => "params",
            Ingredient::Content => "content",
            Ingredient::Settings => "settings",
            Ingredient::File => "file",
        }
    }
}

impl fmt::Display for Ingredient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> (Manifest, TenantId, Vec<u8>) {
        let id = TenantId::new("a").unwrap();
        let artifact = Artifact {
            digest: Checksum::of(b"x"),
            size: 1,
            media_type: "text/html".into(),
            cache: CacheClass::Revalidate,
            compressed: None,
            key: Key::default().with(Ingredient::Content, Digest::of(b"y")),
        };
        let manifest = Manifest {
            format: MANIFEST_FORMAT,
            tenant: "a".into(),
            artifacts: [(OutputPath::new("index.html").unwrap(), artifact)].into(),
            ..Manifest::default()
        };
        let bytes = manifest.to_bytes().unwrap();
        (manifest, id, bytes)
    }

    #[test]
    fn a_manifest_is_read_as_it_was_kept() {
        let (manifest, id, bytes) = kept();
        assert_eq!(Manifest::from_bytes(&bytes, &id), Some(manifest));
        assert_eq!(Manifest::from_bytes(&bytes, &TenantId::new("b").unwrap()), None, "another tenant's");
        assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok(), "it is JSON");
    }

    #[test]
    fn fault_100_a_manifest_cut_or_changed_anywhere_is_none() {
        let (_, id, bytes) = kept();
        for at in 0..bytes.len() {
            assert_eq!(Manifest::from_bytes(&bytes[..at], &id), None, "cut at {at}");
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                assert_eq!(Manifest::from_bytes(&flipped, &id), None, "bit {bit} of {at} changed");
            }
        }
    }

    #[test]
    fn fault_100_a_manifest_of_another_version_is_none() {
        let (manifest, id, _) = kept();
        let newer = Manifest { format: MANIFEST_FORMAT + 1, ..manifest };
        assert_eq!(Manifest::from_bytes(&newer.to_bytes().unwrap(), &id), None);
    }
}
