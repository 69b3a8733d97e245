//! Groups, combined with what lies above them, and what their tenants share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tenantry_core::artifact::WrittenRegister;
use tenantry_core::content::Trust;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::language::Lang;
use tenantry_core::layer::{Chain, Combine, Holder, LayerSpec, Origin};
use tenantry_core::lint::{Found, check_register};
use tenantry_core::name::CookieId;
use tenantry_core::path::SourcePath;
use tenantry_core::register::{
    CookieSpec, Reader, Register, RegisterSpec, SettledCookie, TableHtml, settle_cookie, settle_register,
};
use tenantry_core::site::ContentIndex;

use super::read_settings;
use crate::blueprints::Blueprints;
use crate::content::read_content;
use crate::resolve::write_tables;
use crate::scan::{Folder, Look};

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

/// A layer, and what came up while it was read.
#[derive(Debug)]
pub(crate) struct ReadLayer {
    /// The layer.
    pub(crate) layer: Layer,
    /// What is wrong with its own files.
    pub(crate) problems: Vec<Diagnostic>,
    /// The environments that it describes itself.
    pub(crate) environments: Vec<String>,
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
    found: Mutex<BTreeMap<Vec<Lang>, Arc<[Found]>>>,
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

    /// What rules find in it, shown in some languages.
    pub fn found(
        &self,
        (register, spec): (&Register, &RegisterSpec),
        (languages, chain): (&[Lang], &Chain),
    ) -> Arc<[Found]> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = found.get(languages) {
            return Arc::clone(found);
        }
        let made: Arc<[Found]> = check_register((register, spec), languages, chain).into();
        found.insert(languages.to_vec(), Arc::clone(&made));
        made
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
    /// Reads the files of a group.
    pub(crate) fn read(root: &Path, folder: &Folder, parent: Option<&Arc<Layer>>) -> ReadLayer {
        let mut problems = folder.problems.clone();
        let depth = parent.map_or(0, |parent| parent.depth + 1);
        let above = parent.map_or_else(Chain::top, |parent| Arc::clone(&parent.chain));
        let (own, chain) = read_settings(root, folder, (&above, Holder::Group), &mut problems);
        let content = read_content(root, folder, (depth, Trust::Operator), &mut problems);
        let incomplete = content.incomplete;
        let content = content.index.over(&parent.map_or_else(Arc::default, |parent| Arc::clone(&parent.content)));
        let broken_here = own.is_none() || incomplete || folder.problems.iter().any(Diagnostic::is_error);
        let own = own.unwrap_or_default();
        let values = ValueUse::of(&own);
        let environments = own.environments.keys().map(ToString::to_string).collect();
        let spec = match parent {
            Some(parent) => own.over(&parent.spec),
            None => own,
        };
        let layer = Layer {
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
        };
        ReadLayer { layer, problems, environments }
    }

    /// Whether the tenants right below are the operator's own.
    pub fn trusts_tenants(&self) -> bool {
        self.spec.trust_tenants.as_ref().is_some_and(|trust| trust.value)
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
