//! What is refused, and with which code.

use super::{current, done, edit, fleet, published, shown, tenantry, told};

#[test]
fn sources_that_changed_since_the_build_are_told_first() {
    let workspace = fleet("");
    published(&workspace);
    edit(&workspace, "Du nouveau");
    let outcome = tenantry(&workspace, &["publish", "--yes"]);
    assert_eq!(outcome.code, 3, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("sources of 2 tenants changed since the build of 20"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("run `tenantry build`"), "{}", outcome.stderr);
    assert_eq!(current(&workspace, "alpha"), "1");
}

#[test]
fn a_target_that_changed_counts_as_a_change() {
    let workspace = fleet("");
    published(&workspace);
    workspace.append("sites/group.toml", "keep_releases = 3\n");
    assert_eq!(tenantry(&workspace, &["publish"]).code, 3);
    let before = tenantry_testkit::Tree::read(workspace.at("dist/alpha"));
    done(&workspace, &["build"]);
    assert_eq!(tenantry_testkit::Tree::read(workspace.at("dist/alpha")).rewritten_since(&before), [""; 0]);
    done(&workspace, &["publish"]);
}

#[test]
fn a_tenant_that_cannot_be_built_is_named_and_left_as_it_is() {
    let workspace = fleet("");
    published(&workspace);
    workspace.write("sites/north/beta/content/index.fr.md", "+++\ntitle = \n+++\n");
    workspace.write("sites/north/alpha/content/index.fr.md", "+++\ntitle = \"Autre\"\n+++\nAutre\n");
    assert_eq!(tenantry(&workspace, &["build"]).code, 1);
    let outcome = tenantry(&workspace, &["publish", "--yes"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("sites/north/beta/content/index.fr.md"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("1 cannot be built: `beta`"), "{}", outcome.stderr);
    assert_eq!((current(&workspace, "alpha").as_str(), current(&workspace, "beta").as_str()), ("2", "1"));
    done(&workspace, &["rollback", "alpha"]);
}

#[test]
fn the_fleet_is_confirmed_and_single_tenants_are_not() {
    let workspace = fleet("");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish"]);
    assert_eq!(outcome.code, 3, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("--yes confirms it without a terminal"), "{}", outcome.stderr);
    assert!(!workspace.holds("www"));
    done(&workspace, &["publish", "alpha"]);
    assert!(!workspace.at("www/beta").exists());
}

#[test]
fn several_targets_and_none_named_are_listed() {
    let workspace = fleet("\n[publish.staging]\nkind = \"dir\"\npath = \"/srv/{tenant}\"\n");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "--yes"]);
    assert_eq!(outcome.code, 2, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("there are several targets: `live` (2 tenants), `staging` (2 tenants)"));
    let outcome = tenantry(&workspace, &["publish", "--yes", "--to", "stagin"]);
    assert_eq!(outcome.code, 2, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("did you mean `staging`?"), "{}", outcome.stderr);
    done(&workspace, &["publish", "--yes", "--to", "live"]);
}

#[test]
fn no_target_at_all_is_told_with_what_one_looks_like() {
    let workspace = fleet("");
    workspace.write("sites/group.toml", "theme = \"plain\"\nlanguages = [\"fr\"]\n");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish"]);
    assert_eq!(outcome.code, 2, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("there is no target to publish to"), "{}", outcome.stderr);
}

#[test]
fn fault_110_a_folder_without_our_mark_is_refused() {
    for layout in ["", "layout = \"in-place\"\n"] {
        let workspace = fleet(layout);
        workspace.write("www/alpha/theirs.html", "theirs");
        done(&workspace, &["build"]);
        let outcome = tenantry(&workspace, &["publish", "--yes"]);
        assert_eq!(outcome.code, 3, "{}", outcome.transcript());
        assert!(outcome.stderr.contains("holds something, and was not made by a publish"), "{}", outcome.stderr);
        assert!(workspace.at("www/beta/.tenantry/site.json").exists(), "the others are published");
        done(&workspace, &["publish", "alpha", "--force"]);
        assert_eq!(workspace.read("www/alpha/theirs.html"), "theirs");
    }
}

#[test]
fn fault_110_two_tenants_with_one_place_are_refused() {
    let workspace = fleet("");
    let path = workspace.at("www/all").display().to_string();
    workspace.append("sites/group.toml", &format!("\n[publish.one]\nkind = \"dir\"\npath = \"{path}\"\n"));
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "--to", "one", "--yes"]);
    assert_eq!(outcome.code, 3, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("2 tenants are published to"), "{}", outcome.stderr);
    done(&workspace, &["publish", "alpha", "--to", "one"]);
    let outcome = tenantry(&workspace, &["publish", "beta", "--to", "one", "--force"]);
    assert!(outcome.stderr.contains("the place is that of the tenant `alpha`"), "{}", outcome.stderr);
    assert!(shown(&workspace, "all").text("index.html").contains("Alpha"));
}

