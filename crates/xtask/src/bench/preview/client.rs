//! A browser that does the least: it asks for a page, again and again if it has to.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use crate::Failure;

/// How long is waited for a page to say something.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where pages are asked for.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// The port of this machine.
    pub(crate) port: u16,
    /// What stands in `Host`.
    pub(crate) host: String,
}

impl Client {
    /// The whole answer, head and body.
    pub(crate) fn get(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host);
        stream.write_all(head.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    }

    /// Asks until the answer says something, and gives the time since `start`.
    pub(crate) fn wait(&self, path: &str, words: &str, start: Instant) -> Result<Duration, Failure> {
        loop {
            let answer = self.get(path);
            let found = answer.as_ref().is_ok_and(|answer| String::from_utf8_lossy(answer).contains(words));
            if found {
                return Ok(start.elapsed());
            }
            if start.elapsed() > PATIENCE {
                let last = answer.map(|answer| String::from_utf8_lossy(&answer).chars().take(300).collect::<String>());
                let message = format!("`{path}` of `{}` never said `{words}`: {last:?}", self.host);
                return Err(Failure::new(message));
            }
            if answer.is_err() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}
