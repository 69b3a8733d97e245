//! A sound tenant, `good`, beside the faulty one, `bad`, that a test makes, and what must become of the two.

use tenantry_testkit::Workspace;

use crate::report::build;

/// The sound tenant, with the settings and the page that it shares with the other.
const GOOD: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour.
//- /sites/good/site.toml
name = "Good"
base_url = "https://good.example.org"
"#;

/// A workspace with the sound tenant and these files.
#[track_caller]
pub(crate) fn beside_good(text: &str) -> Workspace {
    let workspace = Workspace::with_theme(GOOD);
    workspace.add_text(text);
    workspace
}

/// The same workspace, with tenants that the operator trusts.
pub(crate) fn trusting(workspace: Workspace) -> Workspace {
    workspace.append("sites/group.toml", "trust_tenants = true\n");
    workspace
}

/// Checks that `bad` fails with these errors and no other, and that `good` is built, or was before.
#[track_caller]
pub(crate) fn refuses(workspace: &Workspace, expected: &[(&str, &str)]) {
    let again = workspace.holds("dist/good");
    let report = build(workspace);
    report.expect(expected);
    assert_eq!((report.code, report.status("bad")), (1, "failed"));
    assert!(report.status("good") == "built" || (again && report.status("good") == "unchanged"), "{}", report.document);
    assert!(workspace.read("dist/good/index.html").contains("Bonjour.") && !workspace.holds("dist/bad"));
}
