//! Walks `sites/` and tells what each folder is: a group, a tenant, or neither. Reads no file.
//!
//! Names that cannot be trusted (links, devices, unreadable bytes) are findings of the layer they lie in.

use std::path::Path;

use rayon::prelude::*;
use tenantry_core::diagnostic::{Diagnostic, printable};
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::path::SourcePath;
use walkdir::{DirEntry, WalkDir};

use crate::disk::{LARGEST_ASSET, Stamp, exists, kind_of, stamp};

/// Most files of one layer, and most folders below its `content/` and `static/`.
const MOST_FILES: usize = 5_000;
/// Most bytes of the files of one layer.
const MOST_BYTES: u64 = 200 << 20;
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
#[derive(Debug, Clone)]
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
    /// What is wrong with its files; an error makes the layer unusable.
    pub problems: Vec<Diagnostic>,
    /// What is wrong with things that lie in it and are none of its files, such as a link in place of a tenant.
    pub strays: Vec<Diagnostic>,
    /// The names of these things: a tenant of such a name has not vanished, it cannot be read.
    pub unread: Vec<String>,
    /// What its files looked like.
    pub look: Look,
}

/// What the files of a layer look like from outside: names, sizes, times and inodes, and the names of all else in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// All of that together.
    pub digest: Digest,
    /// When the youngest of the files was changed, in nanoseconds since 1970.
    pub youngest: u64,
}

impl Look {
    /// That of something which nobody has looked at.
    pub(crate) fn none() -> Look {
        Look { digest: Digest::of(b""), youngest: u64::MAX }
    }

    /// The look of a layer seen together with those above it.
    #[must_use]
    pub fn below(self, above: Option<Look>) -> Look {
        let Some(above) = above else { return self };
        let digest = Digester::new().with(above.digest.as_bytes()).with(self.digest.as_bytes()).finish();
        Look { digest, youngest: self.youngest.max(above.youngest) }
    }
}

impl Folder {
    /// A folder that is not there yet, or need not be.
    pub(crate) fn without_files(path: &SourcePath, kind: FolderKind) -> Folder {
        Folder {
            path: path.clone(),
            kind,
            has_cookies: false,
            content: Vec::new(),
            statics: Vec::new(),
            children: Vec::new(),
            problems: Vec::new(),
            strays: Vec::new(),
            unread: Vec::new(),
            look: Look::none(),
        }
    }

    /// How many tenants lie in it, itself included.
    pub fn tenants(&self) -> usize {
        usize::from(self.kind == FolderKind::Tenant) + self.children.iter().map(Folder::tenants).sum::<usize>()
    }
}

/// Walks the folder `path` of the workspace at `root`.
pub(crate) fn scan(root: &Path, path: &SourcePath) -> Folder {
    let mut scanning = Scanning::new(root);
    let mut found = Found::default();
    for entry in scanning.entries(path, &mut found) {
        scanning.beside(path, &entry, &mut found);
    }
    let kind = scanning.kind(path, &found);
    if kind == FolderKind::Tenant {
        if found.children.len() > MOST_FILES {
            scanning.problems.push(too_many_files("folders").about(path.as_str()));
            found.children.clear();
        }
        for child in found.children.drain(..) {
            let problem =
                Diagnostic::warning("folder-in-tenant", "a tenant holds no layers, so this folder is not read");
            scanning.problems.push(problem.about(child.as_str()).hint("a tenant has `content/` and `static/`"));
            // Folders below a group are other layers, and none of its looks.
            scanning.seen.put(child.as_str().as_bytes());
        }
    }
    let Scanning { problems, strays, unread, seen, youngest, .. } = scanning;
    let look = Look { digest: seen.finish(), youngest };
    let Found { has_cookies, content, statics, children, .. } = found;
    let children = children.par_iter().map(|child| scan(root, child)).collect();
    Folder { path: path.clone(), kind, has_cookies, content, statics, children, problems, strays, unread, look }
}

/// What a folder turned out to hold.
#[derive(Default)]
struct Found {
    has_group: bool,
    has_site: bool,
    has_cookies: bool,
    content: Vec<String>,
    statics: Vec<String>,
    children: Vec<SourcePath>,
}

/// What a layer holds, as far as it has been walked. Whoever fills a folder without end does not keep others waiting.
#[derive(Default)]
struct Extent {
    files: usize,
    folders: usize,
    bytes: u64,
}

