//! Calls of placeholders, which stand alone in their paragraph.

use pulldown_cmark::{Event, TagEnd};

use super::Compiler;
use crate::content::body::{Hole, Outline};
use crate::content::placeholder::{Piece, Placeholder};
use crate::diagnostic::Diagnostic;

impl Compiler<'_> {
    /// A paragraph that holds a call and nothing else becomes what the call gives.
    pub(super) fn close_paragraph(&mut self) {
        let Some(opened) = self.state.paragraph.take() else { return };
        let call = match &self.events[(opened + 1).min(self.events.len())..] {
            [Event::Text(text)] => self.lone_call(text),
            _ => None,
        };
        match call {
            Some((number, hole)) => {
                match &hole {
                    Hole::CookieTables(level) => {
                        self.outline.push(Outline::CookieTables(*level, self.cut.found[number].span.clone().into()));
                    }
                    Hole::CookieTable(id) => {
                        self.outline.push(Outline::CookieTable(id.clone(), self.cut.found[number].span.clone().into()));
                    }
                    Hole::Include(name) => self.outline.push(Outline::Include(name.clone())),
                    _ => {}
                }
                self.holes[number] = Some((hole, self.cut.found[number].span.clone().into()));
                self.events.truncate(opened);
                self.push(Event::Html(format!("{}\n", self.cut.token(number)).into()));
            }
            None => {
                for index in opened + 1..self.events.len() {
                    if let Event::Text(text) = &self.events[index] {
                        let text = text.clone();
                        self.refuse_calls(&text);
                    }
                }
                self.push(Event::End(TagEnd::Paragraph));
            }
        }
    }

    pub(super) fn lone_call(&self, text: &str) -> Option<(usize, Hole)> {
        let [Piece::Token(number)] = self.cut.split(text.trim())[..] else { return None };
        let hole = match self.cut.found.get(number)?.placeholder.as_ref().ok()? {
            Placeholder::CookieTable(id) => Hole::CookieTable(id.clone()),
            Placeholder::CookieTables => Hole::CookieTables((self.last_heading + 1).min(6)),
            Placeholder::Include(name) => Hole::Include(name.clone()),
            Placeholder::Value(_) | Placeholder::Braces => return None,
        };
        Some((number, hole))
    }

    /// Calls that are not alone are mistakes.
    pub(super) fn refuse_calls(&mut self, text: &str) {
        for piece in self.cut.split(text) {
            let Piece::Token(number) = piece else { continue };
            let Some(found) = self.cut.found.get(number) else { continue };
            if matches!(
                found.placeholder,
                Ok(Placeholder::CookieTable(_) | Placeholder::CookieTables | Placeholder::Include(_))
            ) {
                let problem = Diagnostic::error("call-in-text", "a call stands alone in its paragraph")
                    .hint("put an empty line before it and one after it");
                self.report(found.span.clone(), problem);
            }
        }
    }
}
