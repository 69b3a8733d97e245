//! Faults of settings: TOML that is none, keys and values that are wrong, names, addresses, secrets.
//!
//! Rows 49 to 51, 54 to 63 of the catalogue of faults. What content and themes get wrong has modules of its own; files
//! that are no files, and limits of size, are another module's too.

use std::time::Duration;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// A sound tenant beside the faulty one, which the test adds.
const GOOD: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour.
//- /sites/good/site.toml
name = "Good"
base_url = "https://good.example.org"
"#;

/// The first two lines of a faulty tenant whose fault begins on line 3.
const BAD: &str = "name = \"Bad\"\nbase_url = \"https://bad.example.org\"\n";

/// What stands for a secret.
const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

#[test]
fn fault_049_brackets_without_end_are_one_error() {
    let bad = format!("covers = {}", "[".repeat(100_000));
    refuses(&settings(&bad), &[("toml-syntax sites/bad/site.toml:1:", "")]);
    refuses(&settings(&"[".repeat(100_000)), &[("toml-syntax sites/bad/site.toml:1:", "")]);
}

#[test]
fn fault_050_inline_tables_without_end_are_one_error() {
    let bad = format!("vars = {}", "{a=".repeat(100_000));
    refuses(&settings(&bad), &[(" sites/bad/site.toml", "")]);
    let closed = format!("{BAD}vars = {}1{}", "{a=".repeat(5_000), "}".repeat(5_000));
    refuses(&settings(&closed), &[("toml-syntax sites/bad/site.toml:3:", "")]);
}

#[test]
fn fault_051_dots_without_end_are_one_error() {
    for lines in long_keys() {
        refuses(&bad(&lines), &[("toml-syntax sites/bad/site.toml:", "")]);
    }
    // Few enough for the parser, and still nothing that a theme or a target would take.
    let deep = vec!["a"; 60].join(".");
    refuses(&settings(&format!("{BAD}params.{deep} = 1\n")), &[("unknown-param sites/bad/site.toml:3:", "")]);
}

#[test]
fn fault_051_dots_without_end_are_told_at_their_line() {
    for lines in long_keys() {
        refuses(&bad(&lines), &[("toml-syntax sites/bad/site.toml:3:", "")]);
    }
}

#[test]
fn fault_054_what_is_said_twice_is_an_error_at_the_second_place() {
    let cases = [
        ("name = \"Worse\"", "3:1", "duplicate"),
        ("vars.a = \"1\"\nvars.b = \"2\"\nvars.a = \"3\"", "5:6", "duplicate"),
        ("[vars]\na = \"1\"\n[vars]\nb = \"2\"", "5:2", "duplicate"),
        ("vars.a = \"1\"\n[vars]\nb = \"2\"", "4:2", "duplicate"),
        ("vars = { a = \"1\" }\nvars.b = \"2\"", "4:1", ""),
        ("params = { brand = \"a\", brand = \"b\" }", "3:25", "duplicate"),
    ];
    for (lines, place, words) in cases {
        refuses(&bad(lines), &[(&format!("toml-syntax sites/bad/site.toml:{place}"), words)]);
    }
}

#[test]
fn fault_054_the_same_cookie_twice_is_an_error() {
    let workspace = bad("");
    workspace.write("sites/bad/cookies.toml", "[cookie.a.b]\npurpose = \"x\"\n[cookie.a.b]\npurpose = \"y\"\n");
    let report = build(&workspace);
    let errors = report.errors();
    assert!(errors[0].starts_with("toml-syntax sites/bad/cookies.toml:3:11: duplicate key"), "{errors:?}");
    assert_eq!((report.status("bad"), report.status("good")), ("failed", "built"));
}

#[test]
fn fault_054_several_mistakes_are_all_told() {
    let workspace = bad("covers = [\nvars.a = \n\nname = \"Again\"");
    let report = build(&workspace);
    let places = report.errors();
    assert!(places.len() >= 2 && places.iter().all(|place| place.contains("sites/bad/site.toml")), "{places:?}");
}

#[test]
fn fault_055_a_mark_and_carriage_returns_are_read_as_nothing() {
    let workspace = settings("\u{feff}name = \"Bad\"\r\nbase_url = \"https://bad.example.org\"\r\nvars.x = \"y\"\r\n");
    workspace.write(
        "sites/bad/content/index.fr.md",
        "\u{feff}+++\r\ntitle = \"Chez {{ vars.x }}\"\r\n+++\r\nUn {{ vars.x }}.\r\n",
    );
    let report = build(&workspace);
    assert_eq!((report.code, report.errors().len()), (0, 0), "{:?}", report.findings);
    let page = workspace.read("dist/bad/index.html");
    assert!(page.contains("<title>Chez y</title>") && page.contains("<p>Un y.</p>"), "{page}");
}

