//! What a site holds, as releases list it: each file with what is to be known of it to send, compare and restore it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};
use tenantry_core::artifact::Encoding;
use tenantry_core::digest::{Checksum, Digest, Digester};
use tenantry_core::manifest::{Artifact, CacheClass, Manifest};
use tenantry_core::path::OutputPath;
use tenantry_core::publish::TargetSettings;

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The digest of its bytes.
    pub digest: Checksum,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type.
    pub media_type: Cow<'static, str>,
    /// How long it may be kept by others.
    pub cache: CacheClass,
    /// How its bytes are compressed; its media type is that of what comes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
}

impl From<&Artifact> for File {
    fn from(artifact: &Artifact) -> File {
        let Artifact { digest, size, media_type, cache, compressed: _, key: _ } = artifact;
        File { digest: *digest, size: *size, media_type: media_type.clone(), cache: *cache, encoding: None }
    }
}

impl File {
    /// The value of `Cache-Control`.
    pub fn cache_control(&self) -> &'static str {
        match self.cache {
            CacheClass::Immutable => "public, max-age=31536000, immutable",
            CacheClass::Revalidate => "public, max-age=0, must-revalidate",
        }
    }
}

/// The files of a site, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Listing(pub BTreeMap<OutputPath, File>);

impl Listing {
    /// What was built, as a target takes it. One that takes files compressed gets them so under their own names, and
    /// nothing that lies beside them for web servers that choose.
    pub fn of(manifest: &Manifest, settings: &TargetSettings) -> Listing {
        let Some(encoding) = settings.content_encoding() else {
            return Listing(
                manifest.artifacts.iter().map(|(path, artifact)| (path.clone(), artifact.into())).collect(),
            );
        };
        let artifacts = &manifest.artifacts;
        let plain = artifacts.iter().filter(|(_, artifact)| artifact.compressed.is_none());
        let files = plain.map(|(path, artifact)| {
            let compressed = artifacts.get(&*format!("{path}{}", encoding.ending()));
            let compressed = compressed.filter(|artifact| artifact.compressed == Some(encoding));
            let file = compressed.map(|Artifact { digest, size, .. }| File {
                digest: *digest,
                size: *size,
                encoding: Some(encoding),
                ..File::from(artifact)
            });
            (path.clone(), file.unwrap_or_else(|| artifact.into()))
        });
        Listing(files.collect())
    }

    /// What tells this listing from every other one.
    pub fn digest(&self) -> Digest {
        let mut digester = Digester::new();
        for (path, file) in &self.0 {
            digester.put(path.as_str().as_bytes());
            digester.put(file.digest.as_bytes());
            digester.put(&file.size.to_le_bytes());
            digester.put(file.media_type.as_bytes());
            digester.put(file.cache_control().as_bytes());
            file.encoding.iter().for_each(|encoding| digester.put(encoding.token().as_bytes()));
        }
        digester.finish()
    }

    /// Whether a path cannot be beside the files where a name is either a file or a folder: it lies below one of them, or
    /// one of them below it.
    pub(crate) fn clashes_with(&self, path: &OutputPath) -> bool {
        let mut above = path.as_str().match_indices('/').map(|(at, _)| &path.as_str()[..at]);
        let folder = format!("{path}/");
        let mut below = self.0.range::<str, _>((Bound::Included(&*folder), Bound::Unbounded));
        above.any(|folder| self.0.contains_key(folder))
            || below.next().is_some_and(|(other, _)| other.as_str().starts_with(&folder))
    }

    /// How many of the files are pages.
    pub fn pages(&self) -> usize {
        self.0.keys().filter(|path| is_page(path)).count()
    }

    /// The bytes of all files together.
    pub fn bytes(&self) -> u64 {
        self.0.values().map(|file| file.size).sum()
    }
}

/// Whether a file is what people open: neither a fragment nor the page of an error.
pub fn is_page(path: &OutputPath) -> bool {
    path.as_str() == "index.html" || path.as_str().ends_with("/index.html")
}

/// In which order files are sent: what others name goes before what names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Its name changes with its content.
    Asset,
    /// Neither an asset nor a page.
    Other,
    /// A page.
    Page,
}

impl Class {
    /// All, in the order in which they are sent.
    pub const ORDER: [Class; 3] = [Class::Asset, Class::Other, Class::Page];

    /// That of a file.
    pub fn of(path: &OutputPath, cache: CacheClass) -> Class {
        match cache {
            CacheClass::Immutable => Class::Asset,
            CacheClass::Revalidate if Encoding::plain_name(path.as_str()).ends_with(".html") => Class::Page,
            CacheClass::Revalidate => Class::Other,
        }
    }
}
