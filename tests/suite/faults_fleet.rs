//! What is owed to a whole fleet (faults.md, section 6 J): one mistake told once, tenants that come and go, reports
//! that cannot be forged, and the same bytes whatever the machine.
//!
//! What a single tenant's mistakes are is tested elsewhere.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tenantry_testkit::{Fleet, Tree, Workspace};

use crate::report::{dist, ending, findings, run, with_status};
use crate::repository::root;

/// More tenants than a finding names.
const MANY: usize = 12;

/// Files of a tenant with one page: it and its fragment, and the four beside the pages.
const FILES: usize = 6;

/// Row 137: a mistake of the theme is one error, wherever it comes to light, and nothing is written.
#[test]
fn fault_137_a_theme_bug_is_told_once() {
    let page = "themes/plain/templates/page.html";
    let cases = [
        ("{{ page.title }", 1),
        ("<p>\n{% if page.title %}", 2),
        ("<p>\n{{ page.nothing }}", 2),
        ("<p>\n\n{{ tenant.name | nothing }}", 3),
        ("{% include \"nothing.html\" %}", 1),
    ];
    for (text, line) in cases {
        let workspace = fleet(MANY);
        ending(&workspace, &["build"], 0);
        let before = dist(&workspace);
        workspace.write(page, text);
        let report = ending(&workspace, &["build"], 1);
        assert_eq!(with_status(&report, "failed").len(), MANY, "{text}");
        let [found] = findings(&report) else { panic!("not one finding about `{text}`: {report}") };
        assert_eq!((&found["severity"], &found["file"]), (&"error".into(), &page.into()), "{text}: {found}");
        assert_eq!((&found["line"], &found["tenants"]), (&line.into(), &MANY.into()), "{text}: {found}");
        assert_eq!(dist(&workspace).rewritten_since(&before), [""; 0], "{text}");
        assert_eq!(dist(&workspace).difference(&before), [""; 0], "{text}");
        let outcome = run(&workspace, &["build"]);
        assert!(outcome.stderr.contains(&format!("{MANY} of {MANY} failed")), "{}", outcome.stderr);
        assert_eq!(outcome.stderr.matches("error[").count(), 1, "{}", outcome.stderr);
        assert!(!found["message"].as_str().unwrap().starts_with("error"), "`error` is said twice: {found}");
    }
}

/// Row 137 for a fleet with two themes: only the tenants of the broken one are touched, and counted.
#[test]
fn fault_137_a_broken_theme_touches_its_own_tenants_only() {
    let workspace = fleet(3);
    workspace.write("themes/other/theme.toml", "name = \"Other\"\n");
    workspace.write("themes/other/templates/page.html", "{{ page.title }");
    workspace.write("sites/group/group.toml", "theme = \"other\"\n");
    workspace.write("sites/group/own/site.toml", "name = \"Own\"\nbase_url = \"https://own.example.org\"\n");
    let report = ending(&workspace, &["build"], 1);
    assert_eq!(with_status(&report, "failed"), ["own"]);
    assert_eq!(with_status(&report, "built").len(), 3);
    let errors: Vec<&Value> = findings(&report).iter().filter(|found| found["severity"] == "error").collect();
    let [found] = errors[..] else { panic!("{report}") };
    assert_eq!((&found["file"], &found["tenants"]), (&"themes/other/templates/page.html".into(), &1.into()));
}

/// Row 138: the site of a tenant that is gone stays, and the report says so.
#[test]
fn fault_138_a_vanished_tenant_is_kept_without_prune() {
    let workspace = fleet(4);
    ending(&workspace, &["build"], 0);
    let before = dist(&workspace);
    workspace.remove(&folder(1));
    let report = ending(&workspace, &["build"], 0);
    assert_eq!((&report["vanished"], &report["summary"]["removed"]), (&Value::from(vec![id(1)]), &0.into()));
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
    let outcome = run(&workspace, &["build"]);
    assert!(outcome.stderr.contains(&id(1)) && outcome.stderr.contains("--prune"), "{}", outcome.stderr);
    ending(&workspace, &["build", &id(0), "--prune"], 2);
    ending(&workspace, &["build", "--shard", "1/2", "--prune"], 2);
    assert_eq!(dist(&workspace).difference(&before), [""; 0], "a build of some tenants prunes nothing");
}

