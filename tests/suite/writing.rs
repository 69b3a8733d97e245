//! The output folder: what is written, kept, removed, refused and repaired, and that building what changed gives the
//! bytes of a clean build.
//!
//! Which bytes are right is tested elsewhere; here they are compared with each other.

use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tenantry_testkit::{Fleet, Outcome, Program, Tree, Workspace};

#[test]
fn a_second_build_writes_nothing() {
    let workspace = fleet();
    let first = built(&workspace);
    let manifests = Tree::read(workspace.at("dist/.tenantry/manifests"));
    let report = build(&workspace, &[], 0);
    assert_eq!((count(&report, "written"), count(&report, "same"), count(&report, "removed")), (0, 0, 0));
    assert_eq!(statuses(&report), [("alpha", "unchanged"), ("beta", "unchanged"), ("gamma", "unchanged")]);
    unchanged(&workspace, &first);
    let manifests_now = Tree::read(workspace.at("dist/.tenantry/manifests"));
    assert_eq!(manifests_now, manifests, "manifests are not written again either");
}

#[test]
fn only_a_changed_file_is_written() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/north/alpha/static/logo.svg", "<svg>2</svg>");
    let report = build(&workspace, &[], 0);
    assert_eq!((count(&report, "written"), count(&report, "same")), (1, 0));
    assert_eq!(dist(&workspace).rewritten_since(&before), ["alpha/logo.svg"]);
}

/// A template that changes without changing a page: the page is rendered, found the same, and not written.
#[test]
fn a_page_that_is_rendered_the_same_is_not_written() {
    let workspace = fleet();
    let before = built(&workspace);
    let template = workspace.read("themes/plain/templates/page.html");
    workspace.write("themes/plain/templates/page.html", &format!("{{# a comment #}}{template}"));
    let report = build(&workspace, &[], 0);
    assert_eq!((count(&report, "written"), count(&report, "same")), (0, 6));
    unchanged(&workspace, &before);
    assert_eq!(count(&build(&workspace, &[], 0), "same"), 0, "the new template is known now");
}

#[test]
fn a_build_of_one_tenant_leaves_the_others_alone() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    build(&workspace, &["alpha"], 0);
    assert_eq!(dist(&workspace).rewritten_since(&before), ["alpha/fragment.html", "alpha/index.html"]);
    build(&workspace, &["gamma"], 0);
    equals_clean(&workspace, "beta", Beside::Behind);
    build(&workspace, &[], 0);
    equals_clean(&workspace, "all", Beside::Nothing);
}

