//! `export nginx` and `export caddy`: what is built, served by the real servers by its domains.

mod command;
mod hostile;
mod published;
mod served;

use tenantry_testkit::Workspace;
use tenantry_testkit::servers::{Web, WebServer};

use crate::report::run;

/// Starts a server with the configuration that `export` writes for a workspace that is built.
#[track_caller]
fn serve(server: WebServer, workspace: &Workspace, args: &[&str]) -> Web {
    Web::start(server, |listen| {
        let outcome = run(workspace, &[&["export", server.name(), "--listen", listen], args].concat());
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stdout
    })
}

/// What `_headers` of a site promises for a path, which is seen from the root of the site.
fn promised(headers: &str, path: &str) -> Vec<(String, String)> {
    let mut fits = false;
    let mut promised = Vec::new();
    for line in headers.lines() {
        match line.strip_prefix("  ").and_then(|line| line.split_once(": ")) {
            Some((name, value)) if fits => promised.push((name.to_owned(), value.to_owned())),
            Some(_) => {}
            None => fits = fits_pattern(line, path),
        }
    }
    promised
}

fn fits_pattern(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        Some((head, tail)) => path.len() >= head.len() + tail.len() && path.starts_with(head) && path.ends_with(tail),
        None => pattern == path,
    }
}
