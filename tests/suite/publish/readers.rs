//! Readers and other publishers, while somebody publishes.

use std::env;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tenantry_testkit::Program;

use super::{done, edit, fleet, published, shows_what_was_built, told};

/// How often a site is published while it is read; `TENANTRY_PUBLISHES` asks for another number.
const PUBLISHES: usize = 200;

/// How often two publishers are started together; `TENANTRY_RACES` asks for another number.
const RACES: usize = 50;

fn asked(variable: &str, otherwise: usize) -> usize {
    env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn a_reader_never_sees_a_mixed_site_or_a_page_without_its_style() {
    let publishes = asked("TENANTRY_PUBLISHES", PUBLISHES);
    let workspace = fleet("keep_releases = 3\n");
    edit(&workspace, "version-0000");
    workspace.write("themes/plain/static/style.css", "/* version-0000 */\n");
    published(&workspace);
    let over = AtomicBool::new(false);
    let current = workspace.at("www/alpha/current");
    let read = || {
        let mut seen = 0_usize;
        while !over.load(Ordering::Relaxed) {
            let page = fs::read_to_string(current.join("index.html")).unwrap();
            let sheet = page.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            let style = fs::read_to_string(current.join(sheet));
            let style = style.unwrap_or_else(|error| panic!("{sheet}: {error}"));
            let version = |text: &str| text.split("version-").nth(1).map(|rest| rest[..4].to_owned());
            assert_eq!(version(&page), version(&style), "{page}");
            seen += 1;
        }
        seen
    };
    let seen = thread::scope(|scope| {
        let reader = scope.spawn(read);
        for number in 0..publishes {
            edit(&workspace, &format!("version-{number:04}"));
            workspace.write("themes/plain/static/style.css", &format!("/* version-{number:04} */\n"));
            published(&workspace);
        }
        over.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    assert!(seen > publishes, "{seen}");
}

#[test]
fn fault_123_of_two_publishers_started_together_one_wins() {
    let workspace = fleet("keep_releases = 2\n");
    published(&workspace);
    for number in 0..asked("TENANTRY_RACES", RACES) {
        edit(&workspace, &format!("Version {number}"));
        done(&workspace, &["build", "--quiet"]);
        let start = || Program::new().args(["publish", "--yes", "--format", "json"]).current_dir(&workspace).run();
        let both = thread::scope(|scope| [scope.spawn(start), scope.spawn(start)].map(|run| run.join().unwrap()));
        let mut times = [0, 0];
        for outcome in &both {
            assert!([0, 3].contains(&outcome.code), "{}", outcome.transcript());
            for (times, tenant) in times.iter_mut().zip(0..) {
                let status = format!("\"tenant\": \"{}\"", ["alpha", "beta"][tenant]);
                let rest = outcome.stdout.split(&status).nth(1).unwrap_or_default();
                *times += usize::from(
                    rest.split("\"status\": ").nth(1).is_some_and(|rest| rest.starts_with("\"published\"")),
                );
            }
        }
        assert_eq!(times, [1, 1], "{}\n{}", both[0].transcript(), both[1].transcript());
        ["alpha", "beta"].iter().for_each(|tenant| shows_what_was_built(&workspace, tenant));
    }
    let record = fs::read_to_string(workspace.at("www/alpha/.tenantry/site.json")).unwrap();
    assert!(record.contains("\"lock\":null") && record.contains("\"unfinished\":null"), "{record}");
    assert_eq!(told(&workspace, &["releases"])["releases"].as_array().map(Vec::len), Some(4));
}
