//! Rows 58 and 59: values without quotation marks, of the wrong type or outside a closed list, and what is missing.

use super::{BAD, bad, settings, trusted};
use crate::report::build;
use crate::sound::{beside_good, refuses};

#[test]
fn fault_058_typographic_quotes_are_named_as_such() {
    for (open, close) in [('“', '”'), ('„', '“'), ('‘', '’'), ('«', '»')] {
        let workspace = bad(&format!("vars.platform = {open}portail{close}"));
        refuses(&workspace, &[("typographic-quotes sites/bad/site.toml:3:17", "\"…\"")]);
    }
    // Within straight ones they are text.
    let workspace = bad("vars.platform = \"un « portail »\"");
    workspace.write("sites/bad/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n{{ vars.platform }}\n");
    assert_eq!(build(&workspace).code, 0);
}

#[test]
fn fault_058_text_without_quotes_is_told_how_it_is_written() {
    refuses(&bad("vars.platform = portail"), &[("toml-syntax sites/bad/site.toml:3:17", "\"portail\"")]);
    refuses(
        &bad("covers = https://x.example.org"),
        &[("toml-syntax sites/bad/site.toml:3:10", "\"https://x.example.org\"")],
    );
    refuses(&bad("noindex = yes"), &[("toml-syntax sites/bad/site.toml:3:11", "")]);
    refuses(&bad("vars.a = portail # le nôtre"), &[("toml-syntax sites/bad/site.toml:3:10", "\"portail\"")]);
}

#[test]
fn fault_058_values_of_the_wrong_type_say_what_was_expected() {
    let cases = [
        ("covers = \"https://x.example.org\"", "3:10", "expected a list, found text"),
        ("covers = [1]", "3:11", "expected text, found a whole number"),
        ("languages = \"fr\"", "3:13", "expected a list, found text"),
        ("vars = \"x\"", "3:8", "found text"),
        ("vars.a = true", "3:10", "found true or false"),
        ("vars.a.fr = 1", "3:13", "expected text, found a whole number"),
        ("pages.index = \"no\"", "3:15", "found text"),
        ("pages.index.nav = \"1\"", "3:19", "expected a whole number, found text"),
        ("pages.index.aliases = \"/old/\"", "3:23", "expected a list, found text"),
        ("cookie = []", "3:10", "expected a table of providers"),
        ("cookie.a.b.purpose = 7", "3:22", "found a whole number"),
        ("cookie.a.b.names = \"x\"", "3:20", "expected a list, found text"),
        ("table.t.rows = \"a/b\"", "3:16", "expected a list, found text"),
        ("params = 1", "3:10", "found a whole number"),
        ("nav = []", "3:7", "found a list"),
    ];
    for (line, place, words) in cases {
        refuses(&bad(line), &[(&format!("wrong-type sites/bad/site.toml:{place}"), words)]);
    }
}

#[test]
fn fault_058_words_outside_a_closed_list_get_the_nearest_one() {
    let cases = [
        ("missing_translation = \"skp\"", "unknown-word sites/bad/site.toml:3:23", "`skip`"),
        ("precompress = [\"gzip\", \"brotly\"]", "unknown-word sites/bad/site.toml:3:24", "`brotli`"),
        ("cookie.a.b.kind = \"htpp\"", "unknown-word sites/bad/site.toml:3:19", "`http`"),
        ("table.t.columns = [\"purpse\"]", "unknown-column sites/bad/site.toml:3:20", "`purpose`"),
        ("languages = [\"french\"]", "bad-value sites/bad/site.toml:3:14", ""),
        ("languages = [\"fr\", \"fr\"]", "bad-value sites/bad/site.toml:3:13", "twice"),
        ("languages = []", "bad-value sites/bad/site.toml:3:13", "at least one"),
    ];
    for (line, place, words) in cases {
        refuses(&trusted(line), &[(place, words)]);
    }
}

#[test]
fn fault_059_a_file_without_a_word_is_told_each_missing_key() {
    for text in ["", "\n", "# nothing yet\n"] {
        let expected = [
            ("missing-key sites/bad/site.toml", "base_url = \"https://"),
            ("missing-key sites/bad/site.toml", "name ="),
        ];
        refuses(&settings(text), &expected);
    }
}

#[test]
fn fault_059_a_missing_key_is_told_at_the_tenants_file() {
    refuses(&settings("name = \"Bad\"\n"), &[("missing-key sites/bad/site.toml", "base_url = ")]);
    refuses(&settings("base_url = \"https://bad.example.org\"\n"), &[("missing-key sites/bad/site.toml", "name = ")]);
}

#[test]
fn fault_059_an_entry_of_the_navigation_without_an_address_is_no_entry() {
    let words = "an entry of the navigation has a `url`";
    refuses(&bad("nav.add = [{ title = \"Portail\" }]"), &[("missing-key sites/bad/site.toml:3:12", words)]);
    let misspelt = bad("nav.add = [{ title = \"Portail\", ulr = \"https://x.example.org\" }]");
    refuses(&misspelt, &[("unknown-key sites/bad/site.toml:3:33", "did you mean `url`?")]);
}

#[test]
fn fault_059_a_theme_or_languages_that_nobody_sets_are_missing() {
    let workspace = beside_good("");
    workspace.write("sites/group.toml", "");
    let report = build(&workspace);
    let place = "missing-key sites/good/site.toml";
    report.expect(&[(place, "languages = ["), (place, "theme = \"")]);
    assert_eq!(report.code, 1);
}

#[test]
fn fault_059_an_empty_group_is_no_fault() {
    let workspace = bad("");
    workspace.write("sites/empty/group.toml", "");
    workspace.write("sites/empty/below/site.toml", &BAD.replace("bad", "below"));
    let report = build(&workspace);
    assert_eq!((report.code, report.status("below")), (0, "built"), "{:?}", report.findings);
}

#[test]
fn fault_059_a_folder_in_the_place_of_a_file_is_an_error() {
    let workspace = beside_good("");
    workspace.write("sites/bad/site.toml/x", "");
    workspace.write("sites/bad/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n");
    let report = build(&workspace);
    let told = report.errors().iter().any(|error| error.contains("sites/bad/site.toml"));
    assert!(told && report.code == 1, "exit {}, {:?}", report.code, report.findings);
    assert_eq!(report.status("good"), "built");
}

#[test]
fn fault_059_a_folder_without_its_file_is_told() {
    let workspace = beside_good("");
    workspace.write("sites/bad/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n");
    let report = build(&workspace);
    report.finds("warning no-layer sites/bad", "site.toml");
    assert_eq!(report.status("good"), "built");
}
