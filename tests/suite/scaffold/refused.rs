//! What `new` does not write, with the reason and a way out.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use tenantry_testkit::{Tree, Workspace};

use super::{bound, fresh, refuses};
use crate::report::ending;

#[test]
fn fault_062_ids_that_are_none_are_refused() {
    let workspace = fresh();
    let long = "a".repeat(64);
    for id in ["Lille", "val d'oise", "аcme", "a\u{202e}b", "-a", "a-", "xn--a", "www", "nul", "a.b", "a\u{1b}b", &long]
    {
        refuses(&workspace, (&["new", "tenant", "--", &format!("town/{id}")], 2), &["tenant"]);
    }
    refuses(&workspace, (&["new", "tenant", "Val d'Oise"], 2), &["`val-d-oise`", "--name"]);
}

#[test]
fn an_id_is_used_once() {
    let workspace = fresh();
    refuses(&workspace, (&["new", "tenant", "harbour"], 2), &["`sites/town/harbour`", "unique"]);
    fs::rename(workspace.at("sites/town/harbour"), workspace.at("sites/town/Harbour")).unwrap();
    refuses(&workspace, (&["new", "tenant", "harbour"], 2), &["`sites/town/Harbour`"]);
}

#[test]
fn fault_061_an_address_is_used_once() {
    let workspace = fresh();
    for url in ["https://harbour.example", "http://HARBOUR.example./", "https://harbour.example:443"] {
        let args = ["new", "tenant", "lille", "--base-url", url];
        refuses(&workspace, (&args, 2), &["sites/town/harbour", "--base-url"]);
    }
    ending(&workspace, &["new", "tenant", "lille", "--base-url", "https://harbour.example/lille/"], 0);
}

#[test]
fn fault_060_addresses_that_are_none_are_refused() {
    let workspace = fresh();
    for url in [
        "lille.example",
        "https://a.com\nX-Evil: 1",
        "https://localhost",
        "https://127.0.0.1",
        "",
        "https://a.com/../b",
    ] {
        refuses(&workspace, (&["new", "tenant", "lille", "--base-url", url], 2), &["--base-url"]);
    }
    workspace.write("sites/town/group.toml", "domains = [\"town.example\"]\n");
    for args in
        [&["new", "tenant", "town/lille"][..], &["new", "tenant", "town/lille", "--base-url", "https://a.example"]]
    {
        refuses(&workspace, (args, 2), &["town.example", "--base-url"]);
    }
    ending(&workspace, &["new", "tenant", "town/lille", "--base-url", "https://lille.town.example"], 0);
}

#[test]
fn names_that_are_none_are_refused() {
    let workspace = fresh();
    for (name, words) in [
        ("", "one line"),
        ("  ", "one line"),
        ("a\nb", "one line"),
        ("a\u{1b}[31mb", "invisible character"),
        ("a\u{202e}b", "invisible character"),
        ("a\rb", "invisible character"),
    ] {
        refuses(&workspace, (&["new", "tenant", "lille", "--name", name], 2), &[words, "--name"]);
    }
}

#[test]
fn a_missing_group_is_named_with_the_nearest() {
    let workspace = fresh();
    refuses(&workspace, (&["new", "tenant", "twon/lille"], 2), &["`sites/town`", "tenantry new group twon"]);
    let far = ["`sites/town/far`", "the nearest group is `sites/town`", "tenantry new group town/far"];
    refuses(&workspace, (&["new", "tenant", "town/far/away/lille"], 2), &far);
    refuses(&workspace, (&["new", "group", "far/away"], 2), &["tenantry new group far"]);
    workspace.write("sites/plain/x/site.toml", "name = \"X\"\nbase_url = \"https://x.example\"\n");
    refuses(&workspace, (&["new", "tenant", "plain/lille"], 2), &["no `group.toml`", "tenantry new group plain"]);
    for kind in ["tenant", "group"] {
        refuses(&workspace, (&["new", kind, "town/harbour/lille"], 2), &["is a tenant"]);
        refuses(&workspace, (&["new", kind, "content/lille"], 2), &["holds no layers"]);
    }
}

#[test]
fn what_is_there_is_not_touched() {
    let workspace = fresh();
    workspace.write("sites/town/notes/x.txt", "mine\n");
    workspace.symlink("nowhere", "sites/dangling");
    workspace.write("sites/file", "mine\n");
    for path in ["town/harbour", "town", "town/notes", "dangling", "file"] {
        refuses(&workspace, (&["new", "tenant", path], 3), &[]);
    }
    for path in ["town/harbour", "town", "file", "dangling"] {
        refuses(&workspace, (&["new", "group", path], 3), &[]);
    }
    for name in ["charter", "themes/charter/"] {
        refuses(&workspace, (&["new", "theme", name], 3), &["`themes/charter` is there already"]);
    }
}

#[test]
fn paths_stay_in_the_workspace() {
    let workspace = fresh();
    let outside = Workspace::from_text("//- /group.toml\n");
    workspace.symlink(outside.path(), "sites/linked");
    workspace.symlink("town", "sites/alias");
    let absolute = outside.at("lille").display().to_string();
    let paths = ["../x", "town/../../x", "sites/../x", "./../x", "town/./x", "/x", "..", ".", &absolute];
    for kind in ["tenant", "group"] {
        for path in paths {
            refuses(&workspace, (&["new", kind, path], 3), &["lead out of `sites/`"]);
        }
        for path in ["linked/x", "alias/x"] {
            refuses(&workspace, (&["new", kind, path], 3), &["symbolic link"]);
        }
        for path in ["", "/", "town//x", "sites", "sites/"] {
            let code = if path == "/" { 3 } else { 2 };
            refuses(&workspace, (&["new", kind, path], code), &["sites/"]);
        }
    }
    for name in ["../x", "a/b", "", "..", ".x", "a\nb"] {
        refuses(&workspace, (&["new", "theme", name], 2), &["theme's name"]);
    }
    assert_eq!(Tree::read(&outside).paths(), ["group.toml"]);
}

#[test]
fn folders_that_cannot_be_groups_are_refused() {
    let workspace = fresh();
    for name in ["content", "static", "a~", ".hidden", "con", "a:b", "a\nb", "a ", "Thumbs.db"] {
        refuses(&workspace, (&["new", "group", name], 2), &[]);
    }
    refuses(&workspace, (&["new", "group", "Town"], 2), &["`sites/town`", "case"]);
}

#[test]
fn outside_of_a_workspace_there_is_nothing_to_add_to() {
    let elsewhere = Workspace::empty();
    for kind in ["tenant", "group", "theme"] {
        refuses(&elsewhere, (&["new", kind, "x"], 2), &["no workspace here", "tenantry init DIR"]);
        refuses(&elsewhere, (&["new", kind, "x", "--workspace", "."], 2), &["is no workspace"]);
    }
}

#[test]
fn fault_094_a_group_that_may_not_be_written_is_left_alone() {
    let workspace = fresh();
    fs::set_permissions(workspace.at("sites/town"), Permissions::from_mode(0o555)).unwrap();
    let outcomes = ["tenant", "group"].map(|kind| bound(&["new", kind, "town/lille"], &workspace).run());
    fs::set_permissions(workspace.at("sites/town"), Permissions::from_mode(0o755)).unwrap();
    for outcome in outcomes {
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("sites/town"), "{}", outcome.stderr);
    }
    assert!(!workspace.holds("sites/town/lille"));
}
