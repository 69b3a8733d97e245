//! The engine of the preview as the server sees it: a workspace kept open by `tenantry-builder`.
//!
//! It only says the one's words in those of the other, and keeps what was found by looking on the way to an answer
//! until somebody asks what changed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tenantry_builder::build::Stop;
use tenantry_builder::preview::{self, Checking, Options, Preview};
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::name::TenantId;

use crate::site::{
    Answer, Checked, Example, ExampleKind, Findings, LayerRow, Origin, Override, PageRow, Sites, TenantDetail,
    TenantRow, Touched, TouchedGroup, Watching,
};

/// A workspace kept open.
#[derive(Debug)]
pub struct Engine {
    preview: Preview,
    /// Ends with the engine.
    checking: Option<Checking>,
    is_watched: AtomicBool,
    /// What was found on the way to answers, and not told yet.
    found: Mutex<Vec<preview::Touched>>,
    /// How many tenants there are; 0 if that is to be counted again.
    tenants: Arc<AtomicUsize>,
}

impl Engine {
    /// Opens a workspace, and begins to check its tenants in the background.
    pub fn open(options: Options) -> Result<Engine, Stop> {
        let preview = Preview::open(options)?;
        // Without a thread to spare, tenants are checked when they are asked for.
        let checking = preview.check_in_background(|| {}).ok();
        Ok(Engine {
            preview,
            checking,
            is_watched: AtomicBool::new(false),
            found: Mutex::default(),
            tenants: Arc::default(),
        })
    }

    /// Whether tenants are checked in the background.
    pub fn is_checking(&self) -> bool {
        self.checking.is_some()
    }

    /// As long as nobody tells what changes, it is looked for.
    fn look(&self, tenant: &TenantId) {
        if !self.is_watched.load(Ordering::Relaxed) {
            let touched = self.preview.look_again(tenant);
            if !is_nothing(&touched) {
                self.found().push(touched);
            }
        }
    }

    fn found(&self) -> MutexGuard<'_, Vec<preview::Touched>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tenants whose folders these files lie in.
    fn owners(&self, files: &[String]) -> Vec<TenantId> {
        let mut owners: Vec<TenantId> = Vec::new();
        for name in files.iter().flat_map(|file| file.split('/').skip(1)) {
            if let Some(id) = TenantId::new(name).ok().filter(|id| !owners.contains(id))
                && self.preview.tenant(&id).is_some()
            {
                owners.push(id);
            }
        }
        owners
    }

    /// A page of a tenant that differs from what it was before the last change; one that shows a changed file, if it
    /// can be.
    fn example(&self, tenant: &TenantId, touched: &Touched) -> Option<Candidate> {
        let mut detail = self.preview.tenant(tenant)?;
        detail.pages.sort_by_key(|page| !shows(page, touched));
        let overrides = detail.layers.last().is_some_and(|own| !own.overrides.is_empty());
        let (path, before, after) = detail.pages.iter().find_map(|page| {
            let before = self.preview.before(tenant, &page.address)?;
            let after = self.preview.answer(tenant, &page.address);
            (before.digest != after.digest).then(|| (page.address.clone(), before, after))
        })?;
        let body = |answer: preview::Answer| (answer.status == 200).then_some(answer.body);
        let (before, after) = (body(before), body(after));
        let example = Example { kinds: Vec::new(), tenant: tenant.clone(), path, before, after };
        Some(Candidate { example, pages: detail.pages.len(), overrides })
    }
}

/// A page that may stand for others.
struct Candidate {
    example: Example,
    pages: usize,
    overrides: bool,
}

/// How many tenants are looked at for what is wrong since a change.
const LOOKED_AT: usize = 4;

impl Sites for Engine {
    fn by_host(&self, host: &str) -> Result<TenantId, Vec<String>> {
        let id = |name: String| name.strip_suffix(".localhost").map(str::to_owned).unwrap_or(name);
        self.preview.by_host(host).map_err(|names| names.into_iter().map(id).collect())
    }

