//! Rows 100 and 101: what builds keep for the next one, cut off, changed, of another version, or not to be read. There is
//! no journal: what stands for it are the state and the manifests, each written whole beside the old one and renamed over
//! it, and `.next` while a tenant's folder is being changed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tenantry_core::digest::Checksum;
use tenantry_testkit::Program;

use super::{Beside, built, count, equals_clean, fleet, status, unchanged};
use crate::report::{dist, ending, findings, json};

const STATE: &str = "dist/.tenantry/state";
const MANIFEST: &str = "dist/.tenantry/manifests/alpha.json";
const NEXT: &str = "dist/.tenantry/manifests/alpha.next";

/// How many places of a file are tried; each of its bytes is tried where it is read.
const PLACES: usize = 12;

/// A state that is no good is a miss: said once, nothing is missed, and the next build knows all again.
#[test]
fn fault_100_a_state_that_is_torn_or_changed_is_told_once() {
    let workspace = fleet();
    built(&workspace);
    let whole = fs::read(workspace.at(STATE)).unwrap();
    let mut broken = spoiled(&whole);
    broken
        .push([b"tenantry state 999\n", &whole[whole.iter().position(|byte| *byte == b'\n').unwrap() + 1..]].concat());
    for (number, bytes) in broken.iter().enumerate() {
        workspace.write("sites/gamma/content/index.fr.md", &format!("+++\ntitle = \"Accueil\"\n+++\nNo {number}\n"));
        workspace.write_bytes(STATE, bytes);
        let report = ending(&workspace, &["build"], 0);
        assert_eq!(codes(&report), ["state-lost"], "{number}");
        assert_eq!((status(&report, "alpha"), status(&report, "gamma")), ("unchanged", "built"), "{number}");
        assert!(workspace.read("dist/gamma/index.html").contains(&format!("No {number}<")), "{number}");
        assert_eq!(codes(&ending(&workspace, &["build"], 0)), [""; 0], "{number}: said twice");
    }
    equals_clean(&workspace, "torn states", Beside::Nothing);
}

/// A state of another user, as a build by root under a strict mask leaves it.
#[test]
fn fault_100_a_state_that_may_not_be_read_is_a_miss() {
    let workspace = fleet();
    let before = built(&workspace);
    fs::set_permissions(workspace.at(STATE), Permissions::from_mode(0o000)).unwrap();
    let build = Program::new().args(["build", "--format", "json"]).current_dir(&workspace).bound_by_modes();
    let outcome = build.run();
    assert_eq!((outcome.code, codes(&json(&outcome))), (0, vec!["state-lost".to_owned()]), "{}", outcome.stdout);
    unchanged(&workspace, &before);
    assert_eq!(codes(&ending(&workspace, &["build"], 0)), [""; 0]);
}

/// Something else in the place of a state: nobody waits for it, and it is not followed.
#[test]
fn fault_100_what_is_no_file_is_no_state() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("outside", "mine");
    let pipe = || Program::at("mkfifo").args([workspace.at(STATE)]).run().code;
    let link = || std::os::unix::fs::symlink(workspace.at("outside"), workspace.at(STATE)).is_ok().into();
    for (make, code) in [(&pipe as &dyn Fn() -> i32, 0), (&link, 1)] {
        workspace.remove(STATE);
        assert_eq!(make(), code);
        assert_eq!(codes(&ending(&workspace, &["build"], 0)), ["state-lost"]);
        unchanged(&workspace, &before);
        assert!(fs::symlink_metadata(workspace.at(STATE)).unwrap().is_file());
    }
    assert_eq!(workspace.read("outside"), "mine");
}

/// A manifest that is no good is made again by reading the output: said once, and nothing is written or removed.
#[test]
fn fault_100_a_manifest_that_is_torn_or_changed_is_made_again() {
    let workspace = fleet();
    let before = built(&workspace);
    let whole = workspace.read(MANIFEST);
    let mut broken = spoiled(whole.as_bytes());
    broken.extend(["[]", "\0\0\0", "{}"].map(|text| text.as_bytes().to_owned()));
    broken.push(fs::read(workspace.at("dist/.tenantry/manifests/beta.json")).unwrap());
    for (from, to) in [
        ("\"format\":1", "\"format\":999"),
        ("\"index.html\"", "\"../../../outside.txt\""),
        ("\"index.html\"", "\"/etc/passwd\""),
    ] {
        broken.push(sealed(&whole.replace(from, to)).into_bytes());
    }
    workspace.write("outside.txt", "mine");
    for bytes in broken {
        let shown = String::from_utf8_lossy(&bytes);
        workspace.write_bytes(MANIFEST, &bytes);
        let report = ending(&workspace, &["build"], 0);
        assert_eq!(codes(&report), ["manifest-lost"], "{shown}");
        assert_eq!(findings(&report)[0]["examples"], Value::from(vec!["alpha"]), "{shown}");
        assert_eq!((count(&report, "written"), count(&report, "removed")), (0, 0), "{shown}");
        unchanged(&workspace, &before);
        assert_eq!(workspace.read(MANIFEST), whole, "{shown}");
        assert_eq!(codes(&ending(&workspace, &["build"], 0)), [""; 0], "{shown}: said twice");
    }
    assert_eq!(workspace.read("outside.txt"), "mine");
}

