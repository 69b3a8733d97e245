//! What builds, checks and lists tell people and machines, and the codes they end with.

use std::collections::BTreeSet;

use serde_json::Value;
use tenantry_testkit::{Program, Tree, Workspace};

use super::{BASE, BROKEN_A, entries, text, workspace};
use crate::report::{json, run};

/// Tenant `a` has a value that nothing uses.
const WARNING_A: &str =
    "//- /sites/g/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\nvars.extra = \"x\"\n";

/// Tenant `a` pins the rows of a table, which is worth a note.
const NOTE_A: &str = r#"
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.x.purpose = "x"
cookie.p.y.purpose = "y"
table.t = { title = "T", rows = ["p/x", "p/y"] }
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
table.t.rows = ["p/x"]
"#;

#[test]
fn a_build_says_one_line() {
    let workspace = Workspace::with_theme(BASE);
    let built = run(&workspace, &["build"]).normalised(&workspace).transcript();
    assert_eq!(built, "exit 0\n--- stdout\n--- stderr\nbuilt 3 tenants, 3 pages, 18 files written in [TIME]\n");
    let again = run(&workspace, &["build"]).normalised(&workspace).transcript();
    assert_eq!(again, "exit 0\n--- stdout\n--- stderr\nbuilt 3 tenants, 3 pages, 0 files written in [TIME]\n");
}

