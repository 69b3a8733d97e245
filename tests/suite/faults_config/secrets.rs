//! Row 63: secrets are refused wherever they stand, and echoed nowhere.

use tenantry_testkit::{Outcome, Tree, Workspace};

use super::{BAD, bad, settings};
use crate::report::{Report, build, run};
use crate::sound::beside_good;

/// What stands for a secret.
const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

#[test]
fn fault_063_a_secret_is_refused_and_never_echoed() {
    let key = "-----BEGIN RSA PRIVATE KEY-----";
    refuses_secrets(&[
        format!("secret_access_key = \"{SECRET}\""),
        format!("aws_secret_access_key = \"{SECRET}\""),
        format!("params.api_key = \"{SECRET}\""),
        format!("vars.password = \"{SECRET}\""),
        format!("[publish.s3]\nkind = \"s3\"\nsecret_key = \"{SECRET}\""),
        format!("publish.s3 = {{ kind = \"s3\", password = \"{SECRET}\" }}"),
        format!("[env.staging.vars]\nauth_token = \"{SECRET}\""),
        format!("[env.staging.params]\nSecret_Key = \"{SECRET}\""),
        format!("vars.key = \"\"\"{key}\n{SECRET}\n\"\"\""),
    ]);
}

#[test]
fn fault_063_a_secret_within_a_list_or_a_table_is_refused() {
    refuses_secrets(&[
        format!("vars.secret_key = {{ fr = \"{SECRET}\" }}"),
        format!("publish.s3.password = [\"{SECRET}\"]"),
        format!("publish.s3.keys = [{{ secret_key = \"{SECRET}\" }}]"),
        format!("publish.s3.key = [\"-----BEGIN RSA PRIVATE KEY-----\", \"{SECRET}\"]"),
    ]);
}

#[test]
fn fault_063_a_secret_is_known_by_its_key_however_it_is_spelt() {
    refuses_secrets(&[
        format!("publish.s3.secret-access-key = \"{SECRET}\""),
        format!("publish.s3.secretAccessKey = \"{SECRET}\""),
        format!("publish.s3.token = \"{SECRET}\""),
        format!("publish.s3.client_secret = \"{SECRET}\""),
        format!("publish.s3.access_token = \"{SECRET}\""),
        format!("params.API-KEY = \"{SECRET}\""),
    ]);
}

#[test]
fn fault_063_an_access_key_is_known_by_its_form() {
    let key = "AKIAIOSFODNN7EXAMPLE";
    let lines = [format!("vars.a = \"{key}\""), format!("covers = [\"{key}\"]"), format!("publish.s3.id = \"{key}\"")];
    let (workspace, folders) = tenants(&lines);
    silent(&workspace, &folders, key);
}

#[test]
fn fault_063_a_secret_in_a_group_or_a_catalogue_is_refused_too() {
    for file in ["sites/group.toml", "sites/bad/cookies.toml"] {
        let workspace = bad("");
        workspace.append(file, &format!("publish.s3.secret_key = \"{SECRET}\"\n"));
        let report = silent(&workspace, &["bad"], SECRET);
        assert!(report.errors().iter().any(|error| error.starts_with(&format!("secret {file}:"))));
    }
}

#[test]
fn fault_063_a_secret_that_is_no_toml_is_not_echoed_either() {
    let (workspace, folders) = tenants(&[
        format!("publish.s3.secret_key = {SECRET}"),
        format!("publish.s3.secret_key = “{SECRET}”"),
        format!("publish.s3.secret_key = \"{SECRET}"),
        format!("publish.s3 = {{ secret_key = \"{SECRET}\", region = eu }}"),
        format!("publish.s3.secret_key: \"{SECRET}\""),
        format!("vars.a = \"b\"\nvars.a = \"c\"\nvars.password = \"{SECRET}\""),
    ]);
    silent(&workspace, &folders, SECRET);
}

