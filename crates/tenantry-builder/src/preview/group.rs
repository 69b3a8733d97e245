//! One group of the workspace as it stands: its layer, its roster, and who lives below it.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::path::SourcePath;

use super::tree::{ANYTHING, Ways};
use crate::disk::{self, Stamp};
use crate::roster::{self, GroupRoster};
use crate::scan::{Branch, FolderKind};
use crate::workspace::Layer;

/// A group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) parent: Option<SourcePath>,
    /// When its own files last changed.
    pub(super) changed: u64,
    pub(super) roster_file: Option<SourcePath>,
    /// What that file looked like before it was read.
    pub(super) roster_look: Option<Stamp>,
    pub(super) roster: Option<GroupRoster>,
    pub(super) roster_problems: Vec<Diagnostic>,
    /// Whether the roster is the last one that could be read.
    pub(super) keeps_roster: bool,
    pub(super) members: Vec<Member>,
    /// Its layer, once somebody has asked.
    pub(super) built: OnceLock<Built>,
}

/// The folder of a tenant below a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) path: SourcePath,
    /// What is wrong with its place.
    pub(super) faults: Vec<Diagnostic>,
}

/// Who lives below a group.
#[derive(Default)]
pub(super) struct Residents {
    roster_file: Option<SourcePath>,
    roster_look: Option<Stamp>,
    roster: Option<GroupRoster>,
    problems: Vec<Diagnostic>,
    members: Vec<Member>,
}

/// A layer, made.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) layer: Arc<Layer>,
    /// What is wrong with its own files.
    pub(super) problems: Vec<Diagnostic>,
}

impl Residents {
    /// Finds them.
    pub(super) fn of(root: &Path, branch: &Branch<'static>, layer: &Arc<Layer>) -> Residents {
        let Some(roster_file) = roster::file_of(layer) else {
            return Residents { members: members(&branch.children), ..Residents::default() };
        };
        let mut children = branch.children.clone();
        let roster_look = disk::stamp_of(&root.join(roster_file.as_str()));
        let found = roster::read((root, layer), (&mut children, &mut Vec::new()), &branch.folder.unread);
        let (roster_file, problems) = (Some(roster_file), found.problems);
        Residents { roster_file, roster_look, roster: found.roster, problems, members: members(&children) }
    }

    /// Those of a group of which only documents and files have changed.
    fn unchanged(old: &Group, layer: &Arc<Layer>) -> Option<Residents> {
        let roster = match &old.roster {
            Some(roster) => Some(roster.below(layer)?),
            None => None,
        };
        let (roster_file, roster_look) = (old.roster_file.clone(), old.roster_look);
        let (problems, members) = (old.roster_problems.clone(), old.members.clone());
        (!old.keeps_roster).then_some(Residents { roster_file, roster_look, roster, problems, members })
    }

    /// Those of a group that was there before, perhaps, and in which some paths have changed.
    pub(super) fn again(
        (root, branch): (&Path, &Branch<'static>),
        layer: &Arc<Layer>,
        (old, ways): (Option<&Group>, Option<&Ways>),
    ) -> Residents {
        let is_document = |way: &String| way.starts_with("content/") || way.starts_with("static/");
        let is_documents = ways.is_some_and(|ways| !ways.is_empty() && ways.iter().all(is_document));
        let unchanged = old.filter(|_| is_documents).and_then(|old| Residents::unchanged(old, layer));
        unchanged.unwrap_or_else(|| Residents::of(root, branch, layer))
    }
}

impl Group {
    /// A group with those who live below it.
    pub(super) fn of(
        residents: Residents,
        (parent, changed): (Option<SourcePath>, u64),
        built: OnceLock<Built>,
    ) -> Group {
        let Residents { roster_file, roster_look, roster, problems, members } = residents;
        let (roster_problems, keeps_roster) = (problems, false);
        Group { parent, changed, roster_file, roster_look, roster, roster_problems, keeps_roster, members, built }
    }

