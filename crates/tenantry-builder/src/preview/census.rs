//! What is known of each tenant without keeping its site: who it is, whose hosts are whose, what was found.
//!
//! Nobody is asked before the workspace is open. In the background all settings are read first, since only then is it known
//! who claims which address, and who may not name whom; then all tenants are checked. What changes is asked again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::layer::BaseUrl;
use tenantry_core::leak::{Fleet, HostList};
use tenantry_core::name::{TenantId, ThemeName};

use super::changes::Changes;
use super::outline::{Outline, Outlines};
use super::world::{Entry, Ground, Home};
use crate::leaks::{Leaks, hosts_of};
use crate::memory::is_settled;
use crate::resolve::{Resolved, published_address, wanted_theme};
use crate::scan::Look;
use crate::themes::Themes;
use crate::workspace::TenantSeed;

/// Most tenants that are checked before all are read.
const MOST_FIRST: usize = 32;

/// What is known of one tenant.
#[derive(Debug, Clone)]
pub(super) struct Known {
    id: TenantId,
    /// What its files looked like, and when nobody had looked at them yet.
    pub(super) look: (Look, u64),
    pub(super) name: String,
    pub(super) address: Option<BaseUrl>,
    pub(super) languages: Arc<[String]>,
    pub(super) theme: Option<ThemeName>,
    /// Whether it replaces something of what it shares with others: a document, or words of a cookie.
    pub(super) replaces: bool,
    hosts: HostList,
    pub(super) outline: Option<Arc<Outline>>,
    /// What was found when it was last looked through; `None` before that.
    pub(super) found: Option<Arc<[Diagnostic]>>,
}

/// All tenants.
#[derive(Debug, Default)]
pub(super) struct Census {
    pub(super) known: BTreeMap<Home, Known>,
    /// Whose settings are to be read.
    unread: BTreeSet<Home>,
    /// Whose site is to be checked.
    unchecked: BTreeSet<Home>,
    /// Changes that are not known yet to whom they matter, and up to whom that has been found out.
    open: VecDeque<(Arc<Changes>, Option<Home>)>,
    /// Some tenants, to be checked first: what they share with others is made then.
    first: Vec<Home>,
    /// Who claims which address.
    claims: BTreeMap<String, BTreeSet<Home>>,
    outlines: Outlines,
    /// Whether hosts are others than those of the fleet.
    is_stale: bool,
    fleet: (Arc<Fleet>, Option<Digest>),
    leaks: Arc<Leaks>,
    /// How often the fleet has become another one.
    pub(super) fleets: u64,
}

/// What is to be done next in the background.
#[derive(Debug)]
pub(super) enum Task {
    /// To find out to whom changes matter, of those behind a tenant.
    Reach(Arc<Changes>, Option<Home>),
    Read(Home),
    Check(Home),
    /// The hosts of all are known.
    Publish,
}

impl Census {
    /// For tenants of which nothing is known.
    pub(super) fn of(tenants: &BTreeMap<Home, Entry>) -> Census {
        let unread: BTreeSet<Home> = tenants.keys().cloned().collect();
        let by_layer = tenants.iter().map(|(home, entry)| (&entry.layer, home)).rev().collect::<BTreeMap<_, _>>();
        let first = by_layer.into_values().take(MOST_FIRST).cloned().collect();
        Census { unchecked: unread.clone(), unread, first, is_stale: true, ..Census::default() }
    }

    /// What is to be done next.
    pub(super) fn next(&mut self) -> Option<Task> {
        if let Some(home) = self.first.pop() {
            return Some(Task::Check(home));
        }
        if let Some((changes, after)) = self.open.pop_front() {
            return Some(Task::Reach(changes, after));
        }
        match self.unread.pop_first() {
            Some(home) => Some(Task::Read(home)),
            None if self.is_stale => Some(Task::Publish),
            None => self.unchecked.pop_first().map(Task::Check),
        }
    }

    /// Somebody whose settings are to be read.
    pub(super) fn next_unread(&mut self) -> Option<Home> {
        self.unread.pop_first()
    }

    /// How many tenants are still to be checked.
    pub(super) fn left(&self) -> usize {
        self.unchecked.len() + self.open.len()
    }

    /// Takes in changes: who is gone is forgotten, who changed is to be read again, and to whom shared things matter will be
    /// found out in the background.
    pub(super) fn take(&mut self, changes: &Arc<Changes>, ground: &Ground) {
        changes.gone.iter().for_each(|home| self.remove(home));
        changes.tenants.keys().for_each(|home| self.forget(home));
        if changes.is_shared() {
            self.search_again(ground);
            self.open.push_back((Arc::clone(changes), None));
        }
    }

    /// To whom changes matter is found out up to a tenant.
    pub(super) fn go_on(&mut self, changes: Arc<Changes>, after: Home) {
        self.open.push_front((changes, Some(after)));
    }

    /// A tenant is to be read and checked again.
    pub(super) fn forget(&mut self, home: &Home) {
        self.unread.insert(home.clone());
        self.unchecked.insert(home.clone());
    }

    /// A tenant is to be checked again.
    pub(super) fn doubt(&mut self, home: &Home) {
        self.unchecked.insert(home.clone());
    }

    /// A tenant is gone.
    pub(super) fn remove(&mut self, home: &Home) {
        self.unread.remove(home);
        self.unchecked.remove(home);
        if let Some(known) = self.known.remove(home) {
            self.is_stale |= known.hosts != HostList::default();
            self.unclaim(home, known.address.as_ref());
        }
    }

