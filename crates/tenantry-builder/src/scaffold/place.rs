//! Where a new folder goes below `sites/`: its path checked, and the group that it lies in found.

use std::path::Path;
use std::sync::Arc;

use tenantry_core::path::SourcePath;
use tenantry_core::suggest::nearest;

use crate::build::Stop;
use crate::disk;
use crate::scaffold::{refused, wrong};
use crate::workspace::{Layer, NoWorkspace, Workspace, read};

/// A folder that is to be a layer.
pub(super) struct Place<'p> {
    /// Its path, seen from the workspace.
    pub(super) path: SourcePath,
    /// Its own name.
    pub(super) name: &'p str,
    /// The group that it lies in.
    pub(super) parent: Arc<Layer>,
}

/// Reads the workspace that something is to be added to.
pub(super) fn workspace(root: &Path) -> Result<Workspace, Stop> {
    read(root).map_err(|NoWorkspace { message }| Stop::NoWorkspace(message))
}

/// Finds the place that a path means, seen from `sites/`.
pub(super) fn place<'p>(workspace: &Workspace, path: &'p str) -> Result<Place<'p>, Stop> {
    let segments = segments(path)?;
    let mut folder = SourcePath::named("sites");
    for segment in &segments {
        folder = folder.join(segment);
        if disk::is_link(&workspace.root.join(folder.as_str())).map_err(Stop::Disk)? {
            let message = format!("`{folder}` is a symbolic link, and nothing is read or written below one");
            return Err(refused(message, "put the folder itself there"));
        }
    }
    let (name, above) = segments.split_last().map_or(("", &segments[..]), |(name, above)| (*name, above));
    Ok(Place { parent: group(workspace, above)?, path: folder, name })
}

/// The folders of a path; a leading `sites/` goes without saying.
fn segments(path: &str) -> Result<Vec<&str>, Stop> {
    let hint = "PATH is seen from `sites/`, such as `town/lille`";
    let shown = path.escape_debug();
    let inner = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
    let inner = inner.strip_prefix("sites/").unwrap_or(inner);
    let segments: Vec<&str> = inner.split('/').collect();
    if path.starts_with('/') || segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        return Err(refused(format!("`{shown}` may lead out of `sites/`"), hint));
    }
    if inner == "sites" || segments.iter().any(|segment| segment.is_empty()) {
        return Err(wrong(format!("`{shown}` names no folder below `sites/`"), hint));
    }
    Ok(segments)
}

/// The group at a path; none of its folders may be anything else.
fn group(workspace: &Workspace, segments: &[&str]) -> Result<Arc<Layer>, Stop> {
    let mut path = SourcePath::named("sites");
    let mut found = layer(workspace, &path).ok_or_else(|| Stop::NoWorkspace("`sites/` cannot be read".to_owned()))?;
    for segment in segments {
        path = path.join(segment);
        match layer(workspace, &path) {
            Some(layer) => found = layer,
            None => return Err(no_group(workspace, (&path, found))),
        }
    }
    Ok(Arc::clone(found))
}

fn layer<'w>(workspace: &'w Workspace, path: &SourcePath) -> Option<&'w Arc<Layer>> {
    workspace.layers.iter().find(|layer| layer.path == *path)
}

/// Why there is no group at a path, and what to do about it.
fn no_group(workspace: &Workspace, (path, above): (&SourcePath, &Arc<Layer>)) -> Stop {
    let below = path.as_str().strip_prefix("sites/").unwrap_or_default();
    let folder = workspace.root.join(path.as_str());
    let is_there = |path: &Path| disk::exists(path).is_ok_and(|there| there);
    if is_there(&folder.join("site.toml")) {
        let hint = format!("the nearest group is `{}`", above.path);
        return wrong(format!("`{path}` is a tenant, and a tenant holds no others"), hint);
    }
    if matches!(path.file_name(), "content" | "static") {
        let hint = format!("the nearest group is `{}`", above.path);
        return wrong(format!("`{path}` is for files of the layer that it lies in, and holds no layers"), hint);
    }
    let beside = workspace.layers.iter().filter(|layer| above.path.join(layer.path.file_name()) == layer.path);
    let near = match nearest(path.file_name(), beside.map(|layer| layer.path.file_name())) {
        Some(near) => format!("did you mean `{}`? If not", above.path.join(near)),
        None => format!("the nearest group is `{}`; for one more", above.path),
    };
    let message = match is_there(&folder) {
        true => format!("`{path}` is no group: it has no `group.toml`"),
        false => format!("there is no group `{path}`"),
    };
    wrong(message, format!("{near}: tenantry new group {below}"))
}
