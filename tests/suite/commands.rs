//! The command line: arguments, variables, selection, exit codes, and the two forms of every report.
//!
//! What the commands decide is tested elsewhere; here it is only whether they are told so, and tell it so.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// Three tenants, one value each, two of them in one group.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
vars.word = "mot"
env.staging.noindex = true
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
{{ vars.word }}
//- /sites/g/group.toml
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
//- /sites/g/b/site.toml
name = "B"
base_url = "https://b.example"
//- /sites/c/site.toml
name = "C"
base_url = "https://c.example"
"#;

/// Tenant `a` cannot be built.
const BROKEN_A: &str =
    "//- /sites/g/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\nlangauges = [\"fr\"]\n";
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
    assert_eq!(built, "exit 0\n--- stdout\n--- stderr\nbuilt 3 tenants, 3 pages, 6 files written in [TIME]\n");
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
    assert_eq!([&summary["files"], &summary["written"], &summary["removed"], &summary["warnings"]], [4, 4, 0, 0]);
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
    assert_eq!(states, ["errors", "ready", "ready"]);
}

#[test]
fn explain_answers_for_a_tenant_a_page_and_a_key() {
    let own = "//- /sites/g/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\nvars.word = \"propre\"\n";
    let workspace = workspace(&[own]);
    for question in [&["explain", "a"][..], &["explain", "a", "index"], &["explain", "a", "vars.word"]] {
        let outcome = run(&workspace, question);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{question:?}");
        let own = outcome.stdout.find("\"propre\"");
        let hidden = outcome.stdout.find("hides \"mot\"");
        assert!(own.is_some() && own < hidden, "{question:?}\n{}", outcome.stdout);
        for place in ["sites/g/a/site.toml:3", "sites/group.toml:3"] {
            assert!(outcome.stdout.contains(place), "{question:?}\n{}", outcome.stdout);
        }
    }
    let report = json(&run(&workspace, &["explain", "a", "vars.word", "--format", "json"]));
    let value = &report["groups"][0]["values"][0];
    assert_eq!([text(value, "key"), text(value, "layer")], ["vars.word", "sites/g/a"]);
    assert_eq!((&value["line"], &value["hides"][0]["line"]), (&3.into(), &3.into()));
    assert_eq!(text(&value["hides"][0], "layer"), "sites");
}

#[test]
fn explain_knows_nothing_of_what_is_not_there() {
    let workspace = Workspace::with_theme(BASE);
    let cases = [
        (&["explain", "aa"][..], "`a`"),
        (&["explain", "a", "indx"], "`index`"),
        (&["explain", "a", "vars.wrd"], "`vars.word`"),
    ];
    for (args, near) in cases {
        let outcome = run(&workspace, args);
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{args:?}");
        assert!(outcome.stderr.contains(near), "{args:?}\n{}", outcome.stderr);
    }
}

