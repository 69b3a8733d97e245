//! `exports`: the register in the forms of others, published beside the pages.

use serde_json::Value;
use tenantry_testkit::Workspace;

use super::{BASE, losses, text};
use crate::built::Built;
use crate::report::{findings, json, place, run};

/// Every format that a site can publish, with its path.
const PUBLISHED: [(&str, &str); 8] = [
    ("klaro", "klaro-config.js"),
    ("orejime", "orejime-config.js"),
    ("tarteaucitron", "tarteaucitron-config.js"),
    ("cookieconsent", "cookieconsent-config.js"),
    ("iab", "deviceStorage.json"),
    ("ocd", "open-cookie-database.csv"),
    ("gpc", ".well-known/gpc.json"),
    ("csv", "cookies.csv"),
];

/// The base, whose group says which forms are published.
fn publishing(exports: &str) -> Workspace {
    Workspace::with_theme(&BASE.replace("theme =", &format!("exports = {exports}\ntheme =")))
}

#[test]
fn what_is_published_is_what_is_exported() {
    let words: Vec<&str> = PUBLISHED.iter().map(|(format, _)| *format).collect();
    let built = Built::new(publishing(&format!("{words:?}")), &[]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.transcript());
    for (format, path) in PUBLISHED {
        let published = built.workspace.read(&format!("dist/a/{path}"));
        assert_eq!(published, text(&built.workspace, format, &[]), "{format}");
    }
    let again = run(&built.workspace, &["build"]);
    assert!(again.stderr.contains("nothing to do") || again.stderr.contains("0 files"), "{}", again.stderr);
    let group = built.workspace.read("sites/group.toml").replace(&format!("exports = {words:?}\n"), "");
    built.workspace.write("sites/group.toml", &group);
    assert_eq!(run(&built.workspace, &["build"]).code, 0);
    for (_, path) in PUBLISHED {
        assert!(!built.workspace.holds(&format!("dist/a/{path}")), "{path} is not asked for any more");
    }
}

/// Row 80: what a form cannot hold is told: that there is something by every build, and what of which cookie by `check`.
#[test]
fn fault_080_what_is_published_in_part_is_told() {
    let workspace = publishing("[\"klaro\"]");
    let built = Built::new(workspace, &[]);
    let told = built.one("export-loss");
    assert_eq!((told["severity"].as_str(), &*place(&told)), (Some("note"), "sites/group.toml:1:11"), "{told}");
    let checked = json(&run(&built.workspace, &["check", "--format", "json"]));
    let told: Vec<&str> = findings(&checked)
        .iter()
        .filter(|found| found["code"] == "export-loss")
        .filter_map(|found| found["message"].as_str())
        .collect();
    let lost = losses(&built.workspace, "klaro");
    assert!(!lost.is_empty());
    for loss in lost {
        let (cookie, what) = loss.split_once(": ").unwrap();
        let message = format!("`klaro` cannot hold of `{cookie}`: {what}");
        assert!(told.contains(&&*message), "{message} is not among {told:#?}");
    }
}

#[test]
fn a_form_that_is_unknown_or_published_anyway_is_refused() {
    for (exports, nearest) in [("[\"klar\"]", "`klaro`"), ("[\"json\"]", "")] {
        let built = Built::new(publishing(exports), &[]);
        let found: Value = built.one("unknown-word");
        assert_eq!(place(&found), "sites/group.toml:1:12", "{found}");
        assert!(crate::report::hint(&found).contains(nearest), "{found}");
        assert_eq!(built.status("a"), "failed");
    }
}

/// A tenant's own file of that name would say something else.
#[test]
fn a_file_of_the_same_name_is_a_collision() {
    let workspace = publishing("[\"csv\"]");
    workspace.write("sites/a/static/cookies.csv", "x\n");
    let built = Built::new(workspace, &[]);
    assert!(built.one("collision")["message"].as_str().unwrap().contains("the site's `cookies.csv`"));
}
