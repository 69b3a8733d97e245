//! The preview in real Chromium. What happens in a scene is told in `tests/browser/scenes.mjs`.

use serde_json::{Value, json};
use tenantry_testkit::Browser;

use super::Preview;
use crate::repository::root;

/// Plays scenes, each on a preview of its own, and expects nothing to be found.
#[track_caller]
fn play(scenes: &[&str], colours: &str) {
    let browser = Browser::find(root()).unwrap_or_else(|message| panic!("{message}"));
    let shots = std::env::var_os("TENANTRY_SHOTS").map(std::path::PathBuf::from);
    for scene in scenes {
        let preview = Preview::of_five(&[]);
        let job = json!({
            "task": "live",
            "port": preview.port,
            "workspace": preview.workspace.path(),
            "scenes": [scene],
            "shots": shots,
            "colorScheme": colours,
        });
        let outcome = browser.run(&job.to_string());
        let findings: Vec<Value> = serde_json::from_str(&outcome.stdout)
            .unwrap_or_else(|_| panic!("the browser failed: {}", outcome.transcript()));
        assert_eq!(findings, [Value::Null; 0], "{findings:#?}\n{}", preview.program.stderr());
    }
}

#[test]
fn each_tenant_is_shown() {
    play(&["tenants"], "light");
}

#[test]
fn an_edit_is_shown_in_place() {
    play(&["edit", "fields"], "light");
}

#[test]
fn styles_and_images_are_swapped() {
    play(&["style"], "light");
}

#[test]
fn fault_132_an_error_lies_over_the_last_good_page_until_it_is_mended() {
    play(&["error"], "light");
}

#[test]
fn the_dashboard_is_used_by_keyboard_in_light_and_dark() {
    play(&["dashboard", "tenant", "change"], "light");
    play(&["dashboard", "tenant"], "dark");
}

#[test]
fn the_toolbar_tells_where_things_come_from_and_leads_on() {
    play(&["toolbar"], "light");
}

#[test]
fn fault_029_seven_tabs_load_and_are_told() {
    play(&["tabs"], "light");
}

#[test]
fn fault_030_tenants_do_not_read_each_other() {
    play(&["apart"], "light");
}

#[test]
fn what_was_missed_while_hidden_is_found() {
    play(&["missed"], "light");
}
