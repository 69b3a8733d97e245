//! What is kept is bounded, and many may ask at once.

use std::thread;

use super::{Open, id, open, text};
use tenantry_testkit::Workspace;

const TENANTS: usize = 100;

fn fleet() -> Workspace {
    let workspace = Workspace::with_theme(super::BASE);
    for number in 0..TENANTS {
        let text = format!("name = \"Tenant {number}\"\nbase_url = \"https://t{number}.example\"\n");
        workspace.write(&format!("sites/south/t{number}/site.toml"), &text);
    }
    workspace
}

#[test]
fn more_tenants_may_be_asked_for_than_are_kept() {
    let workspace = fleet();
    let preview = open(&workspace);
    for round in 0..2 {
        for number in 0..TENANTS {
            let answer = preview.answer(&id(&format!("t{number}")), "/");
            assert!(text(&answer).contains(&format!("Tenant {number}<")), "{round}");
            assert_eq!(answer.why, "asked for the first time", "the one of before is gone");
        }
    }
    assert_eq!(preview.answer(&id("t99"), "/").why, "nothing changed since it was made");
    // Of those that something shared has changed for, the last ones are kept as they were.
    workspace.write("sites/group.toml", "theme = \n");
    let touched = preview.changed(Some(&["sites/group.toml".into()]));
    assert_eq!(touched.open.len(), 64);
    let status = |number: usize| preview.answer(&id(&format!("t{number}")), "/").status;
    assert_eq!((status(99), status(92), status(91)), (200, 200, 500));
}

#[test]
fn many_ask_while_files_change() {
    let open = Open::new("");
    let path = "sites/north/lille/site.toml";
    let _checking = open.preview.check_in_background(|| {}).unwrap();
    thread::scope(|scope| {
        for asking in 0..4 {
            let preview = &open.preview;
            scope.spawn(move || {
                for _ in 0..100 {
                    let tenant = ["lille", "arras", "nice"][asking % 3];
                    let answer = preview.answer(&id(tenant), ["/", "/charter/", "/legal/"][asking % 3]);
                    assert!(answer.problems.is_empty(), "{:?}", answer.problems);
                }
            });
        }
        for number in 0..50 {
            open.write(path, &format!("name = \"Lille {number}.\"\nbase_url = \"https://lille.example\"\n"));
            assert!(open.text("lille", "/").contains(&format!("Lille {number}.")), "an answer after a change shows it");
        }
    });
}
