//! What changed is built, what did not is left alone, and both together equal a clean build.

use std::fs::{self, File, FileTimes};

use tenantry_testkit::{Tree, Workspace};

use super::{Beside, built, count, equals_clean, fleet, statuses, unchanged, why};
use crate::report::{dist, ending, run};

type Edit = (&'static str, fn(&Workspace));

#[test]
fn a_second_build_writes_nothing() {
    let workspace = fleet();
    let first = built(&workspace);
    let manifests = Tree::read(workspace.at("dist/.tenantry/manifests"));
    let report = ending(&workspace, &["build"], 0);
    assert_eq!((count(&report, "written"), count(&report, "same"), count(&report, "removed")), (0, 0, 0));
    assert_eq!(statuses(&report), [("alpha", "unchanged"), ("beta", "unchanged"), ("gamma", "unchanged")]);
    unchanged(&workspace, &first);
    let manifests_now = Tree::read(workspace.at("dist/.tenantry/manifests"));
    assert_eq!(manifests_now, manifests, "manifests are not written again either");
}

#[test]
fn only_a_changed_file_is_written() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/north/alpha/static/logo.svg", "<svg>2</svg>");
    let report = ending(&workspace, &["build"], 0);
    assert_eq!((count(&report, "written"), count(&report, "same")), (1, 0));
    assert_eq!(dist(&workspace).rewritten_since(&before), ["alpha/logo.svg"]);
}

/// A template that changes without changing a page: the page is rendered, found the same, and not written.
#[test]
fn a_page_that_is_rendered_the_same_is_not_written() {
    let workspace = fleet();
    let before = built(&workspace);
    let template = workspace.read("themes/plain/templates/page.html");
    workspace.write("themes/plain/templates/page.html", &format!("{{# a comment #}}{template}"));
    let report = ending(&workspace, &["build"], 0);
    assert_eq!((count(&report, "written"), count(&report, "same")), (0, 6));
    unchanged(&workspace, &before);
    assert_eq!(count(&ending(&workspace, &["build"], 0), "same"), 0, "the new template is known now");
}

#[test]
fn a_build_of_one_tenant_leaves_the_others_alone() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    ending(&workspace, &["build", "alpha"], 0);
    assert_eq!(dist(&workspace).rewritten_since(&before), ["alpha/fragment.html", "alpha/index.html"]);
    ending(&workspace, &["build", "gamma"], 0);
    equals_clean(&workspace, "beta", Beside::Behind);
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "all", Beside::Nothing);
}

