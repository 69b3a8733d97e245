//! What is wrong, as the overlay and the dashboard show it: where, the lines around, what to do, and whose layer it is.

use serde::Serialize;
use tenantry_core::diagnostic::{Diagnostic, Subject};
use tenantry_core::source::Place;

/// Lines shown before and after the one that is meant.
const AROUND: usize = 2;

/// Most of a line that is shown, in characters on each side of what is meant, and of that.
const WIDEST: usize = 120;

/// A finding, ready to be shown. Everything is plain text.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) severity: &'static str,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) file: Option<String>,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) layer: Option<String>,
    pub(crate) hint: Option<String>,
    pub(crate) excerpt: Vec<Line>,
    pub(crate) related: Vec<String>,
}

/// A line of a file; the marked part is empty but in the line that is meant.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) before: String,
    pub(crate) marked: String,
    pub(crate) after: String,
}

impl From<&Diagnostic> for Problem {
    fn from(diagnostic: &Diagnostic) -> Problem {
        let place = match &diagnostic.subject {
            Subject::Place(place) => Some(place),
            _ => None,
        };
        let file = match &diagnostic.subject {
            Subject::Place(place) => Some(place.source.path().to_string()),
            Subject::File(file) => Some(file.clone()),
            Subject::Run => None,
        };
        let position = place.map(Place::position);
        let shown = place.filter(|_| !diagnostic.confidential);
        Problem {
            severity: diagnostic.severity.as_str(),
            code: diagnostic.code.to_string(),
            message: diagnostic.message.to_string(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            layer: file.as_deref().and_then(layer),
            file,
            hint: diagnostic.hint.as_deref().map(str::to_owned),
            excerpt: shown.map(excerpt).unwrap_or_default(),
            related: diagnostic.related.iter().map(|(place, message)| format!("{message}: {place}")).collect(),
        }
    }
}

/// The layer that a file belongs to: the folder of a tenant, a group or a theme.
fn layer(file: &str) -> Option<String> {
    let segments: Vec<&str> = file.split('/').collect();
    let length = match *segments.first()? {
        "themes" => 2,
        "sites" => {
            let inner = segments.iter().position(|segment| matches!(*segment, "content" | "static"));
            inner.unwrap_or(segments.len() - 1)
        }
        _ => return None,
    };
    Some(segments.get(..length)?.join("/"))
}

/// The lines around a place.
fn excerpt(place: &Place) -> Vec<Line> {
    let text = place.source.text();
    let meant = place.position().line;
    let first = meant.saturating_sub(AROUND).max(1);
    let mut lines = Vec::new();
    let mut start = line_start(text, place, meant - first);
    for number in first..=meant + AROUND {
        let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty() || number == meant) else { break };
        let line = rest.split('\n').next().unwrap_or_default();
        let is_meant = number == meant;
        lines.push(cut(line.trim_end_matches('\r'), start, is_meant.then_some(place)).numbered(number));
        start += line.len() + 1;
    }
    lines
}

/// Where the line begins that is `above` lines over the one that a place lies in.
fn line_start(text: &str, place: &Place, above: usize) -> usize {
    let mut at = (place.span.start as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let mut start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    for _ in 0..above {
        start = text[..start.saturating_sub(1)].rfind('\n').map_or(0, |found| found + 1);
    }
    start
}

/// The parts of a line before, in and behind what is meant, none of them too wide.
fn cut(line: &str, start: usize, place: Option<&Place>) -> Line {
    let inside = |offset: u32| {
        let mut at = (offset as usize).saturating_sub(start).min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (from, to) = place.map_or((line.len(), line.len()), |place| (inside(place.span.start), inside(place.span.end)));
    let (before, marked, after) = (&line[..from], &line[from..to.max(from)], &line[to.max(from)..]);
    let left = before.char_indices().rev().nth(WIDEST).map_or(0, |(at, c)| at + c.len_utf8());
    let dots = if left > 0 && place.is_some() { "…" } else { "" };
    let before = if place.is_some() { format!("{dots}{}", &before[left..]) } else { head(before) };
    Line { number: 0, before, marked: head(marked), after: head(after) }
}

fn head(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl Line {
    fn numbered(self, number: usize) -> Line {
        Line { number, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenantry_core::path::SourcePath;
    use tenantry_core::source::Source;

    fn problem(text: &str, meant: &str) -> Problem {
        let source = Source::new(SourcePath::named("sites/ods/a/content/cookies.fr.md"), text);
        let start = text.find(meant).unwrap();
        Problem::from(&Diagnostic::error("x", "wrong").at(Place::new(&source, start..start + meant.len())))
    }

    #[test]
    fn the_lines_around_are_shown_with_what_is_meant() {
        let problem = problem("one\ntwo\nthree é four\nfive\r\nsix\nseven\n", "é");
        let shown: Vec<(usize, &str, &str, &str)> = problem
            .excerpt
            .iter()
            .map(|line| (line.number, line.before.as_str(), line.marked.as_str(), line.after.as_str()))
            .collect();
        let expected = [
            (1, "one", "", ""),
            (2, "two", "", ""),
            (3, "three ", "é", " four"),
            (4, "five", "", ""),
            (5, "six", "", ""),
        ];
        assert_eq!(shown, expected);
        assert_eq!((problem.line, problem.column), (Some(3), Some(7)));
        assert_eq!(problem.layer.as_deref(), Some("sites/ods/a"));
    }

    #[test]
    fn long_lines_are_cut_round_what_is_meant() {
        let line = problem(&format!("{}é{}", "a".repeat(5000), "b".repeat(5000)), "é").excerpt.remove(0);
        assert_eq!((line.before.chars().count(), line.marked.as_str(), line.after.chars().count()), (121, "é", 121));
    }

    #[test]
    fn a_secret_is_not_shown() {
        let source = Source::new(SourcePath::named("sites/group.toml"), "key = \"secret\"\n");
        let diagnostic = Diagnostic::error("x", "wrong").at(Place::new(&source, 0..3)).confidential();
        let problem = Problem::from(&diagnostic);
        assert_eq!((problem.excerpt.len(), problem.line), (0, Some(1)));
        assert_eq!(problem.layer.as_deref(), Some("sites"));
    }

    #[test]
    fn places_at_the_ends_are_shown() {
        for text in ["", "\n", "a\n", "a"] {
            let source = Source::new(SourcePath::named("themes/charter/theme.toml"), text);
            let problem = Problem::from(&Diagnostic::error("x", "y").at(Place::new(&source, 0..0)));
            assert_eq!(problem.excerpt.first().map(|line| line.number), Some(1), "{text:?}");
            assert_eq!(problem.layer.as_deref(), Some("themes/charter"));
            let end = Place::new(&source, text.len()..text.len());
            assert!(!Problem::from(&Diagnostic::error("x", "y").at(end)).excerpt.is_empty(), "{text:?}");
        }
    }
}