impl Extent {
    /// What there is too much of, if the layer holds more than it may.
    fn excess(&self) -> Option<Diagnostic> {
        if self.files > MOST_FILES {
            Some(too_many_files("files"))
        } else if self.folders > MOST_FILES {
            Some(too_many_files("folders"))
        } else {
            let message = format!("the files of the layer have more than {MOST_BYTES} bytes together");
            (self.bytes > MOST_BYTES).then(|| Diagnostic::error("too-large", message))
        }
    }
}

fn too_many_files(what: &str) -> Diagnostic {
    let message = format!("the layer holds more than {MOST_FILES} {what}, at most that many are allowed");
    Diagnostic::error("too-many-files", message)
}

/// Names that editors, version control and desktops leave behind.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.starts_with('#') || matches!(name, "Thumbs.db" | "desktop.ini")
}

/// Names that editors and desktops leave behind, which nobody means to publish.
fn is_leftover(name: &str) -> bool {
    let ending = ["~", ".swp", ".swo", ".swx", ".tmp"].iter().any(|ending| name.ends_with(ending));
    ending || name.starts_with(".#") || name.starts_with('#') || LEFTOVERS.contains(&name)
}

const LEFTOVERS: &[&str] = &[".DS_Store", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini", "4913"];

struct Scanning<'s> {
    root: &'s Path,
    problems: Vec<Diagnostic>,
    strays: Vec<Diagnostic>,
    unread: Vec<String>,
    /// What was met in the layer, with its looks.
    seen: Digester,
    youngest: u64,
    extent: Extent,
}

impl<'s> Scanning<'s> {
    fn new(root: &'s Path) -> Scanning<'s> {
        Scanning {
            root,
            problems: Vec::new(),
            strays: Vec::new(),
            unread: Vec::new(),
            seen: Digester::new(),
            youngest: 0,
            extent: Extent::default(),
        }
    }

    /// Takes the look of something in the layer. Folders count by their names alone: what lies in them is met itself.
    fn look_at(&mut self, entry: &DirEntry) {
        self.seen.put(entry.path().as_os_str().as_encoded_bytes());
        if entry.file_type().is_dir() {
            return self.seen.put(b"folder");
        }
        match stamp(entry) {
            Some(Stamp { size, modified, changed, inode }) => {
                for number in [size, modified, changed, inode] {
                    self.seen.put(&number.to_le_bytes());
                }
                self.youngest = self.youngest.max(modified).max(changed);
                // A file that is too large is told itself.
                self.extent.bytes += if size > LARGEST_ASSET { 0 } else { size };
            }
            // What cannot be looked at may be anything next time.
            None => self.youngest = u64::MAX,
        }
    }

    /// What lies right in a layer's folder, sorted. Of folders there may be any number: a group has a tenant in each.
    fn entries(&mut self, path: &SourcePath, found: &mut Found) -> Vec<DirEntry> {
        let mut entries = Vec::new();
        let mut files = 0;
        for entry in WalkDir::new(self.root.join(path.as_str())).min_depth(1).max_depth(1) {
            match entry {
                Ok(entry) => {
                    files += usize::from(!entry.file_type().is_dir());
                    entries.push(entry);
                }
                Err(error) => self.unreadable_folder(path, &error),
            }
            if files > MOST_FILES {
                self.problems.push(too_many_files("files").about(path.as_str()));
                // What was not listed has not vanished, and the folder is what it was.
                self.unread.push(path.file_name().to_owned());
                let holds = |name| exists(&self.root.join(path.join(name).as_str())).unwrap_or(true);
                (found.has_group, found.has_site) = (holds("group.toml"), holds("site.toml"));
                break;
            }
        }
        entries.sort_by(|a, b| a.file_name().cmp(b.file_name()));
        entries
    }

    /// One thing that lies right in a layer's folder.
    fn beside(&mut self, path: &SourcePath, entry: &DirEntry, found: &mut Found) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type();
        if !(is_hidden(&name) || kind.is_dir()) {
            self.look_at(entry);
        }
        let refused = self.refusal(entry);
        match name.as_str() {
            // A file that cannot be read still says what the folder is: it fails, it is not passed over.
            "group.toml" => found.has_group = true,
            "site.toml" => found.has_site = true,
            "cookies.toml" => found.has_cookies = true,
            "content" if refused.is_none() && kind.is_dir() => found.content = self.files_below(&path.join("content")),
            "static" if refused.is_none() && kind.is_dir() => found.statics = self.files_below(&path.join("static")),
            "content" | "static" => {}
            name if is_hidden(name) => return,
            name => {
                match refused {
                    Some(problem) => {
                        self.strays.push(problem);
                        self.unread.push(name.to_owned());
                    }
                    None if kind.is_dir() => found.children.push(path.join(name)),
                    None => self.unexpected_file(path, name),
                }
                return;
            }
        }
        self.problems.extend(refused);
    }

