//! Starting and stopping a server: the port, the threads, and how they end.

use std::fmt;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::rand::{GetRandomFlags, getrandom};
use tenantry_core::name::TenantId;

use crate::access::{Access, USER};
use crate::gate::{Behind, Gate, LOOPBACK, Ports, Stopper, bind};
use crate::limits::Limits;
use crate::observe::{Event, Observer};
use crate::open::Open;
use crate::preview::{Follow, Preview};
use crate::router::Router;
use crate::site::{Checked, Sites, Watching};
use crate::stream::Streams;
use crate::watch::{Changes, Loop, Signal, System, Watch, signals};
use crate::workers::{Answers, Workers};

/// How a server is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The workspace, to be watched.
    pub workspace: PathBuf,
    /// The port.
    pub ports: Ports,
    /// The name or address to listen at, if not this machine alone.
    pub host: Option<String>,
    /// The tenant that stands at the root.
    pub tenant: Option<TenantId>,
    /// Whether browsers are led to the page that was edited.
    pub follow: Follow,
    /// How changes are found out.
    pub watch: Watch,
    /// What a client may cost.
    pub limits: Limits,
}

/// Why a server cannot start.
#[derive(Debug)]
pub enum Failure {
    /// The port cannot be taken.
    Port(Ports, io::Error),
    /// The name or address to listen at is none of this machine.
    Host(String, io::Error),
    /// Something else of the system.
    System(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Port(Ports::Only(port), error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "port {port} is taken by another program")
            }
            Failure::Port(Ports::From(port), error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "port {port} and those after it are taken by other programs")
            }
            Failure::Port(Ports::Only(port) | Ports::From(port), error) => {
                write!(f, "cannot listen at port {port}: {error}")
            }
            Failure::Host(host, error) => write!(f, "cannot listen at `{host}`: {error}"),
            Failure::System(error) => write!(f, "cannot start: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

/// A server that runs until it is dropped.
pub struct Running {
    preview: Arc<Preview>,
    workers: Arc<Workers>,
    gate: Stopper,
    watch: Sender<Signal>,
    stop: Arc<Stop>,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    /// The port that was taken.
    pub fn port(&self) -> u16 {
        self.preview.port
    }

    /// Where to begin: the dashboard, or the one tenant. Under a name that others reach, it holds the token.
    pub fn address(&self) -> String {
        let port = self.port();
        match &self.preview.access {
            Access::Local => format!("http://localhost:{port}/"),
            Access::Shared { name, token } => {
                let host = if name.contains(':') { format!("[{name}]") } else { name.clone() };
                format!("http://{USER}:{token}@{host}:{port}/")
            }
        }
    }

    /// How many pages listen for changes.
    pub fn streams(&self) -> usize {
        self.preview.streams.count()
    }

    /// The address of a tenant's site, on this machine.
    pub fn address_of(&self, tenant: &TenantId) -> String {
        format!("http://{tenant}.localhost:{}/", self.port())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.now();
        let _ = self.watch.send(Signal::Stop);
        self.preview.streams.close();
        self.gate.stop();
        self.workers.stop();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Starts a server. It answers when this returns; the watches come to stand after that.
pub fn serve(sites: Arc<dyn Sites>, observer: Arc<dyn Observer>, options: Options) -> Result<Running, Failure> {
    let addresses = addresses(options.host.as_deref())?;
    let listeners = bind(&addresses, options.ports).map_err(|error| match &options.host {
        Some(host) if error.kind() != io::ErrorKind::AddrInUse => Failure::Host(host.clone(), error),
        _ => Failure::Port(options.ports, error),
    })?;
    let port = listeners[0].local_addr().map_err(Failure::System)?.port();
    let preview = Arc::new(preview(sites, observer, &options, port).map_err(Failure::System)?);
    let answers: Arc<dyn Answers> = Arc::new(Router(Arc::clone(&preview)));
    let workers = Workers::start(options.limits.workers, &answers).map_err(Failure::System)?;
    let behind: Arc<dyn Behind> = Arc::clone(&workers) as _;
    let (gate, stopper) = Gate::new(listeners, behind, options.limits.clone()).map_err(Failure::System)?;
    let (watch, signals) = signals();
    let stop = Arc::new(Stop::default());
    let mut running =
        Running { preview, workers, gate: stopper, watch: watch.clone(), stop: Arc::clone(&stop), threads: Vec::new() };
    running.thread("gate", move || gate.run())?;
    let (preview, pulse) = (Arc::clone(&running.preview), options.limits.heartbeat);
    running.thread("heartbeat", move || {
        while !stop.wait(pulse) {
            preview.streams.beat();
        }
    })?;
    let preview = Arc::clone(&running.preview);
    let system = Arc::new(System::new(&options.workspace, options.watch));
    running.thread("watch", move || Loop::new(&*preview, system).run(&signals, &watch))?;
    let (preview, stop) = (Arc::clone(&running.preview), Arc::clone(&running.stop));
    running.thread("progress", move || {
        while !stop.wait(TELLING) {
            preview.tell_checked();
        }
    })?;
    Ok(running)
}

impl Running {
    fn thread(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work).map_err(Failure::System)?;
        self.threads.push(thread);
        Ok(())
    }
}

/// The addresses to listen at.
fn addresses(host: Option<&str>) -> Result<Vec<IpAddr>, Failure> {
    let Some(host) = host else { return Ok(LOOPBACK.to_vec()) };
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    let found = (host, 0).to_socket_addrs().map_err(|error| Failure::Host(host.to_owned(), error))?;
    let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

fn preview(sites: Arc<dyn Sites>, observer: Arc<dyn Observer>, options: &Options, port: u16) -> io::Result<Preview> {
    let access = match &options.host {
        None => Access::Local,
        Some(name) => Access::Shared { name: name.to_ascii_lowercase(), token: random(16)? },
    };
    Ok(Preview {
        sites,
        observer,
        streams: Streams::new(&options.limits),
        open: Open::default(),
        access,
        tenant: options.tenant.clone(),
        port,
        follow: options.follow,
        run: random(4)?,
        edits: AtomicU64::new(0),
        last: Mutex::default(),
        checked: Mutex::new(Checked::default()),
        is_settled: AtomicBool::new(false),
    })
}

/// So many bytes that nobody can guess, in hexadecimal digits.
fn random(bytes: usize) -> io::Result<String> {
    let mut buffer = [0; 16];
    let length = bytes.min(buffer.len());
    getrandom(&mut buffer[..length], GetRandomFlags::empty())?;
    Ok(buffer[..length].iter().map(|byte| format!("{byte:02x}")).collect())
}

/// How often it is told how far the look at all tenants is.
const TELLING: Duration = Duration::from_millis(500);

impl Changes for Preview {
    fn look(&self, paths: Option<&[PathBuf]>) -> bool {
        self.changed(paths)
    }

    fn rely(&self, on_events: Result<(), &str>) {
        self.is_settled.store(true, Ordering::SeqCst);
        match on_events {
            Ok(()) => {
                self.sites.watched(Watching::Complete);
                self.observer.event(Event::Watching);
            }
            Err(reason) => {
                self.sites.watched(Watching::Incomplete);
                self.observer.event(Event::Polling { reason: reason.to_owned() });
            }
        }
    }
}

/// Ends threads that wait.
#[derive(Default)]
struct Stop {
    is_now: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    fn now(&self) {
        *self.is_now.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Waits so long, or until the end; whether it is the end.
    fn wait(&self, time: Duration) -> bool {
        let is_now = self.is_now.lock().unwrap_or_else(PoisonError::into_inner);
        let (is_now, _) =
            self.changed.wait_timeout_while(is_now, time, |is_now| !*is_now).unwrap_or_else(PoisonError::into_inner);
        *is_now
    }
}
