//! `cookies.json`: a tenant's register for machines. `docs/cookies-json.md` describes it; its `format` number changes
//! when a field changes its meaning.
//!
//! Nothing that layers say of a cookie in a table is lost here: what no page shows of it stands here too. What several
//! tenants share is written once for all of them, as [`WrittenRegister`].

mod convert;

use std::borrow::Cow;
use std::fmt::Write as _;

use convert::{cookie_json, table_json};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::digest::{Digest, Digester};
use crate::language::{Column, Date, Kind, Lang, Party};
use crate::register::{Cookie, Register};
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
    pub base_url: String,
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
        let shown = register.tables.iter().filter(|table| !table.rows.is_empty());
        let tables = shown.map(|table| Cow::Owned(entry(&table_json(table, languages))));
        let cookies = register.cookies();
        let cookies = cookies.iter().map(|cookie| written_cookie(cookie, languages, covered_hosts));
        let mut json = String::with_capacity(16 << 10);
        json.push('{');
        list(&mut json, "tables", tables);
        json.push(',');
        list(&mut json, "cookies", cookies);
        json.push_str("\n  }");
        WrittenRegister { digest: Digest::of(json.as_bytes()), json }
    }

    /// A digest of everything that the file for one tenant says.
    pub fn digest_for(&self, tenant: &Tenant, updated: Option<Date>) -> Digest {
        let mut digester = Digester::new().with(self.digest.as_bytes());
        for text in [tenant.identity.id.as_str(), &tenant.name, tenant.base_url.as_str()] {
            digester.put(text.as_bytes());
        }
        digester.put(updated.map(|date| date.to_string()).unwrap_or_default().as_bytes());
        tenant.languages.iter().for_each(|lang| digester.put(lang.as_str().as_bytes()));
        tenant.covers.iter().for_each(|address| digester.put(address.as_bytes()));
        digester.finish()
    }

    /// The whole file for one tenant. `updated` is the newest date of a page that shows a table.
    pub fn file(&self, tenant: &Tenant, updated: Option<Date>) -> String {
        let head = pretty(&RegisterHead {
            format: FORMAT,
            tenant: TenantJson { id: tenant.identity.id.as_str(), name: &tenant.name },
            base_url: tenant.base_url.join(""),
            covers: tenant.covers.iter().map(|address| &**address).collect(),
            languages: &tenant.languages,
            updated,
            digest: self.digest,
        });
        let open = head.trim_end_matches(['}', '\n']);
        format!("{open},\n  \"register\": {}\n}}\n", self.json)
    }
}

/// A cookie in some languages. What does not depend on the tenant is written once for all of them.
fn written_cookie<'c>(cookie: &'c Cookie, languages: &[Lang], covered_hosts: &[String]) -> Cow<'c, str> {
    let write = || entry(&cookie_json(cookie, languages, covered_hosts));
    if cookie.party.is_none() && !cookie.hosts.is_empty() {
        return Cow::Owned(write());
    }
    let (known, json) = cookie.json.get_or_init(|| (languages.to_vec(), write()));
    if known == languages { Cow::Borrowed(json) } else { Cow::Owned(write()) }
}

/// A field of the register that is a list.
fn list<'e>(json: &mut String, name: &str, entries: impl Iterator<Item = Cow<'e, str>>) {
    let _ = write!(json, "\n    \"{name}\": [");
    let before = json.len();
    for entry in entries {
        json.push_str(if json.len() == before { "\n      " } else { ",\n      " });
        json.push_str(&entry);
    }
    json.push_str(if json.len() == before { "]" } else { "\n    ]" });
}

/// An entry of such a list.
fn entry(value: &impl Serialize) -> String {
    pretty(value).replace('\n', "\n      ")
}

/// JSON that may stand in the `<script>` of a page: what would end it, or a line of it in old browsers, is written as a
/// code point. Such characters are nowhere in JSON but in its texts.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    // Text, numbers and lists always become JSON.
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
