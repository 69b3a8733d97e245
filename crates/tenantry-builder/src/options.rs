//! What a run is asked to do, and how.

use std::path::PathBuf;
use std::time::Duration;

use tenantry_core::digest::Digest;
use tenantry_core::export::Format;
use tenantry_core::lint::Profile;

use crate::lock::WhenLocked;
use crate::selection::Selection;

/// How long people are left to wonder what a run is busy with.
const PATIENCE: Duration = Duration::from_secs(5);

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write.
    Build,
    /// Say what would be written.
    DryRun,
    /// Find everything that can be wrong; look at no output.
    Check,
    /// The same, and give the register of each tenant without errors in a format.
    Export(Order),
}

/// What to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The format.
    pub format: Format,
    /// The number of this version of the policies, at which visitors are asked again when it grows; `None` for that of
    /// each tenant's banner.
    pub revision: Option<u32>,
}

impl Mode {
    /// Whether everything that can be wrong is looked for, and no output is looked at.
    pub(crate) fn checks(self) -> bool {
        matches!(self, Mode::Check | Mode::Export(_))
    }
}

/// Which files of a site are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// All of them.
    All,
    /// Pages and the sitemap: what other generators make of the same sources, to be measured beside them.
    PagesAndSitemap,
}

/// How to do it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The workspace's folder.
    pub workspace: PathBuf,
    /// The output folder.
    pub out: PathBuf,
    /// What to do.
    pub mode: Mode,
    /// Which tenants.
    pub selection: Selection,
    /// Which of their files.
    pub files: Files,
    /// The environment.
    pub environment: Option<String>,
    /// `KEY=VALUE` of the command line, as TOML, in order.
    pub overrides: Vec<String>,
    /// How many threads; 0 for one per core.
    pub jobs: usize,
    /// The profiles whose rules are applied, in place of those that layers choose; only `check` asks for any.
    pub profiles: Vec<Profile>,
    /// Render everything again.
    pub clean: bool,
    /// Read the output and compare it with its manifests.
    pub verify: bool,
    /// Tell for each file why it is made.
    pub explain_work: bool,
    /// Remove the output of tenants that are gone.
    pub prune: bool,
    /// Go beyond limits, and replace files that are not ours.
    pub force: bool,
    /// How long a page may take before it is told ([`Event::Slow`](crate::observe::Event::Slow)): five seconds, but in tests.
    pub patience: Duration,
    /// What to do if another process writes into the output folder.
    pub when_locked: WhenLocked,
    /// The program: another one may render other bytes from the same sources.
    pub program: Program,
}

impl Options {
    /// All tenants as they are written, all files, with one thread for each core, waiting for nobody.
    pub fn new(workspace: PathBuf, out: PathBuf, mode: Mode) -> Options {
        Options {
            workspace,
            out,
            mode,
            selection: Selection::default(),
            files: Files::All,
            environment: None,
            overrides: Vec::new(),
            jobs: 0,
            profiles: Vec::new(),
            clean: false,
            verify: false,
            explain_work: false,
            prune: false,
            force: false,
            patience: PATIENCE,
            when_locked: WhenLocked::Stop,
            program: Program::Running,
        }
    }
}

/// A program, which is told from others by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The one that runs; its file is read if it is not known yet.
    Running,
    /// One of this digest.
    Of(Digest),
}
