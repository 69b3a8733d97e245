//! Rows 43 to 45, and 48: folders and files without end, and files that are changed without looking so.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use tenantry_testkit::Workspace;

use super::{build, build_with, built, check, check_where, finding, fleet};
use crate::report::{dist, ending, with_status};

const ALPHA: &str = "sites/north/alpha";

/// Row 43: folders in folders, as deep as a system lets them be.
#[test]
fn fault_043_folders_without_end_fail_their_tenant() {
    for place in ["content", "static"] {
        let deepest = format!("{ALPHA}/{place}{}", "/d".repeat(32));
        check("too-deep", &deepest, |workspace| nest(workspace, &format!("{ALPHA}/{place}"), ("d", 300)));
    }
}

/// Row 43: paths that are longer than the system takes in one piece.
#[test]
fn fault_043_paths_longer_than_the_system_allows_fail_their_tenant() {
    let name = "n".repeat(200);
    for place in ["content", "static"] {
        let below = format!("{ALPHA}/{place}/{name}");
        check_where(
            |file| file.starts_with(&below),
            |workspace| nest(workspace, &format!("{ALPHA}/{place}"), (&name, 40)),
        );
    }
}

/// Row 43 outside of tenants' files: what lies below a tenant or a group without being theirs stops nobody.
#[test]
fn fault_043_folders_without_end_beside_tenants_stop_nobody() {
    let workspace = fleet();
    nest(&workspace, &format!("{ALPHA}/more"), ("d", 300));
    nest(&workspace, "sites/north/more", ("d", 300));
    nest(&workspace, "sites/more", (&"n".repeat(200), 40));
    let (outcome, report) = build(&workspace);
    assert_eq!(with_status(&report, "built"), ["alpha", "beta", "gamma"], "{}", outcome.stdout);
}

/// Row 44: more files than a tenant may have, below `content/` and `static/` or beside its settings.
#[test]
fn fault_044_files_without_number_fail_their_tenant() {
    for (place, told) in [("static", "/static"), ("content/deep", "/content"), ("", "")] {
        let found = check("too-many-files", &format!("{ALPHA}{told}"), |workspace| {
            many(workspace, &format!("{ALPHA}/{place}"), (5_001, |path| File::create(path).map(drop)));
        });
        assert!(found["message"].as_str().unwrap().contains("5000 files"), "{found}");
    }
}

/// Row 44: files that hide the settings of a tenant or a group make nobody vanish, whatever the disk lists first.
#[test]
fn fault_044_a_tenant_behind_files_without_number_is_not_pruned() {
    for (folder, code) in [(ALPHA, 1), ("sites/north", 3)] {
        let workspace = fleet();
        let before = built(&workspace);
        many(&workspace, folder, (5_001, |path| File::create(path).map(drop)));
        let (outcome, report) = build(&workspace);
        assert_eq!(outcome.code, 1, "{}", outcome.stdout);
        finding(&report, "too-many-files", folder);
        // Of a group it is not known who is in it, so nothing is removed.
        let (outcome, _) = build_with(&workspace, &["--prune"]);
        assert_eq!(outcome.code, code, "{}", outcome.stdout);
        assert_eq!(dist(&workspace).difference(&before), [""; 0]);
    }
}

/// Row 44: the limit is that of a tenant, however its files are spread.
#[test]
fn fault_044_content_and_static_files_count_together() {
    check("too-many-files", &format!("{ALPHA}/static"), |workspace| {
        for place in ["content/_parts", "static"] {
            many(workspace, &format!("{ALPHA}/{place}"), (2_501, |path| File::create(path).map(drop)));
        }
    });
}

/// Row 44 for folders, of which nothing is published.
#[test]
fn fault_044_folders_without_number_fail_their_tenant() {
    for (place, told) in [("static", "/static"), ("", "")] {
        check("too-many-files", &format!("{ALPHA}{told}"), |workspace| {
            many(workspace, &format!("{ALPHA}/{place}"), (5_001, |path| fs::create_dir(path)));
        });
    }
}

/// Row 44: as many files as a tenant may have are built.
#[test]
fn fault_044_as_many_files_as_are_allowed_are_built() {
    let workspace = fleet();
    many(&workspace, &format!("{ALPHA}/static"), (5_000, |path| File::create(path).map(drop)));
    assert!(built(&workspace).below("alpha").paths().len() > 5_000);
}

