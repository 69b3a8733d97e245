//! A tenant, resolved and planned: what its pages are made from when somebody asks for them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::layer::name_columns;
use tenantry_core::name::ThemeName;
use tenantry_core::site::Site;

use super::census::Census;
use super::hosting::{Found, Hosting};
use super::locked;
use super::world::{Entry, Home, World};
use crate::build::{Files, guarded};
use crate::disk;
use crate::output::FileBytes;
use crate::plan::{Job, Sources, Task, plan};
use crate::render::{Guard, render_all};
use crate::resolve::{Resolved, published_address, resolve, wanted_theme};
use crate::themes::Themes;
use crate::workspace::{TenantSeed, refuse_equal_addresses, refuse_ids};

/// Most tenants with the address of another one that are named to it.
const MOST_RIVALS: usize = 8;

/// A tenant without errors.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) seed: TenantSeed,
    pub(super) resolved: Resolved,
    pub(super) jobs: Vec<Job>,
    pub(super) hosting: Hosting,
}

/// What a version was made from, and what was found; also where there is none.
#[derive(Debug)]
pub(super) struct Tried {
    /// How many changes the workspace had seen.
    at: u64,
    fleets: u64,
    pub(super) theme: Option<ThemeName>,
    /// Who has the same id or the same address.
    rivals: BTreeSet<Home>,
    pub(super) found: Vec<Diagnostic>,
    /// Whether a version came of it.
    pub(super) is_sound: bool,
}

impl Tried {
    /// Whether nothing has changed since of what it was made from.
    pub(super) fn is_current(&self, world: &World, census: &Census, (home, entry): (&Home, &Entry)) -> bool {
        let theme = self.theme.as_ref().and_then(|theme| world.themes_changed.get(theme));
        world.latest(entry).max(theme.copied().unwrap_or_default()) <= self.at
            && self.fleets == census.fleets
            && self.rivals == rivals(world, census, (home, entry))
    }
}

/// Those who have the id or the address of a tenant.
fn rivals(world: &World, census: &Census, (home, entry): (&Home, &Entry)) -> BTreeSet<Home> {
    let is_kept = |home: &Home| world.tenants.get(home).is_none_or(|entry| entry.is_kept);
    let of_id = world.homes(entry.id.as_str()).iter().filter(|other| *other != home && !is_kept(other)).cloned();
    of_id.chain(census.rivals(home)).collect()
}

/// Makes a tenant's version from the sources as they are now.
pub(super) fn make(world: &World, census: &Mutex<Census>, (home, entry): (&Home, &Entry)) -> (Tried, Option<Version>) {
    let at = world.now;
    let mut tried = Tried { at, fleets: 0, theme: None, rivals: BTreeSet::new(), found: Vec::new(), is_sound: false };
    let made = guarded(&home.folder(), || {
        let seed = known_seed((world, census), (home, entry), &mut tried)?;
        let (chain, file, strays) = (Arc::clone(&seed.chain), seed.identity.file.clone(), seed.folder.strays.clone());
        let version = version((world, census), (home, seed), &mut tried);
        // Things that lie beside the tenant's files do not keep it from being built.
        tried.found.extend(strays);
        name_columns(&chain, &file, &mut tried.found);
        version
    });
    let version = made.unwrap_or_else(|problem| {
        tried.found.push(problem);
        None
    });
    tried.is_sound = version.is_some();
    (tried, version)
}

/// Reads a tenant's settings, and notes what they depend on.
fn known_seed(
    (world, census): (&World, &Mutex<Census>),
    (home, entry): (&Home, &Entry),
    tried: &mut Tried,
) -> Option<TenantSeed> {
    let seen = disk::now();
    let seed = world.seed(home, entry)?;
    tried.theme = wanted_theme(&seed, world.ground.overrides());
    let mut census = locked(census);
    census.learn((home, entry), &seed, (&world.ground, seen));
    tried.fleets = census.fleets;
    tried.rivals = rivals(world, &census, (home, entry));
    drop(census);
    Some(told_of_rivals(world, seed, &tried.rivals))
}

