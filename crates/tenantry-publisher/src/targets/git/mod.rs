//! `git`: a branch of a repository, as hosts of pages serve it. The system's `git` does it.
//!
//! ```text
//! refs/heads/<branch>                     the release that is shown: one commit without a parent
//! refs/tenantry/<branch>/release-<n>      each release that is kept
//! refs/tenantry/<branch>/note-<name>      the notes, a commit with one file each
//! ```
//!
//! A push that names what it expects to replace is the conditional write: the server compares. Releases are commits
//! without a parent, so that the repository does not grow for ever.

mod repository;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::fault::{Fault, Outcome};
use crate::listing::Listing;
use crate::target::{Conditions, Draft, Fence, Kept, Note, Notes, Releases, Surface, Target, Upload, Version, When};
use crate::targets::Opening;

use self::repository::Repository;

/// The branch that hosts of pages take unless they are told otherwise.
const BRANCH: &str = "gh-pages";
/// Tells GitHub Pages to serve files as they are.
const AS_THEY_ARE: &str = ".nojekyll";

/// A branch of a repository.
pub(crate) struct Git {
    remote: String,
    branch: String,
    repository: Repository,
    /// The objects of the files of the release that is being made.
    files: Mutex<BTreeMap<String, String>>,
}

impl Git {
    /// The one that the settings name.
    pub(crate) fn open(opening: &Opening<'_>) -> Outcome<Git> {
        let settings = opening.settings;
        let (remote, branch) = (settings.text("remote"), settings.text_if_any("branch").unwrap_or(BRANCH));
        // `ext::` and its kin run programs; the build has refused the rest.
        let is_odd = |word: &str| word.starts_with('-') || word.contains("::") || word.contains(char::is_whitespace);
        for word in [remote, branch] {
            if is_odd(word) {
                return Err(Fault::lasting(format!("`{}` is no repository or branch", word.escape_debug())));
            }
        }
        let repository = Repository::new(opening.memory.join("repository.git"), remote);
        Ok(Git { remote: remote.to_owned(), branch: branch.to_owned(), repository, files: Mutex::default() })
    }

    fn head(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    fn release(&self, number: u64) -> String {
        format!("refs/tenantry/{}/release-{number}", self.branch)
    }

    fn note(&self, note: Note) -> String {
        format!("refs/tenantry/{}/note-{}", self.branch, note.name())
    }

    /// The commit of a release, on this machine.
    fn fetched(&self, release: u64) -> Outcome<String> {
        let name = self.release(release);
        let commit = self.repository.at(&name)?;
        let commit = commit.ok_or_else(|| Fault::lasting(format!("`{}` has no `{name}`", self.remote)))?;
        self.repository.fetch(&name, &commit)?;
        Ok(commit)
    }

    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target for Git {
    fn place(&self) -> String {
        format!("{}#{}", self.remote, self.branch)
    }

    fn store(&self) -> String {
        String::new()
    }

    fn conditions(&self) -> Conditions {
        Conditions::Sure
    }

    fn is_vacant(&self) -> Outcome<bool> {
        Ok(self.repository.at(&self.head())?.is_none())
    }

    fn notes(&self) -> &dyn Notes {
        self
    }

    fn surface(&self) -> Surface<'_> {
        Surface::Releases(self)
    }

    fn parallel(&self) -> usize {
        2
    }

    fn is_remote(&self) -> bool {
        true
    }
}

impl Notes for Git {
    fn read(&self, note: Note) -> Outcome<Option<Kept>> {
        let name = self.note(note);
        let Some(commit) = self.repository.at(&name)? else { return Ok(None) };
        self.repository.fetch(&name, &commit)?;
        let bytes = self.repository.ask(&["cat-file", "blob", &format!("{commit}:{}", note.name())], b"")?;
        Ok(Some(Kept { bytes, version: Version(commit) }))
    }

    fn write(&self, note: Note, bytes: &[u8], when: When<'_>) -> Outcome<Version> {
        let blob = self.repository.blob(bytes)?;
        let tree = self.repository.word(&["mktree"], format!("100644 blob {blob}\t{}\n", note.name()).as_bytes())?;
        let commit = self.repository.commit(&tree, "A note of Tenantry")?;
        let expected = match when {
            When::Always => None,
            When::Absent => Some(""),
            When::Is(version) => Some(version.0.as_str()),
        };
        self.repository.push(&commit, &self.note(note), expected)?;
        Ok(Version(commit))
    }

    fn erase(&self, note: Note) -> Outcome<()> {
        self.repository.delete(&self.note(note))
    }
}

impl Releases for Git {
    fn begin(&self, draft: &Draft<'_>) -> Outcome<()> {
        let mut files = BTreeMap::new();
        if let Some(base) = draft.base {
            let tree = self.repository.ask(&["ls-tree", "-r", "-z", &self.fetched(base)?], b"")?;
            files = entries(&tree);
            let carried: Vec<&str> = draft.carried.iter().map(|path| path.as_str()).collect();
            files.retain(|path, _| carried.binary_search(&path.as_str()).is_ok());
            if let Some(lost) = carried.iter().find(|path| !files.contains_key(**path)) {
                let message = format!("`{}` has no `{lost}`; --force sends everything again", self.release(base));
                return Err(Fault::lasting(message));
            }
        }
        *self.files() = files;
        Ok(())
    }

    fn put(&self, _draft: &Draft<'_>, upload: &Upload<'_>) -> Outcome<()> {
        let blob = self.repository.blob(upload.bytes)?;
        self.files().insert(upload.path.to_string(), blob);
        Ok(())
    }

    fn seal(&self, draft: &Draft<'_>) -> Outcome<()> {
        let mut files = self.files().clone();
        files.insert(AS_THEY_ARE.to_owned(), self.repository.blob(b"")?);
        let mut index = String::new();
        for (path, blob) in &files {
            let _ = write!(index, "100644 {blob}\t{path}\0");
        }
        let tree = self.repository.tree(index.as_bytes())?;
        let commit = self.repository.commit(&tree, draft.message)?;
        self.repository.push(&commit, &self.release(draft.release), None)
    }

    fn switch(&self, release: u64, fence: Fence<'_>) -> Outcome<()> {
        // One look for both, so that what is expected of the branch is of the time of the record.
        let [record, shown] = self.repository.both([&self.note(Note::Record), &self.head()])?;
        if record.as_deref() != Some(fence.record.0.as_str()) {
            return Err(Fault::conflict(format!("the record of `{}` is another one by now", self.place())));
        }
        let commit = self.fetched(release)?;
        self.repository.push(&commit, &self.head(), Some(shown.as_deref().unwrap_or_default()))
    }

    fn holds(&self, release: u64) -> Outcome<bool> {
        Ok(self.repository.at(&self.release(release))?.is_some())
    }

    fn discard(&self, release: u64, _listing: &Listing) -> Outcome<()> {
        let [kept, shown] = self.repository.both([&self.release(release), &self.head()])?;
        if kept.is_some() && kept == shown {
            return Err(Fault::lasting(format!("release {release} is the one that is shown")));
        }
        self.repository.delete(&self.release(release))
    }
}

/// The files of a tree with their objects.
fn entries(tree: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(tree);
    let entry = |line: &str| {
        let (head, path) = line.split_once('\t')?;
        Some((path.to_owned(), head.rsplit(' ').next()?.to_owned()))
    };
    text.split('\0').filter_map(entry).collect()
}
