//! The output folder, looked at from outside: what the tenants' folders hold, and what the builder keeps beside them.

use std::collections::{BTreeMap, BTreeSet};

use tenantry_testkit::{Tree, Workspace};
use walkdir::WalkDir;

use crate::sweep::scenario::OUT;

/// What the builder keeps in the output folder.
const OWN: &str = "dist/.tenantry";
/// Where it keeps its manifests.
const MANIFESTS: &str = "dist/.tenantry/manifests";

/// An output folder at one moment.
pub(crate) struct Output {
    /// The files, those of nobody too.
    pub(crate) files: Tree,
    /// The manifests.
    pub(crate) manifests: Tree,
    /// Everything by name, folders and the builder's own files too.
    names: BTreeSet<String>,
}

impl Output {
    /// Looks at the output of a workspace, which may have none.
    pub(crate) fn of(workspace: &Workspace) -> Output {
        Output { files: tree(workspace, OUT), manifests: tree(workspace, MANIFESTS), names: names(workspace) }
    }

    /// What differs from what is `expected`, in the files, the manifests, and all that lies around.
    pub(crate) fn difference(&self, expected: &Output) -> Vec<String> {
        let mut wrong = self.files.difference(&expected.files);
        wrong.extend(self.manifests.difference(&expected.manifests).into_iter().map(|line| format!("manifest {line}")));
        wrong.extend(self.names.difference(&expected.names).map(|name| format!("left over: `{name}`")));
        wrong.extend(expected.names.difference(&self.names).map(|name| format!("missing: `{name}`")));
        wrong
    }

    /// The files and manifests that were written again since.
    pub(crate) fn rewritten_since(&self, earlier: &Output) -> Vec<String> {
        let files = self.files.rewritten_since(&earlier.files).into_iter();
        files.chain(self.manifests.rewritten_since(&earlier.manifests)).map(str::to_owned).collect()
    }

    /// Whether the builder says of a tenant that its files are not all of one build.
    pub(crate) fn is_unfinished(&self, tenant: &str) -> bool {
        self.manifests.bytes(&format!("{tenant}.next")).is_some()
    }

    /// The names of the folders that hold files.
    pub(crate) fn tenants(&self) -> impl Iterator<Item = &str> {
        self.files.entries.keys().filter_map(|path| Some(path.split_once('/')?.0))
    }

    /// The files of a tenant.
    pub(crate) fn of_tenant(&self, id: &str) -> Files<'_> {
        let inside = |path: &'_ str| path.strip_prefix(id).and_then(|rest| rest.strip_prefix('/')).is_some();
        let files = self.files.entries.iter().filter(|(path, _)| inside(path));
        files.map(|(path, entry)| (&path[id.len() + 1..], entry.bytes.as_slice())).collect()
    }
}

/// Files by their paths.
pub(crate) type Files<'f> = BTreeMap<&'f str, &'f [u8]>;

fn tree(workspace: &Workspace, folder: &str) -> Tree {
    if workspace.holds(folder) { Tree::read(workspace.at(folder)) } else { Tree { entries: BTreeMap::new() } }
}

/// All names below the output folder. The state's own files are no part of a manifest and have their names only.
fn names(workspace: &Workspace) -> BTreeSet<String> {
    let root = workspace.path();
    let entries = WalkDir::new(workspace.at(OUT)).into_iter().flatten();
    let shown = |path: &std::path::Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    entries.map(|entry| shown(entry.path())).filter(|name| name != OWN).collect()
}
