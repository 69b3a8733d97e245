//! What an address asks for: a path that is decoded once and that a site can have, and a query.

use percent_encoding::percent_decode_str;
use tenantry_core::path::OutputPath;

use crate::http::Refusal;

/// An address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Decoded; it begins with `/`.
    pub(crate) path: String,
    /// What stands behind `?`, as it was sent.
    pub(crate) query: Option<String>,
}

impl Target {
    /// Takes an address apart. No file of a site has a path that is refused here.
    pub(crate) fn parse(text: &str) -> Result<Target, Refusal> {
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (text, None),
        };
        Ok(Target { path: decoded(path)?, query })
    }

    /// The value of a name of the query, decoded; the first one, if it is given twice.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let pairs = self.query.as_deref()?.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.into_iter().find(|(found, _)| *found == name)?;
        let value = value.replace('+', " ");
        percent_decode_str(&value).decode_utf8().ok().map(|value| value.into_owned())
    }
}

const MALFORMED: Refusal = Refusal::new(400, "the address is malformed");

/// The path, each segment decoded once.
fn decoded(path: &str) -> Result<String, Refusal> {
    let segments = path.strip_prefix('/').ok_or(MALFORMED)?.split('/');
    let mut decoded = String::with_capacity(path.len());
    for segment in segments {
        decoded.push('/');
        decoded.push_str(&decoded_segment(segment)?);
    }
    Ok(decoded)
}

fn decoded_segment(segment: &str) -> Result<String, Refusal> {
    let is_digit = |at: usize| segment.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    if segment.match_indices('%').any(|(at, _)| !is_digit(at + 1) || !is_digit(at + 2)) {
        return Err(MALFORMED);
    }
    let text = percent_decode_str(segment).decode_utf8().map_err(|_| MALFORMED)?;
    if text == ".." || text == "." || text.contains(|c: char| c.is_control() || c == '\\' || c == '/') {
        return Err(MALFORMED);
    }
    Ok(text.into_owned())
}

/// Whether a file of a site can stand at this decoded path.
pub(crate) fn can_exist(path: &str) -> bool {
    let inner = path.strip_prefix('/').unwrap_or(path);
    inner.is_empty() || OutputPath::new(inner.strip_suffix('/').unwrap_or(inner)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str) -> bool {
        Target::parse(path).map_or(true, |target| !can_exist(&target.path))
    }

    #[test]
    fn fault_001_to_005_nothing_leads_out_of_a_site() {
        let ways = [
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2f",
            "/%252e%252e/%252e%252e/etc/passwd",
            "/..%5c..%5cWindows",
            "/..\\..\\Windows",
            "/a/./b",
            "/.%2e/x",
            "/a/..",
        ];
        for way in ways {
            assert!(refused(way), "{way}");
        }
    }

    #[test]
    fn fault_006_to_009_012_no_site_has_such_a_file() {
        let ways = [
            "/c:/windows/win.ini",
            "/foo/C:/x",
            "//evil.example/dir",
            "/\\evil.example",
            "/x%00.html",
            "/%ff",
            "/%c0%ae",
            "/%",
            "/%4",
            "/%zz",
            "/.env::$DATA",
            "/TLS~1.PEM:x",
            "/CON",
            "/aux.txt",
            "/x.",
            "/x%20",
            "/.env",
            "/.git/config",
            "/a//b",
            "/%2f%2fevil.example",
            "/x%0d%0aSet-Cookie:a=b",
        ];
        for way in ways {
            assert!(refused(way), "{way}");
        }
    }

    #[test]
    fn paths_are_decoded_once_and_queries_change_nothing() {
        let target = Target::parse("/%C3%A9t%C3%A9/a%20b/?/../../x?raw??").unwrap();
        assert_eq!((target.path.as_str(), target.query.as_deref()), ("/été/a b/", Some("/../../x?raw??")));
        assert!(can_exist(&target.path) && can_exist("/"));
        assert!(!refused("/en/cookies/") && !refused("/assets/a.0123.css"));
    }

    #[test]
    fn values_of_a_query_are_decoded() {
        let target = Target::parse("/?q=a+b%26c&x&q=no").unwrap();
        assert_eq!(target.value("q").unwrap(), "a b&c");
        assert_eq!(target.value("x").unwrap(), "");
        assert_eq!(target.value("y"), None);
    }
}
