//! Tries on a store whether it obeys the conditions of writes: some accept them, and overwrite all the same.

use std::sync::atomic::AtomicBool;

use crate::fault::{Fault, Outcome};
use crate::plan::Refusal;
use crate::retry::Patience;
use crate::target::{Note, Target, Version, When};

/// What forbids relying on a store, if anything does. A fault says nothing of the store: it was not found out.
pub(crate) fn obeys_conditions(
    target: &dyn Target,
    (patience, interrupt): (&Patience, &AtomicBool),
) -> Outcome<Option<Refusal>> {
    let result = patience.keep_trying(interrupt, || proof(target));
    let _ = target.notes().erase(Note::Probe);
    let refusal = || {
        let message = "the store overwrites what it is asked not to overwrite, so a lock keeps nobody out";
        let hint = "see to it that nobody else publishes there meanwhile, and say so: --no-lock";
        Refusal::new("no-conditions", message, hint)
    };
    result.map(|obeys| (!obeys).then(refusal))
}

fn proof(target: &dyn Target) -> Outcome<bool> {
    let notes = target.notes();
    notes.erase(Note::Probe)?;
    notes.write(Note::Probe, b"1", When::Absent)?;
    let refuses_second = refuses(notes.write(Note::Probe, b"2", When::Absent))?;
    let outdated = notes.write(Note::Probe, b"3", When::Always)?;
    notes.write(Note::Probe, b"4", When::Is(&outdated))?;
    Ok(refuses_second && refuses(notes.write(Note::Probe, b"5", When::Is(&outdated)))?)
}

fn refuses(written: Result<Version, Fault>) -> Outcome<bool> {
    match written {
        Ok(_) => Ok(false),
        Err(fault) if fault.is_conflict() => Ok(true),
        Err(fault) => Err(fault),
    }
}
