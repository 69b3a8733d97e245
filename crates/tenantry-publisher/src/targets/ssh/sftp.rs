//! A conversation in SFTP with the server of another machine, by way of the system's `ssh`.
//!
//! No shell is on the way: `ssh` is started with a list of arguments, and what the other side runs is its own file
//! server, which gets paths as bytes of a message.

use std::io::{self, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::wire::{
    ATTRIBUTES, Ask, DATA, DENIED, END, EXTENDED, FAILED, HANDLE, Kind, MISSING, NAMES, OK, Read, STATUS, TO_CREATE,
    TO_READ, Words,
};
use crate::fault::{Fault, FaultKind};

/// Options of every connection: nothing is asked of people, nothing is forwarded, and a dead line is noticed.
const OPTIONS: &[&str] = &[
    "-oBatchMode=yes",
    "-oConnectTimeout=20",
    "-oServerAliveInterval=15",
    "-oServerAliveCountMax=4",
    "-oClearAllForwardings=yes",
    "-oForwardAgent=no",
    "-oForwardX11=no",
    "-oPermitLocalCommand=no",
    "-oRequestTTY=no",
];
/// The version of the protocol that OpenSSH speaks.
const VERSION: u32 = 3;
/// How many bytes a message carries.
const PART: usize = 32 * 1024;
/// How many messages may be on their way.
const WINDOW: usize = 16;
/// Longest message that is read.
const LONGEST: usize = 1 << 20;
/// How much of what `ssh` tells is kept.
const MOST_TOLD: u64 = 4096;

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The server says so, with a code and its words.
    Status(u32, String),
    /// There is no conversation any more.
    Broken(Fault),
}

impl Refusal {
    /// As a fault of doing something at a path.
    pub(super) fn fault(self, action: &str, path: &str) -> Fault {
        match self {
            Refusal::Broken(fault) => fault,
            Refusal::Status(code, words) => {
                let kind = if code == DENIED { FaultKind::Denied } else { FaultKind::Lasting };
                Fault::new(kind, format!("cannot {action} `{path}`: {words}"))
            }
        }
    }

    /// Whether the server does not say why.
    pub(super) fn is_unexplained(&self) -> bool {
        matches!(self, Refusal::Status(FAILED, _))
    }

    /// Whether there is nothing at the path.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Refusal::Status(MISSING, _))
    }
}

pub(super) type Answer<T> = Result<T, Refusal>;

/// Nothing where something is not there.
pub(super) fn if_any<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Err(refusal) if refusal.is_missing() => Ok(None),
        other => other.map(Some),
    }
}

/// Where to connect to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Machine {
    pub(super) host: String,
    pub(super) user: Option<String>,
    pub(super) port: Option<u64>,
}

/// A conversation.
pub(super) struct Sftp {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    told: Arc<Mutex<Vec<u8>>>,
    number: u32,
    machine: String,
}

