//! One layer, looked at: what lies in its folder, and in its `content/` and `static/`.

use std::ffi::OsStr;
use std::path::Path;

use tenantry_core::diagnostic::{Diagnostic, printable};
use tenantry_core::digest::Digest;
use tenantry_core::path::SourcePath;

use super::glance::Glancing;
use super::{Folder, FolderKind, Glance, Look, Place, folder_in_tenant, is_hidden};
use crate::disk::{DiskError, Entry, Kind, LARGEST_ASSET, OpenFolder, exists};

/// Most files of one layer, and most folders below its `content/` and `static/`.
const MOST_FILES: usize = 5_000;
/// Most bytes of the files of one layer.
const MOST_BYTES: u64 = 200 << 20;
/// Deepest folder below `content/` and `static/`.
pub(super) const DEEPEST: usize = 32;

/// What lies right in a folder.
#[derive(Default)]
pub(super) struct Found {
    pub(super) has_group: bool,
    pub(super) has_site: bool,
    pub(super) has_cookies: bool,
    pub(super) content: Vec<String>,
    pub(super) statics: Vec<String>,
    pub(super) children: Vec<String>,
}

/// What a layer holds, as far as it has been walked. Whoever fills a folder without end does not keep others waiting.
#[derive(Default)]
struct Extent {
    files: usize,
    folders: usize,
    bytes: u64,
}

impl Extent {
    /// Takes in one more thing, and tells whether there may be another.
    fn admits(&mut self, kind: Kind) -> bool {
        self.folders += usize::from(kind == Kind::Folder);
        self.files += usize::from(kind != Kind::Folder);
        self.excess().is_none()
    }

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

/// One layer, being looked at.
pub(super) struct Scanning<'s> {
    root: &'s Path,
    path: &'s SourcePath,
    problems: Vec<Diagnostic>,
    strays: Vec<Diagnostic>,
    unread: Vec<String>,
    /// What was met in the layer, with its looks.
    seen: Vec<u8>,
    pub(super) youngest: u64,
    glance: Glancing,
    extent: Extent,
}

