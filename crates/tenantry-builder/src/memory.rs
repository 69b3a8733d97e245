//! Remembering across builds: which tenants need not be read, and what the next build may believe.
//!
//! Everything that a record depends on is asked for here, in one place: [`Memory::recall`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Digest, Digester};

use crate::build::{Mode, Options};
use crate::disk::{self, DiskResult, Stamp};
use crate::scan::{Folder, Look};
use crate::state::{Read, Record, Records, State};
use crate::view::STATE;
use crate::workspace::Layer;

/// How much older than the look at it a file is at least, if its next change is to show. A file's times come from a clock
/// that lags behind by some milliseconds; on some file systems they are whole seconds.
const LAG: u64 = 20_000_000;
const WHOLE_SECONDS_LAG: u64 = 2_100_000_000;

/// What is known of earlier builds of an output folder.
#[derive(Debug)]
pub(crate) struct Memory {
    dir: PathBuf,
    /// What was remembered, as far as it can be believed.
    records: Records,
    /// How this run was asked for: its environment and settings.
    run: Digest,
    program: String,
    boot: String,
    /// When the sources were looked at.
    seen: u64,
    /// The tenants that have a folder and a manifest, and no build that was cut short.
    whole: BTreeSet<String>,
    /// Whether the output is to be read: the machine was started anew since it was written, or may have been.
    pub(crate) verify: bool,
    /// Under which hosts of tenants the remembered ones were looked at.
    fleet: Option<[u8; 16]>,
    /// What the state's file looked like when it was read.
    look: Option<Stamp>,
    /// Whether the state is of this program and this boot.
    believed: bool,
    /// Whether tenants are recalled at all, or looked at whatever is remembered of them.
    recalls: bool,
    /// What is to be said of the state.
    pub(crate) remark: Option<Diagnostic>,
}

impl Memory {
    /// Recalls what an output folder holds, before its sources are looked at.
    pub(crate) fn of(options: &Options) -> DiskResult<Memory> {
        let dir = options.out.join(STATE);
        let asked = options.environment.iter().chain(&options.overrides);
        let how = [u8::from(options.environment.is_some()), options.files as u8];
        let run = asked.fold(Digester::new().with(how), |sum, word| sum.with(word));
        let mut memory = Memory {
            whole: whole(&options.out, &dir)?,
            dir,
            records: Records::new(),
            run: run.finish(),
            program: options.program.to_string(),
            boot: disk::boot(),
            seen: disk::now(),
            verify: false,
            fleet: None,
            look: None,
            believed: false,
            recalls: false,
            remark: None,
        };
        memory.look = memory.look_now();
        if options.mode != Mode::Check {
            memory.take(State::read(&memory.dir), options);
        }
        Ok(memory)
    }

    fn take(&mut self, read: Read, options: &Options) {
        match read {
            Read::Nothing => self.verify = !self.whole.is_empty(),
            Read::Unusable(why) => {
                self.verify = true;
                let message = format!("what earlier builds knew cannot be used, since {why}: every tenant is read");
                self.remark = Some(Diagnostic::warning("state-lost", message).about(".tenantry/state"));
            }
            Read::Whole(state) => {
                self.verify = state.boot != self.boot;
                self.believed = state.program == self.program && !self.verify;
                self.recalls = self.believed && !options.clean && !options.verify;
                if self.believed {
                    self.fleet = state.fleet;
                    self.records = state.tenants.into_iter().map(|(id, record)| (id, Arc::new(record))).collect();
                }
            }
        }
    }

    fn look_now(&self) -> Option<Stamp> {
        disk::stamp_of(&State::file(&self.dir))
    }

    /// Whether another build has written its own state since this one was read.
    pub(crate) fn is_outdated(&self) -> bool {
        self.look != self.look_now()
    }

    /// Whether the remembered tenants were looked at when each had the hosts that it has now.
    pub(crate) fn knows_fleet(&self, fleet: Digest) -> bool {
        self.fleet == Some(*fleet.as_bytes())
    }

