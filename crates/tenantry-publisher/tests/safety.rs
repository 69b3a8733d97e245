//! What must not be done: places of others, shrunken sites, stale plans, two publishers at once.

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends a test")]

mod support;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tenantry_core::publish::FieldValue;
use tenantry_publisher::observe::Unobserved;
use tenantry_publisher::releases::Goal;
use tenantry_publisher::run::{How, Limits, Publisher, Report, Status, Withdrawn};
use tenantry_publisher::session::Locking;

use support::memory::{Break, Place, Shared, Takes};
use support::{Dist, ids, roll_back, run, statuses, tree};

const SITE: &[(&str, &str)] = &[("a/index.html", "a"), ("b/index.html", "b"), ("index.html", "home")];
const OTHER: &[(&str, &str)] = &[("a/index.html", "A"), ("b/index.html", "B"), ("index.html", "HOME")];

fn published(how: Takes) -> (Dist, Shared) {
    let (dist, store) = (Dist::new(), Shared::new(how));
    dist.build("a", SITE);
    assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
    (dist, store)
}

fn code(report: &Report) -> &str {
    report.tenants[0].problem.as_ref().map_or("", |problem| &problem.code)
}

fn forced(dist: &Dist, store: &Shared) -> Publisher {
    Publisher { limits: Limits::Ignored, ..dist.publisher(store) }
}

#[test]
fn fault_108_empty_and_shrunken_sites_are_refused() {
    let (dist, store) = published(Takes::Whole);
    for (files, expected) in [(&SITE[..0], "empty-site"), (&SITE[2..], "shrunken-site")] {
        dist.build("a", files);
        let report = dist.publish(&store, &["a"]);
        assert_eq!((statuses(&report).as_slice(), code(&report)), (&[Status::Refused][..], expected));
        assert_eq!(store.place("a").seen(), tree(SITE));
    }
    assert_eq!(statuses(&run(&forced(&dist, &store), &["a"])), [Status::Published]);
    assert_eq!(store.place("a").seen(), tree(&SITE[2..]));
}

#[test]
fn what_a_host_would_not_take_is_not_sent_because_it_cannot_be_read() {
    let (mut dist, store) = (Dist::new(), Shared::new(Takes::Whole));
    dist.fields.insert("limits".into(), FieldValue::Text("cloudflare-pages".into()));
    dist.build("a", &[("_headers", "/x"), ("index.html", "home")]);
    dist.folder.write("a/_headers", "edited by hand");
    let interrupt = AtomicBool::new(false);
    let ready = dist.publisher(&store).plan(&ids(&["a"]), &interrupt).plan().clone();
    let refusal = ready.tenants[0].refusal.as_ref().unwrap();
    assert!(refusal.message.contains("`_headers` is not as it was built"), "{refusal}");
}

#[test]
fn removals_past_the_limit_are_refused() {
    let (mut dist, store) = published(Takes::Whole);
    dist.fields.insert("max_removals".into(), FieldValue::Number(0));
    dist.build("a", &SITE[1..]);
    let report = dist.publish(&store, &["a"]);
    assert_eq!((code(&report), store.place("a").seen()), ("removals", tree(SITE)));
    assert_eq!(statuses(&run(&forced(&dist, &store), &["a"])), [Status::Published]);
}

#[test]
fn fault_109_a_tenant_touches_its_own_place_only() {
    let (dist, store) = (Dist::new(), Shared::new(Takes::OneByOne));
    dist.build("acme", SITE);
    dist.build("acme-2", OTHER);
    dist.publish(&store, &["acme", "acme-2"]);
    dist.build("acme", &SITE[1..]);
    assert_eq!(statuses(&dist.publish(&store, &["acme"])), [Status::Published]);
    assert_eq!(store.place("acme-2").seen(), tree(OTHER));
}

