//! An OpenSSH server on the loopback interface, with keys made for the test, and an `ssh` that knows it as `web1`.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{free_port, tool, wait_for_port};
use crate::disk::must;
use crate::{Program, Started, Workspace};

/// The name by which the server is known.
pub const HOST: &str = "web1";

/// A server that runs.
#[derive(Debug)]
pub struct Sshd {
    folder: Workspace,
    process: Started,
}

impl Sshd {
    /// Starts one.
    #[must_use]
    #[track_caller]
    pub fn start() -> Sshd {
        Sshd::of(|_, sshd| sshd)
    }

    /// One whose folder `www` is a file system of its own and of this size, which goes with the server. `None` where
    /// nothing can be mounted.
    #[must_use]
    #[track_caller]
    pub fn with_disk(size: &str) -> Option<Sshd> {
        let mounted = Program::at("mount").args(["-t", "tmpfs", "none", "/tmp"]).under("unshare", ["--mount"]).run();
        let script = "mount -t tmpfs -o size=$0 none \"$1\" && shift && exec \"$@\"";
        let server = || {
            Sshd::of(|folder, sshd| {
                let www = folder.at("www");
                must(fs::create_dir(&www));
                let shell = sshd.under("/bin/sh", ["-c", script, size, &www.display().to_string()]);
                shell.under("unshare", ["--mount"])
            })
        };
        (mounted.code == 0).then(server)
    }

    #[track_caller]
    fn of(within: impl FnOnce(&Workspace, Program) -> Program) -> Sshd {
        let (port, folder) = (free_port(), Workspace::empty());
        for key in ["host", "user"] {
            let made = Program::at(tool("ssh-keygen")).args(["-q", "-t", "ed25519", "-N", "", "-f", key]);
            assert_eq!(made.current_dir(&folder).run().code, 0);
        }
        let at = folder.path().display();
        folder.write(
            "sshd.conf",
            &format!(
                "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nAuthorizedKeysFile {at}/user.pub\nPidFile none\n\
                 StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n\
                 MaxStartups 100\nSubsystem sftp internal-sftp\n"
            ),
        );
        folder.write("known", &format!("[127.0.0.1]:{port} {}", folder.read("host.pub")));
        folder.write(
            "client.conf",
            &format!(
                "Host {HOST}\n  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {at}/user\n  IdentitiesOnly yes\n  \
                 UserKnownHostsFile {at}/known\n  StrictHostKeyChecking yes\n"
            ),
        );
        write_client(&folder, "");
        // The server asks for it when it gives up its rights.
        let _ = fs::create_dir_all("/run/sshd");
        let sshd = Program::at(tool("sshd")).args(["-D", "-e", "-f", &format!("{at}/sshd.conf")]);
        let process = within(&folder, sshd).start();
        wait_for_port(port, || process.stderr());
        Sshd { folder, process }
    }

    /// The search path with the `ssh` that knows the server.
    #[must_use]
    pub fn search_path(&self) -> String {
        let path = env::var("PATH").unwrap_or_default();
        format!("{}:{path}", self.folder.at("bin").display())
    }

    /// A folder for what is published.
    #[must_use]
    pub fn folder(&self) -> &Workspace {
        &self.folder
    }

    /// The same place as the server sees it, where the folder `www` may be a file system of its own.
    #[must_use]
    pub fn seen(&self, relative: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}", self.process.id(), self.folder.at(relative).display()))
    }

    /// Has the first connections from now on break off in the middle of what they send: the first one after `step` bytes,
    /// the second one after twice as many, and so on.
    #[track_caller]
    pub fn cut_first(&self, many: usize, step: usize) {
        // What is read by the byte is passed on at once.
        self.befall_first(many, &format!("dd bs=1 count=$((n * {step})) 2>/dev/null | \"$@\"; exit"));
    }

    /// Has the first connections from now on break off soon after they began.
    #[track_caller]
    pub fn break_first(&self, many: usize) {
        self.befall_first(many, "exec timeout -s KILL 0.3 \"$@\"");
    }

    /// Has a script run the first connections from now on, in which `$n` counts them.
    #[track_caller]
    fn befall_first(&self, many: usize, script: &str) {
        let at = self.folder.path().display();
        must(fs::create_dir_all(self.folder.at("broken")));
        // A folder is made by one connection alone, however many begin at once.
        let line = format!("for n in $(seq {many}); do if mkdir {at}/broken/$n 2>/dev/null; then {script}; fi; done");
        write_client(&self.folder, &line);
    }

    /// Has the client know another key than that of the server.
    #[track_caller]
    pub fn change_known_key(&self) {
        let known = self.folder.read("known");
        let (address, _) = known.split_once(' ').unwrap_or_default();
        self.folder.write("known", &format!("{address} {}", self.folder.read("user.pub")));
    }
}

/// Writes the `ssh` that knows the server, with a line to go before it.
#[track_caller]
fn write_client(folder: &Workspace, line: &str) {
    let (real, at) = (tool("ssh"), folder.path().display());
    let script = format!("#!/bin/sh\nset -- {} -F {at}/client.conf \"$@\"\n{line}\nexec \"$@\"\n", real.display());
    folder.write("bin/ssh", &script);
    must(fs::set_permissions(folder.at("bin/ssh"), fs::Permissions::from_mode(0o755)));
}
