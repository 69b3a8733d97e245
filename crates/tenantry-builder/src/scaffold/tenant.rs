//! A new tenant: two lines, checked as a build would check them.

use std::path::Path;
use std::sync::Arc;

use tenantry_core::diagnostic::{Diagnostic, Subject};
use tenantry_core::layer::{Holder, LayerFile, LayerName, decode_settings};
use tenantry_core::name::TenantId;
use tenantry_core::site::{Identity, settle};
use tenantry_core::source::Source;

use crate::build::Stop;
use crate::disk;
use crate::resolve::{Setting, combined_spec};
use crate::scaffold::files::{NewFile, put};
use crate::scaffold::place::{Place, place, workspace};
use crate::scaffold::{Scaffolded, refused, shown_name, toml_text, wrong};
use crate::scan::{Folder, FolderKind};
use crate::themes::Themes;
use crate::workspace::{Layer, TenantSeed, Workspace, refuse_equal_addresses};

/// A tenant that is to be.
#[derive(Debug, Clone, Copy)]
pub struct NewTenant<'a> {
    /// Its folder, seen from `sites/`.
    pub path: &'a str,
    /// Its name; by default made of its id.
    pub name: Option<&'a str>,
    /// Where it is published; by default an address that stands in for it.
    pub base_url: Option<&'a str>,
}

/// Writes a tenant into the workspace at `root`.
pub fn new_tenant(root: &Path, new: &NewTenant<'_>) -> Result<Scaffolded, Stop> {
    let mut workspace = workspace(root)?;
    let place = place(&workspace, new.path)?;
    let id = free_id(&workspace, &place)?;
    let file = NewFile::in_workspace(root, place.path.join("site.toml"), settings(new, &id).as_bytes());
    let missing = check(&mut workspace, (&place, id.clone()), &file)?;
    let written = vec![file.path.to_string()];
    put(root, &place.parent.path, &[file]).map_err(Stop::Disk)?;
    let mut advice = missing;
    if new.base_url.is_none() {
        advice.push(format!("put the real address into `{}`: `https://{id}.example` stands in for it", written[0]));
    }
    advice.extend(inherited(root, &place));
    Ok(Scaffolded { written, advice, commands: vec![format!("tenantry build {id}")], ..Scaffolded::default() })
}

/// The tenant's id, which no other has, and for which there is no folder yet.
fn free_id(workspace: &Workspace, Place { path, name, .. }: &Place<'_>) -> Result<TenantId, Stop> {
    let id = TenantId::new(name).map_err(|error| {
        let plain = plain_id(name);
        let hint = match TenantId::new(&plain) {
            Ok(id) => format!("such as `{id}`; what people read is given with --name"),
            Err(_) => "its folder's name is the tenant's id, such as `val-d-oise`".to_owned(),
        };
        wrong(error.to_string(), hint)
    })?;
    if disk::exists(&workspace.root.join(path.as_str())).map_err(Stop::Disk)? {
        let message = format!("`{path}` is there already, and nothing was written");
        return Err(refused(message, "choose another id, or edit what is there"));
    }
    let same = |seed: &&TenantSeed| seed.identity.id.as_str().to_lowercase() == id.as_str();
    match workspace.tenants.iter().find(same) {
        Some(other) => Err(wrong(
            format!("there is a tenant `{id}` already: `{}`", other.home()),
            "ids are unique in a workspace, since each names a folder of the output: choose another one",
        )),
        None => Ok(id),
    }
}

