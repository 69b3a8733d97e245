//! Rows 93 to 98 with the real thing: file systems that are full or may not be written, few descriptors, writes that are
//! cut short, signals. What befalls each single call is swept by `xtask sweep`, which has a sample among its own tests.

use std::fs;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tenantry_testkit::{Outcome, Program, Tree, Workspace};

use super::interrupted::large_fleet;
use super::{Beside, built, equals_clean, fleet};
use crate::report::{dist, ending, json};

/// How long a build may go on after it was asked to stop.
const STOP: Duration = Duration::from_secs(2);

/// How long to wait for a build to have written something.
const START: Duration = Duration::from_secs(60);

const EDITED: &str = "+++\ntitle = \"Accueil\"\n+++\nNouveau de {{ tenant.name }}\n";

/// Fills a file system of 1 MiB but for some pages, builds, and keeps what is there then under the number of pages.
const FULL: &str = r#"
    mount -t tmpfs -o size=1m none dist || exit 99
    "$0" build --quiet && cp -a dist old || exit
    mv edited sites/content/index.fr.md
    for pages in 0 1 2 4 8 16 24 32 40 48 56 64; do
        head -c 2m /dev/zero > dist/filler 2>/dev/null
        truncate -s -$((pages * 4096)) dist/filler
        "$0" build --quiet 2>"$pages.error"
        echo $? >"$pages.code"
        mkdir "$pages" && cp -a dist/alpha dist/beta dist/gamma "$pages"
    done
    rm dist/filler
    "$0" build --quiet && cp -a dist whole
"#;

#[test]
fn fault_093_a_full_file_system_leaves_old_and_new_files_whole() {
    let workspace = fleet();
    workspace.write("edited", EDITED);
    fs::create_dir(workspace.at("dist")).unwrap();
    if !with_mounts(&workspace, FULL) {
        return;
    }
    let (old, whole) = (Tree::read(workspace.at("old")), Tree::read(workspace.at("whole")));
    let mut failed = 0;
    for pages in [0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64] {
        let code = workspace.read(&format!("{pages}.code"));
        let said = workspace.read(&format!("{pages}.error"));
        assert!(matches!(code.trim(), "0" | "1" | "2"), "{pages} pages: exit {code}{said}");
        assert_eq!(code.trim() != "0", said.contains("No space left on device"), "{pages} pages: exit {code}{said}");
        failed += usize::from(code.trim() != "0");
        let left = Tree::read(workspace.at(&pages.to_string()));
        assert_eq!(left.paths(), old.paths(), "{pages} pages");
        for (path, entry) in &left.entries {
            let known = [&old, &whole].map(|side| side.bytes(path)).contains(&Some(&entry.bytes));
            assert!(known, "{pages} pages: `{path}` is neither the old file nor the new one");
        }
    }
    assert!((1..12).contains(&failed), "{failed} of 12 builds failed");
    equal_clean(&workspace, &whole);
}

/// An output folder that may not be written: nothing is claimed to be done, and nothing is.
#[test]
fn fault_094_a_read_only_file_system_is_told() {
    let workspace = fleet();
    fs::create_dir(workspace.at("dist")).unwrap();
    workspace.write("edited", EDITED);
    let script = r#"
        mount -t tmpfs none dist || exit 99
        "$0" build --quiet && cp -a dist old && mv edited sites/content/index.fr.md || exit
        mount -o remount,ro dist
        "$0" build --quiet 2>error
        echo $? >code
        cp -a dist left
        mount -o remount,rw dist
        "$0" build --quiet && cp -a dist whole
    "#;
    if !with_mounts(&workspace, script) {
        return;
    }
    let said = workspace.read("error");
    assert!(said.contains("dist/.tenantry") && said.contains("Read-only file system"), "{said}");
    assert_eq!(workspace.read("code").trim(), "2", "{said}");
    assert_eq!(Tree::read(workspace.at("left")).difference(&Tree::read(workspace.at("old"))), [""; 0]);
    equal_clean(&workspace, &Tree::read(workspace.at("whole")));
}

/// A process that may open few files: it says so, and nobody's files are taken for gone.
#[test]
fn fault_096_few_descriptors_lose_nothing() {
    let workspace = fleet();
    let before = built(&workspace);
    let mut failed = 0;
    for most in 4..=16 {
        workspace.write("sites/content/index.fr.md", &format!("{EDITED}{most}\n"));
        let outcome = limited(&workspace, &format!("ulimit -n {most}"));
        failed += usize::from(outcome.code != 0);
        let told = outcome.code == 0 || !outcome.stderr.is_empty();
        assert!(told, "with {most} descriptors: exit {} and not a word", outcome.code);
        assert_eq!(dist(&workspace).paths(), before.paths(), "with {most} descriptors: {}", outcome.stderr);
        ending(&workspace, &["build"], 0);
        equals_clean(&workspace, &format!("with {most} descriptors"), Beside::Nothing);
        assert!(outcome.code == 0 || most < 16, "sixteen are not enough: {}", outcome.stderr);
    }
    assert!(failed > 0, "four are enough");
}

