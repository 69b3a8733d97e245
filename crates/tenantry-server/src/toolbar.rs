//! What the toolbar and the overlay of a page ask for, as JSON.

use serde::Serialize;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::name::TenantId;

use crate::dashboard::{Reached, matching};
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::preview::Preview;
use crate::problem::Problem;
use crate::site::{Origin, PageRow, TenantDetail};

/// How many tenants are offered while one types.
const OFFERED: usize = 12;

/// Whether a page is as it should be.
#[derive(Serialize)]
struct State {
    build: String,
    digest: String,
    problems: Vec<Problem>,
}

/// Everything else that the toolbar shows.
#[derive(Serialize)]
struct About {
    tenant: String,
    name: String,
    /// What the page is called in all tenants and languages; nothing, if it is none that is known.
    page: Option<String>,
    lang: Option<String>,
    why: String,
    languages: Vec<Language>,
    origins: Vec<OriginView>,
    findings: Vec<Problem>,
    dashboard: String,
}

#[derive(Serialize)]
struct Language {
    lang: String,
    path: String,
    current: bool,
}

#[derive(Serialize)]
struct OriginView {
    key: String,
    value: String,
    layer: String,
    file: String,
    line: Option<usize>,
}

#[derive(Serialize)]
struct Offer {
    id: String,
    name: String,
}

/// The state of the page that a request names.
pub(crate) fn state(preview: &Preview, tenant: &TenantId, request: &Request) -> Reply {
    let build = preview.build();
    let answer = preview.sites.answer(tenant, &named(request));
    json(&State { build, digest: answer.digest.to_string(), problems: problems(&answer.problems) })
}

/// Where the page that a request names comes from, and where one can go from it.
pub(crate) fn about(preview: &Preview, tenant: &TenantId, request: &Request) -> Reply {
    let path = named(request);
    let Some(detail) = preview.sites.tenant(tenant) else { return Reply::text(404, "there is no such tenant") };
    let page = detail.pages.iter().find(|page| page.path == path);
    let reached = Reached { request, port: request.host.port, sole: preview.tenant.as_ref() };
    json(&About {
        tenant: tenant.to_string(),
        name: detail.row.name.clone(),
        page: page.map(|page| page.page.clone()),
        lang: page.map(|page| page.lang.clone()),
        why: preview.sites.answer(tenant, &path).why,
        languages: languages(&detail, page),
        origins: preview.sites.provenance(tenant, &path).into_iter().map(OriginView::from).collect(),
        findings: problems(&detail.problems),
        dashboard: reached.dashboard(),
    })
}

/// Tenants that what one types may mean.
pub(crate) fn search(preview: &Preview, request: &Request) -> Reply {
    let rows = preview.sites.tenants();
    let found = matching(&rows, &request.target.value("q").unwrap_or_default());
    let offer = |row: &crate::site::TenantRow| Offer { id: row.id.to_string(), name: row.name.clone() };
    json(&found.into_iter().take(OFFERED).map(offer).collect::<Vec<_>>())
}

/// Leads to the same page of another tenant, in the same language if it has it; to its home if not.
pub(crate) fn go(preview: &Preview, reached: &Reached<'_>) -> Reply {
    let value = |name: &str| reached.request.target.value(name).unwrap_or_default();
    let Some(detail) = TenantId::new(&value("tenant")).ok().and_then(|id| preview.sites.tenant(&id)) else {
        return Reply::text(404, "there is no such tenant");
    };
    let same: Vec<&PageRow> = detail.pages.iter().filter(|page| page.page == value("page")).collect();
    let page = same.iter().find(|page| page.lang == value("lang")).or(same.first());
    let path = page.map_or("/", |page| page.path.as_str());
    Reply::redirect(302, &reached.site(&detail.row.id, path))
}

fn languages(detail: &TenantDetail, page: Option<&PageRow>) -> Vec<Language> {
    let Some(page) = page else { return Vec::new() };
    let same = detail.pages.iter().filter(|other| other.page == page.page);
    same.map(|other| Language { lang: other.lang.clone(), path: other.path.clone(), current: other == page }).collect()
}

impl From<Origin> for OriginView {
    fn from(Origin { key, value, layer, file, line }: Origin) -> OriginView {
        OriginView { key, value, layer, file, line }
    }
}

fn problems(diagnostics: &[Diagnostic]) -> Vec<Problem> {
    diagnostics.iter().map(Problem::from).collect()
}

/// The path that a request names.
fn named(request: &Request) -> String {
    request.target.value("path").filter(|path| crate::http::target::can_exist(path)).unwrap_or_else(|| "/".to_owned())
}

fn json(content: &impl Serialize) -> Reply {
    let text = serde_json::to_vec(content).unwrap_or_default();
    Reply::new(200, "application/json", text).header("Cache-Control", "no-store")
}
