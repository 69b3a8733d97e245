//! Remembering across builds: which tenants need not be read, and what the next build may believe.
//!
//! Everything that a record depends on is asked for here, in one place: [`Siblings::recall`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::name::ThemeName;
use tenantry_core::path::SourcePath;

use crate::build::{Mode, Options, Program};
use crate::disk::{self, DiskResult, OpenFolder, Stamp};
use crate::inventory::{Inventory, manifest_look};
use crate::scan::{Glance, Look, glance_at, look_of};
use crate::state::{
    self, Bytes, Common, Draft, Fate, Grounds, Known, KnownFleet, KnownThemes, Read, Record, Remembered, Restorer,
    State, Stored,
};
use crate::themes::Themes;
use crate::view::STATE;
use crate::workspace::TenantSeed;

/// How much older than the look at it a file is at least, if its next change is to show. A file's times come from a clock
/// that lags behind by some milliseconds; on some file systems they are whole seconds.
const LAG: u64 = 20_000_000;
const WHOLE_SECONDS_LAG: u64 = 2_100_000_000;

/// Of so many tenants one may be listed in each build before it is worth a new state to know what it looks like by now.
const FEW_GLANCES: usize = 16;

/// What earlier builds have left, as bytes.
#[derive(Debug)]
pub(crate) struct Past {
    stored: Stored,
    /// What the state's file looked like before it was read.
    look: Option<Stamp>,
}

/// What is there before the sources are looked at.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// What the output folder holds.
    inventory: Inventory,
    /// What the state's file looked like before it was read.
    state: Option<Stamp>,
    /// What the themes look like.
    themes: Look,
    /// When all that had been looked at, and no theme had been read.
    seen: u64,
}

/// What is known of earlier builds of an output folder.
#[derive(Debug)]
pub(crate) struct Memory<'m> {
    options: &'m Options,
    /// What was remembered, if it is of this program and this boot.
    state: Option<&'m State<'m>>,
    /// How this run was asked for: its environment and settings.
    run: Digest,
    /// The digest of the program.
    pub(crate) program: Digest,
    executable: Option<Stamp>,
    boot: String,
    surroundings: Surroundings,
    /// When the last of what lies in `sites/` had been looked at, and nothing of it had been read.
    seen: u64,
    /// Whether the output is to be read: the machine was started anew since it was written, or may have been.
    pub(crate) verify: bool,
    /// Of what tenants have in common, whether the theme is what it was.
    same_theme: Vec<bool>,
    /// Whether tenants are recalled at all, or looked at whatever is remembered of them.
    recalls: bool,
    restorer: Restorer<'m>,
    /// What tenants look like at a glance by now, though nothing of them has changed.
    glances: Mutex<BTreeMap<&'m str, (String, Bytes)>>,
    /// What was found, to be told again. `None` for what can no longer be told.
    restored: Vec<OnceLock<Option<Diagnostic>>>,
    /// What is to be said of the state.
    pub(crate) remark: Option<Diagnostic>,
}

/// The tenants of one folder below certain layers, as they are remembered.
#[derive(Debug)]
pub(crate) struct Siblings<'s, 'm> {
    memory: &'s Memory<'m>,
    tenants: &'m [Remembered<'m>],
    above: Bytes,
}

impl Past {
    /// Reads what an output folder keeps of earlier builds.
    pub(crate) fn read(options: &Options) -> Past {
        let dir = options.out.join(STATE);
        let look = disk::stamp_of(&state::file(&dir));
        // What is only checked is not held against any output.
        let stored = if options.mode.checks() { Stored::Nothing } else { Stored::read(&dir) };
        Past { stored, look }
    }

    /// Makes sense of it, and looks at what the output folder holds.
    pub(crate) fn look_around(&self, options: &Options) -> DiskResult<(Read<'_>, Surroundings)> {
        let themes = || look_of(&options.workspace, &SourcePath::named("themes"));
        let inventory = || match options.mode {
            Mode::Check | Mode::Export(_) => Ok(Inventory::default()),
            Mode::Build | Mode::DryRun => Inventory::of(&options.out),
        };
        let ((read, themes), inventory) = rayon::join(|| (self.stored.decode(), themes()), inventory);
        Ok((read, Surroundings { inventory: inventory?, state: self.look, themes, seen: disk::now() }))
    }
}