#[test]
fn a_build_reports_for_machines() {
    let workspace = workspace(&[BROKEN_A]);
    let outcome = run(&workspace, &["build", "--format", "json"]);
    assert_eq!((outcome.code, &*outcome.stderr), (1, ""));
    let report = json(&outcome);
    assert_eq!(
        (report["format"].as_u64(), &report["command"], &report["ok"]),
        (Some(1), &"build".into(), &false.into())
    );
    let summary = &report["summary"];
    assert_eq!([&summary["tenants"], &summary["failed"], &summary["errors"], &summary["pages"]], [3, 1, 1, 2]);
    assert_eq!([&summary["files"], &summary["written"], &summary["removed"], &summary["warnings"]], [12, 12, 0, 0]);
    let tenants: Vec<_> = entries(&report["tenants"]).iter().map(|it| (text(it, "id"), text(it, "status"))).collect();
    assert_eq!(tenants, [("a", "failed"), ("b", "built"), ("c", "built")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    let found = &report["findings"][0];
    assert_eq!(
        [text(found, "severity"), text(found, "code"), text(found, "file")],
        ["error", "unknown-key", "sites/g/a/site.toml"]
    );
    assert_eq!([&found["line"], &found["column"], &found["tenants"]], [3, 1, 1]);
    assert!(text(found, "hint").contains("`languages`"), "{found}");
    assert_eq!(found["examples"], Value::from(vec!["a"]));
}

#[test]
fn a_failed_build_tells_people_the_place() {
    let workspace = workspace(&[BROKEN_A]);
    let outcome = run(&workspace, &["build"]);
    assert_eq!((outcome.code, &*outcome.stdout), (1, ""));
    for words in
        ["error[unknown-key]", "sites/g/a/site.toml:3:1", "langauges = [\"fr\"]", "`languages`", "1 of 3 failed"]
    {
        assert!(outcome.stderr.contains(words), "`{words}` is not in\n{}", outcome.stderr);
    }
    assert!(workspace.holds("dist/b/index.html") && !workspace.holds("dist/a"));
}

#[test]
fn check_finds_and_writes_nothing() {
    let workspace = workspace(&[BROKEN_A]);
    let outcome = run(&workspace, &["check"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stderr.contains("checked 2 tenants") && outcome.stderr.contains("unknown-key"),
        "{}",
        outcome.stderr
    );
    assert!(!workspace.holds("dist"));
    let report = json(&run(&workspace, &["check", "--format", "json"]));
    assert_eq!((&report["command"], &report["ok"]), (&"check".into(), &false.into()));
    let states: Vec<String> = entries(&report["tenants"]).iter().map(|tenant| text(tenant, "status")).collect();
    assert_eq!(states, ["failed", "checked", "checked"]);
}

#[test]
fn check_may_deny_warnings() {
    let workspace = workspace(&[WARNING_A]);
    assert_eq!(run(&workspace, &["check"]).code, 0);
    assert_eq!(run(&workspace, &["check", "--deny", "warnings"]).code, 1);
    assert_eq!(run(&workspace, &["check", "b", "c", "--deny", "warnings"]).code, 0, "the warning is in `a`");
    let report = json(&run(&workspace, &["check", "--deny", "warnings", "--format", "json"]));
    assert_eq!(report["ok"], false, "a run that ends in exit 1 is not ok");
}

#[test]
fn exit_codes_are_those_of_the_design() {
    let workspace = workspace(&["//- /other/file.txt\nx\n"]);
    let code = |args: &[&str]| run(&workspace, args).code;
    assert_eq!(code(&["check"]), 0);
    assert_eq!(code(&["check", "--set", "langauges=[\"fr\"]"]), 1);
    assert_eq!([code(&["check", "nobody"]), code(&["build", "--env", "nowhere"])], [2, 2]);
    assert_eq!([code(&["--workspace", "other", "check"]), code(&["--workspace", "missing", "list"])], [2, 2]);
    for out in ["sites", "sites/g", "themes/plain/static", "other"] {
        assert_eq!(code(&["build", "--out", out]), 3, "--out {out}");
    }
    assert_eq!(Tree::read(workspace.at("other")).paths(), ["file.txt"]);
    assert!(!workspace.holds("dist"));
}

#[test]
fn a_run_that_could_not_go_on_says_so_in_json_too() {
    let workspace = Workspace::with_theme(BASE);
    for (args, code) in
        [(["build", "nobody"], 2), (["list", "nobody"], 2), (["explain", "nobody"], 2), (["build", "--out=sites"], 3)]
    {
        let outcome = run(&workspace, &[&args[..], &["--format", "json"]].concat());
        let report = json(&outcome);
        assert_eq!((outcome.code, &*outcome.stderr, &report["ok"]), (code, "", &false.into()), "{args:?}");
        assert!(!text(&report, "error").is_empty(), "{report}");
        assert_eq!(report["command"], args[0], "the report names its command");
    }
}

#[test]
fn quiet_leaves_errors_only() {
    let outcome = run(&workspace(&[WARNING_A]), &["build", "--quiet"]);
    assert_eq!(outcome.transcript(), "exit 0\n--- stdout\n--- stderr\n");
    for flag in ["--quiet", "-q"] {
        let outcome = run(&workspace(&[BROKEN_A]), &["check", flag]);
        assert_eq!(outcome.code, 1);
        assert!(outcome.stderr.contains("unknown-key") && !outcome.stderr.contains("checked"), "{}", outcome.stderr);
    }
}

#[test]
fn verbose_adds_notes_and_tenants() {
    let workspace = workspace(&[NOTE_A]);
    assert!(!run(&workspace, &["check"]).stderr.contains("rows-pinned"));
    for flag in ["--verbose", "-v"] {
        let outcome = run(&workspace, &["check", flag]);
        assert!(outcome.code == 0 && outcome.stderr.contains("rows-pinned"), "{}", outcome.stderr);
    }
    let outcome = run(&workspace, &["build", "--verbose"]);
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    for tenant in ["a", "b", "c"] {
        assert!(said.lines().any(|line| line.starts_with(&format!("{tenant}:"))), "no line for {tenant}:\n{said}");
    }
}

#[test]
fn colours_are_for_terminals() {
    let workspace = workspace(&[BROKEN_A]);
    let escapes = |args: &[&str]| {
        let outcome = run(&workspace, args);
        (outcome.stdout.contains('\u{1b}'), outcome.stderr.contains('\u{1b}'))
    };
    for args in
        [&["check"][..], &["check", "--color", "auto"], &["check", "--color", "never"], &["explain", "b"], &["--help"]]
    {
        assert_eq!(escapes(args), (false, false), "{args:?}");
    }
    assert_eq!(escapes(&["check", "--color", "always"]), (false, true));
    assert_eq!(escapes(&["explain", "b", "--color", "always"]), (true, false));
    assert_eq!(escapes(&["check", "--color", "always", "--format", "json"]), (false, false), "JSON has no colours");
    assert_eq!(run(&workspace, &["check", "--color", "sometimes"]).code, 2);
}

/// What is wrong in a group that no chosen tenant lies in does not fail the run.
#[test]
fn errors_elsewhere_do_not_fail_the_chosen() {
    let workspace = workspace(&["//- /sites/g/group.toml\nlangauges = [\"fr\"]\n"]);
    assert_eq!(run(&workspace, &["check", "g"]).code, 1);
    let outcome = run(&workspace, &["check", "c"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

/// A theme that cannot be loaded touches the tenants that use it.
#[test]
fn a_broken_theme_is_told_with_the_number_of_its_tenants() {
    let broken = "//- /themes/broken/theme.toml\nextends = \"plain\"\nnme = \"x\"\n";
    let workspace = workspace(&[broken, "//- /sites/g/group.toml\ntheme = \"broken\"\n"]);
    let report = json(&run(&workspace, &["check", "--format", "json"]));
    let found = entries(&report["findings"]);
    assert_eq!((found.len(), &found[0]["tenants"]), (1, &2.into()), "{report}");
    assert_eq!([text(&found[0], "file"), text(&found[0], "code")], ["themes/broken/theme.toml", "unknown-key"]);
    assert_eq!(run(&workspace, &["check", "c"]).code, 0, "`c` has another theme");
}

#[test]
fn a_dry_run_says_what_and_why_and_writes_nothing() {
    let workspace = Workspace::with_theme(BASE);
    let outcome = run(&workspace, &["build", "--dry-run", "--why"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    for line in ["a/index.html: new tenant", "c/fragment.html: new tenant", "sites/g/: 2 tenants, 2 pages, 12 files"] {
        assert!(outcome.stdout.lines().any(|found| found == line), "`{line}` is not in\n{}", outcome.stdout);
    }
    assert!(!workspace.holds("dist"));
    assert_eq!(run(&workspace, &["build"]).code, 0);
    workspace.write("sites/c/site.toml", "name = \"C\"\nbase_url = \"https://c.example\"\nvars.word = \"autre\"\n");
    let report = json(&run(&workspace, &["build", "--dry-run", "--why", "--format", "json"]));
    let work: Vec<&Value> = entries(&report["tenants"]).iter().flat_map(|tenant| entries(&tenant["work"])).collect();
    let paths: BTreeSet<&str> = work.iter().filter_map(|item| item[0].as_str()).collect();
    assert_eq!(paths, BTreeSet::from(["fragment.html", "index.html"]), "{report}");
    let states: Vec<String> = entries(&report["tenants"]).iter().map(|tenant| text(tenant, "status")).collect();
    assert_eq!(states, ["unchanged", "unchanged", "planned"]);
    assert!(workspace.read("dist/c/index.html").contains("mot"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let workspace = Workspace::with_theme(BASE);
    let script = "(sleep 0.1; \"$0\" \"$@\"; echo \"exit $?\" >&2) | true";
    for args in [
        &["completions", "bash"][..],
        &["list"],
        &["explain", "a"],
        &["check", "--format", "json"],
        &["build", "--dry-run"],
        &["--help"],
    ] {
        let shell = Program::new().args(args).under("/bin/sh", ["-c", script]);
        let outcome = shell.current_dir(&workspace).run();
        assert!(!outcome.stderr.contains("panicked"), "{args:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("exit 0"), "{args:?}: {}", outcome.stderr);
    }
}
