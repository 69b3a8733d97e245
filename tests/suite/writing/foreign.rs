//! P4: what no build wrote is never touched; in the way of a page, it is an error.

use serde_json::Value;
use tenantry_testkit::{Tree, Workspace};

use super::{Beside, built, equals_clean, fleet, status, statuses};
use crate::report::{dist, ending};

/// P4: what no build wrote stays, in a tenant's folder and beside it, whatever is removed around it.
#[test]
fn foreign_files_are_never_touched() {
    let workspace = fleet();
    built(&workspace);
    let foreign =
        ["dist/README", "dist/.hidden", "dist/other/x", "dist/alpha/notes.txt", "dist/alpha/cookies/own.html"];
    for path in foreign {
        workspace.write(path, "mine");
    }
    let before = dist(&workspace);
    workspace.remove("sites/content/cookies.fr.md");
    for arguments in [&["--prune"][..], &["--verify"], &["--clean", "--force"]] {
        ending(&workspace, &[&["build"], arguments].concat(), 0);
    }
    workspace.remove("sites/north/alpha");
    ending(&workspace, &["build", "--prune", "--force"], 0);
    let after = dist(&workspace);
    assert!(!workspace.holds("dist/alpha/cookies/index.html") && !workspace.holds("dist/alpha/index.html"));
    for path in foreign {
        let path = path.trim_start_matches("dist/");
        assert_eq!(after.entries.get(path), before.entries.get(path), "`{path}` is as it was");
    }
}

#[test]
fn a_foreign_file_in_the_way_is_an_error_without_force() {
    in_the_way("dist/alpha/more/index.html", |workspace| workspace.write("dist/alpha/more/index.html", "mine"));
    let workspace = fleet();
    built(&workspace);
    workspace.write("dist/alpha/more/index.html", "mine");
    workspace.write("sites/north/alpha/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    ending(&workspace, &["build", "--force"], 0);
    equals_clean(&workspace, "--force", Beside::Nothing);
}

/// The same for a file where a folder must be: it is found out before the first file is written.
#[test]
fn a_foreign_file_in_place_of_a_folder_is_an_error_before_anything_is_written() {
    in_the_way("dist/alpha/more", |workspace| workspace.write("dist/alpha/more", "mine"));
}

/// The same for a folder where a file must be, and for a link, which is not written through.
#[test]
fn a_foreign_folder_or_link_in_the_way_is_an_error_before_anything_is_written() {
    in_the_way("dist/alpha/more/index.html/x", |workspace| workspace.write("dist/alpha/more/index.html/x", "mine"));
    in_the_way("outside/kept", |workspace| {
        workspace.write("outside/kept", "mine");
        workspace.symlink(workspace.at("outside"), "dist/alpha/more");
    });
    in_the_way("outside/index.html", |workspace| {
        workspace.write("outside/index.html", "mine");
        workspace.symlink(workspace.at("outside"), "dist/alpha/more");
    });
}

/// A folder of somebody else has the name of a new tenant: what it holds is not ours to replace.
#[test]
fn a_foreign_folder_of_a_new_tenants_name_is_not_written_over() {
    let workspace = fleet();
    built(&workspace);
    workspace.write("dist/delta/index.html", "mine");
    workspace.write("sites/delta/site.toml", "name = \"Delta\"\nbase_url = \"https://delta.example.org\"\n");
    let report = ending(&workspace, &["build"], 1);
    finding(&report, "foreign-file", "dist/delta/index.html");
    assert_eq!(workspace.read("dist/delta/index.html"), "mine");
}

/// A link in place of a tenant's folder leads to files that are not ours.
#[test]
fn a_link_in_place_of_a_tenants_folder_is_not_written_through() {
    let workspace = fleet();
    built(&workspace);
    workspace.remove("dist/alpha");
    workspace.write("outside/index.html", "mine");
    workspace.symlink(workspace.at("outside"), "dist/alpha");
    let report = ending(&workspace, &["build"], 1);
    assert_eq!(status(&report, "alpha"), "failed");
    let outside = Tree::read(workspace.at("outside"));
    assert_eq!((outside.paths(), outside.text("index.html")), (vec!["index.html"], "mine"));
}

/// Something foreign where `alpha` gets a new page: an error, and neither it nor alpha's files are touched.
#[track_caller]
fn in_the_way(foreign: &str, put: impl FnOnce(&Workspace)) {
    let workspace = fleet();
    built(&workspace);
    put(&workspace);
    let before = dist(&workspace);
    workspace.write("sites/north/alpha/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    let report = ending(&workspace, &["build"], 1);
    assert_eq!(statuses(&report), [("alpha", "failed"), ("beta", "built"), ("gamma", "built")]);
    let found = &report["findings"][0];
    assert_eq!((&found["code"], &found["severity"]), (&"foreign-file".into(), &"error".into()), "{report}");
    assert!(found["file"].as_str().unwrap().contains("dist/alpha/more"), "{found}");
    assert_eq!(workspace.read(foreign), "mine");
    let after = dist(&workspace);
    assert_eq!(after.below("alpha").difference(&before.below("alpha")), [""; 0]);
    assert!(after.text("beta/index.html").contains("Nouveau"));
    assert!(!workspace.holds("dist/.tenantry/manifests/alpha.next"), "nothing was begun");
}

#[track_caller]
fn finding(report: &Value, code: &str, file: &str) {
    let findings = report["findings"].as_array().unwrap();
    let about =
        |found: &&Value| found["code"] == code && found["file"].as_str().is_some_and(|path| path.ends_with(file));
    assert!(findings.iter().any(|found| about(&found)), "no `{code}` about `{file}`: {findings:#?}");
}
