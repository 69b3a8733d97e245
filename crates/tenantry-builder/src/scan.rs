//! Walks `sites/` and tells what each folder is: a group, a tenant, or neither. Reads no file.
//!
//! Names that cannot be trusted (links, devices, unreadable bytes) are findings of the layer they lie in.

use std::path::Path;

use tenantry_core::diagnostic::{Diagnostic, printable};
use tenantry_core::path::SourcePath;
use walkdir::{DirEntry, WalkDir};

use crate::disk::kind_of;

/// Most files of one layer.
const MOST_FILES: usize = 5_000;
/// Deepest folder below `content/` and `static/`.
const DEEPEST: usize = 32;

/// What a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderKind {
    /// It has a `group.toml`.
    Group,
    /// It has a `site.toml`.
    Tenant,
    /// It has neither, and only holds other folders.
    Plain,
}

/// A folder below `sites/`, or `sites/` itself.
#[derive(Debug)]
pub struct Folder {
    /// Where it is, `sites/opendatasoft`.
    pub path: SourcePath,
    /// What it is.
    pub kind: FolderKind,
    /// Whether it has a `cookies.toml`.
    pub has_cookies: bool,
    /// Files below `content/`, seen from there, sorted.
    pub content: Vec<String>,
    /// Files below `static/`, seen from there, sorted.
    pub statics: Vec<String>,
    /// The folders in it that may be layers, sorted.
    pub children: Vec<Folder>,
    /// What is wrong with its files.
    pub problems: Vec<Diagnostic>,
}

impl Folder {
    /// How many tenants lie in it, itself included.
    pub fn tenants(&self) -> usize {
        usize::from(self.kind == FolderKind::Tenant) + self.children.iter().map(Folder::tenants).sum::<usize>()
    }
}

/// Walks the folder `path` of the workspace at `root`.
pub(crate) fn scan(root: &Path, path: &SourcePath) -> Folder {
    let mut scanning = Scanning { root, problems: Vec::new() };
    let (mut has_group, mut has_site, mut has_cookies) = (false, false, false);
    let (mut content, mut statics, mut children) = (Vec::new(), Vec::new(), Vec::new());
    for entry in scanning.entries(path, WalkDir::new(root.join(path.as_str())).min_depth(1).max_depth(1)) {
        let (name, is_folder) = entry;
        match (name.as_str(), is_folder) {
            ("group.toml", false) => has_group = true,
            ("site.toml", false) => has_site = true,
            ("cookies.toml", false) => has_cookies = true,
            ("content", true) => content = scanning.files_below(&path.join("content")),
            ("static", true) => statics = scanning.files_below(&path.join("static")),
            (name, true) if !is_hidden(name) => children.push(path.join(name)),
            (name, false) => scanning.unexpected_file(path, name),
            _ => {}
        }
    }
    let kind = scanning.kind(path, (has_group, has_site));
    if kind == FolderKind::Tenant {
        for child in children.drain(..) {
            let problem =
                Diagnostic::warning("folder-in-tenant", "a tenant holds no layers, so this folder is not read");
            scanning.problems.push(problem.about(child.as_str()).hint("a tenant has `content/` and `static/`"));
        }
    }
    let problems = std::mem::take(&mut scanning.problems);
    let children = children.iter().map(|child| scan(root, child)).collect();
    Folder { path: path.clone(), kind, has_cookies, content, statics, children, problems }
}

/// Names that editors, version control and desktops leave behind.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.starts_with('#') || matches!(name, "Thumbs.db" | "desktop.ini")
}

struct Scanning<'s> {
    root: &'s Path,
    problems: Vec<Diagnostic>,
}

