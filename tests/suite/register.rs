//! The register: catalogue entries, tables, labels, categories, and what they become in the pages of two tenants.
//!
//! How other keys are merged is in `layers`; bad files are in the modules of faults.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// Two tenants of one group, whose only page shows all tables.
const BASE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/cookies.fr.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/content/cookies.en.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/g/group.toml
//- /sites/g/a/site.toml
name = "A"
base_url = "https://a.example"
//- /sites/g/b/site.toml
name = "B"
base_url = "https://b.example"
"#;

/// Five plain entries of one provider, and a table of the first three.
const FIVE_COOKIES: &str = r#"
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.one.purpose = "1"
cookie.p.two.purpose = "2"
cookie.p.three.purpose = "3"
cookie.p.four.purpose = "4"
cookie.p.five.purpose = "5"
table.t.title = "T"
table.t.columns = ["name", "purpose"]
table.t.rows = ["p/one", "p/two", "p/three"]
"#;

/// An entry that says everything.
const FULL_COOKIE: &str = r#"
//- /sites/cookies.toml
[provider.google]
name = "Google"
url = "https://www.google.com"
privacy = "https://policies.google.com/privacy"
country = "IE"
[cookie.google.ga4]
names = [{ prefix = "_ga_" }, { glob = "_hj*" }, { regex = "^_gat_" }, "_gid"]
kind = "http"
role = "audience"
category = "analytics"
party = "third"
third_party_access = ["google"]
consent_mode = ["analytics_storage"]
iab = { purposes = [1, 8], opt_out = false }
data_retention = "25 months"
consent = { required = true, basis = "consent", evidence = "audit", assessed = 2026-01-15 }
duration = { is = "13 months", refresh = true, source = "vendor", verified = true, bound = false }
service.fr = "Statistiques"
purpose.fr = "Compter"
location.fr = "Tout le site"
legal_basis.fr = "Consentement"
hosts = [".google.com"]
link = "policies.google.com/privacy"
opt_out = "https://tools.google.com/dlpage/gaoptout"
cell.kind.fr = "Traceur"
[table.t]
title.fr = "Mesure"
columns = ["provider", "service", "name", "purpose", "duration", "category", "kind", "party", "host", "location",
  "link", "opt_out", "legal_basis", "data_retention"]
rows = ["google/ga4"]
"#;

#[test]
fn every_key_of_a_cookie_is_accepted() {
    let built = Built::of(FULL_COOKIE);
    built.is_clean();
    let expected = [
        "Google",
        "Statistiques",
        "_ga_* / _hj* / ^_gat_ / _gid",
        "Compter",
        "13 mois",
        "Mesure d'audience",
        "Traceur",
        "Tiers",
        ".google.com",
        "Tout le site",
        "policies.google.com/privacy",
        "https://tools.google.com/dlpage/gaoptout",
        "Consentement",
        "25 mois",
    ];
    assert_eq!(built.rows("a/cookies"), [expected]);
    assert_eq!(built.rows("b/cookies"), [expected]);
}

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
    let built = Built::of(&text);
    built.is_clean();
    let labels: Vec<String> = built.rows("a/cookies").into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(labels.len(), kinds.len());
    assert!(labels.iter().all(|label| !label.is_empty()), "{labels:?}");
    assert_eq!(labels[1], "Stockage local");
}

