//! The output folder: what is written, kept, removed, refused and repaired, and that building what changed gives the
//! bytes of a clean build.
//!
//! Which bytes are right is tested elsewhere; here they are compared with each other.

mod changes;
mod folder;
mod foreign;
mod interrupted;
mod locked;
#[cfg(target_os = "linux")]
mod machine;
mod torn;

use serde_json::Value;
use tenantry_testkit::{Tree, Workspace};

use crate::report::{dist, ending};

/// Three tenants, of two groups, with cookies, parts, files and an asset of the theme.
fn fleet() -> Workspace {
    Workspace::with_theme(
        r#"
        //- /themes/plain/templates/page.html
        <!doctype html><html lang="{{ page.lang }}"><title>{{ page.title }} {{ tenant.name }}</title>
        <p>{{ strings.home }}</p>{{ page.body }}</html>
        //- /themes/plain/static/style.css
        body { color: black }
        //- /sites/group.toml
        theme = "plain"
        languages = ["fr"]
        vars.word = "partout"
        //- /sites/cookies.toml
        provider.own.name = "Nous"
        cookie.own.one = { category = "necessary", duration = "session", service = "Un", purpose = "Se souvenir." }
        cookie.own.two = { category = "necessary", duration = "1 day", service = "Deux", purpose = "Compter." }
        table.necessary = { title = "Nécessaires", columns = ["provider", "name", "purpose"], rows = ["own/one"] }
        //- /sites/content/index.fr.md
        +++
        title = "Accueil"
        nav = 1
        +++
        Bonjour de {{ tenant.name }}, {{ vars.word }}, {{ site.base_url }}
        //- /sites/content/cookies.fr.md
        +++
        title = "Cookies"
        nav = 2
        +++
        {{ cookie_tables() }}

        {{ include("dpo") }}
        //- /sites/content/_parts/dpo.fr.md
        Le délégué, par courriel.
        //- /sites/north/group.toml
        //- /sites/north/alpha/site.toml
        name = "Alpha"
        base_url = "https://alpha.example.org"
        //- /sites/north/alpha/static/logo.svg
        <svg>1</svg>
        //- /sites/north/beta/site.toml
        name = "Beta"
        base_url = "https://beta.example.org"
        //- /sites/gamma/site.toml
        name = "Gamma"
        base_url = "https://gamma.example.org"
        "#,
    )
}

/// What may differ from a clean build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// Files that were built earlier.
    Behind,
}

/// The output equals that of a build into a fresh folder.
#[track_caller]
fn equals_clean(workspace: &Workspace, name: &str, beside: Beside) {
    let fresh = Workspace::empty();
    let out = fresh.at("out");
    ending(workspace, &["build", "--out", out.to_str().unwrap()], 0);
    let difference = dist(workspace).difference(&Tree::read(&out));
    assert_eq!(difference.is_empty(), beside == Beside::Nothing, "{name}: {difference:#?}");
}

/// The output is as it was: paths, bytes, times, inodes.
#[track_caller]
fn unchanged(workspace: &Workspace, before: &Tree) {
    let after = dist(workspace);
    assert_eq!(after.difference(before), [""; 0]);
    assert_eq!(after.rewritten_since(before), [""; 0]);
}

#[track_caller]
fn built(workspace: &Workspace) -> Tree {
    ending(workspace, &["build"], 0);
    dist(workspace)
}

#[track_caller]
fn count(report: &Value, what: &str) -> u64 {
    report["summary"][what].as_u64().unwrap_or_else(|| panic!("no `{what}` in {report}"))
}

fn statuses(report: &Value) -> Vec<(&str, &str)> {
    let tenants = report["tenants"].as_array().into_iter().flatten();
    tenants.map(|tenant| (tenant["id"].as_str().unwrap(), tenant["status"].as_str().unwrap())).collect()
}

#[track_caller]
fn status<'r>(report: &'r Value, id: &str) -> &'r str {
    statuses(report).into_iter().find(|(other, _)| *other == id).unwrap().1
}

/// Why a file is made, as `--why` tells it.
#[track_caller]
fn why(report: &Value, id: &str, path: &str) -> String {
    let tenants = report["tenants"].as_array().unwrap();
    let tenant = tenants.iter().find(|tenant| tenant["id"] == id).unwrap();
    let mut work = tenant["work"].as_array().into_iter().flatten();
    let found = work.find(|entry| entry[0] == path);
    let Some(found) = found else { panic!("nothing about `{path}` in {tenant}") };
    found[1].as_str().unwrap().to_owned()
}
