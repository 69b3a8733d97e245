//! P2: builds that are cut short, killed, interrupted or refused by the disk, and manifests that are lost.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use serde_json::Value;
use tenantry_testkit::{Fleet, Program, Tree, Workspace};

use super::{Beside, built, count, equals_clean, fleet, status, statuses, unchanged, why};
use crate::report::{dist, ending, json};
use crate::repository::root;

#[test]
fn a_broken_tenant_keeps_its_last_output() {
    let faults = [
        ("sites/north/alpha/site.toml", "name = "),
        ("sites/north/alpha/content/index.fr.md", "{{ vars.nothing }}\n"),
        ("sites/north/alpha/cookies.toml", "table.necessary.add = [\"nobody/nothing\"]\n"),
        ("sites/north/alpha/static/_headers", "X: y"),
    ];
    for (path, text) in faults {
        let workspace = fleet();
        let before = built(&workspace);
        workspace.write(path, text);
        workspace.write("sites/content/cookies.fr.md", "+++\ntitle = \"Cookies\"\n+++\nNouveau\n");
        let report = ending(&workspace, &["build", "--clean", "--verify"], 1);
        assert_eq!(statuses(&report), [("alpha", "failed"), ("beta", "built"), ("gamma", "built")], "{path}");
        let after = dist(&workspace);
        assert_eq!(after.below("alpha").difference(&before.below("alpha")), [""; 0], "{path}");
        assert_eq!(after.below("alpha").rewritten_since(&before), [""; 0], "{path}");
        assert!(after.text("beta/cookies/index.html").contains("Nouveau"), "{path}");
    }
}

