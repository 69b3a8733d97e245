//! Going back: to what was shown before, whatever was cut short, and without losing what later ways back need.

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends a test")]

mod support;

use tenantry_core::publish::FieldValue;
use tenantry_publisher::releases::Goal;
use tenantry_publisher::run::Status;

use support::memory::{Shared, Takes};
use support::{Dist, roll_back, statuses, tree};

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
