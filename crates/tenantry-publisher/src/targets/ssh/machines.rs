//! Conversations with machines, shared by all places of a run: few for each machine, since servers let few in at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::sftp::{Answer, Machine, Refusal, Sftp};

/// Conversations with one machine, about files.
pub(super) const MOST: usize = 4;
/// One more for notes: a lock is renewed however long files take.
pub(super) const MOST_WITH_NOTES: usize = MOST + 1;

/// The machines of a run.
#[derive(Default)]
pub(crate) struct Machines {
    known: Mutex<BTreeMap<Machine, Arc<Line>>>,
}

impl Machines {
    /// The line to a machine; nothing is asked of it yet.
    pub(super) fn line(&self, machine: Machine) -> Arc<Line> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let line = || Arc::new(Line { machine: machine.clone(), state: Mutex::default(), given_back: Condvar::new() });
        Arc::clone(known.entry(machine.clone()).or_insert_with(line))
    }
}

/// The line to a machine.
pub(super) struct Line {
    machine: Machine,
    state: Mutex<State>,
    given_back: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Sftp>,
    busy: usize,
}

impl Line {
    /// Does something in a conversation that nobody else uses meanwhile; waits until there are fewer than `most`.
    pub(super) fn talk<T>(&self, most: usize, act: impl FnOnce(&mut Sftp) -> Answer<T>) -> Answer<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.busy >= most {
            state = self.given_back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.busy += 1;
        let idle = state.idle.pop();
        drop(state);
        let taken = idle.map_or_else(|| Sftp::connect(&self.machine), Ok);
        let (answer, kept) = match taken {
            Err(refusal) => (Err(refusal), None),
            Ok(mut sftp) => {
                let answer = act(&mut sftp);
                let is_over = matches!(answer, Err(Refusal::Broken(_)));
                (answer, (!is_over).then_some(sftp))
            }
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.busy -= 1;
        state.idle.extend(kept);
        self.given_back.notify_all();
        answer
    }
}
