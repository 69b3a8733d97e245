//! Reads the register's keys of one file: `provider`, `cookie`, `category`, `table`, `label`.

use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::duration::Duration;
use crate::language::{Category, Column, Kind, Party};
use crate::layer::{Fields, LocalText, Reader, Scalar, Sourced};
use crate::name::{CookieId, NameError, ProviderId, TableId};
use crate::register::pattern::is_balanced;
use crate::register::spec::{
    ByPlace, CategorySpec, CookieSpec, DurationSpec, Labels, ProviderSpec, RegisterSpec, TableSpec,
};
use crate::register::{Host, NamePattern};
use crate::suggest::did_you_mean;

type Value<'i> = Spanned<DeValue<'i>>;

/// Reads the register's keys out of the fields of a whole file.
pub(crate) fn decode_register(fields: &mut Fields<'_, '_>, reader: &mut Reader<'_>) -> RegisterSpec {
    let mut register = RegisterSpec::default();
    if let Some(value) = fields.get("provider") {
        register.providers = named_tables(reader, value, ProviderId::new, provider);
    }
    if let Some(value) = fields.get("cookie") {
        register.cookies = cookies(reader, value);
    }
    if let Some(table) = fields.get("category").and_then(|value| reader.table(value, "a table of categories")) {
        register.categories = categories(reader, table);
    }
    if let Some(value) = fields.get("table") {
        register.tables = named_tables(reader, value, TableId::new, table);
    }
    if let Some(value) = fields.get("label") {
        register.labels = labels(reader, value);
    }
    register
}

/// A table of tables, each under a name that `name` checks.
fn named_tables<K: Eq + std::hash::Hash, V>(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    name: fn(&str) -> Result<K, NameError>,
    read: fn(&mut Reader<'_>, &DeTable<'_>) -> V,
) -> IndexMap<K, Arc<V>> {
    let mut named = IndexMap::new();
    let Some(table) = reader.table(value, "a table of tables, one under each id") else { return named };
    for (key, value) in table {
        let name = checked_name(reader, key, name);
        let Some(inner) = reader.table(value, "a table") else { continue };
        let inner = read(reader, inner);
        if let Some(name) = name {
            named.insert(name, Arc::new(inner));
        }
    }
    named
}

fn checked_name<K>(
    reader: &mut Reader<'_>,
    key: &Spanned<DeString<'_>>,
    name: fn(&str) -> Result<K, NameError>,
) -> Option<K> {
    name(key.get_ref()).map_err(|error| reader.error("bad-name", key.span(), error.to_string())).ok()
}

fn provider(reader: &mut Reader<'_>, table: &DeTable<'_>) -> ProviderSpec {
    let mut fields = Fields::new(table, "a provider");
    let spec = ProviderSpec {
        name: local(reader, &mut fields, "name"),
        url: fields.get("url").and_then(|value| reader.text(value)),
        privacy: fields.get("privacy").and_then(|value| reader.text(value)),
        country: fields.get("country").and_then(|value| reader.text(value)),
    };
    fields.finish(reader);
    spec
}

/// A field that may differ by language; empty if it is not there.
fn local(reader: &mut Reader<'_>, fields: &mut Fields<'_, '_>, key: &'static str) -> LocalText {
    fields.get(key).and_then(|value| reader.local_text(value)).unwrap_or_default()
}

fn cookies(reader: &mut Reader<'_>, value: &Value<'_>) -> IndexMap<CookieId, Arc<CookieSpec>> {
    let mut cookies = IndexMap::new();
    let expected = "a table of providers: `cookie.PROVIDER.SLUG.purpose`";
    let Some(providers) = reader.table(value, expected) else { return cookies };
    for (provider, value) in providers {
        let Some(slugs) = reader.table(value, "a table of cookies: `cookie.PROVIDER.SLUG.purpose`") else { continue };
        for (slug, value) in slugs {
            let Some(table) = reader.table(value, "a cookie's fields: `cookie.PROVIDER.SLUG.purpose`") else {
                continue;
            };
            let spec = cookie(reader, slug, table);
            match CookieId::new(provider.get_ref(), slug.get_ref()) {
                Ok(id) => {
                    cookies.insert(id, Arc::new(spec));
                }
                Err(error) => reader.error("bad-name", slug.span(), error.to_string()),
            }
        }
    }
    cookies
}

