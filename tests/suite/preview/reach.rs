//! What an edit touches: tenants and pages by group, and nothing else is made anew.

use tenantry_builder::preview::Touched;

use super::{Open, id, text};

/// Groups with how many tenants and pages are touched.
fn told(touched: &Touched) -> String {
    let groups = touched.groups.iter().map(|group| format!("{} {} {}", group.group, group.tenants, group.pages));
    groups.collect::<Vec<_>>().join(", ")
}

#[test]
fn an_edit_touches_those_who_show_it() {
    let open = Open::checked("//- /sites/north/cookies.toml\n");
    let part = open.write("sites/content/_parts/dpo.fr.md", "De tous, encore.\n");
    assert_eq!((told(&part), part.shared), ("south 1 1".to_owned(), true), "the north has its own");
    let nearer = open.write("sites/north/content/_parts/dpo.fr.md", "Du nord, encore.\n");
    assert_eq!(told(&nearer), "north 2 2");
    let charter = open.workspace.read("sites/content/charter.fr.md");
    let text = open.write("sites/content/charter.fr.md", &format!("{charter}\nFin.\n"));
    assert_eq!((told(&text), text.tenants(), text.pages()), ("north 2 2, south 1 1".to_owned(), 3, 3));
    let title = open.write("sites/content/charter.fr.md", &charter.replace("Charte\"", "La charte\""));
    assert_eq!(told(&title), "north 2 4, south 1 2", "a title stands in the navigation");
    let own = open.write("sites/north/lille/site.toml", "name = \"L\"\nbase_url = \"https://lille.example\"\n");
    assert_eq!((told(&own), own.shared), ("north 1 2".to_owned(), false));
    assert_eq!(told(&open.write("sites/north/group.toml", "vars.x = \"y\"\n")), "north 2 4");
    assert_eq!(told(&open.write("sites/north/cookies.toml", "provider.p.name = \"P\"\n")), "", "no page has a table");
    assert_eq!(told(&open.write("sites/static/all.txt", "x\n")), "north 2 0, south 1 0");
    let template = open.workspace.read("themes/plain/templates/page.html");
    assert_eq!(
        told(&open.write("themes/plain/templates/page.html", &format!("{template}<!-- -->"))),
        "north 2 4, south 1 2"
    );
    assert_eq!(
        told(&open.write("themes/plain/templates/page.html", &format!("{template}<!-- -->"))),
        "",
        "it is the same"
    );
    assert_eq!(told(&open.write("README.md", "x\n")), "");
}

#[test]
fn a_document_of_its_own_takes_a_tenant_out_of_reach() {
    let open = Open::checked("");
    open.write("sites/north/lille/content/charter.fr.md", "+++\ntitle = \"Charte\"\n+++\nDe Lille.\n");
    open.preview.check_all();
    let charter = open.workspace.read("sites/content/charter.fr.md");
    let touched = open.write("sites/content/charter.fr.md", &format!("{charter}\nFin.\n"));
    assert_eq!(told(&touched), "north 1 1, south 1 1");
}

#[test]
fn pages_that_somebody_looks_at_are_told() {
    let open = Open::checked("");
    open.text("lille", "/charter/");
    open.text("nice", "/");
    let touched = open.write("sites/north/content/_parts/dpo.fr.md", "Du nord, encore.\n");
    let open_pages: Vec<String> = touched.open.iter().map(|(id, files)| format!("{id} {}", files.join(" "))).collect();
    assert_eq!(open_pages, ["lille charter/index.html"]);
}

#[test]
fn what_an_edit_does_not_touch_is_not_made_anew() {
    let open = Open::new("");
    let why = |tenant: &str, path: &str| open.answer(tenant, path).why;
    assert_eq!(why("lille", "/charter/"), "asked for the first time");
    assert_eq!(why("lille", "/charter/"), "nothing changed since it was made");
    open.write("sites/north/lille/site.toml", "name = \"L\"\nbase_url = \"https://lille.example\"\n");
    assert_eq!(why("lille", "/charter/"), "settings changed");
    let charter = open.workspace.read("sites/content/charter.fr.md");
    open.write("sites/content/charter.fr.md", &format!("{charter}\nFin.\n"));
    assert_eq!(why("lille", "/"), "asked for the first time");
    assert_eq!(why("lille", "/charter/"), "content changed");
    open.write("sites/content/charter.fr.md", &format!("{charter}\nFin.\n"));
    assert_eq!(why("lille", "/charter/"), "nothing changed since it was made");
    open.write("sites/south/nice/static/x.txt", "x\n");
    assert_eq!(open.text("nice", "/x.txt"), "x\n");
    assert_eq!(why("lille", "/charter/"), "nothing changed since it was made");
}

