//! Going back: to what was shown before, whatever was cut short, and without losing what later ways back need.

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends a test")]

mod support;

use std::time::Duration;

use tenantry_core::publish::FieldValue;
use tenantry_publisher::releases::Goal;
use tenantry_publisher::run::{Publisher, Report, Status};

use support::memory::{Break, Shared, Takes};
use support::{Dist, lock_of, roll_back, run, statuses, tree};

const OLD: &[(&str, &str)] =
    &[("about/index.html", "old about"), ("assets/a.1.css", "one"), ("gone/index.html", "gone"), ("index.html", "old")];
const NEW: &[(&str, &str)] =
    &[("about/index.html", "new about"), ("assets/a.2.css", "two"), ("index.html", "new"), ("new/index.html", "more")];
/// What is built when both were cut short.
const THIRD: &[(&str, &str)] = &[("about/index.html", "old about"), ("index.html", "third")];

/// Publishes a site with one page.
fn publish(dist: &Dist, store: &Shared, text: &str) {
    dist.build("a", &[("index.html", text)]);
    assert_eq!(statuses(&dist.publish(store, &["a"])), [Status::Published], "{text}");
}

/// Goes back, which works.
fn back(dist: &Dist, store: &Shared, goal: &Goal) {
    let report = roll_back(&dist.publisher(store), &["a"], goal);
    assert_eq!(statuses(&report), [Status::RolledBack], "{report:?}");
}

#[test]
fn the_previous_release_is_the_one_that_was_shown_before() {
    for how in Takes::ALL {
        let (dist, store) = (Dist::new(), Shared::new(how));
        ["1", "2", "3"].iter().for_each(|text| publish(&dist, &store, text));
        back(&dist, &store, &Goal::Previous);
        publish(&dist, &store, "4");
        for expected in ["2", "1"] {
            back(&dist, &store, &Goal::Previous);
            assert_eq!(store.place("a").seen(), tree(&[("index.html", expected)]), "{how:?}");
        }
    }
}

#[test]
fn what_was_taken_back_is_not_shown_again_when_what_was_before_is_not_kept() {
    for how in Takes::ALL {
        let (mut dist, store) = (Dist::new(), Shared::new(how));
        dist.fields.insert("keep_releases".into(), FieldValue::Number(3));
        ["1", "2", "3"].iter().for_each(|text| publish(&dist, &store, text));
        back(&dist, &store, &Goal::Number(1));
        publish(&dist, &store, "4");
        let report = roll_back(&dist.publisher(&store), &["a"], &Goal::Previous);
        assert_eq!(statuses(&report), [Status::Failed], "{how:?}");
        assert_eq!(store.place("a").seen(), tree(&[("index.html", "4")]), "{how:?}");
    }
}

/// A place that takes files one by one, whose assets stay for some days.
fn one_by_one(days: u64) -> (Dist, Shared) {
    let (mut dist, store) = (Dist::new(), Shared::new(Takes::OneByOne));
    dist.fields.insert("grace_days".into(), FieldValue::Number(days));
    (dist, store)
}

/// Publishes a site whole.
fn publish_files(dist: &Dist, store: &Shared, files: &[(&str, &str)]) {
    dist.build("a", files);
    assert_eq!(statuses(&dist.publish(store, &["a"])), [Status::Published]);
}

/// A place with several releases, of which the last holds [`NEW`] and is shown.
fn with_releases(how: Takes, kept: u64) -> (Dist, Shared) {
    let (mut dist, store) = (Dist::new(), Shared::new(how));
    dist.fields.insert("keep_releases".into(), FieldValue::Number(kept));
    publish_files(&dist, &store, OLD);
    publish_files(&dist, &store, NEW);
    (dist, store)
}

/// Publishes, with the lock broken if somebody died holding it.
fn publish_after_death(dist: &Dist, store: &Shared) -> Report {
    store.lock().breaks = None;
    let mut publisher = dist.publisher(store);
    publisher.broken_lock = lock_of(store, "a");
    run(&publisher, &["a"])
}

/// Makes sure that each release that a record lists is there whole.
fn holds_what_it_lists(store: &Shared, what: &str) {
    let (place, record) = (store.place("a"), record(store));
    for release in record["releases"].as_array().unwrap() {
        let number = release["number"].as_u64().unwrap();
        let listing = place.notes.get(&format!("release-{number}.json"));
        assert!(listing.is_some() && place.releases.contains_key(&number), "{what}: {number} of {record}");
    }
}

