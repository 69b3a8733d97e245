//! New tenants and groups: they inherit, build, and say what to edit.

use tenantry_testkit::{Program, Workspace};

use super::{fresh, is_sound, list};
use crate::report::{ending, run};

#[test]
fn a_new_tenant_builds_and_inherits() {
    let workspace = fresh();
    let args = ["new", "tenant", "town/lille", "--name", "Lille", "--base-url", "https://legal.lille.example"];
    let report = ending(&workspace, &args, 0);
    assert_eq!((&report["command"], list(&report, "written")), (&"new".into(), vec!["sites/town/lille/site.toml"]));
    let text = workspace.read("sites/town/lille/site.toml");
    let line = "#:schema ../../../.schemas/site.json\n";
    assert_eq!(text, format!("{line}name = \"Lille\"\nbase_url = \"https://legal.lille.example\"\n"));
    is_sound(&workspace);
    assert!(workspace.read("dist/lille/cookies/index.html").contains("Remembers that you are signed in."));
    assert!(workspace.read("dist/lille/index.html").contains("Lille"));
    let next = list(&report, "next").join("\n");
    for words in ["`sites/content/", "`sites/cookies.toml`", "cookie.acme.session.purpose.en", "tenantry build lille"] {
        assert!(next.contains(words), "`{words}` is not in\n{next}");
    }
    assert!(!next.contains("stands in"), "{next}");
}

/// The line that the advice gives works as it is.
#[test]
fn the_advice_for_a_new_tenant_works() {
    let workspace = fresh();
    let report = ending(&workspace, &["new", "tenant", "lille"], 0);
    let advice = list(&report, "next").into_iter().find(|text| text.contains("append a line")).unwrap();
    let line = advice.split('`').find(|part| part.starts_with("cookie.")).unwrap();
    workspace.append("sites/lille/site.toml", &format!("{}\n", line.replace('…', "My own words.")));
    is_sound(&workspace);
    assert!(workspace.read("dist/lille/cookies/index.html").contains("My own words."));
}

#[test]
fn a_tenant_without_name_and_address_gets_stand_ins() {
    let workspace = fresh();
    for path in ["val-d-oise", "sites/town/seine/", "./somme"] {
        let report = ending(&workspace, &["new", "tenant", path], 0);
        assert!(list(&report, "next").iter().any(|text| text.contains("put the real address into")), "{report}");
    }
    let text = workspace.read("sites/val-d-oise/site.toml");
    let text = text.strip_prefix("#:schema ../../.schemas/site.json\n").unwrap();
    assert!(text.starts_with("name = \"Val-d-oise\"\nbase_url = \"https://val-d-oise.example\""), "{text}");
    assert!(workspace.holds("sites/town/seine/site.toml") && workspace.holds("sites/somme/site.toml"));
    is_sound(&workspace);
}

/// Whatever a name holds, it is read back as it was given.
#[test]
fn names_are_written_as_toml() {
    let workspace = fresh();
    let long = "Très ".repeat(60);
    let names =
        ["Le \"Grand\" Lille", "L'Haÿ \\ \"x\"", "بلدية", "a # b = [c]", "'''\"\"\"", "{{ x }}", "tab\there", &long];
    for (number, name) in names.iter().enumerate() {
        let id = format!("t{number}");
        ending(&workspace, &["new", "tenant", &id, "--name", name], 0);
        let report = ending(&workspace, &["list", &id], 0);
        assert_eq!(report["tenants"][0]["name"], *name);
    }
    is_sound(&workspace);
}

#[test]
fn arguments_of_new_may_be_variables() {
    let workspace = fresh();
    // Without schemas no file names one.
    workspace.remove(".schemas");
    let program = Program::new().args(["new", "tenant", "lille"]).current_dir(workspace.at("themes"));
    let outcome = program.env("TENANTRY_NAME", "Ville").env("TENANTRY_BASE_URL", "https://ville.example").run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(workspace.read("sites/lille/site.toml"), "name = \"Ville\"\nbase_url = \"https://ville.example\"\n");
}

#[test]
fn a_new_group_takes_tenants_and_groups() {
    let workspace = fresh();
    let report = ending(&workspace, &["new", "group", "schools"], 0);
    assert_eq!(list(&report, "written"), ["sites/schools/group.toml"]);
    let next = list(&report, "next").join("\n");
    for words in ["sites/schools/cookies.toml", "sites/schools/content/", "tenantry new tenant schools/"] {
        assert!(next.contains(words), "`{words}` is not in\n{next}");
    }
    ending(&workspace, &["new", "group", "schools/north"], 0);
    ending(&workspace, &["new", "tenant", "schools/north/lille"], 0);
    is_sound(&workspace);
    let text = workspace.read("sites/schools/group.toml");
    let offered = text.lines().filter_map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")));
    let offered: String = offered.map(|line| format!("{line}\n")).collect();
    assert!(offered.lines().count() >= 5, "{text}");
    workspace.write("sites/schools/group.toml", &offered.replace("example.org", "example"));
    is_sound(&workspace);
}

/// A folder that is no layer yet becomes one, with all that it holds.
#[test]
fn a_plain_folder_becomes_a_group() {
    let workspace = fresh();
    workspace.write("sites/plain/lille/site.toml", "name = \"Lille\"\nbase_url = \"https://lille.example\"\n");
    ending(&workspace, &["new", "group", "plain"], 0);
    assert!(workspace.holds("sites/plain/group.toml") && workspace.holds("sites/plain/lille/site.toml"));
    is_sound(&workspace);
}

/// Without settings above, a tenant is written all the same, and what it lacks is said.
#[test]
fn what_no_layer_sets_is_said() {
    let workspace = Workspace::with_theme("//- /sites/group.toml\ntheme = \"plain\"\n");
    let report = ending(&workspace, &["new", "tenant", "lille"], 0);
    assert!(list(&report, "next")[0].contains("languages = [\"en\"]"), "{report}");
    let told = run(&workspace, &["new", "tenant", "other"]);
    assert!(told.stdout.contains("`languages` is missing"), "{}", told.stdout);
}
