//! The preview: how soon it answers, how soon an edit is in a response, and what it holds in memory; beside Hugo's server
//! on the same tenants.
//!
//! The time of an edit begins before the file is written and ends when a page that is asked for again and again has the
//! new words: what an editor, the system that tells of the change and the server take together.

mod client;
mod report;
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tenantry_testkit::Fleet;

use crate::bench::edits::{Changed, Edits};
use crate::bench::hugo::{self, Hugo};
use crate::bench::work::{MOST_FOR_HUGO, Tools};
use crate::floor::named;
use crate::{Failure, memory};
use client::Client;
pub(crate) use report::text;
use server::Server;

/// How often a server is started.
const STARTS: usize = 5;

/// Tenants that are asked for once.
const VISITED: usize = 100;

/// Edits of each kind; of Hugo fewer, since each takes seconds.
const EDITS: usize = 200;

const EDITS_OF_HUGO: usize = 3;

/// Time between edits, as between two saves of a hurried editor.
const PAUSE: Duration = Duration::from_millis(50);

/// A port for Hugo, which takes no free one by itself.
const PORT_OF_HUGO: u16 = 14_313;

/// What a server was seen to do with a number of tenants.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// From its start to its first answer.
    pub(crate) ready: Samples,
    /// Pages of tenants never asked for.
    pub(crate) first: Samples,
    /// From the save of a tenant's file to the changed page.
    pub(crate) own: Samples,
    /// The same of a document that all tenants share.
    pub(crate) shared: Samples,
    /// Resident memory after some tenants were visited, in bytes.
    pub(crate) memory: Option<u64>,
    /// The same after all edits.
    pub(crate) memory_later: Option<u64>,
}

/// What was measured with a number of tenants.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) tenants: usize,
    pub(crate) ours: Seen,
    pub(crate) hugo: Option<Seen>,
}

/// Times, as they came.
#[derive(Debug, Default)]
pub(crate) struct Samples(pub(crate) Vec<Duration>);

impl Samples {
    /// The time that so many percent of all do not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Option<Duration> {
        let mut times = self.0.clone();
        times.sort_unstable();
        times.get((times.len() * percent).div_ceil(100).checked_sub(1)?).copied()
    }
}

/// Measures with one number of tenants, below a folder that is empty.
pub(crate) fn measure(tools: &Tools, scratch: &Path, tenants: usize) -> Result<Measured, Failure> {
    let fleet = Fleet { tenants, seed: 1 };
    let workspace = scratch.join("workspace");
    fleet.write(&workspace, &tools.themes).map_err(|error| Failure::new(error.to_string()))?;
    let ours = ours(tools, &workspace, tenants)?;
    let hugo = tools.hugo.as_ref().filter(|_| tenants <= MOST_FOR_HUGO);
    let hugo = hugo.map(|hugo| theirs(tools, hugo, fleet, (&workspace, scratch))).transpose()?;
    Ok(Measured { tenants, ours, hugo })
}

fn ours(tools: &Tools, workspace: &Path, tenants: usize) -> Result<Seen, Failure> {
    let mut seen = Seen::default();
    for _ in 1..STARTS {
        seen.ready.0.push(started(tools, workspace)?.2);
    }
    let (server, port, ready) = started(tools, workspace)?;
    seen.ready.0.push(ready);
    for nth in 0..VISITED.min(tenants) {
        let tenant = tenant(port, &Fleet::id(nth * tenants / VISITED.min(tenants)));
        seen.first.0.push(tenant.wait("/cookies/", "</html>", Instant::now())?);
    }
    server.wait("checked ")?;
    seen.memory = memory::now(server.id());
    let edits = Edits::read(workspace, tenants)?;
    let page = |changed: &Changed| (tenant(port, &changed.tenant), "/cookies/".to_owned());
    seen.own = edited(EDITS, |round| edits.row(round), page)?;
    seen.shared = edited(EDITS, |round| edits.charter(round), page)?;
    seen.memory_later = memory::now(server.id());
    edits.undo()?;
    Ok(seen)
}

/// A preview of ours, its port, and the time to its first answer.
fn started(tools: &Tools, workspace: &Path) -> Result<(Server, u16, Duration), Failure> {
    let start = Instant::now();
    let mut command = Command::new(&tools.program);
    let server = Server::start(command.args(["serve", "--port", "0", "--workspace"]).arg(workspace))?;
    let address = server.wait("http://")?;
    let port = address.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
    let port: u16 = port.ok_or_else(|| Failure::new(format!("`{address}` has no port")))?;
    let dashboard = Client { port, host: format!("localhost:{port}") };
    Ok((server, port, dashboard.wait("/", "</html>", start)?))
}