    fn answer(&self, tenant: &TenantId, path: &str) -> Answer {
        self.look(tenant);
        let preview::Answer { status, headers, body, digest, file: _, problems, why } =
            self.preview.answer(tenant, path);
        Answer { status, headers, body, digest, problems, why }
    }

    fn provenance(&self, tenant: &TenantId, path: &str) -> Vec<Origin> {
        let mut origins = Vec::new();
        for (key, known) in self.preview.provenance(tenant, path).into_iter().flat_map(|group| group.values) {
            // The strongest definition comes first; the others are hidden by it.
            origins.extend(known.into_iter().next().map(|known| Origin {
                key,
                value: known.value,
                layer: known.layer,
                file: known.file,
                line: known.line,
            }));
        }
        origins
    }

    fn tenants(&self) -> Vec<TenantRow> {
        let mut rows: Vec<TenantRow> = self.preview.tenants().into_iter().map(TenantRow::from).collect();
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        rows
    }

    fn tenant(&self, tenant: &TenantId) -> Option<TenantDetail> {
        self.look(tenant);
        self.preview.tenant(tenant).map(TenantDetail::from)
    }

    fn changed(&self, paths: Option<&[PathBuf]>) -> Touched {
        let mut all = std::mem::take(&mut *self.found());
        all.push(self.preview.changed(paths));
        all.retain(|touched| !is_nothing(touched));
        if !all.is_empty() {
            self.tenants.store(0, Ordering::Relaxed);
        }
        let files = paths.filter(|_| !all.is_empty()).unwrap_or_default();
        let files = files.iter().map(|path| path.display().to_string()).collect();
        joined(all, files)
    }

    fn problems(&self, touched: &Touched) -> Vec<Diagnostic> {
        let mut tenants = self.owners(&touched.files);
        tenants.extend(touched.open.iter().chain(&touched.some).cloned());
        let shared = self.preview.problems().into_iter().filter(Diagnostic::is_error);
        let mut known: BTreeMap<_, Diagnostic> = shared.map(|problem| (problem.key(), problem)).collect();
        for tenant in tenants.iter().take(LOOKED_AT) {
            let home = self.preview.tenant(tenant).and_then(|detail| Some(detail.pages.first()?.address.clone()));
            let answer = self.preview.answer(tenant, home.as_deref().unwrap_or("/"));
            known.extend(answer.problems.into_iter().map(|problem| (problem.key(), problem)));
        }
        known.into_values().collect()
    }

    fn shared_problems(&self) -> Vec<Diagnostic> {
        self.preview.problems()
    }

    fn examples(&self, touched: &Touched) -> Vec<Example> {
        let mut found: Vec<Candidate> =
            touched.some.iter().filter_map(|tenant| self.example(tenant, touched)).collect();
        let fewest = found.iter().map(|candidate| candidate.pages).min();
        let most = found.iter().map(|candidate| candidate.pages).max();
        for candidate in &mut found {
            let kinds = [
                (Some(candidate.pages) == fewest, ExampleKind::Fewest),
                (Some(candidate.pages) == most, ExampleKind::Most),
                (candidate.overrides, ExampleKind::Overriding),
                (!candidate.overrides, ExampleKind::Plain),
            ];
            candidate.example.kinds = kinds.into_iter().filter(|(is_so, _)| *is_so).map(|(_, kind)| kind).collect();
        }
        found.into_iter().map(|candidate| candidate.example).collect()
    }

    fn page_about(&self, touched: &Touched) -> Option<(TenantId, String)> {
        let mut tenants = self.owners(&touched.files);
        tenants.extend(touched.open.iter().cloned());
        tenants.iter().take(LOOKED_AT).find_map(|tenant| {
            let detail = self.preview.tenant(tenant)?;
            let shows =
                |page: &&preview::PageRow| page.documents.first().is_some_and(|file| touched.files.contains(file));
            detail.pages.iter().find(shows).map(|page| (tenant.clone(), page.address.clone()))
        })
    }

