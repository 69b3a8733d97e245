//! How values look in a file, where that is not how they look in memory: checked names, text by language, tables that
//! hold what a type keeps flat.
//!
//! Patterns say what the check of the type says, or less.

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::shape::{either, shape, text};
use crate::duration::Duration;
use crate::language::{Category, Date, Lang};
use crate::layer::{BaseUrl, KEYS, LocalText, NavItem, NavLink, PageSpec, Scalar, Sourced};
use crate::layer::{TargetSpec, UrlTemplate};
use crate::name::{CookieId, ProviderId, TableId, ThemeName};
use crate::path::PagePath;
use crate::register::{CookieSpec, DurationSpec, Host, NamePattern};

/// A tag as [`Lang::new`] takes it.
pub(super) const LANGUAGE: &str = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$";

/// An id as `name.rs` checks it.
const ID: &str = "^[A-Za-z0-9_$-][A-Za-z0-9_.$-]{0,99}$";

/// The schema of a type, under its name.
macro_rules! schema_of {
    ($($name:ident => |$generator:pat_param| $schema:expr;)+) => {
        $(impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        })+
    };
}

schema_of! {
    ThemeName => |_| text(ID, &["charter"]);
    ProviderId => |_| text(ID, &["opendatasoft"]);
    TableId => |_| text(ID, &["necessary"]);
    Slug => |_| text(ID, &["sessionid"]);
    CookieId => |_| text(
        "^[A-Za-z0-9_$-][A-Za-z0-9_.$-]{0,99}/[A-Za-z0-9_$-][A-Za-z0-9_.$-]{0,99}$",
        &["opendatasoft/sessionid"],
    );
    Lang => |_| text(LANGUAGE, &["fr", "en", "pt-BR"]);
    BaseUrl => |_| text("^https?://[^/?#]+(/[^?#]*)?$", &["https://data.example.org", "https://example.org/legal/"]);
    UrlTemplate => |_| shape([("type", "string".into()), ("examples", json!(["https://{tenant}.staging.example.org"]))]);
    Host => |_| text("^\\.?[^\\s/:.]+(\\.[^\\s/:.]+)*$", &[".example.org"]);
    // A time may follow the day; it is not read.
    Date => |_| text("^[0-9]{4}-[0-9]{2}-[0-9]{2}", &["2026-11-20"]);
    Duration => |_| shape([
        ("type", "string".into()),
        ("minLength", 1.into()),
        ("examples", json!(["14 days", "6 mois", "1 year 6 months", "session", "persistent"])),
    ]);
    PagePath => |_| shape([("type", "string".into()), ("minLength", 1.into()), ("examples", json!(["cookies", "index"]))]);
    LocalText => |_| {
        let mut schema = either(plain_text(), by_language());
        schema.insert("description".into(), "Text for all languages, or texts by language: `{ fr = \"…\", en = \"…\" }`.".into());
        schema
    };
    NavItem => |generator| {
        either(shape([("type", "string".into()), ("minLength", 1.into())]), NavLink::json_schema(generator))
    };
    NamePattern => |generator| either(shape([("type", "string".into()), ("minLength", 1.into())]), pattern(generator));
    KeyOfTheTop => |_| top_key();
    TargetSpec => |generator| open_table(generator);
    Params => |generator| open_table(generator);
    Vars => |generator| vars(generator);
    PageWords => |generator| either(shape([("type", "boolean".into())]), PageSpec::json_schema(generator));
    DurationText => |generator| either(Duration::json_schema(generator), DurationSpec::json_schema(generator));
    CategoryWord => |generator| shape([
        ("anyOf", json!([generator.subschema_for::<Category>(), plain_text()])),
    ]);
}

impl JsonSchema for Scalar {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }
}

impl<T: JsonSchema> JsonSchema for Sourced<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The part of a cookie's id after its provider.
pub(crate) struct Slug;

/// A key of the top of a layer's file.
struct KeyOfTheTop;

