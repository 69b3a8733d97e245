//! The edits of a sequence: to the folders of tenants and groups, to a roster, to themes, to any file at all, and to the
//! output.

use std::collections::BTreeSet;
use std::fs::{self, File};

use tenantry_testkit::Tree;

use super::rows::Roster;
use super::{Sequence, TENANTS};

impl Sequence {
    /// Makes one edit, and says which.
    pub(super) fn edit(&mut self) -> String {
        self.history.push(self.sources());
        match self.random.below(10) {
            0..=4 => self.edit_folder(),
            5 | 6 => self.edit_roster(),
            7 => self.edit_row_folder(),
            _ => self.edit_any(),
        }
    }

    /// The files of the workspace, as they are.
    pub(super) fn sources(&self) -> Tree {
        let mut tree = Tree::read(&self.workspace);
        tree.entries.retain(|path, _| path.starts_with("sites/") || path.starts_with("themes/"));
        tree
    }

    fn edit_folder(&mut self) -> String {
        let (kind, tenant, n) = (self.random.below(23), self.random.below(TENANTS), self.random.below(100));
        let folder = Self::folder(tenant);
        let there = self.workspace.holds(&format!("{folder}/site.toml"));
        let write = |path: &str, text: &str| self.workspace.write(path, text);
        match kind {
            0 | 1 => self.settle(tenant, ""),
            2 if there => self.workspace.remove(&folder),
            3 if there => self.settle(tenant, &format!("cookie.p.a.purpose = \"Own {n}\"\n")),
            4 if there => self.settle(tenant, &format!("params.tint = \"#{:06x}\"\n", n * 160_000)),
            5 if there => self.settle(tenant, &format!("vars.extra = \"{n}\"\n")),
            6 if there => self.settle(tenant, "languages = [\"fr\"]\n"),
            7 if there => self.settle(tenant, "broken = \n"),
            8 if there => write(&format!("{folder}/content/own.fr.md"), &page(&format!("Own {n}"))),
            9 if there => write(&format!("{folder}/content/index.fr.md"), &page(&format!("Index {n}"))),
            10 if there => write(&format!("{folder}/static/file.txt"), &format!("{n}\n")),
            11 if there => write(&format!("{folder}/cookies.toml"), "table.t.drop = [\"p/b\"]\n"),
            12 => write("sites/content/index.en.md", &page(&format!("Home {n}"))),
            13 => write("sites/content/_parts/contact.fr.md", &format!("Écrivez {n}.\n")),
            14 => write(
                "sites/g/content/cookies.fr.md",
                &format!("+++\ntitle = \"C{n}\"\n+++\n{{{{ cookie_tables() }}}}\n"),
            ),
            15 => write(
                "sites/g/group.toml",
                &format!("theme = \"near\"\nvars.kind.fr = \"portail {n}\"\n{}", operated(n)),
            ),
            16 => write("themes/plain/static/a.css", &format!("a {{ margin: {n}px }}\n")),
            17 => write("themes/near/strings/fr.toml", &format!("home = \"Maison {n}\"\n")),
            18 => write("sites/static/shared.txt", &format!("{n}\n")),
            19 => self.staging = !self.staging,
            20 if there => self.claim(tenant, n % TENANTS),
            21 if there => write(&format!("{folder}/README.md"), "for people\n"),
            _ => write(
                "sites/g/cookies.toml",
                &format!(
                    "provider.p.name = \"P\"\ncookie.p.a.purpose = \"First {n}\"\ncookie.p.b.purpose = \"Second\"\n\
                 table.t = {{ title = \"T\", rows = [\"p/a\", \"p/b\"] }}\n"
                ),
            ),
        }
        format!("{kind} of {folder}, {n}")
    }

    fn edit_roster(&mut self) -> String {
        let what = self.roster.edit(&mut self.random);
        self.workspace.write(self.roster.path(), &self.roster.text());
        format!("{what} of the roster: {:?}", self.roster.text())
    }

    /// What a tenant has besides its row.
    fn edit_row_folder(&mut self) -> String {
        let (kind, folder, n) = (self.random.below(7), Roster::folder(&mut self.random), self.random.below(100));
        let write = |path: &str, text: &str| self.workspace.write(path, text);
        match kind {
            0 => write(&format!("{folder}/content/own.fr.md"), &page(&format!("Own {n}"))),
            1 => write(&format!("{folder}/static/file.txt"), &format!("{n}\n")),
            2 => write(&format!("{folder}/cookies.toml"), &format!("provider.q.name = \"Q{n}\"\n")),
            3 if n % 3 == 0 => write(&format!("{folder}/inner/site.toml"), "name = \"Inner\"\n"),
            4 if n % 3 == 0 => write(&format!("{folder}/site.toml"), "name = \"Twice\"\n"),
            5 => write("sites/r/group.toml", &self.roster.group(&format!("tous {n}"))),
            _ if self.workspace.holds(&folder) => self.workspace.remove(&folder),
            _ => {}
        }
        format!("{kind} of {folder}, {n}")
    }

