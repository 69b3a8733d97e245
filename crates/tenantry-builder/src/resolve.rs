//! From a tenant's folder to its site: layers combined, pages listed, tables written, parameters checked.
//!
//! What a tenant shares with others is taken from its layer, where it was made once: documents, registers and, for
//! tenants without a word of their own about cookies, finished tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use tenantry_core::artifact::WrittenRegister;
use tenantry_core::content::Trust;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::language::Lang;
use tenantry_core::layer::{BaseUrl, Chain, Combine, LayerName, LayerSpec, Origin, decode_setting};
use tenantry_core::name::{CookieId, ThemeName};
use tenantry_core::path::SourcePath;
use tenantry_core::register::{
    CookieSpec, Reader, Register, SettledCookie, TableHtml, overridden_facts, settle_register, table_html,
};
use tenantry_core::site::{Blueprint, ContentIndex, Parts, Tenant, published_at, settle, unused_page_settings};
use tenantry_core::source::{Place, Source};
use tenantry_core::suggest::{Suggestions, did_you_mean};
use tenantry_core::theme::{ParamValue, settle_params};

use crate::banner;
use crate::blueprints::{Layout, layout};
use crate::brands::{Brand, brand};
use crate::content::read_content;
use crate::skeleton::Skeletons;
use crate::themes::{Theme, Themes, theme_exists, theme_names};
use crate::workspace::TenantSeed;

/// What all tenants of a run are resolved with.
#[derive(Debug)]
pub struct Setting<'r> {
    /// The workspace's folder.
    pub root: &'r Path,
    /// The environment asked for.
    pub environment: Option<&'r str>,
    /// What the command line sets, each as a source.
    pub overrides: &'r [Arc<Source>],
    /// The themes.
    pub themes: &'r Themes,
}

impl Setting<'_> {
    /// Whether layers say what is written in them: the command line may say anything of any of them.
    pub(crate) fn is_as_written(&self) -> bool {
        self.overrides.is_empty()
    }
}

/// A tenant, resolved.
#[derive(Debug)]
pub struct Resolved {
    /// Its folder.
    pub folder: SourcePath,
    /// The tenant.
    pub tenant: Tenant,
    /// Its pages, as it has them in common with others.
    pub blueprint: Arc<Blueprint>,
    /// Those of its pages that are rendered for all of them.
    pub(crate) skeletons: Option<Arc<Skeletons>>,
    /// Its cookie tables by language.
    pub tables: BTreeMap<Lang, Arc<Vec<TableHtml>>>,
    /// Ids of its tables without rows.
    pub empty_tables: Vec<String>,
    /// Its register.
    pub(crate) settled: Arc<Register>,
    /// Its tables and cookies for machines.
    pub register: Arc<WrittenRegister>,
    /// Its theme's parameters.
    pub params: IndexMap<Arc<str>, ParamValue>,
    /// Its theme.
    pub theme: Arc<Theme>,
    /// Its own style sheet.
    pub brand: Option<Arc<Brand>>,
}

impl Resolved {
    /// What its site is put together from.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            tenant: &self.tenant,
            blueprint: &self.blueprint,
            tables: &self.tables,
            empty_tables: &self.empty_tables,
            params: &self.params,
        }
    }
}

