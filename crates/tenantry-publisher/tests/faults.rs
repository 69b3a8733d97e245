//! Publishing to a store that fails: at every call, in every way.

mod support;

use tenantry_publisher::releases::Goal;
use tenantry_publisher::run::{How, Report, Status};

use support::memory::{Break, Shared, Takes};
use support::{Dist, lock_of, roll_back, run, statuses, tree};

const OLD: &[(&str, &str)] =
    &[("about/index.html", "old about"), ("assets/a.1.css", "one"), ("gone/index.html", "gone"), ("index.html", "old")];
const NEW: &[(&str, &str)] =
    &[("about/index.html", "new about"), ("assets/a.2.css", "two"), ("index.html", "new"), ("new/index.html", "more")];
/// What is there after the new one was published: the old asset stays for a while.
const AFTER: &[(&str, &str)] = &[
    ("about/index.html", "new about"),
    ("assets/a.1.css", "one"),
    ("assets/a.2.css", "two"),
    ("index.html", "new"),
    ("new/index.html", "more"),
];

/// A place with the old site, and output with the new one.
fn published_once(how: Takes) -> (Dist, Shared) {
    let (dist, store) = (Dist::new(), Shared::new(how));
    dist.build("a", OLD);
    assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
    assert_eq!(store.place("a").seen(), tree(OLD));
    dist.build("a", NEW);
    (dist, store)
}

/// How many calls the second publish takes.
fn calls(how: Takes) -> usize {
    let (dist, store) = published_once(how);
    let before = store.lock().calls;
    assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
    let calls = store.lock().calls - before;
    assert!(calls > 10, "{calls}");
    calls
}

/// Publishes again after a failure, with the lock broken if somebody died holding it, and looks at everything.
fn finishes(dist: &Dist, store: &Shared, what: &str) {
    store.lock().breaks = None;
    let mut publisher = dist.publisher(store);
    publisher.broken_lock = lock_of(store, "a");
    run(&publisher, &["a"]);
    let place = store.place("a");
    assert_eq!(place.seen(), tree(AFTER), "{what}");
    assert_eq!(lock_of(store, "a"), None, "{what}");
    let report = dist.publish(store, &["a"]);
    assert_eq!(statuses(&report), [Status::Unchanged], "{what}");
    assert!(place.releases.len() <= 2 || place.shown.is_none(), "{what}: {:?}", place.releases.keys());
    let listings = place.notes.keys().filter(|name| name.starts_with("release-")).count();
    assert!(listings <= 3, "{what}: {:?}", place.notes.keys());
}

#[test]
fn fault_112_whatever_fails_the_site_is_whole_and_the_next_publish_finishes() {
    for how in [Break::Refuse, Break::Die] {
        for call in 1..=calls(Takes::Whole) {
            let (dist, store) = published_once(Takes::Whole);
            store.lock().breaks = Some((call, how));
            dist.publish(&store, &["a"]);
            let what = format!("{how:?} at {call}");
            let seen = store.place("a").seen();
            assert!(seen == tree(OLD) || seen == tree(AFTER), "{what}: {seen:?}");
            finishes(&dist, &store, &what);
        }
    }
}

#[test]
fn fault_112_where_files_are_replaced_one_by_one_none_goes_before_all_are_there() {
    for how in [Break::Refuse, Break::Die] {
        for call in 1..=calls(Takes::OneByOne) {
            let (dist, store) = published_once(Takes::OneByOne);
            store.lock().breaks = Some((call, how));
            dist.publish(&store, &["a"]);
            let what = format!("{how:?} at {call}");
            let (seen, old, after) = (store.place("a").seen(), tree(OLD), tree(AFTER));
            let is_all_there = after.iter().all(|file| seen.get(file.0) == Some(file.1));
            for (path, bytes) in &seen {
                assert!(old.get(path) == Some(bytes) || after.get(path) == Some(bytes), "{what}: {path}");
            }
            assert!(is_all_there || old.keys().all(|path| seen.contains_key(path)), "{what}: {seen:?}");
            finishes(&dist, &store, &what);
        }
    }
}

#[test]
fn fault_112_pages_come_after_what_they_name() {
    for call in 1..=calls(Takes::OneByOne) {
        let (dist, store) = published_once(Takes::OneByOne);
        store.lock().breaks = Some((call, Break::Die));
        dist.publish(&store, &["a"]);
        let seen = store.place("a").seen();
        let new_page = ["index.html", "about/index.html", "new/index.html"]
            .iter()
            .any(|page| seen.get(*page) == tree(NEW).get(*page));
        assert!(!new_page || seen.contains_key("assets/a.2.css"), "died at {call}: {seen:?}");
    }
}

#[test]
fn a_publish_that_was_cut_short_goes_on_where_it_stopped() {
    let (dist, store) = (Dist::new(), Shared::new(Takes::OneByOne));
    dist.build("a", NEW);
    store.lock().breaks = Some((11, Break::Refuse));
    assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Failed]);
    let sent = store.lock().puts;
    assert!(sent > 0 && sent < NEW.len(), "{sent}");
    assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
    assert_eq!(store.lock().puts, NEW.len(), "nothing is sent twice");
    assert_eq!(store.place("a").seen(), tree(NEW));
    assert!(!dist.folder.holds(".tenantry/publish/live/ledger"));
}

