//! Rosters: reads the file that a group names, and makes a tenant of each of its rows and of the folder of the same name.
//!
//! How a row is read is the core's to know ([`tenantry_core::layer::Roster`]).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::iter::Either;
use rayon::prelude::*;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digester;
use tenantry_core::layer::{Combine, Holder, LayerName, Roster, RosterRow, RowDecoder, Sourced};
use tenantry_core::name::TenantId;
use tenantry_core::path::SourcePath;
use tenantry_core::site::Identity;
use tenantry_core::source::{Place, Source};

use crate::disk;
use crate::memory::Memory;
use crate::scan::{Branch, Folder, FolderKind, Look, folder_in_tenant, scan};
use crate::state::Remembered;
use crate::workspace::{Layer, TenantSeed, group_of, read_settings};

/// What the roster of a group turned out to be.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Its tenants, if it can be read.
    pub(crate) roster: Option<GroupRoster>,
    /// What is wrong with it as a whole, or with rows that name no tenant.
    pub(crate) problems: Vec<Diagnostic>,
    /// The file, if tenants that it holds may not be known: then none has vanished.
    pub(crate) unread: Option<String>,
}

/// The roster of a group, with the folders of its tenants. A copy of it shares all but the group.
#[derive(Debug, Clone)]
pub(crate) struct GroupRoster {
    /// The group.
    pub(crate) parent: Arc<Layer>,
    roster: Arc<Roster>,
    /// Where the row of each tenant stands among those of the roster.
    rows: Arc<BTreeMap<String, usize>>,
    file: SourcePath,
    holder: Holder,
    folders: Arc<BTreeMap<String, Arc<RowFolder>>>,
}

/// The folder of a tenant whose settings are a row.
#[derive(Debug)]
struct RowFolder {
    folder: Folder,
    /// Folders in it, which would be layers elsewhere.
    layers: Vec<String>,
}

/// Reads the roster that a group names itself, and takes the folders of its tenants out of those below the group.
///
/// `unread` names what the scan has refused.
pub(crate) fn read<'m>(
    (root, layer): (&Path, &Arc<Layer>),
    (children, recalled): (&mut Vec<Branch<'m>>, &mut Vec<&'m Remembered<'m>>),
    unread: &[String],
) -> Found {
    let mut found = Found::default();
    let Some(name) = own_roster(layer) else {
        found.unread = may_name_one(layer).then(|| layer.path.join("group.toml").to_string());
        return found;
    };
    let file = layer.path.join(&name.value);
    let text = match disk::read_source_text(root, &file, disk::LARGEST_ROSTER) {
        Ok(text) => text,
        Err(error) => {
            let problem = Diagnostic::error("disk", format!("cannot {} `{file}`: {}", error.action, error.cause));
            let problem = match layer.chain.place(name.origin) {
                Some(place) => problem.at(place),
                None => problem.about(file.as_str()),
            };
            // Of a link the scan has told already.
            let told = disk::is_link(&error.path).is_ok_and(|link| link);
            found.problems.extend((!told).then_some(problem));
            found.unread = Some(file.to_string());
            return found;
        }
    };
    let source = Source::new(file.clone(), text);
    let holder = holder_below(layer);
    let Some(mut roster) = Roster::read(&source, holder, &mut found.problems) else {
        found.unread = Some(file.to_string());
        return found;
    };
    if roster.problems.iter().any(Diagnostic::is_error) {
        found.unread = Some(file.to_string());
    }
    found.problems.append(&mut roster.problems);
    refuse_unread_folders(&mut roster, (&source, layer), (root, unread));
    let rows = rows_of(&roster);
    // A tenant that is remembered as one with a folder has a row by now.
    let (twice, others): (Vec<_>, _) = recalled.drain(..).partition(|tenant| rows.contains_key(tenant.id));
    *recalled = others;
    children.extend(twice.iter().map(|tenant| scan(root, &layer.path.join(tenant.id), None)));
    let folders = Arc::new(folders((&mut roster, &rows), &source, children));
    let rows = Arc::new(if rows.len() == roster.tenants.len() { rows } else { rows_of(&roster) });
    let (parent, roster) = (Arc::clone(layer), Arc::new(roster));
    found.roster = Some(GroupRoster { parent, roster, rows, file, holder, folders });
    found
}

/// The file that a group names as its roster.
pub(crate) fn file_of(layer: &Layer) -> Option<SourcePath> {
    own_roster(layer).map(|name| layer.path.join(&name.value))
}

fn rows_of(roster: &Roster) -> BTreeMap<String, usize> {
    roster.tenants.iter().enumerate().map(|(index, row)| (row.id.clone(), index)).collect()
}

fn holder_below(layer: &Layer) -> Holder {
    if layer.trusts_tenants() { Holder::TrustedTenant } else { Holder::Tenant }
}

