//! nginx and Caddy, with the configuration that a test gives them.

use super::{Reply, free_port, get, get_with, tool, wait_for_port};
use crate::{Program, Started, Workspace};

/// Which web server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebServer {
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
}

impl WebServer {
    /// Both of them.
    pub const ALL: [WebServer; 2] = [WebServer::Nginx, WebServer::Caddy];

    /// Its name, which is that of its program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            WebServer::Nginx => "nginx",
            WebServer::Caddy => "caddy",
        }
    }
}

/// A web server that runs.
#[derive(Debug)]
pub struct Web {
    port: u16,
    _process: Started,
    _folder: Workspace,
}

impl Web {
    /// Starts one with what `configuration` writes for an address to listen on. Panics if it does not take it.
    #[track_caller]
    pub fn start(server: WebServer, configuration: impl FnOnce(&str) -> String) -> Web {
        let (port, folder) = (free_port(), Workspace::empty());
        let text = configuration(&format!("127.0.0.1:{port}"));
        let program = match server {
            WebServer::Nginx => nginx(&folder, &text),
            WebServer::Caddy => caddy(&folder, &text),
        };
        let process = program.current_dir(&folder).start();
        wait_for_port(port, || process.stderr());
        Web { port, _process: process, _folder: folder }
    }

    /// Where it listens, on the loopback interface.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Asks for a path of a host.
    #[must_use]
    #[track_caller]
    pub fn get(&self, host: &str, path: &str) -> Reply {
        get(self.port, &format!("{host}:{}", self.port), path)
    }

    /// Asks for a path of a host as a browser that takes some encodings.
    #[must_use]
    #[track_caller]
    pub fn get_encoded(&self, host: &str, path: &str, encodings: &str) -> Reply {
        let lines = format!("Accept-Encoding: {encodings}\r\n");
        get_with(self.port, (&format!("{host}:{}", self.port), path), &lines)
    }
}

/// One process that ends when it is killed, with all that it writes in one folder.
fn nginx(folder: &Workspace, text: &str) -> Program {
    folder.write("sites.conf", text);
    let at = folder.path().display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary: String = temporary.map(|what| format!("    {what}_temp_path {at}/{what};\n")).concat();
    let main = format!(
        "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n    access_log off;\n\
         {temporary}    include {at}/sites.conf;\n}}\n"
    );
    folder.write("nginx.conf", &main);
    let args = ["-p".into(), at.to_string(), "-c".into(), format!("{at}/nginx.conf"), "-e".into(), "stderr".into()];
    Program::at(tool("nginx")).args(args)
}

/// What it keeps stays in the folder, and nothing administers it, so that several can run.
fn caddy(folder: &Workspace, text: &str) -> Program {
    folder.write("Caddyfile", &format!("{{\n\tadmin off\n}}\n{text}"));
    let args = ["run", "--config", "Caddyfile", "--adapter", "caddyfile"];
    Program::at(tool("caddy")).args(args).env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path())
}
