//! The exports for consent managers in the managers themselves, in a copy of each tenant's built site.
//!
//! Every cookie of the five tenants is shown by each manager or named among what its export lost; what is accepted is
//! kept as long as the profile says, and what is refused is cleared.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tenantry_testkit::browser::PACKAGES;
use tenantry_testkit::{Program, Workspace};

use super::{browser, five_tenants, line};
use crate::exports;
use crate::report;
use crate::repository::root;

const FIVE: [&str; 5] = ["alittlemarket", "ardennemetropole", "artisanat", "datajoule", "inmemori"];

/// A manager: its files in its package, and how a page loads it and its configuration.
struct Manager {
    name: &'static str,
    package: &'static str,
    files: &'static [&'static str],
    head: &'static str,
    /// Where it keeps the choice of a tenant.
    cookie: &'static str,
    /// Whether it styles its own elements inline, which a strict policy refuses.
    styles_inline: bool,
}

const MANAGERS: [Manager; 4] = [
    Manager {
        name: "klaro",
        package: "klaro/dist",
        files: &["klaro-no-css.js", "klaro.css"],
        head: "<link rel=\"stylesheet\" href=\"klaro.css\"><script src=\"klaro-config.js\"></script>\
               <script defer src=\"klaro-no-css.js\"></script>",
        cookie: "klaro-{tenant}-1",
        styles_inline: false,
    },
    Manager {
        name: "orejime",
        package: "orejime/dist",
        files: &["orejime-standard-fr.js", "orejime-standard.css"],
        head: "<link rel=\"stylesheet\" href=\"orejime-standard.css\"><script src=\"orejime-config.js\"></script>\
               <script defer src=\"orejime-standard-fr.js\"></script>",
        cookie: "orejime-{tenant}-1",
        styles_inline: false,
    },
    Manager {
        name: "tarteaucitron",
        package: "tarteaucitronjs",
        files: &["tarteaucitron.js", "tarteaucitron.services.js", "lang/tarteaucitron.fr.js", "css/tarteaucitron.css"],
        head: "<script src=\"tarteaucitron.js\"></script><script src=\"tarteaucitron-config.js\"></script>",
        cookie: "tarteaucitron-{tenant}-1",
        styles_inline: true,
    },
    Manager {
        name: "cookieconsent",
        package: "vanilla-cookieconsent/dist",
        files: &["cookieconsent.umd.js", "cookieconsent.css"],
        head: "<link rel=\"stylesheet\" href=\"cookieconsent.css\"><script src=\"cookieconsent.umd.js\"></script>\
               <script type=\"module\" src=\"start.js\"></script>",
        cookie: "cc_{tenant}",
        styles_inline: false,
    },
];

#[test]
fn every_manager_shows_keeps_and_clears_what_its_export_says() {
    let built = five_tenants();
    let sites = (root(), &built);
    let pages: Vec<Value> =
        MANAGERS.iter().flat_map(|manager| FIVE.map(|tenant| prepare(sites, manager, tenant))).collect();
    assert_eq!(pages.len(), 20);
    expect_nothing(&pages);
}

/// Words of a register are shown, and never run.
#[test]
fn every_manager_shows_markup_as_text() {
    let workspace = exports::hostile();
    let built = report::run(&workspace, &["build"]);
    assert_eq!(built.code, 0, "{}", built.transcript());
    let pages = MANAGERS.map(|manager| {
        let mut page = prepare((workspace.path(), &workspace), &manager, "a");
        page["shows"] = json!([exports::MARKUP]);
        // They are set for a host that the browser is not at.
        page["clears"] = json!([]);
        page
    });
    expect_nothing(&pages);
}

#[track_caller]
fn expect_nothing(pages: &[Value]) {
    let job = json!({ "task": "consent", "pages": pages });
    let outcome = browser().run(&job.to_string());
    let Ok(Value::Array(findings)) = serde_json::from_str(&outcome.stdout) else {
        panic!("the browser failed: {}", outcome.transcript());
    };
    let findings: Vec<String> = findings.iter().map(line).collect();
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
}

/// The option of the theme: the banner of a site's own pages, from the workspace's own files, under the site's own policy.
#[test]
fn the_banner_of_the_theme_says_what_the_policy_says() {
    let built = five_tenants();
    let workspace = Workspace::empty();
    for folder in ["sites", "themes"] {
        copy(&root().join(folder), &workspace.at(folder));
    }
    let banner = &MANAGERS[3];
    let package = root().join(PACKAGES).join("node_modules").join(banner.package);
    for file in banner.files {
        workspace.write_bytes(&format!("sites/static/consent/{file}"), &fs::read(package.join(file)).unwrap());
    }
    let set = ["--set", "params.banner=cookieconsent", "--set", "params.manage_cookies=#consent"];
    let outcome = report::run(&workspace, &[&["build"][..], &set].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.transcript());
    assert!(workspace.read("dist/inmemori/_headers").contains("script-src 'self';"));
    let pages = FIVE.map(|tenant| {
        let mut page = prepare((root(), &built), banner, tenant);
        page["folder"] = json!(workspace.at(&format!("dist/{tenant}")));
        page["path"] = json!("/cookies/");
        page
    });
    expect_nothing(&pages);
}

