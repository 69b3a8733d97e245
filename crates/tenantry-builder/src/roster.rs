//! Rosters: reads the file that a group names, and makes a tenant of each of its rows and of the folder of the same name.
//!
//! How a row is read is the core's to know ([`tenantry_core::layer::Roster`]).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::layer::{Combine, Holder, LayerName, Roster, RosterRow, RowDecoder, Sourced};
use tenantry_core::name::TenantId;
use tenantry_core::path::SourcePath;
use tenantry_core::site::Identity;
use tenantry_core::source::{Place, Source};

use crate::disk;
use crate::scan::{Folder, FolderKind};
use crate::workspace::{Layer, TenantSeed, read_settings};

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

/// The roster of a group, with the folders of its tenants.
#[derive(Debug)]
pub(crate) struct GroupRoster {
    parent: Arc<Layer>,
    roster: Roster,
    file: SourcePath,
    holder: Holder,
    folders: BTreeMap<String, Box<Folder>>,
}

/// Reads the roster that a group names itself, and takes the folders of its tenants out of those below the group.
///
/// `unread` names what the scan has refused.
pub(crate) fn read(root: &Path, layer: &Arc<Layer>, (children, unread): (&mut Vec<Folder>, &[String])) -> Found {
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
    let holder = if layer.trusts_tenants() { Holder::TrustedTenant } else { Holder::Tenant };
    let Some(mut roster) = Roster::read(&source, holder, &mut found.problems) else {
        found.unread = Some(file.to_string());
        return found;
    };
    if roster.problems.iter().any(Diagnostic::is_error) {
        found.unread = Some(file.to_string());
    }
    found.problems.append(&mut roster.problems);
    refuse_unread_folders(&mut roster, (&source, layer), (root, unread));
    let folders = folders(&mut roster, &source, children);
    found.roster = Some(GroupRoster { parent: Arc::clone(layer), roster, file, holder, folders });
    found
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
fn folders(roster: &mut Roster, source: &Arc<Source>, children: &mut Vec<Folder>) -> BTreeMap<String, Box<Folder>> {
    let rows: BTreeMap<String, usize> =
        roster.tenants.iter().enumerate().map(|(index, row)| (row.id.clone(), index)).collect();
    let mut found = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for mut folder in std::mem::take(children) {
        let id = folder.path.file_name().to_owned();
        let Some(index) = rows.get(&id) else {
            children.push(folder);
            continue;
        };
        let row = &mut roster.tenants[*index];
        let place = Place::new(source, row.id_span);
        match folder.kind {
            FolderKind::Plain => {
                found.insert(id, Box::new(folder));
                continue;
            }
            FolderKind::Tenant => {
                folder.problems.push(row_and_site(&folder, place));
                twice.insert(id);
            }
            FolderKind::Group => {
                let message = format!("`{}` is a group, and a tenant of the roster has its name", folder.path);
                let problem = Diagnostic::error("roster-and-group", message).at(place).confidential();
                row.faults.push(problem.hint("rename one of them"));
            }
        }
        children.push(folder);
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

impl GroupRoster {
    /// Adds its tenants to the others, in place: a fleet is not held twice.
    pub(crate) fn seeds(mut self, root: &Path, tenants: &mut Vec<TenantSeed>) {
        let rows = std::mem::take(&mut self.roster.tenants);
        let mut folders = std::mem::take(&mut self.folders);
        let rows: Vec<_> = rows.into_iter().map(|row| (folders.remove(&row.id), row)).collect();
        let seed = |decoder: &mut RowDecoder<'_>, (folder, row): (Option<Box<Folder>>, RosterRow)| {
            self.seed((root, decoder), row, folder.map(|folder| *folder))
        };
        tenants.par_extend(rows.into_par_iter().map_init(|| self.roster.decoder(), seed));
    }

    fn seed(
        &self,
        (root, decoder): (&Path, &mut RowDecoder<'_>),
        row: RosterRow,
        folder: Option<Folder>,
    ) -> TenantSeed {
        let parent = &self.parent;
        let place = self.roster.place(&row);
        let id_place = Place::new(&place.source, row.id_span);
        let mut problems = row.faults.clone();
        let id = TenantId::new(&row.id).unwrap_or_else(|error| {
            let problem = Diagnostic::error("bad-tenant-id", error.to_string()).at(id_place).confidential();
            problems.push(problem.hint("the id names the folder of the output and the host of a preview"));
            TenantId::stand_in(&row.id)
        });
        let folder = folder.map(without_layers);
        let folder = folder.unwrap_or_else(|| Folder::without_files(&parent.path.join(id.as_str()), FolderKind::Plain));
        problems.extend(folder.problems.iter().chain(&folder.strays).cloned());
        let (catalogue, above) = match folder.has_cookies {
            true => read_settings(root, &folder, (&parent.chain, self.holder), &mut problems),
            false => (None, Arc::clone(&parent.chain)),
        };
        let index = u16::try_from(above.len()).unwrap_or(u16::MAX);
        let own = decoder.decode(&row, index, &mut problems);
        let own = match catalogue {
            Some(catalogue) => own.map(|own| own.over(&catalogue)),
            None => own.filter(|_| !folder.has_cookies),
        };
        let chain = above.below_row(LayerName::new(folder.path.as_str()), &place);
        let group = parent.path.as_str().strip_prefix("sites").unwrap_or_default().trim_start_matches('/').to_owned();
        let identity = Identity { id, group, file: self.file.clone() };
        TenantSeed { identity, folder, parent: Arc::clone(parent), chain, own, problems, recalled: None }
    }
}

/// A tenant holds no layers, whether it has a `site.toml` or a row.
fn without_layers(mut folder: Folder) -> Folder {
    for child in folder.children.drain(..) {
        let problem = Diagnostic::warning("folder-in-tenant", "a tenant holds no layers, so this folder is not read");
        folder.problems.push(problem.about(child.path.as_str()).hint("a tenant has `content/` and `static/`"));
    }
    folder
}
