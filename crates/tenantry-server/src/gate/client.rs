//! One connection, from its first byte to its end. It holds one request.
//!
//! ```text
//! Unfinished ── whole ──> Waiting ── room ──> Active ── answered ──> Finishing ──> Leaving
//!      └─────────────────────────── refused ─────────────────────────────┘
//! ```

use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::net::sockopt;

use crate::gate::connection::{Came, Outgoing, read};
use crate::http::head::{self, Progress};
use crate::http::reply::Reply;
use crate::http::{Method, Refusal};
use crate::limits::Limits;
use crate::stream::is_stream;

/// How long a request waits that met nobody who answers, before it is tried again.
const BREATH: Duration = Duration::from_millis(50);

/// Bytes of an answer that wait for one client while memory is tight, and those of an event stream at any time.
const FEW: usize = 64 << 10;

/// How much is read away behind a request that was answered.
const MOST_GONE: usize = 1 << 20;

/// How many times less patience there is while memory is tight.
const HASTE: u32 = 10;

/// Whether much waits for slow clients, all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// It does not.
    Ample,
    /// It does: no more is taken from whoever answers.
    Tight,
}

/// A connection.
pub(crate) struct Client {
    socket: TcpStream,
    /// The address of this machine that it called.
    local: String,
    stage: Stage,
    /// When the stage began; in stages that write, when something was last written.
    since: Instant,
}

enum Stage {
    /// These bytes of a request have come.
    Unfinished(Vec<u8>),
    /// The request is whole.
    Waiting(Passage),
    /// It is being answered.
    Active(Box<Active>),
    /// This is left to be written.
    Finishing(Outgoing),
    /// All is said; whatever still comes, of which so much came, is read away.
    Leaving(usize),
    Over,
}

/// A request to be passed on.
#[derive(Clone)]
struct Passage {
    request: Vec<u8>,
    is_stream: bool,
    /// When the request was whole.
    came: Instant,
    was_tried: bool,
}

struct Active {
    passage: Passage,
    way: UnixStream,
    request: Outgoing,
    answer: Outgoing,
    has_begun: bool,
}

impl Client {
    /// A new connection; nothing, if it is broken already.
    pub(crate) fn new(socket: TcpStream, limits: &Limits) -> Option<Client> {
        socket.set_nonblocking(true).ok()?;
        socket.set_nodelay(true).ok()?;
        let local = socket.local_addr().ok()?.to_string();
        // A client that vanished takes nothing in: the system gives it up, even if it takes no room here.
        let _ = sockopt::set_tcp_user_timeout(&socket, u32::try_from(limits.stall.as_millis()).unwrap_or(u32::MAX));
        Some(Client { socket, local, stage: Stage::Unfinished(Vec::new()), since: Instant::now() })
    }

