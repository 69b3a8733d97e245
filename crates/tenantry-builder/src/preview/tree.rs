//! The folders below `sites/`, kept, and brought up to what lies on the disk.
//!
//! Of tenants no more is kept than that they are there. Whoever is told of changed paths gets to know which groups, tenants
//! and plain folders they touch; nothing else is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tenantry_core::path::SourcePath;

use crate::disk;
use crate::memory::is_settled;
use crate::scan::{Branch, Folder, FolderKind, Look, look_into, scan, survey};

/// What a change of an unknown extent touches in a folder.
pub(super) const ANYTHING: &str = "";

/// Paths seen from a folder that changed there; [`ANYTHING`] stands for all of them.
pub(super) type Ways = BTreeSet<String>;

/// The folders.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    pub(super) sites: Branch<'static>,
    /// When all of them had last not been looked at yet.
    seen: u64,
}

/// What became of the folders.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Patch {
    /// Groups whose own files changed.
    pub(super) groups: BTreeMap<SourcePath, Ways>,
    /// Folders of tenants that changed.
    pub(super) tenants: BTreeMap<SourcePath, Ways>,
    /// Folders that are neither and changed: those of rows, perhaps.
    pub(super) plain: BTreeMap<SourcePath, Ways>,
    /// Folders in which others came, went or became something else.
    pub(super) structure: BTreeSet<SourcePath>,
}

impl Tree {
    /// Looks for groups and tenants.
    pub(super) fn survey(root: &Path) -> Tree {
        let seen = disk::now();
        Tree { root: root.to_owned(), sites: survey(root, &SourcePath::named("sites")), seen }
    }

    /// The folder at a path.
    pub(super) fn at(&self, path: &SourcePath) -> Option<&Branch<'static>> {
        let mut branch = &self.sites;
        for name in path.as_str().split('/').skip(1) {
            branch = &branch.children[position(branch, name).ok()?];
        }
        Some(branch)
    }

    fn at_mut(&mut self, path: &SourcePath) -> Option<&mut Branch<'static>> {
        let mut branch = &mut self.sites;
        for name in path.as_str().split('/').skip(1) {
            let at = position(branch, name).ok()?;
            branch = &mut branch.children[at];
        }
        Some(branch)
    }

    /// Looks at what changed at some paths below the workspace's folder.
    pub(super) fn patch<'p>(&mut self, paths: impl Iterator<Item = &'p str>) -> Patch {
        let mut patch = Patch::default();
        let mut folders: BTreeMap<SourcePath, Ways> = BTreeMap::new();
        for path in paths {
            let (folder, way) = self.nearest(path);
            folders.entry(folder).or_default().insert(way);
        }
        for (folder, ways) in folders {
            // What was looked at before may be gone by now.
            let Some(branch) = self.at(&folder) else { continue };
            let is_tenant = branch.folder.kind == FolderKind::Tenant;
            if is_tenant && self.is_still_tenant(&folder) {
                patch.note(FolderKind::Tenant, &folder, ways);
            } else if is_tenant || ways.contains(ANYTHING) {
                self.replace(&folder, &mut patch);
            } else {
                self.look_again(&folder, ways, &mut patch);
            }
        }
        patch
    }

    /// Whether the folder of a tenant still is one.
    fn is_still_tenant(&self, path: &SourcePath) -> bool {
        disk::exists(&self.root.join(path.as_str()).join("site.toml")).unwrap_or(true)
    }

    /// The nearest folder that is known, and the way from there. That of a folder itself leads to nothing in it.
    fn nearest(&self, path: &str) -> (SourcePath, String) {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        segments.next();
        let mut branch = &self.sites;
        while let Some(name) = segments.next() {
            match position(branch, name) {
                Ok(at) => branch = &branch.children[at],
                Err(_) => {
                    let way = segments.fold(name.to_owned(), |way, segment| format!("{way}/{segment}"));
                    return (branch.folder.path.clone(), way);
                }
            }
        }
        (branch.folder.path.clone(), ANYTHING.to_owned())
    }

    /// Looks at a folder and everything in it anew.
    fn replace(&mut self, path: &SourcePath, patch: &mut Patch) {
        if !self.is_there(path) {
            return self.look_again(&path.above(), Ways::new(), patch);
        }
        let new = self.surveyed(path);
        everything_below(&new, patch);
        let Some(branch) = self.at_mut(path) else { return };
        if branch.folder.kind != new.folder.kind {
            patch.restructured(path);
        }
        *branch = new;
    }

    /// Whether a folder is there; `sites/` counts as such.
    fn is_there(&self, path: &SourcePath) -> bool {
        path.as_str() == "sites" || disk::is_folder(&self.root.join(path.as_str())).unwrap_or(true)
    }

    /// A folder and all in it, as it lies there now.
    fn surveyed(&self, path: &SourcePath) -> Branch<'static> {
        let mut new = survey(&self.root, path);
        strip(&mut new);
        new
    }

    /// Looks at what lies right in a folder that is no tenant's.
    fn look_again(&mut self, path: &SourcePath, ways: Ways, patch: &mut Patch) {
        if !self.is_there(path) {
            return self.look_again(&path.above(), Ways::new(), patch);
        }
        let (folder, names) = look_into(&self.root, path);
        let Some(branch) = self.at(path) else { return };
        if folder.kind != branch.folder.kind {
            return self.replace(path, patch);
        }
        let known = |name: &String| position(branch, name).is_ok();
        let names: BTreeSet<String> = names.into_iter().collect();
        let new = names.iter().filter(|name| !known(name)).map(|name| self.surveyed(&path.join(name)));
        let new: Vec<Branch<'static>> = new.collect();
        let Some(branch) = self.at_mut(path) else { return };
        let looks_other = differs(&branch.folder, &folder);
        branch.folder = folder;
        let before = branch.children.len();
        branch.children.retain(|child| names.contains(child.folder.path.file_name()));
        if branch.children.len() != before || !new.is_empty() {
            patch.structure.insert(path.clone());
        }
        for child in new {
            everything_below(&child, patch);
            let at = position(branch, child.folder.path.file_name()).unwrap_or_else(|at| at);
            branch.children.insert(at, child);
        }
        let mut own: Ways = ways.into_iter().filter(|way| looks_other || is_own(way)).collect();
        if looks_other && own.is_empty() {
            own.insert(ANYTHING.to_owned());
        }
        if looks_other || !own.is_empty() {
            patch.note(branch.folder.kind, path, own);
        }
    }

    /// Looks at a tenant's folder and at those above it. `is_same` tells whether the tenant looks as it did.
    pub(super) fn look_along(&mut self, tenant: &SourcePath, is_same: impl Fn(&SourcePath, Look) -> bool) -> Patch {
        let mut patch = Patch::default();
        let mut path = SourcePath::named("");
        for name in tenant.as_str().split('/') {
            path = path.join(name);
            let Some(branch) = self.at(&path) else { break };
            if branch.folder.kind != FolderKind::Tenant {
                self.look_again(&path, Ways::new(), &mut patch);
                continue;
            }
            let (folder, _) = look_into(&self.root, &path);
            if folder.kind != FolderKind::Tenant {
                self.replace(&path, &mut patch);
            } else if !is_same(&path, folder.look) {
                patch.note(FolderKind::Tenant, &path, Ways::from([ANYTHING.to_owned()]));
            }
        }
        patch
    }

    /// Looks at everything, and compares it with what was there. `is_same` tells whether a tenant looks as it did.
    pub(super) fn compare(&mut self, is_same: impl Fn(&SourcePath, Look) -> bool) -> Patch {
        let seen = disk::now();
        let mut new = scan(&self.root, &SourcePath::named("sites"), None);
        let mut patch = Patch::default();
        let comparing = Comparing { is_same: &is_same, seen: self.seen };
        comparing.pair(&self.sites, &new, &mut patch);
        strip(&mut new);
        (self.sites, self.seen) = (new, seen);
        patch
    }
}

