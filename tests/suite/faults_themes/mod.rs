//! Faults of themes, of their parameters, and of the entries of a catalogue.
//!
//! Rows 82 to 88 and 90 to 92 of the catalogue of faults. A panic within a template (row 89) cannot be brought about from
//! outside. Themes are the operator's: what they may do is not in question here, only how their mistakes are told and
//! whom they touch.

mod catalogue;
mod files;
mod params;
mod slow;
mod templates;

use tenantry_testkit::Workspace;

use crate::sound::beside_good;

/// The tenant with the theme `odd`, which the test makes odd; the sound one has a sound theme.
const ODD: &str = r#"
//- /sites/group/group.toml
theme = "odd"
//- /sites/group/bad/site.toml
name = "Bad"
base_url = "https://bad.example.org"
//- /themes/odd/theme.toml
name = "Odd"
//- /themes/odd/strings/fr.toml
home = "Accueil"
//- /themes/odd/templates/page.html
<title>{{ page.title }}</title>
{{ page.body }}
"#;

/// The template of the odd theme.
const PAGE: &str = "themes/odd/templates/page.html";

/// Parameters of every type.
const PARAMS: &str = r##"
[params.brand]
type = "colour"
default = "#1f4e79"
[params.note]
type = "text"
[params.help]
type = "url"
[params.face]
type = "choice"
choices = ["sans", "serif"]
default = "sans"
[params.wide]
type = "bool"
default = false
[params.logo]
type = "asset"
"##;

/// A workspace whose odd theme has these lines in its `theme.toml` from line 2 on.
fn odd(lines: &str) -> Workspace {
    let workspace = beside_good(ODD);
    workspace.write("themes/odd/theme.toml", &format!("name = \"Odd\"\n{}", lines.trim_start()));
    workspace
}

/// A workspace whose odd theme has this page template.
fn template(text: &str) -> Workspace {
    let workspace = odd("");
    workspace.write(PAGE, text);
    workspace
}