    fn unreadable_folder(&mut self, path: &SourcePath, error: &walkdir::Error) {
        self.strays.push(self.disk_problem(path, error));
        self.unread.push(path.file_name().to_owned());
    }

    fn disk_problem(&self, path: &SourcePath, error: &walkdir::Error) -> Diagnostic {
        let shown = error.path().map_or_else(|| path.to_string(), |path| self.shown(path));
        let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        Diagnostic::error("disk", format!("cannot read it: {cause}")).about(shown)
    }

    /// Why something is not read, if it is not.
    fn refusal(&self, entry: &DirEntry) -> Option<Diagnostic> {
        let kind = entry.file_type();
        let (code, message, hint) = match entry.file_name().to_str() {
            None => ("bad-name", "the name is not UTF-8".to_owned(), "rename it"),
            Some(name) if name.chars().any(|c| c.is_control() || matches!(c, '\\' | '"')) => {
                let message = "a control character, a quotation mark or a backslash stands in the name";
                ("bad-name", message.to_owned(), "rename it")
            }
            Some(_) if !kind.is_dir() && !kind.is_file() => {
                let message = format!("it is {}, which is not read", kind_of(kind));
                ("not-a-file", message, "put the file or folder itself there")
            }
            Some(_) => return None,
        };
        Some(Diagnostic::error(code, message).about(self.shown(entry.path())).hint(hint))
    }

    /// A path seen from the workspace, safe to print.
    fn shown(&self, path: &Path) -> String {
        printable(&path.strip_prefix(self.root).unwrap_or(path).to_string_lossy())
    }

    /// The files below `content/` or `static/`, seen from there, sorted; none if there are too many.
    fn files_below(&mut self, path: &SourcePath) -> Vec<String> {
        if self.extent.excess().is_some() {
            return Vec::new();
        }
        let base = self.root.join(path.as_str());
        let mut entries = Vec::new();
        let mut walk = WalkDir::new(&base).min_depth(1).max_depth(DEEPEST).follow_links(false).into_iter();
        while let Some(entry) = walk.next() {
            match entry {
                Err(error) => self.problems.push(self.disk_problem(path, &error)),
                Ok(entry) => {
                    let is_folder = entry.file_type().is_dir();
                    self.extent.folders += usize::from(is_folder);
                    self.extent.files += usize::from(!is_folder);
                    if !is_leftover(&entry.file_name().to_string_lossy()) {
                        entries.push(entry);
                    } else if is_folder {
                        walk.skip_current_dir();
                    }
                }
            }
            if let Some(excess) = self.extent.excess() {
                self.problems.push(excess.about(path.as_str()));
                return Vec::new();
            }
        }
        // In one order, however the disk lists them.
        entries.sort_by(|a, b| a.path().cmp(b.path()));
        let files: Vec<String> = entries.iter().filter_map(|entry| self.file_below(&base, entry)).collect();
        match self.extent.excess() {
            Some(excess) => {
                self.problems.push(excess.about(path.as_str()));
                Vec::new()
            }
            None => files,
        }
    }

    /// Looks at something below `content/` or `static/`. `None` if it is no file, or none that is read.
    fn file_below(&mut self, base: &Path, entry: &DirEntry) -> Option<String> {
        self.look_at(entry);
        if let Some(problem) = self.refusal(entry) {
            self.problems.push(problem);
            return None;
        }
        if entry.file_type().is_dir() {
            self.too_deep(entry);
            return None;
        }
        entry.path().strip_prefix(base).ok().and_then(Path::to_str).map(str::to_owned)
    }

    fn too_deep(&mut self, entry: &DirEntry) {
        if entry.depth() == DEEPEST {
            let problem = Diagnostic::error("too-deep", format!("folders lie at most {DEEPEST} deep"));
            self.problems.push(problem.about(self.shown(entry.path())));
        }
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

    fn kind(&mut self, path: &SourcePath, found: &Found) -> FolderKind {
        match (found.has_group, found.has_site) {
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
