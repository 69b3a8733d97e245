//! A server with sites that tests make up, and a client that says exactly what a test wants to say.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong here ends a test")]

pub(crate) mod client;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::name::TenantId;
use tenantry_core::path::SourcePath;
use tenantry_core::source::{Place, Source};
use tenantry_server::limits::Limits;
use tenantry_server::observe::{Event, Observer};
use tenantry_server::site::{
    Answer, Checked, Example, ExampleKind, Findings, LayerRow, Origin, Override, PageRow, Sites, TenantDetail,
    TenantRow, Touched, TouchedGroup, Watching,
};
use tenantry_server::{Follow, Options, Ports, Running, Watch, serve};
use tenantry_testkit::Workspace;

/// Sites of a workspace in which a page is a file: `/a/` of tenant `x` is `sites/x/content/a.md`, its text the body.
///
/// An empty file, and one that says `BAD`, is an error and leaves the last good page. A page is kept until its file is
/// told to have changed.
pub(crate) struct FileSites {
    root: PathBuf,
    pages: Mutex<BTreeMap<Key, Answer>>,
    asked: Mutex<BTreeSet<Key>>,
    good: Mutex<BTreeMap<Key, Arc<[u8]>>>,
    known: Mutex<BTreeMap<PathBuf, Digest>>,
    examples: Mutex<Vec<Example>>,
    /// How often it was asked to look.
    pub(crate) looks: Mutex<usize>,
}

/// A tenant and a path.
type Key = (TenantId, String);

/// The policy of a site whose theme runs no scripts.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
    script-src 'none'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

impl FileSites {
    pub(crate) fn new(root: &Path) -> FileSites {
        let sites = FileSites {
            root: root.to_owned(),
            pages: Mutex::default(),
            asked: Mutex::default(),
            good: Mutex::default(),
            known: Mutex::default(),
            examples: Mutex::default(),
            looks: Mutex::default(),
        };
        *sites.known.lock().unwrap() = sites.files();
        sites
    }

    fn ids(&self) -> Vec<TenantId> {
        let names = fs::read_dir(self.root.join("sites")).into_iter().flatten().flatten();
        let mut ids: Vec<TenantId> =
            names.filter_map(|entry| TenantId::new(entry.file_name().to_str()?).ok()).collect();
        ids.sort();
        ids
    }

    /// All files, as paths seen from the workspace, with what they hold.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Digest> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root.join("sites")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(bytes) = fs::read(&path) {
                    files.insert(path.strip_prefix(&self.root).unwrap().to_owned(), Digest::of(&bytes));
                }
            }
        }
        files
    }

    /// The files at or below some paths that hold something else than before.
    fn differing(&self, paths: Option<&[PathBuf]>) -> Vec<PathBuf> {
        let now = self.files();
        let mut known = self.known.lock().unwrap();
        let is_meant = |path: &PathBuf| paths.is_none_or(|paths| paths.iter().any(|named| path.starts_with(named)));
        let both = now.keys().chain(known.keys());
        let mut differing: Vec<PathBuf> =
            both.filter(|path| is_meant(path) && now.get(*path) != known.get(*path)).cloned().collect();
        differing.sort();
        differing.dedup();
        for path in &differing {
            match now.get(path) {
                Some(digest) => known.insert(path.clone(), *digest),
                None => known.remove(path),
            };
        }
        differing
    }

    fn file(&self, tenant: &TenantId, path: &str) -> PathBuf {
        let site = self.root.join("sites").join(tenant.as_str());
        match path.trim_matches('/') {
            "" => site.join("content/index.md"),
            name if path.ends_with('/') => site.join("content").join(format!("{name}.md")),
            name => site.join("static").join(name),
        }
    }

    fn render(&self, tenant: &TenantId, path: &str) -> Answer {
        let file = self.file(tenant, path);
        let text = fs::read_to_string(&file);
        match text {
            Ok(text) if path.ends_with('/') => self.page(tenant, path, &text),
            Ok(text) => answer(200, media_type(path), text.as_bytes()),
            Err(_) if !path.ends_with('/') && self.file(tenant, &format!("{path}/")).is_file() => redirect(path),
            Err(_) => answer(404, HTML, document("nothing here").as_bytes()),
        }
    }

    fn page(&self, tenant: &TenantId, path: &str, text: &str) -> Answer {
        let key = (tenant.clone(), path.to_owned());
        if !text.is_empty() && !text.contains("BAD") {
            let body: Arc<[u8]> = document(text).into_bytes().into();
            self.good.lock().unwrap().insert(key, Arc::clone(&body));
            return answer(200, HTML, &body);
        }
        let name = format!("sites/{tenant}/content{}.md", path.trim_end_matches('/'));
        let source = Source::new(SourcePath::named(&name), text);
        let at = text.find("BAD").unwrap_or(0);
        let problem = Diagnostic::error("bad", "this is <b>bad</b>")
            .at(Place::new(&source, at..at + text.len().min(3)))
            .hint("write something \"good\"");
        let good = self.good.lock().unwrap().get(&key).cloned();
        let mut answer = match good {
            Some(body) => answer(200, HTML, &body),
            None => answer(500, HTML, b""),
        };
        answer.problems.push(problem);
        answer
    }
}

