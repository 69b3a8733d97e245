//! A new workspace: whole, sound, explained; never over another one, and never by half.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use tenantry_testkit::{Program, Tree, Workspace};

use super::{bound, fresh, is_sound, list, refuses};
use crate::report::{ending, json, run};
use crate::repository::root;

#[test]
fn a_new_workspace_is_sound() {
    let workspace = fresh();
    is_sound(&workspace);
    let report = ending(&workspace, &["list"], 0);
    let tenants = report["tenants"].as_array().unwrap();
    assert_eq!(tenants.len(), 2);
    assert!(tenants.iter().all(|tenant| tenant["state"] == "up-to-date" && tenant["pages"] == 6), "{report}");
    assert!(workspace.read("dist/harbour/fr/cookies/index.html").contains("Se souvient que vous êtes connecté."));
    assert!(workspace.read("dist/harbour/cookies/index.html").contains("Remembers that you are signed in."));
    let market = workspace.read("dist/market/cookies/index.html");
    assert!(market.contains("Keeps the market") && !market.contains("Remembers that you are signed in."));
    assert_eq!(workspace.read(".gitignore"), "/dist\n");
}

/// The theme has one source: what is written is the repository's, file by file.
#[test]
fn the_theme_is_that_of_the_repository() {
    let written = Tree::read(fresh().at("themes/charter"));
    assert_eq!(written.difference(&Tree::read(root().join("themes/charter"))), [""; 0]);
}

/// Every key that a comment offers is one that the file may hold.
#[test]
fn what_the_comments_offer_is_accepted() {
    let workspace = fresh();
    let text = workspace.read("sites/group.toml");
    let offered = text.lines().filter_map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")));
    let offered: String = offered.map(|line| format!("{line}\n")).collect();
    assert!(offered.lines().count() >= 5, "{text}");
    workspace.append("sites/group.toml", &offered.replace("example.org\"]", "example\"]"));
    is_sound(&workspace);
    ending(&workspace, &["build", "--env", "staging"], 0);
}

#[test]
fn init_tells_what_it_wrote_and_how_to_go_on() {
    let elsewhere = Workspace::empty();
    let outcome = run(&elsewhere, &["init", "my sites"]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    let told: Vec<&str> = outcome.stdout.lines().map(str::trim).collect();
    for line in ["sites/", "group.toml", "harbour/", "$ cd 'my sites'", "$ tenantry build", "$ tenantry list"] {
        assert!(told.contains(&line), "`{line}` is not in\n{}", outcome.stdout);
    }
    assert!(told.len() < 40 && outcome.stdout.contains("charter/  "), "{}", outcome.stdout);
    let report = ending(&elsewhere, &["init", "other"], 0);
    let mut written = list(&report, "written");
    let tree = Tree::read(elsewhere.at("other"));
    assert_eq!(tree.paths(), written);
    written.sort_unstable();
    assert_eq!(tree.paths(), written, "sorted");
    assert_eq!(list(&report, "next"), ["cd other", "tenantry build", "tenantry list"]);
    assert_eq!(run(&elsewhere, &["init", "third", "--quiet"]).transcript(), "exit 0\n--- stdout\n--- stderr\n");
}

#[test]
fn a_second_init_is_refused() {
    let workspace = fresh();
    workspace.write("sites/group.toml", "mine\n");
    refuses(&workspace, (&["init"], 3), &["holds `sites` already", "tenantry init DIR"]);
    for taken in ["sites", "themes"] {
        let workspace = Workspace::empty();
        workspace.write(&format!("{taken}/mine"), "");
        refuses(&workspace, (&["init", "."], 3), &[taken]);
        workspace.remove(taken);
        workspace.symlink("nowhere", taken);
        refuses(&workspace, (&["init", "."], 3), &[taken]);
    }
    let report = ending(&workspace, &["init"], 3);
    assert_eq!((&report["command"], &report["ok"]), (&"init".into(), &false.into()));
}

#[test]
fn files_that_are_there_stay() {
    let workspace = Workspace::from_text("//- /README.md\nmine\n//- /.gitignore\nmine too\n//- /src/other\nx\n");
    let report = ending(&workspace, &["init"], 0);
    assert_eq!(list(&report, "kept"), [".gitignore", "README.md"]);
    assert!(list(&report, "next")[0].contains("/dist"), "{report}");
    assert_eq!([workspace.read("README.md"), workspace.read(".gitignore")], ["mine\n", "mine too\n"]);
    is_sound(&workspace);
    let people = Workspace::from_text("//- /README.md\nmine\n");
    let told = run(&people, &["init"]).stdout;
    assert!(told.contains("`README.md` was there already, and is as it was"), "{told}");
}

#[test]
fn a_workspace_is_not_made_among_the_sources_of_another() {
    let workspace = fresh();
    for folder in ["sites/town/new", "themes/new", "sites/content"] {
        refuses(&workspace, (&["init", folder], 3), &["among its sources"]);
    }
    refuses(&workspace, (&["init", "new/../other"], 3), &["`..`"]);
    refuses(&workspace, (&["init", "README.md"], 2), &["is a file, not a folder"]);
    ending(&workspace, &["init", "beside"], 0);
}

#[test]
fn fault_094_a_folder_that_may_not_be_written_is_left_alone() {
    let workspace = Workspace::from_text("//- /locked/x\n\n");
    fs::set_permissions(workspace.at("locked"), Permissions::from_mode(0o555)).unwrap();
    let outcomes = ["locked", "locked/deep/er"].map(|folder| bound(&["init", folder], &workspace).run());
    fs::set_permissions(workspace.at("locked"), Permissions::from_mode(0o755)).unwrap();
    for outcome in outcomes {
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("locked"), "{}", outcome.stderr);
    }
    assert_eq!(Tree::read(workspace.at("locked")).paths(), ["x"]);
    ending(&workspace, &["init", "locked"], 0);
}

/// No file may grow beyond a limit that the largest of the new ones does not keep: it fails half-way.
#[test]
fn fault_093_a_disk_that_fills_up_leaves_nothing_behind() {
    let workspace = Workspace::from_text("//- /there/x\n\n");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    for folder in ["there", "new/er"] {
        let program = Program::new().args(["init", folder, "--format", "json"]);
        let outcome = program.under("/bin/sh", ["-c", script]).current_dir(&workspace).run();
        assert_eq!(outcome.code, 2, "{}{}", outcome.stdout, outcome.stderr);
        assert!(json(&outcome)["error"].as_str().unwrap().contains("cannot write"), "{}", outcome.stdout);
    }
    assert_eq!(Tree::read_without(&workspace, "").paths(), ["there/x"]);
    assert!(!workspace.holds("new"));
    ending(&workspace, &["init", "there"], 0);
}
