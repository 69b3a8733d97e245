//! What a build remembers of each tenant, so that the next one need not read what is as it was.
//!
//! A tenant's record says what it was made from and what came of it. It is believed only if everything that it depends on
//! is the same: the tenant's files by size, times and inode, or its row of a roster by its text, the layers above it, its
//! theme, the program, the environment and the settings of the command line. What is not believed is read and compared
//! with the manifest, as if there were no state: a lost state costs time, never correctness.
//!
//! A fleet's state is read whole by every build, so it is small: what tenants have in common stands in it once, and what
//! is read of it is borrowed from its bytes.
//!
//! ```text
//! state   = "tenantry state 3\n", checksum of the rest, head, blocks
//! head    = program, boot, themes, what tenants have in common, findings, folders with the lengths of their blocks
//! block   = the tenants of one folder, sorted by id
//! ```

mod finding;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tenantry_core::digest::Checksum;
use tenantry_core::name::TenantId;

use crate::disk::{self, Stamp};
use crate::leaks::Kept;
pub(crate) use finding::{Restorer, StoredFinding};
pub(crate) use write::{Draft, Fate, claim_of};

/// The name of the state in `dist/.tenantry/`.
const FILE: &str = "state";
/// What a state of this format begins with; a checksum of the rest follows.
const HEAD: &[u8] = b"tenantry state 3\n";
/// How many bytes the digest has.
const DIGEST: usize = 16;
/// Largest state, in bytes.
const LARGEST: u64 = 1 << 30;

/// A digest as it is kept.
pub(crate) type Bytes = [u8; 16];
/// A manifest by its size, modification time and inode.
pub(crate) type ManifestLook = (u64, u64, u64);
/// Who had which hosts: a digest of that, and how many tenants there were.
pub(crate) type KnownFleet = (Bytes, usize);

/// What a build remembers.
#[derive(Debug)]
pub(crate) struct State<'s> {
    /// What was known of everything that tenants share.
    pub(crate) known: Known<'s>,
    /// What tenants have in common, each once.
    pub(crate) common: Vec<Common<'s>>,
    /// What was found with tenants, each thing once.
    pub(crate) findings: Vec<StoredFinding>,
    /// The shapes of tenants' folders, each once.
    pub(crate) shapes: Vec<&'s str>,
    /// The tenants that were whole when they were last built, by the folder that theirs lie in.
    pub(crate) folders: Vec<Folder<'s>>,
}

/// What was known of everything that tenants share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known<'s> {
    /// The digest of the program.
    pub(crate) program: Bytes,
    /// What the program's file looked like, if it can be told by that.
    pub(crate) executable: Option<Stamp>,
    /// The kernel's boot: what was not on the disk yet when the machine stopped may be lost.
    pub(crate) boot: &'s str,
    /// Who had which hosts, if all that are remembered were looked at under that.
    pub(crate) fleet: Option<KnownFleet>,
    /// The themes, if they can be told by how they look.
    #[serde(borrow)]
    pub(crate) themes: Option<KnownThemes<'s>>,
}

/// What was known of the themes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownThemes<'s> {
    /// What all of them together look like.
    pub(crate) look: Bytes,
    /// Those that were loaded without a word: their names, and the digests of what they are made of.
    #[serde(borrow)]
    pub(crate) digests: Vec<(&'s str, Bytes)>,
}

/// The tenants whose folders lie in one.
#[derive(Debug)]
pub(crate) struct Folder<'s> {
    /// That folder.
    pub(crate) path: &'s str,
    /// The bytes that tell of the tenants.
    block: &'s [u8],
    /// The tenants, by id.
    pub(crate) tenants: Vec<Remembered<'s>>,
}

/// What many tenants have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Common<'s> {
    /// The layers above, and how the run was asked for.
    pub(crate) above: Bytes,
    /// The theme's name, and the digest of what it was then.
    #[serde(borrow)]
    pub(crate) theme: (&'s str, Bytes),
    /// The languages that are served.
    #[serde(borrow)]
    pub(crate) languages: Vec<&'s str>,
    /// The `vars` that pages ask for.
    #[serde(borrow)]
    pub(crate) values: Vec<&'s str>,
    /// The environments that the tenant describes itself.
    #[serde(borrow)]
    pub(crate) environments: Vec<&'s str>,
}

/// A tenant, as the state has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Remembered<'s> {
    /// Its id.
    pub(crate) id: &'s str,
    /// Its files, by name, size, times and inode; of a row of a roster what it says.
    pub(crate) files: Bytes,
    /// The shape of its folder, and what that looks like at a glance.
    pub(crate) glance: Option<(u32, Bytes)>,
    /// Its manifest.
    pub(crate) manifest: ManifestLook,
    /// The beginning of a digest of what it claims by its address.
    pub(crate) claim: u64,
    /// What it has in common with others.
    pub(crate) common: u32,
    /// Its name.
    pub(crate) name: &'s str,
    /// Where it is published.
    pub(crate) base_url: &'s str,
    /// Its hosts.
    pub(crate) hosts: &'s str,
    /// The words of its own sources that look like hosts and are not its own.
    pub(crate) words: &'s str,
    /// How many pages it has.
    pub(crate) pages: u32,
    /// How many files its output has.
    pub(crate) files_made: u32,
    /// What was found with it.
    pub(crate) findings: Vec<u32>,
}

