//! A spread sample of the sweep, row by row of the catalogue of faults. `make sweep` tries every point.
#![cfg(target_os = "linux")]

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tenantry_testkit::Program;

use super::*;
use crate::sweep::point::Point;
use crate::sweep::strace::Unavailable;

/// How many points of each row are tried.
const SAMPLE: usize = 36;

#[test]
fn fault_093_a_full_disk_leaves_old_and_new_files_whole() {
    sample(&[Fault::Error("ENOSPC")], &[Way::On]);
}

#[test]
fn fault_094_a_refused_call_leaves_old_and_new_files_whole() {
    sample(&[Fault::Error("EACCES"), Fault::Error("EDQUOT"), Fault::Error("EROFS")], &[Way::On]);
}

#[test]
fn fault_095_a_failing_disk_leaves_old_and_new_files_whole() {
    sample(&[Fault::Error("EIO")], &[Way::On, Way::Back]);
}

#[test]
fn fault_096_a_lack_of_descriptors_leaves_old_and_new_files_whole() {
    sample(&[Fault::Error("EMFILE"), Fault::Error("ENFILE")], &[Way::On]);
}

#[test]
fn fault_097_an_interrupted_call_is_made_again_or_told() {
    sample(&[Fault::Error("EINTR")], &[Way::On]);
}

#[test]
fn fault_098_a_killed_build_leaves_old_and_new_files_whole() {
    sample(&[Fault::Kill], &[Way::On, Way::Back]);
}

#[test]
fn faults_093_to_098_a_publish_leaves_a_whole_site_and_the_next_one_finishes() {
    if strace::available().is_err() {
        return;
    }
    let mut wrong = Vec::new();
    for publish in PUBLISHES {
        let calls = publish.calls(program()).unwrap();
        let all = FAULTS.iter().flat_map(|fault| publishing::points(&calls, *fault)).collect();
        for point in spread(all) {
            let lines = publish.check(program(), &point).unwrap();
            wrong.extend((!lines.is_empty()).then(|| format!("{publish}, {point}\n  {}", lines.join("\n  "))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Tries some of the points of each scenario with these faults: as many at calls that change something as at others.
#[track_caller]
fn sample(faults: &[Fault], ways: &[Way]) {
    if let Err(why) = strace::available() {
        assert!(why != Unavailable::Missing, "{why}");
        // Past the harness, which keeps what tests print to itself.
        let _ = writeln!(io::stderr(), "skipped, a sample of the sweep: {why}");
        return;
    }
    let scenarios = prepared();
    let points = |changes: bool| {
        let of_fault =
            |prepared, fault| Prepared::points(prepared, fault, ways).into_iter().map(move |p| (prepared, p));
        let all = scenarios.iter().flat_map(|prepared| faults.iter().flat_map(move |fault| of_fault(prepared, *fault)));
        all.filter(|(_, point)| point.call.changes == changes).collect::<Vec<_>>()
    };
    let chosen = spread(points(true)).chain(spread(points(false)));
    let wrong = |(prepared, point): (&Prepared<'_>, Point)| {
        let lines = prepared.check(&point).unwrap();
        (!lines.is_empty()).then(|| format!("{}, {point}\n  {}", prepared.scenario.name, lines.join("\n  ")))
    };
    let wrong: Vec<String> = chosen.filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Half a sample of some things, the same each time.
fn spread<T>(all: Vec<T>) -> impl Iterator<Item = T> {
    let step = (all.len() / (SAMPLE / 2)).max(1);
    all.into_iter().skip(step / 2).step_by(step)
}

/// The scenarios, made once for all rows.
fn prepared() -> &'static [Prepared<'static>] {
    static PREPARED: OnceLock<Vec<Prepared<'static>>> = OnceLock::new();
    PREPARED.get_or_init(|| SCENARIOS.iter().map(|scenario| Prepared::new(scenario, program()).unwrap()).collect())
}

/// The program without what is in it for debuggers: it reads itself at each start, and these are most of its bytes.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let built = Program::new().path().canonicalize().unwrap();
        let stripped = built.with_file_name("tenantry-stripped");
        let status = Command::new("strip").arg("-o").args([&stripped, &built]).status();
        if status.is_ok_and(|status| status.success()) { stripped } else { built }
    })
}
