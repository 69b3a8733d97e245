//! Labels, columns and own words: where they come from, and in which language.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{FIVE_COOKIES, build, tenant_a};
use crate::report::{hint, place};

#[test]
fn every_kind_of_tracker_has_a_label() {
    let kinds = ["http", "local-storage", "session-storage", "indexeddb", "pixel", "lso", "sdk", "fingerprint"];
    let mut text = String::from("//- /sites/cookies.toml\nprovider.p.name = \"P\"\n");
    for kind in kinds {
        let _ = writeln!(text, "cookie.p.{kind}.kind = \"{kind}\"");
    }
    let rows: Vec<String> = kinds.iter().map(|kind| format!("\"p/{kind}\"")).collect();
    let _ =
        writeln!(text, "table.t = {{ title = \"T\", columns = [\"name\", \"kind\"], rows = [{}] }}", rows.join(", "));
    let built = build(&text);
    built.is_clean();
    let labels: Vec<String> = built.rows("a/cookies").into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(labels.len(), kinds.len());
    assert!(labels.iter().all(|label| !label.is_empty()), "{labels:?}");
    assert_eq!(labels[1], "Stockage local");
}

#[test]
fn like_takes_columns_and_labels() {
    let built = build(&format!(
        "{FIVE_COOKIES}{}",
        r#"
//- /sites/g/cookies.toml
table.t.label.name.fr = "Cookie"
table.u = { title = "U", like = "t", rows = ["p/four"] }
table.v = { title = "V", like = "t", label.purpose.fr = "But", columns = ["purpose"], rows = ["p/five"] }
"#
    ));
    built.is_clean();
    let tables = built.tables("a/cookies");
    let labels: Vec<&[String]> = tables.iter().map(|table| &*table.labels).collect();
    assert_eq!(labels, [&["Cookie", "Finalité"][..], &["Cookie", "Finalité"], &["But"]]);
    assert_eq!(tables[2].rows, [["5"]]);
}

#[test]
fn like_of_an_unknown_table_names_the_nearest() {
    let text = format!("{FIVE_COOKIES}{}", tenant_a("table.u = { title = \"U\", like = \"tt\", rows = [\"p/one\"] }"));
    let built = build(&text);
    let found = built.one("unknown-table");
    assert_eq!(place(&found), "sites/g/a/site.toml:3:33");
    assert!(hint(&found).contains("`t`"), "{found}");
    built.only_a_failed();
}

#[test]
fn labels_have_an_order_of_precedence() {
    let text = FIVE_COOKIES.replace("[\"name\", \"purpose\"]", "[\"name\", \"purpose\", \"duration\", \"provider\"]");
    let built = build(&format!(
        "{text}{}",
        r#"
//- /sites/g/cookies.toml
label.name.fr = "groupe"
label.purpose.fr = "groupe"
label.duration.fr = "groupe"
table.t.label.purpose.fr = "table"
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
table.t.label.purpose.fr = "tenant"
label.duration.fr = "tenant"
"#
    ));
    built.is_clean();
    let tables = (built.tables("a/cookies"), built.tables("b/cookies"));
    assert_eq!(tables.0[0].labels, ["groupe", "tenant", "tenant", "Prestataire"]);
    assert_eq!(tables.1[0].labels, ["groupe", "table", "groupe", "Prestataire"]);
}

/// A table's label in one language leaves the layer's label in another one as it is.
#[test]
fn labels_are_merged_by_language() {
    let built = build(&format!(
        "{FIVE_COOKIES}{}",
        r#"
//- /sites/g/group.toml
languages = ["fr", "en"]
label.name = { fr = "Traceur", en = "Tracker" }
table.t.label.name.fr = "Témoin"
"#
    ));
    built.is_clean();
    assert_eq!(built.tables("a/cookies")[0].labels[0], "Témoin");
    assert_eq!(built.tables("a/en/cookies")[0].labels[0], "Tracker");
}

