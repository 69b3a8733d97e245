//! One row of a roster, looked at again: for `explain`, and for findings that are to name their column.
//!
//! A fleet carries no more of a row than its place in the file; what is asked of one row is read from there.

use std::sync::Arc;

use toml::de::DeTable;

use super::cell::{Cell, table};
use super::column::Columns;
use super::csv::{Splitter, delimiter_of};
use super::{RosterFormat, Rows, json};
use crate::diagnostic::{Diagnostic, Subject};
use crate::layer::Chain;
use crate::layer::decode::Holder;
use crate::path::SourcePath;
use crate::source::{Place, Source, Span};

/// Gives a row as the table that a `site.toml` with its cells would be.
pub(crate) fn with_row(source: &Arc<Source>, row: Span, see: impl FnOnce(&DeTable<'_>)) {
    let Some((columns, cells)) = cells(source, row) else { return };
    if let Ok(table) = table(&cells, columns.list(), source.text()) {
        see(&table);
    }
}

/// Names the column of findings that lie in the row of a tenant, and the row of those that are about the file `settings`
/// as a whole.
pub fn name_columns(chain: &Chain, settings: &SourcePath, findings: &mut [Diagnostic]) {
    let Some(row) = chain.row() else { return };
    let mut known = None;
    for finding in findings {
        match &finding.subject {
            Subject::File(file) if file == settings.as_str() => {
                if finding.code == "missing-key" {
                    finding.hint = Some("fill the column of that name: an empty cell sets nothing".into());
                }
                finding.subject = Subject::Place(row.clone());
            }
            Subject::Place(place) if lies_in(place, &row) => {
                let (columns, cells) = match known.get_or_insert_with(|| cells(&row.source, row.span)) {
                    Some((columns, cells)) => (columns, cells),
                    None => continue,
                };
                let bytes = place.span.range();
                let holds = |cell: &&Cell<'_>| cell.node.span.start <= bytes.start && bytes.end <= cell.node.span.end;
                let cell = cells.iter().find(holds);
                if let Some(column) = cell.and_then(|cell| columns.list().get(cell.column)) {
                    let message = format!("in the column `{}`", column.name);
                    finding.related.insert(0, (place.clone(), crate::diagnostic::printable(&message)));
                }
            }
            Subject::Place(_) | Subject::File(_) | Subject::Run => {}
        }
    }
}

fn lies_in(place: &Place, row: &Place) -> bool {
    let (inner, outer) = (place.span, row.span);
    Arc::ptr_eq(&place.source, &row.source) && outer.start <= inner.start && inner.start < outer.end
}

/// The columns of a row, and its cells.
fn cells(source: &Arc<Source>, row: Span) -> Option<(Columns, Vec<Cell<'_>>)> {
    // Whoever may set a key, it is named and shown.
    let mut columns = Columns::new(source, Holder::TrustedTenant);
    let text = source.text();
    let mut rows = match RosterFormat::of(source.path().file_name())? {
        RosterFormat::Csv => {
            let mut splitter = Splitter::new(delimiter_of(text));
            let header = splitter.record(text, 0)?;
            for field in &header.fields {
                columns.add_header(&field.text, field.span.clone());
            }
            Rows::Csv { splitter: Box::new(splitter), names: header.fields.len() }
        }
        RosterFormat::JsonLines => {
            for entry in json::object(text, row.range()).ok()?.0 {
                columns.of(&entry.path, entry.key);
            }
            Rows::JsonLines
        }
    };
    let cells = rows.cells(source, (row.range(), &columns))?;
    Some((columns, cells))
}
