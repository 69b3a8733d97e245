//! Sites with names made to break out of a directive.

use super::*;
use crate::artifact::{Indexed, Scripts, headers};
use crate::digest::Checksum;
use crate::manifest::{Artifact, CacheClass, Key};

fn site(tenant: &str, base_url: &str, redirects: &str) -> HostedSite {
    let artifact = |media_type: &'static str| Artifact {
        compressed: None,
        digest: Checksum::of(b""),
        size: 0,
        media_type: media_type.into(),
        cache: CacheClass::Revalidate,
        key: Key::default(),
    };
    let files = [
        ("404.html", "text/html; charset=utf-8"),
        ("fr/404.html", "text/html; charset=utf-8"),
        ("cookies.json", "application/json; charset=utf-8"),
        ("assets/a.css", "text/css; charset=utf-8"),
        ("no-404.html", "text/html; charset=utf-8"),
    ];
    let manifest = Manifest {
        base_url: base_url.into(),
        artifacts: files.map(|(path, media)| (OutputPath::new(path).unwrap(), artifact(media))).into(),
        ..Manifest::default()
    };
    let rules = HostRules::read(&headers(Scripts::None, Indexed::Yes).unwrap(), redirects);
    HostedSite::of(TenantId::new(tenant).unwrap(), &manifest, format!("/srv/{tenant}"), rules).unwrap()
}

/// The configurations of nginx and Caddy, in which all sites stand.
fn both(sites: &[HostedSite]) -> [String; 2] {
    [Server::Nginx, Server::Caddy].map(|server| {
        let (text, unfit) = configuration(server, sites.to_vec(), &[]);
        assert_eq!(unfit, []);
        text
    })
}

/// Whether nginx and Caddy can serve a site.
fn fits(site: &HostedSite) -> [bool; 2] {
    [Server::Nginx, Server::Caddy].map(|server| configuration(server, vec![site.clone()], &[]).1.is_empty())
}

#[test]
fn sites_of_one_host_share_its_block() {
    let sites = [site("a", "https://x.example/", ""), site("b", "https://x.example/legal/", "")];
    let [nginx, caddy] = both(&sites);
    assert_eq!((nginx.matches("server_name x.example;").count(), caddy.matches("https://x.example {").count()), (1, 1));
    let places = |text: &str, words: [&str; 2]| words.map(|word| text.find(word).unwrap());
    let [deep, root] = places(&caddy, ["# b\n", "# a\n"]);
    assert!(deep < root, "the deeper path is asked first: {caddy}");
    assert!(nginx.contains("error_page 404 \"/legal/fr/404.html\";"), "{nginx}");
}

#[test]
fn sites_at_one_address_are_nobodys() {
    let at = |tenant, url| site(tenant, url, "");
    let sites = [at("a", "https://x.example/p"), at("b", "http://x.example:8080/p/"), at("c", "https://x.example/")];
    for server in [Server::Nginx, Server::Caddy] {
        let (text, unfit) = configuration(server, sites.to_vec(), &[]);
        let told: Vec<String> = unfit.iter().map(ToString::to_string).collect();
        let expected = ["a", "b"].map(|id| format!("`{id}`: another tenant is at `x.example/p/` too"));
        assert_eq!(told, expected);
        assert!(text.contains("/srv/c") && !text.contains("/srv/a"), "{text}");
    }
}

#[test]
fn no_name_ends_its_directive() {
    let moved = "/a;}%20b{ /legal;$host/ 301\n/'%60 /x/ 301\n";
    let sites = [site("a", "https://x.example/le;gal'`$x", moved)];
    let [text, caddy] = both(&sites);
    assert!(text.contains("location = \"/le;gal'`$x/a;} b{\" {"), "{text}");
    assert!(text.contains("return 301 \"/legal;%24host/\";"), "{text}");
    assert!(text.contains("error_page 404 \"/le;gal'`${tenantry_dollar}x/404.html\";"), "{text}");
    assert!(text.contains("geo $tenantry_dollar"), "{text}");
    assert!(caddy.contains("path_regexp \"^/le\\x3bgal\\x27\\x60\\x24x/a\\x3b\\x7d\\x20b\\x7b$\""), "{caddy}");
}

#[test]
fn what_a_format_cannot_hold_is_refused() {
    let with = |value: &str| {
        let mut site = site("a", "https://x.example/", "");
        site.rules.headers[0].headers.push(("X-A".into(), value.into()));
        fits(&site)
    };
    assert_eq!(with("a \"b\"; $c"), [true, true]);
    assert_eq!(with("{env.HOME}"), [true, false]);
    assert_eq!(with("a\nb"), [false, false]);
    let mut named = site("a", "https://x.example/", "");
    named.rules.headers[0].headers.push(("X; return".into(), "a".into()));
    assert_eq!(fits(&named), [false, false]);
    assert_eq!(fits(&site("a", "https://x.example/{$HOME}/", "")), [true, false]);
}

#[test]
fn servers_listen_where_they_are_told() {
    let sites = || vec![site("a", "https://x.example/p/", "")];
    let text = |server, listen: &[&str]| {
        configuration(server, sites(), &listen.iter().map(ToString::to_string).collect::<Vec<_>>()).0
    };
    let plain = text(Server::Caddy, &["127.0.0.1:8080"]);
    assert!(plain.contains("\nhttp://x.example:8080 {\n\tbind 127.0.0.1\n"), "{plain}");
    assert!(text(Server::Caddy, &["8080"]).contains("\nhttp://x.example:8080 {\n\troute"));
    assert!(text(Server::Caddy, &[]).contains("\nhttps://x.example {"));
    assert_eq!(text(Server::Nginx, &[]).matches("    listen 80;\n").count(), 2);
    assert!(text(Server::Nginx, &["80", "[::]:80"]).contains("    listen 80;\n    listen [::]:80;\n"));
}

#[test]
fn long_names_get_room() {
    let nginx = |url: &str| configuration(Server::Nginx, vec![site("a", url, "")], &[]).0;
    assert!(nginx(&format!("https://{}.example/", "a".repeat(50))).contains("server_names_hash_bucket_size 512;"));
    assert!(!nginx("https://x.example").contains("server_names_hash"));
}
