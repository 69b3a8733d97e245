//! The gate: what stands on the port. It takes connections, reads one request from each, and passes it on when it is
//! whole and well formed; the answer goes back through it.
//!
//! `tiny_http` stands behind it, on a socket that only this process knows. It gives a thread to every connection, waits
//! for ever, buffers whatever is sent, panics on some requests and stops accepting after one failure; so it gets
//! nothing but short, whole requests without a body, never more at once than it can bear, and is replaced when it
//! fails. One thread watches all connections, so that a slow client costs a buffer and no thread.

mod client;
mod connection;
mod listen;

use std::io::{self, Read};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::gate::client::{Client, Memory};
pub use crate::gate::listen::Ports;
pub(crate) use crate::gate::listen::{LOOPBACK, bind};
use crate::limits::Limits;

/// How long no connection is taken after one could not be: descriptors come back when others end.
const BREATH: Duration = Duration::from_millis(50);

/// How many connections are taken before the others are looked at.
const AT_ONCE: usize = 64;

/// How often deadlines are looked at, and how often waiting requests are tried again.
const TICK: Duration = Duration::from_millis(250);
const SHORT_TICK: Duration = Duration::from_millis(5);

/// Where requests go.
pub(crate) trait Behind: Send + Sync {
    /// A way to whoever answers.
    fn connect(&self) -> io::Result<UnixStream>;

    /// Whoever answers is gone, as a failed connection shows: another takes its place.
    fn revive(&self);
}

/// What the gate is made of.
pub(crate) struct Gate {
    listeners: Vec<TcpListener>,
    behind: Arc<dyn Behind>,
    limits: Limits,
    clients: Vec<Client>,
    /// No connection is taken before.
    deaf_until: Option<Instant>,
    wake: UnixStream,
    stopping: Arc<AtomicBool>,
}

/// Stops a gate.
#[derive(Debug)]
pub(crate) struct Stopper {
    wake: UnixStream,
    stopping: Arc<AtomicBool>,
}

impl Stopper {
    /// The gate closes all connections and ends.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _ = io::Write::write(&mut &self.wake, b"x");
    }
}

/// What a descriptor that was watched belongs to.
#[derive(Debug, Clone, Copy)]
enum Watched {
    Wake,
    Listener(usize),
    Client(usize),
    Behind(usize),
}

impl Gate {
    /// A gate on these listeners, and what stops it.
    pub(crate) fn new(
        listeners: Vec<TcpListener>,
        behind: Arc<dyn Behind>,
        limits: Limits,
    ) -> io::Result<(Gate, Stopper)> {
        for listener in &listeners {
            listener.set_nonblocking(true)?;
        }
        let (wake, waker) = UnixStream::pair()?;
        waker.set_nonblocking(true)?;
        wake.set_nonblocking(true)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let stopper = Stopper { wake: waker, stopping: Arc::clone(&stopping) };
        let gate = Gate { listeners, behind, limits, clients: Vec::new(), deaf_until: None, wake, stopping };
        Ok((gate, stopper))
    }

    /// Takes and passes on, until it is stopped.
    pub(crate) fn run(mut self) {
        while !self.stopping.load(Ordering::SeqCst) {
            let now = Instant::now();
            self.expire(now);
            self.admit(now);
            for (watched, flags) in self.wait() {
                self.handle(watched, flags);
            }
            self.clients.retain(|client| !client.is_over());
        }
    }

    /// Closes what took too long, and the oldest of too many unfinished requests.
    fn expire(&mut self, now: Instant) {
        let memory = self.memory();
        for client in &mut self.clients {
            client.expire(now, &self.limits, memory);
        }
        let unfinished = self.clients.iter().filter(|client| client.is_unfinished()).count();
        let too_many = unfinished.saturating_sub(self.limits.unfinished);
        self.clients.iter_mut().filter(|client| client.is_unfinished()).take(too_many).for_each(Client::close);
        self.clients.retain(|client| !client.is_over());
    }

    /// Passes on waiting requests, as many as there is room for.
    fn admit(&mut self, now: Instant) {
        let active = self.clients.iter().filter(|client| client.is_active()).count();
        let room = self.limits.active.saturating_sub(active);
        for client in self.clients.iter_mut().filter(|client| client.is_ready(now)).take(room) {
            match self.behind.connect() {
                Ok(way) => client.pass_on(way, now),
                Err(error) => {
                    if is_gone(&error) {
                        self.behind.revive();
                    }
                    // Few descriptors may be left: it is tried again, for this client and for the others.
                    client.put_off(now);
                    return;
                }
            }
        }
    }

    /// Waits until something can be done, and tells what.
    fn wait(&self) -> Vec<(Watched, PollFlags)> {
        let mut watched = vec![Watched::Wake];
        let mut descriptors = vec![PollFd::new(&self.wake, PollFlags::IN)];
        let is_deaf = self.deaf_until.is_some_and(|until| Instant::now() < until);
        if !is_deaf {
            for (number, listener) in self.listeners.iter().enumerate() {
                watched.push(Watched::Listener(number));
                descriptors.push(PollFd::new(listener, PollFlags::IN));
            }
        }
        let memory = self.memory();
        for (number, client) in self.clients.iter().enumerate() {
            watched.push(Watched::Client(number));
            descriptors.push(PollFd::new(client.socket(), client.interest()));
            if let Some(way) = client.way(memory) {
                watched.push(Watched::Behind(number));
                descriptors.push(way);
            }
        }
        let hurry = is_deaf || self.clients.iter().any(Client::is_waiting);
        let tick = Timespec::try_from(if hurry { SHORT_TICK } else { TICK }).ok();
        if poll(&mut descriptors, tick.as_ref()).is_err() {
            return Vec::new();
        }
        let happened = watched.into_iter().zip(descriptors.iter().map(PollFd::revents));
        happened.filter(|(_, flags)| !flags.is_empty()).collect()
    }

    fn memory(&self) -> Memory {
        let buffered: usize = self.clients.iter().map(Client::buffered).sum();
        if buffered < self.limits.buffered { Memory::Ample } else { Memory::Tight }
    }

    fn handle(&mut self, watched: Watched, flags: PollFlags) {
        match watched {
            Watched::Wake => {
                let _ = self.wake.read(&mut [0; 64]);
            }
            Watched::Listener(number) => self.accept(number),
            Watched::Client(number) => self.clients[number].serve(flags, &self.limits),
            Watched::Behind(number) => self.clients[number].fetch(flags),
        }
    }

    /// Takes connections. A client that is gone again already is no fault; want of descriptors passes.
    fn accept(&mut self, number: usize) {
        for _ in 0..AT_ONCE {
            match self.listeners[number].accept() {
                Ok((socket, _)) => self.clients.extend(Client::new(socket, &self.limits)),
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.deaf_until = Some(Instant::now() + BREATH);
                    return;
                }
            }
        }
    }
}

/// Whether nobody listens any more. A lack of descriptors or memory is another matter.
fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound)
}
