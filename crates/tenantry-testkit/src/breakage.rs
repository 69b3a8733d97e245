//! Ways to break a tenant, as a table: what it is called, what a build says of it, and what to do to the tenant's folder.
//!
//! Each costs the tenant its build. They follow the rows of the catalogue of faults that a tenant can bring about by its
//! own folder: what paths and files may be, settings, documents, the register.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use crate::disk;

/// One way to break a tenant.
#[derive(Debug, Clone, Copy)]
pub struct Breakage {
    /// The row of the catalogue, and what happens.
    pub name: &'static str,
    /// The code of the error that is owed.
    pub code: &'static str,
    /// Breaks the tenant in a folder that has a `site.toml`.
    pub apply: fn(&Path) -> io::Result<()>,
}

/// All of them. Some need files whose modes bind the program: see [`crate::Program::bound_by_modes`].
pub const BREAKAGES: &[Breakage] = &[
    // Paths and files.
    kind("031 a link in place of a page", "not-a-file", |at| link("/etc/passwd", at, "content/more.fr.md")),
    kind("031 a link in place of the settings", "not-a-file", |at| {
        fs::remove_file(at.join("site.toml"))?;
        link("/etc/passwd", at, "site.toml")
    }),
    kind("032 a link in place of a folder", "not-a-file", |at| link("/etc", at, "content/deep")),
    kind("031 a link in place of the register", "not-a-file", |at| link("/etc/passwd", at, "cookies.toml")),
    kind("032 a link in place of all static files", "not-a-file", |at| link("/etc", at, "static")),
    kind("033 a link to another tenant", "not-a-file", |at| link("../../t00001/site.toml", at, "static/other.txt")),
    kind("033 a link to another tenant's folder", "not-a-file", |at| link("../../t00001", at, "content/other")),
    kind("034 a link to itself", "not-a-file", |at| link("loop", at, "static/loop")),
    kind("034 links in a circle", "not-a-file", |at| {
        link("there", at, "content/here.fr.md")?;
        link("here.fr.md", at, "content/there")
    }),
    kind("036 a pipe", "not-a-file", |at| pipe(at, "static/pipe")),
    kind("036 a socket", "not-a-file", |at| {
        fs::create_dir_all(at.join("static"))?;
        UnixListener::bind(at.join("static/socket")).map(drop)
    }),
    kind("036 a pipe in place of the settings", "not-a-file", |at| {
        fs::remove_file(at.join("site.toml"))?;
        pipe(at, "site.toml")
    }),
    kind("036 a pipe in place of a page", "not-a-file", |at| pipe(at, "content/more.fr.md")),
    kind("038 an address outside", "bad-slug", |at| page(at, "exit", "slug = \"../t00001\"")),
    kind("038 an address from the root", "bad-slug", |at| page(at, "exit", "slug = \"/etc\"")),
    kind("038 an address that climbs", "bad-slug", |at| page(at, "exit", "slug = \"a/../../b\"")),
    kind("038 a former address outside", "bad-value", |at| page(at, "exit", "aliases = [\"../t00001\"]")),
    kind("039 a name of a device", "bad-slug", |at| page(at, "more", "slug = \"con\"")),
    kind("039 no name", "bad-slug", |at| page(at, "more", "slug = \"\"")),
    kind("039 a dot for a name", "bad-slug", |at| page(at, "more", "slug = \".\"")),
    kind("039 a name that ends in a dot", "bad-slug", |at| page(at, "more", "slug = \"a.\"")),
    kind("039 a name that ends in a space", "bad-slug", |at| page(at, "more", "slug = \"a \"")),
    kind("039 a name that reads like a flag", "bad-slug", |at| page(at, "more", "slug = \"-rf\"")),
    kind("039 a name of 300 letters", "bad-slug", |at| page(at, "more", &format!("slug = \"{}\"", "a".repeat(300)))),
    kind("039 a file with the name of a device", "refused-file", |at| write(at, "static/con.txt", "x")),
    kind("039 a file whose name ends in a dot", "refused-file", |at| write(at, "static/a.", "x")),
    kind("040 names that differ by case", "collision", |at| {
        page(at, "More", "")?;
        page(at, "more", "")
    }),
    kind("040 names that differ by how letters are written", "refused-file", |at| {
        write(at, "static/\u{e9}.txt", "x")?;
        write(at, "static/e\u{301}.txt", "x")
    }),
    kind("040 a file of a page's name", "collision", |at| {
        page(at, "more", "")?;
        write(at, "static/more", "x")
    }),
    kind("040 a former address that is a page's", "collision", |at| {
        page(at, "more", "")?;
        page(at, "exit", "aliases = [\"more\"]")
    }),
    kind("041 a line break in a name", "bad-name", |at| write(at, "static/a\nb.txt", "x")),
    kind("041 an escape sequence in a name", "bad-name", |at| write(at, "content/a\u{1b}[31mb.fr.md", "x")),
    kind("041 a tab in a name", "bad-name", |at| write(at, "static/a\tb.txt", "x")),
    kind("041 a quotation mark in a name", "bad-name", |at| write(at, "static/a\"b.txt", "x")),
    kind("042 a name that is no text", "bad-name", |at| {
        fs::create_dir_all(at.join("static"))?;
        fs::write(at.join("static").join(OsStr::from_bytes(b"a\xff.txt")), "x")
    }),
    kind("043 folders in folders", "too-deep", |at| fs::create_dir_all(at.join("content").join("d/".repeat(60)))),
    kind("044 files without number", "too-many-files", |at| {
        fs::create_dir_all(at.join("static"))?;
        (0..5_001).try_for_each(|number| File::create(at.join(format!("static/{number}"))).map(drop))
    }),
    kind("044 files that are too large together", "too-large", |at| {
        (0..9).try_for_each(|number| sparse(at, &format!("static/{number}.pdf"), 24 << 20))
    }),
    kind("045 a file of 10 GB", "too-large", |at| sparse(at, "static/more.pdf", 10 << 30)),
    kind("045 a text of 10 GB", "disk", |at| sparse(at, "content/more.fr.md", 10 << 30)),
    kind("046 a page that may not be read", "disk", |at| {
        page(at, "closed", "")?;
        fs::set_permissions(at.join("content/closed.fr.md"), Permissions::from_mode(0o000))
    }),
    kind("047 headers of its own", "refused-file", |at| write(at, "static/_headers", "X-Evil: 1")),
    kind("047 redirects of its own", "refused-file", |at| write(at, "static/_redirects", "/ https://evil.example")),
    kind("047 a worker of the host", "refused-file", |at| write(at, "static/_worker.js", "")),
    kind("047 a domain of its own", "refused-file", |at| write(at, "static/CNAME", "evil.example")),
    kind("047 settings of a server", "refused-file", |at| write(at, "static/.htaccess", "")),
    kind("047 a service worker", "refused-file", |at| write(at, "static/sw.js", "")),
    kind("047 a drawing with a script", "active-image", |at| {
        write(at, "static/x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>")
    }),
    kind("047 a drawing that leads to code", "active-image", |at| {
        let link = "<a href=\"javascript:alert(1)\"><path d=\"M0 0\"/></a>";
        write(at, "static/x.svg", &format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{link}</svg>"))
    }),
    // Settings.
    kind("049 brackets without end", "toml-syntax", |at| append(at, &format!("x = {}", "[".repeat(100_000)))),
    kind("049 brackets without end in front matter", "toml-syntax", |at| {
        page(at, "more", &format!("params = {}", "[".repeat(60_000)))
    }),
    kind("050 tables without end", "toml-syntax", |at| append(at, &format!("x = {}", "{a=".repeat(19_000)))),
    kind("051 dots without end", "toml-syntax", |at| append(at, &format!("{}a = 1", "a.".repeat(20_000)))),
    kind("052 keys without number", "too-many-keys", |at| {
        append(at, &(0..20_001).map(|number| format!("k{number}=1\n")).collect::<String>())
    }),
    kind("052 settings of 10 MB", "disk", |at| append(at, &"# more\n".repeat(1_500_000))),
    kind("053 signs without end", "toml-syntax", |at| append(at, &format!("x = {}1", "+".repeat(500_000)))),
    kind("054 a key said twice", "toml-syntax", |at| append(at, "name = \"B\"\nname = \"C\"")),
    kind("054 a table said twice", "toml-syntax", |at| write(at, "cookies.toml", "[cookie.a.b]\n[cookie.a.b]\n")),
    kind("055 settings in UTF-16", "disk", |at| fs::write(at.join("site.toml"), b"\xff\xfen\0a\0m\0e\0")),
    kind("055 a zero in the settings", "not-text", |at| append(at, "\0")),
    kind("055 a page in UTF-16", "disk", |at| write_bytes(at, "content/more.fr.md", b"\xff\xfe+\0+\0+\0")),
    kind("055 a page in Latin-1", "disk", |at| {
        write_bytes(at, "content/more.fr.md", b"+++\ntitle = \"Titre\"\n+++\nCaf\xe9\n")
    }),
    kind("056 a number beyond reason", "wrong-type", |at| append(at, "pages.index.nav = 99999999999999999999")),
    kind("056 no number", "wrong-type", |at| append(at, "pages.index.nav = nan")),
    kind("056 a day that is none", "toml-syntax", |at| append(at, "pages.index.updated = 2026-02-30")),
    kind("056 a second that is none", "toml-syntax", |at| append(at, "pages.index.updated = 2026-01-01T00:00:61Z")),
    kind("057 an unknown key", "unknown-key", |at| append(at, "langauges = [\"fr\"]")),
    kind("057 a key of the operator's", "misplaced-key", |at| append(at, "trust_tenants = true")),
    kind("057 a target of its own", "misplaced-key", |at| {
        append(at, "publish.mine = { kind = \"dir\", path = \"/srv\" }")
    }),
    kind("057 exceptions of its own", "misplaced-key", |at| {
        append(at, "lint_allow = [{ rule = \"x\", reason = \"y\" }]")
    }),
    kind("058 a value of the wrong type", "wrong-type", |at| append(at, "covers = 1")),
    kind("058 no language", "bad-value", |at| append(at, "languages = []")),
    kind("058 a language that is none", "bad-value", |at| append(at, "languages = [\"fran\u{e7}ais\"]")),
    kind("057 a theme of its own", "misplaced-key", |at| append(at, "theme = \"nobody\"")),
    kind("058 a parameter that no theme has", "unknown-param", |at| append(at, "params.nobody = 1")),
    kind("059 settings without a word", "missing-key", |at| write(at, "site.toml", "")),
    kind("059 a folder in place of the settings", "disk", |at| {
        fs::remove_file(at.join("site.toml"))?;
        fs::create_dir(at.join("site.toml"))
    }),
    kind("060 an address that is a number", "bad-value", |at| address(at, "http://127.0.0.1")),
    kind("060 an address with a line break", "bad-value", |at| address(at, "https://a.example\\nX-Evil: 1")),
    kind("060 an address that climbs", "bad-value", |at| address(at, "https://a.example/../b")),
    kind("060 an address of this machine", "bad-value", |at| address(at, "https://localhost")),
    kind("060 an address for all", "bad-value", |at| address(at, "https://*.com")),
    kind("063 a secret", "secret", |at| append(at, "vars.key = \"AKIAIOSFODNN7EXAMPLE\"")),
    // Documents.
    kind("064 a link that runs code", "bad-link", |at| text(at, "[x](javascript:alert(1))")),
    kind("064 a short link that runs code", "bad-link", |at| text(at, "<javascript:alert(1)>")),
    kind("064 a link whose scheme is written in signs", "bad-link", |at| text(at, "[x](&#106;avascript:alert(1))")),
    kind("064 a link that is a page itself", "bad-link", |at| text(at, "[x](data:text/html,<script>1</script>)")),
    kind("064 a link of a script of old", "bad-link", |at| text(at, "[x](vbscript:msgbox)")),
    kind("064 a link without a scheme", "bad-link", |at| text(at, "[x](//evil.example)")),
    kind("064 a link by reference that runs code", "bad-link", |at| text(at, "[x][y]\n\n[y]: JavaScript:alert(1)")),
    kind("067 an id that is none", "bad-id", |at| text(at, "## Titre {#1\"a}")),
    kind("068 quotations in quotations", "nested-too-deep", |at| text(at, &">".repeat(50_000))),
    kind("069 lists in lists", "nested-too-deep", |at| text(at, &format!("{}x", "- ".repeat(10_000)))),
    kind("071 a table of 70,000 columns", "table-too-large", |at| text(at, &table(70_000, 1))),
    kind("071 a table of 200,000 rows", "table-too-large", |at| text(at, &table(1, 200_000))),
    kind("072 a table that grows", "output-too-large", |at| {
        text(at, &format!("| {} |\n| - |\n{}", "x".repeat(100_000), "| a |\n".repeat(4_000)))
    }),
    kind("072 parts that show parts without end", "cannot-fill", |at| {
        let often = |part: &str| format!("{{{{ include(\"{part}\") }}}}\n\n").repeat(20_000);
        write(at, "content/_parts/outer.fr.md", &often("inner"))?;
        write(at, "content/_parts/inner.fr.md", "")?;
        text(at, &often("outer"))
    }),
    kind("075 a calculation", "bad-placeholder", |at| text(at, "{{ 7 * 7 }}")),
    kind("075 a value that nobody sets", "cannot-fill", |at| text(at, "{{ vars.nobody }}")),
    kind("076 an image from elsewhere", "remote-image", |at| text(at, "![x](https://elsewhere.example/x.png)")),
    kind("076 a style from elsewhere", "remote-resource", |at| {
        write(at, "static/x.css", "@import url(https://elsewhere.example/x.css);")
    }),
    kind("077 a link that readers cannot follow", "bad-link", |at| text(at, "[x](http://localhost:3000/)")),
    kind("077 a link to nothing", "cannot-fill", |at| text(at, "[x](page:nothing)")),
    kind("077 a link to a file of this machine", "bad-link", |at| text(at, "[x](file:///etc/passwd)")),
    kind("057 front matter that is none", "unknown-key", |at| page(at, "more", "titel = \"x\"")),
    kind("059 front matter without end", "front-matter", |at| {
        write(at, "content/more.fr.md", "+++\ntitle = \"Titre\"\nTexte\n")
    }),
    kind("059 a page without a title", "no-title", |at| write(at, "content/more.fr.md", "+++\n+++\nTexte\n")),
    // The register.
    kind("081 rows that repeat long words", "table-too-large", |at| {
        let cookies: String = (0..2_000).map(|number| format!("cookie.own.c{number}.purpose = \"x\"\n")).collect();
        let rows: String = (0..2_000).map(|number| format!("\"own/c{number}\", ")).collect();
        let table =
            format!("[table.own]\ntitle = \"T\"\nlabel.name.fr = \"{}\"\nrows = [{rows}]\n", "L".repeat(19_000));
        write(at, "cookies.toml", &(cookies + &table))
    }),
    kind("082 a row that is none", "unknown-cookie", |at| {
        append(at, "table.own = { title = \"T\", rows = [\"nobody/nothing\"] }")
    }),
    kind("082 a duration below nothing", "bad-duration", |at| {
        append(at, "cookie.agora.session.duration = \"-1 days\"")
    }),
    kind("082 a name that is none", "bad-cookie-name", |at| append(at, "cookie.agora.session.names = [\"\"]")),
    kind("082 a name of 5,000 letters", "bad-cookie-name", |at| {
        append(at, &format!("cookie.agora.session.names = [\"{}\"]", "a".repeat(5_000)))
    }),
    kind("082 a category that nobody has", "unknown-category", |at| {
        append(at, "cookie.agora.session.category = \"nobody\"")
    }),
    kind("082 a duration beyond reason", "bad-duration", |at| {
        append(at, "cookie.agora.session.duration = \"1e308 years\"")
    }),
    kind("054 a catalogue that is no TOML", "toml-syntax", |at| write(at, "cookies.toml", "[cookie.x")),
];

const fn kind(name: &'static str, code: &'static str, apply: fn(&Path) -> io::Result<()>) -> Breakage {
    Breakage { name, code, apply }
}

fn write(folder: &Path, path: &str, text: &str) -> io::Result<()> {
    disk::write(&folder.join(path), text.as_bytes())
}

fn write_bytes(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    disk::write(&folder.join(path), bytes)
}

/// Settings with another address.
fn address(folder: &Path, address: &str) -> io::Result<()> {
    write(folder, "site.toml", &format!("name = \"B\"\nbase_url = \"{address}\"\n"))
}

/// Adds a line to the settings.
fn append(folder: &Path, line: &str) -> io::Result<()> {
    let path = folder.join("site.toml");
    let before = fs::read_to_string(&path)?;
    fs::write(path, format!("{before}{line}\n"))
}

/// A page with a line of front matter.
fn page(folder: &Path, name: &str, line: &str) -> io::Result<()> {
    write(folder, &format!("content/{name}.fr.md"), &format!("+++\ntitle = \"Titre\"\n{line}\n+++\nTexte\n"))
}

/// A page with a text.
fn text(folder: &Path, text: &str) -> io::Result<()> {
    write(folder, "content/more.fr.md", &format!("+++\ntitle = \"Titre\"\n+++\n{text}\n"))
}

fn table(columns: usize, rows: usize) -> String {
    let row = |cell: &str| format!("{}|\n", format!("|{cell}").repeat(columns));
    row("a") + &row("-") + &row("b").repeat(rows)
}

fn link(target: &str, folder: &Path, path: &str) -> io::Result<()> {
    let path = folder.join(path);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    symlink(target, path)
}

fn pipe(folder: &Path, path: &str) -> io::Result<()> {
    let path = folder.join(path);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    Command::new("mkfifo").arg(path).status().map(drop)
}

/// A file that says to have so many bytes and takes no room.
fn sparse(folder: &Path, path: &str, bytes: u64) -> io::Result<()> {
    write(folder, path, "")?;
    File::options().write(true).open(folder.join(path))?.set_len(bytes)
}
