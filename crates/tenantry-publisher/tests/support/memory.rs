//! A target in memory that fails where a test says so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;
use tenantry_publisher::fault::{Fault, Outcome};
use tenantry_publisher::listing::{File, Listing};
use tenantry_publisher::target::{
    Conditions, Draft, Fence, Files, Kept, Note, Notes, Releases, Surface, Target, Upload, Version, When,
};
use tenantry_publisher::targets::Opener;

/// A site: bytes by path.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// What a call does that is not to go well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It does nothing, and trying again helps nothing.
    Refuse,
    /// It does nothing, and the next try goes well.
    Pass,
    /// It does what it is asked for, and the answer is lost.
    LoseReply,
    /// It does nothing, and neither does any later one: the publisher is dead.
    Die,
    /// The same, and it says something else than the later ones.
    Fall,
}

/// Takes a store takes files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Takes {
    /// As releases.
    #[default]
    Whole,
    /// One by one.
    OneByOne,
}

impl Takes {
    /// Both.
    pub const ALL: [Takes; 2] = [Takes::Whole, Takes::OneByOne];
}

/// A store with the places of several tenants.
#[derive(Default)]
pub struct Store {
    pub places: BTreeMap<String, Place>,
    /// How often anything was asked that changes something.
    pub calls: usize,
    /// Whether a name is a file or a folder, and not both.
    pub tree: bool,
    /// How many places were opened.
    pub probes: usize,
    /// How many files were sent.
    pub puts: usize,
    /// The call that does not go well, counted from the next one on, and how.
    pub breaks: Option<(usize, Break)>,
    /// Whether conditions are accepted and not obeyed.
    pub careless: bool,
    /// How it takes files.
    pub how: Takes,
    /// How long a switch takes, if it is a slow one.
    pub slow: Option<Duration>,
    /// How long a file takes that is sent one by one, if the store is far away.
    pub far: Option<Duration>,
    /// What happens in the midst of the call of a number.
    pub meanwhile: Option<(usize, Box<dyn FnOnce() + Send>)>,
}

/// A place.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Place {
    pub notes: BTreeMap<String, Vec<u8>>,
    pub files: Tree,
    pub kept: BTreeMap<String, Vec<u8>>,
    pub releases: BTreeMap<u64, Tree>,
    pub shown: Option<u64>,
}

impl Place {
    /// What a reader sees.
    pub fn seen(&self) -> Tree {
        match self.shown {
            Some(release) => self.releases[&release].clone(),
            None => self.files.clone(),
        }
    }
}

/// A store that many share.
#[derive(Clone, Default)]
pub struct Shared(Arc<Mutex<Store>>);

impl Shared {
    pub fn new(how: Takes) -> Shared {
        let shared = Shared::default();
        shared.lock().how = how;
        shared
    }

    pub fn lock(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap()
    }

    pub fn place(&self, tenant: &str) -> Place {
        self.lock().places.get(tenant).cloned().unwrap_or_default()
    }

    fn next_probe(&self) -> usize {
        let mut store = self.lock();
        store.probes += 1;
        store.probes
    }

    pub fn opener(&self) -> Opener {
        let shared = self.clone();
        Box::new(move |opening| {
            let name = opening.settings.text("path").trim_start_matches('/').to_owned();
            let probe = shared.next_probe();
            Ok(Box::new(Memory { shared: shared.clone(), name, probe }))
        })
    }
}

struct Memory {
    shared: Shared,
    name: String,
    /// Two publishers at once do not try conditions on each other.
    probe: usize,
}

impl Memory {
    fn note(&self, note: Note) -> String {
        match note {
            Note::Probe => format!("{}-{}", note.name(), self.probe),
            _ => note.name(),
        }
    }

    fn look<T>(&self, look: impl FnOnce(&Place) -> T) -> Outcome<T> {
        let mut store = self.shared.lock();
        if matches!(store.breaks, Some((0, Break::Die))) {
            return Err(Fault::lasting("dead"));
        }
        Ok(look(store.places.entry(self.name.clone()).or_default()))
    }

