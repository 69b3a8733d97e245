//! What is searched in every build: a tenant's own texts and values, and what it shows of those that it shares.

use crate::built::Built;
use crate::report::{build, dist, findings, hint, message, place, run};

use super::{BOLT, is_clean, leaks, leaks_with, page, workspace};

const PAGE: &str = "sites/g/bolt/content/own.fr.md";
const GROUP: &str = "sites/g/group.toml";
const CATALOGUE: &str = "sites/g/cookies.toml";

#[test]
fn a_page_of_a_tenant_names_nobody_else() {
    leaks(&[(PAGE, &page("Voir\n[là](https://acme.fr/x)"))], &format!("{PAGE}:5:14"), &["bolt"]);
    leaks(&[(PAGE, &page("écrire à dpo@acme.fr"))], &format!("{PAGE}:4:14"), &["bolt"]);
    leaks(&[(PAGE, &page("ACME.FR."))], &format!("{PAGE}:4:1"), &["bolt"]);
    leaks(&[(PAGE, &page("`acme.fr` et acme.fr"))], &format!("{PAGE}:4:2"), &["bolt"]);
    leaks(&[(PAGE, "+++\ntitle = \"Comme acme.fr\"\n+++\nx\n")], &format!("{PAGE}:2:16"), &["bolt"]);
}

#[test]
fn a_value_of_a_tenant_names_nobody_else() {
    for (line, column) in [
        ("vars.word = \"dpo@acme.fr\"", 18),
        ("vars.word.fr = 'acme.fr'", 17),
        ("vars.word = \"acme\\u002efr\"", 13),
        ("params.foot = { fr = \"chez acme.fr\" }", 28),
        ("params.link = \"https://acme.fr/\"", 24),
        ("nav.add = [{ title = \"x\", url = \"https://acme.fr\" }]", 42),
        ("nav.add = [{ title = \"acme.fr\", url = \"https://w3.org\" }]", 23),
        ("pages.index.title.fr = \"acme.fr\"", 25),
        ("pages.index.aliases = [\"x/acme.fr\"]", 27),
        ("cookie.p.shown.purpose = \"Sert à acme.fr\"", 34),
        ("cookie.p.shown.hosts = [\".acme.fr\"]", 27),
        ("cookie.p.shown.names = [\"_id_acme.fr\"]", 30),
        ("cookie.p.shown.cell.link.fr = \"acme.fr\"", 32),
        ("cookie.p.shown.duration = { is = \"session\", source = \"acme.fr\" }", 55),
        ("provider.p.url = \"https://acme.fr\"", 27),
        ("table.t.intro = \"acme.fr\"", 18),
        ("label.name.fr = \"acme.fr\"", 18),
    ] {
        leaks(&[(BOLT, &format!("{line}\n"))], &format!("{BOLT}:3:{column}"), &["bolt"]);
    }
    let named = [("sites/g/dart/site.toml", "name = \"acme.fr\"\nbase_url = \"https://dart.example\"\n")];
    let built = Built::new(workspace(&named), &[]);
    assert_eq!(place(&built.error()), "sites/g/dart/site.toml:1:9");
}

#[test]
fn what_a_site_does_not_show_is_no_leak() {
    for line in [
        "vars.unused = \"acme.fr\"",
        "vars.word = { en = \"acme.fr\", fr = \"rien\" }",
        "# acme.fr",
        "cookie.p.other.purpose = \"acme.fr\"",
        "provider.q = { name = \"acme.fr\" }",
        "table.empty = { title = \"acme.fr\", rows = [] }",
        "pages.own.title.fr = \"acme.fr\"",
    ] {
        is_clean(&[(BOLT, &format!("{line}\n"))]);
    }
    is_clean(&[("sites/g/bolt/content/own.en.md", &page("acme.fr"))]);
    is_clean(&[("sites/g/bolt/content/_parts/x.fr.md", "acme.fr\n")]);
}

#[test]
fn what_tenants_share_is_told_once() {
    let both = &["bolt", "cord"][..];
    leaks(&[("sites/g/content/index.fr.md", &page("acme.fr"))], "sites/g/content/index.fr.md:4:1", both);
    leaks(&[("sites/content/x.fr.md", &page("acme.fr"))], "sites/content/x.fr.md:4:1", both);
    leaks(&[(GROUP, "vars.word = \"acme.fr\"\n")], &format!("{GROUP}:1:14"), both);
    leaks(&[(CATALOGUE, "cookie.p.shown.location = \"acme.fr\"\n")], &format!("{CATALOGUE}:5:28"), both);
    leaks(&[("themes/near/strings/fr.toml", "foot = \"à acme.fr\"\n")], "themes/near/strings/fr.toml:2:11", both);
    leaks(&[("themes/near/strings/en.toml", "foot = \"acme.fr\"\n")], "themes/near/strings/en.toml:2:9", both);
    let template = "<title>{{ page.title }}</title>\n{# acme.fr #}<p>acme.fr</p>{{ page.body }}\n";
    leaks(&[("themes/near/templates/page.html", template)], "themes/near/templates/page.html:2:17", both);
}