#[test]
fn fault_055_a_mark_and_carriage_returns_do_not_move_places() {
    let workspace = settings("\u{feff}nmae = \"Bad\"\r\nbase_url = \"https://bad.example.org\"\r\ncolour = 1\r\n");
    let expected =
        [("unknown-key sites/bad/site.toml:1:1", "`name`"), ("unknown-key sites/bad/site.toml:3:1", "colour")];
    refuses(&workspace, &expected);
}

#[test]
fn fault_055_bytes_that_are_no_text_are_named() {
    refuses(&settings(&format!("{BAD}vars.a = \"x\0y\"\n")), &[("not-text sites/bad/site.toml:3:12", "NUL")]);
    let latin = [BAD.as_bytes(), b"vars.a = \"caf\xe9\"\n"].concat();
    refuses(&bytes(&latin), &[("disk sites/bad/site.toml", "line 3 is not UTF-8")]);
    for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
        let wide: Vec<u8> = BAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        refuses(&bytes(&[&mark[..], &wide].concat()), &[("disk sites/bad/site.toml", "UTF-16: save it as UTF-8")]);
    }
    // UTF-16 without a mark is full of NUL bytes.
    let wide: Vec<u8> = BAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refuses(&bytes(&wide), &[(" sites/bad/site.toml", "")]);
}

#[test]
fn fault_056_numbers_and_dates_beyond_reason() {
    let float = format!("noindex = 0.{}", "1".repeat(10_000));
    let cases = [
        ("pages.index.nav = nan", "wrong-type", "3:19", "expected a whole number"),
        ("pages.index.nav = -inf", "wrong-type", "3:19", "expected a whole number"),
        ("pages.index.nav = 9223372036854775808", "wrong-type", "3:19", "too large"),
        ("pages.index.nav = 0xFFFFFFFFFFFFFFFFFF", "wrong-type", "3:19", "too large"),
        ("pages.index.updated = 2026-02-30", "", "3:23", ""),
        ("pages.index.updated = 0000-00-00", "", "3:23", ""),
        ("pages.index.updated = 2026-13-01", "", "3:23", ""),
        ("pages.index.updated = 23:59:60", "", "3:23", ""),
        ("pages.index.updated = \"2026-12-01\"", "wrong-type", "3:23", "without quotation marks"),
    ];
    for (line, code, place, words) in cases {
        refuses(&bad(line), &[(&format!("{code} sites/bad/site.toml:{place}"), words)]);
    }
    let workspace = bad(&float);
    workspace
        .write("sites/bad/site.toml", &workspace.read("sites/bad/site.toml").replace("noindex", "pages.index.nav"));
    refuses(&workspace, &[("wrong-type sites/bad/site.toml:3:19", "a whole number")]);
}

#[test]
fn fault_056_years_at_the_ends_and_numbers_in_texts_are_taken_as_written() {
    let workspace = bad("pages.index.updated = 9999-12-31\nvars.n = 9223372036854775807");
    workspace.write("sites/bad/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n{{ page.updated }} et {{ vars.n }}\n");
    assert_eq!(build(&workspace).code, 0);
    let page = workspace.read("dist/bad/index.html");
    assert!(page.contains("<p>31 décembre 9999 et 9223372036854775807</p>"), "{page}");
}

#[test]
fn fault_057_an_unknown_key_is_an_error_with_the_nearest_one() {
    let cases = [
        ("langauges = [\"fr\"]", "3:1", "did you mean `languages`?"),
        ("Covers = []", "3:1", "did you mean `covers`?"),
        ("qwertyuiop = 1", "3:1", "README"),
        ("[cokie.a.b]\npurpose = \"x\"", "3:2", "did you mean `cookie`?"),
        ("[cookie.a.b]\npurpos = \"x\"", "4:1", "did you mean `purpose`?"),
        ("[provider.a]\nnam = \"x\"", "4:1", "did you mean `name`?"),
        ("table.t.colums = [\"name\"]", "3:9", "did you mean `columns`?"),
        ("pages.index.titel = \"x\"", "3:13", "did you mean `title`?"),
        ("nav.itms = []", "3:5", "did you mean `items`?"),
        ("cookie.a.b.duration = { si = \"1 day\" }", "3:25", "did you mean `is`?"),
    ];
    for (lines, place, words) in cases {
        refuses(&bad(lines), &[(&format!("unknown-key sites/bad/site.toml:{place}"), words)]);
    }
}