    /// Puts bytes at a path, unless something else is there where a name is a file or a folder.
    fn place_file(&self, path: &OutputPath, find: impl FnOnce(&Place) -> Vec<u8>) -> Outcome<()> {
        let tree = self.shared.lock().tree;
        self.call(|place, _| {
            let clashes = |other: &String| OutputPath::new(other).unwrap().clashes_with(path);
            if let Some(other) = place.files.keys().find(|other| tree && clashes(other)) {
                return Err(Fault::lasting(format!("`{other}` is in the way of `{path}`")));
            }
            let bytes = find(place);
            place.files.insert(path.to_string(), bytes);
            Ok(())
        })
    }

    /// Does something, unless this is the call that is not to go well.
    fn call<T>(&self, act: impl FnOnce(&mut Place, bool) -> Outcome<T>) -> Outcome<T> {
        let meanwhile = {
            let mut store = self.shared.lock();
            let is_now = store.meanwhile.as_ref().is_some_and(|(call, _)| *call == store.calls);
            if is_now { store.meanwhile.take() } else { None }
        };
        if let Some((_, act)) = meanwhile {
            // Not in this thread: while it waits for others, it would begin other work of its own publisher.
            std::thread::spawn(act).join().unwrap();
        }
        let mut store = self.shared.lock();
        store.calls += 1;
        let how = match &mut store.breaks {
            Some((0, Break::Die)) => return Err(Fault::lasting("dead")),
            Some((left, how)) => {
                *left = left.saturating_sub(1);
                (*left == 0).then_some(*how)
            }
            None => None,
        };
        if how.is_some_and(|how| how != Break::Die) {
            store.breaks = None;
        }
        if how == Some(Break::Fall) {
            store.breaks = Some((0, Break::Die));
        }
        let careless = store.careless;
        let place = store.places.entry(self.name.clone()).or_default();
        match how {
            Some(Break::Refuse) => Err(Fault::lasting("refused")),
            Some(Break::Die) => Err(Fault::lasting("dead")),
            Some(Break::Fall) => Err(Fault::lasting("fell")),
            Some(Break::Pass) => Err(Fault::passing("busy")),
            Some(Break::LoseReply) => act(place, careless).and(Err(Fault::passing("lost"))),
            None => act(place, careless),
        }
    }
}

impl Target for Memory {
    fn place(&self) -> String {
        self.name.clone()
    }

    fn store(&self) -> String {
        "memory".into()
    }

    fn conditions(&self) -> Conditions {
        Conditions::ToProve
    }

    fn is_vacant(&self) -> Outcome<bool> {
        self.look(|place| place.files.is_empty() && place.releases.is_empty())
    }

    fn notes(&self) -> &dyn Notes {
        self
    }

    fn surface(&self) -> Surface<'_> {
        match self.shared.lock().how {
            Takes::OneByOne => Surface::Files(self),
            Takes::Whole => Surface::Releases(self),
        }
    }

    fn parallel(&self) -> usize {
        2
    }

    fn is_remote(&self) -> bool {
        self.shared.lock().far.is_some()
    }
}

fn version(bytes: &[u8]) -> Version {
    Version(Checksum::of(bytes).to_string())
}

impl Notes for Memory {
    fn read(&self, note: Note) -> Outcome<Option<Kept>> {
        let bytes = self.look(|place| place.notes.get(&self.note(note)).cloned())?;
        Ok(bytes.map(|bytes| Kept { version: version(&bytes), bytes }))
    }

    fn write(&self, note: Note, bytes: &[u8], when: When<'_>) -> Outcome<Version> {
        self.call(|place, careless| {
            let there = place.notes.get(&self.note(note)).map(|bytes| version(bytes));
            let holds = match when {
                When::Always => true,
                When::Absent => there.is_none(),
                When::Is(wanted) => there.as_ref() == Some(wanted),
            };
            if !holds && !careless {
                return Err(Fault::conflict("another one"));
            }
            place.notes.insert(self.note(note), bytes.to_vec());
            Ok(version(bytes))
        })
    }

