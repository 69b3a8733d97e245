//! What a roster gives: the same bytes as folders would, from each form of the file.

use std::fmt::Write as _;

use tenantry_testkit::{Tree, Workspace};

use super::{BASE, build, build_lines, workspace, workspace_of_lines};
use crate::built::Built;
use crate::report::{dist, run};

/// The output of two tenants, as folders with dotted keys say it.
fn of_folders() -> Tree {
    let workspace = Workspace::with_theme(BASE);
    workspace.write("sites/town/group.toml", "");
    workspace.add_text(
        r#"
        //- /sites/town/pool/site.toml
        name = "Piscine \"Olympique\", bassin 1"
        base_url = "https://pool.example"
        languages = ["fr", "en"]
        covers = ["https://pool.example", "https://billets.example"]
        vars.word = "à l'eau\nou pas"
        pages.legal.updated = 2026-12-01
        cookie.acme.sid.purpose.fr = "Session"
        provider.acme.name = "Acme"
        //- /sites/town/gym/site.toml
        name = "007"
        base_url = "https://gym.example"
        vars.word = "2026-11-20"
        pages.legal = false
        "#,
    );
    let built = Built::new(workspace, &[]);
    built.is_clean();
    dist(&built.workspace)
}

/// The same two tenants, with commas.
const COMMAS: &str = "id,name,base_url,languages,covers,vars.word,pages.legal.updated,pages.legal,\
    cookie.acme.sid.purpose.fr,provider.acme.name\n\
    pool,\"Piscine \"\"Olympique\"\", bassin 1\",https://pool.example,\"[\"\"fr\"\", \"\"en\"\"]\",\
    \"https://pool.example, https://billets.example\",\"à l'eau\nou pas\",2026-12-01,,Session,Acme\n\
    gym, 007 ,https://gym.example,,,2026-11-20,,FALSE,,\n";

#[track_caller]
fn equals_folders(built: &Built) {
    built.is_clean();
    assert_eq!(dist(&built.workspace).difference(&of_folders()), [""; 0]);
}

#[test]
fn a_row_gives_the_bytes_that_a_folder_gives() {
    equals_folders(&build(COMMAS));
}

#[test]
fn semicolons_tabs_marks_and_line_ends_of_windows_are_read() {
    let semicolons = "\u{feff}id;name;base_url;languages;covers;vars.word;pages.legal.updated;pages.legal;\
        cookie.acme.sid.purpose.fr;provider.acme.name\n\
        pool;\"Piscine \"\"Olympique\"\", bassin 1\";https://pool.example;fr en;\
        https://pool.example https://billets.example;\"à l'eau\nou pas\";2026-12-01;;Session;Acme\n\
        \n;;;;;;;;;\n\
        gym;007;https://gym.example;;;2026-11-20;;false;;";
    equals_folders(&build(semicolons));
    equals_folders(&build(&semicolons.replace('\n', "\r\n")));
    equals_folders(&build(&semicolons.replace(';', "\t")));
}

#[test]
fn lines_of_json_are_read_nested_and_dotted() {
    let lines = r#"
{"id": "pool", "name": "Piscine \"Olympique\", bassin 1", "base_url": "https://pool.example", "languages": ["fr", "en"], "covers": ["https://pool.example", "https://billets.example"], "vars": {"word": "à l'eau\nou pas"}, "pages": {"legal": {"updated": "2026-12-01"}}, "cookie.acme": {"sid.purpose": {"fr": "Session"}}, "provider": {"acme": {"name": "Acme"}}}

{"name": "007", "base_url": "https://gym.example", "vars.word": "2026-11-20", "pages.legal": false, "id": "gym", "languages": null}
"#;
    equals_folders(&build_lines(lines));
    equals_folders(&build_lines(&lines.replace('\n', "\r\n")));
}

#[test]
fn a_folder_of_the_same_id_holds_the_rest() {
    let workspace =
        workspace("id,name,base_url,cookie.acme.sid.purpose.fr\npool,Pool,https://pool.example,Du fichier\n");
    workspace.add_text(
        r#"
        //- /sites/town/pool/static/logo.txt
        logo
        //- /sites/town/pool/content/more.fr.md
        +++
        title = "Plus"
        +++
        {{ cookie_tables() }}
        //- /sites/town/pool/cookies.toml
        provider.acme.name = "Acme"
        [cookie.acme.sid]
        category = "necessary"
        purpose.fr = "Du dossier"
        duration = "session"
        [table.necessary]
        title.fr = "Cookies"
        columns = ["provider", "purpose"]
        rows = ["acme/sid"]
        //- /sites/town/other/content/index.fr.md
        +++
        title = "Autre"
        +++
        "#,
    );
    let built = Built::new(workspace, &[]);
    assert_eq!(built.status("pool"), "built", "{}", built.outcome.stdout);
    assert!(built.workspace.holds("dist/pool/logo.txt"));
    let page = built.html("pool/more");
    assert!(page.contains("Du fichier") && !page.contains("Du dossier"), "the row wins: {page}");
    assert_eq!(built.one("no-layer")["file"], "sites/town/other", "a folder that is no tenant's is told");
    let explained = run(&built.workspace, &["explain", "pool", "cookie.acme.sid.purpose"]).stdout;
    let (row, hidden) = explained.split_once("hides").unwrap();
    assert!(row.contains("(sites/town/town.csv:2)"), "{explained}");
    assert!(hidden.contains("sites/town/pool/cookies.toml:4"), "{explained}");
}

