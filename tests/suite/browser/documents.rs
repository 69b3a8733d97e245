//! Every document under the Nu HTML checker. A fragment is no document: it is checked within the least one.

use std::path::PathBuf;

use serde_json::Value;
use tenantry_testkit::{Tree, Workspace};

use super::{arabic, browser, five_tenants};
use crate::html::attributes;
use crate::report::build;

#[test]
fn the_checker_has_nothing_to_say() {
    let right_to_left = arabic::workspace();
    assert_eq!(build(&right_to_left).code, 0);
    let mut documents = Documents { folder: Workspace::empty(), paths: Vec::new() };
    documents.add("five", &Tree::read(five_tenants().at("dist")));
    documents.add("arabic", &Tree::read(right_to_left.at("dist")));
    assert!(documents.paths.len() >= 88, "{} documents", documents.paths.len());
    assert_eq!(documents.check(), [""; 0]);
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let mut documents = Documents { folder: Workspace::empty(), paths: Vec::new() };
    let site = Workspace::from_text(
        "//- /a/index.html\n<!DOCTYPE html><html lang=\"en\"><title>x</title><body><p id=\"y\"><img src=\"z.png\">\n\
         //- /a/fragment.html\n<p>fine</p>\n<ul><p>x</p></ul>\n",
    );
    documents.add("control", &Tree::read(&site));
    let messages = documents.check();
    assert!(messages.iter().any(|line| line.starts_with("control/a/index.html:1: error: ")), "{messages:#?}");
    assert!(messages.iter().any(|line| line.starts_with("control/a/fragment.html:2: error: ")), "{messages:#?}");
}

/// Documents to be checked in one run.
struct Documents {
    folder: Workspace,
    paths: Vec<String>,
}

impl Documents {
    fn add(&mut self, name: &str, tree: &Tree) {
        for path in tree.paths().into_iter().filter(|path| path.ends_with(".html")) {
            let html = match path.strip_suffix("fragment.html") {
                Some(folder) => within_document(tree.text(path), tree.text(&format!("{folder}index.html"))),
                None => tree.text(path).to_owned(),
            };
            self.paths.push(format!("{name}/{path}"));
            self.folder.write(&format!("{name}/{path}"), &html);
        }
    }

    /// What the checker says, warnings too: `five/a/index.html:3: error: …`
    #[track_caller]
    fn check(&self) -> Vec<String> {
        let paths: Vec<PathBuf> = self.paths.iter().map(|path| self.folder.at(path)).collect();
        let outcome = browser().check_html(&paths);
        let report: Value =
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.transcript()));
        let text = |message: &Value, key: &str| message[key].as_str().unwrap_or_default().to_owned();
        let line = |message: &Value| {
            let url = text(message, "url");
            let path = url.split_once(&*self.folder.path().to_string_lossy()).map_or(&*url, |(_, path)| &path[1..]);
            let kind = if message["subType"].is_string() { text(message, "subType") } else { text(message, "type") };
            format!("{path}:{}: {kind}: {}", message["lastLine"], text(message, "message"))
        };
        report["messages"].as_array().into_iter().flatten().map(line).collect()
    }
}

/// The fragment in a document of its page's language. Its lines keep their numbers.
fn within_document(fragment: &str, page: &str) -> String {
    let lang = attributes(page, "html", "lang").concat();
    format!("<!DOCTYPE html><html lang=\"{lang}\"><title>x</title><body><h1>x</h1>{fragment}</body></html>\n")
}