#[test]
fn a_dry_run_writes_nothing_and_names_reasons() {
    let workspace = fleet();
    let report = build(&workspace, &["--dry-run", "--why"], 0);
    assert!(!workspace.holds("dist"), "a dry run makes no folder");
    assert_eq!(why(&report, "alpha", "index.html"), "new tenant");
    let before = built(&workspace);
    workspace.write("sites/north/alpha/static/logo.svg", "<svg>2</svg>");
    workspace.write("sites/north/alpha/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    let report = build(&workspace, &["--dry-run", "--why"], 0);
    assert_eq!(statuses(&report), [("alpha", "planned"), ("beta", "unchanged"), ("gamma", "unchanged")]);
    assert_eq!(why(&report, "alpha", "logo.svg"), "file changed");
    assert_eq!(why(&report, "alpha", "more/index.html"), "new file");
    assert_eq!(Tree::read_without(workspace.at("dist"), ".tenantry/lock").entries.len(), before.entries.len() + 4);
    unchanged(&workspace, &before);
}

/// Each kind of edit has its reason; the plan for people has a line for each file.
#[test]
fn why_names_the_reason_of_each_file() {
    let cases = [
        (
            "themes/plain/templates/page.html",
            "<p>{{ page.title }}</p>{{ page.body }}",
            "cookies/index.html",
            "template changed",
        ),
        ("themes/plain/strings/fr.toml", "home = \"Maison\"\n", "index.html", "strings changed"),
        ("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n", "index.html", "content changed"),
        ("sites/north/alpha/static/logo.svg", "<svg>2</svg>", "logo.svg", "file changed"),
    ];
    for (path, text, file, reason) in cases {
        let workspace = fleet();
        built(&workspace);
        workspace.write(path, text);
        let outcome = tenantry(&workspace, &["--dry-run", "--why"]).run();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let line = format!("alpha/{file}: {reason}");
        assert!(outcome.stdout.lines().any(|other| other == line), "no `{line}` in {}", outcome.stdout);
        let report = build(&workspace, &["--why"], 0);
        assert_eq!(why(&report, "alpha", file), reason);
    }
}

#[test]
fn a_vanished_page_is_removed_with_its_empty_folder() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/content/deep/er/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    built(&workspace);
    assert!(workspace.holds("dist/alpha/deep/er/more/index.html"));
    workspace.remove("sites/north/alpha/content/deep");
    let report = build(&workspace, &["--why"], 0);
    assert_eq!(count(&report, "removed"), 2);
    assert_eq!(why(&report, "alpha", "deep/er/more/index.html"), "not planned any more");
    assert!(!workspace.holds("dist/alpha/deep"), "empty folders go with it");
    equals_clean(&workspace, "a removed page", Beside::Nothing);
}

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
        build(&workspace, arguments, 0);
    }
    workspace.remove("sites/north/alpha");
    build(&workspace, &["--prune", "--force"], 0);
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
    build(&workspace, &["--force"], 0);
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
    let report = build(&workspace, &[], 1);
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
    let report = build(&workspace, &[], 1);
    assert_eq!(status(&report, "alpha"), "failed");
    let outside = Tree::read(workspace.at("outside"));
    assert_eq!((outside.paths(), outside.text("index.html")), (vec!["index.html"], "mine"));
}

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
        let report = build(&workspace, &["--clean", "--verify"], 1);
        assert_eq!(statuses(&report), [("alpha", "failed"), ("beta", "built"), ("gamma", "built")], "{path}");
        let after = dist(&workspace);
        assert_eq!(part(&after, "alpha").difference(&part(&before, "alpha")), [""; 0], "{path}");
        assert_eq!(part(&after, "alpha").rewritten_since(&before), [""; 0], "{path}");
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
        build(&workspace, &[], 0);
        let manifest = workspace.read("dist/.tenantry/manifests/alpha.json");
        cut_short(&workspace, &before, if next == "whole" { &manifest } else { next });
        if back {
            workspace.remove("sites/north/alpha/content");
        }
        let report = build(&workspace, &["--why"], 0);
        assert_eq!(why(&report, "alpha", "index.html"), "last build unfinished");
        assert!(!workspace.holds("dist/.tenantry/manifests/alpha.next"));
        let beside = if back && next != "whole" { Beside::Behind } else { Beside::Nothing };
        equals_clean(&workspace, &format!("back {back}, next `{next}`"), beside);
        assert_eq!(count(&build(&workspace, &[], 0), "written"), 0);
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
    build(&workspace, &[], 0);
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
        build(&workspace, &[], 0);
        unchanged(&workspace, &before);
        assert!(path("json").exists() && !path("next").exists(), "it is still taken for unfinished");
        let report = build(&workspace, &[], 0);
        assert_eq!((count(&report, "same"), count(&report, "written")), (0, 0), "nothing is rendered again");
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
    build(&workspace, &[], 0);
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
    build(&workspace, &[], 0);
    equals_clean(&workspace, "a folder that could not be written", Beside::Nothing);
}

