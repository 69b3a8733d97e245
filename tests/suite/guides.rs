//! README and `docs/`, followed by copy and paste: every command runs, and prints what the page says it prints.
//!
//! The commands of a page run one after the other in one shell and one fresh folder, those of README in a copy of this
//! workspace. A block that follows a command block at once is what it prints; times are not compared. Where none follows,
//! no command may fail. With `TENANTRY_BLESS=1` the pages take what was printed. Commands that need other programs are left
//! to people: [`OTHERS`]. Real servers of this machine stand in for the hosts that pages publish to: [`StandIns`].

use std::env;
use std::fmt::Write as _;
use std::fs;

use tenantry_testkit::servers::s3::{KEY, SECRET, Store};
use tenantry_testkit::servers::ssh::{HOST, Sshd};
use tenantry_testkit::{Program, Workspace};

use crate::repository::{files, read, root};

/// A block of commands with one of these words is not run.
const OTHERS: &[&str] = &["make ", "http.server", "nginx", "taplo"];

/// What separates the outputs of blocks.
const MARK: &str = "@@ block";

/// What a command leaves behind that ends with another code than 0.
const FAILED: &str = "@@ failed";

/// A fenced block of a page, by its lines.
struct Block<'p> {
    kind: &'p str,
    /// The index of the line after the opening fence.
    start: usize,
    lines: Vec<&'p str>,
}

/// The fenced blocks of a page, in order.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (index, line) in page.lines().enumerate() {
        open = match (line.strip_prefix("```"), open.take()) {
            (Some(kind), None) => Some(Block { kind, start: index + 1, lines: Vec::new() }),
            (Some(_), Some(block)) => {
                blocks.push(block);
                None
            }
            (None, Some(mut block)) => {
                block.lines.push(line);
                Some(block)
            }
            (None, None) => None,
        };
    }
    blocks
}

/// The blocks that are run, each with the one that quotes what it prints.
fn tried<'b, 'p>(page: &str, blocks: &'b [Block<'p>]) -> Vec<(&'b Block<'p>, Option<&'b Block<'p>>)> {
    let lines: Vec<&str> = page.lines().collect();
    let runs = |block: &Block<'_>| !OTHERS.iter().any(|word| block.lines.iter().any(|line| line.contains(word)));
    let mut tried = Vec::new();
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.kind == "sh" && runs(block)) {
        let end = block.start + block.lines.len();
        let follows =
            |next: &&Block<'_>| next.kind != "sh" && lines[end + 1..next.start - 1].iter().all(|line| line.is_empty());
        tried.push((block, blocks.get(index + 1).filter(follows)));
    }
    tried
}

/// Servers of this machine in the place of those of an operator.
struct StandIns {
    store: Store,
    machine: Sshd,
    repositories: Workspace,
}

impl StandIns {
    #[track_caller]
    fn start() -> StandIns {
        let repositories = Workspace::empty();
        for tenant in ["harbour", "market"] {
            let made = Program::at("git").args(["init", "--quiet", "--bare", &format!("{tenant}.git")]);
            assert_eq!(made.current_dir(&repositories).run().code, 0);
        }
        StandIns { store: Store::start(), machine: Sshd::start(), repositories }
    }

