//! Layers: which value, document, part or file wins, over four layers, by language, by environment and by theme.
//!
//! The register's own rules are in `register`; who may set what in a bad file is in the modules of faults.

mod addresses;
mod documents;
mod languages;
mod themes;
mod trust;
mod values;

use tenantry_testkit::Workspace;

use crate::built::Built;

/// Three tenants: `a` and `b` below two groups, `c` right below `sites/`.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/r/group.toml
//- /sites/r/d/group.toml
//- /sites/r/d/a/site.toml
name = "A"
base_url = "https://a.example"
//- /sites/r/d/b/site.toml
name = "B"
base_url = "https://b.example"
//- /sites/c/site.toml
name = "C"
base_url = "https://c.example"
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour
//- /themes/plain/templates/page.html
<html lang="{{ page.lang }}"><title>{{ page.title }}</title>
{% if site.noindex %}<meta name="robots" content="noindex">{% endif %}<link rel="canonical" href="{{ page.url }}">
<nav>{% for item in nav %}[{{ item.title }}|{{ item.url }}]{% endfor %}</nav>
{% if page.is_fallback %}<p>instead of {{ page.body_lang }}</p>{% endif %}<main>{{ page.body | safe }}</main></html>
"#;

impl Built {
    /// The text of a page, as HTML.
    #[track_caller]
    fn main(&self, page: &str) -> String {
        between(&self.html(page), "<main>", "</main>").trim().to_owned()
    }
}

/// The base with files of a test over it, built.
#[track_caller]
fn build(files: &[&str]) -> Built {
    build_with(files, &[])
}

#[track_caller]
fn build_with(files: &[&str], args: &[&str]) -> Built {
    Built::new(workspace(files), args)
}

/// The base, with files of a test over it; a later file replaces an earlier one.
fn workspace(files: &[&str]) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    for text in files {
        workspace.add_text(text);
    }
    workspace
}

/// The settings of a tenant with more lines; the first of them is line 3.
fn tenant(path: &str, lines: &str) -> String {
    let id = path.rsplit('/').next().unwrap_or(path);
    format!(
        "//- /sites/{path}/site.toml\nname = \"{}\"\nbase_url = \"https://{id}.example\"\n{lines}\n",
        id.to_uppercase()
    )
}

fn between(text: &str, start: &str, end: &str) -> String {
    let after = text.split_once(start).map_or("", |(_, after)| after);
    after.split_once(end).map_or("", |(inner, _)| inner).to_owned()
}
