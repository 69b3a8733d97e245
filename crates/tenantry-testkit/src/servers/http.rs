//! The least of HTTP that a test needs: a request of a path at a host, and the reply as it came.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::PATIENCE;
use crate::disk::must;

/// What a server replied.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The values of a header, joined as clients join them.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        values.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn read(bytes: &[u8]) -> Option<Reply> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        let mut reply = Reply { status, headers, body: bytes[end + 4..].to_vec() };
        if reply.header("transfer-encoding") == "chunked" {
            reply.body = joined(&reply.body)?;
        }
        Some(reply)
    }
}

/// The chunks of a body as one.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).ok()?, 16).ok()?;
        body.extend(chunks.get(end + 2..end + 2 + size)?);
        if size == 0 {
            return Some(body);
        }
        chunks = chunks.get(end + 4 + size..)?;
    }
}

/// Asks a server of this machine for a path, as it is written, of a host.
#[must_use]
#[track_caller]
pub fn get(port: u16, host: &str, path: &str) -> Reply {
    get_with(port, (host, path), "")
}

/// The same, with more lines in the head of the request, each with its end of line.
#[must_use]
#[track_caller]
pub fn get_with(port: u16, (host, path): (&str, &str), lines: &str) -> Reply {
    let mut stream = must(TcpStream::connect(("127.0.0.1", port)));
    must(stream.set_read_timeout(Some(PATIENCE)));
    must(write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n"));
    let mut bytes = Vec::new();
    must(stream.read_to_end(&mut bytes));
    Reply::read(&bytes).unwrap_or_else(|| panic!("no reply to {host}{path}: {}", String::from_utf8_lossy(&bytes)))
}
