//! A whole answer: status, headers, body, written by one function.
//!
//! Header values come from files of tenants too. `tiny_http` would send a line break in one as it is, and with it a
//! second header or a second answer; here such a value turns the whole answer into an error.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use tenantry_core::digest::Digest;

use crate::http::range::{Part, part};
use crate::http::request::Request;
use crate::http::{Method, Refusal, conditions, reason};

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    body: Arc<[u8]>,
    part: Range<usize>,
    has_bad_header: bool,
}

/// What every answer says unless it says otherwise: nothing of another origin may read, frame or guess it.
const DEFAULTS: &[(&str, &str)] = &[
    ("Cache-Control", "no-cache"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
];

impl Reply {
    /// An answer with a body of some media type.
    pub(crate) fn new(status: u16, media_type: &str, body: impl Into<Arc<[u8]>>) -> Reply {
        Reply::raw(status, body).header("Content-Type", media_type)
    }

    /// An answer whose headers are still to be said.
    pub(crate) fn raw(status: u16, body: impl Into<Arc<[u8]>>) -> Reply {
        let body = body.into();
        let part = 0..body.len();
        Reply { status, headers: Vec::new(), body, part, has_bad_header: false }
    }

    /// One line of text.
    pub(crate) fn text(status: u16, text: &str) -> Reply {
        Reply::new(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes())
    }

    /// What a refused request is told.
    pub(crate) fn refusal(refusal: &Refusal) -> Reply {
        let reply = Reply::text(refusal.status, refusal.message);
        if refusal.status == 405 { reply.header("Allow", "GET, HEAD") } else { reply }
    }

    /// Leads elsewhere: to a path of the same host, or to a whole address of this server.
    pub(crate) fn redirect(status: u16, location: &str) -> Reply {
        Reply::text(status, "it is elsewhere").header("Location", location)
    }

    /// The same, with a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Reply {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_value = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        self.has_bad_header |= !is_name || !is_value;
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, known by a digest: a client that has it gets no body, one that asks for a part gets that.
    pub(crate) fn known_by(mut self, digest: &Digest, request: &Request) -> Reply {
        let tag = format!("\"{digest}\"");
        self = self.header("ETag", &tag);
        if self.status != 200 {
            return self;
        }
        if conditions::has(request.header("If-None-Match"), &tag) {
            self.status = 304;
            return self;
        }
        self = self.header("Accept-Ranges", "bytes");
        let may = request.method == Method::Get && conditions::may_be_partial(request.header("If-Range"), &tag);
        let asked = if may { request.header("Range") } else { None };
        let part = part(asked, self.body.len());
        self.cut(part)
    }

    fn cut(mut self, part: Part) -> Reply {
        let length = self.body.len();
        match part {
            Part::Whole => self,
            Part::Outside => Reply::text(416, "no such bytes").header("Content-Range", &format!("bytes */{length}")),
            Part::Bytes(bytes) => {
                self.status = 206;
                let range = format!("bytes {}-{}/{length}", bytes.start, bytes.end - 1);
                self.part = bytes;
                self.header("Content-Range", &range)
            }
        }
    }

    /// The first value of a header.
    #[cfg(test)]
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body, whole.
    #[cfg(test)]
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Writes the answer. The connection ends with it.
    pub(crate) fn write(&self, method: Method, to: &mut dyn Write) -> io::Result<()> {
        if self.has_bad_header {
            return Reply::text(500, "a header of this answer holds what no header may").write(method, to);
        }
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let is_said = |name: &str| self.headers.iter().any(|(said, _)| said.eq_ignore_ascii_case(name));
        for (name, value) in DEFAULTS.iter().filter(|(name, _)| !is_said(name)) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // Of 304, the length is that of the body that is not sent again; leaving it out is allowed and clearer.
        if self.status != 304 {
            head.push_str(&format!("Content-Length: {}\r\n", self.part.len()));
        }
        let date = httpdate::fmt_http_date(SystemTime::now());
        head.push_str(&format!("Date: {date}\r\nServer: tenantry\r\nConnection: close\r\n\r\n"));
        to.write_all(head.as_bytes())?;
        if method == Method::Get && self.status != 304 {
            to.write_all(&self.body[self.part.clone()])?;
        }
        to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::head::{Progress, read};
    use crate::limits::Limits;

    fn request(line: &str, headers: &str) -> Request {
        let text = format!("{line} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        let Progress::Whole(head) = read(text.as_bytes(), &Limits::default()) else { panic!("{text}") };
        Request::from_head(head).unwrap()
    }

    fn written(reply: &Reply, method: Method) -> String {
        let mut bytes = Vec::new();
        reply.write(method, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn known(line: &str, headers: &str) -> String {
        let digest = Digest::of(b"x");
        let headers = headers.replace("TAG", &format!("\"{digest}\""));
        let request = request(line, &headers);
        let reply = Reply::new(200, "text/plain", b"0123456789".to_vec()).known_by(&digest, &request);
        written(&reply, request.method)
    }

    #[test]
    fn fault_014_a_line_break_in_a_header_turns_the_answer_into_an_error() {
        for value in ["/x\r\nSet-Cookie: a=b", "a\nb", "a\0b", "é", "a\tb\u{7f}"] {
            let text = written(&Reply::redirect(301, value), Method::Get);
            assert!(text.starts_with("HTTP/1.1 500 ") && !text.contains("Set-Cookie"), "{text}");
        }
    }

    #[test]
    fn what_a_client_has_is_not_sent_again() {
        let text = known("GET /", "If-None-Match: TAG\r\n");
        assert!(text.starts_with("HTTP/1.1 304 ") && text.ends_with("\r\n\r\n"), "{text}");
        assert!(!text.contains("Content-Length") && text.contains("ETag: "), "{text}");
        assert!(known("GET /", "If-None-Match: \"other\"\r\n").starts_with("HTTP/1.1 200 "));
    }

    #[test]
    fn parts_are_sent_with_their_length() {
        let text = known("GET /", "Range: bytes=2-4\r\n");
        assert!(text.starts_with("HTTP/1.1 206 ") && text.ends_with("\r\n\r\n234"), "{text}");
        assert!(text.contains("Content-Range: bytes 2-4/10\r\n") && text.contains("Content-Length: 3\r\n"), "{text}");
        assert!(known("GET /", "Range: bytes=10-\r\n").contains("Content-Range: bytes */10\r\n"));
        assert!(known("GET /", "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n").ends_with("\r\n\r\n0123456789"));
    }

    #[test]
    fn the_head_alone_is_that_of_the_whole() {
        let text = known("HEAD /", "Range: bytes=0-1\r\n");
        assert!(text.contains("Content-Length: 10\r\n") && text.ends_with("\r\n\r\n"), "{text}");
    }

    #[test]
    fn fault_018_no_other_origin_may_read_it() {
        let text = written(&Reply::text(404, "nothing"), Method::Get);
        assert!(text.contains("Cross-Origin-Resource-Policy: same-origin\r\n"), "{text}");
        assert!(!text.to_ascii_lowercase().contains("access-control-"), "{text}");
        let own = Reply::text(200, "x").header("cache-control", "max-age=1");
        assert_eq!(written(&own, Method::Get).to_ascii_lowercase().matches("cache-control").count(), 1);
    }
}
