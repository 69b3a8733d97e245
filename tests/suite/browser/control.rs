//! Pages in which everything is wrong: each kind of fault is seen, so that its absence elsewhere means something.

use serde_json::{Value, json};
use tenantry_testkit::Workspace;

use super::{page, visit};

/// What a host is told: one folder without a policy, one with a lax one, one with a strict one, and a way elsewhere.
const SITE: &str = r##"
//- /control/_headers
# Lines of this kind are skipped.
/lax/*
  Content-Security-Policy: default-src * 'unsafe-inline' data:
  Set-Cookie: from-host=1
/strict/*
  Content-Security-Policy: default-src 'none'; style-src 'self'
//- /control/_redirects
/old/ /strict/ 301
//- /control/404.html
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Not found</title></head><body>
<a href="#content">Skip</a><main id="content" tabindex="-1"><h1>Not found</h1></main></body></html>
//- /control/lax/index.html
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Control</title></head><body>
<a href="#unshown" style="outline: none">One stop without a sign of the focus</a>
<a href="#never" tabindex="-1">Never a stop</a>
<main id="content" style="width: 2000px"><h1>Control</h1>
<img src="x.png"><img src="https://elsewhere.example/p.png" alt="Elsewhere">
<iframe src="data:text/html,<p>x</p>" title="Elsewhere"></iframe>
<p id="late">This moves.</p>
<p style="background: linear-gradient(#000, #fff)">No one can tell the contrast of this.</p>
</main>
<script>
console.log('control');
document.cookie = 'from-page=1';
localStorage.setItem('control', '1');
window.pwned = 1;
alert('control');
window.open('about:blank');
const moved = document.createElement('div');
moved.style.height = '300px';
setTimeout(() => document.querySelector('main').prepend(moved), 60);
</script>
<img src="late.png" alt="Keeps the page loading until it has moved">
</body></html>
//- /control/strict/index.html
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Control</title></head><body>
<a href="#content">Skip</a><main id="content" tabindex="-1"><h1>Control</h1>
<img src="https://elsewhere.example/p.png" alt="Elsewhere">
<script>window.pwned = 1;</script>
</main></body></html>
//- /control/bare/index.html
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Control</title></head><body>
<a href="#content">Skip</a><main id="content"><h1>Control</h1>
<button onfocus="setTimeout(() => this.focus())" onblur="this.focus()">Trap</button>
<a href="/old/">Beyond</a>
</main></body></html>
"##;

#[test]
fn every_kind_of_fault_is_seen() {
    let findings = visit_control(&["/lax/", "/strict/", "/bare/"]);
    for expected in [
        "lax/ axe: image-alt",
        "lax/ axe: color-contrast, not told",
        "lax/ console: log: control",
        "lax/ console: error: Failed to load resource",
        "lax/ cookie: from-host",
        "lax/ cookie: from-page",
        "lax/ dialog: alert: control",
        "lax/ keyboard: `<a href=\"#never\"",
        "lax/ keyboard: `<a href=\"#unshown\" style=\"outline: none\">",
        "lax/ keyboard: the skip link `#unshown` does not lead",
        "lax/ navigation: data:text/html",
        "lax/ overflow: the page is 20",
        "lax/ overflow: `<main id=\"content\"",
        "lax/ request: image https://elsewhere.example/p.png",
        "lax/ script: ",
        "lax/ shift: ",
        "lax/ storage: document.cookie from-page=1",
        "lax/ storage: localStorage control",
        "lax/ window: ",
        "strict/ csp: img-src",
        "strict/ csp: script-src",
        "strict/ console: error: ",
        "bare/ headers: there is no Content-Security-Policy",
        "bare/ keyboard: `<a href=\"/old/\">Beyond</a>` is not reached",
    ] {
        assert!(findings.iter().any(|line| line.starts_with(expected)), "no `{expected}` in\n{}", findings.join("\n"));
    }
    assert!(!findings.iter().any(|line| line.starts_with("strict/ script")), "{findings:#?}");
    assert!(!findings.iter().any(|line| line.starts_with("strict/ keyboard")), "{findings:#?}");
}

#[test]
fn the_host_obeys_the_files_that_it_does_not_show() {
    let findings = visit_control(&["/old/", "/_headers", "/_redirects", "/../control/_headers", "/nothing/"]);
    let statuses: Vec<&String> = findings.iter().filter(|line| line.contains(" status: ")).collect();
    assert!(statuses.len() == 4 && statuses.iter().all(|line| line.ends_with("404 instead of 200")), "{statuses:#?}");
    let site = Workspace::from_text(SITE);
    let mut lost = control_page(&site, "/strict/nothing/");
    lost["status"] = json!(404);
    assert_eq!(visit(&[lost], &["320 light"]), [""; 0]);
}

/// Visits paths of the site at 320 px, in the light; lines begin with the path.
#[track_caller]
fn visit_control(paths: &[&str]) -> Vec<String> {
    let site = Workspace::from_text(SITE);
    let pages: Vec<_> = paths.iter().map(|path| control_page(&site, path)).collect();
    visit(&pages, &["320 light"]).into_iter().map(|line| line.replacen(" [320 light]", "", 1)).collect()
}

fn control_page(site: &Workspace, path: &str) -> Value {
    let mut page = page(&site.at("control"), "/", path);
    page["name"] = json!(path.trim_start_matches('/'));
    page
}
