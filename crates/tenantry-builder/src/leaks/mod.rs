//! The leak check: no site names the host of another tenant, unless a group above allows it.
//!
//! ```text
//! shared sources    once a run          ─┐
//! a tenant's own    when it is read     ─┴─ words ──> hosts of other tenants ──> those that its site shows: errors
//! what it is made   for check, --verify ─── words ──> those that no source shows: errors
//! ```
//!
//! No source is searched for a list of hosts: it is taken apart into words that look like hosts, and each word is looked
//! up (`tenantry_core::leak`). The record of a tenant that is not read again holds the words of its own sources. They are
//! looked up only if tenants or their hosts are others than before, and a tenant that names one is read.

mod output;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::layer::{BaseUrl, LayerSpec, decode_setting};
use tenantry_core::leak::{Fleet, HostList, Names};
use tenantry_core::name::{TenantId, ThemeName};
use tenantry_core::source::Source;

use self::sources::{Carrier, Mention, Shown, Text, texts_of_layer, texts_of_tenant, texts_of_theme};
use crate::memory::Memory;
use crate::resolve::Resolved;
use crate::state::{KnownFleet, Remembered};
use crate::themes::{Theme, Themes};
use crate::workspace::{Gathered, Layer, Recalled, TenantSeed};

pub(crate) use self::output::SearchedOutput;

/// Most hosts that are told of one file.
const MOST_TOLD: usize = 20;

/// What is remembered of a tenant, to tell without reading it whether it may name the host of another one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// Its hosts.
    pub(crate) hosts: HostList,
    /// The words of its own sources that look like hosts and are not its own.
    pub(crate) words: HostList,
}

/// The leak check of a run.
#[derive(Debug, Default)]
pub(crate) struct Leaks {
    fleet: Arc<Fleet>,
    /// Whose hosts are whose, if no tenant is read and so nobody asks more than whether that is as it was.
    known: Option<KnownFleet>,
    /// What the command line sets for every tenant.
    set: Vec<Set>,
    /// The mentions in each layer and theme, by its folder.
    shared: Mutex<BTreeMap<String, Shared>>,
    /// The names to look for, if anybody asked.
    names: Option<Names>,
}

/// What the command line sets for every tenant.
pub(crate) type Set = (Arc<Source>, LayerSpec);

/// Decodes that. What is wrong with a setting is told where the tenants are resolved.
pub(crate) fn decoded(overrides: &[Arc<Source>]) -> Vec<Set> {
    let decoded = |source: &Arc<Source>| Some((Arc::clone(source), decode_setting(source, 0, &mut Vec::new())?));
    overrides.iter().filter_map(decoded).collect()
}

/// The hosts of a tenant: of the address that it writes, of the one that it is published at, and of those that it covers.
pub(crate) fn hosts_of(seed: &TenantSeed, set: &[Set], published_at: Option<BaseUrl>) -> HostList {
    let own = seed.own.as_ref();
    let written = own.and_then(|own| own.base_url.as_ref()).map(|url| url.value.clone());
    let covers = set.iter().rev().find_map(|(_, spec)| spec.covers.as_ref());
    let covers = covers.or(own.and_then(|own| own.covers.as_ref())).or(seed.parent.spec.covers.as_ref());
    let covered = covers.into_iter().flat_map(|covers| &covers.value).filter_map(|url| BaseUrl::new(url).ok());
    written.into_iter().chain(published_at).chain(covered).map(|url| url.host().to_owned()).collect()
}

/// The mentions in the sources of a layer or a theme, once a tenant has asked.
type Shared = Arc<OnceLock<Vec<Mention>>>;

impl Leaks {
    /// For all tenants of a workspace, whether they are built or not. `published_at` tells where one is published in this
    /// run.
    pub(crate) fn new(
        gathered: &Gathered<'_>,
        memory: &Memory<'_>,
        overrides: &[Arc<Source>],
        published_at: impl Fn(&TenantSeed) -> Option<BaseUrl>,
    ) -> Leaks {
        if let Some(known) = memory.fleet().filter(|_| gathered.is_as_remembered(memory)) {
            return Leaks { known: Some(known), ..Leaks::default() };
        }
        let set = decoded(overrides);
        let hosts = |seed: &TenantSeed| hosts_of(seed, &set, published_at(seed));
        let read = gathered.workspace.tenants.iter().map(|seed| (seed.identity.id.clone(), hosts(seed)));
        let remembered = gathered.remembered().map(|tenant| (tenant.id(), HostList::of_text(tenant.hosts)));
        let fleet = Fleet::new(read.chain(remembered).collect());
        Leaks::among(Arc::new(fleet), set)
    }

