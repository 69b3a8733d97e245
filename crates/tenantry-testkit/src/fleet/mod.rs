//! Workspaces of any number of tenants, for measures and for tests at scale.
//!
//! What is written depends on the number of a tenant and on the seed alone: tenant 7 is the same in
//! a fleet of ten and in one of a hundred thousand. The content is invented, in French, of the length
//! that such pages have; it is no model of a legal text.

mod random;

pub use random::Random;
mod tenant;

use std::io;
use std::ops::Range;
use std::path::Path;

use walkdir::WalkDir;

use crate::disk;
use crate::fleet::tenant::Tenant;

/// How many tenants share a group's folder.
const GROUP_SIZE: usize = 500;

/// What all tenants share: the path in the workspace, and the text.
const SHARED: [(&str, &str); 8] = [
    ("sites/group.toml", include_str!("group.toml")),
    ("sites/cookies.toml", include_str!("cookies.toml")),
    ("sites/content/index.fr.md", include_str!("documents/index.fr.md")),
    ("sites/content/cookies.fr.md", include_str!("documents/cookies.fr.md")),
    ("sites/content/legal-notice.fr.md", include_str!("documents/legal-notice.fr.md")),
    ("sites/content/privacy.fr.md", include_str!("documents/privacy.fr.md")),
    ("sites/content/accessibility.fr.md", include_str!("documents/accessibility.fr.md")),
    ("sites/content/_parts/dpo.fr.md", include_str!("documents/_parts/dpo.fr.md")),
];

/// The page that some tenants have of their own, in place of the shared one.
const OWN_PAGE: (&str, &str) = ("content/accessibility.fr.md", include_str!("documents/accessibility.own.fr.md"));

/// A workspace of many tenants, to be written.
///
/// Tenants are numbered from 0; five pages each, 4 to 12 cookies, one in ten with a purpose or a page
/// of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fleet {
    /// How many tenants.
    pub tenants: usize,
    /// What the tenants' choices are drawn from.
    pub seed: u64,
}

impl Fleet {
    /// The id of a tenant, `t00001` for the first.
    #[must_use]
    pub fn id(number: usize) -> String {
        format!("t{:05}", number + 1)
    }

    /// The folder of a tenant in the workspace, `sites/g01/t00001` for the first.
    #[must_use]
    pub fn folder(number: usize) -> String {
        format!("{}/{}", group_folder(number / GROUP_SIZE), Self::id(number))
    }

    /// Writes the workspace to `dir`, with a copy of the themes found in `themes`.
    ///
    /// # Errors
    ///
    /// If `dir` holds sites already, if `themes` has no `charter`, or if the disk refuses; the error
    /// names the path.
    pub fn write(&self, dir: &Path, themes: &Path) -> io::Result<()> {
        self.refuse(dir, themes)?;
        copy_folder(themes, &dir.join("themes"))?;
        for (path, text) in SHARED {
            disk::write(&dir.join(path), text.as_bytes())?;
        }
        for group in 0..self.tenants.div_ceil(GROUP_SIZE) {
            self.write_group(group, dir)?;
        }
        Ok(())
    }

    fn refuse(&self, dir: &Path, themes: &Path) -> io::Result<()> {
        let sites = dir.join("sites");
        if sites.symlink_metadata().is_ok() {
            let text = format!("`{}` is there already: remove it first", sites.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        let theme = themes.join("charter/theme.toml");
        theme.metadata().map(drop).map_err(|error| disk::named("read", &theme, &error))
    }

    fn write_group(&self, group: usize, dir: &Path) -> io::Result<()> {
        let path = dir.join(group_folder(group)).join("group.toml");
        disk::write(&path, tenant::group_file(group).as_bytes())?;
        members(group, self.tenants).try_for_each(|number| self.write_tenant(number, dir))
    }

    fn write_tenant(&self, number: usize, dir: &Path) -> io::Result<()> {
        let folder = dir.join(Self::folder(number));
        let tenant = Tenant::drawn(number, self.seed);
        disk::write(&folder.join("site.toml"), tenant.site_file().as_bytes())?;
        if tenant.has_own_page() {
            disk::write(&folder.join(OWN_PAGE.0), OWN_PAGE.1.as_bytes())?;
        }
        Ok(())
    }
}

fn group_folder(group: usize) -> String {
    format!("sites/g{:02}", group + 1)
}

/// The numbers of a group's tenants.
fn members(group: usize, tenants: usize) -> Range<usize> {
    group * GROUP_SIZE..((group + 1) * GROUP_SIZE).min(tenants)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    for entry in WalkDir::new(from).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let inside = entry.path().strip_prefix(from).map_err(io::Error::other)?;
            disk::write(&to.join(inside), &disk::read(entry.path())?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
