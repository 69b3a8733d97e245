//! From cells to the TOML values that the decoder reads.
//!
//! A cell is text. Where its key takes a list, a date, a number, a table, or true and false, it is TOML, if it can be
//! read as such; words without brackets are a list too. Nothing is copied: values borrow from the cells.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::column::{Column, Kind};
use super::json::{Given, Node};

/// A cell that is not empty.
#[derive(Debug)]
pub(super) struct Cell<'s> {
    /// The index of its column.
    pub(super) column: usize,
    /// What stands in it.
    pub(super) node: Node<'s>,
}

type Value<'c> = Spanned<DeValue<'c>>;

/// The cells of a row as the table that a `site.toml` with these keys would be, without those of columns that are wrong.
/// The index of a cell for whose key another cell has left no room is an error.
pub(super) fn table<'c>(cells: &'c [Cell<'_>], columns: &'c [Column], text: &str) -> Result<DeTable<'c>, usize> {
    let mut table = DeTable::new();
    for (index, cell) in cells.iter().enumerate() {
        let Some(column) = columns.get(cell.column).filter(|column| !column.is_id() && column.problem.is_none()) else {
            continue;
        };
        let value = value(&cell.node, &column.kinds, text);
        insert(&mut table, &column.path, (&cell.node.span, value)).map_err(|()| index)?;
    }
    Ok(table)
}

/// Puts a value where its key leads; all parts of the key get one place.
pub(super) fn insert<'c>(
    table: &mut DeTable<'c>,
    path: &'c [String],
    (place, value): (&Range<usize>, Value<'c>),
) -> Result<(), ()> {
    let Some((first, rest)) = path.split_first() else { return Err(()) };
    let key = || Spanned::new(place.clone(), Cow::Borrowed(first.as_str()));
    if rest.is_empty() {
        if table.contains_key(first.as_str()) {
            return Err(());
        }
        table.insert(key(), value);
        return Ok(());
    }
    if !table.contains_key(first.as_str()) {
        table.insert(key(), Spanned::new(place.clone(), DeValue::Table(DeTable::new())));
    }
    match table.get_mut(first.as_str()).map(Spanned::get_mut) {
        Some(DeValue::Table(inner)) => insert(inner, rest, (place, value)),
        _ => Err(()),
    }
}

/// The value of a cell for a key that takes some kinds of values.
fn value<'c>(node: &'c Node<'_>, kinds: &[Kind], text: &str) -> Value<'c> {
    match &node.given {
        Given::Text(written) => Spanned::new(node.span.clone(), of_text(written, kinds, (&node.span, text))),
        Given::Literal(written) => literal(written, node),
        Given::List(items) => {
            let items = items.iter().map(|item| value(item, &[Kind::Text], text)).collect();
            Spanned::new(node.span.clone(), DeValue::Array(items))
        }
        Given::Table(entries) => {
            let entry = |(key, node): &'c (Cow<'_, str>, Node<'_>)| {
                (Spanned::new(node.span.clone(), Cow::Borrowed(&**key)), value(node, &[Kind::Text], text))
            };
            Spanned::new(node.span.clone(), DeValue::Table(entries.iter().map(entry).collect()))
        }
    }
}

/// A number or a word of JSON, which TOML writes alike; one that it does not is text, and refused as such.
fn literal<'c>(written: &'c str, node: &Node<'_>) -> Value<'c> {
    let parsed = DeValue::parse(written).map(Spanned::into_inner);
    Spanned::new(node.span.clone(), parsed.unwrap_or(DeValue::String(Cow::Borrowed(written))))
}

fn of_text<'c>(written: &'c str, kinds: &[Kind], place: (&Range<usize>, &str)) -> DeValue<'c> {
    let takes = |kind: Kind| kinds.contains(&kind);
    let trimmed = written.trim();
    if takes(Kind::Boolean)
        && let Some(found) = boolean(trimmed)
    {
        return DeValue::Boolean(found);
    }
    // Where text is fine, only what is written as nothing else is taken for a list or a table.
    let may_be_toml = !takes(Kind::Text) || trimmed.starts_with(['[', '{']);
    if may_be_toml
        && let Ok(parsed) = DeValue::parse(trimmed)
        && takes(kind_of(parsed.get_ref()))
    {
        return moved(parsed, (trimmed, place)).into_inner();
    }
    if takes(Kind::List) && !takes(Kind::Text) && !trimmed.starts_with(['[', '{']) {
        let words =
            trimmed.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|word| !word.is_empty());
        let item = |word: &'c str| Spanned::new(place.0.clone(), DeValue::String(Cow::Borrowed(word)));
        return DeValue::Array(words.map(item).collect());
    }
    DeValue::String(Cow::Borrowed(written))
}

/// Spreadsheets write these words in capitals.
fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn kind_of(value: &DeValue<'_>) -> Kind {
    match value {
        DeValue::String(_) => Kind::Text,
        DeValue::Integer(_) => Kind::Integer,
        DeValue::Float(_) => Kind::Float,
        DeValue::Boolean(_) => Kind::Boolean,
        DeValue::Datetime(_) => Kind::Date,
        DeValue::Array(_) => Kind::List,
        DeValue::Table(_) => Kind::Table,
    }
}

/// A value that was read from a cell, with its places in the file: exact where the cell stands there as it is, and the
/// whole cell where quotation marks were taken out of it.
fn moved<'c>(value: Value<'c>, (cell, (span, text)): (&str, (&Range<usize>, &str))) -> Value<'c> {
    let start = (cell.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    let start = start.filter(|start| *start >= span.start && start + cell.len() <= span.end);
    relocate(value, &|inner: Range<usize>| match start {
        Some(start) => start + inner.start..start + inner.end,
        None => span.clone(),
    })
}

fn relocate<'c>(value: Value<'c>, place: &dyn Fn(Range<usize>) -> Range<usize>) -> Value<'c> {
    let span = place(value.span());
    let inner = match value.into_inner() {
        DeValue::Array(items) => DeValue::Array(items.into_iter().map(|item| relocate(item, place)).collect()),
        DeValue::Table(table) => {
            let entry = |(key, value): (Spanned<Cow<'c, str>>, Value<'c>)| {
                (Spanned::new(place(key.span()), key.into_inner()), relocate(value, place))
            };
            DeValue::Table(table.into_iter().map(entry).collect())
        }
        other => other,
    };
    Spanned::new(span, inner)
}
