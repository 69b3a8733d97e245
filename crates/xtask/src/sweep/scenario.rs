//! What is swept: one small workspace, and three builds of it.

use std::path::Path;
use std::thread;
use std::time::Duration;

use tenantry_testkit::{PLAIN_THEME, Program, Tree, Workspace};

use crate::Failure;
use crate::sweep::calls::Call;
use crate::sweep::strace::{Fault, strike};

/// The output folder of a workspace.
pub(crate) const OUT: &str = "dist";
/// The files of one tenant, on their way.
pub(crate) const STAGED: &str = "dist/.tenantry/stage/gamma.";

/// How long a run may take; each takes a fraction of a second.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How long files have to lie before a build believes that a later change of them would show, and a little more.
const SETTLED: Duration = Duration::from_millis(30);

/// Four tenants: two of a group, one by itself, one by a row of a roster; two languages, two themes, files and cookies.
const BASE: &str = r##"
//- /sites/group.toml
theme = "plain"
languages = ["fr", "en"]
//- /sites/cookies.toml
provider.own.name = "Nous"
cookie.own.one = { category = "necessary", duration = "session", purpose = { fr = "Se souvenir.", en = "Remembers." } }
table.necessary = { title = { fr = "Nécessaires", en = "Necessary" }, columns = ["name", "purpose"], rows = ["own/one"] }
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour de {{ tenant.name }}

{{ include("contact") }}
//- /sites/content/index.en.md
+++
title = "Home"
+++
Hello from {{ tenant.name }}

{{ include("contact") }}
//- /sites/content/_parts/contact.fr.md
Écrivez.
//- /sites/content/_parts/contact.en.md
Write.
//- /sites/static/shared.txt
shared
//- /sites/north/group.toml
//- /sites/north/content/cookies.fr.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/north/content/cookies.en.md
+++
title = "Cookies"
+++
{{ cookie_tables() }}
//- /sites/north/alpha/site.toml
name = "Alpha"
base_url = "https://alpha.example.org"
params.tint = "#335577"
//- /sites/north/beta/site.toml
name = "Beta"
base_url = "https://beta.example.org"
//- /sites/south/group.toml
theme = "near"
languages = ["fr"]
//- /sites/south/gamma/site.toml
name = "Gamma"
base_url = "https://gamma.example.org"
//- /sites/south/gamma/cookies.toml
cookie.own.one.purpose.fr = "Se souvenir de vous."
//- /sites/south/gamma/content/own.fr.md
+++
title = "Page"
+++
De Gamma
//- /sites/south/gamma/static/files/old.txt
1
//- /sites/south/gamma/static/place
a file where a page will be
//- /sites/rows/group.toml
roster = "tenants.csv"
languages = ["fr"]
//- /sites/rows/tenants.csv
id,name,base_url
delta,Delta,https://delta.example.org
//- /sites/rows/delta/static/delta.txt
of Delta
//- /themes/plain/theme.toml
params.tint = { type = "colour", default = "#123456", contrast = ["#ffffff"] }
//- /themes/plain/templates/page.html
<!doctype html><html lang="{{ page.lang }}"><head><link rel="stylesheet" href="{{ asset(path="style.css") }}">
<link rel="stylesheet" href="{{ asset(path="brand.css") }}"><title>{{ page.title }}</title></head>
<body><h1>{{ page.title }}</h1>{{ page.body }}</body></html>
//- /themes/plain/templates/brand.css
a { color: {{ params.tint }} }
//- /themes/plain/static/style.css
body { margin: 0 }
//- /themes/near/theme.toml
extends = "plain"
//- /themes/near/strings/fr.toml
home = "Maison"
"##;

/// Files that no build wrote, in the folders of the output: of all tenants, of one that stays, in one of its folders, of
/// one that is new, of one that is removed.
const FOREIGN: [&str; 5] = [
    "dist/notes.txt",
    "dist/gamma/notes.txt",
    "dist/gamma/own/notes.txt",
    "dist/fresh/notes.txt",
    "dist/beta/notes.txt",
];

const FOREIGN_TEXT: &str = "not written by a build\n";

/// A build that is made to fail at each of its calls.
pub(crate) struct Scenario {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What the build is asked for.
    args: &'static [&'static str],
    /// What is there before it.
    pub(crate) begins: Begins,
    /// What changes in the sources before it.
    edit: fn(&Workspace),
}

/// What a scenario begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// The sources alone.
    WithoutOutput,
    /// A build of the sources before they were edited, and files that no build wrote.
    WithOutput,
    /// The same, and an incremental build that was cut short.
    CutShort,
}

/// All that is swept.
pub(crate) const SCENARIOS: [Scenario; 4] = [
    Scenario { name: "first build", args: &[], begins: Begins::WithoutOutput, edit: |_| {} },
    INCREMENTAL,
    Scenario { name: "repair", args: &[], begins: Begins::CutShort, edit: change_again },
    Scenario { name: "removal", args: &["--prune"], begins: Begins::WithOutput, edit: remove },
];

/// The build that is cut short for another one to repair.
pub(crate) const INCREMENTAL: Scenario =
    Scenario { name: "incremental build", args: &[], begins: Begins::WithOutput, edit: change };

