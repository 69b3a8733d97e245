//! The edits between builds: each gives a text that no build has seen.

use std::fs;
use std::path::{Path, PathBuf};

use tenantry_testkit::Fleet;

use crate::Failure;
use crate::floor::named;

/// The shared document about cookies, on a page of every tenant.
const CHARTER: &str = "sites/content/cookies.fr.md";

/// Two files of a workspace, as they were.
pub(crate) struct Edits {
    tenant: String,
    site: (PathBuf, String),
    charter: (PathBuf, String),
}

/// An edit that was made: the output must show it.
pub(crate) struct Changed {
    /// Whose page it is.
    pub(crate) tenant: String,
    /// A page, below the output folder.
    pub(crate) page: PathBuf,
    /// What it holds after the next build.
    pub(crate) text: String,
}

impl Edits {
    /// The purpose of a cookie of every tenant.
    pub(crate) const PURPOSE: &'static str = "cookie.agora.session.purpose.fr";

    /// Reads the files of a generated workspace that are going to be edited.
    pub(crate) fn read(workspace: &Path, tenants: usize) -> Result<Self, Failure> {
        // Of the tenants in the middle one that words no purpose itself: those do whose number ends in 7.
        let number = tenants / 2 / 10 * 10;
        let read = |path: String| {
            let path = workspace.join(path);
            let text = fs::read_to_string(&path).map_err(|error| named("read", &path, &error))?;
            Ok((path, text))
        };
        let site = read(format!("{}/site.toml", Fleet::folder(number)))?;
        Ok(Self { tenant: Fleet::id(number), site, charter: read(CHARTER.to_owned())? })
    }

    /// Words a cookie of one tenant anew.
    pub(crate) fn row(&self, round: usize) -> Result<Changed, Failure> {
        let text = format!("Reconnaît la personne connectée, essai {round}.");
        let (path, before) = &self.site;
        write(path, &format!("{before}{} = \"{text}\"\n", Self::PURPOSE))?;
        Ok(self.changed(text))
    }

    /// Adds a sentence to the shared document, in place of the one of an earlier round.
    pub(crate) fn charter(&self, round: usize) -> Result<Changed, Failure> {
        let text = format!("Ce texte a été relu, essai {round}.");
        let (path, before) = &self.charter;
        write(path, &format!("{} {text}\n", before.trim_end()))?;
        Ok(self.changed(text))
    }

    /// Leaves the files as they were.
    pub(crate) fn undo(&self) -> Result<(), Failure> {
        [&self.site, &self.charter].into_iter().try_for_each(|(path, before)| write(path, before))
    }

    fn changed(&self, text: String) -> Changed {
        Changed { tenant: self.tenant.clone(), page: Path::new(&self.tenant).join("cookies/index.html"), text }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| named("write", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace_root;
    use tenantry_testkit::{Tree, Workspace};

    #[test]
    fn each_round_changes_one_file_and_says_something_new() {
        let workspace = Workspace::empty();
        let fleet = Fleet { tenants: 20, seed: 1 };
        fleet.write(workspace.path(), &workspace_root().join("themes")).unwrap();
        let edits = Edits::read(workspace.path(), fleet.tenants).unwrap();
        // The first edit of each file adds a line; those after it replace that line.
        edits.row(1).and_then(|_| edits.charter(2)).unwrap();
        let mut before = Tree::read(&workspace);
        for (edit, file) in [
            (Edits::row as fn(&Edits, usize) -> _, "sites/g01/t00011/site.toml"),
            (Edits::charter, "sites/content/cookies.fr.md"),
        ] {
            for round in [3, 4] {
                let changed: Changed = edit(&edits, round).unwrap();
                let after = Tree::read(&workspace);
                assert!(after.text(file).contains(&changed.text), "{}", after.text(file));
                let others = before.difference(&after);
                assert_eq!(others.len(), 1, "{others:?}");
                assert_eq!(after.text(file).matches(", essai ").count(), 1);
                before = after;
            }
        }
        edits.undo().unwrap();
        assert!(!Tree::read(&workspace).text("sites/g01/t00011/site.toml").contains(", essai "));
    }
}
