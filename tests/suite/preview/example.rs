//! The workspace that ships with the repository, previewed: every file is answered as it is built.

use tenantry_builder::preview::{Options, Preview};
use tenantry_testkit::{Program, Tree, Workspace};

use super::{header, id};
use crate::repository::root;

const TENANTS: [&str; 5] = ["alittlemarket", "ardennemetropole", "artisanat", "datajoule", "inmemori"];

/// The output of a clean build, and a preview.
fn both() -> (Workspace, Tree, Preview) {
    let out = Workspace::empty();
    let folder = out.at("dist").to_string_lossy().into_owned();
    let built = Program::new().args(["build", "--out", &folder]).current_dir(root()).run();
    assert_eq!(built.code, 0, "{}", built.stderr);
    let tree = Tree::read(out.at("dist"));
    let preview = Preview::open(Options { workspace: root().to_owned(), ..Options::default() }).unwrap();
    (out, tree, preview)
}

#[test]
fn every_file_is_answered_as_it_is_built() {
    let (_out, tree, preview) = both();
    for (path, entry) in &tree.entries {
        let (tenant, file) = path.split_once('/').unwrap();
        let tenant = id(tenant);
        let made = preview.file(&tenant, file);
        assert!(*made.body == *entry.bytes && made.problems.is_empty(), "{path}: {:?}", made.problems);
        let answer = preview.answer(&tenant, &format!("/{file}"));
        if matches!(file, "_headers" | "_redirects") {
            assert_eq!(answer.status, 404, "hosts do not publish `{path}`");
            continue;
        }
        assert_eq!((answer.status, answer.digest), (200, made.digest), "{path}");
        assert_eq!(header(&answer, "X-Content-Type-Options"), Some("nosniff"), "{path}");
        if let Some(folder) = file.strip_suffix("index.html") {
            assert_eq!(preview.answer(&tenant, &format!("/{folder}")).digest, made.digest, "{path}");
        }
    }
    for tenant in TENANTS {
        let files: Vec<String> = preview.files(&id(tenant)).iter().map(|file| format!("{tenant}/{file}")).collect();
        assert_eq!(files, tree.below(tenant).paths());
    }
}

#[test]
fn headers_are_those_of_the_published_rules() {
    let (_out, tree, preview) = both();
    let style = tree.paths().into_iter().find(|path| path.starts_with("artisanat/assets/") && path.ends_with(".css"));
    let style = preview.answer(&id("artisanat"), style.unwrap().strip_prefix("artisanat").unwrap());
    assert_eq!(header(&style, "Cache-Control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(header(&style, "Content-Type"), Some("text/css; charset=utf-8"));
    let page = preview.answer(&id("artisanat"), "/cookies/");
    assert_eq!(header(&page, "Cache-Control"), Some("public, max-age=0, must-revalidate"));
    assert_eq!(header(&page, "Content-Type"), Some("text/html; charset=utf-8"));
    assert!(header(&page, "Content-Security-Policy").is_some_and(|policy| policy.starts_with("default-src 'none'")));
    let fragment = preview.answer(&id("artisanat"), "/cookies/fragment.html");
    assert_eq!((header(&page, "X-Robots-Tag"), header(&fragment, "X-Robots-Tag")), (None, Some("noindex")));
}

#[test]
fn nothing_leads_to_the_page_of_the_language() {
    let (_out, tree, preview) = both();
    for (path, page) in [("/nothing", "404.html"), ("/en/nothing/", "en/404.html")] {
        let answer = preview.answer(&id("artisanat"), path);
        assert_eq!(answer.status, 404);
        assert_eq!(*answer.body, *tree.bytes(&format!("artisanat/{page}")).unwrap());
    }
}
