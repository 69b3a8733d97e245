//! Rows 102 and 103 (P7): one process writes into an output folder at a time, and a lock that nobody holds locks nobody
//! out.

use std::fs::{self, File};
use std::thread;
use std::time::{Duration, Instant};

use tenantry_testkit::{Outcome, Program, Tree, Workspace};

use super::interrupted::large_fleet;
use super::{built, count, fleet, unchanged};
use crate::report::ending;

const LOCK: &str = "dist/.tenantry/lock";
const HOLDER: &str = "process 4242 on elsewhere";

/// A second build says at once for whom it waits, and then builds what the sources say by then.
#[test]
fn fault_102_a_second_build_waits_and_says_for_whom() {
    for format in ["human", "json"] {
        let workspace = fleet();
        built(&workspace);
        let lock = held(&workspace);
        let outcome = while_waiting(&workspace, &["build", "--format", format], || {
            workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
            drop(lock);
        });
        assert_eq!(outcome.code, 0, "{}", outcome.stdout);
        assert!(workspace.read("dist/gamma/index.html").contains("Nouveau"), "what was read before the wait is built");
        assert!(!workspace.read(LOCK).contains("4242"), "the lock still names the other one");
    }
}

/// The same where there is no output folder yet: both make it.
#[test]
fn fault_102_the_first_builds_of_all_may_be_several() {
    let workspace = large_fleet();
    let build = || Program::new().args(["build", "--jobs", "1"]).current_dir(&workspace).run();
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let builds: Vec<_> = (0..4).map(|_| scope.spawn(build)).collect();
        builds.into_iter().map(|build| build.join().unwrap()).collect()
    });
    for outcome in outcomes {
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    }
    let clean = workspace.at("clean");
    ending(&workspace, &["build", "--out", clean.to_str().unwrap()], 0);
    assert_eq!(Tree::read(workspace.at("dist")).difference(&Tree::read(clean)), [""; 0]);
    assert_eq!(count(&ending(&workspace, &["build", "--verify"], 0), "written"), 0);
}

/// Who does not want to wait is told who writes; what only looks at the output waits for nobody.
#[test]
fn fault_102_without_waiting_the_holder_is_named() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    let lock = held(&workspace);
    let report = ending(&workspace, &["build", "--no-wait"], 2);
    assert!(report["error"].as_str().unwrap().contains(HOLDER), "{report}");
    unchanged(&workspace, &before);
    for looking in [&["build", "--dry-run"][..], &["check"], &["list"]] {
        ending(&workspace, looking, 0);
    }
    drop(lock);
    assert_eq!(count(&ending(&workspace, &["build", "--no-wait"], 0), "written"), 6);
}

/// An interrupt ends the wait.
#[test]
fn fault_102_who_waits_can_be_interrupted() {
    let workspace = fleet();
    let before = built(&workspace);
    let _lock = held(&workspace);
    let outcome = while_waiting(&workspace, &["build"], || {
        let outcome = Program::at("/bin/sh").args(["-c", "kill -INT $(cat pid)"]).current_dir(&workspace).run();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    });
    assert_eq!(outcome.code, 130, "{}", outcome.stdout);
    unchanged(&workspace, &before);
}

/// Whatever stands in the file: who it names holds nothing if the system does not say so.
#[test]
fn fault_103_a_lock_that_nobody_holds_locks_nobody_out() {
    let workspace = fleet();
    let before = built(&workspace);
    let dead = format!("process {} on elsewhere", u32::MAX);
    for left in ["", "process 1", &dead, HOLDER, "\0\u{1b}[31m", &"x".repeat(100_000)] {
        workspace.write(LOCK, left);
        ending(&workspace, &["build", "--no-wait"], 0);
        let now = workspace.read(LOCK);
        let is_ours = now.starts_with("process ") && now.contains(" on ") && !left.contains(&now);
        assert!(is_ours, "after `{left:.40}` the lock says `{now:.40}`");
    }
    unchanged(&workspace, &before);
}

/// A process that is killed while it holds the lock holds it no longer.
#[test]
fn fault_103_the_lock_of_a_killed_build_is_free() {
    let workspace = large_fleet();
    let script = "\"$0\" \"$@\" & until grep -q \"process $! \" dist/.tenantry/lock; do :; done; kill -9 $!; wait $!";
    let build = Program::new().args(["build", "--jobs", "1"]).current_dir(&workspace);
    let killed = build.under("/bin/sh", ["-c", script]).run();
    assert_eq!(killed.code, 137, "{killed:?}");
    ending(&workspace, &["build", "--no-wait"], 0);
}

/// Something in the place of the lock that is none is named.
#[test]
fn fault_103_what_cannot_be_locked_is_named() {
    let workspace = fleet();
    built(&workspace);
    workspace.remove(LOCK);
    fs::create_dir(workspace.at(LOCK)).unwrap();
    let report = ending(&workspace, &["build"], 2);
    assert!(report["error"].as_str().unwrap().contains(LOCK), "{report}");
}

/// Takes the lock, as another process that is called [`HOLDER`].
fn held(workspace: &Workspace) -> File {
    workspace.write(LOCK, HOLDER);
    let lock = File::options().read(true).write(true).open(workspace.at(LOCK)).unwrap();
    lock.lock().unwrap();
    lock
}

/// Starts a run, does something as soon as it says that it waits for the holder, and gives what came of the run. Its
/// process is named in the file `pid`.
#[track_caller]
fn while_waiting(workspace: &Workspace, args: &[&str], meanwhile: impl FnOnce()) -> Outcome {
    let script = "echo $$ > pid; exec \"$0\" \"$@\" 2> said";
    let program = Program::new().args(args).under("/bin/sh", ["-c", script]).current_dir(workspace);
    thread::scope(|scope| {
        let run = scope.spawn(|| program.run());
        let start = Instant::now();
        let says = || workspace.holds("said") && workspace.read("said").contains(&format!("waiting for {HOLDER}"));
        while !says() {
            assert!(start.elapsed() < Duration::from_secs(60) && !run.is_finished(), "it does not say that it waits");
            thread::sleep(Duration::from_millis(5));
        }
        meanwhile();
        run.join().unwrap()
    })
}
