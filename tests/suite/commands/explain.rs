//! `explain`: where a value comes from, and what is said of what is not there.

use tenantry_testkit::Workspace;

use super::{BASE, BROKEN_A, text, workspace};
use crate::report::{json, run};

#[test]
fn explain_answers_for_a_tenant_a_page_and_a_key() {
    let own = "//- /sites/g/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\nvars.word = \"propre\"\n";
    let workspace = workspace(&[own]);
    for question in [&["explain", "a"][..], &["explain", "a", "index"], &["explain", "a", "vars.word"]] {
        let outcome = run(&workspace, question);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{question:?}");
        let own = outcome.stdout.find("\"propre\"");
        let hidden = outcome.stdout.find("hides \"mot\"");
        assert!(own.is_some() && own < hidden, "{question:?}\n{}", outcome.stdout);
        for place in ["sites/g/a/site.toml:3", "sites/group.toml:3"] {
            assert!(outcome.stdout.contains(place), "{question:?}\n{}", outcome.stdout);
        }
    }
    let report = json(&run(&workspace, &["explain", "a", "vars.word", "--format", "json"]));
    let value = &report["groups"][0]["values"][0];
    assert_eq!([text(value, "key"), text(value, "layer")], ["vars.word", "sites/g/a"]);
    assert_eq!((&value["line"], &value["hides"][0]["line"]), (&3.into(), &3.into()));
    assert_eq!(text(&value["hides"][0], "layer"), "sites");
}

#[test]
fn explain_knows_nothing_of_what_is_not_there() {
    let workspace = Workspace::with_theme(BASE);
    let cases = [
        (&["explain", "aa"][..], "`a`"),
        (&["explain", "a", "indx"], "`index`"),
        (&["explain", "a", "vars.wrd"], "`vars.word`"),
    ];
    for (args, near) in cases {
        let outcome = run(&workspace, args);
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{args:?}");
        assert!(outcome.stderr.contains(near), "{args:?}\n{}", outcome.stderr);
    }
}

/// `--set` is the strongest layer, and works with every command.
#[test]
fn explain_tells_what_the_command_line_says() {
    let outcome = run(&Workspace::with_theme(BASE), &["explain", "a", "vars.word", "--set", "vars.word=autre"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("\"autre\"") && outcome.stdout.contains("command line"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("hides \"mot\""), "{}", outcome.stdout);
}

#[test]
fn explain_of_a_page_knows_the_theme_of_the_command_line() {
    let other = "//- /themes/other/theme.toml\nextends = \"plain\"\n";
    let outcome = run(&workspace(&[other]), &["explain", "a", "index", "--set", "theme=other"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("vars.word"), "an empty answer: {:?}", outcome.stdout);
}

#[test]
fn explain_tells_machines_why_a_tenant_cannot_be_resolved() {
    let workspace = workspace(&[BROKEN_A]);
    let people = run(&workspace, &["explain", "a", "index"]);
    assert_eq!(people.code, 1);
    assert!(people.stderr.contains("langauges"), "{}", people.stderr);
    let machines = run(&workspace, &["explain", "a", "index", "--format", "json"]);
    assert_eq!(machines.code, 1);
    assert!(machines.stdout.contains("langauges"), "exit 1, and no reason: {}", machines.stdout);
}