impl Patch {
    fn note(&mut self, kind: FolderKind, path: &SourcePath, ways: Ways) {
        let noted = match kind {
            FolderKind::Group => &mut self.groups,
            FolderKind::Tenant => &mut self.tenants,
            FolderKind::Plain => &mut self.plain,
        };
        noted.entry(path.clone()).or_default().extend(ways);
    }

    /// A folder became something else, which is the business of the one that it lies in.
    fn restructured(&mut self, path: &SourcePath) {
        let parent = path.as_str().rsplit_once('/').map_or("sites", |(parent, _)| parent);
        self.structure.insert(SourcePath::named(parent));
    }
}

/// Compares two looks at the same folders.
struct Comparing<'c, S> {
    is_same: &'c S,
    /// When the first look was taken.
    seen: u64,
}

impl<S: Fn(&SourcePath, Look) -> bool> Comparing<'_, S> {
    fn pair(&self, old: &Branch<'static>, new: &Branch<'static>, patch: &mut Patch) {
        let path = &new.folder.path;
        if old.folder.kind != new.folder.kind {
            patch.restructured(path);
            return everything_below(new, patch);
        }
        let is_same = match new.folder.kind {
            FolderKind::Tenant => (self.is_same)(path, new.folder.look),
            FolderKind::Group | FolderKind::Plain => {
                !differs(&old.folder, &new.folder) && is_settled(old.folder.look.youngest, self.seen)
            }
        };
        if !is_same {
            patch.note(new.folder.kind, path, Ways::from([ANYTHING.to_owned()]));
        }
        let name = |branch: &Branch<'static>| branch.folder.path.file_name().to_owned();
        if !old.children.iter().map(name).eq(new.children.iter().map(name)) {
            patch.structure.insert(path.clone());
        }
        for child in &new.children {
            match position(old, child.folder.path.file_name()) {
                Ok(at) => self.pair(&old.children[at], child, patch),
                Err(_) => everything_below(child, patch),
            }
        }
    }
}

/// Where a folder stands among those of another one, or would.
fn position(branch: &Branch<'_>, name: &str) -> Result<usize, usize> {
    branch.children.binary_search_by(|child| child.folder.path.file_name().cmp(name))
}