impl<'s> Scanning<'s> {
    /// `device` is the one that the layers lie on, if it keeps the times of folders.
    pub(super) fn new(root: &'s Path, path: &'s SourcePath, device: Option<u64>) -> Scanning<'s> {
        Scanning {
            root,
            path,
            problems: Vec::new(),
            strays: Vec::new(),
            unread: Vec::new(),
            seen: Vec::with_capacity(128),
            youngest: 0,
            glance: Glancing::on(device),
            extent: Extent::default(),
        }
    }

    /// Whether there is nothing in the folder that has to be told each time.
    pub(super) fn is_plain(&self) -> bool {
        self.strays.is_empty() && self.unread.is_empty()
    }

    pub(super) fn look(&self) -> Look {
        Look { digest: Digest::of(&self.seen), youngest: self.youngest }
    }

    pub(super) fn folder(self, (kind, look): (FolderKind, Look), found: Found) -> Folder {
        let Found { has_cookies, content, statics, .. } = found;
        let glance = (kind == FolderKind::Tenant && self.is_plain()).then(|| self.glance()).flatten();
        let Scanning { path, problems, strays, unread, .. } = self;
        Folder { path: path.clone(), kind, has_cookies, content, statics, problems, strays, unread, look, glance }
    }

    /// What the folder looks like at a glance, if that tells something.
    pub(super) fn glance(&self) -> Option<Glance> {
        self.glance.taken()
    }

    /// Takes the name of something in the layer, seen from there, and what it is.
    fn name(&mut self, name: &[u8], kind: Kind) {
        self.seen.extend((name.len() as u64).to_le_bytes());
        self.seen.extend(name);
        self.seen.push(kind as u8);
    }

    /// Takes the look of a file in the layer, to which `way` leads from there.
    fn stamp(&mut self, folder: &OpenFolder, (entry, way): (&Entry, &str)) {
        let stamp = folder.stamp(&entry.name);
        self.glance.take(way, stamp);
        match stamp {
            Some(stamp) => {
                self.seen.extend(stamp.bytes());
                self.youngest = self.youngest.max(stamp.youngest());
                // A file that is too large is told itself.
                self.extent.bytes += if stamp.size > LARGEST_ASSET { 0 } else { stamp.size };
            }
            // What cannot be looked at may be anything next time.
            None => self.youngest = u64::MAX,
        }
    }

    /// Takes the look of everything in a folder, which is `way` seen from the layer, up to so many folders deeper.
    pub(super) fn look_at_all(&mut self, folder: &OpenFolder, (way, deeper): (&str, usize)) {
        let path = |way: &str| self.root.join(self.path.join(way).as_str());
        let Ok(entries) = folder.entries(|_| true, || path(way)) else {
            self.youngest = u64::MAX;
            return;
        };
        for entry in &entries {
            let below = below(way, &entry.name);
            self.name(below.as_bytes(), entry.kind);
            if entry.kind != Kind::Folder {
                self.stamp(folder, (entry, &below));
                continue;
            }
            match folder.below(&entry.name, || self.root.join(self.path.join(&below).as_str())) {
                Ok(folder) if deeper > 0 => self.look_at_all(&folder, (&below, deeper - 1)),
                Ok(_) | Err(_) => self.youngest = u64::MAX,
            }
        }
    }

    /// Lists a layer's folder. Of folders there may be any number: a group has a tenant in each.
    fn list(&mut self, place: &Place<'_>, found: &mut Found) -> Option<(OpenFolder, Vec<Entry>)> {
        let mut files = 0;
        let go_on = |kind: Kind| {
            files += usize::from(kind != Kind::Folder);
            files <= MOST_FILES
        };
        let path = || self.root.join(self.path.as_str());
        let folder = match place.parent {
            Some(parent) => parent.below(OsStr::new(place.name), path),
            None => OpenFolder::of(&path()),
        };
        let listed = folder.and_then(|folder| {
            // Before the names in it are known: one that comes meanwhile is a change after the look.
            self.glance.take("", folder.own_stamp());
            folder.entries(go_on, path).map(|entries| (folder, entries))
        });
        let (folder, entries) = listed.map_err(|error| self.unreadable_folder(&error)).ok()?;
        if files > MOST_FILES {
            self.problems.push(too_many_files("files").about(self.path.as_str()));
            // What was not listed has not vanished, and the folder is what it was.
            self.unread.push(self.path.file_name().to_owned());
            let holds = |name| exists(&path().join(name)).unwrap_or(true);
            (found.has_group, found.has_site) = (holds("group.toml"), holds("site.toml"));
        }
        Some((folder, entries))
    }

    /// Everything that lies right in a layer's folder. Gives the folder, if it can be listed.
    pub(super) fn all_beside(&mut self, place: &Place<'_>, found: &mut Found) -> Option<OpenFolder> {
        let (folder, entries) = self.list(place, found)?;
        entries.iter().for_each(|entry| self.beside(&folder, entry, found));
        Some(folder)
    }

    /// One thing that lies right in a layer's folder.
    fn beside(&mut self, folder: &OpenFolder, entry: &Entry, found: &mut Found) {
        let name = entry.name.to_string_lossy();
        let refused = self.refusal(&name, entry);
        match &*name {
            // A file that cannot be read still says what the folder is: it fails, it is not passed over.
            "group.toml" => found.has_group = true,
            "site.toml" => found.has_site = true,
            "cookies.toml" => found.has_cookies = true,
            "content" | "static" => {}
            name if is_hidden(name) => return,
            name => {
                match refused {
                    Some(problem) => {
                        self.strays.push(problem);
                        self.unread.push(name.to_owned());
                    }
                    None if entry.kind == Kind::Folder => found.children.push(name.to_owned()),
                    None => self.unexpected_file(name),
                }
                return;
            }
        }
        self.name(name.as_bytes(), entry.kind);
        match &*name {
            "content" if entry.kind == Kind::Folder => found.content = self.files_below(folder, "content"),
            "static" if entry.kind == Kind::Folder => found.statics = self.files_below(folder, "static"),
            _ => self.stamp(folder, (entry, &name)),
        }
        self.problems.extend(refused);
    }

    /// Tells of folders in a tenant's folder, which would be layers elsewhere.
    pub(super) fn refuse_layers(&mut self, folders: Vec<String>) {
        if folders.len() > MOST_FILES {
            self.problems.push(too_many_files("folders").about(self.path.as_str()));
            return;
        }
        for name in folders {
            self.name(name.as_bytes(), Kind::Folder);
            self.problems.push(folder_in_tenant(&self.path.join(&name)));
        }
    }

    fn unreadable_folder(&mut self, error: &DiskError) {
        self.strays.push(unreadable(error).about(self.path.as_str()));
        self.unread.push(self.path.file_name().to_owned());
    }

    /// Why something is not read, if it is not. `way` leads to it from the layer.
    fn refusal(&self, way: &str, entry: &Entry) -> Option<Diagnostic> {
        let (code, message, hint) = match entry.name.to_str() {
            None => ("bad-name", "the name is not UTF-8".to_owned(), "rename it"),
            Some(name) if name.chars().any(|c| c.is_control() || matches!(c, '\\' | '"')) => {
                let message = "a control character, a quotation mark or a backslash stands in the name";
                ("bad-name", message.to_owned(), "rename it")
            }
            Some(_) if matches!(entry.kind, Kind::Link | Kind::Other) => {
                let message = format!("it is {}, which is not read", entry.kind.words());
                ("not-a-file", message, "put the file or folder itself there")
            }
            Some(_) => return None,
        };
        Some(Diagnostic::error(code, message).about(self.shown(way)).hint(hint))
    }

    /// A path of the layer seen from the workspace, safe to print.
    fn shown(&self, way: &str) -> String {
        printable(self.path.join(way).as_str())
    }

    /// The files below `content/` or `static/`, seen from there, sorted; none if there are too many.
    fn files_below(&mut self, beside: &OpenFolder, name: &str) -> Vec<String> {
        let mut files = Vec::new();
        if self.extent.excess().is_some() {
            return files;
        }
        self.walk((beside, OsStr::new(name)), (name, 1), &mut files);
        if let Some(excess) = self.extent.excess() {
            self.problems.push(excess.about(self.path.join(name).as_str()));
            return Vec::new();
        }
        // Seen from `content/` and not from the layer.
        files.iter().map(|file| file[name.len() + 1..].to_owned()).collect()
    }

    /// Walks a folder below `content/` or `static/`, which is `way` seen from the layer.
    fn walk(&mut self, (parent, name): (&OpenFolder, &OsStr), (way, depth): (&str, usize), files: &mut Vec<String>) {
        let (extent, glance) = (&mut self.extent, &mut self.glance);
        let path = || self.root.join(self.path.join(way).as_str());
        let listed = parent.below(name, path).and_then(|folder| {
            glance.take(way, folder.own_stamp());
            folder.entries(|kind| extent.admits(kind), path).map(|entries| (folder, entries))
        });
        let (folder, entries) = match listed {
            Ok(listed) => listed,
            Err(error) => return self.problems.push(unreadable(&error).about(self.shown(way))),
        };
        for entry in entries.iter().filter(|entry| !is_leftover(&entry.name.to_string_lossy())) {
            if self.extent.excess().is_some() {
                return;
            }
            let below = below(way, &entry.name);
            self.name(below.as_bytes(), entry.kind);
            if entry.kind != Kind::Folder {
                self.stamp(&folder, (entry, &below));
            }
            match self.refusal(&below, entry) {
                Some(problem) => self.problems.push(problem),
                None if entry.kind != Kind::Folder => files.push(below),
                None if depth == DEEPEST => self.problems.push(self.too_deep(&below)),
                None => self.walk((&folder, &entry.name), (&below, depth + 1), files),
            }
        }
    }

    fn too_deep(&self, way: &str) -> Diagnostic {
        Diagnostic::error("too-deep", format!("folders lie at most {DEEPEST} deep")).about(self.shown(way))
    }

    /// Files beside `site.toml` that look as if they were meant to be read.
    fn unexpected_file(&mut self, name: &str) {
        let hint = match name.rsplit_once('.').map(|(_, ending)| ending) {
            _ if is_hidden(name) => return,
            Some("md") => "documents belong into `content/`",
            Some("toml") => "a layer has `group.toml` or `site.toml`, and `cookies.toml`",
            Some("css" | "js" | "svg" | "png" | "jpg" | "ico" | "html") => {
                "files that go out as they are belong into `static/`"
            }
            _ => return,
        };
        self.name(name.as_bytes(), Kind::File);
        let problem = Diagnostic::warning("unread-file", "this file is not read");
        self.problems.push(problem.about(self.path.join(name).as_str()).hint(hint));
    }

    pub(super) fn kind(&mut self, found: &Found) -> FolderKind {
        match (found.has_group, found.has_site) {
            (true, true) => {
                let problem = Diagnostic::error(
                    "group-and-tenant",
                    "a folder is a group or a tenant, and this one has both files",
                );
                self.problems.push(problem.about(self.path.as_str()).hint("remove `group.toml` or `site.toml`"));
                FolderKind::Tenant
            }
            (true, false) => FolderKind::Group,
            (false, true) => FolderKind::Tenant,
            (false, false) => FolderKind::Plain,
        }
    }
}

/// A way that leads on to something.
fn below(way: &str, name: &OsStr) -> String {
    let name = name.to_string_lossy();
    if way.is_empty() { name.into_owned() } else { format!("{way}/{name}") }
}

fn unreadable(error: &DiskError) -> Diagnostic {
    Diagnostic::error("disk", format!("cannot read it: {}", error.cause))
}

/// Names that editors and desktops leave behind, which nobody means to publish.
fn is_leftover(name: &str) -> bool {
    let ending = ["~", ".swp", ".swo", ".swx", ".tmp"].iter().any(|ending| name.ends_with(ending));
    ending || name.starts_with(".#") || name.starts_with('#') || LEFTOVERS.contains(&name)
}

const LEFTOVERS: &[&str] = &[".DS_Store", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini", "4913"];
