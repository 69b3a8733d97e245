//! Rows 73 and 74: odd characters, long lines, marks that turn text round or have no width.

use super::{PAGE, body, page, register};
use crate::report::build;
use crate::sound::refuses;

#[test]
fn fault_073_long_lines_and_odd_characters_stay_text() {
    let line = "mot ".repeat(200_000);
    assert!(body(&page(&line)).len() > 790_000);
    let workspace = page("");
    workspace.write(PAGE, "+++\ntitle = \"Page\"\n+++\nun\rdeux\r\rtrois\r");
    assert!(body(&workspace).contains("<p>trois"), "{}", body(&workspace));
    assert!(body(&page("a&#xD800;b&#0;c&#x110000;d")).contains("a\u{fffd}b\u{fffd}c\u{fffd}d"));
}

#[test]
fn fault_073_characters_that_no_page_may_hold_are_replaced() {
    for written in ["a&#xFFFE;b", "a\u{fffe}b", "a\u{ffff}b", "a\u{1}b", "a\u{1b}b", "a&#1;b"] {
        let html = body(&page(written));
        assert!(!html.contains(['\u{fffe}', '\u{ffff}', '\u{1}', '\u{1b}']), "{written:?}: {html:?}");
    }
}

#[test]
fn fault_073_a_file_of_carriage_returns_alone_has_its_places() {
    let workspace = page("");
    workspace.write(PAGE, "+++\rtitle = \"Page\"\r+++\rTexte.\r");
    let report = build(&workspace);
    // Either it is read as lines, or the tenant is told; it is not a page without a word.
    let told = report.code == 1 && report.errors()[0].contains(PAGE);
    assert!(
        told || workspace.read("dist/bad/page/index.html").contains("<title>Page</title>"),
        "{:?}",
        report.findings
    );
}

#[test]
fn fault_074_marks_that_turn_text_round_are_refused_in_names() {
    let cases = [
        ("name = \"Bad\\u202E\"\nbase_url = \"https://bad.example.org\"", "invisible-character", "1:8", "u{202e}"),
        ("base_url = \"https://bad\\u2066.example.org\"\nname = \"Bad\"", "", "1:12", "u{2066}"),
    ];
    for (settings, code, place, words) in cases {
        let workspace = page("Texte.");
        workspace.write("sites/bad/site.toml", settings);
        refuses(&workspace, &[(&format!("{code} sites/bad/site.toml:{place}"), words)]);
    }
    for mark in ["\\u202E", "\\u2066", "\\u200E", "\\u200F"] {
        let workspace = page("{{ cookie_tables() }}");
        workspace.write("sites/bad/cookies.toml", &register("names", &format!("[\"_g{mark}a\"]")));
        refuses(&workspace, &[(" sites/bad/cookies.toml:2:", &mark.to_lowercase()[2..])]);
    }
}

#[test]
fn fault_074_characters_without_width_are_refused_in_names_of_cookies() {
    for mark in ["\\u200B", "\\uFEFF", "\\u00AD", "\\u2060"] {
        let workspace = page("{{ cookie_tables() }}");
        workspace.write("sites/bad/cookies.toml", &register("names", &format!("[\"_g{mark}a\"]")));
        refuses(&workspace, &[(" sites/bad/cookies.toml:2:", mark.to_lowercase()[2..].trim_start_matches("00"))]);
    }
}
