//! What the machine does around a build (faults.md, section 6 G, rows 104 to 107): clocks, locales, masks, folders that
//! may not be written or are gone, the order in which disks list, the number of threads, and themes that change meanwhile.
//!
//! What builds do when the disk refuses is tested elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use tenantry_testkit::fleet::Random;
use tenantry_testkit::{Fleet, PLAIN_THEME, Program, Tree, Workspace};

use crate::report::{dist, ending, findings};
use crate::repository::root;

/// P10 and rows 104 to 106: the same bytes, whatever zone, locale, folder, mask, variables and threads.
#[test]
fn fault_105_the_machine_does_not_show_in_the_bytes() {
    let root = root().to_str().unwrap();
    let out = Workspace::empty();
    let main: &[&str] = &[root, "build"];
    let runs: [(&str, &[&str]); 11] = [
        ("exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\" --jobs 1", main),
        ("exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\" --jobs 4", main),
        ("TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\"", main),
        ("TZ=America/Los_Angeles LC_ALL=C LANG=ja_JP exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\"", main),
        ("LC_ALL=ja_JP.UTF-8 LC_COLLATE=C TZ=:nowhere exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\"", main),
        ("cd / && umask 077 && exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\"", main),
        ("cd \"$2/sites/opendatasoft\" && umask 000 && exec \"$0\" \"$3\" --out \"$1\"", main),
        ("exec env -i \"$0\" \"$3\" --workspace \"$2\" --out \"$1\"", main),
        ("unset HOME && exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\"", main),
        ("mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \"$3\" --workspace \"$2\" --out \"$1\"", main),
        ("cp -r \"$2/sites\" \"$2/themes\" . && exec \"$0\" \"$3\" --out \"$1\"", main),
    ];
    let mut digests = BTreeMap::new();
    for (number, (script, arguments)) in runs.iter().enumerate() {
        let folder = out.at(&format!("out{number}"));
        let copy = Workspace::empty();
        let shell = Program::new().args([&folder]).args(*arguments).under("/bin/sh", ["-c", script]);
        let outcome = shell.current_dir(&copy).run();
        assert_eq!(outcome.code, 0, "{script}: {}{}", outcome.stdout, outcome.stderr);
        let manifests = Tree::read(folder.join(".tenantry/manifests"));
        digests.insert(number, (Tree::read(&folder).digest(), manifests.digest()));
    }
    let different: BTreeSet<&(String, String)> = digests.values().collect();
    assert_eq!(different.len(), 1, "{digests:#?}");
}

/// Row 105: sources that nobody may write are read all the same, and stay as they are.
#[test]
fn fault_105_sources_may_be_read_only() {
    let workspace = fleet(4);
    ending(&workspace, &["build"], 0);
    let expected = dist(&workspace);
    let out = Workspace::empty();
    let before = Tree::read(workspace.at("sites"));
    let change = |modes: &str| Program::at("chmod").args(["-R", modes]).args([workspace.path()]).run().code;
    assert_eq!(change("a-w"), 0);
    let build = Program::new().args(["build", "--out"]).args([out.at("out")]).current_dir(&workspace);
    let outcome = build.bound_by_modes().run();
    assert_eq!(change("u+w"), 0);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(Tree::read(out.at("out")).difference(&expected), [""; 0]);
    assert_eq!(Tree::read(workspace.at("sites")).rewritten_since(&before), [""; 0]);
}

/// Row 105: without a folder to start from the workspace has to be named, and that is said.
#[test]
fn fault_105_a_folder_that_is_gone_is_told() {
    let workspace = fleet(1);
    let script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" build";
    let outcome = Program::new().under("/bin/sh", ["-c", script]).current_dir(&workspace).run();
    assert_eq!(outcome.code, 2, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.starts_with("error: cannot find `.`"), "{}", outcome.stderr);
}

