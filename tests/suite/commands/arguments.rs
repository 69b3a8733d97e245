//! Arguments and variables: selection, flags, help, mistakes of usage.

use tenantry_testkit::{Program, Workspace};

use super::{BASE, entries, text, workspace};
use crate::report::{json, run};

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
    assert_eq!(json(&outcome)["summary"]["written"], 15, "{}", outcome.stderr);
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
        &["init", "--help"],
        &["new", "--help"],
        &["schema", "--help"],
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
        &["schema", "sites"],
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
        for word in ["tenantry", "build", "check", "list", "explain", "init", "new", "schema", "base-url", "dry-run"] {
            assert!(outcome.stdout.contains(word), "{shell} does not complete `{word}`");
        }
    }
}