    fn erase(&self, note: Note) -> Outcome<()> {
        self.call(|place, _| {
            place.notes.remove(&self.note(note));
            Ok(())
        })
    }
}

impl Releases for Memory {
    fn begin(&self, draft: &Draft<'_>) -> Outcome<()> {
        self.call(|place, _| {
            let base = draft.base.map(|base| place.releases[&base].clone()).unwrap_or_default();
            let carried = draft.carried.iter().map(|path| (path.to_string(), base[path.as_str()].clone()));
            place.releases.insert(draft.release, carried.collect());
            Ok(())
        })
    }

    fn put(&self, draft: &Draft<'_>, upload: &Upload<'_>) -> Outcome<()> {
        self.call(|place, _| {
            let release = place.releases.entry(draft.release).or_default();
            release.insert(upload.path.to_string(), upload.bytes.to_vec());
            Ok(())
        })?;
        self.shared.lock().puts += 1;
        Ok(())
    }

    fn seal(&self, draft: &Draft<'_>) -> Outcome<()> {
        self.call(|place, _| {
            let whole: Vec<&str> = draft.listing.0.keys().map(OutputPath::as_str).collect();
            assert_eq!(place.releases[&draft.release].keys().collect::<Vec<_>>(), whole);
            Ok(())
        })
    }

    fn switch(&self, release: u64, fence: Fence<'_>) -> Outcome<()> {
        self.call(|place, _| {
            if version(&place.notes[&Note::Record.name()]) != *fence.record {
                return Err(Fault::conflict("another record"));
            }
            place.shown = Some(release);
            Ok(())
        })?;
        let slow = self.shared.lock().slow;
        slow.into_iter().for_each(std::thread::sleep);
        Ok(())
    }

    fn is_slow(&self) -> bool {
        self.shared.lock().slow.is_some()
    }

    fn holds(&self, release: u64) -> Outcome<bool> {
        self.look(|place| place.releases.contains_key(&release))
    }

    fn discard(&self, release: u64, listing: &Listing) -> Outcome<()> {
        self.call(|place, _| {
            assert_ne!(place.shown, Some(release), "the release that is shown is discarded");
            let unknown = |path: &&String| !listing.0.contains_key(path.as_str());
            assert_eq!(place.releases.get(&release).into_iter().flat_map(Tree::keys).find(unknown), None);
            place.releases.remove(&release);
            Ok(())
        })
    }
}

impl Files for Memory {
    fn put(&self, upload: &Upload<'_>) -> Outcome<()> {
        let far = self.shared.lock().far;
        far.into_iter().for_each(std::thread::sleep);
        self.place_file(upload.path, |_| upload.bytes.to_vec())?;
        self.shared.lock().puts += 1;
        Ok(())
    }

    fn remove(&self, path: &OutputPath) -> Outcome<()> {
        self.call(|place, _| {
            place.files.remove(path.as_str());
            Ok(())
        })
    }

    fn make_way(&self, _path: &OutputPath, ours: &[&OutputPath]) -> Outcome<()> {
        if !self.shared.lock().tree {
            return Ok(());
        }
        self.call(|place, _| {
            ours.iter().for_each(|path| drop(place.files.remove(path.as_str())));
            Ok(())
        })
    }

    fn keep(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        self.call(|place, _| {
            if let Some(bytes) = place.files.get(path.as_str()).filter(|bytes| Checksum::of(bytes) == file.digest) {
                place.kept.insert(file.digest.to_string(), bytes.clone());
            }
            Ok(())
        })
    }

    fn holds(&self, digest: Checksum) -> Outcome<bool> {
        self.look(|place| place.kept.contains_key(&digest.to_string()))
    }

    fn restore(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        self.place_file(path, |place| place.kept[&file.digest.to_string()].clone())
    }

    fn forget(&self, digest: Checksum) -> Outcome<()> {
        self.call(|place, _| {
            place.kept.remove(&digest.to_string());
            Ok(())
        })
    }
}
