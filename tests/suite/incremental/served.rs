//! After any storm of edits `serve` shows what a clean build writes: the program, the system's word of what changed, and
//! HTTP are all part of it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use tenantry_builder::report::Status;
use tenantry_testkit::{Program, Started, Tree};

use super::{EDITS, Recalled, SETTLED, Sequence, asked, each_sequence};

/// How many sequences a run of all tests tries.
const SEQUENCES: u64 = 60;

/// How long the preview has to follow a storm, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a preview puts into a page, up to its end.
const SCRIPT: (&str, &str) = ("<script type=\"module\" src=\"/__tenantry/", "</script>\n");

/// Files that hosts obey and do not publish.
const UNPUBLISHED: [&str; 2] = ["_headers", "_redirects"];

impl Sequence {
    /// Edits under a running preview, then builds and compares. Gives how many files were compared.
    fn go_served(mut self) -> Result<usize, String> {
        let program = Program::new().args(["serve", "--port", "0"]).current_dir(&self.workspace);
        let mut program = program.start();
        program.wait_for("http://");
        let port = port_of(&program);
        for _ in 0..=self.random.below(EDITS) {
            let edit = self.edit();
            self.done.push(edit);
            // Which environment is shown is said when the preview is started.
            self.staging = false;
            match self.random.below(4) {
                0 => thread::sleep(SETTLED),
                1 => drop(get(port, "t0", "/")),
                _ => {}
            }
        }
        self.compare_served(port)
    }

    fn compare_served(&self, port: u16) -> Result<usize, String> {
        let clean = self.build("clean", (None, &Recalled::default()));
        let built: Vec<&str> =
            clean.tenants.iter().filter(|it| it.status == Status::Built).map(|it| it.id.as_str()).collect();
        if built.is_empty() {
            return Ok(0);
        }
        let output = Tree::read_without(self.workspace.at("clean"), ".tenantry");
        let published = |path: &&String| !UNPUBLISHED.iter().any(|name| path.ends_with(name));
        let paths: Vec<&String> = output.entries.keys().filter(published).collect();
        let started = Instant::now();
        loop {
            let wrong = paths.iter().find_map(|path| differs(port, path, &output.entries[*path].bytes));
            match wrong {
                None => return Ok(paths.len()),
                Some(wrong) if started.elapsed() > PATIENCE => return Err(format!("{:#?}\n{wrong}", self.done)),
                Some(_) => thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

/// What is served in place of a file, if that is not the file.
fn differs(port: u16, path: &str, built: &[u8]) -> Option<String> {
    let (tenant, path) = path.split_once('/')?;
    let address = path.strip_suffix("index.html").unwrap_or(path);
    let shown = without_script(&get(port, tenant, &format!("/{address}")));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (shown != built).then(|| format!("`{tenant}/{path}` is served as\n{}\nand built as\n{}", text(&shown), text(built)))
}

fn without_script(page: &[u8]) -> Vec<u8> {
    let Ok(text) = str::from_utf8(page) else { return page.to_owned() };
    let found = text.split_once(SCRIPT.0).and_then(|(before, rest)| Some((before, rest.split_once(SCRIPT.1)?.1)));
    found.map_or_else(|| text.to_owned(), |(before, after)| [before, after].concat()).into_bytes()
}

/// The body of an answer.
fn get(port: u16, tenant: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {tenant}.localhost:{port}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n");
    head.map(|end| answer.split_off(end + 4)).unwrap_or_default()
}

fn port_of(program: &Started) -> u16 {
    program.stdout().trim().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn what_is_served_after_a_storm_of_edits_is_what_a_clean_build_writes() {
    if let Some(number) = asked("TENANTRY_SEQUENCE") {
        return Sequence::new(number).go_served().map(drop).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    let sequences = asked("TENANTRY_STORMS").unwrap_or(SEQUENCES);
    let compared = each_sequence(sequences, Sequence::go_served);
    assert!(compared > sequences, "only {compared} files were compared after {sequences} storms");
}
