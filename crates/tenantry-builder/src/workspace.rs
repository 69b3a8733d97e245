//! A workspace, read: its layers combined once per layer, its tenants known by name and address.
//!
//! What groups share is read, parsed and combined here, once. A tenant's own files beyond its settings are read when the
//! tenant is resolved, so that memory follows the tenants in flight.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use tenantry_core::artifact::WrittenRegister;
use tenantry_core::content::Trust;
use tenantry_core::diagnostic::{Diagnostic, Subject};
use tenantry_core::language::Lang;
use tenantry_core::layer::{BaseUrl, Chain, Combine, Holder, LayerFile, LayerName, LayerSpec, Origin, decode_settings};
use tenantry_core::name::{CookieId, TenantId};
use tenantry_core::path::SourcePath;
use tenantry_core::register::{CookieSpec, Reader, Register, SettledCookie, TableHtml, settle_cookie, settle_register};
use tenantry_core::site::{ContentIndex, Identity};
use tenantry_core::source::{Place, Source};

use crate::blueprints::Blueprints;
use crate::content::read_content;
use crate::disk;
use crate::resolve::write_tables;
use crate::roster::{self, GroupRoster};
use crate::scan::{Folder, FolderKind, Look, scan};
use crate::state::Record;

/// A workspace.
#[derive(Debug)]
pub struct Workspace {
    /// The folder that holds `sites/` and `themes/`.
    pub root: PathBuf,
    /// Its tenants, by id.
    pub tenants: Vec<TenantSeed>,
    /// Its groups.
    pub layers: Vec<Arc<Layer>>,
    /// What is wrong with layers that tenants share, each with the folder of the layer.
    pub shared_problems: Vec<(Diagnostic, SourcePath)>,
    /// The names of all environments that some layer describes.
    pub environments: Vec<String>,
    /// The names of folders that cannot be read: tenants of these names have not vanished.
    pub unread: Vec<String>,
}

/// A group, combined with the layers above it.
#[derive(Debug)]
pub struct Layer {
    /// Where it is.
    pub path: SourcePath,
    /// How deep it lies: 0 is `sites/`.
    pub depth: u16,
    /// Its sources and those above.
    pub chain: Arc<Chain>,
    /// What it says, over what the layers above say.
    pub spec: LayerSpec,
    /// What it offers, over what the layers above offer.
    pub content: Arc<ContentIndex>,
    /// Whether it, or a layer above it, has errors: then no tenant below can be built.
    pub broken: bool,
    /// What tenants without a register of their own share.
    pub shared: SharedRegister,
    /// Sites of tenants that add nothing of their own to pages.
    pub blueprints: Blueprints,
    /// The layer above.
    pub parent: Option<Arc<Layer>>,
    /// The values that it sets itself, and which of them pages have asked for so far.
    pub values: ValueUse,
    /// What its files and those of the layers above look like.
    pub look: Look,
}

/// The `vars` of one layer, and which of them some page below asks for.
#[derive(Debug, Default)]
pub struct ValueUse {
    set_here: Vec<(Arc<str>, Origin)>,
    used: Mutex<BTreeSet<String>>,
}

impl ValueUse {
    fn of(own: &LayerSpec) -> ValueUse {
        let set_here = own.vars.iter().map(|(name, text)| (Arc::clone(name), text.origin().unwrap_or_default()));
        ValueUse { set_here: set_here.collect(), used: Mutex::default() }
    }

    /// Notes what the pages of a tenant ask for.
    pub fn note(&self, names: &BTreeSet<String>) {
        if self.set_here.is_empty() {
            return;
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.extend(names.iter().filter(|name| self.set_here.iter().any(|(own, _)| **own == ***name)).cloned());
    }

    /// What no page has asked for.
    fn unused(&self) -> Vec<(Arc<str>, Origin)> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.set_here.iter().filter(|(name, _)| !used.contains(&**name)).cloned().collect()
    }
}

/// A layer's register, decided once for all tenants that add nothing to it, and its tables, written once per language.
#[derive(Debug, Default)]
pub struct SharedRegister {
    settled: OnceLock<(Option<Arc<Register>>, Vec<Diagnostic>)>,
    tables: Mutex<BTreeMap<Lang, Arc<Vec<TableHtml>>>>,
    written: Mutex<BTreeMap<Vec<Lang>, Arc<WrittenRegister>>>,
    cookies: Mutex<BTreeMap<CookieId, Arc<SettledCookie>>>,
}