/// Row 44: 200 MiB in all, each file being small enough.
#[test]
fn fault_044_files_that_are_too_large_together_fail_their_tenant() {
    let found = check("too-large", &format!("{ALPHA}/static"), |workspace| {
        for number in 0..9 {
            sparse(workspace, &format!("{ALPHA}/static/{number}.pdf"), 24 << 20);
        }
    });
    assert!(found["message"].as_str().unwrap().contains("209715200"), "{found}");
}

/// Row 45: files that say to be larger than the memory. A file that grows is tested where files are read.
#[test]
fn fault_045_files_of_10_gb_fail_their_tenant() {
    for (place, code) in [
        ("static/more.pdf", "too-large"),
        ("content/more.fr.md", "disk"),
        ("cookies.toml", "disk"),
        ("site.toml", "disk"),
    ] {
        let found = check(code, &format!("{ALPHA}/{place}"), |workspace| {
            sparse(workspace, &format!("{ALPHA}/{place}"), 10 << 30);
        });
        assert!(found["message"].as_str().unwrap().contains("10737418240"), "{found}");
    }
}

/// Row 48: times of long ago and of the future are times like others: an edit is seen, and nothing is built for nothing.
#[test]
fn fault_048_times_of_long_ago_and_of_the_future_hide_no_edit() {
    let day = Duration::from_secs(86_400);
    let times = [SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + 50_000 * day, SystemTime::now() + day];
    let site = format!("{ALPHA}/site.toml");
    let workspace = fleet();
    for (number, time) in times.iter().enumerate() {
        for path in [&site, "themes/plain/templates/page.html", "sites/content/index.fr.md"] {
            File::options().write(true).open(workspace.at(path)).unwrap().set_modified(*time).unwrap();
        }
        ending(&workspace, &["build"], 0);
        let before = dist(&workspace);
        ending(&workspace, &["build"], 0);
        assert_eq!(dist(&workspace).rewritten_since(&before), [""; 0], "{time:?}");
        let text = workspace.read(&site);
        workspace.write(&site, &text.replacen("name = \"", &format!("name = \"{number}"), 1));
        File::options().write(true).open(workspace.at(&site)).unwrap().set_modified(*time).unwrap();
        ending(&workspace, &["build"], 0);
        let page = dist(&workspace).text("alpha/index.html").to_owned();
        assert!(page.contains(&format!("de {number}")), "{time:?}: {page}");
    }
}

/// Row 48: other bytes of the same size under the same time.
#[test]
fn fault_048_an_edit_that_keeps_size_and_time_is_seen() {
    let workspace = fleet();
    workspace.write(&format!("{ALPHA}/static/file.txt"), "one");
    let places = [format!("{ALPHA}/static/file.txt"), format!("{ALPHA}/site.toml"), "sites/content/index.fr.md".into()];
    let old = SystemTime::now() - Duration::from_secs(3_600);
    let settle = |path: &str| {
        File::options().write(true).open(workspace.at(path)).unwrap().set_modified(old).unwrap();
    };
    places.iter().for_each(|path| settle(path));
    ending(&workspace, &["build"], 0);
    for (path, from, to) in
        [(&places[0], "one", "two"), (&places[1], "Alpha", "Omega"), (&places[2], "Bonjour", "Bonsoir")]
    {
        let before = dist(&workspace);
        workspace.write(path, &workspace.read(path).replace(from, to));
        settle(path);
        ending(&workspace, &["build"], 0);
        let changed = dist(&workspace).difference(&before);
        assert!(changed.iter().any(|line| line.contains("alpha/")), "{path}: {changed:?}");
    }
}

/// Makes a folder in a folder in a folder, each of this name, with a file in the last one.
fn nest(workspace: &Workspace, top: &str, (name, levels): (&str, usize)) {
    let below = |levels: usize| workspace.at(&format!("{top}{}", "/d".repeat(levels)));
    fs::create_dir_all(below(levels)).unwrap();
    fs::write(below(levels).join("x.fr.md"), "x").unwrap();
    // From the deepest one up, so that no path on the way is longer than the system takes.
    for level in (1..=levels).rev() {
        fs::rename(below(level), below(level - 1).join(name)).unwrap();
    }
}

/// Makes so many things in a folder.
fn many(workspace: &Workspace, folder: &str, (number, make): (usize, fn(&std::path::Path) -> std::io::Result<()>)) {
    let folder = workspace.at(folder);
    fs::create_dir_all(&folder).unwrap();
    (0..number).for_each(|number| make(&folder.join(format!("f{number}"))).unwrap());
}

/// Makes a file that says to have so many bytes and takes no room.
fn sparse(workspace: &Workspace, path: &str, bytes: u64) {
    let path = workspace.at(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().set_len(bytes).unwrap();
}