/// The roster that a group names itself: one that it inherits is that of the group above.
fn own_roster(layer: &Layer) -> Option<&Sourced<Arc<str>>> {
    let above = layer.parent.as_ref().map_or(0, |parent| parent.chain.len());
    layer.spec.roster.as_ref().filter(|roster| usize::from(roster.origin.source) >= above)
}

/// Whether a group whose settings have errors may have meant to name a roster.
fn may_name_one(layer: &Layer) -> bool {
    let settings = layer.path.join("group.toml");
    let sources = layer.chain.sources();
    let own = sources.iter().find(|link| *link.source.path() == settings);
    layer.broken && own.is_none_or(|link| link.source.text().contains("roster"))
}

/// A tenant whose folder is a link or cannot be read is not built without what the folder holds.
fn refuse_unread_folders(
    roster: &mut Roster,
    (source, layer): (&Arc<Source>, &Layer),
    (root, unread): (&Path, &[String]),
) {
    let unread: BTreeSet<&str> = unread.iter().map(String::as_str).collect();
    for row in roster.tenants.iter_mut().filter(|row| unread.contains(row.id.as_str())) {
        let folder = layer.path.join(&row.id);
        // What cannot be read may lie elsewhere.
        if disk::exists(&root.join(folder.as_str())).is_ok_and(|there| !there) {
            continue;
        }
        let message = format!("`{folder}` cannot be read, so the tenant is not built");
        let problem = Diagnostic::error("unread-folder", message).at(Place::new(source, row.id_span)).confidential();
        row.faults.push(problem.hint("a folder of the same name as a row holds the tenant's content"));
    }
}

/// Finds the folders of the tenants of a roster. One that is a layer of its own is an error: a tenant's folder then stands
/// for the tenant and says so, a group leaves that to the row.
fn folders(
    (roster, rows): (&mut Roster, &BTreeMap<String, usize>),
    source: &Arc<Source>,
    children: &mut Vec<Branch<'_>>,
) -> BTreeMap<String, Arc<RowFolder>> {
    let mut found = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for mut branch in std::mem::take(children) {
        let id = branch.folder.path.file_name().to_owned();
        let Some(index) = rows.get(&id) else {
            children.push(branch);
            continue;
        };
        let row = &mut roster.tenants[*index];
        let place = Place::new(source, row.id_span);
        match branch.folder.kind {
            FolderKind::Plain => {
                found.insert(id, Arc::new(RowFolder::of(branch)));
                continue;
            }
            FolderKind::Tenant => {
                let problem = row_and_site(&branch.folder, place);
                branch.folder.problems.push(problem);
                twice.insert(id);
            }
            FolderKind::Group => {
                let message = format!("`{}` is a group, and a tenant of the roster has its name", branch.folder.path);
                let problem = Diagnostic::error("roster-and-group", message).at(place).confidential();
                row.faults.push(problem.hint("rename one of them"));
            }
        }
        children.push(branch);
    }
    roster.tenants.retain(|row| !twice.contains(&row.id));
    found
}

fn row_and_site(folder: &Folder, row: Place) -> Diagnostic {
    let file = folder.path.join("site.toml");
    let home = format!("{}:{}", row.source.path(), row.position().line);
    let message = format!("`{}` is a tenant by `{file}` and by `{home}`", folder.path.file_name());
    let hint = format!("remove the row or `{file}`; the folder may hold everything else");
    Diagnostic::error("roster-and-site", message).at(row).confidential().hint(hint)
}

impl RowFolder {
    fn of(branch: Branch<'_>) -> RowFolder {
        let below = branch.children.iter().map(|child| child.folder.path.file_name());
        let mut layers: Vec<String> =
            below.chain(branch.recalled.iter().map(|tenant| tenant.id)).map(str::to_owned).collect();
        layers.sort();
        RowFolder { folder: branch.folder, layers }
    }

    /// The folder, with what is wrong with it as that of a tenant.
    fn tenants_own(&self) -> Folder {
        let mut folder = self.folder.clone();
        let problems = self.layers.iter().map(|name| folder_in_tenant(&folder.path.join(name)));
        let problems: Vec<Diagnostic> = problems.collect();
        folder.problems.extend(problems);
        folder
    }
}

