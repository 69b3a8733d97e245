//! Entries that are missing, wrong, or overridden by what contradicts them.

use super::{FIVE_COOKIES, build, tenant_a};
use crate::report::{hint, place};

#[test]
fn a_provider_without_an_entry_is_a_warning_and_an_empty_cell() {
    let built = build(
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
        let built = build(&format!("{shared}{}", tenant_a(&format!("cookie.p.one.{fact}"))));
        let found = built.one("fact-overridden");
        assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
        assert_eq!((found["severity"].as_str(), found["line"].as_u64()), (Some("warning"), Some(3)), "{fact}");
        assert_eq!((found["file"].as_str(), found["tenants"].as_u64()), (Some("sites/g/a/site.toml"), Some(1)));
    }
}

/// What decides whether visitors are asked is not passed over because it is of another kind.
#[test]
fn facts_that_something_is_decided_by_are_of_one_kind() {
    for (fact, wrong) in [
        ("consent = { required = \"true\" }", "\"true\""),
        ("consent = \"required\"", "\"required\""),
        ("iab = { purposes = 8 }", "8"),
        ("iab = { purposes = [1, \"8\"] }", "\"8\""),
        ("iab = { special_purposes = [1.5] }", "1.5"),
        ("iab = { opt_out = 1 }", "1"),
        ("iab = [1]", "[1]"),
    ] {
        let line = format!("cookie.p.one.{fact}");
        let built = build(&format!("{FIVE_COOKIES}{}", tenant_a(&line)));
        let found = built.one("wrong-type");
        let column = line.find(wrong).unwrap() + 1;
        assert_eq!(place(&found), format!("sites/g/a/site.toml:3:{column}"), "{fact}");
        assert_eq!(found["tenants"], 1, "{fact}");
    }
}

/// A session ends before 13 months do.
#[test]
fn a_session_is_shorter_than_months() {
    let shared = FIVE_COOKIES.replace("purpose = \"1\"", "duration = \"13 months\"");
    let built = build(&format!("{shared}{}", tenant_a("cookie.p.one.duration = \"session\"")));
    assert_eq!(place(&built.one("fact-overridden")), "sites/g/a/site.toml:3:25");
}

#[test]
fn overridden_words_and_longer_durations_are_no_warnings() {
    let shared = FIVE_COOKIES.replace(
        "cookie.p.one.purpose = \"1\"",
        "cookie.p.one = { purpose = \"1\", category = \"analytics\", duration = \"13 months\" }",
    );
    for word in ["purpose = \"x\"", "service = \"x\"", "duration = \"25 months\"", "category = \"analytics\""] {
        let built = build(&format!("{shared}{}", tenant_a(&format!("cookie.p.one.{word}"))));
        built.is_clean();
    }
}

#[test]
fn an_unknown_cookie_names_the_nearest() {
    let built = build(&format!("{FIVE_COOKIES}{}", tenant_a("table.t.add = [\"p/fiv\", \"q/other\"]")));
    let found = built.all("unknown-cookie");
    assert_eq!(found.iter().map(place).collect::<Vec<_>>(), ["sites/g/a/site.toml:3:16", "sites/g/a/site.toml:3:25"]);
    assert!(hint(&found[0]).contains("p/five"), "{}", found[0]);
    assert!(hint(&found[1]).contains("cookie.q.other"), "{}", found[1]);
    built.only_a_failed();
}

#[test]
fn an_unknown_table_in_content_names_the_nearest() {
    let page = "\n//- /sites/g/a/content/cookies.fr.md\n+++\ntitle = \"C\"\n+++\n\n{{ cookie_table(\"tt\") }}\n";
    let built = build(&format!("{FIVE_COOKIES}{page}"));
    assert_eq!(built.outcome.code, 1, "{}", built.outcome.stdout);
    let found = built.findings().first().cloned().unwrap_or_default();
    assert_eq!((found["file"].as_str(), found["line"].as_u64()), (Some("sites/g/a/content/cookies.fr.md"), Some(5)));
    assert!(hint(&found).contains("`t`"), "{found}");
    built.only_a_failed();
}

#[test]
fn an_unknown_category_names_the_nearest() {
    let built = build(&format!("{FIVE_COOKIES}{}", tenant_a("cookie.p.one.category = \"analytic\"")));
    let found = built.one("unknown-category");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("error"), "sites/g/a/site.toml:3:25"));
    assert!(hint(&found).contains("analytics"), "{found}");
    built.only_a_failed();
}

#[test]
fn an_unknown_column_names_the_nearest() {
    for (line, column) in [("table.t.columns = [\"name\", \"purpos\"]", 28), ("label.purpos.fr = \"But\"", 7)] {
        let built = build(&format!("{FIVE_COOKIES}{}", tenant_a(line)));
        let found = built.one("unknown-column");
        assert_eq!(place(&found), format!("sites/g/a/site.toml:3:{column}"));
        assert!(hint(&found).contains("`purpose`"), "{found}");
        built.only_a_failed();
    }
}

#[test]
fn a_mistake_of_a_shared_catalogue_is_told_once() {
    let built = build(&FIVE_COOKIES.replace("\"p/three\"]", "\"p/thre\"]"));
    let found = built.one("unknown-cookie");
    assert_eq!((place(&found), found["tenants"].as_u64()), ("sites/cookies.toml:9:35".to_owned(), Some(2)));
    assert_eq!(built.outcome.code, 1);
}

#[test]
fn a_text_missing_in_a_served_language_is_one_error_with_the_number_of_tenants() {
    let built = build(
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
        let built = build(&format!(
            "//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\", \"en\"]\n\
             //- /sites/cookies.toml\nprovider.p.name = \"P\"\ncookie.p.one.purpose = \"1\"\n{other}\
             table.t.{field} = {{ fr = \"Seul\" }}\ntable.t.rows = [\"p/one\"]\n"
        ));
        let told = built.all("lang-variant-missing");
        assert_eq!(told.len(), 1, "the {field} has no English: {}", built.outcome.stdout);
    }
}