    /// Learns who a tenant is from its settings.
    pub(super) fn learn(&mut self, (home, entry): (&Home, &Entry), seed: &TenantSeed, (ground, seen): (&Ground, u64)) {
        let no_themes = Themes::default();
        let address = published_address(seed, &ground.setting(&no_themes)).map(|(url, _)| url);
        let address = address.filter(|_| !entry.is_kept);
        let hosts = if entry.is_kept { HostList::default() } else { hosts_of(seed, &ground.set, address.clone()) };
        let told = seed.told();
        let old = self.known.remove(home);
        self.is_stale |= old.as_ref().is_none_or(|old| old.hosts != hosts);
        if old.as_ref().and_then(|old| old.address.as_ref()) != address.as_ref() {
            self.unclaim(home, old.as_ref().and_then(|old| old.address.as_ref()));
        }
        if let Some(address) = &address {
            self.claims.entry(address.claim()).or_default().insert(home.clone());
        }
        let (outline, found) = old.map_or((None, None), |old| (old.outline, old.found));
        let known = Known {
            id: seed.identity.id.clone(),
            look: (seed.folder.look, seen),
            name: told.name,
            address,
            languages: told.languages,
            theme: wanted_theme(seed, ground.overrides()),
            replaces: !seed.folder.content.is_empty() || seed.own.as_ref().is_some_and(|own| !own.register.is_empty()),
            hosts,
            outline,
            found,
        };
        self.known.insert(home.clone(), known);
        self.unread.remove(home);
    }

    fn unclaim(&mut self, home: &Home, address: Option<&BaseUrl>) {
        let Some(claim) = address.map(BaseUrl::claim) else { return };
        if let Some(claimants) = self.claims.get_mut(&claim) {
            claimants.remove(home);
            if claimants.is_empty() {
                self.claims.remove(&claim);
            }
        }
    }

    /// The others who claim the address of a tenant.
    pub(super) fn rivals(&self, home: &Home) -> BTreeSet<Home> {
        let claim = self.known.get(home).and_then(|known| Some(known.address.as_ref()?.claim()));
        let claimants = claim.and_then(|claim| self.claims.get(&claim));
        claimants.into_iter().flatten().filter(|other| *other != home).cloned().collect()
    }

    /// Whose address has this host.
    pub(super) fn by_host<'c>(&'c self, host: &'c str) -> impl Iterator<Item = &'c Home> {
        let from = self.claims.range(host.to_owned()..).take_while(move |(claim, _)| claim.starts_with(host));
        let is_whole = move |claim: &str| claim[host.len()..].starts_with(['/', ':']);
        from.filter(move |(claim, _)| is_whole(claim)).flat_map(|(_, homes)| homes)
    }

    /// The hosts that tenants have.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &str> {
        self.known.values().filter_map(|known| known.address.as_ref().map(BaseUrl::host))
    }

    /// Keeps what a look through a site found.
    pub(super) fn keep(&mut self, home: &Home, found: Vec<Diagnostic>) {
        if let Some(known) = self.known.get_mut(home) {
            known.found = Some(found.into());
        }
    }

    /// Keeps which pages a site has.
    pub(super) fn outline(&mut self, home: &Home, resolved: &Resolved) {
        let outline = self.outlines.of(resolved);
        if let Some(known) = self.known.get_mut(home) {
            known.outline = Some(outline);
        }
    }

    /// The leak check, among those whose hosts are known.
    pub(super) fn leaks(&self) -> Arc<Leaks> {
        Arc::clone(&self.leaks)
    }

    /// Has shared sources be searched again: some have changed.
    pub(super) fn search_again(&mut self, ground: &Ground) {
        self.leaks = Arc::new(Leaks::among(Arc::clone(&self.fleet.0), ground.set.clone()));
    }

    /// Takes the hosts as they are known by now. Whoever mentions one may have become wrong, or right.
    pub(super) fn publish(&mut self, ground: &Ground) {
        self.is_stale = false;
        let fleet = Fleet::new(self.known.values().map(|known| (known.id.clone(), known.hosts.clone())).collect());
        let digest = fleet.digest();
        if Some(digest) != self.fleet.1 {
            self.fleet = (Arc::new(fleet), Some(digest));
            self.fleets += 1;
            self.search_again(ground);
            self.unchecked.extend(self.known.keys().cloned());
        }
    }

    /// Whether a tenant looks as it did when its settings were read.
    pub(super) fn looks(&self, home: &Home, look: Look) -> bool {
        self.known.get(home).is_some_and(|known| known.look.0.digest == look.digest)
    }

    /// The same, where no later change can be hidden.
    pub(super) fn is_settled_as(&self, home: &Home, look: Look) -> bool {
        let is_settled = |known: &Known| is_settled(known.look.0.youngest, known.look.1);
        self.looks(home, look) && self.known.get(home).is_some_and(is_settled)
    }

    /// How many errors and warnings are known of a tenant.
    pub(super) fn counts(&self, home: &Home) -> (usize, usize) {
        let found = self.known.get(home).and_then(|known| known.found.as_deref()).unwrap_or_default();
        let errors = found.iter().filter(|found| found.is_error()).count();
        let warnings = found.iter().filter(|found| !found.is_error()).count();
        (errors, warnings)
    }
}
