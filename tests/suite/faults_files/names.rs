//! Rows 41 and 42: names with control characters or quotation marks, and names that are no UTF-8.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use tenantry_testkit::Workspace;

use super::{CANARY, build, check, check_any, finding, fleet, tenantry};

/// Row 41: names that a terminal or a shell would obey are refused, and shown as escapes.
#[test]
fn fault_041_control_characters_and_quotes_in_names_are_refused_and_escaped() {
    for (name, shown) in
        [("a\nb", "a\\nb"), ("a\tb", "a\\tb"), ("a\u{1b}[31mb", "a\\u{1b}[31mb"), ("a\"b", "a\"b"), ("a\\b", "a\\b")]
    {
        for (folder, ending) in [("content", ".fr.md"), ("static", ".txt"), ("static/deep", ".txt")] {
            let shown = format!("sites/north/alpha/{folder}/{shown}{ending}");
            check("bad-name", &shown, |workspace| {
                workspace.write(&format!("sites/north/alpha/{folder}/{name}{ending}"), CANARY);
            });
        }
    }
}

/// Row 41 in what people read: neither stream holds the characters, whatever the colours.
#[test]
fn fault_041_reports_for_people_escape_names() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/static/a\u{1b}]0;owned\u{7}b\nerror: forged.txt", CANARY);
    let outcome = tenantry(&workspace, &["--color", "always"]).run();
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let text = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(text.contains("owned") && !text.contains("\u{1b}]0;") && !text.contains('\u{7}'), "{text:?}");
    assert!(!text.contains("\nerror: forged"), "{text}");
}

/// Row 41 for the folder of a tenant: the others are built.
#[test]
fn fault_041_a_tenant_folder_with_a_bad_name_stops_nobody_else() {
    stranger("bad\nname", "bad-name", "sites/north/bad\\nname");
}

/// Row 42: a name that is no text.
#[test]
fn fault_042_a_name_that_is_not_utf8_is_refused() {
    for folder in ["content", "static"] {
        let found = check_any(&format!("sites/north/alpha/{folder}/a\u{fffd}.fr.md"), |workspace| {
            let folder = workspace.at("sites/north/alpha").join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(OsStr::from_bytes(b"a\xff.fr.md")), CANARY).unwrap();
        });
        assert_eq!(found["code"], "bad-name");
    }
}

/// Row 42 for the folder of a tenant: the others are built.
#[test]
fn fault_042_a_tenant_folder_that_is_not_utf8_stops_nobody_else() {
    let workspace = fleet();
    let folder = workspace.at("sites/north").join(OsStr::from_bytes(b"bad\xff"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("site.toml"), "name = \"B\"\nbase_url = \"https://b.example.org\"\n").unwrap();
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "bad-name", "sites/north/bad\u{fffd}");
    all_built(&workspace);
}

/// A folder beside the tenants whose name cannot be read: an error about it, and all tenants are built.
#[track_caller]
fn stranger(name: &str, code: &str, shown: &str) {
    let workspace = fleet();
    let site = "name = \"B\"\nbase_url = \"https://b.example.org\"\n";
    workspace.write(&format!("sites/north/{name}/site.toml"), site);
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, code, shown);
    all_built(&workspace);
}

#[track_caller]
fn all_built(workspace: &Workspace) {
    for tenant in ["alpha", "beta", "gamma"] {
        assert!(workspace.holds(&format!("dist/{tenant}/index.html")), "{tenant} is built");
    }
}
