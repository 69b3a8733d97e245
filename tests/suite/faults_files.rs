//! Tenant paths and files that must not be followed, opened, mixed up or published (faults.md, section 6 B).
//!
//! Each fault costs its own tenant only: an error with its place, the last output kept, the others built. What the
//! files say is tested elsewhere.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// Stands in a file outside of the tenant: it must never be in the output.
const CANARY: &str = "canary-of-another";

/// Row 31 for the files of a tenant: documents, parts, static files, in folders of their own or not.
#[test]
fn fault_031_a_symlinked_file_is_refused() {
    for place in ["content/more.fr.md", "content/_parts/more.fr.md", "static/more.txt", "static/deep/more.txt"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.symlink("/etc/passwd", &format!("sites/north/alpha/{place}"));
        });
    }
}

/// Row 31 for the files that make a folder a tenant: the tenant does not vanish, it fails.
#[test]
fn fault_031_a_symlinked_site_file_fails_its_tenant() {
    check("not-a-file", "sites/north/alpha/site.toml", |workspace| {
        replace_by_link(workspace, "sites/north/alpha/site.toml");
    });
}

/// Row 31 for the catalogue of a tenant.
#[test]
fn fault_031_a_symlinked_catalogue_fails_its_tenant() {
    check("not-a-file", "sites/north/alpha/cookies.toml", |workspace| {
        workspace.write("outside/cookies.toml", "provider.x.name = \"X\"\n");
        workspace.symlink(workspace.at("outside/cookies.toml"), "sites/north/alpha/cookies.toml");
    });
}

/// Row 31 for the settings of a group: the tenants below must not be built without what it says.
#[test]
fn fault_031_a_symlinked_group_file_fails_the_tenants_below() {
    let workspace = fleet();
    let before = built(&workspace);
    replace_by_link(&workspace, "sites/north/group.toml");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "sites/north/group.toml");
    assert_eq!(failed(&report), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// Row 31 for the theme: nothing is read through a link, and nothing is written without its file.
#[test]
fn fault_031_a_symlinked_file_of_a_theme_is_refused() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.symlink("/etc/passwd", "themes/plain/static/more.txt");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "themes/plain/static/more.txt");
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// Row 32: a link in the middle of a path, below `content/` and `static/` and in their place.
#[test]
fn fault_032_a_symlinked_folder_is_refused() {
    for place in ["content/deep", "static/deep", "static/one/two", "content", "static"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.write("outside/secret.fr.md", CANARY);
            workspace.symlink(workspace.at("outside"), &format!("sites/north/alpha/{place}"));
        });
    }
}

/// Row 32 for the folder of a tenant: the others are built, and its own output stays, with `--prune` too.
#[test]
fn fault_032_a_symlinked_tenant_folder_stops_nobody_else() {
    let workspace = fleet();
    let before = built(&workspace);
    fs::create_dir(workspace.at("outside")).unwrap();
    fs::rename(workspace.at("sites/north/alpha"), workspace.at("outside/alpha")).unwrap();
    workspace.symlink(workspace.at("outside/alpha"), "sites/north/alpha");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    let (outcome, report) = build_with(&workspace, &["--prune"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "sites/north/alpha");
    let after = dist(&workspace);
    assert_eq!(after.bytes("alpha/index.html"), before.bytes("alpha/index.html"), "its last output is kept");
    for tenant in ["beta", "gamma"] {
        assert!(after.text(&format!("{tenant}/index.html")).contains("Nouveau"), "{tenant} is built");
    }
}

/// Row 33: a link to a file of another tenant.
#[test]
fn fault_033_a_link_to_another_tenants_file_is_refused() {
    for place in ["content/more.fr.md", "static/more.txt"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.write("sites/gamma/content/_parts/secret.fr.md", CANARY);
            let target = workspace.at("sites/gamma/content/_parts/secret.fr.md");
            workspace.symlink(target, &format!("sites/north/alpha/{place}"));
        });
    }
}

/// Row 33: a link to the folder of another tenant would be that tenant a second time.
#[test]
fn fault_033_a_link_to_another_tenants_folder_is_no_tenant() {
    let workspace = fleet();
    workspace.symlink("gamma", "sites/delta");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "not-a-file", "sites/delta");
    for tenant in ["alpha", "beta", "gamma"] {
        assert!(workspace.holds(&format!("dist/{tenant}/index.html")), "{tenant} is built");
    }
    assert!(!workspace.holds("dist/delta"));
}

