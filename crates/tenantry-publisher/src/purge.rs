//! Tells caches in front of a site that it changed: a program of the platform does.
//!
//! From the moment that a site may change until the program ended well, the record says that caches may be stale. A site
//! whose caches could not be told is live all the same, and the next publish tells them, whether anything else changed
//! or not.

use tenantry_core::name::TenantId;
use tenantry_core::publish::TargetSettings;

use crate::fault::{Fault, FaultKind, Outcome};
use crate::programs::{program, run};
use crate::record::read_record;
use crate::session::{Session, Terms};
use crate::target::Target;

/// The field that names the program and its arguments.
const FIELD: &str = "purge";

/// Whether a target has caches in front of it that have to be told.
pub(crate) fn has_caches(settings: &TargetSettings) -> bool {
    !settings.list(FIELD).is_empty()
}

/// Tells the caches of a site, and writes down that they were told. The program is started without a shell, is asked
/// nothing, and gets the environment of this one.
pub(crate) fn purge(
    target: &dyn Target,
    (tenant, settings): (&TenantId, &TargetSettings),
    terms: Terms<'_>,
) -> Outcome<()> {
    if !has_caches(settings) {
        return Ok(());
    }
    let found = || terms.patience.keep_trying(terms.interrupt, || read_record(target, tenant));
    let told = found().and_then(|before| {
        tell(settings)?;
        let after = found()?;
        // Whoever was there meanwhile changed the site, and tells the caches of that.
        let was_changed = before.record.lock.is_some() || after.record.taken != before.record.taken;
        if was_changed || !after.record.stale {
            return Ok(());
        }
        Session::begin((target, &after), terms, |record| record.stale = false)?.end(|_| {})
    });
    told.map_err(|fault| Fault { kind: FaultKind::Untold, ..fault })
}

fn tell(settings: &TargetSettings) -> Outcome<()> {
    let [name, arguments @ ..] = settings.list(FIELD) else { return Ok(()) };
    let ended = run(&mut program(name, arguments), b"")?;
    if !ended.well {
        let words = ended.last_words(|_| true);
        return Err(Fault::lasting(format!("`{name}` did not end well: {words}")));
    }
    Ok(())
}