const HTML: &str = "text/html; charset=utf-8";

pub(crate) fn document(text: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Page</title>\n\
         <link rel=\"stylesheet\" href=\"/site.css\">\n</head>\n<body>\n<main>\n{text}\n</main>\n</body>\n</html>\n"
    )
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => HTML,
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn answer(status: u16, media_type: &str, body: &[u8]) -> Answer {
    let headers = [
        ("Content-Type", media_type),
        ("Content-Security-Policy", POLICY),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
    ];
    Answer {
        status,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: body.into(),
        digest: Digest::of(body),
        problems: Vec::new(),
        why: "it was asked for".to_owned(),
    }
}

fn redirect(path: &str) -> Answer {
    let mut redirect = answer(301, HTML, b"");
    redirect.headers.push(("Location".to_owned(), format!("{path}/")));
    redirect
}

impl Sites for FileSites {
    fn by_host(&self, host: &str) -> Result<TenantId, Vec<String>> {
        let name = host.strip_suffix(".localhost").or(host.strip_suffix(".example")).unwrap_or(host);
        let ids = self.ids();
        let near = || tenantry_core::suggest::nearest(name, ids.iter().map(TenantId::as_str)).map(str::to_owned);
        ids.iter().find(|id| id.as_str() == name).cloned().ok_or_else(|| near().into_iter().collect())
    }

    fn answer(&self, tenant: &TenantId, path: &str) -> Answer {
        assert_ne!(path, "/panic/", "a fault that a test wants");
        match path {
            "/big" => return answer(200, "application/octet-stream", &vec![b'x'; 8 << 20]),
            "/slow" => std::thread::sleep(std::time::Duration::from_millis(300)),
            "/evil" => {
                let mut evil = answer(200, HTML, b"x");
                evil.headers.push(("X-Evil".into(), "a\r\nSet-Cookie: a=b".into()));
                return evil;
            }
            "/away" => {
                let mut away = answer(301, HTML, b"");
                away.headers.push(("Location".into(), "//evil.example/".into()));
                return away;
            }
            _ => {}
        }
        let key = (tenant.clone(), path.to_owned());
        self.asked.lock().unwrap().insert(key.clone());
        if let Some(known) = self.pages.lock().unwrap().get(&key) {
            return known.clone();
        }
        let answer = self.render(tenant, path);
        self.pages.lock().unwrap().insert(key, answer.clone());
        answer
    }

    fn provenance(&self, tenant: &TenantId, _: &str) -> Vec<Origin> {
        vec![Origin {
            key: "document".into(),
            value: "<i>text</i>".into(),
            layer: format!("sites/{tenant}"),
            file: format!("sites/{tenant}/content/index.md"),
            line: Some(1),
        }]
    }

    fn tenants(&self) -> Vec<TenantRow> {
        let row = |id: TenantId| TenantRow {
            group: if id.as_str().starts_with('t') { "town".into() } else { String::new() },
            name: format!("Tenant <{id}>"),
            address: format!("https://{id}.example/"),
            languages: vec!["en".into(), "fr".into()],
            findings: Some(Findings { errors: usize::from(id.as_str() == "bad"), warnings: 0 }),
            changed: Some(std::time::SystemTime::UNIX_EPOCH),
            id,
        };
        self.ids().into_iter().map(row).collect()
    }

    fn tenant(&self, tenant: &TenantId) -> Option<TenantDetail> {
        let row = self.tenants().into_iter().find(|row| row.id == *tenant)?;
        let page = |page: &str, lang: &str, path: &str| PageRow {
            page: page.into(),
            lang: lang.into(),
            path: path.into(),
            title: format!("{page} & more"),
        };
        let origin = self.provenance(tenant, "/").remove(0);
        let overrides = vec![Override { origin, hides: "sites".into() }];
        Some(TenantDetail {
            pages: vec![page("index", "en", "/"), page("about", "en", "/about/"), page("about", "fr", "/fr/about/")],
            layers: vec![LayerRow { layer: format!("sites/{tenant}"), gives: 2, overrides }],
            problems: vec![Diagnostic::warning("w", "mind <this>")],
            row,
        })
    }