/// Goes back, with the lock broken if somebody died holding it.
fn back_after_death(dist: &Dist, store: &Shared, goal: &Goal) -> Report {
    store.lock().breaks = None;
    let mut publisher = dist.publisher(store);
    publisher.broken_lock = lock_of(store, "a");
    roll_back(&publisher, &["a"], goal)
}

/// The record of a place.
fn record(store: &Shared) -> serde_json::Value {
    serde_json::from_slice(&store.place("a").notes["site.json"]).unwrap()
}

/// Dies at a call of something, for each of its calls.
fn at_each_call(
    setting: &dyn Fn() -> (Dist, Shared),
    act: &dyn Fn(&Dist, &Shared),
    after: &dyn Fn(&Dist, &Shared, &str),
) {
    let (dist, store) = setting();
    let before = store.lock().calls;
    act(&dist, &store);
    let calls = store.lock().calls - before;
    assert!(calls > 2, "{calls}");
    for call in 1..=calls {
        let (dist, store) = setting();
        store.lock().breaks = Some((call, Break::Die));
        act(&dist, &store);
        after(&dist, &store, &format!("died at {call}"));
    }
}

#[test]
fn going_back_after_a_publish_that_was_cut_short_leaves_nothing_of_it() {
    let setting = || {
        let (dist, store) = one_by_one(0);
        publish_files(&dist, &store, OLD);
        dist.build("a", NEW);
        (dist, store)
    };
    let act = |dist: &Dist, store: &Shared| drop(dist.publish(store, &["a"]));
    at_each_call(&setting, &act, &|dist, store, what| {
        let report = back_after_death(dist, store, &Goal::Number(1));
        assert_ne!(statuses(&report), [Status::Failed], "{what}: {report:?}");
        assert_eq!(store.place("a").seen(), tree(OLD), "{what}");
        let record = record(store);
        assert_eq!((&record["shown"], record["unfinished"].is_null()), (&1.into(), true), "{what}: {record}");
        assert!(record.get("leftovers").is_none(), "{what}: {record}");
    });
}

#[test]
fn going_back_that_was_cut_short_is_finished_by_whatever_comes_next() {
    let setting = || {
        let (dist, store) = one_by_one(0);
        publish_files(&dist, &store, OLD);
        publish_files(&dist, &store, NEW);
        (dist, store)
    };
    let act = |dist: &Dist, store: &Shared| drop(roll_back(&dist.publisher(store), &["a"], &Goal::Previous));
    at_each_call(&setting, &act, &|dist, store, what| {
        let seen = store.place("a").seen();
        let is_old = seen["index.html"] == b"old" || seen["about/index.html"] == b"old about";
        assert!(!is_old || seen.contains_key("assets/a.1.css"), "pages come after what they name: {what}");
        for (number, expected) in [(1, OLD), (2, NEW)] {
            let report = back_after_death(dist, store, &Goal::Number(number));
            assert_ne!(statuses(&report), [Status::Failed], "{what}: {report:?}");
            assert_eq!(store.place("a").seen(), tree(expected), "{what}");
        }
    });
    at_each_call(&setting, &act, &|dist, store, what| {
        dist.build("a", THIRD);
        publish_after_death(dist, store);
        assert_eq!(store.place("a").seen(), tree(THIRD), "{what}");
    });
}

#[test]
fn what_two_publishes_touched_that_were_cut_short_is_put_right() {
    let setting = || {
        let (dist, store) = one_by_one(0);
        publish_files(&dist, &store, OLD);
        dist.build("a", NEW);
        store.lock().breaks = Some((14, Break::Refuse));
        dist.publish(&store, &["a"]);
        assert_eq!(store.place("a").seen()["about/index.html"], b"new about");
        dist.build("a", THIRD);
        (dist, store)
    };
    let act = |dist: &Dist, store: &Shared| drop(dist.publish(store, &["a"]));
    at_each_call(&setting, &act, &|dist, store, what| {
        publish_after_death(dist, store);
        assert_eq!(store.place("a").seen(), tree(THIRD), "{what}");
    });
}

