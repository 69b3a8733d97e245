//! Each format: its keys, what it says of the cookies of one tenant, and what it cannot say.

use serde_json::{Value, json};
use tenantry_core::content::escape;
use tenantry_testkit::Workspace;

use super::{BASE, MARKUP, config, hostile, losses, text, workspace};

/// Every cookie is in the export or among what it lost.
#[test]
fn fault_080_nothing_is_dropped_in_silence_and_nothing_ends_a_script() {
    let workspace = workspace();
    for format in ["klaro", "orejime", "tarteaucitron", "cookieconsent", "iab", "ocd", "csv", "json"] {
        let (text, lost) = (text(&workspace, format, &[]), losses(&workspace, format));
        for (id, mark) in [("own/sid", "sid"), ("google/ga", "_ga"), ("own/draft", "draft"), ("own/beacon", "b[0-9]")] {
            let is_told = lost.iter().any(|loss| loss.starts_with(&format!("{id}: ")));
            assert!(is_told || text.contains(mark), "{format}: {id} is neither in {text} nor in {lost:#?}");
        }
        let is_table = matches!(format, "csv" | "ocd");
        assert!(is_table || !text.contains("</script"), "{format}: {text}");
    }
}

/// Whatever the words are: in a script they end nothing, and a manager that writes them as HTML shows them as text.
#[test]
fn fault_080_no_word_is_markup() {
    let workspace = hostile();
    let script = |format: &str| {
        let text = text(&workspace, format, &[]);
        assert!(!text.contains('<'), "{format}: {text}");
        config(&text[text.find("= {").unwrap_or_default()..])
    };
    let title = format!("{MARKUP} ({MARKUP})");
    assert_eq!(script("klaro")["translations"]["en"]["google-analytics"]["title"], *title, "Klaro shows text");
    let service = script("orejime")["en"]["purposes"][1].clone();
    assert_eq!(service["title"], *title, "Orejime shows titles as text");
    assert_eq!(service["description"], format!("_ga / _ga_*: {}.", escape(MARKUP)), "and descriptions as HTML");
    let service = script("tarteaucitron")["services"][0].clone();
    for name in [&service["name"], &service["names"]["fr"], &service["names"]["en"]] {
        assert_eq!(*name, *escape(&title));
    }
    let config = script("cookieconsent");
    assert_eq!(config["categories"]["analytics"]["services"]["google-analytics"]["label"], *escape(&title));
    let section = &config["language"]["translations"]["en"]["preferencesModal"]["sections"][1];
    assert_eq!(section["title"], *escape(MARKUP));
    assert_eq!(section["cookieTable"]["body"][0]["purpose"], *escape(MARKUP));
    let head = section["cookieTable"]["headers"]["purpose"].as_str().unwrap_or_default();
    assert_eq!(head, MARKUP.replace('&', "&amp;").replace('<', "&lt;"), "heads stand in elements only");
}

#[test]
fn the_profile_decides_how_long_a_choice_is_kept() {
    let workspace = workspace();
    let days = |profile: &str| {
        let set = format!("profile=[\"{profile}\"]");
        let args = ["--set", set.as_str()];
        let read = |format: &str| config(&text(&workspace, format, &args));
        let orejime = text(&workspace, "orejime", &args);
        let orejime = config(&orejime[orejime.find("configs = ").unwrap_or_default()..]);
        let tarteaucitron = text(&workspace, "tarteaucitron", &args);
        let tarteaucitron = config(&tarteaucitron[tarteaucitron.find("config = ").unwrap_or_default()..]);
        [
            read("klaro")["cookieExpiresAfterDays"].clone(),
            orejime["fr"]["cookie"]["duration"].clone(),
            tarteaucitron["days"].clone(),
            read("cookieconsent")["cookie"]["expiresAfterDays"].clone(),
        ]
    };
    assert_eq!(days("fr"), [180, 180, 180, 180]);
    assert_eq!(days("it"), [184, 184, 184, 184]);
}

#[test]
fn a_revision_asks_again() {
    let workspace = workspace();
    let with = |format: &str| text(&workspace, format, &["--revision", "7"]);
    assert_eq!(config(&with("klaro"))["storageName"], "klaro-a-7");
    assert!(with("orejime").contains("\"name\": \"orejime-a-7\""));
    assert!(with("tarteaucitron").contains("\"cookieName\": \"tarteaucitron-a-7\""));
    let cookieconsent = config(&with("cookieconsent"));
    assert_eq!((&cookieconsent["revision"], &cookieconsent["cookie"]["name"]), (&7.into(), &"cc_a".into()));
}

/// The banner of a site's own pages and the export of its register ask about one version.
#[test]
fn the_revision_is_that_of_the_banner() {
    let workspace = workspace();
    workspace.add_text(
        "//- /themes/plain/theme.toml\nname = \"Plain\"\n[params.banner_revision]\ntype = \"choice\"\n\
         choices = [\"1\", \"2\"]\ndefault = \"1\"\n",
    );
    let storage = |args: &[&str]| config(&text(&workspace, "klaro", args))["storageName"].clone();
    assert_eq!(storage(&[]), "klaro-a-1");
    assert_eq!(storage(&["--set", "params.banner_revision=\"2\""]), "klaro-a-2");
    assert_eq!(storage(&["--set", "params.banner_revision=\"2\"", "--revision", "3"]), "klaro-a-3");
}

