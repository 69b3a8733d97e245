//! A bare repository on this machine, from which is pushed and into which is fetched.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::disk;
use crate::fault::{Fault, FaultKind, Outcome};
use crate::programs::{Ended, program, run};

/// What holds for every call: no hooks, no signatures, no collecting of garbage meanwhile, no transport that runs programs,
/// no path that is one of `git` itself on any system.
const SETTINGS: &[&str] = &[
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.hooksPath=/dev/null",
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "gc.auto=0",
    "protocol.ext.allow=never",
    "user.name=Tenantry",
    "user.email=tenantry@localhost",
];

/// What `git` says of a path that it does not enter into an index.
const LEFT_OUT: &str = "Ignoring path";

/// A bare repository.
pub(super) struct Repository {
    path: PathBuf,
    remote: String,
    /// Whether it is known to be there.
    made: Mutex<bool>,
}

impl Repository {
    /// One at a path, for a remote one.
    pub(super) fn new(path: PathBuf, remote: &str) -> Repository {
        Repository { path, remote: remote.to_owned(), made: Mutex::default() }
    }

    /// A call of `git`. It asks nobody: neither for a password nor for the key of a host.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = program("git", SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        command.arg("--git-dir").arg(&self.path).args(args);
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C").env_remove("GIT_INDEX_FILE");
        if std::env::var_os("GIT_SSH_COMMAND").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=20");
        }
        command
    }

    fn make(&self) -> Outcome<()> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if !*made && !disk::is_folder(&self.path.join("objects"))? {
            disk::create_folders(&self.path)?;
            let ended = run(&mut self.command(&["init", "--quiet", "--bare"]), b"")?;
            ended.well.then_some(()).ok_or_else(|| self.fault(&ended))?;
        }
        *made = true;
        Ok(())
    }

    fn ended(&self, args: &[&str], input: &[u8]) -> Outcome<Ended> {
        self.make()?;
        run(&mut self.command(args), input)
    }

    /// What a call writes.
    pub(super) fn ask(&self, args: &[&str], input: &[u8]) -> Outcome<Vec<u8>> {
        let ended = self.ended(args, input)?;
        if ended.well { Ok(ended.output) } else { Err(self.fault(&ended)) }
    }

    /// The word that a call writes.
    pub(super) fn word(&self, args: &[&str], input: &[u8]) -> Outcome<String> {
        Ok(String::from_utf8_lossy(&self.ask(args, input)?).trim().to_owned())
    }

    /// Keeps bytes, and gives the name of their object.
    pub(super) fn blob(&self, bytes: &[u8]) -> Outcome<String> {
        self.word(&["hash-object", "-w", "--stdin"], bytes)
    }

    /// The tree of an index, given as `update-index` reads it.
    pub(super) fn tree(&self, index: &[u8]) -> Outcome<String> {
        self.make()?;
        let path = self.path.join("tenantry-index");
        disk::remove_file(&path)?;
        for (args, input) in [(&["update-index", "-z", "--index-info"][..], index), (&["write-tree"][..], &b""[..])] {
            let ended = run(self.command(args).env("GIT_INDEX_FILE", &path), input)?;
            // `git` leaves paths out that it takes for its own, and calls that well.
            if !ended.well || ended.told.contains(LEFT_OUT) {
                return Err(self.fault(&ended));
            }
            if args[0] == "write-tree" {
                return Ok(String::from_utf8_lossy(&ended.output).trim().to_owned());
            }
        }
        Err(Fault::lasting("`git` made no tree"))
    }

    /// A commit of a tree, without a parent.
    pub(super) fn commit(&self, tree: &str, message: &str) -> Outcome<String> {
        self.word(&["commit-tree", tree, "-m", message], b"")
    }

    /// What a name of the remote repository stands for.
    pub(super) fn at(&self, name: &str) -> Outcome<Option<String>> {
        let [found, _] = self.both([name, name])?;
        Ok(found)
    }

    /// What two names stand for, at one time.
    pub(super) fn both(&self, names: [&str; 2]) -> Outcome<[Option<String>; 2]> {
        let listed = self.word(&["ls-remote", "--", &self.remote, names[0], names[1]], b"")?;
        let object = |name: &str| {
            let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
            lines.find(|(_, known)| *known == name).map(|(object, _)| object.to_owned())
        };
        Ok(names.map(object))
    }

    /// Makes sure that a commit of the remote repository is here too.
    pub(super) fn fetch(&self, name: &str, commit: &str) -> Outcome<()> {
        if self.ended(&["cat-file", "-e", &format!("{commit}^{{tree}}")], b"")?.well {
            return Ok(());
        }
        let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", &self.remote, name];
        self.ask(&args, b"").map(drop)
    }

    /// Lets a name stand for a commit. `expected` is what it has to stand for, empty for nothing.
    pub(super) fn push(&self, commit: &str, name: &str, expected: Option<&str>) -> Outcome<()> {
        let lease = match expected {
            Some(expected) => format!("--force-with-lease={name}:{expected}"),
            None => "--force".to_owned(),
        };
        let to = format!("{commit}:{name}");
        self.ask(&["push", "--quiet", "--no-verify", &lease, "--", &self.remote, &to], b"").map(drop)
    }

    /// Removes a name; that there is none is no fault.
    pub(super) fn delete(&self, name: &str) -> Outcome<()> {
        if self.at(name)?.is_none() {
            return Ok(());
        }
        self.ask(&["push", "--quiet", "--no-verify", "--", &self.remote, &format!(":{name}")], b"").map(drop)
    }

    fn fault(&self, ended: &Ended) -> Fault {
        let told = &ended.told;
        let says = |words: &[&str]| words.iter().any(|word| told.contains(word));
        let kind = if says(&["stale info", "cannot lock ref", "reference already exists", "fetch first"]) {
            FaultKind::Conflict
        } else if says(&[
            "declined",
            "Authentication failed",
            "could not read",
            "Permission denied",
            "denied to",
            "403",
        ]) {
            FaultKind::Denied
        } else if says(&[
            "Could not resolve",
            "Connection",
            "timed out",
            "hung up",
            "early EOF",
            "unexpected disconnect",
        ]) {
            FaultKind::Passing(None)
        } else {
            FaultKind::Lasting
        };
        Fault::new(kind, format!("`{}`: {}", self.remote, ended.last_words(is_reason)))
    }
}

/// Whether a line tells why. What follows the words of a server and its hooks says only that it was refused.
fn is_reason(line: &str) -> bool {
    !["To ", "error: failed to push some refs"].iter().any(|words| line.starts_with(words))
}

#[cfg(test)]
mod tests {
    use tenantry_testkit::Workspace;

    use super::*;

    #[test]
    fn fault_121_no_path_of_a_site_is_one_of_git() {
        let folder = Workspace::empty();
        let repository = Repository::new(folder.at("repository.git"), "");
        let blob = repository.blob(b"x").unwrap();
        let tree = |path: &str| repository.tree(format!("100644 {blob}\t{path}\0").as_bytes());
        for odd in [".git/hooks/x", ".GIT/config", "deep/.Git/config", "git~1/config", ".g\u{200c}it/config"] {
            let fault = tree(odd).unwrap_err();
            assert!(fault.kind == FaultKind::Lasting && fault.message.contains(odd), "{odd}: {fault}");
        }
        tree("index.html").unwrap();
    }
}