/// What a build has learned of a tenant.
#[derive(Debug)]
pub(crate) struct Record {
    /// What has to be as it is, if the rest is to be believed.
    pub(crate) grounds: Grounds,
    /// Its theme's name, and the digest of what it was then.
    pub(crate) theme: (String, Bytes),
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

/// What a tenant was made from and into, as it looks from outside.
#[derive(Debug)]
pub(crate) struct Grounds {
    /// The folder that its own lies in, seen from the workspace.
    pub(crate) folder: String,
    /// Its files, by name, size, times and inode; of a row of a roster what it says.
    pub(crate) files: Bytes,
    /// The shape of its folder, and what that looks like at a glance.
    pub(crate) glance: Option<(String, Bytes)>,
    /// The layers above it, and how the run was asked for.
    pub(crate) above: Bytes,
    /// Its manifest.
    pub(crate) manifest: ManifestLook,
}

/// What reports tell of a tenant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// Its name.
    pub(crate) name: String,
    /// Where it is published.
    pub(crate) base_url: String,
    /// The languages it serves.
    pub(crate) languages: Arc<[String]>,
    /// How many pages it has.
    pub(crate) pages: usize,
    /// How many files its output has.
    pub(crate) files: usize,
}

impl Remembered<'_> {
    /// Its id, which was checked when it was read.
    pub(crate) fn id(&self) -> TenantId {
        TenantId::new(self.id).unwrap_or_else(|_| TenantId::stand_in(self.id))
    }
}

impl Told {
    /// What is told of a remembered tenant.
    pub(crate) fn of(tenant: &Remembered<'_>, languages: Arc<[String]>) -> Told {
        Told {
            name: tenant.name.to_owned(),
            base_url: tenant.base_url.to_owned(),
            languages,
            pages: tenant.pages as usize,
            files: tenant.files_made as usize,
        }
    }
}

/// The bytes of a state, if there are any.
#[derive(Debug)]
pub(crate) enum Stored {
    /// There is none.
    Nothing,
    /// It cannot be read.
    Unreadable,
    /// These.
    Bytes(Vec<u8>),
}

/// What became of reading a state.
#[derive(Debug)]
pub(crate) enum Read<'s> {
    /// There is none.
    Nothing,
    /// It cannot be used, and why.
    Unusable(&'static str),
    /// Here it is.
    Whole(Box<State<'s>>),
}

/// Everything before the blocks.
#[derive(Serialize, Deserialize)]
struct Head<'s> {
    #[serde(borrow)]
    known: Known<'s>,
    #[serde(borrow)]
    common: Vec<Common<'s>>,
    findings: Vec<StoredFinding>,
    #[serde(borrow)]
    shapes: Vec<&'s str>,
    #[serde(borrow)]
    folders: Vec<(&'s str, usize)>,
}

/// Where the state of an output folder lies, whose own folder is `dir`.
pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

impl Stored {
    /// Reads the bytes of the state of an output folder, whose own folder is `dir`.
    pub(crate) fn read(dir: &Path) -> Stored {
        let path = file(dir);
        if disk::exists(&path).is_ok_and(|there| !there) {
            return Stored::Nothing;
        }
        disk::read(&path, LARGEST).map_or(Stored::Unreadable, Stored::Bytes)
    }

    /// Makes sense of them.
    pub(crate) fn decode(&self) -> Read<'_> {
        let bytes = match self {
            Stored::Nothing => return Read::Nothing,
            Stored::Unreadable => return Read::Unusable("it cannot be read"),
            Stored::Bytes(bytes) => bytes,
        };
        let Some(rest) = bytes.strip_prefix(HEAD) else { return Read::Unusable("it is of another version") };
        let Some((digest, payload)) = rest.split_at_checked(DIGEST) else { return Read::Unusable("it is torn") };
        if Checksum::of(payload).as_bytes() != digest {
            return Read::Unusable("it is torn");
        }
        State::decode(payload).map_or(Read::Unusable("it makes no sense"), |state| Read::Whole(Box::new(state)))
    }
}

impl<'s> State<'s> {
    fn decode(payload: &'s [u8]) -> Option<State<'s>> {
        let (head, mut blocks) = postcard::take_from_bytes::<Head<'s>>(payload).ok()?;
        let mut folders = Vec::with_capacity(head.folders.len());
        for &(path, length) in &head.folders {
            let (block, rest) = blocks.split_at_checked(length)?;
            folders.push((path, block));
            blocks = rest;
        }
        let folder = |(path, block)| Some(Folder { path, block, tenants: postcard::from_bytes(block).ok()? });
        let folders = folders.into_par_iter().map(folder).collect::<Option<_>>()?;
        let Head { known, common, findings, shapes, .. } = head;
        Some(State { known, common, findings, shapes, folders })
    }

    /// How many tenants it remembers.
    pub(crate) fn tenants(&self) -> usize {
        self.folders.iter().map(|folder| folder.tenants.len()).sum()
    }

    /// The tenants whose folders lie in one.
    pub(crate) fn below(&self, folder: &str) -> &[Remembered<'s>] {
        let found = self.folders.binary_search_by(|other| other.path.cmp(folder));
        found.ok().and_then(|at| self.folders.get(at)).map(|folder| &*folder.tenants).unwrap_or_default()
    }
}