/// Row 34: links that lead round in a circle, or nowhere.
#[test]
fn fault_034_a_link_loop_is_refused() {
    for (target, link) in [(".", "static/loop"), ("loop", "static/loop"), ("../..", "content/up"), ("none", "static/x")]
    {
        check("not-a-file", &format!("sites/north/alpha/{link}"), |workspace| {
            workspace.symlink(target, &format!("sites/north/alpha/{link}"));
        });
    }
}

/// Row 36 in part (no device node is made): a pipe and a socket are refused without being opened.
#[test]
fn fault_036_a_pipe_and_a_socket_are_refused_without_a_hang() {
    for place in ["static/pipe", "content/pipe.fr.md", "cookies.toml"] {
        check("not-a-file", &format!("sites/north/alpha/{place}"), |workspace| {
            make_pipe(workspace, &format!("sites/north/alpha/{place}"));
        });
    }
    check("not-a-file", "sites/north/alpha/static/socket", |workspace| {
        workspace.write("sites/north/alpha/static/kept.txt", "");
        UnixListener::bind(workspace.at("sites/north/alpha/static/socket")).map(drop).unwrap();
    });
}

/// Row 36 in part: a pipe in place of the settings.
#[test]
fn fault_036_a_pipe_in_place_of_site_toml_fails_its_tenant() {
    check("not-a-file", "sites/north/alpha/site.toml", |workspace| {
        workspace.remove("sites/north/alpha/site.toml");
        make_pipe(workspace, "sites/north/alpha/site.toml");
    });
}

/// Row 38: there is no key `path`, and no other key leads out of the tenant's folder.
#[test]
fn fault_038_front_matter_cannot_leave_the_tenant() {
    let page = |line: &str| format!("+++\ntitle = \"Sortie\"\n{line}\n+++\nTexte\n");
    for (key, code) in [("path", "unknown-key"), ("slug", "bad-slug"), ("aliases", "bad-value")] {
        for path in ["../beta/index", "/../abs", "a/../../b"] {
            let line = if key == "aliases" { format!("{key} = [\"{path}\"]") } else { format!("{key} = \"{path}\"") };
            let found = check(code, "sites/north/alpha/content/exit.fr.md", |workspace| {
                workspace.write("sites/north/alpha/content/exit.fr.md", &page(&line));
            });
            assert_eq!(found["line"], 3, "{line}: {found}");
        }
    }
}

/// Row 38 for the settings of a tenant, which name pages too.
#[test]
fn fault_038_page_settings_cannot_leave_the_tenant() {
    for line in [
        "pages.index.slug = \"../beta\"",
        "pages.index.aliases = [\"../beta/index\"]",
        "pages.\"../beta/index\".title = \"X\"",
    ] {
        set_in_alpha(line);
    }
}

/// Row 38: a template is one of the theme's; the error is where the template was asked for.
#[test]
fn fault_038_a_template_outside_of_the_theme_is_refused() {
    set_in_alpha("pages.index.template = \"../../plain/theme\"");
}

/// Row 39: slugs that are no name of a file, or not on every system.
#[test]
fn fault_039_bad_slugs_are_refused_at_their_place() {
    let long = "a".repeat(300);
    let slugs =
        ["", ".", "..", "con", "nul.txt", "a.", "a ", " a", "-rf", ".git", "a/b", "a?b", "a:b", "a\\\\b", &long];
    for slug in slugs {
        let found = check("bad-slug", "sites/north/alpha/content/more.fr.md", |workspace| {
            let page = format!("+++\ntitle = \"Plus\"\nslug = \"{slug}\"\n+++\nTexte\n");
            workspace.write("sites/north/alpha/content/more.fr.md", &page);
        });
        assert_eq!((&found["line"], &found["column"]), (&Value::from(3), &Value::from(8)), "{slug:?}: {found}");
    }
}

/// Row 39 beyond its list: a slug that means something in an address is refused, or encoded where it is linked to.
#[test]
fn fault_039_a_slug_with_signs_of_addresses_is_refused_or_encoded() {
    for (slug, encoded) in [("a#b", "a%23b"), ("a%2fb", "a%252fb"), ("a b", "a%20b")] {
        let workspace = fleet();
        let page = format!("+++\ntitle = \"Plus\"\nslug = \"{slug}\"\n+++\nTexte\n");
        workspace.write("sites/north/alpha/content/more.fr.md", &page);
        workspace.write("sites/north/alpha/content/index.fr.md", "+++\ntitle = \"A\"\n+++\n[plus](page:more)\n");
        let (outcome, report) = build(&workspace);
        if outcome.code == 1 {
            finding(&report, "bad-slug", "sites/north/alpha/content/more.fr.md");
            continue;
        }
        let link = format!("href=\"{encoded}/\"");
        let text = workspace.read("dist/alpha/index.html");
        assert!(text.contains(&link), "no `{link}` in {text}");
        assert!(workspace.holds(&format!("dist/alpha/{slug}/index.html")));
    }
}

