//! Two publishers started together: one wins, the other leaves cleanly, and the site is that of the winner, whole.

use std::fs;

use serde_json::Value;
use tenantry_testkit::Program;
use tenantry_testkit::servers::s3::{BUCKET, KEY, SECRET, Store};
use tenantry_testkit::servers::ssh::{HOST, Sshd};

use super::{NOTE, Publishing, by_tenant};

const PUBLISH: [&str; 7] = ["publish", "datajoule", "--to", "live", "--yes", "--format", "json"];

#[track_caller]
fn race(live: &mut Publishing, fetch: &dyn Fn(&str, &str) -> Option<Vec<u8>>) {
    for round in 0..5 {
        live.workspace.write(NOTE, &format!("round {round}\n"));
        live.build();
        let other = Program::new().args(PUBLISH).current_dir(&live.workspace);
        let other = live.env.iter().fold(other, |program, (name, value)| program.env(name, value));
        let mut other = other.start();
        let one = live.run(&PUBLISH);
        other.wait_for("\"ok\"");
        let statuses = [status(&by_tenant(&one)["datajoule"]), status_in(&other.stdout())];
        let fits = |status: &String| ["published", "refused", "unchanged"].contains(&status.as_str());
        assert!(statuses.iter().all(fits), "{statuses:?} {}", one.stdout);
        assert_eq!(
            statuses.iter().filter(|status| *status == "published").count(),
            1,
            "{}{}",
            one.stdout,
            other.stdout()
        );
        live.is_live(["datajoule".to_owned()].iter(), fetch);
    }
    assert_eq!(live.publish(&["datajoule"])["datajoule"]["status"], "unchanged");
}

fn status(tenant: &Value) -> String {
    tenant["status"].as_str().unwrap_or_default().to_owned()
}

fn status_in(stdout: &str) -> String {
    // It may be at its last words.
    let document: Value = serde_json::from_str(stdout).unwrap_or_default();
    status(&document["tenants"][0])
}

#[test]
fn two_publishers_to_a_store() {
    let store = Store::start();
    let target = format!(
        "kind = \"s3\"\nendpoint = \"http://127.0.0.1:{}\"\nregion = \"us-east-1\"\nbucket = \"{BUCKET}\"\n\
         prefix = \"{{tenant}}\"",
        store.port()
    );
    let mut live = Publishing::five(&target).with(&[("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)]);
    race(&mut live, &|tenant, path| store.object(&format!("{tenant}/{path}")));
}

#[test]
fn two_publishers_over_ssh() {
    let server = Sshd::start();
    let path = server.folder().at("www");
    let target = format!("kind = \"ssh\"\nhost = \"{HOST}\"\npath = \"{}/{{tenant}}\"", path.display());
    let mut live = Publishing::five(&target).with(&[("PATH", &server.search_path())]);
    race(&mut live, &|tenant, path| fs::read(server.folder().at(&format!("www/{tenant}/current/{path}"))).ok());
}
