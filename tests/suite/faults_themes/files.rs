//! A theme's files: templates, assets and strings that are missing or wrong, and themes that extend each other.

use super::{PAGE, odd, template};
use crate::report::build;
use crate::sound::refuses;

#[test]
fn a_template_that_the_theme_does_not_have_is_told_where_it_is_asked_for() {
    let workspace = odd("");
    workspace.write("themes/odd/templates/legal.html", "{{ page.body }}");
    let text = "+++\ntitle = \"T\"\ntemplate = \"leagl\"\n+++\nTexte.\n";
    workspace.write("sites/group/bad/content/page.fr.md", text);
    refuses(&workspace, &[("unknown-template sites/group/bad/content/page.fr.md:3:12", "did you mean `legal`?")]);
    workspace.write("sites/group/bad/content/page.fr.md", &text.replace("leagl", "zzzzzz"));
    refuses(&workspace, &[("unknown-template sites/group/bad/content/page.fr.md:3:12", "legal, page")]);
    workspace.write("sites/group/bad/content/page.fr.md", &text.replace("leagl", "legal"));
    assert_eq!(build(&workspace).code, 0);
}

#[test]
fn a_template_of_the_settings_is_told_in_the_settings() {
    let workspace = odd("");
    workspace.append("sites/group/bad/site.toml", "pages.index.template = \"pgae\"\n");
    refuses(&workspace, &[("unknown-template sites/group/bad/site.toml:3:24", "did you mean `page`?")]);
}

#[test]
fn an_asset_that_the_theme_does_not_have_is_told_at_its_place() {
    for call in ["asset", "integrity"] {
        let workspace = template(&format!("<p>\n<link href=\"{{{{ {call}(path=\"odd.cs\") }}}}\">"));
        workspace.write("themes/odd/static/odd.css", "a { color: red }\n");
        refuses(&workspace, &[(&format!("template {PAGE}:2:"), "did you mean `odd.css`?")]);
    }
    refuses(&template("{{ asset() }}"), &[(&format!("template {PAGE}:1:"), "path")]);
    refuses(&template("{{ asset(path=7) }}"), &[(&format!("template {PAGE}:1:"), "")]);
}

#[test]
fn a_theme_that_extends_in_a_circle_is_an_error_at_its_place() {
    let place = "theme-circle themes/odd/theme.toml:2:11";
    refuses(&odd("extends = \"odd\"\n"), &[(place, "`odd`")]);
    let workspace = odd("extends = \"other\"\n");
    workspace.write("themes/other/theme.toml", "extends = \"odd\"\n");
    refuses(&workspace, &[("theme-circle themes/other/theme.toml:1:11", "`odd`")]);
}

#[test]
fn a_theme_that_extends_no_theme_is_an_error_at_its_place() {
    refuses(&odd("extends = \"plian\"\n"), &[("unknown-theme themes/odd/theme.toml:2:11", "did you mean `plain`?")]);
    refuses(&odd("extends = \"../plain\"\n"), &[("bad-name themes/odd/theme.toml:2:11", "")]);
    refuses(&odd("extends = 7\n"), &[("wrong-type themes/odd/theme.toml:2:11", "expected text")]);
}

#[test]
fn a_long_chain_of_themes_is_told_as_such() {
    let workspace = odd("extends = \"t1\"\n");
    for n in 1..=9 {
        let extends = if n < 9 { format!("extends = \"t{}\"\n", n + 1) } else { String::new() };
        workspace.write(&format!("themes/t{n}/theme.toml"), &extends);
    }
    let report = build(&workspace);
    assert!(report.errors().len() == 1 && report.errors()[0].contains(" themes/t"), "{:?}", report.errors());
    assert!(!report.errors()[0].contains("extends itself"), "it does not: {:?}", report.errors());
}

#[test]
fn a_chain_of_themes_takes_what_is_nearest() {
    let workspace = odd("extends = \"plain\"\n");
    workspace.write(PAGE, "{% include \"_a.html\" %} {% include \"plain/page.html\" %}");
    workspace.write("themes/odd/templates/_a.html", "proche");
    workspace.write("themes/plain/templates/_a.html", "loin");
    assert_eq!(build(&workspace).code, 0);
    let html = workspace.read("dist/bad/index.html");
    assert!(html.contains("proche") && !html.contains("loin") && html.contains("<main>"), "{html}");
}

