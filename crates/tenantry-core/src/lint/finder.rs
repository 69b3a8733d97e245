//! Gathers what breaks rules, each with its place.

use crate::diagnostic::Diagnostic;
use crate::layer::{Chain, Origin};
use crate::lint::Rule;
use crate::name::CookieId;
use crate::source::Place;

/// Something that breaks a rule.
#[derive(Debug, Clone)]
pub struct Found {
    /// The rule.
    pub rule: &'static Rule,
    /// What is told, as bad as the rule says.
    pub diagnostic: Diagnostic,
}

/// What is found in the values of layers.
pub(super) struct Finder<'f> {
    chain: &'f Chain,
    cookie: Option<&'f CookieId>,
    /// What was found.
    pub(super) found: Vec<Found>,
}

impl<'f> Finder<'f> {
    /// Looks at values of the layers of a chain.
    pub(super) fn new(chain: &'f Chain) -> Finder<'f> {
        Finder { chain, cookie: None, found: Vec::new() }
    }

    /// The same, at those of a cookie.
    pub(super) fn of_cookie(chain: &'f Chain, cookie: &'f CookieId) -> Finder<'f> {
        Finder { chain, cookie: Some(cookie), found: Vec::new() }
    }

    /// Tells what breaks a rule, and what to do.
    pub(super) fn tell(&mut self, rule: &'static Rule, origin: Origin, (message, hint): (String, &str)) {
        let diagnostic = Diagnostic::new(rule.severity, rule.id, message).hint(hint);
        let diagnostic = match self.chain.place(origin) {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        };
        let diagnostic = match self.cookie {
            Some(cookie) => diagnostic.of_cookie(cookie),
            None => diagnostic,
        };
        self.found.push(Found { rule, diagnostic });
    }

    /// The same, as bad as is said here: a name alone suggests, and is no proof.
    pub(super) fn suggest(&mut self, rule: &'static Rule, origin: Origin, words: (String, &str)) {
        self.tell(rule, origin, words);
        if let Some(found) = self.found.last_mut() {
            found.diagnostic.severity = crate::diagnostic::Severity::Warning;
        }
    }
}

/// What breaks a rule at a place of a document.
pub(super) fn at(rule: &'static Rule, place: Place, (message, hint): (String, &str)) -> Found {
    let diagnostic = Diagnostic::new(rule.severity, rule.id, message).hint(hint).at(place);
    Found { rule, diagnostic }
}

/// What breaks a rule in a file as a whole.
pub(super) fn about(rule: &'static Rule, file: &str, (message, hint): (String, &str)) -> Found {
    let diagnostic = Diagnostic::new(rule.severity, rule.id, message).hint(hint).about(file);
    Found { rule, diagnostic }
}