/// Row 138: with `--prune` its files go, and only its files.
#[test]
fn fault_138_a_vanished_tenant_is_removed_with_prune() {
    let workspace = fleet(4);
    ending(&workspace, &["build"], 0);
    workspace.write(&format!("dist/{}/mine.txt", id(2)), "mine");
    let files = dist(&workspace).paths().iter().filter(|path| path.starts_with(&format!("{}/", id(1)))).count();
    workspace.remove(&folder(1));
    workspace.remove(&folder(2));
    let planned = ending(&workspace, &["build", "--prune", "--dry-run"], 0);
    assert!(workspace.holds(&format!("dist/{}/index.html", id(1))), "a dry run removes nothing");
    assert_eq!(planned["vanished"], Value::from(vec![id(1), id(2)]), "a dry run says what would be removed");
    let report = ending(&workspace, &["build", "--prune"], 0);
    assert_eq!(report["summary"]["removed"], 2 * files);
    assert!(!workspace.holds(&format!("dist/{}", id(1))));
    assert_eq!(workspace.read(&format!("dist/{}/mine.txt", id(2))), "mine");
    let report = ending(&workspace, &["build", "--prune"], 0);
    assert_eq!(report["vanished"], Value::Null, "it is known no more");
}

/// Row 138: what a build of it left half done is removed too.
#[test]
fn fault_138_a_vanished_tenant_whose_build_was_cut_short_is_removed() {
    let workspace = fleet(4);
    ending(&workspace, &["build"], 0);
    let manifest = |id: &str, ending: &str| workspace.at(&format!("dist/.tenantry/manifests/{id}.{ending}"));
    fs::copy(manifest(&id(1), "json"), manifest(&id(1), "next")).unwrap();
    fs::rename(manifest(&id(2), "json"), manifest(&id(2), "next")).unwrap();
    workspace.remove(&folder(1));
    workspace.remove(&folder(2));
    let report = ending(&workspace, &["build", "--prune"], 0);
    assert_eq!(report["vanished"], Value::from(vec![id(1), id(2)]));
    for number in [1, 2] {
        assert!(!workspace.holds(&format!("dist/{}", id(number))), "{number}");
        assert!(!manifest(&id(number), "next").exists(), "{number}");
    }
}

/// Row 138 and P5: more than the limit is refused without `--force`, before anything is removed.
#[test]
fn fault_138_a_removal_beyond_the_limit_is_refused() {
    for (all, gone, code) in [(40, 16, 0), (40, 17, 3), (4, 4, 3)] {
        let workspace = fleet(all);
        ending(&workspace, &["build"], 0);
        let before = dist(&workspace);
        for number in 0..gone {
            workspace.remove(&folder(number));
        }
        let report = ending(&workspace, &["build", "--prune"], code);
        if code == 3 {
            let error = report["error"].as_str().unwrap();
            assert!(error.contains(&gone.to_string()) && error.contains("--force"), "{error}");
            assert_eq!(dist(&workspace).difference(&before), [""; 0]);
            ending(&workspace, &["build", "--prune", "--force"], 0);
        }
        assert_eq!(dist(&workspace).difference(&before).len(), gone * FILES);
    }
}