    /// What pages write, and what is there in its place.
    fn words(&self) -> [(&'static str, String); 4] {
        [
            ("https://s3.example.org", format!("http://127.0.0.1:{}", self.store.port())),
            ("web1.example.org", HOST.to_owned()),
            ("git@example.org:team", self.repositories.path().display().to_string()),
            ("/srv/www", self.machine.folder().at("www").display().to_string()),
        ]
    }

    fn instead(&self, script: &str) -> String {
        self.words().iter().fold(script.to_owned(), |script, (written, real)| script.replace(written, real))
    }

    fn back(&self, printed: &str) -> String {
        self.words().iter().fold(printed.to_owned(), |printed, (written, real)| printed.replace(real, written))
    }

    /// Where the servers' clients are, and what they sign in with.
    fn prepare(&self, program: Program, folder: &Workspace) -> Program {
        let path = format!("{}:{}", folder.at("bin").display(), self.machine.search_path());
        program.env("PATH", path).env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", SECRET)
    }
}

/// Runs what is written in a page, and gives what is printed, in the words of the page.
fn print(script: &str, folder: &Workspace) -> String {
    let bash = |script: &str| {
        folder.write("bin/follow.sh", script);
        Program::at("bash").args(["bin/follow.sh"]).current_dir(folder)
    };
    let printed = if script.contains("[publish.") {
        let servers = StandIns::start();
        let outcome = servers.prepare(bash(&servers.instead(script)), folder).run();
        servers.back(&outcome.normalised(folder).stdout)
    } else {
        let path = format!("{}:{}", folder.at("bin").display(), env::var("PATH").unwrap_or_default());
        bash(script).env("PATH", path).run().normalised(folder).stdout
    };
    printed.replace("[WORKSPACE]/", "")
}

/// Follows a page in a folder, and gives what differs.
fn follow(name: &str, folder: &Workspace) -> Vec<String> {
    let page = read(name);
    let blocks = blocks(&page);
    let tried = tried(&page, &blocks);
    let mut script = format!("exec 2>&1\ntrap 'echo {FAILED}' ERR\n");
    for (block, _) in &tried {
        let _ = writeln!(script, "{}\nprintf '\\n{MARK}\\n'", block.lines.join("\n"));
    }
    let printed = print(&script, folder);
    let printed: Vec<&str> = printed.split(&format!("\n{MARK}\n")).collect();
    assert_eq!(printed.len(), tried.len() + 1, "{name} ends early:\n{}", printed.join("\n"));
    let mut differences = Vec::new();
    for ((block, quoted), printed) in tried.iter().zip(&printed) {
        let Some(quoted) = quoted else {
            if printed.contains(FAILED) {
                differences
                    .push(format!("{name}:{}: a command fails, and the page does not say so\n{printed}", block.start));
            }
            continue;
        };
        let printed = printed.replace(&format!("{FAILED}\n"), "");
        let said = outcome_of(&quoted.lines.join("\n")).normalised(folder).stdout;
        if said.trim_end() != printed.trim_end() {
            differences.push(format!("{name}:{}: it says\n{said}\nand prints\n{printed}\n", block.start));
        }
    }
    if env::var_os("TENANTRY_BLESS").is_some_and(|value| value == "1") {
        bless(
            name,
            &page,
            tried.iter().zip(&printed).filter_map(|((_, quoted), printed)| Some(((*quoted)?, *printed))),
        );
    }
    differences
}

fn outcome_of(stdout: &str) -> tenantry_testkit::Outcome {
    tenantry_testkit::Outcome { code: 0, stdout: stdout.to_owned(), stderr: String::new() }
}

/// Writes the page with what was printed; a time becomes one that is as good as any.
fn bless<'b>(name: &str, page: &str, printed: impl DoubleEndedIterator<Item = (&'b Block<'b>, &'b str)>) {
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    for (quoted, printed) in printed.rev() {
        let text = printed.replace(&format!("{FAILED}\n"), "").trim_end().replace("in [TIME]", "in 0.05 s");
        lines.splice(quoted.start..quoted.start + quoted.lines.len(), text.lines().map(str::to_owned));
    }
    fs::write(root().join(name), lines.join("\n") + "\n").unwrap();
}

/// A folder with the program in `bin/`, and in `target/release/`, where a clone has it.
fn folder() -> Workspace {
    let folder = Workspace::empty();
    let program = Program::new();
    for path in ["bin/tenantry", "target/release/tenantry"] {
        folder.symlink(program.path(), path);
    }
    folder
}

#[test]
fn the_pages_of_docs_hold() {
    let pages: Vec<String> =
        files().into_iter().filter(|path| path.starts_with("docs/") && path.ends_with(".md")).collect();
    let mut differences = Vec::new();
    let mut followed = 0;
    for page in pages.iter().filter(|page| read(page).contains("```sh")) {
        differences.extend(follow(page, &folder()));
        followed += 1;
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(followed >= 8, "{followed} pages");
}

#[test]
fn readme_holds_in_a_clone() {
    let clone = folder();
    for path in
        files().into_iter().filter(|path| ["sites/", "themes/", ".schemas/"].iter().any(|it| path.starts_with(it)))
    {
        clone.write_bytes(&path, &fs::read(root().join(&path)).unwrap());
    }
    let git = "git init -q . && git add sites && git -c user.name=a -c user.email=a@a.example commit -qm a && \
               target/release/tenantry build --quiet";
    assert_eq!(Program::at("bash").args(["-c", git]).current_dir(&clone).run().code, 0);
    let differences = follow("README.md", &clone);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