#[test]
fn fault_063_a_password_in_an_address_is_not_echoed() {
    let address = format!("https://admin:{SECRET}@bad.example.org");
    silent(&settings(&format!("name = \"Bad\"\nbase_url = \"{address}\"\n")), &["bad"], SECRET);
    silent(&bad(&format!("covers = [\"{address}\"]")), &["bad"], SECRET);
}

#[test]
fn fault_063_a_secret_in_front_matter_is_refused_and_never_echoed() {
    let workspace = bad("");
    let text = format!("+++\ntitle = \"T\"\nparams = {{ api_key = \"{SECRET}\" }}\n+++\nTexte.\n");
    workspace.write("sites/bad/content/index.fr.md", &text);
    assert_eq!(silent(&workspace, &["bad"], SECRET).status("bad"), "failed");
}

#[test]
fn fault_063_a_secret_of_the_command_line_is_not_echoed() {
    let workspace = bad("");
    for setting in [format!("publish.s3.secret_key={SECRET}"), format!("publish.s3.secret_key=\"{SECRET}")] {
        for format in ["human", "json"] {
            let outcome = run(&workspace, &["build", "--format", format, "--set", &setting]);
            assert_eq!(outcome.code, 1, "{}", outcome.transcript());
            assert!(!outcome.transcript().contains(SECRET), "{}", outcome.transcript());
        }
    }
}

/// A tenant for each of these texts from line 3 on, and another one in a group whose tenants are trusted; their folders.
fn tenants(lines: &[String]) -> (Workspace, Vec<String>) {
    let workspace = beside_good("//- /sites/trusted/group.toml\ntrust_tenants = true\n");
    let mut folders = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        for (group, id) in [("", format!("bad-{number}")), ("trusted/", format!("trusted-{number}"))] {
            let folder = format!("{group}{id}");
            workspace.write(&format!("sites/{folder}/site.toml"), &format!("{}{line}\n", BAD.replace("bad", &id)));
            folders.push(folder);
        }
    }
    (workspace, folders)
}

/// Checks that each of these lines is refused as a secret, that none is echoed, and that `good` is built.
#[track_caller]
fn refuses_secrets(lines: &[String]) {
    let (workspace, folders) = tenants(lines);
    let report = silent(&workspace, &folders, SECRET);
    let missing = |folder: &&String| {
        let start = format!("secret sites/{folder}/site.toml:");
        !report.errors().iter().any(|error| error.starts_with(&start))
    };
    let missed: Vec<_> =
        folders.iter().filter(missing).map(|folder| workspace.read(&format!("sites/{folder}/site.toml"))).collect();
    assert_eq!(missed, [""; 0], "these are not taken for secrets: {:#?}", report.errors());
    assert_eq!((report.code, report.status("good")), (1, "built"));
}

/// Checks that no tenant of these folders is built, and that the secret appears in no output of the program, nor in any
/// file that it writes. Gives the report of the first build.
#[track_caller]
fn silent(workspace: &Workspace, folders: &[impl AsRef<str>], secret: &str) -> Report {
    let report = build(workspace);
    hides(&report.outcome, secret);
    for args in [&["build", "--verbose"][..], &["check"], &["list"]] {
        hides(&run(workspace, args), secret);
    }
    for folder in folders {
        let id = folder.as_ref().rsplit('/').next().unwrap_or_default();
        hides(&run(workspace, &["explain", id]), secret);
        hides(&run(workspace, &["explain", id, "publish.s3"]), secret);
        assert!(!workspace.holds(&format!("dist/{id}")), "`{id}` is built");
    }
    let output = Tree::read_without(workspace.at("dist"), "");
    let holds = |path: &&str| output.bytes(path).is_some_and(|bytes| String::from_utf8_lossy(bytes).contains(secret));
    assert_eq!(output.paths().into_iter().find(holds), None);
    report
}

#[track_caller]
fn hides(outcome: &Outcome, secret: &str) {
    assert!(!outcome.transcript().contains(secret), "it is echoed\n{}", outcome.transcript());
}
