//! The head of a request, read before anything else sees it: whole, bounded, and without a body behind it.
//!
//! What a strict reader would ask about is refused, not repaired: two readers that repair a request differently are how
//! requests are smuggled. What comes out is written again in one form, with the headers that are known and no other.

use crate::http::{Method, Refusal};
use crate::limits::Limits;

/// The headers that are handed on. All others are read past.
const KNOWN: &[&str] = &[
    "Authorization",
    "Host",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Origin",
    "Range",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Site",
];

/// Longest name of a method, in bytes.
const LONGEST_METHOD: usize = 16;

/// What the bytes that came so far are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// A beginning.
    Unfinished,
    /// A request.
    Whole(Head),
    /// Nothing that is served.
    Refused(Refusal),
}

/// A request that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) method: Method,
    /// As it was sent: it begins with `/`, and is of printable ASCII characters without `#`.
    pub(crate) target: String,
    /// The known headers, by their known names.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Head {
    /// The request in the form in which it is handed on. `local` is the address that the client called.
    pub(crate) fn to_bytes(&self, local: &str) -> Vec<u8> {
        let method = match self.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
        };
        let mut text = format!("{method} {} HTTP/1.1\r\n", self.target);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("{LOCAL}: {local}\r\nConnection: close\r\n\r\n"));
        text.into_bytes()
    }
}

/// The header in which the gate tells which address a client called.
pub(crate) const LOCAL: &str = "X-Tenantry-Local";

/// Reads what came so far.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Progress {
    let end = find(bytes, b"\r\n\r\n");
    let text = &bytes[..end.map_or(bytes.len(), |at| at + 2)];
    match early_refusal(text, limits) {
        Some(refusal) => Progress::Refused(refusal),
        None if end.is_some() => parse(text, limits).map_or_else(Progress::Refused, Progress::Whole),
        None => Progress::Unfinished,
    }
}

/// What can be refused before the end of the head has come.
fn early_refusal(text: &[u8], limits: &Limits) -> Option<Refusal> {
    let first_line = find(text, b"\r\n");
    let method = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
    if method > LONGEST_METHOD || !text[..method].iter().all(u8::is_ascii_uppercase) {
        return Some(NO_REQUEST);
    }
    let address = first_line.unwrap_or(text.len()).saturating_sub(method + " ".len() + " HTTP/1.1".len());
    if address > limits.target {
        return Some(Refusal::new(414, "the address is too long"));
    }
    let bare = |at: usize| text[at] == b'\n' && (at == 0 || text[at - 1] != b'\r');
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    // The first line, and the last one that ends the head, hold no header.
    if text.len() > limits.head || lines > limits.headers + 1 {
        return Some(Refusal::new(431, "the headers are too large"));
    }
    (0..text.len()).any(bare).then_some(NO_REQUEST)
}

const NO_REQUEST: Refusal = Refusal::new(400, "this is no request of HTTP/1.1");

fn parse(text: &[u8], limits: &Limits) -> Result<Head, Refusal> {
    let mut lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let (method, target) = request_line(lines.next().unwrap_or_default())?;
    let mut found = Found::default();
    for line in lines.filter(|line| !line.is_empty()).take(limits.headers + 1) {
        found.take(line)?;
    }
    found.finish()?;
    Ok(Head { method: served(&method)?, target: checked(target)?, headers: found.known })
}

/// The method and the target. Fields are separated by exactly one space.
fn request_line(line: &[u8]) -> Result<(String, &[u8]), Refusal> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [method, target, version] = fields[..] else { return Err(NO_REQUEST) };
    if !matches!(version, b"HTTP/1.1" | b"HTTP/1.0") || method.is_empty() || target.is_empty() {
        return Err(NO_REQUEST);
    }
    Ok((String::from_utf8_lossy(method).into_owned(), target))
}

fn served(method: &str) -> Result<Method, Refusal> {
    match method {
        "GET" => Ok(Method::Get),
        "HEAD" => Ok(Method::Head),
        _ => Err(Refusal::new(405, "only GET and HEAD are served")),
    }
}

fn checked(target: &[u8]) -> Result<String, Refusal> {
    let printable = target.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'#');
    if !printable || target.first() != Some(&b'/') {
        return Err(Refusal::new(400, "the address is no path"));
    }
    Ok(String::from_utf8_lossy(target).into_owned())
}

/// What the headers say.
#[derive(Default)]
struct Found {
    known: Vec<(&'static str, String)>,
    has_length: bool,
    has_body: bool,
}

impl Found {
    fn take(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let (name, value) = header(line)?;
        if name.eq_ignore_ascii_case("Transfer-Encoding") {
            return Err(Refusal::new(400, "no body is taken"));
        }
        if name.eq_ignore_ascii_case("Content-Length") {
            return self.length(value);
        }
        let Some(known) = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)) else { return Ok(()) };
        if self.known.iter().any(|(name, _)| name == known) {
            return Err(Refusal::new(400, "a header is given twice"));
        }
        let text = std::str::from_utf8(value).ok().filter(|text| text.is_ascii());
        let text = text.ok_or(Refusal::new(400, "a header holds other than ASCII characters"))?;
        self.known.push((known, text.to_owned()));
        Ok(())
    }

    /// A length of nothing is no body.
    fn length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.has_length || value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
            return Err(Refusal::new(400, "the length of the body makes no sense"));
        }
        self.has_length = true;
        self.has_body = value.iter().any(|digit| *digit != b'0');
        Ok(())
    }

    fn finish(&self) -> Result<(), Refusal> {
        if self.has_body {
            return Err(Refusal::new(413, "no body is taken"));
        }
        let has_host = self.known.iter().any(|(name, _)| *name == "Host");
        if has_host { Ok(()) } else { Err(Refusal::new(400, "no host is named")) }
    }
}