#[test]
fn of_what_tenants_share_only_those_are_touched_that_show_it() {
    let part = "sites/g/content/_parts/who.fr.md";
    let own = page("{{ include(\"who\") }}");
    leaks(&[(part, "acme.fr\n"), ("sites/g/cord/content/own.fr.md", &own)], &format!("{part}:1:1"), &["cord"]);
    let word = ("sites/g/bolt/site.toml", "vars.word = \"mien\"\n");
    leaks(&[(GROUP, "vars.word = \"acme.fr\"\n"), word], &format!("{GROUP}:1:14"), &["cord"]);
    let row = ("sites/g/bolt/site.toml", "table.t.add = [\"p/other\"]\n");
    let purpose = (CATALOGUE, "cookie.p.other.location = \"acme.fr\"\n");
    leaks(&[purpose, row], &format!("{CATALOGUE}:5:28"), &["bolt"]);
    is_clean(&[purpose]);
    is_clean(&[("themes/near/strings/de.toml", "home = \"acme.fr\"\n")]);
    let hidden =
        [("themes/near/strings/en.toml", "foot = \"acme.fr\"\n"), ("themes/near/strings/fr.toml", "foot = \"x\"\n")];
    is_clean(&hidden);
}

#[test]
fn a_group_may_allow_it_for_those_below() {
    let shared = ("sites/content/x.fr.md", &*page("acme.fr"));
    for word in ["acme.fr", "ACME.fr", "acme"] {
        is_clean(&[shared, ("sites/group.toml", &format!("allow_mentions = [\"{word}\"]\n"))]);
    }
    let below = (GROUP, "allow_mentions = [\"acme\"]\n");
    is_clean(&[shared, below]);
    let dart = ("sites/dart/site.toml", "name = \"Dart\"\nbase_url = \"https://dart.example\"\n");
    let built = Built::new(workspace(&[shared, below, dart]), &[]);
    assert_eq!(built.error()["examples"], serde_json::json!(["dart"]), "another group allows it");
    for words in ["[]", "[\"bolt\"]", "[\"www.acme.fr\"]", "[\"fr\"]"] {
        let other = ("sites/group.toml", &*format!("allow_mentions = {words}\n"));
        leaks(&[shared, other], "sites/content/x.fr.md:4:1", &["bolt", "cord"]);
    }
}

#[test]
fn a_site_may_name_its_own_hosts_and_those_of_third_parties() {
    is_clean(&[(BOLT, "vars.word = \"bolt.example\"\n"), ("sites/acme/site.toml", "vars.word = \"dpo@acme.fr\"\n")]);
    is_clean(&[(BOLT, "vars.word = \"w3.org, www.acme.fr, acme.fr.example, notacme.fr\"\n")]);
    let covered = (BOLT, "covers = [\"https://bolt.example\", \"https://acme.fr/portal\"]\nvars.word = \"acme.fr\"\n");
    is_clean(&[covered]);
    let below =
        ("sites/g/dart/site.toml", "name = \"Dart\"\nbase_url = \"https://acme.fr/dart\"\nvars.word = \"acme.fr\"\n");
    is_clean(&[below]);
}

/// Two tenants have one host with different paths: a third one may name neither.
#[test]
fn a_host_of_several_tenants_is_theirs_alone() {
    let dart = ("sites/g/dart/site.toml", "name = \"Dart\"\nbase_url = \"https://acme.fr/dart\"\n");
    let built = Built::new(workspace(&[dart, (BOLT, "vars.word = \"acme.fr\"\n")]), &[]);
    let leak = built.error();
    assert!(message(&leak).contains("a host of the tenants `acme` and `dart`"), "{leak}");
    assert_eq!(leak["examples"], serde_json::json!(["bolt"]));
}

