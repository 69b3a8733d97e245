//! Row 136: each tenant of a fleet holds a word that no other one has, wherever it can write something; nothing that is
//! made or told of another tenant holds it.
//!
//! `TENANTRY_TENANTS=N` tries N tenants. What the state remembers of each one is tested beside the state; here, that it
//! remembers nothing of those that are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use std::{env, fmt::Write as _, fs};

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Workspace};

use crate::report::{findings, json, with_status};

/// How many tenants a run of all tests tries.
const TENANTS: usize = 200;

/// How long a run may take that looks at a large fleet.
const TIME_LIMIT: Duration = Duration::from_secs(900);

/// What the words of all tenants begin with; five digits and an `x` follow.
const MARK: &str = "canary";

const BASE: &str = r#"
//- /sites/group.toml
theme = "near"
languages = ["fr"]
vars.word = "partout"
params.foot = "partout"
//- /sites/content/index.fr.md
+++
title = "Accueil de {{ tenant.name }}"
+++
Bonjour de {{ site.host }}, {{ vars.word }}, {{ site.covers }}

{{ cookie_tables() }}
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.a.purpose = "Sert"
table.t = { title = "T", rows = ["p/a"] }
//- /sites/town/group.toml
roster = "town.csv"
//- /sites/lines/group.toml
roster = "lines.jsonl"
trust_tenants = true
//- /themes/near/theme.toml
extends = "plain"
params.foot = { type = "text" }
//- /themes/near/templates/brand.css
a::after { content: "{{ params.foot }}" }
"#;

/// Where a tenant is described.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    /// In a folder below `sites/`.
    Folder,
    /// In a folder below two groups.
    Nested,
    /// In a row of a roster; every second one has a folder with content besides.
    Row,
    /// In a line of JSON of a roster.
    Line,
}

/// One tenant of the fleet.
#[derive(Clone, Copy)]
struct Tenant(usize);

impl Tenant {
    fn id(self) -> String {
        format!("t{:05}", self.0)
    }

    fn mark(self) -> String {
        format!("{MARK}{:05}x", self.0)
    }

    fn home(self) -> Home {
        [Home::Folder, Home::Nested, Home::Row, Home::Line][self.0 % 4]
    }

    fn folder(self) -> String {
        let id = self.id();
        match self.home() {
            Home::Folder => format!("sites/{id}"),
            Home::Nested => format!("sites/north{}/west{}/{id}", self.0 % 7, self.0 % 3),
            Home::Row => format!("sites/town/{id}"),
            Home::Line => format!("sites/lines/{id}"),
        }
    }

    /// Whether it has an error, of one kind or another.
    fn is_broken(self) -> bool {
        self.0 % 10 == 9
    }

    /// What it says, as dotted keys and texts.
    fn settings(self) -> Vec<(&'static str, String)> {
        let mark = self.mark();
        vec![
            ("name", format!("Maison {mark}")),
            ("base_url", format!("https://{mark}.example.org/{mark}")),
            ("vars.word", format!("mot {mark}")),
            ("params.foot", format!("pied {mark}")),
            ("cookie.p.a.purpose", format!("but {mark}")),
            ("table.t.title", format!("table {mark}")),
        ]
    }

    /// Keys that it cannot have in a row: no page asks for the value, which is a warning.
    fn further(self) -> String {
        let mark = self.mark();
        format!("vars.{mark} = \"{mark}\"\ncovers = [\"https://{mark}.example\", \"https://{mark}.example.org\"]\n")
    }

    /// A mistake of its own.
    fn mistake(self) -> String {
        let mark = self.mark();
        match self.0 / 10 % 3 {
            0 => format!("[mort](page:{mark})"),
            1 => format!("{{{{ vars.{mark}-nothing }}}}"),
            _ => format!("{{{{ include(\"{mark}\") }}}}"),
        }
    }

    /// Writes its content: a page, whose path is its word too, and a file.
    fn write_content(self, workspace: &Workspace) {
        let (folder, mark) = (self.folder(), self.mark());
        let mistake = if self.is_broken() { self.mistake() } else { String::new() };
        let page = format!("+++\ntitle = \"Titre {mark}\"\n+++\nTexte {mark}, dpo@{mark}.example.org\n\n{mistake}\n");
        workspace.write(&format!("{folder}/content/{mark}/{mark}.fr.md"), &page);
        workspace.write(&format!("{folder}/static/{mark}.txt"), &mark);
    }

    fn write_folder(self, workspace: &Workspace) {
        let lines = self.settings().into_iter().map(|(key, value)| format!("{key} = \"{value}\"\n"));
        workspace.write(&format!("{}/site.toml", self.folder()), &(lines.collect::<String>() + &self.further()));
        self.write_content(workspace);
    }