    /// Keeps the roster of before if it cannot be read now, or if the settings that name it cannot.
    pub(super) fn keep_roster(&mut self, old: Option<&Group>) {
        let is_broken = self.built.get().is_some_and(|built| built.layer.broken);
        let is_lost = self.roster.is_none() && (self.roster_file.is_some() || is_broken);
        if let Some(old) = old.filter(|old| is_lost && old.roster.is_some()) {
            self.roster = old.roster.clone();
            self.roster_file = self.roster_file.take().or_else(|| old.roster_file.clone());
            self.keeps_roster = true;
        }
    }

    /// Whether changed paths in it are those of its roster alone, or of the folders of its rows.
    pub(super) fn is_about_roster(&self, ways: &Ways) -> bool {
        let name = self.roster_file.as_ref().map(SourcePath::file_name);
        name.is_some() && ways.iter().all(|way| Some(way.as_str()) == name)
    }

    /// Of changed documents, tells those that change more than their own page: what navigation and lists say of it stands on
    /// all pages.
    pub(super) fn widen(&self, (path, ways): (&SourcePath, &mut Ways), old: &Group) {
        let (Some(old), Some(new)) = (old.built.get(), self.built.get()) else { return };
        let front = |built: &Built, way: &str| {
            let text = text_of(&built.layer, &path.join(way))?;
            let end = text.match_indices("+++").nth(1).map_or(0, |(at, _)| at);
            Some(text[..end].to_owned())
        };
        let is_page = |way: &String| way.starts_with("content/") && !way.starts_with("content/_parts/");
        if ways.iter().any(|way| is_page(way) && front(old, way) != front(new, way)) {
            ways.insert(ANYTHING.to_owned());
        }
    }

    /// The ids of the tenants in its roster.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.roster.iter().flat_map(GroupRoster::ids)
    }

    /// Whether it has the tenants of another state of it.
    pub(super) fn has_tenants_of(&self, other: &Group) -> bool {
        let same_rows = self.ids().eq(other.ids());
        self.members == other.members && self.keeps_roster == other.keeps_roster && same_rows
    }

    /// The rows that are not what they were in an earlier state of it.
    pub(super) fn changed_rows<'g>(&'g self, old: Option<&'g Group>) -> impl Iterator<Item = &'g str> {
        let old = old.and_then(|old| old.roster.as_ref());
        let look = |roster: Option<&GroupRoster>, id: &str| roster.and_then(|roster| roster.sound_look(id));
        let is_same = match (&self.roster, old) {
            (Some(roster), Some(old)) => roster.has_rows_of(old),
            _ => false,
        };
        self.ids().filter(move |id| {
            if is_same {
                return false;
            }
            let now = look(self.roster.as_ref(), id);
            now.is_none() || now != look(old, id)
        })
    }

    /// Counts anew who lives below it, if it has no roster.
    pub(super) fn count(&mut self, children: &[Branch<'_>]) {
        self.members = members(children);
    }

    /// Whether the tenants right below are trusted, as far as that is known.
    pub(super) fn trusts_tenants(&self) -> Option<bool> {
        self.built.get().map(|built| built.layer.trusts_tenants())
    }
}

/// The text of a page's document.
fn text_of<'l>(layer: &'l Layer, path: &SourcePath) -> Option<&'l str> {
    let version = layer.content.pages.values().flatten().find(|version| version.path == *path)?;
    Some(version.document.as_ref()?.body.source.text())
}

/// The folders of tenants among some folders, and in those that are no groups.
fn members(children: &[Branch<'_>]) -> Vec<Member> {
    let mut members = Vec::new();
    for child in children {
        match child.folder.kind {
            FolderKind::Tenant => {
                members.push(Member { path: child.folder.path.clone(), faults: child.folder.problems.clone() });
            }
            FolderKind::Plain => members.extend(self::members(&child.children)),
            FolderKind::Group => {}
        }
    }
    members
}
