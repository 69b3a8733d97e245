//! The words of SFTP, version 3 (draft-ietf-secsh-filexfer-02), as bytes.

/// What is asked, by the number of the protocol.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(super) enum Ask {
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    Look = 7,
    OpenFolder = 11,
    ReadFolder = 12,
    Remove = 13,
    MakeFolder = 14,
    RemoveFolder = 15,
    Rename = 18,
    ReadLink = 19,
    Link = 20,
    Extended = 200,
}

/// Kinds of answers.
pub(super) const STATUS: u8 = 101;
pub(super) const HANDLE: u8 = 102;
pub(super) const DATA: u8 = 103;
pub(super) const NAMES: u8 = 104;
pub(super) const ATTRIBUTES: u8 = 105;
pub(super) const EXTENDED: u8 = 201;

/// Codes of a status.
pub(super) const OK: u32 = 0;
pub(super) const END: u32 = 1;
pub(super) const MISSING: u32 = 2;
pub(super) const DENIED: u32 = 3;
/// Anything that the protocol has no code for.
pub(super) const FAILED: u32 = 4;

/// How a file is opened.
pub(super) const TO_READ: u32 = 0x01;
/// Written, and made where none is.
pub(super) const TO_CREATE: u32 = 0x02 | 0x08 | 0x20;

/// A message being written.
#[derive(Default)]
pub(super) struct Words(pub(super) Vec<u8>);

impl Words {
    pub(super) fn number(mut self, number: u32) -> Words {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn long(mut self, number: u64) -> Words {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn text(self, text: impl AsRef<[u8]>) -> Words {
        let text = text.as_ref();
        let mut words = self.number(u32::try_from(text.len()).unwrap_or(u32::MAX));
        words.0.extend(text);
        words
    }
}

/// A message being read.
pub(super) struct Read<'r>(pub(super) &'r [u8]);

impl<'r> Read<'r> {
    fn take(&mut self, many: usize) -> Option<&'r [u8]> {
        let (taken, rest) = self.0.split_at_checked(many)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn long(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(super) fn text(&mut self) -> Option<&'r [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).ok()?)
    }

    /// The attributes of a file, of which only its kind matters.
    pub(super) fn kind(&mut self) -> Option<Kind> {
        let flags = self.number()?;
        let skipped = [(1, 8), (2, 8)].into_iter().filter(|(flag, _)| flags & flag != 0).map(|(_, size)| size).sum();
        self.take(skipped)?;
        let mode = if flags & 4 != 0 { self.number()? } else { 0 };
        self.take(if flags & 8 != 0 { 8 } else { 0 })?;
        for _ in 0..if flags & 0x8000_0000 != 0 { self.number()? } else { 0 } {
            self.text()?;
            self.text()?;
        }
        Some(match mode & 0o170_000 {
            0o040_000 => Kind::Folder,
            0o120_000 => Kind::Link,
            _ => Kind::File,
        })
    }
}

/// What something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Folder,
    Link,
    File,
}
