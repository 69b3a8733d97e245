//! The output folder: where it may lie.

use std::fs;

use tenantry_testkit::{Program, Tree, Workspace};

use super::{built, fleet, unchanged};
use crate::report::{ending, run};

#[test]
fn the_output_folder_is_marked_and_may_lie_elsewhere() {
    let workspace = fleet();
    let before = built(&workspace);
    assert!(workspace.read("dist/.tenantry/mark").contains("Tenantry"));
    let elsewhere = Workspace::empty();
    for out in [elsewhere.at("a"), elsewhere.at("b/c/d")] {
        ending(&workspace, &["build", "--out", out.to_str().unwrap()], 0);
        assert_eq!(Tree::read(&out).difference(&before), [""; 0]);
    }
    workspace.write("empty/x", "");
    workspace.remove("empty/x");
    ending(&workspace, &["build", "--out", workspace.at("empty").to_str().unwrap()], 0);
    assert_eq!(Tree::read(workspace.at("empty")).difference(&before), [""; 0]);
    unchanged(&workspace, &before);
}

/// A relative folder is meant from where the program was started, as every program means it.
#[test]
fn a_relative_output_folder_is_made() {
    let workspace = fleet();
    let before = built(&workspace);
    for out in ["public", "deep/er/public", "./public2", "sites/../public3"] {
        ending(&workspace, &["build", "--out", out], 0);
        let written = Tree::read(workspace.path().join(out));
        assert_eq!(written.difference(&before), [""; 0], "{out}");
    }
    fs::create_dir(workspace.at("inner")).unwrap();
    let inner = ["build", "--out", "public"];
    let outcome = Program::new().args(inner).current_dir(workspace.at("inner")).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(Tree::read(workspace.at("inner/public")).difference(&before), [""; 0]);
}

#[test]
fn unsafe_output_folders_are_refused() {
    let workspace = fleet();
    workspace.write("foreign/x", "mine");
    workspace.write("file", "mine");
    workspace.symlink(workspace.at("sites/north"), "linked");
    workspace.symlink("themes", "linked-themes");
    workspace.symlink("foreign", "linked-foreign");
    let before = Tree::read(&workspace);
    let outs = [
        "sites",
        "sites/out",
        "sites/north/alpha",
        "./sites/new/er",
        "themes",
        "themes/plain/static",
        "foreign",
        ".",
        "linked",
        "linked/new",
        "linked-themes/new",
        "linked-foreign",
        "new/../sites/out",
        "foreign/../sites/out",
        "sites/north/../out",
    ];
    for out in outs {
        for out in [out.to_owned(), format!("{}/{out}", workspace.path().display())] {
            let report = ending(&workspace, &["build", "--out", &out], 3);
            let error = report["error"].as_str().unwrap();
            assert_eq!(error.contains("the workspace itself"), out.ends_with('.'), "{out}: {error}");
            assert_eq!(Tree::read_without(&workspace, "").difference(&before), [""; 0], "{out}");
            assert!(!workspace.holds("sites/out") && !workspace.holds("new"), "{out}");
        }
    }
    assert_eq!(run(&workspace, &["build", "--out", "file"]).code & !1, 2, "a file is no folder");
}

/// The sources are known by where they really lie, also if `sites` is a link.
#[test]
fn an_output_folder_inside_linked_sources_is_refused() {
    let workspace = fleet();
    fs::rename(workspace.at("sites"), workspace.at("real")).unwrap();
    workspace.symlink("real", "sites");
    ending(&workspace, &["build", "--out", "real/out"], 3);
    assert!(!workspace.holds("real/out"));
}
