//! Headings: their level, their id, their words for the table of contents.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Tag, TagEnd};

use super::{Compiler, OpenHeading};
use crate::content::body::{Heading, Outline, TextTemplate};
use crate::content::heading::{is_id, slug};
use crate::diagnostic::Diagnostic;

impl<'c> Compiler<'c> {
    pub(super) fn open_heading(&mut self, level: HeadingLevel, id: Option<CowStr<'c>>, range: Range<usize>) {
        let span = self.cut.original(range);
        let mut level = level as u8;
        if level == 1 {
            let warning = Diagnostic::warning(
                "second-title",
                "the page's title is its only heading of level 1, so this one is shown at level 2",
            );
            self.report(span.clone(), warning.hint("begin sections with `##`"));
            level = 2;
        }
        let id = id.filter(|id| {
            let usable = is_id(id) && !self.cut.has_token(id);
            if !usable {
                self.settle(id);
                let shown = self.cut.restore(id, self.source.text());
                let message = format!("`{}` cannot be the id of a heading", shown.escape_debug());
                let problem = Diagnostic::error("bad-id", message);
                self.report(
                    span.clone(),
                    problem.hint("an id begins with a letter and holds letters, digits, - and _"),
                );
            }
            usable
        });
        let event = self.events.len();
        let id = id.map(|id| id.to_string());
        self.state.heading = Some(OpenHeading { level, event, id, text: TextTemplate::default(), span });
        self.push(Event::Text("".into()));
    }

    pub(super) fn close_heading(&mut self) {
        let Some(OpenHeading { level, event, id, text, span }) = self.state.heading.take() else { return };
        let id = match id {
            Some(id) => {
                if !self.ids.take(&id) {
                    self.report(
                        span.clone(),
                        Diagnostic::error("duplicate-id", format!("the id `{id}` is given twice")),
                    );
                }
                id
            }
            None => self.ids.unique(&slug(&text.literal_words())),
        };
        let level_tag = heading_level(level);
        let start =
            Tag::Heading { level: level_tag, id: Some(id.clone().into()), classes: Vec::new(), attrs: Vec::new() };
        self.events[event] = Event::Start(start);
        self.push(Event::End(TagEnd::Heading(level_tag)));
        self.last_heading = level;
        self.outline.push(Outline::Heading(Heading { level, id: id.into(), text, span: span.into() }));
    }
}

fn heading_level(level: u8) -> HeadingLevel {
    match level {
        0 | 1 => HeadingLevel::H1,
        2 => HeadingLevel::H2,
        3 => HeadingLevel::H3,
        4 => HeadingLevel::H4,
        5 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}
