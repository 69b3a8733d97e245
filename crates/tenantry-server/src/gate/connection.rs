//! A socket that never blocks, and bytes that wait to be written.

use std::io::{self, Read, Write};

/// How much is read at once.
const CHUNK: usize = 32 << 10;

/// What came of reading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// Some bytes, or none for now.
    Some,
    /// The other side has said all.
    End,
    /// The connection is broken.
    Broken,
}

/// Reads what is there, up to a chunk, to the end of a buffer.
pub(crate) fn read(mut from: impl Read, to: &mut Vec<u8>) -> Came {
    let mut chunk = [0; CHUNK];
    match from.read(&mut chunk) {
        Ok(0) => Came::End,
        Ok(count) => {
            to.extend_from_slice(&chunk[..count]);
            Came::Some
        }
        Err(error) if is_pause(&error) => Came::Some,
        Err(_) => Came::Broken,
    }
}

/// Bytes on their way out.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    pub(crate) bytes: Vec<u8>,
    written: usize,
}

impl Outgoing {
    pub(crate) fn new(bytes: Vec<u8>) -> Outgoing {
        Outgoing { bytes, written: 0 }
    }

    /// How many are left.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.written
    }

    /// Writes what can be written; tells how much. What was written is forgotten from time to time.
    pub(crate) fn write(&mut self, mut to: impl Write) -> io::Result<usize> {
        if self.len() == 0 {
            return Ok(0);
        }
        match to.write(&self.bytes[self.written..]) {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                self.written += count;
                self.forget();
                Ok(count)
            }
            Err(error) if is_pause(&error) => Ok(0),
            Err(error) => Err(error),
        }
    }
}

impl Outgoing {
    /// Lets go of what was written, now and then: each byte is moved once at most.
    fn forget(&mut self) {
        if self.len() == 0 {
            *self = Outgoing::default();
        } else if self.written * 2 >= self.bytes.len() {
            self.bytes.drain(..self.written);
            self.written = 0;
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
