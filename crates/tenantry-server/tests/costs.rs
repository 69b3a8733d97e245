//! What clients can make a preview server spend: memory and threads. These tests count those of the whole process, so
//! one runs at a time.

mod support;

use std::io::{Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::support::client::{read, wait_for};
use crate::support::{hasty, start};

/// Lets one test run at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn fault_022_headers_without_end_cost_nothing() {
    let _alone = alone();
    let server = start(|_| {});
    let before = resident();
    let mut stream = server.connect();
    write!(stream, "GET / HTTP/1.1\r\nHost: alpha.localhost\r\nX: ").unwrap();
    let chunk = vec![b'a'; 1 << 20];
    // The server stops reading long before.
    let sent = (0..300).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    assert!(sent < 300, "all of it was taken");
    let mut many = String::from("GET / HTTP/1.1\r\nHost: alpha.localhost\r\n");
    many.push_str(&"X: y\r\n".repeat(100_000));
    assert_eq!(server.send(many + "\r\n").status, 431);
    let mut long = server.connect();
    write!(long, "GET / HTTP/1.1\r\nHost: alpha.localhost\r\nX: {}\r\n", "a".repeat(70 << 10)).unwrap();
    assert_eq!(read(long, Instant::now()).status, 431);
    let grown = resident().saturating_sub(before);
    assert!(grown < 10 << 20, "the process grew by {grown} bytes");
    server.assert_alive();
}

#[test]
fn fault_023_half_requests_cost_no_thread_and_end_soon() {
    let _alone = alone();
    let server = start(|_| {});
    let before = threads();
    let mut half: Vec<_> = (0..500).map(|_| server.connect()).collect();
    for stream in &mut half {
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: alpha");
    }
    server.assert_alive();
    assert!(threads() <= before + 8, "{} threads, {before} before", threads());
    let started = Instant::now();
    for mut stream in half {
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert!(started.elapsed() < Duration::from_secs(10));
    server.assert_alive();
}

#[test]
fn fault_028_a_thousand_streams_are_capped_and_the_dead_are_freed() {
    let _alone = alone();
    let server = start(|_| {});
    let started = threads();
    let streams: Vec<_> = (0..1000)
        .map(|number| {
            let mut stream = server.connect();
            // A host each, as far as the cap of a host is concerned.
            let host = if number % 2 == 0 { "alpha.localhost" } else { "beta.localhost" };
            write!(stream, "GET /__tenantry/events HTTP/1.1\r\nHost: {host}:{number}\r\n\r\n").unwrap();
            stream
        })
        .collect();
    wait_for("streams begin", || server.running.streams() == hasty().streams);
    server.assert_alive();
    assert!(threads() < started + 100, "{} threads", threads());
    // Nothing is said to them, not even that it is over.
    for stream in &streams {
        rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO)).unwrap();
    }
    drop(streams);
    let ended = Instant::now();
    wait_for("streams end", || server.running.streams() == 0);
    assert!(ended.elapsed() <= hasty().heartbeat * 2 + Duration::from_millis(200), "{:?}", ended.elapsed());
    server.assert_alive();
}

/// How many threads this process has.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// How much memory this process has, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse::<usize>().ok()).map_or(0, |kib| kib << 10)
}
