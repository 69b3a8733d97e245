//! Rows 31 to 36: links, loops of links, pipes and sockets in the place of files and folders.

use std::fs;
use std::os::unix::net::UnixListener;

use tenantry_testkit::{Program, Workspace};

use super::{CANARY, build, build_with, built, check, finding, fleet};
use crate::report::{dist, with_status};

/// Row 31 for the files of a tenant: documents, parts, static files, in folders of their own or not.
#[test]
fn fault_031_a_symlinked_file_is_refused() {
    for place in ["content/more.fr.md", "content/_parts/more.fr.md", "static/more.txt", "static/deep/more.txt"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.symlink("/etc/passwd", &format!("sites/north/alpha/{place}"));
        });
    }
}

/// Row 31 for the files that make a folder a tenant: the tenant does not vanish, it fails.
#[test]
fn fault_031_a_symlinked_site_file_fails_its_tenant() {
    check("not-a-file", "sites/north/alpha/site.toml", |workspace| {
        replace_by_link(workspace, "sites/north/alpha/site.toml");
    });
}

/// Row 31 for the catalogue of a tenant.
#[test]
fn fault_031_a_symlinked_catalogue_fails_its_tenant() {
    check("not-a-file", "sites/north/alpha/cookies.toml", |workspace| {
        workspace.write("outside/cookies.toml", "provider.x.name = \"X\"\n");
        workspace.symlink(workspace.at("outside/cookies.toml"), "sites/north/alpha/cookies.toml");
    });
}

/// Row 31 for the settings of a group: the tenants below must not be built without what it says.
#[test]
fn fault_031_a_symlinked_group_file_fails_the_tenants_below() {
    let workspace = fleet();
    let before = built(&workspace);
    replace_by_link(&workspace, "sites/north/group.toml");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "sites/north/group.toml");
    assert_eq!(with_status(&report, "failed"), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// Row 31 for the theme: nothing is read through a link, and nothing is written without its file.
#[test]
fn fault_031_a_symlinked_file_of_a_theme_is_refused() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.symlink("/etc/passwd", "themes/plain/static/more.txt");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "themes/plain/static/more.txt");
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// Row 32: a link in the middle of a path, below `content/` and `static/` and in their place.
#[test]
fn fault_032_a_symlinked_folder_is_refused() {
    for place in ["content/deep", "static/deep", "static/one/two", "content", "static"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.write("outside/secret.fr.md", CANARY);
            workspace.symlink(workspace.at("outside"), &format!("sites/north/alpha/{place}"));
        });
    }
}

/// Row 32 for the folder of a tenant: the others are built, and its own output stays, with `--prune` too.
#[test]
fn fault_032_a_symlinked_tenant_folder_stops_nobody_else() {
    let workspace = fleet();
    let before = built(&workspace);
    fs::create_dir(workspace.at("outside")).unwrap();
    fs::rename(workspace.at("sites/north/alpha"), workspace.at("outside/alpha")).unwrap();
    workspace.symlink(workspace.at("outside/alpha"), "sites/north/alpha");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    let (outcome, report) = build_with(&workspace, &["--prune"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "sites/north/alpha");
    let after = dist(&workspace);
    assert_eq!(after.bytes("alpha/index.html"), before.bytes("alpha/index.html"), "its last output is kept");
    for tenant in ["beta", "gamma"] {
        assert!(after.text(&format!("{tenant}/index.html")).contains("Nouveau"), "{tenant} is built");
    }
}

/// Row 33: a link to a file of another tenant.
#[test]
fn fault_033_a_link_to_another_tenants_file_is_refused() {
    for place in ["content/more.fr.md", "static/more.txt"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.write("sites/gamma/content/_parts/secret.fr.md", CANARY);
            let target = workspace.at("sites/gamma/content/_parts/secret.fr.md");
            workspace.symlink(target, &format!("sites/north/alpha/{place}"));
        });
    }
}

/// Row 33: a link to the folder of another tenant would be that tenant a second time.
#[test]
fn fault_033_a_link_to_another_tenants_folder_is_no_tenant() {
    let workspace = fleet();
    workspace.symlink("gamma", "sites/delta");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "sites/delta");
    for tenant in ["alpha", "beta", "gamma"] {
        assert!(workspace.holds(&format!("dist/{tenant}/index.html")), "{tenant} is built");
    }
    assert!(!workspace.holds("dist/delta"));
}

/// Row 34: links that lead round in a circle, or nowhere.
#[test]
fn fault_034_a_link_loop_is_refused() {
    for (target, link) in [(".", "static/loop"), ("loop", "static/loop"), ("../..", "content/up"), ("none", "static/x")]
    {
        check("not-a-file", &format!("sites/north/alpha/{link}"), |workspace| {
            workspace.symlink(target, &format!("sites/north/alpha/{link}"));
        });
    }
}

/// Row 36 in part (no device node is made): a pipe and a socket are refused without being opened.
#[test]
fn fault_036_a_pipe_and_a_socket_are_refused_without_a_hang() {
    for place in ["static/pipe", "content/pipe.fr.md", "cookies.toml"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            make_pipe(workspace, &format!("sites/north/alpha/{place}"));
        });
    }
    check("not-a-file", "sites/north/alpha/static/socket", |workspace| {
        workspace.write("sites/north/alpha/static/kept.txt", "");
        UnixListener::bind(workspace.at("sites/north/alpha/static/socket")).map(drop).unwrap();
    });
}

/// Row 36 in part: a pipe in place of the settings.
#[test]
fn fault_036_a_pipe_in_place_of_site_toml_fails_its_tenant() {
    check("not-a-file", "sites/north/alpha/site.toml", |workspace| {
        workspace.remove("sites/north/alpha/site.toml");
        make_pipe(workspace, "sites/north/alpha/site.toml");
    });
}

fn replace_by_link(workspace: &Workspace, path: &str) {
    workspace.write("outside/file", &workspace.read(path));
    workspace.remove(path);
    workspace.symlink(workspace.at("outside/file"), path);
}

fn make_pipe(workspace: &Workspace, path: &str) {
    fs::create_dir_all(workspace.at(path).parent().unwrap()).unwrap();
    let outcome = Program::at("mkfifo").args([workspace.at(path)]).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}