/// Whether a path in a folder is one of its own files, whatever it looks like.
fn is_own(way: &str) -> bool {
    let first = way.split('/').next().unwrap_or(way);
    matches!(first, "group.toml" | "cookies.toml" | "content" | "static")
}

fn differs(old: &Folder, new: &Folder) -> bool {
    old.look.digest != new.look.digest || old.problems != new.problems || old.strays != new.strays
}

/// Notes a folder and all in it as changed.
fn everything_below(branch: &Branch<'_>, patch: &mut Patch) {
    let folder = &branch.folder;
    patch.note(folder.kind, &folder.path, Ways::from([ANYTHING.to_owned()]));
    if folder.kind != FolderKind::Tenant {
        patch.structure.insert(folder.path.clone());
    }
    branch.children.iter().for_each(|child| everything_below(child, patch));
}

/// Forgets what tenants hold.
fn strip(branch: &mut Branch<'_>) {
    if branch.folder.kind == FolderKind::Tenant {
        branch.folder = Folder::without_files(&branch.folder.path, FolderKind::Tenant);
    }
    branch.children.iter_mut().for_each(strip);
}

#[cfg(test)]
mod tests {
    use tenantry_testkit::Workspace;

    use super::*;

    fn workspace() -> (Workspace, Tree) {
        let workspace = Workspace::in_memory();
        workspace.add_text(
            "//- /sites/group.toml\n\n//- /sites/g/group.toml\n\n//- /sites/g/t/site.toml\n\n//- /sites/g/t/static/a\n1\n\
             //- /sites/p/u/site.toml\n\n//- /sites/p/row/cookies.toml\n\n",
        );
        let tree = Tree::survey(workspace.path());
        (workspace, tree)
    }

    /// What a change of some paths touches: groups, tenants, plain folders, and where folders came or went.
    #[track_caller]
    fn touches(edit: fn(&Workspace), paths: &[&str], expected: [&str; 4]) {
        let (workspace, mut tree) = workspace();
        edit(&workspace);
        let patch = tree.patch(paths.iter().copied());
        let names = |paths: Vec<&SourcePath>| paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(" ");
        let found = [
            names(patch.groups.keys().collect()),
            names(patch.tenants.keys().collect()),
            names(patch.plain.keys().collect()),
            names(patch.structure.iter().collect()),
        ];
        assert_eq!(found, expected, "{paths:?}");
        // Whoever has been told of everything knows what a look at everything shows.
        let anew = tree.compare(|_, _| true);
        assert!(anew.structure.is_empty(), "{paths:?}: {anew:?}");
    }

    #[test]
    fn a_path_is_that_of_the_nearest_folder() {
        let write = |workspace: &Workspace| workspace.write("sites/g/t/static/a", "2\n");
        touches(write, &["sites/g/t/static/a"], ["", "sites/g/t", "", ""]);
        touches(|ws| ws.write("sites/g/content/x.fr.md", "x"), &["sites/g/content/x.fr.md"], ["sites/g", "", "", ""]);
        touches(|ws| ws.append("sites/g/t/site.toml", "#"), &["sites/g/t/site.toml"], ["", "sites/g/t", "", ""]);
        touches(|ws| ws.append("sites/group.toml", "#"), &["sites/group.toml"], ["sites", "", "", ""]);
        touches(
            |ws| ws.append("sites/p/row/cookies.toml", "#"),
            &["sites/p/row/cookies.toml"],
            ["", "", "sites/p/row", ""],
        );
        touches(|ws| ws.write("sites/g/notes.txt", "x"), &["sites/g/notes.txt"], ["", "", "", ""]);
        touches(|ws| ws.write("sites/g/notes.md", "x"), &["sites/g/notes.md"], ["sites/g", "", "", ""]);
    }

    #[test]
    fn folders_come_and_go_and_become_something_else() {
        let new = |workspace: &Workspace| workspace.write("sites/g/new/site.toml", "");
        touches(new, &["sites/g/new/site.toml"], ["", "sites/g/new", "", "sites/g"]);
        touches(new, &["sites/g/new"], ["", "sites/g/new", "", "sites/g"]);
        touches(|ws| ws.remove("sites/g/t"), &["sites/g/t/site.toml"], ["", "", "", "sites/g"]);
        touches(|ws| ws.remove("sites/g/t"), &["sites/g/t"], ["", "", "", "sites/g"]);
        touches(|ws| ws.remove("sites/g"), &["sites/g/t/static/a"], ["", "", "", "sites"]);
        touches(
            |ws| ws.remove("sites/g/t/site.toml"),
            &["sites/g/t/site.toml"],
            ["", "", "sites/g/t", "sites/g sites/g/t"],
        );
        let group = |workspace: &Workspace| workspace.write("sites/p/group.toml", "");
        touches(group, &["sites/p/group.toml"], ["sites/p", "sites/p/u", "sites/p/row", "sites sites/p sites/p/row"]);
        touches(
            |ws| ws.remove("sites/g/group.toml"),
            &["sites/g/group.toml"],
            ["", "sites/g/t", "sites/g", "sites sites/g"],
        );
    }
}
