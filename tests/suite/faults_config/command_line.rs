//! Settings and environments of the command line.

use serde_json::Value;

use super::{bad, trusted};
use crate::report::{build_with, run};

#[test]
fn settings_of_the_command_line_win_and_are_checked() {
    let workspace = bad("vars.x = \"fichier\"");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n{{ vars.x }}\n");
    for (setting, shown) in
        [("vars.x=portail", "portail"), ("vars.x=un \"deux\"", "un &quot;deux&quot;"), ("vars.x=7", "7")]
    {
        let report = build_with(&workspace, &["--set", setting]);
        assert_eq!(report.code, 0, "{setting}: {:?}", report.findings);
        let page = workspace.read("dist/bad/index.html");
        assert!(page.contains(&format!("<p>{shown}</p>")), "{setting}: {page}");
    }
}

#[test]
fn settings_of_the_command_line_are_errors_at_their_place() {
    let workspace = bad("");
    let cases = [
        ("langauges=[\"fr\"]", "unknown-key --set:1:1", "did you mean `languages`?"),
        ("languages=fr", "wrong-type --set:1:13", "expected a list"),
        ("languages=[\"fr\"", "wrong-type --set:1:13", "expected a list"),
        ("theme=plian", "unknown-theme --set:1:9", "did you mean `plain`?"),
        ("noindex=maybe", "wrong-type --set:1:11", "true or false"),
    ];
    for (setting, place, words) in cases {
        let report = build_with(&workspace, &["--set", setting]);
        report.expect(&[(place, words)]);
        assert_eq!(report.code, 1, "{setting}");
    }
}

#[test]
fn a_setting_without_its_value_stops_the_run() {
    let workspace = bad("");
    let outcome = run(&workspace, &["build", "--set", "languages"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("KEY=VALUE") && !workspace.holds("dist"), "{}", outcome.stderr);
    for setting in ["languages", "=x"] {
        let outcome = run(&workspace, &["build", "--set", setting]);
        assert_ne!(outcome.code, 0, "{setting}: {}", outcome.transcript());
    }
}

#[test]
fn a_value_of_several_lines_is_one_value() {
    let workspace = bad("vars.x = \"fichier\"");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n{{ vars.x }}\n");
    let report = build_with(&workspace, &["--set", "vars.x=un\ndeux"]);
    assert_eq!(report.code, 0, "{:?}", report.findings);
}

#[test]
fn an_unknown_environment_stops_the_run_with_the_nearest_one() {
    let workspace = bad("");
    workspace.append("sites/group.toml", "env.staging.noindex = true\n");
    for command in ["build", "check"] {
        let outcome = run(&workspace, &[command, "--env", "stagin"]);
        assert_eq!(outcome.code, 2, "{}", outcome.transcript());
        assert!(outcome.stderr.contains("did you mean `staging`?"), "{}", outcome.stderr);
    }
    let outcome = run(&workspace, &["build", "--env", "quality", "--format", "json"]);
    let stopped: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert!(stopped["error"].as_str().is_some_and(|error| error.contains("`quality`")), "{stopped}");
    assert!(stopped["hint"].as_str().is_some_and(|hint| hint.contains("[env.quality]")), "{stopped}");
    assert!(!workspace.holds("dist"));
}

#[test]
fn an_environment_of_a_trusted_tenant_is_known() {
    let workspace = trusted("[env.staging]\nnoindex = true");
    let report = build_with(&workspace, &["--env", "staging", "bad"]);
    assert_eq!(report.code, 0, "{}", report.outcome.transcript());
}
