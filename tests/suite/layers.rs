//! Layers: which value, document, part or file wins, over four layers, by language, by environment and by theme.
//!
//! The register's own rules are in `register`; who may set what in a bad file is in the modules of faults.

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// Three tenants: `a` and `b` below two groups, `c` right below `sites/`.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/r/group.toml
//- /sites/r/d/group.toml
//- /sites/r/d/a/site.toml
name = "A"
base_url = "https://a.example"
//- /sites/r/d/b/site.toml
name = "B"
base_url = "https://b.example"
//- /sites/c/site.toml
name = "C"
base_url = "https://c.example"
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour
//- /themes/plain/templates/page.html
<html lang="{{ page.lang }}"><title>{{ page.title }}</title>
{% if site.noindex %}<meta name="robots" content="noindex">{% endif %}<link rel="canonical" href="{{ page.url }}">
<nav>{% for item in nav %}[{{ item.title }}|{{ item.url }}]{% endfor %}</nav>
{% if page.is_fallback %}<p>instead of {{ page.body_lang }}</p>{% endif %}<main>{{ page.body | safe }}</main></html>
"#;

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
    let built = Built::of(&[
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
    let built = Built::of(&[
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
    let built = Built::of(&[
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
    let built = Built::of(&[
        "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ cookie_tables() }}\n",
        "//- /sites/cookies.toml\nprovider.p.name = \"P\"\ncookie.p.x.purpose = \"below\"\n\
         table.t = { title = \"T\", columns = [\"purpose\"], rows = [\"p/x\"] }\n",
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\ncookie.p.x.purpose = \"beside\"\n",
    ]);
    built.is_clean();
    assert!(built.main("c/").contains(">beside<"), "{}", built.main("c/"));
}

#[test]
fn documents_parts_and_files_of_the_nearest_layer_are_used() {
    let built = Built::of(&[
        "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\ntop\n\n{{ include(\"dpo\") }}\n\n![x](/logo.svg)\n",
        "//- /sites/content/_parts/dpo.fr.md\ndpo top\n//- /sites/static/logo.svg\n<svg>top</svg>\n",
        "//- /sites/r/content/_parts/dpo.fr.md\ndpo r\n//- /sites/r/content/extra.fr.md\n+++\ntitle = \"Plus\"\n\
         +++\nr\n",
        "//- /sites/r/d/content/extra.fr.md\n+++\ntitle = \"Plus\"\n+++\nd\n//- /sites/r/d/static/logo.svg\n\
         <svg>d</svg>\n",
        "//- /sites/r/d/a/content/_parts/dpo.fr.md\ndpo a\n//- /sites/r/d/a/static/own.txt\na\n",
    ]);
    built.is_clean();
    let second = |page: &str| built.main(page).lines().nth(1).unwrap_or_default().to_owned();
    assert_eq!([second("a/"), second("b/"), second("c/")], ["<p>dpo a</p>", "<p>dpo r</p>", "<p>dpo top</p>"]);
    assert_eq!([built.main("a/extra/"), built.main("b/extra/")], ["<p>d</p>", "<p>d</p>"]);
    assert!(!built.exists("c/extra/"));
    let tree = Tree::read(built.workspace.at("dist"));
    let logos = ["a", "b", "c"].map(|tenant| tree.text(&format!("{tenant}/logo.svg")).trim().to_owned());
    assert_eq!(logos, ["<svg>d</svg>", "<svg>d</svg>", "<svg>top</svg>"]);
    assert!(tree.bytes("a/own.txt").is_some() && tree.bytes("b/own.txt").is_none());
}

#[test]
fn an_empty_part_shows_nothing_and_a_missing_one_is_an_error() {
    let page = "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\ntop\n\n{{ include(\"dpo\") }}\n";
    let part = "//- /sites/r/content/_parts/dpo.fr.md\ndpo\n";
    let built = Built::of(&[page, part, "//- /sites/r/d/a/content/_parts/dpo.fr.md\n"]);
    assert_eq!((built.main("a/").trim(), built.main("b/").contains("dpo")), ("<p>top</p>", true));
    let found = built.error();
    assert_eq!((place(&found), found["tenants"].as_u64()), ("sites/content/index.fr.md:6:1".to_owned(), Some(1)));
    assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["built", "built", "failed"]);
}

#[test]
fn language_comes_before_layer() {
    let built = Built::of(&[
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
    let built = Built::of(&[
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
    let built = Built::of(&["//- /sites/r/group.toml\nlanguages = [\"fr\", \"en\"]\n"]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    let found = built.one("missing-translation");
    assert_eq!((found["severity"].as_str(), found["tenants"].as_u64()), (Some("warning"), Some(2)));
    assert_eq!(found["file"], "sites/content/index.fr.md");
    assert!(hint(&found).contains("index.en.md"), "{found}");
    assert!(built.exists("a/") && !built.exists("a/en/"));
}

#[test]
fn a_missing_translation_may_fall_back() {
    let built = Built::of(&[
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
    let built =
        Built::of(&["//- /sites/r/group.toml\nlanguages = [\"fr\", \"en\"]\nmissing_translation = \"error\"\n"]);
    let found = built.error();
    assert_eq!((found["code"].as_str(), found["tenants"].as_u64()), (Some("missing-translation"), Some(2)));
    assert_eq!(found["file"], "sites/content/index.fr.md");
    assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["failed", "failed", "built"]);
}

/// What stands in for a translation is whole in its own language: its parts, its tables, its values.
#[test]
fn a_page_that_stands_in_speaks_one_language() {
    let built = Built::of(&[
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
        let built = Built::of(&[
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

/// Row 108, before publishing: a tenant of which nothing is left is no success.
#[test]
fn fault_108_a_site_without_pages_is_told() {
    let built = Built::of(&[&tenant("r/d/a", "languages = [\"en\"]"), &tenant("r/d/b", "pages.index = false")]);
    for id in ["a", "b"] {
        let about = |found: &&Value| found["examples"].as_array().is_some_and(|ids| ids.iter().any(|it| it == id));
        let told = built.findings().iter().find(about);
        assert!(told.is_some(), "`{id}` has no page, and nobody says so: {}", built.outcome.stdout);
    }
    assert_eq!(built.status("c"), "built");
}

#[test]
fn a_link_to_a_page_of_another_language_has_no_useless_hint() {
    let built = Built::of(&[
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

#[test]
fn pages_are_removed_and_brought_back() {
    let page = "//- /sites/content/legal.fr.md\n+++\ntitle = \"Mentions\"\n+++\nx\n";
    let built =
        Built::of(&[page, "//- /sites/r/group.toml\npages.legal = false\n", &tenant("r/d/a", "pages.legal = true")]);
    built.is_clean();
    assert_eq!([built.exists("a/legal/"), built.exists("b/legal/"), built.exists("c/legal/")], [true, false, true]);
}

#[test]
fn pages_are_dated_and_named_without_copying_them() {
    let built = Built::of(&[
        "//- /sites/content/legal.fr.md\n+++\ntitle = \"Mentions\"\nupdated = 2020-01-01\n+++\n\
         {{ page.title }} {{ page.updated }}\n",
        "//- /sites/r/group.toml\npages.legal.updated = 2026-12-01\npages.legal.title.fr = \"Infos\"\n",
        &tenant("r/d/a", "pages.legal = { slug = \"infos\", title = \"Chez A\", nav = 1 }"),
    ]);
    built.is_clean();
    assert_eq!(built.main("a/infos/"), "<p>Chez A 1er décembre 2026</p>");
    assert_eq!(built.main("b/legal/"), "<p>Infos 1er décembre 2026</p>");
    assert_eq!(built.main("c/legal/"), "<p>Mentions 1er janvier 2020</p>");
    assert!(built.html("a/infos/").contains("<title>Chez A</title>") && !built.exists("a/legal/"));
    assert!(built.html("a/").contains("<nav>[Chez A|infos/]</nav>"), "{}", built.html("a/"));
}

#[test]
fn settings_of_an_unknown_page_name_the_nearest() {
    let built = Built::of(&[&tenant("r/d/a", "pages.indx.updated = 2026-12-01")]);
    let found = built.one("unknown-page");
    assert_eq!((place(&found), found["severity"].as_str()), ("sites/r/d/a/site.toml:3:22".to_owned(), Some("warning")));
    assert!(hint(&found).contains("`index`"), "{found}");
}

#[test]
fn slugs_nested_paths_and_a_path_in_base_url_make_addresses() {
    let built = Built::of(&[
        "//- /sites/content/legal/notice.fr.md\n+++\ntitle = \"N\"\nslug = \"mentions\"\n+++\n\
         [home](page:index) [deep](page:legal/deep/x)\n",
        "//- /sites/content/legal/deep/x.fr.md\n+++\ntitle = \"X\"\n+++\n\
         [up](page:legal/notice) [static](/files/f.txt)\n",
        "//- /sites/static/files/f.txt\nf\n",
        "//- /sites/c/site.toml\nname = \"C\"\nbase_url = \"https://c.example/legal/site/\"\n",
    ]);
    built.is_clean();
    assert_eq!(
        built.main("c/legal/mentions/"),
        "<p><a href=\"../../\">home</a> <a href=\"../../legal/deep/x/\">deep</a></p>"
    );
    let deep = built.main("c/legal/deep/x/");
    assert_eq!(deep, "<p><a href=\"../../../legal/mentions/\">up</a> <a href=\"../../../files/f.txt\">static</a></p>");
    let page = built.html("c/legal/mentions/");
    assert!(page.contains("<link rel=\"canonical\" href=\"https://c.example/legal/site/legal/mentions/\">"), "{page}");
    let tree = Tree::read(built.workspace.at("dist"));
    let fragment = tree.text("c/legal/mentions/fragment.html");
    assert!(fragment.contains("href=\"https://c.example/legal/site/legal/deep/x/\""), "{fragment}");
}

#[test]
fn two_sites_may_share_a_host_but_not_an_address() {
    let built = Built::of(&[
        "//- /sites/r/d/a/site.toml\nname = \"A\"\nbase_url = \"https://x.example/a\"\n",
        "//- /sites/r/d/b/site.toml\nname = \"B\"\nbase_url = \"https://x.example/a/\"\n",
        "//- /sites/c/site.toml\nname = \"C\"\nbase_url = \"https://x.example/c/\"\n",
    ]);
    assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["failed", "failed", "built"]);
    assert_eq!(built.all("duplicate-address").len(), 2);
}

#[test]
fn an_environment_moves_and_hides_the_sites() {
    let files = [
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\nvars.mode = \"en ligne\"\n\
         [env.staging]\nbase_url = \"https://{tenant}.staging.example/{domain}/\"\nnoindex = true\n\
          vars.mode = \"essai\"\n",
        "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ vars.mode }}\n",
        "//- /sites/c/site.toml\nname = \"C\"\nbase_url = \"https://c.example\"\nvars.mode = \"propre\"\n",
    ];
    let staging = Built::with(&files, &["--env", "staging"]);
    let page = staging.html("a/");
    assert!(page.contains("href=\"https://a.staging.example/a.example/\""), "{page}");
    assert!(page.contains("content=\"noindex\"") && page.contains("<p>essai</p>"), "{page}");
    assert_eq!(staging.main("c/"), "<p>essai</p>", "an environment is nearer than a tenant");
    let online = Built::of(&files);
    online.is_clean();
    assert!(!online.html("a/").contains("noindex") && online.html("a/").contains("href=\"https://a.example/\""));
    assert_eq!([online.main("a/"), online.main("c/")], ["<p>en ligne</p>", "<p>propre</p>"]);
}

#[test]
fn an_environment_is_combined_layer_by_layer() {
    let built = Built::with(
        &[
            "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\n\
             [env.staging]\nbase_url = \"https://{tenant}.staging.example\"\nnoindex = true\n",
            "//- /sites/r/group.toml\n[env.staging]\nbase_url = \"https://{tenant}-{group}.r.example\"\n",
        ],
        &["--env", "staging"],
    );
    built.is_clean();
    assert!(built.html("a/").contains("href=\"https://a-d.r.example/\""), "{}", built.html("a/"));
    assert!(built.html("a/").contains("noindex") && built.html("c/").contains("https://c.staging.example/"));
}

#[test]
fn an_unknown_environment_stops_the_run() {
    let text = "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\n[env.staging]\nnoindex = true\n";
    let workspace = workspace(&[text]);
    let outcome = Program::new().args(["build", "--env", "stagin"]).current_dir(&workspace).run();
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("`staging`"), "{}", outcome.stderr);
    assert!(!workspace.holds("dist"));
}

/// Row 61, for the addresses of an environment: one that does not tell tenants apart.
#[test]
fn fault_061_an_environment_gives_no_two_sites_one_address() {
    let text = "//- /sites/r/d/group.toml\n[env.staging]\nbase_url = \"https://staging.example\"\n";
    let built = Built::with(&[text], &["--env", "staging"]);
    assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["failed", "failed", "built"]);
    assert_eq!(built.outcome.code, 1);
}

#[test]
fn an_environment_that_makes_no_address_is_an_error_where_it_is_written() {
    let text = "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\n[env.s]\n\
     base_url = \"https://{group}.example\"\n";
    let built = Built::with(&[text], &["--env", "s"]);
    let found = built.all("bad-value");
    assert_eq!(found.len(), 1, "{}", built.outcome.stdout);
    assert_eq!((place(&found[0]), found[0]["tenants"].as_u64()), ("sites/group.toml:4:12".to_owned(), Some(1)));
    assert_eq!(built.status("c"), "failed", "it has no group");
}

#[test]
fn base_urls_are_bound_to_domains() {
    let built = Built::of(&[
        "//- /sites/r/group.toml\ndomains = [\"a.example\", \"*.r.example\"]\n",
        "//- /sites/r/e/site.toml\nname = \"E\"\nbase_url = \"https://e.r.example\"\n",
        "//- /sites/r/f/site.toml\nname = \"F\"\nbase_url = \"https://evil-r.example\"\n",
    ]);
    let found = built.all("domain-not-allowed");
    let places: Vec<String> = found.iter().map(place).collect();
    assert_eq!(places, ["sites/r/d/b/site.toml:2:12", "sites/r/f/site.toml:2:12"]);
    assert_eq!(found[0]["related"][0]["file"], "sites/r/group.toml");
    assert_eq!(["a", "b", "c", "e", "f"].map(|id| built.status(id)), ["built", "failed", "built", "built", "failed"]);
}

/// `domains` bounds what tenants write; an environment's address is the operator's own word.
#[test]
fn domains_bind_the_written_address_in_an_environment_too() {
    let group = "//- /sites/r/group.toml\ndomains = [\"a.example\"]\n[env.staging]\n\
     base_url = \"https://{tenant}.staging.test\"\n";
    let built = Built::with(&[group], &["--env", "staging"]);
    assert_eq!([built.status("a"), built.status("b")], ["built", "failed"], "{}", built.outcome.stdout);
}

#[test]
fn what_a_tenant_may_not_set_names_the_layer_that_may() {
    for line in [
        "publish.x.kind = \"dir\"",
        "env.x.noindex = true",
        "trust_tenants = true",
        "allow_mentions = [\"x.example\"]",
        "lint_allow = []",
        "profile = [\"fr\"]",
        "domains = [\"x.example\"]",
        "review = true",
        "theme = \"plain\"",
    ] {
        let built = Built::of(&[&tenant("r/d/a", line)]);
        let found = built.one("misplaced-key");
        assert_eq!(
            (found["severity"].as_str(), &*place(&found)),
            (Some("error"), "sites/r/d/a/site.toml:3:1"),
            "{line}"
        );
        assert!(hint(&found).contains("group.toml"), "{found}");
        assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["failed", "built", "built"], "{line}");
    }
}

#[test]
fn a_trusted_tenant_may_set_what_the_operator_may() {
    let html = "//- /sites/r/d/a/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n<b class=\"x\">raw</b>\n";
    let files =
        ["//- /sites/r/group.toml\ntrust_tenants = true\n", html, &tenant("r/d/a", "missing_translation = \"error\"")];
    let built = Built::of(&files);
    built.is_clean();
    assert!(built.html("a/").contains("<b class=\"x\">raw</b>"), "{}", built.html("a/"));
}

#[test]
fn trust_ends_where_a_nearer_group_ends_it() {
    let built = Built::of(&[
        "//- /sites/r/group.toml\ntrust_tenants = true\n",
        "//- /sites/r/d/group.toml\ntrust_tenants = false\n",
        &tenant("r/d/a", "missing_translation = \"error\""),
        "//- /sites/r/e/site.toml\nname = \"E\"\nbase_url = \"https://e.example\"\nmissing_translation = \"error\"\n",
    ]);
    assert_eq!(place(&built.one("misplaced-key")), "sites/r/d/a/site.toml:3:1");
    assert_eq!([built.status("a"), built.status("b"), built.status("e")], ["failed", "built", "built"]);
}

#[test]
fn raw_html_of_an_untrusted_tenant_is_dropped_with_a_warning() {
    let html = "//- /sites/r/d/a/content/index.fr.md\n+++\ntitle = \"A\"\n+++\ntext <b class=\"x\">raw</b>\n";
    let group = "//- /sites/r/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n<b class=\"x\">of the group</b>\n";
    let built = Built::of(&[html, group]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    assert!(!built.html("a/").contains("<b class") && built.html("b/").contains("<b class=\"x\">of the group</b>"));
    let found = built.findings().first().cloned().unwrap_or_default();
    assert_eq!((found["severity"].as_str(), found["line"].as_u64()), (Some("warning"), Some(4)), "{found}");
    assert_eq!(found["file"], "sites/r/d/a/content/index.fr.md");
}

#[test]
fn a_theme_extends_another() {
    let built = Built::of(&[
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
    let built = Built::of(&[
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
    let built = Built::of(&[
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
    let built = Built::of(&[
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
    let built = Built::of(&[&tenant("r/d/a", "nav.add = [\"indx\"]")]);
    let found = built.error();
    assert_eq!(place(&found), "sites/r/d/a/site.toml:3:12");
    assert!(hint(&found).contains("`index`"), "{found}");
    assert_eq!([built.status("a"), built.status("b")], ["failed", "built"]);
    let built = Built::of(&[&tenant("r/d/a", "nav.drop = [\"indx\"]")]);
    assert_eq!(built.findings().len(), 1, "a drop of nothing is told: {}", built.outcome.stdout);
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
    let built = Built::with(&files, &[&["--env", "staging"][..], &sets].concat());
    built.is_clean();
    assert_eq!([built.main("a/"), built.main("c/")], ["<p>deux mots q trois 4</p>", "<p>deux mots q trois 4</p>"]);
}

/// "A value that is no TOML is text": a shell needs no second pair of quotation marks.
#[test]
fn text_of_the_command_line_needs_no_quotation_marks() {
    let page = "//- /sites/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ vars.word }}\n";
    for text in ["01000", "aller-et-x", "a=b", "c'est dit", "1.2.3", "- non", "[12", "vrai"] {
        let built = Built::with(&[page], &["--set", &format!("vars.word={text}")]);
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
    let built =
        Built::of(&[page, part, group, &tenant("r/d/a", "vars = { title = \"A\", part = \"A\", prt = \"A\" }")]);
    let found = built.one("unused-value");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("warning"), "sites/r/d/a/site.toml:3:41"));
    assert!(hint(&found).contains("`part`"), "{found}");
    assert_eq!(built.findings().len(), 1, "{}", built.outcome.stdout);
}

/// A group's value is used if any tenant below uses it.
#[test]
fn a_groups_value_that_no_tenant_uses_is_a_warning() {
    let page = "//- /sites/r/d/a/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n{{ vars.used }}\n";
    let built = Built::of(&[page, "//- /sites/r/group.toml\nvars.used = \"x\"\nvars.unused = \"x\"\n"]);
    assert_eq!(built.outcome.code, 0);
    let found = built.one("unused-value");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("warning"), "sites/r/group.toml:2:15"));
}

/// One run of `build` over the base and what a test adds to it.
struct Built {
    workspace: Workspace,
    outcome: Outcome,
    report: Value,
}

impl Built {
    fn of(files: &[&str]) -> Self {
        Self::with(files, &[])
    }

    fn with(files: &[&str], args: &[&str]) -> Self {
        let workspace = workspace(files);
        let outcome = Program::new().args(["build", "--format", "json"]).args(args).current_dir(&workspace).run();
        let report = serde_json::from_str(&outcome.stdout).unwrap_or_default();
        assert_ne!(report, Value::Null, "no JSON: {}{}", outcome.stdout, outcome.stderr);
        Self { workspace, outcome, report }
    }

    fn findings(&self) -> &[Value] {
        self.report["findings"].as_array().map_or(&[], Vec::as_slice)
    }

    fn is_clean(&self) {
        assert!(self.findings().is_empty() && self.outcome.code == 0, "{}", self.outcome.stdout);
    }

    fn all(&self, code: &str) -> Vec<Value> {
        self.findings().iter().filter(|found| found["code"] == code).cloned().collect()
    }

    fn one(&self, code: &str) -> Value {
        let mut found = self.all(code);
        assert_eq!(found.len(), 1, "findings `{code}` in {}", self.outcome.stdout);
        found.remove(0)
    }

    /// The only finding, which is an error.
    fn error(&self) -> Value {
        assert_eq!((self.findings().len(), self.outcome.code), (1, 1), "{}", self.outcome.stdout);
        assert_eq!(self.findings()[0]["severity"], "error");
        self.findings()[0].clone()
    }

    fn status(&self, tenant: &str) -> String {
        let mut tenants = self.report["tenants"].as_array().into_iter().flatten();
        let found = tenants.find(|found| found["id"] == tenant).cloned().unwrap_or_default();
        found["status"].as_str().unwrap_or_default().to_owned()
    }

    fn exists(&self, page: &str) -> bool {
        self.workspace.holds(&format!("dist/{page}index.html"))
    }

    fn html(&self, page: &str) -> String {
        assert!(self.exists(page), "no page `{page}`: {}", self.outcome.stdout);
        self.workspace.read(&format!("dist/{page}index.html"))
    }

    /// The text of a page, as HTML.
    fn main(&self, page: &str) -> String {
        between(&self.html(page), "<main>", "</main>").trim().to_owned()
    }
}

/// The base, with files of a test over it; a later file replaces an earlier one.
fn workspace(files: &[&str]) -> Workspace {
    let workspace = Workspace::with_theme(BASE);
    for text in files {
        workspace.add_text(text);
    }
    workspace
}

/// The settings of a tenant with more lines; the first of them is line 3.
fn tenant(path: &str, lines: &str) -> String {
    let id = path.rsplit('/').next().unwrap_or(path);
    format!(
        "//- /sites/{path}/site.toml\nname = \"{}\"\nbase_url = \"https://{id}.example\"\n{lines}\n",
        id.to_uppercase()
    )
}

fn between(text: &str, start: &str, end: &str) -> String {
    let after = text.split_once(start).map_or("", |(_, after)| after);
    after.split_once(end).map_or("", |(inner, _)| inner).to_owned()
}

/// `file:line:column` of a finding.
fn place(finding: &Value) -> String {
    format!("{}:{}:{}", finding["file"].as_str().unwrap_or_default(), finding["line"], finding["column"])
}

fn message(finding: &Value) -> &str {
    finding["message"].as_str().unwrap_or_default()
}

fn hint(finding: &Value) -> &str {
    finding["hint"].as_str().unwrap_or_default()
}
