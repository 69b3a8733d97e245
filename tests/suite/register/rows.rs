//! The rows of a table: edited, pinned and dropped by layers, and shown in order.

use super::{FIVE_COOKIES, build, tenant_a};
use crate::report::{hint, place};

#[test]
fn rows_are_edited_layer_by_layer() {
    let built = build(&format!(
        "{FIVE_COOKIES}{}",
        r#"
//- /sites/g/group.toml
table.t.drop = ["p/two"]
table.t.add = ["p/four"]
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
table.t.drop = ["p/one"]
table.t.add = ["p/five"]
//- /sites/c/site.toml
name = "C"
base_url = "https://c.example"
"#
    ));
    built.is_clean();
    assert_eq!(built.names("a/cookies"), ["three", "four", "five"]);
    assert_eq!(built.names("b/cookies"), ["one", "three", "four"]);
    assert_eq!(built.names("c/cookies"), ["one", "two", "three"]);
}

#[test]
fn a_row_dropped_above_may_be_added_again_below() {
    let built = build(&format!(
        "{FIVE_COOKIES}{}",
        r#"
//- /sites/g/group.toml
table.t.drop = ["p/two"]
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
table.t.add = ["p/two"]
"#
    ));
    assert_eq!(built.names("b/cookies"), ["one", "three"]);
    assert_eq!(built.names("a/cookies"), ["one", "three", "two"], "once, and at the end");
}

