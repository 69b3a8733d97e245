//! A workspace in a temporary folder, written from one text and removed when it goes out of scope.
//!
//! It does not know what the files mean: whatever a test wants to feed the program, it can write,
//! wrong files included.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::disk::{self, must, named};

/// What opens a file in the text of a fixture; its path follows.
const MARK: &str = "//- /";

/// The smallest valid theme, `themes/plain`, as the text of a fixture.
pub const PLAIN_THEME: &str = r#"//- /themes/plain/theme.toml
name = "Plain"
//- /themes/plain/templates/page.html
<!doctype html><html lang="{{ page.lang }}" dir="{{ page.dir }}"><head><meta charset="utf-8"><title>{{ page.title }}</title></head><body><main><h1>{{ page.title }}</h1>{{ page.body }}</main></body></html>
//- /themes/plain/strings/fr.toml
home = "Accueil"
//- /themes/plain/strings/en.toml
home = "Home"
"#;

/// A workspace in a fresh temporary folder, whose paths are all relative to it.
///
/// Every call panics, with the path, when the disk refuses or when a path leaves the workspace.
///
/// ```
/// let workspace = tenantry_testkit::Workspace::from_text(
///     r#"
/// //- /sites/group.toml
/// theme = "plain"
/// //- /sites/a/site.toml
/// name = "A"
/// "#,
/// );
/// assert_eq!(workspace.read("sites/a/site.toml"), "name = \"A\"\n");
/// ```
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    _folder: TempDir,
}

impl Workspace {
    /// A folder with nothing in it.
    #[must_use]
    #[track_caller]
    pub fn empty() -> Self {
        let folder = must(tempfile::Builder::new().prefix("tenantry-").tempdir());
        let root = must(folder.path().canonicalize().map_err(|error| named("resolve", folder.path(), &error)));
        Self { root, _folder: folder }
    }

    /// The same in memory, where the machine has such a folder: for tests that write thousands of times.
    #[must_use]
    #[track_caller]
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let at = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = must(tempfile::Builder::new().prefix("tenantry-").tempdir_in(at));
        let root = must(folder.path().canonicalize().map_err(|error| named("resolve", folder.path(), &error)));
        Self { root, _folder: folder }
    }

    /// A workspace with the files of `text`: each opens with a line `//- /its/path` and goes on to
    /// the next such line. What an opening line is indented by is taken off the lines of its file.
    #[must_use]
    #[track_caller]
    pub fn from_text(text: &str) -> Self {
        let workspace = Self::empty();
        workspace.add_text(text);
        workspace
    }

    /// The same, with [`PLAIN_THEME`] written first; a file of `text` may replace one of the theme's.
    #[must_use]
    #[track_caller]
    pub fn with_theme(text: &str) -> Self {
        let workspace = Self::from_text(PLAIN_THEME);
        workspace.add_text(text);
        workspace
    }

    /// Writes the files of `text` into this workspace.
    #[track_caller]
    pub fn add_text(&self, text: &str) {
        for (path, content) in split(text) {
            self.write(&path, &content);
        }
    }

    /// The workspace's folder: absolute, without symbolic links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Where a path of this workspace lies on the disk.
    #[must_use]
    #[track_caller]
    pub fn at(&self, relative: &str) -> PathBuf {
        let path = Path::new(relative.trim_start_matches('/'));
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        assert!(inside, "`{relative}` leaves the workspace");
        self.root.join(path)
    }

    /// Writes a text, with the folders that it needs.
    #[track_caller]
    pub fn write(&self, relative: &str, text: &str) {
        self.write_bytes(relative, text.as_bytes());
    }

    /// Writes bytes, which need not be text.
    #[track_caller]
    pub fn write_bytes(&self, relative: &str, bytes: &[u8]) {
        must(disk::write(&self.at(relative), bytes));
    }

    /// Writes a text behind what a file says; one that is not there says nothing.
    #[track_caller]
    pub fn append(&self, relative: &str, text: &str) {
        let before = if self.holds(relative) { self.read(relative) } else { String::new() };
        self.write(relative, &(before + text));
    }

    /// Reads a text.
    #[must_use]
    #[track_caller]
    pub fn read(&self, relative: &str) -> String {
        match String::from_utf8(must(disk::read(&self.at(relative)))) {
            Ok(text) => text,
            Err(error) => panic!("`{relative}` is not UTF-8: {error}"),
        }
    }

    /// Whether something lies there, a dangling symbolic link included.
    #[must_use]
    #[track_caller]
    pub fn holds(&self, relative: &str) -> bool {
        self.at(relative).symlink_metadata().is_ok()
    }

    /// Removes a file, a symbolic link, or a folder with all that it holds.
    #[track_caller]
    pub fn remove(&self, relative: &str) {
        let path = self.at(relative);
        must(remove(&path).map_err(|error| named("remove", &path, &error)));
    }

    /// Makes a symbolic link at `relative`; `target` is kept as it is written, and may lead anywhere.
    #[cfg(unix)]
    #[track_caller]
    pub fn symlink(&self, target: impl AsRef<Path>, relative: &str) {
        let path = self.at(relative);
        if let Some(parent) = path.parent() {
            must(disk::create_folder(parent));
        }
        must(std::os::unix::fs::symlink(target, &path).map_err(|error| named("link", &path, &error)));
    }
}

