//! Languages: which document is used for which, and what becomes of a missing translation.

use super::{build, tenant};
use crate::report::{hint, message};

#[test]
fn language_comes_before_layer() {
    let built = build(&[
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\"]\n",
        "//- /sites/content/index.en.md\n+++\ntitle = \"Home\"\n+++\nHello\n",
        "//- /sites/r/d/a/content/index.fr.md\n+++\ntitle = \"Chez A\"\n+++\nBonjour de A\n",
    ]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    assert_eq!([built.main("a/"), built.main("a/en/")], ["<p>Bonjour de A</p>", "<p>Hello</p>"]);
    assert_eq!([built.main("b/"), built.main("b/en/")], ["<p>Bonjour</p>", "<p>Hello</p>"]);
    let found = built.one("translation-behind");
    assert_eq!((found["severity"].as_str(), found["tenants"].as_u64()), (Some("warning"), Some(1)));
    assert_eq!(found["file"], "sites/r/d/a/content/index.fr.md");
    assert!(message(&found).contains("en"), "{found}");
}

#[test]
fn translations_that_keep_up_are_no_warning() {
    let built = build(&[
        "//- /sites/r/group.toml\nlanguages = [\"fr\", \"en\"]\n",
        "//- /sites/content/index.en.md\n+++\ntitle = \"Home\"\n+++\nHello\n",
        "//- /sites/r/content/index.fr.md\n+++\ntitle = \"R\"\n+++\nR\n//- /sites/r/content/index.en.md\n+++\n\
         title = \"R\"\n+++\nR\n",
        "//- /sites/c/content/index.fr.md\n+++\ntitle = \"C\"\n+++\nC serves no English\n",
    ]);
    built.is_clean();
}

#[test]
fn a_missing_translation_is_skipped_with_a_warning() {
    let built = build(&["//- /sites/r/group.toml\nlanguages = [\"fr\", \"en\"]\n"]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    let found = built.one("missing-translation");
    assert_eq!((found["severity"].as_str(), found["tenants"].as_u64()), (Some("warning"), Some(2)));
    assert_eq!(found["file"], "sites/content/index.fr.md");
    assert!(hint(&found).contains("index.en.md"), "{found}");
    assert!(built.exists("a/") && !built.exists("a/en/"));
}

#[test]
fn a_missing_translation_may_fall_back() {
    let built = build(&[
        "//- /sites/r/group.toml\nlanguages = [\"fr\", \"en\"]\nmissing_translation = \"fallback\"\n",
        "//- /sites/content/index.fr.md\n+++\ntitle = \"Accueil\"\nupdated = 2026-11-20\n+++\n{{ page.updated }}\n",
    ]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    let english = built.html("a/en/");
    assert!(english.contains("<html lang=\"en\">") && english.contains("instead of fr"), "{english}");
    assert_eq!(built.main("a/en/"), "<p>20 novembre 2026</p>", "a French text holds a French date");
    assert!(!built.html("a/").contains("instead of"));
}

#[test]
fn a_missing_translation_may_be_an_error() {
    let built = build(&["//- /sites/r/group.toml\nlanguages = [\"fr\", \"en\"]\nmissing_translation = \"error\"\n"]);
    let found = built.error();
    assert_eq!((found["code"].as_str(), found["tenants"].as_u64()), (Some("missing-translation"), Some(2)));
    assert_eq!(found["file"], "sites/content/index.fr.md");
    assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["failed", "failed", "built"]);
}

/// What stands in for a translation is whole in its own language: its parts, its tables, its values.
#[test]
fn a_page_that_stands_in_speaks_one_language() {
    let built = build(&[
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\"]\nmissing_translation = \"fallback\"\n\
         vars.word = { fr = \"mot\", en = \"word\" }\nprovider.p.name = \"P\"\n\
         cookie.p.x = { purpose = { fr = \"but\", en = \"aim\" }, duration = \"14 days\" }\n\
         table.t = { title = \"T\", columns = [\"purpose\", \"duration\"], rows = [\"p/x\"] }\n",
        "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ include(\"p\") }}\n\n{{ cookie_table(\"t\") }}\n",
        "//- /sites/content/_parts/p.fr.md\nen {{ vars.word }}\n",
    ]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    let english = built.main("c/en/");
    for words in ["<p>en mot</p>", ">but<", ">14 jours<", "<th scope=\"col\">Finalité</th>"] {
        assert!(english.contains(words), "`{words}` is not in\n{english}");
    }
}

/// A page that exists in other languages than those served is missing as well: no layer has it in any of them.
#[test]
fn a_page_in_none_of_the_served_languages_is_told() {
    for (policy, severity, status) in [("skip", "warning", "built"), ("error", "error", "failed")] {
        let built = build(&[
            &format!("//- /sites/r/group.toml\nmissing_translation = \"{policy}\"\n"),
            "//- /sites/content/legal.fr.md\n+++\ntitle = \"L\"\n+++\nx\n",
            "//- /sites/content/index.en.md\n+++\ntitle = \"Home\"\n+++\nHello\n",
            &tenant("r/d/a", "languages = [\"en\"]"),
        ]);
        let found = built.one("missing-translation");
        assert_eq!((found["severity"].as_str(), found["tenants"].as_u64()), (Some(severity), Some(1)));
        assert_eq!(found["file"], "sites/content/legal.fr.md");
        assert_eq!([&*built.status("a"), &*built.status("b")], [status, "built"]);
    }
}

#[test]
fn a_link_to_a_page_of_another_language_has_no_useless_hint() {
    let built = build(&[
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\"]\n",
        "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n[x](page:legal)\n",
        "//- /sites/content/index.en.md\n+++\ntitle = \"A\"\n+++\n[x](page:legal)\n",
        "//- /sites/content/legal.en.md\n+++\ntitle = \"L\"\n+++\nx\n",
    ]);
    let found = built.findings().iter().find(|found| found["severity"] == "error").cloned().unwrap_or_default();
    assert_eq!((found["file"].as_str(), found["line"].as_u64()), (Some("sites/content/index.fr.md"), Some(4)));
    let words = format!("{} {}", message(&found), hint(&found));
    assert!(!words.contains("did you mean `legal`"), "that is what was written: {words}");
    assert!(words.contains("`fr`"), "it is there, but not in French: {words}");
}