impl SharedRegister {
    /// The register of `layer`. What is wrong with it is told to each tenant that asks, and reported once.
    pub fn register(&self, layer: &Layer, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<Register>> {
        let (register, problems) = self.settled.get_or_init(|| {
            let mut problems = Vec::new();
            let inherited = |id: &CookieId, spec: &Arc<CookieSpec>| Some(self.cookie(layer, id, spec));
            let register = settle_register((&layer.spec.register, &layer.chain), &inherited, &mut problems);
            (register.map(Arc::new), problems)
        });
        diagnostics.extend(problems.iter().cloned());
        register.clone()
    }

    /// A cookie of `layer`, decided once for all tenants that leave it as it is.
    pub fn cookie(&self, layer: &Layer, id: &CookieId, written: &Arc<CookieSpec>) -> Arc<SettledCookie> {
        let known = || self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(id) {
            return Arc::clone(found);
        }
        let settled = Arc::new(settle_cookie((&layer.spec.register, &layer.chain), id, written));
        Arc::clone(known().entry(id.clone()).or_insert(settled))
    }

    /// Its tables in a language.
    pub fn tables(&self, register: &Register, lang: Lang) -> Arc<Vec<TableHtml>> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            tables.entry(lang).or_insert_with(|| Arc::new(write_tables(register, Reader { lang, covered_hosts: &[] }))),
        )
    }

    /// The same for machines, in some languages.
    pub fn written(&self, register: &Register, languages: &[Lang]) -> Arc<WrittenRegister> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = written.get(languages) {
            return Arc::clone(found);
        }
        let made = Arc::new(WrittenRegister::new(register, languages, &[]));
        written.insert(languages.to_vec(), Arc::clone(&made));
        made
    }
}

impl Layer {
    /// Whether the tenants right below are the operator's own.
    pub fn trusts_tenants(&self) -> bool {
        self.spec.trust_tenants.as_ref().is_some_and(|trust| trust.value)
    }
}

/// A tenant whose settings are read and whose site is not resolved yet.
#[derive(Debug)]
pub struct TenantSeed {
    /// Which one.
    pub identity: Identity,
    /// Its folder.
    pub folder: Folder,
    /// The layer above it.
    pub parent: Arc<Layer>,
    /// Its sources and those above.
    pub chain: Arc<Chain>,
    /// What it says itself; `None` if that cannot be read.
    pub own: Option<LayerSpec>,
    /// What is wrong so far.
    pub problems: Vec<Diagnostic>,
    /// What is remembered of it, if it was not read because nothing that it depends on has changed.
    pub(crate) recalled: Option<Arc<Record>>,
}

/// Why a folder is no workspace.
#[derive(Debug)]
pub struct NoWorkspace {
    /// What was looked for, and where.
    pub message: String,
}

/// Finds the workspace that a folder lies in: the nearest one upward with `sites/group.toml`.
pub fn find(from: &Path) -> Result<PathBuf, NoWorkspace> {
    let from = disk::canonical(from).map_err(|error| NoWorkspace { message: error.to_string() })?;
    for folder in from.ancestors() {
        if is_workspace(folder)? {
            return Ok(folder.to_owned());
        }
    }
    let message =
        format!("no workspace here: neither `{}` nor a folder above it has `sites/group.toml`", from.display());
    Err(NoWorkspace { message })
}

/// Whether a folder is marked as a workspace.
fn is_workspace(folder: &Path) -> Result<bool, NoWorkspace> {
    disk::exists(&folder.join("sites/group.toml")).map_err(|error| NoWorkspace { message: error.to_string() })
}

/// Reads a workspace.
pub fn read(root: &Path) -> Result<Workspace, NoWorkspace> {
    read_recalling(root, &|_, _| None)
}

/// Tells what is remembered of a tenant's folder below a layer, if it can be believed.
pub(crate) type Recall<'r> = dyn Fn(&Folder, &Layer) -> Option<Arc<Record>> + Sync + 'r;

