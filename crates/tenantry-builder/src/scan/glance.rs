//! Telling that a tenant's folder is as it was without listing it.
//!
//! The times of a folder change whenever a name in it comes or goes. So if a folder, the folders in it and their files all
//! have the stamps of then, there is nothing else in them. This holds on the file systems that are known to keep the times
//! of folders, and within one of them; elsewhere folders are listed.

use tenantry_core::digest::Digest;

use crate::disk::{OpenFolder, Stamp};

/// Most files and folders that are looked at: listing more of them is as quick.
const MOST: usize = 24;
/// Between two paths of a shape: the one character, besides the slash, that no name holds.
const BETWEEN: char = '\0';

/// What a folder looks like at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glance {
    /// The paths of its folders and files, seen from it.
    pub(crate) shape: String,
    /// A digest of their stamps.
    pub(crate) digest: Digest,
    /// When the youngest of them was changed, in nanoseconds since 1970.
    pub(crate) youngest: u64,
}

/// A glance that is being taken, or cannot be.
#[derive(Debug, Default)]
pub(super) struct Glancing(Option<Taken>);

#[derive(Debug)]
struct Taken {
    device: u64,
    shape: String,
    stamps: Vec<u8>,
    youngest: u64,
}

impl Glancing {
    /// Begins, if the folders are on a device that keeps their times.
    pub(super) fn on(device: Option<u64>) -> Glancing {
        Glancing(device.map(|device| Taken { device, shape: String::new(), stamps: Vec::new(), youngest: 0 }))
    }

    /// Takes in the stamp of something in the folder; the first one is that of the folder, whose path is empty.
    pub(super) fn take(&mut self, path: &str, stamp: Option<Stamp>) {
        let Some(taken) = &mut self.0 else { return };
        let stamp =
            stamp.filter(|stamp| stamp.device == taken.device && taken.stamps.len() < MOST * stamp.bytes().len());
        let Some(stamp) = stamp else {
            self.0 = None;
            return;
        };
        if !path.is_empty() {
            taken.shape.push(BETWEEN);
            taken.shape.push_str(path);
        }
        taken.stamps.extend(stamp.bytes());
        taken.youngest = taken.youngest.max(stamp.youngest());
    }

    /// What has been taken in.
    pub(super) fn taken(&self) -> Option<Glance> {
        let Taken { shape, stamps, youngest, .. } = self.0.as_ref()?;
        Some(Glance { shape: shape.clone(), digest: Digest::of(stamps), youngest: *youngest })
    }
}

/// The digest of the stamps of a folder in another, and of what lies in it by its shape. `None` if something is not there
/// or on another device.
pub(crate) fn glance_at(parent: &OpenFolder, name: &str, (shape, device): (&str, u64)) -> Option<Digest> {
    let mut stamps = Vec::with_capacity(128);
    let mut path = String::with_capacity(64);
    path.push_str(name);
    // The first piece is empty: it stands for the folder.
    for piece in shape.split(BETWEEN) {
        path.truncate(name.len());
        if !piece.is_empty() {
            path.push('/');
            path.push_str(piece);
        }
        let stamp = parent.stamp(&path).filter(|stamp| stamp.device == device)?;
        stamps.extend(stamp.bytes());
    }
    Some(Digest::of(&stamps))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::PathBuf;

    use tenantry_core::path::SourcePath;
    use tenantry_testkit::Workspace;

    use super::super::scan;
    use super::*;
    use crate::disk::{create_folders, rename};

    /// A tenant with folders in folders, in memory, where folders keep their times.
    fn workspace() -> Workspace {
        let workspace = Workspace::in_memory();
        workspace.add_text(
            "//- /sites/group.toml\n\n//- /sites/a/site.toml\n\n//- /sites/a/content/_parts/x.fr.md\nx\n\
             //- /sites/a/static/file.txt\n1\n",
        );
        workspace
    }

    fn glance(workspace: &Workspace) -> Option<Glance> {
        let sites = scan(workspace.path(), &SourcePath::named("sites"), None);
        sites.children.into_iter().next()?.folder.glance
    }

    /// What the tenant looks like at the glance that is known of it.
    fn again(workspace: &Workspace, glance: &Glance) -> Option<Digest> {
        let sites = OpenFolder::of(&workspace.at("sites")).unwrap();
        let device = sites.own_stamp().unwrap().device;
        glance_at(&sites, "a", (&glance.shape, device))
    }

    #[test]
    fn a_glance_tells_whatever_changes_in_a_folder() {
        let edits: [fn(&Workspace); 9] = [
            |ws| ws.write("sites/a/site.toml", "name = \"A\"\n"),
            |ws| ws.write("sites/a/static/file.txt", "2\n"),
            |ws| ws.write("sites/a/cookies.toml", ""),
            |ws| ws.write("sites/a/.hidden", ""),
            |ws| ws.write("sites/a/content/_parts/y.fr.md", "y"),
            |ws| ws.remove("sites/a/static/file.txt"),
            |ws| ws.remove("sites/a/content"),
            |ws| rename(&ws.at("sites/a/static/file.txt"), &ws.at("sites/a/static/other.txt")).unwrap(),
            |ws| create_folders(&ws.at("sites/a/content/empty")).unwrap(),
        ];
        for (number, edit) in edits.iter().enumerate() {
            let workspace = workspace();
            let known = glance(&workspace).unwrap();
            assert_eq!(known.shape.split(BETWEEN).count(), 7, "{:?}", known.shape);
            assert_eq!(again(&workspace, &known), Some(known.digest));
            // The clock of files ticks some hundred times a second.
            std::thread::sleep(std::time::Duration::from_millis(20));
            edit(&workspace);
            assert_ne!(again(&workspace, &known), Some(known.digest), "edit {number}");
        }
    }

    #[test]
    fn no_glance_is_taken_where_it_tells_too_little() {
        let workspace = workspace();
        assert!(glance(&workspace).is_some());
        // A link that is no part of the tenant is told each time.
        workspace.symlink("site.toml", "sites/a/link");
        assert_eq!(glance(&workspace), None);
        workspace.remove("sites/a/link");
        (0..MOST).for_each(|number| workspace.write(&format!("sites/a/static/{number}.txt"), ""));
        assert_eq!(glance(&workspace), None);
        workspace.remove("sites/a/site.toml");
        assert_eq!(glance(&workspace), None, "only tenants are glanced at");
    }

    #[test]
    fn what_lies_on_another_device_is_listed() {
        let (workspace, mut glancing) = (workspace(), Glancing::on(Some(u64::MAX)));
        let sites = OpenFolder::of(&workspace.at("sites")).unwrap();
        glancing.take("", sites.own_stamp());
        assert_eq!(glancing.taken(), None);
        assert_eq!(glance_at(&sites, "a", ("", u64::MAX)), None);
        assert_eq!(Glancing::on(None).taken(), None);
        let proc = OpenFolder::of(&PathBuf::from("/proc"));
        assert!(proc.is_ok_and(|proc| !proc.keeps_times()), "files of the kernel keep no times");
        assert!(sites.below(OsStr::new("a"), PathBuf::new).is_ok_and(|folder| folder.keeps_times()));
    }
}
