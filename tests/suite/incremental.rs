//! An incremental build equals a clean one, byte for byte and word for word, whatever was edited before it.
//!
//! Each sequence begins with a small workspace in memory, some tenants with folders and some in a roster, and makes random
//! edits, with a build of all tenants or of some after each. After the last one a clean build is made elsewhere: both
//! outputs are equal, and so is what was found. A sequence follows from its number: `TENANTRY_SEQUENCE=N` runs one alone,
//! `TENANTRY_SEQUENCES=N` that many of them.

mod edits;
mod previewed;
mod recall;
mod rows;
mod served;

use std::env;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tenantry_builder::build::{Mode, Options, Program, Stop, run};
use tenantry_builder::lock::WhenLocked;
use tenantry_builder::observe::{Event, Observer};
use tenantry_builder::report::{Report, Status};
use tenantry_builder::selection::Selection;
use tenantry_core::digest::Digest;
use tenantry_testkit::fleet::Random;
use tenantry_testkit::{Tree, Workspace};

use self::rows::{Form, Roster};

/// How many sequences a run of all tests tries.
const SEQUENCES: u64 = 1_000;
/// Most edits of a sequence, and most tenants of its workspace.
const EDITS: usize = 8;
const TENANTS: usize = 6;
/// How long a file has to lie before a look at it is believed, and a little more.
const SETTLED: Duration = Duration::from_millis(25);

const BASE: &str = r##"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
vars.kind = { fr = "site", en = "site" }
env.staging = { base_url = "https://{tenant}.staging.example", noindex = true }
//- /sites/content/index.fr.md
+++
title = "Accueil {{ tenant.name }}"
updated = 2026-01-02
+++
Bonjour {{ vars.kind }}.

{{ include("contact") }}
//- /sites/content/index.en.md
+++
title = "Home"
+++
Hello
//- /sites/content/_parts/contact.fr.md
Écrivez.
//- /sites/g/group.toml
//- /sites/g/cookies.toml
provider.p.name = "P"
cookie.p.a.purpose = "First"
cookie.p.b.purpose = "Second"
table.t = { title = "T", rows = ["p/a", "p/b"] }
//- /sites/g/content/cookies.fr.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/g/content/cookies.en.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/static/shared.txt
shared
//- /themes/plain/theme.toml
params.tint = { type = "colour", default = "#123456", contrast = ["#ffffff"] }
//- /themes/plain/templates/brand.css
a { color: {{ params.tint }} }
//- /themes/plain/static/a.css
a { margin: 0 }
//- /themes/near/theme.toml
extends = "plain"
"##;

/// One sequence: its workspace, and what is drawn next.
struct Sequence {
    workspace: Workspace,
    random: Random,
    staging: bool,
    roster: Roster,
    /// What the sources were before each edit.
    history: Vec<Tree>,
    /// What was done, for a failure.
    done: Vec<String>,
}

/// Counts the tenants that builds recall.
#[derive(Default)]
pub(crate) struct Recalled(AtomicUsize);

impl Observer for Recalled {
    fn event(&self, event: Event<'_>) {
        if let Event::Recalled { tenants } = event {
            self.0.fetch_add(tenants, Ordering::Relaxed);
        }
    }
}

impl Sequence {
    fn new(number: u64) -> Self {
        let workspace = Workspace::in_memory();
        workspace.add_text(tenantry_testkit::PLAIN_THEME);
        workspace.add_text(BASE);
        workspace.add_text(rows::BASE);
        let roster = Roster::new(if number.is_multiple_of(2) { Form::Csv } else { Form::JsonLines });
        workspace.write("sites/r/group.toml", &roster.group("tous"));
        workspace.write(roster.path(), &roster.text());
        let random = Random::of_tenant(number, 0);
        let sequence = Self { workspace, random, staging: false, roster, history: Vec::new(), done: Vec::new() };
        for tenant in 0..2 {
            sequence.settle(tenant, "");
            let folder = Self::folder(tenant);
            sequence.workspace.write(&format!("{folder}/content/own.fr.md"), "+++\ntitle = \"Own\"\n+++\nOwn\n");
            sequence.workspace.write(&format!("{folder}/static/file.txt"), "1\n");
        }
        sequence
    }

    /// Writes the settings of a tenant; every second one is below the group.
    fn settle(&self, tenant: usize, more: &str) {
        let folder = Self::folder(tenant);
        let id = folder.rsplit('/').next().unwrap();
        let text = format!("name = \"{id}\"\nbase_url = \"https://{id}.example\"\n{more}");
        self.workspace.write(&format!("{folder}/site.toml"), &text);
    }

    fn folder(tenant: usize) -> String {
        if tenant.is_multiple_of(2) { format!("sites/g/t{tenant}") } else { format!("sites/t{tenant}") }
    }