    /// Among tenants whose hosts are known. `set` is what the command line sets.
    pub(crate) fn among(fleet: Arc<Fleet>, set: Vec<Set>) -> Leaks {
        Leaks { fleet, set, ..Leaks::default() }
    }

    /// Has the names of tenants be looked for as well, but for those that a shared source holds.
    pub(crate) fn look_for_names(&mut self, tenants: &[TenantSeed]) {
        let name = |seed: &'_ TenantSeed| seed.own.as_ref()?.name.as_ref().map(|name| Arc::clone(&name.value));
        let named: Vec<_> = tenants.iter().filter_map(|seed| Some((&seed.identity.id, name(seed)?))).collect();
        self.names = Some(Names::new(named.iter().map(|(id, name)| (*id, &**name))));
    }

    /// Forgets the names that shared sources hold.
    pub(crate) fn forget_shared_names(&mut self, layers: &[Arc<Layer>], themes: &Themes) {
        let Some(names) = &mut self.names else { return };
        let of_layers = layers.iter().flat_map(|layer| texts_of_layer(layer));
        for text in of_layers.chain(themes.loaded().flat_map(|theme| texts_of_theme(theme))) {
            names.forget_those_in(text.words);
        }
    }

    /// Who has which hosts.
    pub(crate) fn fleet(&self) -> KnownFleet {
        self.known.unwrap_or_else(|| (*self.fleet.digest().as_bytes(), self.fleet.tenants()))
    }