#[test]
fn a_theme_that_nobody_has_is_an_error_where_it_is_asked_for() {
    let workspace = odd("");
    workspace.write("sites/group/group.toml", "theme = \"odr\"\n");
    refuses(&workspace, &[("unknown-theme sites/group/group.toml:1:9", "did you mean `odd`?")]);
    workspace.write("sites/group/group.toml", "theme = \"../odd\"\n");
    refuses(&workspace, &[("bad-value sites/group/group.toml:1:9", "")]);
    workspace.write("sites/group/group.toml", "theme = \"zzzzzzzz\"\n");
    refuses(&workspace, &[("unknown-theme sites/group/group.toml:1:9", "odd, plain")]);
}

#[test]
fn a_folder_that_is_no_theme_is_told() {
    let workspace = odd("");
    workspace.remove("themes/odd/theme.toml");
    let report = build(&workspace);
    let told = report.errors().iter().any(|error| error.contains("theme.toml"));
    assert!(told && report.status("bad") == "failed" && report.status("good") == "built", "{:?}", report.findings);
}

#[test]
fn a_theme_without_its_page_is_an_error() {
    let workspace = odd("");
    workspace.remove(PAGE);
    refuses(&workspace, &[("no-template themes/odd", "templates/page.html")]);
}

#[test]
fn an_asset_that_a_theme_has_by_default_must_be_there() {
    let workspace = odd("params.icon = { type = \"asset\", default = \"static/icon.svg\" }\n");
    workspace.write(PAGE, "<link href=\"{{ params.icon }}\">");
    let report = build(&workspace);
    assert!(report.code == 1 && report.status("good") == "built", "{}", workspace.read("dist/bad/index.html"));
}

#[test]
fn mistakes_of_strings_are_told_at_their_place() {
    for (text, code, place) in [
        ("home = 7\n", "wrong-type", "1:8"),
        ("home = \"A\"\n[x]\ny = \"z\"\n", "wrong-type", "2:"),
        ("home = Accueil\n", "toml-syntax", "1:8"),
        ("home = \"A\"\nhome = \"B\"\n", "toml-syntax", "2:1"),
    ] {
        let workspace = odd("");
        workspace.write("themes/odd/strings/fr.toml", text);
        refuses(&workspace, &[(&format!("{code} themes/odd/strings/fr.toml:{place}"), "")]);
    }
    let workspace = odd("");
    workspace.write("themes/odd/strings/french.toml", "home = \"A\"\n");
    build(&workspace).finds("warning unread-file themes/odd/strings/french.toml", "fr.toml");
}

#[test]
fn a_file_of_a_theme_that_cannot_be_published_is_told() {
    for name in ["con.css", "a b?.css", "x:y.css"] {
        let workspace = odd("");
        workspace.write(&format!("themes/odd/static/{name}"), "a {}\n");
        refuses(&workspace, &[(&format!("bad-name themes/odd/static/{name}"), "")]);
    }
    let workspace = odd("");
    workspace.symlink("/etc/passwd", "themes/odd/static/p.css");
    refuses(&workspace, &[("not-a-file themes/odd/static/p.css", "symbolic link")]);
    let workspace = odd("");
    workspace.symlink("/etc/passwd", "themes/odd/templates/_p.html");
    refuses(&workspace, &[("not-a-file themes/odd/templates/_p.html", "symbolic link")]);
    let workspace = odd("");
    workspace.write_bytes("themes/odd/templates/_p.html", b"caf\xe9\n");
    refuses(&workspace, &[("disk themes/odd/templates/_p.html", "line 1 is not UTF-8")]);
}

#[test]
fn a_theme_that_nobody_uses_stops_nobody() {
    let workspace = odd("");
    workspace.write("themes/unused/theme.toml", "nonsense =\n");
    workspace.write("themes/unused/templates/page.html", "{{ nope");
    let report = build(&workspace);
    assert_eq!((report.code, report.errors().len()), (0, 0), "{:?}", report.findings);
}
