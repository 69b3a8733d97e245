//! Row 57: keys that nobody knows, that stand below the wrong header, or that another layer may set.

use super::{bad, trusted};
use crate::report::build;
use crate::sound::refuses;

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
        "lint_allow = [{ rule = \"dur-missing\", reason = \"b\" }]",
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
