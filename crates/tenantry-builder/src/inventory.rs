//! What an output folder holds, told by names: which tenants have a folder, a manifest, or a build that was cut short.
//!
//! The folder is listed once for all that is asked of it. Nothing in it is read.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::OnceLock;

use indexmap::IndexSet;

use crate::disk::{self, DiskResult, Kind, OpenFolder, Stamp};
use crate::output::Output;
use crate::state::ManifestLook;
use crate::view::STATE;

/// How the names of manifests end: that of one that is whole, and of one that stands while a folder is changed.
const WHOLE: &str = ".json";
const UNFINISHED: &str = ".next";

/// What an output folder holds, by the names in it.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// The folders in it.
    folders: IndexSet<Box<str>>,
    manifests: Manifests,
    /// Whether the folder is marked as ours.
    marked: bool,
    /// What the folder of the manifests looked like before it was listed.
    look: Option<Stamp>,
}

/// The manifests that are kept.
#[derive(Debug, Default)]
struct Manifests {
    /// Their folder.
    folder: Option<OpenFolder>,
    /// All names in it, joined by slashes: a fleet has too many to hold each of them by itself.
    names: String,
    /// Each of these names, once somebody asks for one.
    by_name: OnceLock<IndexSet<Box<str>>>,
    /// How many tenants have a whole one.
    whole: usize,
    /// The tenants whose last build was cut short.
    unfinished: BTreeSet<String>,
}

impl Inventory {
    /// Lists an output folder.
    pub(crate) fn of(out: &Path) -> DiskResult<Inventory> {
        let (look, marked) = (look_at(out), Output::is_marked(out)?);
        let (folders, manifests) =
            rayon::join(|| folders_in(out), || Manifests::of(&out.join(STATE).join("manifests")));
        Ok(Inventory { folders: folders?, manifests: manifests?, marked, look })
    }

    /// Whether manifests have come or gone since they were listed.
    pub(crate) fn is_outdated(&self, out: &Path) -> bool {
        // Where there was no folder, there was none.
        self.look.is_some_and(|look| look_at(out) != Some(look))
    }

    /// Whether the folder is ours and has no manifest at all: they were lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.marked && self.manifests.names.is_empty()
    }

    /// Whether some tenant has a folder and a whole manifest.
    pub(crate) fn holds_anybody(&self) -> bool {
        let whole = self.manifests.names.split('/').filter_map(|name| name.strip_suffix(WHOLE));
        whole.into_iter().any(|id| self.folders.contains(id) && !self.manifests.unfinished.contains(id))
    }

    /// Whether there is a manifest of a name.
    pub(crate) fn has_manifest(&self, name: &str) -> bool {
        let names = || self.manifests.names.split('/').map(Box::from).collect();
        self.manifests.by_name.get_or_init(names).contains(name)
    }

    /// Whether there is a folder of a name.
    pub(crate) fn has_folder(&self, name: &str) -> bool {
        self.folders.contains(name)
    }

    /// Whether so many tenants have a whole manifest, and no others have any.
    pub(crate) fn holds_just(&self, tenants: usize) -> bool {
        self.manifests.whole == tenants && self.manifests.unfinished.is_empty()
    }

    /// The tenants that have a manifest, whole or not.
    pub(crate) fn tenants(&self) -> BTreeSet<&str> {
        let names = self.manifests.names.split('/');
        names.filter_map(|name| name.strip_suffix(WHOLE).or_else(|| name.strip_suffix(UNFINISHED))).collect()
    }

    /// The manifest of a tenant that has a folder, a manifest, and no build that was cut short.
    pub(crate) fn whole(&self, id: &str) -> Option<ManifestLook> {
        if !self.folders.contains(id) || self.manifests.unfinished.contains(id) {
            return None;
        }
        let mut name = String::with_capacity(id.len() + WHOLE.len());
        name.push_str(id);
        name.push_str(WHOLE);
        self.manifests.folder.as_ref()?.stamp(name).map(manifest_look)
    }
}

