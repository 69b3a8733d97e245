//! A proxy for HTTP between a program and a server, that lets happen what happens in networks.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::disk::must;

/// A request that passes by.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How many went before it.
    pub number: usize,
    /// `GET`, `PUT` …
    pub method: String,
    /// Path and query, as they are written.
    pub path: String,
    /// The whole head, in small letters.
    pub head: String,
}

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing.
    None,
    /// The server never hears of it, and this status is the reply.
    Status(u16),
    /// The server never hears of it, and the reply asks for a password.
    Unauthorized,
    /// It takes this long.
    Slow(Duration),
    /// The connection is reset before the server hears of it.
    Reset,
    /// The server does what is asked, and its reply is lost.
    LostReply,
    /// Half of the body of the reply arrives.
    Truncated,
}

/// A proxy that runs until its value goes.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    asked: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
}

type Judge = dyn Fn(&Asked) -> Mishap + Send + Sync;

impl Proxy {
    /// One before the server of a port of this machine; `judge` says what happens to each request.
    #[must_use]
    #[track_caller]
    pub fn before(server: u16, judge: impl Fn(&Asked) -> Mishap + Send + Sync + 'static) -> Proxy {
        let listener = must(TcpListener::bind(("127.0.0.1", 0)));
        let port = must(listener.local_addr()).port();
        let (asked, ends) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let (count, end, judge): (_, _, Arc<Judge>) = (Arc::clone(&asked), Arc::clone(&ends), Arc::new(judge));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let (count, judge) = (Arc::clone(&count), Arc::clone(&judge));
                thread::spawn(move || pass_on(stream, server, &count, &*judge));
            }
        });
        Proxy { port, asked, ends }
    }

    /// Where it listens, on the loopback interface.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many requests there were.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        // Whoever waits for the next connection gets one, and goes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Passes one request on. Whoever breaks off is answered with nothing.
fn pass_on(mut client: TcpStream, server: u16, count: &AtomicUsize, judge: &Judge) -> Option<()> {
    let head = head_of(&mut client).ok()?;
    let mut words = head.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let number = count.fetch_add(1, Ordering::Relaxed);
    let mishap = judge(&Asked { number, method, path, head: head.to_ascii_lowercase() });
    if mishap == Mishap::Reset {
        return None;
    }
    let mut body = vec![0; length_of(&head)];
    client.read_exact(&mut body).ok()?;
    if let Some(status) = status_of(mishap) {
        let reply = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return client.write_all(reply.as_bytes()).ok();
    }
    if let Mishap::Slow(long) = mishap {
        thread::sleep(long);
    }
    let reply = reply_of(server, &closing(&head), &body).ok()?;
    let end = reply.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let reply = [closing(&String::from_utf8_lossy(&reply[..end])).as_bytes(), &reply[end..]].concat();
    match mishap {
        Mishap::LostReply => None,
        Mishap::Truncated => client.write_all(&reply[..reply.len() - (reply.len() - end) / 2 - 1]).ok(),
        _ => client.write_all(&reply).ok(),
    }
}

/// What is replied in place of the server, with its headers.
fn status_of(mishap: Mishap) -> Option<String> {
    match mishap {
        Mishap::Status(status) => Some(format!("{status} Mishap")),
        Mishap::Unauthorized => Some("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"".to_owned()),
        _ => None,
    }
}

/// Reads until the empty line that ends a head.
fn head_of(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn length_of(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let length = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim());
    length.max().and_then(|value| value.parse().ok()).unwrap_or(0)
}

/// The head with the word that no other request follows on the connection.
fn closing(head: &str) -> String {
    let lines = head.trim_end().lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let kept: Vec<&str> = lines.collect();
    format!("{}\r\nConnection: close\r\n\r\n", kept.join("\r\n"))
}

fn reply_of(server: u16, head: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", server))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    let _ = stream.shutdown(Shutdown::Both);
    Ok(reply)
}