/// A limit on the size of files cuts a write short, and refuses the next one: the file that is half written stays unseen.
#[test]
fn fault_097_a_write_that_is_cut_short_changes_nothing() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/static/large.txt", "small\n");
    let before = built(&workspace);
    workspace.write("sites/north/alpha/static/large.txt", &"large\n".repeat(20_000));
    workspace.write("sites/content/index.fr.md", EDITED);
    let outcome = limited(&workspace, "trap '' XFSZ; ulimit -f 64");
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("alpha/large.txt") && outcome.stderr.contains("too large"), "{}", outcome.stderr);
    let after = dist(&workspace);
    assert_eq!(after.below("alpha").difference(&before.below("alpha")), [""; 0]);
    assert!(after.text("beta/index.html").contains("Nouveau") && after.text("gamma/index.html").contains("Nouveau"));
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "a write that was cut short", Beside::Nothing);
}

/// Each signal by which a process is asked to stop: it does so soon, says that it did, and has left nothing half done.
#[test]
fn fault_098_a_build_that_is_asked_to_stop_stops_soon() {
    let workspace = large_fleet();
    for signal in ["TERM", "INT", "HUP"] {
        let _ = fs::remove_dir_all(workspace.at("dist"));
        let build = start(&workspace);
        let asked = Instant::now();
        let kill = Command::new("kill").args([&format!("-{signal}"), &build.id().to_string()]).status();
        assert!(kill.unwrap().success(), "there was nothing left to stop");
        let output = build.wait_with_output().unwrap();
        assert!(asked.elapsed() < STOP, "{signal}: it went on for {:?}", asked.elapsed());
        let stdout = String::from_utf8(output.stdout).unwrap();
        let outcome = Outcome { code: output.status.code().unwrap_or(-1), stdout, stderr: String::new() };
        assert_eq!((outcome.code, &json(&outcome)["summary"]["interrupted"]), (130, &true.into()), "{signal}");
        let left = Tree::read(workspace.at("dist/.tenantry"));
        assert!(!left.paths().iter().any(|path| path.ends_with(".next")), "{signal}: a tenant is half done");
    }
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "stopped three times", Beside::Nothing);
}

/// A build that has written its first tenants.
#[track_caller]
fn start(workspace: &Workspace) -> Child {
    let mut command = Command::new(Program::new().path());
    command.args(["build", "--format", "json", "--jobs", "1"]).current_dir(workspace);
    let build = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (started, manifests) = (Instant::now(), workspace.at("dist/.tenantry/manifests"));
    while !fs::read_dir(&manifests).is_ok_and(|mut names| names.next().is_some()) {
        assert!(started.elapsed() < START, "nothing was written in {START:?}");
        thread::sleep(Duration::from_millis(1));
    }
    build
}

/// A build by a shell that has set a limit for it.
fn limited(workspace: &Workspace, limit: &str) -> Outcome {
    let program = Program::new().args(["build"]).current_dir(workspace);
    program.under("/bin/sh", ["-c", &format!("{limit}; exec \"$0\" \"$@\"")]).run()
}

/// Runs a script in a workspace that may mount file systems, which are gone with it. Tells whether that is allowed here.
#[track_caller]
fn with_mounts(workspace: &Workspace, script: &str) -> bool {
    let script = Program::new().under("/bin/sh", ["-c", script]).current_dir(workspace);
    let outcome = script.under("unshare", ["--map-root-user", "--mount"]).run();
    let forbidden = outcome.code == 99 || outcome.stderr.starts_with("unshare:");
    if forbidden {
        // Past the harness, which keeps what tests print to itself.
        let _ = writeln!(io::stderr(), "skipped, nothing can be mounted here: {}", outcome.stderr.trim());
    }
    assert!(forbidden || outcome.code == 0, "{}", outcome.transcript());
    !forbidden
}

/// The output equals that of a build into a fresh folder.
#[track_caller]
fn equal_clean(workspace: &Workspace, output: &Tree) {
    let fresh = Workspace::empty();
    ending(workspace, &["build", "--out", fresh.at("out").to_str().unwrap()], 0);
    assert_eq!(output.difference(&Tree::read(fresh.at("out"))), [""; 0]);
}
