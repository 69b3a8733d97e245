//! `list`: what it tells of tenants, and where each stands against its output.

use serde_json::Value;
use tenantry_testkit::{Tree, Workspace};

use super::{BASE, BROKEN_A, entries, text, workspace};
use crate::report::{ending, json, run};

#[test]
fn list_tells_addresses_and_languages() {
    let workspace = Workspace::with_theme(BASE);
    let outcome = run(&workspace, &["list"]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, "3 tenants\n"));
    let lines: Vec<Vec<&str>> = outcome.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..3], ["a", "g", "https://a.example"]);
    assert!(lines[0].contains(&"fr") && lines[2][..2] == ["c", "https://c.example"], "{}", outcome.stdout);
    assert_eq!(run(&workspace, &["list", "g", "--quiet"]).stdout.lines().count(), 2);
    let report = json(&run(&workspace, &["list", "c", "--format", "json"]));
    assert_eq!((&report["command"], &report["ok"]), (&"list".into(), &true.into()));
    let tenant = &report["tenants"][0];
    assert_eq!([text(tenant, "id"), text(tenant, "name"), text(tenant, "base_url")], ["c", "C", "https://c.example"]);
    assert_eq!(tenant["languages"], Value::from(vec!["fr"]));
}

/// Design, section 6: `list` tells tenants, domains, languages, pages, state.
#[test]
fn list_tells_pages() {
    let workspace = workspace(&["//- /sites/content/legal.fr.md\n+++\ntitle = \"L\"\n+++\nx\n"]);
    let report = json(&run(&workspace, &["list", "c", "--format", "json"]));
    let pages = &report["tenants"][0]["pages"];
    assert!(*pages == 2 || entries(pages).len() == 2, "{report}");
}

#[test]
fn list_tells_which_tenants_have_errors() {
    let outcome = run(&workspace(&[BROKEN_A]), &["list", "--format", "json"]);
    assert_eq!(outcome.code, 1);
    let states: Vec<String> = entries(&json(&outcome)["tenants"]).iter().map(|tenant| text(tenant, "state")).collect();
    assert_eq!(states, ["errors", "not-built", "not-built"]);
}

/// The ids and states of a list.
fn states(report: &Value) -> Vec<(String, String)> {
    entries(&report["tenants"]).iter().map(|tenant| (text(tenant, "id"), text(tenant, "state"))).collect()
}

/// Checks what `list` says of tenants, by id.
#[track_caller]
fn tells(workspace: &Workspace, (args, code): (&[&str], i32), expected: &[(&str, &str)]) {
    let report = ending(workspace, &[&["list"], args].concat(), code);
    let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
    assert_eq!(states(&report), expected);
}

#[test]
fn list_tells_where_tenants_stand() {
    let workspace = Workspace::with_theme(BASE);
    let three = |a, b, c| [("a", a), ("b", b), ("c", c)];
    tells(&workspace, (&[], 0), &three("not-built", "not-built", "not-built"));
    assert!(!workspace.holds("dist"), "a list writes nothing");
    assert_eq!(run(&workspace, &["build", "a", "b"]).code, 0);
    let before = Tree::read_without(&workspace, "");
    tells(&workspace, (&[], 0), &three("up-to-date", "up-to-date", "not-built"));
    let people = run(&workspace, &["list"]);
    let last = |line: &str| line.rsplit("  ").next().unwrap_or_default().to_owned();
    let words: Vec<String> = people.stdout.lines().map(last).collect();
    assert_eq!(
        (people.code, &*people.stderr, words),
        (0, "3 tenants\n", vec!["up to date".into(), "up to date".into(), "not built".into()])
    );
    assert_eq!(Tree::read_without(&workspace, "").difference(&before), [""; 0]);
    workspace.append("sites/g/a/site.toml", "vars.word = \"autre\"\n");
    tells(&workspace, (&[], 0), &three("changed", "up-to-date", "not-built"));
    tells(&workspace, (&["a"], 0), &[("a", "changed")]);
}

/// A file that a build would only remove is a change too.
#[test]
fn list_tells_what_would_be_removed() {
    let workspace = workspace(&["//- /sites/g/a/static/x.txt\nx\n"]);
    assert_eq!(run(&workspace, &["build"]).code, 0);
    workspace.remove("sites/g/a/static");
    tells(&workspace, (&["g"], 0), &[("a", "changed"), ("b", "up-to-date")]);
}

#[test]
fn list_finds_what_fails_while_it_is_planned() {
    let workspace = workspace(&["//- /sites/g/a/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n[x](page:gone)\n"]);
    tells(&workspace, (&[], 1), &[("a", "errors"), ("b", "not-built"), ("c", "not-built")]);
    let people = run(&workspace, &["list"]);
    assert_eq!((people.code, &*people.stderr), (1, "3 tenants, 1 with errors (`tenantry check` tells which)\n"));
}

/// What is in the way in the output folder is an error that `check` cannot know of.
#[test]
fn list_says_who_tells_what_is_in_the_way() {
    let workspace = Workspace::with_theme(BASE);
    assert_eq!(run(&workspace, &["build", "b", "c"]).code, 0);
    workspace.write("sites/g/b/static/x.txt", "ours\n");
    workspace.write("dist/b/x.txt", "foreign\n");
    let people = run(&workspace, &["list"]);
    assert_eq!(people.code, 1);
    assert!(people.stderr.contains("1 with errors (`tenantry build --dry-run` tells which)"), "{}", people.stderr);
}

#[test]
fn list_tells_which_tenants_are_gone() {
    let workspace = Workspace::with_theme(BASE);
    assert_eq!(run(&workspace, &["build"]).code, 0);
    workspace.remove("sites/g/b");
    tells(&workspace, (&[], 0), &[("a", "up-to-date"), ("b", "vanished"), ("c", "up-to-date")]);
    tells(&workspace, (&["a", "c"], 0), &[("a", "up-to-date"), ("c", "up-to-date")]);
    let gone = "1 tenant gone from the workspace still has output: b (build --prune removes it)";
    let people = run(&workspace, &["list"]);
    assert_eq!((people.stdout.lines().count(), people.stderr.lines().last()), (2, Some(gone)));
    assert_eq!(run(&workspace, &["list", "--quiet"]).stderr, "");
    assert_eq!(run(&workspace, &["build", "--prune"]).code, 0);
    tells(&workspace, (&[], 0), &[("a", "up-to-date"), ("c", "up-to-date")]);
}

#[test]
fn list_compares_with_the_output_and_the_environment_of_a_build() {
    let workspace = Workspace::with_theme(BASE);
    assert_eq!(run(&workspace, &["build", "c", "--out", "public", "--env", "staging"]).code, 0);
    tells(&workspace, (&["c"], 0), &[("c", "not-built")]);
    tells(&workspace, (&["c", "--out", "public", "--env", "staging"], 0), &[("c", "up-to-date")]);
    tells(&workspace, (&["c", "--out", "public"], 0), &[("c", "changed")]);
    assert_eq!(run(&workspace, &["list", "--env", "nowhere"]).code, 2);
}