    fn has_folder(self) -> bool {
        self.home() != Home::Row || self.0 % 8 == 2 || self.is_broken()
    }
}

/// The tenants in a workspace.
struct Fleet {
    workspace: Workspace,
    tenants: Vec<Tenant>,
}

impl Fleet {
    fn write(tenants: usize) -> Self {
        let workspace = Workspace::with_theme(BASE);
        let tenants: Vec<Tenant> = (0..tenants).map(Tenant).collect();
        for number in 0..21 {
            let group = format!("sites/north{}", number % 7);
            workspace.write(&format!("{group}/group.toml"), "");
            workspace.write(&format!("{group}/west{}/group.toml", number % 3), "");
        }
        let fleet = Self { workspace, tenants };
        for tenant in &fleet.tenants {
            match tenant.home() {
                Home::Folder | Home::Nested => tenant.write_folder(&fleet.workspace),
                Home::Row | Home::Line if tenant.has_folder() => tenant.write_content(&fleet.workspace),
                Home::Row | Home::Line => {}
            }
        }
        fleet.write_rosters();
        fleet
    }

    fn write_rosters(&self) {
        let of = |home: Home| self.tenants.iter().filter(move |tenant| tenant.home() == home);
        let keys: Vec<&str> = Tenant(0).settings().iter().map(|(key, _)| *key).collect();
        let mut rows = format!("id,{}\n", keys.join(","));
        for tenant in of(Home::Row) {
            let values: Vec<String> = tenant.settings().into_iter().map(|(_, value)| value).collect();
            let _ = writeln!(rows, "{},{}", tenant.id(), values.join(","));
        }
        self.workspace.write("sites/town/town.csv", &rows);
        let mut lines = String::new();
        for tenant in of(Home::Line) {
            let settings = tenant.settings().into_iter().map(|(key, value)| (key.to_owned(), Value::from(value)));
            let id = ("id".to_owned(), Value::from(tenant.id()));
            let _ = writeln!(lines, "{}", Value::Object(std::iter::once(id).chain(settings).collect()));
        }
        self.workspace.write("sites/lines/lines.jsonl", &lines);
    }

    #[track_caller]
    fn run(&self, args: &[&str], code: i32) -> Outcome {
        let outcome = Program::new().args(args).current_dir(&self.workspace).time_limit(TIME_LIMIT).run();
        assert_eq!(outcome.code, code, "{args:?}: {}", outcome.stderr.lines().take(40).collect::<Vec<_>>().join("\n"));
        outcome
    }

    fn sound(&self) -> Vec<String> {
        self.tenants.iter().filter(|tenant| !tenant.is_broken()).map(|tenant| tenant.id()).collect()
    }
}

/// The ids of the tenants whose words stand in some bytes.
fn owners(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let ids = text.match_indices(MARK).filter_map(|(at, _)| {
        let digits = text.get(at + MARK.len()..at + MARK.len() + 5)?;
        (text[at..].as_bytes().get(MARK.len() + 5) == Some(&b'x')).then(|| format!("t{digits}"))
    });
    ids.collect()
}

/// Goes through the files below a folder, by relative path.
fn each_file(folder: &Path, below: &str, each: &mut impl FnMut(&str, Vec<u8>)) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().into_string().unwrap());
        match entry.file_type().unwrap().is_dir() {
            true => each_file(&entry.path(), &format!("{path}/"), each),
            false => each(&path, fs::read(entry.path()).unwrap()),
        }
    }
}

/// Searches an output folder: what lies below a tenant's name, and its manifest, hold its own words; the state holds those
/// of tenants that are built, and nothing else holds any.
#[track_caller]
fn search_output(fleet: &Fleet, built: &[String]) {
    let built: BTreeSet<&str> = built.iter().map(String::as_str).collect();
    let mut files_with_words: BTreeMap<String, usize> = BTreeMap::new();
    each_file(&fleet.workspace.at("dist"), "", &mut |path, bytes| {
        let found: BTreeSet<String> = owners(path.as_bytes()).into_iter().chain(owners(&bytes)).collect();
        if path == ".tenantry/state" {
            assert!(found.iter().all(|owner| built.contains(&**owner)), "the state remembers who is gone or broken");
            assert!(!found.is_empty(), "the state holds no words: it is not searched as it should be");
            return;
        }
        let manifest = path.strip_prefix(".tenantry/manifests/").and_then(|name| name.strip_suffix(".json"));
        let whose = manifest.unwrap_or_else(|| path.split('/').next().unwrap());
        let foreign: Vec<&String> = found.iter().filter(|owner| **owner != whose).collect();
        assert!(foreign.is_empty(), "{path} holds the words of {foreign:?}");
        if !found.is_empty() {
            *files_with_words.entry(whose.to_owned()).or_default() += 1;
        }
    });
    let held: BTreeSet<&str> = files_with_words.keys().map(String::as_str).collect();
    assert_eq!(held, built, "each tenant that is built shows its own words");
    assert!(files_with_words.values().all(|files| *files >= 5), "{files_with_words:?}");
}

