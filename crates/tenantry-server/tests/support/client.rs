//! A client of HTTP that sends the bytes it is given.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::support::Server;

/// How long anything may take at all.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What a server sent.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) took: Duration,
}

impl Response {
    /// The values of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        pairs.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Server {
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.running.port()))
    }

    /// A connection.
    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address())
    }

    /// Sends bytes, and reads until the server has said all.
    #[track_caller]
    pub(crate) fn send(&self, bytes: impl AsRef<[u8]>) -> Response {
        let started = Instant::now();
        let mut stream = self.connect();
        // A server may refuse before all is sent.
        let _ = stream.write_all(bytes.as_ref());
        read(stream, started)
    }

    /// Asks a tenant for a path, with further headers.
    #[track_caller]
    pub(crate) fn get_with(&self, host: &str, path: &str, headers: &str) -> Response {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: {host}:{}\r\n{headers}\r\n", self.running.port()))
    }

    #[track_caller]
    pub(crate) fn get(&self, host: &str, path: &str) -> Response {
        self.get_with(host, path, "")
    }

    /// That the server is there and answers soon, as soon as the machine lets it.
    #[track_caller]
    pub(crate) fn assert_alive(&self) {
        let mut took = Vec::new();
        for _ in 0..5 {
            let response = self.get("alpha.localhost", "/");
            assert_eq!(response.status, 200, "{response:?}");
            took.push(response.took);
            if response.took < Duration::from_millis(100) {
                return;
            }
        }
        panic!("it took {took:?}");
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads until the server has said all. Status 0 is no answer.
#[track_caller]
pub(crate) fn read(mut stream: TcpStream, started: Instant) -> Response {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let head = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = end.map(|end| bytes.split_off(end + 4)).unwrap_or_default();
    Response { status, head, body, took: started.elapsed() }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "it never happened: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// An event stream that is listened to.
pub(crate) struct Listener {
    stream: TcpStream,
    heard: String,
}

impl Server {
    /// Listens to the events of a host.
    pub(crate) fn listen(&self, host: &str) -> Listener {
        self.listen_at(host, "/__tenantry/events")
    }

    pub(crate) fn listen_at(&self, host: &str, path: &str) -> Listener {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}:{}\r\n\r\n", self.running.port()).unwrap();
        let mut listener = Listener { stream, heard: String::new() };
        listener.hear("event: hello");
        listener
    }
}

impl Listener {
    /// Listens until something is said; tells all that was said since the last time.
    #[track_caller]
    pub(crate) fn hear(&mut self, words: &str) -> String {
        let mut buffer = [0; 4096];
        let started = Instant::now();
        while !self.heard.contains(words) {
            let count = self.stream.read(&mut buffer).unwrap_or(0);
            assert!(count > 0 && started.elapsed() < PATIENCE, "never was said `{words}`: {}", self.heard);
            self.heard.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        std::mem::take(&mut self.heard)
    }

    /// What is said within a time.
    pub(crate) fn overhear(&mut self, time: Duration) -> String {
        self.stream.set_read_timeout(Some(time)).unwrap();
        let until = Instant::now() + time;
        let mut buffer = [0; 4096];
        while Instant::now() < until {
            match self.stream.read(&mut buffer) {
                Ok(count) if count > 0 => self.heard.push_str(&String::from_utf8_lossy(&buffer[..count])),
                _ => break,
            }
        }
        std::mem::take(&mut self.heard)
    }
}
