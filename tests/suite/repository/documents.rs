//! What the documents say: their code, their links and tables, and whether the paths and modules that they name exist.

use std::collections::{BTreeMap, BTreeSet};

use crate::repository::code::words;
use crate::repository::{files, read};

/// Documents whose words about the code are checked, besides `docs/*.md`.
pub(crate) const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];

/// A span in backticks that begins so is a path of this repository.
pub(crate) const ROOTS: &[&str] = &["crates/", "tests/", "docs/", "themes/", "sites/", ".ci/", ".cargo/"];

/// Paths of the same form that documents use as examples: of a workspace to be, or of any workspace.
pub(crate) const EXAMPLE_PATHS: &[&str] = &["sites/opendatasoft/lille", "sites/town", "themes/ours"];

/// The documents that are there, with their text.
pub(crate) fn documents() -> Vec<(String, String)> {
    let is_document =
        |path: &String| DOCUMENTS.contains(&path.as_str()) || (path.starts_with("docs/") && path.ends_with(".md"));
    files().into_iter().filter(is_document).map(|path| (path.clone(), read(&path))).collect()
}

/// The lines of code between fences.
pub(crate) fn lines_in_fences(text: &str) -> Vec<&str> {
    by_fence(text).1
}

/// The lines outside of fences, and those inside.
fn by_fence(text: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            inside.push(line);
        } else {
            outside.push(line);
        }
    }
    (outside, inside)
}

/// What stands between backticks outside of fences. A span ends in as many backticks as it begins with.
pub(crate) fn code_spans(text: &str) -> Vec<String> {
    let prose = by_fence(text).0.join("\n");
    let mut rest = prose.as_str();
    let mut spans = Vec::new();
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let fence = "`".repeat(ticks);
        let inner = &rest[start + ticks..];
        let Some(end) = inner.find(&fence) else { break };
        spans.push(inner[..end].trim().replace('\n', " "));
        rest = &inner[end + ticks..];
    }
    spans
}

/// Where the links of a document lead: `[text](target)`, outside of fences and of code.
pub(crate) fn link_targets(text: &str) -> Vec<String> {
    let mut prose = by_fence(text).0.join("\n");
    for span in code_spans(text) {
        prose = prose.replace(&format!("`{span}`"), "");
    }
    let ends = prose.match_indices("](").map(|(at, found)| at + found.len());
    ends.filter_map(|at| prose[at..].split_once(')').map(|(target, _)| target.to_owned())).collect()
}

/// Whether a span is no path of the repository, or one that exists. Of a pattern such as `sites/<group>/site.toml` the
/// folders before its first variable part must exist.
pub(crate) fn path_exists(span: &str, files: &BTreeSet<String>) -> bool {
    if span.contains(char::is_whitespace) || EXAMPLE_PATHS.iter().any(|example| span.starts_with(example)) {
        return true;
    }
    let fixed = span.split(['<', '*', '…', '{', '$']).next().unwrap_or(span);
    if ROOTS.iter().any(|root| span.starts_with(root)) {
        let folder = if fixed == span { fixed } else { fixed.rsplit_once('/').map_or("", |(folder, _)| folder) };
        let folder = folder.trim_end_matches('/');
        let lies_in =
            |file: &str| file.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        return files.iter().any(|file| lies_in(file));
    }
    let is_shouted = span.strip_suffix(".md").is_some_and(|stem| !stem.contains(|c: char| !c.is_ascii_uppercase()));
    let is_source = span.ends_with(".rs") && fixed == span;
    let ending = format!("/{span}");
    (!is_shouted && !is_source) || files.iter().any(|file| file == span || (is_source && file.ends_with(&ending)))
}

/// Whether a span is no path through modules, or one whose every word its crate knows: `tenantry_core::layer::KEYS`.
/// Without a crate, `layer::KEYS`, some crate must.
pub(crate) fn module_exists(span: &str, vocabulary: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let path: Vec<&str> = span.trim_end_matches("()").split("::").collect();
    let is_name = |name: &str| words(name).eq([name]);
    let is_foreign = matches!(path[0], "std" | "clippy" | "toml" | "tera");
    if path.len() < 2 || is_foreign || !path.iter().all(|name| is_name(name)) {
        return true;
    }
    let knows = |known: &BTreeSet<String>, path: &[&str]| path.iter().all(|name| known.contains(*name));
    if path[0].starts_with("tenantry_") || path[0] == "xtask" {
        return vocabulary.get(path[0]).is_some_and(|known| knows(known, &path[1..]));
    }
    vocabulary.values().any(|known| knows(known, &path))
}

/// The cells of the rows of the table whose first line begins with `head`.
pub(crate) fn rows_below(text: &str, head: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}
