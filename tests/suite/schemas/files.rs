//! Files against their schemas: ours, those of the example and of a generated fleet are valid; one mistake is refused.

use std::collections::BTreeMap;
use std::path::Path;

use tenantry_builder::schemas::schema_line;
use tenantry_core::path::SourcePath;
use tenantry_core::schema::{self, FOLDER, FileKind};
use tenantry_testkit::{Fleet, Tree, Workspace};

use super::{complaints, validator};
use crate::repository::{read, root};

#[test]
fn our_own_files_are_valid() {
    let checked = ["sites", "themes"].map(|folder| valid_below(&root().join(folder)));
    assert!(checked[0] >= 9 && checked[1] >= 6, "{checked:?}");
}

#[test]
#[allow(clippy::print_stdout, reason = "a test that does nothing says so")]
fn the_files_of_the_example_are_valid() {
    let folder = root().join("../shared/example/sites");
    if !folder.is_dir() {
        println!("skipped: there is no `shared/example` beside the repository");
        return;
    }
    assert!(valid_below(&folder) >= 10);
}

#[test]
fn the_files_of_a_fleet_are_valid() {
    let workspace = Workspace::empty();
    let fleet = Fleet { tenants: 50, seed: 7 };
    fleet.write(workspace.path(), &root().join("themes")).unwrap();
    assert!(valid_below(&workspace.at("sites")) >= 52);
}

#[test]
fn the_schemas_of_the_repository_are_up_to_date() {
    for (_, name, text) in schema::all() {
        assert!(!text.contains("null") && !text.contains("allOf"), "{name}: TOML has no null, taplo no `allOf`");
        assert!(read(&format!("{FOLDER}/{name}")) == text, "{FOLDER}/{name} is not up to date: run `tenantry schema`");
    }
    let ours: Vec<&str> = schema::all().iter().map(|(_, name, _)| *name).collect();
    for name in Tree::read(root().join(FOLDER)).paths() {
        assert!(ours.contains(&name), "{FOLDER}/{name} is no schema of ours");
    }
}

#[test]
fn every_file_of_ours_names_its_schema() {
    for folder in ["sites", "themes"] {
        for (path, text) in files_below(&root().join(folder)) {
            let path = SourcePath::named(&format!("{folder}/{path}"));
            let line = schema_line(kind_of(path.as_str()).unwrap(), &path);
            assert_eq!(text.lines().next(), Some(line.as_str()), "{path}");
        }
    }
}

#[test]
fn one_mistake_is_refused_at_its_place() {
    let cases = [
        ("nmae = 1", "", "'nmae'"),
        ("trust_tenants = true", "", "'trust_tenants'"),
        ("cookie.a.b.purpos = \"x\"", "/cookie/a/b", "'purpos'"),
        ("cookie.a.b.purpose.french = \"x\"", "/cookie/a/b/purpose", "'french'"),
        ("cookie.a.b.duration.si = \"1 day\"", "/cookie/a/b/duration", "'si'"),
        ("cookie.a.b.names = [{ perfix = \"x\" }]", "/cookie/a/b/names/0", "'perfix'"),
        ("cookie.a.b.cell.prupose = \"x\"", "/cookie/a/b/cell", "'prupose'"),
        ("table.t.colums = [\"name\"]", "/table/t", "'colums'"),
        ("provider.a.nom = \"A\"", "/provider/a", "'nom'"),
        ("pages.index.titel = \"x\"", "/pages/index", "'titel'"),
        ("nav.items = [{ url = \"https://a.example\", text = \"x\" }]", "/nav/items/0", "'text'"),
        ("vars.languages = \"fr\"", "/vars", "languages"),
        ("env.staging.langauges = [\"fr\"]", "/env/staging", "'langauges'"),
        ("cookie.a.b.kind = \"htpp\"", "/cookie/a/b/kind", "htpp"),
        ("cookie.a.b.party = \"second\"", "/cookie/a/b/party", "second"),
        ("category.x.is = \"audience\"", "/category/x/is", "audience"),
        ("table.t.columns = [\"name\", \"prupose\"]", "/table/t/columns/1", "prupose"),
        ("missing_translation = \"skp\"", "/missing_translation", "skp"),
        ("languages = [\"french\"]", "/languages/0", "french"),
        ("languages = []", "/languages", "[]"),
        ("table.t.rows = [\"sessionid\"]", "/table/t/rows/0", "sessionid"),
        ("covers = \"https://a.example\"", "/covers", "array"),
        ("noindex = \"yes\"", "/noindex", "boolean"),
        ("cookie.a.b.purpose = 1", "/cookie/a/b/purpose", "1"),
        ("cookie.a.b = \"x\"", "/cookie/a/b", "object"),
        ("pages.index.updated = \"soon\"", "/pages/index/updated", "soon"),
        ("pages.index.nav = \"1\"", "/pages/index/nav", "integer"),
        ("vars.a = true", "/vars/a", "true"),
    ];
    for (line, place, word) in cases {
        refused(FileKind::Site, &format!("name = \"A\"\nbase_url = \"https://a.example\"\n{line}\n"), (place, word));
    }
}

