//! One document, a page or a part: what its words say that is not so. Evaluated once, however many tenants show it.

use std::ops::Range;

use crate::content::Document;
use crate::language::Kind;
use crate::lint::finder::{Found, at};
use crate::lint::markup::{tables_without_row_headers, tags};
use crate::lint::prose::{entries, find, find_any, lowered, sentence};
use crate::lint::{phrases, rules};
use crate::source::Place;

/// What rules find in the text of a document, and what they ask of it beside a register.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    /// What is wrong with it by itself.
    pub(super) found: Vec<Found>,
    /// Its text in lower case.
    pub(super) lowered: String,
    /// Kinds of trackers that it speaks of: what to call them, which kinds these are, and where.
    pub(super) kinds: Vec<(&'static str, &'static [Kind], Range<usize>)>,
    /// Where it says that a table gives examples only.
    pub(super) examples: Option<Range<usize>>,
    /// Whether it holds a way to change one's mind.
    pub(super) has_hook: bool,
    /// Words after which an owner is named.
    pub(super) owned_by: Vec<Range<usize>>,
}

/// Kinds of trackers, by the words that speak of them.
const KINDS: [(&str, &[Kind], &str); 4] = [
    ("web beacons", &[Kind::Pixel], phrases::BEACONS),
    ("Flash cookies", &[Kind::Lso], phrases::FLASH),
    ("the browser's storage", &[Kind::LocalStorage, Kind::SessionStorage, Kind::IndexedDb], phrases::STORAGES),
    ("fingerprints", &[Kind::Fingerprint], phrases::FINGERPRINTS),
];

/// Reads a document, once.
pub(super) fn read(document: &Document) -> &Read {
    document.lint.get_or_init(|| {
        let looking = Looking { document, lowered: lowered(document.body.source.text()), found: Vec::new() };
        let (found, lowered) = looking.all();
        let kinds = KINDS
            .iter()
            .filter_map(|(what, kinds, words)| find_any(&lowered, words).map(|(_, range)| (*what, *kinds, range)));
        Read {
            kinds: kinds.collect(),
            examples: find_any(&lowered, phrases::EXAMPLES).map(|(_, range)| range),
            has_hook: find_any(&lowered, phrases::WITHDRAW_HOOKS).is_some(),
            owned_by: entries(phrases::OWNED_BY).filter_map(|phrase| find(&lowered, phrase)).collect(),
            found,
            lowered,
        }
    })
}

struct Looking<'l> {
    document: &'l Document,
    lowered: String,
    found: Vec<Found>,
}

impl Looking<'_> {
    fn all(mut self) -> (Vec<Found>, String) {
        self.phrase(&rules::MACHINE_RESIDUE, phrases::RESIDUE, "a program left it behind: take it out");
        let hint = "going on with a visit is no consent: say how to accept and to refuse";
        self.phrase(&rules::CLAIM_STALE, phrases::BROWSING_ON, hint);
        self.phrase(&rules::CLAIM_STALE, phrases::FORMER_ARTICLE, "since June 2019 it is article 82");
        self.phrase(&rules::CLAIM_STALE, phrases::DEAD_PROGRAMS, "the program is no longer there: take it out");
        self.statistics();
        self.unencrypted();
        self.link_words();
        self.header_cells();
        self.row_headers();
        (self.found, self.lowered)
    }

    fn tell(&mut self, rule: &'static crate::lint::Rule, range: Range<usize>, words: (String, &str)) {
        self.found.push(at(rule, Place::new(&self.document.body.source, range), words));
    }

    fn text(&self, range: Range<usize>) -> String {
        self.document.body.source.text()[range].to_owned()
    }

    fn phrase(&mut self, rule: &'static crate::lint::Rule, list: &str, hint: &str) {
        for phrase in entries(list) {
            if let Some(range) = find(&self.lowered, phrase) {
                let message = format!("the text says `{}`", self.text(range.clone()));
                self.tell(rule, range, (message, hint));
            }
        }
    }

    /// Anonymous statistics and no consent, in one sentence.
    fn statistics(&mut self) {
        let Some((_, range)) = find_any(&self.lowered, phrases::STATISTICS) else { return };
        let around = sentence(&self.lowered, &range);
        if find_any(&self.lowered[around], phrases::NO_CONSENT).is_some() {
            let message = "anonymous statistics are said to need no consent".to_owned();
            let hint = "that holds for one site, one purpose and no cross-checking only: name the conditions";
            self.tell(&rules::CLAIM_STALE, range, (message, hint));
        }
    }

    fn unencrypted(&mut self) {
        let starts: Vec<usize> = self.lowered.match_indices("http://").map(|(at, _)| at).collect();
        for start in starts {
            let ends = |c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | '\'' | ']');
            let end = self.lowered[start..].find(ends).map_or(self.lowered.len(), |at| start + at);
            let message = format!("`{}` is not encrypted", self.text(start..end));
            self.tell(&rules::LINK_HTTP, start..end, (message, "write `https://`, if it answers"));
        }
    }

    /// `[ici](…)`
    fn link_words(&mut self) {
        let ends: Vec<usize> = self.lowered.match_indices("](").map(|(at, _)| at).collect();
        for end in ends {
            let line = self.lowered[..end].rfind('\n').map_or(0, |at| at + 1);
            let Some(start) = self.lowered[line..end].rfind('[').map(|at| line + at + 1) else { continue };
            let words = self.lowered[start..end].trim_matches(|c: char| !c.is_alphanumeric());
            if entries(phrases::EMPTY_WORDS).any(|empty| empty == words) {
                let message = format!("the link `{words}` does not say where it leads");
                self.tell(&rules::A11Y_LINK_TEXT, start..end, (message, "name what is found there"));
            }
        }
    }

    /// Header cells of tables in HTML.
    fn header_cells(&mut self) {
        for range in tags(&self.lowered, "th") {
            let tag = &self.lowered[range.clone()];
            let has_scope = tag.contains("scope=") || tag.contains("id=");
            let is_empty = self.lowered[range.end..].trim_start().starts_with("</th");
            if !has_scope {
                let words =
                    ("a header cell does not say what it heads".to_owned(), "add scope=\"col\" or scope=\"row\"");
                self.tell(&rules::A11Y_TH_SCOPE, range.clone(), words);
            }
            if is_empty {
                self.tell(&rules::A11Y_EMPTY_TH, range, ("a header cell is empty".to_owned(), "make it a <td>"));
            }
        }
    }

    /// Rows of tables in HTML.
    fn row_headers(&mut self) {
        for range in tables_without_row_headers(&self.lowered) {
            let hint = "make the cell that names each row a <th scope=\"row\">";
            self.tell(&rules::A11Y_ROW_HEADER, range, ("the rows of a table have no header".to_owned(), hint));
        }
    }
}
