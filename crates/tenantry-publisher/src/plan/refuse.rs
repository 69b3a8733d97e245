//! What must not be done, found before anything is done.

use std::collections::BTreeMap;

use tenantry_core::name::TenantId;
use tenantry_core::publish::TargetSettings;

use crate::clock;
use crate::listing::{Listing, is_page};
use crate::plan::{Action, Reason, Refusal, Standing, TenantPlan};
use crate::record::Record;

/// How many percent of a site's pages may go at once.
const MOST_REMOVED: u64 = 50;
/// How many files a run may remove.
const MOST_REMOVALS: u64 = 1000;

/// A site about to be published, as it is judged.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'j> {
    pub(crate) tenant: &'j TenantId,
    pub(crate) settings: &'j TargetSettings,
    pub(crate) record: &'j Record,
    pub(crate) built: &'j Listing,
    pub(crate) shown: Option<&'j Listing>,
    /// A lock that may be taken although somebody holds it.
    pub(crate) broken_lock: Option<&'j str>,
    /// Whether limits count.
    pub(crate) force: bool,
}

/// What forbids a site's publish, if anything does.
pub(crate) fn refuse_site(judged: Judged<'_>) -> Option<Refusal> {
    let Judged { tenant, record, force, .. } = judged;
    if record.tenant != tenant.as_str() {
        let message = format!("the place is that of the tenant `{}`", record.tenant);
        return Some(Refusal::new("another-tenant", message, "give each tenant a place of its own: `{tenant}` helps"));
    }
    refuse_locked(judged).or_else(|| if force { None } else { refuse_shrunken(judged) })
}

fn refuse_locked(judged: Judged<'_>) -> Option<Refusal> {
    let holder = judged.record.lock.as_ref().filter(|holder| holder.is_alive())?;
    if judged.broken_lock == Some(&*holder.id) {
        return None;
    }
    let until = clock::readable(holder.until);
    let message = format!("it is being published by {}, whose lock holds until {until}", holder.describe());
    let hint = format!("if that process is gone for sure: --break-lock {}", holder.id);
    Some(Refusal::new("locked", message, hint))
}

/// A site that has lost its pages was hardly meant.
fn refuse_shrunken(judged: Judged<'_>) -> Option<Refusal> {
    let Judged { settings, built, shown, .. } = judged;
    const HINT: &str = "look at what was built; --force publishes it";
    if built.pages() == 0 {
        return Some(Refusal::new("empty-site", "what was built has no page", HINT));
    }
    let shown = shown?;
    let gone = shown.0.keys().filter(|path| is_page(path) && !built.0.contains_key(*path)).count();
    let most = settings.number("max_removed", MOST_REMOVED);
    let is_shrunken = gone as u64 * 100 > most * shown.pages() as u64;
    is_shrunken.then(|| {
        let message = format!("{gone} of its {} pages would be gone, more than {most} %", shown.pages());
        Refusal::new("shrunken-site", message, HINT)
    })
}

/// Tenants that are published to one place would overwrite each other: all of them are refused.
pub(crate) fn refuse_shared_places(plans: &mut [TenantPlan]) {
    let mut owners = BTreeMap::<String, Vec<usize>>::new();
    for (index, plan) in plans.iter().enumerate().filter(|(_, plan)| !plan.place.is_empty()) {
        owners.entry(plan.place.clone()).or_default().push(index);
    }
    for (place, indices) in owners.into_iter().filter(|(_, indices)| indices.len() > 1) {
        let names: Vec<String> = indices.iter().take(3).map(|index| format!("`{}`", plans[*index].tenant)).collect();
        let message = format!("{} tenants are published to `{place}`: {}", indices.len(), names.join(", "));
        for index in indices {
            let hint = "give each tenant a place of its own: `{tenant}` or `{domain}` helps";
            let plan = plans[index].clone();
            plans[index] = plan.refused(Refusal::new("shared-place", message.clone(), hint));
        }
    }
}

/// What forbids the whole run: more removals than it may do.
pub(crate) fn refuse_run<'s>(
    plans: &[TenantPlan],
    settings: impl Iterator<Item = &'s TargetSettings>,
) -> Option<Refusal> {
    let most = settings.map(|settings| settings.number("max_removals", MOST_REMOVALS)).min()?;
    let is_removal = |plan: &TenantPlan| {
        plan.steps.iter().filter(|step| step.action == Action::Remove && step.reason != Reason::Expired).count()
    };
    let changed = plans.iter().filter(|plan| plan.standing == Standing::Changed);
    let removals: usize = changed.map(is_removal).sum();
    (removals as u64 > most).then(|| {
        let message = format!("{removals} files would be removed, more than the {most} that one run may remove");
        Refusal::new("removals", message, "look at the plan (--dry-run); --force goes on")
    })
}
