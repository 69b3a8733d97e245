//! `command`: a program of the platform takes a tenant's folder. What it does with it is its own business, so an earlier
//! release can only be shown by building it again.
//!
//! The notes lie on this machine, and so does the lock.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::dir::FolderNotes;
use crate::fault::{Fault, Outcome};
use crate::listing::Listing;
use crate::programs::{program, run};
use crate::target::{Conditions, Draft, Fence, Notes, Releases, Surface, Target, Upload};
use crate::targets::Opening;

/// What stands for the folder of the tenant in an argument.
const FOLDER: &str = "{folder}";

/// A program that takes a folder.
pub(crate) struct Program {
    name: String,
    arguments: Vec<String>,
    tenant: String,
    notes: FolderNotes,
    /// The release that was begun, and where its files are.
    begun: Mutex<Option<(u64, PathBuf)>>,
}

impl Program {
    /// The one that the settings name.
    pub(crate) fn open(opening: &Opening<'_>) -> Program {
        Program {
            name: opening.settings.text("program").to_owned(),
            arguments: opening.settings.list("arguments").to_vec(),
            tenant: opening.tenant.to_string(),
            notes: FolderNotes::new(opening.memory.to_owned()),
            begun: Mutex::default(),
        }
    }
}

impl Target for Program {
    fn place(&self) -> String {
        format!("{} ({})", self.name, self.tenant)
    }

    fn store(&self) -> String {
        String::new()
    }

    fn conditions(&self) -> Conditions {
        Conditions::Sure
    }

    /// What the platform holds is not known.
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

impl Releases for Program {
    fn begin(&self, draft: &Draft<'_>) -> Outcome<()> {
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some((draft.release, draft.local.to_owned()));
        Ok(())
    }

    /// The program takes the files from their folder.
    fn put(&self, _draft: &Draft<'_>, _upload: &Upload<'_>) -> Outcome<()> {
        Ok(())
    }

    fn seal(&self, _draft: &Draft<'_>) -> Outcome<()> {
        Ok(())
    }

    fn switch(&self, release: u64, fence: Fence<'_>) -> Outcome<()> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((_, folder)) = begun.filter(|(number, _)| *number == release) else {
            return Err(Fault::lasting("a program cannot show an earlier release: build it again, and publish that"));
        };
        let folder = folder.to_string_lossy();
        let arguments = self.arguments.iter().map(|argument| argument.replace(FOLDER, &folder));
        self.notes.while_record_is(fence.record, || {
            let mut command = program(&self.name, arguments);
            command.env("TENANTRY_TENANT", &self.tenant).env("TENANTRY_FOLDER", &*folder);
            let ended = run(&mut command, b"")?;
            if ended.well { Ok(()) } else { Err(Fault::lasting(format!("`{}`: {}", self.name, ended.last_words()))) }
        })
    }

    fn holds(&self, release: u64) -> Outcome<bool> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(begun.as_ref().is_some_and(|(number, _)| *number == release))
    }

    fn discard(&self, _release: u64, _listing: &Listing) -> Outcome<()> {
        Ok(())
    }
}
