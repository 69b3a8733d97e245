//! An incremental build equals a clean one, byte for byte and word for word, whatever was edited before it.
//!
//! Each sequence begins with a small workspace in memory and makes random edits, with a build after each. After the last
//! one a clean build is made elsewhere: both outputs are equal, and so is what was found. A sequence follows from its
//! number: `TENANTRY_SEQUENCE=N` runs one alone, `TENANTRY_SEQUENCES=N` that many of them.

use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tenantry_builder::build::{Files, Mode, Options, PATIENCE, program_digest, run};
use tenantry_builder::lock::WhenLocked;
use tenantry_builder::observe::Unobserved;
use tenantry_builder::report::{Report, Status};
use tenantry_builder::selection::Selection;
use tenantry_core::digest::Digest;
use tenantry_testkit::fleet::Random;
use tenantry_testkit::{Tree, Workspace};

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
    /// What was done, for a failure.
    done: Vec<String>,
}

impl Sequence {
    fn new(number: u64) -> Self {
        let workspace = Workspace::in_memory();
        workspace.add_text(tenantry_testkit::PLAIN_THEME);
        workspace.add_text(BASE);
        let sequence = Self { workspace, random: Random::of_tenant(number, 0), staging: false, done: Vec::new() };
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

    fn number(&mut self) -> usize {
        self.random.below(100)
    }

    /// Makes one edit, and says which.
    fn edit(&mut self) -> String {
        let (kind, tenant, n) = (self.random.below(36), self.random.below(TENANTS), self.number());
        let folder = Self::folder(tenant);
        let there = self.workspace.holds(&format!("{folder}/site.toml"));
        let write = |path: &str, text: &str| self.workspace.write(path, text);
        let page = |text: &str| format!("+++\ntitle = \"{text}\"\n+++\n{text} {{{{ tenant.name }}}}\n");
        let host = ["t1.example", "t2.example", "third.example"][n % 3];
        match kind {
            0 | 1 => self.settle(tenant, ""),
            2 if there => self.workspace.remove(&folder),
            3 if there => self.settle(tenant, &format!("cookie.p.a.purpose = \"Own {n}\"\n")),
            4 if there => self.settle(tenant, &format!("params.tint = \"#{:06x}\"\n", n * 160_000)),
            5 if there => self.settle(tenant, &format!("vars.extra = \"{n}\"\n")),
            6 if there => self.settle(tenant, "languages = [\"fr\"]\n"),
            7 if there => self.settle(tenant, "broken = \n"),
            8 if there => write(&format!("{folder}/content/own.fr.md"), &page(&format!("Own {n}"))),
            9 if there => write(&format!("{folder}/content/index.fr.md"), &page(&format!("Index {n}"))),
            10 if there => write(&format!("{folder}/static/file.txt"), &format!("{n}\n")),
            11 if there => write(&format!("{folder}/cookies.toml"), "table.t.drop = [\"p/b\"]\n"),
            12 => write("sites/content/index.en.md", &page(&format!("Home {n}"))),
            13 => write("sites/content/_parts/contact.fr.md", &format!("Écrivez {n}.\n")),
            14 => write(
                "sites/g/content/cookies.fr.md",
                &format!("+++\ntitle = \"C{n}\"\n+++\n{{{{ cookie_tables() }}}}\n"),
            ),
            15 => write("sites/g/group.toml", &format!("theme = \"near\"\nvars.kind.fr = \"portail {n}\"\n")),
            16 => write("themes/plain/static/a.css", &format!("a {{ margin: {n}px }}\n")),
            17 => write("themes/near/strings/fr.toml", &format!("home = \"Maison {n}\"\n")),
            18 => write("sites/static/shared.txt", &format!("{n}\n")),
            19 => self.staging = !self.staging,
            20 => self.same_size_and_time(&folder),
            21 => self.gone(&[&format!("{folder}/content/own.fr.md"), &format!("{folder}/content/index.fr.md")]),
            22 => self.gone(&[&format!("{folder}/cookies.toml"), &format!("{folder}/static/file.txt")]),
            23 => self.gone(&["sites/static/shared.txt", "themes/near/strings/fr.toml"]),
            24 => self.again(&folder),
            25 => write(
                "sites/g/cookies.toml",
                &format!(
                    "provider.p.name = \"P\"\ncookie.p.a.purpose = \"First {n}\"\ncookie.p.b.purpose = \"Second\"\n\
                 table.t = {{ title = \"T\", rows = [\"p/a\", \"p/b\"] }}\n"
                ),
            ),
            // Hosts of other tenants, which come and go: each twice, so that several meet in a sequence.
            26 | 27 if there => write(&format!("{folder}/content/own.fr.md"), &page(&format!("Own, {host}"))),
            28 | 29 if there => self.settle(tenant, &format!("covers = [\"https://{host}\"]\n")),
            30 | 31 if there => self.settle(tenant, &format!("cookie.p.a.purpose = \"{host}\"\n")),
            32 => write("sites/g/content/cookies.fr.md", &page(&format!("C {host}"))),
            33 => write("sites/g/group.toml", &format!("allow_mentions = [\"{host}\"]\n")),
            _ => self.settle(tenant, ""),
        }
        format!("{kind} of {folder}, {n}")
    }

    /// Removes the first of some files that is there.
    fn gone(&self, paths: &[&str]) {
        if let Some(path) = paths.iter().find(|path| self.workspace.holds(path)) {
            self.workspace.remove(path);
        }
    }

    /// The same bytes, written again.
    fn again(&self, folder: &str) {
        let path = self.workspace.at(&format!("{folder}/site.toml"));
        if let Ok(text) = fs::read_to_string(&path) {
            fs::write(&path, text).unwrap();
        }
    }

    /// Other bytes with the size and the modification time of those before.
    fn same_size_and_time(&self, folder: &str) {
        let path = self.workspace.at(&format!("{folder}/site.toml"));
        let Ok(text) = fs::read_to_string(&path) else { return };
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, text.replace("name = \"t", "name = \"T")).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }

