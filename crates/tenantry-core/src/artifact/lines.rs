//! The writer of `_headers` and `_redirects`: formats in which a line break that slips into a value is a new rule.
//!
//! Everything that goes into one of these files goes through [`HostFile`], which refuses what could end a line or be
//! read differently by two hosts.

use std::fmt;

/// Longest line, in bytes: what hosts of this format accept (Cloudflare Pages, limits of `_headers`).
const LONGEST_LINE: usize = 2_000;

/// Why a line was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A file of a line format, being written.
#[derive(Debug, Default)]
pub(super) struct HostFile(String);

impl HostFile {
    /// Adds a line of words, separated by single spaces, behind an indent.
    pub(super) fn line(&mut self, indent: &'static str, words: &[&str]) -> Result<(), BadLine> {
        for word in words {
            check(word)?;
        }
        let line = format!("{indent}{}", words.join(" "));
        if line.len() > LONGEST_LINE {
            let message = format!("a line for hosts has {} bytes, at most {LONGEST_LINE} are allowed", line.len());
            return Err(BadLine { message });
        }
        self.0.push_str(&line);
        self.0.push('\n');
        Ok(())
    }

    /// The whole file.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Printable ASCII alone, without a space at either end: a CR, LF or NUL is neither.
fn check(word: &str) -> Result<(), BadLine> {
    let wrong = word.chars().find(|c| !matches!(c, ' '..='~'));
    if let Some(wrong) = wrong {
        let message = format!("`{}` cannot stand in a file for hosts", wrong.escape_default());
        return Err(BadLine { message });
    }
    if word.is_empty() || word.starts_with(' ') || word.ends_with(' ') {
        return Err(BadLine { message: format!("`{word}` is empty or has a space at an end") });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_line_is_refused_wherever_it_stands() {
        for bad in ["a\rb", "a\nX-Evil: 1", "a\0", "é", "", " a", "a ", "a\u{85}b", "a\u{2028}b", "\t", "a\u{7f}"] {
            assert!(HostFile::default().line("", &["/x", bad]).is_err(), "{bad:?}");
            assert!(HostFile::default().line("  ", &[bad]).is_err(), "{bad:?}");
        }
        assert!(HostFile::default().line("", &[&"a".repeat(2_001)]).is_err());
    }

    #[test]
    fn good_lines_stand_as_they_are() {
        let mut file = HostFile::default();
        file.line("", &["/old", "/new/", "301"]).unwrap();
        file.line("  ", &["Name:", "a b"]).unwrap();
        assert_eq!(file.finish(), "/old /new/ 301\n  Name: a b\n");
    }
}