#[test]
fn what_was_sent_elsewhere_is_not_taken_for_sent() {
    let (dist, elsewhere) = (Dist::new(), Dist::new());
    let (store, other) = (Shared::new(Takes::OneByOne), Shared::new(Takes::OneByOne));
    // At both places the lock was taken once, and nothing else is known of them.
    for (dist, store, last) in [(&dist, &store, 11), (&elsewhere, &other, 9)] {
        dist.build("a", NEW);
        store.lock().breaks = Some((last, Break::Refuse));
        assert_eq!(statuses(&dist.publish(store, &["a"])), [Status::Failed]);
    }
    assert_eq!(other.lock().puts, 0);
    assert_eq!(statuses(&dist.publish(&other, &["a"])), [Status::Published]);
    assert_eq!(other.place("a").seen(), tree(NEW));
}

#[test]
fn what_went_back_to_the_old_bytes_after_a_failure_is_sent_again() {
    let (dist, store) = published_once(Takes::OneByOne);
    store.lock().breaks = Some((calls(Takes::OneByOne) - 8, Break::Die));
    dist.publish(&store, &["a"]);
    store.lock().breaks = None;
    dist.build("a", OLD);
    let mut publisher = dist.publisher(&store);
    publisher.broken_lock = lock_of(&store, "a");
    assert_eq!(statuses(&run(&publisher, &["a"])), [Status::Published]);
    let mut seen = store.place("a").seen();
    seen.remove("assets/a.2.css");
    assert_eq!(seen, tree(OLD));
}

/// What went wrong first is told, and not what went wrong with giving the lock back because of it.
#[test]
fn the_first_fault_is_told_although_the_end_fails_too() {
    for how in Takes::ALL {
        // A probe that cannot be cleared away is no fault.
        for call in 8..=calls(how) {
            let (dist, store) = published_once(how);
            store.lock().breaks = Some((call, Break::Fall));
            let report = dist.publish(&store, &["a"]);
            assert_eq!(first_fault(&report), "fell", "{how:?} {call}");
        }
        for call in 1..=5 {
            let (dist, store) = published_once(how);
            assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
            store.lock().breaks = Some((call, Break::Fall));
            let report = roll_back(&dist.publisher(&store), &["a"], &Goal::Previous);
            if how == Takes::OneByOne || call <= 3 {
                assert_eq!(first_fault(&report), "fell", "{how:?} {call}");
            }
        }
    }
}

fn first_fault(report: &Report) -> &str {
    report.tenants[0].problem.as_ref().map_or("", |problem| &problem.message)
}

#[test]
fn fault_117_an_answer_that_is_lost_doubles_nothing() {
    for how in Takes::ALL {
        for fault in [Break::LoseReply, Break::Pass] {
            for call in 1..=calls(how) {
                let (dist, store) = published_once(how);
                store.lock().breaks = Some((call, fault));
                let report = dist.publish(&store, &["a"]);
                assert_eq!(statuses(&report), [Status::Published], "{fault:?} at {call}: {report:?}");
                assert_eq!(store.place("a").seen(), tree(AFTER), "{fault:?} at {call}");
                let record = String::from_utf8(store.place("a").notes["site.json"].clone()).unwrap();
                assert_eq!(record.matches("\"number\":").count(), 2, "{fault:?} at {call}: {record}");
            }
        }
    }
}

#[test]
fn a_failing_tenant_stops_no_other_unless_somebody_says_so() {
    let (dist, store) = (Dist::new(), Shared::new(Takes::Whole));
    let tenants = ["a", "b", "c", "d"];
    tenants.iter().for_each(|tenant| dist.build(tenant, OLD));
    dist.folder.write("b/index.html", "edited by hand");
    let report = dist.publish(&store, &tenants);
    let expected = [Status::Published, Status::Failed, Status::Published, Status::Published];
    assert_eq!(statuses(&report), expected);
    assert!(report.tenants[1].problem.as_ref().unwrap().message.contains("`index.html` is not as it was built"));
    assert_eq!(store.place("b").shown, None);

    tenants.iter().for_each(|tenant| dist.build(tenant, NEW));
    tenants.iter().for_each(|tenant| dist.folder.write(&format!("{tenant}/index.html"), "edited by hand"));
    let interrupt = std::sync::atomic::AtomicBool::new(false);
    let publisher = dist.publisher(&store);
    let ready = publisher.plan(&support::ids(&tenants), &interrupt);
    let how = How { most_failures: 0, ..How::default() };
    let report = ready.apply(&how, &tenantry_publisher::observe::Unobserved, &interrupt).unwrap();
    assert_eq!((report.count(Status::Failed), report.count(Status::Skipped)), (1, 3));
}
