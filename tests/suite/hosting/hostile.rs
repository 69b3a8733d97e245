//! Names of tenants, made to break out of the directive that they stand in.

use tenantry_testkit::Workspace;
use tenantry_testkit::servers::WebServer;

use super::serve;
use crate::report::run;

/// A tenant at a path of its own, beside one that means no harm.
fn workspace(path: &str) -> Workspace {
    let workspace = Workspace::with_theme(
        r#"
//- /sites/group.toml
theme = "plain"
languages = ["en"]
//- /sites/content/index.en.md
+++
title = "Home"
+++
Hello
//- /sites/good/site.toml
name = "Good"
base_url = "https://good.example"
"#,
    );
    workspace.write("sites/evil/site.toml", &format!("name = \"Evil\"\nbase_url = \"https://evil.example/{path}\"\n"));
    workspace
}

/// A page whose former addresses mean something to nginx or to Caddy.
const ABOUT: &str = "+++\ntitle = \"About\"\naliases = [\"/a;} location =\", \"/$host\", \"/`'\", \"/~^(.)$\", \
                     \"/{$HOME}\"]\n+++\nAbout\n";

#[test]
fn a_hostile_path_stands_for_itself() {
    let workspace = workspace("x;'`$host|*(.)+");
    workspace.write("sites/evil/content/about.en.md", ABOUT);
    let built = run(&workspace, &["build"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    for server in WebServer::ALL {
        let web = serve(server, &workspace, &[]);
        let base = "/x;'%60$host%7C*(.)+";
        assert_eq!(web.get("evil.example", &format!("{base}/")).status, 200, "{server:?}");
        assert_eq!(web.get("evil.example", "/x;'%60evil.example%7C*(.)+/").status, 404, "{server:?}");
        for from in ["a;%7D%20location%20=", "$host", "%60'", "~%5E(.)$", "%7B$HOME%7D"] {
            let reply = web.get("evil.example", &format!("{base}/{from}"));
            assert_eq!(reply.status, 301, "{server:?} {from}: {}", reply.text());
            let to = reply.header("location").replace("%24", "$");
            assert_eq!(to, format!("{base}/about/"), "{server:?} {from}");
        }
        assert_eq!(web.get("good.example", "/").status, 200, "{server:?}");
    }
}

/// Endings that are names of something in a configuration, and such as would end a directive.
#[test]
fn a_hostile_ending_stands_for_itself() {
    let workspace = workspace("x");
    let names = ["hidden", "site0", "moved0", "some0", "bare0", "in0", "route", "include", "{x}", "a;b", "a$b"];
    for name in names {
        workspace.write(&format!("sites/evil/static/a.{name}"), name);
    }
    workspace.write("sites/evil/content/about.en.md", ABOUT);
    let built = run(&workspace, &["build"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    for server in WebServer::ALL {
        let web = serve(server, &workspace, &[]);
        for name in names {
            let address = format!("/x/a.{}", name.replace('{', "%7B").replace('}', "%7D"));
            let reply = web.get("evil.example", &address);
            assert_eq!((reply.status, &*reply.text()), (200, name), "{server:?} {name}");
        }
        assert_eq!(web.get("evil.example", "/x/_headers").status, 404, "{server:?}");
        assert_eq!(web.get("good.example", "/").status, 200, "{server:?}");
    }
}

/// Braces are variables to Caddy wherever they stand: that tenant is left out and told, the others are served.
#[test]
fn what_caddy_cannot_say_is_left_out() {
    let workspace = workspace("{env.HOME}");
    assert_eq!(run(&workspace, &["build"]).code, 0);
    let outcome = run(&workspace, &["export", "caddy"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("error[unfit]: `evil`: `{` cannot stand in a Caddyfile"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("good.example") && !outcome.stdout.contains("evil"), "{}", outcome.stdout);
    let web = serve(WebServer::Nginx, &workspace, &[]);
    assert_eq!(web.get("evil.example", "/%7Benv.HOME%7D/").status, 200);
}
