//! Whose a host is, and where paths lead on it.

use super::{Open, header};

#[test]
fn a_tenant_is_found_by_its_name_and_by_its_domain() {
    let open = Open::new("");
    let found = |host: &str| open.preview.by_host(host).map(|id| id.to_string());
    let own = ["lille.localhost", "LILLE.localhost:4000", "lille.localhost.", "lille.example", "Lille.Example:80"];
    for host in own {
        assert_eq!(found(host).as_deref(), Ok("lille"), "{host}");
    }
    assert_eq!(found("arras.example").as_deref(), Ok("arras"));
    assert_eq!(found("lile.localhost:4000"), Err(vec!["lille.localhost".to_owned()]));
    assert_eq!(found("ni.example"), Err(vec!["nice.example".to_owned(), "lille.example".to_owned()]));
    for host in ["", "localhost", "example", "lille", "evil.example.org", "lille.example.evil.org", "[::1]:4000"] {
        assert!(found(host).is_err(), "{host}");
    }
}

#[test]
fn a_domain_follows_an_edit() {
    let open = Open::checked("");
    open.write("sites/north/lille/site.toml", "name = \"Lille\"\nbase_url = \"https://lille.test\"\n");
    let found = |host: &str| open.preview.by_host(host).map(|id| id.to_string());
    assert_eq!(found("lille.test").as_deref(), Ok("lille"));
    assert!(found("lille.example").is_err());
    open.workspace.remove("sites/north/lille");
    open.tell(&["sites/north/lille/site.toml", "sites/north/lille/static/file.txt", "sites/north/lille"]);
    assert!(found("lille.localhost").is_err() && found("lille.test").is_err());
    open.write("sites/south/lyon/site.toml", "name = \"Lyon\"\nbase_url = \"https://lyon.test\"\n");
    assert_eq!(found("lyon.localhost").as_deref(), Ok("lyon"));
    assert_eq!(found("lyon.test").as_deref(), Ok("lyon"));
}

#[test]
fn former_addresses_lead_on_as_they_do_when_published() {
    let open = Open::new("");
    let moved = |tenant: &str, path: &str| {
        let answer = open.answer(tenant, path);
        format!("{} {}", answer.status, header(&answer, "Location").unwrap_or_default())
    };
    assert_eq!(moved("lille", "/vieux"), "301 /charter/");
    assert_eq!(moved("lille", "/charter"), "301 /charter/");
    assert_eq!(moved("arras", "/legal/vieux/"), "301 /legal/charter/");
    assert_eq!(moved("arras", "/"), "302 /legal/");
    assert_eq!(moved("arras", "/legal"), "301 /legal/");
    assert!(open.text("arras", "/legal/charter/").contains("Du nord."));
    assert_eq!(open.answer("arras", "/charter/").status, 404);
    assert_eq!(open.answer("nobody", "/").status, 404);
}