/// Row 40: names that differ in case only are one name on many systems.
#[test]
fn fault_040_pages_that_differ_in_case_collide() {
    collide(&["content/About.fr.md", "content/about.fr.md"], &["`About`", "`about`"]);
    collide(&["static/Logo.svg", "static/logo.svg"], &["Logo.svg", "logo.svg"]);
    collide(&["static/Img/a.svg", "static/img/a.svg"], &["Img/a.svg", "img/a.svg"]);
}

/// Row 40: a decomposed name is refused, so that it cannot collide with the composed one.
#[test]
fn fault_040_a_decomposed_name_is_refused() {
    for (place, code) in [("content/e\u{301}te\u{301}.fr.md", "bad-name"), ("static/e\u{301}.svg", "refused-file")] {
        check(code, &format!("sites/north/alpha/{place}"), |workspace| {
            workspace.write("sites/north/alpha/content/été.fr.md", "+++\ntitle = \"Été\"\n+++\nTexte\n");
            workspace.write(&format!("sites/north/alpha/{place}"), "+++\ntitle = \"Été\"\n+++\nTexte\n");
        });
    }
}

/// Row 40: a page is a folder, and no file can have its name.
#[test]
fn fault_040_a_page_and_a_file_of_its_name_collide() {
    collide(&["content/about.fr.md", "static/about"], &["`about`", "static/about"]);
    collide(&["content/about.fr.md", "static/about/index.html"], &["`about`", "static/about/index.html"]);
    collide(&["content/about.fr.md", "static/about/fragment.html"], &["about", "static/about/fragment.html"]);
    collide(&["content/about/index.fr.md", "content/about.fr.md"], &["`about/index`", "`about`"]);
}

/// Row 40: an alias cannot be the address of a page, nor of another alias.
#[test]
fn fault_040_an_alias_of_a_pages_address_collides() {
    for alias in ["more", "MORE", "one/fragment.html"] {
        let found = check("collision", "sites/north/alpha/site.toml", |workspace| {
            let page = |title: &str, line: &str| format!("+++\ntitle = \"{title}\"\n{line}\n+++\nTexte\n");
            workspace.write("sites/north/alpha/content/more.fr.md", &page("Plus", ""));
            let aliases = format!("aliases = [\"{alias}\"]");
            workspace.write("sites/north/alpha/content/one.fr.md", &page("Un", &aliases));
        });
        let message = found["message"].as_str().unwrap();
        assert!(message.contains("one"), "{message}");
    }
}

/// Row 40: the page of another language lives in a folder that is named like a page.
#[test]
fn fault_040_a_page_named_like_a_language_collides() {
    let workspace = fleet();
    let before = built(&workspace);
    add_line(&workspace, "sites/north/alpha/site.toml", "languages = [\"fr\", \"en\"]");
    workspace.write("sites/north/alpha/content/en.fr.md", "+++\ntitle = \"En\"\n+++\nTexte\n");
    workspace.write("sites/north/alpha/content/index.en.md", "+++\ntitle = \"Home\"\n+++\nText\n");
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let found = finding(&report, "collision", "sites/north/alpha/site.toml");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("`en`") && message.contains("`index`"), "{message}");
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// Row 41: names that a terminal or a shell would obey are refused, and shown as escapes.
#[test]
fn fault_041_control_characters_and_quotes_in_names_are_refused_and_escaped() {
    for (name, shown) in
        [("a\nb", "a\\nb"), ("a\tb", "a\\tb"), ("a\u{1b}[31mb", "a\\u{1b}[31mb"), ("a\"b", "a\"b"), ("a\\b", "a\\b")]
    {
        for (folder, ending) in [("content", ".fr.md"), ("static", ".txt"), ("static/deep", ".txt")] {
            let shown = format!("sites/north/alpha/{folder}/{shown}{ending}");
            check("bad-name", &shown, |workspace| {
                workspace.write(&format!("sites/north/alpha/{folder}/{name}{ending}"), CANARY);
            });
        }
    }
}