#[test]
fn what_a_tenant_covers_is_its_own_too() {
    let covers = ("sites/acme/site.toml", "covers = [\"https://bücher.example\"]\n");
    let built = Built::new(workspace(&[covers, (BOLT, "vars.word = \"xn--bcher-kva.example\"\n")]), &[]);
    assert!(message(&built.error()).contains("`xn--bcher-kva.example` is a host of the tenant `acme`"));
    let covers = ("sites/group.toml", "covers = [\"https://acme.fr\"]\n");
    is_clean(&[covers, (BOLT, "vars.word = \"acme.fr\"\n")]);
}

/// A placeholder is no mention, though a host may be called like one.
#[test]
fn a_placeholder_is_no_host() {
    let host = |host: &str| format!("name = \"Dart\"\nbase_url = \"https://{host}\"\n");
    is_clean(&[("sites/dart/site.toml", &host("site.host"))]);
    is_clean(&[("sites/dart/site.toml", &host("page.title"))]);
    let text = page("{{ site.host }} site.host");
    let built = Built::new(workspace(&[("sites/dart/site.toml", &host("site.host")), (PAGE, &text)]), &[]);
    assert_eq!(place(&built.error()), format!("{PAGE}:4:17"));
}

#[test]
fn what_an_environment_and_the_command_line_say_is_searched() {
    let staging = "env.staging = { base_url = \"https://{tenant}.staging.example\", vars.word = \"acme.fr\" }\n";
    let args = &["--env", "staging"][..];
    leaks_with(&[(GROUP, staging)], args, (&format!("{GROUP}:1:77"), &["bolt", "cord"]));
    is_clean(&[(GROUP, staging)]);
    leaks_with(&[], &["--set", "vars.word=\"acme.fr\""], ("--set:1:14", &["bolt", "cord"]));
    let own = (BOLT, "vars.word = \"acme.staging.example\"\n");
    is_clean(&[("sites/group.toml", staging), own]);
    let added = [("sites/group.toml", "env.staging.base_url = \"https://{tenant}.staging.example\"\n"), own];
    let report = crate::report::build_with(&workspace(&added), args);
    assert!(message(&findings(&report.document)[0]).starts_with("`acme.staging.example` is"), "{:?}", report.findings);
}

#[test]
fn a_row_of_a_roster_is_searched() {
    let roster =
        "id,name,base_url,vars.word\neast,East,https://east.example,voir acme.fr\nwest,West,https://west.example,\n";
    let added = [("sites/town/group.toml", "roster = \"town.csv\"\n"), ("sites/town/town.csv", roster)];
    let report = build(&workspace(&added));
    assert_eq!((report.status("east"), report.status("west")), ("failed", "built"));
    report.expect(&[("tenant-leak sites/town/town.csv:2:37", "`acme.fr` is a host of the tenant `acme`")]);
}

#[test]
fn a_tenant_that_leaks_keeps_its_last_output() {
    let workspace = workspace(&[(PAGE, &page("Bonjour"))]);
    assert_eq!(build(&workspace).code, 0);
    let before = dist(&workspace);
    workspace.write(PAGE, &page("acme.fr"));
    let report = build(&workspace);
    assert_eq!((report.status("bolt"), report.status("cord"), report.code), ("failed", "unchanged", 1));
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

#[test]
fn the_report_says_what_to_do() {
    let built = Built::new(workspace(&[(PAGE, &page("acme.fr"))]), &[]);
    let error = built.error();
    assert_eq!(message(&error), "`acme.fr` is a host of the tenant `acme`, and stands in the site of another one");
    assert!(
        hint(&error).contains("{{ site.host }}") && hint(&error).ends_with("allow_mentions = [\"acme.fr\"]"),
        "{error}"
    );
    let outcome = run(&built.workspace, &["build"]);
    assert!(outcome.stderr.contains("4 | acme.fr\n  | ^^^^^^^\n"), "{}", outcome.stderr);
}

/// A page that lists a fleet is told with its first hosts, not with all of them.
#[test]
fn many_hosts_in_one_file_are_counted() {
    let workspace = workspace(&[]);
    let mut list = String::new();
    for number in 0..60 {
        let site = format!("name = \"T\"\nbase_url = \"https://t{number}.example\"\n");
        workspace.write(&format!("sites/fleet/t{number}/site.toml"), &site);
        list.push_str(&format!("- t{number}.example\n"));
    }
    workspace.write("sites/fleet/group.toml", "");
    workspace.write(PAGE, &page(&list));
    let report = build(&workspace);
    let errors = report.errors();
    assert_eq!((errors.len(), report.status("bolt"), report.status("t7")), (21, "failed", "built"), "{errors:#?}");
    assert!(errors[20].contains(&format!("{PAGE}:24:3: 40 more hosts of other tenants")), "{errors:#?}");
}