#[test]
fn own_words_for_categories_are_shown() {
    let built = build(
        r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
//- /sites/cookies.toml
provider.p.name = "P"
category.analytique = { is = "analytics", label.fr = "Analytique" }
category.necessary = { label.fr = "Indispensable" }
cookie.p.one.category = "analytique"
cookie.p.two.category = "necessary"
cookie.p.three.category = "marketing"
table.t = { title = "T", columns = ["name", "category"], rows = ["p/one", "p/two", "p/three"] }
"#,
    );
    built.is_clean();
    let column = |page: &str| -> Vec<String> { built.rows(page).into_iter().map(|row| row[1].clone()).collect() };
    assert_eq!(column("a/cookies"), ["Analytique", "Indispensable", "Marketing"]);
    assert_eq!(column("a/en/cookies"), ["Analytics", "Necessary", "Marketing"]);
}

#[test]
fn a_literal_cell_is_one_languages_own() {
    let built = build(
        r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.one = { duration = "1 day", link = "p.example/privacy", cell.link.fr = "Durée : 1 jour" }
table.t = { title = "T", columns = ["name", "link"], rows = ["p/one"] }
"#,
    );
    built.is_clean();
    assert_eq!(built.rows("a/cookies"), [["one", "Durée : 1 jour"]]);
    assert_eq!(built.rows("a/en/cookies"), [["one", "p.example/privacy"]]);
}

#[test]
fn one_tenant_overrides_one_field_in_one_language() {
    let built = build(
        r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.one = { service = { fr = "S", en = "S" }, purpose = { fr = "Compter", en = "Count" }, duration = "1 day" }
table.t = { title = "T", columns = ["name", "service", "purpose", "duration"], rows = ["p/one"] }
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
cookie.p.one.purpose.fr = "Mesurer"
"#,
    );
    built.is_clean();
    assert_eq!(built.rows("a/cookies"), [["one", "S", "Mesurer", "1 jour"]]);
    assert_eq!(built.rows("a/en/cookies"), [["one", "S", "Count", "1 day"]]);
    assert_eq!(built.rows("b/cookies"), [["one", "S", "Compter", "1 jour"]]);
}

#[test]
fn a_table_can_be_read_by_a_screen_reader() {
    let built = build(&FIVE_COOKIES.replace("[\"name\", \"purpose\"]", "[\"purpose\", \"name\"]"));
    let html = built.html("a/cookies");
    assert!(html.contains(">T</caption>"), "{html}");
    assert_eq!(html.matches("<th scope=\"col\">").count(), 2);
    assert!(html.contains("<th scope=\"row\" data-label=\"Nom\"><code translate=\"no\">one</code></th>"), "{html}");
    assert!(html.contains("<td data-label=\"Finalité\">1</td>"), "{html}");
    let caption = html.split("<caption id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    assert!(!caption.is_empty() && html.contains(&format!("aria-labelledby=\"{caption}\"")), "{html}");
}

/// Ids are unique in a page, also where a table is shown twice and where a heading has taken its id; or it is refused.
#[test]
fn a_table_shown_twice_gives_no_id_twice() {
    for before in ["{{ cookie_table(\"t\") }}", "## Table {#table-t}", "## Table {#table-t-caption}"] {
        let page = format!(
            "\n//- /sites/content/cookies.fr.md\n+++\ntitle = \"C\"\n+++\n{before}\n\n{{{{ cookie_tables() }}}}\n"
        );
        let built = build(&format!("{FIVE_COOKIES}{page}"));
        if built.outcome.code == 0 {
            let html = built.html("a/cookies");
            let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let distinct: BTreeSet<&&str> = ids.iter().collect();
            assert_eq!(ids.len(), distinct.len(), "{before}: {ids:?}");
        } else {
            assert!(!built.findings().is_empty(), "{}", built.outcome.stdout);
        }
    }
}

#[test]
fn a_table_has_columns_each_once() {
    for columns in ["[]", "[\"name\", \"name\"]"] {
        let built = build(&format!("{FIVE_COOKIES}{}", tenant_a(&format!("table.t.columns = {columns}"))));
        assert_eq!(built.findings().len(), 1, "columns = {columns}: {}", built.outcome.stdout);
        assert_eq!(built.findings()[0]["line"], 3);
        assert_eq!(built.status("b"), "built");
    }
}

/// A table without a title would show its id, or nothing, as its caption.
#[test]
fn a_table_without_a_title_is_told() {
    for title in ["", "table.t.title = \"\"\n", "table.t.title.fr = \" \"\n"] {
        let built = build(&FIVE_COOKIES.replace("table.t.title = \"T\"\n", title));
        assert!(!built.findings().is_empty(), "{title:?} gives {:?}", built.tables("a/cookies")[0].caption);
    }
}
