//! A new workspace: small, whole, and in words that explain it.

use std::path::{Component, Path, PathBuf};

use include_dir::{Dir, include_dir};
use tenantry_core::path::SourcePath;
use tenantry_core::schema::{self, FOLDER};

use crate::build::Stop;
use crate::disk;
use crate::scaffold::files::{NewFile, put};
use crate::scaffold::{Scaffolded, refused, wrong};
use crate::scan::is_hidden;

/// The theme, as it stands in the repository.
static CHARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../themes/charter");
/// Everything else. A file that would mean something where it is kept has another name there.
static WORKSPACE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scaffold/workspace");

/// Writes a workspace into a folder, which need not exist. One that holds `sites/` or `themes/` is refused; a
/// `README.md` and a `.gitignore` that are there stay as they are.
pub fn init(folder: &Path) -> Result<Scaffolded, Stop> {
    let root = real_path(folder)?;
    for taken in ["sites", "themes"] {
        if disk::exists(&root.join(taken)).map_err(Stop::Disk)? {
            let message = format!("`{}` holds `{taken}` already, and nothing was written", root.display());
            return Err(refused(message, "name another folder: tenantry init DIR"));
        }
    }
    refuse_inside_sources(&root)?;
    let (mut kept, mut new) = (Vec::new(), Vec::new());
    for file in files() {
        let is_there = disk::exists(&root.join(file.path.as_str())).map_err(Stop::Disk)?;
        if is_there { &mut kept } else { &mut new }.push(file);
    }
    let above = disk::nearest_existing(&root).map_err(Stop::Disk)?;
    let done = disk::create_folders(&root).and_then(|()| put(&root, &SourcePath::named(""), &new));
    if let Err(error) = done {
        for made in root.ancestors().take_while(|folder| *folder != above) {
            // What is left is told by the error that made us try.
            let _ = disk::remove_empty_folder(made);
        }
        return Err(Stop::Disk(error));
    }
    let paths = |files: &[NewFile]| {
        let mut paths: Vec<String> = files.iter().map(|file| file.path.to_string()).collect();
        paths.sort();
        paths
    };
    let kept = paths(&kept);
    let advice = if kept.iter().any(|path| path == ".gitignore") {
        vec!["have `.gitignore` leave out `/dist`, where the sites are built".to_owned()]
    } else {
        Vec::new()
    };
    let commands = vec!["tenantry build".to_owned(), "tenantry list".to_owned()];
    Ok(Scaffolded { written: paths(&new), kept, advice, commands })
}

/// The files of a new workspace; what marks it comes last.
fn files() -> Vec<NewFile> {
    let mut files = Vec::new();
    collect(&CHARTER, "themes/charter/", &mut files);
    collect(&WORKSPACE, "", &mut files);
    let schema =
        |(_, name, text): (_, &str, String)| NewFile::new(SourcePath::named(FOLDER).join(name), text.as_bytes());
    files.extend(schema::all().into_iter().map(schema));
    files.sort_by(|a, b| {
        let key = |file: &NewFile| (file.path.as_str().starts_with("sites/"), file.path.as_str().to_owned());
        key(a).cmp(&key(b))
    });
    files
}

fn collect(folder: &Dir<'_>, prefix: &str, files: &mut Vec<NewFile>) {
    for file in folder.files() {
        let Some(path) = file.path().to_str().map(|path| path.replace('\\', "/")) else { continue };
        let name = path.rsplit('/').next().unwrap_or(&path);
        // What an editor left behind when the program was compiled.
        if is_hidden(name) {
            continue;
        }
        let path = if path == "gitignore" { ".gitignore".to_owned() } else { format!("{prefix}{path}") };
        files.push(NewFile::new(SourcePath::named(&path), file.contents()).with_schema());
    }
    folder.dirs().for_each(|inner| collect(inner, prefix, files));
}

/// The folder without links and `..`; what does not exist yet is taken as it is written.
fn real_path(folder: &Path) -> Result<PathBuf, Stop> {
    let absolute = std::path::absolute(folder)
        .map_err(|error| wrong(format!("`{}` is no folder: {error}", folder.display()), "name a folder"))?;
    let existing = disk::nearest_existing(&absolute).map_err(Stop::Disk)?;
    let rest = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
    if rest.components().any(|component| !matches!(component, Component::Normal(_))) {
        let message = format!("`{}` is named by way of a folder that does not exist", folder.display());
        return Err(refused(message, "name the folder without `..`"));
    }
    let real = disk::canonical(existing).map_err(Stop::Disk)?;
    if !disk::is_folder(&real).map_err(Stop::Disk)? {
        return Err(wrong(format!("`{}` is a file, not a folder", existing.display()), "name another folder"));
    }
    Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) })
}

/// A workspace among the sources of another one would be read as a part of it.
fn refuse_inside_sources(root: &Path) -> Result<(), Stop> {
    for outer in root.ancestors() {
        let is_workspace = disk::exists(&outer.join("sites/group.toml")).map_err(Stop::Disk)?;
        for sources in ["sites", "themes"] {
            if is_workspace && root.starts_with(outer.join(sources)) {
                let message = format!("`{}` lies in `{sources}/` of a workspace, among its sources", root.display());
                return Err(refused(
                    message,
                    "to add a tenant or a group there: tenantry new tenant, tenantry new group",
                ));
            }
        }
    }
    Ok(())
}
