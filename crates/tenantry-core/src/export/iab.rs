//! IAB Europe's deviceStorage.json 1.1, keys from its specification: what a vendor stores on devices.

use serde_json::{Value, json};

use super::services::plain;
use super::{Export, Input, Loss};
use crate::artifact::pretty;
use crate::duration::{Duration, Unit};
use crate::language::{Column, Kind};
use crate::layer::{Scalar, Sourced};
use crate::lint::needs_consent;
use crate::register::{Cookie, NamePattern};

/// The disclosures of every cookie, one for each name.
pub(super) fn export(input: &Input<'_>) -> Export {
    let mut losses = Vec::new();
    let mut disclosures: Vec<Value> = Vec::new();
    let mut domains: Vec<Value> = Vec::new();
    for cookie in input.register.cookies() {
        let Some(kind) = kind(cookie, &mut losses) else { continue };
        disclosures.extend(names(cookie, &mut losses).into_iter().map(|name| disclosure(&name, (cookie, kind), input)));
        lost(cookie, kind, input, &mut losses);
        let purpose = plain(cookie, Column::Purpose, input.lang());
        domains.extend(cookie.hosts.iter().map(|host| json!({ "domain": host.as_str(), "use": purpose })));
    }
    let mut text = pretty(&json!({ "disclosures": disclosures, "domains": domains }));
    text.push('\n');
    Export { text, losses }
}

/// The types that the format knows.
fn kind(cookie: &Cookie, losses: &mut Vec<Loss>) -> Option<&'static str> {
    match cookie.kind {
        Kind::Http => Some("cookie"),
        Kind::LocalStorage | Kind::SessionStorage | Kind::IndexedDb => Some("web"),
        Kind::Sdk => Some("app"),
        Kind::Pixel | Kind::Lso | Kind::Fingerprint => {
            losses.push(Loss::of(&cookie.id, format!("all of it: the format knows no {}", cookie.kind)));
            None
        }
    }
}

/// Names and patterns with one `*` at the end; `*` alone is refused.
fn names(cookie: &Cookie, losses: &mut Vec<Loss>) -> Vec<String> {
    if cookie.names.is_empty() {
        losses.push(Loss::of(&cookie.id, "all of it: its name is not known"));
    }
    let mut names = Vec::new();
    for name in &cookie.names {
        let written = match name {
            NamePattern::Exact(text) => Some(text.to_string()),
            NamePattern::Prefix(text) => Some(format!("{text}*")),
            NamePattern::Glob(text) if !text.contains('?') && !text.trim_matches('*').is_empty() => {
                Some(text.to_string())
            }
            NamePattern::Glob(_) | NamePattern::Regex(_) => None,
        };
        match written {
            Some(written) if !names.contains(&written) => names.push(written),
            Some(_) => {}
            None => losses.push(Loss::of(&cookie.id, format!("the pattern {name}: the format knows `*` only"))),
        }
    }
    names
}

fn disclosure(name: &str, (cookie, kind): (&Cookie, &str), input: &Input<'_>) -> Value {
    let is_cookie = kind == "cookie";
    let seconds = match cookie.duration {
        Some(Duration::Session) => Some(0),
        Some(duration) => duration.seconds(),
        None => None,
    };
    let refresh = cookie.written.duration.refresh.as_ref().is_some_and(|refresh| refresh.value);
    let hosts: Vec<&str> = cookie.hosts.iter().map(|host| host.as_str()).collect();
    let own = input.tenant.base_url.host();
    json!({
        "identifier": name,
        "type": kind,
        "maxAgeSeconds": if is_cookie { seconds } else { None },
        "cookieRefresh": if is_cookie { Value::from(refresh) } else { Value::Null },
        "domains": if hosts.is_empty() { vec![own] } else { hosts },
        "purposes": purposes(cookie),
        "specialPurposes": numbers(cookie, "special_purposes"),
        "description": plain(cookie, Column::Purpose, input.lang()),
        "optOut": said(cookie, "opt_out").is_some_and(|it| matches!(it.value, Scalar::Bool(true))),
    })
}

/// The purposes that the catalogue says; purpose 1, to store and read, is there if and only if consent is needed.
fn purposes(cookie: &Cookie) -> Vec<i64> {
    let mut purposes = numbers(cookie, "purposes");
    purposes.retain(|purpose| *purpose != 1);
    if needs_consent(cookie) {
        purposes.insert(0, 1);
    }
    purposes
}

fn said<'c>(cookie: &'c Cookie, key: &str) -> Option<&'c Sourced<Scalar>> {
    match &cookie.written.further.get("iab")?.value {
        Scalar::Table(table) => table.get(key),
        _ => None,
    }
}

fn numbers(cookie: &Cookie, key: &str) -> Vec<i64> {
    let Some(Scalar::List(items)) = said(cookie, key).map(|found| &found.value) else { return Vec::new() };
    let numbers = items.iter().filter_map(|item| match item.value {
        Scalar::Integer(number) => Some(number),
        _ => None,
    });
    numbers.collect()
}

fn lost(cookie: &Cookie, kind: &str, input: &Input<'_>, losses: &mut Vec<Loss>) {
    let calendar = |duration: Duration| matches!(duration, Duration::Amount(amount) if amount.parts().any(|(_, unit)| matches!(unit, Unit::Month | Unit::Year)));
    match cookie.duration {
        Some(duration) if kind == "cookie" && calendar(duration) => {
            let what =
                format!("its duration of {duration} is given in seconds, a month being 2,628,000, a year 31,536,000");
            losses.push(Loss::of(&cookie.id, what));
        }
        Some(Duration::Persistent) => losses.push(Loss::of(&cookie.id, "its duration, which has no end")),
        Some(duration) if kind != "cookie" => losses.push(Loss::of(&cookie.id, format!("its duration of {duration}"))),
        None if !cookie.duration_text.is_empty() || !cookie.duration_by_place.is_empty() => {
            losses.push(Loss::of(&cookie.id, "its duration, which is no single number"));
        }
        _ => {}
    }
    if input.tenant.languages.len() > 1 {
        losses.push(Loss::of(&cookie.id, "its purpose in other languages"));
    }
}
