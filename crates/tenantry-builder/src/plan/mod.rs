//! The plan of one tenant: every file of its output as a job, before anything is rendered or written.

mod beside;
mod collisions;
mod compressed;

pub(crate) use beside::NOT_FOUND;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use tenantry_core::artifact::Encoding;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Checksum, Digest, Digester};
use tenantry_core::language::Lang;
use tenantry_core::manifest::{CacheClass, Ingredient, Key};
use tenantry_core::path::{OutputPath, SourcePath};
use tenantry_core::site::{Page, Site};
use tenantry_core::source::Place;
use tenantry_core::suggest::did_you_mean;

use crate::brands::params_digest;
use crate::build::Files;
use crate::compress::Slot;
use crate::loaded::{Loaded, SharedFiles, load};
use crate::plan::collisions::Owner;
use crate::plan::compressed::Shared;
use crate::resolve::Resolved;

/// Where the theme's files go.
const ASSETS: &str = "assets/";
/// The media type of pages.
const HTML: &str = "text/html; charset=utf-8";

/// After so many mistakes of a tenant's pages the rest is not looked at: it fails, and each may need a search for what
/// was meant.
const MOST_MISTAKES: usize = 1_000;

/// One file to be.
#[derive(Debug)]
pub struct Job {
    /// Where it goes.
    pub path: OutputPath,
    /// What it depends on.
    pub key: Key,
    /// Its media type.
    pub media_type: Cow<'static, str>,
    /// How long others may keep it.
    pub cache: CacheClass,
    /// How it comes about.
    pub task: Task,
}

impl Job {
    /// How the file is compressed, if it is the compressed form of another one.
    pub(crate) fn encoding(&self) -> Option<Encoding> {
        match self.task {
            Task::Compressed(encoding, ..) => Some(encoding),
            _ => None,
        }
    }
}

/// How a file comes about.
#[derive(Debug, Clone)]
pub enum Task {
    /// A page, by its number.
    Page(usize),
    /// The text of a page alone, to be put into a portal or another system.
    Fragment(usize),
    /// The page for addresses that lead nowhere, in a language.
    NotFound(Lang),
    /// The sitemap.
    Sitemap,
    /// `cookies.json`.
    Register,
    /// Bytes that are known already, and their checksum.
    Bytes(Arc<[u8]>, Checksum),
    /// Another file, compressed; and where the compressed one is put if tenants share it.
    Compressed(Encoding, Box<Task>, Option<Slot>),
}

/// What plans are made from besides the tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sources<'p> {
    /// The workspace's folder.
    pub(crate) root: &'p Path,
    /// The digest of the program.
    pub(crate) program: Digest,
    /// The static files of the layers above.
    pub(crate) shared: &'p SharedFiles,
    /// Which files are wanted.
    pub(crate) files: Files,
}