    fn changed(&self, paths: Option<&[PathBuf]>) -> Touched {
        *self.looks.lock().unwrap() += 1;
        let differing = self.differing(paths);
        let of = |path: &PathBuf| path.iter().nth(1).and_then(|name| TenantId::new(name.to_str()?).ok());
        let tenants: Vec<TenantId> = differing.iter().filter_map(of).collect();
        let mut pages = self.pages.lock().unwrap();
        let asked = self.asked.lock().unwrap();
        let is_touched = |(tenant, path): &&Key| tenants.contains(tenant) && path.ends_with('/');
        let page = asked.iter().find(is_touched).cloned();
        drop(asked);
        let before = page.as_ref().and_then(|key| pages.get(key)).map(|answer| Arc::clone(&answer.body));
        pages.retain(|(tenant, _), _| !tenants.contains(tenant));
        drop(pages);
        let example = page.map(|(tenant, path)| {
            let after = Some(self.render(&tenant, &path).body);
            Example { kinds: vec![ExampleKind::Fewest], tenant, path, before, after }
        });
        *self.examples.lock().unwrap() = example.into_iter().collect();
        let group = TouchedGroup { group: "town".into(), tenants: tenants.len(), pages: 2 };
        let groups = if differing.is_empty() { Vec::new() } else { vec![group] };
        let files = differing.iter().map(|path| path.display().to_string()).collect();
        Touched { files, groups, open: tenants, some: Vec::new() }
    }

    fn problems(&self, _: &Touched) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn shared_problems(&self) -> Vec<Diagnostic> {
        let is_bad = self.root.join("sites/bad").is_dir();
        is_bad.then(|| Diagnostic::error("shared", "all <share> this")).into_iter().collect()
    }

    fn examples(&self, _: &Touched) -> Vec<Example> {
        self.examples.lock().unwrap().clone()
    }

    fn page_about(&self, _: &Touched) -> Option<Key> {
        self.examples.lock().unwrap().first().map(|example| (example.tenant.clone(), example.path.clone()))
    }

    fn watched(&self, _: Watching) {}

    fn checked(&self) -> Checked {
        let all = self.ids().len();
        Checked { done: all, all }
    }
}

/// Remembers what a server says.
#[derive(Default)]
pub(crate) struct Told(pub(crate) Mutex<Vec<String>>);

impl Observer for Told {
    fn event(&self, event: Event<'_>) {
        let words = match event {
            Event::Edited(edit) => format!("edited {}", edit.touched.files.join(" ")),
            Event::Checked(checked) => format!("checked {}", checked.done),
            Event::Watching => "watching".to_owned(),
            Event::Polling { reason } => format!("polling: {reason}"),
        };
        self.0.lock().unwrap().push(words);
    }
}

/// A server with its workspace.
pub(crate) struct Server {
    pub(crate) workspace: Workspace,
    pub(crate) sites: Arc<FileSites>,
    pub(crate) told: Arc<Told>,
    pub(crate) running: Running,
}

/// A workspace of two tenants.
pub(crate) const TWO: &str = "//- /sites/alpha/content/index.md\n<p>home of alpha</p>\n//- /sites/alpha/content/about.md\n\
    <p>about alpha</p>\n//- /sites/alpha/static/site.css\nbody { color: black }\n\
    //- /sites/beta/content/index.md\n<p>home of beta</p>\n//- /themes/x/theme.toml\n\n";

/// The limits of a server whose tests do not want to wait.
pub(crate) fn hasty() -> Limits {
    use std::time::Duration;
    Limits {
        request_time: Duration::from_millis(600),
        stall: Duration::from_millis(800),
        linger: Duration::from_millis(300),
        heartbeat: Duration::from_millis(200),
        ..Limits::default()
    }
}

/// How a test wants its server.
pub(crate) fn options(workspace: &Workspace) -> Options {
    Options {
        workspace: workspace.path().to_owned(),
        ports: Ports::Only(0),
        host: None,
        tenant: None,
        follow: Follow::No,
        watch: Watch::Events,
        limits: hasty(),
    }
}

/// Starts a server on [`TWO`].
pub(crate) fn start(change: impl FnOnce(&mut Options)) -> Server {
    start_with(TWO, change)
}

/// Starts a server on a workspace.
pub(crate) fn start_with(fixture: &str, change: impl FnOnce(&mut Options)) -> Server {
    let workspace = Workspace::from_text(fixture);
    let mut options = options(&workspace);
    change(&mut options);
    let sites = Arc::new(FileSites::new(workspace.path()));
    let told = Arc::new(Told::default());
    let running = serve(Arc::clone(&sites) as _, Arc::clone(&told) as _, options).unwrap();
    Server { workspace, sites, told, running }
}

impl Server {
    /// Waits until the server said something.
    #[track_caller]
    pub(crate) fn wait_for(&self, words: &str) {
        client::wait_for(words, || self.told.0.lock().unwrap().iter().any(|told| told.contains(words)));
    }
}
