//! The forms of a report: the closing line, JSON with references, SARIF.

use serde_json::Value;

use super::{SOUND, check};
use crate::report::{json, run};

/// A register with a warning that rests on more than practice.
fn long() -> String {
    SOUND.replace("\"session\"", "\"2 years\"")
}

#[test]
fn a_check_never_ends_with_a_bare_ok() {
    let checked = check(SOUND, &[]);
    let told = run(&checked.workspace, &["check", "--profile", "fr,uk"]).stderr;
    let last = told.lines().last().unwrap_or_default();
    assert!(last.starts_with("checked core, eu, fr, uk (not legal advice): 0 errors, "), "{told}");
    assert!(last.ends_with(" warnings, 0 allowed"), "{told}");
    assert_eq!(run(&checked.workspace, &["check", "--quiet"]).stderr, "");
    assert!(!run(&checked.workspace, &["build"]).stderr.contains("legal advice"));
}

#[test]
fn a_finding_says_what_its_rule_rests_on() {
    let checked = check(&long(), &[]);
    let reference = &checked.all("dur-over-400d")[0]["reference"];
    assert_eq!(reference["certainty"], "primary text");
    assert!(reference["text"].as_str().is_some_and(|text| text.contains("RFC 6265bis")), "{reference}");
    let told = run(&checked.workspace, &["check"]).stderr;
    assert!(told.contains("= note: it rests on draft RFC 6265bis"), "{told}");
}

#[test]
fn sarif_has_rules_places_and_what_is_allowed() {
    let group = "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\n\
                 lint_allow = [{ rule = \"category-unknown\", reason = \"as published\" }]\n";
    let text = long().replace("category = \"necessary\"", "category = \"unknown\"") + group;
    let checked = check(&text, &[]);
    let outcome = run(&checked.workspace, &["check", "--format", "sarif"]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    let sarif = json(&outcome);
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let results: Vec<&Value> = run["results"].as_array().into_iter().flatten().collect();
    assert_eq!(results.len(), 2, "{run}");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!((&results[0]["ruleId"], &results[0]["level"]), (&"dur-over-400d".into(), &"warning".into()));
    assert_eq!(place["artifactLocation"]["uri"], "sites/cookies.toml");
    assert_eq!(place["region"]["startLine"], 5);
    assert_eq!(results[1]["suppressions"][0]["justification"], "as published");
    let ids: Vec<&Value> =
        run["tool"]["driver"]["rules"].as_array().into_iter().flatten().map(|it| &it["id"]).collect();
    assert_eq!(ids, ["category-unknown", "dur-over-400d"]);
}

/// The path of a file is an address, which holds no spaces and nothing outside of ASCII.
#[test]
fn sarif_names_files_by_address() {
    let page = "//- /sites/content/l'été 1.fr.md\n+++\ntitle = \"T\"\n+++\nTraduit par DeepL.\n";
    let checked = check(&format!("{SOUND}{page}"), &[]);
    let sarif = json(&run(&checked.workspace, &["check", "--format", "sarif"]));
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "sites/content/l'%C3%A9t%C3%A9%201.fr.md", "{sarif}");
}

#[test]
fn only_check_has_a_report_in_sarif() {
    let checked = check(SOUND, &[]);
    let outcome = run(&checked.workspace, &["build", "--format", "sarif"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("SARIF"), "{}", outcome.transcript());
    assert!(!checked.workspace.holds("dist"));
}