#[test]
fn fault_108_a_site_that_lost_its_pages_is_refused() {
    let workspace = fleet("max_removed = 40\n");
    published(&workspace);
    workspace.remove("sites/content/cookies.fr.md");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "--yes"]);
    assert_eq!(outcome.code, 3, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("1 of its 2 pages would be gone, more than 40 %"), "{}", outcome.stderr);
    assert_eq!(current(&workspace, "alpha"), "1");
    done(&workspace, &["publish", "--yes", "--force"]);
    assert_eq!(current(&workspace, "alpha"), "2");
}

#[test]
fn output_that_was_edited_by_hand_is_not_published() {
    let workspace = fleet("");
    done(&workspace, &["build"]);
    let index = workspace.read("dist/alpha/index.html");
    workspace.write("dist/alpha/index.html", &index.replace("Bonjour", "Bonsoir"));
    let outcome = tenantry(&workspace, &["publish", "--yes"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("`index.html` is not as it was built"), "{}", outcome.stderr);
    assert!(!workspace.at("www/alpha/current").exists() && workspace.at("www/beta/current").exists());
}

#[test]
fn mistakes_in_a_target_are_told_with_their_place_and_what_was_meant() {
    for (lines, words, hint) in [
        ("kind = \"dirr\"", "`dirr` is no kind of target", "did you mean `dir`?"),
        ("kind = \"dir\"\npaht = \"/srv\"", "a target of kind `dir` has no key `paht`", "did you mean `path`?"),
        ("kind = \"dir\"", "the target `x` of kind `dir` has no `path`", "it says the folder of the tenant"),
        ("path = \"/srv/{tenant}\"", "the target `x` has no `kind`", "add the line: kind = \"dir\""),
        ("kind = \"dir\"\npath = \"srv/{tenant}\"", "`path`: `srv/{tenant}` does not begin with `/`", ""),
        ("kind = \"dir\"\npath = \"/srv/{tenat}\"", "`{tenat}` is not known", ""),
        ("kind = \"dir\"\npath = \"/srv/../{tenant}\"", "holds `.` or `..`", ""),
        ("kind = \"dir\"\npath = 1", "`path`: expected text, found a whole number", ""),
        ("kind = \"dir\"\npath = \"/a\"\nkeep_releases = 0", "`keep_releases`: 0 is not between 1 and 1000", ""),
        ("kind = \"dir\"\npath = \"/a\"\nlayout = \"inplace\"", "`inplace` is not known", "did you mean `in-place`?"),
        ("kind = \"ssh\"\npath = \"/a\"\nhost = \"-oProxyCommand=x\"", "begins with a hyphen", ""),
        ("kind = \"ssh\"\npath = \"/a\"\nhost = \"a;b\"", "`;` cannot stand in it", ""),
    ] {
        let workspace = fleet(&format!("\n[publish.x]\n{lines}\n"));
        let outcome = tenantry(&workspace, &["build"]);
        assert_eq!(outcome.code, 1, "{lines}: {}", outcome.transcript());
        // Brackets of words are filled in before the rest is looked at.
        let words = words.replace("srv/{tenant}` does", "srv/alpha` does");
        assert!(outcome.stderr.contains(&words) && outcome.stderr.contains(hint), "{lines}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("--> sites/group.toml:"), "{lines}: {}", outcome.stderr);
    }
}

#[test]
fn a_nearer_layer_changes_a_target_or_starts_it_afresh() {
    let workspace = fleet("");
    let path = workspace.at("elsewhere").display().to_string();
    workspace.write("sites/north/group.toml", &format!("publish.live.path = \"{path}/{{group}}-{{domain}}\"\n"));
    published(&workspace);
    assert!(workspace.at("elsewhere/north-alpha.example.org/current").exists());
    workspace.write("sites/north/group.toml", "[publish.live]\nkind = \"git\"\n");
    let outcome = tenantry(&workspace, &["build"]);
    assert!(outcome.stderr.contains("the target `live` of kind `git` has no `remote`"), "{}", outcome.stderr);
}

#[test]
fn a_refusal_is_told_to_machines_too() {
    let workspace = fleet("");
    workspace.write("www/alpha/theirs.html", "theirs");
    done(&workspace, &["build"]);
    let document = told(&workspace, &["publish", "--yes"]);
    assert_eq!((&document["ok"], &document["command"]), (&false.into(), &"publish".into()));
    assert_eq!(document["tenants"][0]["status"], "refused");
    assert_eq!(document["tenants"][0]["problem"]["code"], "foreign-place");
    assert_eq!(document["findings"][0]["code"], "foreign-place");
}
