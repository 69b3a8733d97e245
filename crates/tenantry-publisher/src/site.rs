//! A tenant's site on its way to its place: what was built, what is there, and what the difference is.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use tenantry_core::digest::Digest;
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;
use tenantry_core::publish::{Kind, TargetSettings};

use crate::built::Built;
use crate::clock;
use crate::fault::{Fault, Outcome};
use crate::listing::Listing;
use crate::plan::{Comparison, Judged, Promise, Refusal, Standing, TenantPlan, compare, host_limits, refuse_site};
use crate::purge::has_caches;
use crate::record::{Found, read_listing, read_record};
use crate::retry::Patience;
use crate::target::{Surface, Target};
use crate::targets::{Connections, Opener, Opening};

/// How many days assets stay that no page names any more.
const GRACE_DAYS: u64 = 7;

/// What all sites of a run are looked at with.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'g> {
    pub(crate) built: &'g Built,
    pub(crate) target: &'g str,
    pub(crate) patience: &'g Patience,
    pub(crate) interrupt: &'g AtomicBool,
    pub(crate) connections: &'g Connections,
    pub(crate) opener: &'g Opener,
    /// A lock that may be taken although somebody holds it.
    pub(crate) broken_lock: Option<&'g str>,
    /// Whether limits are gone beyond, and everything is sent anew.
    pub(crate) force: bool,
    /// Whether what was taken back is published again.
    pub(crate) again: bool,
}

/// A site whose place is open.
pub(crate) struct Site {
    pub(crate) tenant: TenantId,
    pub(crate) settings: TargetSettings,
    pub(crate) target: Box<dyn Target>,
    pub(crate) found: Found,
    /// What was built.
    pub(crate) built: Listing,
    /// What the release that is shown lists.
    pub(crate) shown: Option<Listing>,
    /// Of what nobody knows whether and how it is there, where files are replaced one by one.
    pub(crate) unsure: BTreeSet<OutputPath>,
}

/// Opens a tenant's place and reads its record.
pub(crate) fn open_site(
    ground: Ground<'_>,
    tenant: &TenantId,
    settings: &TargetSettings,
) -> Outcome<(Box<dyn Target>, Found)> {
    let memory = ground.built.memory(ground.target).join(tenant.as_str());
    let built = ground.built.folder(tenant);
    let (target, connections) = (ground.target, ground.connections);
    let opened = (ground.opener)(&Opening { tenant, target, settings, memory: &memory, built: &built, connections })?;
    let found = ground.patience.keep_trying(ground.interrupt, || read_record(&*opened, tenant))?;
    Ok((opened, found))
}

/// What is about to happen to a tenant's site, and the site itself where something is.
pub(crate) fn plan_site(ground: Ground<'_>, tenant: &TenantId) -> (TenantPlan, Option<Site>) {
    let mut plan = TenantPlan {
        tenant: tenant.to_string(),
        place: String::new(),
        promise: Promise::WholeSite,
        standing: Standing::Unchanged,
        refusal: None,
        base: None,
        fence: 0,
        release: 0,
        digest: None,
        steps: Vec::new(),
        same: 0,
    };
    let manifest = match ground.built.manifest(tenant) {
        Ok(manifest) => manifest,
        Err(fault) => {
            let refusal = Refusal { code: "not-built".into(), message: fault.message, hint: None };
            return (plan.refused(refusal), None);
        }
    };
    let Some(settings) = manifest.targets.get(ground.target) else {
        return (TenantPlan { standing: Standing::Elsewhere, ..plan }, None);
    };
    match look(ground, tenant, (settings, Listing::of(&manifest, settings)), &mut plan) {
        Ok(site) => (plan, site),
        Err(fault) => (plan.failed(fault), None),
    }
}