#[test]
fn klaro() {
    let workspace = workspace();
    let config = config(&text(&workspace, "klaro", &[]));
    let services = config["services"].as_array().cloned().unwrap_or_default();
    let service = |name: &str| services.iter().find(|it| it["name"] == name).cloned().unwrap_or_default();
    assert_eq!(service("own-necessary")["required"], true);
    let google = service("google-analytics");
    assert_eq!((&google["required"], &google["default"]), (&false.into(), &false.into()));
    assert_eq!(google["cookies"], json!([["_ga", "/", ".a.example"], ["^_ga_.*$", "/", ".a.example"]]));
    assert_eq!(config["translations"]["fr"]["privacyPolicyUrl"], "https://www.a.example/cookies/");
    assert_eq!(config["translations"]["en"]["privacyPolicyUrl"], "https://www.a.example/en/cookies/");
    assert_eq!(config["translations"]["en"]["google-analytics"]["title"], "Google (Analytics)");
    let lost = losses(&workspace, "klaro");
    assert!(lost.contains(&"google/ga: its duration".to_owned()), "{lost:#?}");
    assert!(lost.iter().any(|loss| loss.starts_with("own/draft: it is no cookie but local-storage")), "{lost:#?}");
}

#[test]
fn orejime() {
    let script = text(&workspace(), "orejime", &[]);
    let configs = config(&script[script.find("configs = ").unwrap_or_default()..]);
    let purposes = configs["en"]["purposes"].as_array().cloned().unwrap_or_default();
    let google = purposes.iter().find(|it| it["id"] == "google-analytics").cloned().unwrap_or_default();
    assert_eq!(google["cookies"], json!([["_ga", "/", ".a.example"], ["/^_ga_.*$/", "/", ".a.example"]]));
    assert_eq!((&google["isMandatory"], &google["isExempt"]), (&false.into(), &false.into()));
    assert_eq!(purposes[0]["isMandatory"], true);
    assert_eq!(configs["fr"]["privacyPolicyUrl"], "https://www.a.example/cookies/");
}

#[test]
fn tarteaucitron() {
    let workspace = workspace();
    let script = text(&workspace, "tarteaucitron", &[]);
    let config = config(&script[script.find("config = ").unwrap_or_default()..]);
    let keys: Vec<&Value> = config["services"].as_array().into_iter().flatten().map(|it| &it["key"]).collect();
    assert_eq!(keys, ["google_analytics", "own_functional", "own_marketing"]);
    assert_eq!(config["services"][0]["cookies"], json!(["_ga"]));
    let lost = losses(&workspace, "tarteaucitron");
    assert!(lost.iter().any(|loss| loss.starts_with("google/ga: the pattern ^_ga_.*$")), "{lost:#?}");
    assert!(lost.iter().any(|loss| loss.starts_with("own/sid: all of it")), "{lost:#?}");
}

#[test]
fn cookieconsent() {
    let script = text(&workspace(), "cookieconsent", &[]);
    let config = config(&script);
    let analytics = &config["categories"]["analytics"];
    let cleared = json!([
        { "name": "_ga", "path": "/", "domain": ".a.example" },
        { "name": "", "pattern": "^_ga_.*$", "path": "/", "domain": ".a.example" },
    ]);
    assert_eq!(analytics["autoClear"]["cookies"], cleared);
    assert_eq!(config["categories"]["necessary"], json!({ "enabled": true, "readOnly": true }));
    let sections = &config["language"]["translations"]["en"]["preferencesModal"]["sections"];
    let table = &sections[1]["cookieTable"];
    assert_eq!(
        table["headers"],
        json!({ "name": "Name", "provider": "Provider", "purpose": "Purpose", "duration": "Duration" })
    );
    assert_eq!(table["body"][0]["duration"], "13 months");
    assert!(script.ends_with("export default config;\n"), "{script}");
}

