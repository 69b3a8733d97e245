//! A publisher that is really stopped, in a process of its own, until somebody else has its lock.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong here ends a test")]

mod support;

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use tenantry_core::publish::FieldValue;
use tenantry_publisher::built::Built;
use tenantry_publisher::run::{Publisher, Report, Status};
use tenantry_testkit::{Program, Tree, Workspace};

use support::{Dist, run, statuses};

const SITE: &[(&str, &str)] = &[("a/index.html", "a"), ("b/index.html", "b"), ("index.html", "home")];
const OTHER: &[(&str, &str)] = &[("a/index.html", "A"), ("b/index.html", "B"), ("index.html", "HOME")];
const THIRD: &[(&str, &str)] = &[("a/index.html", "3"), ("b/index.html", "3"), ("index.html", "3")];

/// How long the lock of the stopped one holds; clocks may be ten seconds apart.
const LEASE: Duration = Duration::from_secs(1);
/// When nobody counts on it any more.
const OVER: Duration = Duration::from_secs(13);
/// How long something may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where the process of its own finds what it is to publish.
const FOLDER: &str = "TENANTRY_STOPPED_FOLDER";

#[test]
fn fault_123_who_is_stopped_past_the_lease_shows_no_release() {
    is_fenced_off("releases");
}

#[test]
fn fault_123_who_is_stopped_past_the_lease_replaces_no_file() {
    is_fenced_off("in-place");
}

#[track_caller]
fn is_fenced_off(layout: &str) {
    let place = Workspace::empty();
    let (dist, rival) = (output(layout), output(layout));
    let build = |dist: &Dist, files| dist.build_for("a", &place.at("live").display().to_string(), files);
    build(&dist, SITE);
    assert_eq!(statuses(&publish(dist.folder.path(), LEASE)), [Status::Published]);

    build(&dist, OTHER);
    let held = dist.folder.at("a/b/index.html");
    dist.folder.remove("a/b/index.html");
    assert_eq!(Program::at("mkfifo").args([&held]).run().code, 0);
    let itself = Program::at(env::current_exe().unwrap()).env(FOLDER, dist.folder.path());
    let mut stopped = itself.args(["--exact", "the_one_that_is_stopped", "--ignored", "--nocapture"]).start();
    let mut read_by_it = opened_by_its_reader(&held);
    let process = Pid::from_raw(i32::try_from(stopped.id()).unwrap()).unwrap();
    kill_process(process, Signal::STOP).unwrap();

    build(&rival, THIRD);
    let publish_there = || publish(rival.folder.path(), LEASE);
    assert_eq!(statuses(&publish_there()), [Status::Refused], "its lock holds for a while");
    thread::sleep(OVER);
    assert_eq!(statuses(&publish_there()), [Status::Published]);
    let before = Tree::read(place.path());
    read_by_it.write_all(b"B").unwrap();
    drop(read_by_it);
    kill_process(process, Signal::CONT).unwrap();
    stopped.wait_for("it became ");
    let told = stopped.stdout();
    assert!(told.contains("it became Refused: somebody else publishes there, or took the lock over"), "{told}");
    assert_eq!(Tree::read(place.path()).difference(&before), [""; 0]);
    assert_eq!(statuses(&publish_there()), [Status::Unchanged]);
}

/// What one publisher has to publish.
fn output(layout: &str) -> Dist {
    let mut dist = Dist::new();
    dist.fields.insert("layout".into(), FieldValue::Text(layout.to_owned()));
    dist
}

fn publish(dist: &Path, lease: Duration) -> Report {
    let built = Built::new(dist.to_owned());
    run(&Publisher { lease, jobs: 1, ..Publisher::new(built, "live".into()) }, &["a"])
}

/// A pipe, as soon as somebody reads it.
#[track_caller]
fn opened_by_its_reader(pipe: &Path) -> File {
    let start = Instant::now();
    let without_waiting = i32::try_from(OFlags::NONBLOCK.bits()).unwrap();
    loop {
        match OpenOptions::new().write(true).custom_flags(without_waiting).open(pipe) {
            Ok(file) => return file,
            Err(error) => assert!(start.elapsed() < PATIENCE, "nobody reads it: {error}"),
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[ignore = "the others run it, in a process of its own"]
fn the_one_that_is_stopped() {
    let Some(dist) = env::var_os(FOLDER) else { return };
    let report = publish(Path::new(&dist), LEASE);
    let [tenant] = report.tenants.as_slice() else { panic!("{report:?}") };
    let problem = tenant.problem.as_ref().map_or("", |problem| &problem.message);
    writeln!(io::stdout(), "it became {:?}: {problem}", tenant.status).unwrap();
}
