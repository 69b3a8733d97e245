//! The repository as the tests read it: its files, its manifests, and below, its code and its documents.

pub(crate) mod code;
pub(crate) mod documents;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::repository::code::{code_of, words};

/// Folders that hold nothing of ours.
pub(crate) const SKIPPED: &[&str] = &[".git", "target", "dist"];

/// The folder of the whole repository.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// A text of the repository; an empty one if it is not there.
pub(crate) fn read(path: &str) -> String {
    let text = fs::read_to_string(root().join(path));
    assert!(text.is_ok(), "cannot read {path}: {:?}", text.err());
    text.unwrap_or_default()
}

/// Every file, as a path seen from the root, sorted.
pub(crate) fn files() -> BTreeSet<String> {
    let mut open = vec![root().to_owned()];
    let mut files = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let shown = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().into_owned();
            if SKIPPED.contains(&shown.as_str()) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(shown);
            }
        }
    }
    files
}

/// Every file that is text, with its text.
pub(crate) fn texts() -> Vec<(String, String)> {
    let text = |path: String| fs::read_to_string(root().join(&path)).ok().map(|text| (path, text));
    files().into_iter().filter_map(text).collect()
}

/// The places of lines of which something is true.
pub(crate) fn lines_where(texts: Vec<(String, String)>, is_so: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for (path, text) in texts {
        let lines = text.split('\n').enumerate().filter(|(_, line)| is_so(line));
        places.extend(lines.map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())));
    }
    places
}

/// Every Rust source, with its text.
pub(crate) fn sources() -> Vec<(String, String)> {
    texts().into_iter().filter(|(path, _)| path.ends_with(".rs")).collect()
}

/// The code of every Rust source below a folder.
pub(crate) fn code_below(folder: &str) -> Vec<(String, String)> {
    let below = sources().into_iter().filter(|(path, _)| path.starts_with(folder));
    let code: Vec<_> = below.map(|(path, text)| (path, code_of(&text))).collect();
    assert!(!code.is_empty(), "no sources below {folder}");
    code
}

/// The manifest of each member of the workspace, under the name of its folder.
pub(crate) fn manifests() -> BTreeMap<String, toml::Table> {
    let mut manifests = BTreeMap::new();
    for (path, text) in texts() {
        let folder = path.strip_suffix("/Cargo.toml").map(|folder| folder.trim_start_matches("crates/"));
        if let Some(folder) = folder {
            let parsed = text.parse::<toml::Table>();
            assert!(parsed.is_ok(), "{path}: {:?}", parsed.err());
            manifests.insert(folder.to_owned(), parsed.unwrap_or_default());
        }
    }
    manifests
}

/// The members that a manifest names, each with the kind of dependency, those of one platform too.
pub(crate) fn members_asked_for(manifest: &toml::Table) -> Vec<(String, String)> {
    let mut members = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            let real = |(key, value): (&String, &toml::Value)| {
                value.get("package").and_then(toml::Value::as_str).unwrap_or(key).to_owned()
            };
            let names = table.iter().map(real);
            let ours = names.filter(|name| name.starts_with("tenantry") || name == "xtask");
            members.extend(ours.map(|name| (key.clone(), name)));
        } else if key == "target" {
            let platforms = table.values().filter_map(toml::Value::as_table);
            members.extend(platforms.flat_map(members_asked_for));
        }
    }
    members
}

/// By crate, with `_`: the names of its files and folders, and all words of its code.
pub(crate) fn vocabulary() -> BTreeMap<String, BTreeSet<String>> {
    let mut vocabulary: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let name = match path.strip_prefix("crates/").and_then(|rest| rest.split_once('/')) {
            Some((name, _)) => name.replace('-', "_"),
            None => "tenantry_tests".to_owned(),
        };
        let code = code_of(&text);
        let found = words(&path).chain(words(&code)).map(str::to_owned);
        vocabulary.entry(name).or_default().extend(found);
    }
    vocabulary
}