/// `[cookie.PROVIDER.SLUG]`: ids are two tables, one in the other.
pub(crate) type Cookies = IndexMap<ProviderId, IndexMap<Slug, CookieSpec>>;

/// `{ EEA = "13 months", other = "24 months" }`
pub(crate) type PlacesTable = IndexMap<String, Duration>;

/// `params`: a theme tells what stands in it.
pub(crate) struct Params;

/// `vars`: text, numbers, dates, or text by language.
pub(crate) struct Vars;

/// `pages.PATH`: `false`, or a table.
pub(crate) struct PageWords;

/// `duration`: a duration, or a table of facts about it.
pub(crate) struct DurationText;

/// `category` of a cookie: a fixed category, or a word of `[category]`.
pub(crate) struct CategoryWord;

/// What `duration` says in words, where there is no duration.
#[derive(JsonSchema, Default)]
#[schemars(default)]
pub(crate) struct DurationWords {
    /// Words for what ends it, such as "until you sign out".
    until: LocalText,
    /// Words for what is no duration, as they were found.
    raw: LocalText,
}

/// Facts about a cookie that no page shows, kept for exports.
#[derive(JsonSchema, Default)]
#[schemars(default)]
pub(crate) struct Further {
    /// Whether others have access to it; no page shows it.
    third_party_access: Option<Scalar>,
    /// Its type in Google's consent mode; no page shows it.
    consent_mode: Option<Scalar>,
    /// What it is in IAB's framework; no page shows it.
    iab: Option<IabFacts>,
}

/// What is decided by; further keys are of any form.
#[derive(JsonSchema, Default)]
#[schemars(default)]
pub(crate) struct ConsentFacts {
    /// Whether the cookie needs consent, whatever its category is.
    required: Option<bool>,
}

/// What the export for IAB reads; further keys are of any form.
#[derive(JsonSchema, Default)]
#[schemars(default)]
struct IabFacts {
    /// Numbers of purposes.
    purposes: Option<Vec<i64>>,
    /// Numbers of special purposes.
    special_purposes: Option<Vec<i64>>,
    /// Whether the vendor offers a way to object.
    opt_out: Option<bool>,
}

fn plain_text() -> Schema {
    shape([("type", "string".into())])
}

/// A table of texts by language.
fn by_language() -> Schema {
    shape([
        ("type", "object".into()),
        ("patternProperties", json!({ LANGUAGE: plain_text() })),
        ("additionalProperties", false.into()),
    ])
}

fn top_key() -> Schema {
    let top: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    shape([("enum", top.into())])
}

/// A table whose keys are free, but for those that slid into it from the top of the file.
fn open_table(generator: &mut SchemaGenerator) -> Schema {
    shape([("type", "object".into()), ("propertyNames", json!({ "not": generator.subschema_for::<KeyOfTheTop>() }))])
}

fn vars(generator: &mut SchemaGenerator) -> Schema {
    let number = shape([("type", "number".into())]);
    let mut table = open_table(generator);
    table.insert("additionalProperties".into(), either(either(plain_text(), number), by_language()).to_value());
    if let Some(Value::Object(names)) = table.get_mut("propertyNames") {
        names.insert("pattern".into(), "^[A-Za-z0-9_-]+$".into());
    }
    table
}

/// `{ prefix = "…" }`, `{ glob = "…" }` or `{ regex = "…" }`, one of them.
fn pattern(_: &mut SchemaGenerator) -> Schema {
    let text = |about: &str| json!({ "description": about, "type": "string", "minLength": 1 });
    let properties = json!({
        "prefix": text("Names that begin so: `_ga_` is shown as `_ga_*`."),
        "glob": text("Names with `*` and `?` in them: `_hj*`."),
        "regex": text("Names that a regular expression fits: `^_ga_`."),
    });
    shape([
        ("type", "object".into()),
        ("properties", properties),
        ("additionalProperties", false.into()),
        ("minProperties", 1.into()),
        ("maxProperties", 1.into()),
    ])
}
