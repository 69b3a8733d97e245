//! vanilla-cookieconsent 3.1.0, keys from its source (MIT): an ES module, since names as expressions need one.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::script::head;
use super::services::{Finding, Service, findings, plain, services};
use super::{Export, Input, Loss};
use crate::artifact::pretty;
use crate::content::escape;
use crate::language::{Column, Lang, Words};
use crate::register::label;

/// The path of the cookies that are cleared: where services set theirs, wherever on its host the site is.
const CLEARED_AT: &str = "/";

/// Gives back expressions, which are no JSON.
const REVIVE: &str = "
for (const { autoClear } of Object.values(config.categories)) {
  for (const cookie of autoClear?.cookies ?? []) {
    if (cookie.pattern) cookie.name = new RegExp(cookie.pattern);
    delete cookie.pattern;
  }
}
";

/// How a script of the own takes it.
const TAKEN: &str = "
export default config;
";

/// How a page starts by itself; a link to `#consent` opens the settings again.
const STARTED: &str = "
CookieConsent.run(config);
document.addEventListener('click', (event) => {
  if (!event.target.closest?.('a[href$=\"#consent\"]')) return;
  event.preventDefault();
  CookieConsent.showPreferences();
});
";

/// The configuration, to be taken by a script of the own.
pub(super) fn export(input: &Input<'_>) -> Export {
    let (text, losses) = module(input);
    Export { text: text + TAKEN, losses }
}

/// A script that starts the banner of a site's own pages.
pub(super) fn banner(input: &Input<'_>) -> String {
    module(input).0 + STARTED
}

fn module(input: &Input<'_>) -> (String, Vec<Loss>) {
    let mut losses = Vec::new();
    let services = services(input);
    let mut categories: IndexMap<String, Vec<&Service<'_>>> = IndexMap::new();
    for service in &services {
        categories.entry(category_id(service)).or_default().push(service);
    }
    let translations: Map<String, Value> = input
        .tenant
        .languages
        .iter()
        .map(|lang| (lang.as_str().to_owned(), translation(&categories, (input, *lang))))
        .collect();
    let written: Map<String, Value> =
        categories.iter().map(|(id, services)| (id.clone(), category(services, input, &mut losses))).collect();
    let config = json!({
        "mode": "opt-in",
        "autoShow": services.iter().any(|service| service.asks),
        "revision": input.revision,
        "autoClearCookies": true,
        "hideFromBots": false,
        "cookie": {
            "name": format!("cc_{}", input.id()),
            "path": input.tenant.base_url.path(),
            "sameSite": "Lax",
            "secure": input.tenant.base_url.as_str().starts_with("https:"),
            "expiresAfterDays": input.days(),
        },
        "categories": written,
        "language": { "default": input.lang().as_str(), "autoDetect": "document", "translations": translations },
    });
    let text = format!(
        "{}const config = {};\n{REVIVE}",
        head("Configuration of vanilla-cookieconsent", input),
        pretty(&config)
    );
    (text, losses)
}

/// Cookies of one category that are asked for, or are not.
fn category_id(service: &Service<'_>) -> String {
    if service.asks { service.category.as_str().to_owned() } else { "necessary".to_owned() }
}

