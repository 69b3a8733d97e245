//! The home and the cookie page of the five tenants and of one that reads from right to left, in the four settings.

use std::path::Path;

use serde_json::{Value, json};
use tenantry_testkit::Tree;
use tenantry_testkit::browser::home_and_cookies;

use super::{arabic, five_tenants, page, visit};
use crate::links;
use crate::report::build;

const FIVE: [(&str, usize); 5] =
    [("alittlemarket", 2), ("ardennemetropole", 4), ("artisanat", 4), ("datajoule", 4), ("inmemori", 2)];

#[test]
fn nothing_is_wrong_with_a_page_in_any_setting() {
    let (five, other) = (five_tenants(), arabic_tenant());
    let mut pages = Vec::new();
    for (tenant, expected) in FIVE {
        let own = pages_of(&five.at(&format!("dist/{tenant}")), "/");
        assert!(own.len() >= expected, "{tenant} has {} pages", own.len());
        pages.extend(own);
    }
    let (tenant, base) = arabic::QASR;
    let own = pages_of(&other.at(&format!("dist/{tenant}")), base);
    assert!(own.len() >= 4, "{tenant} has {} pages", own.len());
    pages.extend(own);
    let findings = visit(&pages, &[]);
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn a_site_from_right_to_left_below_a_path_has_no_dead_link() {
    let workspace = arabic_tenant();
    let (tenant, base) = arabic::QASR;
    let base_url = format!("https://www.qasr.example{base}");
    let (followed, dead) = links::follow(&Tree::read(workspace.at("dist")), tenant, &base_url);
    assert_eq!(dead, [""; 0]);
    assert!(followed > 50, "{followed} links only");
}

#[track_caller]
fn arabic_tenant() -> tenantry_testkit::Workspace {
    let workspace = arabic::workspace();
    let report = build(&workspace);
    assert_eq!((report.code, report.findings.len()), (0, 0), "{:#?}", report.findings);
    workspace
}

/// Home and cookies in each language, and where there is a page for what is not found, that one too.
fn pages_of(folder: &Path, base: &str) -> Vec<Value> {
    let mut pages: Vec<Value> = home_and_cookies(folder).iter().map(|found| page(folder, base, &found.path)).collect();
    if folder.join("404.html").is_file() {
        let mut lost = page(folder, base, "/not/there/");
        lost["status"] = json!(404);
        pages.push(lost);
    }
    pages
}
