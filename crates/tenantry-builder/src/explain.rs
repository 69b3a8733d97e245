//! Where a tenant's values come from: each with its layer, file and line, and with what it hides.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::language::{Column, Lang};
use tenantry_core::layer::{Chain, Definition, KEYS, definitions, name_columns};
use tenantry_core::path::{PagePath, SourcePath};
use tenantry_core::register::{Table, settle_register};
use tenantry_core::site::Page;
use tenantry_core::suggest::did_you_mean;

use crate::build::Stop;
use crate::disk;
use crate::resolve::{Resolved, Setting, combined_spec, command_line, resolve, wanted_theme};
use crate::themes::Themes;
use crate::workspace::{self, TenantSeed};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The tenant as a whole.
    Tenant,
    /// A page: everything that its text shows.
    Page(PagePath),
    /// A dotted key, and everything below it.
    Key(String),
}

impl Question {
    /// Reads the words of the command line: a bare word is a page, a dotted one a key.
    pub fn parse(words: Option<&str>) -> Result<Question, Stop> {
        match words {
            None => Ok(Question::Tenant),
            Some(key) if key.contains('.') => Ok(Question::Key(key.replace('/', "."))),
            Some(page) => PagePath::new(page).map(Question::Page).map_err(|error| Stop::Unknown {
                message: format!("`{page}` is neither a page nor a key: {error}"),
                hint: None,
            }),
        }
    }
}

/// An answer.
#[derive(Debug, Default)]
pub struct Explanation {
    /// The values, in groups, each under a heading.
    pub groups: Vec<Group>,
    /// What is wrong with the tenant, if it cannot be resolved.
    pub problems: Vec<Diagnostic>,
}

/// Values that belong together.
#[derive(Debug)]
pub struct Group {
    /// What they are.
    pub title: String,
    /// The values by key, the strongest definition first.
    pub values: IndexMap<String, Vec<Known>>,
}

/// A value, where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The layer.
    pub layer: String,
    /// The value as it is written.
    pub value: String,
    /// The file.
    pub file: String,
    /// The line, if it is not the whole file.
    pub line: Option<usize>,
}

impl From<Definition> for Known {
    fn from(definition: Definition) -> Known {
        let Definition { layer, value, place } = definition;
        let line = Some(place.position().line);
        Known { layer: layer.to_string(), value, file: place.source.path().to_string(), line }
    }
}

/// Answers a question about a tenant.
fn explain(seed: &TenantSeed, setting: &Setting<'_>, question: &Question) -> Result<Explanation, Stop> {
    let mut problems = Vec::new();
    let resolved = resolve(seed, setting, &mut problems);
    if resolved.is_none() {
        problems.extend(setting.themes.problems.iter().map(|(_, problem)| problem.clone()));
    }
    problems.retain(Diagnostic::is_error);
    name_columns(&seed.chain, &seed.identity.file, &mut problems);
    let combined = combined_spec(seed, setting, &mut Vec::new());
    let chain = combined.map_or_else(|| Arc::clone(&seed.chain), |(_, chain)| chain);
    let mut explanation = Explanation { groups: Vec::new(), problems };
    match question {
        Question::Tenant => {
            explanation.groups.push(group("settings", &chain, &SETTINGS.map(str::to_owned)));
            if let Some(resolved) = &resolved {
                explanation.groups.push(page_list(resolved, setting.root, seed));
            }
        }
        Question::Key(key) => {
            let group = group("values", &chain, std::slice::from_ref(key));
            if group.values.is_empty() {
                return Err(unknown_key(&chain, key));
            }
            explanation.groups.push(group);
        }
        Question::Page(path) => {
            let Some(resolved) = &resolved else { return Ok(explanation) };
            let is_page = resolved.blueprint.pages().iter().any(|page| page.path == *path);
            if !is_page && KEYS.iter().any(|key| key.name == path.as_str()) {
                explanation.groups.push(group("values", &chain, &[path.to_string()]));
            } else {
                explanation.groups.extend(page(resolved, (seed, setting.root), path)?);
            }
        }
    }
    Ok(explanation)
}

/// The settings of a tenant, for an overview.
const SETTINGS: [&str; 14] = [
    "name",
    "base_url",
    "covers",
    "languages",
    "theme",
    "params",
    "vars",
    "nav",
    "pages",
    "missing_translation",
    "profile",
    "noindex",
    "exports",
    "precompress",
];

fn group(title: &str, chain: &Chain, keys: &[String]) -> Group {
    let mut values = IndexMap::new();
    for key in keys {
        for (full_key, found) in definitions(chain, key) {
            values.insert(full_key, found.into_iter().map(Known::from).collect());
        }
    }
    Group { title: title.to_owned(), values }
}

fn unknown_key(chain: &Chain, key: &str) -> Stop {
    let known = definitions(chain, "");
    let hint = did_you_mean(key, known.keys().map(String::as_str));
    Stop::Unknown { message: format!("no layer of this tenant says anything of `{key}`"), hint }
}

fn page_list(resolved: &Resolved, root: &Path, seed: &TenantSeed) -> Group {
    let mut values = IndexMap::new();
    for page in resolved.blueprint.pages() {
        values.insert(format!("/{}", page.address), documents(page, root, seed));
    }
    Group { title: "pages".into(), values }
}