/// What a tenant says and inherits, before anything is decided. `None` if it cannot be read.
pub fn combined_spec(
    seed: &TenantSeed,
    setting: &Setting<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(LayerSpec, Arc<Chain>)> {
    let own = seed.own.clone()?;
    let mut spec = own.over(&seed.parent.spec);
    if let Some(environment) = setting.environment {
        if !spec.environments.contains_key(environment) {
            let message = format!("no layer of `{}` describes the environment `{environment}`", seed.identity.id);
            let hint = format!("it is built as it is: describe [env.{environment}] in a `group.toml` above it");
            diagnostics
                .push(Diagnostic::warning("no-environment", message).about(seed.identity.file.as_str()).hint(hint));
        }
        spec = spec.in_environment(environment);
    }
    let mut sources = Vec::new();
    for source in setting.overrides {
        let index = u16::try_from(seed.chain.len() + sources.len()).unwrap_or(u16::MAX);
        let own = decode_setting(source, index, diagnostics)?;
        if own.base_url.is_some() {
            // The command line wins over the environment.
            spec.base_url_template = None;
        }
        spec = own.over(&spec);
        sources.push((LayerName::new("command line"), Arc::clone(source)));
    }
    let chain = if sources.is_empty() { Arc::clone(&seed.chain) } else { seed.chain.below(sources) };
    Some((spec, chain))
}

/// The address of a tenant in a run, which an environment or the command line may change, and where it was written.
pub(crate) fn published_address(seed: &TenantSeed, setting: &Setting<'_>) -> Option<(BaseUrl, Option<Place>)> {
    if setting.environment.is_none() && setting.is_as_written() {
        return seed.written_address();
    }
    let (spec, chain) = combined_spec(seed, setting, &mut Vec::new())?;
    let url = published_at(&seed.identity, &spec)?;
    let place = chain.place(url.origin);
    Some((url.value, place))
}

/// What the command line sets, each as a source.
pub(crate) fn command_line(overrides: &[String]) -> Vec<Arc<Source>> {
    overrides.iter().map(|text| Source::new(SourcePath::named("--set"), text.clone())).collect()
}

/// The theme that a tenant asks for, as far as can be told without deciding anything else.
pub fn wanted_theme(seed: &TenantSeed, overrides: &[Arc<Source>]) -> Option<ThemeName> {
    let set = |source: &Arc<Source>| decode_setting(source, 0, &mut Vec::new())?.theme;
    if let Some(theme) = overrides.iter().rev().find_map(set) {
        return Some(theme.value);
    }
    let own = seed.own.as_ref().and_then(|own| own.theme.as_ref());
    own.or(seed.parent.spec.theme.as_ref()).map(|theme| theme.value.clone())
}

/// Resolves a tenant. `None` if it has errors, which are in `diagnostics`.
pub fn resolve(seed: &TenantSeed, setting: &Setting<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Resolved> {
    diagnostics.extend(seed.problems.iter().cloned());
    let readable = !seed.parent.broken && !diagnostics.iter().any(Diagnostic::is_error);
    let content = tenant_content(seed, setting, diagnostics);
    if !readable {
        return None;
    }
    let (spec, chain) = combined_spec(seed, setting, diagnostics)?;
    let tenant = settle(seed.identity.clone(), spec, chain, diagnostics)?;
    let theme = theme(&tenant, setting, diagnostics);
    let layout = layout(seed, (&tenant, &content), setting, diagnostics);
    let pages = layout.iter().flat_map(|layout| layout.blueprint.pages());
    let shown: BTreeSet<Lang> = pages.map(|page| page.document_lang).collect();
    let published = published_register(seed, (&tenant, shown), setting, diagnostics);
    let params = theme.as_ref().and_then(|theme| {
        let mut params = settle_params(&theme.params, &tenant, &content, diagnostics)?;
        banner::add_files(&mut params, (seed, &content), diagnostics).map(|()| params)
    });
    diagnostics.extend(unused_page_settings(&tenant, &content));
    let (theme, published, layout, params) = (theme?, published?, layout?, params?);
    let Layout { blueprint, skeletons } = layout;
    let Published { tables, empty_tables, settled, register } = published;
    if diagnostics.iter().any(Diagnostic::is_error) {
        return None;
    }
    seed.parent.note_values(blueprint.values());
    unused_vars(seed, blueprint.values(), diagnostics);
    let brand = brand(&theme, &params, diagnostics)?;
    let folder = seed.folder.path.clone();
    Some(Resolved {
        folder,
        tenant,
        blueprint,
        skeletons,
        tables,
        empty_tables,
        settled,
        register,
        params,
        theme,
        brand,
    })
}

fn tenant_content(seed: &TenantSeed, setting: &Setting<'_>, diagnostics: &mut Vec<Diagnostic>) -> Arc<ContentIndex> {
    let trust = if seed.parent.trusts_tenants() { Trust::Operator } else { Trust::Tenant };
    let depth = seed.parent.depth + 1;
    let own = read_content(setting.root, &seed.folder, (depth, trust), diagnostics);
    own.index.over(&seed.parent.content)
}

fn theme(tenant: &Tenant, setting: &Setting<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<Theme>> {
    let name = &tenant.theme.value;
    let theme = match setting.themes.get(name) {
        Some(Some(theme)) => Arc::clone(theme),
        _ => {
            // Why one that is there cannot be loaded is told already.
            let there = theme_exists(setting.root, name)
                .map_err(|error| diagnostics.push(error.diagnostic_below(setting.root)));
            if there == Ok(false) {
                let known = theme_names(setting.root);
                let hint = did_you_mean(name.as_str(), known.iter().map(String::as_str))
                    .or_else(|| Some(format!("themes are {}", known.join(", "))));
                let folder = setting.root.join("themes").join(name.as_str());
                let no_file = crate::disk::is_folder(&folder).is_ok_and(|folder| folder);
                let hint = if no_file { Some(format!("`themes/{name}/` has no `theme.toml`")) } else { hint };
                let problem =
                    Diagnostic::error("unknown-theme", format!("there is no theme `{name}`")).hint_maybe(hint);
                diagnostics.push(placed(&tenant.chain, tenant.theme.origin, problem));
            }
            return None;
        }
    };
    for lang in tenant.languages.iter().filter(|lang| !theme.speaks(**lang)) {
        let message = format!("the theme `{name}` has no words in `{lang}`, so English ones are shown");
        let warning =
            Diagnostic::warning("theme-language", message).hint(format!("add `themes/{name}/strings/{lang}.toml`"));
        diagnostics.push(placed(&tenant.chain, tenant.languages_origin, warning));
    }
    Some(theme)
}

fn placed(chain: &Chain, origin: Origin, diagnostic: Diagnostic) -> Diagnostic {
    match chain.place(origin) {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}

/// A tenant's register, in the forms in which it is published.
struct Published {
    tables: BTreeMap<Lang, Arc<Vec<TableHtml>>>,
    empty_tables: Vec<String>,
    settled: Arc<Register>,
    register: Arc<WrittenRegister>,
}

/// The register in every language that the tenant serves, and tables in those of texts that stand in for a translation.
fn published_register(
    seed: &TenantSeed,
    (tenant, shown): (&Tenant, BTreeSet<Lang>),
    setting: &Setting<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Published> {
    let own = seed.own.as_ref().map(|own| &own.register).filter(|register| !register.is_empty());
    if let Some(own) = own {
        diagnostics.extend(overridden_facts(own, &seed.parent.spec.register, &tenant.chain));
    }
    let is_shared = Arc::ptr_eq(&tenant.register, &seed.parent.spec.register);
    let register = if is_shared {
        seed.parent.shared.register(&seed.parent, diagnostics)?
    } else {
        let inherited = |id: &CookieId, spec: &Arc<CookieSpec>| {
            inherited_cookie(seed, id, spec).filter(|_| setting.is_as_written())
        };
        Arc::new(settle_register((&tenant.register, &tenant.chain), &inherited, diagnostics)?)
    };
    let covered_hosts: Vec<String> =
        tenant.covers.iter().filter_map(|url| BaseUrl::new(url).ok()).map(|url| url.host().to_owned()).collect();
    let mut tables = BTreeMap::new();
    let languages: BTreeSet<Lang> = tenant.languages.iter().copied().chain(shown).collect();
    for lang in languages {
        let written = if is_shared && !register.depends_on_covers() {
            seed.parent.shared.tables(&register, lang)
        } else {
            Arc::new(write_tables(&register, Reader { lang, covered_hosts: &covered_hosts }))
        };
        untranslated(&written, (tenant, lang), diagnostics);
        tables.insert(lang, written);
    }
    let empty = register.tables.iter().filter(|table| table.rows.is_empty()).map(|table| table.id.to_string());
    let written = if is_shared && !register.parties_depend_on_covers() {
        seed.parent.shared.written(&register, &tenant.languages)
    } else {
        Arc::new(WrittenRegister::new(&register, &tenant.languages, &covered_hosts))
    };
    let empty_tables = empty.collect();
    Some(Published { tables, empty_tables, settled: register, register: written })
}

/// A cookie of the layer above, if the tenant leaves it as it is.
fn inherited_cookie(seed: &TenantSeed, id: &CookieId, spec: &Arc<CookieSpec>) -> Option<Arc<SettledCookie>> {
    let own = &seed.own.as_ref()?.register;
    let above = &seed.parent.spec.register;
    let is_same = above.cookies.get(id).is_some_and(|above| Arc::ptr_eq(above, spec));
    let describes = !(own.providers.is_empty() && own.categories.is_empty());
    (is_same && !describes).then(|| seed.parent.shared.cookie(&seed.parent, id, spec))
}

/// Texts of tables that a language lacks.
fn untranslated(tables: &[TableHtml], (tenant, lang): (&Tenant, Lang), diagnostics: &mut Vec<Diagnostic>) {
    for (what, origin) in tables.iter().flat_map(|table| &table.untranslated) {
        let problem = Diagnostic::error("lang-variant-missing", format!("{what} has no text in `{lang}`"));
        let hint = format!("add the text in `{lang}`, or one text for all languages");
        diagnostics.push(placed(&tenant.chain, *origin, problem.hint(hint)));
    }
}

/// The tables that have rows, written for the pages of a language.
pub(crate) fn write_tables(register: &Register, reader: Reader<'_>) -> Vec<TableHtml> {
    register.tables.iter().filter(|table| !table.rows.is_empty()).map(|table| table_html(table, reader)).collect()
}

/// Values that the tenant sets and none of its pages asks for. Those of its groups are judged when all tenants are done.
fn unused_vars(seed: &TenantSeed, used: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(own) = seed.own.as_ref() else { return };
    let mut suggestions = Suggestions::default();
    for (name, text) in own.vars.iter().filter(|(name, _)| !used.contains(&***name)) {
        let hint = suggestions.did_you_mean(name, used.iter().map(String::as_str));
        let warning = Diagnostic::warning("unused-value", format!("no page uses `vars.{name}`")).hint_maybe(hint);
        diagnostics.push(placed(&seed.chain, text.origin().unwrap_or_default(), warning));
    }
}