fn category(services: &[&Service<'_>], input: &Input<'_>, losses: &mut Vec<Loss>) -> Value {
    let asks = services.iter().any(|service| service.asks);
    let mut cleared = Vec::new();
    for cookie in services.iter().flat_map(|service| &service.cookies) {
        let mut lost = Vec::new();
        cleared.extend(findings(cookie, input, &mut lost).into_iter().map(cleared_json));
        if asks {
            losses.append(&mut lost);
        }
    }
    // What a service, a section and a column are called is written as HTML, as cells are.
    let label = |service: &Service<'_>| json!({ "label": escape(&service.title(input.lang())) });
    let listed: Map<String, Value> = services.iter().map(|service| (service.id.clone(), label(service))).collect();
    let mut category = json!({ "enabled": !asks, "readOnly": !asks });
    if asks {
        category["services"] = Value::Object(listed);
        category["autoClear"] = json!({ "cookies": cleared, "reloadPage": false });
        if input.tenant.languages.len() > 1 {
            let of = services.iter().flat_map(|service| &service.cookies);
            losses.extend(of.map(|cookie| Loss::of(&cookie.id, "the name of its service in other languages")));
        }
    }
    category
}

fn cleared_json((finding, domain): (Finding, Option<String>)) -> Value {
    let mut cookie = match finding {
        Finding::Exact(name) => json!({ "name": name, "path": CLEARED_AT }),
        Finding::Regex(pattern) => json!({ "name": "", "pattern": pattern, "path": CLEARED_AT }),
    };
    if let Some(domain) = domain {
        cookie["domain"] = domain.into();
    }
    cookie
}

fn translation(categories: &IndexMap<String, Vec<&Service<'_>>>, (input, lang): (&Input<'_>, Lang)) -> Value {
    let words = Words::or_english(lang);
    let banner = words.banner();
    let policy = json!(format!("<a href=\"{}\">{}</a>", escape(input.policy(lang)), banner.policy));
    let sections: Vec<Value> = categories
        .iter()
        .map(|(id, services)| {
            let labels: Vec<String> = services.iter().map(|service| service.label(lang)).collect();
            json!({
                "title": escape(&unique(labels).join(", ")),
                "linkedCategory": id,
                "cookieTable": table(services, (input, lang)),
            })
        })
        .collect();
    json!({
        "consentModal": {
            "title": banner.title,
            "description": banner.description,
            "acceptAllBtn": banner.accept,
            "acceptNecessaryBtn": banner.refuse,
            "showPreferencesBtn": banner.choose,
            "revisionMessage": banner.changed,
            "footer": policy,
        },
        "preferencesModal": {
            "title": banner.choose,
            "acceptAllBtn": banner.accept,
            "acceptNecessaryBtn": banner.refuse,
            "savePreferencesBtn": banner.save,
            "closeIconLabel": banner.close,
            "sections": sections,
        },
    })
}

fn unique(mut labels: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    labels.retain(|label| seen.insert(label.clone()));
    labels
}

/// The tables of the policy that show the cookies, as one: every column that one of them has.
fn table(services: &[&Service<'_>], (input, lang): (&Input<'_>, Lang)) -> Value {
    let cookies: Vec<_> = services.iter().flat_map(|service| &service.cookies).collect();
    let ids: BTreeSet<&str> = cookies.iter().map(|cookie| cookie.id.as_str()).collect();
    let tables = input.register.tables.iter();
    let shown = tables.filter(|table| table.rows.iter().any(|row| ids.contains(row.id.as_str())));
    let mut columns: IndexMap<Column, &str> = IndexMap::from([(Column::Name, "")]);
    for table in shown {
        for column in &table.columns {
            let label = label(table, *column, lang);
            columns
                .entry(*column)
                .and_modify(|known| {
                    if known.is_empty() {
                        *known = label;
                    }
                })
                .or_insert(label);
        }
    }
    for column in [Column::Name, Column::Purpose, Column::Duration] {
        let built_in = Words::or_english(lang).column(column);
        columns
            .entry(column)
            .and_modify(|known| {
                if known.is_empty() {
                    *known = built_in;
                }
            })
            .or_insert(built_in);
    }
    let headers: Map<String, Value> =
        columns.iter().map(|(column, label)| (column.as_str().to_owned(), header(label).into())).collect();
    let body: Vec<Value> = cookies
        .iter()
        .map(|cookie| {
            let cells = columns.keys().map(|column| {
                // Cells of the table are HTML.
                let text = escape(&plain(cookie, *column, lang)).to_string();
                (column.as_str().to_owned(), Value::from(text))
            });
            Value::Object(cells.collect())
        })
        .collect();
    json!({ "headers": headers, "body": body })
}

/// The head of a column as HTML. Narrow screens show it as it is written, so no more is escaped than an element needs.
fn header(label: &str) -> String {
    label.replace('&', "&amp;").replace('<', "&lt;")
}
