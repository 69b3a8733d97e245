//! A workspace kept open: what is answered, what an edit drops, what is told of it. No server is part of this.

mod bounds;
mod dashboard;
mod example;
mod hosts;
mod last_good;
mod reach;

use std::path::PathBuf;

use tenantry_builder::preview::{Answer, Options, Preview, Touched};
use tenantry_core::name::TenantId;
use tenantry_testkit::Workspace;

/// Two groups with a document of all, one that replaces a part of it, and three tenants.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour de {{ tenant.name }}
//- /sites/content/charter.fr.md
+++
title = "Charte"
aliases = ["/vieux/"]
+++
Charte.

{{ include("dpo") }}
//- /sites/content/_parts/dpo.fr.md
De tous.
//- /sites/north/group.toml
//- /sites/north/content/_parts/dpo.fr.md
Du nord.
//- /sites/north/lille/site.toml
name = "Lille"
base_url = "https://lille.example"
//- /sites/north/lille/static/file.txt
Lille
//- /sites/north/arras/site.toml
name = "Arras"
base_url = "https://arras.example/legal/"
//- /sites/south/nice/site.toml
name = "Nice"
base_url = "https://nice.example"
"#;

/// A workspace with a preview of it.
struct Open {
    workspace: Workspace,
    preview: Preview,
}

impl Open {
    #[track_caller]
    fn new(more: &str) -> Open {
        let workspace = Workspace::with_theme(BASE);
        workspace.add_text(more);
        let preview = open(&workspace);
        Open { workspace, preview }
    }

    /// The same with all tenants checked.
    #[track_caller]
    fn checked(more: &str) -> Open {
        let open = Open::new(more);
        open.preview.check_all();
        open
    }

    fn answer(&self, tenant: &str, path: &str) -> Answer {
        self.preview.answer(&id(tenant), path)
    }

    /// The text of an answer without problems.
    #[track_caller]
    fn text(&self, tenant: &str, path: &str) -> String {
        let answer = self.answer(tenant, path);
        assert!(answer.problems.is_empty(), "{:#?}", answer.problems);
        text(&answer)
    }

    /// Writes a file, and tells of it.
    fn write(&self, path: &str, text: &str) -> Touched {
        self.workspace.write(path, text);
        self.tell(&[path])
    }

    fn tell(&self, paths: &[&str]) -> Touched {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        self.preview.changed(Some(&paths))
    }
}

#[track_caller]
fn open(workspace: &Workspace) -> Preview {
    Preview::open(Options { workspace: workspace.path().to_owned(), ..Options::default() }).unwrap()
}

fn id(text: &str) -> TenantId {
    TenantId::new(text).unwrap()
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// The codes of what is wrong.
fn codes(answer: &Answer) -> Vec<&str> {
    answer.problems.iter().map(|problem| &*problem.code).collect()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
