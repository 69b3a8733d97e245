//! Who answers: `tiny_http` on a socket of this process, and the threads that take requests from it.
//!
//! What reaches it went through the gate, so it is small, whole and without a body. Should it die all the same, for
//! want of descriptors, another one is started and the gate asks again.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tiny_http::Server;

use crate::gate::Behind;
use crate::http::Method;
use crate::http::reply::Reply;
use crate::http::request::Request;

/// How long a thread waits for a request before it looks whether all is as it was.
const LOOK_UP: Duration = Duration::from_millis(500);

/// How many servers are kept.
const KEPT: usize = 8;

/// What knows the answers.
pub(crate) trait Answers: Send + Sync {
    /// The answer to a request. It may panic.
    fn answer(&self, request: &Request) -> Outcome;
}

/// What becomes of a request.
pub(crate) enum Outcome {
    /// It is answered.
    Reply(Reply),
    /// Its connection is kept, to tell it something later.
    Kept(Box<dyn FnOnce(Box<dyn Write + Send>) + Send>),
}

/// The threads and the server that they take requests from.
pub(crate) struct Workers {
    /// The newest last. The others are dead but may still hold requests that they had taken in. They end before their
    /// folder: each connects to itself for the last time.
    servers: Mutex<Vec<Current>>,
    /// Where the sockets lie. Nobody else may look into it.
    folder: TempDir,
    stopping: AtomicBool,
}

#[derive(Clone)]
struct Current {
    number: u64,
    path: PathBuf,
    server: Arc<Server>,
}

impl Workers {
    /// Starts as many threads.
    pub(crate) fn start(count: usize, answers: &Arc<dyn Answers>) -> io::Result<Arc<Workers>> {
        let private = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix("tenantry-").permissions(private).tempdir()?;
        let servers = Mutex::new(vec![server(&folder, 0)?]);
        let workers = Arc::new(Workers { servers, folder, stopping: AtomicBool::new(false) });
        for number in 0..count {
            let (workers, answers) = (Arc::clone(&workers), Arc::clone(answers));
            thread::Builder::new().name(format!("answers {number}")).spawn(move || workers.work(&*answers))?;
        }
        Ok(workers)
    }

    /// The threads end when they have answered what they are at.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    fn work(&self, answers: &dyn Answers) {
        while !self.stopping.load(Ordering::SeqCst) {
            let mut servers = self.servers().clone();
            let newest = servers.pop();
            for dead in servers {
                while let Ok(Some(request)) = dead.server.try_recv() {
                    serve(request, answers);
                }
            }
            if let Some(newest) = newest
                && let Ok(Some(request)) = newest.server.recv_timeout(LOOK_UP)
            {
                serve(request, answers);
            }
        }
    }

    fn servers(&self) -> MutexGuard<'_, Vec<Current>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Behind for Workers {
    fn connect(&self) -> io::Result<UnixStream> {
        let path = self.servers().last().map(|newest| newest.path.clone()).unwrap_or_default();
        UnixStream::connect(path)
    }

    fn revive(&self) {
        let mut servers = self.servers();
        let number = servers.last().map_or(0, |newest| newest.number + 1);
        // Without descriptors there is no other yet; the gate asks again soon.
        if let Ok(next) = server(&self.folder, number) {
            servers.push(next);
        }
        if servers.len() > KEPT {
            servers.remove(0);
        }
    }
}

fn server(folder: &TempDir, number: u64) -> io::Result<Current> {
    let path = folder.path().join(number.to_string());
    let server = Server::http_unix(&path).map_err(io::Error::other)?;
    Ok(Current { number, path, server: Arc::new(server) })
}

/// Answers one request. A panic, even one of `tiny_http` while it lets go of the request, ends nothing but the request.
fn serve(inner: tiny_http::Request, answers: &dyn Answers) {
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let request = Request::of(&inner);
        let method = request.as_ref().map_or(Method::Get, |request| request.method);
        let outcome = match &request {
            Err(refusal) => Outcome::Reply(Reply::refusal(refusal)),
            Ok(request) => catch_unwind(AssertUnwindSafe(|| answers.answer(request))).unwrap_or_else(|_| panicked()),
        };
        let mut writer = inner.into_writer();
        match outcome {
            // A client that is gone is no fault.
            Outcome::Reply(reply) => drop(reply.write(method, &mut writer)),
            Outcome::Kept(keep) => keep(writer),
        }
    }));
}

fn panicked() -> Outcome {
    Outcome::Reply(Reply::text(500, "this answer failed; that is a fault of the program, please report it"))
}
