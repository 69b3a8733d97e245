//! Links of built sites: the file and the fragment that each leads to, and those that lead nowhere.
//!
//! Only links within a site are followed, by their relative or their whole address.

use tenantry_testkit::Tree;

use crate::html::attributes;

/// Follows every link, image and style sheet of a tenant's pages and fragments: how many there are, and which are dead.
pub(crate) fn follow(tree: &Tree, tenant: &str, base_url: &str) -> (usize, Vec<String>) {
    let (mut followed, mut dead) = (0, Vec::new());
    let own = tree.paths().into_iter().filter(|path| path.starts_with(&format!("{tenant}/")));
    for path in own.filter(|path| path.ends_with(".html")) {
        for href in hrefs(tree.text(path)) {
            let Some((file, fragment)) = target(tenant, base_url, (path, &href)) else { continue };
            followed += 1;
            if tree.bytes(&file).is_none() {
                dead.push(format!("`{path}` links to `{href}`: there is no `{file}`"));
            } else if fragment.is_some_and(|id| !attributes(tree.text(&file), "", "id").contains(&id)) {
                dead.push(format!("`{path}` links to `{href}`, which `{file}` does not have"));
            }
        }
    }
    (followed, dead)
}

/// The file and fragment that the link `href` of the file `from` leads to; `None` for one that leaves the site.
pub(crate) fn target(tenant: &str, base_url: &str, (from, href): (&str, &str)) -> Option<(String, Option<String>)> {
    let (address, fragment) = match href.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment.to_owned())),
        None => (href, None),
    };
    let base_url = base_url.trim_end_matches('/');
    let address = if is_path(address) { format!("{}{address}", host_of(base_url)) } else { address.to_owned() };
    let own = address.strip_prefix(base_url).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let path = match own {
        Some(rest) => format!("{tenant}{}", if rest.is_empty() { "/" } else { rest }),
        None if address.contains(':') || address.starts_with("//") => return None,
        None if address.is_empty() => return Some((from.to_owned(), fragment)),
        None => joined(from, &address),
    };
    let file = if path.ends_with('/') { format!("{path}index.html") } else { path };
    Some((file, fragment))
}

/// Whether an address is a path of the host, as a page has it that is shown at any path.
fn is_path(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

/// `https://a.example` of `https://a.example/l`.
fn host_of(base_url: &str) -> &str {
    let host = base_url.find("://").map_or(0, |at| at + 3);
    &base_url[..base_url[host..].find('/').map_or(base_url.len(), |at| host + at)]
}

fn hrefs(html: &str) -> Vec<String> {
    [attributes(html, "", "href"), attributes(html, "", "src")].concat()
}

/// A relative address seen from a file.
fn joined(from: &str, address: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if address.ends_with("..") || address.ends_with('.') {
        parts.push("");
    }
    parts.join("/")
}

#[test]
fn a_dead_link_is_told() {
    let site = tenantry_testkit::Workspace::from_text(
        "//- /a/index.html\n<a href=\"b/#x\"> <a href=\"b/#y\"> <img src=\"c.png\">\n\
         <a href=\"https://a.example/l/b/\"> <a href=\"https://a.example/other\"> <a href=\"mailto:a@b.example\">\n\
         //- /a/b/index.html\n<p id=\"x\"> <a href=\"..\"> <a href=\"../../a/\"> <a href=\"../../b/\">\n\
         //- /a/404.html\n<a href=\"/l/b/#x\"> <a href=\"/l/c\"> <a href=\"/other\">\n",
    );
    let (followed, dead) = follow(&Tree::read(&site), "a", "https://a.example/l/");
    assert_eq!(followed, 9);
    let expected = ["b/#y", "c.png", "../../b/", "/l/c"];
    let told = |href: &&str| dead.iter().any(|line| line.contains(&format!("links to `{href}`")));
    assert!(dead.len() == 4 && expected.iter().all(told), "{dead:?}");
}
