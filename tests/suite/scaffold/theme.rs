//! New themes: they look like the one that they extend until something is put into them.

use tenantry_testkit::{Tree, Workspace};

use super::{fresh, is_sound, list, refuses};
use crate::report::{dist, ending};

/// `fresh`, with a new theme that all tenants use.
fn with_theme() -> Workspace {
    let workspace = fresh();
    ending(&workspace, &["new", "theme", "ours"], 0);
    let text = workspace.read("sites/group.toml");
    assert!(text.contains("theme = \"charter\""), "{text}");
    workspace.write("sites/group.toml", &text.replace("theme = \"charter\"", "theme = \"ours\""));
    workspace
}

#[test]
fn a_new_theme_changes_nothing_yet() {
    let workspace = fresh();
    is_sound(&workspace);
    let before = dist(&workspace);
    let other = with_theme();
    is_sound(&other);
    assert_eq!(dist(&other).difference(&before), [""; 0]);
    let paths = Tree::read(other.at("themes/ours"));
    assert_eq!(paths.paths(), ["strings/en.toml", "templates/.gitkeep", "theme.toml"]);
}

#[test]
fn a_new_theme_shows_what_is_put_into_it() {
    let workspace = with_theme();
    let text = workspace.read("themes/ours/strings/en.toml");
    let example = text.lines().find_map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = "))).unwrap();
    let (key, _) = example.split_once(" = ").unwrap();
    workspace.append("themes/ours/strings/en.toml", &format!("{key} = \"A word of ours\"\n"));
    let footer = "<footer>Our own footer</footer>\n";
    workspace.write("themes/ours/templates/_footer.html", footer);
    is_sound(&workspace);
    let page = workspace.read("dist/harbour/index.html");
    assert!(page.contains("A word of ours") && page.contains(footer.trim()), "{page}");
}

/// The parameter that waits in comments can be declared as it is.
#[test]
fn the_parameter_of_a_new_theme_can_be_declared() {
    let workspace = with_theme();
    let text = workspace.read("themes/ours/theme.toml");
    let declared: Vec<&str> = text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    let prose = |line: &&str| line.starts_with("A parameter");
    workspace.write(
        "themes/ours/theme.toml",
        &(declared.into_iter().filter(|line| !prose(line)).collect::<Vec<_>>().join("\n") + "\n"),
    );
    workspace.append("sites/town/harbour/site.toml", "params.closing = \"Closed on Sunday\"\n");
    workspace.write("themes/ours/templates/_footer.html", "<footer>{{ params.closing }}</footer>\n");
    is_sound(&workspace);
    assert!(workspace.read("dist/harbour/index.html").contains("Closed on Sunday"));
    assert!(workspace.read("dist/market/index.html").contains("Open every day"));
}

#[test]
fn a_new_theme_says_what_to_copy() {
    let report = ending(&fresh(), &["new", "theme", "ours"], 0);
    let next = list(&report, "next").join("\n");
    for words in ["`theme = \"ours\"`", "`themes/charter/templates/`", "_footer.html", "charter.css"] {
        assert!(next.contains(words), "`{words}` is not in\n{next}");
    }
}

#[test]
fn a_theme_extends_one_that_is_there() {
    let workspace = Workspace::with_theme("//- /sites/group.toml\n");
    refuses(&workspace, (&["new", "theme", "ours"], 2), &["no theme `charter`", "--extends: plain"]);
    refuses(&workspace, (&["new", "theme", "ours", "--extends", "a b"], 2), &["--extends"]);
    ending(&workspace, &["new", "theme", "ours", "--extends", "plain"], 0);
    let text = workspace.read("themes/ours/theme.toml");
    assert!(text.starts_with("name = \"Ours\"\nextends = \"plain\"\n"), "{text}");
    workspace.remove("themes");
    refuses(&workspace, (&["new", "theme", "ours"], 2), &["tenantry init"]);
}