#[test]
fn fault_110_places_without_our_mark_or_with_that_of_another_tenant_are_refused() {
    let (dist, store) = published(Takes::OneByOne);
    dist.build("b", SITE);
    store.lock().places.entry("b".into()).or_default().files = tree(&[("theirs.html", "theirs")]);
    let report = dist.publish(&store, &["b"]);
    assert_eq!((statuses(&report).as_slice(), code(&report)), (&[Status::Refused][..], "foreign-place"));
    assert_eq!(statuses(&run(&forced(&dist, &store), &["b"])), [Status::Published]);
    assert_eq!(store.place("b").seen().get("theirs.html").map(Vec::as_slice), Some(&b"theirs"[..]));

    dist.build_for("c", "/a", OTHER);
    for publisher in [dist.publisher(&store), forced(&dist, &store)] {
        let report = run(&publisher, &["c"]);
        assert_eq!((statuses(&report).as_slice(), code(&report)), (&[Status::Refused][..], "another-tenant"));
    }
    assert_eq!(store.place("a").seen(), tree(SITE));

    dist.build_for("d", "/d", SITE);
    dist.build_for("e", "/d", OTHER);
    let report = dist.publish(&store, &["d", "e"]);
    assert_eq!((statuses(&report).as_slice(), code(&report)), (&[Status::Refused; 2][..], "shared-place"));
}

#[test]
fn fault_111_a_stale_plan_does_nothing() {
    for how in Takes::ALL {
        let (dist, store) = published(how);
        dist.build("a", OTHER);
        let (publisher, interrupt) = (dist.publisher(&store), AtomicBool::new(false));
        let ready = publisher.plan(&ids(&["a"]), &interrupt);
        let saved = serde_json::from_slice(&serde_json::to_vec(ready.plan()).unwrap()).unwrap();
        assert_eq!(ready.agrees_with(&saved), Ok(()));

        dist.build("a", &[("a/index.html", "A"), ("b/index.html", "B"), ("index.html", "third")]);
        assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
        let seen = store.place("a").seen();
        let now = dist.publisher(&store);
        assert!(now.plan(&ids(&["a"]), &interrupt).agrees_with(&saved).unwrap_err().contains("since"));
        let report = ready.apply(&How::default(), &Unobserved, &interrupt).unwrap();
        assert_eq!((statuses(&report).as_slice(), store.place("a").seen()), (&[Status::Refused][..], seen));
    }
}

#[test]
fn stores_that_ignore_conditions_are_found_out() {
    let (dist, store) = (Dist::new(), Shared::new(Takes::OneByOne));
    store.lock().careless = true;
    dist.build("a", SITE);
    let report = dist.publish(&store, &["a"]);
    assert_eq!((statuses(&report).as_slice(), code(&report)), (&[Status::Refused][..], "no-conditions"));
    let publisher = Publisher { locking: Locking::Without, ..dist.publisher(&store) };
    assert_eq!(statuses(&run(&publisher, &["a"])), [Status::Published]);
    assert!(!store.place("a").notes.keys().any(|name| name.starts_with("probe")));
}

#[test]
fn a_store_that_could_not_be_asked_is_asked_again_for_the_next_tenant() {
    let (dist, store) = (Dist::new(), Shared::new(Takes::OneByOne));
    dist.build("a", SITE);
    dist.build("b", OTHER);
    for call in 1..=6 {
        store.lock().places.clear();
        store.lock().breaks = Some((call, Break::Refuse));
        let report = dist.publish(&store, &["a", "b"]);
        assert_eq!(statuses(&report), [Status::Failed, Status::Published], "{call}");
        assert_eq!(
            (code(&report), report.tenants[0].problem.as_ref().unwrap().message.as_str()),
            ("target", "refused")
        );
        assert!(store.place("a").notes.is_empty(), "{call}");
        assert_eq!(statuses(&dist.publish(&store, &["a", "b"])), [Status::Published, Status::Unchanged], "{call}");
    }
}

#[test]
fn without_locks_a_record_that_is_another_one_by_now_is_not_overwritten() {
    for how in Takes::ALL {
        let (dist, store) = published(how);
        dist.build("a", OTHER);
        let publisher = Publisher { locking: Locking::Without, ..dist.publisher(&store) };
        let interrupt = AtomicBool::new(false);
        let ready = publisher.plan(&ids(&["a"]), &interrupt);
        let rival = Dist::new();
        rival.build("a", &[("a/index.html", "3"), ("b/index.html", "3"), ("index.html", "third")]);
        assert_eq!(statuses(&rival.publish(&store, &["a"])), [Status::Published]);
        let before = store.place("a");
        store.lock().careless = true;
        let report = ready.apply(&How::default(), &Unobserved, &interrupt).unwrap();
        assert_eq!(statuses(&report), [Status::Refused], "{report:?}");
        assert_eq!(store.place("a"), before);
    }
}