/// A document, a row and a style sheet change; a row and a tenant are new.
fn change(workspace: &Workspace) {
    workspace.append("sites/content/index.fr.md", "\nDu nouveau.\n");
    workspace.write(
        "sites/rows/tenants.csv",
        "id,name,base_url\ndelta,Delta 2,https://delta.example.org\nepsilon,Epsilon,https://epsilon.example.org\n",
    );
    workspace.write("sites/fresh/site.toml", "name = \"Fresh\"\nbase_url = \"https://fresh.example.org\"\n");
    workspace.append("themes/plain/static/style.css", "a { margin: 0 }\n");
}

/// Before the build that was cut short is mended, another page is new.
fn change_again(workspace: &Workspace) {
    workspace.write("sites/south/gamma/content/more.fr.md", "+++\ntitle = \"Encore\"\n+++\nUne autre page\n");
}

/// A page goes, a file gets another name, another one makes room for a page, and two tenants are gone.
fn remove(workspace: &Workspace) {
    workspace.remove("sites/south/gamma/content/own.fr.md");
    workspace.remove("sites/south/gamma/static/files");
    workspace.write("sites/south/gamma/static/renamed/new.txt", "1\n");
    workspace.remove("sites/south/gamma/static/place");
    workspace.write("sites/south/gamma/content/place.fr.md", "+++\ntitle = \"Place\"\n+++\nUne page\n");
    workspace.remove("sites/north/beta");
    workspace.remove("sites/rows/delta");
    workspace.write("sites/rows/tenants.csv", "id,name,base_url\n");
}

impl Scenario {
    /// A workspace in memory, brought to where the build begins; `cut` is the call at which an earlier one was killed.
    pub(crate) fn workspace(&self, program: &Path, cut: Option<&Call>) -> Result<Workspace, Failure> {
        let workspace = unbuilt();
        if self.begins != Begins::WithoutOutput {
            thread::sleep(SETTLED);
            let outcome = build(program, &workspace).run();
            if outcome.code != 0 {
                return Err(Failure::new(format!("the workspace does not build\n{}", outcome.transcript())));
            }
            FOREIGN.iter().for_each(|path| workspace.write(path, FOREIGN_TEXT));
        }
        if let Some(call) = cut {
            (INCREMENTAL.edit)(&workspace);
            thread::sleep(SETTLED);
            let killed = strike(INCREMENTAL.build(program, &workspace), workspace.path(), (call, Fault::Kill))?;
            killed.ok_or_else(|| Failure::new(format!("the build to be repaired was not cut short at {call}")))?;
        }
        (self.edit)(&workspace);
        // What a build looks at twice, and what it asks to know of a file, depends on how young it is.
        thread::sleep(SETTLED);
        Ok(workspace)
    }

    /// The build that is swept.
    pub(crate) fn build(&self, program: &Path, workspace: &Workspace) -> Program {
        build(program, workspace).args(self.args)
    }
}

/// A build with one thread, so that its calls come in the same order each time.
pub(crate) fn build(program: &Path, workspace: &Workspace) -> Program {
    let args = ["build", "--quiet", "--jobs", "1", "--workspace"];
    Program::at(program).args(args).args([workspace.path()]).current_dir("/").time_limit(TIME_LIMIT)
}

/// What a build gives that knows of no other. Files that no build wrote are there too, as far as the output has them.
pub(crate) fn clean(program: &Path, workspace: &Workspace) -> Result<Tree, Failure> {
    let fresh = Workspace::in_memory();
    let outcome = build(program, workspace).args(["--out".into(), fresh.at(OUT)]).run();
    if outcome.code != 0 {
        return Err(Failure::new(format!("a clean build fails\n{}", outcome.transcript())));
    }
    for path in FOREIGN.iter().filter(|path| workspace.holds(path)) {
        fresh.write(path, FOREIGN_TEXT);
    }
    Ok(Tree::read(fresh.at(OUT)))
}

/// The workspace before any build.
fn unbuilt() -> Workspace {
    let workspace = Workspace::in_memory();
    workspace.add_text(PLAIN_THEME);
    workspace.add_text(BASE);
    workspace
}

/// Puts the sources of a workspace back to what they were before any edit; files that were not edited are not touched.
pub(crate) fn put_back(workspace: &Workspace) {
    let before = Tree::read(unbuilt());
    let now = Tree::read_without(workspace, OUT);
    for path in now.entries.keys().filter(|path| !before.entries.contains_key(*path)) {
        workspace.remove(path);
        remove_empty_folders(workspace, path);
    }
    for (path, entry) in before.entries.iter().filter(|(path, entry)| now.bytes(path) != Some(&entry.bytes)) {
        workspace.write_bytes(path, &entry.bytes);
    }
}

/// Removes the folders above a file that are empty.
fn remove_empty_folders(workspace: &Workspace, path: &str) {
    let mut folders = Path::new(path).ancestors().skip(1).map(|folder| workspace.path().join(folder));
    folders.all(|folder| std::fs::remove_dir(folder).is_ok());
}
