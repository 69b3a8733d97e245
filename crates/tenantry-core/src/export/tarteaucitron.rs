//! tarteaucitron 1.34.0, keys from its source (MIT): a script after `tarteaucitron.js`.

use serde_json::{Map, Value, json};

use super::script::head;
use super::services::{Finding, Service, Shows, findings, lost_facts, services};
use super::{Export, Input, Loss};
use crate::artifact::pretty;
use crate::content::escape;
use crate::language::{Category, Lang};

/// What the script does with its data.
const START: &str = "
  window.tarteaucitronForceExpire = config.days;
  window.tarteaucitronExpireInDay = true;
  tarteaucitron.init(config.init);
  config.services.forEach(function (service) {
    service.js = function () {
      document.dispatchEvent(new CustomEvent('consent', { detail: { service: service.key, given: true } }));
    };
    service.fallback = function () {
      document.dispatchEvent(new CustomEvent('consent', { detail: { service: service.key, given: false } }));
    };
    var lang = document.documentElement.lang;
    service.name = service.names[lang] || service.names[lang.split('-')[0]] || service.name;
    tarteaucitron.services[service.key] = service;
    (tarteaucitron.job = tarteaucitron.job || []).push(service.key);
  });
})();
";

/// The configuration.
pub(super) fn export(input: &Input<'_>) -> Export {
    let mut losses = Vec::new();
    let (asked, needed): (Vec<_>, Vec<_>) = services(input).into_iter().partition(|service| service.asks);
    for cookie in needed.iter().flat_map(|service| &service.cookies) {
        let what = "all of it: it needs no consent, and refusing everything would clear it if it were listed";
        losses.push(Loss::of(&cookie.id, what));
    }
    let services: Vec<Value> = asked.iter().map(|service| of(service, input, &mut losses)).collect();
    let config = json!({
        "days": input.days(),
        "init": {
            "privacyUrl": input.policy(input.lang()),
            "bodyPosition": "top",
            "hashtag": "#tarteaucitron",
            "cookieName": input.choice("tarteaucitron"),
            "orientation": "bottom",
            "groupServices": false,
            "serviceDefaultState": "wait",
            "cookieslist": false,
            "cookieslistEmbed": true,
            "showIcon": false,
            "DenyAllCta": true,
            "AcceptAllCta": true,
            "highPrivacy": true,
            "alwaysNeedConsent": false,
            "handleBrowserDNTRequest": false,
            "removeCredit": true,
            "moreInfoLink": false,
            "mandatory": true,
            "mandatoryCta": false,
            "googleConsentMode": false,
            "bingConsentMode": false,
            "pianoConsentMode": false,
            "partnersList": true,
        },
        "services": services,
    });
    let text = format!(
        "{}(function () {{\n  var config = {};{START}",
        head("Configuration of tarteaucitron", input),
        pretty(&config)
    );
    Export { text, losses }
}

fn of(service: &Service<'_>, input: &Input<'_>, losses: &mut Vec<Loss>) -> Value {
    let mut cookies: Vec<String> = Vec::new();
    for cookie in &service.cookies {
        for (finding, _) in findings(cookie, input, losses) {
            match finding {
                Finding::Exact(name) if !cookies.contains(&name) => cookies.push(name),
                Finding::Exact(_) => {}
                Finding::Regex(regex) => losses.push(Loss::of(
                    &cookie.id,
                    format!("the pattern {regex}: names are compared whole, so it is listed, and not cleared"),
                )),
            }
        }
        lost_facts(cookie, Shows { duration: false, purpose: true }, losses);
        if !cookie.purpose.is_empty() {
            losses.push(Loss::of(&cookie.id, "its purpose"));
        }
    }
    // Names are put between tags and into attributes as they are.
    let name = |lang: Lang| Value::from(escape(&service.title(lang)));
    let names: Map<String, Value> =
        input.tenant.languages.iter().map(|lang| (lang.as_str().to_owned(), name(*lang))).collect();
    json!({
        "key": service.id.replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
        "type": kind(service.category),
        "name": name(input.lang()),
        "names": names,
        "uri": input.policy(input.lang()),
        "needConsent": true,
        "cookies": cookies,
        "readmoreLink": input.policy(input.lang()),
    })
}

/// The group of services that it stands in.
fn kind(category: Category) -> &'static str {
    match category {
        Category::Analytics => "analytic",
        Category::Marketing => "ads",
        Category::Social => "social",
        Category::Functional => "support",
        Category::Necessary | Category::Security => "api",
        Category::Unknown => "other",
    }
}
