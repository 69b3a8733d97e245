//! Markdown tables, written so that a screen reader can read them: column headers, a row header, a name.

use pulldown_cmark::{Tag, TagEnd};

use crate::content::escape;

/// Most columns of a table.
const MOST_COLUMNS: usize = 64;
/// Most rows of a table.
const MOST_ROWS: usize = 5_000;

/// Writes one table.
pub(super) struct TableWriter {
    /// The words of the column headers, escaped, as labels for narrow screens.
    labels: Vec<String>,
    in_head: bool,
    column: usize,
    rows: usize,
    cell_words: String,
}

impl TableWriter {
    /// Opens a table. It is named by its caption or, without one, by the heading above it.
    pub(super) fn open(
        columns: usize,
        caption: Option<String>,
        heading: Option<String>,
    ) -> Result<(TableWriter, String), String> {
        if columns > MOST_COLUMNS {
            return Err(format!("the table has {columns} columns, at most {MOST_COLUMNS} are allowed"));
        }
        let name = match (&caption, heading) {
            (None, Some(id)) => format!(" role=\"region\" tabindex=\"0\" aria-labelledby=\"{}\"", escape(&id)),
            _ => String::new(),
        };
        let caption = caption.map(|caption| format!("<caption>{caption}</caption>\n")).unwrap_or_default();
        let writer = TableWriter { labels: Vec::new(), in_head: false, column: 0, rows: 0, cell_words: String::new() };
        Ok((writer, format!("<div class=\"table\"{name}>\n<table>\n{caption}")))
    }

    /// Notes words of the cell that is open.
    pub(super) fn words(&mut self, words: &str) {
        if self.in_head {
            self.cell_words.push_str(&escape(words));
        }
    }

    /// Notes a token of the cell that is open.
    pub(super) fn token(&mut self, token: &str) {
        if self.in_head {
            self.cell_words.push_str(token);
        }
    }

    /// The opening tag of a head, a row or a cell.
    pub(super) fn start(&mut self, tag: &Tag<'_>) -> Result<String, String> {
        match tag {
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                Ok("<thead>\n<tr>".into())
            }
            Tag::TableRow => {
                self.rows += 1;
                self.column = 0;
                if self.rows > MOST_ROWS {
                    return Err(format!("the table has more than {MOST_ROWS} rows"));
                }
                Ok("<tr>".into())
            }
            _ if self.in_head => {
                self.cell_words.clear();
                Ok("<th scope=\"col\">".into())
            }
            _ => {
                let label = self.labels.get(self.column).map_or("", String::as_str);
                let tag = if self.column == 0 { "th scope=\"row\"" } else { "td" };
                Ok(if label.is_empty() { format!("<{tag}>") } else { format!("<{tag} data-label=\"{label}\">") })
            }
        }
    }

    /// The closing tag of a cell, a row, a head or the table.
    pub(super) fn end(&mut self, tag: TagEnd) -> String {
        match tag {
            TagEnd::Table => "</tbody>\n</table>\n</div>\n".into(),
            TagEnd::TableHead => {
                self.in_head = false;
                "</tr>\n</thead>\n<tbody>\n".into()
            }
            TagEnd::TableRow => "</tr>\n".into(),
            _ if self.in_head => {
                self.labels.push(std::mem::take(&mut self.cell_words));
                "</th>".into()
            }
            _ => {
                self.column += 1;
                if self.column == 1 { "</th>".into() } else { "</td>".into() }
            }
        }
    }
}