/// Row 105: who may read what is published is for the mask to say, however a file came into its folder.
#[test]
fn fault_105_modes_follow_the_mask() {
    for (mask, file, folder) in [("022", 0o644, 0o755), ("027", 0o640, 0o750), ("077", 0o600, 0o700)] {
        let workspace = fleet(2);
        for word in ["un", "deux"] {
            workspace.append("sites/content/index.fr.md", &format!("\n{word}\n"));
            workspace.write(&format!("sites/t00/content/{word}/page.fr.md"), "+++\ntitle = \"Page\"\n+++\nTexte\n");
            let script = format!("umask {mask} && exec \"$0\" build");
            let outcome = Program::new().under("/bin/sh", ["-c", &script]).current_dir(&workspace).run();
            assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        }
        for (path, mode) in [
            ("dist/t00/index.html", file),
            ("dist/t00/deux/page/index.html", file),
            ("dist/t00/deux", folder),
            ("dist/t00/un/page", folder),
            ("dist/t01", folder),
        ] {
            let found = fs::metadata(workspace.at(path)).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{path} under {mask}: {found:o} is not {mode:o}");
        }
    }
}

/// Row 104: a clock that is set back leaves files of the future behind, and one that jumps ahead files of long ago. Edits
/// are seen all the same, nothing is built for nothing, and another zone in between changes nothing.
#[test]
fn fault_104_a_clock_that_jumps_hides_no_edit() {
    let workspace = fleet(3);
    let hour = Duration::from_secs(3_600);
    let now = SystemTime::now();
    let zones = ["Europe/Paris", "UTC", "America/Sao_Paulo", "Asia/Kathmandu"];
    for (number, time) in [now + hour, now - hour, now + 25 * hour, now - 5_000 * hour].into_iter().enumerate() {
        let page = format!("+++\ntitle = \"Accueil\"\n+++\nNo {number}\n");
        workspace.write("sites/t01/content/index.fr.md", &page);
        for path in ["sites/t01/content/index.fr.md", "sites/group.toml", "themes/plain/theme.toml"] {
            File::options().write(true).open(workspace.at(path)).unwrap().set_modified(time).unwrap();
        }
        let build = || Program::new().args(["build"]).env("TZ", zones[number]).current_dir(&workspace).run();
        assert_eq!(build().code, 0);
        let built = dist(&workspace);
        assert!(built.text("t01/index.html").contains(&format!("No {number}")), "{time:?}");
        let outcome = Program::new().args(["build"]).env("TZ", "Pacific/Apia").current_dir(&workspace).run();
        assert!(outcome.stderr.contains("0 files written") && outcome.code == 0, "{}", outcome.stderr);
        assert_eq!(dist(&workspace).rewritten_since(&built), [""; 0], "{time:?}");
    }
    let clean = workspace.at("clean");
    ending(&workspace, &["build", "--out", clean.to_str().unwrap()], 0);
    assert_eq!(dist(&workspace).difference(&Tree::read(clean)), [""; 0]);
}

/// Row 106: the order in which a disk lists its files, and the number of threads, change nothing. Memory lists the file
/// made last first.
#[test]
fn fault_106_neither_the_order_of_files_nor_threads_show() {
    let generated = Workspace::in_memory();
    Fleet { tenants: 40, seed: 3 }.write(generated.path(), &root().join("themes")).unwrap();
    let sources = Tree::read(&generated);
    let mut digests = BTreeSet::new();
    for (order, jobs) in [(0, "1"), (1, "64"), (2, "3"), (3, "64")] {
        let workspace = Workspace::in_memory();
        let mut paths = sources.paths();
        shuffle(&mut paths, order);
        for path in paths {
            workspace.write_bytes(path, sources.bytes(path).unwrap());
        }
        let report = ending(&workspace, &["build", "--jobs", jobs], 0);
        assert_eq!(report["summary"]["failed"], 0);
        let manifests = Tree::read(workspace.at("dist/.tenantry/manifests"));
        digests.insert((dist(&workspace).digest(), manifests.digest(), report["summary"].to_string()));
    }
    assert_eq!(digests.len(), 1, "{digests:#?}");
}

