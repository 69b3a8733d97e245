//! Which tenants a build does not read: those of which nothing has changed, and no others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tenantry_builder::build::{Mode, Options, Program, run};
use tenantry_builder::lock::WhenLocked;
use tenantry_builder::report::Report;
use tenantry_core::digest::Digest;
use tenantry_testkit::Workspace;

use super::{Recalled, SETTLED};

/// Two tenants with folders, one of them without a word in English, and a roster.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour de {{ tenant.name }}
//- /sites/content/index.en.md
+++
title = "Home"
+++
Hello from {{ tenant.name }}
//- /sites/folder/site.toml
name = "Folder"
base_url = "https://folder.example"
//- /sites/warned/site.toml
name = "Warned"
base_url = "https://warned.example"
vars.nobody = "asks for it"
//- /sites/warned/content/only.fr.md
+++
title = "Seulement"
+++
Seulement en français
//- /sites/warned/README.md
for people
//- /sites/town/group.toml
roster = "town.csv"
"#;

const ROSTER: &str = "sites/town/town.csv";

fn workspace(tenants: usize) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    let row = |number| format!("r{number},Row {number},https://r{number}.example,fr en\n");
    let rows: String = (0..tenants).map(row).collect();
    workspace.write(ROSTER, &format!("id,name,base_url,languages\n{rows}"));
    workspace
}

/// Builds when the last edit has settled. Gives the report and how many tenants were recalled.
fn build(workspace: &Workspace, program: &str) -> (Report, usize) {
    thread::sleep(SETTLED);
    let options = Options {
        jobs: 2,
        when_locked: WhenLocked::Wait,
        program: Program::Of(Digest::of(program.as_bytes())),
        ..Options::new(workspace.path().to_owned(), workspace.at("dist"), Mode::Build)
    };
    let recalled = Recalled::default();
    let report = run(&options, &recalled, &AtomicBool::new(false)).unwrap();
    (report, recalled.0.load(Ordering::Relaxed))
}

/// An edit, and how many tenants are read after it.
type Edit = (fn(&Workspace), usize);

/// Edits and builds, one after the other: after each edit so many tenants are read, and all are known after that.
#[track_caller]
fn reads(workspace: &Workspace, edits: &[Edit]) {
    let (first, _) = build(workspace, "p");
    for (number, (edit, read)) in edits.iter().enumerate() {
        edit(workspace);
        let (report, recalled) = build(workspace, "p");
        assert_eq!(report.tenants.len() - recalled, *read, "edit {number}: {:#?}", report.findings);
        assert_eq!(report.findings.len(), first.findings.len(), "edit {number}: {:#?}", report.findings);
        assert_eq!(build(workspace, "p").1, report.tenants.len(), "edit {number}");
    }
}

fn replace(workspace: &Workspace, from: &str, to: &str) {
    let text = workspace.read(ROSTER);
    assert!(text.contains(from), "{text}");
    workspace.write(ROSTER, &text.replacen(from, to, 1));
}

#[test]
fn what_has_not_changed_is_not_read_and_its_warnings_are_told() {
    let workspace = workspace(3);
    let (first, recalled) = build(&workspace, "p");
    assert_eq!((first.tenants.len(), recalled), (5, 0));
    let codes: Vec<&str> = first.findings.iter().map(|found| &*found.diagnostic.code).collect();
    assert_eq!(codes, ["unread-file", "missing-translation", "unused-value"]);
    let (again, recalled) = build(&workspace, "p");
    assert_eq!(recalled, 5);
    let told = |report: &Report| format!("{:?}", report.findings);
    assert_eq!(told(&again), told(&first));
    assert_eq!(build(&workspace, "another").1, 0, "another program may build other bytes");
}

#[test]
fn only_what_an_edit_touches_is_read() {
    reads(
        &workspace(3),
        &[
            (|ws| ws.append("sites/folder/site.toml", "# a comment\n"), 1),
            (|ws| ws.append("sites/warned/content/only.fr.md", "\nEncore\n"), 1),
            (|ws| ws.append("sites/town/group.toml", "# a comment\n"), 3),
            (|ws| ws.append("sites/group.toml", "# a comment\n"), 5),
            (|ws| ws.append("themes/plain/templates/page.html", "<!-- -->"), 5),
            (|ws| ws.write("sites/notes.txt", "for people"), 0),
            (|ws| ws.write("sites/new/site.toml", "name = \"N\"\nbase_url = \"https://new.example\"\n"), 1),
            (|ws| ws.remove("sites/new"), 0),
            (|ws| ws.remove("dist/folder"), 1),
            (|ws| ws.append("dist/.tenantry/manifests/r1.json", ""), 1),
        ],
    );
}

#[test]
fn only_the_rows_that_an_edit_touches_are_read() {
    reads(
        &workspace(20),
        &[
            (|ws| replace(ws, "Row 7,", "Row seven,"), 1),
            (|ws| replace(ws, "r3,Row 3,https://r3.example,fr en\n", ""), 0),
            (|ws| replace(ws, "r0,", "new,New,https://new.example,fr en\nr0,"), 1),
            (|ws| replace(ws, "r9,", "nine,"), 1),
            (|ws| replace(ws, "r4,Row 4,https://r4.example,fr en\n", "\n"), 0),
            (|ws| ws.append(ROSTER, "r4,Row 4,https://r4.example,fr en"), 1),
            (|ws| ws.append(ROSTER, "\n"), 0),
            (|ws| replace(ws, "languages", "\"languages\""), 20),
            (|ws| ws.write("sites/town/r5/static/more.txt", "more"), 1),
            (|ws| ws.write("sites/town/r5/cookies.toml", "provider.p.name = \"P\"\n"), 1),
            (|ws| ws.remove("sites/town/r5"), 1),
        ],
    );
}

/// What is told of a row points into the roster, where it may stand elsewhere next time: such a row is read.
#[test]
fn a_row_with_a_warning_of_its_own_is_read_each_time() {
    let workspace = workspace(3);
    replace(&workspace, "languages", "languages,vars.nobody");
    for row in ["r0", "r1", "r2"] {
        replace(&workspace, &format!("https://{row}.example,fr en\n"), &format!("https://{row}.example,fr en,\n"));
    }
    replace(&workspace, "https://r1.example,fr en,", "https://r1.example,fr en,asks");
    let place = |report: &Report| {
        let finding = report.findings.iter().find(|found| found.diagnostic.message.contains("vars.nobody"));
        let found = report.findings.iter().filter(|found| found.diagnostic.code == "unused-value");
        (finding.is_some(), found.map(|found| format!("{:?}", found.diagnostic.subject)).collect::<Vec<_>>())
    };
    let (first, _) = build(&workspace, "p");
    let (again, recalled) = build(&workspace, "p");
    assert_eq!((recalled, place(&again)), (4, place(&first)));
    replace(&workspace, "r0,Row 0,https://r0.example,fr en,\n", "");
    let (moved, recalled) = build(&workspace, "p");
    assert_eq!(recalled, 3);
    assert_ne!(place(&moved), place(&first), "it is told where it stands now");
}
