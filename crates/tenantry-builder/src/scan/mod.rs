//! Walks `sites/` and tells what each folder is: a group, a tenant, or neither. Reads no file.
//!
//! A tenant that is remembered and looks as it did then is not told further: what it holds need not be known. Names that
//! cannot be trusted (links, devices, unreadable bytes) are findings of the layer they lie in.

mod glance;
mod layer;

use std::path::Path;

use rayon::iter::Either;
use rayon::prelude::*;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::path::SourcePath;

pub(crate) use self::glance::{Glance, glance_at};
use self::layer::{DEEPEST, Found, Scanning};
use crate::disk::OpenFolder;
use crate::memory::{Memory, Siblings};
use crate::state::Remembered;

/// How many folders in folders are kept open at once. What lies deeper is opened by its path.
const MOST_OPEN: usize = 64;

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
    /// What is wrong with its files; an error makes the layer unusable.
    pub problems: Vec<Diagnostic>,
    /// What is wrong with things that lie in it and are none of its files, such as a link in place of a tenant.
    pub strays: Vec<Diagnostic>,
    /// The names of these things: a tenant of such a name has not vanished, it cannot be read.
    pub unread: Vec<String>,
    /// What its files looked like.
    pub look: Look,
    /// What it looks like at a glance, if it is a tenant's and that tells something.
    pub(crate) glance: Option<Glance>,
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
            problems: Vec::new(),
            strays: Vec::new(),
            unread: Vec::new(),
            look: Look::none(),
            glance: None,
        }
    }
}

/// A folder with what lies below it.
#[derive(Debug, Clone)]
pub(crate) struct Branch<'m> {
    /// The folder.
    pub(crate) folder: Folder,
    /// The folders in it that may be layers, sorted.
    pub(crate) children: Vec<Branch<'m>>,
    /// The tenants in it that are as they were.
    pub(crate) recalled: Vec<&'m Remembered<'m>>,
}

impl Branch<'_> {
    /// A tenant's folder that nobody has looked into.
    fn without_files(path: &SourcePath) -> Self {
        let folder = Folder::without_files(path, FolderKind::Tenant);
        Branch { folder, children: Vec::new(), recalled: Vec::new() }
    }

    /// How many tenants lie in it, itself included.
    pub(crate) fn tenants(&self) -> usize {
        let below: usize = self.children.iter().map(Branch::tenants).sum();
        usize::from(self.folder.kind == FolderKind::Tenant) + self.recalled.len() + below
    }
}

/// Walks the folder `path` of the workspace at `root`. Of the tenants that are as `memory` has them no more is told.
pub(crate) fn scan<'m>(root: &Path, path: &SourcePath, memory: Option<&Memory<'m>>) -> Branch<'m> {
    Walk { root, memory, tenants: Tenants::Whole }.top(path)
}

/// Walks a folder and tells which folders are tenants, without a look into these.
pub(crate) fn survey(root: &Path, path: &SourcePath) -> Branch<'static> {
    Walk { root, memory: None, tenants: Tenants::ByName }.top(path)
}

/// Looks at one folder, and gives with it the names of folders in it that may be layers.
pub(crate) fn look_into(root: &Path, path: &SourcePath) -> (Folder, Vec<String>) {
    let mut scanning = Scanning::new(root, path, None);
    let mut found = Found::default();
    scanning.all_beside(&Place::top(path), &mut found);
    let kind = scanning.kind(&found);
    let mut children = std::mem::take(&mut found.children);
    if kind == FolderKind::Tenant {
        scanning.refuse_layers(std::mem::take(&mut children));
    }
    let look = scanning.look();
    (scanning.folder((kind, look), found), children)
}

/// What everything that lies in a folder looks like, however deep.
pub(crate) fn look_of(root: &Path, path: &SourcePath) -> Look {
    let mut scanning = Scanning::new(root, path, None);
    match OpenFolder::of(&root.join(path.as_str())) {
        Ok(folder) => scanning.look_at_all(&folder, ("", DEEPEST)),
        Err(_) => scanning.youngest = u64::MAX,
    }
    scanning.look()
}

/// Goes through folders.
struct Walk<'w, 'm> {
    root: &'w Path,
    memory: Option<&'w Memory<'m>>,
    tenants: Tenants,
}

/// How far folders of tenants are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tenants {
    /// With all that they hold.
    Whole,
    /// Only whether they are tenants.
    ByName,
}

