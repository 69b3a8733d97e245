//! Which documents, parts and files are used, and what layers say of pages.

use serde_json::Value;
use tenantry_testkit::Tree;

use super::{build, tenant};
use crate::report::{hint, place};

#[test]
fn documents_parts_and_files_of_the_nearest_layer_are_used() {
    let built = build(&[
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
    let built = build(&[page, part, "//- /sites/r/d/a/content/_parts/dpo.fr.md\n"]);
    assert_eq!((built.main("a/").trim(), built.main("b/").contains("dpo")), ("<p>top</p>", true));
    let found = built.error();
    assert_eq!((place(&found), found["tenants"].as_u64()), ("sites/content/index.fr.md:6:1".to_owned(), Some(1)));
    assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["built", "built", "failed"]);
}

/// Row 108, before publishing: a tenant of which nothing is left is no success.
#[test]
fn fault_108_a_site_without_pages_is_told() {
    let built = build(&[&tenant("r/d/a", "languages = [\"en\"]"), &tenant("r/d/b", "pages.index = false")]);
    for id in ["a", "b"] {
        let about = |found: &&Value| found["examples"].as_array().is_some_and(|ids| ids.iter().any(|it| it == id));
        let told = built.findings().iter().find(about);
        assert!(told.is_some(), "`{id}` has no page, and nobody says so: {}", built.outcome.stdout);
    }
    assert_eq!(built.status("c"), "built");
}

#[test]
fn pages_are_removed_and_brought_back() {
    let page = "//- /sites/content/legal.fr.md\n+++\ntitle = \"Mentions\"\n+++\nx\n";
    let built =
        build(&[page, "//- /sites/r/group.toml\npages.legal = false\n", &tenant("r/d/a", "pages.legal = true")]);
    built.is_clean();
    assert_eq!([built.exists("a/legal/"), built.exists("b/legal/"), built.exists("c/legal/")], [true, false, true]);
}

#[test]
fn pages_are_dated_and_named_without_copying_them() {
    let built = build(&[
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
    let built = build(&[&tenant("r/d/a", "pages.indx.updated = 2026-12-01")]);
    let found = built.one("unknown-page");
    assert_eq!((place(&found), found["severity"].as_str()), ("sites/r/d/a/site.toml:3:22".to_owned(), Some("warning")));
    assert!(hint(&found).contains("`index`"), "{found}");
}