/// Plans a tenant's files, sorted by path. `None` if something is wrong, which is in `diagnostics`.
pub(crate) fn plan(
    resolved: &Resolved,
    site: &Site<'_>,
    sources: Sources<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Job>> {
    let before = diagnostics.len();
    let identity = site.identity_digest(resolved.brand.as_ref().map(|brand| &brand.file));
    let (jobs, owners, params, texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut planning = Planning { resolved, site, sources, identity, diagnostics, jobs, owners, params, texts };
    for index in 0..site.pages().len() {
        if planning.diagnostics.len() - before > MOST_MISTAKES {
            break;
        }
        planning.page(index);
    }
    match sources.files {
        Files::All => {
            planning.fragments();
            planning.theme_files();
            planning.static_files();
            planning.beside_the_pages();
        }
        Files::PagesAndSitemap => planning.sitemap(),
    }
    planning.refuse_false_forms();
    planning.collisions();
    let Planning { mut jobs, diagnostics, .. } = planning;
    if diagnostics[before..].iter().any(Diagnostic::is_error) {
        return None;
    }
    jobs.sort_by(|a, b| a.path.cmp(&b.path));
    Some(jobs)
}

struct Planning<'p> {
    resolved: &'p Resolved,
    site: &'p Site<'p>,
    sources: Sources<'p>,
    /// What every page may say of its tenant.
    identity: Digest,
    diagnostics: &'p mut Vec<Diagnostic>,
    jobs: Vec<Job>,
    /// Every path that is claimed, with who claims it.
    owners: Vec<(OutputPath, Owner)>,
    /// The theme's parameters as the pages of a language see them.
    params: Vec<(Lang, Digest)>,
    /// The pages that are planned, each with a digest of its text.
    texts: Vec<(usize, Digest)>,
}

impl Planning<'_> {
    fn page(&mut self, index: usize) {
        let page = &self.site.pages()[index];
        if page.address.starts_with(ASSETS) {
            let owner = format!("the page `{}`", page.path);
            return self.reserved(&owner, page.source.as_str());
        }
        let Some(text) = self.site.text_digest(index) else {
            self.diagnostics.extend(self.site.fill(index).diagnostics);
            return;
        };
        let template = format!("{}.html", page.template());
        if !self.resolved.theme.templates.has_page(&template) {
            return self.unknown_template(page);
        }
        let path = OutputPath::generated(format!("{}index.html", page.address));
        let key = self.page_key(&template, page.lang, self.site.frame_digest(index)).with(Ingredient::Content, text);
        self.made((path, key), (HTML.into(), Owner::Page(index)), Task::Page(index));
        self.texts.push((index, text));
    }

    /// The texts of pages alone, with whole addresses, to be put into a portal or another system.
    fn fragments(&mut self) {
        let root = Digest::of(self.site.root().as_bytes());
        for (index, text) in std::mem::take(&mut self.texts) {
            let page = &self.site.pages()[index];
            let path = OutputPath::generated(format!("{}fragment.html", page.address));
            let key = self.program_key().with(Ingredient::Content, text).with(Ingredient::Settings, root);
            self.made((path, key), (HTML.into(), Owner::Fragment(index)), Task::Fragment(index));
        }
    }

    /// A file that this run makes.
    fn made(&mut self, (path, key): (OutputPath, Key), (media_type, owner): (Cow<'static, str>, Owner), task: Task) {
        self.owners.push((path.clone(), owner));
        self.add(Job { path, key, media_type, cache: CacheClass::Revalidate, task }, Shared::No);
    }

    fn program_key(&self) -> Key {
        Key::default().with(Ingredient::Program, self.sources.program)
    }

    /// What a rendered page depends on, besides its text. `frame` is what stands around the text.
    fn page_key(&mut self, template: &str, lang: Lang, frame: Digest) -> Key {
        let theme = &self.resolved.theme;
        let settings = Digester::new().with(self.identity.as_bytes()).with(frame.as_bytes()).finish();
        self.program_key()
            .with(Ingredient::Template, theme.templates.digest(template))
            .with(Ingredient::Strings, theme.strings(lang).1)
            .with(Ingredient::Params, self.params_digest(lang))
            .with(Ingredient::Settings, settings)
    }

    fn params_digest(&mut self, lang: Lang) -> Digest {
        if let Some((_, digest)) = self.params.iter().find(|(known, _)| *known == lang) {
            return *digest;
        }
        let digest = params_digest(&self.resolved.params, lang);
        self.params.push((lang, digest));
        digest
    }

    /// What lies below `assets/` may be kept for ever, so only files whose name changes with their content lie there.
    fn reserved(&mut self, owner: &str, source: &str) {
        let message = format!("{owner} lies in `{ASSETS}`, which holds the theme's files");
        let hint = "choose another path or `slug`";
        self.diagnostics.push(Diagnostic::error("reserved-address", message).about(source).hint(hint));
    }

    fn unknown_template(&mut self, page: &Page) {
        let known = self.resolved.theme.templates.page_names();
        let name = page.template();
        let hint = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
            format!(
                "templates of `{}` are {}",
                self.resolved.theme.name,
                known.iter().copied().collect::<Vec<_>>().join(", ")
            )
        });
        let problem = Diagnostic::error(
            "unknown-template",
            format!("the page `{}` asks for the template `{name}`, which the theme does not have", page.path),
        );
        let place = match (&page.settings.template, &page.document.front.template) {
            (Some(set), _) => self.resolved.tenant.chain.place(set.origin),
            (None, Some(front)) => Some(Place::new(&page.document.body.source, front.origin.span)),
            (None, None) => None,
        };
        let problem = match place {
            Some(place) => problem.at(place),
            None => problem.about(page.source.as_str()),
        };
        self.diagnostics.push(problem.hint(hint));
    }

    fn theme_files(&mut self) {
        let theme = &self.resolved.theme;
        for asset in theme.assets.values() {
            let key = Key::default().with(Ingredient::File, asset.digest);
            self.bytes(&asset.output, (&asset.bytes, asset.checksum), (key, Owner::Theme));
        }
        if let Some(brand) = &self.resolved.brand {
            let asset = &brand.asset;
            let key = self.program_key().with(Ingredient::Params, brand.params).with(Ingredient::File, asset.digest);
            self.bytes(&asset.output, (&asset.bytes, asset.checksum), (key, Owner::Brand));
        }
    }

    fn static_files(&mut self) {
        for (path, file) in &self.resolved.blueprint.content().files {
            let Sources { root, shared, .. } = self.sources;
            let loaded =
                if self.is_own(&file.source) { load(root, &file.source) } else { shared.get(root, &file.source) };
            match loaded {
                Ok(Loaded { bytes, digest, checksum }) => {
                    let key = Key::default().with(Ingredient::File, digest);
                    self.bytes(path, (&bytes, checksum), (key, Owner::File(SourcePath::clone(&file.source))));
                }
                Err(problem) => self.diagnostics.push(problem),
            }
        }
    }

    /// Whether a file is the tenant's, and no layer's above it.
    fn is_own(&self, source: &SourcePath) -> bool {
        source.as_str().strip_prefix(self.resolved.folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// A file that goes out as it is.
    fn bytes(&mut self, path: &OutputPath, (bytes, checksum): (&Arc<[u8]>, Checksum), (key, owner): (Key, Owner)) {
        let cache = if path.as_str().starts_with(ASSETS) { CacheClass::Immutable } else { CacheClass::Revalidate };
        // There may be as many brands as tenants: they are not worth the most, nor kept for others.
        let is_own = match &owner {
            Owner::File(source) => self.is_own(source),
            owner => matches!(owner, Owner::Brand),
        };
        let shared = if is_own { Shared::No } else { Shared::Yes };
        self.owners.push((path.clone(), owner));
        let task = Task::Bytes(Arc::clone(bytes), checksum);
        self.add(Job { path: path.clone(), key, media_type: media_type(path.as_str()), cache, task }, shared);
    }
}

/// The media type of a file, with the encoding where it is text.
fn media_type(path: &str) -> Cow<'static, str> {
    // Every tenant has some of these.
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => return "text/css; charset=utf-8".into(),
        Some("json") => return "application/json; charset=utf-8".into(),
        Some("txt") => return "text/plain; charset=utf-8".into(),
        _ => {}
    }
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = guess.type_() == "text"
        || matches!(
            guess.essence_str(),
            "application/json" | "application/javascript" | "image/svg+xml" | "application/xml"
        );
    if text { format!("{}; charset=utf-8", guess.essence_str()).into() } else { guess.essence_str().to_owned().into() }
}