    fn checked(&self) -> Checked {
        let mut all = self.tenants.load(Ordering::Relaxed);
        if all == 0 {
            all = self.preview.tenants().len();
            self.tenants.store(all, Ordering::Relaxed);
        }
        Checked { done: all.saturating_sub(self.preview.unchecked()), all }
    }

    fn watched(&self, watching: Watching) {
        self.is_watched.store(watching == Watching::Complete, Ordering::Relaxed);
    }
}

/// Whether a page is made of a file that changed.
fn shows(page: &preview::PageRow, touched: &Touched) -> bool {
    page.documents.first().is_some_and(|file| touched.files.contains(file))
}

fn is_nothing(touched: &preview::Touched) -> bool {
    touched.groups.is_empty() && touched.open.is_empty() && !touched.shared
}

/// What several changes touch together.
fn joined(all: Vec<preview::Touched>, files: Vec<String>) -> Touched {
    let mut groups: BTreeMap<String, TouchedGroup> = BTreeMap::new();
    let mut touched = Touched { files, ..Touched::default() };
    for one in all {
        for preview::TouchedGroup { group, tenants, pages } in one.groups {
            let known = groups.entry(group.clone()).or_insert(TouchedGroup { group, tenants: 0, pages: 0 });
            known.tenants = known.tenants.max(tenants);
            known.pages = known.pages.max(pages);
        }
        touched.open.extend(one.open.into_iter().map(|(tenant, _)| tenant));
        touched.some.extend(one.examples);
    }
    touched.groups = groups.into_values().collect();
    for tenants in [&mut touched.open, &mut touched.some] {
        tenants.sort();
        tenants.dedup();
    }
    touched
}

impl From<preview::TenantRow> for TenantRow {
    fn from(row: preview::TenantRow) -> TenantRow {
        let preview::TenantRow { id, group, name, address, languages, errors, warnings, changed } = row;
        let findings = errors.zip(warnings).map(|(errors, warnings)| Findings { errors, warnings });
        TenantRow {
            name: if name.is_empty() { id.to_string() } else { name },
            id,
            group: group.to_string(),
            address,
            languages: languages.to_vec(),
            findings,
            changed: changed.map(|nanoseconds| SystemTime::UNIX_EPOCH + Duration::from_nanos(nanoseconds)),
        }
    }
}

impl From<preview::TenantDetail> for TenantDetail {
    fn from(detail: preview::TenantDetail) -> TenantDetail {
        let preview::TenantDetail { row, pages, mut layers, found } = detail;
        layers.reverse();
        TenantDetail {
            row: row.into(),
            pages: pages.into_iter().map(PageRow::from).collect(),
            layers: layers.into_iter().map(LayerRow::from).collect(),
            problems: found,
        }
    }
}

impl From<preview::PageRow> for PageRow {
    fn from(page: preview::PageRow) -> PageRow {
        let preview::PageRow { address, title, lang, documents } = page;
        // `sites/ods/content/legal/notice.fr.md`: what stands in `content/`, without language and ending.
        let document = documents.first().and_then(|file| file.split_once("/content/"));
        let name = document.and_then(|(_, name)| name.strip_suffix(".md")?.rsplit_once('.'));
        PageRow { page: name.map_or("", |(name, _)| name).to_owned(), lang, path: address, title }
    }
}

impl From<preview::LayerRow> for LayerRow {
    fn from(layer: preview::LayerRow) -> LayerRow {
        let preview::LayerRow { name, keys, overrides } = layer;
        let of = |one: preview::Override| {
            let preview::Override { what, value, file, line, hides } = one;
            Override { origin: Origin { key: what, value, layer: name.clone(), file, line }, hides }
        };
        let overrides = overrides.into_iter().map(of).collect();
        LayerRow { layer: name, gives: keys, overrides }
    }
}
