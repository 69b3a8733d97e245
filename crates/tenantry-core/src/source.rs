//! Text that was read, and places in it.
//!
//! A [`Place`] keeps its [`Source`] alive, so that a diagnostic can show the line it speaks of however long after the
//! reading it is printed. Nothing here opens a file.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::path::SourcePath;

/// From this size on, the line breaks of a text are found once and not for each place that is asked for.
const LARGE: usize = 1 << 16;

/// One file of the workspace, as text.
#[derive(Debug)]
pub struct Source {
    path: SourcePath,
    text: String,
    /// Where the line breaks of a large text are, once somebody has asked.
    breaks: OnceLock<Box<[u32]>>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Source) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for Source {}

impl Source {
    /// Takes the text of `path`. A leading byte order mark is left out: it is no part of the text.
    pub fn new(path: SourcePath, text: impl Into<String>) -> Arc<Source> {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Arc::new(Source { path, text, breaks: OnceLock::new() })
    }

    /// Where the text comes from, seen from the workspace.
    pub fn path(&self) -> &SourcePath {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte offset, both counted from 1; columns count characters.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position { line: self.line(offset), column: before[line_start..].chars().count() + 1 }
    }

    /// The line of a byte offset, counted from 1. It is found sooner than the column, for which the line is read.
    pub fn line(&self, offset: usize) -> usize {
        self.breaks_before(&self.text.as_bytes()[..offset.min(self.text.len())]) + 1
    }

    /// How many line breaks the beginning of the text holds.
    fn breaks_before(&self, before: &[u8]) -> usize {
        if self.text.len() < LARGE {
            return before.iter().filter(|byte| **byte == b'\n').count();
        }
        let breaks = self.breaks.get_or_init(|| self.text.match_indices('\n').map(|(at, _)| to_u32(at)).collect());
        breaks.partition_point(|at| (*at as usize) < before.len())
    }
}

/// A line and a column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A range of bytes in a source; small, since every value of a layer carries one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`. Sources are bounded far below 4 GiB, so nothing is cut off.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: to_u32(start), end: to_u32(end) }
    }

    /// As a range of indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Span {
        Span::new(range.start, range.end)
    }
}

fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A span in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes meant.
    pub span: Span,
}

impl Place {
    /// The bytes of `span` in `source`.
    pub fn new(source: &Arc<Source>, span: impl Into<Span>) -> Place {
        Place { source: Arc::clone(source), span: span.into() }
    }

    /// Line and column of the first byte.
    pub fn position(&self) -> Position {
        self.source.position(self.span.start as usize)
    }
}

impl fmt::Display for Place {
    /// `sites/a/site.toml:3:7`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source.path(), self.position())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_the_byte_order_mark_does_not_count() {
        let source = Source::new(SourcePath::named("a.toml"), "\u{feff}été = 1\nà = 2\n");
        assert_eq!(source.position(0).to_string(), "1:1");
        let second = source.text().find("= 2").unwrap();
        assert_eq!(source.position(second).to_string(), "2:3");
        assert_eq!(source.position(usize::MAX).to_string(), "3:1");
    }

    #[test]
    fn a_large_text_counts_its_lines_as_a_small_one_does() {
        let line = "é,b\n";
        let source = Source::new(SourcePath::named("a.csv"), line.repeat(LARGE));
        for at in [0, 1, 4, 5, 6, line.len() * 50_000, line.len() * 50_000 - 1] {
            let counted = source.text().as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(source.position(at).line, counted + 1, "{at}");
        }
        assert_eq!(source.position(usize::MAX).line, LARGE + 1);
    }
}