#[test]
fn lost_manifests_lose_nothing() {
    let workspace = fleet();
    built(&workspace);
    workspace.write("dist/alpha/notes.txt", "mine");
    let before = dist(&workspace);
    workspace.remove("dist/.tenantry/manifests");
    let report = build(&workspace, &["--why"], 0);
    assert_eq!(why(&report, "alpha", "index.html"), "no manifest");
    assert_eq!(count(&report, "written"), 0);
    unchanged(&workspace, &before);
    assert_eq!(count(&build(&workspace, &[], 0), "same"), 0, "the manifests are back");
}

/// Row 100 in part: a manifest that is cut off, or says what no manifest says, is made again.
#[test]
fn a_torn_manifest_is_made_again() {
    let workspace = fleet();
    let before = built(&workspace);
    let path = "dist/.tenantry/manifests/alpha.json";
    let whole = workspace.read(path);
    let foreign = workspace.read("dist/.tenantry/manifests/beta.json");
    let mut broken: Vec<String> =
        (0..whole.len()).step_by(whole.len() / 12).map(|end| whole[..end].to_owned()).collect();
    broken.extend([
        whole[..whole.len() - 1].to_owned(),
        foreign,
        "[]".to_owned(),
        "\0\0\0".to_owned(),
        "{}".to_owned(),
    ]);
    broken.push(whole.replace("\"format\":1", "\"format\":999"));
    broken.push(whole.replace("\"index.html\"", "\"../../../outside.txt\""));
    broken.push(whole.replace("\"index.html\"", "\"/etc/passwd\""));
    workspace.write("outside.txt", "mine");
    for text in broken {
        workspace.write(path, &text);
        let report = build(&workspace, &[], 0);
        assert_eq!((count(&report, "written"), count(&report, "removed")), (0, 0), "{text}");
        unchanged(&workspace, &before);
        assert_eq!(workspace.read(path), whole, "{text}");
    }
    assert_eq!(workspace.read("outside.txt"), "mine");
}

#[test]
fn verify_mends_what_was_edited_by_hand() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("dist/alpha/index.html", "edited");
    workspace.remove("dist/beta/cookies/index.html");
    workspace.remove("dist/gamma/index.html");
    workspace.symlink("/etc/passwd", "dist/gamma/index.html");
    assert_eq!(count(&build(&workspace, &[], 0), "written"), 0, "a build trusts its manifests");
    let report = build(&workspace, &["--verify", "--why"], 0);
    assert_eq!(why(&report, "alpha", "index.html"), "output differs");
    assert_eq!(count(&report, "written"), 3);
    let after = dist(&workspace);
    assert_eq!(after.difference(&before), [""; 0]);
    assert_eq!(after.rewritten_since(&before), ["alpha/index.html", "beta/cookies/index.html", "gamma/index.html"]);
}

#[test]
fn clean_renders_all_and_changes_nothing() {
    let workspace = fleet();
    let before = built(&workspace);
    let report = build(&workspace, &["--clean", "--why"], 0);
    assert_eq!((count(&report, "written"), count(&report, "removed")), (0, 0));
    assert_eq!(count(&report, "same"), count(&report, "files"));
    assert_eq!(why(&report, "alpha", "index.html"), "asked for");
    unchanged(&workspace, &before);
}

