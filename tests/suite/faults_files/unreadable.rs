//! Rows 46 and 47: what cannot be read or may not be published fails its tenant, and removes nothing.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::{CANARY, build, build_with, built, check, check_any, finding, fleet};
use crate::report::{dist, with_status};

/// Row 46 in part (nothing is deleted while the program looks): a file that cannot be read fails its tenant only.
#[test]
fn fault_046_an_unreadable_file_fails_its_tenant() {
    for place in ["content/index.fr.md", "static/logo.svg", "cookies.toml", "site.toml"] {
        let found = check_any(&format!("sites/north/alpha/{place}"), |workspace| {
            let path = format!("sites/north/alpha/{place}");
            if !workspace.holds(&path) {
                workspace.write(&path, "");
            }
            fs::set_permissions(workspace.at(&path), Permissions::from_mode(0o000)).unwrap();
        });
        assert!(found["message"].as_str().unwrap().contains("ermission denied"), "{found}");
    }
}

/// Row 46 in part: the same for a folder, whose files must not be taken for gone.
#[test]
fn fault_046_an_unreadable_folder_fails_its_tenant() {
    for place in ["content", "static"] {
        let folder = format!("sites/north/alpha/{place}");
        check_any(&folder, |workspace| {
            workspace.write(&format!("{folder}/kept"), "");
            fs::set_permissions(workspace.at(&folder), Permissions::from_mode(0o000)).unwrap();
        });
    }
}

/// Row 46 in part: a tenant whose whole folder cannot be listed has not vanished, and stops nobody else.
#[test]
fn fault_046_an_unreadable_tenant_folder_is_not_pruned() {
    let workspace = fleet();
    let before = built(&workspace);
    let folder = workspace.at("sites/north/alpha");
    fs::set_permissions(&folder, Permissions::from_mode(0o000)).unwrap();
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    let (outcome, report) = build_with(&workspace, &["--prune"]);
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "disk", "sites/north/alpha");
    let after = dist(&workspace);
    assert_eq!(after.bytes("alpha/index.html"), before.bytes("alpha/index.html"));
    assert!(after.text("beta/index.html").contains("Nouveau") && after.text("gamma/index.html").contains("Nouveau"));
}

/// Row 46 in part: the tenants of a group that cannot be listed are not told to be gone, and are not removed.
#[test]
fn fault_046_tenants_of_an_unreadable_group_are_not_gone() {
    let workspace = fleet();
    let before = built(&workspace);
    let folder = workspace.at("sites/north");
    fs::set_permissions(&folder, Permissions::from_mode(0o000)).unwrap();
    let (kept, report) = build_with(&workspace, &[]);
    let (pruned, refusal) = build_with(&workspace, &["--prune"]);
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    assert_eq!((kept.code, &report["vanished"]), (1, &serde_json::Value::Null), "{}", kept.stdout);
    finding(&report, "disk", "sites/north");
    let error = refusal["error"].as_str().unwrap();
    assert!(pruned.code == 3 && error.contains("`sites/north`") && error.contains("ermission denied"), "{error}");
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// Row 47: files that hosts and browsers obey are written by the program, never supplied.
#[test]
fn fault_047_files_that_hosts_obey_are_refused() {
    let names = [
        "_headers",
        "_Headers",
        "_redirects",
        "_routes.json",
        "_worker.js",
        "functions/x.js",
        "CNAME",
        ".htaccess",
        "deep/.htaccess",
        ".nojekyll",
        "sw.js",
        "service-worker.js",
        ".git/hooks/x",
        ".GIT/hooks/x",
        "deep/.Git/config",
        ".well-known/security.txt",
        "robots.txt",
        "404.html",
    ];
    for name in names {
        check("refused-file", &format!("sites/north/alpha/static/{name}"), |workspace| {
            workspace.write(&format!("sites/north/alpha/static/{name}"), CANARY);
        });
    }
}

/// Row 47 in a shared layer: the tenants that the file was meant for are not built without it.
#[test]
fn fault_047_a_refused_shared_file_fails_the_tenants_below() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/north/static/_headers", CANARY);
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let found = finding(&report, "refused-file", "sites/north/static/_headers");
    assert_eq!(found["tenants"], 2);
    assert_eq!(with_status(&report, "failed"), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// A shared file that cannot be taken any more is an error, not the removal of that file from every site.
#[test]
fn a_shared_file_that_is_too_large_is_not_removed_from_the_output() {
    let workspace = fleet();
    workspace.write("sites/north/static/shared.pdf", "small");
    let before = built(&workspace);
    let file = fs::File::options().write(true).open(workspace.at("sites/north/static/shared.pdf")).unwrap();
    file.set_len(26 << 20).unwrap();
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "too-large", "sites/north/static/shared.pdf");
    assert_eq!(with_status(&report, "failed"), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// A shared page whose file has lost its language is an error, not the removal of that page from every site.
#[test]
fn a_shared_page_without_a_language_is_not_removed_from_the_output() {
    let workspace = fleet();
    workspace.write("sites/north/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    let before = built(&workspace);
    fs::rename(workspace.at("sites/north/content/more.fr.md"), workspace.at("sites/north/content/more.md")).unwrap();
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "no-language", "sites/north/content/more.md");
    assert_eq!(with_status(&report, "failed"), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}
