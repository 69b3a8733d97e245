//! A workspace kept open: any page of any tenant, made from the sources of now when somebody asks for it.
//!
//! ```text
//! tree      folders of sites/ -> groups, tenants            told of paths, tells whose they are
//! world     groups -> layers, made when asked for           a change drops what depends on it, and nothing else
//! version   a tenant -> resolve, plan                       the stages of a build
//! slot      a request -> hosting, render -> an answer       the last good one where the sources of now have errors
//! census    all tenants -> addresses, hosts, findings       in the background
//! ```
//!
//! The bytes are those that a build would write: [`crate::resolve`], [`crate::plan`] and the renderer make them. Nothing is
//! written to the disk. What is kept is bounded: the layers, and the tenants that were last asked for.
//!
//! Nothing that a request does is done under the lock of the world but reading it, and whoever changes it waits for those
//! who read. No lock is taken by a thread of the pool that waits for others of the pool.

mod answer;
mod census;
mod changes;
mod check;
mod desk;
mod group;
mod hosting;
mod outline;
mod rows;
mod slot;
mod touched;
mod tree;
mod version;
mod world;

use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;
use tenantry_core::suggest::nearest;

use self::census::{Census, Task};
use self::changes::{Changes, Told};
use self::check::Traffic;
use self::desk::Desk;
use self::slot::Slot;
use self::touched::Reach;
use self::version::{before, make};
use self::world::{Entry, Ground, Home, World};
use crate::build::{STACK, Stop};
use crate::disk;
use crate::explain::{self, Group};
use crate::workspace::refuse_other_folder;

pub use self::answer::Answer;
pub use self::check::Checking;
pub use self::rows::{LayerRow, Override, PageRow, TenantDetail, TenantRow};
pub use self::touched::{Touched, TouchedGroup};
pub use self::world::Options;

/// Fewest threads that answer requests: one that makes a large site keeps no other waiting.
const FEWEST_THREADS: usize = 2;
/// How many tenants are gone through at a time while others may wait.
const PART: usize = 256;
/// Most names that are given for a host that nobody has.
const MOST_NAMES: usize = 3;

/// A workspace, kept open.
#[derive(Debug)]
pub struct Preview {
    engine: Arc<Engine>,
}

/// What the preview and its check share.
#[derive(Debug)]
struct Engine {
    world: RwLock<World>,
    census: Mutex<Census>,
    desk: Mutex<Desk>,
    traffic: Traffic,
    pool: rayon::ThreadPool,
}

impl Preview {
    /// Opens a workspace. Reads no tenant.
    pub fn open(options: Options) -> Result<Preview, Stop> {
        refuse_other_folder(&options.workspace).map_err(|error| Stop::NoWorkspace(error.message))?;
        let threads = std::thread::available_parallelism().map_or(FEWEST_THREADS, usize::from).max(FEWEST_THREADS);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
        let pool = pool.map_err(|error| Stop::Unknown {
            message: format!("cannot start {threads} threads: {error}"),
            hint: None,
        })?;
        let world = pool.install(|| World::open(Ground::new(options)));
        let census = Mutex::new(Census::of(&world.tenants));
        let world = RwLock::new(world);
        let engine = Engine { world, census, desk: Mutex::default(), traffic: Traffic::default(), pool };
        Ok(Preview { engine: Arc::new(engine) })
    }

    /// Has all tenants be checked by a thread of its own, now and after each change, as long as the value lives that is
    /// given. `done` is called each time that all are.
    pub fn check_in_background(&self, done: impl Fn() + Send + 'static) -> std::io::Result<Checking> {
        Checking::begin(&self.engine, done)
    }

    /// Checks all tenants that have not been checked since they last changed.
    pub fn check_all(&self) {
        std::thread::scope(|scope| {
            let work = || while self.engine.step() {};
            // A thread that cannot be started leaves the work to the one in the background.
            let _ = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        });
    }

    /// How many tenants are still to be checked.
    pub fn unchecked(&self) -> usize {
        locked(&self.engine.census).left()
    }

    /// The tenant of a host: by its id as `<id>.localhost`, or by the host of its address. If there is none, the names that
    /// read most like it.
    pub fn by_host(&self, host: &str) -> Result<TenantId, Vec<String>> {
        let _request = self.engine.traffic.request();
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let world = self.engine.world();
        match host.strip_suffix(".localhost") {
            Some(id) => match world.tenant(id) {
                Some((_, entry)) => Ok(entry.id.clone()),
                None => {
                    let ids = world.tenants.values().filter(|entry| entry.is_shown).map(|entry| entry.id.as_str());
                    Err(most_like(id, ids.collect()).into_iter().map(|id| format!("{id}.localhost")).collect())
                }
            },
            None => self.engine.by_address(&world, &host),
        }
    }

