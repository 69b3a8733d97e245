//! What a build remembers of each tenant, so that the next one need not read what is as it was.
//!
//! A [`Record`] says what a tenant was made from and what came of it. It is believed only if everything that it depends on
//! is the same: the tenant's files by size, times and inode, the layers above it likewise, its theme by content, the
//! program, the environment and the settings of the command line. What is not believed is read and compared with the
//! manifest, as if there were no state: a lost state costs time, never correctness.

mod finding;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tenantry_core::digest::Digest;

use crate::disk::{self, DiskResult};
use crate::leaks::Kept;
use crate::view::STAGE;
pub(crate) use finding::{Restorer, StoredFinding};

/// The name of the state in `dist/.tenantry/`.
const FILE: &str = "state";
/// What a state of this format begins with; a digest of the rest follows.
const HEAD: &[u8] = b"tenantry state 2\n";
/// Largest state, in bytes.
const LARGEST: u64 = 1 << 30;

/// What a build remembers.
#[derive(Debug, Deserialize)]
pub(crate) struct State {
    /// The digest of the program.
    pub(crate) program: String,
    /// The kernel's boot: what was not on the disk yet when the machine stopped may be lost.
    pub(crate) boot: String,
    /// A digest of who had which hosts, if all tenants below were looked at under it.
    pub(crate) fleet: Option<[u8; 16]>,
    /// The tenants that were whole when they were last built, by id.
    pub(crate) tenants: BTreeMap<String, Record>,
}

/// Records by the ids of their tenants.
pub(crate) type Records = BTreeMap<String, Arc<Record>>;

/// What is remembered of a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Its folder, seen from the workspace.
    pub(crate) folder: String,
    /// Its files, by name, size, times and inode.
    pub(crate) files: [u8; 16],
    /// When the files were looked at, in nanoseconds since 1970.
    pub(crate) seen: u64,
    /// The layers above it, and how the run was asked for.
    pub(crate) above: [u8; 16],
    /// Its manifest, by size, modification time and inode.
    pub(crate) manifest: (u64, u64, u64),
    /// Its theme's name, and the digest of what it was then.
    pub(crate) theme: (String, [u8; 16]),
    /// What reports tell of it.
    pub(crate) told: Told,
    /// The `vars` that its pages ask for.
    pub(crate) values: Vec<String>,
    /// The environments that it describes itself.
    pub(crate) environments: Vec<String>,
    /// What tells whether it may name the host of another tenant.
    pub(crate) leaks: Kept,
    /// What was found.
    pub(crate) findings: Vec<StoredFinding>,
}

/// What reports tell of a tenant.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    /// Its name.
    pub(crate) name: String,
    /// Where it is published.
    pub(crate) base_url: String,
    /// The languages it serves.
    pub(crate) languages: Vec<String>,
    /// How many pages it has.
    pub(crate) pages: usize,
    /// How many files its output has.
    pub(crate) files: usize,
}

/// What became of reading a state.
#[derive(Debug)]
pub(crate) enum Read {
    /// There is none.
    Nothing,
    /// It cannot be used, and why.
    Unusable(&'static str),
    /// Here it is.
    Whole(Box<State>),
}

impl State {
    /// Where it lies.
    pub(crate) fn file(dir: &Path) -> PathBuf {
        dir.join(FILE)
    }

    /// Reads the state of an output folder, whose own folder is `dir`.
    pub(crate) fn read(dir: &Path) -> Read {
        let path = State::file(dir);
        if disk::exists(&path).is_ok_and(|there| !there) {
            return Read::Nothing;
        }
        let Ok(bytes) = disk::read(&path, LARGEST) else { return Read::Unusable("it cannot be read") };
        let Some(rest) = bytes.strip_prefix(HEAD) else { return Read::Unusable("it is of another version") };
        let Some((digest, payload)) = rest.split_at_checked(16) else { return Read::Unusable("it is torn") };
        if Digest::of(payload).as_bytes() != digest {
            return Read::Unusable("it is torn");
        }
        postcard::from_bytes(payload).map_or(Read::Unusable("it makes no sense"), |state| Read::Whole(Box::new(state)))
    }