#[test]
fn a_row_that_is_there_is_not_added_twice() {
    let built = build(&format!("{FIVE_COOKIES}{}", tenant_a(r#"table.t.add = ["p/two", "p/four", "p/four"]"#)));
    let names = built.names("a/cookies");
    assert_eq!(names.iter().filter(|name| *name == "two").count(), 1, "{names:?}");
    assert_eq!(names.iter().filter(|name| *name == "four").count(), 1, "{names:?}");
}

#[test]
fn a_row_listed_twice_is_told() {
    let text = FIVE_COOKIES.replace("\"p/one\", \"p/two\"", "\"p/one\", \"p/one\"");
    let built = build(&text);
    let told = built.findings().iter().any(|found| found["message"].as_str().is_some_and(|it| it.contains("p/one")));
    assert!(told, "a row that stands twice is told, or shown once: {}", built.outcome.stdout);
}

#[test]
fn rows_that_a_tenant_pins_are_exactly_these() {
    let own = tenant_a("table.t.rows = [\"p/three\", \"p/one\"]");
    let built = build(&format!("{FIVE_COOKIES}{own}"));
    assert_eq!(built.names("a/cookies"), ["three", "one"]);
    let note = built.one("rows-pinned");
    assert_eq!(note["severity"], "note");
    assert_eq!(place(&note), "sites/g/a/site.toml:3:16");
    assert!(note["message"].as_str().is_some_and(|text| text.contains("p/two")), "{note}");
    assert_eq!(built.outcome.code, 0);
}

#[test]
fn pinned_rows_below_edits_hide_them() {
    let built = build(&format!(
        "{FIVE_COOKIES}{}",
        r#"
//- /sites/g/group.toml
table.t.rows = ["p/five", "p/four"]
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
table.t.add = ["p/one"]
table.t.drop = ["p/five"]
"#
    ));
    assert_eq!(built.names("a/cookies"), ["four", "one"]);
    assert_eq!(built.names("b/cookies"), ["five", "four"]);
}

#[test]
fn dropping_what_is_not_there_is_a_warning() {
    let built = build(&format!("{FIVE_COOKIES}{}", tenant_a("table.t.drop = [\"p/thre\"]")));
    let found = built.one("drop-of-nothing");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("warning"), "sites/g/a/site.toml:3:17"));
    assert!(hint(&found).contains("p/three"), "{found}");
    assert_eq!(built.names("a/cookies"), ["one", "two", "three"]);
}

#[test]
fn a_table_without_rows_appears_only_where_rows_are_added() {
    let text = FIVE_COOKIES.replace("table.t.rows = [\"p/one\", \"p/two\", \"p/three\"]\n", "");
    let built = build(&format!("{text}{}", tenant_a("table.t.add = [\"p/two\"]")));
    built.is_clean();
    assert_eq!(built.names("a/cookies"), ["two"]);
    assert!(!built.html("b/cookies").contains("<table"), "{}", built.html("b/cookies"));
}

#[test]
fn tables_stand_in_the_order_of_the_layers() {
    let own = tenant_a("table.z = { title = \"Z\", rows = [\"p/four\"] }\ntable.t.title = \"Titre\"");
    let built = build(&format!("{FIVE_COOKIES}{own}"));
    let captions: Vec<String> = built.tables("a/cookies").into_iter().map(|table| table.caption).collect();
    assert_eq!(captions, ["Titre", "Z"]);
}

/// Row 81: as many rows as a site can show, and more columns than one page holds of them.
#[test]
fn fault_081_ten_thousand_rows_are_shown_or_told() {
    let cookies: String = (0..10_000).map(|number| format!("cookie.p.c{number}.purpose = \"Compter\"\n")).collect();
    let rows: Vec<String> = (0..10_000).map(|number| format!("\"p/c{number}\"")).collect();
    let all = "\"name\", \"host\", \"provider\", \"category\", \"kind\", \"party\", \"service\", \"purpose\", \"location\", \
               \"legal_basis\", \"duration\", \"data_retention\", \"link\", \"opt_out\"";
    for (columns, shown) in [("\"name\", \"purpose\"", true), (all, false)] {
        let rows = rows.join(", ");
        let built = build(&format!(
            "//- /sites/cookies.toml\nprovider.p.name = \"P\"\n{cookies}\
             //- /sites/g/a/cookies.toml\n[table.t]\ntitle = \"T\"\ncolumns = [{columns}]\nrows = [{rows}]\n"
        ));
        if shown {
            built.is_clean();
            assert_eq!(built.html("a/cookies").matches("<tr>").count(), 10_001);
        } else {
            built.only_a_failed();
            assert_eq!(place(&built.error()), "sites/content/cookies.fr.md:1:1");
        }
    }
}

/// Row 81: what every row repeats is counted before it is written.
#[test]
fn fault_081_rows_that_repeat_long_words_are_an_error() {
    let cookies: String = (0..2_000).map(|number| format!("cookie.p.c{number}.purpose = \"x\"\n")).collect();
    let rows: Vec<String> = (0..2_000).map(|number| format!("\"p/c{number}\"")).collect();
    let long = "L".repeat(19_000);
    for line in [format!("label.name.fr = \"{long}\""), format!("cell = 1\n[provider.p]\nname = \"{long}\"")] {
        let line = line.replace("cell = 1\n", "");
        let built = build(&format!(
            "//- /sites/cookies.toml\n{cookies}\
             //- /sites/g/a/cookies.toml\n[table.t]\ntitle = \"T\"\nrows = [{}]\n{line}\n",
            rows.join(", ")
        ));
        let error = built.all("table-too-large");
        assert_eq!(
            (error.len(), place(&error[0]).as_str()),
            (1, "sites/g/a/cookies.toml:3:9"),
            "{:?}",
            built.findings()
        );
        assert!(hint(&error[0]).contains("every row"), "{error:?}");
        assert_eq!(built.status("b"), "built");
    }
}

/// Rows that nobody describes, in a catalogue as large: each is told, and looking for what was meant has an end.
#[test]
fn fault_081_unknown_rows_without_number_are_told_up_to_a_limit() {
    let cookies: String = (0..9_000).map(|number| format!("cookie.p.c{number}.purpose = \"x\"\n")).collect();
    let rows: Vec<String> = (0..9_000).map(|number| format!("\"p/d{number}\"")).collect();
    let built = build(&format!(
        "//- /sites/cookies.toml\nprovider.p.name = \"P\"\n{cookies}\
         //- /sites/g/a/cookies.toml\n[table.t]\ntitle = \"T\"\nrows = [{}]\n",
        rows.join(", ")
    ));
    built.only_a_failed();
    assert_eq!((built.all("unknown-cookie").len(), built.all("more-mistakes").len()), (1_000, 1));
}
