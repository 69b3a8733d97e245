//! Rows 31 to 37: links, loops of links, pipes, sockets and devices in the place of files and folders.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::chown;
use std::os::unix::net::UnixListener;
use std::thread;
use std::time::{Duration, Instant};

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

/// Row 35: a second name of a file of somebody else.
#[test]
fn fault_035_a_hard_link_to_a_file_of_another_owner_is_refused() {
    if !can_give_away() {
        return; // Only root can; whoever is not root cannot make such a link either.
    }
    for place in ["content/more.fr.md", "static/more.txt", "cookies.toml"] {
        let path = format!("sites/north/alpha/{place}");
        let found = check("disk", &path, |workspace| {
            let parts = workspace.at("sites/gamma/content/_parts");
            let secret = parts.join("secret.fr.md");
            workspace.write("sites/gamma/content/_parts/secret.fr.md", CANARY);
            [&parts, &secret].into_iter().for_each(|path| chown(path, Some(1), None).unwrap());
            fs::create_dir_all(workspace.at(&path).parent().unwrap()).unwrap();
            fs::hard_link(&secret, workspace.at(&path)).unwrap();
        });
        assert!(found["message"].as_str().unwrap().contains("hard link"), "{found}");
    }
}

/// Row 35: files of one owner that have several names are no fault, as `cp -al` leaves them.
#[test]
fn fault_035_copies_made_of_hard_links_are_built() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/static/logo.txt", "logo");
    let before = built(&workspace);
    let copy = Workspace::in_memory();
    for folder in ["sites", "themes"] {
        let outcome = Program::at("cp").args(["-al".as_ref(), workspace.at(folder).as_os_str()]).args([copy.path()]);
        assert_eq!(outcome.run().code, 0);
    }
    assert_eq!(built(&copy).difference(&before), [""; 0]);
}

/// Row 36: a pipe and a socket are refused without being opened.
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

/// Row 36: a device, which would never end.
#[test]
fn fault_036_a_device_is_refused_without_a_hang() {
    let workspace = Workspace::empty();
    let make = |workspace: &Workspace, path: &str| {
        fs::create_dir_all(workspace.at(path).parent().unwrap()).unwrap();
        let zero = [workspace.at(path).as_os_str(), "c".as_ref(), "1".as_ref(), "5".as_ref()].map(ToOwned::to_owned);
        Program::at("mknod").args(zero).run().code == 0
    };
    if !make(&workspace, "zero") {
        return; // Only root can; whoever is not root cannot make one in a tenant's folder either.
    }
    for place in ["static/zero", "content/zero.fr.md", "cookies.toml"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            assert!(make(workspace, &format!("sites/north/alpha/{place}")));
        });
    }
}

/// Row 37: a folder that is swapped for a link while builds read it. What it leads to is never in the output.
#[test]
fn fault_037_a_folder_that_is_swapped_for_a_link_shows_nothing_of_another() {
    let workspace = fleet();
    let page = |text: &str| format!("+++\ntitle = \"Accueil\"\n+++\n{text}\n");
    for (tenant, text) in [("sites/north/alpha", "own"), ("sites/gamma", CANARY)] {
        workspace.write(&format!("{tenant}/content/index.fr.md"), &page(text));
        workspace.write(&format!("{tenant}/content/deep/er.fr.md"), &page(text));
    }
    workspace.write("sites/gamma/content/secret.fr.md", &page(CANARY));
    workspace.symlink("../../gamma/content", "sites/north/alpha/.link");
    let [folder, link, aside] =
        ["content", ".link", ".aside"].map(|name| workspace.at(&format!("sites/north/alpha/{name}")));
    let end = Instant::now() + Duration::from_secs(3);
    let (mut whole, mut failed) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while Instant::now() < end {
                for (from, to) in [(&folder, &aside), (&link, &folder), (&folder, &link), (&aside, &folder)] {
                    fs::rename(from, to).unwrap();
                    thread::sleep(Duration::from_micros(200));
                }
            }
        });
        while Instant::now() < end {
            let (outcome, report) = build_with(&workspace, &["--clean"]);
            failed += usize::from(with_status(&report, "failed") == ["alpha"]);
            whole += usize::from(outcome.code == 0);
            let alpha = dist(&workspace).below("alpha");
            let leaks = alpha.entries.iter().find(|(_, entry)| String::from_utf8_lossy(&entry.bytes).contains(CANARY));
            assert!(leaks.is_none(), "{:?} holds what is another's: {}", leaks.unwrap().0, outcome.stdout);
        }
    });
    assert!(whole > 0 && failed > 0, "the two did not meet: {whole} builds were whole, {failed} failed");
}

/// Row 36: a pipe in place of the settings.
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

/// Whether the tester may give a file to another user.
fn can_give_away() -> bool {
    let workspace = Workspace::from_text("//- /file\n\n");
    match chown(workspace.at("file"), Some(1), None) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => false,
        given => given.map(|()| true).unwrap(),
    }
}

fn make_pipe(workspace: &Workspace, path: &str) {
    fs::create_dir_all(workspace.at(path).parent().unwrap()).unwrap();
    let outcome = Program::at("mkfifo").args([workspace.at(path)]).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}
