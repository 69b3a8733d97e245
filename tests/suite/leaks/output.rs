//! What `check` and `build --verify` search besides: everything that is made, for what no source shows as one word.

use serde_json::{Value, json};
use tenantry_testkit::Workspace;

use crate::report::{dist, ending, findings, hint, message, with_status};

use super::{BOLT, page, workspace};

/// A page of `bolt` that puts a host together.
fn made_of_parts() -> Workspace {
    let text = page("[là](https://{{ vars.word }}.fr/) et {{ vars.word }}.fr");
    workspace(&[(BOLT, "vars.word = \"acme\"\n"), ("sites/g/bolt/content/own.fr.md", &text)])
}

#[track_caller]
fn only_leak(report: &Value) -> &Value {
    let errors: Vec<&Value> = findings(report).iter().filter(|found| found["severity"] == "error").collect();
    let [leak] = errors[..] else { panic!("not one error: {report}") };
    assert_eq!(leak["code"], "tenant-leak");
    leak
}

#[test]
fn a_host_put_together_from_values_is_found_in_the_output() {
    let workspace = made_of_parts();
    let report = ending(&workspace, &["check"], 1);
    let leak = only_leak(&report);
    assert_eq!(message(leak), "`acme.fr` is a host of the tenant `acme`, and stands in the output of another one");
    assert_eq!((&leak["file"], &leak["examples"]), (&"<tenant>/own/fragment.html".into(), &json!(["bolt"])));
    assert!(hint(leak).contains("`bolt/own/fragment.html` and 1 more of its files"), "{leak}");
    assert_eq!(with_status(&report, "failed"), ["bolt"]);
    assert!(!workspace.holds("dist"));
}

/// A build trusts its sources; with `--verify` it looks at what is made and at what is there.
#[test]
fn a_build_that_verifies_searches_its_output() {
    let workspace = made_of_parts();
    let report = ending(&workspace, &["build", "--verify"], 1);
    only_leak(&report);
    assert!(!workspace.holds("dist/bolt/index.html") && workspace.holds("dist/cord/index.html"));
    ending(&workspace, &["build"], 0);
    let before = dist(&workspace);
    let report = ending(&workspace, &["build", "--verify"], 1);
    assert_eq!(only_leak(&report)["examples"], json!(["bolt"]), "files that are kept");
    assert_eq!(with_status(&report, "unchanged"), ["acme", "cord"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

#[test]
fn a_file_that_goes_out_as_it_is_names_nobody_else() {
    let file = |path: &str, text: &str| workspace(&[(path, text)]);
    for (path, text) in [
        ("sites/g/static/shared.txt", "Voir acme.fr\n"),
        ("sites/g/static/data.json", "{\"a\":\"x\\nacme.fr\"}"),
        ("sites/g/static/a.css", "/* https://acme.fr/ */"),
        ("sites/g/static/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>acme.fr</title></svg>"),
        ("themes/near/static/a.js", "const a = 'https://acme.fr'"),
    ] {
        let report = ending(&file(path, text), &["check"], 1);
        assert_eq!(only_leak(&report)["examples"], json!(["bolt", "cord"]), "told once: {path}");
    }
    ending(&file("sites/acme/static/own.txt", "acme.fr"), &["check"], 0);
    ending(&file("sites/g/static/other.txt", "www.acme.fr"), &["check"], 0);
    let workspace = file("sites/g/static/shared.bin", "");
    workspace.write_bytes("sites/g/static/shared.bin", b"\xff\xfe acme.fr");
    ending(&workspace, &["check"], 0);
}

#[test]
fn what_a_group_allows_may_stand_in_the_output() {
    let workspace = made_of_parts();
    workspace.append("sites/g/group.toml", "allow_mentions = [\"acme.fr\"]\n");
    ending(&workspace, &["check"], 0);
    ending(&workspace, &["build", "--verify"], 0);
}

/// The path of a page is no text of a source.
#[test]
fn an_address_that_holds_a_host_is_found() {
    let workspace = workspace(&[("sites/g/bolt/content/acme.fr/x.fr.md", &page("Bonjour"))]);
    ending(&workspace, &["check"], 1);
}
