//! The page that hosts show for an address that leads nowhere.

use super::build;

#[test]
fn its_links_hold_under_any_address() {
    let built = build(
        &["//- /sites/portal/site.toml\nname = \"Portal\"\nbase_url = \"https://portal.example/legal/\"\n\
                         nav.items = [\"été\"]\n"],
        &[],
    );
    let french = built.file("portal/404.html");
    assert!(french.contains("<title>Introuvable</title><a href=\"/legal/\">Accueil</a>"), "{french}");
    assert!(french.contains("|/legal/%C3%A9t%C3%A9/]"), "{french}");
    assert!(french.contains("(fr|/legal/)(en|/legal/en/)"), "{french}");
    assert!(french.contains("\n/legal/assets/a."), "{french}");
    let english = built.file("portal/en/404.html");
    assert!(english.contains("<html lang=\"en\">") && english.contains("<a href=\"/legal/en/\">Home</a>"), "{english}");
}

#[test]
fn a_theme_without_its_template_has_no_such_page() {
    let workspace = tenantry_testkit::Workspace::with_theme(super::BASE);
    std::fs::remove_file(workspace.at("themes/plain/templates/404.html")).unwrap();
    let built = crate::built::Built::new(workspace, &[]);
    assert_eq!(built.status("portal"), "built");
    assert!(!built.workspace.holds("dist/portal/404.html"));
}
