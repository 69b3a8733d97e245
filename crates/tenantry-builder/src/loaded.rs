//! Files that go out as they are: read, digested and inspected, those that tenants share once for all of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Checksum, Digest};
use tenantry_core::path::SourcePath;

use crate::compress::SharedCompressed;
use crate::disk;
use crate::images::{self, Wrong};
use crate::styles::remote_address;

/// A file, read.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    /// Its bytes.
    pub(crate) bytes: Arc<[u8]>,
    /// Their digest.
    pub(crate) digest: Digest,
    /// Their checksum.
    pub(crate) checksum: Checksum,
}

/// Reads a file, and looks whether it may go out.
pub(crate) fn load(root: &Path, source: &SourcePath) -> Result<Loaded, Diagnostic> {
    match disk::read_source(root, source, disk::LARGEST_ASSET) {
        Ok(bytes) => {
            inspect(source.as_str(), &bytes)?;
            Ok(Loaded { digest: Digest::of(&bytes), checksum: Checksum::of(&bytes), bytes: bytes.into() })
        }
        Err(error) => {
            let message = format!("cannot {} it: {}", error.action, error.cause);
            Err(Diagnostic::error("disk", message).about(source.as_str()))
        }
    }
}

/// Pages load nothing from elsewhere, so no style sheet may; what has the name of an image must be one, and run and load
/// nothing.
pub(crate) fn inspect(source: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
    if let Err(Wrong { code, message, hint }) = images::check(source, bytes) {
        return Err(Diagnostic::error(code, message).about(source).hint(hint));
    }
    let is_style = source.to_lowercase().ends_with(".css");
    match is_style.then(|| remote_address(&String::from_utf8_lossy(bytes))).flatten() {
        None => Ok(()),
        Some(address) => {
            let message =
                format!("the style sheet loads `{address}` from elsewhere, and pages load nothing from elsewhere");
            let hint = "put the file into `static/` and name it by its path";
            Err(Diagnostic::error("remote-resource", message).about(source).hint(hint))
        }
    }
}

/// A file of a layer that tenants share, once somebody has asked for it.
type Shared = Arc<OnceLock<Result<Loaded, Diagnostic>>>;

/// The files of layers that tenants share, each read when the first tenant asks for it; and the compressed forms of these
/// and of the files of themes.
#[derive(Debug, Default)]
pub(crate) struct SharedFiles {
    read: Mutex<BTreeMap<SourcePath, Shared>>,
    compressed: SharedCompressed,
}

impl SharedFiles {
    /// A file of a layer above the tenants.
    pub(crate) fn get(&self, root: &Path, source: &SourcePath) -> Result<Loaded, Diagnostic> {
        let mut files = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let file = Arc::clone(files.entry(source.clone()).or_default());
        drop(files);
        file.get_or_init(|| load(root, source)).clone()
    }

    /// What of all shared files is compressed.
    pub(crate) fn compressed(&self) -> &SharedCompressed {
        &self.compressed
    }

    /// Forgets what lies in a folder.
    pub(crate) fn forget(&self, folder: &SourcePath) {
        let mut files = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|source, _| !source.lies_in(folder));
        self.compressed.forget_unused();
    }
}
