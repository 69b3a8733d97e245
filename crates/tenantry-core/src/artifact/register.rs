//! `cookies.json`: a tenant's register for machines. `docs/cookies-json.md` describes it; its `format` number changes
//! when a field changes its meaning.
//!
//! Nothing that layers say of a cookie is lost here: what no page shows stands here too. What several tenants share is
//! written once for all of them, as [`WrittenRegister`].

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::digest::Digest;
use crate::duration::Duration;
use crate::language::{Column, Date, Kind, Lang, Party};
use crate::layer::{LocalText, Scalar};
use crate::register::{Cookie, NamePattern, Register, Table, duration, label, party};
use crate::site::Tenant;

/// The number of the format of `cookies.json`.
const FORMAT: u32 = 1;

/// Words by language.
type Words = IndexMap<Lang, String>;

/// The register of a tenant, as its site publishes it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: the two parts are written one after the other")]
pub(crate) struct RegisterFile {
    #[schemars(flatten)]
    head: RegisterHead<'static>,
    /// Tables and cookies.
    register: RegisterJson,
}

/// What a file says besides its `register`, which follows as its last field.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegisterHead<'f> {
    /// The number of the format: 1.
    pub format: u32,
    /// The tenant.
    pub tenant: TenantJson<'f>,
    /// Where the policy is published.
    pub base_url: &'f str,
    /// The addresses that the policy speaks of.
    pub covers: Vec<&'f str>,
    /// The languages of the words, the default one first.
    pub languages: &'f [Lang],
    /// The newest date of a page that shows a table; not there if none has a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Date>,
    /// A digest of `register` (BLAKE3, the first 16 bytes): it changes when a table or a cookie does.
    #[schemars(with = "String")]
    pub digest: Digest,
}

/// Who publishes the policy.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TenantJson<'f> {
    /// The tenant's id.
    pub id: &'f str,
    /// Its name.
    pub name: &'f str,
}

/// Tables and cookies.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegisterJson {
    /// The tables that have rows, in the order of the policy.
    pub tables: Vec<TableJson>,
    /// Every cookie of the tables, once.
    pub cookies: Vec<CookieJson>,
}

/// A table.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TableJson {
    /// Its id.
    pub id: String,
    /// Its caption.
    pub title: Words,
    /// The paragraph before it.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub intro: Words,
    /// Its columns.
    pub columns: Vec<ColumnJson>,
    /// The ids of its cookies, in order.
    pub rows: Vec<String>,
}

/// A column.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ColumnJson {
    /// The field that it shows.
    pub field: Column,
    /// What it is called.
    pub label: Words,
}

/// A cookie.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CookieJson {
    /// Its id, `provider/slug`.
    pub id: String,
    /// Its names and patterns of names; empty if it is known by its hosts only.
    pub names: Vec<NameJson>,
    /// The hosts that set or read it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Who sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderJson>,
    /// What it is for, as one of the fixed categories, with the publisher's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryJson>,
    /// What kind of tracker it is.
    pub kind: Kind,
    /// First or third party, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// The service it belongs to.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub service: Words,
    /// What it is for.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub purpose: Words,
    /// Where it is used.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub location: Words,
    /// Its legal basis.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub legal_basis: Words,
    /// Where to learn more: an address, or words.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub link: Words,
    /// Where to refuse it: an address, or words.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub opt_out: Words,
    /// How long it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<DurationJson>,
    /// How long its data are kept, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_retention: Option<String>,
    /// Cells that the policy shows instead of the field, by column.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub cells: IndexMap<Column, Words>,
    /// What it does for the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether consent is needed, and why, as the catalogue says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<Value>,
    /// Whether others have access to it, as the catalogue says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub third_party_access: Option<Value>,
    /// Its types in Google's consent mode, as the catalogue says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_mode: Option<Value>,
    /// What it is in IAB's framework, as the catalogue says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iab: Option<Value>,
}

/// A name, or a pattern for names that change.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NameJson {
    /// The name, to the letter.
    Exact(String),
    /// Names that begin so.
    Prefix(String),
    /// Names with `*` and `?` in them.
    Glob(String),
    /// Names that a regular expression fits.
    Regex(String),
}

/// Who sets a cookie.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProviderJson {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Words,
    /// Where it presents itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// Its country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// What a cookie is for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CategoryJson {
    /// The fixed category.
    pub is: crate::language::Category,
    /// What the policy calls it.
    pub label: Words,
}

/// How long a cookie is kept.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DurationJson {
    /// What sort of statement it is.
    pub kind: DurationKind,
    /// The duration in ISO 8601, where it has one: `P14D`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso8601: Option<String>,
    /// The same in seconds, a month being 2,628,000 and a year 31,536,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Whether it is an upper bound.
    pub up_to: bool,
    /// By place, ISO 8601 or a word; `other` is everywhere else.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub places: IndexMap<String, String>,
    /// As the policy prints it.
    pub text: Words,
    /// Where it is known from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether somebody has checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Whether each visit renews it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<bool>,
}

/// What sort of statement a duration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DurationKind {
    /// A length of time.
    Amount,
    /// Until the visit ends.
    Session,
    /// Without end.
    Persistent,
    /// Gone at once.
    Instant,
    /// It differs by place.
    ByPlace,
    /// Words that are no duration.
    Text,
}

/// The part of a file that several tenants may share, written.
#[derive(Debug)]
pub struct WrittenRegister {
    json: String,
    digest: Digest,
}

impl WrittenRegister {
    /// Writes a register in some languages.
    pub fn new(register: &Register, languages: &[Lang], covered_hosts: &[String]) -> WrittenRegister {
        let json = pretty(&register_json(register, languages, covered_hosts));
        WrittenRegister { digest: Digest::of(json.as_bytes()), json: json.replace('\n', "\n  ") }
    }

    /// The whole file for one tenant. `updated` is the newest date of a page that shows a table.
    pub fn file(&self, tenant: &Tenant, updated: Option<Date>) -> String {
        let head = pretty(&RegisterHead {
            format: FORMAT,
            tenant: TenantJson { id: tenant.identity.id.as_str(), name: &tenant.name },
            base_url: tenant.base_url.as_str(),
            covers: tenant.covers.iter().map(|address| &**address).collect(),
            languages: &tenant.languages,
            updated,
            digest: self.digest,
        });
        let open = head.trim_end_matches(['}', '\n']);
        format!("{open},\n  \"register\": {}\n}}\n", self.json)
    }
}

fn pretty(value: &impl Serialize) -> String {
    // Text, numbers and lists always become JSON.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Tables and cookies as data.
fn register_json(register: &Register, languages: &[Lang], covered_hosts: &[String]) -> RegisterJson {
    let shown = register.tables.iter().filter(|table| !table.rows.is_empty());
    RegisterJson {
        tables: shown.map(|table| table_json(table, languages)).collect(),
        cookies: register.cookies().into_iter().map(|cookie| cookie_json(cookie, languages, covered_hosts)).collect(),
    }
}

fn table_json(table: &Table, languages: &[Lang]) -> TableJson {
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

fn cookie_json(cookie: &Cookie, languages: &[Lang], covered_hosts: &[String]) -> CookieJson {
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
