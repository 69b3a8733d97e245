//! The workspace that ships with the repository: five sites made from five published cookie policies.
//!
//! Every row of the documents stands in the pages, and the pages are whole: links lead somewhere, nothing is loaded
//! from elsewhere, nobody's words are in a neighbour's site. The format of a workspace is not tested here.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

use crate::html::{attribute, attributes, elements, plain, tables};
use crate::links;
use crate::report::json;
use crate::repository::root;

const FIVE: [Published; 5] = [
    Published {
        tenant: "alittlemarket",
        base_url: "https://www.alittlemarket.com",
        languages: &["fr"],
        labels: &[&["Objectif", "Nom", "Emplacement d'utilisation", "Utilisation spécifique"]],
        rows: MARKET,
    },
    Published {
        tenant: "inmemori",
        base_url: "https://www.inmemori.com",
        languages: &["fr"],
        labels: &[&["Nom du cookie", "Type", "Finalité", "Durée de conservation"], THIRD, THIRD],
        rows: MEMORI,
    },
    Published {
        tenant: "artisanat",
        base_url: "https://data.artisanat.fr",
        languages: &["fr", "en"],
        labels: &[PORTAL_LABELS],
        rows: PORTAL,
    },
    Published {
        tenant: "datajoule",
        base_url: "https://app.datajoule.fr",
        languages: &["fr", "en"],
        labels: &[PORTAL_LABELS],
        rows: PORTAL,
    },
    Published {
        tenant: "ardennemetropole",
        base_url: "https://ardennemetropole.opendatasoft.com",
        languages: &["fr", "en"],
        labels: &[PORTAL_LABELS],
        rows: ARDENNE,
    },
];

const THIRD: &[&str] = &["Domaine", "Type", "Finalité", "En savoir plus"];

/// The documents say "Nom du cookies", a fault that the boilerplate mends.
const PORTAL_LABELS: &[&str] = &["Nom du prestataire", "Service et emplacement", "Nom du cookie", "Finalités"];

#[rustfmt::skip]
const MARKET: &[&[&str]] = &[
    &["Fonctionnalité", "alm_pseudo", "Tout le site", "Stocke le pseudo de l'utilisateur connecté."],
    &["Analyse", "kameleoonVisitorIdentifier", "", "Stocke un id permettant de réaliser un A/B testing sur le site, \
        afin de comparer le comportement des visiteurs."],
    &["Analyse", "_utmz", "Tout le site", "Stocke des données d'analyse qui nous permettent de savoir comment les \
        visiteurs ont atteint notre site."],
    &["Strictement nécessaire", "sessid", "Tout le site", "Conserve vos informations de session lorsque vous êtes \
        connecté au site."],
];

#[rustfmt::skip]
const MEMORI: &[&[&str]] = &[
    &["im_web_jwt", "Fonctionnement", "Mémoriser l'identifiant unique associé à votre jeton de connexion", "30 jours"],
    &["im_web_fprint", "Fonctionnement", "Mémoriser un jeton de connexion unique pour chaque connexion depuis un \
        nouvel appareil", "13 mois"],
    &["im_lang", "Fonctionnement", "Mémoriser vos préférences de langue d'affichage du site inmemori", "Session"],
    &["im_web_cookie", "Fonctionnement", "Mémoriser la fermeture du bandeau d'information sur l'usage des cookies \
        lorsque vous vous connectez une première fois sur l'espace inmemori", "13 mois"],
    &["cookie_validation", "Fonctionnement", "Mémoriser la fermeture du bandeau d'information sur l'usage des cookies \
        lorsque vous vous connectez une première fois sur le site inmemori.com", "365 jours"],
    &[".stripe.com", "Paiement en ligne", "Offrir un service de paiement sécurisé de bout en bout", "13 mois"],
    &["im_mkt_tracking", "Analytique", "Mémoriser les pages consultées sur le site marketing inmemori.com afin de \
        connaître l'origine de l'utilisateur au moment de la création d'un espace inmemori",
        "Durée de conservation : 1 jour"],
    &["_utma / _utmz / _utmz", "Analytique", "Identifier par quel canal l'espace a été créé depuis Google",
        "Durée de conservation : 13 mois"],
    &[".amplitude.com", "Analytique", "Comptabiliser les visites et analyser les sessions utilisateurs",
        "amplitude.com/privacy"],
    &[".google.com", "Statistique", "Analyser l'audience de manière anonymisée et améliorer l'expérience utilisateur \
        en continu", "https://policies.google.com/technologies/cookies?hl=en-US"],
    &[".segment.com", "Statistique", "Comptabiliser les visites et analyser les sessions utilisateurs",
        "segment.com/docs"],
    &[".facebook.com", "Social", "Analyse de réseau social et publicité", "facebook.com/policies"],
    &[".cloudinary.com", "Statistique", "Analyser les comportements des utilisateurs relatifs aux images déposées sur \
        inmemori", "https://cloudinary.com/privacy"],
    &[".helpscout.com", "Assistance", "Offrir une assistance aux utilisateurs via un chat, email ou téléphone",
        "https://www.helpscout.com/company/legal/privacy/"],
    &[".customer.io", "Communication", "Offrir une assistance personnalisée aux utilisateurs en les guidant sur le \
        site en fonction de leurs actions", "https://customer.io/legal/privacy-policy/"],
];

