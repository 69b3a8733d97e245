//! A preview server that runs: ours or Hugo's. It ends with the value that stands for it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::Failure;

/// How long is waited for a server to say something.
const PATIENCE: Duration = Duration::from_secs(300);

/// A server.
pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
}

impl Server {
    /// Starts a command; what it says can be waited for.
    pub(crate) fn start(command: &mut Command) -> Result<Server, Failure> {
        let program = command.get_program().display().to_string();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::new(format!("cannot run `{program}`: {error}")))?;
        let (say, lines) = mpsc::channel();
        let streams = [child.stdout.take().map(boxed), child.stderr.take().map(boxed)];
        for stream in streams.into_iter().flatten() {
            let say = say.clone();
            // A server whose words nobody reads would stand still.
            thread::spawn(move || {
                BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| say.send(line))
            });
        }
        Ok(Server { child, lines })
    }

    /// Waits for a line that holds some words.
    pub(crate) fn wait(&self, words: &str) -> Result<String, Failure> {
        let mut said = String::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line.contains(words) {
                return Ok(line);
            }
            said.push_str(&line);
            said.push('\n');
        }
        Err(Failure::new(format!("the server never said `{words}`\n{said}")))
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn boxed(stream: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(stream)
}