/// The keys of IAB's file and no others, `*` never alone, purpose 1 where consent is needed and nowhere else.
#[test]
fn iab() {
    let workspace = workspace();
    let file: Value = serde_json::from_str(&text(&workspace, "iab", &[])).unwrap();
    let keys = |value: &Value| value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&file), ["disclosures", "domains"]);
    let disclosures = file["disclosures"].as_array().cloned().unwrap_or_default();
    let known = [
        "identifier",
        "type",
        "maxAgeSeconds",
        "cookieRefresh",
        "domains",
        "purposes",
        "specialPurposes",
        "description",
        "optOut",
    ];
    for disclosure in &disclosures {
        let mut own = keys(disclosure);
        own.sort();
        let mut expected = known.map(str::to_owned);
        expected.sort();
        assert_eq!(own, expected);
        assert!(
            disclosure["identifier"].as_str().is_some_and(|name| !name.trim_matches('*').is_empty()),
            "{disclosure}"
        );
        let is_cookie = disclosure["type"] == "cookie";
        assert_eq!(disclosure["maxAgeSeconds"].is_null(), !is_cookie, "{disclosure}");
    }
    let names: Vec<&Value> = disclosures.iter().map(|it| &it["identifier"]).collect();
    assert_eq!(names, ["sid", "_ga", "_ga_*", "draft"]);
    assert_eq!((&disclosures[0]["maxAgeSeconds"], &disclosures[0]["purposes"]), (&0.into(), &json!([])));
    assert_eq!((&disclosures[1]["maxAgeSeconds"], &disclosures[1]["purposes"]), (&34_164_000.into(), &json!([1, 8])));
    assert_eq!((&disclosures[1]["cookieRefresh"], &disclosures[1]["optOut"]), (&true.into(), &true.into()));
    assert_eq!((&disclosures[3]["type"], &disclosures[3]["purposes"]), (&"web".into(), &json!([1])));
    let lost = losses(&workspace, "iab");
    assert!(lost.iter().any(|loss| loss.starts_with("own/beacon: all of it")), "{lost:#?}");
}

#[test]
fn rows_of_open_cookie_database() {
    let rows = text(&workspace(), "ocd", &[]);
    let rows: Vec<&str> = rows.split("\r\n").collect();
    assert!(rows[0].starts_with("\"ID\",\"Platform\",\"Category\",\"Cookie / Data Key name\""), "{}", rows[0]);
    assert!(rows[3].contains("\"Analytics\",\"_ga_\"") && rows[3].ends_with("\"1\""), "{}", rows[3]);
    assert!(rows[2].contains("\"https://policies.google.com/privacy\""), "{}", rows[2]);
}

#[test]
fn fault_079_a_table_is_safe_to_open() {
    let text = text(&workspace(), "csv", &[]);
    assert!(text.starts_with('\u{feff}') && text.contains("\"'=cmd|' /C calc'!A0\""), "{text}");
    assert_eq!(text.matches("\r\n").count(), 5);
}

#[test]
fn the_signal_file() {
    let file: Value = serde_json::from_str(&text(&workspace(), "gpc", &[])).unwrap();
    assert_eq!(file, json!({ "gpc": true, "lastUpdate": "2026-01-15" }));
}

fn in_place_of_english(tag: &str) -> String {
    let languages = BASE.replace("\"en\"", &format!("\"{tag}\""));
    languages.replace("cookies.en.md", &format!("cookies.{tag}.md")).replace("en = ", &format!("{tag} = "))
}

/// Klaro looks for all of a tag of three parts, in lower case, and has no words of its own for it.
#[test]
fn klaro_looks_for_a_tag_of_three_parts_as_a_whole() {
    for (tag, key, has_own) in
        [("zh-Hant-TW", "zh-hant-tw", false), ("zh-TW", "zh", true), ("de", "de", true), ("ar", "ar", false)]
    {
        let workspace = Workspace::with_theme(&in_place_of_english(tag));
        let words = config(&text(&workspace, "klaro", &[]))["translations"][key]["google-analytics"].clone();
        assert!(words.to_string().contains("Counts visits."), "{tag}: {words}");
        let loss = format!("-: the words of Klaro itself in {tag}: it has none for {key}");
        assert_eq!(losses(&workspace, "klaro").contains(&loss), !has_own, "{tag}");
    }
}

/// What a format does to some hosts, languages or patterns only is told as well.
#[test]
fn what_is_lost_in_part_is_told() {
    let regional = in_place_of_english("fr-CA");
    for (text, format, loss) in [
        (
            BASE.replace("[\".a.example\"]", "[\".a.example\", \".Other.example\"]"),
            "klaro",
            "google/ga: it is also set for .other.example, whose cookies a page of the site cannot clear",
        ),
        (
            BASE.replace("[\".a.example\"]", "[\".other.example\"]"),
            "cookieconsent",
            "google/ga: it is set for .other.example, whose cookies a page of the site cannot clear",
        ),
        (regional, "klaro", "-: the words in fr-CA: one language is known as fr"),
        (
            BASE.replace("{ prefix = \"_ga_\" }", "{ glob = \"_ga_?\" }"),
            "ocd",
            "google/ga: the pattern _ga_?: only beginnings of names are known",
        ),
    ] {
        let lost = losses(&Workspace::with_theme(&text), format);
        assert!(lost.contains(&loss.to_owned()), "{format}: {loss}: {lost:#?}");
    }
    let kept = text(&Workspace::with_theme(&BASE.replace("{ prefix = \"_ga_\" }", "{ glob = \"_ga_*\" }")), "ocd", &[]);
    assert!(kept.contains("\"_ga_\"") && kept.contains("\"_ga\""), "{kept}");
}

#[test]
fn the_register_is_that_of_the_site() {
    let workspace: Workspace = workspace();
    let exported = text(&workspace, "json", &[]);
    assert_eq!(crate::report::run(&workspace, &["build"]).code, 0);
    assert_eq!(exported, workspace.read("dist/a/cookies.json"));
    assert!(losses(&workspace, "json").is_empty());
}