    /// What stands at a path of a tenant's site.
    pub fn answer(&self, tenant: &TenantId, path: &str) -> Answer {
        self.engine.with_slot(tenant, |_, slot| slot.answer(path)).unwrap_or_else(Answer::unknown)
    }

    /// What stood there before something that tenants share last changed, if that can be told.
    pub fn before(&self, tenant: &TenantId, path: &str) -> Option<Answer> {
        let _request = self.engine.traffic.request();
        let world = self.engine.world();
        let at = world.tenant(tenant.as_str())?;
        self.engine.pool.install(|| before(&world, at).map(|version| Slot::of(version).answer(path)))
    }

    /// A file of a tenant's output, whether hosts show it or not.
    pub fn file(&self, tenant: &TenantId, path: &str) -> Answer {
        self.engine.with_slot(tenant, |_, slot| slot.file(path)).unwrap_or_else(Answer::unknown)
    }

    /// The files that a tenant's output has.
    pub fn files(&self, tenant: &TenantId) -> Vec<OutputPath> {
        let files = |_: &World, slot: &mut Slot| {
            let jobs = slot.version().map(|version| version.jobs.iter().map(|job| job.path.clone()).collect());
            jobs.unwrap_or_default()
        };
        self.engine.with_slot(tenant, files).unwrap_or_default()
    }

    /// Where the values of a page come from; `path` is that of a request.
    pub fn provenance(&self, tenant: &TenantId, path: &str) -> Vec<Group> {
        let groups = |world: &World, slot: &mut Slot| {
            let version = slot.version()?;
            let page = &version.resolved.blueprint.pages()[version.page_at(path)?].path;
            explain::page(&version.resolved, (&version.seed, &world.ground.root), page).ok()
        };
        self.engine.with_slot(tenant, groups).flatten().unwrap_or_default()
    }

    /// All tenants, by group and id.
    pub fn tenants(&self) -> Vec<TenantRow> {
        let world = self.engine.world();
        let census = locked(&self.engine.census);
        let shown = world.tenants.iter().filter(|(_, entry)| entry.is_shown);
        let mut rows: Vec<TenantRow> = shown.map(|tenant| TenantRow::of(tenant, &census)).collect();
        rows.sort_by(|a, b| (&a.group, &a.id).cmp(&(&b.group, &b.id)));
        rows
    }

    /// One tenant with its pages and layers.
    pub fn tenant(&self, tenant: &TenantId) -> Option<TenantDetail> {
        let mut detail = self.engine.with_slot(tenant, |world, slot| {
            let (home, entry) = world.tenant(tenant.as_str())?;
            let root = &world.ground.root;
            let version = slot.version();
            Some(TenantDetail {
                row: TenantRow::of((home, entry), &locked(&self.engine.census)),
                pages: version.map(|version| rows::pages(version, root)).unwrap_or_default(),
                layers: version.map(|version| rows::layers(version, root)).unwrap_or_default(),
                found: slot.found().cloned().collect(),
            })
        })??;
        detail.found.sort_by_cached_key(|found| (found.severity, found.key()));
        Some(detail)
    }

    /// What is wrong with what tenants share, and with things that are nobody's.
    pub fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = self.engine.world().shared_problems();
        problems.sort_by_cached_key(|found| (found.severity, found.key()));
        problems
    }

    /// Takes in that files have changed below the workspace's folder; `None` says that any may have. Tells what that
    /// touches. Whatever is answered after this is made from what the files hold now.
    pub fn changed(&self, paths: Option<&[PathBuf]>) -> Touched {
        self.engine.changed(|world, census| match paths {
            Some(paths) => world.take(&Told::of(&world.ground.root, paths)),
            None => world.take_all(|path, look| census.is_settled_as(&Home::Folder(path.clone()), look)),
        })
    }

    /// Looks at the files that a tenant is made from, and takes in those that look other than before: for as long as nobody
    /// tells what changes. A change within some milliseconds of the last look at a file may be missed.
    pub fn look_again(&self, tenant: &TenantId) -> Touched {
        let home = self.engine.world().tenant(tenant.as_str()).map(|(home, _)| home.clone());
        let Some(home) = home else { return Touched::default() };
        self.engine.changed(|world, census| {
            world.take_look(&home, |path, look| census.looks(&Home::Folder(path.clone()), look))
        })
    }
}

impl Engine {
    fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the slot of a tenant, brought up to the sources of now. `None` if nobody has this id.
    fn with_slot<T: Send>(&self, tenant: &TenantId, work: impl FnOnce(&World, &mut Slot) -> T + Send) -> Option<T> {
        let _request = self.traffic.request();
        let world = self.world();
        let at = world.tenant(tenant.as_str())?;
        let seat = locked(&self.desk).seat(tenant);
        let mut guard = locked(&seat.slot);
        let (slot, world): (&mut Slot, &World) = (&mut guard, &world);
        let done = self.pool.install(|| {
            slot.bring_up(world, &self.census, at);
            work(world, slot)
        });
        seat.weigh(slot);
        Some(done)
    }

