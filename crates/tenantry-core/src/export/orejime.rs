//! Orejime 3.2.1, keys from its source (BSD-3): `orejimeConfig`, a script before `orejime-standard-fr.js`.

use serde_json::{Map, Value, json};

use super::script::head;
use super::services::{Finding, Service, Shows, findings, lost_facts, services};
use super::{Export, Input, Loss};
use crate::artifact::pretty;
use crate::content::escape;
use crate::language::Lang;

/// The configuration of each language; the page's own is taken.
pub(super) fn export(input: &Input<'_>) -> Export {
    let services = services(input);
    let mut losses = Vec::new();
    let mut configs = Map::new();
    for lang in &input.tenant.languages {
        configs.insert(lang.as_str().to_owned(), config(&services, (input, *lang), &mut losses));
    }
    let default = input.lang();
    let text = format!(
        "{}(function () {{\n  var configs = {};\n  var lang = document.documentElement.lang;\n  \
         window.orejimeConfig = configs[lang] || configs[lang.split('-')[0]] || configs['{default}'];\n}})();\n",
        head("Configuration of Orejime", input),
        pretty(&Value::Object(configs)),
    );
    Export { text, losses }
}

fn config(services: &[Service<'_>], (input, lang): (&Input<'_>, Lang), losses: &mut Vec<Loss>) -> Value {
    let purposes: Vec<Value> = services.iter().map(|service| purpose(service, (input, lang), losses)).collect();
    json!({
        "privacyPolicyUrl": input.policy(lang),
        "purposes": purposes,
        "forceModal": false,
        "forceBanner": false,
        "cookie": { "name": input.choice("orejime"), "duration": input.days(), "sameSite": "lax" },
    })
}

fn purpose(service: &Service<'_>, (input, lang): (&Input<'_>, Lang), losses: &mut Vec<Loss>) -> Value {
    let mut cookies = Vec::new();
    for cookie in &service.cookies {
        cookies.extend(findings(cookie, input, losses).into_iter().map(|(finding, domain)| {
            let name = match finding {
                Finding::Exact(name) => name,
                Finding::Regex(regex) => format!("/{}/", regex.replace('/', "\\/").replace("\\\\/", "\\/")),
            };
            domain.map_or_else(|| Value::from(name.clone()), |domain| json!([name, "/", domain]))
        }));
        lost_facts(cookie, Shows { duration: false, purpose: false }, losses);
    }
    json!({
        "id": service.id,
        "title": service.title(lang),
        // Titles are text, descriptions HTML.
        "description": escape(&service.description(lang)),
        "cookies": cookies,
        "isMandatory": !service.asks,
        "isExempt": false,
        "default": false,
        "runsOnce": false,
    })
}
