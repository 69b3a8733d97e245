//! JSON Schemas of the TOML files that people write, made from the types that these files are read into, and of the
//! register that sites publish.
//!
//! An editor that knows them completes keys, shows what each means and marks what is wrong while one types. They say
//! what a file alone can tell: the program still checks all that depends on other files, and some things that a schema
//! cannot say. A schema is never stricter than the program.
//!
//! Draft 07, which taplo, and with it most editors of TOML, understands. A date of TOML is a string there. Who may set a
//! key at the top, and what it means, is taken from [`KEYS`]. Nothing here writes a file.

pub(crate) mod params;
mod shape;
mod tidy;
pub(crate) mod values;

use indexmap::IndexMap;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::artifact::RegisterFile;
use crate::layer::{KEYS, Key, LayerSpec, Owner};
use crate::path::SourcePath;
use crate::theme::ThemeSpec;

pub(crate) use shape::{choices_to_words, words};

/// The folder of a workspace that holds the schemas.
pub const FOLDER: &str = ".schemas";

/// What tells that a key is the operator's.
const TRUSTED: &str = "; only for tenants below a group that says `trust_tenants = true`";

/// A kind of file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `site.toml`, a tenant.
    Site,
    /// `group.toml`, what a folder of tenants shares.
    Group,
    /// `cookies.toml`, the register of a layer.
    Cookies,
    /// `theme.toml`, a theme and its parameters.
    Theme,
    /// `strings/<lang>.toml`, a theme's words in one language.
    Strings,
    /// `cookies.json`, the register that a site publishes. No one writes it; programs read it.
    Register,
}

impl FileKind {
    /// Every kind.
    pub const ALL: &'static [FileKind] =
        &[Self::Site, Self::Group, Self::Cookies, Self::Theme, Self::Strings, Self::Register];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            FileKind::Site => "site",
            FileKind::Group => "group",
            FileKind::Cookies => "cookies",
            FileKind::Theme => "theme",
            FileKind::Strings => "strings",
            FileKind::Register => "register",
        }
    }

    /// The kind that a word of the command line means.
    pub fn from_word(word: &str) -> Option<FileKind> {
        FileKind::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// The kind of a file of a workspace.
    pub fn of(path: &SourcePath) -> Option<FileKind> {
        let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        match path.file_name() {
            "site.toml" => Some(FileKind::Site),
            "group.toml" => Some(FileKind::Group),
            "cookies.toml" => Some(FileKind::Cookies),
            "theme.toml" => Some(FileKind::Theme),
            name if name.ends_with(".toml") && folder.ends_with("/strings") => Some(FileKind::Strings),
            _ => None,
        }
    }

    /// The files of this kind.
    pub const fn files(self) -> &'static str {
        match self {
            FileKind::Site => "site.toml",
            FileKind::Group => "group.toml",
            FileKind::Cookies => "cookies.toml",
            FileKind::Theme => "theme.toml",
            FileKind::Strings => "strings/<lang>.toml",
            FileKind::Register => "cookies.json",
        }
    }

    /// The name of its schema in [`FOLDER`].
    pub const fn schema_name(self) -> &'static str {
        match self {
            FileKind::Site => "site.json",
            FileKind::Group => "group.json",
            FileKind::Cookies => "cookies.json",
            FileKind::Theme => "theme.json",
            FileKind::Strings => "strings.json",
            FileKind::Register => "register.json",
        }
    }

    /// What such a file is, for the head of its schema.
    const fn description(self) -> &'static str {
        match self {
            FileKind::Site => "A tenant: who it is, and what it says differently from the groups above it.",
            FileKind::Group => "What the tenants and groups below this folder share.",
            FileKind::Cookies => "The register of this layer: providers, cookies and cookie tables.",
            FileKind::Theme => "A theme: its name, the theme that it extends, and the parameters that tenants may set.",
            FileKind::Strings => "The words of a theme in one language, by the names that its templates use.",
            FileKind::Register => {
                "The register of a tenant, as its site publishes it: tables and cookies for machines."
            }
        }
    }

    /// Whether a key at the top may stand in such a file of a layer.
    fn holds(self, key: &Key) -> bool {
        match self {
            FileKind::Site => key.owner != Owner::Group,
            FileKind::Group => key.owner != Owner::Tenant,
            FileKind::Cookies => key.register,
            FileKind::Theme | FileKind::Strings | FileKind::Register => false,
        }
    }
}

/// Every schema: the kind of file, the name of the schema in [`FOLDER`], and its text.
pub fn all() -> Vec<(FileKind, &'static str, String)> {
    FileKind::ALL.iter().map(|kind| (*kind, kind.schema_name(), text(*kind))).collect()
}

/// The schema of a kind of file as JSON, with a line break at its end.
pub fn text(kind: FileKind) -> String {
    format!("{:#}\n", schema(kind).to_value())
}

/// The schema of a kind of file.
fn schema(kind: FileKind) -> Schema {
    let mut schema = match kind {
        FileKind::Site | FileKind::Group | FileKind::Cookies => layer(kind),
        FileKind::Theme => generated::<ThemeSpec>(),
        FileKind::Strings => generated::<IndexMap<String, String>>(),
        FileKind::Register => published(),
    };
    let mut whole = Map::new();
    let object = schema.ensure_object();
    tidy::write_out_references(object);
    tidy::drop_unused_definitions(object);
    whole.insert("$schema".into(), object.shift_remove("$schema").unwrap_or_default());
    whole.insert("title".into(), kind.files().into());
    whole.insert("description".into(), kind.description().into());
    for (keyword, value) in std::mem::take(object) {
        whole.entry(keyword).or_insert(value);
    }
    whole.into()
}

/// The schema of a type, in the form of all of ours.
fn generated<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft07()
        .with_transform(RecursiveTransform(tidy::without_null))
        .with_transform(RecursiveTransform(tidy::plain_words));
    settings.into_generator().into_root_schema_for::<T>()
}

/// The schema of `cookies.json`, which is written and not read: what may be left out is not required. Further fields may
/// come, so other names are no mistake.
fn published() -> Schema {
    let settings = SchemaSettings::draft07().for_serialize().with_transform(RecursiveTransform(tidy::without_null));
    settings.into_generator().into_root_schema_for::<RegisterFile>()
}

/// The keys of a layer that may stand in this file.
fn layer(kind: FileKind) -> Schema {
    let mut schema = generated::<LayerSpec>();
    let object = schema.ensure_object();
    let mut known = match object.shift_remove("properties") {
        Some(Value::Object(known)) => known,
        _ => Map::new(),
    };
    let mut properties = Map::new();
    for key in KEYS.iter().filter(|key| kind.holds(key)) {
        if let Some(mut property) = known.shift_remove(key.name) {
            property["description"] = meaning(kind, key).into();
            properties.insert(key.name.into(), property);
        }
    }
    object.insert("properties".into(), properties.into());
    object.insert("additionalProperties".into(), false.into());
    if kind == FileKind::Site {
        object.insert("required".into(), json!(["name", "base_url"]));
    }
    schema
}

/// What a key at the top means, as a sentence.
fn meaning(kind: FileKind, key: &Key) -> String {
    let trusted = if kind == FileKind::Site && key.owner == Owner::Operator { TRUSTED } else { "" };
    let mut letters = key.meaning.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{trusted}", letters.as_str())
}
