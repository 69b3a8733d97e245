//! The repository's tenants, and tenants that share a host, fetched by their domains.

use std::fs;

use serde_json::Value;
use tenantry_testkit::servers::{Web, WebServer};
use tenantry_testkit::{Tree, Workspace};

use super::{promised, serve};
use crate::report::{json, run};
use crate::serve::five_sources;

/// Every file of every tenant: its bytes, its media type, and each header that `_headers` promises.
#[test]
fn the_five_tenants_are_served_as_they_were_built() {
    let workspace = five_sources();
    assert_eq!(run(&workspace, &["build"]).code, 0);
    let tenants = json(&run(&workspace, &["list", "--format", "json"]))["tenants"].clone();
    for server in WebServer::ALL {
        let web = serve(server, &workspace, &[]);
        let mut files = 0;
        for tenant in tenants.as_array().unwrap() {
            files += fetch_all(&web, &workspace, tenant);
        }
        assert!(files > 100, "{files}");
    }
}

/// Fetches all files of a tenant, and says how many there are.
#[track_caller]
fn fetch_all(web: &Web, workspace: &Workspace, tenant: &Value) -> usize {
    let (id, url) = (tenant["id"].as_str().unwrap(), tenant["base_url"].as_str().unwrap());
    let (host, base) = url.split_once("://").unwrap().1.split_once('/').map_or_else(
        || (url.split_once("://").unwrap().1.to_owned(), String::new()),
        |(host, base)| (host.to_owned(), format!("/{base}")),
    );
    let manifest: Value =
        serde_json::from_str(&workspace.read(&format!("dist/.tenantry/manifests/{id}.json"))).unwrap();
    let headers = workspace.read(&format!("dist/{id}/_headers"));
    let published = manifest["artifacts"].as_object().unwrap();
    for (path, artifact) in published.iter().filter(|(path, _)| !path.starts_with('_')) {
        let address = path.strip_suffix("index.html").unwrap_or(path);
        let reply = web.get(&host, &format!("{base}/{address}"));
        assert_eq!(reply.status, 200, "{host}{base}/{address}");
        assert!(reply.body == fs::read(workspace.at(&format!("dist/{id}/{path}"))).unwrap(), "{host} {path}");
        assert_eq!(reply.header("content-type"), artifact["media_type"].as_str().unwrap(), "{host} {path}");
        for (name, value) in promised(&headers, &format!("/{path}")) {
            assert_eq!(reply.header(&name), value, "{host} {path} {name}");
        }
        let forever = reply.header("cache-control").contains("immutable");
        assert_eq!(forever, path.starts_with("assets/"), "{host} {path}");
        assert_eq!(reply.header("x-robots-tag").is_empty(), !path.ends_with("fragment.html"), "{host} {path}");
    }
    published.len()
}

/// What a build compressed ahead is sent to those who take it, with the media type of what comes out, and to nobody else.
#[test]
fn compressed_files_are_sent_to_those_who_take_them() {
    let workspace = five_sources();
    let group = workspace.read("sites/group.toml");
    workspace.write("sites/group.toml", &format!("precompress = [\"gzip\", \"brotli\"]\n{group}"));
    assert_eq!(run(&workspace, &["build", "inmemori"]).code, 0);
    let host = "www.inmemori.com";
    let (gzip, brotli, none) = ((".gz", "gzip"), (".br", "br"), ("", ""));
    for (server, taken, (ending, encoding)) in [
        (WebServer::Nginx, "gzip", gzip),
        // nginx of itself knows no Brotli.
        (WebServer::Nginx, "br", none),
        (WebServer::Nginx, "gzip, br", gzip),
        (WebServer::Nginx, "identity", none),
        (WebServer::Caddy, "gzip", gzip),
        (WebServer::Caddy, "br", brotli),
        (WebServer::Caddy, "gzip, br", brotli),
        (WebServer::Caddy, "identity", none),
    ] {
        let web = serve(server, &workspace, &["inmemori"]);
        let (html, json) = ("text/html; charset=utf-8", "application/json; charset=utf-8");
        for (folder, file, media) in
            [("", "index.html", html), ("cookies/", "index.html", html), ("", "cookies.json", json)]
        {
            let address = format!("/{folder}{}", file.trim_start_matches("index.html"));
            let reply = web.get_encoded(host, &address, taken);
            let expected = fs::read(workspace.at(&format!("dist/inmemori/{folder}{file}{ending}"))).unwrap();
            let told = format!("{server:?} {taken} {address}");
            assert!(reply.status == 200 && reply.body == expected, "{told} {}", reply.status);
            let headers = ["content-encoding", "content-type"].map(|name| reply.header(name));
            assert_eq!(headers, [encoding, media], "{told}");
            // A cache between must not give it to those who do not take it.
            assert!(encoding.is_empty() || reply.header("vary") == "Accept-Encoding", "{told}");
        }
        let missing = web.get_encoded(host, "/nowhere", taken);
        assert_eq!((missing.status, missing.header("content-type")), (404, html.to_owned()));
    }
}

