//! The leak check: no site names the host of another tenant (P9).
//!
//! What counts as a host in a text is tested in the core, beside the code that finds it.

mod later;
mod names;
mod output;
mod sources;

use serde_json::Value;
use tenantry_testkit::Workspace;

use crate::report::{build_with, findings, message, place};

/// Three tenants: `acme`, and below a group `bolt` and `cord`; the pages ask for values of each kind.
const BASE: &str = r#"
//- /sites/group.toml
theme = "near"
languages = ["fr"]
vars.word = "rien"
vars.unused = "rien"
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
{{ vars.word }}, {{ site.host }}, {{ tenant.name }}
//- /sites/g/group.toml
//- /sites/g/cookies.toml
provider.p.name = "P"
cookie.p.shown.purpose = "Sert"
cookie.p.other.purpose = "Ne sert pas"
table.t = { title = "T", columns = ["name", "purpose"], rows = ["p/shown"] }
//- /sites/acme/site.toml
name = "Acme"
base_url = "https://acme.fr/legal/"
//- /sites/g/bolt/site.toml
name = "Bolt"
base_url = "https://bolt.example"
//- /sites/g/cord/site.toml
name = "Cord"
base_url = "https://cord.example"
//- /themes/near/theme.toml
extends = "plain"
params = { foot = { type = "text" }, link = { type = "url" } }
//- /themes/near/strings/fr.toml
home = "Accueil"
//- /themes/near/strings/en.toml
home = "Home"
"#;

const BOLT: &str = "sites/g/bolt/site.toml";

/// The base with what a test adds: files, and lines at the end of files that are there.
fn workspace(added: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    for (path, text) in added {
        match workspace.holds(path) {
            true => workspace.append(path, text),
            false => workspace.write(path, text),
        }
    }
    workspace
}

/// A page with a title.
fn page(text: &str) -> String {
    format!("+++\ntitle = \"Titre\"\n+++\n{text}\n")
}

/// Checks that these tenants fail, all for one leak at this place, and that the others are built.
#[track_caller]
fn leaks(added: &[(&str, &str)], at: &str, tenants: &[&str]) {
    leaks_with(added, &[], (at, tenants));
}

/// The same for a build with more arguments.
#[track_caller]
fn leaks_with(added: &[(&str, &str)], args: &[&str], (at, tenants): (&str, &[&str])) {
    let report = build_with(&workspace(added), args);
    let errors: Vec<&Value> = findings(&report.document).iter().filter(|found| found["severity"] == "error").collect();
    let [leak] = &errors[..] else { panic!("{added:?}: not one error\n{}", report.outcome.stdout) };
    assert_eq!((&leak["code"], &*place(leak)), (&"tenant-leak".into(), at), "{added:?}");
    assert_eq!((&leak["tenants"], &leak["examples"]), (&tenants.len().into(), &tenants.into()), "{leak}");
    assert!(message(leak).starts_with("`acme.fr` is a host of the tenant `acme`"), "{leak}");
    for tenant in ["acme", "bolt", "cord"] {
        let expected = if tenants.contains(&tenant) { "failed" } else { "built" };
        assert_eq!(report.status(tenant), expected, "{tenant} of {added:?}");
    }
}

/// Checks that a build finds no error.
#[track_caller]
fn is_clean(added: &[(&str, &str)]) {
    let report = build_with(&workspace(added), &[]);
    assert!(report.code == 0, "{added:?}: {:#?}", report.errors());
}