    pub(crate) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    pub(crate) fn is_unfinished(&self) -> bool {
        matches!(self.stage, Stage::Unfinished(_))
    }

    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.stage, Stage::Waiting(_))
    }

    /// Whether the request is to be passed on as soon as there is room.
    pub(crate) fn is_ready(&self, now: Instant) -> bool {
        let Stage::Waiting(passage) = &self.stage else { return false };
        !passage.was_tried || now.saturating_duration_since(self.since) >= BREATH
    }

    pub(crate) fn is_active(&self) -> bool {
        matches!(self.stage, Stage::Active(_))
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// How many bytes wait for the client.
    pub(crate) fn buffered(&self) -> usize {
        match &self.stage {
            Stage::Active(active) => active.answer.len(),
            Stage::Finishing(answer) => answer.len(),
            _ => 0,
        }
    }

    /// Ends the connection as it is.
    pub(crate) fn close(&mut self) {
        self.stage = Stage::Over;
    }

    /// What the client is watched for. That it is gone is always told.
    pub(crate) fn interest(&self) -> PollFlags {
        match &self.stage {
            Stage::Unfinished(_) | Stage::Leaving(_) => PollFlags::IN,
            Stage::Finishing(_) => PollFlags::OUT,
            Stage::Active(active) => {
                // Who has said all may still listen, but nobody listens to a stream for its end.
                let end = if active.passage.is_stream { PollFlags::RDHUP } else { PollFlags::empty() };
                if active.answer.len() > 0 { PollFlags::OUT | end } else { end }
            }
            Stage::Waiting(_) | Stage::Over => PollFlags::empty(),
        }
    }

    /// The other end of the passage, with what it is watched for.
    pub(crate) fn way(&self, memory: Memory) -> Option<PollFd<'_>> {
        let Stage::Active(active) = &self.stage else { return None };
        let has_room = memory == Memory::Ample || active.answer.len() < FEW;
        let mut flags = if has_room { PollFlags::IN } else { PollFlags::empty() };
        if active.request.len() > 0 {
            flags |= PollFlags::OUT;
        }
        (!flags.is_empty()).then(|| PollFd::new(&active.way, flags))
    }

    /// The request could not be passed on.
    pub(crate) fn put_off(&mut self, now: Instant) {
        if let Stage::Waiting(passage) = &mut self.stage {
            passage.was_tried = true;
            self.since = now;
        }
    }

    /// Passes the request on.
    pub(crate) fn pass_on(&mut self, way: UnixStream, now: Instant) {
        let Stage::Waiting(passage) = &mut self.stage else { return };
        if way.set_nonblocking(true).is_err() {
            return;
        }
        passage.was_tried = true;
        let request = Outgoing::new(passage.request.clone());
        let answer = Outgoing::default();
        let active = Active { passage: passage.clone(), way, request, answer, has_begun: false };
        self.turn(Stage::Active(Box::new(active)), now);
        self.fetch(PollFlags::OUT);
    }

    /// Does what the client is ready for.
    pub(crate) fn serve(&mut self, flags: PollFlags, limits: &Limits) {
        if flags.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL | PollFlags::RDHUP) {
            return self.close();
        }
        match &mut self.stage {
            Stage::Unfinished(bytes) => match read(&self.socket, bytes) {
                Came::Some => self.look(limits),
                Came::End | Came::Broken => self.close(),
            },
            Stage::Active(_) | Stage::Finishing(_) => self.write(),
            Stage::Leaving(gone) => {
                let mut bytes = Vec::new();
                let came = read(&self.socket, &mut bytes);
                *gone += bytes.len();
                if came != Came::Some || *gone > MOST_GONE {
                    self.close();
                }
            }
            Stage::Waiting(_) | Stage::Over => {}
        }
    }

    /// Does what the other end of the passage is ready for.
    pub(crate) fn fetch(&mut self, flags: PollFlags) {
        let Stage::Active(active) = &mut self.stage else { return };
        if active.request.len() > 0 && active.request.write(&active.way).is_err() {
            return self.nobody_answers();
        }
        if flags == PollFlags::OUT {
            return;
        }
        let came = read(&active.way, &mut active.answer.bytes);
        active.has_begun |= active.answer.len() > 0;
        match came {
            Came::Some if active.passage.is_stream && active.answer.len() > FEW => self.close(),
            Came::Some => self.write(),
            Came::End | Came::Broken if active.has_begun => {
                let answer = std::mem::take(&mut active.answer);
                self.turn(Stage::Finishing(answer), Instant::now());
                self.write();
            }
            Came::End | Came::Broken => self.nobody_answers(),
        }
    }

    /// Ends what took too long. While memory is tight, who takes nothing makes room sooner.
    pub(crate) fn expire(&mut self, now: Instant, limits: &Limits, memory: Memory) {
        let lasted = now.saturating_duration_since(self.since);
        let stall = if memory == Memory::Tight { limits.stall / HASTE } else { limits.stall };
        match &self.stage {
            Stage::Unfinished(bytes) if lasted > limits.request_time => {
                // Browsers open connections ahead and may never use them.
                if bytes.is_empty() { self.close() } else { self.refuse(&TOO_SLOW) }
            }
            Stage::Waiting(passage) if now.saturating_duration_since(passage.came) > limits.answer_time => {
                self.refuse(&TOO_BUSY);
            }
            Stage::Active(active) if active.answer.len() > 0 && lasted > stall => self.close(),
            Stage::Active(active) if !active.has_begun && lasted > limits.answer_time => self.refuse(&NO_ANSWER),
            Stage::Finishing(_) if lasted > stall => self.close(),
            Stage::Leaving(_) if lasted > limits.linger => self.close(),
            _ => {}
        }
    }

    /// Looks whether the request is whole.
    fn look(&mut self, limits: &Limits) {
        let Stage::Unfinished(bytes) = &self.stage else { return };
        match head::read(bytes, limits) {
            Progress::Unfinished => {}
            Progress::Refused(refusal) => self.refuse(&refusal),
            Progress::Whole(head) => {
                let is_stream = is_stream(&head.target);
                let (request, came) = (head.to_bytes(&self.local), Instant::now());
                self.turn(Stage::Waiting(Passage { request, is_stream, came, was_tried: false }), came);
            }
        }
    }

    /// The passage broke before an answer came. Requests change nothing, so they may be asked again.
    fn nobody_answers(&mut self) {
        let Stage::Active(active) = &self.stage else { return };
        let passage = active.passage.clone();
        self.turn(Stage::Waiting(passage), Instant::now());
    }

    fn refuse(&mut self, refusal: &Refusal) {
        let mut bytes = Vec::new();
        let _ = Reply::refusal(refusal).write(Method::Get, &mut bytes);
        self.turn(Stage::Finishing(Outgoing::new(bytes)), Instant::now());
        self.write();
    }

    /// Writes what waits for the client.
    fn write(&mut self) {
        let (answer, is_last) = match &mut self.stage {
            Stage::Active(active) => (&mut active.answer, false),
            Stage::Finishing(answer) => (answer, true),
            _ => return,
        };
        match answer.write(&self.socket) {
            Ok(0) => {}
            Ok(_) => self.since = Instant::now(),
            Err(_) => return self.close(),
        }
        if is_last && answer.len() == 0 {
            // What the client sent on would make the system forget the answer on its way.
            let _ = self.socket.shutdown(Shutdown::Write);
            self.turn(Stage::Leaving(0), Instant::now());
        }
    }

    fn turn(&mut self, stage: Stage, now: Instant) {
        self.stage = stage;
        self.since = now;
    }
}

const TOO_SLOW: Refusal = Refusal::new(408, "the request took too long");

const TOO_BUSY: Refusal = Refusal::new(503, "too much is asked at once");

const NO_ANSWER: Refusal = Refusal::new(504, "the answer took too long");
