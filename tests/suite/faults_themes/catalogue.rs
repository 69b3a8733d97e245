//! Row 82: entries of a catalogue without a name, with absurd durations, given twice, or that nobody describes.

use tenantry_testkit::Workspace;

use super::odd;
use crate::report::build;
use crate::sound::refuses;

#[test]
fn fault_082_a_cookie_without_a_name_is_an_error_at_its_entry() {
    let long = "x".repeat(4_097);
    let cases = [
        ("names = [\"\"]", "bad-cookie-name", "2:10", "not empty"),
        (&*format!("names = [\"{long}\"]"), "bad-cookie-name", "2:10", "4097 bytes"),
        ("names = [\"a\", \"\"]", "bad-cookie-name", "2:15", "not empty"),
        ("names = [\"a\\u0007b\"]", "", "2:10", "u{7}"),
        ("names = [\"a\\nb\"]", "bad-cookie-name", "2:10", ""),
        ("names = []", "nameless-cookie", "2:9", "hosts"),
        ("names = []\nhosts = []", "nameless-cookie", "2:9", "hosts"),
        ("names = [{ }]", "", "2:", ""),
        ("hosts = [\"https://x.example/\"]", "bad-host", "2:10", "without scheme"),
        ("hosts = [\"\"]", "bad-host", "2:10", "host name"),
        ("hosts = [\"a b\"]", "bad-host", "2:10", "host name"),
    ];
    for (line, code, place, words) in cases {
        let report = build(&cookie(line));
        report.expect(&[(&format!("{code} sites/group/bad/cookies.toml:{place}"), words)]);
        assert_eq!((report.code, report.status("bad"), report.status("good")), (1, "failed", "built"), "{line}");
    }
}

#[test]
fn fault_082_an_unknown_pattern_is_told_the_nearest_one() {
    let report = build(&cookie("names = [{ glbo = \"a*\" }]"));
    report.finds("error unknown-key sites/group/bad/cookies.toml:2:12", "did you mean `glob`?");
    assert_eq!((report.status("bad"), report.status("good")), ("failed", "built"));
}

#[test]
fn fault_082_a_pattern_that_fits_nothing_or_everything_is_an_error() {
    for line in [
        "names = [{ prefix = \"\" }]",
        "names = [{ glob = \"\" }]",
        "names = [{ prefix = \"a\", regex = \"b\" }]",
        "names = [{ regex = \"(\" }]",
    ] {
        refuses(&cookie(line), &[(" sites/group/bad/cookies.toml:2:", "")]);
    }
}

#[test]
fn fault_082_the_longest_name_is_no_fault() {
    assert_eq!(build(&cookie(&format!("names = [\"{}\"]", "x".repeat(4_096)))).code, 0);
}

#[test]
fn fault_082_absurd_durations_are_errors_at_their_place() {
    let cases = [
        ("\"-1 day\"", "negative"),
        ("\"-1\"", ""),
        ("\"1e308 years\"", "too large"),
        ("\"99999999999999999999 years\"", "too large"),
        ("\"4294967296 days\"", "too large"),
        ("\"1.5 years\"", "whole number"),
        ("\"\"", "empty"),
        ("\"NaN\"", ""),
        ("\"13\"", "no unit"),
        ("\"about a year\"", ""),
        ("\"P1Y\"", ""),
        ("13", "expected text, found a whole number"),
        ("-1", "expected text, found a whole number"),
        ("{ is = \"-1 day\" }", "negative"),
    ];
    for (written, words) in cases {
        let report = build(&cookie(&format!("duration = {written}")));
        report.expect(&[(" sites/group/bad/cookies.toml:2:", words)]);
        assert_eq!((report.code, report.status("bad"), report.status("good")), (1, "failed", "built"), "{written}");
    }
    let report = build(&cookie("duration = { is = \"-1 day\" }"));
    report.expect(&[("bad-duration sites/group/bad/cookies.toml:2:19", "")]);
}

#[test]
fn fault_082_a_row_given_twice_is_told_at_its_place() {
    let workspace = cookie("purpose = \"x\"");
    let text = workspace.read("sites/group/bad/cookies.toml");
    workspace.write("sites/group/bad/cookies.toml", &text.replace("rows = [\"a/b\"]", "rows = [\"a/b\", \"a/b\"]"));
    build(&workspace).tells("sites/group/bad/cookies.toml:6:16");
}

#[test]
fn fault_082_a_name_given_twice_on_one_host_is_told_at_its_place() {
    let workspace = cookie("names = [\"_ga\"]\nhosts = [\".bad.example.org\"]");
    let text = workspace.read("sites/group/bad/cookies.toml").replace("rows = [\"a/b\"]", "rows = [\"a/b\", \"a/c\"]");
    let second = "[cookie.a.c]\nnames = [\"_ga\"]\nhosts = [\".bad.example.org\"]\n";
    workspace.write("sites/group/bad/cookies.toml", &(text + second));
    build(&workspace).tells("sites/group/bad/cookies.toml:");
}

#[test]
fn fault_082_rows_that_are_none_are_errors_at_their_place() {
    let cases = [
        ("\"a/bb\"", "unknown-cookie", "did you mean `a/b`?"),
        ("\"zzzz/yyyy\"", "unknown-cookie", "[cookie.zzzz.yyyy]"),
        ("\"a\"", "bad-name", "provider/slug"),
        ("\"\"", "bad-name", "provider/slug"),
        ("7", "wrong-type", "expected text"),
    ];
    for (row, code, words) in cases {
        let workspace = cookie("purpose = \"x\"");
        let text =
            workspace.read("sites/group/bad/cookies.toml").replace("rows = [\"a/b\"]", &format!("rows = [{row}]"));
        workspace.write("sites/group/bad/cookies.toml", &text);
        refuses(&workspace, &[(&format!("{code} sites/group/bad/cookies.toml:6:9"), words)]);
    }
}

#[test]
fn fault_082_a_category_and_a_provider_that_nobody_describes() {
    refuses(
        &cookie("category = \"analytcs\""),
        &[("unknown-category sites/group/bad/cookies.toml:2:12", "`analytics`")],
    );
    let workspace = cookie("purpose = \"x\"");
    let text = workspace.read("sites/group/bad/cookies.toml").replace("[provider.a]", "[provider.aa]");
    workspace.write("sites/group/bad/cookies.toml", &text);
    let report = build(&workspace);
    report.finds("warning unknown-provider sites/group/bad/cookies.toml:1:", "provider");
    assert_eq!(report.code, 0);
}

/// A workspace whose tenant `bad` has a cookie with these fields from line 2 on, shown in a table. With one line of
/// fields, the rows are on line 6.
fn cookie(fields: &str) -> Workspace {
    let workspace = odd("");
    let register = format!(
        "[cookie.a.b]\n{fields}\n[table.t]\ntitle = \"T\"\n\
         columns = [\"name\", \"purpose\", \"duration\"]\nrows = [\"a/b\"]\n\
         [provider.a]\nname = \"A\"\n"
    );
    workspace.write("sites/group/bad/cookies.toml", &register);
    let text = "+++\ntitle = \"Cookies\"\n+++\n{{ cookie_tables() }}\n";
    workspace.write("sites/group/bad/content/cookies.fr.md", text);
    workspace
}
