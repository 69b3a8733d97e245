//! Splits a roster into rows, finds their ids, and tells what is wrong with rows that cannot be decoded.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::column::{Column, Columns, ID, MOST_COLUMNS};
use super::csv::{Field, Record, Splitter, delimiter_of};
use super::json::{self, Given, Node};
use super::{Layout, Roster, RosterFormat, RosterRow};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::layer::decode::Holder;
use crate::layer::secrets::may_hold_secret;
use crate::source::{Place, Source, Span};
use crate::suggest::did_you_mean;

/// Longest row, in bytes: as long as a `site.toml` may be.
const LONGEST_ROW: usize = 1 << 20;

/// Splits the text of a roster.
pub(super) fn read(source: &Arc<Source>, (format, holder): (RosterFormat, Holder)) -> Result<Roster, Diagnostic> {
    let mut columns = Columns::new(source, holder);
    let mut gathering = Gathering { source, tenants: Vec::new(), by_id: BTreeMap::new(), problems: Vec::new() };
    if source.text().trim().is_empty() {
        let hint = match format {
            RosterFormat::Csv => "its first line names the columns: id,name,base_url",
            RosterFormat::JsonLines => "each line is an object: {\"id\": \"lille\", \"name\": \"Lille\"}",
        };
        return Err(Diagnostic::error("empty-roster", "the roster is empty").about(source.path().as_str()).hint(hint));
    }
    let layout = match format {
        RosterFormat::Csv => gathering.csv(&mut columns)?,
        RosterFormat::JsonLines => {
            gathering.json(&mut columns);
            Layout::JsonLines
        }
    };
    if columns.are_too_many() {
        let message = format!("the roster has more than {MOST_COLUMNS} columns");
        return Err(Diagnostic::error("too-many-columns", message).about(source.path().as_str()));
    }
    let Gathering { tenants, mut problems, .. } = gathering;
    if tenants.is_empty() && problems.is_empty() {
        let warning = Diagnostic::warning("empty-roster", "the roster names its columns, and no tenant");
        problems.push(warning.about(source.path().as_str()));
    }
    Ok(Roster { source: Arc::clone(source), layout, columns, tenants, problems })
}

/// Gathers the tenants of a roster.
struct Gathering<'s> {
    source: &'s Arc<Source>,
    tenants: Vec<RosterRow>,
    /// Where each id stands in `tenants`.
    by_id: BTreeMap<String, usize>,
    problems: Vec<Diagnostic>,
}

