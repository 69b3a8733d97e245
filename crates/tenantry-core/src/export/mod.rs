//! A tenant's register in the formats of others: consent managers, databases, spreadsheets.
//!
//! Every export is made from the register that the policy is made from, so that they cannot disagree. What a format
//! cannot hold is told for each cookie as a [`Loss`], never dropped in silence. The keys of each format are those of its
//! own source, named in its module; `docs/consent.md` describes how to use them.

mod cookieconsent;
mod databases;
mod gpc;
mod iab;
mod klaro;
mod lifetime;
mod orejime;
mod script;
mod services;
mod spreadsheet;
mod tarteaucitron;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::language::{Date, Lang};
use crate::lint::Profiles;
use crate::name::{CookieId, TenantId};
use crate::register::Register;
use crate::schema::words;
use crate::site::Tenant;
use crate::theme::ParamValue;

pub use lifetime::consent_days;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Klaro 0.7.
    Klaro,
    /// Orejime 3.
    Orejime,
    /// tarteaucitron 1.
    Tarteaucitron,
    /// vanilla-cookieconsent 3.
    Cookieconsent,
    /// IAB Europe's deviceStorage.json 1.1.
    Iab,
    /// The columns of Open Cookie Database.
    Ocd,
    /// The file of Global Privacy Control.
    Gpc,
    /// A table for spreadsheets.
    Csv,
    /// The register itself, as `cookies.json` publishes it.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Format] = &[
        Self::Klaro,
        Self::Orejime,
        Self::Tarteaucitron,
        Self::Cookieconsent,
        Self::Iab,
        Self::Ocd,
        Self::Gpc,
        Self::Csv,
        Self::Json,
    ];

    /// The words for those that a site can publish; `cookies.json` it has anyway.
    pub const PUBLISHED: [&'static str; 8] =
        ["klaro", "orejime", "tarteaucitron", "cookieconsent", "iab", "ocd", "gpc", "csv"];

    /// The format that a site can publish, by its word.
    pub fn published(word: &str) -> Option<Format> {
        Format::from_word(word).filter(|format| *format != Format::Json)
    }

    /// Where a site publishes it.
    pub const fn path(self) -> &'static str {
        match self {
            // The specification of Global Privacy Control says where (RFC 8615).
            Format::Gpc => ".well-known/gpc.json",
            _ => self.file_name(),
        }
    }

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Klaro => "klaro",
            Format::Orejime => "orejime",
            Format::Tarteaucitron => "tarteaucitron",
            Format::Cookieconsent => "cookieconsent",
            Format::Iab => "iab",
            Format::Ocd => "ocd",
            Format::Gpc => "gpc",
            Format::Csv => "csv",
            Format::Json => "json",
        }
    }

    /// The format of a word.
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|format| format.as_str() == word)
    }

    /// What it is for, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Format::Klaro => "configuration of Klaro 0.7",
            Format::Orejime => "configuration of Orejime 3",
            Format::Tarteaucitron => "configuration of tarteaucitron 1",
            Format::Cookieconsent => "configuration of vanilla-cookieconsent 3",
            Format::Iab => "deviceStorage.json 1.1 of IAB Europe",
            Format::Ocd => "rows of Open Cookie Database",
            Format::Gpc => "gpc.json of Global Privacy Control",
            Format::Csv => "a table for spreadsheets",
            Format::Json => "the register, as cookies.json publishes it",
        }
    }

    /// What its file is called.
    pub const fn file_name(self) -> &'static str {
        match self {
            Format::Klaro => "klaro-config.js",
            Format::Orejime => "orejime-config.js",
            Format::Tarteaucitron => "tarteaucitron-config.js",
            Format::Cookieconsent => "cookieconsent-config.js",
            Format::Iab => "deviceStorage.json",
            Format::Ocd => "open-cookie-database.csv",
            Format::Gpc => "gpc.json",
            Format::Csv => "cookies.csv",
            Format::Json => "cookies.json",
        }
    }
}

impl JsonSchema for Format {
    fn schema_name() -> Cow<'static, str> {
        "Export".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let published = Format::ALL.iter().filter(|format| **format != Format::Json);
        words(&published.map(|format| (format.as_str(), format.about())).collect::<Vec<_>>())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an export is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'i> {
    /// The tenant.
    pub tenant: &'i Tenant,
    /// Its register.
    pub register: &'i Register,
    /// The profiles that it is judged by: they decide how long a choice is kept.
    pub profiles: Profiles,
    /// The number of this version of the policy: visitors are asked again when it grows.
    pub revision: u32,
    /// The address of the policy in each language.
    pub policies: &'i BTreeMap<Lang, String>,
    /// The newest date of a page that shows a table.
    pub updated: Option<Date>,
    /// The register, written for machines.
    pub json: &'i str,
}

impl Input<'_> {
    /// The language of what has only one.
    fn lang(&self) -> Lang {
        self.tenant.default_language()
    }

    /// The address of the policy in a language.
    fn policy(&self, lang: Lang) -> &str {
        let own = self.policies.get(&lang).or_else(|| self.policies.values().next());
        own.map_or_else(|| self.tenant.base_url.as_str(), String::as_str)
    }

    /// Whose register it is.
    fn id(&self) -> &TenantId {
        &self.tenant.identity.id
    }

    /// The cookie that keeps a choice. Tenants may share a host, and a choice made for one counts for no other.
    fn choice(&self, manager: &str) -> String {
        format!("{manager}-{}-{}", self.id(), self.revision)
    }

    /// How many days a choice is kept.
    fn days(&self) -> u32 {
        consent_days(self.profiles)
    }
}

/// An export.
#[derive(Debug, Clone)]
pub struct Export {
    /// Its text.
    pub text: String,
    /// What it cannot hold.
    pub losses: Vec<Loss>,
}

/// Something of a cookie that a format cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// The cookie; `None` if it is about the register as a whole.
    pub cookie: Option<CookieId>,
    /// What is lost, or what became of it.
    pub what: String,
}

impl Loss {
    fn of(cookie: &CookieId, what: impl Into<String>) -> Loss {
        Loss { cookie: Some(cookie.clone()), what: what.into() }
    }

    fn of_all(what: impl Into<String>) -> Loss {
        Loss { cookie: None, what: what.into() }
    }
}

/// Whether the parameters of a theme have a site's own pages show a banner.
pub fn shows_banner(params: &IndexMap<Arc<str>, ParamValue>) -> bool {
    matches!(params.get("banner"), Some(ParamValue::Plain(manager)) if **manager == *Format::Cookieconsent.as_str())
}

/// The script that starts the banner of a site's own pages, which is vanilla-cookieconsent.
pub fn banner_script(input: &Input<'_>) -> String {
    cookieconsent::banner(input)
}

/// Makes an export.
pub fn export(format: Format, input: &Input<'_>) -> Export {
    let mut export = match format {
        Format::Klaro => klaro::export(input),
        Format::Orejime => orejime::export(input),
        Format::Tarteaucitron => tarteaucitron::export(input),
        Format::Cookieconsent => cookieconsent::export(input),
        Format::Iab => iab::export(input),
        Format::Ocd => databases::export(input),
        Format::Gpc => gpc::export(input),
        Format::Csv => spreadsheet::export(input),
        Format::Json => Export { text: input.json.to_owned(), losses: Vec::new() },
    };
    export.losses.sort();
    export.losses.dedup();
    export
}
