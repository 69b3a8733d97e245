//! A new group: a `group.toml` whose keys wait in comments.

use std::path::Path;

use tenantry_core::path::{OutputPath, SourcePath};

use crate::build::Stop;
use crate::disk;
use crate::scaffold::files::{NewFile, put};
use crate::scaffold::place::{Place, place, workspace};
use crate::scaffold::{Scaffolded, refused, wrong};
use crate::scan::is_hidden;
use crate::workspace::Workspace;

const TEXT: &str = include_str!("../../scaffold/group.toml");

/// Writes a group into the workspace at `root`, at a path seen from `sites/`. A folder that is no layer yet becomes one.
pub fn new_group(root: &Path, path: &str) -> Result<Scaffolded, Stop> {
    let workspace = workspace(root)?;
    let place = place(&workspace, path)?;
    check(&workspace, &place)?;
    let file = NewFile::in_workspace(root, place.path.join("group.toml"), TEXT.as_bytes());
    let is_there = disk::is_folder(&root.join(place.path.as_str())).map_err(Stop::Disk)?;
    let base = if is_there { &place.path } else { &place.parent.path };
    let written = vec![file.path.to_string()];
    put(root, base, &[file]).map_err(Stop::Disk)?;
    Ok(Scaffolded { written, advice: advice(&place), commands: vec![example(&place.path)], ..Scaffolded::default() })
}

fn check(workspace: &Workspace, place: &Place<'_>) -> Result<(), Stop> {
    let Place { path, name, .. } = place;
    if let Err(error) = OutputPath::new(name) {
        return Err(wrong(error.to_string(), "a group's folder has a plain name, such as `schools`"));
    }
    if matches!(*name, "content" | "static") || is_hidden(name) {
        return Err(wrong(
            format!("a group cannot be called `{name}`: such folders are no layers"),
            "choose another name, such as `schools`",
        ));
    }
    let folder = workspace.root.join(path.as_str());
    for (file, what) in [("group.toml", "a group"), ("site.toml", "a tenant")] {
        if disk::exists(&folder.join(file)).map_err(Stop::Disk)? {
            return Err(refused(format!("`{path}` is {what} already, and nothing was written"), "choose another name"));
        }
    }
    let is_there = disk::exists(&folder).map_err(Stop::Disk)?;
    if is_there && !disk::is_folder(&folder).map_err(Stop::Disk)? {
        return Err(refused(format!("`{path}` is there already, and is no folder"), "choose another name"));
    }
    let folded = path.as_str().to_lowercase();
    let twin =
        workspace.layers.iter().find(|layer| layer.path != *path && layer.path.as_str().to_lowercase() == folded);
    match twin {
        Some(twin) => Err(wrong(
            format!("`{}` differs from `{path}` by case alone", twin.path),
            "on some systems these are one folder: choose another name",
        )),
        None => Ok(()),
    }
}

/// Which files to add, in the language that the group's tenants serve first.
fn advice(Place { path, parent, .. }: &Place<'_>) -> Vec<String> {
    let languages = parent.spec.languages.as_ref();
    let lang = languages.and_then(|list| list.value.first()).map_or_else(|| "en".to_owned(), ToString::to_string);
    vec![
        format!("`{path}/group.toml` waits with its keys in comments: what it says, all tenants below share"),
        format!("`{path}/cookies.toml` is the place for the cookies of these tenants"),
        format!(
            "`{path}/content/` is the place for their pages; one such as `cookies.{lang}.md` replaces that of the same name above"
        ),
    ]
}

fn example(path: &SourcePath) -> String {
    let below = path.as_str().strip_prefix("sites/").unwrap_or_default();
    format!("tenantry new tenant {below}/ID --name \"NAME\" --base-url https://…")
}
