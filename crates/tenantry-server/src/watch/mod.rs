//! Watching the sources: events of the system, and looking at everything where they cannot be relied upon.
//!
//! Events are hints. Whoever is told of a path looks at it and compares, so that an event too many costs a look and
//! changes nothing. An event too few is what can hurt: the system says when it lost some, and from time to time
//! everything is compared anyhow.

mod pending;
mod system;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::watch::pending::{Batch, Pending};
pub(crate) use crate::watch::system::System;

/// How changes are found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Watch {
    /// By events of the system; by looking, where it has none.
    #[default]
    Events,
    /// By looking at everything again and again.
    Poll,
}

/// Between two looks at everything, at least: where events are not relied upon, where they are but none has come yet,
/// and where they have come.
const POLL: Duration = Duration::from_millis(500);
const AUDIT: Duration = Duration::from_secs(10);
const RARE_AUDIT: Duration = Duration::from_secs(600);

/// Looking takes no more than this part of the time.
const POLL_SHARE: u32 = 10;
const AUDIT_SHARE: u32 = 100;

/// How long a change that was found by looking may still be told by an event.
const LATE: Duration = Duration::from_secs(1);

/// How many changes may go untold before events are not relied upon any more.
const UNTOLD: u32 = 2;

/// After a look at everything that found nothing, the next one that lost events ask for waits: our own look makes
/// events.
const CALM: Duration = Duration::from_millis(200);
const LONGEST_CALM: Duration = Duration::from_secs(5);

/// Something that the loop wakes up for.
pub(crate) enum Signal {
    /// An event of the system, or that it failed.
    Event(notify::Result<notify::Event>),
    /// The watches stand, as far as they do.
    Armed(Armed),
    /// The end.
    Stop,
}

/// How far the watches of the system stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Armed {
    /// They cover everything, and all changes are told.
    Complete,
    /// They do not, or not all are told; why.
    Incomplete(String),
}

/// What sets up watches. It may be asked again, when folders that are watched were replaced.
pub(crate) trait Arm: Send + Sync {
    /// Watches what is there now. For a large fleet this takes seconds.
    fn arm(&self, signals: &Sender<Signal>) -> Armed;

    /// Whether a path is one of those that watching begins with.
    fn is_root(&self, path: &std::path::Path) -> bool;

    /// A path seen from the workspace; nothing for one that is no source.
    fn relative(&self, path: &std::path::Path) -> Option<PathBuf>;

    /// Whether there is anything at a path seen from the workspace.
    fn is_there(&self, path: &std::path::Path) -> bool;
}

/// Who is told of changes. It is called from one thread.
pub(crate) trait Changes: Send + Sync {
    /// Looks at files; at everything, if none are named. Whether anything changed.
    fn look(&self, paths: Option<&[PathBuf]>) -> bool;

    /// Events are relied upon from now on, or not any more; why not.
    fn rely(&self, on_events: Result<(), &str>);
}

/// Whether watches are being set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arming {
    No,
    Yes,
    /// And once more after that.
    Again,
}

/// The thread that watches.
pub(crate) struct Loop<'c> {
    changes: &'c dyn Changes,
    arm: Arc<dyn Arm>,
    arming: Arming,
    pending: Pending,
    /// Whether events are relied upon.
    relies: bool,
    /// Whether one has told of a change.
    was_told: bool,
    /// Whether it was said that they are, and that they are not any more.
    has_relied: bool,
    has_said: bool,
    next_look: Instant,
    untold: u32,
    calm: Duration,
    calm_until: Option<Instant>,
}

/// The way in which signals reach a loop.
pub(crate) fn signals() -> (Sender<Signal>, Receiver<Signal>) {
    channel()
}