/// A name and a value. A line that goes on in the next one, and a space before the colon, are refused (RFC 9112, 5.1).
fn header(line: &[u8]) -> Result<(&str, &[u8]), Refusal> {
    let wrong = Refusal::new(400, "a header makes no sense");
    let colon = line.iter().position(|byte| *byte == b':').ok_or(wrong.clone())?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let is_text = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
    if name.is_empty() || !name.iter().all(is_token) || !value.iter().all(is_text) {
        return Err(wrong);
    }
    std::str::from_utf8(name).map(|name| (name, value)).map_err(|_| wrong)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> u16 {
        match read(text.as_bytes(), &Limits::default()) {
            Progress::Refused(refusal) => refusal.status,
            Progress::Whole(_) => 200,
            Progress::Unfinished => 0,
        }
    }

    #[test]
    fn a_request_is_read_however_it_is_cut() {
        let text = "GET /a?b HTTP/1.1\r\nhost: x.localhost\r\nCookie: a=b\r\nrange:  bytes=0-1 \r\n\r\n";
        for end in 0..text.len() {
            assert_eq!(status(&text[..end]), 0, "{end}");
        }
        let Progress::Whole(head) = read(text.as_bytes(), &Limits::default()) else { panic!("not whole") };
        assert_eq!(head.headers, [("Host", "x.localhost".to_owned()), ("Range", "bytes=0-1".to_owned())]);
        let handed_on = String::from_utf8(head.to_bytes("[::1]:4000")).unwrap();
        let expected = "GET /a?b HTTP/1.1\r\nHost: x.localhost\r\nRange: bytes=0-1\r\n\
                        X-Tenantry-Local: [::1]:4000\r\nConnection: close\r\n\r\n";
        assert_eq!(handed_on, expected);
    }

    #[test]
    fn fault_015_other_forms_and_methods_are_refused() {
        let request = |line: &str| status(&format!("{line} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!(request("GET http://evil/"), 400);
        assert_eq!(request("GET *"), 400);
        for method in ["CONNECT", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"] {
            assert_eq!(request(&format!("{method} /")), 405, "{method}");
        }
        assert_eq!(request("CONNECT evil.example:443"), 405);
        assert_eq!(request("get /"), 400);
        assert_eq!(request("HEAD /"), 200);
    }

    #[test]
    fn fault_016_a_host_is_named_once() {
        assert_eq!(status("GET / HTTP/1.1\r\n\r\n"), 400);
        assert_eq!(status("GET / HTTP/1.0\r\n\r\n"), 400);
        assert_eq!(status("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"), 400);
    }

    #[test]
    fn fault_019_021_bodies_are_refused_by_their_announcement() {
        let with = |headers: &str| status(&format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n"));
        assert_eq!(with("Content-Length: 18446744073709551615"), 413);
        assert_eq!(with("Content-Length: 99999999999999999999999999"), 413);
        assert_eq!(with("Content-Length: 2000"), 413);
        assert_eq!(with("Content-Length: -1"), 400);
        assert_eq!(with("Content-Length: 0\r\nContent-Length: 0"), 400);
        assert_eq!(with("Content-Length: 0, 0"), 400);
        assert_eq!(with("Content-Length: 0\r\nTransfer-Encoding: chunked"), 400);
        assert_eq!(with("Transfer-Encoding: xchunked"), 400);
        assert_eq!(with("Content-Length: 00"), 200);
    }

    #[test]
    fn fault_013_022_long_addresses_and_headers_are_refused_before_they_end() {
        let long = "a".repeat(64 << 10);
        assert_eq!(status(&format!("GET /{long}")), 414);
        assert_eq!(status(&format!("GET /{} HTTP/1.1\r\n", &long[..8 << 10])), 414);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\nX: {long}")), 431);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: a\r\n{}", "X: y\r\n".repeat(100))), 431);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(99))), 200);
    }

    #[test]
    fn fault_026_what_is_no_request_is_refused_at_once() {
        for text in ["PRI * HTTP/2.0\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "\u{16}\u{3}\u{1}", "\n", "\r\n", "ä"] {
            assert_eq!(status(text), 400, "{text:?}");
        }
        for line in ["GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / HTTP/2.0", "GET /\t HTTP/1.1", " / HTTP/1.1"]
        {
            assert_eq!(status(&format!("{line}\r\nHost: a\r\n\r\n")), 400, "{line:?}");
        }
        for header in ["X", " X: y", "X : y", ": y", "X: a\u{0}b", "X: a\rb", "X: a\u{7f}", "Host: é"] {
            assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\n")), 400, "{header:?}");
        }
        assert_eq!(status("GET /a#/../b HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
        assert_eq!(status("GET /é HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    }
}