/// A name as an id: what cannot stand in one becomes a hyphen.
fn plain_id(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let letters: String = name.chars().map(letter).collect();
    letters.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// Dotted keys and no headers, so that a key can be appended.
fn settings(new: &NewTenant<'_>, id: &TenantId) -> String {
    let name = new.name.map_or_else(|| shown_name(id.as_str()), str::to_owned);
    let address = match new.base_url {
        Some(address) => toml_text(address),
        None => format!("{}    # stands in for the real address", toml_text(&format!("https://{id}.example"))),
    };
    format!("name = {}\nbase_url = {address}\n", toml_text(&name))
}

/// Reads the settings as a build would, and looks at the other tenants' addresses. Gives what the tenant still lacks.
fn check(workspace: &mut Workspace, (place, id): (&Place<'_>, TenantId), file: &NewFile) -> Result<Vec<String>, Stop> {
    let seed = seed((place, id), file)?;
    workspace.tenants.push(seed);
    refuse_equal_addresses(&mut workspace.tenants, TenantSeed::written_address);
    let Some(seed) = workspace.tenants.pop() else { return Ok(Vec::new()) };
    if let Some(problem) = seed.problems.first() {
        return Err(wrong(&*problem.message, "each site has an address of its own: give another with --base-url"));
    }
    let setting = Setting { root: &workspace.root, environment: None, overrides: &[], themes: &Themes::default() };
    let mut problems = Vec::new();
    if let Some((spec, chain)) = combined_spec(&seed, &setting, &mut problems) {
        settle(seed.identity.clone(), spec, chain, &mut problems);
    }
    let mut missing = Vec::new();
    for problem in problems.iter().filter(|problem| problem.is_error()) {
        if problem.code != "missing-key" {
            return Err(as_stop(problem));
        }
        let hint = problem.hint.as_deref().unwrap_or_default();
        missing.push(format!("{}; {hint}", problem.message));
    }
    Ok(missing)
}

/// The tenant as the workspace would hold it.
fn seed((place, id): (&Place<'_>, TenantId), file: &NewFile) -> Result<TenantSeed, Stop> {
    let Place { path, parent, .. } = place;
    let source = Source::new(file.path.clone(), String::from_utf8_lossy(&file.bytes));
    let holder = if parent.trusts_tenants() { Holder::TrustedTenant } else { Holder::Tenant };
    let index = u16::try_from(parent.chain.len()).unwrap_or(u16::MAX);
    let mut problems = Vec::new();
    let own = decode_settings(&source, index, (holder, LayerFile::Settings), &mut problems);
    if let Some(problem) = problems.iter().find(|problem| problem.is_error()) {
        return Err(as_stop(problem));
    }
    let group = parent.path.as_str().strip_prefix("sites").unwrap_or_default().trim_start_matches('/').to_owned();
    let identity = Identity { id, group, file: file.path.clone() };
    let folder = Folder::without_files(path, FolderKind::Tenant);
    let chain = parent.chain.below(vec![(LayerName::new(path.as_str()), source)]);
    Ok(TenantSeed::new((identity, folder, Arc::clone(parent)), (chain, own), Vec::new()))
}

/// What a decoder says of a line that nobody has written yet, with the flag that the line comes from.
fn as_stop(problem: &Diagnostic) -> Stop {
    let of_name = match &problem.subject {
        Subject::Place(place) => place.source.text()[..place.span.start as usize]
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("name = ")),
        Subject::File(_) | Subject::Run => false,
    };
    let flag = if of_name { "--name" } else { "--base-url" };
    wrong(&*problem.message, problem.hint.clone().unwrap_or_else(|| format!("give another with {flag}").into()))
}

/// What the tenant shows already, and where to say it differently.
fn inherited(root: &Path, Place { path, parent, .. }: &Place<'_>) -> Vec<String> {
    let mut advice = Vec::new();
    let versions = parent.content.pages.iter().flat_map(|(page, versions)| Some((page, versions.first()?)));
    if let Some((_, version)) = versions.max_by_key(|(page, version)| (version.depth, !page.is_home())) {
        let text = &version.path;
        advice.push(format!(
            "its pages are those of the folders above: edit `{text}` for all of them, or a copy in `{path}/content/` for this one"
        ));
    }
    if let Some(key) = overridable(parent) {
        let files = std::iter::successors(Some(parent), |layer| layer.parent.as_ref())
            .map(|layer| layer.path.join("cookies.toml"))
            .find(|file| disk::exists(&root.join(file.as_str())).is_ok_and(|there| there));
        let from = files.map(|file| format!(", from `{file}`")).unwrap_or_default();
        advice.push(format!(
            "its cookies are inherited{from}: to say one in its own words, append a line such as `{key} = \"…\"` to `{path}/site.toml`"
        ));
    }
    advice
}

/// A key that a tenant may well say in its own words: the purpose of a cookie, in the first language.
fn overridable(parent: &Layer) -> Option<String> {
    let (id, _) = parent.spec.register.cookies.first()?;
    let lang = parent.spec.languages.as_ref()?.value.first()?;
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    (plain(id.provider()) && plain(id.slug())).then(|| format!("cookie.{}.{}.purpose.{lang}", id.provider(), id.slug()))
}
