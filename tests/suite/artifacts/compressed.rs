//! `precompress`: files beside the others that web servers send to those who take them.

use std::fs;
use std::io::Read;

use tenantry_testkit::{Tree, Workspace};

use super::{BASE, build};
use crate::report::run;

/// What comes out of a compressed file.
fn expanded(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    } else {
        brotli::BrotliDecompress(&mut &*bytes, &mut plain).unwrap();
    }
    plain
}

/// Sets what is compressed for all, and builds.
#[track_caller]
fn rebuild(workspace: &Workspace, line: &str) {
    workspace.write("sites/group.toml", &workspace.read("group.bak").replace("theme =", &format!("{line}\ntheme =")));
    let outcome = run(workspace, &["build"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

#[test]
fn every_text_has_its_compressed_forms() {
    let workspace = Workspace::with_theme(BASE);
    let style = "a { color: red }\n".repeat(100);
    workspace.write("themes/plain/static/a.css", &style);
    workspace.write(
        "sites/static/large.svg",
        &format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", "<g/>".repeat(300)),
    );
    workspace.write("sites/portal/static/own.txt", &"own\n".repeat(200));
    workspace.write("group.bak", &workspace.read("sites/group.toml"));
    rebuild(&workspace, "");
    let plain = Tree::read_without(workspace.at("dist"), ".tenantry");
    rebuild(&workspace, "precompress = [\"brotli\", \"gzip\"]");
    let both = Tree::read_without(workspace.at("dist"), ".tenantry");
    let mut compressed = 0;
    for (path, entry) in &both.entries {
        let Some((of, _)) = path.rsplit_once('.').filter(|(_, ending)| ["gz", "br"].contains(ending)) else { continue };
        assert!(expanded(path, &entry.bytes) == plain.entries[of].bytes, "{path}");
        compressed += 1;
    }
    let small = |path: &str, bytes: &[u8]| {
        path.ends_with("_headers") || path.ends_with("_redirects") || (bytes.len() < 512 && !path.ends_with(".html"))
    };
    let worthwhile: Vec<&String> =
        plain.entries.iter().filter(|(path, entry)| !small(path, &entry.bytes)).map(|(path, _)| path).collect();
    let missing: Vec<_> = worthwhile.iter().filter(|path| !both.entries.contains_key(&format!("{path}.gz"))).collect();
    assert!(compressed > 20 && missing.is_empty(), "{compressed}: {missing:?}");
    let ends = |ending: &str| worthwhile.iter().filter(|path| path.ends_with(ending)).count();
    assert!([".css", ".svg", "own.txt", "sitemap.xml"].iter().all(|ending| ends(ending) > 0), "{worthwhile:?}");
    let plain_of_both: Vec<_> = both.entries.iter().filter(|(path, _)| plain.entries.contains_key(*path)).collect();
    assert!(plain_of_both.into_iter().eq(plain.entries.iter()), "the plain files are as they were");

    rebuild(&workspace, "precompress = [\"gzip\"]");
    let gzip = Tree::read_without(workspace.at("dist"), ".tenantry");
    assert!(
        gzip.paths().iter().all(|path| !path.ends_with(".br")) && gzip.paths().iter().any(|path| path.ends_with(".gz"))
    );
    rebuild(&workspace, "");
    assert!(Tree::read_without(workspace.at("dist"), ".tenantry").difference(&plain).is_empty());
}

/// Neither the time nor the number of threads stands in them.
#[test]
fn compressed_files_are_the_same_each_time() {
    let workspace = Workspace::with_theme(BASE);
    let group = workspace.read("sites/group.toml");
    workspace.write("sites/group.toml", &format!("precompress = [\"brotli\", \"gzip\"]\n{group}"));
    for (out, jobs) in [("one", "1"), ("two", "4")] {
        assert_eq!(run(&workspace, &["build", "--out", out, "--jobs", jobs]).code, 0);
    }
    let trees = ["one", "two"].map(|out| Tree::read_without(workspace.at(out), ".tenantry"));
    assert!(trees[0].difference(&trees[1]).is_empty());
    let head = &fs::read(workspace.at("one/portal/index.html.gz")).unwrap()[..10];
    assert_eq!(head[3..8], [0, 0, 0, 0, 0], "no name and no time: {head:?}");
}

#[test]
fn a_file_of_the_name_of_a_compressed_one_is_a_collision() {
    let built = build(
        &[
            "//- /sites/r/group.toml\nprecompress = [\"gzip\"]\n",
            "//- /sites/r/own/site.toml\nname = \"Own\"\nbase_url = \"https://own.example\"\n",
            "//- /sites/r/own/static/index.html.gz\nx\n",
        ],
        &[],
    );
    assert_eq!((built.status("own").as_str(), built.status("portal").as_str()), ("failed", "built"));
    let message = built.one("collision")["message"].as_str().unwrap().to_owned();
    assert!(message.contains("the compressed form of `index.html`"), "{message}");
}

/// Nobody has looked whether a file that a tenant brings is the compressed form of another one, and what comes out of it.
#[test]
fn a_file_is_not_sent_in_the_place_of_another_one() {
    let tenant = "//- /sites/r/own/site.toml\nname = \"Own\"\nbase_url = \"https://own.example\"\n";
    let files = "//- /sites/r/own/static/small.svg\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n\
        //- /sites/r/own/static/small.svg.gz\nx\n//- /sites/r/own/static/alone.csv.gz\nx\n";
    let group = "//- /sites/r/group.toml\nprecompress = [\"gzip\"]\n";
    let built = build(&[group, tenant, files], &[]);
    assert_eq!((built.status("own").as_str(), built.status("portal").as_str()), ("failed", "built"));
    let found = built.error();
    assert_eq!(found["file"], "sites/r/own/static/small.svg.gz");
    let message = found["message"].as_str().unwrap().to_owned();
    assert!(message.contains("`small.svg.gz` would be sent in the place of `small.svg`"), "{message}");
    // Where no server is told to look for such files they are downloads.
    let built = build(&["//- /sites/r/group.toml\n", tenant, files], &[]);
    built.is_clean();
    let nginx = run(&built.workspace, &["export", "nginx", "own"]).stdout;
    assert!(!nginx.contains("gzip_static"), "{nginx}");
}

/// A target cannot send what is not built.
#[test]
fn a_target_that_sends_compressed_files_needs_them() {
    let target = "[publish.live]\nkind = \"s3\"\nbucket = \"b\"\ncontent_encoding = \"gzip\"\n";
    let tenant = "//- /sites/r/own/site.toml\nname = \"Own\"\nbase_url = \"https://own.example\"\n";
    let built = build(&[&format!("//- /sites/r/group.toml\n{target}"), tenant], &[]);
    let found = built.error();
    assert!(found["message"].as_str().unwrap().contains("the target `live` sends files compressed by gzip"), "{found}");
    assert_eq!(crate::report::place(&found), "sites/r/group.toml:4:20");
    let group = format!("//- /sites/r/group.toml\nprecompress = [\"gzip\"]\n{target}");
    build(&[&group, tenant], &[]).is_clean();
}