/// A tenant's folder that was removed by hand is written again, without a word about foreign files.
#[test]
fn a_removed_tenants_folder_is_written_again() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.remove("dist/beta");
    let report = build(&workspace, &[], 0);
    assert_eq!(statuses(&report), [("alpha", "unchanged"), ("beta", "built"), ("gamma", "unchanged")]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

#[test]
fn the_output_folder_is_marked_and_may_lie_elsewhere() {
    let workspace = fleet();
    let before = built(&workspace);
    assert!(workspace.read("dist/.tenantry/mark").contains("Tenantry"));
    let elsewhere = Workspace::empty();
    for out in [elsewhere.at("a"), elsewhere.at("b/c/d")] {
        build(&workspace, &["--out", out.to_str().unwrap()], 0);
        assert_eq!(Tree::read(&out).difference(&before), [""; 0]);
    }
    workspace.write("empty/x", "");
    workspace.remove("empty/x");
    build(&workspace, &["--out", workspace.at("empty").to_str().unwrap()], 0);
    assert_eq!(Tree::read(workspace.at("empty")).difference(&before), [""; 0]);
    unchanged(&workspace, &before);
}

/// A relative folder is meant from where the program was started, as every program means it.
#[test]
fn a_relative_output_folder_is_made() {
    let workspace = fleet();
    let before = built(&workspace);
    for out in ["public", "deep/er/public", "./public2", "sites/../public3"] {
        build(&workspace, &["--out", out], 0);
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
            let report = build(&workspace, &["--out", &out], 3);
            let error = report["error"].as_str().unwrap();
            assert_eq!(error.contains("the workspace itself"), out.ends_with('.'), "{out}: {error}");
            assert_eq!(Tree::read_without(&workspace, "").difference(&before), [""; 0], "{out}");
            assert!(!workspace.holds("sites/out") && !workspace.holds("new"), "{out}");
        }
    }
    assert_eq!(tenantry(&workspace, &["--out", "file"]).run().code & !1, 2, "a file is no folder");
}

/// The sources are known by where they really lie, also if `sites` is a link.
#[test]
fn an_output_folder_inside_linked_sources_is_refused() {
    let workspace = fleet();
    fs::rename(workspace.at("sites"), workspace.at("real")).unwrap();
    workspace.symlink("real", "sites");
    build(&workspace, &["--out", "real/out"], 3);
    assert!(!workspace.holds("real/out"));
}

/// P7: one writer. The lock goes with its process, so that a file left behind locks nobody out.
#[test]
fn a_lock_held_by_another_process_stops_the_run() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    workspace.write("dist/.tenantry/lock", "process 4242");
    let lock = File::options().read(true).write(true).open(workspace.at("dist/.tenantry/lock")).unwrap();
    lock.lock().unwrap();
    let report = build(&workspace, &[], 2);
    assert!(report["error"].as_str().unwrap().contains("process 4242"), "{report}");
    unchanged(&workspace, &before);
    build(&workspace, &["--dry-run"], 0);
    drop(lock);
    assert_eq!(count(&build(&workspace, &[], 0), "written"), 6);
}

/// P2: killed at any moment, the next build finishes the work. A sweep over the time that a build takes.
#[test]
fn a_killed_build_is_finished_by_the_next_one() {
    let (workspace, clean) = (large_fleet(), Workspace::empty());
    let out = clean.at("out");
    let started = Instant::now();
    build(&workspace, &["--out", out.to_str().unwrap()], 0);
    let whole = started.elapsed();
    let mut killed = 0;
    for step in 1..=10 {
        append(&workspace, "sites/content/index.fr.md", &format!("\nÉtape {step}\n"));
        let outcome = signalled(&workspace, "KILL", whole * step / 11).run();
        killed += usize::from(outcome.code == 137);
    }
    assert!(killed > 0, "no build was killed");
    build(&workspace, &[], 0);
    build(&workspace, &["--out", out.to_str().unwrap()], 0);
    assert_eq!(dist(&workspace).difference(&Tree::read(&out)), [""; 0]);
    assert_eq!(count(&build(&workspace, &["--verify"], 0), "written"), 0);
    assert_eq!(Tree::read(workspace.at("dist/.tenantry/stage")).paths(), [""; 0], "nothing is left on the stage");
}

