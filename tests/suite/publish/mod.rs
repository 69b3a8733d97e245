//! `publish`, `releases` and `rollback` as a user meets them: the program, built sites, and folders to publish to.
//!
//! What a target may do wrong is tried where the publisher is, on a store in memory.

mod commands;
mod names;
mod purged;
mod readers;
mod refused;
mod secrets;
mod verified;

use std::fs;
use std::path::Path;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// Two tenants of a group, each with an asset, published to `www/<tenant>`; further lines for the target.
fn fleet(target: &str) -> Workspace {
    let workspace = Workspace::with_theme(
        r#"
        //- /themes/plain/templates/page.html
        <!doctype html><html lang="{{ page.lang }}"><head><title>{{ page.title }}</title>
        <link rel="stylesheet" href="{{ asset(path="style.css") }}"></head><body>{{ page.body }}</body></html>
        //- /themes/plain/static/style.css
        body { color: black }
        //- /sites/content/index.fr.md
        +++
        title = "Accueil"
        +++
        Bonjour de {{ tenant.name }}
        //- /sites/content/cookies.fr.md
        +++
        title = "Cookies"
        +++
        Pas de cookies.
        //- /sites/north/group.toml
        //- /sites/north/alpha/site.toml
        name = "Alpha"
        base_url = "https://alpha.example.org"
        //- /sites/north/beta/site.toml
        name = "Beta"
        base_url = "https://beta.example.org"
        "#,
    );
    let path = workspace.at("www").display().to_string();
    let group = "theme = \"plain\"\nlanguages = [\"fr\"]\n\n[publish.live]\nkind = \"dir\"\n";
    workspace.write("sites/group.toml", &format!("{group}path = \"{path}/{{tenant}}\"\n{target}"));
    workspace
}

/// Runs a command in a workspace.
#[track_caller]
fn tenantry(workspace: &Workspace, args: &[&str]) -> Outcome {
    Program::new().args(args).current_dir(workspace).run()
}

/// The same of one that has to go well.
#[track_caller]
fn done(workspace: &Workspace, args: &[&str]) -> Outcome {
    let outcome = tenantry(workspace, args);
    assert_eq!(outcome.code, 0, "{}", outcome.transcript());
    outcome
}

/// Builds, and publishes everything.
#[track_caller]
fn published(workspace: &Workspace) -> Outcome {
    done(workspace, &["build"]);
    done(workspace, &["publish", "--yes"])
}

/// What a command tells machines.
#[track_caller]
fn told(workspace: &Workspace, args: &[&str]) -> Value {
    let outcome = tenantry(workspace, &[args, &["--format", "json"]].concat());
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.transcript()))
}

/// The site that a tenant shows, links followed, the folder for notes left out.
fn shown(workspace: &Workspace, tenant: &str) -> Tree {
    let place = workspace.at(&format!("www/{tenant}"));
    let current = place.join("current");
    if current.is_symlink() {
        Tree::read(fs::canonicalize(current).unwrap())
    } else {
        Tree::read_without(place, ".tenantry")
    }
}

/// What was built of a tenant.
fn built(workspace: &Workspace, tenant: &str) -> Tree {
    Tree::read(workspace.at(&format!("dist/{tenant}")))
}

/// Asserts that a site shows what was built.
#[track_caller]
fn shows_what_was_built(workspace: &Workspace, tenant: &str) {
    assert_eq!(shown(workspace, tenant).difference(&built(workspace, tenant)), [""; 0]);
}

/// The release that `current` leads to.
fn current(workspace: &Workspace, tenant: &str) -> String {
    let link = fs::read_link(workspace.at(&format!("www/{tenant}/current"))).unwrap();
    link.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

/// Writes a document of all tenants again.
fn edit(workspace: &Workspace, text: &str) {
    workspace.write("sites/content/index.fr.md", &format!("+++\ntitle = \"Accueil\"\n+++\n{text}\n"));
}

/// Whether two files are one.
fn is_one_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (one, other) = (fs::metadata(one).unwrap(), fs::metadata(other).unwrap());
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}