/// Where a folder is, and how it is opened.
struct Place<'p> {
    path: &'p SourcePath,
    name: &'p str,
    /// How many others in the same folder come before it.
    index: usize,
    /// The folder that it lies in, if that is open.
    parent: Option<&'p OpenFolder>,
    /// The device that it lies on, if that keeps the times of folders.
    device: Option<u64>,
    depth: usize,
}

impl<'p> Place<'p> {
    /// Where a walk begins.
    fn top(path: &'p SourcePath) -> Place<'p> {
        Place { path, name: path.as_str(), index: 0, parent: None, device: None, depth: 0 }
    }
}

/// What a folder turned out to be.
enum Scanned<'m> {
    Branch(Box<Branch<'m>>),
    /// A tenant that is as it was.
    Recalled(&'m Remembered<'m>),
}

impl<'m> Walk<'_, 'm> {
    fn top(&self, path: &SourcePath) -> Branch<'m> {
        match self.folder(&Place::top(path), (None, None)) {
            Scanned::Branch(branch) => *branch,
            Scanned::Recalled(remembered) => Branch {
                folder: Folder::without_files(path, FolderKind::Tenant),
                children: Vec::new(),
                recalled: vec![remembered],
            },
        }
    }

    /// Scans a folder, below layers that look so, among its remembered siblings.
    fn folder(&self, place: &Place<'_>, (above, siblings): (Option<Look>, Option<&Siblings<'_, 'm>>)) -> Scanned<'m> {
        let mut scanning = Scanning::new(self.root, place.path, place.device);
        let mut found = Found::default();
        let open = scanning.all_beside(place, &mut found).filter(|_| place.depth < MOST_OPEN);
        let kind = scanning.kind(&found);
        if kind == FolderKind::Tenant {
            scanning.refuse_layers(std::mem::take(&mut found.children));
            let siblings = siblings.filter(|_| scanning.is_plain());
            let recall = |siblings: &Siblings<'_, 'm>| siblings.recall((place.name, place.index), scanning.look());
            if let Some((siblings, remembered)) = siblings.and_then(|siblings| Some((siblings, recall(siblings)?))) {
                siblings.note(remembered, scanning.glance());
                return Scanned::Recalled(remembered);
            }
        }
        let look = scanning.look();
        // What lies in a folder without settings inherits from the layers above it.
        let above = if kind == FolderKind::Plain && above.is_some() { above } else { Some(look.below(above)) };
        let (children, recalled) = self.children((place, open.as_ref()), &found.children, above);
        Scanned::Branch(Box::new(Branch { folder: scanning.folder((kind, look), found), children, recalled }))
    }

    fn children(
        &self,
        (place, open): (&Place<'_>, Option<&OpenFolder>),
        names: &[String],
        above: Option<Look>,
    ) -> (Vec<Branch<'m>>, Vec<&'m Remembered<'m>>) {
        let siblings = self.memory.zip(above).map(|(memory, above)| memory.siblings(place.path, above));
        let keeping_times = open.filter(|open| open.keeps_times());
        let device = keeping_times.and_then(OpenFolder::own_stamp).map(|stamp| stamp.device);
        let child = |(index, name): (usize, &String)| {
            let glance = siblings.as_ref().zip(open.zip(device));
            if let Some(tenant) = glance.and_then(|(siblings, folder)| siblings.glance((name, index), folder)) {
                return Scanned::Recalled(tenant);
            }
            let path = place.path.join(name);
            let is_tenant = |folder: &OpenFolder| folder.stamp(format!("{name}/site.toml")).is_some();
            if self.tenants == Tenants::ByName && open.is_some_and(is_tenant) {
                return Scanned::Branch(Box::new(Branch::without_files(&path)));
            }
            let child = Place { path: &path, name, index, parent: open, device, depth: place.depth + 1 };
            self.folder(&child, (above, siblings.as_ref()))
        };
        names.par_iter().enumerate().map(child).partition_map(|scanned| match scanned {
            Scanned::Branch(branch) => Either::Left(*branch),
            Scanned::Recalled(remembered) => Either::Right(remembered),
        })
    }
}

/// Names that editors, version control and desktops leave behind.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.starts_with('#') || matches!(name, "Thumbs.db" | "desktop.ini")
}

/// A tenant holds no layers, whether it has a `site.toml` or a row.
pub(crate) fn folder_in_tenant(path: &SourcePath) -> Diagnostic {
    let problem = Diagnostic::warning("folder-in-tenant", "a tenant holds no layers, so this folder is not read");
    problem.about(path.as_str()).hint("a tenant has `content/` and `static/`")
}