/// P2: a build that was cut short between two renames is finished, whether the sources are as they were then or not.
#[test]
fn a_build_that_was_cut_short_is_repaired() {
    for (back, next) in [(false, "whole"), (true, "whole"), (false, ""), (true, "{\"format\": 1")] {
        let workspace = fleet();
        let before = built(&workspace);
        workspace.write("sites/north/alpha/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
        workspace.write("sites/north/alpha/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
        ending(&workspace, &["build"], 0);
        let manifest = workspace.read("dist/.tenantry/manifests/alpha.json");
        cut_short(&workspace, &before, if next == "whole" { &manifest } else { next });
        if back {
            workspace.remove("sites/north/alpha/content");
        }
        let report = ending(&workspace, &["build", "--why"], 0);
        assert_eq!(why(&report, "alpha", "index.html"), "last build unfinished");
        assert!(!workspace.holds("dist/.tenantry/manifests/alpha.next"));
        let beside = if back && next != "whole" { Beside::Behind } else { Beside::Nothing };
        equals_clean(&workspace, &format!("back {back}, next `{next}`"), beside);
        assert_eq!(count(&ending(&workspace, &["build"], 0), "written"), 0);
    }
}

/// P2: cut short twice, with other sources each time; what the first of the two wrote is not forgotten.
#[test]
fn a_build_that_was_cut_short_twice_leaves_nothing_behind() {
    let workspace = fleet();
    built(&workspace);
    let page = "+++\ntitle = \"Plus\"\n+++\nTexte\n";
    for (written, blocked, gone) in [("one", "two", None), ("three", "four", Some(["one", "two"]))] {
        for path in gone.into_iter().flatten() {
            workspace.remove(&format!("sites/north/alpha/content/{path}.fr.md"));
        }
        for path in [written, blocked] {
            workspace.write(&format!("sites/north/alpha/content/{path}.fr.md"), page);
        }
        // A folder that nobody may write into ends the build after some of its renames.
        let folder = workspace.at(&format!("dist/alpha/{blocked}"));
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
        let outcome = bound(&workspace).run();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    }
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "cut short twice", Beside::Nothing);
}

/// A build that was cut short when all was written but the last manifest: it is found whole, and that is remembered.
#[test]
fn a_build_that_was_cut_short_at_its_end_is_known_to_be_whole() {
    let workspace = fleet();
    let before = built(&workspace);
    for keep in [true, false] {
        let path = |ending: &str| workspace.at(&format!("dist/.tenantry/manifests/alpha.{ending}"));
        fs::copy(path("json"), path("next")).unwrap();
        if !keep {
            fs::remove_file(path("json")).unwrap();
        }
        ending(&workspace, &["build"], 0);
        unchanged(&workspace, &before);
        assert!(path("json").exists() && !path("next").exists(), "it is still taken for unfinished");
        let report = ending(&workspace, &["build"], 0);
        assert_eq!((count(&report, "same"), count(&report, "written")), (0, 0), "nothing is rendered again");
    }
}

/// What was on its way when a build was cut short is cleared by the next one, also if that has nothing to write.
#[test]
fn what_was_on_its_way_is_cleared() {
    let workspace = fleet();
    let before = built(&workspace);
    for path in ["alpha/deep/er/index.html", "alpha.next.tmp", "state.tmp"] {
        workspace.write(&format!("dist/.tenantry/stage/{path}"), "staged");
    }
    ending(&workspace, &["build"], 0);
    let left: Vec<_> = fs::read_dir(workspace.at("dist/.tenantry/stage")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    unchanged(&workspace, &before);
}

/// P2: cut short when a page had taken the place of a file, or a file that of a page: both ways it goes on.
#[test]
fn a_change_of_places_that_was_cut_short_is_finished() {
    let (file, page) = ("sites/north/alpha/static/place", "sites/north/alpha/content/place.fr.md");
    let manifest = "dist/.tenantry/manifests/alpha.json";
    for back in [false, true] {
        let workspace = fleet();
        workspace.write(file, "a file\n");
        built(&workspace);
        let old = workspace.read(manifest);
        workspace.remove(file);
        workspace.write(page, "+++\ntitle = \"Place\"\n+++\nUne page\n");
        built(&workspace);
        fs::rename(workspace.at(manifest), workspace.at("dist/.tenantry/manifests/alpha.next")).unwrap();
        workspace.write(manifest, &old);
        workspace.remove("dist/alpha/place/fragment.html");
        if back {
            workspace.remove(page);
            workspace.write(file, "a file\n");
        }
        ending(&workspace, &["build"], 0);
        equals_clean(&workspace, &format!("back {back}"), Beside::Nothing);
    }
}

/// A removal that is cut short is no state to believe in: a tenant that comes back after it gets all of its files.
#[test]
fn a_tenant_that_comes_back_after_half_a_removal_is_whole() {
    let workspace = fleet();
    built(&workspace);
    let (here, away) = (workspace.at("sites/north/beta"), workspace.at("beta"));
    fs::rename(&here, &away).unwrap();
    // A folder that nobody may write into ends the removal after some of its files.
    let assets = workspace.at("dist/beta/assets");
    fs::set_permissions(&assets, Permissions::from_mode(0o555)).unwrap();
    let outcome = bound(&workspace).args(["--prune"]).run();
    fs::set_permissions(&assets, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(!workspace.holds("dist/beta/index.html") && assets.exists(), "pages go first: {}", outcome.stderr);
    fs::rename(&away, &here).unwrap();
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "half a removal", Beside::Nothing);
}

/// P2: who lost the state to the end of the machine may have lost files too, so these are read.
#[test]
fn files_are_read_where_the_state_is_lost() {
    for state in [Some("tenantry state 1\n"), None] {
        let workspace = fleet();
        built(&workspace);
        workspace.write("dist/alpha/index.html", "");
        match state {
            Some(torn) => workspace.write("dist/.tenantry/state", torn),
            None => workspace.remove("dist/.tenantry/state"),
        }
        assert_eq!(count(&ending(&workspace, &["build"], 0), "written"), 1);
        equals_clean(&workspace, "a lost state", Beside::Nothing);
    }
}

/// A manifest that is there and cannot be read says nothing of what it lists: it is an error, not a lost manifest.
#[test]
fn a_manifest_that_cannot_be_read_is_not_replaced() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    built(&workspace);
    workspace.remove("sites/north/alpha/content");
    let manifest = workspace.at("dist/.tenantry/manifests/alpha.json");
    fs::set_permissions(&manifest, Permissions::from_mode(0o000)).unwrap();
    let outcome = bound(&workspace).args(["--format", "json"]).run();
    if manifest.exists() {
        fs::set_permissions(&manifest, Permissions::from_mode(0o644)).unwrap();
    }
    let report = json(&outcome);
    assert_eq!((status(&report, "beta"), status(&report, "gamma")), ("unchanged", "unchanged"));
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "a manifest that could not be read", Beside::Nothing);
    assert_eq!((outcome.code, status(&report, "alpha")), (1, "failed"), "{report}");
}