/// Row 41 in what people read: neither stream holds the characters, whatever the colours.
#[test]
fn fault_041_reports_for_people_escape_names() {
    let workspace = fleet();
    workspace.write("sites/north/alpha/static/a\u{1b}]0;owned\u{7}b\nerror: forged.txt", CANARY);
    let outcome = tenantry(&workspace, &["--color", "always"]).run();
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let text = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(text.contains("owned") && !text.contains("\u{1b}]0;") && !text.contains('\u{7}'), "{text:?}");
    assert!(!text.contains("\nerror: forged"), "{text}");
}

/// Row 41 for the folder of a tenant: the others are built.
#[test]
fn fault_041_a_tenant_folder_with_a_bad_name_stops_nobody_else() {
    stranger("bad\nname", "bad-name", "sites/north/bad\\nname");
}

/// Row 42: a name that is no text.
#[test]
fn fault_042_a_name_that_is_not_utf8_is_refused() {
    for folder in ["content", "static"] {
        let found = check_any(&format!("sites/north/alpha/{folder}/a\u{fffd}.fr.md"), |workspace| {
            let folder = workspace.at("sites/north/alpha").join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(OsStr::from_bytes(b"a\xff.fr.md")), CANARY).unwrap();
        });
        assert_eq!(found["code"], "bad-name");
    }
}

/// Row 42 for the folder of a tenant: the others are built.
#[test]
fn fault_042_a_tenant_folder_that_is_not_utf8_stops_nobody_else() {
    let workspace = fleet();
    let folder = workspace.at("sites/north").join(OsStr::from_bytes(b"bad\xff"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("site.toml"), "name = \"B\"\nbase_url = \"https://b.example.org\"\n").unwrap();
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "bad-name", "sites/north/bad\u{fffd}");
    all_built(&workspace);
}

/// Row 46 in part (nothing is deleted while the program looks): a file that cannot be read fails its tenant only.
#[test]
fn fault_046_an_unreadable_file_fails_its_tenant() {
    for place in ["content/index.fr.md", "static/logo.svg", "cookies.toml", "site.toml"] {
        let found = check_any(&format!("sites/north/alpha/{place}"), |workspace| {
            let path = format!("sites/north/alpha/{place}");
            if !workspace.holds(&path) {
                workspace.write(&path, "");
            }
            fs::set_permissions(workspace.at(&path), Permissions::from_mode(0o000)).unwrap();
        });
        assert!(found["message"].as_str().unwrap().contains("ermission denied"), "{found}");
    }
}

/// Row 46 in part: the same for a folder, whose files must not be taken for gone.
#[test]
fn fault_046_an_unreadable_folder_fails_its_tenant() {
    for place in ["content", "static"] {
        let folder = format!("sites/north/alpha/{place}");
        check_any(&folder, |workspace| {
            workspace.write(&format!("{folder}/kept"), "");
            fs::set_permissions(workspace.at(&folder), Permissions::from_mode(0o000)).unwrap();
        });
    }
}

/// Row 46 in part: a tenant whose whole folder cannot be listed has not vanished, and stops nobody else.
#[test]
fn fault_046_an_unreadable_tenant_folder_is_not_pruned() {
    let workspace = fleet();
    let before = built(&workspace);
    let folder = workspace.at("sites/north/alpha");
    fs::set_permissions(&folder, Permissions::from_mode(0o000)).unwrap();
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau\n");
    let (outcome, report) = build_with(&workspace, &["--prune"]);
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "disk", "sites/north/alpha");
    let after = dist(&workspace);
    assert_eq!(after.bytes("alpha/index.html"), before.bytes("alpha/index.html"));
    assert!(after.text("beta/index.html").contains("Nouveau") && after.text("gamma/index.html").contains("Nouveau"));
}

/// Row 47: files that hosts and browsers obey are written by the program, never supplied.
#[test]
fn fault_047_files_that_hosts_obey_are_refused() {
    let names = [
        "_headers",
        "_Headers",
        "_redirects",
        "_routes.json",
        "_worker.js",
        "functions/x.js",
        "CNAME",
        ".htaccess",
        "deep/.htaccess",
        ".nojekyll",
        "sw.js",
        "service-worker.js",
        ".git/hooks/x",
        ".well-known/security.txt",
        "robots.txt",
        "404.html",
    ];
    for name in names {
        check("refused-file", &format!("sites/north/alpha/static/{name}"), |workspace| {
            workspace.write(&format!("sites/north/alpha/static/{name}"), CANARY);
        });
    }
}

