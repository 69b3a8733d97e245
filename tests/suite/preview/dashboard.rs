//! What a dashboard shows.

use tenantry_builder::preview::{Options, Preview};
use tenantry_builder::selection::Selection;

use super::{Open, id};

#[test]
fn tenants_are_known_at_once_and_more_of_them_later() {
    let open = Open::new(
        "//- /sites/north/lille/site.toml\nname = \"Lille\"\nbase_url = \"https://lille.example\"\nvars.nobody = \"x\"\n",
    );
    let rows = || -> Vec<String> {
        let rows = open.preview.tenants().into_iter();
        rows.map(|row| {
            format!("{} {} {} {} {:?} {:?}", row.group, row.id, row.name, row.address, row.errors, row.warnings)
        })
        .collect()
    };
    assert_eq!(rows(), ["north arras   None None", "north lille   None None", "south nice   None None"]);
    assert_eq!(open.preview.unchecked(), 3);
    open.preview.check_all();
    let all = [
        "north arras Arras https://arras.example/legal Some(0) Some(0)",
        "north lille Lille https://lille.example Some(0) Some(1)",
        "south nice Nice https://nice.example Some(0) Some(0)",
    ];
    assert_eq!((rows(), open.preview.unchecked()), (all.map(str::to_owned).to_vec(), 0));
    open.write("sites/south/nice/site.toml", "name = \n");
    open.preview.check_all();
    assert_eq!(rows()[2], "south nice   Some(1) Some(0)");
    let row = open.preview.tenants().remove(0);
    assert!(row.changed.is_some() && *row.languages == ["fr".to_owned()], "{row:?}");
}

#[test]
fn the_background_finds_what_is_wrong() {
    let open = Open::new("//- /sites/south/nice/site.toml\nname = \n");
    let (done, all_done) = std::sync::mpsc::channel();
    let checking = open.preview.check_in_background(move || done.send(()).unwrap_or_default()).unwrap();
    all_done.recv().unwrap();
    let errors = || open.preview.tenants()[2].errors;
    assert_eq!(errors(), Some(1));
    open.write("sites/south/nice/site.toml", "name = \"Nice\"\nbase_url = \"https://nice.example\"\n");
    // It may have looked once more before it was told.
    while open.preview.unchecked() > 0 || errors() != Some(0) {
        all_done.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    }
    drop(checking);
}

#[test]
fn a_tenant_is_shown_with_its_pages_and_layers() {
    let open = Open::new(
        "//- /sites/north/group.toml\nvars.x = \"nord\"\n//- /sites/north/lille/site.toml\nname = \"Lille\"\nbase_url = \"https://lille.example\"\nvars.x = \"lille\"\n",
    );
    let lille = open.preview.tenant(&id("lille")).unwrap();
    let pages: Vec<&str> = lille.pages.iter().map(|page| page.address.as_str()).collect();
    assert_eq!((pages, lille.pages[1].title.as_str()), (vec!["/", "/charter/"], "Charte"));
    let layers: Vec<&str> = lille.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(layers, ["sites", "sites/north", "sites/north/lille"]);
    let overrides = &lille.layers[2].overrides;
    assert_eq!(overrides.len(), 1, "{overrides:#?}");
    assert_eq!((overrides[0].what.as_str(), overrides[0].hides.as_str()), ("vars.x", "sites/north"));
    assert_eq!((overrides[0].file.as_str(), overrides[0].line), ("sites/north/lille/site.toml", Some(3)));
    let codes: Vec<&str> = lille.found.iter().map(|found| &*found.code).collect();
    assert_eq!(codes, ["unused-value"]);
    assert!(open.preview.tenant(&id("nobody")).is_none());
}

#[test]
fn the_toolbar_learns_where_values_come_from() {
    let open = Open::new("");
    let groups = open.preview.provenance(&id("arras"), "/legal/");
    let name = &groups.iter().find_map(|group| group.values.get("name")).unwrap()[0];
    assert_eq!(
        (name.file.as_str(), name.line, name.layer.as_str()),
        ("sites/north/arras/site.toml", Some(1), "sites/north/arras")
    );
    assert!(open.preview.provenance(&id("arras"), "/legal/nothing").is_empty());
}

#[test]
fn those_who_are_not_meant_are_not_shown() {
    let open = Open::new("");
    let options = Options {
        workspace: open.workspace.path().to_owned(),
        selection: Selection { patterns: vec!["north".to_owned()], shard: None },
        ..Options::default()
    };
    let north = Preview::open(options).unwrap();
    assert_eq!(north.tenants().len(), 2);
    assert!(north.by_host("nice.localhost").is_err() && north.by_host("nice.example").is_err());
    assert_eq!(north.answer(&id("nice"), "/").status, 404);
}

#[test]
fn what_is_wrong_with_a_group_is_told_of_it_and_of_its_tenants() {
    let open = Open::checked("");
    assert!(open.preview.problems().is_empty());
    open.write("sites/north/group.toml", "theme = \n");
    open.workspace.symlink("nowhere", "sites/link");
    open.tell(&["sites/link"]);
    open.preview.check_all();
    let codes: Vec<String> = open.preview.problems().iter().map(|found| found.code.to_string()).collect();
    assert_eq!(codes, ["not-a-file", "toml-syntax"]);
    let errors: Vec<Option<usize>> = open.preview.tenants().iter().map(|row| row.errors).collect();
    assert_eq!(errors, [Some(1), Some(1), Some(0)], "those below it");
    open.write("sites/north/group.toml", "");
    open.workspace.remove("sites/link");
    open.tell(&["sites/link"]);
    open.preview.check_all();
    assert!(open.preview.problems().is_empty() && open.preview.tenants().iter().all(|row| row.errors == Some(0)));
}