fn tenant(port: u16, id: &str) -> Client {
    Client { port, host: format!("{id}.localhost:{port}") }
}

/// Makes edits, and takes the time of each until its page shows it.
fn edited(
    rounds: usize,
    edit: impl Fn(usize) -> Result<Changed, Failure>,
    page: impl Fn(&Changed) -> (Client, String),
) -> Result<Samples, Failure> {
    let mut samples = Samples::default();
    for round in 0..rounds {
        thread::sleep(PAUSE);
        let start = Instant::now();
        let changed = edit(round)?;
        let (client, path) = page(&changed);
        samples.0.push(client.wait(&path, &changed.text, start)?);
    }
    Ok(samples)
}

/// Hugo's server on the site that it builds in the benchmark of builds.
fn theirs(tools: &Tools, hugo: &Hugo, fleet: Fleet, (workspace, scratch): (&Path, &Path)) -> Result<Seen, Failure> {
    let (built, site) = (scratch.join("built"), scratch.join("hugo"));
    let mut command = Command::new(&tools.program);
    crate::bench::process::run(
        command.args(["build", "--quiet", "--out"]).arg(&built).arg("--workspace").arg(workspace),
    )?;
    hugo::write(fleet, [workspace, &built], &site)?;
    let start = Instant::now();
    let server = Server::start(&mut hugo.serve(&site, PORT_OF_HUGO))?;
    let client = Client { port: PORT_OF_HUGO, host: format!("localhost:{PORT_OF_HUGO}") };
    let id = Fleet::id(fleet.tenants / 2 / 10 * 10);
    let path = format!("/{id}/cookies/");
    let ready = client.wait(&path, "</main>", start)?;
    let mut seen = Seen { ready: Samples(vec![ready]), memory: memory::now(server.id()), ..Seen::default() };
    let data = Data::read(&site, id)?;
    let page = |_: &Changed| (client.clone(), path.clone());
    seen.own = edited(EDITS_OF_HUGO, |round| data.own(round), page)?;
    seen.shared = edited(EDITS_OF_HUGO, |round| data.shared(round), page)?;
    seen.memory_later = memory::now(server.id());
    Ok(seen)
}

/// The file of data that Hugo's site is made of, as it was.
struct Data {
    path: PathBuf,
    text: String,
    /// The tenant whose page is looked at.
    tenant: String,
    /// Where its name stands.
    name: usize,
    /// Where the text of the shared document about cookies begins.
    document: usize,
}

impl Data {
    fn read(site: &Path, tenant: String) -> Result<Data, Failure> {
        let path = site.join(hugo::DATA);
        let text = fs::read_to_string(&path).map_err(|error| named("read", &path, &error))?;
        let after = |from: usize, words: &str| {
            let found = text.get(from..).and_then(|rest| rest.find(words)).map(|at| from + at + words.len());
            found.ok_or_else(|| Failure::new(format!("`{}` has no `{words}`", path.display())))
        };
        let name = after(after(0, &format!("\"id\":\"{tenant}\""))?, "MARKER\":\"")?;
        let document = after(after(0, "\"cookies\":{")?, "\"markdown\":\"")?;
        Ok(Data { path: path.clone(), name, document, tenant, text: text.clone() })
    }

    fn own(&self, round: usize) -> Result<Changed, Failure> {
        self.put(self.name, format!("Essai {round} propre. "))
    }

    fn shared(&self, round: usize) -> Result<Changed, Failure> {
        self.put(self.document, format!("Essai {round} partagé. "))
    }

    fn put(&self, at: usize, text: String) -> Result<Changed, Failure> {
        let (before, after) = self.text.split_at(at);
        fs::write(&self.path, [before, &text, after].concat()).map_err(|error| named("write", &self.path, &error))?;
        Ok(Changed { tenant: self.tenant.clone(), page: PathBuf::new(), text: text.trim_end().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_seen() {
        let samples = Samples((1..=200).rev().map(Duration::from_millis).collect());
        let found = [50, 99, 100].map(|percent| samples.percentile(percent));
        assert_eq!(found, [100, 198, 200].map(|millis| Some(Duration::from_millis(millis))));
        assert_eq!(Samples::default().percentile(50), None);
    }
}