#[test]
fn fault_057_a_key_below_a_header_is_told_where_it_belongs() {
    let cases = [
        ("[vars]\nplatform = \"x\"\nlanguages = [\"fr\"]", "misplaced-key", "5:1", "[vars]"),
        ("[params]\ncovers = []", "misplaced-key", "4:1", "[params]"),
        ("[cookie.a.b]\npurpose = \"x\"\nlanguages = [\"fr\"]", "unknown-key", "5:1", "top of the file"),
        ("[table.t]\nrows = []\nbase_url = \"https://x.example.org\"", "unknown-key", "5:1", "top of the file"),
        ("[nav]\nitems = []\nvars.x = \"y\"", "unknown-key", "5:1", "top of the file"),
        ("[provider.a]\nname = \"A\"\npurpose = \"x\"", "unknown-key", "5:1", "cookie.PROVIDER.SLUG.purpose"),
        ("[pages.index]\nrows = []", "unknown-key", "4:1", "table.ID.rows"),
    ];
    for (lines, code, place, words) in cases {
        refuses(&bad(lines), &[(&format!("{code} sites/bad/site.toml:{place}"), words)]);
    }
}

#[test]
fn fault_057_a_setting_below_the_header_of_a_target_is_an_error() {
    let workspace = trusted("[publish.web]\nkind = \"dir\"\nlanguages = [\"fr\"]");
    refuses(&workspace, &[(" sites/bad/site.toml:5:1", "top of the file")]);
    let workspace = trusted("[env.staging]\nnoindex = true\ncovers = []");
    refuses(&workspace, &[("unknown-key sites/bad/site.toml:5:1", "top of the file")]);
}

#[test]
fn fault_057_register_keys_at_the_top_are_told_where_they_belong() {
    let cases = [
        ("purpose = \"x\"", "cookie.PROVIDER.SLUG.purpose"),
        ("names = []", "cookie.PROVIDER.SLUG.names"),
        ("rows = []", "table.ID.rows"),
        ("columns = []", "table.ID.columns"),
        ("updated = 2026-12-01", "pages.PATH.updated"),
        ("slug = \"x\"", "pages.PATH.slug"),
    ];
    for (line, words) in cases {
        refuses(&bad(line), &[("unknown-key sites/bad/site.toml:3:1", words)]);
    }
}

#[test]
fn fault_057_what_only_a_tenant_may_say_is_an_error_in_a_group() {
    let workspace = bad("");
    workspace.add_text(
        r#"
        //- /sites/odd/group.toml
        noindex = true
        name = "Odd"
        base_url = "https://odd.example.org"
        //- /sites/odd/below/site.toml
        name = "Below"
        base_url = "https://below.example.org"
        "#,
    );
    let report = build(&workspace);
    let words = "belongs into the `site.toml` of a tenant";
    report.expect(&[
        ("misplaced-key sites/odd/group.toml:2:1", words),
        ("misplaced-key sites/odd/group.toml:3:1", words),
    ]);
    assert_eq!((report.code, report.status("below"), report.status("bad")), (1, "failed", "built"));
}

#[test]
fn fault_057_what_only_a_group_may_say_is_an_error_in_a_tenant() {
    for line in [
        "trust_tenants = true",
        "domains = [\"example.org\"]",
        "allow_mentions = []",
        "review = true",
        "roster = \"tenants.csv\"",
    ] {
        let expected = [("misplaced-key sites/bad/site.toml:3:1", "`group.toml` of a folder above")];
        refuses(&bad(line), &expected);
        refuses(&trusted(line), &expected);
    }
}

#[test]
fn fault_057_what_is_the_operators_is_an_error_in_an_untrusted_tenant() {
    for line in [
        "publish.web = { kind = \"dir\", path = \"/srv\" }",
        "env.staging.noindex = true",
        "lint_allow = [{ rule = \"a\", reason = \"b\" }]",
        "profile = [\"fr\"]",
        "theme = \"plain\"",
    ] {
        let place = "misplaced-key sites/bad/site.toml:3:1";
        refuses(&bad(line), &[(place, "`group.toml` of a folder above, unless that says `trust_tenants = true`")]);
        let report = build(&trusted(line));
        assert_eq!((report.code, report.status("bad")), (0, "built"), "{line}: {:?}", report.findings);
    }
}

