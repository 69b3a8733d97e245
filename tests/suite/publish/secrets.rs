//! Credentials: refused in files, and told nowhere.

use tenantry_testkit::{Program, Tree};

use super::{fleet, published, tenantry};

/// What no file and no output may hold.
const CANARY: &str = "canary-of-this-test-0123456789";

#[test]
fn fault_063_a_secret_in_a_target_is_refused_and_not_told() {
    let workspace = fleet(&format!("secret_access_key = \"{CANARY}\"\n"));
    let outcome = tenantry(&workspace, &["build"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("a workspace may hold none"), "{}", outcome.stderr);
    assert!(!outcome.transcript().contains(CANARY));
}

#[test]
fn fault_125_credentials_of_the_environment_are_told_nowhere() {
    let workspace = fleet("");
    published(&workspace);
    // A place whose own name is the credential, so that every message would hold it.
    let path = workspace.at(CANARY).display().to_string();
    workspace.write(&format!("{CANARY}/alpha/theirs"), "");
    workspace.append("sites/group.toml", &format!("\n[publish.x]\nkind = \"dir\"\npath = \"{path}/{{tenant}}\"\n"));
    tenantry(&workspace, &["build"]);
    for args in [
        &["publish", "--to", "x", "--yes", "--verbose"][..],
        &["publish", "--to", "x", "--dry-run", "--format", "json"],
        &["publish", "--to", "x", "alpha", "--save-plan", "plan.json"],
    ] {
        let run = Program::new().args(args).env("AWS_SECRET_ACCESS_KEY", CANARY).current_dir(&workspace).run();
        // The refusal names the place, which holds the credential.
        let told = run.transcript();
        let message = told.lines().find(|line| line.contains("was not made by a publish")).unwrap_or_default();
        assert!(message.contains("[secret]") && !message.contains(CANARY), "{args:?}: {told}");
    }
}

#[test]
fn fault_125_a_credential_in_the_address_of_a_repository_is_refused_and_not_told() {
    for address in [format!("https://{CANARY}@host.example/x.git"), format!("https://me:{CANARY}@host.example/x.git")] {
        let workspace = fleet("");
        let target = format!("\n[publish.pages]\nkind = \"git\"\nremote = \"{address}\"\n");
        workspace.append("sites/group.toml", &target);
        let outcome = tenantry(&workspace, &["build"]);
        assert_eq!(outcome.code, 1, "{}", outcome.transcript());
        assert!(outcome.stderr.contains("a workspace may hold none"), "{}", outcome.stderr);
        assert!(!outcome.transcript().contains(CANARY), "{}", outcome.transcript());
        let written = Tree::read(workspace.at("dist"));
        assert!(written.entries.values().all(|entry| !String::from_utf8_lossy(&entry.bytes).contains(CANARY)));
    }
}
