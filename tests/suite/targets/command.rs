//! `command`: a program takes the folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::Publishing;

/// A program that keeps what it was given, and the five tenants published by it.
fn publishing(script: &str) -> Publishing {
    let live = Publishing::five(
        "kind = \"command\"\nprogram = \"PROGRAM\"\narguments = [\"{tenant}\", \"{folder}\", \"$(id) ; `id`\"]",
    );
    live.workspace.write("deploy", &format!("#!/bin/sh\ncd \"$(dirname \"$0\")\"\n{script}\n"));
    let deploy = live.workspace.at("deploy");
    fs::set_permissions(&deploy, fs::Permissions::from_mode(0o755)).unwrap();
    let group = live.workspace.read("sites/group.toml").replace("PROGRAM", &deploy.display().to_string());
    live.workspace.write("sites/group.toml", &group);
    live
}

#[test]
fn a_program_takes_each_folder_once() {
    let mut live = publishing("mkdir -p live && cp -r \"$2\" \"live/$1\" && printf '%s' \"$3\" > said");
    live.build();
    let report = live.publish(&[]);
    assert!(report.values().all(|tenant| tenant["status"] == "published"), "{report:#?}");
    let workspace = &live.workspace;
    live.is_live(report.keys(), &|tenant, path| fs::read(workspace.at(&format!("live/{tenant}/{path}"))).ok());
    assert_eq!(live.workspace.read("said"), "$(id) ; `id`", "no shell is between");
    assert!(live.publish(&[]).values().all(|tenant| tenant["status"] == "unchanged"));
}

#[test]
fn a_program_that_fails_is_told_and_asked_again() {
    let mut live = publishing("[ -e ready ] || { echo 'the platform is closed' >&2; exit 3; }");
    live.build();
    let failed = live.run(&["publish", "datajoule", "--to", "live", "--yes"]);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    assert!(failed.stderr.contains("the platform is closed"), "{}", failed.stderr);
    live.workspace.write("ready", "");
    assert_eq!(live.publish(&["datajoule"])["datajoule"]["status"], "published");
}
