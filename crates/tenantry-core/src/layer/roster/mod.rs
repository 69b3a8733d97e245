//! Rosters: tenants from a file, one a row.
//!
//! ```text
//! file ── csv, json ──> cells with places ── column, cell ──> TOML with places ── decode ──> LayerSpec
//! ```
//!
//! A row becomes what a `site.toml` with its cells as dotted keys would be, and is decoded by the same code, so every
//! rule and message of `site.toml` holds. No text is made of it: the values keep the bytes of their cells, and all rows
//! share one [`Source`]. Nothing here opens a file.

mod cell;
mod column;
mod csv;
mod document;
mod gather;
mod json;

use std::ops::Range;
use std::sync::Arc;

use self::cell::{Cell, table};
use self::column::Columns;
use self::csv::{Field, Splitter};
use self::json::{Given, Node};
use crate::diagnostic::Diagnostic;
use crate::digest::{Digest, Digester};
use crate::layer::decode::{Holder, decode_table};
use crate::layer::{LayerSpec, Reader};
use crate::source::{Place, Source, Span};

pub use document::name_columns;
pub(crate) use document::with_row;

/// How the rows of a roster are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::layer) enum RosterFormat {
    /// Cells between commas, semicolons or tabs; the first line names the columns.
    Csv,
    /// A JSON object on each line.
    JsonLines,
}

impl RosterFormat {
    /// The format of a file, by its name.
    pub(in crate::layer) fn of(name: &str) -> Option<RosterFormat> {
        match name.rsplit_once('.')? {
            ("", _) => None,
            (_, "csv") => Some(RosterFormat::Csv),
            (_, "jsonl") => Some(RosterFormat::JsonLines),
            _ => None,
        }
    }
}

/// A roster, split into rows, which are not decoded yet.
#[derive(Debug)]
pub struct Roster {
    source: Arc<Source>,
    layout: Layout,
    columns: Columns,
    /// The tenants, one for each id, in the order of the file.
    pub tenants: Vec<RosterRow>,
    /// What is wrong with rows whose id cannot be read.
    pub problems: Vec<Diagnostic>,
}

/// A tenant of a roster.
#[derive(Debug)]
pub struct RosterRow {
    /// Its id, unchecked.
    pub id: String,
    /// Where the id stands.
    pub id_span: Span,
    /// Its row.
    pub span: Span,
    /// Why the row cannot be used.
    pub faults: Vec<Diagnostic>,
}

/// Decodes rows, one after the other.
#[derive(Debug)]
pub struct RowDecoder<'r> {
    roster: &'r Roster,
    rows: Rows,
}

/// How rows are laid out.
#[derive(Debug, Clone, Copy)]
enum Layout {
    /// Cells between delimiters, as many as there are names, and a digest of the names.
    Csv {
        delimiter: u8,
        names: usize,
        header: Digest,
    },
    JsonLines,
}

/// Finds the cells of rows.
#[derive(Debug)]
enum Rows {
    Csv { splitter: Box<Splitter>, names: usize },
    JsonLines,
}

impl Roster {
    /// Splits a roster. `None` if none of its rows can be read, and `diagnostics` tells why.
    ///
    /// `holder` tells whether its tenants are trusted.
    pub fn read(source: &Arc<Source>, holder: Holder, diagnostics: &mut Vec<Diagnostic>) -> Option<Roster> {
        let format = RosterFormat::of(source.path().file_name())?;
        match gather::read(source, (format, holder)) {
            Ok(roster) => Some(roster),
            Err(problem) => {
                diagnostics.push(problem);
                None
            }
        }
    }

    /// Something that decodes its rows; several can do so at once.
    pub fn decoder(&self) -> RowDecoder<'_> {
        RowDecoder { roster: self, rows: Rows::new(self.layout) }
    }

    /// A digest of what a row says: of its text, and of the names of its columns where they stand elsewhere. Rows of equal
    /// digests in rosters of equally trusted tenants are decoded alike.
    pub fn digest(&self, row: &RosterRow) -> Digest {
        let names: &[u8] = match &self.layout {
            Layout::Csv { header, .. } => header.as_bytes(),
            Layout::JsonLines => b"",
        };
        // The last line may or may not have a break at its end.
        let text = self.source.text()[row.span.range()].trim_end_matches(['\r', '\n']);
        Digester::new().with(names).with(text).finish()
    }

    /// The row of a tenant.
    pub fn place(&self, row: &RosterRow) -> Place {
        Place::new(&self.source, row.span)
    }
}

impl RowDecoder<'_> {
    /// Decodes a row; `index` is that of the roster in the tenant's chain. `None` means that the row has errors: those
    /// that are not among its faults are in `problems`.
    pub fn decode(&mut self, row: &RosterRow, index: u16, problems: &mut Vec<Diagnostic>) -> Option<LayerSpec> {
        let Roster { source, columns, .. } = self.roster;
        if !row.faults.is_empty() {
            return None;
        }
        let cells = self.rows.cells(source, (row.span.range(), columns))?;
        let list = columns.list();
        let wrong = cells.iter().filter_map(|cell| list.get(cell.column)?.problem.clone());
        let before = problems.len();
        problems.extend(wrong);
        let sound = problems.len() == before;
        match table(&cells, list, source.text()) {
            Ok(table) => {
                let mut reader = Reader { source, index, diagnostics: problems };
                decode_table(&mut reader, &table, columns.holder()).filter(|_| sound)
            }
            Err(cell) => {
                let cell = &cells[cell];
                let name = list.get(cell.column).map_or("", |column| &column.name);
                let message = format!("another cell of the row leaves no room for `{name}`");
                let place = Place::new(source, cell.node.span.clone());
                let hint = "a key holds a value, or keys below it, and each key one value";
                problems.push(Diagnostic::error("duplicate-key", message).at(place).hint(hint));
                None
            }
        }
    }
}

impl Rows {
    fn new(layout: Layout) -> Rows {
        match layout {
            Layout::Csv { delimiter, names, .. } => Rows::Csv { splitter: Box::new(Splitter::new(delimiter)), names },
            Layout::JsonLines => Rows::JsonLines,
        }
    }

    /// The cells of a row that are not empty. `None` if the row has faults: its cells may stand in columns of others.
    fn cells<'s>(
        &mut self,
        source: &'s Arc<Source>,
        (row, columns): (Range<usize>, &Columns),
    ) -> Option<Vec<Cell<'s>>> {
        let text = source.text();
        match self {
            Rows::Csv { splitter, names } => {
                let record = splitter.record(text, row.start)?;
                if record.fields.len() != *names || record.fields.iter().any(|field| field.fault.is_some()) {
                    return None;
                }
                let filled = record.fields.into_iter().enumerate().filter(|(_, field)| !field.is_empty());
                let cell = |(column, field): (usize, Field<'s>)| {
                    let node = Node { given: Given::Text(field.text), span: field.span };
                    Cell { column, node }
                };
                Some(filled.map(cell).collect())
            }
            Rows::JsonLines => {
                let (entries, faults) = json::object(text, row).ok()?;
                let cell =
                    |entry: json::Entry<'s>| Some(Cell { column: columns.known(&entry.path)?, node: entry.node });
                faults.is_empty().then(|| entries.into_iter().filter_map(cell).collect())
            }
        }
    }
}