    /// Builds all tenants, or those that `chosen` means.
    fn build(&self, out: &str, (chosen, recalled): (Option<&str>, &Recalled)) -> Report {
        let options = Options {
            selection: Selection { patterns: chosen.iter().map(ToString::to_string).collect(), shard: None },
            environment: self.staging.then(|| "staging".to_owned()),
            jobs: 1,
            prune: chosen.is_none(),
            force: true,
            when_locked: WhenLocked::Wait,
            program: Program::Of(Digest::of(b"the tests")),
            ..Options::new(self.workspace.path().to_owned(), self.workspace.at(out), Mode::Build)
        };
        match run(&options, recalled, &AtomicBool::new(false)) {
            Ok(report) => report,
            // Nobody is chosen, or the layer that describes the environment is broken.
            Err(Stop::Unknown { .. }) if chosen.is_some() || self.staging => Report::default(),
            Err(stop) => panic!("{stop:?}"),
        }
    }

    /// Edits and builds, then builds anew and compares. Gives how many tenants were recalled.
    fn go(mut self) -> Result<usize, String> {
        let recalled = Recalled::default();
        let first = self.build("dist", (None, &recalled));
        assert!(first.tenants.iter().all(|tenant| tenant.status == Status::Built), "{:#?}", told(&first));
        for _ in 0..=self.random.below(EDITS) {
            let edit = self.edit();
            let chosen = [None, None, None, None, Some("t?"), Some("r"), Some("sites/g"), Some("r1")];
            let chosen = chosen[self.random.below(chosen.len())];
            self.done.push(format!("{edit}; {chosen:?}"));
            // Also files that are as young as the look at them.
            if self.random.below(4) > 0 {
                thread::sleep(SETTLED);
            }
            self.build("dist", (chosen, &recalled));
        }
        // Where the layer that describes the environment is broken there is no build of it to compare.
        self.staging &= self.workspace.read("sites/group.toml").parse::<toml::Table>().is_ok();
        let again = self.build("dist", (None, &recalled));
        let clean = self.build("clean", (None, &Recalled::default()));
        let failed = |report: &Report| {
            let tenants = report.tenants.iter().filter(|tenant| tenant.status == Status::Failed);
            tenants.map(|tenant| tenant.id.to_string()).collect::<Vec<_>>()
        };
        let mut wrong = Vec::new();
        if failed(&again) != failed(&clean) || told(&again) != told(&clean) {
            wrong.push(format!("told {:#?}\nanew {:#?}", told(&again), told(&clean)));
        }
        // A tenant with errors keeps its last output, and a clean build has none of it.
        let sites = |out: &str| whole(&self.workspace.at(out), &failed(&clean));
        wrong.extend(sites("clean").difference(&sites("dist")));
        if wrong.is_empty() {
            Ok(recalled.0.into_inner())
        } else {
            Err(format!("{:#?}\n{}", self.done, wrong.join("\n")))
        }
    }
}

/// The output of the tenants without errors, and what their manifests say of it: keys, media types, targets.
fn whole(out: &Path, failed: &[String]) -> Tree {
    let mut tree = Tree::read_without(out, ".tenantry");
    let manifests = Tree::read(out.join(".tenantry/manifests")).entries.into_iter();
    tree.entries.extend(manifests.map(|(name, entry)| (name.replace(".json", "/.manifest"), entry)));
    tree.entries.retain(|path, _| !failed.iter().any(|id| path == id || path.starts_with(&format!("{id}/"))));
    tree
}

/// What was found, and of each tenant what is told.
fn told(report: &Report) -> (Vec<String>, Vec<String>) {
    let findings = report.findings.iter().map(|found| format!("{:?} {}", found.diagnostic, found.tenants)).collect();
    let tenants = report.tenants.iter().map(|tenant| {
        format!(
            "{} {} {} {:?} {} {}",
            tenant.id, tenant.name, tenant.base_url, tenant.languages, tenant.pages, tenant.files
        )
    });
    (findings, tenants.collect())
}

fn asked(variable: &str) -> Option<u64> {
    env::var(variable).ok().and_then(|value| value.parse().ok())
}

/// Goes through sequences, several at a time, and gives the sum of what each gives.
fn each_sequence(sequences: u64, go: fn(Sequence) -> Result<usize, String>) -> u64 {
    let (next, sum) = (AtomicU64::new(0), AtomicU64::new(0));
    // Most of the time goes by waiting for files to settle.
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= sequences {
                        break;
                    }
                    match go(Sequence::new(number)) {
                        Ok(more) => sum.fetch_add(more as u64, Ordering::Relaxed),
                        Err(wrong) => panic!("TENANTRY_SEQUENCE={number} differs\n{wrong}"),
                    };
                }
            });
        }
    });
    sum.into_inner()
}

#[test]
fn incremental_builds_equal_clean_ones() {
    if let Some(number) = asked("TENANTRY_SEQUENCE") {
        return Sequence::new(number).go().map(drop).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    let sequences = asked("TENANTRY_SEQUENCES").unwrap_or(SEQUENCES);
    let recalled = each_sequence(sequences, Sequence::go);
    assert!(recalled > sequences, "only {recalled} tenants were recalled in {sequences} sequences");
}
