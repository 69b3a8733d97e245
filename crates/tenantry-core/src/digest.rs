//! Digests of content: 16 bytes, as 32 hexadecimal digits where they are written.
//!
//! Two kinds, since one of them is taken of every byte of a fleet. A [`Digest`] (BLAKE3, its first 16 bytes) stands for what
//! it is taken of: nobody can make two things of one digest, so things of different tenants may be told apart by it. A
//! [`Checksum`] (XXH3, 128 bits) only tells whether a file is as it was written: by chance no two are equal, but whoever
//! writes a file could make them so, and would only mislead their own site.

use std::fmt;

use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use twox_hash::XxHash3_128;

/// A digest of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::shortened(blake3::hash(bytes))
    }

    fn shortened(hash: blake3::Hash) -> Digest {
        let mut short = [0; 16];
        short.copy_from_slice(&hash.as_bytes()[..16]);
        Digest(short)
    }

    /// The first `length` hexadecimal digits, for names of files.
    pub fn short(&self, length: usize) -> String {
        self.to_string().chars().take(length).collect()
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for Digest {
    /// A digest by its raw bytes.
    fn from(bytes: [u8; 16]) -> Digest {
        Digest(bytes)
    }
}

/// A checksum of some bytes, to be compared with one of the same file at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checksum(Digest);

impl Checksum {
    /// The checksum of bytes.
    pub fn of(bytes: &[u8]) -> Checksum {
        Checksum(Digest(XxHash3_128::oneshot(bytes).to_be_bytes()))
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Digests several things together; each is preceded by its length, so that `ab, c` and `a, bc` differ.
#[derive(Default)]
pub struct Digester(blake3::Hasher);

impl Digester {
    /// Begins.
    pub fn new() -> Digester {
        Digester(blake3::Hasher::new())
    }

    /// Adds bytes.
    pub fn with(mut self, bytes: impl AsRef<[u8]>) -> Digester {
        self.put(bytes.as_ref());
        self
    }

    /// Adds bytes.
    pub fn put(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Ends.
    pub fn finish(self) -> Digest {
        Digest::shortened(self.0.finalize())
    }
}

impl Digest {
    /// The digits, in ASCII.
    fn digits(&self) -> [u8; 32] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        digits
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        deserializer.deserialize_str(Digits)
    }
}

/// Reads a digest as it is written.
struct Digits;

impl Visitor<'_> for Digits {
    type Value = Digest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("32 hexadecimal digits")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Digest, E> {
        let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let wrong = || E::invalid_value(Unexpected::Str(text), &self);
        if text.len() != 32 {
            return Err(wrong());
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0]).zip(digit(pair[1])).map(|(high, low)| high << 4 | low).ok_or_else(wrong)?;
        }
        Ok(Digest(bytes))
    }
}
