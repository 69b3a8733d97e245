//! Splits a `.csv` roster into rows and cells, each with its bytes in the file.
//!
//! Where a cell ends is found by `csv-core`, the state machine of the crate `csv`, which tells how many bytes it took:
//! so every cell keeps its place. What a cell means is not decided here.

use std::borrow::Cow;
use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// What may stand between cells, the likelier one first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// One cell.
#[derive(Debug)]
pub(super) struct Field<'s> {
    /// Its text, without quotation marks; borrowed if it stands in the file as it is.
    pub(super) text: Cow<'s, str>,
    /// Its bytes, quotation marks included.
    pub(super) span: Range<usize>,
    /// Why it cannot be read.
    pub(super) fault: Option<&'static str>,
}

impl Field<'_> {
    /// Whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.fault.is_none()
    }
}

/// One row.
#[derive(Debug)]
pub(super) struct Record<'s> {
    /// Its bytes, the line break at its end included.
    pub(super) span: Range<usize>,
    /// Its cells.
    pub(super) fields: Vec<Field<'s>>,
}

/// Finds out by its first line what separates the cells of a text.
pub(super) fn delimiter_of(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let count = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
    // The first of the most frequent ones: `max_by_key` would give the last.
    DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(b',')
}

/// Reads rows of a text. Making one costs as much as reading some rows, and `csv-core` 0.1.13 forgets its tables when a
/// reader is cloned: so one is made for many rows.
#[derive(Debug)]
pub(super) struct Splitter {
    reader: Reader,
}

impl Splitter {
    /// For cells that are separated so.
    pub(super) fn new(delimiter: u8) -> Splitter {
        Splitter { reader: ReaderBuilder::new().delimiter(delimiter).build() }
    }

    /// The row that begins at or after a byte; empty lines are passed over. `None` at the end.
    pub(super) fn record<'s>(&mut self, text: &'s str, from: usize) -> Option<Record<'s>> {
        let rest = text.get(from..)?;
        let start = from + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        if start == text.len() {
            return None;
        }
        self.reader.reset();
        let mut scratch = [0; 1024];
        let (mut at, mut field_start) = (start, start);
        let mut fields = Vec::new();
        loop {
            let (result, taken, _) = self.reader.read_field(&text.as_bytes()[at..], &mut scratch);
            at += taken;
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => {
                    let raw = &text[field_start..at];
                    let raw = if record_end { raw } else { &raw[..raw.len() - 1] };
                    fields.push(field(raw, field_start));
                    field_start = at;
                    if record_end {
                        break;
                    }
                }
                ReadFieldResult::End => break,
            }
        }
        Some(Record { span: start..at, fields })
    }
}

/// A cell, by RFC 4180.
fn field(raw: &str, start: usize) -> Field<'_> {
    let trimmed = raw.trim();
    let before = if trimmed.is_empty() { 0 } else { raw.len() - raw.trim_start().len() };
    let start = start + before;
    let span = start..start + trimmed.len();
    let Some(opened) = trimmed.strip_prefix('"') else {
        return Field { text: Cow::Borrowed(trimmed), span, fault: None };
    };
    if raw.starts_with([' ', '\t']) {
        let fault = "a space stands before the quotation mark, which would make the mark part of the text";
        return Field { text: Cow::Borrowed(trimmed), span, fault: Some(fault) };
    }
    let Some(inner) = opened.strip_suffix('"').filter(|inner| marks_are_doubled(inner)) else {
        let fault = match opened.replace("\"\"", "").contains('"') {
            true => "text stands after the closing quotation mark",
            false => "a quotation mark opens the cell and none closes it",
        };
        return Field { text: Cow::Borrowed(trimmed), span, fault: Some(fault) };
    };
    let unquoted = inner.contains("\"\"").then(|| inner.replace("\"\"", "\""));
    // Spreadsheets of Windows break lines within cells by two characters.
    let folded = inner.contains("\r\n").then(|| unquoted.as_deref().unwrap_or(inner).replace("\r\n", "\n"));
    let text = folded.or(unquoted).map_or(Cow::Borrowed(inner), Cow::Owned);
    Field { text, span, fault: None }
}

/// Whether every quotation mark within a quoted cell stands twice.
fn marks_are_doubled(inner: &str) -> bool {
    !inner.replace("\"\"", "").contains('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a text, each cell with the bytes it was read from.
    fn rows(text: &str) -> Vec<Vec<(String, &str)>> {
        let mut splitter = Splitter::new(delimiter_of(text));
        let mut rows = Vec::new();
        let mut from = 0;
        while let Some(record) = splitter.record(text, from) {
            from = record.span.end;
            rows.push(record.fields.iter().map(|field| (field.text.to_string(), &text[field.span.clone()])).collect());
        }
        rows
    }

    #[test]
    fn cells_keep_their_bytes() {
        let text = "id,name\r\na, b c \r\n\r\nd,\"e \"\"f\"\"\r\n,g\"\r\nh,";
        let cell = |text: &str| (text.to_owned(), text.to_owned());
        let quoted = ("e \"f\"\n,g".to_owned(), "\"e \"\"f\"\"\r\n,g\"".to_owned());
        let expected =
            [[cell("id"), cell("name")], [cell("a"), cell("b c")], [cell("d"), quoted], [cell("h"), cell("")]];
        let found = rows(text);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (row, wanted) in found.iter().zip(&expected) {
            let row: Vec<_> = row.iter().map(|(text, raw)| (text.clone(), (*raw).to_owned())).collect();
            assert_eq!(row, wanted);
        }
    }

    #[test]
    fn the_first_line_tells_the_delimiter() {
        for (line, delimiter) in [("id", ','), ("id;name,x;y", ';'), ("id\tname", '\t'), ("\nid,a;b,c", ',')] {
            assert_eq!(char::from(delimiter_of(line)), delimiter, "{line:?}");
        }
    }

    #[test]
    fn cells_that_are_quoted_wrongly_are_refused() {
        for text in ["\"a", "\"a\"b", "\"a\"b\"", " \"a\"", "\"", "\"a\"\""] {
            let record = Splitter::new(b',').record(text, 0).unwrap();
            assert!(record.fields[0].fault.is_some(), "{text:?}");
        }
        for text in ["\"\"", "a\"b", "\"a\"\"\"", "\"a\" "] {
            let record = Splitter::new(b',').record(text, 0).unwrap();
            assert_eq!(record.fields[0].fault, None, "{text:?}");
        }
    }

    #[test]
    fn a_long_cell_is_read_whole() {
        let long = "é".repeat(5000);
        assert_eq!(rows(&format!("id,{long}\n"))[0][1].0, long);
    }
}