fn cookie(reader: &mut Reader<'_>, slug: &Spanned<DeString<'_>>, table: &DeTable<'_>) -> CookieSpec {
    let mut fields = Fields::new(table, "a cookie");
    let mut further = IndexMap::new();
    let readers: [FactReader; 3] = [("third_party_access", any), ("consent_mode", any), ("iab", iab)];
    for (key, read) in readers {
        if let Some(value) = fields.get(key).and_then(|value| read(reader, value)) {
            further.insert(key, value);
        }
    }
    let spec = CookieSpec {
        declared: reader.origin(slug.span()),
        names: fields.get("names").and_then(|value| reader.list(value, name_pattern)),
        category: fields.get("category").and_then(|value| reader.text(value)),
        kind: fields.get("kind").and_then(|value| reader.word(value, &words(Kind::ALL, Kind::as_str), Kind::from_word)),
        service: local(reader, &mut fields, "service"),
        purpose: local(reader, &mut fields, "purpose"),
        duration: fields.get("duration").map(|value| duration(reader, value)).unwrap_or_default(),
        hosts: fields.get("hosts").and_then(|value| reader.list(value, host)),
        link: local(reader, &mut fields, "link"),
        location: local(reader, &mut fields, "location"),
        opt_out: local(reader, &mut fields, "opt_out"),
        legal_basis: local(reader, &mut fields, "legal_basis"),
        cell: fields.get("cell").map(|value| labels(reader, value)).unwrap_or_default(),
        party: fields
            .get("party")
            .and_then(|value| reader.word(value, &words(Party::ALL, Party::as_str), Party::from_word)),
        role: fields.get("role").and_then(|value| reader.text(value)),
        data_retention: fields.get("data_retention").and_then(|value| plain_duration(reader, value)),
        consent: fields.get("consent").and_then(|value| consent(reader, value)),
        further,
    };
    fields.finish(reader);
    spec
}

