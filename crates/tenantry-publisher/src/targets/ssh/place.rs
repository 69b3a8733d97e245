//! A folder of another machine: what a disk does, done by asking.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use super::machines::Line;
use super::sftp::{Answer, Room, Sftp, if_any};
use super::wire::Kind;
use crate::fault::{Fault, Outcome};
use crate::target::Note;

/// With fewer bytes left a file system is called full: what was half written may be gone again when it is asked.
const LITTLE: u64 = 1 << 20;

/// A folder of another machine.
pub(super) struct Place {
    line: Arc<Line>,
    /// How many conversations with the machine there may be.
    most: usize,
    /// Its path, without a slash at its end.
    pub(super) path: String,
    /// Folders that are known to be there.
    made: Mutex<BTreeSet<String>>,
}

impl Place {
    pub(super) fn new(line: Arc<Line>, most: usize, path: &str) -> Place {
        Place { line, most, path: path.trim_end_matches('/').to_owned(), made: Mutex::default() }
    }

    /// The whole path of something in it.
    pub(super) fn at(&self, below: &str) -> String {
        format!("{}/{below}", self.path)
    }

    /// A name for something on its way, which nobody else uses.
    pub(super) fn on_the_way(&self) -> String {
        self.at(&format!("{}/on-the-way-{:016x}", Note::FOLDER, RandomState::new().hash_one(0)))
    }

    /// Asks something about a path.
    pub(super) fn ask<T>(&self, (action, path): (&str, &str), act: impl FnOnce(&mut Sftp) -> Answer<T>) -> Outcome<T> {
        self.line.talk(self.most, act).map_err(|refusal| {
            let full = if refusal.is_unexplained() { self.full(path) } else { None };
            let fault = refusal.fault(action, path);
            Fault { message: fault.message + &full.unwrap_or_default(), ..fault }
        })
    }

    /// That a disk is full, if it is. The protocol has no code for it, and servers say no more than that they failed.
    fn full(&self, path: &str) -> Option<String> {
        let (above, _) = path.rsplit_once('/')?;
        let folder = if above.is_empty() { "/" } else { above };
        match self.line.talk(self.most, |sftp| if_any(sftp.room(folder))).ok()? {
            None => self.full(above),
            Some(Room { files: 0, .. }) => Some(" (no more files fit into the file system there)".to_owned()),
            Some(Room { bytes, .. }) => {
                (bytes < LITTLE).then(|| format!(" (the file system there is full: {bytes} bytes are left)"))
            }
        }
    }

    pub(super) fn read_if_any(&self, path: &str) -> Outcome<Option<Vec<u8>>> {
        self.ask(("read", path), |sftp| if_any(sftp.read(path)))
    }

    pub(super) fn look(&self, path: &str) -> Outcome<Option<Kind>> {
        self.ask(("look at", path), |sftp| if_any(sftp.look(path)))
    }

    /// The names in a folder; none if there is no folder.
    pub(super) fn names(&self, path: &str) -> Outcome<Vec<(String, Kind)>> {
        Ok(self.ask(("list", path), |sftp| if_any(sftp.names(path)))?.unwrap_or_default())
    }

    /// Makes a folder and those above it, as far as they are not there.
    pub(super) fn make_folders(&self, path: &str) -> Outcome<()> {
        if path.is_empty() || self.made.lock().unwrap_or_else(PoisonError::into_inner).contains(path) {
            return Ok(());
        }
        match self.look(path)? {
            // A link to a folder is one.
            Some(Kind::Folder | Kind::Link) => {}
            Some(Kind::File) => return Err(Fault::lasting(format!("`{path}` is in the way: it is no folder"))),
            None => {
                self.make_folders(path.rsplit_once('/').map_or("", |(above, _)| above))?;
                let made = self.ask(("create", path), |sftp| sftp.make_folder(path));
                if made.is_err() && self.look(path)? != Some(Kind::Folder) {
                    return made;
                }
            }
        }
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        Ok(())
    }

    /// Writes a file that nobody looks at yet. What an earlier try left of it is removed, and not written into: other
    /// names may lead to it.
    pub(super) fn write_new(&self, path: &str, bytes: &[u8]) -> Outcome<()> {
        self.make_folders(path.rsplit_once('/').map_or("", |(above, _)| above))?;
        let first = self.ask(("write", path), |sftp| sftp.create(path, bytes));
        match first {
            Err(fault) if fault.kind == crate::fault::FaultKind::Lasting => {
                self.remove(path)?;
                self.ask(("write", path), |sftp| sftp.create(path, bytes))
            }
            other => other,
        }
    }

