//! A table for spreadsheets, which run what looks like a formula (RFC 4180; OWASP, CSV injection).

use super::services::{category, plain};
use super::{Export, Input, Loss};
use crate::language::{Column, Words};
use crate::lint::needs_consent;
use crate::register::Cookie;

/// The columns, in the language of the site; the first is the id.
const COLUMNS: [Column; 12] = [
    Column::Name,
    Column::Provider,
    Column::Service,
    Column::Purpose,
    Column::Duration,
    Column::Kind,
    Column::Host,
    Column::Location,
    Column::Link,
    Column::OptOut,
    Column::LegalBasis,
    Column::DataRetention,
];

/// Every cookie, a row for each.
pub(super) fn export(input: &Input<'_>) -> Export {
    let words = Words::or_english(input.lang());
    let mut header = vec!["id".to_owned(), words.column(Column::Category).to_owned(), "consent".to_owned()];
    header.extend(COLUMNS.iter().map(|column| words.column(*column).to_owned()));
    // The mark tells programs that the text is UTF-8.
    let mut text = String::from("\u{feff}");
    text.push_str(&row(header));
    let mut losses = Vec::new();
    for cookie in input.register.cookies() {
        text.push_str(&row(cells(cookie, input)));
        if input.tenant.languages.len() > 1 {
            losses.push(Loss::of(&cookie.id, "its words in other languages"));
        }
    }
    Export { text, losses }
}

fn cells(cookie: &Cookie, input: &Input<'_>) -> Vec<String> {
    let asks = if needs_consent(cookie) { "yes" } else { "no" };
    let mut cells = vec![cookie.id.to_string(), category(cookie).to_string(), asks.to_owned()];
    cells.extend(COLUMNS.iter().map(|column| plain(cookie, *column, input.lang())));
    cells
}

/// A row of cells, each safe to open.
pub(super) fn row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| safe(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

/// A cell in quotation marks; before what a spreadsheet would take for a formula stands an apostrophe.
fn safe(cell: &str) -> String {
    let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_079_no_cell_is_a_formula() {
        for (cell, expected) in [
            ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@x", "\"'@x\""),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("\nx", "\"'\nx\""),
            (" =1", "\"' =1\""),
            ("a \"b\", c\nd", "\"a \"\"b\"\", c\nd\""),
            ("_ga", "\"_ga\""),
        ] {
            assert_eq!(safe(cell), expected);
        }
    }
}
