//! Text that was read, and places in it.
//!
//! A [`Place`] keeps its [`Source`] alive, so that a diagnostic can show the line it speaks of however long after the
//! reading it is printed. Nothing here opens a file.

use std::fmt;
use std::sync::Arc;

use crate::path::SourcePath;

/// One file of the workspace, as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    path: SourcePath,
    text: String,
}

impl Source {
    /// Takes the text of `path`. A leading byte order mark is left out: it is no part of the text.
    pub fn new(path: SourcePath, text: impl Into<String>) -> Arc<Source> {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Arc::new(Source { path, text })
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
        Position {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
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
}