/// Reads a workspace, but for the tenants that are remembered.
pub(crate) fn read_recalling(root: &Path, recall: &Recall<'_>) -> Result<Workspace, NoWorkspace> {
    if !is_workspace(root)? {
        return Err(NoWorkspace {
            message: format!("`{}` is no workspace: it has no `sites/group.toml`", root.display()),
        });
    }
    let mut reading = Reading {
        root,
        shared_problems: Vec::new(),
        layers: Vec::new(),
        unread: Vec::new(),
        seeds: Vec::new(),
        rosters: Vec::new(),
        environments: Vec::new(),
    };
    let folder = scan(root, &SourcePath::named("sites"));
    reading.layer(folder, None);
    let Reading { shared_problems, layers, unread, seeds, rosters, mut environments, .. } = reading;
    let mut tenants: Vec<TenantSeed> =
        seeds.into_par_iter().map(|(folder, parent)| recalled_or_read(root, (folder, parent), recall)).collect();
    rosters.into_iter().for_each(|roster| roster.seeds(root, &mut tenants));
    tenants.sort_by(|a, b| (&a.identity.id, &a.identity.file).cmp(&(&b.identity.id, &b.identity.file)));
    refuse_equal_ids(&mut tenants);
    for seed in &tenants {
        environments.extend(seed.own.iter().flat_map(|own| own.environments.keys().map(ToString::to_string)));
        environments.extend(seed.recalled.iter().flat_map(|record| record.environments.iter().cloned()));
    }
    environments.sort();
    environments.dedup();
    Ok(Workspace { root: root.to_owned(), tenants, layers, shared_problems, environments, unread })
}

struct Reading<'r> {
    root: &'r Path,
    shared_problems: Vec<(Diagnostic, SourcePath)>,
    layers: Vec<Arc<Layer>>,
    unread: Vec<String>,
    /// Folders of tenants, each with the layer above it.
    seeds: Vec<(Folder, Arc<Layer>)>,
    rosters: Vec<GroupRoster>,
    environments: Vec<String>,
}

impl Reading<'_> {
    fn layer(&mut self, mut folder: Folder, parent: Option<&Arc<Layer>>) {
        self.shared_problems.extend(folder.strays.drain(..).map(|stray| (stray, stray_folder())));
        self.unread.append(&mut folder.unread);
        let mut children = std::mem::take(&mut folder.children);
        let tenants: usize = children.iter().map(Folder::tenants).sum();
        let layer = match (folder.kind, parent) {
            (FolderKind::Plain, Some(parent)) => {
                self.plain_folder(&folder, tenants);
                Arc::clone(parent)
            }
            _ => {
                let layer = Arc::new(self.group(&folder, parent));
                self.layers.push(Arc::clone(&layer));
                let found = roster::read(self.root, &layer, (&mut children, &self.unread));
                self.shared_problems.extend(found.problems.into_iter().map(|problem| (problem, layer.path.clone())));
                self.unread.extend(found.unread);
                self.rosters.extend(found.roster);
                layer
            }
        };
        for child in children {
            match child.kind {
                FolderKind::Tenant => {
                    self.shared_problems.extend(child.strays.iter().cloned().map(|stray| (stray, stray_folder())));
                    self.seeds.push((child, Arc::clone(&layer)));
                }
                FolderKind::Group | FolderKind::Plain => self.layer(child, Some(&layer)),
            }
        }
    }

    /// A folder without settings passes everything on; what it holds itself is not read.
    fn plain_folder(&mut self, folder: &Folder, tenants: usize) {
        let problems = folder.problems.iter().cloned();
        self.shared_problems.extend(problems.map(|problem| (problem, folder.path.clone())));
        if folder.has_cookies || !folder.content.is_empty() || !folder.statics.is_empty() || tenants == 0 {
            let warning = Diagnostic::warning(
                "no-layer",
                "the folder has neither `group.toml` nor `site.toml`, so its own files are not read",
            );
            self.shared_problems.push((
                warning.about(folder.path.as_str()).hint("add a `group.toml`, even an empty one"),
                folder.path.clone(),
            ));
        }
    }

    fn group(&mut self, folder: &Folder, parent: Option<&Arc<Layer>>) -> Layer {
        let mut problems = folder.problems.clone();
        let depth = parent.map_or(0, |parent| parent.depth + 1);
        let above = parent.map_or_else(Chain::top, |parent| Arc::clone(&parent.chain));
        let (own, chain) = read_settings(self.root, folder, (&above, Holder::Group), &mut problems);
        let content = read_content(self.root, folder, (depth, Trust::Operator), &mut problems);
        let incomplete = content.incomplete;
        let content = content.index.over(&parent.map_or_else(Arc::default, |parent| Arc::clone(&parent.content)));
        let broken_here = own.is_none() || incomplete || folder.problems.iter().any(Diagnostic::is_error);
        let own = own.unwrap_or_default();
        let values = ValueUse::of(&own);
        self.environments.extend(own.environments.keys().map(ToString::to_string));
        let spec = match parent {
            Some(parent) => own.over(&parent.spec),
            None => own,
        };
        self.shared_problems.extend(problems.into_iter().map(|problem| (problem, folder.path.clone())));
        Layer {
            path: folder.path.clone(),
            depth,
            chain,
            spec,
            content,
            broken: broken_here || parent.is_some_and(|parent| parent.broken),
            shared: SharedRegister::default(),
            blueprints: Blueprints::default(),
            parent: parent.cloned(),
            values,
            look: folder.look.below(parent.map(|parent| parent.look)),
        }
    }
}