/// What is told of a tenant whose files could not be written: it failed, and nothing is claimed to be done.
#[test]
fn a_tenant_that_cannot_be_written_is_not_counted_as_written() {
    let workspace = fleet();
    built(&workspace);
    workspace.write("sites/north/alpha/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    fs::set_permissions(workspace.at("dist/alpha"), Permissions::from_mode(0o555)).unwrap();
    let outcome = bound(&workspace).args(["--format", "json"]).run();
    fs::set_permissions(workspace.at("dist/alpha"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let report = json(&outcome);
    assert_eq!((status(&report, "alpha"), status(&report, "beta")), ("failed", "unchanged"));
    assert_eq!(count(&report, "written"), 0, "{report}");
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "a folder that could not be written", Beside::Nothing);
}

#[test]
fn lost_manifests_lose_nothing() {
    let workspace = fleet();
    built(&workspace);
    workspace.write("dist/alpha/notes.txt", "mine");
    let before = dist(&workspace);
    workspace.remove("dist/.tenantry/manifests");
    let report = ending(&workspace, &["build", "--why"], 0);
    assert_eq!(why(&report, "alpha", "index.html"), "no manifest");
    assert_eq!(count(&report, "written"), 0);
    unchanged(&workspace, &before);
    assert_eq!(count(&ending(&workspace, &["build"], 0), "same"), 0, "the manifests are back");
}

/// P2: killed at any moment, the next build finishes the work. A sweep over the time that a build takes.
#[test]
fn a_killed_build_is_finished_by_the_next_one() {
    let (workspace, clean) = (large_fleet(), Workspace::empty());
    let out = clean.at("out");
    let started = Instant::now();
    ending(&workspace, &["build", "--out", out.to_str().unwrap()], 0);
    let whole = started.elapsed();
    let mut killed = 0;
    for step in 1..=10 {
        workspace.append("sites/content/index.fr.md", &format!("\nÉtape {step}\n"));
        let outcome = signalled(&workspace, "KILL", whole * step / 11).run();
        killed += usize::from(outcome.code == 137);
    }
    assert!(killed > 0, "no build was killed");
    ending(&workspace, &["build"], 0);
    ending(&workspace, &["build", "--out", out.to_str().unwrap()], 0);
    assert_eq!(dist(&workspace).difference(&Tree::read(&out)), [""; 0]);
    assert_eq!(count(&ending(&workspace, &["build", "--verify"], 0), "written"), 0);
    assert_eq!(Tree::read(workspace.at("dist/.tenantry/stage")).paths(), [""; 0], "nothing is left on the stage");
}

/// An interrupt ends the tenants in flight and no more: exit 130, and what is there is whole.
#[test]
fn an_interrupted_build_leaves_a_valid_state() {
    let workspace = large_fleet();
    let fresh = Workspace::empty();
    let started = Instant::now();
    ending(&workspace, &["build", "--out", fresh.at("out").to_str().unwrap()], 0);
    let whole = started.elapsed();
    let mut interrupted = 0;
    for step in 3..10 {
        workspace.append("sites/content/index.fr.md", &format!("\nÉtape {step}\n"));
        let outcome = signalled(&workspace, "INT", whole * step / 12).run();
        if outcome.code == 0 || outcome.stdout.is_empty() {
            continue; // It was done, or had not come so far as to listen.
        }
        assert_eq!(outcome.code, 130, "{}", outcome.stderr);
        let report = json(&outcome);
        assert_eq!((&report["ok"], &report["summary"]["interrupted"]), (&Value::from(false), &Value::from(true)));
        interrupted += 1;
        let left = Tree::read(workspace.at("dist/.tenantry"));
        assert!(!left.paths().iter().any(|path| path.ends_with(".next")), "a tenant is half done");
    }
    assert!(interrupted > 0, "no build was interrupted");
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "interrupted", Beside::Nothing);
}

/// 120 generated tenants with the theme that ships.
pub(super) fn large_fleet() -> Workspace {
    let workspace = Workspace::empty();
    let themes = root().join("themes");
    Fleet { tenants: 120, seed: 1 }.write(workspace.path(), &themes).unwrap();
    workspace
}

/// Puts the output of `alpha` between two renames: a new page and its manifest are there, the rest is old.
fn cut_short(workspace: &Workspace, before: &Tree, next: &str) {
    workspace.write("dist/alpha/index.html", before.text("alpha/index.html"));
    workspace.remove("dist/.tenantry/manifests/alpha.json");
    let (out, old) = (Workspace::empty(), workspace.at("sites/north/alpha/content"));
    fs::rename(&old, out.at("content")).unwrap();
    ending(workspace, &["build", "--out", out.at("out").to_str().unwrap()], 0);
    fs::rename(out.at("content"), &old).unwrap();
    fs::copy(out.at("out/.tenantry/manifests/alpha.json"), workspace.at("dist/.tenantry/manifests/alpha.json"))
        .unwrap();
    workspace.write("dist/.tenantry/manifests/alpha.next", next);
    workspace.write("dist/.tenantry/stage/alpha/index.html", "staged");
}

/// A build by a user whom the modes of files bind, also if the tests are run by root.
fn bound(workspace: &Workspace) -> Program {
    Program::new().args(["build"]).current_dir(workspace).bound_by_modes()
}

/// A build that gets a signal after so long, if it still runs then.
fn signalled(workspace: &Workspace, signal: &str, after: Duration) -> Program {
    let seconds = format!("{}", after.as_secs_f64());
    let arguments = ["--preserve-status".to_owned(), format!("--signal={signal}"), seconds];
    let program = Program::new().args(["build", "--format", "json"]).current_dir(workspace);
    program.under("timeout", arguments)
}
