//! `ssh`: a folder of another machine, reached by the system's OpenSSH.
//!
//! Folders and links are those of a `dir` target. Conditions hold without a lock on the other side: each record has a
//! number in its name, and the next one gets its name by a rename that nobody else can make.

mod machines;
mod place;
mod sftp;
mod wire;

use std::borrow::Cow;
use std::sync::Arc;

use tenantry_core::digest::Checksum;
use tenantry_core::path::OutputPath;

use crate::fault::{Fault, Outcome};
use crate::listing::{File, Listing};
use crate::target::{
    Conditions, Draft, Fence, Files, Kept, Note, Notes, Releases, Surface, Target, Upload, Version, When,
};
use crate::targets::{Opening, in_the_way, refuse_theirs};

pub(crate) use self::machines::Machines;
use self::place::Place;
use self::sftp::Machine;
use self::wire::Kind;

/// How often a record is looked for that others replace meanwhile.
const MOST_LOOKS: usize = 20;

/// A folder of another machine.
pub(crate) struct Ssh {
    host: String,
    folder: Place,
    /// The same folder, for notes.
    aside: Place,
    in_place: bool,
}

impl Ssh {
    /// The one that the settings name.
    pub(crate) fn open(opening: &Opening<'_>) -> Outcome<Ssh> {
        let settings = opening.settings;
        let (host, user) = (settings.text("host"), settings.text_if_any("user"));
        // The build has refused these; a manifest may come from elsewhere.
        for word in [Some(host), user].into_iter().flatten() {
            if word.is_empty() || word.starts_with('-') || word.contains(|c: char| c.is_whitespace() || c.is_control())
            {
                return Err(Fault::lasting(format!("`{}` is no name of a machine or a user", word.escape_debug())));
            }
        }
        let port = Some(settings.number("port", 0)).filter(|port| *port > 0);
        let machine = Machine { host: host.to_owned(), user: user.map(str::to_owned), port };
        let line = opening.connections.machines.line(machine);
        let place = |most| Place::new(Arc::clone(&line), most, settings.text("path"));
        let (folder, aside) = (place(machines::MOST), place(machines::MOST_WITH_NOTES));
        Ok(Ssh { host: host.to_owned(), folder, aside, in_place: settings.is_in_place() })
    }

    fn release(&self, number: u64) -> String {
        self.folder.at(&format!("releases/{number}"))
    }

    fn note(&self, note: Note) -> String {
        self.folder.at(&format!("{}/{}", Note::FOLDER, note.name()))
    }

    fn kept(&self, digest: Checksum) -> String {
        self.folder.at(&format!("{}/kept/{digest}", Note::FOLDER))
    }

    fn record(&self, number: u64) -> String {
        self.folder.at(&format!("{}/site-{number}.json", Note::FOLDER))
    }

