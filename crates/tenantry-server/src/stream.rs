//! Event streams: what a page or the dashboard is told as it happens (WHATWG HTML, server-sent events).
//!
//! A stream only ever tells; nothing that a client sends on it is read. Streams whose client is gone are noticed by the
//! next thing that is written to them, a heartbeat if nothing else.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tenantry_core::name::TenantId;

use crate::limits::Limits;

/// Where streams are asked for.
pub(crate) const EVENTS: &str = "/__tenantry/events";

/// Whether an address asks for a stream.
pub(crate) fn is_stream(target: &str) -> bool {
    target.split('?').next() == Some(EVENTS)
}

/// Who listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Whoever looks at the dashboard.
    Dashboard,
    /// Whoever looks at pages of a tenant.
    Tenant(TenantId),
}

/// Something to be told.
pub(crate) struct Event(String);

impl Event {
    /// An event of some name, with what it tells.
    pub(crate) fn new(name: &str, content: &impl Serialize) -> Event {
        // JSON holds no line break, which would end the event.
        let content = serde_json::to_string(content).unwrap_or_default();
        Event(format!("event: {name}\ndata: {content}\n\n"))
    }
}

/// The open streams, the oldest first.
pub(crate) struct Streams {
    open: Mutex<Vec<Stream>>,
    most: usize,
    most_of_a_host: usize,
}

struct Stream {
    audience: Audience,
    host: String,
    writer: Box<dyn Write + Send>,
}

impl Stream {
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()
    }
}

/// A client that loses its stream comes back after this many milliseconds.
const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n\
    retry: 500\n\n";

impl Streams {
    pub(crate) fn new(limits: &Limits) -> Streams {
        Streams { open: Mutex::default(), most: limits.streams, most_of_a_host: limits.streams_of_a_host }
    }

    /// Begins a stream. Where there are too many, the oldest one is told so and closed.
    ///
    /// `hello` is asked for, said, and the stream put among the others, in one: what is told to the others is then
    /// either known to the hello already or told to this one too.
    pub(crate) fn begin(
        &self,
        (audience, host): (Audience, &str),
        hello: impl FnOnce() -> Event,
        writer: Box<dyn Write + Send>,
    ) {
        let mut stream = Stream { audience, host: host.to_owned(), writer };
        let mut open = self.open();
        if stream.write(&format!("{HEAD}{}", hello().0)).is_err() {
            return;
        }
        while let Some(crowded) = self.crowded(&open, host) {
            let _ = open.remove(crowded).write("event: crowded\ndata: {}\n\n");
        }
        open.push(stream);
    }

    /// The stream that has to make room for one more of a host.
    fn crowded(&self, open: &[Stream], host: &str) -> Option<usize> {
        let of_host = open.iter().filter(|stream| stream.host == host).count();
        if of_host >= self.most_of_a_host {
            return open.iter().position(|stream| stream.host == host);
        }
        (open.len() >= self.most).then_some(0)
    }

    /// Tells an audience.
    pub(crate) fn tell(&self, audience: &Audience, event: &Event) {
        self.open().retain_mut(|stream| stream.audience != *audience || stream.write(&event.0).is_ok());
    }

    /// Gives every stream a sign of life.
    pub(crate) fn beat(&self) {
        self.open().retain_mut(|stream| stream.write(":\n\n").is_ok());
    }

    /// The tenants whose pages are looked at.
    pub(crate) fn tenants(&self) -> BTreeSet<TenantId> {
        let tenant = |stream: &Stream| match &stream.audience {
            Audience::Tenant(tenant) => Some(tenant.clone()),
            Audience::Dashboard => None,
        };
        self.open().iter().filter_map(tenant).collect()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.open().len()
    }

    /// Ends all.
    pub(crate) fn close(&self) {
        self.open().clear();
    }

    fn open(&self) -> MutexGuard<'_, Vec<Stream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// A client that keeps what it is told until it is gone.
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<(String, bool)>>);

    impl Heard {
        fn text(&self) -> String {
            self.0.lock().unwrap().0.clone()
        }
    }

    impl Write for Heard {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut heard = self.0.lock().unwrap();
            if heard.1 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            heard.0.push_str(std::str::from_utf8(bytes).unwrap());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn begin(streams: &Streams, host: &str) -> Heard {
        let heard = Heard::default();
        let audience = TenantId::new(host).map_or(Audience::Dashboard, Audience::Tenant);
        streams.begin((audience, host), || Event::new("hello", &1), Box::new(heard.clone()));
        heard
    }

    #[test]
    fn only_who_it_concerns_is_told() {
        let streams = Streams::new(&Limits::default());
        let (a, b, dashboard) = (begin(&streams, "a"), begin(&streams, "b"), begin(&streams, "localhost"));
        streams.tell(&Audience::Tenant(TenantId::new("a").unwrap()), &Event::new("x", &"one\ntwo"));
        assert!(a.text().ends_with("event: x\ndata: \"one\\ntwo\"\n\n"), "{}", a.text());
        assert!(!b.text().contains("event: x") && !dashboard.text().contains("event: x"));
        assert_eq!(streams.tenants().len(), 2);
    }

    #[test]
    fn fault_029_a_host_has_few_streams_and_the_oldest_makes_room() {
        let streams = Streams::new(&Limits::default());
        let heard: Vec<Heard> = (0..7).map(|_| begin(&streams, "a")).collect();
        assert_eq!(streams.count(), 4);
        let crowded = heard.iter().filter(|heard| heard.text().contains("event: crowded")).count();
        assert_eq!(crowded, 3);
        assert!(!heard[6].text().contains("crowded"));
    }

    #[test]
    fn fault_028_the_dead_are_noticed_and_the_living_are_capped() {
        let streams = Streams::new(&Limits::default());
        let heard: Vec<Heard> = (0..1000).map(|number| begin(&streams, &format!("t{number}"))).collect();
        assert_eq!(streams.count(), 32);
        heard[990].0.lock().unwrap().1 = true;
        streams.beat();
        assert_eq!(streams.count(), 31);
    }
}
