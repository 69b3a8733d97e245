//! A file becomes a folder of its name, and the other way round, in one publish.

use super::{done, edit, fleet, published, shown, shows_what_was_built, tenantry};

const STATIC: &str = "sites/north/alpha/static";

#[test]
fn files_become_folders_and_folders_files_and_back() {
    for layout in ["", "layout = \"in-place\"\n"] {
        let workspace = fleet(layout);
        workspace.write(&format!("{STATIC}/guide"), "a file\n");
        workspace.write(&format!("{STATIC}/help/deep/more.txt"), "in a folder\n");
        workspace.write(&format!("{STATIC}/alone/guide"), "a file, with nothing beside it\n");
        published(&workspace);
        let old = shown(&workspace, "alpha");
        workspace.remove(&format!("{STATIC}/guide"));
        workspace.remove(&format!("{STATIC}/help"));
        workspace.write(&format!("{STATIC}/guide/deep/more.txt"), "in a folder\n");
        workspace.write(&format!("{STATIC}/guide/some.txt"), "in a folder\n");
        workspace.write(&format!("{STATIC}/help"), "a file\n");
        workspace.remove(&format!("{STATIC}/alone"));
        for number in 0..30 {
            workspace.write(&format!("{STATIC}/alone/guide/{number}.txt"), "one of many at once\n");
        }
        published(&workspace);
        shows_what_was_built(&workspace, "alpha");
        done(&workspace, &["rollback", "alpha"]);
        assert_eq!(shown(&workspace, "alpha").difference(&old), [""; 0]);
        done(&workspace, &["publish", "alpha", "--again"]);
        shows_what_was_built(&workspace, "alpha");
    }
}

/// What others put into a folder is not removed for a file of its name, and neither are our files beside it.
#[test]
fn what_is_not_ours_makes_no_way() {
    let workspace = fleet("layout = \"in-place\"\n");
    workspace.write(&format!("{STATIC}/help/more.txt"), "in a folder\n");
    published(&workspace);
    workspace.write("www/alpha/help/deep/theirs.txt", "theirs\n");
    workspace.remove(&format!("{STATIC}/help"));
    workspace.write(&format!("{STATIC}/help"), "a file\n");
    edit(&workspace, "Du nouveau");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "alpha"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("www/alpha/help/deep/theirs.txt` is in the way of a file"), "{}", outcome.stderr);
    assert_eq!(workspace.read("www/alpha/help/more.txt"), "in a folder\n");
    workspace.remove("www/alpha/help/deep");
    std::fs::create_dir(workspace.at("www/alpha/help/uploads")).unwrap();
    let outcome = tenantry(&workspace, &["publish", "alpha"]);
    assert!(outcome.stderr.contains("www/alpha/help/uploads` is in the way of a file"), "{}", outcome.stderr);
    assert_eq!(workspace.read("www/alpha/help/more.txt"), "in a folder\n");
    workspace.remove("www/alpha/help/uploads");
    done(&workspace, &["publish", "alpha"]);
    shows_what_was_built(&workspace, "alpha");
}