impl<'m> Memory<'m> {
    /// Of what was read, what can be believed.
    pub(crate) fn of(options: &'m Options, read: &'m Read<'m>, surroundings: Surroundings) -> Memory<'m> {
        let asked = options.environment.iter().chain(&options.overrides);
        let how = [u8::from(options.environment.is_some()), options.files as u8];
        let run = asked.fold(Digester::new().with(how), |sum, word| sum.with(word));
        let (known, remark) = match read {
            Read::Whole(state) => (Some(&**state), None),
            Read::Nothing => (None, None),
            Read::Unusable(why) => {
                let message = format!("what earlier builds knew cannot be used, since {why}: every tenant is read");
                let remark = Diagnostic::warning("state-lost", message).about(".tenantry/state");
                (None, Some(remark))
            }
        };
        let (program, executable) = program(options.program, known.map(|state| &state.known));
        let boot = disk::boot();
        let verify = match (read, known) {
            (Read::Nothing, _) => surroundings.inventory.holds_anybody(),
            (_, known) => known.is_none_or(|state| state.known.boot != boot),
        };
        let state = known.filter(|state| state.known.program == *program.as_bytes() && !verify);
        Memory {
            options,
            state,
            run: run.finish(),
            program,
            executable,
            boot,
            surroundings,
            seen: 0,
            verify,
            same_theme: Vec::new(),
            recalls: !options.clean && !options.verify,
            restorer: Restorer::new(&options.workspace),
            glances: Mutex::default(),
            restored: state.map(|state| state.findings.iter().map(|_| OnceLock::new()).collect()).unwrap_or_default(),
            remark,
        }
    }

    /// Loads the themes of which how they look does not tell whether they are what they were, and finds that out.
    pub(crate) fn compare_themes(&mut self, themes: &mut Themes) {
        let Some(state) = self.state.filter(|_| self.recalls) else { return };
        let known = self.known_themes().map(|known| &*known.digests).unwrap_or_default();
        let told = |name: &str| known.iter().find(|(other, _)| *other == name).map(|(_, digest)| *digest);
        let names = state.common.iter().map(|common| common.theme.0).filter(|name| told(name).is_none());
        themes.load_more(&self.options.workspace, &names.filter_map(|name| ThemeName::new(name).ok()).collect());
        let digest = |name: &str| told(name).or_else(|| themes.digest(name).map(|digest| *digest.as_bytes()));
        self.same_theme = state.common.iter().map(|common| digest(common.theme.0) == Some(common.theme.1)).collect();
    }

    /// What was known of the themes, if they look as they did then.
    fn known_themes(&self) -> Option<&'m KnownThemes<'m>> {
        let known = self.state?.known.themes.as_ref()?;
        (known.look == *self.surroundings.themes.digest.as_bytes()).then_some(known)
    }

    /// What is remembered of the tenants of a folder, below layers that look so.
    pub(crate) fn siblings(&self, folder: &SourcePath, above: Look) -> Siblings<'_, 'm> {
        let state = self.state.filter(|_| self.recalls);
        let tenants = state.map(|state| state.below(folder.as_str())).unwrap_or_default();
        Siblings { memory: self, tenants, above: self.above(above) }
    }

    /// What a tenant has in common with others.
    pub(crate) fn common(&self, tenant: &Remembered<'m>) -> Option<&'m Common<'m>> {
        self.state?.common.get(tenant.common as usize)
    }

    /// The languages that tenants serve, for each of the things that tenants have in common.
    pub(crate) fn languages(&self) -> Vec<Arc<[String]>> {
        let common = self.state.map(|state| &*state.common).unwrap_or_default();
        let languages = common.iter().map(|common| common.languages.iter().map(|lang| (*lang).to_owned()).collect());
        languages.collect()
    }

    /// The `vars` that pages of tenants ask for which have this in common.
    pub(crate) fn values(&self, common: u32) -> Option<BTreeSet<String>> {
        let values = &self.state?.common.get(common as usize)?.values;
        Some(values.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Something that was found when the state was written. `None` if it can no longer be told.
    pub(crate) fn finding(&self, index: u32) -> Option<&Diagnostic> {
        let stored = self.state?.findings.get(index as usize)?;
        self.restored.get(index as usize)?.get_or_init(|| self.restorer.restore(stored)).as_ref()
    }

    /// The layers above a tenant and how the run was asked for.
    fn above(&self, look: Look) -> Bytes {
        *Digester::new().with(self.run.as_bytes()).with(look.digest.as_bytes()).finish().as_bytes()
    }

    /// Whether the remembered tenants were looked at when everybody had the hosts of now.
    pub(crate) fn knows_fleet(&self, fleet: KnownFleet) -> bool {
        self.fleet() == Some(fleet)
    }

    /// Who had which hosts when the remembered tenants were looked at.
    pub(crate) fn fleet(&self) -> Option<KnownFleet> {
        self.state?.known.fleet
    }

    /// Loads the themes of all remembered tenants.
    pub(crate) fn load_themes(&self, themes: &mut Themes) {
        let common = self.state.iter().flat_map(|state| &state.common);
        let names = common.filter_map(|common| ThemeName::new(common.theme.0).ok());
        themes.load_more(&self.options.workspace, &names.collect());
    }

    /// Notes that the sources have been looked at, before the first of them is read.
    pub(crate) fn looked(&mut self) {
        self.seen = disk::now();
    }

    /// What the output folder holds.
    pub(crate) fn inventory(&self) -> &Inventory {
        &self.surroundings.inventory
    }

    /// Whether another build has changed what is remembered since it was read.
    pub(crate) fn is_outdated(&self) -> bool {
        let state = disk::stamp_of(&state::file(&self.dir()));
        state != self.surroundings.state || self.surroundings.inventory.is_outdated(&self.options.out)
    }

    fn dir(&self) -> PathBuf {
        self.options.out.join(STATE)
    }

    /// What is to be as it is now, if the next build is to believe what this one learns of a tenant. `None` if that could
    /// not be told by looks.
    pub(crate) fn grounds(&self, seed: &TenantSeed) -> Option<Grounds> {
        let (own, above) = (seed.folder.look, seed.parent.look);
        if !is_settled(own.youngest.max(above.youngest), self.seen) {
            return None;
        }
        let (folder, id) = seed.folder.path.as_str().rsplit_once('/')?;
        let manifest = disk::stamp_of(&self.dir().join("manifests").join(format!("{id}.json")))?;
        Some(Grounds {
            folder: folder.to_owned(),
            files: *own.digest.as_bytes(),
            glance: seed.folder.glance.as_ref().and_then(|glance| self.glance_to_know(glance)),
            above: self.above(above),
            manifest: manifest_look(manifest),
        })
    }

    /// A glance as it is to be known. Names in a folder are listed when it is scanned, so it is settled if it was before
    /// that.
    fn glance_to_know(&self, glance: &Glance) -> Option<(String, Bytes)> {
        let is_settled = is_settled(glance.youngest, self.surroundings.seen);
        is_settled.then(|| (glance.shape.clone(), *glance.digest.as_bytes()))
    }

    /// The tenants that are remembered, and of which something is true.
    pub(crate) fn remembered(&self, of: impl Fn(&str) -> bool) -> BTreeSet<&'m str> {
        let folders = self.state.iter().flat_map(|state| &state.folders);
        folders.flat_map(|folder| &folder.tenants).map(|tenant| tenant.id).filter(|id| of(id)).collect()
    }

    /// How many tenants are remembered.
    pub(crate) fn tenants(&self) -> usize {
        self.state.map_or(0, State::tenants)
    }

    /// Keeps what this run learned of the tenants that it read; a tenant of which nothing can be believed has no record.
    /// `gone` are those that are no tenants any more; `fleet` tells who has which hosts, if all of them were looked at.
    /// Where nothing was learned nothing is written.
    pub(crate) fn keep(
        &self,
        (learned, gone): (&BTreeMap<String, Option<Record>>, &BTreeSet<&str>),
        (fleet, themes): (Option<KnownFleet>, &Themes),
    ) -> DiskResult<()> {
        let known = Known {
            program: *self.program.as_bytes(),
            executable: self.executable.filter(|stamp| is_settled(stamp.youngest(), self.surroundings.seen)),
            boot: &self.boot,
            fleet,
            themes: self.themes_to_know(themes),
        };
        let mut glances = self.glances.lock().unwrap_or_else(PoisonError::into_inner);
        if glances.len() * FEW_GLANCES < self.tenants() {
            glances.clear();
        }
        let nothing = learned.is_empty() && gone.is_empty() && glances.is_empty();
        if nothing && self.state.is_some_and(|state| state.known == known) {
            return Ok(());
        }
        let mut draft = Draft::default();
        if let Some(state) = self.state {
            draft.keep(state, |tenant| match glances.get(tenant.id) {
                _ if learned.contains_key(tenant.id) || gone.contains(tenant.id) => Fate::Forgotten,
                Some((shape, digest)) => Fate::Glanced(shape, *digest),
                None => Fate::Kept,
            });
        }
        for (id, record) in learned {
            record.iter().for_each(|record| draft.learn(id, record));
        }
        draft.write(&self.dir(), known)
    }

    /// The themes as they are to be known, if they can be told by how they look.
    fn themes_to_know<'t>(&self, themes: &'t Themes) -> Option<KnownThemes<'t>>
    where
        'm: 't,
    {
        if !is_settled(self.surroundings.themes.youngest, self.surroundings.seen) {
            return None;
        }
        let known = self.known_themes().map(|known| &*known.digests).unwrap_or_default();
        let digests: BTreeMap<&str, Bytes> = known.iter().copied().chain(themes.sound()).collect();
        Some(KnownThemes { look: *self.surroundings.themes.digest.as_bytes(), digests: digests.into_iter().collect() })
    }
}

impl<'m> Siblings<'_, 'm> {
    /// What is remembered of a tenant with files that look so, if nothing that it depends on has changed and all that was
    /// found can be told again.
    ///
    /// `index` is how many siblings come before it: it is mostly found where it stood.
    pub(crate) fn recall(&self, place: (&str, usize), files: Look) -> Option<&'m Remembered<'m>> {
        let tenant = self.tenant(place)?;
        (tenant.files == *files.digest.as_bytes() && self.is_believed(tenant)).then_some(tenant)
    }