#[test]
fn each_file_has_keys_of_its_own() {
    refused(FileKind::Site, "name = \"A\"", ("", "base_url"));
    refused(FileKind::Site, "name = \"A\"\nbase_url = \"a.example\"", ("/base_url", "a.example"));
    refused(FileKind::Group, "name = \"A\"", ("", "'name'"));
    refused(FileKind::Group, "base_url = \"https://a.example\"", ("", "'base_url'"));
    refused(FileKind::Group, "lint_allow = [{ rule = \"x\" }]", ("/lint_allow/0", "reason"));
    refused(FileKind::Cookies, "languages = [\"fr\"]", ("", "'languages'"));
    refused(FileKind::Cookies, "cookie.a.b.categroy = \"x\"", ("/cookie/a/b", "'categroy'"));
    refused(FileKind::Strings, "skip = 1", ("/skip", "string"));
}

#[test]
fn the_parameters_of_a_theme_fit_their_types() {
    let cases = [
        ("extend = \"charter\"", "", "'extend'"),
        ("params.a = { type = \"text\", defualt = \"x\" }", "/params/a", "'defualt'"),
        ("params.a = { type = \"color\" }", "/params/a/type", "color"),
        ("params.a = { default = \"x\" }", "/params/a", "type"),
        ("params.a = { type = \"choice\" }", "/params/a", "choices"),
        ("params.a = { type = \"choice\", choices = [] }", "/params/a/choices", "1 item"),
        ("params.a = { type = \"colour\", default = \"red\" }", "/params/a/default", "red"),
        ("params.a = { type = \"bool\", default = \"true\" }", "/params/a/default", "true"),
        ("params.a = { type = \"text\", default = { french = \"x\" } }", "/params/a/default", "'french'"),
        ("params.a = { type = \"asset\", default = \"logo.svg\" }", "/params/a/default", "logo.svg"),
    ];
    for (line, place, word) in cases {
        refused(FileKind::Theme, line, (place, word));
    }
    // What the extended theme has said need not be said again.
    for line in ["params.a = { default = \"x\" }", "params.a = { type = \"choice\", default = \"x\" }"] {
        let text = format!("extends = \"charter\"\n{line}\n");
        assert_eq!(complaints(&validator(FileKind::Theme), &text), [""; 0], "{text}");
    }
}

/// Checks that the schema has one thing against a text, there and in these words.
#[track_caller]
fn refused(kind: FileKind, text: &str, (place, word): (&str, &str)) {
    let found = complaints(&validator(kind), text);
    let fits = |complaint: &String| complaint.starts_with(&format!("{place}: ")) && complaint.contains(word);
    assert!(found.len() == 1 && fits(&found[0]), "{text}\nexpected `{word}` at `{place}`, found {found:#?}");
}

/// Checks every TOML file below a folder, and counts them.
#[track_caller]
fn valid_below(folder: &Path) -> usize {
    let validators: Vec<_> = FileKind::ALL.iter().map(|kind| validator(*kind)).collect();
    let files = files_below(folder);
    for (path, text) in &files {
        let kind = kind_of(path).unwrap();
        let at = FileKind::ALL.iter().position(|known| *known == kind).unwrap();
        assert_eq!(complaints(&validators[at], text), [""; 0], "{path}");
    }
    files.len()
}

/// The TOML files below a folder.
fn files_below(folder: &Path) -> BTreeMap<String, String> {
    let tree = Tree::read(folder);
    let paths = tree.paths().into_iter().filter(|path| path.ends_with(".toml"));
    paths.map(|path| (path.to_owned(), tree.text(path).to_owned())).collect()
}

/// The kind of a file, by its name.
fn kind_of(path: &str) -> Option<FileKind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let named = FileKind::ALL.iter().copied().find(|kind| kind.files() == name);
    named.or_else(|| path.contains("strings/").then_some(FileKind::Strings))
}
