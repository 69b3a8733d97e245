//! That what a fleet writes is a workspace of the documented format, and the same each time.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use toml::{Table, Value};

use super::tenant::{CHOICES, INHERITED};
use super::*;
use crate::{Tree, Workspace};

const FLEET: Fleet = Fleet { tenants: 1040, seed: 1 };
/// The fleet of most tests, written once.
static LARGE: LazyLock<Tree> = LazyLock::new(|| written(FLEET).1);
const THEMES: &str = "//- /themes/charter/theme.toml\nname = \"Charter\"\n\
                      //- /themes/charter/templates/page.html\n{{ page.body }}\n";

fn written(fleet: Fleet) -> (Workspace, Tree) {
    let (themes, workspace) = (Workspace::from_text(THEMES), Workspace::empty());
    fleet.write(workspace.path(), &themes.at("themes")).unwrap();
    let tree = Tree::read(&workspace);
    (workspace, tree)
}

fn parsed(text: &str) -> Table {
    text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// What stands between the braces of a document.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("{{ ").skip(1).map(|rest| rest.split(" }}").next().unwrap()).collect()
}

#[test]
fn the_same_fleet_has_the_same_bytes() {
    assert_eq!(LARGE.digest(), written(FLEET).1.digest());
    let other = written(Fleet { seed: 2, ..FLEET }).1;
    assert_ne!(LARGE.digest(), other.digest());
}

#[test]
fn a_tenant_does_not_depend_on_the_size() {
    let (_, small) = written(Fleet { tenants: 30, ..FLEET });
    assert!(small.difference(&LARGE).iter().all(|line| line.starts_with("only in the second")));
}

#[test]
fn tenants_lie_in_groups_of_500() {
    let tree = &*LARGE;
    let sites = |group: &str| {
        let prefix = format!("sites/{group}/");
        let of_group = |path: &&&str| path.starts_with(&prefix) && path.ends_with("/site.toml");
        tree.paths().iter().filter(of_group).count()
    };
    assert_eq!([sites("g01"), sites("g02"), sites("g03")], [500, 500, 40]);
    assert!(tree.bytes("sites/g03/t01040/site.toml").is_some());
    assert_eq!(Fleet::folder(1039), "sites/g03/t01040");
    assert!(tree.bytes("themes/charter/templates/page.html").is_some());
}

#[test]
fn the_catalogue_and_the_choices_agree() {
    let catalogue = parsed(include_str!("cookies.toml"));
    let providers = catalogue["provider"].as_table().unwrap();
    let mut ids = BTreeSet::new();
    for (provider, cookies) in catalogue["cookie"].as_table().unwrap() {
        assert!(providers.contains_key(provider), "`{provider}` is not declared");
        ids.extend(cookies.as_table().unwrap().keys().map(|slug| format!("{provider}/{slug}")));
    }
    let rows = strings(&catalogue["table"]["necessary"]["rows"]);
    assert_eq!(rows, INHERITED);
    let mut used: BTreeSet<String> = rows.iter().map(|id| (*id).to_owned()).collect();
    for (table, choices) in CHOICES {
        assert!(catalogue["table"].get(table).is_some(), "`{table}` is not declared");
        used.extend(choices.iter().map(|id| (*id).to_owned()));
    }
    assert_eq!(ids, used);
}

#[test]
fn every_site_file_says_what_the_format_allows() {
    let tree = &*LARGE;
    let mut urls = BTreeSet::new();
    for number in 0..FLEET.tenants {
        let text = tree.text(&format!("{}/site.toml", Fleet::folder(number)));
        let keys = parsed(text);
        let known = ["name", "base_url", "table", "cookie"];
        assert!(keys.keys().all(|key| known.contains(&key.as_str())), "{text}");
        assert!(!text.lines().any(|line| line.starts_with('[')), "{text}");
        urls.insert(keys["base_url"].as_str().unwrap().to_owned());
    }
    assert_eq!(urls.len(), FLEET.tenants);
    assert!(urls.contains("https://t00001.example.org"));
}

#[test]
fn every_variable_is_set_and_used() {
    let mut set: BTreeSet<String> = BTreeSet::new();
    for text in [SHARED[0].1, &tenant::group_file(0)] {
        set.extend(parsed(text)["vars"].as_table().unwrap().keys().cloned());
    }
    let shared = |skipped: &str| -> BTreeSet<String> {
        let documents = SHARED.iter().filter(|(path, _)| path.ends_with(".md") && *path != skipped);
        documents.flat_map(|(_, text)| variables(text)).collect()
    };
    assert_eq!(shared(""), set);
    let mut replaced = shared("sites/content/accessibility.fr.md");
    replaced.extend(variables(OWN_PAGE.1));
    assert_eq!(replaced, set, "a tenant with a page of its own uses the same");
}

fn variables(text: &str) -> BTreeSet<String> {
    placeholders(text).iter().filter_map(|name| name.strip_prefix("vars.")).map(str::to_owned).collect()
}

#[test]
fn documents_hold_only_the_placeholders_of_the_grammar() {
    let fixed = ["tenant.name", "site.base_url", "site.covers", "page.updated", "cookie_tables()"];
    for (path, text) in SHARED.into_iter().chain([OWN_PAGE]) {
        for name in placeholders(text) {
            let known = fixed.contains(&name) || name.starts_with("vars.");
            assert!(known || name == "include(\"dpo\")", "`{name}` in `{path}`");
        }
    }
}

#[test]
fn pages_have_the_length_and_front_matter_of_real_ones() {
    for (path, text) in SHARED.iter().filter(|(path, _)| path.matches('/').count() == 2) {
        assert!((3_000..4_500).contains(&text.len()), "`{path}` has {} bytes", text.len());
        assert!(text.matches("{{ ").count() >= 12, "`{path}`");
        let front = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n")).unwrap().0;
        let keys = parsed(front);
        assert!(keys["updated"].is_datetime() && keys["nav"].is_integer(), "`{path}`");
        assert!(keys["title"].is_str(), "`{path}`");
    }
}

#[test]
fn a_workspace_is_not_written_over() {
    let themes = Workspace::from_text(THEMES);
    let (workspace, _) = written(Fleet { tenants: 1, seed: 1 });
    let error = FLEET.write(workspace.path(), &themes.at("themes")).unwrap_err();
    assert!(error.to_string().ends_with("is there already: remove it first"), "{error}");
    let error = FLEET.write(&themes.at("new"), &workspace.at("sites")).unwrap_err();
    assert!(error.to_string().contains("charter/theme.toml"), "{error}");
}