    /// The same for a tenant whose folder, in an open one on a device, looks at a glance as it did.
    pub(crate) fn glance(
        &self,
        place: (&str, usize),
        (parent, device): (&OpenFolder, u64),
    ) -> Option<&'m Remembered<'m>> {
        let tenant = self.tenant(place)?;
        let (shape, digest) = tenant.glance?;
        let shape = self.memory.state?.shapes.get(shape as usize)?;
        let is_same = || glance_at(parent, tenant.id, (shape, device)) == Some(Digest::from(digest));
        (self.is_believed(tenant) && is_same()).then_some(tenant)
    }

    /// Notes what a tenant that was recalled looks like at a glance by now.
    pub(crate) fn note(&self, tenant: &'m Remembered<'m>, glance: Option<Glance>) {
        if let Some(glance) = glance.and_then(|glance| self.memory.glance_to_know(&glance)) {
            let mut glances = self.memory.glances.lock().unwrap_or_else(PoisonError::into_inner);
            glances.insert(tenant.id, glance);
        }
    }

    fn tenant(&self, (id, index): (&str, usize)) -> Option<&'m Remembered<'m>> {
        let search = || self.tenants.binary_search_by(|tenant| tenant.id.cmp(id)).ok();
        let expected = self.tenants.get(index).filter(|tenant| tenant.id == id);
        expected.or_else(|| self.tenants.get(search()?))
    }

