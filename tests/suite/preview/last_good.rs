//! What cannot be made is answered as it last could be, with what is wrong; and as it is once that is mended.

use super::{Open, codes, text};

const LILLE: &str = "name = \"Lille\"\nbase_url = \"https://lille.example\"\n";

/// After a good answer, breaks a file, looks, and mends it again.
#[track_caller]
fn breaks(open: &Open, (path, broken): (&str, &str), code: &str) {
    let before = open.text("lille", "/charter/");
    let sound = open.workspace.read(path);
    open.write(path, broken);
    let answer = open.answer("lille", "/charter/");
    assert_eq!((answer.status, text(&answer)), (200, before.clone()), "{path}");
    assert!(codes(&answer).contains(&code), "{path}: {:#?}", answer.problems);
    open.write(path, &sound);
    assert_eq!(open.text("lille", "/charter/"), before, "{path}");
}

#[test]
fn each_layer_may_break_and_be_mended() {
    let open = Open::new("//- /sites/north/cookies.toml\n");
    breaks(&open, ("sites/north/lille/site.toml", "name = \n"), "toml-syntax");
    breaks(&open, ("sites/north/lille/site.toml", ""), "missing-key");
    breaks(&open, ("sites/north/group.toml", "theme = \n"), "toml-syntax");
    breaks(&open, ("sites/north/cookies.toml", "provider = 1\n"), "wrong-type");
    breaks(&open, ("sites/group.toml", "lang = \"fr\"\n"), "unknown-key");
    breaks(&open, ("sites/content/charter.fr.md", "+++\ntitle = \n+++\n"), "toml-syntax");
    breaks(&open, ("sites/content/charter.fr.md", "+++\ntitle = \"x\"\n+++\n{{ nothing.here }}\n"), "bad-placeholder");
    breaks(&open, ("themes/plain/theme.toml", "nam = \"x\"\n"), "unknown-key");
    breaks(&open, ("themes/plain/templates/page.html", "{% if %}"), "template");
    breaks(&open, ("themes/plain/templates/page.html", "{{ page.nothing.at.all }}"), "template");
}

#[test]
fn a_page_that_was_not_looked_at_is_shown_from_the_last_good_sources() {
    let open = Open::new("");
    open.text("lille", "/");
    open.write("sites/north/lille/site.toml", "name = \n");
    let answer = open.answer("lille", "/charter/");
    assert!(text(&answer).contains("Du nord.") && codes(&answer) == ["toml-syntax"], "{answer:?}");
}

#[test]
fn without_any_good_version_there_is_only_what_is_wrong() {
    let open = Open::new("//- /sites/north/lille/site.toml\nname = \n");
    let answer = open.answer("lille", "/");
    assert_eq!((answer.status, codes(&answer)), (500, vec!["toml-syntax"]));
    assert!(open.text("arras", "/legal/").contains("Arras"), "its neighbour is well");
    open.write("sites/north/lille/site.toml", LILLE);
    assert!(open.text("lille", "/").contains("Lille"));
}

/// Editors write by way of a second file, or cut the first one before they write.
#[test]
fn a_file_that_is_gone_for_a_moment_costs_nothing() {
    let open = Open::new("");
    let before = open.text("lille", "/");
    open.workspace.remove("sites/north/lille/site.toml");
    open.tell(&["sites/north/lille/site.toml"]);
    assert_eq!(open.answer("lille", "/").status, 404, "it is no tenant now");
    open.write("sites/north/lille/site.toml", "");
    let answer = open.answer("lille", "/");
    assert_eq!((text(&answer), codes(&answer).is_empty()), (before, false), "it is the one of before");
    open.write("sites/north/lille/site.toml", &LILLE.replace("\"Lille\"", "\"Lille II\""));
    assert!(open.text("lille", "/").contains("Lille II"));
}

#[test]
fn a_roster_that_cannot_be_read_keeps_its_tenants() {
    let rows = "id,name,base_url\nlyon,Lyon,https://lyon.example\n";
    let open = Open::new("//- /sites/rows/group.toml\nroster = \"rows.csv\"\n");
    open.write("sites/rows/rows.csv", rows);
    let before = open.text("lyon", "/");
    for (path, broken) in [("sites/rows/rows.csv", ""), ("sites/rows/group.toml", "roster = \n")] {
        let sound = open.workspace.read(path);
        open.write(path, broken);
        let answer = open.answer("lyon", "/");
        assert_eq!((answer.status, text(&answer), answer.problems.is_empty()), (200, before.clone(), false), "{path}");
        open.write(path, &sound);
        assert_eq!(open.text("lyon", "/"), before);
    }
    open.write("sites/rows/rows.csv", &rows.replace("Lyon", "Lyon II"));
    assert!(open.text("lyon", "/").contains("Lyon II"));
}

/// Who claims which address is known once all have been asked.
#[test]
fn two_tenants_on_one_address_are_both_told() {
    let open = Open::checked("");
    let before = open.text("lille", "/");
    open.write("sites/south/nice/site.toml", LILLE);
    open.preview.check_all();
    for tenant in ["lille", "nice"] {
        assert_eq!(codes(&open.answer(tenant, "/")), ["duplicate-address"], "{tenant}");
    }
    assert_eq!(text(&open.answer("lille", "/")), before);
    open.write("sites/south/nice/site.toml", &LILLE.replace("lille", "nice"));
    open.preview.check_all();
    assert_eq!(open.text("lille", "/"), before);
}

#[test]
fn a_host_of_another_tenant_is_told() {
    let open = Open::checked("");
    let charter = open.workspace.read("sites/content/charter.fr.md");
    open.write("sites/content/charter.fr.md", &format!("{charter}\nVoir nice.example\n"));
    open.preview.check_all();
    assert_eq!(codes(&open.answer("lille", "/charter/")), ["tenant-leak"]);
    assert!(open.text("nice", "/charter/").contains("nice.example"), "its own host may be named");
}