impl GroupRoster {
    /// Reads its rows, but for the tenants that are remembered.
    pub(crate) fn rows<'m>(
        &self,
        root: &Path,
        memory: Option<&Memory<'m>>,
    ) -> (Vec<TenantSeed>, Vec<&'m Remembered<'m>>) {
        let siblings = memory.map(|memory| memory.siblings(&self.parent.path, self.parent.look));
        let rows = self.roster.tenants.par_iter().enumerate();
        rows.map_init(
            || self.roster.decoder(),
            |decoder, (index, row)| {
                let siblings = siblings.as_ref().filter(|_| self.is_plain(row));
                match siblings.and_then(|siblings| siblings.recall((&row.id, index), self.look(row))) {
                    Some(tenant) => Either::Right(tenant),
                    None => Either::Left(self.seed(root, decoder, row)),
                }
            },
        )
        .partition_map(|row| row)
    }

    /// Reads the row of a tenant.
    pub(crate) fn row(&self, root: &Path, id: &str) -> Option<TenantSeed> {
        Some(self.seed(root, &mut self.roster.decoder(), self.find(id)?))
    }

    fn find(&self, id: &str) -> Option<&RosterRow> {
        self.roster.tenants.get(*self.rows.get(id)?)
    }

    /// The ids of its tenants.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.roster.tenants.iter().map(|row| &*row.id)
    }

    /// Whether its rows, and their folders, are those of another one.
    pub(crate) fn has_rows_of(&self, other: &GroupRoster) -> bool {
        Arc::ptr_eq(&self.roster, &other.roster) && Arc::ptr_eq(&self.folders, &other.folders)
    }

    /// The same rows below the group as it was read anew. `None` if its tenants are trusted otherwise than before: then
    /// other columns may be theirs.
    pub(crate) fn below(&self, parent: &Arc<Layer>) -> Option<GroupRoster> {
        (self.holder == holder_below(parent)).then(|| GroupRoster { parent: Arc::clone(parent), ..self.clone() })
    }

    /// The same rows with another folder of one tenant. `None` if that is no tenant's, or was not there before.
    pub(crate) fn with_folder(&self, folder: Branch<'_>) -> Option<GroupRoster> {
        let id = folder.folder.path.file_name();
        if folder.folder.kind != FolderKind::Plain || !self.folders.contains_key(id) {
            return None;
        }
        let mut folders = BTreeMap::clone(&self.folders);
        folders.insert(id.to_owned(), Arc::new(RowFolder::of(folder)));
        Some(GroupRoster { folders: Arc::new(folders), ..self.clone() })
    }

    /// What the row of a tenant looks like, if nothing is wrong with it: faults name places, which move.
    pub(crate) fn sound_look(&self, id: &str) -> Option<Look> {
        self.find(id).filter(|row| self.is_plain(row)).map(|row| self.look(row))
    }

    /// Whether nothing is known to be wrong with a row and with things in its folder that are not the tenant's.
    fn is_plain(&self, row: &RosterRow) -> bool {
        row.faults.is_empty() && self.folders.get(&row.id).is_none_or(|found| found.folder.strays.is_empty())
    }

    /// What a row says, seen together with what its folder looks like. What it says has been read, and is not settled by
    /// waiting.
    fn look(&self, row: &RosterRow) -> Look {
        let digester = Digester::new().with(self.roster.digest(row).as_bytes());
        match self.folders.get(&row.id).map(|found| &**found) {
            None => Look { digest: digester.finish(), youngest: 0 },
            Some(RowFolder { folder, layers }) => {
                let digester = digester.with(folder.look.digest.as_bytes());
                let digest = layers.iter().fold(digester, |sum, name| sum.with(name)).finish();
                Look { digest, youngest: folder.look.youngest }
            }
        }
    }

    fn seed(&self, root: &Path, decoder: &mut RowDecoder<'_>, row: &RosterRow) -> TenantSeed {
        let parent = &self.parent;
        let place = self.roster.place(row);
        let id_place = Place::new(&place.source, row.id_span);
        let mut problems = row.faults.clone();
        let id = TenantId::new(&row.id).unwrap_or_else(|error| {
            let problem = Diagnostic::error("bad-tenant-id", error.to_string()).at(id_place).confidential();
            problems.push(problem.hint("the id names the folder of the output and the host of a preview"));
            TenantId::stand_in(&row.id)
        });
        let without_files = || Folder::without_files(&parent.path.join(id.as_str()), FolderKind::Plain);
        let mut folder = self.folders.get(&row.id).map_or_else(without_files, |found| found.tenants_own());
        folder.look = self.look(row);
        problems.extend(folder.problems.iter().chain(&folder.strays).cloned());
        let (catalogue, above) = match folder.has_cookies {
            true => read_settings(root, &folder, (&parent.chain, self.holder), &mut problems),
            false => (None, Arc::clone(&parent.chain)),
        };
        let index = u16::try_from(above.len()).unwrap_or(u16::MAX);
        let own = decoder.decode(row, index, &mut problems);
        let own = match catalogue {
            Some(catalogue) => own.map(|own| own.over(&catalogue)),
            None => own.filter(|_| !folder.has_cookies),
        };
        let chain = above.below_row(LayerName::new(folder.path.as_str()), &place);
        let identity = Identity { id, group: group_of(parent.path.as_str()).to_owned(), file: self.file.clone() };
        TenantSeed { identity, folder, parent: Arc::clone(parent), chain, own, problems }
    }
}
