//! `_headers` and `_redirects`, read back: what a site asks of its host.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// What browsers do with files for which no rule says how long they may be kept: hosts have them asked for again.
pub const ASK_AGAIN: (&str, &str) = ("Cache-Control", "public, max-age=0, must-revalidate");
/// Files that hosts obey and do not publish.
pub const OBEYED: [&str; 2] = ["_headers", "_redirects"];

/// What a site's files for hosts say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostRules {
    /// Headers, in the order in which they are written.
    pub headers: Vec<HeaderRule>,
    /// Former addresses, decoded and without their first slash, and where they lead.
    pub moved: BTreeMap<String, String>,
}

/// Headers of all paths that a pattern fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRule {
    /// A path seen from the root of the site; `*` stands for any text.
    pub pattern: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
}

impl HostRules {
    /// Reads the texts of the two files as this program writes them; a site without one of them has an empty text.
    pub fn read(headers: &str, redirects: &str) -> HostRules {
        let mut rules = HostRules::default();
        for line in headers.lines() {
            match (line.strip_prefix("  "), rules.headers.last_mut()) {
                (Some(header), Some(rule)) => {
                    let header = header.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
                    rule.headers.extend(header);
                }
                _ => rules.headers.push(HeaderRule { pattern: line.to_owned(), headers: Vec::new() }),
            }
        }
        for line in redirects.lines() {
            let mut words = line.split(' ');
            if let (Some(from), Some(to)) = (words.next(), words.next()) {
                let from = percent_decode_str(from).decode_utf8_lossy();
                rules.moved.insert(from.trim_start_matches('/').to_owned(), to.to_owned());
            }
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::{Indexed, Scripts, headers};

    #[test]
    fn what_is_written_is_read() {
        let written = headers(Scripts::None, Indexed::Yes).unwrap();
        let rules = HostRules::read(&written, "/%C3%A9 /a/ 301\n/old/ /b/ 301\n");
        let patterns: Vec<_> = rules.headers.iter().map(|rule| (rule.pattern.as_str(), rule.headers.len())).collect();
        assert_eq!(patterns, [("/*", 7), ("/assets/*", 1), ("/*fragment.html", 1), ("/*fragment", 1)]);
        let moved: Vec<_> = rules.moved.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        assert_eq!(moved, [("old/", "/b/"), ("é", "/a/")]);
    }
}
