//! `s3`: a store that speaks the protocol of Amazon S3.
//!
//! ```text
//! <prefix>/<path>                   the files of the site
//! <prefix>/.tenantry/…              the notes
//! <prefix>/.tenantry/kept/<digest>  what was replaced, so that it can be restored
//! ```
//!
//! A prefix ends in a slash whether it is written with one or not, so that `acme` is no part of `acme-2`. What a file is
//! is told by our own digest: the ETag of a store may be anything.

mod bucket;
mod faults;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use object_store::path::Path as Key;
use object_store::{Attribute, Attributes};
use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::fault::{Fault, Outcome};
use crate::listing::File;
use crate::target::{Conditions, Files, Kept, Note, Notes, Surface, Target, Upload, Version, When};
use crate::targets::Opening;

use self::bucket::Bucket;
pub(crate) use self::bucket::Stores;

/// How many requests are on their way at once.
const PARALLEL: usize = 16;
/// The metadata that holds our digest of a file.
const DIGEST: &str = "tenantry-digest";

/// A tenant's part of a bucket.
pub(crate) struct S3 {
    bucket: Arc<Bucket>,
    prefix: String,
    /// The end of the key that conditions are tried on: two publishers at once must not try them on each other.
    probe: u64,
}

impl S3 {
    /// The one that the settings name.
    pub(crate) fn open(opening: &Opening<'_>) -> Outcome<S3> {
        let prefix = opening.settings.text("prefix").trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let bucket = opening.connections.stores.bucket(opening.settings)?;
        let s3 = S3 { bucket, prefix, probe: RandomState::new().hash_one(0) };
        s3.key(Note::FOLDER)?;
        Ok(s3)
    }

    fn key(&self, below: &str) -> Outcome<Key> {
        let key = format!("{}{below}", self.prefix);
        let wrong = |error| Fault::lasting(format!("`{key}` is no key of a store: {error}"));
        Key::parse(&key).map_err(wrong)
    }

    fn note(&self, note: Note) -> Outcome<Key> {
        let name = match note {
            Note::Probe => format!("{}-{:016x}", note.name(), self.probe),
            _ => note.name(),
        };
        self.key(&format!("{}/{name}", Note::FOLDER))
    }

    fn kept(&self, digest: Checksum) -> Outcome<Key> {
        self.key(&format!("{}/kept/{digest}", Note::FOLDER))
    }

    fn send(&self, key: &Key, bytes: &[u8], file: &File) -> Outcome<()> {
        let mut attributes = Attributes::from_iter([
            (Attribute::ContentType, file.media_type.to_string()),
            (Attribute::CacheControl, file.cache_control().to_owned()),
            (Attribute::Metadata(DIGEST.into()), file.digest.to_string()),
        ]);
        if let Some(encoding) = file.encoding {
            attributes.insert(Attribute::ContentEncoding, encoding.token().into());
        }
        self.bucket.write(key, bytes, (When::Always, attributes)).map(drop)
    }
}

impl Target for S3 {
    fn place(&self) -> String {
        format!("{}/{}", self.bucket.name(), self.prefix)
    }

    fn store(&self) -> String {
        self.bucket.name().to_owned()
    }

    fn conditions(&self) -> Conditions {
        Conditions::ToProve
    }

    fn is_vacant(&self) -> Outcome<bool> {
        self.bucket.is_vacant(&self.key("")?, &self.key(Note::FOLDER)?)
    }

    fn notes(&self) -> &dyn Notes {
        self
    }

    fn surface(&self) -> Surface<'_> {
        Surface::Files(self)
    }

    fn parallel(&self) -> usize {
        PARALLEL
    }

    fn is_remote(&self) -> bool {
        true
    }
}

impl Notes for S3 {
    fn read(&self, note: Note) -> Outcome<Option<Kept>> {
        let Some((bytes, version)) = self.bucket.read(&self.note(note)?)? else { return Ok(None) };
        Ok(Some(Kept { bytes, version: version.map(Version).ok_or_else(unversioned)? }))
    }

    fn write(&self, note: Note, bytes: &[u8], when: When<'_>) -> Outcome<Version> {
        let attributes = Attributes::from_iter([
            (Attribute::ContentType, "application/json; charset=utf-8"),
            (Attribute::CacheControl, "private, no-store"),
        ]);
        let version = self.bucket.write(&self.note(note)?, bytes, (when, attributes))?;
        version.map(Version).ok_or_else(unversioned)
    }

    fn erase(&self, note: Note) -> Outcome<()> {
        self.bucket.remove(&self.note(note)?)
    }
}

/// Without an ETag no condition can be said.
fn unversioned() -> Fault {
    Fault::lasting("the store gives its objects no ETag, so that no condition can be put to it")
}

impl Files for S3 {
    fn put(&self, upload: &Upload<'_>) -> Outcome<()> {
        self.send(&self.key(upload.path.as_str())?, upload.bytes, upload.file)
    }

    fn remove(&self, path: &OutputPath) -> Outcome<()> {
        self.bucket.remove(&self.key(path.as_str())?)
    }

    fn keep(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        let kept = self.kept(file.digest)?;
        if self.bucket.holds(&kept)? {
            return Ok(());
        }
        match self.bucket.read(&self.key(path.as_str())?)? {
            Some((bytes, _)) if Checksum::of(&bytes) == file.digest => self.send(&kept, &bytes, file),
            _ => Ok(()),
        }
    }

    fn holds(&self, digest: Checksum) -> Outcome<bool> {
        self.bucket.holds(&self.kept(digest)?)
    }

    fn restore(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        let kept = self.kept(file.digest)?;
        match self.bucket.read(&kept)? {
            Some((bytes, _)) if Checksum::of(&bytes) == file.digest => {
                self.send(&self.key(path.as_str())?, &bytes, file)
            }
            Some(_) => Err(Fault::lasting(format!("`{kept}` is not as it was put away"))),
            None => Err(Fault::lasting(format!("`{kept}` is gone"))),
        }
    }

    fn forget(&self, digest: Checksum) -> Outcome<()> {
        self.bucket.remove(&self.kept(digest)?)
    }
}
