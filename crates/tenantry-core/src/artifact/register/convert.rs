//! From a settled register to the data of `cookies.json`, in the languages of a tenant.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    CategoryJson, ColumnJson, CookieJson, DurationJson, DurationKind, NameJson, ProviderJson, TableJson, Words,
};
use crate::duration::Duration;
use crate::language::{Column, Lang};
use crate::layer::{LocalText, Scalar};
use crate::register::{Cookie, NamePattern, Table, duration, label, party};

/// A table as data.
pub(super) fn table_json(table: &Table, languages: &[Lang]) -> TableJson {
    let column = |column: &Column| ColumnJson {
        field: *column,
        label: languages.iter().map(|lang| (*lang, label(table, *column, *lang).to_owned())).collect(),
    };
    TableJson {
        id: table.id.to_string(),
        title: words(&table.title, languages),
        intro: words(&table.intro, languages),
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(|cookie| cookie.id.to_string()).collect(),
    }
}

fn words(text: &LocalText, languages: &[Lang]) -> Words {
    languages.iter().filter_map(|lang| Some((*lang, text.text(*lang)?.to_owned()))).collect()
}

/// A cookie as data.
pub(super) fn cookie_json(cookie: &Cookie, languages: &[Lang], covered_hosts: &[String]) -> CookieJson {
    let written = &cookie.written;
    let further = |name: &str| written.further.get(name).map(|value| scalar_json(&value.value));
    let cells = cookie.cells.iter().map(|(column, text)| (*column, words(text, languages)));
    CookieJson {
        id: cookie.id.to_string(),
        names: cookie.names.iter().map(name_json).collect(),
        hosts: cookie.hosts.iter().map(|host| host.as_str().to_owned()).collect(),
        provider: cookie.provider.as_ref().map(|provider| ProviderJson {
            id: provider.id.to_string(),
            name: words(&provider.name, languages),
            url: provider.url.as_deref().map(str::to_owned),
            privacy: provider.privacy.as_deref().map(str::to_owned),
            country: provider.country.as_deref().map(str::to_owned),
        }),
        category: cookie.category.as_ref().map(|category| CategoryJson {
            is: category.is,
            label: languages.iter().map(|lang| (*lang, category.label(*lang).to_owned())).collect(),
        }),
        kind: cookie.kind,
        party: party(cookie, covered_hosts),
        service: words(&cookie.service, languages),
        purpose: words(&cookie.purpose, languages),
        location: words(&cookie.location, languages),
        legal_basis: words(&cookie.legal_basis, languages),
        link: words(&cookie.link, languages),
        opt_out: words(&cookie.opt_out, languages),
        duration: duration_json(cookie, languages),
        data_retention: cookie.data_retention.as_ref().map(iso_or_word),
        cells: cells.collect(),
        role: written.role.as_ref().map(|role| role.value.to_string()),
        consent: written.consent.as_ref().map(|consent| scalar_json(&consent.value)),
        third_party_access: further("third_party_access"),
        consent_mode: further("consent_mode"),
        iab: further("iab"),
    }
}

fn name_json(name: &NamePattern) -> NameJson {
    match name {
        NamePattern::Exact(text) => NameJson::Exact(text.to_string()),
        NamePattern::Prefix(text) => NameJson::Prefix(text.to_string()),
        NamePattern::Glob(text) => NameJson::Glob(text.to_string()),
        NamePattern::Regex(text) => NameJson::Regex(text.to_string()),
    }
}

fn duration_json(cookie: &Cookie, languages: &[Lang]) -> Option<DurationJson> {
    let by_place = &cookie.duration_by_place;
    let kind = match cookie.duration {
        _ if !by_place.is_empty() => DurationKind::ByPlace,
        Some(Duration::Session) => DurationKind::Session,
        Some(Duration::Persistent) => DurationKind::Persistent,
        Some(Duration::Instant) => DurationKind::Instant,
        Some(Duration::Amount(_)) => DurationKind::Amount,
        None if cookie.duration_text.is_empty() => return None,
        None => DurationKind::Text,
    };
    let printed = |lang: &Lang| {
        duration(cookie, *lang)
            .or_else(|| cookie.duration_text.text(*lang).map(str::to_owned))
            .map(|text| (*lang, text))
    };
    let alone = cookie.duration.filter(|_| by_place.is_empty());
    let written = &cookie.written.duration;
    Some(DurationJson {
        kind,
        iso8601: alone.and_then(|duration| duration.iso8601()),
        seconds: alone.and_then(|duration| duration.seconds()),
        up_to: cookie.duration_is_bound,
        places: by_place.iter().map(|(place, duration)| (place.to_string(), iso_or_word(duration))).collect(),
        text: languages.iter().filter_map(printed).collect(),
        source: written.source.as_ref().map(|source| source.value.to_string()),
        verified: written.verified.as_ref().map(|verified| verified.value),
        refresh: written.refresh.as_ref().map(|refresh| refresh.value),
    })
}

/// A duration in ISO 8601, or the word for one that the standard cannot say.
fn iso_or_word(duration: &Duration) -> String {
    duration.iso8601().unwrap_or_else(|| match duration {
        Duration::Session => "session".to_owned(),
        _ => "persistent".to_owned(),
    })
}

/// A value as it is written in the catalogue.
fn scalar_json(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) | Scalar::Date(text) => Value::from(&**text),
        Scalar::Integer(number) => Value::from(*number),
        // As it was written where JSON has such a number, else as text: `nan` is none.
        Scalar::Float(text) => text
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map_or_else(|| Value::from(&**text), Value::Number),
        Scalar::Bool(value) => Value::from(*value),
        Scalar::List(items) => items.iter().map(|item| scalar_json(&item.value)).collect(),
        // Sorted here, so that the order does not hang on how the JSON library was compiled.
        Scalar::Table(table) => {
            let sorted: BTreeMap<&str, Value> =
                table.iter().map(|(name, value)| (&**name, scalar_json(&value.value))).collect();
            sorted.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        }
    }
}