    /// An edit of whatever file it hits.
    fn edit_any(&mut self) -> String {
        let (kind, n) = (self.random.below(9), self.random.below(1000));
        let now = self.sources();
        let paths = now.paths();
        let path = paths[n % paths.len()].to_owned();
        match kind {
            0 => self.again(&path, &now),
            1 | 2 => self.same_size_and_time(&path, &now),
            3 if path != "sites/group.toml" => self.workspace.remove(&path),
            4 => self.rename(&path, n),
            5 => self.rename_tenant(n),
            6 | 7 => return self.undo(&now),
            _ => self.lose_output(n),
        }
        format!("{kind} of {path}, {n}")
    }

    /// The same bytes, written again.
    fn again(&self, path: &str, now: &Tree) {
        fs::write(self.workspace.at(path), &now.entries[path].bytes).unwrap();
    }

    /// Other bytes with the size and the modification time of those before.
    fn same_size_and_time(&self, path: &str, now: &Tree) {
        let mut bytes = now.entries[path].bytes.clone();
        let Some(letter) = bytes.iter_mut().rev().find(|byte| byte.is_ascii_lowercase()) else { return };
        *letter = if *letter == b'z' { b'a' } else { *letter + 1 };
        let path = self.workspace.at(path);
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, bytes).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }

    /// Another name for a file, in its folder.
    fn rename(&self, path: &str, n: usize) {
        if path == "sites/group.toml" {
            return;
        }
        let (folder, name) = path.rsplit_once('/').unwrap();
        let to = match name.strip_suffix(".fr.md") {
            Some(stem) if n.is_multiple_of(2) => format!("{stem}.en.md"),
            Some(stem) => format!("{stem}-{}.fr.md", n % 3),
            None => format!("{}{name}", n % 3),
        };
        fs::rename(self.workspace.at(path), self.workspace.at(&format!("{folder}/{to}"))).unwrap();
    }

    /// Another id for a tenant, perhaps below another group; and back again, perhaps.
    fn rename_tenant(&self, n: usize) {
        let from = self.workspace.at(&Self::folder(n % TENANTS));
        let to = self.workspace.at(["sites/moved", "sites/g/moved", "sites/r/moved"][n % 3]);
        match (from.exists(), to.exists()) {
            (true, false) => fs::rename(from, to).unwrap(),
            (false, true) => fs::rename(to, from).unwrap(),
            _ => {}
        }
    }

    /// A file as it was at some time before, or not there if it was not.
    fn undo(&mut self, now: &Tree) -> String {
        let then = &self.history[self.random.below(self.history.len())];
        let all: BTreeSet<&String> = then.entries.keys().chain(now.entries.keys()).collect();
        let Some(path) = all.into_iter().find(|path| then.bytes(path) != now.bytes(path)) else {
            return "nothing to undo".into();
        };
        match then.entries.get(path) {
            Some(entry) => self.workspace.write_bytes(path, &entry.bytes),
            None => self.workspace.remove(path),
        }
        format!("undo of {path}")
    }

    /// The output of a tenant is gone.
    fn lose_output(&self, n: usize) {
        let id = if n.is_multiple_of(2) { format!("dist/t{}", n % TENANTS) } else { format!("dist/r{}", n % 3) };
        if self.workspace.holds(&id) {
            self.workspace.remove(&id);
        }
    }

    /// The address of another tenant.
    fn claim(&self, tenant: usize, other: usize) {
        let folder = Self::folder(tenant);
        let text = format!("name = \"Claim\"\nbase_url = \"https://t{other}.example\"\n");
        self.workspace.write(&format!("{folder}/site.toml"), &text);
    }
}

/// What operators say of a group's output and targets, each some of the time.
fn operated(n: usize) -> String {
    let encodings = ["", "precompress = [\"gzip\"]\n", "precompress = [\"brotli\", \"gzip\"]\n"][n % 3];
    let exports = if n % 4 == 1 { "exports = [\"klaro\", \"csv\"]\n" } else { "" };
    let target = format!("[publish.live]\nkind = \"dir\"\npath = \"/srv/{}/{{tenant}}\"\n", n % 5);
    format!("{encodings}{exports}{}", if n.is_multiple_of(2) { &target } else { "" })
}

fn page(text: &str) -> String {
    format!("+++\ntitle = \"{text}\"\n+++\n{text} {{{{ tenant.name }}}}\n")
}
