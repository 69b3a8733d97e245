//! `export` as a command: where the files lie, what is left out, what is written where.

use serde_json::json;
use tenantry_testkit::Workspace;

use crate::report::{json, run};

fn workspace() -> Workspace {
    let workspace = Workspace::with_theme(
        r#"
//- /sites/group.toml
theme = "plain"
languages = ["en"]
//- /sites/content/index.en.md
+++
title = "Home"
+++
Hello
//- /sites/g/group.toml
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
//- /sites/b/site.toml
name = "B"
base_url = "https://b.example"
"#,
    );
    assert_eq!(run(&workspace, &["build"]).code, 0);
    workspace
}

#[test]
fn the_web_root_is_named_for_each_tenant() {
    let workspace = workspace();
    let nginx = |args: &[&str]| run(&workspace, &[&["export", "nginx"], args].concat());
    let named = nginx(&["--root", "/srv/{group}/{tenant}/{domain}/current/"]).stdout;
    assert!(named.contains("alias \"/srv/g/a/a.example/current/\";"), "{named}");
    let built = nginx(&["g"]).stdout;
    assert!(built.contains(&format!("alias \"{}/\";", workspace.at("dist/a").display())), "{built}");
    assert!(!built.contains("b.example"), "{built}");
    for (root, told) in [
        ("/srv/www", "`/srv/www` is one folder for 2 tenants"),
        ("/srv/{client}", "`{client}` is not known"),
        ("srv/{tenant}", "`srv/{tenant}` is no whole path"),
    ] {
        let refused = nginx(&["--root", root]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
    }
    assert_eq!(nginx(&["a", "--root", "/srv/www"]).code, 0);
    assert_eq!(nginx(&["--listen", "0"]).code, 2);
    assert_eq!(nginx(&["--listen", "80; return"]).code, 2);
}

/// Tenants of one host, or of one group, have one folder each, whatever the name of the folder says.
#[test]
fn no_folder_is_two_tenants() {
    let workspace = workspace();
    workspace.write("sites/g/c/site.toml", "name = \"C\"\nbase_url = \"https://a.example/legal\"\n");
    assert_eq!(run(&workspace, &["build"]).code, 0);
    for (root, folder) in [("/srv/{domain}", "/srv/a.example"), ("/srv/{group}/", "/srv/g")] {
        for server in ["nginx", "caddy"] {
            let refused = run(&workspace, &["export", server, "--root", root]);
            assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{root}");
            let told = format!("--root: `{folder}` is one folder for `a` and `c`");
            assert!(refused.stderr.contains(&told), "{}", refused.stderr);
        }
        assert_eq!(run(&workspace, &["export", "nginx", "a", "b", "--root", root]).code, 0, "{root}");
    }
}

#[test]
fn who_has_no_whole_output_is_left_out_and_told() {
    let workspace = workspace();
    workspace.write("dist/.tenantry/manifests/b.next", "");
    workspace.write("sites/c/site.toml", "name = \"C\"\nbase_url = \"https://c.example\"\n");
    let outcome = run(&workspace, &["export", "caddy", "--format", "json"]);
    assert_eq!(outcome.code, 1);
    let document = json(&outcome);
    assert_eq!(document["tenants"], json!(["a"]));
    let told: Vec<_> = document["findings"].as_array().unwrap().iter().map(|found| found["code"].clone()).collect();
    assert_eq!(told, ["not-built", "not-built"]);
    assert!(document["files"][0]["text"].as_str().unwrap().contains("https://a.example {"));
}

#[test]
fn files_are_written_into_a_folder() {
    let workspace = workspace();
    let outcome = run(&workspace, &["export", "nginx", "--out", "server", "--format", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
    assert_eq!(json(&outcome)["files"], json!([{ "name": "tenantry.conf", "path": "server/tenantry.conf" }]));
    let printed = run(&workspace, &["export", "nginx"]);
    assert_eq!(workspace.read("server/tenantry.conf"), printed.stdout);
    assert!(printed.stderr.ends_with("wrote 2 sites\n"), "{}", printed.stderr);
}
