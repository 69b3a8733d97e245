//! The register: catalogue entries, tables, labels, categories, and what they become in the pages of two tenants.
//!
//! How other keys are merged is in `layers`; bad files are in the modules of faults.

mod cells;
mod labels;
mod mistakes;
mod rows;

use tenantry_testkit::Workspace;

use crate::built::Built;
use crate::html::{Table, plain, tables};

/// Two tenants of one group, whose only page shows all tables.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/cookies.fr.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/content/cookies.en.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/g/group.toml
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
//- /sites/g/b/site.toml
name = "B"
base_url = "https://b.example"
"#;

/// Five plain entries of one provider, and a table of the first three.
const FIVE_COOKIES: &str = r#"
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.one.purpose = "1"
cookie.p.two.purpose = "2"
cookie.p.three.purpose = "3"
cookie.p.four.purpose = "4"
cookie.p.five.purpose = "5"
table.t.title = "T"
table.t.columns = ["name", "purpose"]
table.t.rows = ["p/one", "p/two", "p/three"]
"#;

impl Built {
    /// The fault is in `a`: exit 1, and `b` is built.
    #[track_caller]
    fn only_a_failed(&self) {
        assert_eq!(self.outcome.code, 1, "{}", self.outcome.stdout);
        assert_eq!((&*self.status("a"), &*self.status("b")), ("failed", "built"), "{}", self.outcome.stdout);
        assert!(!self.workspace.holds("dist/a") && self.workspace.holds("dist/b/cookies/index.html"));
    }

    #[track_caller]
    fn tables(&self, page: &str) -> Vec<Table> {
        tables(&self.html(page), plain)
    }

    #[track_caller]
    fn rows(&self, page: &str) -> Vec<Vec<String>> {
        self.tables(page).into_iter().flat_map(|table| table.rows).collect()
    }

    /// The first cell of each row.
    #[track_caller]
    fn names(&self, page: &str) -> Vec<String> {
        self.rows(page).into_iter().filter_map(|row| row.into_iter().next()).collect()
    }
}

/// The base and what a test adds to it, built.
#[track_caller]
fn build(text: &str) -> Built {
    let workspace = Workspace::with_theme(BASE);
    workspace.add_text(text);
    Built::new(workspace, &[])
}

/// The settings of tenant `a` with more lines; the first of them is line 3.
fn tenant_a(lines: &str) -> String {
    format!("\n//- /sites/g/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\n{lines}\n")
}
