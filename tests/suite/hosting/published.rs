//! The repository's tenants, published to a folder that nginx and Caddy serve, and verified by their domains.

use tenantry_testkit::servers::WebServer;

use super::serve;
use crate::report::{json, run};
use crate::serve::five_sources;

/// A file of one of the five, which the test changes.
const NOTE: &str = "sites/opendatasoft/datajoule/static/note.txt";

/// Publish asks the server for each file of each tenant, by its domain: bytes, media type, encoding, and the links of pages.
#[test]
fn what_is_published_is_what_the_public_gets() {
    for (server, layout, root) in [
        (WebServer::Nginx, "releases", "/current"),
        (WebServer::Caddy, "releases", "/current"),
        (WebServer::Caddy, "in-place", ""),
    ] {
        let workspace = five_sources();
        workspace.write(NOTE, "first\n");
        let www = workspace.at("www").display().to_string();
        let group = workspace.read("sites/group.toml");
        let target = format!("\n[publish.live]\nkind = \"dir\"\nlayout = \"{layout}\"\npath = \"{www}/{{tenant}}\"\n");
        workspace.write("sites/group.toml", &format!("precompress = [\"gzip\", \"brotli\"]\n{group}{target}"));
        let done = |args: &[&str]| {
            let outcome = run(&workspace, args);
            assert_eq!(outcome.code, 0, "{server:?} {layout} {args:?}: {}{}", outcome.stdout, outcome.stderr);
            outcome
        };
        done(&["build"]);
        let web = serve(server, &workspace, &["--root", &format!("{www}/{{tenant}}{root}")]);
        let verify = format!("verify_url = \"http://127.0.0.1:{}/\"\nverify_host = \"{{domain}}\"\n", web.port());
        workspace.append("sites/group.toml", &verify);
        done(&["build"]);
        let publish = ["publish", "--to", "live", "--yes", "--verify", "--format", "json"];
        let published = json(&done(&publish));
        let statuses: Vec<_> =
            published["tenants"].as_array().unwrap().iter().map(|tenant| &tenant["status"]).collect();
        assert_eq!(statuses, ["published"; 5], "{published:#}");
        let domain = "app.datajoule.fr";
        let note = || web.get(domain, "/note.txt").text();
        assert_eq!(note(), "first\n", "{server:?}");
        workspace.write(NOTE, "other\n");
        done(&["build"]);
        done(&publish);
        assert_eq!(note(), "other\n", "{server:?}");
        done(&["rollback", "datajoule", "--to", "live", "--yes"]);
        assert_eq!(note(), "first\n", "{server:?}");
    }
}