#[test]
fn fault_123_of_two_publishers_one_wins_and_the_other_leaves() {
    for how in Takes::ALL {
        for _ in 0..50 {
            let (dist, store) = published(how);
            dist.build("a", OTHER);
            let both = thread::scope(|scope| {
                let run = || dist.publish(&store, &["a"]).tenants[0].status;
                [scope.spawn(run), scope.spawn(run)].map(|thread| thread.join().unwrap())
            });
            assert!(both.contains(&Status::Published), "{both:?}");
            let leaves = |status: &Status| matches!(status, Status::Published | Status::Refused | Status::Unchanged);
            assert!(both.iter().all(leaves), "{both:?}");
            assert_eq!(both.iter().filter(|status| **status == Status::Published).count(), 1);
            assert_eq!(store.place("a").seen(), tree(OTHER));
            assert_eq!(support::lock_of(&store, "a"), None);
        }
    }
}

#[test]
fn fault_123_who_sleeps_past_the_lease_is_fenced_off() {
    const THIRD: &[(&str, &str)] = &[("a/index.html", "3"), ("b/index.html", "3"), ("index.html", "3")];
    for how in Takes::ALL {
        for call in 0..5 {
            let (dist, store) = published(how);
            dist.build("a", OTHER);
            let sleeper = Publisher { lease: Duration::ZERO, ..dist.publisher(&store) };
            let (other, taker) = (Dist::new(), store.clone());
            other.build("a", THIRD);
            let take_over = move || {
                let mut publisher = other.publisher(&taker);
                publisher.broken_lock = support::lock_of(&taker, "a");
                assert_eq!(statuses(&run(&publisher, &["a"])), [Status::Published]);
            };
            // The probe takes some calls, and so does the lock.
            let next = store.lock().calls + 9 + call;
            store.lock().meanwhile = Some((next, Box::new(take_over)));
            let report = run(&sleeper, &["a"]);
            assert_eq!(statuses(&report), [Status::Refused], "{how:?} {call}: {report:?}");
            if how == Takes::Whole {
                assert_eq!(store.place("a").seen(), tree(THIRD), "{call}");
            }
        }
    }
}

#[test]
fn fault_123_whose_lock_was_taken_over_between_two_tries_does_not_try_again() {
    let mut taken_over = 0;
    for how in Takes::ALL {
        // The probe takes seven calls; more than the publish takes do no harm.
        for call in 8..60 {
            let (dist, store) = published(how);
            dist.build("a", OTHER);
            let sleeper = Publisher { lease: Duration::ZERO, ..dist.publisher(&store) };
            let (rival, taker) = (Dist::new(), store.clone());
            rival.build("a", &[("a/index.html", "3"), ("b/index.html", "3"), ("index.html", "3")]);
            let left = Arc::<Mutex<Option<Place>>>::default();
            let leaves = Arc::clone(&left);
            let take_over = move || {
                let mut publisher = rival.publisher(&taker);
                publisher.broken_lock = support::lock_of(&taker, "a");
                run(&publisher, &["a"]);
                *leaves.lock().unwrap() = Some(taker.place("a"));
            };
            let before = store.lock().calls;
            store.lock().breaks = Some((call, Break::Pass));
            store.lock().meanwhile = Some((before + call, Box::new(take_over)));
            let report = run(&sleeper, &["a"]);
            let Some(left) = left.lock().unwrap().take() else { continue };
            assert_eq!(store.place("a"), left, "{how:?} {call}: {report:?}");
            taken_over += 1;
        }
    }
    assert!(taken_over > 20, "{taken_over}");
}

#[test]
fn a_lock_is_renewed_while_a_switch_takes_long() {
    let (dist, store) = published(Takes::Whole);
    store.lock().slow = Some(Duration::from_secs(3));
    is_renewed(&dist, &store);
}

#[test]
fn a_lock_is_renewed_while_a_file_takes_long() {
    let (dist, store) = published(Takes::OneByOne);
    store.lock().far = Some(Duration::from_secs(3));
    is_renewed(&dist, &store);
}

