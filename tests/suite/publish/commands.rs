//! What the commands do, and what they say.

use std::fs;

use tenantry_testkit::Tree;

use super::{built, current, done, edit, fleet, is_one_file, published, shown, shows_what_was_built, tenantry, told};

#[test]
fn a_first_publish_shows_each_site_whole() {
    let workspace = fleet("");
    let outcome = published(&workspace);
    assert!(outcome.stderr.starts_with("published 2 tenants to `live`: "), "{}", outcome.stderr);
    for tenant in ["alpha", "beta"] {
        shows_what_was_built(&workspace, tenant);
        assert_eq!(current(&workspace, tenant), "1");
    }
    let (there, ours) = (workspace.at("www/alpha/releases/1/index.html"), workspace.at("dist/alpha/index.html"));
    assert!(!is_one_file(&there, &ours), "what a build changes is not to change what is published");
}

#[test]
fn a_publish_of_nothing_writes_nothing() {
    for layout in ["", "layout = \"in-place\"\n"] {
        let workspace = fleet(layout);
        published(&workspace);
        let (before, kept) = (Tree::read(workspace.at("www")), Tree::read(workspace.at("dist")));
        let outcome = done(&workspace, &["publish"]);
        assert!(outcome.stderr.contains("2 unchanged"), "{}", outcome.stderr);
        assert_eq!(Tree::read(workspace.at("www")).rewritten_since(&before), [""; 0]);
        assert_eq!(Tree::read(workspace.at("dist")).difference(&kept), [""; 0]);
    }
}

#[test]
fn a_second_publish_sends_what_changed_and_carries_the_rest() {
    let workspace = fleet("");
    published(&workspace);
    workspace.write("sites/north/alpha/content/index.fr.md", "+++\ntitle = \"Autre\"\n+++\nAutre chose\n");
    let outcome = published(&workspace);
    assert!(
        outcome.stderr.contains("published 1 tenant to `live`: 0 uploaded, 2 changed, 0 removed"),
        "{}",
        outcome.stderr
    );
    shows_what_was_built(&workspace, "alpha");
    assert_eq!((current(&workspace, "alpha").as_str(), current(&workspace, "beta").as_str()), ("2", "1"));
    let file = |release: u32, path: &str| workspace.at(&format!("www/alpha/releases/{release}/{path}"));
    assert!(is_one_file(&file(1, "cookies/index.html"), &file(2, "cookies/index.html")));
    assert_ne!(fs::read(file(1, "index.html")).unwrap(), fs::read(file(2, "index.html")).unwrap());
}

#[test]
fn a_dry_run_says_what_and_why_and_does_nothing() {
    let workspace = fleet("");
    done(&workspace, &["build"]);
    let outcome = done(&workspace, &["publish", "alpha", "--dry-run"]);
    let place = workspace.at("www/alpha").display().to_string();
    let head = format!("alpha: release 1 at `{place}`, which switches the whole site at once: ");
    assert!(outcome.stdout.starts_with(&head), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("\n  upload index.html: first release\n"), "{}", outcome.stdout);
    assert!(!workspace.holds("www"));
    let document = told(&workspace, &["publish", "--dry-run"]);
    assert_eq!(document["summary"]["changed"], 2);
    assert_eq!(document["plan"]["tenants"][1]["tenant"], "beta");
    assert_eq!(document["plan"]["tenants"][1]["steps"][0]["action"], "upload");
}

