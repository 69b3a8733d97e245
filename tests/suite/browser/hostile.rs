//! Rows 64 to 69 and 74 to 78 of the catalogue of faults, and odd names: what untrusted tenants put into their pages.
//!
//! Each tenant either fails with an error of its own or has pages that stand: nothing runs, loads or moves the layout.
//! Which of the two, and with what words, is tested in `faults_content`. Whether hostile text reads well is not asked:
//! an empty link of a tenant's is the tenant's.

use tenantry_testkit::Workspace;

use super::{arabic, page, visit};
use crate::faults_content::{MARKUP, REMOTE_IMAGES, RUN_CODE, UNREACHABLE};
use crate::report::{Report, build};

/// What the tenants share: the pages of all, and an image.
const SHARED: &str = r#"
//- /sites/group.toml
theme = "charter"
languages = ["fr"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Les pages de {{ tenant.name }}, sur {{ site.base_url }}.

## Chez {{ tenant.name }} {#chez}

| {{ tenant.name }} | Page |
| --- | --- |
| {{ tenant.name }} | [Page de {{ tenant.name }}](page:page) |
//- /sites/content/page.fr.md
+++
title = "Page de {{ tenant.name }}"
nav = 1
+++
Texte.
//- /sites/static/logo.svg
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>
"#;

/// Markup that says by itself that it ran.
const RUNS: &str = "<img src=x onerror=window.pwned=1>";

/// The same where markup is text.
const ESCAPED: &str = r#""\>\<script\>window.pwned=1\</script\>\<img src=x onerror=window.pwned=1\>"#;

/// A register whose every word is hostile, or long.
const REGISTER: &str = r#"provider.a.name = "HOSTILE"
category.x = { is = "analytics", label = "HOSTILE" }
[cookie.a.b]
names = ["HOSTILE", "LONG"]
category = "x"
link = "javascript:window.pwned=1"
opt_out = "HOSTILE"
service = "LONG"
location = "a | b\n`c` **d** {{7*7}}</td><td>"
cell.purpose = "HOSTILE"
duration.raw = "HOSTILE LONG"
[table.t]
title = "HOSTILE LONG"
intro = "HOSTILE"
label.name = "HOSTILE LONG"
rows = ["a/b"]
columns = ["name", "provider", "category", "purpose", "service", "location", "duration", "link", "opt_out"]
"#;

#[test]
fn nothing_that_a_tenant_writes_runs_loads_or_moves_the_layout() {
    let hostile = Hostile::new();
    hostile.add_addresses();
    hostile.add_markup();
    hostile.add_words();
    hostile.add_register();
    hostile.stands(&["markup", "part", "fence", "words", "literal", "turned", "register"]);
}

#[test]
fn a_page_stands_whatever_the_name_of_its_tenant() {
    let hostile = Hostile::new();
    let names = [
        ("long", "Intercommunalité".repeat(19)[..300].to_owned()),
        ("wordy", "Ville de ".repeat(34)[..300].trim_end().to_owned()),
        ("arabic", "بلدية القصر (2026) - 12 شارع النيل".to_owned()),
        ("markup", RUNS.to_owned()),
        ("script", "\"><script>window.pwned=1</script>".to_owned()),
        ("braces", "{{ 7 * 7 }}{% include \"/etc/passwd\" %}".to_owned()),
        ("turned", "Ville\u{202e} de Lille\u{2066}".to_owned()),
    ];
    for (id, name) in &names {
        hostile.tenant(id, name);
    }
    hostile.stands(&["arabic"]);
}

/// A workspace of hostile tenants.
struct Hostile {
    workspace: Workspace,
}

impl Hostile {
    fn new() -> Self {
        let workspace = arabic::with_charter();
        workspace.add_text(SHARED);
        Self { workspace }
    }

    fn tenant(&self, id: &str, name: &str) {
        let name = toml::Value::String(name.to_owned());
        let settings = format!("name = {name}\nbase_url = \"https://{id}.example.org\"\n");
        self.workspace.write(&format!("sites/{id}/site.toml"), &settings);
    }

    /// A tenant whose page has this text.
    fn page(&self, id: &str, text: &str) {
        self.tenant(id, id);
        let title = toml::Value::String(format!("Page \"><script>window.pwned=1</script>{RUNS}"));
        let page = format!("+++\ntitle = {title}\nnav = 1\n+++\n{text}\n");
        self.workspace.write(&format!("sites/{id}/content/page.fr.md"), &page);
    }

    /// Rows 64, 76 and 77: a tenant for each address, since one error would hide the next.
    fn add_addresses(&self) {
        for (index, address) in RUN_CODE.iter().chain(UNREACHABLE).enumerate() {
            self.page(&format!("link-{index}"), &format!("Un [lien]({address}) et ![image]({address})."));
        }
        for (index, image) in REMOTE_IMAGES.iter().enumerate() {
            self.page(&format!("image-{index}"), &format!("Une ![image]({image})."));
        }
        self.page("sheet", "Texte.");
        let css = "@import url(https://evil.example/x.css);\nbody { background: url(//evil.example/p.png) }\n";
        self.workspace.write("sites/sheet/static/own.css", css);
    }

    /// Rows 65, 66, 68 and 69.
    fn add_markup(&self) {
        let all: String =
            MARKUP.iter().map(|(markup, _)| format!("Avant.\n\n{markup}\n\nDans {markup}.\n\n")).collect();
        self.page("markup", &format!("{all}{RUNS}\n\n| A {RUNS} |\n| --- |\n| b {RUNS} |"));
        self.page("part", "{{ include(\"part\") }}");
        self.workspace.write("sites/part/content/_parts/part.fr.md", &all);
        self.page("fence", &format!("```a\"><script>window.pwned=1</script>\n{RUNS}\n```\n\n```&quot;>{RUNS}\nx\n```"));
        for (id, text) in [
            ("quotes", ">".repeat(50_000)),
            ("lists", "- ".repeat(10_000) + "x"),
            ("emphasis", "*a ".repeat(10_000) + &"b* ".repeat(10_000)),
            ("links", "[".repeat(10_000) + &"](https://a.example)".repeat(10_000)),
        ] {
            self.page(id, &text);
        }
    }

    /// Rows 67, 74 and 75, and words without end in every place.
    fn add_words(&self) {
        let long = "Donaudampfschifffahrt".repeat(15);
        self.page(
            "words",
            &format!(
                "## Titre {ESCAPED} {long}\n\n![alt {ESCAPED}](/logo.svg \"titre {ESCAPED}\") {long}\n\n\
                 | {ESCAPED} {long} | B |\n| --- | --- |\n| {long} | {ESCAPED} |\n\n\
                 [{long}](https://a.example/{long} \"titre {ESCAPED}\") <https://a.example/{long}>\n\n\
                 `{long}`\n\n```\n{long}\n```\n\n- {long}\n\n> {long}\n\n## {long}\n\n### {long}"
            ),
        );
        self.page("literal", "\\{{7*7}} {% include \"/etc/passwd\" %} {::options template=\"/etc/passwd\" /}");
        self.page("braces", "{{7*7}}");
        self.page("turned", "## Un \u{202e}titre\n\nTexte \u{202e}retourné \u{2067}deux\u{200b} fois.\n\n- un");
    }

    /// Row 78.
    fn add_register(&self) {
        self.page("register", "{{ cookie_tables() }}");
        let long = "0123456789abcdef".repeat(18);
        let hostile = "\\\"><script>window.pwned=1</script><img src=x onerror=window.pwned=1>";
        let register = REGISTER.replace("HOSTILE", hostile).replace("LONG", &long);
        self.workspace.write("sites/register/cookies.toml", &register);
    }

    /// Builds, and visits every tenant that did not fail; of these there are at least the ones in `expected`.
    #[track_caller]
    fn stands(&self, expected: &[&str]) {
        let report = build(&self.workspace);
        let built = self.built(&report);
        for id in expected {
            assert!(built.contains(&(*id).to_owned()), "`{id}` was not built: {:#?}", report.errors());
        }
        let at = |id: &String, path: &str| page(&self.workspace.at(&format!("dist/{id}")), "/", path);
        let pages: Vec<_> = built.iter().flat_map(|id| [at(id, "/"), at(id, "/page/")]).collect();
        let mut findings = visit(&pages, &["320 light"]);
        findings.retain(|line| !line.contains("] axe: link-name: "));
        assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
    }

    /// The tenants that were built; every other one failed with an error that names one of its files.
    #[track_caller]
    fn built(&self, report: &Report) -> Vec<String> {
        let tenants = report.document["tenants"].as_array().into_iter().flatten();
        let ids = tenants.filter_map(|tenant| tenant["id"].as_str().map(str::to_owned));
        let (built, failed): (Vec<_>, Vec<_>) = ids.partition(|id| report.status(id) == "built");
        for id in failed {
            let told = report.errors().iter().any(|error| error.contains(&format!(" sites/{id}/")));
            assert!(told && report.status(&id) == "failed", "`{id}` failed without a word: {:#?}", report.errors());
            assert!(!self.workspace.holds(&format!("dist/{id}")), "`{id}` failed and was written");
        }
        built
    }
}
