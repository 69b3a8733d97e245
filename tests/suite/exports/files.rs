//! Where exports go, and which are refused.

use super::workspace;
use crate::report::{ending, run};

const SECOND: &str = "//- /sites/b/site.toml\nname = \"B\"\nbase_url = \"https://b.example\"\n";

#[test]
fn one_tenant_goes_to_standard_output() {
    let workspace = workspace();
    let outcome = run(&workspace, &["export", "klaro", "a"]);
    assert!(
        outcome.code == 0 && outcome.stdout.starts_with("// Configuration of Klaro, revision 1."),
        "{}",
        outcome.stdout
    );
    assert!(outcome.stderr.contains("not in the export: a google/ga: its duration\n"), "{}", outcome.stderr);
    assert!(!workspace.holds("dist"));
}

#[test]
fn several_tenants_are_files() {
    let workspace = workspace();
    workspace.add_text(SECOND);
    let outcome = run(&workspace, &["export", "cookieconsent"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("--out cookieconsent"), "{}", outcome.transcript());
    assert_eq!(outcome.stdout, "");
    let outcome = run(&workspace, &["export", "cookieconsent", "--out", "consent"]);
    assert_eq!(outcome.code, 0, "{}", outcome.transcript());
    for tenant in ["a", "b"] {
        assert!(workspace.read(&format!("consent/{tenant}/cookieconsent-config.js")).contains("export default config"));
    }
}

#[test]
fn a_tenant_with_errors_has_no_export() {
    let workspace = workspace();
    workspace.add_text(SECOND);
    workspace.append("sites/b/site.toml", "cookie.google.ga.category = \"necessary\"\n");
    let outcome = run(&workspace, &["export", "klaro", "b"]);
    assert_eq!((outcome.code, &*outcome.stdout), (1, ""), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("necessary-but-known"), "{}", outcome.stderr);
    let report = ending(&workspace, &["export", "klaro", "--out", "consent"], 1);
    assert_eq!(report["files"].as_array().map(Vec::len), Some(1));
    assert!(workspace.holds("consent/a/klaro-config.js") && !workspace.holds("consent/b"));
}

#[test]
fn a_format_that_does_not_exist_is_an_error_with_the_nearest() {
    let outcome = run(&workspace(), &["export", "klar", "a"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("'klaro'"), "{}", outcome.transcript());
}

/// The banner of the theme is off unless a layer asks for it, and then needs the files of its manager.
#[test]
fn the_banner_needs_its_files() {
    let workspace = workspace();
    workspace.add_text(
        "//- /themes/plain/theme.toml\nname = \"Plain\"\n[params.banner]\ntype = \"choice\"\n\
         choices = [\"off\", \"cookieconsent\"]\ndefault = \"off\"\n",
    );
    assert_eq!(run(&workspace, &["build"]).code, 0);
    assert!(!workspace.holds("dist/a/consent") && workspace.read("dist/a/_headers").contains("script-src 'none'"));
    let on = ["build", "--set", "params.banner=cookieconsent"];
    let report = ending(&workspace, &on, 1);
    assert_eq!(report["findings"][0]["code"], "banner-files");
    // A script of an untrusted tenant does not run.
    workspace.write("sites/a/static/consent/cookieconsent.css", "/* x */\n");
    workspace.write("sites/a/static/consent/cookieconsent.umd.js", "/* x */\n");
    assert_eq!(ending(&workspace, &on, 1)["findings"][0]["code"], "banner-files");
    workspace.remove("sites/a/static");
    for file in ["cookieconsent.css", "cookieconsent.umd.js"] {
        workspace.write(&format!("sites/static/consent/{file}"), "/* x */\n");
    }
    ending(&workspace, &on, 0);
    let script = workspace.read("dist/a/consent/start.js");
    assert!(script.contains("CookieConsent.run(config);") && script.contains("\"expiresAfterDays\": 180"), "{script}");
    assert!(workspace.read("dist/a/_headers").contains("script-src 'self'"));
}