    /// Reads the remembered tenants that may name a host of another one by now.
    pub(crate) fn read_mentioning<'m>(&self, gathered: &mut Gathered<'m>, memory: &Memory<'m>, themes: &Themes) {
        let theme_of = |tenant: &Remembered<'m>| {
            let name = ThemeName::new(memory.common(tenant)?.theme.0).ok()?;
            themes.get(&name).flatten()
        };
        let below = |recalled: &Recalled<'m>| -> Vec<&'m str> {
            let may_mention = |tenant: &&&'m Remembered<'m>| {
                self.may_mention(&recalled.layer, tenant, theme_of(tenant).map(|theme| &**theme))
            };
            recalled.tenants.par_iter().filter(may_mention).map(|tenant| tenant.id).collect()
        };
        let mentioning: BTreeSet<&str> = gathered.recalled.iter().flat_map(below).collect();
        gathered.read_again(|tenant| mentioning.contains(tenant.id));
    }

    fn may_mention(&self, layer: &Arc<Layer>, tenant: &Remembered<'_>, theme: Option<&Theme>) -> bool {
        let id = tenant.id();
        let bounds = self.bounds(&id, layer);
        let shared = self.shared_by(layer, theme);
        let mentioned = shared.iter().flat_map(|shared| shared.get()).flatten().map(|mention| &*mention.host);
        HostList::of_text(tenant.words).iter().chain(mentioned).any(|host| bounds.forbid(host))
    }

    /// Searches what a tenant's site is made from. Gives what is to be remembered.
    pub(crate) fn search(&self, seed: &TenantSeed, resolved: &Resolved, diagnostics: &mut Vec<Diagnostic>) -> Kept {
        let bounds = self.bounds(&seed.identity.id, &seed.parent);
        let mut words = BTreeSet::new();
        let mut mentions = Vec::new();
        for text in texts_of_tenant((seed, resolved), &self.set) {
            text.mentions(&mut mentions, |host| {
                let is_own = bounds.owns(host);
                if !is_own {
                    words.insert(host.to_owned());
                }
                !is_own && bounds.forbid(host)
            });
            self.note_names(&text, &bounds, diagnostics);
        }
        for shared in self.shared_by(&seed.parent, Some(&resolved.theme)) {
            let forbidden = shared.get().into_iter().flatten().filter(|mention| bounds.forbid(&mention.host));
            mentions.extend(forbidden.cloned());
        }
        if !mentions.is_empty() {
            let shown = Shown::of(seed, resolved);
            mentions.retain(|mention| shown.holds(mention));
            self.report(mentions, diagnostics);
        }
        Kept { hosts: bounds.own.cloned().unwrap_or_default(), words: words.into_iter().collect() }
    }

    /// Searches a tenant's output, file by file.
    pub(crate) fn output<'l>(&'l self, seed: &'l TenantSeed) -> SearchedOutput<'l> {
        SearchedOutput::of(self.bounds(&seed.identity.id, &seed.parent))
    }

    fn bounds<'l>(&'l self, tenant: &'l TenantId, above: &'l Layer) -> Bounds<'l> {
        let allowed = above.spec.allow_mentions.as_ref().map_or(&[][..], |words| &words.value);
        Bounds { fleet: &self.fleet, tenant, own: self.fleet.hosts_of(tenant), allowed }
    }

    /// The mentions in the layers above a tenant and in its theme.
    fn shared_by(&self, layer: &Arc<Layer>, theme: Option<&Theme>) -> Vec<Shared> {
        let mut shared = Vec::new();
        let mut layer = Some(layer);
        while let Some(above) = layer {
            shared.push(self.shared(above.path.as_str(), || texts_of_layer(above)));
            layer = above.parent.as_ref();
        }
        shared.extend(theme.map(|theme| self.shared(&format!("themes/{}", theme.name), || texts_of_theme(theme))));
        shared
    }

    fn shared<'t>(&self, folder: &str, texts: impl FnOnce() -> Vec<Text<'t>>) -> Shared {
        let mut all = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = match all.get(folder) {
            Some(shared) => Arc::clone(shared),
            None => Arc::clone(all.entry(folder.to_owned()).or_default()),
        };
        drop(all);
        shared.get_or_init(|| {
            let mut mentions = Vec::new();
            texts().iter().for_each(|text| text.mentions(&mut mentions, |host| self.fleet.has(host)));
            mentions
        });
        shared
    }

    /// Notes the names of other tenants in a text.
    fn note_names(&self, text: &Text<'_>, bounds: &Bounds<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let Some(names) = &self.names else { return };
        let mut told = BTreeSet::new();
        for mention in names.in_text(text.words) {
            let is_meant = |id: &str| bounds.allowed.iter().any(|word| **word == *id);
            let own = mention.tenants.contains(bounds.tenant);
            if own || mention.tenants.iter().any(|id| is_meant(id.as_str())) || !told.insert(mention.name) {
                continue;
            }
            let whose = tenants_in_words(mention.tenants.iter().map(|id| id.as_str()));
            let message = format!("`{}` is the name of {whose}, and stands in the site of another one", mention.name);
            diagnostics.push(Diagnostic::note("tenant-named", message).at(text.place_of(mention.span)));
        }
    }

    /// Reports mentions that a site shows, the first few of each file.
    fn report(&self, mut mentions: Vec<Mention>, diagnostics: &mut Vec<Diagnostic>) {
        mentions.sort_by(|a, b| a.order().cmp(&b.order()));
        for of_file in mentions.chunk_by(|a, b| a.at.source.path() == b.at.source.path()) {
            let (told, rest) = of_file.split_at(of_file.len().min(MOST_TOLD));
            diagnostics.extend(told.iter().map(|mention| self.finding(mention)));
            if let Some(first) = rest.first() {
                let message = format!("{} more hosts of other tenants stand in this file", rest.len());
                diagnostics.push(Diagnostic::error(LEAK, message).at(first.at.clone()));
            }
        }
    }

    fn finding(&self, Mention { host, carrier, at, .. }: &Mention) -> Diagnostic {
        let whose = owners_in_words(&self.fleet, host);
        let message = format!("`{host}` is a host of {whose}, and stands in the site of another one");
        let instead = match carrier {
            Carrier::Value | Carrier::Words(_) => "take it out",
            Carrier::Document | Carrier::Template => {
                "write `{{ site.host }}` where the host of each site itself is meant"
            }
        };
        let hint = format!("{instead}; a group whose tenants may name it says: allow_mentions = [\"{host}\"]");
        Diagnostic::error(LEAK, message).at(at.clone()).hint(hint)
    }
}

/// The code of a host of another tenant.
const LEAK: &str = "tenant-leak";

/// What a tenant may name.
#[derive(Debug, Clone, Copy)]
struct Bounds<'l> {
    fleet: &'l Fleet,
    tenant: &'l TenantId,
    own: Option<&'l HostList>,
    /// `allow_mentions` of the group above.
    allowed: &'l [Arc<str>],
}

impl Bounds<'_> {
    fn owns(&self, host: &str) -> bool {
        self.own.is_some_and(|own| own.contains(host))
    }

    /// Whether a word is the host of another tenant, which may not be named.
    fn forbid(&self, host: &str) -> bool {
        self.fleet.has(host) && !self.owns(host) && !self.fleet.allows(self.allowed, host)
    }
}

fn owners_in_words(fleet: &Fleet, host: &str) -> String {
    tenants_in_words(fleet.owners(host).map(|id| id.as_str()))
}

fn tenants_in_words<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    let ids: Vec<&str> = ids.collect();
    match &ids[..] {
        [] => "a tenant".to_owned(),
        [one] => format!("the tenant `{one}`"),
        [one, other] => format!("the tenants `{one}` and `{other}`"),
        [first, ..] => format!("{} tenants, such as `{first}`", ids.len()),
    }
}
