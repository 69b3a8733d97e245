//! The schemas of a workspace: `.schemas/`, written for editors, and the line by which a file names its own.
//!
//! What the schemas say is decided in [`tenantry_core::schema`]. Only the files that bear our names are written; whatever
//! else lies in the folder is left alone.

use std::path::Path;

use tenantry_core::path::SourcePath;
use tenantry_core::schema::{self, FOLDER, FileKind};

use crate::disk::{self, DiskResult};

/// A schema of the workspace after it was refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaFile {
    /// The files that it describes.
    pub kind: FileKind,
    /// Whether it was not there, or was not as it is now.
    pub written: bool,
}

impl SchemaFile {
    /// Where it lies, seen from the workspace.
    pub fn path(&self) -> SourcePath {
        SourcePath::named(FOLDER).join(self.kind.schema_name())
    }
}

/// Brings the schemas of the workspace at `root` up to date. A file that is so already is not touched.
pub fn refresh(root: &Path) -> DiskResult<Vec<SchemaFile>> {
    let folder = root.join(FOLDER);
    disk::create_folders(&folder)?;
    let mut files = Vec::new();
    for (kind, name, text) in schema::all() {
        let path = folder.join(name);
        let written = !disk::read_text(&path).is_ok_and(|there| there == text);
        if written {
            disk::replace(&path, text.as_bytes(), &folder)?;
        }
        files.push(SchemaFile { kind, written });
    }
    Ok(files)
}

/// The first line of a file at `path`, by which an editor finds the schema of the workspace.
pub fn schema_line(file: FileKind, path: &SourcePath) -> String {
    let upward = "../".repeat(path.as_str().matches('/').count());
    format!("#:schema {upward}{FOLDER}/{}", file.schema_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_leads_up_to_the_workspace() {
        let line = |kind, path: &str| schema_line(kind, &SourcePath::named(path));
        assert_eq!(
            line(FileKind::Site, "sites/opendatasoft/artisanat/site.toml"),
            "#:schema ../../../.schemas/site.json"
        );
        assert_eq!(line(FileKind::Group, "sites/group.toml"), "#:schema ../.schemas/group.json");
        assert_eq!(line(FileKind::Strings, "themes/a/strings/fr.toml"), "#:schema ../../../.schemas/strings.json");
    }
}