const SIGN_IN: &[&str] = &[
    "Opendatasoft",
    "Authentification (front et back office)",
    "sessionid",
    "Se souvenir de l'utilisateur d'une page à une autre.",
];

const LANGUAGE: &[&str] = &[
    "Opendatasoft",
    "Sélection de la langue (front et back office)",
    "django_language",
    "Se souvenir de la langue du visiteur",
];

const API: &[&str] =
    &["Opendatasoft", "API (CSRF) (front et back office)", "csrftoken", "Récupérer des données via des appels API"];

const CHOICE: &[&str] = &[
    "Opendatasoft",
    "Choix concernant vos préférences sur les cookies",
    "cookies_preferences",
    "Se souvenir du choix opéré par le visiteur concernant les cookies",
];

const OWN_CHOICE: &[&str] = &[
    "Opendatasoft",
    "Choix concernant vos préférences sur les cookies",
    "cookies_preferences",
    "Permet de se souvenir du choix opéré par le visiteur concernant les cookies",
];

const PORTAL: &[&[&str]] = &[SIGN_IN, LANGUAGE, API, CHOICE];

const ARDENNE: &[&[&str]] = &[SIGN_IN, LANGUAGE, API, OWN_CHOICE];

/// One of the five, as its document has it.
struct Published {
    tenant: &'static str,
    base_url: &'static str,
    languages: &'static [&'static str],
    /// The labels of its tables, table by table; a portal may show more.
    labels: &'static [&'static [&'static str]],
    /// The cells of all its rows, in order.
    rows: &'static [&'static [&'static str]],
}

#[test]
fn every_row_of_the_documents_stands_in_its_page() {
    let built = Built::new();
    for site in &FIVE {
        let page = built.french_page(site, "cookies");
        let tables = tables(built.tree.text(&page), cell);
        let rows: Vec<&Vec<String>> = tables.iter().flat_map(|table| &table.rows).collect();
        assert_eq!(rows.len(), site.rows.len(), "rows of {}", site.tenant);
        for (row, expected) in rows.iter().zip(site.rows) {
            assert_eq!(row[..expected.len()], **expected, "{}", site.tenant);
        }
    }
    assert_eq!(FIVE.iter().map(|site| site.rows.len()).sum::<usize>(), 31);
}

#[test]
fn tables_have_the_columns_of_the_documents() {
    let built = Built::new();
    for site in &FIVE {
        let tables = tables(built.tree.text(&built.french_page(site, "cookies")), cell);
        assert_eq!(tables.len(), site.labels.len(), "tables of {}", site.tenant);
        for (table, expected) in tables.iter().zip(site.labels) {
            assert_eq!(table.labels[..expected.len()], **expected, "{}", site.tenant);
            assert!(!table.caption.is_empty(), "a table of {} has no caption", site.tenant);
        }
    }
}

/// The documents themselves are no part of the repository: where they lie beside it, the tables are read out of them.
#[test]
fn the_documents_say_the_same_as_the_pages() {
    let folder = root().join("../shared/documents");
    if !folder.is_dir() {
        println!("skipped: there is no `shared/documents` beside the repository");
        return;
    }
    let built = Built::new();
    let mut compared = 0;
    for site in &FIVE {
        let path = folder.join(format!("{}.fr.txt", site.tenant));
        let document = fs::read_to_string(&path).unwrap_or_default();
        let expected = rows_of_document(&document);
        let tables = tables(built.tree.text(&built.french_page(site, "cookies")), cell);
        let rows: Vec<&Vec<String>> = tables.iter().flat_map(|table| &table.rows).collect();
        assert_eq!(rows.len(), expected.len(), "rows of `{}`", path.display());
        for (row, expected) in rows.iter().zip(&expected) {
            assert_eq!(row[..expected.len()], **expected, "{}", site.tenant);
            compared += 1;
        }
    }
    assert_eq!(compared, 31);
}

#[test]
fn every_page_exists_in_every_language() {
    let built = Built::new();
    for site in &FIVE {
        for page in ["index", "cookies", "legal-notice", "privacy", "accessibility"] {
            for lang in site.languages {
                let path = built.page(site, page, lang);
                let html = built.tree.text(&path);
                assert_eq!(attributes(html, "html", "lang"), [*lang], "{path}");
                assert!(built.tree.bytes(&path.replace("index.html", "fragment.html")).is_some(), "{path}");
            }
        }
    }
}

#[test]
fn every_link_within_a_site_leads_somewhere() {
    let built = Built::new();
    let mut followed = 0;
    for site in &FIVE {
        let (own, dead) = links::follow(&built.tree, site.tenant, site.base_url);
        assert_eq!(dead, [""; 0]);
        followed += own;
    }
    assert!(followed > 500, "{followed} links only");
}

#[test]
fn an_id_stands_once_in_a_page_and_is_there_when_named() {
    let built = Built::new();
    for site in &FIVE {
        for (path, html) in built.documents(site) {
            let ids = attributes(html, "", "id");
            let distinct: BTreeSet<&String> = ids.iter().collect();
            assert_eq!(ids.len(), distinct.len(), "{path}: {ids:?}");
            for named in attributes(html, "", "aria-labelledby") {
                assert!(ids.contains(&named), "`{path}` has a region named by `{named}`, which is not there");
            }
        }
    }
}

#[test]
fn no_site_holds_a_word_of_another() {
    let built = Built::new();
    let marks = [
        ("alittlemarket", "alittlemarket.com"),
        ("alittlemarket", "alittlemercerie.com"),
        ("alittlemarket", "alittleepicierie.com"),
        ("alittlemarket", "alittlemarket"),
        ("inmemori", "inmemori"),
        ("artisanat", "data.artisanat.fr"),
        ("datajoule", "datajoule"),
        ("ardennemetropole", "ardennemetropole"),
        ("ardennemetropole", "ardenne métropole"),
    ];
    for (path, entry) in &built.tree.entries {
        let text = format!("{path}\n{}", String::from_utf8_lossy(&entry.bytes)).to_lowercase();
        let tenant = path.split('/').next().unwrap_or_default();
        for (owner, mark) in marks {
            assert!(tenant == owner || !text.contains(mark), "`{path}` holds `{mark}`, which is of {owner}");
        }
    }
    for (owner, mark) in marks {
        let seen = |(path, entry): (&String, &tenantry_testkit::Entry)| {
            path.starts_with(owner) && String::from_utf8_lossy(&entry.bytes).to_lowercase().contains(mark)
        };
        assert!(built.tree.entries.iter().any(seen), "`{mark}` is nowhere, so looking for it proves nothing");
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let built = Built::new();
    for (path, entry) in &built.tree.entries {
        let text = String::from_utf8_lossy(&entry.bytes);
        for forbidden in ["<script", "<iframe", "<base", "http-equiv", "@import", "preconnect", "document.cookie"] {
            assert!(!text.contains(forbidden), "`{path}` holds `{forbidden}`");
        }
        for address in loaded(&text) {
            let outside = address.contains("://") || address.starts_with("//") || address.starts_with("data:");
            assert!(!outside, "`{path}` loads `{address}`");
        }
        for attribute in ["style", "onclick", "onload", "onerror", "srcset"] {
            assert!(attributes(&text, "", attribute).is_empty() || path.ends_with(".svg"), "`{path}`: {attribute}");
        }
    }
    let page = built.tree.text(&built.french_page(&FIVE[2], "cookies"));
    assert!(loaded(page).len() >= 3, "style sheets and a logo: {:?}", loaded(page));
}

#[test]
fn headings_descend_step_by_step() {
    let built = Built::new();
    for site in &FIVE {
        for (path, html) in built.documents(site) {
            let levels = heading_levels(html);
            let whole = !path.ends_with("fragment.html");
            let first = levels.iter().filter(|level| **level == 1).count();
            assert_eq!(first, usize::from(whole), "`{path}`: {levels:?}");
            let before = if whole { 0 } else { 1 };
            let steps = std::iter::once(&before).chain(&levels).zip(&levels);
            for (above, level) in steps {
                assert!(*level <= above + 1, "`{path}` skips a level: {levels:?}");
            }
            assert!(!whole || attributes(html, "html", "lang").len() == 1, "`{path}` names no language");
        }
    }
}

#[test]
fn the_workspace_has_no_warnings() {
    let outcome = run(["check", "--format", "json", "--deny", "warnings"]);
    let report = json(&outcome);
    assert_eq!(outcome.code, 0, "{}", outcome.stdout);
    assert_eq!(report["findings"], Value::Array(Vec::new()), "{}", outcome.stdout);
    assert_eq!(report["summary"]["tenants"], 5);
}

/// The output of the five.
struct Built {
    tree: Tree,
}

impl Built {
    fn new() -> Self {
        let folder = Workspace::empty();
        let out = folder.at("dist");
        let outcome = run(["build", "--out", &out.display().to_string()]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        Self { tree: Tree::read(out) }
    }

    /// Where a page is: `explain` tells it by the name of its document.
    fn page(&self, site: &Published, page: &str, lang: &str) -> String {
        let outcome = run(["explain", site.tenant, page, "--format", "json"]);
        let report = json(&outcome);
        let document = format!("/content/{page}.{lang}.md");
        let values = report["groups"][0]["values"].as_array().into_iter().flatten();
        let mut addresses = values.filter(|value| value["file"].as_str().is_some_and(|file| file.ends_with(&document)));
        let address = addresses.next().and_then(|value| value["key"].as_str()).unwrap_or_default();
        assert!(!address.is_empty(), "`{}` has no page `{page}` in `{lang}`: {}", site.tenant, outcome.stdout);
        let path = format!("{}{address}index.html", site.tenant);
        assert!(self.tree.bytes(&path).is_some(), "`{path}` is not in the output");
        path
    }

    fn french_page(&self, site: &Published, page: &str) -> String {
        self.page(site, page, "fr")
    }

    /// Pages and fragments of a site.
    fn documents(&self, site: &Published) -> Vec<(String, &str)> {
        let folder = format!("{}/", site.tenant);
        let paths = self.tree.paths().into_iter();
        let own = paths.filter(|path| path.starts_with(&folder) && path.ends_with(".html"));
        own.map(|path| (path.to_owned(), self.tree.text(path))).collect()
    }
}

fn run<const N: usize>(args: [&str; N]) -> Outcome {
    Program::new().args(args).args(["--workspace".as_ref(), root().as_os_str()]).run()
}

/// The rows of all tables of a document: cells between tabs, less header rows and rules. A table begins with the first
/// row after a line of prose; blank lines do not end it.
fn rows_of_document(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut in_table) = (Vec::new(), false);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let cells: Vec<String> = line.split('\t').map(|cell| cell.trim().to_owned()).collect();
        let rule = line.chars().all(|c| matches!(c, '-' | '|' | '\t' | ' '));
        match (cells.len() > 1, in_table) {
            (true, true) if !rule => rows.push(cells),
            (true, false) => in_table = true,
            (false, _) if !rule => in_table = false,
            _ => {}
        }
    }
    rows
}

/// The text of a cell, identifiers joined as the documents join them.
fn cell(html: &str) -> String {
    let names: Vec<String> = elements(html, &["code"]).into_iter().map(plain).collect();
    if names.is_empty() { plain(html) } else { names.join(" / ") }
}

/// The addresses of `<link rel=…>` of one kind.
fn links_of(html: &str, rel: &str) -> Vec<String> {
    let tags = html.split("<link ").skip(1).map(|piece| format!(" {}", piece.split('>').next().unwrap_or_default()));
    let wanted = tags.filter(|tag| attribute(tag, "rel").as_deref() == Some(rel));
    wanted.filter_map(|tag| attribute(&tag, "href")).collect()
}

/// Addresses that a browser fetches by itself.
fn loaded(text: &str) -> Vec<String> {
    let mut found = [attributes(text, "", "src"), links_of(text, "stylesheet"), links_of(text, "icon")].concat();
    let urls = text.split("url(").skip(1).map(|piece| piece.split(')').next().unwrap_or_default());
    found.extend(urls.map(|url| url.trim_matches(['"', '\'']).to_owned()));
    found
}

fn heading_levels(html: &str) -> Vec<u32> {
    let tags = html.split("<h").skip(1);
    let digits = tags.filter(|piece| piece[1..].starts_with([' ', '>']));
    digits.filter_map(|piece| piece.chars().next()?.to_digit(10)).collect()
}
