//! Publishes to a folder, made to fail and killed at each of their calls about that folder.
//!
//! A reader has the old site or the new one whole; where files are replaced one by one each file is an old or a new one, and
//! none is gone before all new ones are there. The next publish finishes the work, and the one after it writes nothing.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use tenantry_testkit::{PLAIN_THEME, Program, Tree, Workspace};

use crate::Failure;
use crate::sweep::calls::{Call, calls};
use crate::sweep::strace::{Fault, record, strike};

/// How long a run may take; each takes a fraction of a second.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The folder that is published to.
const PLACE: &str = "www";

const BASE: &str = "//- /sites/content/index.fr.md\n+++\ntitle = \"Accueil\"\n+++\nUn\n\
    //- /sites/content/cookies.fr.md\n+++\ntitle = \"Cookies\"\n+++\nAucun\n\
    //- /sites/alpha/site.toml\nname = \"Alpha\"\nbase_url = \"https://alpha.example.org\"\n";

/// A publish that is made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Publish {
    /// How the folder takes files.
    layout: &'static str,
    /// Whether there is a release already.
    begins: Begins,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Without,
    WithRelease,
}

/// All that are swept.
pub(crate) const PUBLISHES: [Publish; 4] = [
    Publish { layout: "releases", begins: Begins::Without },
    Publish { layout: "releases", begins: Begins::WithRelease },
    Publish { layout: "in-place", begins: Begins::Without },
    Publish { layout: "in-place", begins: Begins::WithRelease },
];

/// A fault that befalls a call.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    call: Call,
    fault: Fault,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.fault, self.call)
    }
}

/// The points of some calls with a fault.
pub(crate) fn points(calls: &[Call], fault: Fault) -> Vec<Point> {
    let calls = calls.iter().filter(|call| call.can_fail() || fault == Fault::Kill);
    calls.map(|call| Point { call: call.clone(), fault }).collect()
}

impl fmt::Display for Publish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = if self.begins == Begins::Without { "first" } else { "second" };
        write!(f, "{number} publish, {}", self.layout)
    }
}

impl Publish {
    /// A workspace brought to where the publish begins.
    fn workspace(self, program: &Path) -> Result<Workspace, Failure> {
        let workspace = Workspace::in_memory();
        workspace.add_text(PLAIN_THEME);
        workspace.add_text(BASE);
        let path = workspace.at(PLACE).display().to_string();
        let target = format!("[publish.live]\nkind = \"dir\"\npath = \"{path}\"\nlayout = \"{}\"\n", self.layout);
        workspace
            .write("sites/group.toml", &format!("theme = \"plain\"\nlanguages = [\"fr\"]\n{target}max_removed = 90\n"));
        succeeded(program, &workspace, "build")?;
        if self.begins == Begins::WithRelease {
            succeeded(program, &workspace, "publish")?;
            workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nDeux\n");
            workspace.remove("sites/content/cookies.fr.md");
            workspace.write("sites/content/mentions.fr.md", "+++\ntitle = \"Mentions\"\n+++\nElles\n");
            succeeded(program, &workspace, "build")?;
        }
        Ok(workspace)
    }

    /// The calls of the publish that concern the folder.
    pub(crate) fn calls(self, program: &Path) -> Result<Vec<Call>, Failure> {
        let workspace = self.workspace(program)?;
        let (outcome, record) = record(run(program, &workspace, "publish"))?;
        if outcome.code != 0 {
            return Err(Failure::new(format!("{self} fails\n{}", outcome.transcript())));
        }
        let mut calls = calls(&record, workspace.path(), program);
        calls.retain(|call| call.path == PLACE || call.path.starts_with("www/"));
        Ok(calls)
    }

    /// Tries a fault at a call, and tells what is wrong; nothing if all is as it should be.
    pub(crate) fn check(self, program: &Path, point: &Point) -> Result<Vec<String>, Failure> {
        let workspace = self.workspace(program)?;
        let old = seen(&workspace);
        let Some(outcome) = strike(run(program, &workspace, "publish"), workspace.path(), (&point.call, point.fault))?
        else {
            return Ok(vec!["the call did not occur".to_owned()]);
        };
        let (struck, new) = (seen(&workspace), Tree::read(workspace.at("dist/alpha")));
        let mut wrong = self.judge(&struck, (&old, &new));
        if outcome.code == 0 && !struck.difference(&new).is_empty() {
            wrong.push("it ends well, and the site is another one".to_owned());
        }
        let next = run(program, &workspace, "publish").run();
        if next.code != 0 {
            wrong.push(format!("the next publish fails: {}", next.transcript()));
        }
        wrong.extend(
            seen(&workspace).difference(&new).into_iter().map(|line| format!("after the next publish: {line}")),
        );
        let mended = Tree::read(workspace.at(PLACE));
        succeeded(program, &workspace, "publish")?;
        let again = Tree::read(workspace.at(PLACE));
        wrong.extend(again.rewritten_since(&mended).iter().map(|path| format!("written for nothing: `{path}`")));
        Ok(wrong)
    }

    fn judge(self, now: &Tree, (old, new): (&Tree, &Tree)) -> Vec<String> {
        if self.layout == "releases" {
            let is_whole = now.difference(old).is_empty() || now.difference(new).is_empty();
            return if is_whole { Vec::new() } else { vec![format!("a reader sees neither site: {:?}", now.paths())] };
        }
        let known = |path: &str, bytes: &[u8]| [old, new].iter().any(|side| side.bytes(path) == Some(bytes));
        let strange = now.entries.iter().filter(|(path, entry)| !known(path, &entry.bytes));
        let mut wrong: Vec<String> =
            strange.map(|(path, _)| format!("`{path}` is neither the old nor the new")).collect();
        let is_all_there = new.entries.iter().all(|(path, entry)| now.bytes(path) == Some(&entry.bytes));
        if !is_all_there {
            let gone = old.entries.keys().filter(|path| now.bytes(path).is_none());
            wrong.extend(gone.map(|path| format!("`{path}` is gone before all new files are there")));
        }
        wrong
    }
}

/// What a reader sees: the release that is shown, or the folder without its notes.
fn seen(workspace: &Workspace) -> Tree {
    let place = workspace.at(PLACE);
    let shown = fs::canonicalize(place.join("current"));
    match shown {
        Ok(release) => Tree::read(release),
        Err(_) if place.join(".tenantry/kept").exists() || place.join("index.html").exists() => {
            Tree::read_without(place, ".tenantry")
        }
        Err(_) => Tree { entries: Default::default() },
    }
}

/// A command with one thread, so that its calls come in the same order each time.
fn run(program: &Path, workspace: &Workspace, command: &str) -> Program {
    let confirmed: &[&str] = if command == "publish" { &["--yes"] } else { &[] };
    let args = [command, "--quiet", "--jobs", "1", "--workspace"];
    let program = Program::at(program).args(args).args([workspace.path()]).args(confirmed);
    program.current_dir("/").time_limit(TIME_LIMIT)
}

fn succeeded(program: &Path, workspace: &Workspace, command: &str) -> Result<(), Failure> {
    let outcome = run(program, workspace, command).run();
    if outcome.code == 0 { Ok(()) } else { Err(Failure::new(format!("{command} fails\n{}", outcome.transcript()))) }
}
