//! The command line: arguments, variables, selection, exit codes, and the two forms of every report.
//!
//! What the commands decide is tested elsewhere; here it is only whether they are told so, and tell it so.

mod arguments;
mod explain;
mod list;
mod reports;

use serde_json::Value;
use tenantry_testkit::Workspace;

/// Three tenants, one value each, two of them in one group.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
vars.word = "mot"
env.staging.noindex = true
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
{{ vars.word }}
//- /sites/g/group.toml
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
//- /sites/g/b/site.toml
name = "B"
base_url = "https://b.example"
//- /sites/c/site.toml
name = "C"
base_url = "https://c.example"
"#;

/// Tenant `a` cannot be built.
const BROKEN_A: &str =
    "//- /sites/g/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\nlangauges = [\"fr\"]\n";

/// The base, with files of a test over it.
fn workspace(files: &[&str]) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    for text in files {
        workspace.add_text(text);
    }
    workspace
}

fn entries(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
