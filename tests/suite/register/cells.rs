//! The cells of a row: every key of a cookie, names, hosts, links, durations.

use std::fmt::Write as _;

use super::{FIVE_COOKIES, build, tenant_a};
use crate::report::place;

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
    let built = build(FULL_COOKIE);
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
    let built = build(&text);
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
        let built = build(&one_duration(duration));
        built.is_clean();
        assert_eq!(built.rows("a/cookies")[0][1], expected, "{duration}");
    }
}

/// No cell is emptied in silence: what was said is shown, or it is told that it cannot be.
#[test]
fn a_duration_by_place_is_not_lost() {
    let built = build(&one_duration("{ by = { EEA = \"13 months\", other = \"24 months\" } }"));
    let shown = &built.rows("a/cookies")[0][1];
    assert!(!shown.is_empty() || !built.findings().is_empty(), "an empty cell, and nothing said about it");
}

/// `bound = true` means "up to": without these words the page would state a fact that is none.
#[test]
fn an_upper_bound_is_shown_as_one() {
    let built = build(&one_duration("{ is = \"180 days\", bound = true }"));
    let shown = &built.rows("a/cookies")[0][1];
    assert!(shown != "180 jours" || !built.findings().is_empty(), "up to 180 days is not 180 days");
}

#[test]
fn names_patterns_and_hosts_share_the_name_cell() {
    let built = build(
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
    let built = build(&format!("{FIVE_COOKIES}{}", tenant_a("cookie.p.one.names = []")));
    let found = built.one("nameless-cookie");
    assert_eq!((found["severity"].as_str(), &*place(&found)), (Some("error"), "sites/g/a/site.toml:3:22"));
    built.only_a_failed();
}

#[test]
fn a_pattern_is_of_one_kind() {
    for pattern in ["{}", "{ prefix = \"_ga\", glob = \"_ga*\" }", "{ prefix = \"\" }", "{ glob = \"\" }"] {
        let built = build(&format!("{FIVE_COOKIES}{}", tenant_a(&format!("cookie.p.one.names = [\"x\", {pattern}]"))));
        assert_eq!(built.outcome.code, 1, "{pattern} says nothing, or two things: {}", built.outcome.stdout);
        built.only_a_failed();
    }
}

#[test]
fn links_are_given_their_scheme_and_shown_as_published() {
    let built = build(
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

/// `party` follows from the hosts of the cookie and the addresses that the tenant covers.
#[test]
fn party_follows_from_hosts_and_covers() {
    let built = build(
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

/// Row 78, cells of the register.
#[test]
fn fault_078_a_cell_stays_one_cell() {
    let cell = "<b onclick=\\\"x()\\\">|`\\n</td>";
    let built = build(&FIVE_COOKIES.replace("purpose = \"1\"", &format!("purpose = \"{cell}\"")));
    let rows = built.rows("a/cookies");
    assert_eq!(rows[0], ["one", "<b onclick=\"x()\">|` </td>"]);
    assert_eq!(rows.len(), 3);
    assert!(!built.html("a/cookies").contains("<b onclick"));
}

/// A table of one cookie, kept for so long.
fn one_duration(duration: &str) -> String {
    format!(
        "//- /sites/cookies.toml\nprovider.p.name = \"P\"\ncookie.p.one.duration = {duration}\n\
         table.t = {{ title = \"T\", columns = [\"name\", \"duration\"], rows = [\"p/one\"] }}\n"
    )
}
