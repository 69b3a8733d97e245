//! Which value wins: over layers, languages, lists and catalogues, and from the command line.

use tenantry_testkit::Program;

use super::{build, build_with, tenant, workspace};
use crate::report::{hint, place};

/// A home page that shows four values.
const VALUES: &str = r#"
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
{{ vars.one }} {{ vars.two }} {{ vars.three }} {{ vars.four }}
//- /sites/content/index.en.md
+++
title = "Home"
+++
{{ vars.one }} {{ vars.two }} {{ vars.three }} {{ vars.four }}
"#;

#[test]
fn the_nearest_layer_wins() {
    let built = build(&[
        VALUES,
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\n\
         vars = { one = \"1\", two = \"1\", three = \"1\", four = \"1\" }\n",
        "//- /sites/r/group.toml\nvars = { two = \"2\", three = \"2\", four = \"2\" }\n",
        "//- /sites/r/d/group.toml\nvars = { three = \"3\", four = \"3\" }\n",
        &tenant("r/d/a", "vars.four = \"4\""),
    ]);
    built.is_clean();
    assert_eq!(
        [built.main("a/"), built.main("b/"), built.main("c/")],
        ["<p>1 2 3 4</p>", "<p>1 2 3 3</p>", "<p>1 1 1 1</p>"]
    );
}

#[test]
fn a_value_for_all_languages_hides_the_languages_above_it() {
    let built = build(&[
        VALUES,
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\"]\n\
         [vars]\none = { fr = \"un\", en = \"one\" }\ntwo = { fr = \"un\", en = \"one\" }\n\
         three = \"any\"\nfour = { fr = \"un\", en = \"one\" }\n",
        "//- /sites/r/group.toml\nvars.one.fr = \"deux\"\nvars.two = \"any\"\nvars.three.fr = \"deux\"\n",
        &tenant("r/d/a", "vars.one.en = \"three\"\nvars.two.en = \"three\"\nvars.four = \"all\""),
    ]);
    built.is_clean();
    assert_eq!([built.main("a/"), built.main("a/en/")], ["<p>deux any deux all</p>", "<p>three three any all</p>"]);
    assert_eq!([built.main("b/"), built.main("b/en/")], ["<p>deux any deux un</p>", "<p>one any any one</p>"]);
    assert_eq!([built.main("c/"), built.main("c/en/")], ["<p>un un any un</p>", "<p>one one any one</p>"]);
}

#[test]
fn lists_are_replaced_as_a_whole() {
    let built = build(&[
        "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ site.covers }}\n",
        "//- /sites/content/index.en.md\n+++\ntitle = \"A\"\n+++\n{{ site.covers }}\n",
        "//- /sites/r/group.toml\nlanguages = [\"fr\", \"en\"]\n\
         covers = [\"https://one.example\", \"https://two.example\"]\n",
        &tenant("r/d/a", "languages = [\"en\"]\ncovers = [\"https://three.example\"]"),
    ]);
    built.is_clean();
    assert_eq!(built.main("a/"), "<p>https://three.example</p>");
    assert!(built.html("a/").contains("<html lang=\"en\">") && !built.exists("a/en/"), "{}", built.html("a/"));
    assert_eq!(built.main("b/"), "<p>https://one.example et https://two.example</p>");
    assert_eq!(built.main("b/en/"), "<p>https://one.example and https://two.example</p>");
    assert_eq!(built.main("c/"), "<p>https://c.example</p>");
}

#[test]
fn settings_of_a_layer_win_over_its_own_catalogue() {
    let built = build(&[
        "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ cookie_tables() }}\n",
        "//- /sites/cookies.toml\nprovider.p.name = \"P\"\ncookie.p.x.purpose = \"below\"\n\
         table.t = { title = \"T\", columns = [\"purpose\"], rows = [\"p/x\"] }\n",
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\ncookie.p.x.purpose = \"beside\"\n",
    ]);
    built.is_clean();
    assert!(built.main("c/").contains(">beside<"), "{}", built.main("c/"));
}

#[test]
fn the_command_line_wins_over_everything() {
    let files = [
        VALUES,
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\nenv.staging.vars.two = \"env\"\n\
         vars = { one = \"1\", two = \"1\", three = { fr = \"un\", en = \"one\" }, four = \"1\" }\n",
        &tenant("r/d/a", "vars.one = \"2\"\nvars.two = \"2\""),
    ];
    let sets = [
        "--set",
        "vars.one=deux mots",
        "--set",
        "vars.two=\"q\"",
        "--set",
        "vars.three.fr=trois",
        "--set",
        "vars.four=4",
    ];
    let built = build_with(&files, &[&["--env", "staging"][..], &sets].concat());
    built.is_clean();
    assert_eq!([built.main("a/"), built.main("c/")], ["<p>deux mots q trois 4</p>", "<p>deux mots q trois 4</p>"]);
}

/// "A value that is no TOML is text": a shell needs no second pair of quotation marks.
#[test]
fn text_of_the_command_line_needs_no_quotation_marks() {
    let page = "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ vars.word }}\n";
    for text in ["01000", "aller-et-x", "a=b", "c'est dit", "1.2.3", "- non", "[12", "vrai"] {
        let built = build_with(&[page], &["--set", &format!("vars.word={text}")]);
        assert_eq!(built.outcome.code, 0, "--set vars.word={text}: {}", built.outcome.stdout);
        let shown = built.main("c/").replace("&#39;", "'");
        assert_eq!(shown, format!("<p>{text}</p>"));
    }
}

#[test]
fn a_setting_of_the_command_line_that_is_wrong_is_told() {
    for (setting, code) in [("vars", 2), ("lnguages=[\"fr\"]", 1), ("languages=fr", 1), ("languages=[", 1)] {
        let workspace = workspace(&[]);
        let outcome = Program::new().args(["build", "--set", setting]).current_dir(&workspace).run();
        assert!(outcome.code == code || outcome.code == 2, "`--set {setting}`: {}\n{}", outcome.code, outcome.stderr);
        assert!(outcome.stderr.contains("--set") || outcome.stderr.contains("setting"), "{}", outcome.stderr);
        assert!(!workspace.holds("dist/a/index.html"));
    }
}

#[test]
fn a_value_that_no_page_uses_is_a_warning() {
    let page = "//- /sites/content/index.fr.md\n+++\ntitle = \"{{ vars.title }}\"\n+++\n{{ include(\"p\") }}\n";
    let part = "//- /sites/content/_parts/p.fr.md\n{{ vars.part }}\n";
    let group =
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\nvars = { title = \"T\", part = \"P\" }\n";
    let built = build(&[page, part, group, &tenant("r/d/a", "vars = { title = \"A\", part = \"A\", prt = \"A\" }")]);
    let found = built.one("unused-value");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("warning"), "sites/r/d/a/site.toml:3:41"));
    assert!(hint(&found).contains("`part`"), "{found}");
    assert_eq!(built.findings().len(), 1, "{}", built.outcome.stdout);
}

/// A group's value is used if any tenant below uses it.
#[test]
fn a_groups_value_that_no_tenant_uses_is_a_warning() {
    let page = "//- /sites/r/d/a/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ vars.used }}\n";
    let built = build(&[page, "//- /sites/r/group.toml\nvars.used = \"x\"\nvars.unused = \"x\"\n"]);
    assert_eq!(built.outcome.code, 0);
    let found = built.one("unused-value");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("warning"), "sites/r/group.toml:2:15"));
}
