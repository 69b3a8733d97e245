//! Cookie tables as HTML that a screen reader can read: a caption, column headers, the cookie's name as row header.
//!
//! Written here and not in a theme, so that no theme can lose what makes a table accessible (RGAA 5.4 to 5.7) and so
//! that a table shared by many tenants is written once.

use std::fmt::Write as _;

use crate::content::escape;
use crate::digest::{Digest, Digester};
use crate::language::{Column, Lang, Words};
use crate::layer::Origin;
use crate::register::cell::Reader;
use crate::register::{Cell, Table, cell};

/// A table, written for one language.
#[derive(Debug, Clone)]
pub struct TableHtml {
    /// Its id in the page, `table-necessary`.
    pub id: String,
    /// Its title, plain.
    pub title: String,
    /// The paragraph before it, plain.
    pub intro: Option<String>,
    /// The table itself.
    pub html: String,
    /// Texts that the language lacks: the cookie and column, and where the entry is.
    pub untranslated: Vec<(String, Origin)>,
    /// A digest of all that pages show of it.
    pub digest: Digest,
}

/// Writes a table for the pages of a language.
pub fn table_html(table: &Table, reader: Reader<'_>) -> TableHtml {
    let lang = reader.lang;
    let id = format!("table-{}", table.id);
    let title =
        table.title.text(lang).filter(|title| !title.trim().is_empty()).unwrap_or_else(|| table.id.as_str()).to_owned();
    let labels: Vec<&str> = table.columns.iter().map(|column| label(table, *column, lang)).collect();
    let mut untranslated = Vec::new();
    for (what, text) in [("title", &table.title), ("intro", &table.intro)] {
        if text.text(lang).is_none() && !text.is_empty() {
            untranslated.push((format!("the {what} of table `{}`", table.id), text.origin().unwrap_or_default()));
        }
    }
    let mut html = String::with_capacity(256 + table.rows.len() * 512);
    let _ = write!(
        html,
        "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}-caption\">\n<table class=\"cookies\">\n\
         <caption id=\"{id}-caption\">{}</caption>\n<thead>\n<tr>",
        escape(&title)
    );
    for label in &labels {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(label));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    let row_header = table.columns.iter().position(|column| *column == Column::Name).unwrap_or(0);
    for cookie in &table.rows {
        html.push_str("<tr>");
        for (index, column) in table.columns.iter().enumerate() {
            let cell = cell(cookie, *column, reader);
            if cell == Cell::Untranslated {
                untranslated.push((format!("`{}` of cookie `{}`", column.as_str(), cookie.id), cookie.declared));
            }
            let header = if index == row_header { "th scope=\"row\"" } else { "td" };
            let _ = write!(html, "<{header} data-label=\"{}\">", escape(labels[index]));
            write_cell(&mut html, &cell);
            html.push_str(if index == row_header { "</th>" } else { "</td>" });
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    let intro = table.intro.text(lang).map(str::to_owned);
    let digest = Digester::new().with(&id).with(&title).with(intro.as_deref().unwrap_or_default()).with(&html).finish();
    TableHtml { id, title, intro, html, untranslated, digest }
}

/// What a column is called: the table's word, or the built-in one.
pub(crate) fn label(table: &Table, column: Column, lang: Lang) -> &str {
    let own = table.labels.get(&column).and_then(|label| label.text(lang));
    own.unwrap_or_else(|| Words::or_english(lang).column(column))
}

fn write_cell(html: &mut String, cell: &Cell) {
    match cell {
        Cell::Empty | Cell::Untranslated => {}
        Cell::Text(text) => html.push_str(&escape(text)),
        Cell::Link { text, href } => {
            let _ = write!(html, "<a href=\"{}\">{}</a>", escape(href), escape(text));
        }
        Cell::Identifiers(identifiers) => {
            for (index, identifier) in identifiers.iter().enumerate() {
                if index > 0 {
                    html.push_str(" / ");
                }
                let _ = write!(html, "<code translate=\"no\">{}</code>", escape(identifier));
            }
        }
    }
}