/// Where a thing lies that is part of no layer: no tenant is below it.
fn stray_folder() -> SourcePath {
    SourcePath::named("")
}

/// Reads the settings and the register of a folder. `None` if they have errors.
pub(crate) fn read_settings(
    root: &Path,
    folder: &Folder,
    (above, holder): (&Arc<Chain>, Holder),
    problems: &mut Vec<Diagnostic>,
) -> (Option<LayerSpec>, Arc<Chain>) {
    let mut files = match folder.kind {
        FolderKind::Tenant => vec![("site.toml", LayerFile::Settings)],
        FolderKind::Group => vec![("group.toml", LayerFile::Settings)],
        // What a tenant of a roster has besides its row.
        FolderKind::Plain => Vec::new(),
    };
    if folder.has_cookies {
        files.push(("cookies.toml", LayerFile::Cookies));
    }
    let layer = LayerName::new(folder.path.as_str());
    let mut sources = Vec::new();
    let mut spec: Option<LayerSpec> = Some(LayerSpec::default());
    for (name, file) in files {
        let path = folder.path.join(name);
        if folder.problems.iter().any(|problem| problem.subject == Subject::File(path.to_string())) {
            // The scan refused it and said why.
            spec = None;
            continue;
        }
        let text = match disk::read_source_text(root, &path, disk::LARGEST_TEXT) {
            Ok(text) => text,
            Err(error) => {
                problems.push(
                    Diagnostic::error("disk", format!("cannot {} it: {}", error.action, error.cause))
                        .about(path.as_str()),
                );
                spec = None;
                continue;
            }
        };
        let source = Source::new(path, text);
        let index = u16::try_from(above.len() + sources.len()).unwrap_or(u16::MAX);
        let own = decode_settings(&source, index, (holder, file), problems);
        sources.push((layer.clone(), source));
        spec = match (spec, own) {
            // What a layer says in its settings wins over its catalogue.
            (Some(settings), Some(own)) => Some(settings.over(&own)),
            _ => None,
        };
    }
    (spec, above.below(sources))
}

fn recalled_or_read(root: &Path, (folder, parent): (Folder, Arc<Layer>), recall: &Recall<'_>) -> TenantSeed {
    let recalled = recall(&folder, &parent).filter(|_| folder.problems.is_empty());
    match (recalled, TenantId::new(folder.path.file_name())) {
        (Some(record), Ok(id)) => TenantSeed {
            identity: identity(id, &folder),
            chain: Arc::clone(&parent.chain),
            folder,
            parent,
            own: None,
            problems: Vec::new(),
            recalled: Some(record),
        },
        _ => seed(root, folder, parent),
    }
}

fn identity(id: TenantId, folder: &Folder) -> Identity {
    let parts: Vec<&str> = folder.path.as_str().split('/').collect();
    let group = parts.get(1..parts.len() - 1).unwrap_or_default().join("/");
    Identity { id, group, file: folder.path.join("site.toml") }
}

fn seed(root: &Path, folder: Folder, parent: Arc<Layer>) -> TenantSeed {
    let mut problems = folder.problems.clone();
    let holder = if parent.trusts_tenants() { Holder::TrustedTenant } else { Holder::Tenant };
    let (own, chain) = read_settings(root, &folder, (&parent.chain, holder), &mut problems);
    let name = folder.path.file_name();
    let id = TenantId::new(name).unwrap_or_else(|error| {
        let problem = Diagnostic::error("bad-tenant-id", error.to_string()).about(folder.path.as_str());
        problems.push(problem.hint("rename the folder: its name is the tenant's id"));
        TenantId::stand_in(name)
    });
    TenantSeed { identity: identity(id, &folder), folder, parent, chain, own, problems, recalled: None }
}