impl<'c> Loop<'c> {
    pub(crate) fn new(changes: &'c dyn Changes, arm: Arc<dyn Arm>) -> Loop<'c> {
        Loop {
            changes,
            arm,
            arming: Arming::No,
            pending: Pending::default(),
            relies: false,
            was_told: false,
            has_relied: false,
            has_said: false,
            // Whoever opened the workspace has just looked at it.
            next_look: Instant::now() + POLL,
            untold: 0,
            calm: CALM,
            calm_until: None,
        }
    }

    /// Watches until it is told to stop.
    pub(crate) fn run(mut self, signals: &Receiver<Signal>, own: &Sender<Signal>) {
        self.arm(own);
        loop {
            let mut signal = match signals.recv_timeout(self.patience()) {
                Ok(signal) => Some(signal),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // Whatever else has come meanwhile is looked at together.
            while let Some(next) = signal.take().or_else(|| signals.try_recv().ok()) {
                match next {
                    Signal::Stop => return,
                    Signal::Event(event) => self.take(event, own),
                    Signal::Armed(armed) => self.stand(armed, own),
                }
            }
            self.look(signals, own);
        }
    }

    /// Sets up the watches, in a thread of its own. Until they stand, everything is looked at again and again.
    fn arm(&mut self, own: &Sender<Signal>) {
        self.relies = false;
        self.next_look = self.next_look.min(Instant::now() + POLL);
        if self.arming != Arming::No {
            self.arming = Arming::Again;
            return;
        }
        let (arm, signals) = (Arc::clone(&self.arm), own.clone());
        let work = move || {
            let armed = arm.arm(&signals);
            let _ = signals.send(Signal::Armed(armed));
        };
        match thread::Builder::new().name("arm".to_owned()).spawn(work) {
            Ok(_) => self.arming = Arming::Yes,
            Err(error) => self.distrust(&error.to_string()),
        }
    }

    /// The watches stand: what changed before is found by a last look at everything.
    fn stand(&mut self, armed: Armed, own: &Sender<Signal>) {
        if std::mem::replace(&mut self.arming, Arming::No) == Arming::Again {
            return self.arm(own);
        }
        match armed {
            Armed::Complete => {
                self.relies = true;
                self.look_at_everything();
                if !std::mem::replace(&mut self.has_relied, true) {
                    self.changes.rely(Ok(()));
                }
            }
            Armed::Incomplete(reason) => self.distrust(&reason),
        }
    }

    fn distrust(&mut self, reason: &str) {
        self.relies = false;
        self.next_look = Instant::now();
        if !std::mem::replace(&mut self.has_said, true) {
            self.changes.rely(Err(reason));
        }
    }

    /// How long nothing is to be done.
    fn patience(&self) -> Duration {
        let now = Instant::now();
        let due = self.pending.due(now).map(|due| self.calm_until.map_or(due, |calm| due.max(calm)));
        due.map_or(self.next_look, |due| due.min(self.next_look)).saturating_duration_since(now)
    }

    fn take(&mut self, event: notify::Result<notify::Event>, own: &Sender<Signal>) {
        let now = Instant::now();
        match event {
            Ok(event) => {
                let is_replaced = is_of_names(&event.kind) && event.paths.iter().any(|path| self.arm.is_root(path));
                let paths = event.paths.iter().filter_map(|path| self.arm.relative(path)).collect();
                if self.pending.take(&notify::Event { paths, ..event }, now) {
                    self.calm_until = None;
                    self.was_told = true;
                }
                if is_replaced {
                    self.pending.take_everything();
                    self.arm(own);
                }
            }
            Err(error) if self.relies || !self.has_said => self.distrust(&words(&error)),
            Err(_) => {}
        }
    }

    /// Looks at what is due.
    fn look(&mut self, signals: &Receiver<Signal>, own: &Sender<Signal>) {
        let now = Instant::now();
        if self.calm_until.is_none_or(|calm| calm <= now) {
            let arm = &self.arm;
            match self.pending.batch(now, &|path| arm.is_there(path)) {
                Some(Batch::Paths(paths)) => {
                    self.changes.look(Some(&paths));
                }
                Some(Batch::Everything) => {
                    let found = self.look_at_everything();
                    self.calm = if found { CALM } else { (self.calm * 2).min(LONGEST_CALM) };
                    self.calm_until = (!found).then(|| Instant::now() + self.calm);
                    return;
                }
                None => {}
            }
        }
        if now >= self.next_look && self.look_at_everything() && self.relies {
            self.audit(signals, own);
        }
    }

    /// Compares everything, and settles when that is done again.
    fn look_at_everything(&mut self) -> bool {
        let started = Instant::now();
        let found = self.changes.look(None);
        let took = started.elapsed();
        let pause = match (self.relies, self.was_told) {
            (false, _) => POLL.max(took * POLL_SHARE),
            (true, false) => AUDIT.max(took * AUDIT_SHARE),
            (true, true) => RARE_AUDIT,
        };
        self.next_look = Instant::now() + pause;
        found
    }

    /// A change was found that no event had told. If none comes late either, the system does not tell all.
    fn audit(&mut self, signals: &Receiver<Signal>, own: &Sender<Signal>) {
        match signals.recv_timeout(LATE) {
            Ok(Signal::Event(event)) => self.take(event, own),
            // For the loop.
            Ok(signal) => drop(own.send(signal)),
            Err(RecvTimeoutError::Disconnected) => {}
            Err(RecvTimeoutError::Timeout) => {
                self.untold += 1;
                if self.untold >= UNTOLD {
                    self.distrust("the file system does not tell of changes");
                }
            }
        }
    }
}

/// Whether an event is about which names there are, not about what a file holds.
fn is_of_names(kind: &notify::EventKind) -> bool {
    use notify::EventKind::{Create, Modify, Remove};
    matches!(kind, Create(_) | Remove(_) | Modify(notify::event::ModifyKind::Name(_)))
}

/// Why watching failed.
fn words(error: &notify::Error) -> String {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system watches no more folders (fs.inotify.max_user_watches)".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