/// Row 47 in a shared layer: the tenants that the file was meant for are not built without it.
#[test]
fn fault_047_a_refused_shared_file_fails_the_tenants_below() {
    let workspace = fleet();
    let before = built(&workspace);
    workspace.write("sites/north/static/_headers", CANARY);
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let found = finding(&report, "refused-file", "sites/north/static/_headers");
    assert_eq!(found["tenants"], 2);
    assert_eq!(failed(&report), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// A shared file that cannot be taken any more is an error, not the removal of that file from every site.
#[test]
fn a_shared_file_that_is_too_large_is_not_removed_from_the_output() {
    let workspace = fleet();
    workspace.write("sites/north/static/shared.pdf", "small");
    let before = built(&workspace);
    let file = fs::File::options().write(true).open(workspace.at("sites/north/static/shared.pdf")).unwrap();
    file.set_len(26 << 20).unwrap();
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "too-large", "sites/north/static/shared.pdf");
    assert_eq!(failed(&report), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// A shared page whose file has lost its language is an error, not the removal of that page from every site.
#[test]
fn a_shared_page_without_a_language_is_not_removed_from_the_output() {
    let workspace = fleet();
    workspace.write("sites/north/content/more.fr.md", "+++\ntitle = \"Plus\"\n+++\nTexte\n");
    let before = built(&workspace);
    fs::rename(workspace.at("sites/north/content/more.fr.md"), workspace.at("sites/north/content/more.md")).unwrap();
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, "no-language", "sites/north/content/more.md");
    assert_eq!(failed(&report), ["alpha", "beta"]);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}

/// A line of `alpha`'s settings is an error at its place.
#[track_caller]
fn set_in_alpha(line: &str) {
    let file = "sites/north/alpha/site.toml";
    let found = check_any(file, |workspace| add_line(workspace, file, line));
    assert_eq!(found["line"], 3, "{line}: {found}");
}

/// Three tenants: `alpha` and `beta` in the group `north`, and `gamma`.
fn fleet() -> Workspace {
    Workspace::with_theme(
        r#"
        //- /sites/group.toml
        theme = "plain"
        languages = ["fr"]
        vars.word = "partout"
        //- /sites/content/index.fr.md
        +++
        title = "Accueil"
        +++
        Bonjour de {{ tenant.name }}, {{ vars.word }}
        //- /sites/north/group.toml
        vars.word = "au nord"
        //- /sites/north/alpha/site.toml
        name = "Alpha"
        base_url = "https://alpha.example.org"
        //- /sites/north/beta/site.toml
        name = "Beta"
        base_url = "https://beta.example.org"
        //- /sites/gamma/site.toml
        name = "Gamma"
        base_url = "https://gamma.example.org"
        "#,
    )
}

/// Builds once without a fault, and gives the output.
#[track_caller]
fn built(workspace: &Workspace) -> Tree {
    let (outcome, _) = build(workspace);
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
    dist(workspace)
}

/// The same as [`check_any`], and the error has this code.
#[track_caller]
fn check(code: &str, file: &str, fault: impl FnOnce(&Workspace)) -> Value {
    let found = check_any(file, fault);
    assert_eq!(found["code"], code, "{found}");
    found
}

/// A fault of `alpha` is an error about `file`; alpha's output stays as it was, and the others are built.
#[track_caller]
fn check_any(file: &str, fault: impl FnOnce(&Workspace)) -> Value {
    let workspace = fleet();
    let before = built(&workspace);
    fault(&workspace);
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nNouveau, {{ vars.word }}\n");
    let (outcome, report) = build(&workspace);
    let about = |found: &&Value| found["severity"] == "error" && found["file"] == *file;
    let found = report["findings"].as_array().into_iter().flatten().find(about).cloned();
    let Some(found) = found else { panic!("no error about `{file}`: {}", outcome.stdout) };
    assert_eq!(outcome.code, 1, "{found}");
    assert_eq!(failed(&report), ["alpha"], "{found}");
    let after = dist(&workspace);
    let alpha = |tree: &Tree| tree.entries.clone().into_iter().filter(|(path, _)| path.starts_with("alpha/")).collect();
    let (before, kept) = (Tree { entries: alpha(&before) }, Tree { entries: alpha(&after) });
    assert_eq!(kept.difference(&before), [""; 0], "{found}");
    assert_eq!(kept.rewritten_since(&before), [""; 0], "{found}");
    for tenant in ["beta", "gamma"] {
        assert!(after.text(&format!("{tenant}/index.html")).contains("Nouveau"), "{tenant} is built despite {found}");
    }
    let leaks = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(CANARY);
    assert!(!after.entries.values().any(|entry| leaks(&entry.bytes)), "the canary is in the output");
    found
}

/// Files of `alpha` that want one path: an error that names each of `names`.
#[track_caller]
fn collide(files: &[&str], names: &[&str]) {
    let found = check("collision", "sites/north/alpha/site.toml", |workspace| {
        for file in files {
            let text = if file.ends_with(".md") { "+++\ntitle = \"Titre\"\n+++\nTexte\n" } else { "x" };
            workspace.write(&format!("sites/north/alpha/{file}"), text);
        }
    });
    let message = found["message"].as_str().unwrap();
    assert!(names.iter().all(|name| message.contains(name)), "{message}");
}

/// A folder beside the tenants whose name cannot be read: an error about it, and all tenants are built.
#[track_caller]
fn stranger(name: &str, code: &str, shown: &str) {
    let workspace = fleet();
    let site = "name = \"B\"\nbase_url = \"https://b.example.org\"\n";
    workspace.write(&format!("sites/north/{name}/site.toml"), site);
    let (outcome, report) = build(&workspace);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    finding(&report, code, shown);
    all_built(&workspace);
}

#[track_caller]
fn all_built(workspace: &Workspace) {
    for tenant in ["alpha", "beta", "gamma"] {
        assert!(workspace.holds(&format!("dist/{tenant}/index.html")), "{tenant} is built");
    }
}

fn replace_by_link(workspace: &Workspace, path: &str) {
    workspace.write("outside/file", &workspace.read(path));
    workspace.remove(path);
    workspace.symlink(workspace.at("outside/file"), path);
}

fn make_pipe(workspace: &Workspace, path: &str) {
    fs::create_dir_all(workspace.at(path).parent().unwrap()).unwrap();
    let outcome = Program::at("mkfifo").args([workspace.at(path)]).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

fn add_line(workspace: &Workspace, path: &str, line: &str) {
    workspace.write(path, &format!("{}{line}\n", workspace.read(path)));
}

fn dist(workspace: &Workspace) -> Tree {
    Tree::read(workspace.at("dist"))
}

#[track_caller]
fn build(workspace: &Workspace) -> (Outcome, Value) {
    build_with(workspace, &[])
}

#[track_caller]
fn build_with(workspace: &Workspace, arguments: &[&str]) -> (Outcome, Value) {
    let outcome = tenantry(workspace, &["--format", "json"]).args(arguments).run();
    let report = serde_json::from_str(&outcome.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {}{}", outcome.stdout, outcome.stderr));
    (outcome, report)
}

/// A build by a user whom the modes of files bind, also if the tests are run by root.
fn tenantry(workspace: &Workspace, arguments: &[&str]) -> Program {
    let bound = if is_bound(workspace) {
        Program::new()
    } else {
        let caps = "--bounding-set=-dac_override,-dac_read_search";
        Program::at("setpriv").args([Path::new(caps), &program()])
    };
    bound.args(["build"]).args(arguments).current_dir(workspace).time_limit(Duration::from_secs(20))
}

/// Whether a file that nobody may read cannot be read.
fn is_bound(workspace: &Workspace) -> bool {
    workspace.write("probe", "");
    let probe = workspace.at("probe");
    fs::set_permissions(&probe, Permissions::from_mode(0o000)).unwrap();
    let bound = fs::read(&probe).is_err();
    workspace.remove("probe");
    bound
}

/// Where cargo put the program, for those that start it.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().map(|folder| folder.join("tenantry")).find(|path| path.is_file()).unwrap()
}

#[track_caller]
fn finding(report: &Value, code: &str, file: &str) -> Value {
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|found| found["code"] == code && found["file"] == file);
    let Some(found) = found else { panic!("no `{code}` about `{file}`: {findings:#?}") };
    assert_eq!(found["severity"], "error");
    found.clone()
}

/// The ids of the tenants that failed.
fn failed(report: &Value) -> Vec<String> {
    let tenants = report["tenants"].as_array().unwrap();
    let failed = tenants.iter().filter(|tenant| tenant["status"] == "failed");
    let ids: BTreeSet<String> = failed.map(|tenant| tenant["id"].as_str().unwrap().to_owned()).collect();
    ids.into_iter().collect()
}
