//! Rosters: tenants from a spreadsheet or a file of JSON lines, beside tenants with folders.
//!
//! What may stand in a key is tested elsewhere: a row is decoded by what decodes `site.toml`.

mod faults;
mod files;
mod reading;
mod rows;

use tenantry_testkit::Workspace;

use crate::built::Built;

/// A group whose tenants are in `town.csv`, which a test writes, and a tenant with a folder.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
vars.word = "partout"
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour de {{ tenant.name }}, {{ vars.word }}, {{ site.covers }}
//- /sites/content/index.en.md
+++
title = "Home"
+++
Hello from {{ tenant.name }}, {{ vars.word }}
//- /sites/content/legal.fr.md
+++
title = "Mentions"
updated = 2026-01-01
+++
Du {{ page.updated }}
//- /sites/content/legal.en.md
+++
title = "Notice"
+++
Legal
//- /sites/town/group.toml
roster = "town.csv"
//- /sites/folder/site.toml
name = "Folder"
base_url = "https://folder.example"
"#;

/// The base with a roster.
fn workspace(roster: &str) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    workspace.write("sites/town/town.csv", roster);
    workspace
}

/// The base with a roster, built.
#[track_caller]
fn build(roster: &str) -> Built {
    Built::new(workspace(roster), &[])
}

/// The base with a roster of JSON lines, built.
#[track_caller]
fn build_lines(roster: &str) -> Built {
    Built::new(workspace_of_lines(roster), &[])
}

fn workspace_of_lines(roster: &str) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    workspace.write("sites/town/group.toml", "roster = \"town.jsonl\"\n");
    workspace.write("sites/town/town.jsonl", roster);
    workspace
}