/// Row 107: somebody saves file after file of the theme while builds run. All pages of a build are of one theme as it was
/// at one moment, and the last one to build sees the last words.
#[test]
fn fault_107_a_theme_that_changes_meanwhile_is_read_at_one_moment() {
    let workspace = fleet(60);
    let save = |version: usize| {
        let page = format!("<b>{version}</b>{{% include \"_part.html\" %}}{{{{ strings.home }}}} {{{{ page.body }}}}");
        for (path, text) in [
            ("templates/page.html", page),
            ("templates/_part.html", format!("<b>{version}</b>")),
            ("strings/fr.toml", format!("home = \"<b>{version}</b>\"\n")),
            ("static/a.css", format!("a {{ order: {version} }}\n")),
        ] {
            workspace.write(&format!("themes/plain/{path}"), &text);
            thread::sleep(Duration::from_millis(2));
        }
    };
    save(0);
    let over = AtomicBool::new(false);
    let (mut seen, mut saved) = (BTreeSet::new(), 0);
    thread::scope(|scope| {
        let saving = scope.spawn(|| {
            let mut version = 0;
            while !over.load(Ordering::Relaxed) {
                version += 1;
                save(version);
                thread::sleep(Duration::from_millis(90));
            }
            version
        });
        for _ in 0..12 {
            let report = ending(&workspace, &["build", "--jobs", "2"], 0);
            assert_eq!(findings(&report).len(), 0, "{report}");
            seen.insert(the_version(&dist(&workspace)));
        }
        over.store(true, Ordering::Relaxed);
        saved = saving.join().unwrap();
    });
    assert!(seen.len() > 2 && saved > 2, "{saved} themes were saved, and {seen:?} seen");
    ending(&workspace, &["build"], 0);
    assert_eq!(the_version(&dist(&workspace)), saved);
    let clean = workspace.at("clean");
    ending(&workspace, &["build", "--out", clean.to_str().unwrap()], 0);
    assert_eq!(dist(&workspace).difference(&Tree::read(clean)), [""; 0]);
}

/// The version of the theme that all pages and style sheets of an output are of.
#[track_caller]
fn the_version(output: &Tree) -> usize {
    let versions = |text: &str| {
        let after =
            |mark: &'static str| text.split(mark).skip(1).map(|rest| rest.split_once([' ', '<', '&']).unwrap().0);
        ["<b>", "&lt;b&gt;", "order: "]
            .into_iter()
            .flat_map(after)
            .map(|word| word.parse().unwrap())
            .collect::<Vec<_>>()
    };
    let all: BTreeSet<usize> = output.paths().into_iter().flat_map(|path| versions(output.text(path))).collect();
    assert_eq!(all.len(), 1, "several themes in one output: {all:?}");
    all.into_iter().next().unwrap()
}

/// A fleet of so many tenants with one page each.
fn fleet(tenants: usize) -> Workspace {
    let workspace = Workspace::empty();
    workspace.add_text(PLAIN_THEME);
    workspace.write("sites/group.toml", "theme = \"plain\"\nlanguages = [\"fr\"]\n");
    workspace.write("sites/content/index.fr.md", "+++\ntitle = \"Accueil\"\n+++\nBonjour\n");
    for number in 0..tenants {
        let settings = format!("name = \"T{number}\"\nbase_url = \"https://t{number}.example.org\"\n");
        workspace.write(&format!("sites/t{number:02}/site.toml"), &settings);
    }
    workspace
}

/// Another order for each number.
fn shuffle(paths: &mut [&str], number: usize) {
    let mut random = Random::of_tenant(106, number);
    for last in (1..paths.len()).rev() {
        paths.swap(last, random.below(last + 1));
    }
}
