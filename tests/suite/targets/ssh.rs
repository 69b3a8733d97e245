//! `ssh`: a real OpenSSH server, both layouts, and names made to become options or commands.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};

use tenantry_testkit::Tree;
use tenantry_testkit::servers::ssh::{HOST, Sshd};

use super::{Publishing, by_tenant};

/// Bytes by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Asks for the bytes at a path.
type Fetch<'f> = &'f dyn Fn(&str) -> Option<Vec<u8>>;

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

#[test]
fn files_become_folders_and_folders_files_and_back() {
    let server = Sshd::start();
    let mut live = publishing(&server, "layout = \"in-place\"");
    let of_site = |path: &str| format!("sites/opendatasoft/datajoule/static/{path}");
    live.workspace.write(&of_site("guide"), "a file\n");
    live.workspace.write(&of_site("help/deep/more.txt"), "in a folder\n");
    live.build();
    live.publish(&["datajoule"]);
    let state = || Tree::read_without(server.folder().at("www/datajoule"), ".tenantry");
    let old = state();
    live.workspace.remove(&of_site("guide"));
    live.workspace.remove(&of_site("help"));
    live.workspace.write(&of_site("guide/deep/more.txt"), "in a folder\n");
    live.workspace.write(&of_site("guide/some.txt"), "in a folder\n");
    live.workspace.write(&of_site("help"), "a file\n");
    live.build();
    live.publish(&["datajoule"]);
    live.is_live(["datajoule".to_owned()].iter(), &|tenant, path| {
        fs::read(server.folder().at(&format!("www/{tenant}/{path}"))).ok()
    });
    let back = live.run(&["rollback", "datajoule", "--to", "live", "--yes"]);
    assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
    assert_eq!(state().difference(&old), [""; 0]);
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

/// Row 120: connections that break off in the middle of a file, each a little later.
#[test]
fn fault_120_transfers_that_are_cut_in_the_middle_are_made_again() {
    for (layout, shown) in [("", "current/"), ("layout = \"in-place\"", "")] {
        let server = Sshd::start();
        let mut live = publishing(&server, layout);
        live.build();
        live.publish(&["datajoule"]);
        change(&live);
        server.cut_first(6, 2500);
        assert_eq!(live.publish(&["datajoule"])["datajoule"]["status"], "published");
        assert_eq!(fs::read_dir(server.folder().at("broken")).unwrap().count(), 6);
        live.is_live(["datajoule".to_owned()].iter(), &|_, path| {
            fs::read(server.folder().at(&format!("www/datajoule/{shown}{path}"))).ok()
        });
    }
}

/// Row 120: where it is one too many, what is old stays, and the next publish finishes.
#[test]
fn fault_120_what_is_cut_too_often_is_finished_by_the_next_publish() {
    let (server, layout) = (Sshd::start(), "layout = \"in-place\"");
    let mut live = publishing(&server, layout);
    live.build();
    live.publish(&["datajoule"]);
    let old = live.built("datajoule");
    change(&live);
    let fetch = |path: &str| fs::read(server.folder().at(&format!("www/datajoule/{path}"))).ok();
    server.cut_first(16, 1200);
    let outcome = live.run(&["publish", "datajoule", "--to", "live", "--yes"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    is_whole(&old, &live.built("datajoule"), (layout, &fetch));
    live.publish(&["datajoule"]);
    live.is_live(["datajoule".to_owned()].iter(), &|_, path| fetch(path));
}

/// Gives the site another text and a large file.
fn change(live: &Publishing) {
    live.workspace.write(super::NOTE, "other\n");
    let large = "sites/opendatasoft/datajoule/static/large.txt";
    live.workspace.write(large, &"it has to go somewhere\n".repeat(10_000));
    live.build();
}

/// Row 120: a disk that is full, but for some pages: told, the old site stays, and the next publish finishes.
#[test]
fn fault_120_a_full_disk_leaves_the_old_site() {
    for (layout, shown) in [("", "current/"), ("layout = \"in-place\"", "")] {
        let Some(server) = Sshd::with_disk("4m") else {
            // Past the harness, which keeps what tests print to itself.
            let _ = writeln!(io::stderr(), "skipped, nothing can be mounted here");
            return;
        };
        let mut live = publishing(&server, layout);
        live.build();
        live.publish(&["datajoule"]);
        let old = live.built("datajoule");
        change(&live);
        let new = live.built("datajoule");
        let fetch = |path: &str| fs::read(server.seen(&format!("www/datajoule/{shown}{path}"))).ok();
        for pages in [0, 1, 2, 4, 8, 16, 32] {
            fill(&server, pages);
            let outcome = live.run(&["publish", "datajoule", "--to", "live", "--yes"]);
            assert_eq!(outcome.code, 1, "{pages}: {}", outcome.stderr);
            let is_told = outcome.stderr.contains("cannot ") && outcome.stderr.contains("is full: ");
            assert!(is_told, "{pages}: {}", outcome.stderr);
            is_whole(&old, &new, (layout, &fetch));
        }
        fs::remove_file(server.seen("www/filler")).unwrap();
        assert_eq!(live.publish(&["datajoule"])["datajoule"]["status"], "published");
        live.is_live(["datajoule".to_owned()].iter(), &|_, path| fetch(path));
        nothing_is_on_its_way(&server);
    }
}

/// The old site is there; where files are replaced one by one, some of them may be the new ones.
#[track_caller]
fn is_whole(old: &Files, new: &Files, (layout, fetch): (&str, Fetch<'_>)) {
    for (path, bytes) in old {
        let there = fetch(path);
        let is_new = !layout.is_empty() && there.as_ref() == new.get(path);
        assert!(is_new || there.as_ref() == Some(bytes), "{path} is neither the old file nor the new one");
    }
}

/// Fills the disk of the server but for some pages.
fn fill(server: &Sshd, pages: u64) {
    let filler = server.seen("www/filler");
    // What is left over decides, and not that it fails.
    let _ = fs::write(&filler, vec![0; 8 << 20]);
    let file = fs::File::options().write(true).open(&filler).unwrap();
    file.set_len(file.metadata().unwrap().len() - pages * 4096).unwrap();
}

/// What was half written is gone.
#[track_caller]
fn nothing_is_on_its_way(server: &Sshd) {
    let notes = fs::read_dir(server.seen("www/datajoule/.tenantry")).unwrap();
    let names: Vec<_> = notes.map(|note| note.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.iter().any(|name| name.starts_with("on-the-way")), "{names:?}");
}