impl Sftp {
    /// Begins one.
    pub(super) fn connect(machine: &Machine) -> Answer<Sftp> {
        let mut command = Command::new("ssh");
        command.args(OPTIONS);
        if let Some(port) = machine.port {
            command.args(["-p", &port.to_string()]);
        }
        if let Some(user) = &machine.user {
            command.args(["-l", user]);
        }
        command.args(["-s", "--", &machine.host, "sftp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let broken = |why: String| Refusal::Broken(Fault::lasting(why));
        let mut child = command.spawn().map_err(|error| broken(format!("cannot run `ssh`: {error}")))?;
        let (Some(input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(broken("`ssh` cannot be talked to".to_owned()));
        };
        let told = Arc::<Mutex<Vec<u8>>>::default();
        let kept = Arc::clone(&told);
        thread::spawn(move || {
            let mut errors = errors;
            let mut words = Vec::new();
            let _ = errors.by_ref().take(MOST_TOLD).read_to_end(&mut words);
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend(words);
            let _ = io::copy(&mut errors, &mut io::sink());
        });
        let mut sftp = Sftp { child, input, output, told, number: 0, machine: machine.host.clone() };
        sftp.greet().map_err(|error| sftp.broken(&error))?;
        Ok(sftp)
    }

    fn greet(&mut self) -> io::Result<()> {
        self.input.write_all(&packet(1, &Words::default().number(VERSION).0))?;
        self.input.flush()?;
        self.message().map(drop)
    }

    /// Reads one message: its kind, and what follows.
    fn message(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut length = [0; 4];
        self.output.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if !(1..=LONGEST).contains(&length) {
            return Err(io::Error::other("it speaks no SFTP"));
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes)?;
        Ok((bytes[0], bytes.split_off(1)))
    }

    /// The end of the conversation, with what `ssh` told of it.
    fn broken(&mut self, error: &io::Error) -> Refusal {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // What was told may still be on its way.
        thread::sleep(std::time::Duration::from_millis(50));
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let told = String::from_utf8_lossy(&told);
        let last = told.lines().rev().find(|line| !line.trim().is_empty()).map(str::trim);
        let lasting = ["Host key verification failed", "Could not resolve hostname", "Bad configuration option"];
        let kind = if told.contains("Permission denied") {
            FaultKind::Denied
        } else if lasting.iter().any(|words| told.contains(words)) {
            FaultKind::Lasting
        } else {
            FaultKind::Passing(None)
        };
        let words = last.map_or_else(|| error.to_string(), str::to_owned);
        Refusal::Broken(Fault::new(kind, format!("`{}`: {words}", self.machine)))
    }

    fn send(&mut self, ask: Ask, words: Words) -> Answer<()> {
        self.number = self.number.wrapping_add(1);
        let body = [&self.number.to_be_bytes()[..], &words.0].concat();
        let sent = self.input.write_all(&packet(ask as u8, &body)).and_then(|()| self.input.flush());
        sent.map_err(|error| self.broken(&error))
    }

    /// The next answer, which is to the oldest question: a status that is none of success is a refusal.
    fn answer(&mut self) -> Answer<(u8, Vec<u8>)> {
        let (kind, body) = self.message().map_err(|error| self.broken(&error))?;
        let mut read = Read(&body);
        let number = read.number();
        let rest = read.0.to_vec();
        if number.is_none() || !matches!(kind, STATUS | HANDLE | DATA | NAMES | ATTRIBUTES | EXTENDED) {
            return Err(self.broken(&io::Error::other("it speaks no SFTP")));
        }
        if kind == STATUS {
            let mut read = Read(&rest);
            let code = read.number().unwrap_or(u32::MAX);
            let words = read.text().map(|text| String::from_utf8_lossy(text).into_owned());
            if code != OK {
                return Err(Refusal::Status(code, words.unwrap_or_default()));
            }
        }
        Ok((kind, rest))
    }

    fn ask(&mut self, ask: Ask, words: Words) -> Answer<Vec<u8>> {
        self.send(ask, words)?;
        self.answer().map(|(_, body)| body)
    }

    fn text_in(&mut self, body: &[u8]) -> Answer<Vec<u8>> {
        let text = Read(body).text().map(<[u8]>::to_vec);
        text.ok_or_else(|| self.broken(&io::Error::other("it speaks no SFTP")))
    }

    fn open(&mut self, path: &str, how: u32) -> Answer<Vec<u8>> {
        let body = self.ask(Ask::Open, Words::default().text(path).number(how).number(0))?;
        self.text_in(&body)
    }

    fn close(&mut self, handle: &[u8]) -> Answer<()> {
        self.ask(Ask::Close, Words::default().text(handle)).map(drop)
    }

    /// Reads a file.
    pub(super) fn read(&mut self, path: &str) -> Answer<Vec<u8>> {
        let handle = self.open(path, TO_READ)?;
        let mut bytes = Vec::new();
        loop {
            let part = u32::try_from(PART).unwrap_or(u32::MAX);
            let words = Words::default().text(&handle).long(bytes.len() as u64).number(part);
            match self.ask(Ask::Read, words) {
                Ok(body) => bytes.extend(self.text_in(&body)?),
                Err(Refusal::Status(END, _)) => break,
                Err(refusal) => return Err(refusal),
            }
        }
        self.close(&handle)?;
        Ok(bytes)
    }

    /// Writes a file where none is.
    pub(super) fn create(&mut self, path: &str, bytes: &[u8]) -> Answer<()> {
        let handle = self.open(path, TO_CREATE)?;
        let mut written = Ok(());
        for (first, window) in bytes.chunks(PART * WINDOW).enumerate() {
            for (second, part) in window.chunks(PART).enumerate() {
                let at = (first * WINDOW + second) * PART;
                self.send(Ask::Write, Words::default().text(&handle).long(at as u64).text(part))?;
            }
            for _ in window.chunks(PART) {
                written = written.and(self.answer().map(drop));
            }
        }
        let closed = if matches!(written, Err(Refusal::Broken(_))) { Ok(()) } else { self.close(&handle) };
        written.and(closed)
    }

    /// What is at a path; a link counts as one.
    pub(super) fn look(&mut self, path: &str) -> Answer<Kind> {
        let body = self.ask(Ask::Look, Words::default().text(path))?;
        let kind = Read(&body).kind();
        kind.ok_or_else(|| self.broken(&io::Error::other("it speaks no SFTP")))
    }

    /// Removes a file; that there is none is no refusal.
    pub(super) fn remove(&mut self, path: &str) -> Answer<()> {
        if_any(self.ask(Ask::Remove, Words::default().text(path))).map(drop)
    }

    /// Makes a folder.
    pub(super) fn make_folder(&mut self, path: &str) -> Answer<()> {
        self.ask(Ask::MakeFolder, Words::default().text(path).number(0)).map(drop)
    }

    /// Removes an empty folder; that it is not empty, or not there, is for who asks to know.
    pub(super) fn remove_folder(&mut self, path: &str) -> Answer<()> {
        self.ask(Ask::RemoveFolder, Words::default().text(path)).map(drop)
    }

    /// Renames to where nothing is; something there is a refusal.
    pub(super) fn rename_to_new(&mut self, from: &str, to: &str) -> Answer<()> {
        self.ask(Ask::Rename, Words::default().text(from).text(to)).map(drop)
    }

    /// Renames over what is there, in one step.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> Answer<()> {
        self.ask(Ask::Extended, Words::default().text("posix-rename@openssh.com").text(from).text(to)).map(drop)
    }

    /// Gives a file a second name.
    pub(super) fn second_name(&mut self, file: &str, name: &str) -> Answer<()> {
        self.ask(Ask::Extended, Words::default().text("hardlink@openssh.com").text(file).text(name)).map(drop)
    }

    /// Makes a link. OpenSSH takes what it leads to first, other than the draft says.
    pub(super) fn link(&mut self, to: &str, link: &str) -> Answer<()> {
        self.ask(Ask::Link, Words::default().text(to).text(link)).map(drop)
    }

    /// How many bytes and how many files still fit into the file system of a path.
    pub(super) fn room(&mut self, path: &str) -> Answer<Room> {
        let body = self.ask(Ask::Extended, Words::default().text("statvfs@openssh.com").text(path))?;
        let room = room_of(&body);
        room.ok_or_else(|| self.broken(&io::Error::other("it speaks no SFTP")))
    }

    /// Where a link leads.
    pub(super) fn read_link(&mut self, link: &str) -> Answer<String> {
        let body = self.ask(Ask::ReadLink, Words::default().text(link))?;
        let mut read = Read(&body);
        let _one = read.number();
        Ok(String::from_utf8_lossy(read.text().unwrap_or_default()).into_owned())
    }

    /// The names in a folder, with what each is.
    pub(super) fn names(&mut self, path: &str) -> Answer<Vec<(String, Kind)>> {
        let body = self.ask(Ask::OpenFolder, Words::default().text(path))?;
        let handle = self.text_in(&body)?;
        let mut names = Vec::new();
        loop {
            match self.ask(Ask::ReadFolder, Words::default().text(&handle)) {
                Ok(body) => match names_of(&body) {
                    Some(some) => names.extend(some),
                    None => return Err(self.broken(&io::Error::other("it speaks no SFTP"))),
                },
                Err(Refusal::Status(END, _)) => break,
                Err(refusal) => return Err(refusal),
            }
        }
        self.close(&handle)?;
        names.retain(|(name, _)| name != "." && name != "..");
        Ok(names)
    }
}

impl Drop for Sftp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 1).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &[kind], body].concat()
}

/// What still fits into a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) bytes: u64,
    pub(super) files: u64,
}

/// Reads the answer of `statvfs`. File systems that make room for files as they come count none at all.
fn room_of(body: &[u8]) -> Option<Room> {
    let mut read = Read(body);
    let (_block, unit) = (read.long()?, read.long()?);
    let (_blocks, _free, available) = (read.long()?, read.long()?, read.long()?);
    let (files, _free_files, available_files) = (read.long()?, read.long()?, read.long()?);
    let files = if files == 0 { u64::MAX } else { available_files };
    Some(Room { bytes: unit.saturating_mul(available), files })
}

fn names_of(body: &[u8]) -> Option<Vec<(String, Kind)>> {
    let mut read = Read(body);
    let many = read.number()?;
    let mut names = Vec::new();
    for _ in 0..many {
        let name = String::from_utf8_lossy(read.text()?).into_owned();
        let _long_name = read.text()?;
        names.push((name, read.kind()?));
    }
    Some(names)
}
