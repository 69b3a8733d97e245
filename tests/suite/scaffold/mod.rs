//! `init` and `new`: what they write builds as it is, says where to go on, and replaces nothing.
//!
//! What a build makes of layers is tested elsewhere.

mod init;
mod refused;
mod tenant;
mod theme;

use serde_json::Value;
use tenantry_testkit::{Program, Tree, Workspace};

use crate::report::{ending, run};

/// A workspace that `init` wrote.
#[track_caller]
fn fresh() -> Workspace {
    let workspace = Workspace::empty();
    ending(&workspace, &["init"], 0);
    workspace
}

/// The texts of a list in a report.
#[track_caller]
fn list<'r>(report: &'r Value, key: &str) -> Vec<&'r str> {
    let list = report[key].as_array().unwrap_or_else(|| panic!("no `{key}` in {report}"));
    list.iter().filter_map(Value::as_str).collect()
}

/// Runs a command that must end with this code, say these words, and leave everything as it is.
#[track_caller]
fn refuses(workspace: &Workspace, (args, code): (&[&str], i32), words: &[&str]) {
    let before = Tree::read_without(workspace, "");
    let outcome = run(workspace, args);
    assert_eq!((outcome.code, &*outcome.stdout), (code, ""), "{args:?}: {}", outcome.stderr);
    for word in words {
        assert!(outcome.stderr.contains(word), "{args:?}: `{word}` is not in\n{}", outcome.stderr);
    }
    assert!(outcome.stderr.contains("help: "), "{args:?} says not what to do\n{}", outcome.stderr);
    assert_eq!(Tree::read_without(workspace, "").difference(&before), [""; 0], "{args:?}");
}

/// All tenants build, and nothing is to be said about them.
#[track_caller]
fn is_sound(workspace: &Workspace) {
    let outcome = run(workspace, &["check", "--deny", "warnings"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
    ending(workspace, &["build"], 0);
}

/// The same program, run as somebody to whom modes matter.
fn bound(args: &[&str], workspace: &Workspace) -> Program {
    Program::new().args(args).current_dir(workspace).bound_by_modes()
}

/// Each help of these commands shows one line that can be run.
#[test]
fn helps_teach_by_example() {
    let elsewhere = Workspace::empty();
    for args in [&["init"][..], &["new", "tenant"], &["new", "group"], &["new", "theme"], &["list"]] {
        let help = run(&elsewhere, &[args, &["--help"]].concat()).stdout;
        let example = format!("Example: tenantry {}", args.join(" "));
        assert!(help.contains(&example), "`{example}` is not in\n{help}");
    }
}
