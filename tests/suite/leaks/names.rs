//! The names of tenants in each other's own texts: notes of `check`, where every source is read.

use serde_json::Value;
use tenantry_testkit::Workspace;

use crate::report::{ending, findings, hint, message, place, run};

use super::{BOLT, page, workspace};

const OWN: &str = "sites/g/bolt/content/own.fr.md";
const DART: (&str, &str) = ("sites/dart/site.toml", "name = \"Dart et Fils\"\nbase_url = \"https://dart.example\"\n");

#[track_caller]
fn notes(workspace: &Workspace) -> Vec<Value> {
    let report = ending(workspace, &["check"], 0);
    findings(&report).iter().filter(|found| found["code"] == "tenant-named").cloned().collect()
}

#[test]
fn a_name_of_several_words_is_noted() {
    let workspace = workspace(&[DART, (OWN, &page("Avec *Dart et Fils* et Dart et Fils"))]);
    let notes = notes(&workspace);
    let [note] = &notes[..] else { panic!("{notes:#?}") };
    assert_eq!((&note["severity"], &*place(note)), (&"note".into(), &*format!("{OWN}:4:7")));
    assert_eq!(message(note), "`Dart et Fils` is the name of the tenant `dart`, and stands in the site of another one");
    assert_eq!(hint(note), "");
    let told = run(&workspace, &["check", "--verbose"]);
    assert!(told.stderr.contains("note[tenant-named]") && told.code == 0, "{}", told.stderr);
    assert!(!run(&workspace, &["check"]).stderr.contains("tenant-named"), "notes are told if they are asked for");
}

#[test]
fn a_value_and_a_cookie_may_hold_a_name_too() {
    let own = [DART, (BOLT, "vars.word = \"Dart et Fils\"\ncookie.p.shown.purpose = \"Pour Dart et Fils\"\n")];
    let places: Vec<String> = notes(&workspace(&own)).iter().map(place).collect();
    assert_eq!(places, [format!("{BOLT}:3:14"), format!("{BOLT}:4:32")]);
}

#[test]
fn a_name_of_one_word_and_one_that_all_may_say_are_none() {
    let text = page("Acme, Dart et Fils");
    let count = |added: &[(&str, &str)]| notes(&workspace(added)).len();
    assert_eq!(count(&[(OWN, &text)]), 0);
    assert_eq!(count(&[DART, (OWN, &text)]), 1);
    assert_eq!(count(&[DART, (OWN, &text), ("sites/content/x.fr.md", &text)]), 0, "a shared page");
    assert_eq!(
        count(&[DART, (OWN, &text), ("sites/group.toml", "vars.who = \"Dart et Fils\"\n")]),
        0,
        "a shared value"
    );
    assert_eq!(count(&[DART, (OWN, &text), ("themes/near/strings/fr.toml", "who = \"Dart et Fils\"\n")]), 0, "a theme");
    assert_eq!(count(&[DART, (OWN, &text), ("sites/g/group.toml", "allow_mentions = [\"dart\"]\n")]), 0, "allowed");
    assert_eq!(count(&[DART, (OWN, &page("dart et fils, Dart et Filsou"))]), 0, "other words");
}

/// A tenant may say its own name, also where it holds that of another one.
#[test]
fn a_tenant_may_name_itself() {
    let longer = ("sites/eden/site.toml", "name = \"Dart et Fils Nord\"\nbase_url = \"https://eden.example\"\n");
    let said = ("sites/eden/content/own.fr.md", &*page("Dart et Fils Nord"));
    assert_eq!(notes(&workspace(&[DART, longer, said])).len(), 0);
    let namesake = ("sites/fern/site.toml", "name = \"Dart et Fils\"\nbase_url = \"https://fern.example\"\n");
    assert_eq!(notes(&workspace(&[DART, namesake, ("sites/fern/content/own.fr.md", &page("Dart et Fils"))])).len(), 0);
}
