//! `tenantry schema`, and workspaces that hold what it writes.

use tenantry_core::schema::{FileKind, all, text};
use tenantry_testkit::{Tree, Workspace};

use crate::report::{build, json, run};

const BASE: &str = r#"
//- /sites/group.toml
#:schema ../.schemas/group.json
theme = "plain"
languages = ["fr"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour.
//- /sites/a/site.toml
#:schema ../../.schemas/site.json
name = "A"
base_url = "https://a.example"
"#;

#[test]
fn schemas_are_written_once() {
    let workspace = Workspace::with_theme(BASE);
    let outcome = run(&workspace, &["schema"]);
    assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (0, "", "wrote 6 schemas into .schemas/\n"));
    for (_, name, text) in all() {
        assert_eq!(workspace.read(&format!(".schemas/{name}")), text);
    }
    let before = Tree::read(workspace.path());
    let outcome = run(&workspace, &["schema"]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, "wrote 0 schemas into .schemas/, 6 up to date\n"));
    let after = Tree::read(workspace.path());
    assert_eq!(after.difference(&before), [""; 0]);
    assert_eq!(after.rewritten_since(&before), [""; 0]);
}

#[test]
fn only_our_own_files_are_refreshed() {
    let workspace = Workspace::with_theme(BASE);
    workspace.write(".schemas/site.json", "{}\n");
    workspace.write(".schemas/mine.json", "{}\n");
    let outcome = run(&workspace, &["schema", "--format", "json"]);
    let rows = json(&outcome)["schemas"].clone();
    assert_eq!((outcome.code, &*outcome.stderr, rows.as_array().map(Vec::len)), (0, "", Some(6)));
    assert_eq!((&rows[0]["kind"], &rows[0]["describes"]), (&"site".into(), &"site.toml".into()));
    assert_eq!((&rows[0]["file"], &rows[0]["written"]), (&".schemas/site.json".into(), &true.into()));
    assert_eq!(workspace.read(".schemas/site.json"), text(FileKind::Site));
    assert_eq!(workspace.read(".schemas/mine.json"), "{}\n");
    assert_eq!(Tree::read(workspace.at(".schemas")).paths().len(), 7, "nothing else is left there");
}

#[test]
fn one_schema_is_printed_anywhere() {
    let elsewhere = Workspace::empty();
    for kind in FileKind::ALL {
        for format in ["human", "json"] {
            let outcome = run(&elsewhere, &["schema", kind.as_str(), "--format", format]);
            assert_eq!((outcome.code, outcome.stdout, &*outcome.stderr), (0, text(*kind), ""), "{kind:?}");
        }
    }
    assert_eq!(Tree::read(elsewhere.path()).paths(), [""; 0]);
    assert_eq!(run(&elsewhere, &["schema"]).code, 2, "there is no workspace to write to");
    let outcome = run(&elsewhere, &["schema", "sites"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("cookies"), "{}", outcome.stderr);
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let workspace = Workspace::with_theme(BASE);
    workspace.write(".schemas", "a file\n");
    let outcome = run(&workspace, &["schema"]);
    assert!(outcome.code == 2 && outcome.stderr.contains(".schemas"), "{}", outcome.stderr);
    assert_eq!(workspace.read(".schemas"), "a file\n");
}

/// The folder is no layer, and the first line of a file is a comment: mistakes keep their places.
#[test]
fn a_workspace_with_schemas_is_built_as_one_without() {
    let workspace = Workspace::with_theme(BASE);
    assert_eq!(build(&workspace).findings, [""; 0]);
    let before = Tree::read(workspace.at("dist"));
    assert_eq!(run(&workspace, &["schema"]).code, 0);
    let report = build(&workspace);
    assert_eq!((report.code, &*report.findings), (0, &[][..]));
    assert_eq!(Tree::read(workspace.at("dist")).below("a"), before.below("a"));
    workspace.append("sites/a/site.toml", "langauges = [\"fr\"]\n");
    build(&workspace).expect(&[("unknown-key sites/a/site.toml:4:1", "did you mean `languages`?")]);
    assert_eq!(run(&workspace, &["build", "--out", ".schemas"]).code, 3, "the folder holds other files");
}