impl Gathering<'_> {
    fn csv(&mut self, columns: &mut Columns) -> Result<Layout, Diagnostic> {
        let text = self.source.text();
        let delimiter = delimiter_of(text);
        let mut splitter = Splitter::new(delimiter);
        let header = header(self.source, &mut splitter)?;
        for field in &header.fields {
            columns.add_header(&field.text, field.span.clone());
        }
        let id = id_column(self.source, (&header, delimiter))?;
        let names = header.fields.len();
        let mut from = header.span.end;
        while let Some(record) = splitter.record(text, from) {
            from = record.span.end;
            if record.fields.iter().all(Field::is_empty) {
                continue;
            }
            let faults = self.faults_of(&record, (names, delimiter));
            let faults = self.guarded(faults, (&record.span, columns));
            let id = record.fields.get(id).filter(|field| !field.is_empty() && field.fault.is_none());
            self.row(id.map(|field| (field.text.trim().to_owned(), field.span.clone())), (record.span, faults));
        }
        Ok(Layout::Csv { delimiter, names, header: Digest::of(text[header.span].as_bytes()) })
    }

    /// Why a row cannot be used.
    fn faults_of(&self, record: &Record<'_>, (names, delimiter): (usize, u8)) -> Vec<Diagnostic> {
        let line = first_line(self.source.text(), &record.span);
        let fault =
            |message: &str, span: Range<usize>| Diagnostic::error("bad-row", message).at(Place::new(self.source, span));
        let quoting = "a cell stands between quotation marks as a whole, and one within it is written twice: \"\"";
        let unread = record.fields.iter().filter_map(|field| {
            let span = first_line(self.source.text(), &field.span);
            Some(fault(field.fault?, span).hint(quoting))
        });
        let mut faults: Vec<Diagnostic> = unread.collect();
        if record.span.len() > LONGEST_ROW {
            let message = format!("the row has {} bytes, at most {LONGEST_ROW} are allowed", record.span.len());
            faults.push(fault(&message, line));
        } else if faults.is_empty() && record.fields.len() != names {
            let message = format!("the row has {} cells, and the roster {names} columns", record.fields.len());
            let delimiter = char::from(delimiter).escape_default();
            let hint = format!("a cell that holds `{delimiter}` or a line break stands between quotation marks");
            faults.push(fault(&message, line).hint(hint));
        }
        faults
    }

    fn json(&mut self, columns: &mut Columns) {
        let mut start = 0;
        for line in self.source.text().split_inclusive('\n') {
            let trimmed = line.trim();
            let from = start + (line.len() - line.trim_start().len());
            start += line.len();
            if !trimmed.is_empty() && !columns.are_too_many() {
                self.json_row(from..from + trimmed.len(), columns);
            }
        }
    }

    fn json_row(&mut self, span: Range<usize>, columns: &mut Columns) {
        let fault =
            |json::Fault { message, span }| Diagnostic::error("bad-row", message).at(Place::new(self.source, span));
        let mut faults = Vec::new();
        let mut id = None;
        if span.len() > LONGEST_ROW {
            let message = format!("the row has {} bytes, at most {LONGEST_ROW} are allowed", span.len());
            faults.push(fault(json::Fault { message, span: span.start..span.start + 1 }));
        } else {
            match json::object(self.source.text(), span.clone()) {
                Err(wrong) => faults.push(fault(wrong)),
                Ok((entries, wrong)) => {
                    faults.extend(wrong.into_iter().map(fault));
                    for entry in entries {
                        let column = columns.of(&entry.path, entry.key);
                        if columns.list()[column].is_id() {
                            id = text_of(&entry.node).map(|text| (text, entry.node.span));
                        }
                    }
                }
            }
        }
        let faults = self.guarded(faults, (&span, columns));
        self.row(id, (span, faults));
    }

    /// Hides the line of faults where it may hold a secret: other cells stand on it too.
    fn guarded(&self, faults: Vec<Diagnostic>, (row, columns): (&Range<usize>, &Columns)) -> Vec<Diagnostic> {
        if faults.is_empty() {
            return faults;
        }
        let secret = columns.list().iter().any(Column::is_secret)
            || may_hold_secret(&self.source.text()[first_line(self.source.text(), row)]);
        faults.into_iter().map(|fault| if secret { fault.confidential() } else { fault }).collect()
    }

    /// A row with the id that it has.
    fn row(&mut self, id: Option<(String, Range<usize>)>, (span, mut faults): (Range<usize>, Vec<Diagnostic>)) {
        let Some((id, id_span)) = id else {
            if faults.is_empty() {
                let place = Place::new(self.source, first_line(self.source.text(), &span));
                let problem = Diagnostic::error("missing-id", "the row has no `id`, so it is no tenant's").at(place);
                faults.push(problem.confidential().hint("an id is text: the name that its folder would have"));
            }
            self.problems.append(&mut faults);
            return;
        };
        let id_span = Span::from(id_span);
        match self.by_id.get(&id) {
            Some(first) => {
                let first = &mut self.tenants[*first];
                let (earlier, later) = (Place::new(self.source, first.id_span), Place::new(self.source, id_span));
                let message = format!("the id `{id}` stands in line {} too", earlier.position().line);
                let problem = Diagnostic::error("duplicate-tenant", message).at(later).confidential();
                let hint = "ids are unique in a workspace: none of the rows is built until then";
                first.faults.push(problem.related(earlier, "the first row").hint(hint));
                first.faults.append(&mut faults);
            }
            None => {
                self.by_id.insert(id.clone(), self.tenants.len());
                self.tenants.push(RosterRow { id, id_span, span: span.into(), faults });
            }
        }
    }
}

/// The first line, which names the columns.
fn header<'s>(source: &'s Arc<Source>, splitter: &mut Splitter) -> Result<Record<'s>, Diagnostic> {
    let text = source.text();
    let wrong = |code, message: &str, span| Diagnostic::error(code, message).at(Place::new(source, span));
    let header = splitter.record(text, 0).unwrap_or(Record { span: 0..0, fields: Vec::new() });
    if let Some(field) = header.fields.iter().find(|field| field.fault.is_some()) {
        let span = first_line(text, &field.span);
        return Err(wrong("bad-row", field.fault.unwrap_or_default(), span));
    }
    if text[header.span.clone()].contains('\0') {
        let problem = wrong("not-text", "the file holds a NUL byte, which no text does", 0..1);
        return Err(problem.hint("save the file as UTF-8 text"));
    }
    if header.fields.len() > MOST_COLUMNS {
        let message = format!("the roster has {} columns, at most {MOST_COLUMNS} are allowed", header.fields.len());
        return Err(Diagnostic::error("too-many-columns", message).about(source.path().as_str()));
    }
    Ok(header)
}

/// Which column holds the ids.
fn id_column(source: &Arc<Source>, (header, delimiter): (&Record<'_>, u8)) -> Result<usize, Diagnostic> {
    let mut found = header.fields.iter().enumerate().filter(|(_, field)| field.text == ID);
    let at = |span: Range<usize>| Place::new(source, span);
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some(_), Some((_, second))) => {
            Err(Diagnostic::error("duplicate-column", "the column `id` stands twice").at(at(second.span.clone())))
        }
        (None, _) => {
            let hint = did_you_mean(ID, header.fields.iter().map(|field| &*field.text));
            let hint = hint.map(|_| "the column is called `id`, in small letters".to_owned()).unwrap_or_else(|| {
                format!("the first line names the columns, separated by `{}`", char::from(delimiter).escape_default())
            });
            let place = at(first_line(source.text(), &header.span));
            Err(Diagnostic::error("missing-id", "no column is called `id`").at(place).hint(hint))
        }
    }
}

fn text_of(node: &Node<'_>) -> Option<String> {
    match &node.given {
        Given::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// The first line of some bytes.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}