#[test]
fn assets_of_what_is_taken_back_stay_for_their_time() {
    let (dist, store) = one_by_one(7);
    publish_files(&dist, &store, OLD);
    publish_files(&dist, &store, NEW);
    back(&dist, &store, &Goal::Previous);
    let both = [OLD, &[("assets/a.2.css", "two")]].concat();
    assert_eq!(store.place("a").seen(), tree(&both));
    let retired = record(&store)["retired"].as_object().unwrap().clone();
    assert_eq!(retired.keys().collect::<Vec<_>>(), ["assets/a.2.css"]);

    let over = record(&store).to_string().replace(&retired["assets/a.2.css"].to_string(), "1");
    store.lock().places.get_mut("a").unwrap().notes.insert("site.json".into(), over.into_bytes());
    publish_files(&dist, &store, &OLD[..3]);
    assert_eq!(store.place("a").seen(), tree(&OLD[..3]), "it goes when its time is over");
    back(&dist, &store, &Goal::Number(2));
    back(&dist, &store, &Goal::Number(1));
    assert_eq!(store.place("a").seen(), tree(&both));
}

#[test]
fn what_is_kept_is_whole_although_what_it_shares_with_others_is_not_kept() {
    for how in Takes::ALL {
        let (mut dist, store) = (Dist::new(), Shared::new(how));
        dist.fields.insert("keep_releases".into(), FieldValue::Number(3));
        let site = |text, other| [("index.html", text), ("other/index.html", other)];
        for text in ["a", "b", "c"] {
            publish_files(&dist, &store, &site(text, "1"));
        }
        back(&dist, &store, &Goal::Number(1));
        publish_files(&dist, &store, &site("d", "2"));
        for (number, text, other) in [(2, "b", "1"), (3, "c", "1"), (4, "d", "2")] {
            back(&dist, &store, &Goal::Number(number));
            assert_eq!(store.place("a").seen(), tree(&site(text, other)), "{how:?}");
        }
        ["e", "f", "g", "h", "i"].iter().for_each(|text| publish_files(&dist, &store, &site(text, text)));
        let place = store.place("a");
        let expected = if how == Takes::Whole { (3, 0) } else { (0, 2) };
        assert_eq!((place.releases.len(), place.kept.len()), expected, "what nothing needs is gone");
    }
}

#[test]
fn a_switch_back_of_which_nobody_knows_is_found_out() {
    let act = |dist: &Dist, store: &Shared| drop(roll_back(&dist.publisher(store), &["a"], &Goal::Previous));
    at_each_call(&|| with_releases(Takes::Whole, 5), &act, &|dist, store, what| {
        let shown = store.place("a").shown;
        let report = publish_after_death(dist, store);
        assert!(statuses(&report) != [Status::Failed], "{what}: {report:?}");
        assert_eq!(store.place("a").shown, record(store)["shown"].as_u64(), "{what}: {shown:?} was shown");
    });
    at_each_call(&|| with_releases(Takes::Whole, 5), &act, &|dist, store, what| {
        back_after_death(dist, store, &Goal::Number(2));
        assert_eq!((store.place("a").shown, record(store)["shown"].as_u64()), (Some(2), Some(2)), "{what}");
        assert!(record(store)["withdrawn"].is_null(), "{what}: what is shown was not taken back");
    });
}

#[test]
fn what_is_discarded_is_listed_no_more() {
    let setting = || {
        let (dist, store) = with_releases(Takes::Whole, 2);
        dist.build("a", THIRD);
        (dist, store)
    };
    let act = |dist: &Dist, store: &Shared| drop(dist.publish(store, &["a"]));
    at_each_call(&setting, &act, &|dist, store, what| {
        holds_what_it_lists(store, what);
        for text in ["4", "5"] {
            dist.build("a", &[("about/index.html", text), ("index.html", text)]);
            publish_after_death(dist, store);
        }
        holds_what_it_lists(store, what);
        let place = store.place("a");
        let listings = place.notes.keys().filter(|name| name.starts_with("release-")).count();
        assert_eq!((place.releases.len(), listings), (2, 2), "{what}: nothing else is left");
    });
}

#[test]
fn who_lost_the_lock_discards_nothing_that_is_shown() {
    for call in 1..30 {
        let (dist, store) = with_releases(Takes::Whole, 2);
        dist.build("a", THIRD);
        let sleeper = Publisher { lease: Duration::ZERO, ..dist.publisher(&store) };
        let (rival, taker) = (dist.publisher(&store), store.clone());
        let take_over = move || {
            let rival = Publisher { broken_lock: lock_of(&taker, "a"), ..rival };
            roll_back(&rival, &["a"], &Goal::Number(1));
        };
        let next = store.lock().calls + call;
        store.lock().meanwhile = Some((next, Box::new(take_over)));
        run(&sleeper, &["a"]);
        holds_what_it_lists(&store, &format!("taken over at {call}"));
        assert_eq!(store.place("a").shown, record(&store)["shown"].as_u64(), "taken over at {call}");
    }
}