impl AsRef<Path> for Workspace {
    fn as_ref(&self) -> &Path {
        self.path()
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// The files of a fixture's text, in its order.
#[track_caller]
fn split(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut indent = 0;
    for line in text.split_inclusive('\n') {
        if let Some(path) = line.trim_start().strip_prefix(MARK) {
            indent = line.len() - line.trim_start().len();
            let path = path.trim_end().to_owned();
            assert!(files.iter().all(|file| file.0 != path), "`{path}` stands twice in the fixture");
            files.push((path, String::new()));
        } else if let Some((_, content)) = files.last_mut() {
            content.push_str(without_indent(line, indent));
        } else {
            assert!(line.trim().is_empty(), "the fixture says `{}` before its first file", line.trim());
        }
    }
    files
}

/// The line without its first `indent` bytes, or as many of them as are blank.
fn without_indent(line: &str, indent: usize) -> &str {
    let blank = line.bytes().take(indent).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &line[blank..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_as_the_text_says() {
        let workspace = Workspace::from_text("\n//- /a/b.txt\none\n\ntwo\n//- /c\nlast");
        assert_eq!(workspace.read("a/b.txt"), "one\n\ntwo\n");
        assert_eq!(workspace.read("/c"), "last");
    }

    #[test]
    fn an_indented_fixture_loses_its_indent_only() {
        let files = split("    //- /a\n    x = 1\n      y = 2\n  z\n\n");
        assert_eq!(files, [("a".to_owned(), "x = 1\n  y = 2\nz\n\n".to_owned())]);
    }

    #[test]
    fn a_later_text_replaces_a_file_of_the_theme() {
        let workspace = Workspace::with_theme("//- /themes/plain/theme.toml\nname = \"Other\"\n");
        assert_eq!(workspace.read("themes/plain/theme.toml"), "name = \"Other\"\n");
        assert!(workspace.read("themes/plain/templates/page.html").contains("{{ page.body }}"));
    }

    #[test]
    #[should_panic(expected = "stands twice")]
    fn the_same_path_twice_is_a_mistake() {
        drop(Workspace::from_text("//- /a\n1\n//- /a\n2\n"));
    }

    #[test]
    #[should_panic(expected = "before its first file")]
    fn text_before_the_first_file_is_a_mistake() {
        drop(Workspace::from_text("theme = \"plain\"\n//- /a\n"));
    }

    #[test]
    #[should_panic(expected = "leaves the workspace")]
    fn a_path_cannot_leave_the_workspace() {
        Workspace::empty().write("../outside", "");
    }

    #[test]
    fn an_appended_text_comes_last() {
        let workspace = Workspace::from_text("//- /a\n1\n");
        workspace.append("a", "2\n");
        workspace.append("b/c", "3\n");
        assert_eq!((workspace.read("a"), workspace.read("b/c")), ("1\n2\n".to_owned(), "3\n".to_owned()));
    }

    #[test]
    fn what_is_removed_is_gone() {
        let workspace = Workspace::from_text("//- /a/b\n1\n//- /c\n2\n");
        workspace.remove("a");
        workspace.remove("c");
        assert!(!workspace.holds("a/b") && !workspace.holds("c"));
    }

    #[test]
    fn the_folder_goes_with_its_workspace() {
        let workspace = Workspace::from_text("//- /a\n1\n");
        let root = workspace.path().to_owned();
        assert!(root.is_dir());
        drop(workspace);
        assert!(!root.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_may_dangle() {
        let workspace = Workspace::empty();
        workspace.symlink("nowhere", "deep/link");
        assert!(workspace.holds("deep/link"));
        workspace.remove("deep/link");
        assert!(!workspace.holds("deep/link"));
    }
}