/// Searches a report for machines: what is told of a tenant, and each finding, which is about one of them.
#[track_caller]
fn search_report(report: &Value) {
    let tenants = report["tenants"].as_array().unwrap();
    for told in tenants {
        let found = owners(told.to_string().as_bytes());
        assert!(found.iter().all(|owner| told["id"] == **owner), "{told}");
    }
    let mut errors = BTreeSet::new();
    for finding in findings(report) {
        let found: Vec<String> = owners(finding.to_string().as_bytes()).into_iter().collect();
        assert!(found.is_empty() || finding["examples"] == Value::from(found.clone()), "{finding}");
        errors.extend(found.into_iter().filter(|_| finding["severity"] == "error"));
    }
    assert_eq!(errors.into_iter().collect::<Vec<_>>(), with_status(report, "failed"), "errors quote what is wrong");
    assert_eq!(owners(report["summary"].to_string().as_bytes()).len(), 0);
    let named = owners(Value::from(tenants.clone()).to_string().as_bytes()).len();
    assert_eq!(named, tenants.len(), "each is told with its own words");
}

/// Searches what people are told: a finding and a line are each about one tenant.
#[track_caller]
fn search_words(outcome: &Outcome) {
    let (mut lines, mut blocks) = (0, 0);
    for block in outcome.stderr.split("\n\n") {
        let found = owners(block.as_bytes());
        assert!(found.len() <= 1, "one finding holds the words of {found:?}:\n{block}");
        blocks += found.len();
    }
    for line in outcome.stdout.lines().chain(outcome.stderr.lines()) {
        let id = line.split([' ', ':', '/']).next().unwrap_or_default();
        let found = owners(line.as_bytes());
        let is_about_one = id.len() == 6 && id.starts_with('t') && id[1..].bytes().all(|byte| byte.is_ascii_digit());
        assert!(found.len() <= 1 && (!is_about_one || found.iter().all(|owner| *owner == id)), "{line}");
        lines += found.len();
    }
    assert!(lines + blocks > 0, "nothing is told with anybody's words");
}

fn asked() -> usize {
    env::var("TENANTRY_TENANTS").ok().and_then(|number| number.parse().ok()).unwrap_or(TENANTS)
}

#[test]
fn fault_136_no_tenants_words_are_in_what_is_made_and_told_of_another() {
    let fleet = Fleet::write(asked());
    let report = json(&fleet.run(&["build", "--format", "json"], 1));
    let sound = fleet.sound();
    assert_eq!(with_status(&report, "built"), sound);
    search_report(&report);
    search_output(&fleet, &sound);
    for args in
        [&["build", "--verbose"][..], &["build", "--clean", "--dry-run", "--why"], &["check", "--verbose"], &["list"]]
    {
        search_words(&fleet.run(args, 1));
    }
    search_report(&json(&fleet.run(&["build", "--verify", "--format", "json"], 1)));
    search_report(&json(&fleet.run(&["check", "--format", "json"], 1)));
    for tenant in fleet.tenants.iter().filter(|tenant| !tenant.is_broken()).take(8) {
        let told = fleet.run(&["explain", &tenant.id()], 0);
        assert_eq!(owners(told.stdout.as_bytes()), BTreeSet::from([tenant.id()]));
    }
    search_output(&fleet, &sound);
}

/// What a tenant leaves behind in others is found when it is gone: the others are remembered, and not read again.
#[test]
fn fault_136_nothing_of_a_tenant_that_is_gone_is_remembered() {
    let fleet = Fleet::write(asked());
    fleet.run(&["build", "--quiet"], 1);
    let in_folder = |tenant: &&Tenant| matches!(tenant.home(), Home::Folder | Home::Nested);
    let gone: Vec<Tenant> = fleet.tenants.iter().filter(in_folder).filter(|tenant| tenant.0 % 8 < 4).copied().collect();
    gone.iter().for_each(|tenant| fleet.workspace.remove(&tenant.folder()));
    let report = json(&fleet.run(&["build", "--prune", "--force", "--format", "json"], 1));
    let left: Vec<String> =
        fleet.sound().into_iter().filter(|id| gone.iter().all(|tenant| tenant.id() != *id)).collect();
    assert_eq!(with_status(&report, "unchanged"), left);
    assert!(gone.len() * 5 > fleet.tenants.len(), "{}", gone.len());
    search_report(&report);
    search_output(&fleet, &left);
}
