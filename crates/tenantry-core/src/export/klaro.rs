//! Klaro 0.7.22, keys from its source (BSD-3): `klaroConfig`, a script before `klaro.js`.

use serde_json::{Map, Value, json};

use super::script::head;
use super::services::{Finding, Service, Shows, findings, lost_facts, services};
use super::{Export, Input, Loss};
use crate::artifact::pretty;
use crate::language::{Category, Lang, Words};

/// The languages that Klaro has words of its own in, such as those of its buttons.
const OWN: [&str; 24] = [
    "ca", "cs", "da", "de", "el", "en", "zh", "pt", "es", "fi", "fr", "gl", "hu", "hr", "it", "nl", "no", "oc", "ro",
    "sr", "sv", "tr", "pl", "ru",
];

/// The configuration.
pub(super) fn export(input: &Input<'_>) -> Export {
    let services = services(input);
    let mut losses = Vec::new();
    let written: Vec<Value> = services.iter().map(|service| service_json(service, input, &mut losses)).collect();
    let config = json!({
        "version": 1,
        "elementID": "klaro",
        "groupByPurpose": true,
        "storageMethod": "cookie",
        "storageName": input.choice("klaro"),
        "cookieExpiresAfterDays": input.days(),
        "default": false,
        "mustConsent": false,
        "acceptAll": true,
        "hideDeclineAll": false,
        "disablePoweredBy": true,
        "translations": translations(&services, input, &mut losses),
        "services": written,
    });
    let text = format!("{}window.klaroConfig = {};\n", head("Configuration of Klaro", input), pretty(&config));
    Export { text, losses }
}

fn service_json(service: &Service<'_>, input: &Input<'_>, losses: &mut Vec<Loss>) -> Value {
    let mut cookies = Vec::new();
    for cookie in &service.cookies {
        cookies.extend(findings(cookie, input, losses).into_iter().map(|found| match found {
            (Finding::Exact(name) | Finding::Regex(name), None) => Value::from(name),
            (Finding::Exact(name) | Finding::Regex(name), Some(domain)) => json!([name, "/", domain]),
        }));
        lost_facts(cookie, Shows { duration: false, purpose: false }, losses);
    }
    json!({
        "name": service.id,
        "title": service.title(input.lang()),
        "purposes": [service.category.as_str()],
        "cookies": cookies,
        "required": !service.asks,
        "default": !service.asks,
        "optOut": false,
        "onlyOnce": false,
    })
}

/// The words of each language, and those of the default one for all others.
fn translations(services: &[Service<'_>], input: &Input<'_>, losses: &mut Vec<Loss>) -> Value {
    let mut translations = Map::new();
    translations.insert("zz".into(), words(services, input, input.lang()));
    for lang in &input.tenant.languages {
        let known = known_as(*lang);
        if translations.contains_key(&known) {
            losses.push(Loss::of_all(format!("the words in {lang}: one language is known as {known}")));
            continue;
        }
        if !OWN.contains(&&*known) {
            losses.push(Loss::of_all(format!("the words of Klaro itself in {lang}: it has none for {known}")));
        }
        translations.insert(known, words(services, input, *lang));
    }
    Value::Object(translations)
}

/// What Klaro looks for on a page in a language: the first part of a tag of two, so that of `pt-BR` and `pt-PT` the one
/// that the tenant names first has the words of both; and all of a tag of three, in lower case.
fn known_as(lang: Lang) -> String {
    match lang.as_str().split('-').count() {
        1 | 2 => lang.primary().to_owned(),
        _ => lang.as_str().to_ascii_lowercase(),
    }
}

fn words(services: &[Service<'_>], input: &Input<'_>, lang: Lang) -> Value {
    let purposes: Map<String, Value> = services
        .iter()
        .map(|service| (service.category.as_str().to_owned(), json!({ "title": purpose(service, lang) })))
        .collect();
    let mut words = Map::new();
    words.insert("privacyPolicyUrl".into(), input.policy(lang).into());
    words.insert("purposes".into(), Value::Object(purposes));
    for service in services {
        let text = json!({ "title": service.title(lang), "description": service.description(lang) });
        words.insert(service.id.clone(), text);
    }
    Value::Object(words)
}

/// What a purpose is called: the publisher's word, or the built-in one where it has none.
fn purpose(service: &Service<'_>, lang: Lang) -> String {
    match service.category {
        Category::Unknown => Words::or_english(lang).category(Category::Unknown).to_owned(),
        _ => service.label(lang),
    }
}