/// The document of a page, and those of the same name in the layers above, which it hides.
pub(crate) fn documents(page: &Page, root: &Path, seed: &TenantSeed) -> Vec<Known> {
    let file = format!("content/{}.{}.md", page.path, page.document_lang);
    let folders: Vec<&str> = seed.folder.path.as_str().split('/').collect();
    let layers = (1..=folders.len()).rev().map(|length| folders[..length].join("/"));
    layers
        .filter(|layer| disk::exists(&root.join(layer).join(&file)).is_ok_and(|there| there))
        .map(|layer| Known { file: format!("{layer}/{file}"), value: "document".into(), line: None, layer })
        .collect()
}

/// Everything that the text of a page shows, in all languages.
pub(crate) fn page(
    resolved: &Resolved,
    (seed, root): (&TenantSeed, &Path),
    path: &PagePath,
) -> Result<Vec<Group>, Stop> {
    let blueprint = &resolved.blueprint;
    let numbered = blueprint.pages().iter().enumerate().filter(|(_, page)| page.path == *path);
    let (numbers, versions): (Vec<usize>, Vec<&Page>) = numbered.unzip();
    if versions.is_empty() {
        let hint = did_you_mean(path.as_str(), resolved.blueprint.pages().iter().map(|page| page.path.as_str()));
        return Err(Stop::Unknown { message: format!("`{}` has no page `{path}`", resolved.tenant.identity.id), hint });
    }
    let mut groups = Vec::new();
    let documents = versions.iter().map(|page| (format!("/{}", page.address), documents(page, root, seed))).collect();
    groups.push(Group { title: format!("page {path}"), values: documents });
    let mut keys: Vec<String> = vec![format!("pages.{path}"), "name".into(), "base_url".into(), "covers".into()];
    for (number, page) in numbers.iter().zip(&versions) {
        for name in blueprint.values_of(*number) {
            keys.push(format!("vars.{name}.{}", page.document_lang));
        }
    }
    groups.push(group("values", &resolved.tenant.chain, &keys));
    if numbers.iter().any(|number| blueprint.shows_tables(*number)) {
        let langs: Vec<Lang> = versions.iter().map(|page| page.document_lang).collect();
        groups.extend(tables(resolved, &langs));
    }
    Ok(groups)
}

/// The tables and the fields of their cookies that the columns show.
fn tables(resolved: &Resolved, langs: &[Lang]) -> Vec<Group> {
    let chain = &resolved.tenant.chain;
    let Some(register) = settle_register((&resolved.tenant.register, chain), &|_, _| None, &mut Vec::new()) else {
        return Vec::new();
    };
    let mut groups = Vec::new();
    for table in register.tables.iter().filter(|table| !table.rows.is_empty()) {
        groups.push(group(&format!("table {}", table.id), chain, &[format!("table.{}", table.id)]));
        for cookie in &table.rows {
            let base = format!("cookie.{}.{}", cookie.id.provider(), cookie.id.slug());
            let keys: Vec<String> =
                shown_fields(table).iter().flat_map(|field| field_keys(&base, field, langs)).collect();
            groups.push(group(&format!("cookie {}", cookie.id), chain, &keys));
        }
    }
    groups
}

/// The fields behind the columns of a table.
fn shown_fields(table: &Table) -> Vec<&'static str> {
    let mut fields = vec!["cell"];
    for column in &table.columns {
        fields.push(match column {
            Column::Name => "names",
            Column::Host => "hosts",
            Column::Provider => continue,
            other => other.as_str(),
        });
    }
    if table.columns.contains(&Column::Name) {
        fields.push("hosts");
    }
    fields
}

/// The keys of a field in the languages asked for; a field that is no text is one key.
fn field_keys(base: &str, field: &str, langs: &[Lang]) -> Vec<String> {
    match field {
        "service" | "purpose" | "location" | "link" | "opt_out" | "legal_basis" => {
            langs.iter().map(|lang| format!("{base}.{field}.{lang}")).collect()
        }
        _ => vec![format!("{base}.{field}")],
    }
}

/// A workspace that questions are asked about.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its folder.
    pub workspace: PathBuf,
    /// `KEY=VALUE` of the command line, as TOML.
    pub overrides: Vec<String>,
}

impl Session {
    /// Answers a question about the tenant of an id.
    pub fn explain(&self, tenant: &str, question: &Question) -> Result<Explanation, Stop> {
        let workspace = workspace::read(&self.workspace).map_err(|error| Stop::NoWorkspace(error.message))?;
        let Some(seed) = workspace.tenants.iter().find(|seed| seed.identity.id.as_str() == tenant) else {
            let hint = did_you_mean(tenant, workspace.tenants.iter().map(|seed| seed.identity.id.as_str()));
            return Err(Stop::Unknown { message: format!("there is no tenant `{tenant}`"), hint });
        };
        let overrides = command_line(&self.overrides);
        let themes = Themes::load(&self.workspace, &wanted_theme(seed, &overrides).into_iter().collect());
        let setting = Setting { root: &self.workspace, environment: None, overrides: &overrides, themes: &themes };
        let mut explanation = explain(seed, &setting, question)?;
        let above = |layer: &SourcePath| seed.folder.path.as_str().starts_with(&format!("{layer}/"));
        let problems = workspace.shared_problems.iter().filter(|(problem, layer)| problem.is_error() && above(layer));
        explanation.problems.extend(problems.map(|(problem, _)| problem.clone()));
        Ok(explanation)
    }
}
