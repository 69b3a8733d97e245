//! Destinations of links and images: classified, checked, or left as holes.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};

use super::Compiler;
use crate::content::address::{Target, classify};
use crate::content::body::{Destination, DestinationPart, Hole};
use crate::content::placeholder::{Piece, Placeholder};
use crate::diagnostic::Diagnostic;

impl<'c> Compiler<'c> {
    pub(super) fn no_placeholder_in(&mut self, title: &str, range: Range<usize>) {
        if self.cut.has_token(title) {
            self.settle(title);
            let problem = Diagnostic::error(
                "placeholder-in-title",
                "a placeholder cannot stand in the title of a link or an image, in a label or in a language",
            );
            self.report(self.cut.original(range), problem);
        }
    }

    /// Classifies a destination. What is known now stays as it is; what depends on the tenant becomes a token.
    pub(super) fn destination(
        &mut self,
        destination: &str,
        range: Range<usize>,
        hole: fn(Destination) -> Hole,
    ) -> CowStr<'c> {
        let span = self.cut.original(range);
        let is_image = matches!(hole(Destination::Filled(Vec::new())), Hole::Image(_));
        let known = if self.cut.has_token(destination) {
            self.filled_destination(destination)
        } else {
            match classify(destination) {
                Ok(Target::Elsewhere(address)) if !is_image => return address.into(),
                Ok(target) => Some(Destination::Known(target)),
                Err(reason) => {
                    let is_dead = matches!(destination.trim(), "" | "#");
                    self.report(span, Diagnostic::error(if is_dead { "link-dead" } else { "bad-link" }, reason));
                    return "#".into();
                }
            }
        };
        let Some(known) = known else { return "#".into() };
        if is_image && !matches!(known, Destination::Known(Target::Relative { .. })) {
            let problem =
                Diagnostic::error("remote-image", "an image is a file of the site: pages load nothing from elsewhere");
            self.report(span, problem.hint("put the file into `static/` and name it by its path, such as `/logo.svg`"));
            return "#".into();
        }
        self.holes.push(Some((hole(known), span.into())));
        self.cut.token(self.holes.len() - 1).into()
    }

    pub(super) fn filled_destination(&mut self, destination: &str) -> Option<Destination> {
        self.settle(destination);
        let text = destination.replace(&format!("{}:", self.cut.prefix), "");
        let mut parts = Vec::new();
        for piece in self.cut.split(&text) {
            match piece {
                Piece::Literal(literal) => parts.push(DestinationPart::Literal(literal.into())),
                Piece::Token(number) => {
                    let found = self.cut.found.get(number)?.clone();
                    match found.placeholder {
                        Ok(Placeholder::Value(path)) => parts.push(DestinationPart::Value(path)),
                        Ok(_) => {
                            self.report(
                                found.span,
                                Diagnostic::error("call-in-text", "only a value can stand in a destination"),
                            );
                            return None;
                        }
                        Err(mistake) => {
                            self.report(
                                found.span,
                                Diagnostic::error("bad-placeholder", mistake.message).hint(mistake.hint),
                            );
                            return None;
                        }
                    }
                }
            }
        }
        Some(Destination::Filled(parts))
    }
}

/// Links are written out as inline ones, so that nothing is added to their destination.
pub(super) fn plain_link(link_type: LinkType) -> LinkType {
    match link_type {
        LinkType::Email => LinkType::Inline,
        other => other,
    }
}