/// Two folders of one name would write into one folder: both are refused.
fn refuse_equal_ids(tenants: &mut [TenantSeed]) {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, tenant) in tenants.iter().enumerate() {
        by_id.entry(tenant.identity.id.as_str().to_lowercase()).or_default().push(index);
    }
    for (id, indices) in by_id.into_iter().filter(|(_, indices)| indices.len() > 1) {
        let folders: Vec<String> = indices.iter().map(|index| tenants[*index].home()).collect();
        for index in indices {
            let message = format!("the tenant id `{id}` is used {} times: {}", folders.len(), folders.join(", "));
            let problem = Diagnostic::error("duplicate-tenant", message).about(tenants[index].folder.path.as_str());
            tenants[index].problems.push(problem.hint("rename a folder: ids are unique in a workspace"));
        }
    }
}

/// Reads the tenants that are remembered and whose address another one claims: what is said of them names its place.
pub(crate) fn read_claimants(
    tenants: &mut [TenantSeed],
    root: &Path,
    published_at: impl Fn(&TenantSeed) -> Option<(BaseUrl, Option<Place>)>,
) {
    let claims: Vec<Option<String>> =
        tenants.iter().map(|tenant| published_at(tenant).map(|(url, _)| url.claim())).collect();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    claims.iter().flatten().for_each(|claim| *times.entry(claim).or_default() += 1);
    for (tenant, claim) in tenants.iter_mut().zip(&claims) {
        if claim.as_deref().is_some_and(|claim| times.get(claim).is_some_and(|times| *times > 1)) {
            tenant.read(root);
        }
    }
}

/// Two tenants on one address would overwrite each other at their host: both are refused. `published_at` tells a
/// tenant's address and where it was written.
pub fn refuse_equal_addresses(
    tenants: &mut [TenantSeed],
    published_at: impl Fn(&TenantSeed) -> Option<(BaseUrl, Option<Place>)>,
) {
    let mut by_claim: BTreeMap<String, Vec<(usize, Option<Place>)>> = BTreeMap::new();
    for (index, tenant) in tenants.iter().enumerate() {
        if let Some((url, place)) = published_at(tenant) {
            by_claim.entry(url.claim()).or_default().push((index, place));
        }
    }
    for (claim, claimants) in by_claim.into_iter().filter(|(_, claimants)| claimants.len() > 1) {
        let folders: Vec<String> = claimants.iter().map(|(index, _)| tenants[*index].home()).collect();
        for (index, place) in claimants {
            let own = tenants[index].home();
            let others: Vec<&str> = folders.iter().map(String::as_str).filter(|path| **path != own).take(3).collect();
            let message = format!("`{claim}` is the address of {} too", others.join(", "));
            let problem = Diagnostic::error("duplicate-address", message);
            let problem = match place {
                Some(place) => problem.at(place),
                None => problem.about(tenants[index].identity.file.as_str()),
            };
            tenants[index]
                .problems
                .push(problem.hint("each site has an address of its own; none of these is built until then"));
        }
    }
}

impl TenantSeed {
    /// Reads a tenant that was remembered so far.
    pub(crate) fn read(&mut self, root: &Path) {
        if self.recalled.is_some() {
            *self = seed(root, self.folder.clone(), Arc::clone(&self.parent));
        }
    }

    /// Where people find it: its folder, or its line of a roster.
    pub fn home(&self) -> String {
        match self.chain.row() {
            Some(row) => format!("{}:{}", row.source.path(), row.position().line),
            None => self.folder.path.to_string(),
        }
    }

    /// The address that the tenant writes itself, and where.
    pub fn written_address(&self) -> Option<(BaseUrl, Option<Place>)> {
        if let Some(record) = &self.recalled {
            return Some((BaseUrl::new(&record.told.base_url).ok()?, None));
        }
        let url = self.own.as_ref()?.base_url.as_ref()?;
        Some((url.value.clone(), self.chain.place(url.origin)))
    }
}

impl Layer {
    /// Notes what the pages of a tenant below ask for, here and in the layers above.
    pub fn note_values(&self, names: &BTreeSet<String>) {
        self.values.note(names);
        if let Some(parent) = &self.parent {
            parent.note_values(names);
        }
    }

    /// Values that no page of any tenant below asks for, as warnings; true only after a run of all tenants.
    pub fn unused_values(&self) -> Vec<Diagnostic> {
        let warning = |(name, origin): (Arc<str>, Origin)| {
            let warning = Diagnostic::warning("unused-value", format!("no page uses `vars.{name}`"));
            match self.chain.place(origin) {
                Some(place) => warning.at(place),
                None => warning.about(self.path.as_str()),
            }
        };
        self.values.unused().into_iter().map(warning).collect()
    }
}