    /// What is remembered of the tenant in a folder below a layer, if nothing that it depends on has changed. Its theme
    /// is compared when it is loaded.
    pub(crate) fn recall(&self, folder: &Folder, layer: &Layer) -> Option<Arc<Record>> {
        let id = folder.path.file_name();
        let record = self.records.get(id).filter(|_| self.recalls)?;
        let same = record.folder == folder.path.as_str()
            && record.files == *folder.look.digest.as_bytes()
            && record.above == self.above(layer);
        let settled = [folder.look, layer.look].iter().all(|look| is_settled(*look, record.seen));
        let whole = same && settled && !layer.broken && self.whole.contains(id);
        (whole && self.manifest(id) == Some(record.manifest)).then(|| Arc::clone(record))
    }

    /// What a tenant's manifest looks like: one that was torn or replaced is to be read.
    pub(crate) fn manifest(&self, id: &str) -> Option<(u64, u64, u64)> {
        let Stamp { size, modified, inode, changed: _ } =
            disk::stamp_of(&self.dir.join("manifests").join(format!("{id}.json")))?;
        Some((size, modified, inode))
    }

    /// The layers above a tenant and how the run was asked for.
    pub(crate) fn above(&self, layer: &Layer) -> [u8; 16] {
        *Digester::new().with(self.run.as_bytes()).with(layer.look.digest.as_bytes()).finish().as_bytes()
    }

    /// When the sources were looked at.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// Keeps what this run learned of the tenants that it read; a tenant of which nothing can be believed has no record.
    /// `known` are all tenants of the workspace; `fleet` tells who has which hosts, if all of them were looked at. Where
    /// nothing was learned nothing is written.
    pub(crate) fn keep(
        self,
        known: &BTreeSet<String>,
        fleet: Option<Digest>,
        learned: BTreeMap<String, Option<Record>>,
    ) -> DiskResult<()> {
        let fleet = fleet.map(|fleet| *fleet.as_bytes());
        let mut records = self.records;
        let before = records.len();
        records.retain(|id, _| known.contains(id));
        let same = learned.is_empty() && records.len() == before && fleet == self.fleet;
        if same && self.look.is_some() && self.believed {
            return Ok(());
        }
        for (id, record) in learned {
            match record {
                Some(record) => records.insert(id, Arc::new(record)),
                None => records.remove(&id),
            };
        }
        State::write(&self.dir, (&self.program, &self.boot), fleet, &records)
    }
}

/// Whether a change after the look at some files would show: none of them is as young as the look.
fn is_settled(look: Look, seen: u64) -> bool {
    let lag = if look.youngest.is_multiple_of(1_000_000_000) { WHOLE_SECONDS_LAG } else { LAG };
    look.youngest.saturating_add(lag) < seen
}

/// The tenants of an output folder that are whole, told by names alone.
fn whole(out: &Path, dir: &Path) -> DiskResult<BTreeSet<String>> {
    let folders: BTreeSet<String> = disk::folders_in(out)?.into_iter().collect();
    let manifests = disk::names_in(&dir.join("manifests"))?;
    let unfinished: BTreeSet<&str> = manifests.iter().filter_map(|name| name.strip_suffix(".next")).collect();
    let listed = manifests.iter().filter_map(|name| name.strip_suffix(".json"));
    Ok(listed.filter(|id| folders.contains(*id) && !unfinished.contains(id)).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_048_a_file_as_young_as_the_look_at_it_is_read_again() {
        let look = |youngest| Look { digest: Digest::of(b""), youngest };
        let second = 1_000_000_000;
        assert!(is_settled(look(7 * second + 1), 8 * second));
        assert!(!is_settled(look(8 * second + 1), 8 * second));
        assert!(!is_settled(look(8 * second - 1), 8 * second), "the clock of files lags");
        assert!(!is_settled(look(7 * second), 8 * second), "times may be whole seconds");
        assert!(!is_settled(look(u64::MAX), 8 * second), "what could not be looked at");
    }
}
