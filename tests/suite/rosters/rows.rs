//! Faults of rows: a broken one fails its tenant only, and its last output stays.

use tenantry_testkit::Tree;

use super::{build, build_lines, workspace};
use crate::built::Built;
use crate::report::{dist, hint, message, place, run};

const SOUND: &str = "id,name,base_url\na,A,https://a.example\nb,B,https://b.example\n";

/// Builds [`SOUND`], then another roster with `--prune`. Gives the run and the output before it.
#[track_caller]
fn after(roster: &str) -> (Built, Tree) {
    let first = build(SOUND);
    first.is_clean();
    let before = dist(&first.workspace);
    first.workspace.write("sites/town/town.csv", roster);
    (Built::new(first.workspace, &["--prune"]), before)
}

#[track_caller]
fn keeps_a(built: &Built, before: &Tree) {
    assert_eq!(dist(&built.workspace).below("a").difference(&before.below("a")), [""; 0], "{}", built.outcome.stdout);
}

#[test]
fn a_ragged_row_fails_its_tenant_only() {
    for row in ["a,A", "a,A,https://a.example,x", "a"] {
        let (built, before) = after(&format!("id,name,base_url\n{row}\nb,Bee,https://b.example\n"));
        let problem = built.error();
        assert_eq!((place(&problem).as_str(), problem["code"].as_str()), ("sites/town/town.csv:2:1", Some("bad-row")));
        assert!(message(&problem).contains("the roster 3 columns"), "{problem}");
        assert_eq!((built.status("a"), built.status("b")), ("failed".to_owned(), "built".to_owned()));
        keeps_a(&built, &before);
    }
}

#[test]
fn a_cell_that_is_quoted_wrongly_fails_its_tenant_only() {
    for (row, at) in [("a,\"A\"x,https://a.example", "2:3"), ("a, \"A\",https://a.example", "2:4")] {
        let (built, before) = after(&format!("id,name,base_url\n{row}\nb,Bee,https://b.example\n"));
        assert_eq!(place(&built.error()), format!("sites/town/town.csv:{at}"));
        assert_eq!(built.status("b"), "built");
        keeps_a(&built, &before);
    }
}

/// What follows an open quotation mark cannot be told from the text: nobody has vanished.
#[test]
fn a_quotation_mark_that_is_never_closed_prunes_nobody() {
    let (built, before) = after("id,name,base_url\n\"a,A,https://a.example\nb,B,https://b.example\n");
    assert_eq!(built.outcome.code, 3, "{}", built.outcome.stdout);
    assert_eq!(dist(&built.workspace).difference(&before), [""; 0]);
    let again = Built::new(built.workspace, &[]);
    assert_eq!(place(&again.error()), "sites/town/town.csv:2:1");
    assert!(message(&again.error()).contains("none closes it"));
}

#[test]
fn a_row_without_an_id_is_told_and_prunes_nobody() {
    let (built, before) = after("id,name,base_url\n,A,https://a.example\nb,B,https://b.example\n");
    assert_eq!(built.outcome.code, 3, "{}", built.outcome.stdout);
    keeps_a(&built, &before);
    let again = Built::new(built.workspace, &[]);
    assert_eq!(
        (place(&again.error()).as_str(), again.status("b")),
        ("sites/town/town.csv:2:1", "unchanged".to_owned())
    );
}

#[test]
fn equal_ids_are_both_refused_and_both_lines_named() {
    let (built, before) =
        after("id,name,base_url\na,A,https://a.example\nb,B,https://b.example\na,Again,https://again.example\n");
    let problem = built.error();
    assert_eq!(place(&problem), "sites/town/town.csv:4:1");
    assert!(message(&problem).contains("line 2"), "{problem}");
    assert_eq!(problem["related"][0]["line"], 2);
    assert_eq!((built.status("a"), built.status("b")), ("failed".to_owned(), "unchanged".to_owned()));
    keeps_a(&built, &before);
}

#[test]
fn an_id_of_another_folder_is_refused_with_both_places() {
    let built = build("id,name,base_url\nfolder,A,https://a.example\nb,B,https://b.example\n");
    let problems = built.all("duplicate-tenant");
    assert!(!problems.is_empty());
    for problem in &problems {
        let text = message(problem);
        assert!(text.contains("sites/folder") && text.contains("sites/town/town.csv:2"), "{problem}");
    }
    assert_eq!(built.status("b"), "built");
}

#[test]
fn a_row_and_a_site_file_are_one_too_many() {
    let workspace = workspace(SOUND);
    workspace.write("sites/town/a/site.toml", "name = \"A\"\nbase_url = \"https://a.example\"\n");
    let built = Built::new(workspace, &[]);
    let problem = built.error();
    assert_eq!(
        (problem["code"].as_str(), place(&problem).as_str()),
        (Some("roster-and-site"), "sites/town/town.csv:2:1")
    );
    assert!(message(&problem).contains("sites/town/a/site.toml"), "{problem}");
    assert_eq!((built.status("a"), built.status("b")), ("failed".to_owned(), "built".to_owned()));
}

