//! `purge`: caches in front of a site are told that it changed.

use std::fs;

use tenantry_testkit::Workspace;

use super::{current, done, edit, fleet, shows_what_was_built, tenantry, told};

/// Two tenants whose caches are told by a program of the workspace, which fails for those that `down` names.
fn cached() -> Workspace {
    let workspace = fleet("");
    let at = workspace.path().display().to_string();
    workspace
        .append("sites/group.toml", &format!("purge = [\"sh\", \"{at}/purge.sh\", \"{{domain}}\", \"$(id); a b\"]\n"));
    let script =
        format!("test -e {at}/down-$1 && {{ echo \"no answer for $1\" >&2; exit 3; }}\necho \"$@\" >> {at}/told\n");
    workspace.write("purge.sh", &script);
    workspace
}

/// What was told since the last time.
fn taken(workspace: &Workspace) -> Vec<String> {
    let told = fs::read_to_string(workspace.at("told")).unwrap_or_default();
    workspace.write("told", "");
    let mut lines: Vec<String> = told.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn statuses(workspace: &Workspace, args: &[&str]) -> Vec<String> {
    let document = told(workspace, args);
    let tenants = document["tenants"].as_array().into_iter().flatten();
    tenants.map(|tenant| tenant["status"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn caches_are_told_of_what_changes_and_of_nothing_else() {
    let workspace = cached();
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--yes"]);
    assert_eq!(taken(&workspace), ["alpha.example.org $(id); a b", "beta.example.org $(id); a b"], "no shell reads it");
    done(&workspace, &["publish", "--yes"]);
    assert!(taken(&workspace).is_empty(), "nothing changed");
    workspace.write("sites/north/alpha/static/note.txt", "new\n");
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--yes"]);
    assert_eq!(taken(&workspace), ["alpha.example.org $(id); a b"]);
    done(&workspace, &["rollback", "alpha"]);
    assert_eq!(taken(&workspace), ["alpha.example.org $(id); a b"]);
}

/// Row 118: the site is live, and the next publish tells the caches although nothing changed.
#[test]
fn fault_118_a_purge_that_fails_is_told_and_done_by_the_next_publish() {
    let workspace = cached();
    workspace.write("down-alpha.example.org", "");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "--yes"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("error[purge-pending]: the site is live"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("no answer for alpha.example.org"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("1 live, purge pending"), "{}", outcome.stderr);
    ["alpha", "beta"].iter().for_each(|tenant| shows_what_was_built(&workspace, tenant));
    assert_eq!(taken(&workspace), ["beta.example.org $(id); a b"]);

    let planned = done(&workspace, &["publish", "--dry-run"]);
    assert!(planned.stdout.contains("1 tenant changed nothing, and caches are to be told"), "{}", planned.stdout);
    assert_eq!(statuses(&workspace, &["publish", "--yes"]), ["purge-pending", "unchanged"]);
    workspace.remove("down-alpha.example.org");
    assert_eq!(statuses(&workspace, &["publish", "--yes"]), ["purged", "unchanged"]);
    assert_eq!(taken(&workspace), ["alpha.example.org $(id); a b"]);
    assert_eq!(statuses(&workspace, &["publish", "--yes"]), ["unchanged", "unchanged"]);
    assert_eq!(current(&workspace, "alpha"), "1", "nothing was published again");
}

/// A rollback that caches do not know of is done, and told by the next publish too.
#[test]
fn fault_118_a_rollback_whose_purge_fails_is_done() {
    let workspace = cached();
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--yes"]);
    edit(&workspace, "Bonsoir");
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--yes"]);
    taken(&workspace);
    workspace.write("down-beta.example.org", "");
    let outcome = tenantry(&workspace, &["rollback", "beta"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("error[purge-pending]"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("release 1 is shown again"), "{}", outcome.stdout);
    assert_eq!(current(&workspace, "beta"), "1");
    workspace.remove("down-beta.example.org");
    assert_eq!(statuses(&workspace, &["publish", "--yes"]), ["unchanged", "purged"]);
    assert_eq!(taken(&workspace), ["beta.example.org $(id); a b"]);
    assert_eq!(statuses(&workspace, &["publish", "--yes"]), ["unchanged", "held-back"], "it is not published again");
}
