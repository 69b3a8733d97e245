//! Rows 60 to 62: addresses and ids that are none, and those that two tenants want.

use tenantry_testkit::{Tree, Workspace};

use super::{BAD, bad, settings, settings_of};
use crate::report::{build, build_with};
use crate::sound::{beside_good, refuses};

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
        let workspace = beside_good("");
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
    workspace.append("sites/group.toml", "env.staging.base_url = \"https://staging.example.org\"\n");
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
        let workspace = beside_good("");
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
    let workspace = beside_good("");
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
