//! The columns of a roster: the key that each one stands for, and what may stand in its cells.
//!
//! What a key takes is asked of the decoder itself, once a column: it is given a value of each kind. So a new key of
//! `site.toml` is a new column without a word here, and a wrong column is told once and not in each row.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::cell::insert;
use crate::diagnostic::{Diagnostic, Subject};
use crate::layer::Reader;
use crate::layer::decode::{Holder, decode_table};
use crate::layer::secrets::is_secret_key;
use crate::source::{Place, Source, Span};

/// The column that says whose row it is.
pub(super) const ID: &str = "id";

/// Most columns of one roster.
pub(super) const MOST_COLUMNS: usize = 1_000;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Boolean,
    Integer,
    Float,
    Date,
    List,
    Table,
}

/// A value of each kind, in TOML.
const PROBES: [(Kind, &str); 7] = [
    (Kind::Text, "\"x\""),
    (Kind::Boolean, "true"),
    (Kind::Integer, "1"),
    (Kind::Float, "1.5"),
    (Kind::Date, "2026-01-01"),
    (Kind::List, "[]"),
    (Kind::Table, "{}"),
];

/// A column, or a key of the lines of a `.jsonl`.
#[derive(Debug)]
pub(super) struct Column {
    /// The key as it is written.
    pub(super) name: String,
    /// The key, part by part.
    pub(super) path: Vec<String>,
    /// The kinds of values that the key takes.
    pub(super) kinds: Vec<Kind>,
    /// Why nothing may stand in it.
    pub(super) problem: Option<Diagnostic>,
}

impl Column {
    /// Whether it tells who a row is about.
    pub(super) fn is_id(&self) -> bool {
        self.path == [ID]
    }

    /// Whether its cells must not be shown.
    pub(super) fn is_secret(&self) -> bool {
        self.path.iter().any(|part| is_secret_key(part))
    }
}

/// The columns of a roster, in their order.
#[derive(Debug)]
pub(super) struct Columns {
    source: Arc<Source>,
    holder: Holder,
    list: Vec<Column>,
    by_path: BTreeMap<Vec<String>, usize>,
}

impl Columns {
    pub(super) fn new(source: &Arc<Source>, holder: Holder) -> Columns {
        Columns { source: Arc::clone(source), holder, list: Vec::new(), by_path: BTreeMap::new() }
    }

    pub(super) fn list(&self) -> &[Column] {
        &self.list
    }

    /// The column of a key; one that has not been met yet is looked at. Beyond the limit it is the last one.
    pub(super) fn of(&mut self, path: &[String], written: Range<usize>) -> usize {
        match self.by_path.get(path) {
            Some(index) => *index,
            None => self.add((path.join("."), path.to_vec()), written),
        }
    }

    /// Adds the column that a header names.
    pub(super) fn add_header(&mut self, header: &str, written: Range<usize>) -> usize {
        let path = dotted(header);
        match self.by_path.get(&path) {
            Some(first) => {
                let message = format!("the column `{}` stands twice", self.list[*first].name);
                let problem = Diagnostic::error("duplicate-column", message).at(self.place(written));
                self.push((header.to_owned(), path), (Vec::new(), Some(problem)))
            }
            None => self.add((header.to_owned(), path), written),
        }
    }

    /// The column of a key that has been met.
    pub(super) fn known(&self, path: &[String]) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// Whose settings the rows are.
    pub(super) fn holder(&self) -> Holder {
        self.holder
    }

    /// Whether there are more columns than a roster may have.
    pub(super) fn are_too_many(&self) -> bool {
        self.list.len() > MOST_COLUMNS
    }

    fn add(&mut self, (name, path): (String, Vec<String>), written: Range<usize>) -> usize {
        if self.are_too_many() {
            return self.list.len() - 1;
        }
        let known = if name.is_empty() {
            let problem = Diagnostic::error("unnamed-column", "the column has no name, and cells of it are filled");
            let hint = "name the key that its cells are for, or empty them";
            (Vec::new(), Some(problem.at(self.place(written)).hint(hint)))
        } else if path == [ID] {
            (vec![Kind::Text], None)
        } else {
            self.kinds(&path, written)
        };
        self.push((name, path), known)
    }

    fn push(
        &mut self,
        (name, path): (String, Vec<String>),
        (kinds, problem): (Vec<Kind>, Option<Diagnostic>),
    ) -> usize {
        let index = self.list.len();
        self.by_path.entry(path.clone()).or_insert(index);
        self.list.push(Column { name, path, kinds, problem });
        index
    }

    fn place(&self, written: Range<usize>) -> Place {
        Place::new(&self.source, written)
    }

    /// What a key takes, or why it is none.
    fn kinds(&self, path: &[String], written: Range<usize>) -> (Vec<Kind>, Option<Diagnostic>) {
        let mut kinds = Vec::new();
        let mut refusal = None;
        for (kind, probe) in PROBES {
            let problems = self.probe(path, (&written, probe));
            let of_key = |problem: &&Diagnostic| match &problem.subject {
                Subject::Place(place) => place.span == Span::from(written.clone()),
                Subject::File(_) | Subject::Run => true,
            };
            if let Some(problem) = problems.iter().filter(|problem| problem.is_error()).find(of_key) {
                return (Vec::new(), Some(problem.clone()));
            }
            match problems.into_iter().find(|problem| problem.code == "wrong-type") {
                None => kinds.push(kind),
                Some(problem) => refusal = refusal.or(Some(problem)),
            }
        }
        // A key that takes nothing lies below one that takes no table.
        let problem = refusal.filter(|_| kinds.is_empty()).map(|problem| problem.at(self.place(written)));
        (kinds, problem)
    }

    /// What the decoder says of a value for a key. Its place is the end of the file, so that it is told from the key's.
    fn probe(&self, path: &[String], (key, value): (&Range<usize>, &str)) -> Vec<Diagnostic> {
        let end = self.source.text().len();
        let mut problems = Vec::new();
        let Ok(value) = DeValue::parse(value) else { return problems };
        let mut table = DeTable::new();
        let value = Spanned::new(end..end, value.into_inner());
        if insert(&mut table, path, (key, value)).is_ok() {
            let mut reader = Reader { source: &self.source, index: 0, diagnostics: &mut problems };
            decode_table(&mut reader, &table, self.holder);
        }
        problems
    }
}

/// The parts of a dotted key; parts with dots in them stand between quotation marks, as in TOML.
pub(super) fn dotted(key: &str) -> Vec<String> {
    let plain = || key.split('.').map(|part| part.trim().to_owned()).collect();
    if !key.contains(['"', '\'']) || key.contains(['\n', '=', '#']) {
        return plain();
    }
    let text = format!("{key} = 0");
    let Ok(table) = DeTable::parse(&text) else { return plain() };
    let mut parts = Vec::new();
    let mut inner: &DeTable<'_> = table.get_ref();
    while let Some((part, value)) = inner.iter().next() {
        parts.push(part.get_ref().to_string());
        match value.get_ref().as_table() {
            Some(below) => inner = below,
            None => break,
        }
    }
    parts
}
