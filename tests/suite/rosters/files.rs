//! Faults of the file: none of its tenants is built, none is pruned, and the others of the workspace are.

use std::fs::File;

use super::{BASE, workspace};
use crate::built::Built;
use crate::report::{hint, message, place};
use tenantry_testkit::Workspace;

/// A fault that is told once; the tenant with a folder is built, and the output of the roster's tenant stays.
#[track_caller]
fn check(code: &str, at: &str, fault: impl FnOnce(&Workspace)) -> Built {
    let first = Built::new(workspace("id,name,base_url\na,A,https://a.example\n"), &[]);
    first.is_clean();
    fault(&first.workspace);
    let pruned = Built::new(first.workspace, &["--prune"]);
    assert_eq!(pruned.outcome.code, 3, "{}", pruned.outcome.stdout);
    let built = Built::new(pruned.workspace, &[]);
    let problem = built.error();
    assert_eq!(problem["code"], code, "{problem}");
    let shown = if problem["line"].is_null() { problem["file"].as_str().unwrap().to_owned() } else { place(&problem) };
    assert_eq!(shown, at, "{problem}");
    assert_eq!(built.status("folder"), "unchanged");
    assert!(built.exists("a"), "its last output is kept");
    built
}

fn bytes(bytes: &'static [u8]) -> impl FnOnce(&Workspace) {
    move |workspace| workspace.write_bytes("sites/town/town.csv", bytes)
}

#[test]
fn a_file_without_tenants_is_told() {
    check("empty-roster", "sites/town/town.csv", bytes(b""));
    check("empty-roster", "sites/town/town.csv", bytes(b"\xef\xbb\xbf\r\n\n"));
    for header_only in ["id,name,base_url\n", "id\n\n,\n"] {
        let built = super::build(header_only);
        let found = built.one("empty-roster");
        assert_eq!((found["severity"].as_str(), built.outcome.code), (Some("warning"), 0), "{header_only:?}");
    }
}

#[test]
fn a_file_without_one_column_of_ids_is_refused() {
    let built = check("missing-id", "sites/town/town.csv:1:1", bytes(b"name,base_url\nA,https://a.example\n"));
    assert!(hint(&built.error()).contains("separated by `,`"));
    let built = check("missing-id", "sites/town/town.csv:1:1", bytes(b"ID,name\na,A\n"));
    assert!(hint(&built.error()).contains("small letters"));
    check("duplicate-column", "sites/town/town.csv:1:4", bytes(b"id,id,name\na,b,A\n"));
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let latin =
        check("disk", "sites/town/group.toml:1:10", bytes(b"id,name,base_url\na,\xe9t\xe9,https://a.example\n"));
    assert!(message(&latin.error()).contains("line 2 is not UTF-8"), "{}", latin.error());
    let wide = check("disk", "sites/town/group.toml:1:10", bytes(b"\xff\xfei\0d\0"));
    assert!(message(&wide.error()).contains("UTF-16"), "{}", wide.error());
    check("not-text", "sites/town/town.csv:1:1", bytes(b"i\0d\0,\0n\0\n\0"));
}

#[test]
fn a_nul_byte_costs_its_own_row() {
    let built = super::build("id,name,base_url\na,A\u{0},https://a.example\nb,B,https://b.example\n");
    assert_eq!(place(&built.error()), "sites/town/town.csv:2:3");
    assert_eq!(built.status("b"), "built");
}

#[test]
fn a_file_that_is_not_there_or_no_file_is_refused() {
    let missing = check("disk", "sites/town/group.toml:1:10", |workspace| workspace.remove("sites/town/town.csv"));
    assert!(message(&missing.error()).contains("`sites/town/town.csv`"), "{}", missing.error());
    let link = check("not-a-file", "sites/town/town.csv", |workspace| {
        workspace.write("outside.csv", "id\nx\n");
        workspace.remove("sites/town/town.csv");
        workspace.symlink("../../outside.csv", "sites/town/town.csv");
    });
    assert!(message(&link.error()).contains("a symbolic link"), "{}", link.error());
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let large = check("disk", "sites/town/group.toml:1:10", |workspace| {
        File::create(workspace.at("sites/town/town.csv")).unwrap().set_len((64 << 20) + 1).unwrap();
    });
    assert!(message(&large.error()).contains("67108864"), "{}", large.error());
}

#[test]
fn a_file_elsewhere_is_refused() {
    for name in ["../x.csv", "/etc/x.csv", "deep/x.csv", "..\\\\x.csv", ".csv", "x.txt", "", "town.CSV"] {
        let built = Built::new(
            {
                let workspace = Workspace::with_theme(BASE);
                workspace.write("sites/x.csv", "id,name,base_url\nx,X,https://x.example\n");
                workspace.write("sites/town/deep/x.csv", "id,name,base_url\nx,X,https://x.example\n");
                workspace.write("sites/town/group.toml", &format!("roster = \"{name}\"\n"));
                workspace
            },
            &[],
        );
        let problem = built.one("bad-value");
        assert_eq!(place(&problem), "sites/town/group.toml:1:10", "{name}");
        assert_eq!((built.status("folder").as_str(), built.status("x").as_str()), ("built", ""), "{name}");
    }
}

#[test]
fn a_group_that_cannot_be_read_prunes_none_of_its_rows() {
    let first = Built::new(workspace("id,name,base_url\na,A,https://a.example\n"), &[]);
    first.workspace.append("sites/town/group.toml", "nonsense = 1\n");
    let pruned = Built::new(first.workspace, &["--prune"]);
    assert_eq!(pruned.outcome.code, 3, "{}", pruned.outcome.stdout);
    assert!(pruned.exists("a"));
}

#[test]
fn too_many_columns_are_refused() {
    let header = format!("id,{}\n", "x,".repeat(1_100));
    let built = super::build(&header);
    assert_eq!(built.error()["code"], "too-many-columns");
    let keys: Vec<String> = (0..1_100).map(|number| format!("\"vars.x{number}\": \"\"")).collect();
    let built = super::build_lines(&format!("{{\"id\": \"a\", {}}}\n", keys.join(", ")));
    assert_eq!(built.error()["code"], "too-many-columns");
}
