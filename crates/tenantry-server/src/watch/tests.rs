//! The loop that watches, with watches and changes that a test makes up.

use std::path::Path;
use std::sync::Mutex;
use std::thread;

use notify::event::{AccessKind, AccessMode, CreateKind, Flag};
use notify::{Event, EventKind};

use super::*;

/// Watches that a test answers for.
struct Fake(Armed);

impl Arm for Fake {
    fn arm(&self, _: &Sender<Signal>) -> Armed {
        self.0.clone()
    }

    fn is_root(&self, path: &Path) -> bool {
        path == Path::new("/w/sites")
    }

    fn relative(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix("/w").ok().map(Path::to_owned)
    }

    fn is_there(&self, _: &Path) -> bool {
        true
    }
}

/// What was looked at, and what was relied upon.
#[derive(Default)]
struct Log {
    looks: Mutex<Vec<Option<Vec<PathBuf>>>>,
    relied: Mutex<Vec<Result<(), String>>>,
    slowness: Duration,
}

impl Changes for Log {
    fn look(&self, paths: Option<&[PathBuf]>) -> bool {
        self.looks.lock().unwrap().push(paths.map(<[PathBuf]>::to_vec));
        thread::sleep(self.slowness);
        false
    }

    fn rely(&self, on_events: Result<(), &str>) {
        self.relied.lock().unwrap().push(on_events.map_err(str::to_owned));
    }
}

/// Runs a loop while a test sends signals, from when it said what it relies upon. What was looked at before is
/// forgotten.
fn run(log: &Log, armed: Armed, test: impl FnOnce(&Sender<Signal>)) {
    let (sender, receiver) = signals();
    let own = sender.clone();
    thread::scope(|scope| {
        scope.spawn(move || Loop::new(log, Arc::new(Fake(armed))).run(&receiver, &own));
        wait_for(|| !log.relied.lock().unwrap().is_empty());
        log.looks.lock().unwrap().clear();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&sender)));
        sender.send(Signal::Stop).unwrap();
        result.unwrap();
    });
}

fn closed(path: &str) -> Signal {
    let kind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    Signal::Event(Ok(Event::new(kind).add_path(PathBuf::from(path))))
}

fn wait_for(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(10), "it never happened");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn events_lead_to_looks() {
    let log = Log::default();
    run(&log, Armed::Complete, |signals| {
        signals.send(closed("/w/sites/a")).unwrap();
        wait_for(|| !log.looks.lock().unwrap().is_empty());
    });
    assert_eq!(log.looks.into_inner().unwrap(), [Some(vec![PathBuf::from("sites/a")])]);
    assert_eq!(log.relied.into_inner().unwrap(), [Ok(())]);
}

#[test]
fn fault_127_at_the_limit_of_watches_everything_is_looked_at_and_it_is_said_once() {
    let log = Log::default();
    run(&log, Armed::Complete, |signals| {
        for _ in 0..3 {
            signals.send(Signal::Event(Err(notify::Error::new(notify::ErrorKind::MaxFilesWatch)))).unwrap();
        }
        wait_for(|| log.looks.lock().unwrap().len() >= 3);
    });
    let relied = log.relied.into_inner().unwrap();
    assert_eq!(relied.len(), 2);
    assert!(relied[1].as_ref().is_err_and(|reason| reason.contains("max_user_watches")), "{relied:?}");
}

#[test]
fn fault_131_where_events_do_not_tell_all_everything_is_looked_at() {
    let log = Log::default();
    run(&log, Armed::Incomplete("far away".into()), |signals| {
        wait_for(|| log.looks.lock().unwrap().len() >= 2);
        // Events that come all the same are used.
        signals.send(closed("/w/sites/a")).unwrap();
        wait_for(|| log.looks.lock().unwrap().contains(&Some(vec![PathBuf::from("sites/a")])));
    });
    assert_eq!(log.relied.into_inner().unwrap(), [Err("far away".to_owned())]);
}

#[test]
fn fault_130_while_a_look_lasts_all_others_become_one() {
    let log = Log { slowness: Duration::from_millis(100), ..Log::default() };
    run(&log, Armed::Complete, |signals| {
        for number in 0..1000 {
            signals.send(closed(&format!("/w/sites/{number:04}"))).unwrap();
        }
        let is_last = |look: &Option<Vec<PathBuf>>| look.iter().flatten().any(|path| path.ends_with("0999"));
        wait_for(|| log.looks.lock().unwrap().iter().any(is_last));
    });
    assert!(log.looks.into_inner().unwrap().len() <= 4);
}

#[test]
fn fault_126_lost_events_lead_to_one_look_at_everything_and_to_no_storm() {
    let log = Log::default();
    run(&log, Armed::Complete, |signals| {
        // Each look could make the system lose events again.
        for _ in 0..50 {
            signals.send(Signal::Event(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)))).unwrap();
            thread::sleep(Duration::from_millis(10));
        }
        signals.send(closed("/w/sites/a")).unwrap();
        wait_for(|| log.looks.lock().unwrap().iter().filter(|look| look.is_none()).count() >= 1);
    });
    assert!(log.looks.into_inner().unwrap().len() <= 5);
}

#[test]
fn fault_129_a_replaced_root_is_watched_anew() {
    let log = Log::default();
    run(&log, Armed::Complete, |signals| {
        let created = Event::new(EventKind::Create(CreateKind::Folder)).add_path(PathBuf::from("/w/sites"));
        signals.send(Signal::Event(Ok(created))).unwrap();
        wait_for(|| log.looks.lock().unwrap().len() >= 2);
    });
    assert!(log.looks.into_inner().unwrap().iter().all(Option::is_none));
    assert_eq!(log.relied.into_inner().unwrap(), [Ok(())]);
}
