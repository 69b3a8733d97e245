//! One tenant: its pages, its layers and what each overrides, what is wrong with it.

use tenantry_core::name::TenantId;

use crate::dashboard::{Reached, ago, document, nothing};
use crate::html::{Escaped, count};
use crate::http::reply::Reply;
use crate::page::item;
use crate::preview::Preview;
use crate::problem::Problem;
use crate::site::{LayerRow, Origin, Override, PageRow, TenantDetail};

/// Overrides of a layer that are shown before one asks for all.
const SHOWN: usize = 12;

/// The page of a tenant.
pub(super) fn page(preview: &Preview, id: &str, reached: &Reached<'_>) -> Reply {
    let Some(detail) = TenantId::new(id).ok().and_then(|id| preview.sites.tenant(&id)) else { return nothing() };
    let body =
        format!("{}{}{}{}", facts(&detail, reached), problems(&detail), pages(&detail, reached), layers(&detail));
    document(200, &Escaped(&detail.row.name).to_string(), &body)
}

fn facts(detail: &TenantDetail, reached: &Reached<'_>) -> String {
    let row = &detail.row;
    let mut facts = vec![
        ("Id", format!("<code>{}</code>", row.id)),
        ("Group", Escaped(&row.group).to_string()),
        ("Published at", Escaped(&row.address).to_string()),
        ("Languages", Escaped(&row.languages.join(", ")).to_string()),
    ];
    facts.extend(row.changed.map(|changed| ("Last change", ago(changed))));
    let facts: String = facts.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>\n")).collect();
    let home = Escaped(&reached.site(&row.id, "/")).to_string();
    format!("<p><a class=\"button\" href=\"{home}\">Open the site</a></p>\n<dl>\n{facts}</dl>\n")
}

fn problems(detail: &TenantDetail) -> String {
    if detail.problems.is_empty() {
        return "<h2>Findings</h2>\n<p>Nothing was found.</p>\n".to_owned();
    }
    let items: String = detail.problems.iter().map(Problem::from).map(|problem| item(&problem)).collect();
    format!("<h2>Findings</h2>\n<ul class=\"problems\">\n{items}</ul>\n")
}

fn pages(detail: &TenantDetail, reached: &Reached<'_>) -> String {
    let row = |page: &PageRow| {
        format!(
            "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td>{}</td><td><code>{}</code></td></tr>\n",
            Escaped(&reached.site(&detail.row.id, &page.path)),
            Escaped(&page.title),
            Escaped(&page.lang),
            Escaped(&page.path),
        )
    };
    let rows: String = detail.pages.iter().map(row).collect();
    format!(
        "<h2>Pages</h2>\n<div class=\"wide\" role=\"region\" aria-label=\"Pages\" tabindex=\"0\">\n<table>\n<thead>\n\
         <tr><th scope=\"col\">Page</th><th scope=\"col\">Language</th><th scope=\"col\">Path</th></tr>\n</thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

fn layers(detail: &TenantDetail) -> String {
    let items: String = detail.layers.iter().map(layer).collect();
    format!("<h2>Layers</h2>\n<p>The strongest comes first: what it says hides what those below say.</p>\n{items}")
}

/// A layer that overrides much is folded.
fn layer(layer: &LayerRow) -> String {
    let gives = count(layer.gives, "value");
    if layer.overrides.is_empty() {
        return format!("<p class=\"layer\"><code>{}</code>: {gives}, overrides nothing</p>\n", Escaped(&layer.layer));
    }
    let open = if layer.overrides.len() <= SHOWN { " open" } else { "" };
    let overrides: String = layer.overrides.iter().map(value).collect();
    format!(
        "<details{open}>\n<summary><code>{}</code>: {gives}, overrides {}</summary>\n<dl class=\"values\">\n{overrides}\
         </dl>\n</details>\n",
        Escaped(&layer.layer),
        layer.overrides.len(),
    )
}

fn value(value: &Override) -> String {
    format!(
        "<dt><code>{}</code></dt>\n<dd>{}</dd>\n<dd class=\"hidden\">in place of that of <code>{}</code></dd>\n",
        Escaped(&value.origin.key),
        written(&value.origin),
        Escaped(&value.hides),
    )
}

/// A value and where it stands.
fn written(origin: &Origin) -> String {
    let line = origin.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("<q>{}</q> <code>{}{line}</code>", Escaped(&origin.value), Escaped(&origin.file))
}