/// The key of a fact that no page shows, and what reads it.
type FactReader = (&'static str, fn(&mut Reader<'_>, &Value<'_>) -> Option<Sourced<Scalar>>);

fn any(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Scalar>> {
    reader.scalar(value)
}

/// Facts about consent, of any form but for what is decided by: it would be passed over in silence.
fn consent(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Scalar>> {
    let table = reader.table(value, "facts about consent such as { required = true }")?;
    if let Some(required) = table.get("required") {
        reader.boolean(required)?;
    }
    reader.scalar(value)
}

/// What IAB's framework says of a cookie, of any form but for what its export reads.
fn iab(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Scalar>> {
    let table = reader.table(value, "facts such as { purposes = [1, 8], opt_out = true }")?;
    let before = reader.diagnostics.len();
    for purposes in ["purposes", "special_purposes"].iter().filter_map(|key| table.get(*key)) {
        reader.list(purposes, |reader, number| reader.integer(number));
    }
    if let Some(opt_out) = table.get("opt_out") {
        reader.boolean(opt_out);
    }
    if reader.diagnostics.len() > before { None } else { reader.scalar(value) }
}

/// A closed list of words, for messages.
fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|item| word(*item)).collect()
}

/// The key of a kind of pattern, and what makes it.
type PatternKind = (&'static str, fn(Arc<str>) -> NamePattern);

fn name_pattern(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<NamePattern> {
    if value.get_ref().is_str() {
        let name = reader.text(value)?;
        if let Some(reason) = NamePattern::name_error(&name.value) {
            reader.error("bad-cookie-name", value.span(), reason);
            return None;
        }
        return Some(NamePattern::Exact(name.value));
    }
    let table = reader.table(value, "a name, or { prefix = \"…\" }, { glob = \"…\" }, { regex = \"…\" }")?;
    let mut fields = Fields::new(table, "a pattern of names");
    let kinds: [PatternKind; 3] =
        [("prefix", NamePattern::Prefix), ("glob", NamePattern::Glob), ("regex", NamePattern::Regex)];
    let before = reader.diagnostics.len();
    let mut patterns = Vec::new();
    for (key, pattern) in kinds {
        let Some(text) = fields.get(key).and_then(|value| reader.text(value)) else { continue };
        let unbalanced = (key == "regex" && !is_balanced(&text.value))
            .then(|| "the brackets of the expression do not close".to_owned());
        if let Some(reason) = NamePattern::name_error(&text.value).or(unbalanced) {
            reader.error("bad-cookie-name", text.origin.span, reason);
        } else {
            patterns.push(pattern(text.value));
        }
    }
    fields.finish(reader);
    let complained = reader.diagnostics.len() > before;
    if patterns.len() != 1 && !complained {
        let message = "a pattern of names is one of { prefix = \"…\" }, { glob = \"…\" }, { regex = \"…\" }";
        reader.error("bad-cookie-name", value.span(), message);
        return None;
    }
    patterns.pop()
}

fn host(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Host> {
    let text = reader.text(value)?;
    Host::new(&text.value).map_err(|reason| reader.error("bad-host", value.span(), reason)).ok()
}

fn plain_duration(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Duration>> {
    let text = reader.text(value)?;
    match Duration::parse(&text.value) {
        Ok(duration) => Some(Sourced { value: duration, origin: text.origin }),
        Err(error) => {
            let hint = "write a number and a unit such as \"14 days\" or \"6 mois\", or \"session\"; text that is no \
                        duration goes into { raw = \"…\" } or { until = \"…\" }";
            reader.error_with_hint("bad-duration", value.span(), (error.to_string(), Some(hint.into())));
            None
        }
    }
}

fn duration(reader: &mut Reader<'_>, value: &Value<'_>) -> DurationSpec {
    let Some(table) = value.get_ref().as_table() else {
        return DurationSpec { is: plain_duration(reader, value), ..DurationSpec::default() };
    };
    let mut fields = Fields::new(table, "a duration");
    let until = local(reader, &mut fields, "until");
    let raw = local(reader, &mut fields, "raw");
    let spec = DurationSpec {
        is: fields.get("is").and_then(|value| plain_duration(reader, value)),
        kept_raw: until.is_empty() && !raw.is_empty(),
        text: if until.is_empty() { raw } else { until },
        source: fields.get("source").and_then(|value| reader.text(value)),
        verified: fields.get("verified").and_then(|value| reader.boolean(value)),
        refresh: fields.get("refresh").and_then(|value| reader.boolean(value)),
        bound: fields.get("bound").and_then(|value| reader.boolean(value)),
        by: fields.get("by").and_then(|value| by_place(reader, value)),
    };
    fields.finish(reader);
    spec
}

/// `{ EEA = "13 months", other = "24 months" }`
fn by_place(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<ByPlace>> {
    let table = reader.table(value, "durations by place, such as { EEA = \"13 months\", other = \"24 months\" }")?;
    let mut places = Vec::new();
    for (place, value) in table {
        places.push((Arc::from(&**place.get_ref()), plain_duration(reader, value)?.value));
    }
    Some(Sourced { value: places, origin: reader.origin(value.span()) })
}

fn categories(reader: &mut Reader<'_>, table: &DeTable<'_>) -> IndexMap<Arc<str>, CategorySpec> {
    let mut categories = IndexMap::new();
    for (key, value) in table {
        let Some(inner) = reader.table(value, "a category such as { is = \"analytics\", label.fr = \"Analytique\" }")
        else {
            continue;
        };
        let mut fields = Fields::new(inner, "a category");
        let spec = CategorySpec {
            is: fields
                .get("is")
                .and_then(|value| reader.word(value, &words(Category::ALL, Category::as_str), Category::from_word)),
            label: local(reader, &mut fields, "label"),
        };
        fields.finish(reader);
        categories.insert(Arc::from(&**key.get_ref()), spec);
    }
    categories
}

/// Texts by column, then by language: labels, and literal cells.
fn labels(reader: &mut Reader<'_>, value: &Value<'_>) -> Labels {
    let mut labels = Labels::new();
    let Some(table) = reader.table(value, "texts by column, such as { purpose.fr = \"Finalité\" }") else {
        return labels;
    };
    for (key, value) in table {
        let Some(column) = Column::from_word(key.get_ref()) else {
            unknown_column(reader, key.span(), key.get_ref());
            continue;
        };
        if let Some(text) = reader.local_text(value) {
            labels.insert(column, text);
        }
    }
    labels
}

fn unknown_column(reader: &mut Reader<'_>, span: std::ops::Range<usize>, found: &str) {
    let known = words(Column::ALL, Column::as_str);
    let message = format!("`{found}` is no column: expected one of {}", known.join(", "));
    reader.error_with_hint("unknown-column", span, (message, did_you_mean(found, known)));
}

fn column(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Column>> {
    let text = reader.text(value)?;
    let column = Column::from_word(&text.value);
    if column.is_none() {
        unknown_column(reader, value.span(), &text.value);
    }
    Some(Sourced { value: column?, origin: text.origin })
}

/// Columns, at least one and each once.
fn columns(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Vec<Sourced<Column>>>> {
    let columns = reader.list(value, column)?;
    if value.get_ref().as_array().is_some_and(|items| items.is_empty()) {
        reader.error("bad-value", value.span(), "a table has at least one column");
    }
    for (index, column) in columns.value.iter().enumerate() {
        if columns.value[..index].iter().any(|earlier| earlier.value == column.value) {
            reader.error("bad-value", column.origin.span, format!("the column `{}` is there already", column.value));
        }
    }
    Some(columns)
}

pub(crate) fn cookie_id(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<CookieId>> {
    let text = reader.text(value)?;
    match CookieId::parse(&text.value) {
        Ok(id) => Some(Sourced { value: id, origin: text.origin }),
        Err(error) => {
            reader.error("bad-name", value.span(), error.to_string());
            None
        }
    }
}

fn table(reader: &mut Reader<'_>, table: &DeTable<'_>) -> TableSpec {
    let mut fields = Fields::new(table, "a table");
    let spec = TableSpec {
        title: local(reader, &mut fields, "title"),
        intro: local(reader, &mut fields, "intro"),
        columns: fields.get("columns").and_then(|value| columns(reader, value)),
        like: fields.get("like").and_then(|value| table_id(reader, value)),
        labels: fields.get("label").map(|value| labels(reader, value)).unwrap_or_default(),
        rows: fields.get("rows").and_then(|value| reader.list(value, cookie_id)),
        add: rows(reader, fields.get("add")),
        drop: rows(reader, fields.get("drop")),
        hidden_rows: Vec::new(),
    };
    fields.finish(reader);
    spec
}

fn rows(reader: &mut Reader<'_>, value: Option<&Value<'_>>) -> Vec<Sourced<CookieId>> {
    value.and_then(|value| reader.list(value, cookie_id)).map(|list| list.value).unwrap_or_default()
}

fn table_id(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<TableId>> {
    let text = reader.text(value)?;
    match TableId::new(&text.value) {
        Ok(id) => Some(Sourced { value: id, origin: text.origin }),
        Err(error) => {
            reader.error("bad-name", value.span(), error.to_string());
            None
        }
    }
}
