//! What a client may cost: how much it may send, how long it may take, how many there may be.
//!
//! `tiny_http` has none of these limits; they are held before it, by the gate. Tests shorten them.

use std::time::Duration;

/// The limits of a running server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a request up to the empty line.
    pub head: usize,
    /// Bytes of an address.
    pub target: usize,
    /// Headers of a request.
    pub headers: usize,
    /// How long a client may take to send a request.
    pub request_time: Duration,
    /// How long a client may take nothing of what is sent to it.
    pub stall: Duration,
    /// How long an answer may take to begin.
    pub answer_time: Duration,
    /// How long the rest of what a client sends is read away after its answer, so that the answer reaches it.
    pub linger: Duration,
    /// Connections that have not sent a whole request yet; above it, the oldest one is closed.
    pub unfinished: usize,
    /// Requests that are answered at the same time; the others wait.
    pub active: usize,
    /// Bytes of answers that wait for slow clients, all together.
    pub buffered: usize,
    /// Threads that answer requests.
    pub workers: usize,
    /// Event streams; above it, the oldest one is closed.
    pub streams: usize,
    /// Event streams of one host: browsers open six connections to one, and pages need some of them.
    pub streams_of_a_host: usize,
    /// Between two signs of life in an event stream.
    pub heartbeat: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head: 64 << 10,
            target: 8 << 10,
            headers: 100,
            request_time: Duration::from_secs(5),
            stall: Duration::from_secs(10),
            answer_time: Duration::from_secs(60),
            linger: Duration::from_secs(1),
            unfinished: 256,
            active: 96,
            buffered: 64 << 20,
            workers: 8,
            streams: 32,
            streams_of_a_host: 4,
            heartbeat: Duration::from_secs(10),
        }
    }
}