#[test]
fn rows_are_edited_layer_by_layer() {
    let built = Built::of(&format!(
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
    let built = Built::of(&format!(
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
    let built = Built::of(&format!("{FIVE_COOKIES}{}", tenant_a(r#"table.t.add = ["p/two", "p/four", "p/four"]"#)));
    let names = built.names("a/cookies");
    assert_eq!(names.iter().filter(|name| *name == "two").count(), 1, "{names:?}");
    assert_eq!(names.iter().filter(|name| *name == "four").count(), 1, "{names:?}");
}

#[test]
fn a_row_listed_twice_is_told() {
    let text = FIVE_COOKIES.replace("\"p/one\", \"p/two\"", "\"p/one\", \"p/one\"");
    let built = Built::of(&text);
    let told = built.findings().iter().any(|found| found["message"].as_str().is_some_and(|it| it.contains("p/one")));
    assert!(told, "a row that stands twice is told, or shown once: {}", built.outcome.stdout);
}

#[test]
fn rows_that_a_tenant_pins_are_exactly_these() {
    let own = tenant_a("table.t.rows = [\"p/three\", \"p/one\"]");
    let built = Built::of(&format!("{FIVE_COOKIES}{own}"));
    assert_eq!(built.names("a/cookies"), ["three", "one"]);
    let note = built.one("rows-pinned");
    assert_eq!(note["severity"], "note");
    assert_eq!(place(&note), "sites/g/a/site.toml:3:16");
    assert!(note["message"].as_str().is_some_and(|text| text.contains("p/two")), "{note}");
    assert_eq!(built.outcome.code, 0);
}

#[test]
fn pinned_rows_below_edits_hide_them() {
    let built = Built::of(&format!(
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
    let built = Built::of(&format!("{FIVE_COOKIES}{}", tenant_a("table.t.drop = [\"p/thre\"]")));
    let found = built.one("drop-of-nothing");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("warning"), "sites/g/a/site.toml:3:17"));
    assert!(hint(&found).contains("p/three"), "{found}");
    assert_eq!(built.names("a/cookies"), ["one", "two", "three"]);
}

#[test]
fn a_table_without_rows_appears_only_where_rows_are_added() {
    let text = FIVE_COOKIES.replace("table.t.rows = [\"p/one\", \"p/two\", \"p/three\"]\n", "");
    let built = Built::of(&format!("{text}{}", tenant_a("table.t.add = [\"p/two\"]")));
    built.is_clean();
    assert_eq!(built.names("a/cookies"), ["two"]);
    assert!(!built.html("b/cookies").contains("<table"), "{}", built.html("b/cookies"));
}

#[test]
fn like_takes_columns_and_labels() {
    let built = Built::of(&format!(
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
    let built = Built::of(&text);
    let found = built.one("unknown-table");
    assert_eq!(place(&found), "sites/g/a/site.toml:3:33");
    assert!(hint(&found).contains("`t`"), "{found}");
    built.only_a_failed();
}

#[test]
fn labels_have_an_order_of_precedence() {
    let text = FIVE_COOKIES.replace("[\"name\", \"purpose\"]", "[\"name\", \"purpose\", \"duration\", \"provider\"]");
    let built = Built::of(&format!(
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
    let built = Built::of(&format!(
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
    let built = Built::of(
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
    let built = Built::of(
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
    let built = Built::of(
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
fn durations_are_printed_in_the_language_of_the_page() {
    let mut text = String::from(
        "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\", \"de\", \"es\", \"nl\"]\n\
         //- /sites/cookies.toml\nprovider.p.name = \"P\"\ncookie.p.one.duration = \"14 days\"\n\
         cookie.p.two.duration = \"6 mois\"\ncookie.p.three.duration = \"session\"\n\
         table.t = { title = \"T\", columns = [\"name\", \"duration\"], rows = [\"p/one\", \"p/two\", \"p/three\"] }\n\
         //- /themes/plain/strings/de.toml\n//- /themes/plain/strings/es.toml\n//- /themes/plain/strings/nl.toml\n",
    );
    for lang in ["de", "es", "nl"] {
        let _ =
            writeln!(text, "//- /sites/content/cookies.{lang}.md\n+++\ntitle = \"C\"\n+++\n{{{{ cookie_tables() }}}}");
    }
    let built = Built::of(&text);
    built.is_clean();
    let column = |page: &str| -> Vec<String> { built.rows(page).into_iter().map(|row| row[1].clone()).collect() };
    assert_eq!(column("a/cookies"), ["14 jours", "6 mois", "Session"]);
    assert_eq!(column("a/en/cookies"), ["14 days", "6 months", "Session"]);
    assert_eq!(column("a/de/cookies"), ["14 Tage", "6 Monate", "Sitzung"]);
    assert_eq!(column("a/es/cookies"), ["14 días", "6 meses", "Sesión"]);
    assert_eq!(column("a/nl/cookies"), ["14 dagen", "6 maanden", "Sessie"]);
}

#[test]
fn durations_that_are_no_number_are_shown() {
    for (duration, expected) in [
        ("{ until = \"déconnexion\" }", "déconnexion"),
        ("{ raw = \"quelques secondes\" }", "quelques secondes"),
        ("\"persistent\"", "Persistant"),
        ("\"instant\"", "Immédiat"),
        ("\"1 year 6 months\"", "1 an et 6 mois"),
    ] {
        let built = Built::of(&one_duration(duration));
        built.is_clean();
        assert_eq!(built.rows("a/cookies")[0][1], expected, "{duration}");
    }
}

/// No cell is emptied in silence: what was said is shown, or it is told that it cannot be.
#[test]
fn a_duration_by_place_is_not_lost() {
    let built = Built::of(&one_duration("{ by = { EEA = \"13 months\", other = \"24 months\" } }"));
    let shown = &built.rows("a/cookies")[0][1];
    assert!(!shown.is_empty() || !built.findings().is_empty(), "an empty cell, and nothing said about it");
}

/// `bound = true` means "up to": without these words the page would state a fact that is none.
#[test]
fn an_upper_bound_is_shown_as_one() {
    let built = Built::of(&one_duration("{ is = \"180 days\", bound = true }"));
    let shown = &built.rows("a/cookies")[0][1];
    assert!(shown != "180 jours" || !built.findings().is_empty(), "up to 180 days is not 180 days");
}

#[test]
fn names_patterns_and_hosts_share_the_name_cell() {
    let built = Built::of(
        r#"
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.many.names = ["_utma", "_utmz", "_utmz"]
cookie.p.prefix.names = [{ prefix = "_ga_" }]
cookie.p.glob.names = [{ glob = "_hj*" }]
cookie.p.host = { names = [], hosts = [".stripe.com", "m.stripe.com"] }
table.t = { title = "T", columns = ["name", "host"], rows = ["p/many", "p/prefix", "p/glob", "p/host"] }
"#,
    );
    built.is_clean();
    let hosts = ".stripe.com / m.stripe.com";
    let expected = [["_utma / _utmz / _utmz", ""], ["_ga_*", ""], ["_hj*", ""], [hosts, hosts]];
    assert_eq!(built.rows("a/cookies"), expected);
    assert!(built.html("a/cookies").contains("<code translate=\"no\">_utma</code>"), "names are never translated");
}

#[test]
fn a_cookie_without_name_and_host_is_an_error() {
    let built = Built::of(&format!("{FIVE_COOKIES}{}", tenant_a("cookie.p.one.names = []")));
    let found = built.one("nameless-cookie");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("error"), "sites/g/a/site.toml:3:22"));
    built.only_a_failed();
}

#[test]
fn a_pattern_is_of_one_kind() {
    for pattern in ["{}", "{ prefix = \"_ga\", glob = \"_ga*\" }", "{ prefix = \"\" }", "{ glob = \"\" }"] {
        let built =
            Built::of(&format!("{FIVE_COOKIES}{}", tenant_a(&format!("cookie.p.one.names = [\"x\", {pattern}]"))));
        assert_eq!(built.outcome.code, 1, "{pattern} says nothing, or two things: {}", built.outcome.stdout);
        built.only_a_failed();
    }
}

#[test]
fn links_are_given_their_scheme_and_shown_as_published() {
    let built = Built::of(
        r#"
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.bare.link = "amplitude.com/privacy"
cookie.p.full.link = "https://policies.example/?hl=en-US&x=1"
cookie.p.text.link = "Voir la notice"
cookie.p.bad.link = "javascript:alert(1)"
table.t = { title = "T", columns = ["name", "link"], rows = ["p/bare", "p/full", "p/text", "p/bad"] }
"#,
    );
    let html = built.html("a/cookies");
    assert!(html.contains("<a href=\"https://amplitude.com/privacy\">amplitude.com/privacy</a>"), "{html}");
    assert!(html.contains("href=\"https://policies.example/?hl=en-US&amp;x=1\""), "{html}");
    assert!(!html.contains("href=\"javascript") && !html.contains("href=\"https://javascript"), "{html}");
    assert_eq!(built.rows("a/cookies")[2], ["text", "Voir la notice"]);
}

#[test]
fn a_provider_without_an_entry_is_a_warning_and_an_empty_cell() {
    let built = Built::of(
        r#"
//- /sites/cookies.toml
provider.matomo.name = "Matomo"
cookie.matmo.one.purpose = "1"
cookie.elsewhere.two.purpose = "2"
table.t = { title = "T", columns = ["name", "provider"], rows = ["matmo/one", "elsewhere/two"] }
"#,
    );
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    let found = built.all("unknown-provider");
    assert_eq!(found.len(), 2);
    assert_eq!(place(&found[0]), "sites/cookies.toml:2:14");
    assert_eq!((found[0]["severity"].as_str(), found[0]["tenants"].as_u64()), (Some("warning"), Some(2)));
    assert!(hint(&found[0]).contains("matomo"), "{}", found[0]);
    assert!(hint(&found[1]).contains("provider.elsewhere"), "{}", found[1]);
    assert_eq!(built.rows("a/cookies"), [["one", ""], ["two", ""]]);
}

#[test]
fn overridden_facts_are_warnings() {
    let facts = [
        "names = [\"x\"]",
        "kind = \"pixel\"",
        "category = \"marketing\"",
        "party = \"third\"",
        "consent = { required = true }",
        "duration = \"6 months\"",
    ];
    let shared = FIVE_COOKIES.replace(
        "cookie.p.one.purpose = \"1\"",
        "cookie.p.one = { purpose = \"1\", category = \"analytics\", party = \"first\", duration = \"13 months\" }",
    );
    for fact in facts {
        let built = Built::of(&format!("{shared}{}", tenant_a(&format!("cookie.p.one.{fact}"))));
        let found = built.one("fact-overridden");
        assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
        assert_eq!((found["severity"].as_str(), found["line"].as_u64()), (Some("warning"), Some(3)), "{fact}");
        assert_eq!((found["file"].as_str(), found["tenants"].as_u64()), (Some("sites/g/a/site.toml"), Some(1)));
    }
}

/// A session ends before 13 months do.
#[test]
fn a_session_is_shorter_than_months() {
    let shared = FIVE_COOKIES.replace("purpose = \"1\"", "duration = \"13 months\"");
    let built = Built::of(&format!("{shared}{}", tenant_a("cookie.p.one.duration = \"session\"")));
    assert_eq!(place(&built.one("fact-overridden")), "sites/g/a/site.toml:3:25");
}

#[test]
fn overridden_words_and_longer_durations_are_no_warnings() {
    let shared = FIVE_COOKIES.replace(
        "cookie.p.one.purpose = \"1\"",
        "cookie.p.one = { purpose = \"1\", category = \"analytics\", duration = \"13 months\" }",
    );
    for word in ["purpose = \"x\"", "service = \"x\"", "duration = \"25 months\"", "category = \"analytics\""] {
        let built = Built::of(&format!("{shared}{}", tenant_a(&format!("cookie.p.one.{word}"))));
        built.is_clean();
    }
}

#[test]
fn an_unknown_cookie_names_the_nearest() {
    let built = Built::of(&format!("{FIVE_COOKIES}{}", tenant_a("table.t.add = [\"p/fiv\", \"q/other\"]")));
    let found = built.all("unknown-cookie");
    assert_eq!(found.iter().map(place).collect::<Vec<_>>(), ["sites/g/a/site.toml:3:16", "sites/g/a/site.toml:3:25"]);
    assert!(hint(&found[0]).contains("p/five"), "{}", found[0]);
    assert!(hint(&found[1]).contains("cookie.q.other"), "{}", found[1]);
    built.only_a_failed();
}

#[test]
fn an_unknown_table_in_content_names_the_nearest() {
    let page = "\n//- /sites/g/a/content/cookies.fr.md\n+++\ntitle = \"C\"\n+++\n\n{{ cookie_table(\"tt\") }}\n";
    let built = Built::of(&format!("{FIVE_COOKIES}{page}"));
    assert_eq!(built.outcome.code, 1, "{}", built.outcome.stdout);
    let found = built.findings().first().cloned().unwrap_or_default();
    assert_eq!((found["file"].as_str(), found["line"].as_u64()), (Some("sites/g/a/content/cookies.fr.md"), Some(5)));
    assert!(hint(&found).contains("`t`"), "{found}");
    built.only_a_failed();
}

#[test]
fn an_unknown_category_names_the_nearest() {
    let built = Built::of(&format!("{FIVE_COOKIES}{}", tenant_a("cookie.p.one.category = \"analytic\"")));
    let found = built.one("unknown-category");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("error"), "sites/g/a/site.toml:3:25"));
    assert!(hint(&found).contains("analytics"), "{found}");
    built.only_a_failed();
}

#[test]
fn an_unknown_column_names_the_nearest() {
    for (line, column) in [("table.t.columns = [\"name\", \"purpos\"]", 28), ("label.purpos.fr = \"But\"", 7)] {
        let built = Built::of(&format!("{FIVE_COOKIES}{}", tenant_a(line)));
        let found = built.one("unknown-column");
        assert_eq!(place(&found), format!("sites/g/a/site.toml:3:{column}"));
        assert!(hint(&found).contains("`purpose`"), "{found}");
        built.only_a_failed();
    }
}

#[test]
fn a_mistake_of_a_shared_catalogue_is_told_once() {
    let built = Built::of(&FIVE_COOKIES.replace("\"p/three\"]", "\"p/thre\"]"));
    let found = built.one("unknown-cookie");
    assert_eq!((place(&found), found["tenants"].as_u64()), ("sites/cookies.toml:9:35".to_owned(), Some(2)));
    assert_eq!(built.outcome.code, 1);
}

#[test]
fn a_text_missing_in_a_served_language_is_one_error_with_the_number_of_tenants() {
    let built = Built::of(
        r#"
//- /sites/g/group.toml
languages = ["fr", "en"]
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.one.purpose = { fr = "Compter" }
table.t = { title = "T", columns = ["name", "purpose"], rows = ["p/one"] }
//- /sites/c/site.toml
name = "C"
base_url = "https://c.example"
"#,
    );
    let found = built.one("lang-variant-missing");
    assert_eq!((found["severity"].as_str(), found["tenants"].as_u64()), (Some("error"), Some(2)));
    assert_eq!((found["file"].as_str(), found["line"].as_u64()), (Some("sites/cookies.toml"), Some(2)));
    for word in ["purpose", "p/one", "`en`"] {
        assert!(found["message"].as_str().is_some_and(|text| text.contains(word)), "{found}");
    }
    assert_eq!(built.outcome.code, 1);
    assert_eq!(built.status("c"), "built", "it serves French only");
}

/// What a table says besides its cookies is owed in every served language as well.
#[test]
fn a_title_and_an_intro_missing_in_a_served_language_are_told() {
    for field in ["title", "intro"] {
        let other = if field == "title" { "" } else { "table.t.title = \"T\"\n" };
        let built = Built::of(&format!(
            "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\"]\n\
             //- /sites/cookies.toml\nprovider.p.name = \"P\"\ncookie.p.one.purpose = \"1\"\n{other}\
             table.t.{field} = {{ fr = \"Seul\" }}\ntable.t.rows = [\"p/one\"]\n"
        ));
        let told = built.all("lang-variant-missing");
        assert_eq!(told.len(), 1, "the {field} has no English: {}", built.outcome.stdout);
    }
}

/// `party` follows from the hosts of the cookie and the addresses that the tenant covers.
#[test]
fn party_follows_from_hosts_and_covers() {
    let built = Built::of(
        r#"
//- /sites/cookies.toml
provider.p.name = "P"
cookie.p.own.hosts = ["www.a.example"]
cookie.p.other.hosts = [".stripe.com"]
cookie.p.said = { hosts = [".stripe.com"], party = "first" }
table.t = { title = "T", columns = ["name", "party"], rows = ["p/own", "p/other", "p/said"] }
"#,
    );
    built.is_clean();
    assert_eq!(built.rows("a/cookies"), [["own", "Interne"], ["other", "Tiers"], ["said", "Interne"]]);
    assert_eq!(built.rows("b/cookies"), [["own", "Tiers"], ["other", "Tiers"], ["said", "Interne"]]);
}

#[test]
fn a_table_can_be_read_by_a_screen_reader() {
    let built = Built::of(&FIVE_COOKIES.replace("[\"name\", \"purpose\"]", "[\"purpose\", \"name\"]"));
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
        let built = Built::of(&format!("{FIVE_COOKIES}{page}"));
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
        let built = Built::of(&format!("{FIVE_COOKIES}{}", tenant_a(&format!("table.t.columns = {columns}"))));
        assert_eq!(built.findings().len(), 1, "columns = {columns}: {}", built.outcome.stdout);
        assert_eq!(built.findings()[0]["line"], 3);
        assert_eq!(built.status("b"), "built");
    }
}

/// A table without a title would show its id, or nothing, as its caption.
#[test]
fn a_table_without_a_title_is_told() {
    for title in ["", "table.t.title = \"\"\n", "table.t.title.fr = \" \"\n"] {
        let built = Built::of(&FIVE_COOKIES.replace("table.t.title = \"T\"\n", title));
        assert!(!built.findings().is_empty(), "{title:?} gives {:?}", built.tables("a/cookies")[0].caption);
    }
}

#[test]
fn tables_stand_in_the_order_of_the_layers() {
    let own = tenant_a("table.z = { title = \"Z\", rows = [\"p/four\"] }\ntable.t.title = \"Titre\"");
    let built = Built::of(&format!("{FIVE_COOKIES}{own}"));
    let captions: Vec<String> = built.tables("a/cookies").into_iter().map(|table| table.caption).collect();
    assert_eq!(captions, ["Titre", "Z"]);
}

/// Row 78, cells of the register.
#[test]
fn fault_078_a_cell_stays_one_cell() {
    let cell = "<b onclick=\\\"x()\\\">|`\\n</td>";
    let built = Built::of(&FIVE_COOKIES.replace("purpose = \"1\"", &format!("purpose = \"{cell}\"")));
    let rows = built.rows("a/cookies");
    assert_eq!(rows[0], ["one", "<b onclick=\"x()\">|` </td>"]);
    assert_eq!(rows.len(), 3);
    assert!(!built.html("a/cookies").contains("<b onclick"));
}

/// One run of `build` over the base and what a test adds to it.
struct Built {
    workspace: Workspace,
    outcome: Outcome,
    report: Value,
}

impl Built {
    fn of(text: &str) -> Self {
        let workspace = Workspace::with_theme(BASE);
        let mut names: Vec<&str> = Vec::new();
        for part in text.split("//- /").skip(1) {
            let name = part.lines().next().unwrap_or_default();
            assert!(!names.contains(&name), "`{name}` stands twice");
            names.push(name);
        }
        workspace.add_text(text);
        let outcome = Program::new().args(["build", "--format", "json"]).current_dir(&workspace).run();
        let report = serde_json::from_str(&outcome.stdout).unwrap_or_default();
        assert_ne!(report, Value::Null, "no JSON: {}{}", outcome.stdout, outcome.stderr);
        Self { workspace, outcome, report }
    }

    fn findings(&self) -> &[Value] {
        self.report["findings"].as_array().map_or(&[], Vec::as_slice)
    }

    fn is_clean(&self) {
        assert!(self.findings().is_empty() && self.outcome.code == 0, "{}", self.outcome.stdout);
    }

    fn all(&self, code: &str) -> Vec<Value> {
        self.findings().iter().filter(|found| found["code"] == code).cloned().collect()
    }

    /// The only finding of a code.
    fn one(&self, code: &str) -> Value {
        let mut found = self.all(code);
        assert_eq!(found.len(), 1, "findings `{code}` in {}", self.outcome.stdout);
        found.remove(0)
    }

    fn status(&self, tenant: &str) -> String {
        let mut tenants = self.report["tenants"].as_array().into_iter().flatten();
        let found = tenants.find(|found| found["id"] == tenant).cloned().unwrap_or_default();
        found["status"].as_str().unwrap_or_default().to_owned()
    }

    /// The fault is in `a`: exit 1, and `b` is built.
    fn only_a_failed(&self) {
        assert_eq!(self.outcome.code, 1, "{}", self.outcome.stdout);
        assert_eq!((&*self.status("a"), &*self.status("b")), ("failed", "built"), "{}", self.outcome.stdout);
        assert!(!self.workspace.holds("dist/a") && self.workspace.holds("dist/b/cookies/index.html"));
    }

    fn html(&self, page: &str) -> String {
        assert!(self.workspace.holds(&format!("dist/{page}/index.html")), "no `{page}`: {}", self.outcome.stdout);
        Tree::read(self.workspace.at("dist")).text(&format!("{page}/index.html")).to_owned()
    }

    fn tables(&self, page: &str) -> Vec<Table> {
        elements(&self.html(page), &["table"]).into_iter().map(table).collect()
    }

    fn rows(&self, page: &str) -> Vec<Vec<String>> {
        self.tables(page).into_iter().flat_map(|table| table.rows).collect()
    }

    /// The first cell of each row.
    fn names(&self, page: &str) -> Vec<String> {
        self.rows(page).into_iter().filter_map(|row| row.into_iter().next()).collect()
    }
}

/// The settings of tenant `a` with more lines; the first of them is line 3.
fn tenant_a(lines: &str) -> String {
    format!("\n//- /sites/g/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\n{lines}\n")
}

/// A table of one cookie, kept for so long.
fn one_duration(duration: &str) -> String {
    format!(
        "//- /sites/cookies.toml\nprovider.p.name = \"P\"\ncookie.p.one.duration = {duration}\n\
         table.t = {{ title = \"T\", columns = [\"name\", \"duration\"], rows = [\"p/one\"] }}\n"
    )
}

/// `file:line:column` of a finding.
fn place(finding: &Value) -> String {
    format!("{}:{}:{}", finding["file"].as_str().unwrap_or_default(), finding["line"], finding["column"])
}

fn hint(finding: &Value) -> &str {
    finding["hint"].as_str().unwrap_or_default()
}

/// A table of a page, as a reader sees it.
struct Table {
    caption: String,
    labels: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn table(html: &str) -> Table {
    let texts = |html: &str| elements(html, &["th", "td"]).into_iter().map(plain).collect();
    let rows = |part: &str| -> Vec<Vec<String>> {
        elements(html, &[part]).into_iter().flat_map(|part| elements(part, &["tr"])).map(texts).collect()
    };
    Table {
        caption: elements(html, &["caption"]).into_iter().map(plain).collect(),
        labels: rows("thead").into_iter().flatten().collect(),
        rows: rows("tbody"),
    }
}

/// What stands within each element of one of these names, in order; elements of one name do not nest.
fn elements<'h>(html: &'h str, names: &[&str]) -> Vec<&'h str> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let (Some(open), true) = (rest.find('>'), names.contains(&word)) else { continue };
        let inner = &rest[open + 1..];
        let end = inner.find(&format!("</{word}>")).unwrap_or(inner.len());
        found.push(&inner[..end]);
        rest = &inner[end..];
    }
    found
}

/// Text without tags, its entities resolved and its white space folded.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for (index, piece) in html.split('<').enumerate() {
        text.push_str(if index == 0 { piece } else { piece.split_once('>').map_or("", |(_, after)| after) });
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let text = named.iter().fold(text, |text, (entity, plain)| text.replace(entity, plain));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
