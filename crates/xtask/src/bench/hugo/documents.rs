//! The shared documents in the form that Hugo is given: everything that all tenants have in common is in the Markdown
//! already, and what varies is a marker.

use serde_json::{Map, Value, json};
use toml::Table;

use crate::Failure;

/// What the tables of a tenant are put in place of.
const TABLES: &str = "TABLESMARKER";

/// The marker of a placeholder, letters only: Markdown leaves it as it is.
pub(crate) fn marker(placeholder: &str) -> String {
    let letters: String = placeholder.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}MARKER", letters.to_uppercase())
}

/// What documents take from elsewhere, the same for all tenants.
pub(crate) struct Shared {
    /// `[vars]` of `sites/group.toml`.
    pub(crate) vars: Table,
    /// The part that stands for `include("dpo")`.
    pub(crate) part: String,
}

impl Shared {
    /// A document as Hugo is given it: front matter, Markdown, and the headings for the table of contents.
    pub(crate) fn document(&self, path: &str, text: &str) -> Result<Value, Failure> {
        let parts = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
        let (front, body) =
            parts.ok_or_else(|| Failure::new(format!("the document of `{path}` has no front matter")))?;
        let front: Table = front.parse().map_err(|error| Failure::new(format!("the document of `{path}`: {error}")))?;
        let updated = front.get("updated").map(ToString::to_string).unwrap_or_default();
        let word = |key: &str| self.fill(front.get(key).and_then(toml::Value::as_str).unwrap_or_default(), &updated);
        let (markdown, toc) = with_ids(&self.fill(body, &updated));
        Ok(json!({
            "path": path, "title": word("title"), "description": word("description"), "updated": updated, "toc": toc,
            "tables": markdown.contains(TABLES), "markdown": markdown,
        }))
    }

    /// The text with shared values in place, and markers for the others.
    fn fill(&self, text: &str, updated: &str) -> String {
        let mut pieces = text.split("{{ ");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (placeholder, rest) = piece.split_once(" }}").unwrap_or((piece, ""));
            filled.push_str(&self.value(placeholder, updated));
            filled.push_str(rest);
        }
        filled
    }

    fn value(&self, placeholder: &str, updated: &str) -> String {
        let var = placeholder.strip_prefix("vars.").and_then(|name| self.vars.get(name)?.as_str());
        match (placeholder, var) {
            ("page.updated", _) => updated.to_owned(),
            ("cookie_tables()", _) => TABLES.to_owned(),
            ("include(\"dpo\")", _) => self.fill(&self.part, updated),
            (_, Some(value)) => value.to_owned(),
            _ => marker(placeholder),
        }
    }
}

/// Gives each heading of the second level an id, and lists them.
fn with_ids(markdown: &str) -> (String, Vec<Value>) {
    let mut headings = Vec::new();
    let mut lines = String::with_capacity(markdown.len() + 200);
    for line in markdown.lines() {
        lines.push_str(line);
        if let Some(title) = line.strip_prefix("## ") {
            let id = format!("s{}", headings.len() + 1);
            lines.push_str(&format!(" {{#{id}}}"));
            headings.push(json!({ "id": id, "title": title }));
        }
        lines.push('\n');
    }
    (lines, headings)
}

/// The tables of a tenant as Hugo is given them, from its `cookies.json`: labels and cells in French.
pub(crate) fn tables(cookies: &Value) -> Vec<Value> {
    let register = &cookies["register"];
    let entries: Map<String, Value> = items(&register["cookies"])
        .filter_map(|cookie| Some((cookie["id"].as_str()?.to_owned(), cells(cookie))))
        .collect();
    let table = |table: &Value| {
        let labels: Vec<&Value> = items(&table["columns"]).map(|column| &column["label"]["fr"]).collect();
        let rows: Vec<&Value> = items(&table["rows"]).filter_map(|id| entries.get(id.as_str()?)).collect();
        let (title, intro) = (&table["title"]["fr"], &table["intro"]["fr"]);
        json!({ "id": table["id"], "title": title, "intro": intro, "labels": labels, "rows": rows })
    };
    items(&register["tables"]).map(table).collect()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// In the order of the columns of a fleet's tables.
fn cells(cookie: &Value) -> Value {
    json!([
        cookie["provider"]["name"]["fr"],
        cookie["service"]["fr"],
        cookie["names"][0]["exact"],
        cookie["purpose"]["fr"],
        cookie["duration"]["text"]["fr"],
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_filled_and_what_varies_is_marked() {
        let shared =
            Shared { vars: "delay = \"un mois\"".parse().unwrap(), part: "Écrire à {{ tenant.name }}.".to_owned() };
        let text = "+++\ntitle = \"Vie privée\"\ndescription = \"De {{ tenant.name }}\"\nupdated = 2026-08-21\n+++\n\
                    {{ vars.delay }}, {{ vars.phone }}\n\n## Un\n\n{{ include(\"dpo\") }}\n\n{{ cookie_tables() }}\n";
        let document = shared.document("privacy/", text).unwrap();
        assert_eq!(document["description"], "De TENANTNAMEMARKER");
        assert_eq!(document["updated"], "2026-08-21");
        let markdown = "un mois, VARSPHONEMARKER\n\n## Un {#s1}\n\nÉcrire à TENANTNAMEMARKER.\n\nTABLESMARKER\n";
        assert_eq!(document["markdown"], markdown);
        assert_eq!(document["toc"], json!([{ "id": "s1", "title": "Un" }]));
        assert_eq!(document["tables"], true);
        assert!(shared.document("privacy/", "no front matter").is_err());
    }
}
