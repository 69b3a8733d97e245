//! Where a site is published.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::name::NameError;
use crate::path::in_address;

/// The address of a site: `https://client.fr/legal/`. Scheme http or https, a public host name, an optional port, and
/// a path that ends in a slash. No user, no query, no fragment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseUrl {
    /// As it was written, without a slash at its end.
    shown: Arc<str>,
    host: Arc<str>,
    /// `scheme://host[:port]` in ASCII.
    root: Arc<str>,
    /// Begins and ends with a slash.
    path: Arc<str>,
}

impl BaseUrl {
    /// Checks an address.
    pub fn new(text: &str) -> Result<BaseUrl, NameError> {
        if let Some(wrong) =
            text.chars().find(|c| c.is_control() || c.is_whitespace() || crate::diagnostic::is_direction_mark(*c))
        {
            return Err(NameError::new(format!("`{}` cannot stand in an address", wrong.escape_default())));
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme @ ("https" | "http"), rest)) => (scheme, rest),
            _ => {
                return Err(NameError::new(format!(
                    "`{text}` is no address: expected `https://host` or `https://host/path/`"
                )));
            }
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = split_port(authority)?;
        // The port that goes without saying makes no other address.
        let port = port.filter(|port| *port != if scheme == "https" { 443 } else { 80 });
        let host = public_host(host)?;
        let path = checked_path(path)?;
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Ok(BaseUrl {
            shown: text.trim_end_matches('/').into(),
            root: format!("{scheme}://{host}{port}").into(),
            host: host.into(),
            path: path.into(),
        })
    }

    /// Reads an address as [`BaseUrl::join`] writes it: one that was written has no `%` of its own.
    pub fn of_written(text: &str) -> Result<BaseUrl, NameError> {
        BaseUrl::new(&percent_decode_str(text).decode_utf8_lossy())
    }

    /// As pages print it: as it was written, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The host in ASCII, lower case, without a dot at its end.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port in ASCII, without a slash at the end.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The path on the host; it begins and ends with a slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole address of something below the site, in ASCII, given relative to its root: `cookies/`.
    pub fn join(&self, relative: &str) -> String {
        format!("{}{}", self.root, self.rooted(relative))
    }

    /// The same without scheme and host: `/legal/cookies/`.
    pub fn rooted(&self, relative: &str) -> String {
        format!("{}{}", in_address(&self.path), in_address(relative))
    }

    /// What two sites may not share: host, port and path.
    pub fn claim(&self) -> String {
        let root = self.root.split_once("://").map_or(&*self.root, |(_, rest)| rest);
        format!("{root}{}", self.path)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// An address with `{tenant}`, `{domain}` or `{group}` in it, as environments and targets write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlTemplate(Arc<str>);

impl UrlTemplate {
    /// Words that stand for something of the tenant.
    pub const WORDS: &'static [&'static str] = &["tenant", "domain", "group"];

    /// Checks that every word in braces is known.
    pub fn new(text: &str) -> Result<UrlTemplate, NameError> {
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let Some(end) = rest[at..].find('}') else {
                return Err(NameError::new("a `{` without its `}`"));
            };
            let word = &rest[at + 1..at + end];
            if !UrlTemplate::WORDS.contains(&word) {
                return Err(NameError::new(format!(
                    "`{{{word}}}` is not known: expected {{tenant}}, {{domain}} or {{group}}"
                )));
            }
            rest = &rest[at + end + 1..];
        }
        Ok(UrlTemplate(text.into()))
    }

    /// The text with each word replaced by what `value` gives for it.
    pub fn fill(&self, value: impl Fn(&str) -> String) -> String {
        let mut filled = self.0.to_string();
        for word in UrlTemplate::WORDS {
            let braced = format!("{{{word}}}");
            if filled.contains(&braced) {
                filled = filled.replace(&braced, &value(word));
            }
        }
        filled
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), NameError> {
    if authority.contains('@') {
        return Err(NameError::new("an address holds no user and no password"));
    }
    match authority.rsplit_once(':') {
        None => Ok((authority, None)),
        Some((host, port)) => match port.parse::<u16>() {
            Ok(port) if port > 0 && !host.contains(':') => Ok((host, Some(port))),
            _ => Err(NameError::new(format!("`{port}` is no port"))),
        },
    }
}

/// A host name that others can reach, in ASCII (UTS 46), lower case.
fn public_host(host: &str) -> Result<String, NameError> {
    let named = host.strip_suffix('.').unwrap_or(host);
    let bad = |reason: &str| NameError::new(format!("`{host}` {reason}"));
    if named.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || looks_numeric(named) {
        return Err(bad("is an IP address: a site is published under a name"));
    }
    let ascii = idna::domain_to_ascii_strict(named).map_err(|_| bad("is no valid host name"))?;
    if ascii == "localhost" || ascii.ends_with(".localhost") || !ascii.contains('.') {
        return Err(bad("is no public host name: expected one such as `data.example.org`"));
    }
    Ok(ascii)
}

/// Names that browsers read as IPv4 addresses: `2130706433`, `0x7f.1` (WHATWG URL, "ends in a number").
fn looks_numeric(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    !last.is_empty() && (last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x"))
}

fn checked_path(path: &str) -> Result<String, NameError> {
    if let Some(wrong) = path.chars().find(|c| matches!(c, '?' | '#' | '\\' | '%' | '"' | '<' | '>')) {
        return Err(NameError::new(format!("`{wrong}` cannot stand in the path of a site's address")));
    }
    let trimmed = path.trim_matches('/');
    if path.contains("//") || trimmed.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(NameError::new("the path of a site's address holds no `.`, no `..` and no empty segment"));
    }
    Ok(if trimmed.is_empty() { "/".into() } else { format!("/{trimmed}/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_060_addresses_that_are_none_are_refused() {
        for bad in [
            "a.com",
            "https://a.com\nX-Evil: 1",
            "https://a.com/../b",
            "https://localhost",
            "https://127.0.0.1",
            "https://*.com",
            "https://2130706433",
            "https://0x7f.0.0.1",
            "https://a_b.com",
            "https://u:p@a.com",
            "https://a.com?x",
            "https://a.com:0",
            "https://[::1]",
            "ftp://a.com",
            "https://",
            "https://a..com",
            "https://a.com//b",
            "https://a.com/b//",
        ] {
            assert!(BaseUrl::new(bad).is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn one_host_has_one_claim() {
        let claim = |text: &str| BaseUrl::new(text).unwrap().claim();
        assert_eq!(claim("https://Bücher.example."), claim("http://xn--bcher-kva.example/"));
        assert_eq!(claim("https://a.fr/legal"), "a.fr/legal/");
        assert_eq!(BaseUrl::new("https://a.fr/legal/").unwrap().join("cookies/"), "https://a.fr/legal/cookies/");
        assert_eq!(BaseUrl::new("https://a.fr/").unwrap().as_str(), "https://a.fr");
        let written = BaseUrl::new("https://a.fr/é{x}").unwrap().join("");
        assert_eq!(BaseUrl::of_written(&written).unwrap().path(), "/é{x}/");
    }
}