    fn build(&self, out: &str, program: Digest) -> Report {
        self.build_some(out, Selection::default(), program)
    }

    /// A build of one tenant, if it is there.
    fn build_one(&self, tenant: usize, program: Digest) {
        let folder = Self::folder(tenant);
        if self.workspace.holds(&format!("{folder}/site.toml")) {
            let id = folder.rsplit('/').next().unwrap().to_owned();
            self.build_some("dist", Selection { patterns: vec![id], shard: None }, program);
        }
    }

    fn build_some(&self, out: &str, selection: Selection, program: Digest) -> Report {
        let options = Options {
            workspace: self.workspace.path().to_owned(),
            out: self.workspace.at(out),
            mode: Mode::Build,
            prune: selection.is_all(),
            selection,
            files: Files::All,
            environment: self.staging.then(|| "staging".to_owned()),
            overrides: Vec::new(),
            jobs: 1,
            clean: false,
            verify: false,
            explain_work: false,
            force: true,
            patience: PATIENCE,
            // A process that another test is starting holds our lock until it has become another program.
            when_locked: WhenLocked::Wait,
            program,
        };
        run(&options, &Unobserved, &AtomicBool::new(false)).unwrap()
    }

    /// Edits and builds, then builds anew and compares. Gives how many tenants were recalled.
    fn go(mut self, program: Digest) -> Result<usize, String> {
        let first = self.build("dist", program);
        assert!(first.tenants.iter().all(|tenant| tenant.status == Status::Built), "{:#?}", told(&first));
        let mut recalled = 0;
        for _ in 0..=self.random.below(EDITS) {
            let edit = self.edit();
            self.done.push(edit);
            thread::sleep(SETTLED);
            if self.random.below(5) == 0 {
                let alone = self.random.below(TENANTS);
                self.done.push(format!("t{alone} alone"));
                self.build_one(alone, program);
                continue;
            }
            let report = self.build("dist", program);
            recalled += report.tenants.iter().filter(|tenant| tenant.status == Status::Unchanged).count();
        }
        let again = self.build("dist", program);
        let clean = self.build("clean", program);
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
        if wrong.is_empty() { Ok(recalled) } else { Err(format!("{:#?}\n{}", self.done, wrong.join("\n"))) }
    }
}

/// The output of the tenants without errors.
fn whole(out: &Path, failed: &[String]) -> Tree {
    let mut tree = Tree::read_without(out, ".tenantry");
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

#[test]
fn incremental_builds_equal_clean_ones() {
    let program = program_digest();
    if let Some(number) = asked("TENANTRY_SEQUENCE") {
        return Sequence::new(number).go(program).map(drop).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    let sequences = asked("TENANTRY_SEQUENCES").unwrap_or(SEQUENCES);
    let (next, recalled) = (AtomicU64::new(0), AtomicU64::new(0));
    // Most of the time goes by waiting for files to settle.
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= sequences {
                        break;
                    }
                    match Sequence::new(number).go(program) {
                        Ok(more) => recalled.fetch_add(more as u64, Ordering::Relaxed),
                        Err(wrong) => panic!("TENANTRY_SEQUENCE={number} differs\n{wrong}"),
                    };
                }
            });
        }
    });
    let recalled = recalled.into_inner();
    assert!(recalled > sequences, "only {recalled} tenants were recalled in {sequences} sequences");
}
