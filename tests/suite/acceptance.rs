//! The small workspace that came with the order of this program, built as it stands with our theme, and `explain` on
//! the workspace that ships.
//!
//! The example is no part of the repository: where it does not lie beside it, its tests say so and end. What the pages
//! of our own five tenants hold is tested in `five_tenants`.

use std::fs;

use tenantry_testkit::{Outcome, Program, Tree, Workspace};

use crate::report::json;
use crate::repository::root;

/// The overridden words of one tenant, and those that they hide.
const OWN: &str = "Permet de se souvenir du choix opéré par le visiteur concernant les cookies";

const HIDDEN: &str = "Se souvenir du choix opéré par le visiteur concernant les cookies";

const KEY: &str = "cookie.opendatasoft.cookies_preferences.purpose.fr";

#[test]
fn the_example_builds_as_it_stands() {
    let Some(workspace) = example() else { return };
    let outcome = build(&workspace);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(json(&outcome)["summary"]["tenants"], 6);
    let tree = Tree::read(workspace.at("dist"));
    let rows = |tenant: &str| names(tree.text(&format!("{tenant}/cookies/index.html"))).len();
    let five = ["alittlemarket", "inmemori", "artisanat", "datajoule", "ardennemetropole"].map(rows);
    assert_eq!(five, [4, 15, 4, 4, 4], "31 rows together");
}

#[test]
fn a_tenant_of_the_example_drops_one_row_and_adds_another() {
    let Some(workspace) = example() else { return };
    assert_eq!(build(&workspace).code, 0);
    let tree = Tree::read(workspace.at("dist"));
    let page = tree.text("valdoise/cookies/index.html");
    assert_eq!(names(page), ["sessionid", "django_language", "cookies_preferences", "_pk_id.*"]);
    assert!(page.contains("Val-d&#39;Oise") || page.contains("Val-d'Oise"), "{page}");
    assert!(page.contains("Cookies nécessaires") && page.contains("Mesure d&#39;audience"), "{page}");
    let english = tree.text("valdoise/en/cookies/index.html");
    assert!(english.contains("Necessary cookies") && english.contains("Audience measurement"), "{english}");
    let others = tree.text("artisanat/cookies/index.html");
    assert!(!others.contains("_pk_id") && !others.contains("Mesure d&#39;audience"), "{others}");
}

#[test]
fn literal_cells_of_the_example_are_kept() {
    let Some(workspace) = example() else { return };
    assert_eq!(build(&workspace).code, 0);
    let tree = Tree::read(workspace.at("dist"));
    let page = tree.text("inmemori/cookies/index.html");
    for cell in ["Durée de conservation : 1 jour", "Durée de conservation : 13 mois"] {
        assert!(page.contains(&format!(">{cell}</td>")), "{page}");
    }
    assert!(page.contains("<a href=\"https://amplitude.com/privacy\">amplitude.com/privacy</a>"), "{page}");
    assert!(page.contains("9 mars 2021"), "{page}");
}

#[test]
fn the_logo_of_the_example_is_its_tenants_alone() {
    let Some(workspace) = example() else { return };
    assert_eq!(build(&workspace).code, 0);
    let tree = Tree::read(workspace.at("dist"));
    assert!(
        tree.text("artisanat/cookies/index.html").contains("<img src=\"../logo.svg\" height=\"48\" alt=\"Artisanat\">")
    );
    assert!(tree.bytes("artisanat/logo.svg").is_some());
    assert!(tree.bytes("datajoule/logo.svg").is_none());
}

#[test]
fn explain_tells_the_override_and_what_it_hides() {
    let outcome = explain(&["--format", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let report = json(&outcome);
    let groups = report["groups"].as_array().into_iter().flatten();
    let mut values = groups.flat_map(|group| group["values"].as_array().into_iter().flatten());
    let value = values.find(|value| value["key"] == KEY).cloned().unwrap_or_default();
    let own = "sites/opendatasoft/ardennemetropole/site.toml";
    let shared = "sites/opendatasoft/cookies.toml";
    assert_eq!(value["value"], format!("\"{OWN}\""), "{}", outcome.stdout);
    assert_eq!(value["file"], own);
    assert_eq!(value["line"], line_of(own, OWN));
    let hidden = &value["hides"][0];
    assert_eq!(hidden["value"], format!("\"{HIDDEN}\""));
    assert_eq!(hidden["file"], shared);
    assert_eq!(hidden["line"], line_of(shared, HIDDEN));
}

#[test]
fn explain_tells_people_file_and_line() {
    let outcome = explain(&[]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    for (file, text) in
        [("sites/opendatasoft/ardennemetropole/site.toml", OWN), ("sites/opendatasoft/cookies.toml", HIDDEN)]
    {
        let place = format!("{file}:{}", line_of(file, text));
        assert!(outcome.stdout.contains(&place), "`{place}` is not in\n{}", outcome.stdout);
    }
    let own = outcome.stdout.find(OWN);
    let hidden = outcome.stdout.find(&format!("\"{HIDDEN}\""));
    assert!(own.is_some() && own < hidden, "the value comes before what it hides:\n{}", outcome.stdout);
}

/// The example in a temporary folder, with our theme; `None`, and a word about it, if it is not there.
#[allow(clippy::print_stdout, reason = "a test that does nothing says so")]
fn example() -> Option<Workspace> {
    let folder = root().join("../shared/example");
    if !folder.is_dir() {
        println!("skipped: there is no `shared/example` beside the repository");
        return None;
    }
    let workspace = Workspace::empty();
    for (from, to) in [(folder, ""), (root().join("themes/charter"), "themes/charter/")] {
        for (path, entry) in Tree::read(from).entries {
            workspace.write_bytes(&format!("{to}{path}"), &entry.bytes);
        }
    }
    Some(workspace)
}

fn build(workspace: &Workspace) -> Outcome {
    Program::new().args(["build", "--format", "json"]).current_dir(workspace).run()
}

fn explain(more: &[&str]) -> Outcome {
    Program::new().args(["explain", "ardennemetropole", "cookies"]).args(more).current_dir(root()).run()
}

/// The line of a file of the repository that holds a text, from 1.
fn line_of(file: &str, text: &str) -> usize {
    let whole = fs::read_to_string(root().join(file)).unwrap_or_default();
    let quoted = format!("\"{text}\"");
    let line = whole.lines().position(|line| line.contains(&quoted));
    assert!(line.is_some(), "`{file}` does not say {quoted}");
    line.map_or(0, |line| line + 1)
}

/// What stands in the row headers of a page, in order: the cookies' names.
fn names(html: &str) -> Vec<String> {
    let cells = html.split("<th scope=\"row\"").skip(1).map(|piece| piece.split("</th>").next().unwrap_or_default());
    let codes = |cell: &str| -> Vec<String> {
        let codes = cell.split("<code").skip(1).filter_map(|code| code.split_once('>'));
        codes.map(|(_, code)| code.split('<').next().unwrap_or_default().to_owned()).collect()
    };
    cells.map(|cell| codes(cell).join(" / ")).collect()
}