/// `--set` is the strongest layer, and works with every command.
#[test]
fn explain_tells_what_the_command_line_says() {
    let outcome = run(&Workspace::with_theme(BASE), &["explain", "a", "vars.word", "--set", "vars.word=autre"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("\"autre\"") && outcome.stdout.contains("command line"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("hides \"mot\""), "{}", outcome.stdout);
}

#[test]
fn explain_of_a_page_knows_the_theme_of_the_command_line() {
    let other = "//- /themes/other/theme.toml\nextends = \"plain\"\n";
    let outcome = run(&workspace(&[other]), &["explain", "a", "index", "--set", "theme=other"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("vars.word"), "an empty answer: {:?}", outcome.stdout);
}

#[test]
fn explain_tells_machines_why_a_tenant_cannot_be_resolved() {
    let workspace = workspace(&[BROKEN_A]);
    let people = run(&workspace, &["explain", "a", "index"]);
    assert_eq!(people.code, 1);
    assert!(people.stderr.contains("langauges"), "{}", people.stderr);
    let machines = run(&workspace, &["explain", "a", "index", "--format", "json"]);
    assert_eq!(machines.code, 1);
    assert!(machines.stdout.contains("langauges"), "exit 1, and no reason: {}", machines.stdout);
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

#[test]
fn flags_may_be_variables() {
    let workspace = Workspace::with_theme(BASE);
    let elsewhere = Workspace::empty();
    let root = workspace.path().display().to_string();
    let out = elsewhere.at("out").display().to_string();
    let all = [
        ("TENANTRY_WORKSPACE", &*root),
        ("TENANTRY_OUT", &*out),
        ("TENANTRY_FORMAT", "json"),
        ("TENANTRY_ENV", "staging"),
        ("TENANTRY_SET", "vars.word=autre"),
        ("TENANTRY_JOBS", "1"),
        ("TENANTRY_SHARD", "1/1"),
        ("TENANTRY_COLOR", "always"),
    ];
    let program = Program::new().args(["build"]).current_dir(&elsewhere);
    let outcome = all.iter().fold(program, |program, (name, value)| program.env(name, value)).run();
    assert_eq!(json(&outcome)["summary"]["written"], 6, "{}", outcome.stderr);
    assert!(elsewhere.read("out/a/index.html").contains("autre"));
    assert!(!workspace.holds("dist"));
    let outcome = Program::new().args(["build"]).current_dir(&workspace).env("TENANTRY_ENV", "nowhere").run();
    assert_eq!(outcome.code, 2);
}

/// A variable for a flag that takes no value says yes with `1` or `true`, no with `0` or `false`.
#[test]
fn flags_without_a_value_may_be_variables() {
    let workspace = Workspace::with_theme(BASE);
    for (value, written) in [("true", false), ("1", false), ("false", true), ("0", true)] {
        let program = Program::new().args(["build", "a"]).current_dir(&workspace).env("TENANTRY_DRY_RUN", value);
        let outcome = program.run();
        assert_eq!(outcome.code, 0, "TENANTRY_DRY_RUN={value}: {}", outcome.stderr);
        assert_eq!(workspace.holds("dist/a"), written, "TENANTRY_DRY_RUN={value}");
        if written {
            workspace.remove("dist");
        }
    }
}

#[test]
fn an_argument_wins_over_a_variable() {
    let workspace = Workspace::with_theme(BASE);
    let program = || Program::new().current_dir(&workspace);
    let outcome = program().args(["list", "--format", "human"]).env("TENANTRY_FORMAT", "json").run();
    assert!(outcome.stdout.starts_with("a "), "{}", outcome.stdout);
    let outcome = program().args(["build", "--verbose"]).env("TENANTRY_QUIET", "true").run();
    assert!(outcome.code == 0 && outcome.stderr.contains("built"), "{}", outcome.stderr);
}

#[test]
fn confirmations_are_no_variables() {
    let workspace = Workspace::with_theme(BASE);
    assert_eq!(run(&workspace, &["build"]).code, 0);
    workspace.write("dist/a/extra.txt", "foreign\n");
    workspace.write("sites/g/a/static/extra.txt", "ours\n");
    let outcome = Program::new().args(["build"]).current_dir(&workspace).env("TENANTRY_FORCE", "true").run();
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert_eq!(workspace.read("dist/a/extra.txt"), "foreign\n");
    assert_eq!(run(&workspace, &["build", "--force"]).code, 0);
    assert_eq!(workspace.read("dist/a/extra.txt"), "ours\n");
}

#[test]
fn tenants_are_chosen_by_id_group_and_glob() {
    let workspace = workspace(&[
        "//- /sites/g/h/group.toml\n//- /sites/g/h/d/site.toml\nname = \"D\"\nbase_url = \"https://d.example\"\n",
    ]);
    let chosen = |patterns: &[&str]| -> String {
        let outcome = run(&workspace, &[&["check", "--format", "json"], patterns].concat());
        assert_eq!(outcome.code, 0, "{patterns:?}: {}", outcome.stdout);
        entries(&json(&outcome)["tenants"]).iter().map(|tenant| text(tenant, "id")).collect()
    };
    let cases: [(&[&str], &str); 9] = [
        (&[], "abcd"),
        (&["c"], "c"),
        (&["g"], "abd"),
        (&["g/h"], "d"),
        (&["sites/g/h/"], "d"),
        (&["g/*"], "abd"),
        (&["?"], "abcd"),
        (&["c", "g/a"], "ac"),
        (&["a", "g/a", "a"], "a"),
    ];
    for (patterns, expected) in cases {
        assert_eq!(chosen(patterns), expected, "{patterns:?}");
    }
}

#[test]
fn an_unknown_choice_names_the_nearest() {
    let workspace = workspace(&["//- /sites/north/group.toml\n//- /sites/north/lille/site.toml\nname = \"L\"\n\
         base_url = \"https://l.example\"\n"]);
    for (pattern, near) in [("lile", "`lille`"), ("nort", "`north`")] {
        for command in ["build", "check", "list"] {
            let outcome = run(&workspace, &[command, "c", pattern]);
            assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{command} {pattern}");
            assert!(outcome.stderr.contains(near) && outcome.stderr.contains(pattern), "{}", outcome.stderr);
        }
    }
    for pattern in ["x*", "", "/"] {
        assert_eq!(run(&workspace, &["check", pattern]).code, 2, "`{pattern}` fits nobody");
    }
    assert!(!workspace.holds("dist"));
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
fn the_workspace_is_found_upward_or_named() {
    let workspace = Workspace::with_theme(BASE);
    let outcome = Program::new().args(["build", "c"]).current_dir(workspace.at("sites/g/a")).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(workspace.holds("dist/c/index.html"), "the output is in the workspace, not where one stands");
    let elsewhere = Workspace::from_text("//- /deep/er/file\n");
    elsewhere.symlink(workspace.path(), "deep/link");
    for named in [workspace.path().display().to_string(), "../link".to_owned()] {
        let outcome = Program::new().args(["list", "--workspace", &named]).current_dir(elsewhere.at("deep/er")).run();
        assert_eq!((outcome.code, outcome.stdout.lines().count()), (0, 3), "{named}: {}", outcome.stderr);
    }
    let outcome = Program::new().args(["list"]).current_dir(&elsewhere).run();
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""));
    assert!(
        outcome.stderr.contains("sites/group.toml") && outcome.stderr.contains("--workspace"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn help_is_no_mistake() {
    let elsewhere = Workspace::empty();
    for args in [
        &["--help"][..],
        &["-h"],
        &["help"],
        &["--version"],
        &["build", "--help"],
        &["check", "--help"],
        &["list", "-h"],
        &["explain", "--help"],
        &["completions", "--help"],
        &["help", "build"],
    ] {
        let outcome = run(&elsewhere, args);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{args:?}");
        assert!(!outcome.stdout.is_empty(), "{args:?}");
    }
    let help = run(&elsewhere, &["build", "--help"]).stdout;
    for flag in [
        "--out",
        "--env",
        "--jobs",
        "--shard",
        "--dry-run",
        "--why",
        "--clean",
        "--verify",
        "--force",
        "--prune",
        "--set",
    ] {
        assert!(help.contains(flag), "{flag}");
    }
}

#[test]
fn usage_mistakes_exit_2() {
    let workspace = Workspace::with_theme(BASE);
    for args in [
        &["build", "--nope"][..],
        &["biuld"],
        &[],
        &["explain"],
        &["build", "--jobs", "many"],
        &["build", "--shard", "3/2"],
        &["check", "--format", "xml"],
        &["completions", "cobol"],
        &["build", "--quiet", "--verbose"],
        &["build", "--set", "novalue"],
    ] {
        let outcome = run(&workspace, args);
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{args:?}");
        assert!(!outcome.stderr.is_empty() && !outcome.stderr.contains("panicked"), "{args:?}: {}", outcome.stderr);
    }
    assert!(!workspace.holds("dist"));
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let outcome = run(&Workspace::empty(), &["completions", shell]);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{shell}");
        for word in ["tenantry", "build", "check", "list", "explain", "dry-run"] {
            assert!(outcome.stdout.contains(word), "{shell} does not complete `{word}`");
        }
    }
}

#[test]
fn a_dry_run_says_what_and_why_and_writes_nothing() {
    let workspace = Workspace::with_theme(BASE);
    let outcome = run(&workspace, &["build", "--dry-run", "--why"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    for line in ["a/index.html: new tenant", "c/fragment.html: new tenant", "sites/g/: 2 tenants, 4 files"] {
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
    let program = program();
    for args in [
        &["completions", "bash"][..],
        &["list"],
        &["explain", "a"],
        &["check", "--format", "json"],
        &["build", "--dry-run"],
        &["--help"],
    ] {
        let shell = Program::at("/bin/sh").args(["-c", script]).args([&program]).args(args);
        let outcome = shell.current_dir(&workspace).run();
        assert!(!outcome.stderr.contains("panicked"), "{args:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("exit 0"), "{args:?}: {}", outcome.stderr);
    }
}

/// The base, with files of a test over it.
fn workspace(files: &[&str]) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    for text in files {
        workspace.add_text(text);
    }
    workspace
}

fn run(workspace: &Workspace, args: &[&str]) -> Outcome {
    Program::new().args(args).current_dir(workspace).run()
}

/// Where the program is, for a shell that runs it.
fn program() -> PathBuf {
    let test = env::current_exe().unwrap_or_default();
    let folder = test.ancestors().find(|folder| folder.join("tenantry").is_file());
    folder.map(|folder| folder.join("tenantry")).unwrap_or_default()
}

fn json(outcome: &Outcome) -> Value {
    let value = serde_json::from_str(&outcome.stdout).unwrap_or_default();
    assert_ne!(value, Value::Null, "no JSON: {}{}", outcome.stdout, outcome.stderr);
    value
}

fn entries(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