    /// The numbers of the records that are there.
    fn records(&self) -> Outcome<Vec<u64>> {
        let names = self.aside.names(&self.aside.at(Note::FOLDER))?;
        let number = |name: &str| name.strip_prefix("site-")?.strip_suffix(".json")?.parse().ok();
        let mut numbers: Vec<u64> = names.iter().filter_map(|(name, _)| number(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn read_record(&self) -> Outcome<Option<Kept>> {
        for _ in 0..MOST_LOOKS {
            let Some(last) = self.records()?.pop() else { return Ok(None) };
            // One that is gone was replaced meanwhile.
            if let Some(bytes) = self.aside.read_if_any(&self.record(last))? {
                return Ok(Some(Kept { bytes, version: Version(last.to_string()) }));
            }
        }
        Err(Fault::passing(format!("the record of `{}` changes too fast", self.place())))
    }

    /// Writes the record that follows the last one: whoever is second finds its name taken.
    fn write_record(&self, bytes: &[u8], when: When<'_>) -> Outcome<Version> {
        let there = self.records()?;
        let last = there.last().copied();
        let holds = match when {
            When::Always => true,
            When::Absent => last.is_none(),
            When::Is(version) => last.is_some_and(|last| last.to_string() == version.0),
        };
        let conflict = || Fault::conflict(format!("the record of `{}` is another one by now", self.place()));
        if !holds {
            return Err(conflict());
        }
        let number = last.unwrap_or(0) + 1;
        let path = self.record(number);
        self.aside.by_way_of(bytes, |on_the_way| {
            let renamed = self.aside.ask(("write", &path), |sftp| sftp.rename_to_new(on_the_way, &path));
            match renamed {
                Err(_) if self.aside.look(&path)?.is_some() => Err(conflict()),
                other => other,
            }
        })?;
        // The name may have been free because it is an old one: others wrote it, wrote the next one, and removed it.
        if self.records()?.last() != Some(&number) {
            self.aside.remove(&path)?;
            return Err(conflict());
        }
        there.iter().try_for_each(|old| self.aside.remove(&self.record(*old)))?;
        Ok(Version(number.to_string()))
    }
}

impl Target for Ssh {
    fn place(&self) -> String {
        format!("{}:{}", self.host, self.folder.path)
    }

    fn store(&self) -> String {
        String::new()
    }

    fn conditions(&self) -> Conditions {
        Conditions::Sure
    }

    fn is_vacant(&self) -> Outcome<bool> {
        Ok(self.folder.names(&self.folder.path)?.iter().all(|(name, _)| name == Note::FOLDER))
    }

    fn notes(&self) -> &dyn Notes {
        self
    }

    fn surface(&self) -> Surface<'_> {
        if self.in_place { Surface::Files(self) } else { Surface::Releases(self) }
    }

    fn parallel(&self) -> usize {
        machines::MOST
    }

    fn is_remote(&self) -> bool {
        true
    }
}

impl Notes for Ssh {
    fn read(&self, note: Note) -> Outcome<Option<Kept>> {
        if note == Note::Record {
            return self.read_record();
        }
        let bytes = self.aside.read_if_any(&self.note(note))?;
        Ok(bytes.map(|bytes| Kept { version: Version(Checksum::of(&bytes).to_string()), bytes }))
    }

    fn write(&self, note: Note, bytes: &[u8], when: When<'_>) -> Outcome<Version> {
        if note == Note::Record {
            return self.write_record(bytes, when);
        }
        self.aside.replace(&self.note(note), bytes)?;
        Ok(Version(Checksum::of(bytes).to_string()))
    }

    fn erase(&self, note: Note) -> Outcome<()> {
        self.aside.remove(&self.note(note))
    }
}

impl Releases for Ssh {
    fn begin(&self, draft: &Draft<'_>) -> Outcome<()> {
        let folder = self.release(draft.release);
        if self.folder.look(&folder)?.is_some() {
            self.folder.remove_tree(&folder)?;
        }
        self.folder.make_folders(&folder)?;
        let Some(base) = draft.base.map(|base| self.release(base)) else { return Ok(()) };
        draft
            .carried
            .iter()
            .try_for_each(|path| self.folder.carry(&format!("{base}/{path}"), &format!("{folder}/{path}")))
    }

    fn put(&self, draft: &Draft<'_>, upload: &Upload<'_>) -> Outcome<()> {
        self.folder.write_new(&format!("{}/{}", self.release(draft.release), upload.path), upload.bytes)
    }

    fn seal(&self, _draft: &Draft<'_>) -> Outcome<()> {
        Ok(())
    }

    fn switch(&self, release: u64, fence: Fence<'_>) -> Outcome<()> {
        if self.records()?.last().is_none_or(|last| last.to_string() != fence.record.0) {
            return Err(Fault::conflict(format!("the record of `{}` is another one by now", self.place())));
        }
        let (link, on_the_way) = (self.folder.at("current"), self.folder.on_the_way());
        if self.folder.look(&link)?.is_some_and(|kind| kind != Kind::Link) {
            let message = format!("`{link}` is in the way: it is no link, and was not made by a publish");
            return Err(Fault::lasting(message));
        }
        let to = format!("releases/{release}");
        let switched = self.folder.ask(("switch", &link), |sftp| {
            sftp.link(&to, &on_the_way)?;
            sftp.rename(&on_the_way, &link)
        });
        if switched.is_err() {
            let _ = self.folder.remove(&on_the_way);
        }
        switched
    }

    fn holds(&self, release: u64) -> Outcome<bool> {
        Ok(self.folder.look(&self.release(release))? == Some(Kind::Folder))
    }

    fn discard(&self, release: u64, listing: &Listing) -> Outcome<()> {
        let (link, folder) = (self.folder.at("current"), self.release(release));
        let shown = self.folder.ask(("read", &link), |sftp| sftp::if_any(sftp.read_link(&link)))?;
        if shown.is_some_and(|to| to.rsplit('/').next() == Some(&release.to_string())) {
            return Err(Fault::lasting(format!("release {release} is the one that is shown")));
        }
        self.folder.remove_listed(&folder, listing.0.keys().map(OutputPath::as_str))?;
        self.folder.remove_if_empty(&folder)
    }
}

impl Files for Ssh {
    fn put(&self, upload: &Upload<'_>) -> Outcome<()> {
        self.folder.replace(&self.folder.at(upload.path.as_str()), upload.bytes)
    }

    fn remove(&self, path: &OutputPath) -> Outcome<()> {
        self.folder.remove_listed(&self.folder.path, std::iter::once(path.as_str()))
    }

    fn make_way(&self, path: &OutputPath, ours: &[&OutputPath]) -> Outcome<()> {
        let there = self.folder.at(path.as_str());
        let found = self.folder.all_below(&there)?;
        let root = self.folder.at("");
        let below = found.iter().filter_map(|found| found.strip_prefix(&*root));
        refuse_theirs(below.map(Cow::from), ours).map_err(|theirs| in_the_way(&self.folder.at(&theirs)))?;
        ours.iter().try_for_each(|gone| self.folder.remove_unless_folder(&self.folder.at(gone.as_str())))?;
        // What lies above stays, since others may be about to write there.
        found.iter().rev().chain([&there]).try_for_each(|folder| self.folder.remove_if_empty(folder))
    }

    fn keep(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        let (kept, there) = (self.kept(file.digest), self.folder.at(path.as_str()));
        if self.folder.look(&kept)?.is_some() {
            return Ok(());
        }
        match self.folder.read_if_any(&there) {
            Ok(Some(bytes)) if Checksum::of(&bytes) == file.digest => self.folder.replace(&kept, &bytes),
            Err(fault) if self.folder.look(&there)? != Some(Kind::Folder) => Err(fault),
            _ => Ok(()),
        }
    }

    fn holds(&self, digest: Checksum) -> Outcome<bool> {
        Ok(self.folder.look(&self.kept(digest))?.is_some())
    }

    fn restore(&self, path: &OutputPath, file: &File) -> Outcome<()> {
        let kept = self.kept(file.digest);
        match self.folder.read_if_any(&kept)? {
            Some(bytes) if Checksum::of(&bytes) == file.digest => {
                self.folder.replace(&self.folder.at(path.as_str()), &bytes)
            }
            Some(_) => Err(Fault::lasting(format!("`{kept}` is not as it was put away"))),
            None => Err(Fault::lasting(format!("`{kept}` is gone"))),
        }
    }

    fn forget(&self, digest: Checksum) -> Outcome<()> {
        self.folder.remove(&self.kept(digest))
    }
}