    /// Writes one, whole or not at all.
    pub(crate) fn write(
        dir: &Path,
        (program, boot): (&str, &str),
        fleet: Option<[u8; 16]>,
        tenants: &Records,
    ) -> DiskResult<()> {
        /// A [`State`] whose parts lie elsewhere; it has the same form.
        #[derive(Serialize)]
        struct Borrowed<'s> {
            program: &'s str,
            boot: &'s str,
            fleet: Option<[u8; 16]>,
            tenants: BTreeMap<&'s str, &'s Record>,
        }
        let tenants = tenants.iter().map(|(id, record)| (id.as_str(), record.as_ref())).collect();
        // Texts, numbers and lists always have this form.
        let payload = postcard::to_allocvec(&Borrowed { program, boot, fleet, tenants }).unwrap_or_default();
        let bytes = [HEAD, Digest::of(&payload).as_bytes(), &payload].concat();
        disk::replace(&State::file(dir), &bytes, &dir.join(STAGE))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use tenantry_testkit::Workspace;

    use super::*;
    use crate::build::{Files, Mode, Options, PATIENCE, run};
    use crate::lock::WhenLocked;
    use crate::observe::Unobserved;
    use crate::selection::Selection;

    fn written() -> (Workspace, Vec<u8>) {
        let workspace = Workspace::empty();
        State::write(workspace.path(), ("p", "b"), None, &Records::new()).unwrap();
        let bytes = disk::read(&workspace.at(FILE), LARGEST).unwrap();
        (workspace, bytes)
    }

    #[test]
    fn a_state_is_read_as_it_was_written() {
        let (workspace, _) = written();
        let Read::Whole(state) = State::read(workspace.path()) else { panic!("not read") };
        assert_eq!((&*state.program, &*state.boot, state.tenants.len()), ("p", "b", 0));
        assert!(matches!(State::read(Workspace::empty().path()), Read::Nothing));
    }

    #[test]
    fn fault_100_a_state_cut_or_changed_anywhere_is_none() {
        let (workspace, bytes) = written();
        for at in 0..bytes.len() {
            workspace.write_bytes(FILE, &bytes[..at]);
            assert!(matches!(State::read(workspace.path()), Read::Unusable(_)), "cut at {at}");
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            workspace.write_bytes(FILE, &flipped);
            assert!(matches!(State::read(workspace.path()), Read::Unusable(_)), "changed at {at}");
        }
    }

    /// The state is one file for all tenants: what it says of each is its own.
    #[test]
    fn fault_136_a_record_holds_the_words_of_its_own_tenant() {
        let workspace = Workspace::with_theme("//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"en\"]\n");
        workspace.write("sites/content/index.en.md", "+++\ntitle = \"Home\"\n+++\n{{ tenant.name }}\n");
        let mark = |number: usize| format!("canary{number}x");
        for number in 10..30 {
            let (folder, mark) = (format!("sites/t{number}"), mark(number));
            let site = format!("name = \"{mark}\"\nbase_url = \"https://{mark}.example\"\nvars.{mark} = \"{mark}\"\n");
            workspace.write(&format!("{folder}/site.toml"), &site);
            workspace
                .write(&format!("{folder}/content/{mark}.en.md"), &format!("+++\ntitle = \"A\"\n+++\n{mark}.com\n"));
        }
        run(&options(&workspace), &Unobserved, &AtomicBool::new(false)).unwrap();
        let Read::Whole(state) = State::read(&workspace.at("dist/.tenantry")) else { panic!("not read") };
        assert_eq!(state.tenants.len(), 20);
        for (id, record) in &state.tenants {
            let said = format!("{record:?}");
            let found: Vec<usize> = (10..30).filter(|number| said.contains(&mark(*number))).collect();
            assert_eq!(found.iter().map(|number| format!("t{number}")).collect::<Vec<_>>(), [&**id], "{said}");
            assert!(record.findings.len() == 1 && said.contains(&format!("{}.com", mark(found[0]))), "{said}");
        }
    }

    fn options(workspace: &Workspace) -> Options {
        Options {
            workspace: workspace.path().to_owned(),
            out: workspace.at("dist"),
            mode: Mode::Build,
            selection: Selection::default(),
            files: Files::All,
            environment: None,
            overrides: Vec::new(),
            jobs: 1,
            clean: false,
            verify: false,
            explain_work: false,
            prune: false,
            force: false,
            patience: PATIENCE,
            when_locked: WhenLocked::Stop,
            program: Digest::of(b"p"),
        }
    }
}