fn look(
    ground: Ground<'_>,
    tenant: &TenantId,
    (settings, built): (&TargetSettings, Listing),
    plan: &mut TenantPlan,
) -> Outcome<Option<Site>> {
    let (target, found) = open_site(ground, tenant, settings)?;
    let digest = built.digest();
    let record = &found.record;
    plan.place = target.place();
    plan.promise = Promise::of(&target.surface());
    (plan.base, plan.fence, plan.release, plan.digest) =
        (record.shown, record.fence, record.next_number(), Some(digest));
    plan.standing = standing(ground, &found, digest);
    if record.tenant == tenant.as_str() && plan.standing != Standing::Changed {
        plan.same = built.0.len();
        if record.shown.is_some() && record.stale && has_caches(settings) {
            plan.standing = Standing::PurgePending;
            let (tenant, settings) = (tenant.clone(), settings.clone());
            return Ok(Some(Site { tenant, settings, target, found, built, shown: None, unsure: BTreeSet::new() }));
        }
        return Ok(None);
    }
    if found.version.is_none()
        && !ground.force
        && !ground.patience.keep_trying(ground.interrupt, || target.is_vacant())?
    {
        refuse(plan, foreign_place(&plan.place, settings.kind));
        return Ok(None);
    }
    let (shown, begun) = listings(ground, &*target, &found)?;
    let unsure = record.unsure(shown.as_ref(), begun.as_ref());
    let comparison = Comparison {
        built: &built,
        shown: shown.as_ref(),
        retired: &record.retired,
        unsure: &unsure,
        now: clock::now(),
        retires: grace(settings) > 0,
    };
    (plan.steps, plan.same) = compare(comparison);
    if plan.steps.is_empty() && record.unfinished.is_none() && record.tenant == tenant.as_str() {
        plan.standing = Standing::Unchanged;
        return Ok(None);
    }
    let (broken_lock, force) = (ground.broken_lock, ground.force);
    let judged = Judged { tenant, settings, record, built: &built, shown: shown.as_ref(), broken_lock, force };
    let refusal = match refuse_site(judged) {
        None if !force => beyond_host(ground, tenant, (settings, &built))?,
        other => other,
    };
    if let Some(refusal) = refusal {
        refuse(plan, refusal);
        return Ok(None);
    }
    Ok(Some(Site { tenant: tenant.clone(), settings: settings.clone(), target, found, built, shown, unsure }))
}

fn foreign_place(place: &str, kind: Kind) -> Refusal {
    let message = format!("`{place}` holds something, and was not made by a publish");
    let hint = match kind {
        Kind::Git => "choose another place; --force replaces the branch, and what it held is not kept",
        _ => "choose another place; --force publishes beside what is there",
    };
    Refusal::new("foreign-place", message, hint)
}

fn standing(ground: Ground<'_>, found: &Found, digest: Digest) -> Standing {
    let record = &found.record;
    let is_shown = record.shown().is_some_and(|shown| shown.digest == digest);
    if record.is_whole() && is_shown && !ground.force {
        Standing::Unchanged
    } else if record.withdrawn == Some(digest) && !ground.again {
        Standing::HeldBack
    } else {
        Standing::Changed
    }
}

/// The listing of the release that is shown, and that of one that was begun where files are replaced one by one.
fn listings(ground: Ground<'_>, target: &dyn Target, found: &Found) -> Outcome<(Option<Listing>, Option<Listing>)> {
    let of = |release: Option<u64>| match release {
        Some(release) => ground.patience.keep_trying(ground.interrupt, || read_listing(target, release)),
        None => Ok(None),
    };
    match target.surface() {
        // Whatever is there, a new release is made of new files.
        Surface::Releases(_) if ground.force => Ok((None, None)),
        Surface::Releases(_) => Ok((of(found.record.shown)?, None)),
        Surface::Files(_) => Ok((of(found.record.shown)?, of(found.record.unfinished)?)),
    }
}

fn beyond_host(
    ground: Ground<'_>,
    tenant: &TenantId,
    (settings, built): (&TargetSettings, &Listing),
) -> Outcome<Option<Refusal>> {
    let read = |name: &str| {
        let Some((path, file)) = built.0.get_key_value(name) else { return Ok(None) };
        let text = String::from_utf8(ground.built.file(tenant, path, file)?);
        text.map(Some).map_err(|_| Fault::lasting(format!("`{path}` is no text in UTF-8")))
    };
    host_limits(settings, built, read)
}

fn refuse(plan: &mut TenantPlan, refusal: Refusal) {
    (plan.standing, plan.refusal) = (Standing::Refused, Some(refusal));
}

/// For how many seconds assets stay that no page names any more.
pub(crate) fn grace(settings: &TargetSettings) -> u64 {
    settings.number("grace_days", GRACE_DAYS) * 86_400
}

/// The paths of a listing that another one has just so.
pub(crate) fn in_common<'l>(one: &'l Listing, other: Option<&Listing>) -> BTreeSet<&'l OutputPath> {
    let same = |(path, file): &(&OutputPath, &crate::listing::File)| {
        other.and_then(|other| other.0.get(*path)).is_some_and(|there| there.digest == file.digest)
    };
    one.0.iter().filter(same).map(|(path, _)| path).collect()
}
