//! Faults of columns and cells: told by row and column, and the other tenants are built.

use serde_json::Value;
use tenantry_testkit::Program;

use super::{build, build_lines, workspace};
use crate::built::Built;
use crate::report::{hint, message, place};

/// The words that name the column of a finding.
fn column(finding: &Value) -> &str {
    finding["related"][0]["message"].as_str().unwrap_or_default()
}

#[test]
fn a_wrong_cell_names_its_row_and_column() {
    let built = build(
        "id,name,base_url,languages,pages.legal.updated\n\
         a,A,ftp://a.example,fr,\n\
         b,B,https://b.example,\"fr, xx9\",\n\
         c,C,https://c.example,,tomorrow\n\
         d,,https://d.example,,\n\
         e,E,https://e.example,,\n",
    );
    let found: Vec<_> = built.findings().iter().map(|found| (place(found), column(found))).collect();
    let expected = [
        ("sites/town/town.csv:2:5", "in the column `base_url`"),
        ("sites/town/town.csv:3:23", "in the column `languages`"),
        ("sites/town/town.csv:4:24", "in the column `pages.legal.updated`"),
        ("sites/town/town.csv:5:1", ""),
    ];
    assert_eq!(found, expected.map(|(place, column)| (place.to_owned(), column)));
    assert!(hint(&built.one("missing-key")).contains("fill the column"));
    assert_eq!((built.status("e"), built.outcome.code), ("built".to_owned(), 1));
}

#[test]
fn findings_of_later_stages_name_the_column_too() {
    let roster = "id,name,base_url\na,A,https://a.example\n";
    let built = {
        let workspace = workspace(roster);
        workspace.append("sites/town/group.toml", "domains = [\"town.example\"]\n");
        Built::new(workspace, &[])
    };
    let problem = built.one("domain-not-allowed");
    assert_eq!((place(&problem).as_str(), column(&problem)), ("sites/town/town.csv:2:5", "in the column `base_url`"));
}

#[test]
fn an_unknown_column_is_told_once_with_the_tenants_that_fill_it() {
    let built = build(
        "id,name,base_url,langauges,vars.word\n\
         a,A,https://a.example,fr,\nb,B,https://b.example,en,x\nc,C,https://c.example,,y\n",
    );
    let problem = built.error();
    assert_eq!((place(&problem).as_str(), &problem["tenants"]), ("sites/town/town.csv:1:18", &2.into()));
    assert!(message(&problem).contains("`langauges`") && hint(&problem).contains("`languages`"), "{problem}");
    assert_eq!((built.status("a"), built.status("c")), ("failed".to_owned(), "built".to_owned()));
}

#[test]
fn an_unknown_key_of_a_line_is_told_once() {
    let built = build_lines(
        "{\"id\": \"a\", \"pages\": {\"legal\": {\"titel\": \"x\"}}, \"name\": \"A\", \"base_url\": \"https://a.example\"}\n\
         {\"id\": \"b\", \"pages.legal.titel\": \"x\", \"name\": \"B\", \"base_url\": \"https://b.example\"}\n\
         {\"id\": \"c\", \"name\": \"C\", \"base_url\": \"https://c.example\"}\n",
    );
    let problem = built.error();
    assert_eq!((place(&problem).as_str(), &problem["tenants"]), ("sites/town/town.jsonl:1:34", &2.into()));
    assert!(hint(&problem).contains("`title`"), "{problem}");
    assert_eq!(built.status("c"), "built");
}

#[test]
fn columns_that_nobody_can_use_are_refused_where_they_are_filled() {
    for (header, code) in
        [("name", "duplicate-column"), ("", "unnamed-column"), ("name.fr", "wrong-type"), ("domains", "misplaced-key")]
    {
        let roster = format!("id,name,base_url,{header}\na,A,https://a.example,x\nb,B,https://b.example,\n");
        let built = build(&roster);
        assert_eq!((built.error()["code"].as_str(), built.status("b").as_str()), (Some(code), "built"), "{header}");
        assert!(place(&built.error()).starts_with("sites/town/town.csv:1:"), "{header}");
    }
}

#[test]
fn a_key_and_one_below_it_cannot_both_be_set() {
    let built = build(
        "id,name,base_url,pages.legal,pages.legal.title\n\
         a,A,https://a.example,false,x\nb,B,https://b.example,false,\nc,C,https://c.example,,x\n",
    );
    assert_eq!(place(&built.error()), "sites/town/town.csv:2:29");
    assert_eq!((built.status("b"), built.status("c")), ("built".to_owned(), "built".to_owned()));
    let lines = "{\"id\": \"a\", \"name\": \"A\", \"name\": \"B\", \"base_url\": \"https://a.example\"}\n";
    assert_eq!(build_lines(lines).error()["code"], "duplicate-key");
}

#[test]
fn a_secret_is_refused_and_not_shown() {
    let secret = "AKIAIOSFODNN7EXAMPLE";
    for roster in [
        format!("id,name,base_url,vars.word\na,A,https://a.example,{secret}\n"),
        format!("id,name,base_url,vars.word\na,A,{secret}\n"),
        format!("id,name,base_url,vars.word\na,A,https://a.example,{secret}\na,A,https://a.example,x\n"),
        "id,name,base_url,params.api_key\na,A,https://a.example,hunter2-AKIA\n".to_owned(),
        "id,name,base_url,params.api_key\na,A,hunter2-AKIA\n".to_owned(),
        format!("id,name,base_url,vars.word\nA!,A,ftp://a,{secret}\n"),
    ] {
        let workspace = workspace(&roster);
        for args in [&["build"][..], &["build", "--format", "json"], &["explain", "a"], &["explain", "a", "vars.word"]]
        {
            let outcome = Program::new().args(args).current_dir(&workspace).run();
            let told = outcome.stdout + &outcome.stderr;
            assert!(!told.contains("AKIA"), "{roster}\n{args:?}\n{told}");
        }
        let built = Built::new(workspace, &[]);
        assert_eq!((built.outcome.code, built.status("folder")), (1, "unchanged".to_owned()), "{roster}");
    }
}