#[test]
fn explain_names_the_line_of_the_row() {
    let roster =
        "id;name;base_url;vars.word;languages\na;\"A\n\";x;;\npool;Bassin \"1\";https://pool.example;x;fr en\n";
    let text = run(&workspace(roster), &["explain", "pool"]).stdout;
    for wanted in [
        "name = 'Bassin \"1\"'\n      sites/town/pool (sites/town/town.csv:4)",
        "languages = [\"fr\", \"en\"]\n      sites/town/pool (sites/town/town.csv:4)\n    hides [\"fr\"]",
        "vars.word = \"x\"\n      sites/town/pool (sites/town/town.csv:4)\n    hides \"partout\"",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let lines = "{\"id\": \"a\"}\n{\"id\": \"pool\", \"name\": \"Bassin\", \"vars\": {\"word\": \"x\"}}\n";
    let text = run(&workspace_of_lines(lines), &["explain", "pool", "vars.word"]).stdout;
    assert!(text.contains("vars.word = \"x\"\n      sites/town/pool (sites/town/town.jsonl:2)"), "{text}");
}

#[test]
fn a_thousand_rows_are_a_thousand_tenants() {
    let mut roster = "id,name,base_url\n".to_owned();
    for number in 0..1000 {
        let _ = writeln!(roster, "t{number},\"Tenant\n{number}\",https://t{number}.example");
    }
    let roster = roster.replace("Tenant\n", "Tenant ").replace("t777,", "t777 ,");
    let built = build(&roster);
    built.is_clean();
    assert_eq!(built.report["summary"]["tenants"], 1001);
    assert!(built.html("t777").contains("Tenant 777"));
    let again = Built::new(built.workspace, &[]);
    assert_eq!((&again.report["summary"]["written"], again.status("t999")), (&0.into(), "unchanged".to_owned()));
}

#[test]
fn a_changed_cell_changes_one_tenant() {
    let built = build("id,name,base_url\na,A,https://a.example\nb,B,https://b.example\n");
    built
        .workspace
        .write("sites/town/town.csv", "id,name,base_url\n\na,A,https://a.example\nb,Bee,https://b.example\n");
    let again = Built::new(built.workspace, &[]);
    assert_eq!((again.status("a"), again.status("b")), ("unchanged".to_owned(), "built".to_owned()));
}

#[test]
fn tenants_of_a_roster_are_chosen_and_listed_like_others() {
    let workspace = workspace("id,name,base_url\na,A,https://a.example\nb,B,https://b.example\n");
    let listed = run(&workspace, &["list", "town"]).stdout;
    assert!(listed.contains("a  town  https://a.example  fr  2 pages  not built"), "{listed}");
    assert!(!listed.contains("folder"), "{listed}");
    assert_eq!(run(&workspace, &["check", "b", "--quiet"]).code, 0);
    let built = Built::new(workspace, &["town/b"]);
    assert_eq!((built.status("a"), built.status("b")), (String::new(), "built".to_owned()));
    let all = Built::new(built.workspace, &[]);
    all.workspace.write("sites/town/town.csv", "id,name,base_url\na,A,https://a.example\n");
    let pruned = Built::new(all.workspace, &["--prune"]);
    assert_eq!(pruned.report["vanished"], serde_json::json!(["b"]));
    assert!(!pruned.workspace.holds("dist/b"));
}

#[test]
fn rows_are_trusted_as_folders_are() {
    let roster = "id,name,base_url,missing_translation\na,A,https://a.example,fallback\nb,B,https://b.example,\n";
    let built = build(roster);
    let problem = built.one("misplaced-key");
    assert_eq!((&problem["line"], &problem["column"], &problem["tenants"]), (&1.into(), &18.into(), &1.into()));
    assert_eq!((built.status("a"), built.status("b")), ("failed".to_owned(), "built".to_owned()));
    let trusting = workspace(roster);
    trusting.append("sites/town/group.toml", "trust_tenants = true\n");
    Built::new(trusting, &[]).is_clean();
}

#[test]
fn a_roster_is_not_inherited_by_the_groups_below() {
    let workspace = workspace("id,name,base_url\na,A,https://a.example\n");
    workspace.add_text("//- /sites/town/inner/group.toml\n//- /sites/town/inner/b/site.toml\nname = \"B\"\nbase_url = \"https://b.example\"\n");
    let built = Built::new(workspace, &[]);
    built.is_clean();
    assert_eq!(built.report["summary"]["tenants"], 3);
}
