//! Themes that extend others, their parameters, and the navigation.

use super::{between, build, tenant};
use crate::report::{hint, place};

#[test]
fn a_theme_extends_another() {
    let built = build(&[
        "//- /themes/plain/theme.toml\nparams.tint = { type = \"colour\", default = \"#111111\" }\n\
         params.note = { type = \"text\", default = \"plain\" }\n",
        "//- /themes/plain/templates/page.html\n{% include \"_a.html\" %}{% include \"_b.html\" %}\
         {{ strings.home }} {{ strings.more }} \
         {{ params.tint }} {{ params.note }} {{ asset(path=\"a.css\") }} {{ asset(path=\"b.css\") }}\n",
        "//- /themes/plain/templates/_a.html\nplain-a \n//- /themes/plain/templates/_b.html\nplain-b \n",
        "//- /themes/plain/strings/fr.toml\nhome = \"Accueil\"\nmore = \"Plus\"\n",
        "//- /themes/plain/static/a.css\na { color: red }\n//- /themes/plain/static/b.css\nb { color: red }\n",
        "//- /themes/near/theme.toml\nextends = \"plain\"\n\
         params.tint = { type = \"colour\", default = \"#222222\" }\n",
        "//- /themes/near/templates/_b.html\nnear-b \n//- /themes/near/static/b.css\nb { color: blue }\n",
        "//- /themes/near/strings/fr.toml\nmore = \"Encore\"\n",
        "//- /sites/r/group.toml\ntheme = \"near\"\n",
        &tenant("r/d/a", "params.note = \"own\""),
    ]);
    built.is_clean();
    let words = |page: &str| built.html(page).split_whitespace().take(6).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words("a/"), ["plain-a", "near-b", "Accueil", "Encore", "#222222", "own"]);
    assert_eq!(words("b/")[5], "plain");
    assert_eq!(words("c/"), ["plain-a", "plain-b", "Accueil", "Plus", "#111111", "plain"]);
    let assets = |page: &str| built.html(page).split_whitespace().skip(6).map(str::to_owned).collect::<Vec<_>>();
    let (near, plain) = (assets("a/"), assets("c/"));
    assert!(near[0] == plain[0] && near[1] != plain[1], "{near:?} {plain:?}");
    assert!(built.workspace.read(&format!("dist/a/{}", near[1])).contains("blue"));
}

/// A text of a theme that differs by language is overridden by language, like any other text.
#[test]
fn text_params_are_merged_by_language() {
    let built = build(&[
        "//- /themes/plain/theme.toml\nparams.note = { type = \"text\" }\n",
        "//- /themes/plain/templates/page.html\n<main>{{ params.note }}</main>\n",
        "//- /sites/content/index.en.md\n+++\ntitle = \"Home\"\n+++\nHello\n",
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\"]\n\
         params.note = { fr = \"la note\", en = \"the note\" }\n",
        &tenant("r/d/a", "params.note.fr = \"ma note\""),
    ]);
    built.is_clean();
    assert_eq!([built.main("b/"), built.main("b/en/")], ["la note", "the note"]);
    assert_eq!([built.main("a/"), built.main("a/en/")], ["ma note", "the note"]);
}

#[test]
fn navigation_is_edited_by_layers() {
    let page =
        |path: &str, nav: &str| format!("//- /sites/content/{path}.fr.md\n+++\ntitle = \"{path}\"\n{nav}\n+++\nx\n");
    let built = build(&[
        &page("one", "nav = 20"),
        &page("two", "nav = 10"),
        &page("three", ""),
        "//- /sites/r/group.toml\nnav.drop = [\"one\"]\nnav.add = [\"three\"]\n",
        &tenant("r/d/a", "nav.add = [{ title.fr = \"Portail\", url = \"https://portal.example/\" }]"),
        &tenant("r/d/b", "nav.items = [\"three\", \"index\"]"),
    ]);
    built.is_clean();
    let nav = |page: &str| between(&built.html(page), "<nav>", "</nav>");
    assert_eq!(nav("c/"), "[two|two/][one|one/]");
    assert_eq!(nav("a/"), "[two|two/][three|three/][Portail|https://portal.example/]");
    assert_eq!(nav("b/"), "[three|three/][Accueil|./]");
}

/// As with rows: what a layer adds is there, even if a layer above took it out.
#[test]
fn a_page_dropped_above_from_the_navigation_may_be_added_again() {
    let built = build(&[
        "//- /sites/content/one.fr.md\n+++\ntitle = \"one\"\nnav = 1\n+++\nx\n",
        "//- /sites/content/two.fr.md\n+++\ntitle = \"two\"\nnav = 2\n+++\nx\n",
        "//- /sites/r/group.toml\nnav.drop = [\"one\"]\n",
        &tenant("r/d/a", "nav.add = [\"one\"]"),
        &tenant("c", "nav.add = [\"two\"]"),
    ]);
    let nav = |page: &str| between(&built.html(page), "<nav>", "</nav>");
    assert_eq!(nav("b/"), "[two|two/]");
    assert_eq!(nav("a/"), "[two|two/][one|one/]");
    assert_eq!(nav("c/").matches("two/").count(), 1, "an entry stands once: {}", nav("c/"));
}

#[test]
fn navigation_to_what_is_not_there_is_told() {
    let built = build(&[&tenant("r/d/a", "nav.add = [\"indx\"]")]);
    let found = built.error();
    assert_eq!(place(&found), "sites/r/d/a/site.toml:3:12");
    assert!(hint(&found).contains("`index`"), "{found}");
    assert_eq!([built.status("a"), built.status("b")], ["failed", "built"]);
    let built = build(&[&tenant("r/d/a", "nav.drop = [\"indx\"]")]);
    assert_eq!(built.findings().len(), 1, "a drop of nothing is told: {}", built.outcome.stdout);
}
