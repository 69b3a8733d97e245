//! `command`: a program of the platform takes the folder of the built site.
//!
//! What the program makes of it is its own business: that it ended well is all that is known. So notes are kept on this
//! machine, there is nothing to go back to, and two machines do not know of each other.

use std::path::PathBuf;
use std::process::{Command as Program, Stdio};

use tenantry_core::diagnostic::printable;

use crate::fault::{Fault, Outcome};
use crate::listing::Listing;
use crate::target::{Conditions, Draft, Fence, Notes, Releases, Surface, Target, Upload};
use crate::targets::Opening;
use crate::targets::dir::FolderNotes;

/// What stands for the built folder among the arguments.
const FOLDER: &str = "{folder}";
/// How much of what the program says is told.
const MOST_TOLD: usize = 600;

/// A program.
pub(crate) struct Command {
    program: String,
    /// Its arguments, the folder filled in.
    arguments: Vec<String>,
    tenant: String,
    memory: PathBuf,
    notes: FolderNotes,
}

impl Command {
    /// The one that the settings name.
    pub(crate) fn open(opening: &Opening<'_>) -> Command {
        let folder = opening.built.to_string_lossy();
        let filled = |argument: &String| argument.replace(FOLDER, &folder);
        Command {
            program: opening.settings.text("program").to_owned(),
            arguments: opening.settings.list("arguments").iter().map(filled).collect(),
            tenant: opening.tenant.to_string(),
            memory: opening.memory.to_owned(),
            notes: FolderNotes::new(opening.memory.to_owned()),
        }
    }

    /// Runs it. Its arguments pass no shell, it is asked nothing, and what it prints is told if it fails.
    fn run(&self) -> Outcome<()> {
        let mut program = Program::new(&self.program);
        let ended = program.args(&self.arguments).stdin(Stdio::null()).output();
        let ended = ended.map_err(|error| Fault::lasting(format!("cannot start `{}`: {error}", self.program)))?;
        if ended.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&ended.stderr);
        let said: String = said.trim().chars().take(MOST_TOLD).collect();
        Err(Fault::lasting(format!("`{}` ended with {}: {}", self.program, ended.status, printable(&said))))
    }
}

impl Target for Command {
    fn place(&self) -> String {
        format!("{} of {}", self.program, self.tenant)
    }

    fn store(&self) -> String {
        String::new()
    }

    fn conditions(&self) -> Conditions {
        Conditions::Sure
    }

    fn is_vacant(&self) -> Outcome<bool> {
        Ok(true)
    }

    fn notes(&self) -> &dyn Notes {
        &self.notes
    }

    fn surface(&self) -> Surface<'_> {
        Surface::Releases(self)
    }

    fn parallel(&self) -> usize {
        2
    }
}

impl Releases for Command {
    fn begin(&self, _draft: &Draft<'_>) -> Outcome<()> {
        crate::disk::create_folders(&self.memory)
    }

    fn put(&self, _draft: &Draft<'_>, _upload: &Upload<'_>) -> Outcome<()> {
        Ok(())
    }

    fn seal(&self, _draft: &Draft<'_>) -> Outcome<()> {
        Ok(())
    }

    fn switch(&self, _release: u64, fence: Fence<'_>) -> Outcome<()> {
        self.notes.while_record_is(fence.record, || Ok(()))?;
        self.run()
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn holds(&self, _release: u64) -> Outcome<bool> {
        Ok(false)
    }

    fn discard(&self, _release: u64, _listing: &Listing) -> Outcome<()> {
        Ok(())
    }
}
