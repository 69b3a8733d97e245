//! Many edits of one server: each is seen, and it needs no more of the machine after the last than after the first. It
//! is a test program of its own, since it counts what the process has.

mod support;

use std::fs;
use std::time::{Duration, Instant};

use crate::support::start;

/// How many edits; more for whoever asks for them.
const EDITS: usize = 1000;

#[test]
fn fault_133_a_thousand_edits_are_seen_and_leave_nothing_behind() {
    let edits = std::env::var("TENANTRY_SOAK").ok().and_then(|edits| edits.parse().ok()).unwrap_or(EDITS);
    let server = start(|_| {});
    server.wait_for("watching");
    let file = server.workspace.at("sites/alpha/content/index.md");
    let mut listener = server.listen("alpha.localhost");
    let mut steady = None;
    let mut slowest = Duration::ZERO;
    server.get("alpha.localhost", "/");
    for number in 0..edits {
        let begun = Instant::now();
        fs::write(&file, format!("<p>edit {number}.</p>\n")).unwrap();
        listener.hear("event: page");
        slowest = slowest.max(begun.elapsed());
        let text = server.get("alpha.localhost", "/").text();
        assert!(text.contains(&format!("edit {number}.")), "{text}");
        // A page comes and goes with each: a stream that begins and ends.
        drop(server.listen("beta.localhost"));
        if number == edits / 5 {
            steady = Some(Costs::now());
        }
    }
    let (before, after) = (steady.unwrap(), Costs::now());
    assert!(after.descriptors <= before.descriptors + 20, "{before:?} {after:?}");
    assert!(after.threads <= before.threads + 4, "{before:?} {after:?}");
    assert!(after.memory <= before.memory + (4 << 20), "{before:?} {after:?}");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

/// What this process has of the machine.
#[derive(Debug)]
struct Costs {
    descriptors: usize,
    threads: usize,
    memory: usize,
}

impl Costs {
    fn now() -> Costs {
        let count = |folder: &str| fs::read_dir(folder).map_or(0, Iterator::count);
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kib: usize = line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0);
        Costs { descriptors: count("/proc/self/fd"), threads: count("/proc/self/task"), memory: kib << 10 }
    }
}
