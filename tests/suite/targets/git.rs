//! `git`: bare repositories, what their hooks refuse, and who else pushes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tenantry_testkit::servers::{Mishap, Proxy};
use tenantry_testkit::{Program, Workspace};

use super::{Publishing, by_tenant};

/// A repository for each of the five tenants.
fn repositories() -> Workspace {
    let folder = Workspace::empty();
    for tenant in ["alittlemarket", "ardennemetropole", "artisanat", "datajoule", "inmemori"] {
        git(&folder, &["init", "--quiet", "--bare", &format!("{tenant}.git")]);
    }
    folder
}

fn git(folder: &Workspace, args: &[&str]) -> String {
    let outcome = Program::at("git").args(args).current_dir(folder).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stdout
}

fn publishing(folder: &Workspace) -> Publishing {
    Publishing::five(&format!("kind = \"git\"\nremote = \"{}/{{tenant}}.git\"", folder.path().display()))
}

/// A file of the branch.
fn shown(folder: &Workspace, tenant: &str, path: &str) -> Option<Vec<u8>> {
    let args = ["--git-dir", &format!("{tenant}.git"), "show", &format!("gh-pages:{path}")];
    let outcome = Program::at("git").args(args).current_dir(folder).run();
    (outcome.code == 0).then(|| outcome.stdout.into_bytes())
}

#[test]
fn the_five_tenants_go_there_and_back() {
    let folder = repositories();
    let mut live = publishing(&folder);
    live.round(&|tenant, path| shown(&folder, tenant, path));
    assert_eq!(shown(&folder, "datajoule", ".nojekyll").as_deref(), Some(&b""[..]));
    let commits = git(&folder, &["--git-dir", "datajoule.git", "rev-list", "--count", "gh-pages"]);
    assert_eq!(commits, "1\n", "nothing grows for ever");
}

/// Row 121: a hook that says no is told, and the branch is as it was.
#[test]
fn fault_121_a_hook_that_refuses_is_told() {
    let folder = repositories();
    let mut live = publishing(&folder);
    live.build();
    live.publish(&["datajoule"]);
    let hook = "datajoule.git/hooks/update";
    folder.write(hook, "#!/bin/sh\ncase $1 in refs/heads/*) echo 'pages are frozen' >&2; exit 1;; esac\n");
    fs::set_permissions(folder.at(hook), fs::Permissions::from_mode(0o755)).unwrap();
    live.workspace.write(super::NOTE, "other\n");
    live.build();
    let outcome = live.run(&["publish", "datajoule", "--to", "live", "--yes", "--format", "json"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let told = by_tenant(&outcome)["datajoule"]["problem"]["message"].to_string();
    assert!(told.contains("hook declined") || told.contains("pages are frozen"), "{told}");
    assert_eq!(shown(&folder, "datajoule", "note.txt").as_deref(), Some(&b"first\n"[..]));
    folder.remove(hook);
    live.publish(&["datajoule"]);
    assert_eq!(shown(&folder, "datajoule", "note.txt").as_deref(), Some(&b"other\n"[..]));
}

/// Row 121: a server that takes no such amount says so; the branch stays, and takes what is smaller.
#[test]
fn fault_121_a_push_that_is_too_large_is_told() {
    let folder = repositories();
    let mut live = publishing(&folder);
    live.build();
    live.publish(&["datajoule"]);
    git(&folder, &["--git-dir", "datajoule.git", "config", "receive.maxInputSize", "200k"]);
    live.workspace.write(super::NOTE, "other\n");
    let large = "sites/opendatasoft/datajoule/static/large.txt";
    live.workspace.write(
        large,
        &(0..80_000).map(|number: u32| format!("{:x}\n", number.wrapping_mul(2_654_435_761))).collect::<String>(),
    );
    live.build();
    let outcome = live.run(&["publish", "datajoule", "--to", "live", "--yes"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("exceeds maximum allowed size"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("tried"), "{}", outcome.stderr);
    assert_eq!(shown(&folder, "datajoule", "note.txt").as_deref(), Some(&b"first\n"[..]));
    live.workspace.remove(large);
    live.build();
    live.publish(&["datajoule"]);
    live.is_live(["datajoule".to_owned()].iter(), &|tenant, path| shown(&folder, tenant, path));
}

/// Makes the branch of pages with a commit that is nobody's publish.
fn commit_something(folder: &Workspace, tenant: &str) {
    let repository = format!("{tenant}.git");
    let tree = git(folder, &["--git-dir", &repository, "hash-object", "-t", "tree", "-w", "/dev/null"]);
    let identity = ["-c", "user.name=a", "-c", "user.email=a@a.example", "--git-dir", &repository];
    let commit = git(folder, &[&identity[..], &["commit-tree", tree.trim(), "-m", "theirs"]].concat());
    git(folder, &["--git-dir", &repository, "update-ref", "refs/heads/gh-pages", commit.trim()]);
}

/// Row 110: a branch that others made, and one of another tenant.
#[test]
fn fault_110_branches_of_others_are_refused() {
    let folder = repositories();
    let mut live = publishing(&folder);
    live.refuses_places_of_others(&folder, &|tenant| commit_something(&folder, tenant));
    assert!(live.said.contains("--force replaces the branch"), "{}", live.said);
}

/// Row 121: a remote that runs a program is none.
#[test]
fn fault_121_no_remote_is_a_program() {
    let mut live = Publishing::five("kind = \"git\"\nremote = \"ext::touch%canary\"");
    live.build();
    let refused = live.run(&["publish", "datajoule", "--to", "live", "--yes"]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("is no repository or branch"), "{}", refused.stderr);
}

/// Row 121: a server that wants a password gets none, and nobody waits for one.
#[test]
fn fault_121_nobody_is_asked_for_a_password() {
    let proxy = Proxy::before(1, |_| Mishap::Unauthorized);
    let mut live = Publishing::five(&format!("kind = \"git\"\nremote = \"http://127.0.0.1:{}/x.git\"", proxy.port()));
    live.build();
    let refused = live.run(&["publish", "datajoule", "--to", "live", "--yes"]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("could not read Username"), "{}", refused.stderr);
}