impl Manifests {
    fn of(dir: &Path) -> DiskResult<Manifests> {
        let mut manifests = Manifests::default();
        let Some(folder) = disk::folder_if_any(dir)? else { return Ok(manifests) };
        let found = |name: &OsStr, _: Kind| {
            let name = name.to_string_lossy();
            manifests.names.push_str(&name);
            manifests.names.push('/');
            manifests.whole += usize::from(name.ends_with(WHOLE));
            manifests.unfinished.extend(name.strip_suffix(UNFINISHED).map(str::to_owned));
            true
        };
        folder.each(found, || dir.to_owned())?;
        manifests.folder = Some(folder);
        Ok(manifests)
    }
}

fn folders_in(out: &Path) -> DiskResult<IndexSet<Box<str>>> {
    let mut folders = IndexSet::new();
    let found = |name: &OsStr, kind: Kind| {
        if kind == Kind::Folder {
            folders.insert(name.to_string_lossy().into());
        }
        true
    };
    if let Some(folder) = disk::folder_if_any(out)? {
        folder.each(found, || out.to_owned())?;
    }
    Ok(folders)
}

/// What tells whether a manifest is as it was. Each is put in its place by a rename, which is a change of its inode.
pub(crate) fn manifest_look(stamp: Stamp) -> ManifestLook {
    let Stamp { size, modified, inode, changed: _, device: _ } = stamp;
    (size, modified, inode)
}

/// What the folder of the manifests of an output folder looks like.
fn look_at(out: &Path) -> Option<Stamp> {
    disk::stamp_of(&out.join(STATE).join("manifests"))
}

#[cfg(test)]
mod tests {
    use tenantry_testkit::Workspace;

    use super::*;

    #[test]
    fn an_inventory_tells_who_is_whole() {
        let workspace = Workspace::from_text(
            "//- /.tenantry/manifests/a.json\n{}\n//- /.tenantry/manifests/b.json\n{}\n\
             //- /.tenantry/manifests/b.next\n{}\n//- /.tenantry/manifests/c.json\n{}\n//- /.tenantry/manifests/d.next\n{}\n\
             //- /a/x\n\n//- /b/x\n\n//- /d/x\n\n//- /e/x\n\n//- /c\na file\n",
        );
        let inventory = Inventory::of(workspace.path()).unwrap();
        let whole = ["a", "b", "c", "d", "e", "f"].map(|id| inventory.whole(id).is_some());
        assert_eq!(whole, [true, false, false, false, false, false]);
        assert_eq!(inventory.tenants().into_iter().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert!(!inventory.holds_just(3), "two builds were cut short");
        assert!(inventory.holds_anybody() && inventory.has_folder("e") && !inventory.has_folder("c"));
        assert!(inventory.has_manifest("d.next") && !inventory.has_manifest("d.json") && !inventory.has_manifest("d"));
        workspace.remove(".tenantry/manifests/d.next");
        workspace.remove(".tenantry/manifests/b.next");
        assert!(inventory.is_outdated(workspace.path()));
        let inventory = Inventory::of(workspace.path()).unwrap();
        assert!(inventory.holds_just(3) && !inventory.is_outdated(workspace.path()));
    }

    #[test]
    fn where_nothing_is_nobody_is() {
        let workspace = Workspace::empty();
        let inventory = Inventory::of(&workspace.at("nothing")).unwrap();
        assert!(inventory.holds_just(0) && !inventory.is_lost() && !inventory.holds_anybody());
        workspace.write("nothing/.tenantry/manifests/left-over.tmp", "");
        assert!(!inventory.is_outdated(&workspace.at("nothing")), "there was no folder yet");
        workspace.write("nothing/.tenantry/mark", "");
        assert!(!Inventory::of(&workspace.at("nothing")).unwrap().is_lost());
        workspace.remove("nothing/.tenantry/manifests/left-over.tmp");
        assert!(Inventory::of(&workspace.at("nothing")).unwrap().is_lost());
    }
}