    fn by_address(&self, world: &World, host: &str) -> Result<TenantId, Vec<String>> {
        loop {
            let mut census = locked(&self.census);
            let known = census.by_host(host).filter_map(|home| Some((home, world.tenants.get(home)?)));
            let mut known = known.filter(|(_, entry)| entry.is_shown);
            // Of several sites on one host that is meant which begins at its root, or comes first.
            if let Some((_, entry)) = known.next() {
                return Ok(entry.id.clone());
            }
            drop(known);
            let Some(home) = census.next_unread() else { return Err(most_like(host, census.hosts().collect())) };
            drop(census);
            self.read(world, &home);
        }
    }

    /// Reads who a tenant is.
    fn read(&self, world: &World, home: &Home) {
        let seen = disk::now();
        let Some(entry) = world.tenants.get(home) else { return };
        if let Some(seed) = world.seed(home, entry) {
            locked(&self.census).learn((home, entry), &seed, (&world.ground, seen));
        }
    }

    /// Does one piece of what is to be done in the background. Tells whether there was something to do.
    fn step(&self) -> bool {
        let world = self.world();
        let mut census = locked(&self.census);
        let next = census.next();
        match next {
            None => return false,
            Some(Task::Publish) => census.publish(&world.ground),
            Some(Task::Reach(changes, after)) => self.find_touched(&world, (changes, after), census),
            Some(Task::Read(home)) => {
                drop(census);
                self.read(&world, &home);
            }
            Some(Task::Check(home)) => {
                drop(census);
                if let Some(entry) = world.tenants.get(&home) {
                    self.check(&world, (&home, entry));
                }
            }
        }
        true
    }

    /// Has those be read or checked again to whom changes matter: some of them, since others wait for the world.
    fn find_touched(
        &self,
        world: &World,
        (changes, after): (Arc<Changes>, Option<Home>),
        mut census: MutexGuard<'_, Census>,
    ) {
        let reach = Reach::of(world, &changes);
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut last = None;
        for at in world.tenants.range((from, Bound::Unbounded)).take(PART) {
            if reach.touches_settings(at) {
                census.forget(at.0);
            } else if reach.touches(at, &census) {
                census.doubt(at.0);
            }
            last = Some(at.0.clone());
        }
        drop(reach);
        if let Some(last) = last {
            census.go_on(changes, last);
        }
    }

    fn check(&self, world: &World, (home, entry): (&Home, &Entry)) {
        let (tried, version) = make(world, &self.census, (home, entry));
        let above = world.errors_above(entry, (tried.theme.as_ref(), tried.is_sound));
        let mut found = tried.found;
        found.extend(above);
        found.extend(version.iter().flat_map(|version| version.check()));
        locked(&self.census).keep(home, found);
    }

    fn changed(&self, take: impl FnOnce(&mut World, &Census) -> Changes + Send) -> Touched {
        // The check gives way to this as well.
        let _request = self.traffic.request();
        let mut guard = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let mut census = locked(&self.census);
        let (world, known): (&mut World, &Census) = (&mut guard, &census);
        let changes = Arc::new(self.pool.install(|| take(world, known)));
        census.take(&changes, &world.ground);
        let open = self.tidy((&Reach::of(world, &changes), changes.is_shared()), &census);
        drop((census, guard));
        // Requests are answered while this is counted.
        let touched = Reach::of(&self.world(), &changes).count(&locked(&self.census));
        self.traffic.wake();
        Touched { open, ..touched }
    }

    /// Lets go of tenants that are outdated and were not asked for lately. Gives the files that were made of all of them.
    fn tidy(&self, (reach, is_shared): (&Reach<'_>, bool), census: &Census) -> Vec<(TenantId, Vec<String>)> {
        let mut desk = locked(&self.desk);
        let is_touched = |id: &TenantId| {
            let homes = reach.world.homes(id.as_str()).iter();
            homes.filter_map(|home| reach.world.tenants.get_key_value(home)).any(|at| reach.touches(at, census))
        };
        let touched: Vec<TenantId> = desk.ids().filter(|id| is_touched(id)).cloned().collect();
        let open = touched.iter().map(|id| (id.clone(), desk.made(id))).collect();
        if is_shared {
            desk.tidy(&touched);
        }
        open
    }
}

/// The names that read most like a word.
fn most_like(word: &str, mut names: BTreeSet<&str>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(name) = nearest(word, names.iter().copied()).filter(|_| found.len() < MOST_NAMES) {
        names.remove(name);
        found.push(name.to_owned());
    }
    found
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
