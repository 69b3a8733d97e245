//! Rows 38 to 40: front matter, slugs and names by which a page would leave its tenant or take the place of another.

use serde_json::Value;

use super::{build, built, check, check_any, finding, fleet};
use crate::report::dist;

/// Row 38: there is no key `path`, and no other key leads out of the tenant's folder.
#[test]
fn fault_038_front_matter_cannot_leave_the_tenant() {
    let page = |line: &str| format!("+++\ntitle = \"Sortie\"\n{line}\n+++\nTexte\n");
    for (key, code) in [("path", "unknown-key"), ("slug", "bad-slug"), ("aliases", "bad-value")] {
        for path in ["../beta/index", "/../abs", "a/../../b"] {
            let line = if key == "aliases" { format!("{key} = [\"{path}\"]") } else { format!("{key} = \"{path}\"") };
            let found = check(code, "sites/north/alpha/content/exit.fr.md", |workspace| {
                workspace.write("sites/north/alpha/content/exit.fr.md", &page(&line));
            });
            assert_eq!(found["line"], 3, "{line}: {found}");
        }
    }
}

/// Row 38 for the settings of a tenant, which name pages too.
#[test]
fn fault_038_page_settings_cannot_leave_the_tenant() {
    for line in [
        "pages.index.slug = \"../beta\"",
        "pages.index.aliases = [\"../beta/index\"]",
        "pages.\"../beta/index\".title = \"X\"",
    ] {
        set_in_alpha(line);
    }
}

/// Row 38: a template is one of the theme's; the error is where the template was asked for.
#[test]
fn fault_038_a_template_outside_of_the_theme_is_refused() {
    set_in_alpha("pages.index.template = \"../../plain/theme\"");
}

/// Row 39: slugs that are no name of a file, or not on every system.
#[test]
fn fault_039_bad_slugs_are_refused_at_their_place() {
    let long = "a".repeat(300);
    let slugs =
        ["", ".", "..", "con", "nul.txt", "a.", "a ", " a", "-rf", ".git", "a/b", "a?b", "a:b", "a\\\\b", &long];
    for slug in slugs {
        let found = check("bad-slug", "sites/north/alpha/content/more.fr.md", |workspace| {
            let page = format!("+++\ntitle = \"Plus\"\nslug = \"{slug}\"\n+++\nTexte\n");
            workspace.write("sites/north/alpha/content/more.fr.md", &page);
        });
        assert_eq!((&found["line"], &found["column"]), (&Value::from(3), &Value::from(8)), "{slug:?}: {found}");
    }
}

/// Row 39 beyond its list: a slug that means something in an address is refused, or encoded where it is linked to.
#[test]
fn fault_039_a_slug_with_signs_of_addresses_is_refused_or_encoded() {
    for (slug, encoded) in [("a#b", "a%23b"), ("a%2fb", "a%252fb"), ("a b", "a%20b")] {
        let workspace = fleet();
        let page = format!("+++\ntitle = \"Plus\"\nslug = \"{slug}\"\n+++\nTexte\n");
        workspace.write("sites/north/alpha/content/more.fr.md", &page);
        workspace.write("sites/north/alpha/content/index.fr.md", "+++\ntitle = \"A\"\n+++\n[plus](page:more)\n");
        let (outcome, report) = build(&workspace);
        if outcome.code == 1 {
            finding(&report, "bad-slug", "sites/north/alpha/content/more.fr.md");
            continue;
        }
        let link = format!("href=\"{encoded}/\"");
        let text = workspace.read("dist/alpha/index.html");
        assert!(text.contains(&link), "no `{link}` in {text}");
        assert!(workspace.holds(&format!("dist/alpha/{slug}/index.html")));
    }
}

/// Row 40: names that differ in case only are one name on many systems.
#[test]
fn fault_040_pages_that_differ_in_case_collide() {
    collide(&["content/About.fr.md", "content/about.fr.md"], &["`About`", "`about`"]);
    collide(&["static/Logo.txt", "static/logo.txt"], &["Logo.txt", "logo.txt"]);
    collide(&["static/Img/a.txt", "static/img/a.txt"], &["Img/a.txt", "img/a.txt"]);
}

/// Row 40: a decomposed name is refused, so that it cannot collide with the composed one.
#[test]
fn fault_040_a_decomposed_name_is_refused() {
    for (place, code) in [("content/e\u{301}te\u{301}.fr.md", "bad-name"), ("static/e\u{301}.svg", "refused-file")] {
        check(code, &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.write("sites/north/alpha/content/été.fr.md", "+++\ntitle = \"Été\"\n+++\nTexte\n");
            workspace.write(&format!("sites/north/alpha/{place}"), "+++\ntitle = \"Été\"\n+++\nTexte\n");
        });
    }
}

/// Row 40: a page is a folder, and no file can have its name.
#[test]
fn fault_040_a_page_and_a_file_of_its_name_collide() {
    collide(&["content/about.fr.md", "static/about"], &["`about`", "static/about"]);
    collide(&["content/about.fr.md", "static/about/index.html"], &["`about`", "static/about/index.html"]);
    collide(&["content/about.fr.md", "static/about/fragment.html"], &["about", "static/about/fragment.html"]);
    collide(&["content/about/index.fr.md", "content/about.fr.md"], &["`about/index`", "`about`"]);
}

/// Row 40: an alias cannot be the address of a page, nor of another alias.
#[test]
fn fault_040_an_alias_of_a_pages_address_collides() {
    for alias in ["more", "MORE", "one/fragment.html"] {
        let found = check("collision", "sites/north/alpha/site.toml", |workspace| {
            let page = |title: &str, line: &str| format!("+++\ntitle = \"{title}\"\n{line}\n+++\nTexte\n");
            workspace.write("sites/north/alpha/content/more.fr.md", &page("Plus", ""));
            let aliases = format!("aliases = [\"{alias}\"]");
            workspace.write("sites/north/alpha/content/one.fr.md", &page("Un", &aliases));
        });
        let message = found["message"].as_str().unwrap();
        assert!(message.contains("one"), "{message}");
    }
}

/// Row 40: the page of another language lives in a folder that is named like a page.
#[test]
fn fault_040_a_page_named_like_a_language_collides() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.append("sites/north/alpha/site.toml", "languages = [\"fr\", \"en\"]\n");
    workspace.write("sites/north/alpha/content/en.fr.md", "+++\ntitle = \"En\"\n+++\nTexte\n");
    workspace.write("sites/north/alpha/content/index.en.md", "+++\ntitle = \"Home\"\n+++\nText\n");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let found = finding(&report, "collision", "sites/north/alpha/site.toml");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("`en`") && message.contains("`index`"), "{message}");
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// A line of `alpha`'s settings is an error at its place.
#[track_caller]
fn set_in_alpha(line: &str) {
    let file = "sites/north/alpha/site.toml";
    let found = check_any(file, |workspace| workspace.append(file, &format!("{line}\n")));
    assert_eq!(found["line"], 3, "{line}: {found}");
}

/// Files of `alpha` that want one path: an error that names each of `names`.
#[track_caller]
fn collide(files: &[&str], names: &[&str]) {
    let found = check("collision", "sites/north/alpha/site.toml", |workspace| {
        for file in files {
            let text = if file.ends_with(".md") { "+++\ntitle = \"Titre\"\n+++\nTexte\n" } else { "x" };
            workspace.write(&format!("sites/north/alpha/{file}"), text);
        }
    });
    let message = found["message"].as_str().unwrap();
    assert!(names.iter().all(|name| message.contains(name)), "{message}");
}