#[test]
fn fault_057_settings_in_the_catalogue_are_told_where_they_belong() {
    for (line, column) in
        [("languages = [\"fr\"]", 1), ("name = \"X\"", 1), ("vars.a = \"b\"", 1), ("[vars]\na = \"b\"", 2)]
    {
        let workspace = bad("");
        workspace.write("sites/bad/cookies.toml", line);
        let place = format!("misplaced-key sites/bad/cookies.toml:1:{column}");
        refuses(&workspace, &[(&place, "`group.toml` or `site.toml` beside it")]);
    }
    let workspace = bad("");
    workspace.write("sites/bad/cookies.toml", "providr.a.name = \"A\"\n");
    refuses(&workspace, &[("unknown-key sites/bad/cookies.toml:1:1", "did you mean `provider`?")]);
}

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
fn fault_059_a_theme_or_languages_that_nobody_sets_are_missing() {
    let workspace = Workspace::with_theme(GOOD);
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
    let workspace = Workspace::with_theme(GOOD);
    workspace.write("sites/bad/site.toml/x", "");
    workspace.write("sites/bad/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n");
    let report = build(&workspace);
    let told = report.errors().iter().any(|error| error.contains("sites/bad/site.toml"));
    assert!(told && report.code == 1, "exit {}, {:?}", report.code, report.findings);
    assert_eq!(report.status("good"), "built");
}

#[test]
fn fault_059_a_folder_without_its_file_is_told() {
    let workspace = Workspace::with_theme(GOOD);
    workspace.write("sites/bad/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n");
    let report = build(&workspace);
    report.finds("warning no-layer sites/bad", "site.toml");
    assert_eq!(report.status("good"), "built");
}

#[test]
fn fault_060_addresses_that_are_none_are_refused() {
    let cases = [
        (r"https://a.com\nX-Evil: 1", "address"),
        ("https://a.com/../b", "`..`"),
        ("https://localhost", "public host name"),
        ("http://localhost:8080/", "public host name"),
        ("https://127.0.0.1", "IP address"),
        ("https://2130706433", "IP address"),
        ("https://[::1]/", ""),
        ("https://*.com", "host name"),
        ("bad.example.org", "https://"),
        ("ftp://bad.example.org", "https://"),
        ("javascript:alert(1)", "https://"),
        ("https://bad.example.org/?a=1", "`?`"),
        ("https://bad.example.org/#a", "`#`"),
        ("https://bad.example.org/a b", ""),
        ("", "https://"),
    ];
    for (address, words) in cases {
        let workspace = settings(&format!("name = \"Bad\"\nbase_url = \"{address}\"\n"));
        refuses(&workspace, &[("bad-value sites/bad/site.toml:2:12", words)]);
        let workspace = bad(&format!("covers = [\"{address}\"]"));
        refuses(&workspace, &[("bad-value sites/bad/site.toml:3:11", words)]);
    }
}

#[test]
fn fault_060_an_address_outside_the_groups_domains_is_refused() {
    for host in ["evil.org", "notclient.fr", "client.fr.evil.org"] {
        let workspace = Workspace::with_theme(GOOD);
        workspace.write("sites/g/group.toml", "domains = [\"client.fr\"]\n");
        workspace.write("sites/g/inside/site.toml", "name = \"In\"\nbase_url = \"https://data.client.fr\"\n");
        workspace.write("sites/g/bad/site.toml", &format!("name = \"Bad\"\nbase_url = \"https://{host}\"\n"));
        let report = build(&workspace);
        report.expect(&[("domain-not-allowed sites/g/bad/site.toml:2:12", "client.fr")]);
        assert_eq!((report.status("inside"), report.status("bad")), ("built", "failed"));
    }
}