    /// Writes a file whole in place of what is there.
    pub(super) fn replace(&self, path: &str, bytes: &[u8]) -> Outcome<()> {
        self.by_way_of(bytes, |on_the_way| {
            self.make_folders(path.rsplit_once('/').map_or("", |(above, _)| above))?;
            self.ask(("write", path), |sftp| sftp.rename(on_the_way, path))
        })
    }

    /// Writes a file under a name of its own, from which `rename` brings it to its place; if it does not get there, what
    /// there is of it goes.
    pub(super) fn by_way_of(&self, bytes: &[u8], rename: impl FnOnce(&str) -> Outcome<()>) -> Outcome<()> {
        let on_the_way = self.on_the_way();
        let renamed = self.write_new(&on_the_way, bytes).and_then(|()| rename(&on_the_way));
        if renamed.is_err() {
            let _ = self.remove(&on_the_way);
        }
        renamed
    }

    pub(super) fn remove(&self, path: &str) -> Outcome<()> {
        self.ask(("remove", path), |sftp| sftp.remove(path))
    }

    /// All that lies below a folder, what is in a folder after it; nothing if there is no folder.
    pub(super) fn all_below(&self, folder: &str) -> Outcome<Vec<String>> {
        if self.look(folder)? != Some(Kind::Folder) {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for (name, kind) in self.names(folder)? {
            let path = format!("{folder}/{name}");
            let inner = if kind == Kind::Folder { self.all_below(&path)? } else { Vec::new() };
            all.push(path);
            all.extend(inner);
        }
        Ok(all)
    }

    /// Removes a file. A folder in its place is as good as nothing.
    pub(super) fn remove_unless_folder(&self, file: &str) -> Outcome<()> {
        let removed = self.remove(file);
        if removed.is_err() && self.look(file)? == Some(Kind::Folder) { Ok(()) } else { removed }
    }

    /// Removes files of ours below a folder, and the folders that are empty then, the deepest first.
    pub(super) fn remove_listed<'p>(&self, folder: &str, paths: impl Iterator<Item = &'p str>) -> Outcome<()> {
        let mut folders = BTreeSet::new();
        for path in paths {
            self.remove_unless_folder(&format!("{folder}/{path}"))?;
            let mut above = path;
            while let Some((parent, _)) = above.rsplit_once('/') {
                folders.insert(parent);
                above = parent;
            }
        }
        for empty in folders.iter().rev() {
            self.remove_if_empty(&format!("{folder}/{empty}"))?;
        }
        Ok(())
    }

    /// Removes a folder in which nothing is; one that holds something stays.
    pub(super) fn remove_if_empty(&self, folder: &str) -> Outcome<()> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).remove(folder);
        if self.names(folder)?.is_empty() && self.look(folder)?.is_some() {
            return self.ask(("remove", folder), |sftp| if_any(sftp.remove_folder(folder)).map(drop));
        }
        Ok(())
    }

    /// Removes a folder with all that is in it; links are removed and not followed.
    pub(super) fn remove_tree(&self, folder: &str) -> Outcome<()> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).retain(|made| !made.starts_with(folder));
        for (name, kind) in self.names(folder)? {
            let path = format!("{folder}/{name}");
            if kind == Kind::Folder { self.remove_tree(&path)? } else { self.remove(&path)? }
        }
        self.ask(("remove", folder), |sftp| if_any(sftp.remove_folder(folder)).map(drop))
    }

    /// Gives a file of one release to another one; where the machine knows no second names, its bytes are sent.
    pub(super) fn carry(&self, from: &str, to: &str) -> Outcome<()> {
        self.make_folders(to.rsplit_once('/').map_or("", |(above, _)| above))?;
        let named = self.ask(("write", to), |sftp| sftp.second_name(from, to));
        match named {
            Err(fault) if !matches!(fault.kind, crate::fault::FaultKind::Passing(_)) => {
                let bytes = self.read_if_any(from)?;
                let bytes = bytes
                    .ok_or_else(|| Fault::lasting(format!("cannot find `{from}`; --force sends everything again")))?;
                self.write_new(to, &bytes)
            }
            other => other,
        }
    }
}