#[test]
fn a_row_is_not_built_without_a_folder_that_cannot_be_read() {
    let first = build(SOUND);
    let before = dist(&first.workspace);
    first.workspace.write("outside/content/index.fr.md", "+++\ntitle = \"Dehors\"\n+++\n");
    first.workspace.symlink("../../outside", "sites/town/a");
    let built = Built::new(first.workspace, &[]);
    assert_eq!(place(&built.one("unread-folder")), "sites/town/town.csv:2:1");
    assert_eq!((built.status("a"), built.status("b")), ("failed".to_owned(), "unchanged".to_owned()));
    keeps_a(&built, &before);
}

#[test]
fn a_row_of_the_name_of_a_group_is_refused() {
    let workspace = workspace(SOUND);
    workspace.write("sites/town/a/group.toml", "");
    workspace.write("sites/town/a/c/site.toml", "name = \"C\"\nbase_url = \"https://c.example\"\n");
    let built = Built::new(workspace, &[]);
    assert_eq!(built.error()["code"], "roster-and-group");
    assert_eq!((built.status("a"), built.status("c")), ("failed".to_owned(), "built".to_owned()));
}

#[test]
fn ids_follow_the_rules_of_folders() {
    for id in ["A", "a.b", "www", "é", "a\u{0}", "../a"] {
        let built = build(&format!("id,name,base_url\n{id},A,https://a.example\nb,B,https://b.example\n"));
        let problem = built.error();
        assert_eq!(
            (problem["code"].as_str(), place(&problem).as_str()),
            (Some("bad-tenant-id"), "sites/town/town.csv:2:1")
        );
        assert_eq!(built.status("b"), "built");
    }
}

#[test]
fn equal_addresses_name_the_rows() {
    let built = build("id,name,base_url\na,A,https://folder.example\nb,B,https://b.example\n");
    let problems = built.all("duplicate-address");
    assert_eq!(problems.len(), 2, "{}", built.outcome.stdout);
    assert!(problems.iter().any(|problem| message(problem).contains("sites/town/town.csv:2")), "{problems:?}");
}

#[test]
fn a_line_that_is_no_object_fails_alone() {
    for line in ["{\"id\": \"a\"", "[\"a\"]", "{\"id\": 7}", "{\"id\": null}", "{\"name\": \"A\"}", "\u{0}"] {
        let built =
            build_lines(&format!("{line}\n{{\"id\": \"b\", \"name\": \"B\", \"base_url\": \"https://b.example\"}}\n"));
        assert!(place(&built.error()).starts_with("sites/town/town.jsonl:1:"), "{line}: {}", built.error());
        assert_eq!(built.status("b"), "built", "{line}");
    }
    let null_in_list = "{\"id\": \"a\", \"languages\": [null], \"name\": \"A\", \"base_url\": \"https://a.example\"}\n";
    let built = build_lines(null_in_list);
    assert_eq!((built.error()["code"].as_str(), built.status("a").as_str()), (Some("bad-row"), "failed"));
}

#[test]
fn new_tenant_knows_the_ids_and_addresses_of_a_roster() {
    let workspace = workspace(SOUND);
    for args in [["new", "tenant", "a"], ["new", "tenant", "town/b"]] {
        let outcome = run(&workspace, &args);
        assert_ne!(outcome.code, 0);
        assert!(outcome.stderr.contains("sites/town/town.csv:"), "{}", outcome.stderr);
    }
    let outcome = run(&workspace, &["new", "tenant", "c", "--base-url", "https://a.example"]);
    assert_ne!(outcome.code, 0);
    assert!(outcome.stderr.contains("sites/town/town.csv:2"), "{}", outcome.stderr);
    assert_eq!(run(&workspace, &["new", "tenant", "town/c"]).code, 0);
    assert!(hint(&Built::new(workspace, &[]).report).is_empty());
}

/// Row 79 in part: no command writes CSV yet. What is covered is the other direction: cells of a roster that a spreadsheet
/// would take for formulas are words like others, and come out as they were written.
#[test]
fn fault_079_cells_that_begin_like_formulas_are_words() {
    let cells = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "=1+1", "a\tb", "a\r\nb"];
    let rows: String = cells
        .iter()
        .enumerate()
        .map(|(number, cell)| format!("t{number},T,https://t{number}.example,\"{}\"\n", cell.replace('"', "\"\"")))
        .collect();
    let built = build(&format!("id,name,base_url,vars.word\n{rows}"));
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    for (number, cell) in cells.iter().enumerate() {
        let page = built.html(&format!("t{number}"));
        // Ends of lines are those of the file's system.
        let shown = format!("de T, {}, https", cell.replace('\'', "&#39;").replace("\r\n", "\n"));
        assert!(page.contains(&shown), "{shown:?} is not in {page:?}");
    }
}