/// Whoever cannot tell what changed has everything be looked at; files as young as the last look are read again.
#[test]
fn a_change_of_nobody_knows_what_is_found() {
    let open = Open::checked("");
    let before = open.text("lille", "/file.txt");
    for (path, text) in [
        ("sites/north/lille/static/file.txt", "Arras\n"),
        ("sites/north/content/_parts/dpo.fr.md", "Du sud.\n\n"),
        ("sites/north/lille/site.toml", "name = \"Ville\"\nbase_url = \"https://lille.example\"\n"),
        ("themes/plain/strings/fr.toml", "home = \"Maison\"\n"),
    ] {
        open.workspace.write(path, text);
    }
    open.preview.changed(None);
    assert_ne!(open.text("lille", "/file.txt"), before);
    assert!(open.text("lille", "/charter/").contains("Du sud.") && open.text("lille", "/").contains("Ville"));
    std::thread::sleep(std::time::Duration::from_millis(50));
    open.preview.check_all();
    open.preview.changed(None);
    open.preview.check_all();
    std::thread::sleep(std::time::Duration::from_millis(50));
    open.preview.changed(None);
    open.preview.check_all();
    assert_eq!(told(&open.preview.changed(None)), "", "all is as it was");
}

#[test]
fn only_rows_that_an_edit_touches_are_read() {
    let rows = "id,name,base_url\nlyon,Lyon,https://lyon.example\nmetz,Metz,https://metz.example\n";
    let open = Open::new("//- /sites/rows/group.toml\nroster = \"rows.csv\"\n");
    open.write("sites/rows/rows.csv", rows);
    open.preview.check_all();
    open.text("lyon", "/");
    let touched = open.write("sites/rows/rows.csv", &rows.replace("Metz", "Metz II"));
    assert_eq!(told(&touched), "rows 1 2");
    assert_eq!(open.answer("lyon", "/").why, "nothing changed since it was made");
    assert!(open.text("metz", "/").contains("Metz II"));
    let touched = open.write("sites/rows/lyon/content/own.fr.md", "+++\ntitle = \"Own\"\n+++\nLyon\n");
    assert_eq!(touched.tenants(), 1, "{touched:?}");
    assert!(open.text("lyon", "/own/").contains("Lyon"));
    open.write("sites/rows/lyon/content/own.fr.md", "+++\ntitle = \"Own\"\n+++\nLyon II\n");
    assert!(open.text("lyon", "/own/").contains("Lyon II"));
    open.write("sites/rows/rows.csv", &rows.replace("metz,", "toul,"));
    assert!(open.answer("metz", "/").status == 404 && open.text("toul", "/").contains("Metz"));
}

#[test]
fn what_a_shared_change_does_can_be_seen_beside_what_was_before() {
    let open = Open::checked(
        "//- /sites/south/cannes/site.toml\nname = \"Cannes\"\nbase_url = \"https://cannes.example\"\n\
        //- /sites/south/cannes/content/own.fr.md\n+++\ntitle = \"Own\"\n+++\nOwn\n",
    );
    assert!(open.preview.before(&id("nice"), "/charter/").is_none());
    let touched = open.write("sites/content/_parts/dpo.fr.md", "De personne.\n");
    let examples: Vec<&str> = touched.examples.iter().map(|id| id.as_str()).collect();
    assert_eq!(examples, ["nice", "cannes"], "the smallest and plain one, the largest and one with a page of its own");
    let before = open.preview.before(&id("nice"), "/charter/").unwrap();
    assert!(text(&before).contains("De tous.") && open.text("nice", "/charter/").contains("De personne."));
    open.write("sites/group.toml", "theme = \n");
    assert!(text(&open.preview.before(&id("nice"), "/charter/").unwrap()).contains("De personne."));
    assert!(open.write("sites/south/nice/static/x.txt", "x").examples.is_empty());
}

/// As long as nobody tells what changes, whoever asks has the files looked at that matter.
#[test]
fn a_look_finds_what_changed_for_one_tenant() {
    let open = Open::checked(
        "//- /sites/rows/group.toml\nroster = \"rows.csv\"\n\
        //- /sites/rows/rows.csv\nid,name,base_url\nlyon,Lyon,https://lyon.example\n",
    );
    let look = |tenant: &str| told(&open.preview.look_again(&id(tenant)));
    for tenant in ["lille", "arras", "lyon"] {
        assert_eq!(look(tenant), "", "{tenant}");
    }
    let write = |path: &str, text: &str| open.workspace.write(path, text);
    write("sites/north/lille/site.toml", "name = \"Ville\"\nbase_url = \"https://lille.example\"\n");
    assert_eq!((look("arras").as_str(), look("lille").as_str()), ("", "north 1 2"));
    assert!(open.text("lille", "/").contains("Ville"));
    write("sites/north/content/_parts/dpo.fr.md", "Du grand nord.\n");
    assert_eq!((look("nice").as_str(), look("arras").as_str()), ("", "north 2 4"));
    assert!(open.text("lille", "/charter/").contains("grand nord"));
    write("sites/rows/rows.csv", "id,name,base_url\nlyon,Lyon sur Rhône,https://lyon.example\n");
    assert_eq!(look("lyon"), "rows 1 2");
    write("themes/plain/strings/fr.toml", "home = \"Chez nous\"\n");
    assert_eq!(look("lyon"), "north 2 4, rows 1 2, south 1 2");
    open.workspace.remove("sites/north/arras");
    look("arras");
    assert_eq!(open.answer("arras", "/").status, 404);
}