/// An interrupt ends the tenants in flight and no more: exit 130, and what is there is whole.
#[test]
fn an_interrupted_build_leaves_a_valid_state() {
    let workspace = large_fleet();
    let fresh = Workspace::empty();
    let started = Instant::now();
    build(&workspace, &["--out", fresh.at("out").to_str().unwrap()], 0);
    let whole = started.elapsed();
    let mut interrupted = 0;
    for step in 3..10 {
        append(&workspace, "sites/content/index.fr.md", &format!("\nÉtape {step}\n"));
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
    build(&workspace, &[], 0);
    equals_clean(&workspace, "interrupted", Beside::Nothing);
}

/// P11 and P3: after each edit a build gives what a clean build gives, and writes only files whose bytes changed.
#[test]
fn a_build_of_what_changed_equals_a_clean_build() {
    let workspace = fleet();
    built(&workspace);
    for (name, edit) in edits() {
        let before = dist(&workspace);
        edit(&workspace);
        let report = build(&workspace, &["--prune"], 0);
        let after = dist(&workspace);
        assert!(!after.difference(&before).is_empty(), "{name} changes nothing");
        let same = |path: &&str| after.bytes(path) == before.bytes(path);
        assert_eq!(after.rewritten_since(&before).into_iter().filter(same).collect::<Vec<_>>(), [""; 0], "{name}");
        equals_clean(&workspace, name, Beside::Nothing);
        assert_eq!(count(&build(&workspace, &[], 0), "written"), 0, "{name}: {report}");
    }
}

/// A file becomes a page of its name, and the page a file again: the old one makes room for the new one.
#[test]
fn a_file_and_a_page_can_change_places() {
    let workspace = fleet();
    let page = "+++\ntitle = \"Docs\"\n+++\nTexte\n";
    workspace.write("sites/north/alpha/static/docs", "a file");
    built(&workspace);
    workspace.remove("sites/north/alpha/static/docs");
    workspace.write("sites/north/alpha/content/docs.fr.md", page);
    build(&workspace, &[], 0);
    equals_clean(&workspace, "a page in place of a file", Beside::Nothing);
    workspace.remove("sites/north/alpha/content/docs.fr.md");
    workspace.write("sites/north/alpha/static/docs", "a file");
    build(&workspace, &[], 0);
    equals_clean(&workspace, "a file in place of a page", Beside::Nothing);
}

/// Row 48 in part: same size, same time, other bytes.
#[test]
fn bytes_decide_where_size_and_time_are_the_same() {
    for path in ["sites/north/alpha/static/logo.svg", "sites/content/_parts/dpo.fr.md", "sites/group.toml"] {
        let workspace = fleet();
        built(&workspace);
        let text = workspace
            .read(path)
            .replace("<svg>1", "<svg>2")
            .replace("courriel", "téléfax")
            .replace("partout", "surtout");
        let time = fs::metadata(workspace.at(path)).unwrap().modified().unwrap();
        workspace.write(path, &text);
        let file = File::options().write(true).open(workspace.at(path)).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
        assert_ne!(count(&build(&workspace, &[], 0), "written"), 0, "{path}");
        equals_clean(&workspace, path, Beside::Nothing);
    }
}

/// A setting of the command line is part of the sources: with it, and without it again.
#[test]
fn a_setting_of_the_command_line_is_undone_by_the_next_build() {
    let workspace = fleet();
    let before = built(&workspace);
    build(&workspace, &["--set", "vars.word=ailleurs"], 0);
    assert!(dist(&workspace).text("alpha/index.html").contains("ailleurs"));
    build(&workspace, &[], 0);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

type Edit = (&'static str, fn(&Workspace));

/// One edit of each kind.
fn edits() -> Vec<Edit> {
    vec![
        ("a value", |ws| replace(ws, "sites/group.toml", "partout", "ici et là")),
        ("a value of one tenant", |ws| append(ws, "sites/north/alpha/site.toml", "vars.word = \"chez Alpha\"\n")),
        ("a name", |ws| replace(ws, "sites/gamma/site.toml", "Gamma", "Gamma & Cie")),
        ("an address", |ws| replace(ws, "sites/gamma/site.toml", "gamma.example", "www.gamma.example")),
        ("a cookie row", |ws| append(ws, "sites/north/alpha/site.toml", "table.necessary.add = [\"own/two\"]\n")),
        ("a cookie's purpose", |ws| replace(ws, "sites/cookies.toml", "Se souvenir", "Se rappeler")),
        ("a shared document", |ws| append(ws, "sites/content/index.fr.md", "\nEncore un mot.\n")),
        ("a part", |ws| append(ws, "sites/content/_parts/dpo.fr.md", "\nPar la poste aussi.\n")),
        ("a part replaced by a tenant", |ws| ws.write("sites/gamma/content/_parts/dpo.fr.md", "Chez nous.\n")),
        ("a template", |ws| append(ws, "themes/plain/templates/page.html", "<!-- deux -->\n")),
        ("a style sheet", |ws| ws.write("themes/plain/static/style.css", "body { color: navy }\n")),
        ("a string", |ws| ws.write("themes/plain/strings/fr.toml", "home = \"Maison\"\n")),
        ("an added page", |ws| ws.write("sites/content/more.fr.md", "+++\ntitle = \"Plus\"\nnav = 3\n+++\nTexte\n")),
        ("a title", |ws| replace(ws, "sites/content/more.fr.md", "Plus", "Davantage")),
        ("a slug", |ws| replace(ws, "sites/content/more.fr.md", "nav = 3", "nav = 3\nslug = \"encore\"")),
        ("a page of one tenant", |ws| append(ws, "sites/gamma/site.toml", "pages.more = false\n")),
        ("a removed page", |ws| ws.remove("sites/content/more.fr.md")),
        ("an added file", |ws| ws.write("sites/static/deep/a.txt", "a")),
        ("a file of a nearer layer", |ws| ws.write("sites/north/static/deep/a.txt", "b")),
        ("removed files", |ws| ws.remove("sites/static")),
        ("a language", |ws| {
            append(ws, "sites/group.toml", "missing_translation = \"fallback\"\n");
            ws.write("sites/content/index.en.md", "+++\ntitle = \"Home\"\n+++\nHello\n");
            append(ws, "sites/north/beta/site.toml", "languages = [\"fr\", \"en\"]\n");
        }),
        ("a moved tenant", |ws| fs::rename(ws.at("sites/gamma"), ws.at("sites/north/gamma")).unwrap()),
        ("a renamed tenant", |ws| fs::rename(ws.at("sites/north/beta"), ws.at("sites/north/bravo")).unwrap()),
        ("a new tenant", |ws| {
            ws.write("sites/delta/site.toml", "name = \"Delta\"\nbase_url = \"https://delta.example.org\"\n");
        }),
    ]
}

/// Three tenants, of two groups, with cookies, parts, files and an asset of the theme.
fn fleet() -> Workspace {
    Workspace::with_theme(
        r#"
        //- /themes/plain/templates/page.html
        <!doctype html><html lang="{{ page.lang }}"><title>{{ page.title }} {{ tenant.name }}</title>
        <p>{{ strings.home }}</p>{{ page.body }}</html>
        //- /themes/plain/static/style.css
        body { color: black }
        //- /sites/group.toml
        theme = "plain"
        languages = ["fr"]
        vars.word = "partout"
        //- /sites/cookies.toml
        provider.own.name = "Nous"
        cookie.own.one = { category = "necessary", duration = "session", service = "Un", purpose = "Se souvenir." }
        cookie.own.two = { category = "necessary", duration = "1 day", service = "Deux", purpose = "Compter." }
        table.necessary = { title = "Nécessaires", columns = ["provider", "name", "purpose"], rows = ["own/one"] }
        //- /sites/content/index.fr.md
        +++
        title = "Accueil"
        nav = 1
        +++
        Bonjour de {{ tenant.name }}, {{ vars.word }}, {{ site.base_url }}
        //- /sites/content/cookies.fr.md
        +++
        title = "Cookies"
        nav = 2
        +++
        {{ cookie_tables() }}

        {{ include("dpo") }}
        //- /sites/content/_parts/dpo.fr.md
        Le délégué, par courriel.
        //- /sites/north/group.toml
        //- /sites/north/alpha/site.toml
        name = "Alpha"
        base_url = "https://alpha.example.org"
        //- /sites/north/alpha/static/logo.svg
        <svg>1</svg>
        //- /sites/north/beta/site.toml
        name = "Beta"
        base_url = "https://beta.example.org"
        //- /sites/gamma/site.toml
        name = "Gamma"
        base_url = "https://gamma.example.org"
        "#,
    )
}

/// 300 generated tenants with the theme that ships.
fn large_fleet() -> Workspace {
    let workspace = Workspace::empty();
    let themes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../themes");
    Fleet { tenants: 300, seed: 1 }.write(workspace.path(), &themes).unwrap();
    workspace
}

/// Puts the output of `alpha` between two renames: a new page and its manifest are there, the rest is old.
fn cut_short(workspace: &Workspace, before: &Tree, next: &str) {
    workspace.write("dist/alpha/index.html", before.text("alpha/index.html"));
    workspace.remove("dist/.tenantry/manifests/alpha.json");
    let (out, old) = (Workspace::empty(), workspace.at("sites/north/alpha/content"));
    fs::rename(&old, out.at("content")).unwrap();
    build(workspace, &["--out", out.at("out").to_str().unwrap()], 0);
    fs::rename(out.at("content"), &old).unwrap();
    fs::copy(out.at("out/.tenantry/manifests/alpha.json"), workspace.at("dist/.tenantry/manifests/alpha.json"))
        .unwrap();
    workspace.write("dist/.tenantry/manifests/alpha.next", next);
    workspace.write("dist/.tenantry/stage/alpha/index.html", "staged");
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
    let report = build(&workspace, &[], 1);
    assert_eq!(statuses(&report), [("alpha", "failed"), ("beta", "built"), ("gamma", "built")]);
    let found = &report["findings"][0];
    assert_eq!((&found["code"], &found["severity"]), (&"foreign-file".into(), &"error".into()), "{report}");
    assert!(found["file"].as_str().unwrap().contains("dist/alpha/more"), "{found}");
    assert_eq!(workspace.read(foreign), "mine");
    let after = dist(&workspace);
    assert_eq!(part(&after, "alpha").difference(&part(&before, "alpha")), [""; 0]);
    assert!(after.text("beta/index.html").contains("Nouveau"));
    assert!(!workspace.holds("dist/.tenantry/manifests/alpha.next"), "nothing was begun");
}

/// What may differ from a clean build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// Files that were built earlier.
    Behind,
}

/// The output equals that of a build into a fresh folder.
#[track_caller]
fn equals_clean(workspace: &Workspace, name: &str, beside: Beside) {
    let fresh = Workspace::empty();
    let out = fresh.at("out");
    build(workspace, &["--out", out.to_str().unwrap()], 0);
    let difference = dist(workspace).difference(&Tree::read(&out));
    assert_eq!(difference.is_empty(), beside == Beside::Nothing, "{name}: {difference:#?}");
}

/// The output is as it was: paths, bytes, times, inodes.
#[track_caller]
fn unchanged(workspace: &Workspace, before: &Tree) {
    let after = dist(workspace);
    assert_eq!(after.difference(before), [""; 0]);
    assert_eq!(after.rewritten_since(before), [""; 0]);
}

fn replace(workspace: &Workspace, path: &str, from: &str, to: &str) {
    let text = workspace.read(path);
    assert!(text.contains(from), "`{path}` does not say `{from}`");
    workspace.write(path, &text.replace(from, to));
}

fn append(workspace: &Workspace, path: &str, text: &str) {
    workspace.write(path, &format!("{}{text}", workspace.read(path)));
}

fn dist(workspace: &Workspace) -> Tree {
    Tree::read(workspace.at("dist"))
}

/// The files of one tenant.
fn part(tree: &Tree, tenant: &str) -> Tree {
    let prefix = format!("{tenant}/");
    let entries = tree.entries.iter().filter(|(path, _)| path.starts_with(&prefix));
    Tree { entries: entries.map(|(path, entry)| (path.clone(), entry.clone())).collect() }
}

#[track_caller]
fn built(workspace: &Workspace) -> Tree {
    build(workspace, &[], 0);
    dist(workspace)
}

/// Builds, and gives the report of a run that ended with this code.
#[track_caller]
fn build(workspace: &Workspace, arguments: &[&str], code: i32) -> Value {
    let outcome = tenantry(workspace, arguments).args(["--format", "json"]).run();
    assert_eq!(outcome.code, code, "{}{}", outcome.stdout, outcome.stderr);
    json(&outcome)
}

fn tenantry(workspace: &Workspace, arguments: &[&str]) -> Program {
    Program::new().args(["build"]).args(arguments).current_dir(workspace)
}

/// A build by a user whom the modes of files bind, also if the tests are run by root.
fn bound(workspace: &Workspace) -> Program {
    let caps = "--bounding-set=-dac_override,-dac_read_search";
    let as_root = fs::read("/etc/shadow").is_ok();
    let program = if as_root { Program::at("setpriv").args([Path::new(caps), &program()]) } else { Program::new() };
    program.args(["build"]).current_dir(workspace)
}

/// A build that gets a signal after so long, if it still runs then.
fn signalled(workspace: &Workspace, signal: &str, after: Duration) -> Program {
    let seconds = format!("{}", after.as_secs_f64());
    let arguments = ["--preserve-status".to_owned(), format!("--signal={signal}"), seconds];
    let program = Program::at("timeout").args(arguments).args([program()]);
    program.args(["build", "--format", "json"]).current_dir(workspace)
}

/// Where cargo put the program, for those that start it.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().map(|folder| folder.join("tenantry")).find(|path| path.is_file()).unwrap()
}

#[track_caller]
fn json(outcome: &Outcome) -> Value {
    let report = serde_json::from_str(&outcome.stdout);
    report.unwrap_or_else(|error| panic!("{error}: {}{}", outcome.stdout, outcome.stderr))
}

#[track_caller]
fn count(report: &Value, what: &str) -> u64 {
    report["summary"][what].as_u64().unwrap_or_else(|| panic!("no `{what}` in {report}"))
}

fn statuses(report: &Value) -> Vec<(&str, &str)> {
    let tenants = report["tenants"].as_array().into_iter().flatten();
    tenants.map(|tenant| (tenant["id"].as_str().unwrap(), tenant["status"].as_str().unwrap())).collect()
}

#[track_caller]
fn status<'r>(report: &'r Value, id: &str) -> &'r str {
    statuses(report).into_iter().find(|(other, _)| *other == id).unwrap().1
}

/// Why a file is made, as `--why` tells it.
#[track_caller]
fn why(report: &Value, id: &str, path: &str) -> String {
    let tenants = report["tenants"].as_array().unwrap();
    let tenant = tenants.iter().find(|tenant| tenant["id"] == id).unwrap();
    let mut work = tenant["work"].as_array().into_iter().flatten();
    let found = work.find(|entry| entry[0] == path);
    let Some(found) = found else { panic!("nothing about `{path}` in {tenant}") };
    found[1].as_str().unwrap().to_owned()
}

#[track_caller]
fn finding(report: &Value, code: &str, file: &str) {
    let findings = report["findings"].as_array().unwrap();
    let about =
        |found: &&Value| found["code"] == code && found["file"].as_str().is_some_and(|path| path.ends_with(file));
    assert!(findings.iter().any(|found| about(&found)), "no `{code}` about `{file}`: {findings:#?}");
}
