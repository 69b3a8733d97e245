//! Tables: their caption, their rows, their limits.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd, html};

use super::{Compiler, GiveUp};
use crate::content::body::Outline;
use crate::content::table::TableWriter;
use crate::diagnostic::Diagnostic;

impl Compiler<'_> {
    pub(super) fn open_table(&mut self, columns: usize, range: Range<usize>) -> Result<(), GiveUp> {
        let caption = self.table_caption();
        let labelled_by = self.outline.iter().rev().find_map(|outline| match outline {
            Outline::Heading(heading) => Some(heading.id.to_string()),
            _ => None,
        });
        match TableWriter::open(columns, caption, labelled_by) {
            Ok((table, html)) => {
                self.table = Some(table);
                self.push(Event::Html(html.into()));
                Ok(())
            }
            Err(reason) => {
                self.report(self.cut.original(range), Diagnostic::error("table-too-large", reason));
                Err(GiveUp)
            }
        }
    }

    /// A paragraph `Table: …` right before a table is its caption; it leaves the text.
    pub(super) fn table_caption(&mut self) -> Option<String> {
        let Some(Event::End(TagEnd::Paragraph)) = self.events.last() else { return None };
        let start = self.events.iter().rposition(|event| matches!(event, Event::Start(Tag::Paragraph)))?;
        let Some(Event::Text(first)) = self.events.get_mut(start + 1) else { return None };
        *first = first.strip_prefix("Table: ")?.to_owned().into();
        let paragraph = self.events.split_off(start);
        let mut caption = String::new();
        let inner = paragraph.len() - 1;
        html::push_html(&mut caption, paragraph.into_iter().take(inner).skip(1));
        Some(caption)
    }

    pub(super) fn table_start(&mut self, tag: &Tag<'_>, range: Range<usize>) -> Result<(), GiveUp> {
        let Some(table) = &mut self.table else { return Ok(()) };
        match table.start(tag) {
            Ok(html) => {
                self.push(Event::InlineHtml(html.into()));
                Ok(())
            }
            Err(reason) => {
                self.report(self.cut.original(range), Diagnostic::error("table-too-large", reason));
                Err(GiveUp)
            }
        }
    }

    pub(super) fn table_end(&mut self, tag: TagEnd) {
        let Some(table) = &mut self.table else { return };
        let html = table.end(tag);
        if tag == TagEnd::Table {
            self.table = None;
        }
        self.push(Event::InlineHtml(html.into()));
    }
}