    /// Whether everything but its own files is as it was.
    fn is_believed(&self, tenant: &Remembered<'m>) -> bool {
        let memory = self.memory;
        let same_above = memory.common(tenant).is_some_and(|common| common.above == self.above);
        let same_theme = memory.same_theme.get(tenant.common as usize) == Some(&true);
        (same_above && same_theme)
            && memory.inventory().whole(tenant.id) == Some(tenant.manifest)
            && tenant.findings.iter().all(|found| memory.finding(*found).is_some())
    }
}

/// The digest of the program, and what its file looks like. It is read only if it is not the one that is known.
fn program(program: Program, known: Option<&Known<'_>>) -> (Digest, Option<Stamp>) {
    let file = match program {
        Program::Of(digest) => return (digest, None),
        Program::Running => std::env::current_exe().ok(),
    };
    let stamp = file.as_deref().and_then(disk::stamp_of);
    if let Some(known) = known.filter(|known| stamp.is_some() && known.executable == stamp) {
        return (Digest::from(known.program), stamp);
    }
    match file.and_then(|file| disk::digest_of(&file).ok()) {
        Some(digest) => (digest, stamp),
        // Not to be known by its looks: the next build may be able to read it.
        None => (Digest::of(env!("CARGO_PKG_VERSION").as_bytes()), None),
    }
}

/// Whether a change after the look at some files would show: none of them is as young as the look.
pub(crate) fn is_settled(youngest: u64, seen: u64) -> bool {
    let lag = if youngest.is_multiple_of(1_000_000_000) { WHOLE_SECONDS_LAG } else { LAG };
    youngest.saturating_add(lag) < seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_048_a_file_as_young_as_the_look_at_it_is_read_again() {
        let second = 1_000_000_000;
        assert!(is_settled(7 * second + 1, 8 * second));
        assert!(!is_settled(8 * second + 1, 8 * second));
        assert!(!is_settled(8 * second - 1, 8 * second), "the clock of files lags");
        assert!(!is_settled(7 * second, 8 * second), "times may be whole seconds");
        assert!(!is_settled(u64::MAX, 8 * second), "what could not be looked at");
    }
}