/// A copy of a tenant's site with a manager in a page of its own, and what is expected of it.
#[track_caller]
fn prepare((sources, built): (&Path, &Workspace), manager: &Manager, tenant: &str) -> Value {
    let exported = export(sources, manager.name, tenant);
    let losses = exported["losses"].as_array().cloned().unwrap_or_default();
    let register: Value = serde_json::from_str(text_of(&export(sources, "json", tenant))).unwrap();
    let folder = built.at(&format!("{}/{tenant}", manager.name));
    copy(&built.at(&format!("dist/{tenant}")), &folder);
    write_page(&folder, manager, text_of(&exported));
    let cookies = register["register"]["cookies"].as_array().cloned().unwrap_or_default();
    let is_lost = |cookie: &Value, words: &str| {
        let fits = |loss: &Value| {
            loss["cookie"] == cookie["id"] && loss["what"].as_str().is_some_and(|what| what.contains(words))
        };
        losses.iter().any(fits)
    };
    let asks = |cookie: &Value| !matches!(cookie["category"]["is"].as_str(), Some("necessary" | "security"));
    let hidden = |cookie: &Value| manager.name == "tarteaucitron" && is_lost(cookie, "");
    let shown = cookies.iter().filter(|cookie| !hidden(cookie)).flat_map(names_or_hosts);
    let cleared = cookies.iter().filter(|cookie| asks(cookie) && !is_lost(cookie, "not cleared")).flat_map(exact_names);
    let kept = cookies.iter().filter(|cookie| !asks(cookie)).flat_map(exact_names);
    json!({
        "folder": folder, "base": "/", "path": "/consent/", "name": format!("{}/{tenant}", manager.name),
        "manager": manager.name, "shows": shown.collect::<Vec<_>>(), "asks": cookies.iter().any(asks),
        "cookie": manager.cookie.replace("{tenant}", tenant), "days": 180,
        "clears": cleared.collect::<Vec<_>>(), "keeps": kept.collect::<Vec<_>>(),
    })
}

#[track_caller]
fn export(sources: &Path, format: &str, tenant: &str) -> Value {
    let args = ["export", format, tenant, "--format", "json", "--workspace"];
    let outcome = Program::new().args(args).args([sources]).run();
    assert_eq!(outcome.code, 0, "{}", outcome.transcript());
    report::json(&outcome)
}

fn text_of(exported: &Value) -> &str {
    exported["files"][0]["text"].as_str().unwrap_or_default()
}

fn exact_names(cookie: &Value) -> Vec<String> {
    let names = cookie["names"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> = names.iter().filter_map(|name| name["exact"].as_str()).map(str::to_owned).collect();
    names.dedup();
    names
}

fn names_or_hosts(cookie: &Value) -> Vec<String> {
    let hosts = cookie["hosts"].as_array().cloned().unwrap_or_default();
    let hosts = hosts.iter().filter_map(Value::as_str).map(str::to_owned);
    let names = exact_names(cookie);
    if names.is_empty() { hosts.collect() } else { names }
}

/// The page of a manager, below a policy under which scripts of the own site run, and nothing else does.
#[track_caller]
fn write_page(folder: &Path, manager: &Manager, config: &str) {
    let headers = fs::read_to_string(folder.join("_headers")).unwrap();
    let mut headers = headers.replace("script-src 'none'", "script-src 'self'");
    if manager.styles_inline {
        headers = headers.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    }
    fs::write(folder.join("_headers"), headers).unwrap();
    let own = folder.join("consent");
    let packages: PathBuf = root().join(PACKAGES).join("node_modules").join(manager.package);
    for file in manager.files {
        let target = own.join(file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(packages.join(file), &target).unwrap_or_else(|error| panic!("{file}: {error}: run test-tools"));
    }
    fs::write(own.join(format!("{}-config.js", manager.name)), config).unwrap();
    fs::write(own.join("start.js"), "import config from './cookieconsent-config.js';\nCookieConsent.run(config);\n")
        .unwrap();
    let html = format!(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>{0}</title>{1}<body><h1>{0}</h1></body></html>",
        manager.name, manager.head
    );
    fs::write(own.join("index.html"), html).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
