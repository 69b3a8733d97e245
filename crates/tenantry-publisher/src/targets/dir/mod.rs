//! `dir`: a folder of this machine, or of a mount.
//!
//! ```text
//! <path>/.tenantry/     the notes
//! <path>/releases/<n>/  a folder for each release; what two of them have in common is one file with two names
//! <path>/current        a link to the one that is shown, replaced by one rename
//! ```
//!
//! With `layout = "in-place"` the files of the site lie in `<path>/` itself.

mod in_place;
mod notes;

use std::path::{Path, PathBuf};

use tenantry_core::path::OutputPath;

use crate::disk;
use crate::fault::{Fault, Outcome};
use crate::listing::Listing;
use crate::target::{Conditions, Draft, Fence, Note, Notes, Releases, Surface, Target, Upload};
use crate::targets::Opening;

use self::in_place::InPlace;
pub(crate) use self::notes::{FolderNotes, remove_listed};

/// How many files are written at once.
const PARALLEL: usize = 2;

/// A folder.
pub(crate) struct Dir {
    path: PathBuf,
    notes: FolderNotes,
    in_place: Option<InPlace>,
}

impl Dir {
    /// The one that the settings name.
    pub(crate) fn open(opening: &Opening<'_>) -> Dir {
        let path = PathBuf::from(opening.settings.text("path"));
        let notes = FolderNotes::new(path.join(Note::FOLDER));
        let in_place = opening.settings.is_in_place().then(|| InPlace::new(&path));
        Dir { path, notes, in_place }
    }

    fn release(&self, number: u64) -> PathBuf {
        self.path.join("releases").join(number.to_string())
    }

    fn link(&self) -> PathBuf {
        self.path.join("current")
    }
}

impl Target for Dir {
    fn place(&self) -> String {
        self.path.to_string_lossy().trim_end_matches('/').to_owned()
    }

    fn store(&self) -> String {
        String::new()
    }

    fn conditions(&self) -> Conditions {
        Conditions::Sure
    }

    fn is_vacant(&self) -> Outcome<bool> {
        // An empty folder for notes is what a publish leaves that was killed before it wrote the first one.
        disk::holds_only(&self.path, Note::FOLDER)
    }

    fn notes(&self) -> &dyn Notes {
        &self.notes
    }

    fn surface(&self) -> Surface<'_> {
        match &self.in_place {
            Some(files) => Surface::Files(files),
            None => Surface::Releases(self),
        }
    }

    fn parallel(&self) -> usize {
        PARALLEL
    }
}

impl Releases for Dir {
    fn begin(&self, draft: &Draft<'_>) -> Outcome<()> {
        let folder = self.release(draft.release);
        disk::remove_tree(&folder)?;
        disk::create_folders(&folder)?;
        let Some(base) = draft.base.map(|base| self.release(base)) else { return Ok(()) };
        let carry = |path: &&OutputPath| carry(&base, &folder, path);
        draft.carried.iter().try_for_each(carry)
    }

    fn put(&self, draft: &Draft<'_>, upload: &Upload<'_>) -> Outcome<()> {
        disk::write_new(&self.release(draft.release).join(upload.path.as_str()), upload.bytes)
    }

    fn seal(&self, _draft: &Draft<'_>) -> Outcome<()> {
        Ok(())
    }

    fn switch(&self, release: u64, fence: Fence<'_>) -> Outcome<()> {
        self.notes.while_record_is(fence.record, || {
            let to = Path::new("releases").join(release.to_string());
            disk::point(&self.link(), &to, &self.path.join(Note::FOLDER).join("current"))
        })
    }

    fn holds(&self, release: u64) -> Outcome<bool> {
        disk::is_folder(&self.release(release))
    }

    fn discard(&self, release: u64, listing: &Listing) -> Outcome<()> {
        if disk::read_link(&self.link())?.is_some_and(|to| to.ends_with(release.to_string())) {
            return Err(Fault::lasting(format!("release {release} is the one that is shown")));
        }
        let folder = self.release(release);
        remove_listed(&folder, listing.0.keys())?;
        disk::remove_empty_folder(&folder)
    }
}

/// Gives a file of one release to another one.
fn carry(base: &Path, folder: &Path, path: &OutputPath) -> Outcome<()> {
    disk::link_or_copy(&base.join(path.as_str()), &folder.join(path.as_str()))
        .map_err(|fault| Fault { message: format!("{}; --force sends everything again", fault.message), ..fault })
}
