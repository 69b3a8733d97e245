//! Faults of content: links and markup that attack readers, placeholders, dead links, front matter, cookie cells.
//!
//! Rows 64 to 78 of the catalogue of faults. Files that are no documents at all are another module's matter.

mod addresses;
mod cells;
mod characters;
mod front_matter;
mod ids;
mod markup;
mod parts;
mod placeholders;
mod size;
mod values;

pub(crate) use addresses::{REMOTE_IMAGES, RUN_CODE, UNREACHABLE};
pub(crate) use markup::MARKUP;

use tenantry_testkit::Workspace;

use crate::report::build;
use crate::sound::beside_good;

/// The first lines of the faulty tenant whose page the test writes, and a theme that shows all of it.
const BAD: &str = r##"
//- /themes/plain/templates/page.html
<!doctype html><html lang="{{ page.lang }}"><head><title>{{ page.title }}</title>
<meta name="description" content="{{ page.description }}"></head><body>
<nav>{% for entry in page.toc %}<a href="#{{ entry.id }}">{{ entry.html | safe }}</a>{% endfor %}</nav>
<main><h1>{{ page.title }}</h1>{{ page.body }}</main></body></html>
//- /sites/bad/site.toml
name = "Bad"
base_url = "https://bad.example.org"
//- /sites/bad/static/logo.svg
<svg xmlns="http://www.w3.org/2000/svg"/>
"##;

/// Where the faulty page lies.
const PAGE: &str = "sites/bad/content/page.fr.md";

/// Front matter of three lines: the body begins on line 4.
const FRONT: &str = "+++\ntitle = \"Page\"\n+++\n";

/// A value in every place where one may stand.
const EVERY_PLACE: &str = r#"+++
title = "Chez {{ vars.x }}"
description = "De {{ vars.x }}."
+++
Texte {{ vars.x }}, **{{vars.x}}**.

## Titre {{ vars.x }}

| A {{ vars.x }} | B |
| --- | --- |
| c | d {{ vars.x }} |

[lien {{ vars.x }}](https://a.example/{{ tenant.id }}/x?y={{ tenant.id }}) <{{ site.base_url }}>
![image {{ vars.x }}](/logo.svg)

- {{ vars.x }}

> {{ vars.x }}

Note[^1].

[^1]: Note {{ vars.x }}.
"#;

/// The text of a file, once the workspace is built without an error.
#[track_caller]
fn read_after_build(workspace: &Workspace, path: &str) -> String {
    let report = build(workspace);
    assert_eq!((report.code, report.errors().len()), (0, 0), "{:#?}", report.findings);
    workspace.read(path)
}

/// A workspace whose tenant `bad` has a page with this text from line 4 on.
fn page(text: &str) -> Workspace {
    let workspace = beside_good(BAD);
    workspace.write(PAGE, &format!("{FRONT}{text}\n"));
    workspace
}

/// Sets `vars.x` of the tenant `bad`; the value is TOML between quotation marks.
fn with_var(workspace: &Workspace, value: &str) {
    workspace.append("sites/bad/site.toml", &format!("vars.x = \"{value}\"\n"));
}

/// A register of one cookie, one field of which is given on line 2, with a table that shows it.
fn register(field: &str, value: &str) -> String {
    format!(
        "[cookie.a.b]\n{field} = {value}\n[provider.a]\nname = \"A\"\n[table.t]\ntitle = \"T\"\nrows = [\"a/b\"]\n\
         columns = [\"name\", \"provider\", \"purpose\", \"service\", \"location\", \"legal_basis\", \"duration\"]\n"
    )
}

/// Builds, and gives the text of the page as it is published.
#[track_caller]
fn body(workspace: &Workspace) -> String {
    let html = read_after_build(workspace, "dist/bad/page/index.html");
    let body = html.split_once("</h1>").and_then(|(_, rest)| rest.split_once("</main>"));
    body.map(|(body, _)| body.to_owned()).unwrap_or(html)
}
