//! A file becomes a folder of its name, and the other way round, where files are replaced one by one.

mod support;

use tenantry_publisher::releases::Goal;
use tenantry_publisher::run::{Report, Status};

use support::memory::{Break, Shared, Takes};
use support::{Dist, lock_of, roll_back, run, statuses, tree};

type Files = [(&'static str, &'static str)];

const OLD: &Files =
    &[("guide", "text"), ("help/index.html", "page"), ("help/more/index.html", "more"), ("index.html", "old")];
const NEW: &Files =
    &[("guide/index.html", "page"), ("guide/more/index.html", "more"), ("help", "text"), ("index.html", "new")];

/// What a name may be at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// A file or a folder.
    One,
    /// Both, as keys of a store may.
    Both,
}

/// A place with the old site, and output with the new one.
fn published(names: Names) -> (Dist, Shared) {
    let (mut dist, store) = (Dist::new(), Shared::new(Takes::OneByOne));
    dist.fields.insert("max_removed".into(), tenantry_core::publish::FieldValue::Number(100));
    store.lock().tree = names == Names::One;
    dist.build("a", OLD);
    assert_eq!(statuses(&dist.publish(&store, &["a"])), [Status::Published]);
    dist.folder.remove("a");
    dist.build("a", NEW);
    (dist, store)
}

#[test]
fn files_become_folders_and_folders_files_and_back() {
    for names in [Names::One, Names::Both] {
        let (dist, store) = published(names);
        let report = dist.publish(&store, &["a"]);
        assert_eq!((statuses(&report).as_slice(), store.place("a").files), (&[Status::Published][..], tree(NEW)));
        let report = roll_back(&dist.publisher(&store), &["a"], &Goal::Previous);
        assert_eq!((statuses(&report).as_slice(), store.place("a").files), (&[Status::RolledBack][..], tree(OLD)));
    }
}

#[test]
fn what_is_cut_short_meanwhile_is_finished_and_can_be_taken_back() {
    for names in [Names::One, Names::Both] {
        for call in 8..50 {
            for how in [Break::Refuse, Break::Die, Break::LoseReply] {
                let (dist, store) = published(names);
                cut_short(&store, (call, how), || dist.publish(&store, &["a"]));
                let mut publisher = dist.publisher(&store);
                publisher.broken_lock = lock_of(&store, "a");
                run(&publisher, &["a"]);
                assert_eq!(store.place("a").files, tree(NEW), "{names:?} {how:?} {call}");

                cut_short(&store, (call - 7, how), || roll_back(&dist.publisher(&store), &["a"], &Goal::Number(1)));
                publisher.broken_lock = lock_of(&store, "a");
                roll_back(&publisher, &["a"], &Goal::Number(1));
                assert_eq!(store.place("a").files, tree(OLD), "{names:?} {how:?} {call}");
            }
        }
    }
}

fn cut_short(store: &Shared, at: (usize, Break), act: impl FnOnce() -> Report) {
    store.lock().breaks = Some(at);
    act();
    store.lock().breaks = None;
}
