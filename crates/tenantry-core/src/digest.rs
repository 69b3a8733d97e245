//! Digests of content: BLAKE3, the first 16 bytes, as 32 hexadecimal digits where they are written.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A digest of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digester::new().with(bytes).finish()
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
        let mut short = [0; 16];
        short.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Digest(short)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("a digest has 32 hexadecimal digits");
        if text.len() != 32 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Digest(bytes))
    }
}
