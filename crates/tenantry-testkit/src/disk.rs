//! Reading and writing with errors that name their path.
//!
//! Not a file system layer: three calls of `std::fs`, for the fixtures of this crate.

use std::fs;
use std::io;
use std::path::Path;

/// Writes a file, and the folders above it if they are missing.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        create_folder(parent)?;
    }
    fs::write(path, bytes).map_err(|error| named("write", path, &error))
}

/// Makes a folder and those above it.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(|error| named("create", path, &error))
}

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path).map_err(|error| named("read", path, &error))
}

/// The same error, told with what was tried and where.
pub(crate) fn named(action: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {action} `{}`: {error}", path.display()))
}

/// The value, or the end of the test with the error's own words.
#[track_caller]
pub(crate) fn must<T>(result: io::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
