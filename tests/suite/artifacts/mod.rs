//! The files beside the pages: what hosts, search engines and machines read, and what a tenant may bring of its own.

mod assets;
mod colours;
mod compressed;
mod former_addresses;
mod hosts;
mod images;
mod not_found;
mod register;

use crate::built::Built;
use tenantry_testkit::Workspace;

/// A portal in two languages on a path of its host, and a stranger beside it that may name it.
const BASE: &str = r##"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
missing_translation = "fallback"
allow_mentions = ["portal"]
env.staging = { base_url = "https://{tenant}.staging.example", noindex = true }
//- /sites/content/index.fr.md
+++
title = "Accueil"
updated = 2026-01-02
+++
Bonjour
//- /sites/content/index.en.md
+++
title = "Home"
updated = 2026-01-03
+++
Hello
//- /sites/content/été.fr.md
+++
title = "Été & <hiver>"
+++
Chaud
//- /sites/portal/site.toml
name = "Portal"
base_url = "https://portal.example/legal/"
//- /sites/stranger/site.toml
name = "Stranger"
base_url = "https://stranger.example"
//- /themes/plain/templates/404.html
<!DOCTYPE html><html lang="{{ page.lang }}"><title>{{ page.title }}</title><a href="{{ site.home }}">{{ strings.home }}</a>
{% for item in nav %}[{{ item.title }}|{{ item.url }}]{% endfor %}{% for t in page.translations %}({{ t.lang }}|{{ t.url }}){% endfor %}
{{ asset(path="a.css") }}
//- /themes/plain/static/a.css
a { color: red }
//- /themes/plain/strings/fr.toml
home = "Accueil"
not_found_title = "Introuvable"
"##;

/// The base with files of a test over it, built.
#[track_caller]
fn build(files: &[&str], args: &[&str]) -> Built {
    let workspace = Workspace::with_theme(BASE);
    for text in files {
        workspace.add_text(text);
    }
    Built::new(workspace, args)
}

impl Built {
    /// A file of the output.
    #[track_caller]
    fn file(&self, path: &str) -> String {
        self.workspace.read(&format!("dist/{path}"))
    }
}