/// Row 138: a refused removal does not swallow what the same run found.
#[test]
fn fault_138_a_refused_removal_hides_no_error() {
    let workspace = fleet(40);
    ending(&workspace, &["build"], 0);
    (0..17).for_each(|number| workspace.remove(&folder(number)));
    workspace.write(&format!("{}/content/index.fr.md", folder(20)), "{{ vars.nothing }}\n");
    workspace.append("sites/content/index.fr.md", "Nouveau\n");
    let before = dist(&workspace);
    let outcome = run(&workspace, &["build", "--prune"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    let refused_first = dist(&workspace).difference(&before).is_empty();
    assert!(refused_first || outcome.stderr.contains("vars.nothing"), "built, and silent about it: {}", outcome.stderr);
}

/// Row 140 in part (no HTML is made of reports yet): what tenants write cannot steer a terminal or forge a line.
#[test]
fn fault_140_tenant_text_is_escaped_in_reports() {
    let evil = "\\u001b]0;owned\\u0007\\u001b[31m\\nerror: forged\\u202e<script>";
    let raw = "\u{1b}]0;owned\u{7}\u{1b}[31m\rerror: forged\u{202e}<script>";
    let workspace = fleet(2);
    workspace.write(&site(0), &format!("name = \"{evil}\"\nbase_url = \"https://a.example.org\"\n\"{evil}\" = 1\n"));
    workspace.write(&format!("{}/content/index.fr.md", folder(1)), &format!("{raw} {{{{ vars.{raw} }}}}\n"));
    workspace.write(&format!("{}/content/b.fr.md", folder(1)), &format!("+++\n{raw} = \"{raw}\"\n+++\n"));
    workspace.write(&format!("{}/cookies.toml", folder(1)), &format!("table.\"{evil}\".rows = [\"{evil}\"]\n"));
    workspace.write("sites/named/site.toml", &format!("name = \"x{evil}\"\nbase_url = \"https://n.example.org\"\n"));
    let runs: [&[&str]; 6] = [
        &["build"],
        &["check"],
        &["list"],
        &["explain", "named"],
        &["explain", "named", "name"],
        &["build", "--set", "vars.word=\u{1b}]0;owned\u{7}"],
    ];
    for arguments in runs {
        for form in [&["--color", "always", "--verbose"][..], &["--format", "json"]] {
            let outcome = run(&workspace, &[arguments, form].concat());
            let text = format!("{}{}", outcome.stdout, outcome.stderr);
            let steers = ["\u{1b}]", "\u{7}", "\u{202e}", "\r", "\u{1b}[31m\n", "\nerror: forged"];
            let found: Vec<&&str> = steers.iter().filter(|steer| text.contains(**steer)).collect();
            assert!(found.is_empty(), "{arguments:?} {form:?} prints {found:?}: {text:?}");
        }
    }
}

/// Thirty mistakes in thirty files are thirty errors of one run, sorted by file.
#[test]
fn thirty_mistakes_are_thirty_errors_in_one_run() {
    let workspace = fleet(32);
    for number in 0..30 {
        let page = format!("+++\ntitle = \"Accueil\"\n+++\nUne ligne\n\nEt {{{{ vars.nothing{number} }}}}\n");
        workspace.write(&format!("{}/content/index.fr.md", folder(number)), &page);
    }
    let report = ending(&workspace, &["build", "--jobs", "4"], 1);
    let files: Vec<&str> = findings(&report).iter().map(|found| found["file"].as_str().unwrap()).collect();
    let expected: Vec<String> = (0..30).map(|number| format!("{}/content/index.fr.md", folder(number))).collect();
    assert_eq!(files, expected);
    for (number, found) in findings(&report).iter().enumerate() {
        assert_eq!((&found["severity"], &found["line"]), (&"error".into(), &6.into()), "{found}");
        assert_eq!((&found["tenants"], &found["examples"]), (&1.into(), &vec![id(number)].into()));
        assert!(found["message"].as_str().unwrap().contains(&format!("nothing{number}")), "{found}");
    }
    assert_eq!(with_status(&report, "built"), [id(30), id(31)]);
}

/// A value that no tenant has is one mistake of the shared document, not one of each tenant.
#[test]
fn a_missing_value_in_a_shared_document_is_one_error() {
    told_once(&[("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\n{{ vars.nothing }}\n")]);
}

#[test]
fn a_dead_link_in_a_shared_document_is_one_error() {
    told_once(&[("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\n[mort](page:nothing)\n")]);
}

/// A part that several pages include is one place: each tenant counts once, also beyond those that are named.
#[test]
fn a_mistake_in_a_part_of_several_pages_is_one_error() {
    let page = "+++\ntitle = \"Titre\"\n+++\n{{ include(\"part\") }}\n";
    told_once(&[
        ("sites/content/_parts/part.fr.md", "[mort](page:nothing)\n"),
        ("sites/content/index.fr.md", page),
        ("sites/content/second.fr.md", page),
    ]);
}

#[test]
fn a_mistake_in_a_shared_catalogue_is_one_error() {
    told_once(&[("sites/cookies.toml", "table.necessary.rows = [\"nobody/nothing\"]\n")]);
}

#[test]
fn a_mistake_in_shared_settings_is_one_error() {
    told_once(&[("sites/group.toml", "theme = \"plain\"\nlanguages = [\"fr\"]\nvarz.word = \"x\"\n")]);
}

#[test]
fn a_wrong_parameter_in_shared_settings_is_one_error() {
    told_once(&[("sites/group.toml", "theme = \"plain\"\nlanguages = [\"fr\"]\nparams.nothing = \"x\"\n")]);
}

/// P10 for reports: the same run says the same, however many threads it has.
#[test]
fn a_report_does_not_depend_on_threads() {
    let workspace = fleet(60);
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\n{{ vars.nothing }}\n");
    let first = ending(&workspace, &["build", "--jobs", "1"], 1);
    for _ in 0..6 {
        assert_eq!(ending(&workspace, &["build", "--jobs", "4"], 1), first);
    }
}

/// A generated fleet is without a fault, and a second build of it writes nothing.
#[test]
fn a_generated_fleet_builds_without_a_word() {
    let workspace = Workspace::empty();
    let themes = root().join("themes");
    Fleet { tenants: 200, seed: 7 }.write(workspace.path(), &themes).unwrap();
    let report = ending(&workspace, &["build"], 0);
    assert_eq!(findings(&report), [Value::Null; 0]);
    assert_eq!(with_status(&report, "built").len(), 200);
    assert_eq!(report["summary"]["written"], report["summary"]["files"]);
    let before = dist(&workspace);
    let report = ending(&workspace, &["build"], 0);
    assert_eq!((&report["summary"]["written"], &report["summary"]["same"]), (&0.into(), &0.into()));
    assert_eq!(dist(&workspace).rewritten_since(&before), [""; 0]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
    let outcome = run(&workspace, &["check", "--profile", "core", "--deny", "warnings"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

/// The shards of a fleet are all of it, and nothing twice.
#[test]
fn shards_together_are_the_whole() {
    let workspace = fleet(30);
    ending(&workspace, &["build"], 0);
    let whole = dist(&workspace);
    let (mut joined, mut tenants) = (Tree { entries: BTreeMap::new() }, 0);
    for shard in ["1/3", "2/3", "3/3"] {
        let out = Workspace::empty();
        let report = ending(&workspace, &["build", "--shard", shard, "--out", out.at("out").to_str().unwrap()], 0);
        let built = with_status(&report, "built").len();
        assert!(built > 0 && built < 30, "{shard}: {built}");
        tenants += built;
        joined.entries.extend(Tree::read(out.at("out")).entries);
        ending(&workspace, &["build", "--shard", shard, "--out", workspace.at("shared").to_str().unwrap()], 0);
    }
    assert_eq!(tenants, 30);
    assert_eq!(joined.difference(&whole), [""; 0]);
    assert_eq!(Tree::read(workspace.at("shared")).difference(&whole), [""; 0], "one folder for all shards");
    for wrong in ["0/3", "4/3", "1/0", "1", "a/b", "-1/3"] {
        assert_eq!(run(&workspace, &["build", "--shard", wrong]).code, 2, "{wrong}");
    }
}

/// A mistake in the first of these files is one error, which says how many tenants it touches and names some.
#[track_caller]
fn told_once(files: &[(&str, &str)]) {
    let workspace = fleet(MANY);
    files.iter().for_each(|(path, text)| workspace.write(path, text));
    let report = ending(&workspace, &["build"], 1);
    assert_eq!(with_status(&report, "failed").len(), MANY);
    let errors: Vec<&Value> = findings(&report).iter().filter(|found| found["severity"] == "error").collect();
    let [found] = errors[..] else { panic!("{} errors: {errors:#?}", errors.len()) };
    assert_eq!((&found["file"], &found["tenants"]), (&files[0].0.into(), &MANY.into()), "{found}");
    let outcome = run(&workspace, &["build"]);
    assert!(outcome.stderr.contains(&format!("it touches {MANY} tenants")), "{}", outcome.stderr);
}

/// A fleet of so many tenants with one page each.
fn fleet(tenants: usize) -> Workspace {
    let workspace = Workspace::with_theme(
        r#"
        //- /sites/group.toml
        theme = "plain"
        languages = ["fr"]
        vars.word = "partout"
        //- /sites/content/index.fr.md
        +++
        title = "Accueil"
        +++
        Bonjour, {{ vars.word }}
        "#,
    );
    for number in 0..tenants {
        let id = id(number);
        workspace.write(&site(number), &format!("name = \"N{id}\"\nbase_url = \"https://{id}.example.org\"\n"));
    }
    workspace
}

fn id(number: usize) -> String {
    format!("t{number:02}")
}

fn folder(number: usize) -> String {
    format!("sites/{}", id(number))
}

fn site(number: usize) -> String {
    format!("{}/site.toml", folder(number))
}