/// What a torn manifest listed is not known to be ours any more: it stays, and that is said.
#[test]
fn fault_100_a_file_that_only_a_torn_manifest_listed_stays() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    built(&workspace);
    workspace.remove("sites/north/alpha/content");
    workspace.write(MANIFEST, "{");
    let report = ending(&workspace, &["build"], 0);
    assert_eq!(codes(&report), ["manifest-lost"]);
    assert!(findings(&report)[0]["hint"].as_str().unwrap().contains("may stay"), "{report}");
    assert!(workspace.holds("dist/alpha/more/index.html"));
    equals_clean(&workspace, "a torn manifest", Beside::Behind);
}

/// Row 101: a build was cut short between two renames, and the mark of that is torn. The tenant is compared by reading,
/// and what lacks is made. If the manifest beside it is torn too, nobody knows what is ours: nothing is replaced, and what
/// to do is said.
#[test]
fn fault_101_a_torn_mark_of_unfinished_work_loses_nothing() {
    let workspace = fleet();
    workspace.write("outside.txt", "mine");
    let old = built(&workspace).bytes("alpha/index.html").unwrap().to_owned();
    let before = workspace.read(MANIFEST);
    workspace.write("sites/north/alpha/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    let whole = built(&workspace);
    let after = workspace.read(MANIFEST);
    let mut torn = spoiled(after.as_bytes());
    torn.extend(["", "{}", "\0\0\0"].map(|text| text.as_bytes().to_owned()));
    torn.push(sealed(&after.replace("\"index.html\"", "\"../../../outside.txt\"")).into_bytes());
    let cut_short = |manifest: &[u8], next: &[u8]| {
        workspace.write_bytes(MANIFEST, manifest);
        workspace.write_bytes(NEXT, next);
        workspace.write_bytes("dist/alpha/index.html", &old);
        workspace.remove("dist/alpha/cookies/fragment.html");
    };
    let is_whole = |shown: &str| {
        assert_eq!(dist(&workspace).difference(&whole), [""; 0], "{shown}");
        assert!(!workspace.holds(NEXT) && workspace.read(MANIFEST) == after, "{shown}");
    };
    for bytes in torn {
        let shown = String::from_utf8_lossy(&bytes);
        cut_short(before.as_bytes(), &bytes);
        let report = ending(&workspace, &["build"], 0);
        assert_eq!((status(&report, "alpha"), count(&report, "written")), ("built", 2), "{shown}");
        is_whole(&shown);
        cut_short(&bytes, &bytes);
        let report = ending(&workspace, &["build"], 1);
        let error = findings(&report).iter().find(|found| found["severity"] == "error").unwrap();
        assert_eq!(
            (&error["code"], &error["file"]),
            (&"foreign-file".into(), &"dist/alpha/index.html".into()),
            "{shown}"
        );
        assert!(error["hint"].as_str().unwrap().contains("--force"), "{error}");
        assert_eq!(fs::read(workspace.at("dist/alpha/index.html")).unwrap(), old, "{shown}");
        ending(&workspace, &["build", "--force"], 0);
        is_whole(&shown);
    }
    assert_eq!(workspace.read("outside.txt"), "mine");
}

/// Files and a manifest that agree with each other and not with the sources: what a wrong key would leave.
#[test]
fn verify_makes_a_part_again_of_what_was_kept() {
    let workspace = fleet();
    let before = built(&workspace);
    let lie = "what a wrong key kept";
    let mut manifest = workspace.read(MANIFEST);
    for path in before.paths().into_iter().filter_map(|path| path.strip_prefix("alpha/")) {
        workspace.write(&format!("dist/alpha/{path}"), lie);
        let (start, rest) = manifest.split_once(&format!("\"{path}\":{{\"digest\":\"")).unwrap();
        manifest = format!("{start}\"{path}\":{{\"digest\":\"{}{}", Checksum::of(lie.as_bytes()), &rest[32..]);
    }
    workspace.write(MANIFEST, &sealed(&manifest));
    assert_eq!(count(&ending(&workspace, &["build"], 0), "written"), 0, "a build trusts its manifests");
    let report = ending(&workspace, &["build", "--verify", "--why"], 0);
    let work = report["tenants"][0]["work"].as_array().unwrap();
    assert!(!work.is_empty() && work.iter().all(|work| work[1] == "wrongly kept"), "{work:?}");
    assert_eq!(codes(&report), ["wrongly-kept"]);
    assert_eq!(count(&report, "written"), work.len() as u64);
    ending(&workspace, &["build", "--clean"], 0);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// The file cut off at some places, and with a bit changed there.
fn spoiled(whole: &[u8]) -> Vec<Vec<u8>> {
    let places = (0..whole.len()).step_by(whole.len() / PLACES).chain([whole.len() - 1]);
    let flipped = |at: usize| {
        let mut bytes = whole.to_owned();
        bytes[at] ^= 1;
        bytes
    };
    places.flat_map(|at| [whole[..at].to_owned(), flipped(at)]).collect()
}

/// A changed manifest under a digest that fits it.
fn sealed(text: &str) -> String {
    let (_, rest) = text.split_once("\",").unwrap();
    format!("{{\"digest\":\"{}\",{rest}", Checksum::of(rest.as_bytes()))
}

/// The codes of all findings of a report.
fn codes(report: &Value) -> Vec<String> {
    findings(report).iter().map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}