fn version(
    (world, census): (&World, &Mutex<Census>),
    (home, seed): (&Home, TenantSeed),
    tried: &mut Tried,
) -> Option<Version> {
    let themes = world.themes(tried.theme.as_ref());
    let look = |seed: &TenantSeed, resolved: &Resolved, found: &mut Vec<Diagnostic>| {
        let mut census = locked(census);
        census.outline(home, resolved);
        let leaks = census.leaks();
        drop(census);
        leaks.search(seed, resolved, found);
    };
    planned((world, &themes), seed, &mut tried.found, look)
}

/// The version of a tenant before something that it shares with others last changed, if it could be made then.
pub(super) fn before(world: &World, (home, entry): (&Home, &Entry)) -> Option<Version> {
    let past = world.past.as_ref()?;
    let seed = world.seed_below(past.layers.get(&entry.layer)?, (home, entry))?;
    let made = guarded(&home.folder(), || planned((world, &past.themes), seed, &mut Vec::new(), |_, _, _| {}));
    made.ok().flatten()
}

/// Resolves a tenant and plans its files. `look` is what else is to be looked for in its sources.
fn planned(
    (world, themes): (&World, &Themes),
    seed: TenantSeed,
    found: &mut Vec<Diagnostic>,
    look: impl FnOnce(&TenantSeed, &Resolved, &mut Vec<Diagnostic>),
) -> Option<Version> {
    let resolved = resolve(&seed, &world.ground.setting(themes), found)?;
    look(&seed, &resolved, found);
    let site = Site::new(resolved.parts(), found)?;
    let root = &world.ground.root;
    let sources = Sources { root, program: Digest::of(b"preview"), shared: &world.files, files: Files::All };
    let jobs = plan(&resolved, &site, sources, found)?;
    if found.iter().any(Diagnostic::is_error) {
        return None;
    }
    let hosting = Hosting::of(&jobs, resolved.tenant.base_url.path());
    Some(Version { seed, resolved, jobs, hosting })
}

/// Tells a tenant of others who have its id or its address.
fn told_of_rivals(world: &World, seed: TenantSeed, rivals: &BTreeSet<Home>) -> TenantSeed {
    if rivals.is_empty() {
        return seed;
    }
    let others = rivals.iter().take(MOST_RIVALS).filter_map(|home| world.seed(home, world.tenants.get(home)?));
    let mut seeds: Vec<TenantSeed> = vec![seed];
    seeds.extend(others);
    let own = seeds[0].identity.id.as_str().to_lowercase();
    let ids = seeds.iter().map(|seed| seed.identity.id.to_string()).filter(|id| id.to_lowercase() == own);
    let ids: Vec<String> = ids.collect();
    if ids.len() > 1 {
        refuse_ids(&mut seeds, &ids.into_iter().collect());
    }
    let no_themes = Themes::default();
    refuse_equal_addresses(&mut seeds, |seed| published_address(seed, &world.ground.setting(&no_themes)));
    seeds.swap_remove(0)
}

impl Version {
    /// The number of the page that stands at the path of a request.
    pub(super) fn page_at(&self, path: &str) -> Option<usize> {
        match self.hosting.find(&self.jobs, path) {
            Found::File(Job { task: Task::Page(index), .. }) => Some(*index),
            _ => None,
        }
    }

    /// Makes one of its files.
    pub(super) fn render(&self, job: &Job) -> Result<FileBytes, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let rendered = guarded(&self.resolved.folder, || {
            let site = Site::new(self.resolved.parts(), &mut Vec::new())?;
            render_all((&self.resolved, &site), std::iter::once(job), Guard::default(), &mut found)?.pop()
        });
        match rendered {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(found),
            Err(problem) => Err(vec![problem]),
        }
    }

    /// Makes all of them, and tells what is wrong.
    pub(super) fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let checked = guarded(&self.resolved.folder, || {
            let site = Site::new(self.resolved.parts(), &mut Vec::new())?;
            render_all(
                (&self.resolved, &site),
                self.jobs.iter().filter(|job| job.encoding().is_none()),
                Guard::default(),
                &mut found,
            )
            .map(drop)
        });
        found.extend(checked.err());
        found
    }
}
