//! `ssh`: a real OpenSSH server, both layouts, and names made to become options or commands.

use std::fs;

use tenantry_testkit::servers::ssh::{HOST, Sshd};

use super::{Publishing, by_tenant};

/// The five tenants, published below a folder of the server.
fn publishing(server: &Sshd, more: &str) -> Publishing {
    let path = server.folder().at("www");
    let target = format!("kind = \"ssh\"\nhost = \"{HOST}\"\npath = \"{}/{{tenant}}\"\n{more}", path.display());
    Publishing::five(&target).with(&[("PATH", &server.search_path())])
}

#[test]
fn the_five_tenants_go_there_and_back() {
    let server = Sshd::start();
    let mut live = publishing(&server, "");
    live.round(&|tenant, path| fs::read(server.folder().at(&format!("www/{tenant}/current/{path}"))).ok());
    let shown = fs::read_link(server.folder().at("www/datajoule/current")).unwrap();
    assert_eq!(shown.to_str(), Some("releases/3"));
}

#[test]
fn the_five_tenants_go_into_fixed_folders_and_back() {
    let server = Sshd::start();
    let mut live = publishing(&server, "layout = \"in-place\"");
    live.round(&|tenant, path| fs::read(server.folder().at(&format!("www/{tenant}/{path}"))).ok());
}

/// Row 110: folders that hold something else, or are another tenant's.
#[test]
fn fault_110_folders_of_others_are_refused() {
    for layout in ["", "layout = \"in-place\""] {
        let server = Sshd::start();
        let leave = |tenant: &str| server.folder().write(&format!("www/{tenant}/theirs.html"), "theirs");
        publishing(&server, layout).refuses_places_of_others(server.folder(), &leave);
    }
}

/// Row 119: a name is a name, whatever it looks like.
#[test]
fn fault_119_no_name_becomes_an_option_or_a_command() {
    let server = Sshd::start();
    let canary = server.folder().at("canary");
    let touch = format!("touch {}", canary.display());
    for host in ["-oProxyCommand=touch x", "web1;touch x", "web1 x", "$(touch x)"] {
        let target = format!("kind = \"ssh\"\nhost = \"{host}\"\npath = \"/srv/{{tenant}}\"");
        let mut live = Publishing::five(&target).with(&[("PATH", &server.search_path())]);
        let built = live.run(&["build"]);
        assert_eq!(built.code, 1, "{host}: {}", built.stderr);
        assert!(!live.workspace.holds("x"));
    }
    let mut live = publishing(&server, "");
    let odd = format!("www/a b'c\"; {touch}; $(id)/{{tenant}}");
    let group = live.workspace.read("sites/group.toml").replace("www/{tenant}\"", &odd_toml(&odd));
    live.workspace.write("sites/group.toml", &group);
    let built = live.run(&["build"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    live.publish(&["datajoule"]);
    let there = odd.replace("{tenant}", "datajoule");
    assert!(server.folder().holds(&format!("{there}/current/index.html")));
    assert!(!canary.exists());
}

/// The end of a path in TOML, with its quotation mark.
fn odd_toml(path: &str) -> String {
    format!("{}\"", path.replace('"', "\\\""))
}

/// Row 120: a key that changed, and a folder that refuses: told, and the old site stays.
#[test]
fn fault_120_a_host_that_is_another_one_is_not_trusted() {
    let server = Sshd::start();
    let mut live = publishing(&server, "");
    live.build();
    live.publish(&["datajoule"]);
    live.workspace.write(super::NOTE, "other\n");
    live.build();
    server.change_known_key();
    let outcome = live.run(&["publish", "datajoule", "--to", "live", "--yes", "--format", "json"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let told = by_tenant(&outcome)["datajoule"]["problem"]["message"].to_string();
    assert!(told.contains("Host key verification failed"), "{told}");
    assert_eq!(server.folder().read("www/datajoule/current/note.txt"), "first\n");
}

/// Row 120: connections that break off in the middle cost time, and nothing else.
#[test]
fn fault_120_what_breaks_off_goes_on_over_another_connection() {
    let server = Sshd::start();
    let mut live = publishing(&server, "");
    live.build();
    server.break_first(5);
    let report = live.publish(&[]);
    assert!(report.values().all(|tenant| tenant["status"] == "published"), "{report:#?}");
    assert_eq!(fs::read_dir(server.folder().at("broken")).unwrap().count(), 5);
    live.is_live(report.keys(), &|tenant, path| {
        fs::read(server.folder().at(&format!("www/{tenant}/current/{path}"))).ok()
    });
}