#[test]
fn a_saved_plan_is_done_as_it_was_approved_or_not_at_all() {
    let workspace = fleet("");
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--save-plan", "plan.json"]);
    assert!(!workspace.holds("www"));
    done(&workspace, &["publish", "--plan", "plan.json"]);
    shows_what_was_built(&workspace, "alpha");
    let outcome = tenantry(&workspace, &["publish", "--plan", "plan.json"]);
    assert_eq!(outcome.code, 3, "{}", outcome.transcript());
    assert!(
        outcome.stderr.contains("the plan in `plan.json` is stale: `alpha` was published since"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn files_are_replaced_one_by_one_where_that_is_asked_for() {
    let workspace = fleet("layout = \"in-place\"\n");
    workspace.write("www/alpha/.tenantry/kept/.nothing", "");
    published(&workspace);
    shows_what_was_built(&workspace, "alpha");
    let old = shown(&workspace, "alpha");
    workspace.remove("sites/content/cookies.fr.md");
    edit(&workspace, "Du nouveau");
    let outcome = published(&workspace);
    assert!(outcome.stderr.contains("removed"), "{}", outcome.stderr);
    shows_what_was_built(&workspace, "alpha");
    assert!(!workspace.at("www/alpha/cookies").exists(), "empty folders go");
    done(&workspace, &["rollback", "alpha"]);
    assert_eq!(shown(&workspace, "alpha").difference(&old), [""; 0]);
    let plan = done(&workspace, &["publish", "--dry-run"]);
    assert!(plan.stdout.contains("1 tenant waits, since it was taken back: --again publishes it"), "{}", plan.stdout);
    done(&workspace, &["publish", "alpha", "--again"]);
    shows_what_was_built(&workspace, "alpha");
}

#[test]
fn a_release_is_taken_back_by_one_link() {
    let workspace = fleet("keep_releases = 2\n");
    published(&workspace);
    for text in ["Deux", "Trois"] {
        edit(&workspace, text);
        published(&workspace);
    }
    let lines = done(&workspace, &["releases", "alpha"]).stdout;
    let heads: Vec<&str> = lines.lines().filter_map(|line| line.split("  20").next()).collect();
    assert_eq!(heads, ["* alpha  release 3", "  alpha  release 2"], "{lines}");
    assert!(!workspace.at("www/alpha/releases/1").exists(), "older ones are pruned");
    let outcome = done(&workspace, &["rollback", "alpha", "beta"]);
    assert!(outcome.stdout.starts_with("alpha: release 2 is shown again at "), "{}", outcome.stdout);
    assert_eq!(current(&workspace, "alpha"), "2");
    let gone = tenantry(&workspace, &["rollback", "alpha", "--release", "1"]);
    assert_eq!(gone.code, 1, "{}", gone.transcript());
    let outcome = done(&workspace, &["publish"]);
    assert!(outcome.stderr.contains("2 tenants wait, since they were taken back"), "{}", outcome.stderr);
    edit(&workspace, "Quatre");
    published(&workspace);
    assert_eq!(current(&workspace, "alpha"), "4");
    assert!(shown(&workspace, "alpha").text("index.html").contains("Quatre"));
}

#[test]
fn what_a_run_published_is_taken_back_by_its_id() {
    let workspace = fleet("");
    published(&workspace);
    edit(&workspace, "Deux");
    done(&workspace, &["build"]);
    let run = told(&workspace, &["publish", "alpha"])["run"].as_str().unwrap_or_default().to_owned();
    let outcome = tenantry(&workspace, &["rollback", "--run", &run]);
    assert_eq!(outcome.code, 3, "a whole run is confirmed: {}", outcome.transcript());
    done(&workspace, &["rollback", "--run", &run, "--yes"]);
    assert_eq!((current(&workspace, "alpha").as_str(), current(&workspace, "beta").as_str()), ("1", "1"));
}

#[test]
fn old_assets_stay_for_readers_of_old_pages() {
    let workspace = fleet("");
    published(&workspace);
    let old =
        built(&workspace, "alpha").paths().into_iter().find(|path| path.starts_with("assets/")).map(str::to_owned);
    let old = old.unwrap_or_default();
    workspace.write("themes/plain/static/style.css", "body { color: red }\n");
    published(&workspace);
    let now = shown(&workspace, "alpha");
    assert!(now.bytes(&old).is_some() && built(&workspace, "alpha").bytes(&old).is_none(), "{:?}", now.paths());
    edit(&workspace, "Encore");
    published(&workspace);
    assert!(shown(&workspace, "alpha").bytes(&old).is_some());
}

#[test]
fn fault_115_same_size_and_time_and_other_bytes_are_sent() {
    let workspace = fleet("");
    edit(&workspace, "Page 1");
    published(&workspace);
    edit(&workspace, "Page 2");
    published(&workspace);
    assert!(shown(&workspace, "alpha").text("index.html").contains("Page 2"));
}

#[test]
fn a_program_is_given_the_folder_of_each_tenant_that_changed() {
    let workspace = fleet("");
    let out = workspace.at("said").display().to_string();
    let script = format!("echo \"$1 $(cd $2 && ls index.html)\" >> {out}; test ! -e {out}.fails");
    workspace.write("deploy.sh", &script);
    let deploy = workspace.at("deploy.sh").display().to_string();
    let arguments = format!("[\"{deploy}\", \"{{domain}}\", \"{{folder}}\"]");
    let target = format!("\n[publish.other]\nkind = \"command\"\nprogram = \"sh\"\narguments = {arguments}\n");
    workspace.append("sites/group.toml", &target);
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--to", "other", "--yes"]);
    let mut said: Vec<String> = workspace.read("said").lines().map(str::to_owned).collect();
    said.sort();
    assert_eq!(said, ["alpha.example.org index.html", "beta.example.org index.html"]);
    let outcome = done(&workspace, &["publish", "--to", "other"]);
    assert!(outcome.stderr.contains("2 unchanged"), "{}", outcome.stderr);
    assert_eq!(workspace.read("said").lines().count(), 2);

    workspace.write("said.fails", "");
    edit(&workspace, "Du nouveau");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "alpha", "--to", "other"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("`sh` ended with exit status: 1"), "{}", outcome.stderr);
    workspace.remove("said.fails");
    done(&workspace, &["publish", "alpha", "--to", "other"]);
    assert_eq!(tenantry(&workspace, &["rollback", "alpha", "--to", "other"]).code, 1);
}
