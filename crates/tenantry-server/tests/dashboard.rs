//! The dashboard and the toolbar over HTTP: what is found, what leads where, and that text of tenants stays text.
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends a test")]

mod support;

use std::fs;

use tenantry_core::name::TenantId;

use crate::support::{Server, start, start_with};

/// Sixty tenants, so that there is a second page of them.
fn many() -> String {
    (0..60).map(|number| format!("//- /sites/t{number:02}/content/index.md\n<p>{number}</p>\n")).collect()
}

/// The ids of the rows that are shown.
fn ids(server: &Server, query: &str) -> Vec<String> {
    let text = server.get("localhost", &format!("/{query}")).text();
    let rows = text.split("/__tenantry/tenant/").skip(1);
    rows.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn tenants_are_found_by_words_group_and_findings() {
    let server = start_with(&format!("{}//- /sites/bad/content/index.md\n<p>bad</p>\n", many()), |_| {});
    assert_eq!(ids(&server, "").len(), 50);
    assert_eq!(ids(&server, "?page=2").len(), 11);
    assert_eq!(ids(&server, "?page=99").len(), 11);
    assert_eq!(ids(&server, "?q=T07"), ["t07"]);
    assert_eq!(ids(&server, "?q=tenant+t5").len(), 10);
    assert_eq!(ids(&server, "?q=nobody"), [""; 0]);
    assert_eq!(ids(&server, "?group=town&q=5").len(), 15);
    assert_eq!(ids(&server, "?only=errors"), ["bad"]);
    assert_eq!(ids(&server, "?q=%3Cscript%3E"), [""; 0]);
    assert!(server.get("localhost", "/").text().contains("all &lt;share&gt; this"));
}

#[test]
fn text_of_tenants_and_of_queries_stays_text() {
    let server = start(|_| {});
    for path in ["/?q=%22%3E%3Cscript%3E&group=%22%3E%3Cscript%3E", "/__tenantry/tenant/alpha"] {
        let text = server.get("localhost", path).text();
        assert!(!text.contains("<script>") && !text.contains("<alpha>") && !text.contains("<i>"), "{text}");
    }
    let text = server.get("localhost", "/__tenantry/tenant/alpha").text();
    for words in ["Tenant &lt;alpha&gt;", "mind &lt;this&gt;", "index &amp; more", "&lt;i&gt;text&lt;/i&gt;"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(server.get("localhost", "/__tenantry/tenant/nobody").status, 404);
}

#[test]
fn its_pages_load_nothing_from_elsewhere_and_are_framed_by_nobody() {
    let server = start(|_| {});
    for path in ["/", "/__tenantry/", "/__tenantry/tenant/alpha", "/__tenantry/edit", "/nothing"] {
        let response = server.get("localhost", path);
        let policy = response.header("Content-Security-Policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(response.header("Set-Cookie"), None);
    }
}

#[test]
fn the_last_change_is_shown_with_what_was_before_it() {
    let server = start(|_| {});
    server.wait_for("watching");
    assert!(server.get("localhost", "/__tenantry/edit").text().contains("Nothing has changed yet"));
    server.get("alpha.localhost", "/");
    let mut listener = server.listen_at("localhost", "/__tenantry/events?dashboard");
    fs::write(server.workspace.at("sites/alpha/content/index.md"), "<p>after</p>\n").unwrap();
    listener.hear("event: edit");
    let text = server.get("localhost", "/__tenantry/edit").text();
    assert!(text.contains("sites/alpha/content/index.md") && text.contains("1 tenant and 2 pages"), "{text}");
    let before = server.get("localhost", "/__tenantry/edit/1/0/before/");
    let after = server.get("localhost", "/__tenantry/edit/1/0/after/");
    assert!(before.text().contains("home of alpha") && after.text().contains("after"));
    let policy = after.header("Content-Security-Policy").unwrap_or_default();
    assert!(policy.contains("sandbox") && !policy.contains("script-src 'self'"), "{policy}");
    assert_eq!(server.get("localhost", "/__tenantry/edit/1/0/after/site.css").status, 200);
    let ways = ["2/0/before/", "1/9/before/", "1/0/beside/", "1/0/before/..%2f", "1/x/before/", "1", "1/0/after/.env"];
    for gone in ways {
        let response = server.get("localhost", &format!("/__tenantry/edit/{gone}"));
        assert!(matches!(response.status, 400 | 404), "{gone}: {response:?}");
    }
}

#[test]
fn the_toolbar_tells_and_leads() {
    let server = start(|_| {});
    let about = server.get("alpha.localhost", "/__tenantry/about?path=/about/").text();
    let words =
        ["\"page\":\"about\"", "\"lang\":\"en\"", "\"path\":\"/fr/about/\"", "\"key\":\"document\"", "mind <this>"];
    for words in words {
        assert!(about.contains(words), "{words}: {about}");
    }
    let found = server.get("alpha.localhost", "/__tenantry/search?q=bet").text();
    assert_eq!(found.trim(), "[{\"id\":\"beta\",\"name\":\"Tenant <beta>\"}]");
    let go = |query: &str| {
        let response = server.get("alpha.localhost", &format!("/__tenantry/go?{query}"));
        response.header("Location").map(str::to_owned)
    };
    let at = |path: &str| Some(format!("http://beta.localhost:{}{path}", server.running.port()));
    assert_eq!(go("tenant=beta&page=about&lang=fr"), at("/fr/about/"));
    assert_eq!(go("tenant=beta&page=about&lang=de"), at("/about/"));
    assert_eq!(go("tenant=beta&page=nothing&lang=fr"), at("/"));
    assert_eq!(go("tenant=evil.example&page=&lang="), None);
    assert_eq!(server.get("alpha.localhost", "/__tenantry/nothing").status, 404);
    let home = server.get("alpha.localhost", "/__tenantry/");
    let dashboard = format!("http://localhost:{}/", server.running.port());
    assert_eq!((home.status, home.header("Location")), (302, Some(dashboard.as_str())));
}

#[test]
fn open_pages_are_led_to_the_one_that_is_edited_where_that_is_wanted() {
    let server = start(|options| options.follow = tenantry_server::Follow::Yes);
    server.wait_for("watching");
    server.get("alpha.localhost", "/");
    let mut listener = server.listen("beta.localhost");
    fs::write(server.workspace.at("sites/alpha/content/index.md"), "<p>edited</p>\n").unwrap();
    assert!(listener.hear("event: follow").contains("{\"tenant\":\"alpha\",\"path\":\"/\"}"));
}

#[test]
fn what_cannot_be_shown_yet_says_why_and_waits() {
    let server = start_with("//- /sites/alpha/content/index.md\nBAD <b>\n", |_| {});
    server.wait_for("watching");
    let response = server.get("alpha.localhost", "/");
    let text = response.text();
    assert_eq!(response.status, 500);
    assert!(text.contains("this is &lt;b&gt;bad&lt;/b&gt;") && text.contains("data-broken"), "{text}");
    let mut listener = server.listen("alpha.localhost");
    fs::write(server.workspace.at("sites/alpha/content/index.md"), "<p>good</p>\n").unwrap();
    assert!(listener.hear("event: page").contains("\"path\":\"/\""));
    assert_eq!(server.get("alpha.localhost", "/").status, 200);
}

#[test]
fn with_one_tenant_at_the_root_both_stand_under_one_name() {
    let alpha = TenantId::new("alpha").unwrap();
    let server = start(|options| options.tenant = Some(alpha));
    server.wait_for("watching");
    server.get("localhost", "/");
    let mut page = server.listen("localhost");
    let mut dashboard = server.listen_at("localhost", "/__tenantry/events?dashboard");
    fs::write(server.workspace.at("sites/alpha/content/index.md"), "<p>edited</p>\n").unwrap();
    page.hear("event: page");
    assert!(!dashboard.hear("event: edit").contains("event: page"));
    assert!(server.get("localhost", "/__tenantry/").text().contains("href=\"/\""));
}