#[test]
fn fault_061_two_tenants_of_one_address_are_both_refused() {
    let pairs = [
        ("https://a.example.org", "https://a.example.org"),
        ("https://a.example.org", "https://a.example.org/"),
        ("https://a.example.org", "https://A.Example.ORG"),
        ("https://a.example.org", "https://a.example.org."),
        ("https://a.example.org", "http://a.example.org"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://bu\u{308}cher.example", "https://bücher.example"),
        ("https://a.example.org/legal", "https://a.example.org/legal/"),
    ];
    for (first, second) in pairs {
        refuses_both(first, second);
    }
}

#[test]
fn fault_061_the_port_that_goes_without_saying_makes_no_other_address() {
    refuses_both("https://a.example.org", "https://a.example.org:443");
    refuses_both("http://a.example.org:80", "http://a.example.org");
}

#[test]
fn fault_061_two_paths_of_one_host_are_two_sites() {
    let report = build(&two("https://a.example.org/legal/", "https://a.example.org/privacy/"));
    assert_eq!((report.code, report.errors().len()), (0, 0), "{:?}", report.findings);
}

#[test]
fn fault_061_the_refused_keep_their_last_output() {
    let workspace = two("https://a.example.org", "https://b.example.org");
    assert_eq!(build(&workspace).code, 0);
    let before = Tree::read_without(workspace.at("dist"), ".tenantry");
    workspace.write("sites/two/site.toml", "name = \"Two\"\nbase_url = \"https://a.example.org\"\n");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nBonsoir.\n");
    assert_eq!(build(&workspace).code, 1);
    let after = Tree::read_without(workspace.at("dist"), ".tenantry");
    assert!(before.difference(&after).iter().all(|line| line.contains("`good/")), "{:?}", before.difference(&after));
    assert!(after.text("good/index.html").contains("Bonsoir"));
}

#[test]
fn fault_061_an_address_of_the_command_line_is_nobodys_own() {
    let workspace = two("https://a.example.org", "https://b.example.org");
    let report = build_with(&workspace, &["--set", "base_url=https://c.example.org"]);
    assert_eq!(report.code, 1, "three tenants on one address: {:?}", report.findings);
}

#[test]
fn fault_061_an_environment_that_gives_all_one_address_is_an_error() {
    let workspace = two("https://a.example.org", "https://b.example.org");
    let group = workspace.read("sites/group.toml") + "env.staging.base_url = \"https://staging.example.org\"\n";
    workspace.write("sites/group.toml", &group);
    let report = build_with(&workspace, &["--env", "staging"]);
    assert_eq!(report.code, 1, "three tenants on one address: {:?}", report.findings);
}

#[test]
fn fault_062_ids_that_are_none_are_refused() {
    let long = "a".repeat(64);
    let ids = [
        "xn--bcher-kva",
        "аcme",
        "a\u{202e}b",
        &long,
        "nul",
        "con",
        "www",
        "admin",
        "Acme",
        "-rf",
        "a-",
        "a b",
        "a_b",
        "a.b",
        "é",
    ];
    for id in ids {
        let workspace = Workspace::with_theme(GOOD);
        workspace.write(&format!("sites/{id}/site.toml"), BAD);
        let report = build(&workspace);
        let errors = report.errors();
        assert!(errors.len() == 1 && errors[0].contains("bad-tenant-id sites/"), "{id}: {errors:?}");
        assert_eq!((report.code, report.status("good")), (1, "built"), "{id}");
        assert!(!report.outcome.stdout.contains('\u{202e}') && !workspace.holds(&format!("dist/{id}")));
    }
    let report = build(&settings_of(&"a".repeat(63), BAD));
    assert_eq!((report.code, report.errors().len()), (0, 0));
}

#[test]
fn fault_062_ids_that_differ_by_case_alone_are_refused() {
    let workspace = settings_of("acme", BAD);
    workspace.write("sites/ACME/site.toml", &BAD.replace("bad", "worse"));
    let report = build(&workspace);
    assert!(report.errors().iter().any(|error| error.contains("sites/ACME")), "{:?}", report.findings);
    assert_eq!((report.code, report.status("good")), (1, "built"));
    assert!(!workspace.holds("dist/ACME"));
}

#[test]
fn fault_062_one_id_in_two_groups_is_refused_in_both() {
    let workspace = Workspace::with_theme(GOOD);
    for group in ["g", "h"] {
        workspace.write(&format!("sites/{group}/group.toml"), "");
        workspace.write(&format!("sites/{group}/acme/site.toml"), &BAD.replace("bad", group));
    }
    let report = build(&workspace);
    report.expect(&[
        ("duplicate-tenant sites/g/acme", "sites/h/acme"),
        ("duplicate-tenant sites/h/acme", "sites/g/acme"),
    ]);
    assert_eq!((report.status("acme"), report.status("good")), ("failed", "built"));
    assert!(!workspace.holds("dist/acme"));
}

#[test]
fn fault_063_a_secret_is_refused_and_never_echoed() {
    let key = "-----BEGIN RSA PRIVATE KEY-----";
    refuses_secrets(&[
        format!("secret_access_key = \"{SECRET}\""),
        format!("aws_secret_access_key = \"{SECRET}\""),
        format!("params.api_key = \"{SECRET}\""),
        format!("vars.password = \"{SECRET}\""),
        format!("[publish.s3]\nkind = \"s3\"\nsecret_key = \"{SECRET}\""),
        format!("publish.s3 = {{ kind = \"s3\", password = \"{SECRET}\" }}"),
        format!("[env.staging.vars]\nauth_token = \"{SECRET}\""),
        format!("[env.staging.params]\nSecret_Key = \"{SECRET}\""),
        format!("vars.key = \"\"\"{key}\n{SECRET}\n\"\"\""),
    ]);
}

#[test]
fn fault_063_a_secret_within_a_list_or_a_table_is_refused() {
    refuses_secrets(&[
        format!("vars.secret_key = {{ fr = \"{SECRET}\" }}"),
        format!("publish.s3.password = [\"{SECRET}\"]"),
        format!("publish.s3.keys = [{{ secret_key = \"{SECRET}\" }}]"),
        format!("publish.s3.key = [\"-----BEGIN RSA PRIVATE KEY-----\", \"{SECRET}\"]"),
    ]);
}

#[test]
fn fault_063_a_secret_is_known_by_its_key_however_it_is_spelt() {
    refuses_secrets(&[
        format!("publish.s3.secret-access-key = \"{SECRET}\""),
        format!("publish.s3.secretAccessKey = \"{SECRET}\""),
        format!("publish.s3.token = \"{SECRET}\""),
        format!("publish.s3.client_secret = \"{SECRET}\""),
        format!("publish.s3.access_token = \"{SECRET}\""),
        format!("params.API-KEY = \"{SECRET}\""),
    ]);
}

#[test]
fn fault_063_an_access_key_is_known_by_its_form() {
    for line in [
        "vars.a = \"AKIAIOSFODNN7EXAMPLE\"",
        "covers = [\"AKIAIOSFODNN7EXAMPLE\"]",
        "publish.s3.id = \"AKIAIOSFODNN7EXAMPLE\"",
    ] {
        silent(&bad(line), "AKIAIOSFODNN7EXAMPLE");
    }
}

#[test]
fn fault_063_a_secret_in_a_group_or_a_catalogue_is_refused_too() {
    for file in ["sites/group.toml", "sites/bad/cookies.toml"] {
        let workspace = bad("");
        let line = format!("publish.s3.secret_key = \"{SECRET}\"\n");
        let text = if workspace.holds(file) { workspace.read(file) } else { String::new() };
        workspace.write(file, &(text + &line));
        silent(&workspace, SECRET);
        assert!(build(&workspace).errors().iter().any(|error| error.starts_with(&format!("secret {file}:"))));
    }
}

#[test]
fn fault_063_a_secret_that_is_no_toml_is_not_echoed_either() {
    for line in [
        format!("publish.s3.secret_key = {SECRET}"),
        format!("publish.s3.secret_key = “{SECRET}”"),
        format!("publish.s3.secret_key = \"{SECRET}"),
        format!("publish.s3 = {{ secret_key = \"{SECRET}\", region = eu }}"),
        format!("publish.s3.secret_key: \"{SECRET}\""),
        format!("vars.a = \"b\"\nvars.a = \"c\"\nvars.password = \"{SECRET}\""),
    ] {
        silent(&bad(&line), SECRET);
        silent(&trusted(&line), SECRET);
    }
}

#[test]
fn fault_063_a_password_in_an_address_is_not_echoed() {
    silent(&settings(&format!("name = \"Bad\"\nbase_url = \"https://admin:{SECRET}@bad.example.org\"\n")), SECRET);
    silent(&bad(&format!("covers = [\"https://admin:{SECRET}@bad.example.org\"]")), SECRET);
}

#[test]
fn fault_063_a_secret_in_front_matter_is_refused_and_never_echoed() {
    let workspace = bad("");
    let text = format!("+++\ntitle = \"T\"\nparams = {{ api_key = \"{SECRET}\" }}\n+++\nTexte.\n");
    workspace.write("sites/bad/content/index.fr.md", &text);
    silent(&workspace, SECRET);
    assert_eq!(build(&workspace).status("bad"), "failed");
}

#[test]
fn fault_063_a_secret_of_the_command_line_is_not_echoed() {
    let workspace = bad("");
    for setting in [format!("publish.s3.secret_key={SECRET}"), format!("publish.s3.secret_key=\"{SECRET}")] {
        for format in ["human", "json"] {
            let outcome = run(&workspace, &["build", "--format", format, "--set", &setting]);
            assert_eq!(outcome.code, 1, "{}", outcome.transcript());
            assert!(!outcome.transcript().contains(SECRET), "{}", outcome.transcript());
        }
    }
}

#[test]
fn settings_of_the_command_line_win_and_are_checked() {
    let workspace = bad("vars.x = \"fichier\"");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n{{ vars.x }}\n");
    for (setting, shown) in
        [("vars.x=portail", "portail"), ("vars.x=un \"deux\"", "un &quot;deux&quot;"), ("vars.x=7", "7")]
    {
        let report = build_with(&workspace, &["--set", setting]);
        assert_eq!(report.code, 0, "{setting}: {:?}", report.findings);
        let page = workspace.read("dist/bad/index.html");
        assert!(page.contains(&format!("<p>{shown}</p>")), "{setting}: {page}");
    }
}

#[test]
fn settings_of_the_command_line_are_errors_at_their_place() {
    let workspace = bad("");
    let cases = [
        ("langauges=[\"fr\"]", "unknown-key --set:1:1", "did you mean `languages`?"),
        ("languages=fr", "wrong-type --set:1:13", "expected a list"),
        ("languages=[\"fr\"", "toml-syntax --set:1:", ""),
        ("theme=plian", "unknown-theme --set:1:9", "did you mean `plain`?"),
        ("noindex=maybe", "wrong-type --set:1:11", "true or false"),
    ];
    for (setting, place, words) in cases {
        let report = build_with(&workspace, &["--set", setting]);
        report.expect(&[(place, words)]);
        assert_eq!(report.code, 1, "{setting}");
    }
}

#[test]
fn a_setting_without_its_value_stops_the_run() {
    let workspace = bad("");
    let outcome = run(&workspace, &["build", "--set", "languages"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("KEY=VALUE") && !workspace.holds("dist"), "{}", outcome.stderr);
    for setting in ["languages", "=x"] {
        let outcome = run(&workspace, &["build", "--set", setting]);
        assert_ne!(outcome.code, 0, "{setting}: {}", outcome.transcript());
    }
}

#[test]
fn a_value_of_several_lines_is_one_value() {
    let workspace = bad("vars.x = \"fichier\"");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n{{ vars.x }}\n");
    let report = build_with(&workspace, &["--set", "vars.x=un\ndeux"]);
    assert_eq!(report.code, 0, "{:?}", report.findings);
}

#[test]
fn an_unknown_environment_stops_the_run_with_the_nearest_one() {
    let workspace = bad("");
    let group = workspace.read("sites/group.toml") + "env.staging.noindex = true\n";
    workspace.write("sites/group.toml", &group);
    for command in ["build", "check"] {
        let outcome = run(&workspace, &[command, "--env", "stagin"]);
        assert_eq!(outcome.code, 2, "{}", outcome.transcript());
        assert!(outcome.stderr.contains("did you mean `staging`?"), "{}", outcome.stderr);
    }
    let outcome = run(&workspace, &["build", "--env", "quality", "--format", "json"]);
    let stopped: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert!(stopped["error"].as_str().is_some_and(|error| error.contains("`quality`")), "{stopped}");
    assert!(stopped["hint"].as_str().is_some_and(|hint| hint.contains("[env.quality]")), "{stopped}");
    assert!(!workspace.holds("dist"));
}

#[test]
fn an_environment_of_a_trusted_tenant_is_known() {
    let workspace = trusted("[env.staging]\nnoindex = true");
    let report = build_with(&workspace, &["--env", "staging", "bad"]);
    assert_eq!(report.code, 0, "{}", report.outcome.transcript());
}

/// A run of `build --format json`, read.
struct Report {
    code: i32,
    /// `severity code file:line:column: message [hint]`
    findings: Vec<String>,
    document: Value,
    outcome: Outcome,
}

impl Report {
    /// The errors, without that word.
    fn errors(&self) -> Vec<&str> {
        self.findings.iter().filter_map(|finding| finding.strip_prefix("error ")).collect()
    }

    /// Checks that these are all the errors: each by its code and place, and by words of its message or hint.
    #[track_caller]
    fn expect(&self, expected: &[(&str, &str)]) {
        let errors = self.errors();
        let fits = |error: &&str, (start, words): &(&str, &str)| {
            let start_fits = if start.starts_with(' ') { error.contains(start) } else { error.starts_with(start) };
            start_fits && error.contains(words)
        };
        let all =
            errors.len() == expected.len() && errors.iter().zip(expected).all(|(error, wanted)| fits(error, wanted));
        assert!(all, "expected {expected:?}, found {errors:#?}\n{}", self.outcome.stderr);
    }

    /// Checks that there is such a finding among others.
    #[track_caller]
    fn finds(&self, start: &str, words: &str) {
        let found = self.findings.iter().any(|finding| finding.starts_with(start) && finding.contains(words));
        assert!(found, "expected {start:?} with {words:?}, found {:#?}", self.findings);
    }

    /// What became of a tenant.
    fn status(&self, id: &str) -> &str {
        let tenants = self.document["tenants"].as_array().map(Vec::as_slice).unwrap_or_default();
        tenants
            .iter()
            .find(|tenant| tenant["id"] == id)
            .and_then(|tenant| tenant["status"].as_str())
            .unwrap_or("absent")
    }
}

/// Keys of 20,000 parts: alone, as a header, below a table.
fn long_keys() -> [String; 3] {
    let key = vec!["a"; 20_000].join(".");
    [format!("{key} = 1"), format!("[{key}]"), format!("vars.{key} = 1")]
}

/// A workspace with the tenant `bad`, whose settings are this text.
fn settings(text: &str) -> Workspace {
    settings_of("bad", text)
}

fn settings_of(id: &str, text: &str) -> Workspace {
    let workspace = Workspace::with_theme(GOOD);
    workspace.write(&format!("sites/{id}/site.toml"), text);
    workspace
}

fn bytes(bytes: &[u8]) -> Workspace {
    let workspace = Workspace::with_theme(GOOD);
    workspace.write_bytes("sites/bad/site.toml", bytes);
    workspace
}

/// A workspace with the tenant `bad`, whose settings go on with these lines from line 3 on.
fn bad(lines: &str) -> Workspace {
    settings(&format!("{BAD}{lines}\n"))
}

/// The same, with tenants that the operator trusts.
fn trusted(lines: &str) -> Workspace {
    let workspace = bad(lines);
    let group = workspace.read("sites/group.toml") + "trust_tenants = true\n";
    workspace.write("sites/group.toml", &group);
    workspace
}

/// Two tenants on these addresses, beside the sound one.
fn two(first: &str, second: &str) -> Workspace {
    let workspace = settings_of("one", &format!("name = \"One\"\nbase_url = \"{first}\"\n"));
    workspace.write("sites/two/site.toml", &format!("name = \"Two\"\nbase_url = \"{second}\"\n"));
    workspace
}

/// Checks that tenants on these addresses are refused, each at its own, and the sound one is built.
#[track_caller]
fn refuses_both(first: &str, second: &str) {
    let report = build(&two(first, second));
    report.expect(&[
        ("duplicate-address sites/one/site.toml:2:12", "two"),
        ("duplicate-address sites/two/site.toml:2:12", "one"),
    ]);
    let seen = (report.code, report.status("one"), report.status("two"), report.status("good"));
    assert_eq!(seen, (1, "failed", "failed", "built"), "{first} {second}");
}

/// Checks that `bad` fails with these errors and no other, and that `good` is built.
#[track_caller]
fn refuses(workspace: &Workspace, expected: &[(&str, &str)]) {
    let report = build(workspace);
    report.expect(expected);
    assert_eq!((report.code, report.status("bad"), report.status("good")), (1, "failed", "built"));
    let page = workspace.read("dist/good/index.html");
    assert!(page.contains("Bonjour.") && !workspace.holds("dist/bad"));
}

/// Checks that each of these lines is refused as a secret, that none is echoed, and that `good` is built.
#[track_caller]
fn refuses_secrets(lines: &[String]) {
    let mut missed = Vec::new();
    for line in lines {
        for workspace in [bad(line), trusted(line)] {
            let report = build(&workspace);
            if !report.errors().iter().any(|error| error.starts_with("secret sites/bad/site.toml:")) {
                missed.push(format!("{line}: {:?}", report.errors()));
                continue;
            }
            assert_eq!((report.code, report.status("good")), (1, "built"), "{line}");
            silent(&workspace, SECRET);
        }
    }
    assert_eq!(missed, [""; 0], "these are not taken for secrets");
}

/// Checks that a secret is refused and appears in no output of the program, nor in any file that it writes.
#[track_caller]
fn silent(workspace: &Workspace, secret: &str) {
    for args in [
        &["build", "--verbose"][..],
        &["build", "--format", "json"],
        &["check"],
        &["list"],
        &["explain", "bad"],
        &["explain", "bad", "publish.s3"],
    ] {
        let outcome = run(workspace, args);
        assert!(!outcome.transcript().contains(secret), "`{}` echoes it\n{}", args.join(" "), outcome.transcript());
    }
    assert!(!workspace.holds("dist/bad"), "the tenant is built");
    let output = Tree::read_without(workspace.at("dist"), "");
    let holds = |path: &&str| output.bytes(path).is_some_and(|bytes| String::from_utf8_lossy(bytes).contains(secret));
    assert_eq!(output.paths().into_iter().find(holds), None);
}

#[track_caller]
fn build(workspace: &Workspace) -> Report {
    build_with(workspace, &[])
}

#[track_caller]
fn build_with(workspace: &Workspace, args: &[&str]) -> Report {
    let outcome = run(workspace, &[&["build", "--format", "json"], args].concat());
    let document: Value = serde_json::from_str(&outcome.stdout).unwrap_or(Value::Null);
    let findings = document["findings"].as_array().map(|findings| findings.iter().map(line).collect());
    assert!(findings.is_some(), "no report\n{}", outcome.transcript());
    Report { code: outcome.code, findings: findings.unwrap_or_default(), document, outcome }
}

#[track_caller]
fn run(workspace: &Workspace, args: &[&str]) -> Outcome {
    Program::new().args(args).current_dir(workspace).time_limit(Duration::from_secs(20)).run()
}

/// A finding in one line.
fn line(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let place: String =
        ["line", "column"].iter().filter_map(|key| Some(format!(":{}", finding[*key].as_u64()?))).collect();
    let (severity, code, file, message, hint) =
        (text("severity"), text("code"), text("file"), text("message"), text("hint"));
    format!("{severity} {code} {file}{place}: {message} [{hint}]")
}