impl Scanning<'_> {
    /// The names that a walk finds, with whether each is a folder. Everything else becomes a problem.
    fn entries(&mut self, path: &SourcePath, walk: WalkDir) -> Vec<(String, bool)> {
        let base = self.root.join(path.as_str());
        let mut entries = Vec::new();
        for entry in walk.follow_links(false).sort_by_file_name() {
            match entry {
                Ok(entry) => entries.extend(self.entry(&base, &entry)),
                Err(error) => {
                    let shown = error.path().map_or_else(|| path.to_string(), |path| self.shown(path));
                    let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    self.problems.push(Diagnostic::error("disk", format!("cannot read it: {cause}")).about(shown));
                }
            }
        }
        entries
    }

    fn entry(&mut self, base: &Path, entry: &DirEntry) -> Option<(String, bool)> {
        let kind = entry.file_type();
        let relative = entry.path().strip_prefix(base).unwrap_or(entry.path());
        let Some(name) = relative.to_str() else {
            let problem = Diagnostic::error("bad-name", "the name is not UTF-8").about(self.shown(entry.path()));
            self.problems.push(problem.hint("rename it"));
            return None;
        };
        if !kind.is_dir() && !kind.is_file() {
            let problem = Diagnostic::error("not-a-file", format!("it is {}, which is not read", kind_of(kind)));
            self.problems.push(problem.about(self.shown(entry.path())).hint("put the file itself there"));
            return None;
        }
        if name.chars().any(|c| c.is_control() || matches!(c, '\\' | '"')) {
            let problem = Diagnostic::error(
                "bad-name",
                "a control character, a quotation mark or a backslash stands in the name",
            );
            self.problems.push(problem.about(self.shown(entry.path())).hint("rename it"));
            return None;
        }
        Some((name.to_owned(), kind.is_dir()))
    }

    /// A path seen from the workspace, safe to print.
    fn shown(&self, path: &Path) -> String {
        printable(&path.strip_prefix(self.root).unwrap_or(path).to_string_lossy())
    }

    fn files_below(&mut self, path: &SourcePath) -> Vec<String> {
        let walk = WalkDir::new(self.root.join(path.as_str())).min_depth(1).max_depth(DEEPEST);
        let mut files = Vec::new();
        for (name, is_folder) in self.entries(path, walk) {
            if is_folder {
                if name.matches('/').count() + 1 == DEEPEST {
                    let problem = Diagnostic::error("too-deep", format!("folders lie at most {DEEPEST} deep"));
                    self.problems.push(problem.about(path.join(&name).as_str()));
                }
            } else {
                files.push(name);
            }
        }
        if files.len() > MOST_FILES {
            let message = format!("the folder holds {} files, at most {MOST_FILES} are allowed", files.len());
            self.problems.push(Diagnostic::error("too-many-files", message).about(path.as_str()));
            files.clear();
        }
        files
    }

    /// Files beside `site.toml` that look as if they were meant to be read.
    fn unexpected_file(&mut self, path: &SourcePath, name: &str) {
        let hint = match name.rsplit_once('.').map(|(_, ending)| ending) {
            _ if is_hidden(name) => return,
            Some("md") => "documents belong into `content/`",
            Some("toml") => "a layer has `group.toml` or `site.toml`, and `cookies.toml`",
            Some("css" | "js" | "svg" | "png" | "jpg" | "ico" | "html") => {
                "files that go out as they are belong into `static/`"
            }
            _ => return,
        };
        self.problems.push(
            Diagnostic::warning("unread-file", "this file is not read").about(path.join(name).as_str()).hint(hint),
        );
    }

    fn kind(&mut self, path: &SourcePath, (has_group, has_site): (bool, bool)) -> FolderKind {
        match (has_group, has_site) {
            (true, true) => {
                let problem = Diagnostic::error(
                    "group-and-tenant",
                    "a folder is a group or a tenant, and this one has both files",
                );
                self.problems.push(problem.about(path.as_str()).hint("remove `group.toml` or `site.toml`"));
                FolderKind::Tenant
            }
            (true, false) => FolderKind::Group,
            (false, true) => FolderKind::Tenant,
            (false, false) => FolderKind::Plain,
        }
    }
}