/// A town with a site at its root and one below a path, and a school below paths alone.
const SHARED: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
missing_translation = "fallback"
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour
//- /sites/content/index.en.md
+++
title = "Home"
+++
Hello
//- /sites/content/cookies.fr.md
+++
title = "Cookies"
aliases = ["/traceurs", "/été;{x}"]
+++
Voilà
//- /sites/town/site.toml
name = "Town"
base_url = "https://town.example"
//- /sites/town-legal/site.toml
name = "Town legal"
base_url = "https://town.example/legal/"
//- /sites/school/site.toml
name = "School"
base_url = "https://school.example/a/b"
//- /themes/plain/templates/404.html
<!DOCTYPE html><html lang="{{ page.lang }}"><title>{{ page.title }}</title>{{ asset(path="a.css") }}
//- /themes/plain/static/a.css
a { color: red }
//- /themes/plain/strings/fr.toml
not_found_title = "Introuvable"
//- /themes/plain/strings/en.toml
not_found_title = "Not found"
"#;

#[test]
fn sites_share_a_host_and_keep_their_own() {
    let workspace = Workspace::with_theme(SHARED);
    assert_eq!(run(&workspace, &["build"]).code, 0, "{}", run(&workspace, &["build"]).stderr);
    let tree = Tree::read(workspace.at("dist"));
    for server in WebServer::ALL {
        let web = serve(server, &workspace, &[]);
        let told = |host: &str, path: &str| {
            let reply = web.get(host, path);
            let lang = reply.text().split("lang=\"").nth(1).map(|rest| rest[..2].to_owned()).unwrap_or_default();
            format!("{} {}{lang}", reply.status, reply.header("location"))
        };
        for (host, path, expected) in [
            ("town.example", "/", "200 fr"),
            ("town.example", "/en/", "200 en"),
            ("town.example", "/nowhere", "404 fr"),
            ("town.example", "/en/nowhere", "404 en"),
            ("town.example", "/en/no/where/", "404 en"),
            ("town.example", "/assets/", "404 fr"),
            ("town.example", "/legal/", "200 fr"),
            ("town.example", "/legal/en/nowhere", "404 en"),
            ("town.example", "/_headers", "404 fr"),
            ("town.example", "/legal/_redirects", "404 fr"),
            ("town.example", "/legal/.tenantry/manifest.json", "404 fr"),
            ("school.example", "/a/b/", "200 fr"),
            ("school.example", "/a/b/en/nowhere", "404 en"),
            ("school.example", "/", "404 "),
            ("school.example", "/legal/", "404 "),
        ] {
            assert_eq!(told(host, path), expected, "{server:?} {host}{path}");
        }
        for (host, path, to) in [
            ("town.example", "/traceurs", "/cookies/"),
            ("town.example", "/traceurs/", "/cookies/"),
            ("town.example", "/legal/traceurs", "/legal/cookies/"),
            ("town.example", "/legal/%C3%A9t%C3%A9;%7Bx%7D", "/legal/cookies/"),
            ("town.example", "/legal", "/legal/"),
            ("school.example", "/a/b", "/a/b/"),
        ] {
            let reply = web.get(host, path);
            assert_eq!((reply.status, reply.header("location")), (301, to.to_owned()), "{server:?} {host}{path}");
        }
        let folder = web.get("town.example", "/legal/cookies");
        assert!([301, 308].contains(&folder.status), "{server:?}");
        assert_eq!(folder.header("location"), "/legal/cookies/");
        let gone = web.get("town.example", "/legal/assets/gone.css");
        assert!(!gone.header("cache-control").contains("immutable") && gone.status == 404, "{gone:?}");
        assert!(gone.header("content-security-policy").starts_with("default-src 'none'"), "{gone:?}");
        assert_eq!(web.get("nobody.example", "/").body.windows(5).filter(|part| part == b"lang=").count(), 0);
    }
    assert_eq!(Tree::read(workspace.at("dist")), tree, "serving changes nothing");
}

/// A folder that was published to, behind both servers: what is switched there is what they show at once.
#[test]
fn a_published_folder_is_served_by_its_domains() {
    let workspace = Workspace::with_theme(SHARED);
    let www = workspace.at("www").display().to_string();
    workspace.append("sites/group.toml", &format!("\n[publish.live]\nkind = \"dir\"\npath = \"{www}/{{tenant}}\"\n"));
    let publish = || {
        assert_eq!(run(&workspace, &["build"]).code, 0);
        let published = run(&workspace, &["publish", "--yes"]);
        assert_eq!(published.code, 0, "{}", published.stderr);
    };
    publish();
    let servers =
        WebServer::ALL.map(|server| serve(server, &workspace, &["--root", &format!("{www}/{{tenant}}/current")]));
    let say = |words: &str| {
        for web in &servers {
            let reply = web.get("town.example", "/legal/");
            assert!(reply.status == 200 && reply.text().contains(words), "{}", reply.text());
        }
    };
    say("Bonjour");
    workspace.write("sites/town-legal/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nBonsoir\n");
    publish();
    say("Bonsoir");
    assert_eq!(run(&workspace, &["rollback", "town-legal", "--yes"]).code, 0);
    say("Bonjour");
}