#[test]
fn a_dry_run_writes_nothing_and_names_reasons() {
    let workspace = fleet();
    let report = ending(&workspace, &["build", "--dry-run", "--why"], 0);
    assert!(!workspace.holds("dist"), "a dry run makes no folder");
    assert_eq!(why(&report, "alpha", "index.html"), "new tenant");
    let before = built(&workspace);
    workspace.write("sites/north/alpha/static/logo.svg", "<svg>2</svg>");
    workspace.write("sites/north/alpha/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    let report = ending(&workspace, &["build", "--dry-run", "--why"], 0);
    assert_eq!(statuses(&report), [("alpha", "planned"), ("beta", "unchanged"), ("gamma", "unchanged")]);
    assert_eq!(why(&report, "alpha", "logo.svg"), "file changed");
    assert_eq!(why(&report, "alpha", "more/index.html"), "new file");
    assert_eq!(Tree::read_without(workspace.at("dist"), ".tenantry/lock").entries.len(), before.entries.len() + 6);
    unchanged(&workspace, &before);
}

/// Each kind of edit has its reason; the plan for people has a line for each file.
#[test]
fn why_names_the_reason_of_each_file() {
    let cases = [
        (
            "themes/plain/templates/page.html",
            "<p>{{ page.title }}</p>{{ page.body }}",
            "cookies/index.html",
            "template changed",
        ),
        ("themes/plain/strings/fr.toml", "home = \"Maison\"\n", "index.html", "strings changed"),
        ("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n", "index.html", "content changed"),
        ("sites/north/alpha/static/logo.svg", "<svg>2</svg>", "logo.svg", "file changed"),
    ];
    for (path, text, file, reason) in cases {
        let workspace = fleet();
        built(&workspace);
        workspace.write(path, text);
        let outcome = run(&workspace, &["build", "--dry-run", "--why"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let line = format!("alpha/{file}: {reason}");
        assert!(outcome.stdout.lines().any(|other| other == line), "no `{line}` in {}", outcome.stdout);
        let report = ending(&workspace, &["build", "--why"], 0);
        assert_eq!(why(&report, "alpha", file), reason);
    }
}

#[test]
fn a_vanished_page_is_removed_with_its_empty_folder() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/content/deep/er/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    built(&workspace);
    assert!(workspace.holds("dist/alpha/deep/er/more/index.html"));
    workspace.remove("sites/north/alpha/content/deep");
    let report = ending(&workspace, &["build", "--why"], 0);
    assert_eq!(count(&report, "removed"), 2);
    assert_eq!(why(&report, "alpha", "deep/er/more/index.html"), "not planned any more");
    assert!(!workspace.holds("dist/alpha/deep"), "empty folders go with it");
    equals_clean(&workspace, "a removed page", Beside::Nothing);
}

#[test]
fn verify_mends_what_was_edited_by_hand() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("dist/alpha/index.html", "edited");
    workspace.remove("dist/beta/cookies/index.html");
    workspace.remove("dist/gamma/index.html");
    workspace.symlink("/etc/passwd", "dist/gamma/index.html");
    assert_eq!(count(&ending(&workspace, &["build"], 0), "written"), 0, "a build trusts its manifests");
    let report = ending(&workspace, &["build", "--verify", "--why"], 0);
    assert_eq!(why(&report, "alpha", "index.html"), "output differs");
    assert_eq!(count(&report, "written"), 3);
    let after = dist(&workspace);
    assert_eq!(after.difference(&before), [""; 0]);
    assert_eq!(after.rewritten_since(&before), ["alpha/index.html", "beta/cookies/index.html", "gamma/index.html"]);
}

#[test]
fn clean_renders_all_and_changes_nothing() {
    let workspace = fleet();
    let before = built(&workspace);
    let report = ending(&workspace, &["build", "--clean", "--why"], 0);
    assert_eq!((count(&report, "written"), count(&report, "removed")), (0, 0));
    assert_eq!(count(&report, "same"), count(&report, "files"));
    assert_eq!(why(&report, "alpha", "index.html"), "asked for");
    unchanged(&workspace, &before);
}

/// A tenant's folder that was removed by hand is written again, without a word about foreign files.
#[test]
fn a_removed_tenants_folder_is_written_again() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.remove("dist/beta");
    let report = ending(&workspace, &["build"], 0);
    assert_eq!(statuses(&report), [("alpha", "unchanged"), ("beta", "built"), ("gamma", "unchanged")]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// P11 and P3: after each edit a build gives what a clean build gives, and writes only files whose bytes changed.
#[test]
fn a_build_of_what_changed_equals_a_clean_build() {
    let workspace = fleet();
    built(&workspace);
    for (name, edit) in edits() {
        let before = dist(&workspace);
        edit(&workspace);
        let report = ending(&workspace, &["build", "--prune"], 0);
        let after = dist(&workspace);
        assert!(!after.difference(&before).is_empty(), "{name} changes nothing");
        let same = |path: &&str| after.bytes(path) == before.bytes(path);
        assert_eq!(after.rewritten_since(&before).into_iter().filter(same).collect::<Vec<_>>(), [""; 0], "{name}");
        equals_clean(&workspace, name, Beside::Nothing);
        assert_eq!(count(&ending(&workspace, &["build"], 0), "written"), 0, "{name}: {report}");
    }
}

/// A file becomes a page of its name, and the page a file again: the old one makes room for the new one.
#[test]
fn a_file_and_a_page_can_change_places() {
    let workspace = fleet();
    let page = "+++\ntitle = \"Docs\"\n+++\nTexte\n";
    workspace.write("sites/north/alpha/static/docs", "a file");
    built(&workspace);
    workspace.remove("sites/north/alpha/static/docs");
    workspace.write("sites/north/alpha/content/docs.fr.md", page);
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "a page in place of a file", Beside::Nothing);
    workspace.remove("sites/north/alpha/content/docs.fr.md");
    workspace.write("sites/north/alpha/static/docs", "a file");
    ending(&workspace, &["build"], 0);
    equals_clean(&workspace, "a file in place of a page", Beside::Nothing);
}

/// Row 48 in part: same size, same time, other bytes.
#[test]
fn bytes_decide_where_size_and_time_are_the_same() {
    for path in ["sites/north/alpha/static/logo.svg", "sites/content/_parts/dpo.fr.md", "sites/group.toml"] {
        let workspace = fleet();
        built(&workspace);
        let text = workspace
            .read(path)
            .replace("<svg>1", "<svg>2")
            .replace("courriel", "téléfax")
            .replace("partout", "surtout");
        let time = fs::metadata(workspace.at(path)).unwrap().modified().unwrap();
        workspace.write(path, &text);
        let file = File::options().write(true).open(workspace.at(path)).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
        assert_ne!(count(&ending(&workspace, &["build"], 0), "written"), 0, "{path}");
        equals_clean(&workspace, path, Beside::Nothing);
    }
}

/// A setting of the command line is part of the sources: with it, and without it again.
#[test]
fn a_setting_of_the_command_line_is_undone_by_the_next_build() {
    let workspace = fleet();
    let before = built(&workspace);
    ending(&workspace, &["build", "--set", "vars.word=ailleurs"], 0);
    assert!(dist(&workspace).text("alpha/index.html").contains("ailleurs"));
    ending(&workspace, &["build"], 0);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// One edit of each kind.
fn edits() -> Vec<Edit> {
    vec![
        ("a value", |ws| replace(ws, "sites/group.toml", "partout", "ici et là")),
        ("a value of one tenant", |ws| ws.append("sites/north/alpha/site.toml", "vars.word = \"chez Alpha\"\n")),
        ("a name", |ws| replace(ws, "sites/gamma/site.toml", "Gamma", "Gamma & Cie")),
        ("an address", |ws| replace(ws, "sites/gamma/site.toml", "gamma.example", "www.gamma.example")),
        ("a cookie row", |ws| ws.append("sites/north/alpha/site.toml", "table.necessary.add = [\"own/two\"]\n")),
        ("a cookie's purpose", |ws| replace(ws, "sites/cookies.toml", "Se souvenir", "Se rappeler")),
        ("a shared document", |ws| ws.append("sites/content/index.fr.md", "\nEncore un mot.\n")),
        ("a part", |ws| ws.append("sites/content/_parts/dpo.fr.md", "\nPar la poste aussi.\n")),
        ("a part replaced by a tenant", |ws| ws.write("sites/gamma/content/_parts/dpo.fr.md", "Chez nous.\n")),
        ("a template", |ws| ws.append("themes/plain/templates/page.html", "<!-- deux -->\n")),
        ("a style sheet", |ws| ws.write("themes/plain/static/style.css", "body { color: navy }\n")),
        ("a string", |ws| ws.write("themes/plain/strings/fr.toml", "home = \"Maison\"\n")),
        ("an added page", |ws| ws.write("sites/content/more.fr.md", "+++\ntitle = \"Plus\"\nnav = 3\n+++\nTexte\n")),
        ("a title", |ws| replace(ws, "sites/content/more.fr.md", "Plus", "Davantage")),
        ("a slug", |ws| replace(ws, "sites/content/more.fr.md", "nav = 3", "nav = 3\nslug = \"encore\"")),
        ("a page of one tenant", |ws| ws.append("sites/gamma/site.toml", "pages.more = false\n")),
        ("a removed page", |ws| ws.remove("sites/content/more.fr.md")),
        ("an added file", |ws| ws.write("sites/static/deep/a.txt", "a")),
        ("a file of a nearer layer", |ws| ws.write("sites/north/static/deep/a.txt", "b")),
        ("removed files", |ws| ws.remove("sites/static")),
        ("a language", |ws| {
            ws.append("sites/group.toml", "missing_translation = \"fallback\"\n");
            ws.write("sites/content/index.en.md", "+++\ntitle = \"Home\"\n+++\nHello\n");
            ws.append("sites/north/beta/site.toml", "languages = [\"fr\", \"en\"]\n");
        }),
        ("a moved tenant", |ws| fs::rename(ws.at("sites/gamma"), ws.at("sites/north/gamma")).unwrap()),
        ("a renamed tenant", |ws| fs::rename(ws.at("sites/north/beta"), ws.at("sites/north/bravo")).unwrap()),
        ("a new tenant", |ws| {
            ws.write("sites/delta/site.toml", "name = \"Delta\"\nbase_url = \"https://delta.example.org\"\n");
        }),
    ]
}

fn replace(workspace: &Workspace, path: &str, from: &str, to: &str) {
    let text = workspace.read(path);
    assert!(text.contains(from), "`{path}` does not say `{from}`");
    workspace.write(path, &text.replace(from, to));
}
