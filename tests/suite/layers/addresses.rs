//! Addresses: slugs, hosts, domains and environments.

use tenantry_testkit::{Program, Tree};

use super::{build, build_with, workspace};
use crate::report::place;

#[test]
fn slugs_nested_paths_and_a_path_in_base_url_make_addresses() {
    let built = build(&[
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
    let built = build(&[
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
    let staging = build_with(&files, &["--env", "staging"]);
    let page = staging.html("a/");
    assert!(page.contains("href=\"https://a.staging.example/a.example/\""), "{page}");
    assert!(page.contains("content=\"noindex\"") && page.contains("<p>essai</p>"), "{page}");
    assert_eq!(staging.main("c/"), "<p>essai</p>", "an environment is nearer than a tenant");
    let online = build(&files);
    online.is_clean();
    assert!(!online.html("a/").contains("noindex") && online.html("a/").contains("href=\"https://a.example/\""));
    assert_eq!([online.main("a/"), online.main("c/")], ["<p>en ligne</p>", "<p>propre</p>"]);
}

#[test]
fn an_environment_is_combined_layer_by_layer() {
    let built = build_with(
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
    workspace.write("sites/group.toml", &text["//- /sites/group.toml\n".len()..].replace("true", "truf"));
    let outcome = Program::new().args(["build", "--env", "staging"]).current_dir(&workspace).run();
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("`sites/group.toml`: "), "what cannot be read is told: {}", outcome.stderr);
}

/// Row 61, for the addresses of an environment: one that does not tell tenants apart.
#[test]
fn fault_061_an_environment_gives_no_two_sites_one_address() {
    let text = "//- /sites/r/d/group.toml\n[env.staging]\nbase_url = \"https://staging.example\"\n";
    let built = build_with(&[text], &["--env", "staging"]);
    assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["failed", "failed", "built"]);
    assert_eq!(built.outcome.code, 1);
}

#[test]
fn an_environment_that_makes_no_address_is_an_error_where_it_is_written() {
    let text = "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\n[env.s]\n\
     base_url = \"https://{group}.example\"\n";
    let built = build_with(&[text], &["--env", "s"]);
    let found = built.all("bad-value");
    assert_eq!(found.len(), 1, "{}", built.outcome.stdout);
    assert_eq!((place(&found[0]), found[0]["tenants"].as_u64()), ("sites/group.toml:4:12".to_owned(), Some(1)));
    assert_eq!(built.status("c"), "failed", "it has no group");
}

#[test]
fn base_urls_are_bound_to_domains() {
    let built = build(&[
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
    let built = build_with(&[group], &["--env", "staging"]);
    assert_eq!([built.status("a"), built.status("b")], ["built", "failed"], "{}", built.outcome.stdout);
}
