//! Tenants that come, go and move: who is not read again is found to name them all the same.

use serde_json::Value;
use tenantry_testkit::Workspace;

use crate::report::{ending, findings, with_status};

use super::{BOLT, page, workspace};

const DART: (&str, &str) = ("sites/dart/site.toml", "name = \"Dart\"\nbase_url = \"https://dart.example\"\n");

/// Builds, and tells what was found and who failed; a clean build elsewhere says the same.
#[track_caller]
fn built(workspace: &Workspace, code: i32) -> (Vec<Value>, Vec<String>) {
    let told = |out: &str| {
        let report = ending(workspace, &["build", "--out", out], code);
        (findings(&report).to_vec(), with_status(&report, "failed"))
    };
    let again = told("dist");
    assert_eq!(again, told("clean"));
    workspace.remove("clean");
    again
}

/// Waits until the files that were written are believed.
fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(25));
}

/// Checks that tenants that were built before fail once `dart` is there, and no more once it is gone.
#[track_caller]
fn comes_and_goes(added: &[(&str, &str)], failing: &[&str]) {
    let workspace = workspace(added);
    settle();
    assert_eq!(built(&workspace, 0).1, [""; 0]);
    workspace.write(DART.0, DART.1);
    settle();
    let (found, failed) = built(&workspace, 1);
    assert_eq!(failed, failing, "{found:#?}");
    assert_eq!(found.iter().filter(|found| found["code"] == "tenant-leak").count(), 1, "{found:#?}");
    workspace.remove("sites/dart");
    let (found, failed) = built(&workspace, 0);
    assert_eq!(failed, [""; 0], "{found:#?}");
}

#[test]
fn a_new_tenant_is_named_by_what_was_there() {
    comes_and_goes(&[("sites/g/bolt/content/own.fr.md", &page("dart.example"))], &["bolt"]);
    comes_and_goes(&[(BOLT, "vars.word = \"dart.example\"\n")], &["bolt"]);
    comes_and_goes(&[("sites/g/content/x.fr.md", &page("dart.example"))], &["bolt", "cord"]);
    comes_and_goes(
        &[
            ("sites/group.toml", "vars.more = \"x\"\nvars.who = \"dart.example\"\n"),
            ("sites/content/x.fr.md", &page("{{ vars.who }}")),
        ],
        &["acme", "bolt", "cord"],
    );
    comes_and_goes(&[("themes/near/strings/fr.toml", "who = \"dart.example\"\n")], &["acme", "bolt", "cord"]);
}

#[test]
fn a_tenant_that_moves_is_named_by_what_was_there() {
    let workspace = workspace(&[DART, (BOLT, "vars.word = \"moved.example\"\n")]);
    settle();
    assert_eq!(built(&workspace, 0).1, [""; 0]);
    workspace.append(DART.0, "covers = [\"https://moved.example\"]\n");
    settle();
    assert_eq!(built(&workspace, 1).1, ["bolt"]);
    workspace.write(DART.0, DART.1);
    settle();
    assert_eq!(built(&workspace, 0).1, [""; 0]);
}

/// A build of some tenants looks at these alone: the next one looks at all.
#[test]
fn a_build_of_some_tenants_hides_nothing_from_the_next() {
    let workspace = workspace(&[DART, (BOLT, "vars.word = \"one.example\"\n")]);
    settle();
    assert_eq!(built(&workspace, 0).1, [""; 0]);
    workspace.append(DART.0, "covers = [\"https://one.example\"]\n");
    settle();
    assert_eq!(with_status(&ending(&workspace, &["build", "cord"], 0), "failed"), [""; 0]);
    assert_eq!(built(&workspace, 1).1, ["bolt"]);
    // And back: what was looked at while `dart` had another host is not taken for looked at.
    workspace.write(BOLT, "name = \"Bolt\"\nbase_url = \"https://bolt.example\"\nvars.word = \"dart.example\"\n");
    workspace.write(DART.0, "name = \"Dart\"\nbase_url = \"https://two.example\"\n");
    settle();
    assert_eq!(with_status(&ending(&workspace, &["build", "bolt"], 0), "built"), ["bolt"]);
    workspace.write(DART.0, &format!("{}covers = [\"https://one.example\"]\n", DART.1));
    settle();
    assert_eq!(built(&workspace, 1).1, ["bolt"]);
}

/// Whom the state lets alone while nobody has another host: it is not read for the sake of the leak check.
#[test]
fn a_tenant_that_names_a_third_party_is_not_read_for_it() {
    let workspace = workspace(&[(BOLT, "vars.word = \"dart.example\"\n")]);
    settle();
    ending(&workspace, &["build"], 0);
    let again = ending(&workspace, &["build"], 0);
    assert_eq!(with_status(&again, "unchanged"), ["acme", "bolt", "cord"]);
    assert_eq!(again["summary"]["same"], 0, "nothing is rendered");
}