/// Publishes with a lease that is shorter than what takes long, and looks at the lock meanwhile.
#[track_caller]
fn is_renewed(dist: &Dist, store: &Shared) {
    dist.build("a", OTHER);
    let slow = Publisher { lease: Duration::from_secs(2), ..dist.publisher(store) };
    let until = || {
        let record: serde_json::Value = serde_json::from_slice(&store.place("a").notes["site.json"]).unwrap();
        record["lock"]["until"].as_u64()
    };
    thread::scope(|scope| {
        let run = scope.spawn(|| statuses(&run(&slow, &["a"])));
        thread::sleep(Duration::from_millis(500));
        let first = until().unwrap();
        thread::sleep(Duration::from_secs(2));
        assert!(until().unwrap() > first);
        assert_eq!(run.join().unwrap(), [Status::Published]);
    });
}

#[test]
fn fault_124_a_rollback_waits_for_no_publish_and_finds_no_pruned_release() {
    for how in Takes::ALL {
        let (mut dist, store) = published(how);
        dist.fields.insert("keep_releases".into(), FieldValue::Number(2));
        for text in ["2", "3"] {
            dist.build("a", &[("a/index.html", text), ("b/index.html", "b"), ("index.html", "home")]);
            assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
        }
        let report = roll_back(&dist.publisher(&store), &["a"], &Goal::Number(1));
        assert_eq!(statuses(&report), [Status::Failed]);
        assert!(report.tenants[0].problem.as_ref().unwrap().message.contains("release 1 is not kept any more"));
        assert_eq!(store.place("a").seen()["a/index.html"], b"3");

        dist.build("a", OTHER);
        let (rival, taker) = (Dist::new(), store.clone());
        rival.build("a", SITE);
        let meanwhile = move || {
            let report = roll_back(&rival.publisher(&taker), &["a"], &Goal::Previous);
            assert_eq!(statuses(&report), [Status::Refused], "{report:?}");
        };
        let next = store.lock().calls + 10;
        store.lock().meanwhile = Some((next, Box::new(meanwhile)));
        assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
        assert!(store.lock().meanwhile.is_none());
        assert_eq!(store.place("a").seen(), tree(OTHER));
    }
}

#[test]
fn what_was_taken_back_stays_back_until_it_changes() {
    for how in Takes::ALL {
        let (dist, store) = published(how);
        dist.build("a", &[("a/index.html", "A"), ("index.html", "home"), ("new/index.html", "new")]);
        assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
        let report = roll_back(&dist.publisher(&store), &["a"], &Goal::Previous);
        assert_eq!(statuses(&report), [Status::RolledBack], "{report:?}");
        assert_eq!(store.place("a").seen(), tree(SITE));
        assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::HeldBack]);
        let again = Publisher { withdrawn: Withdrawn::Published, ..dist.publisher(&store) };
        assert_eq!(statuses(&run(&again, &["a"])), [Status::Published]);
        assert_eq!(store.place("a").seen()["new/index.html"], b"new");

        let run_id = run_of(&store);
        assert_eq!(
            statuses(&roll_back(&dist.publisher(&store), &["a"], &Goal::Before("none".into()))),
            [Status::Unchanged]
        );
        let report = roll_back(&dist.publisher(&store), &["a"], &Goal::Before(run_id));
        assert_eq!(statuses(&report), [Status::RolledBack], "{report:?}");
        assert_eq!(store.place("a").seen(), tree(SITE));
        dist.build("a", OTHER);
        assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
        assert_eq!(store.place("a").seen(), tree(OTHER));
    }
}

/// The run that made the last release.
fn run_of(store: &Shared) -> String {
    let record: serde_json::Value = serde_json::from_slice(&store.place("a").notes["site.json"]).unwrap();
    record["releases"].as_array().unwrap().last().unwrap()["run"].as_str().unwrap().to_owned()
}

#[test]
fn old_assets_stay_for_their_time() {
    for (days, stays) in [(7, true), (0, false)] {
        let (mut dist, store) = (Dist::new(), Shared::new(Takes::OneByOne));
        dist.fields.insert("grace_days".into(), FieldValue::Number(days));
        dist.build("a", &[("assets/a.1.css", "1"), ("index.html", "one")]);
        dist.publish(&store, &["a"]);
        dist.build("a", &[("assets/a.2.css", "2"), ("index.html", "two")]);
        dist.publish(&store, &["a"]);
        assert_eq!(store.place("a").seen().contains_key("assets/a.1.css"), stays);
        dist.build("a", &[("assets/a.1.css", "1"), ("index.html", "three")]);
        assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
        assert!(store.place("a").seen().contains_key("assets/a.1.css"));
    }
}
