//! The kinds of targets, a file for each.
//!
//! A kind reads its own fields from [`TargetSettings`], which the build has checked: a field that it requires is there.

mod command;
mod dir;
mod git;
mod s3;
mod ssh;

use std::borrow::Cow;
use std::path::Path;

use tenantry_core::diagnostic::printable;
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;
use tenantry_core::publish::{Kind, TargetSettings};

use crate::fault::{Fault, Outcome};
use crate::target::Target;

use self::command::Command;
use self::dir::Dir;
use self::git::Git;
use self::s3::{S3, Stores};
use self::ssh::{Machines, Ssh};

/// What a tenant's place is opened with.
#[derive(Clone, Copy)]
pub struct Opening<'o> {
    /// Whose place.
    pub tenant: &'o TenantId,
    /// The target's name, as in `[publish.NAME]`.
    pub target: &'o str,
    /// What the layers say of it.
    pub settings: &'o TargetSettings,
    /// A folder of this machine, of this tenant and target alone, for kinds that cannot keep notes elsewhere. It may not
    /// exist yet.
    pub memory: &'o Path,
    /// The folder of the built site.
    pub built: &'o Path,
    /// What places of one run share.
    pub connections: &'o Connections,
}

/// What places of one run share: clients and their connections, each made when the first place asks for it.
#[derive(Default)]
pub struct Connections {
    stores: Stores,
    machines: Machines,
}

/// How a tenant's place is opened: by [`open`], but in tests.
pub type Opener = Box<dyn Fn(&Opening<'_>) -> Outcome<Box<dyn Target>> + Send + Sync>;

/// Refuses what is neither one of some files nor a folder that holds one. What was found is in its order: what is in a
/// folder comes after it, and tells more than the folder.
fn refuse_theirs<'f>(found: impl Iterator<Item = Cow<'f, str>>, ours: &[&OutputPath]) -> Result<(), String> {
    let lies_in = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let is_ours = |found: &str| ours.iter().any(|path| path.as_str() == found || lies_in(path.as_str(), found));
    let theirs = found.filter(|found| !is_ours(found));
    match theirs.reduce(|one, next| if lies_in(&next, &one) { next } else { one }) {
        Some(theirs) => Err(theirs.into_owned()),
        None => Ok(()),
    }
}

/// What is in a folder where a file is to be, and is not ours to remove.
fn in_the_way(path: &str) -> Fault {
    let path = printable(path);
    Fault::lasting(format!("`{path}` is in the way of a file, and was not made by a publish"))
}

/// Opens a tenant's place. Nothing is asked of the target yet.
pub fn open(opening: &Opening<'_>) -> Outcome<Box<dyn Target>> {
    match opening.settings.kind {
        Kind::Command => Ok(Box::new(Command::open(opening))),
        Kind::Dir => Ok(Box::new(Dir::open(opening))),
        Kind::Ssh => Ok(Box::new(Ssh::open(opening)?)),
        Kind::S3 => Ok(Box::new(S3::open(opening)?)),
        Kind::Git => Ok(Box::new(Git::open(opening)?)),
    }
}
