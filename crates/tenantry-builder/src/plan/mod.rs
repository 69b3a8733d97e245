//! The plan of one tenant: every file of its output as a job, before anything is rendered or written.

mod beside;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use tenantry_core::content::Filling;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::language::Lang;
use tenantry_core::manifest::{CacheClass, Ingredient, Key};
use tenantry_core::path::OutputPath;
use tenantry_core::site::{LinkStyle, Look, Page, PageContext, Site, fill_page};
use tenantry_core::source::Place;
use tenantry_core::suggest::did_you_mean;

use crate::loaded::{Loaded, SharedFiles, load};
use crate::resolve::{Resolved, params_digest};

/// Where the theme's files go.
const ASSETS: &str = "assets/";

/// After so many mistakes of a tenant's pages the rest is not looked at: it fails, and each may need a search for what
/// was meant.
const MOST_MISTAKES: usize = 1_000;

/// Most bytes that a tenant's files have together: all of them are held in memory until the first is written.
pub(crate) const LARGEST_SITE: usize = 512 << 20;

/// One file to be.
#[derive(Debug)]
pub struct Job<'s> {
    /// Where it goes.
    pub path: OutputPath,
    /// What it depends on.
    pub key: Key,
    /// Its media type.
    pub media_type: String,
    /// How long others may keep it.
    pub cache: CacheClass,
    /// How it comes about.
    pub task: Task<'s>,
}

/// How a file comes about.
#[derive(Debug)]
pub enum Task<'s> {
    /// A page, rendered by a template.
    Page {
        /// The template's name, with `.html`.
        template: String,
        /// What it sees.
        context: Box<PageContext<'s>>,
    },
    /// Bytes that are known already, and their digest.
    Bytes(Arc<[u8]>, Digest),
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
}

/// Plans a tenant's files, sorted by path. `None` if something is wrong, which is in `diagnostics`.
pub(crate) fn plan<'s>(
    resolved: &'s Resolved,
    site: &'s Site<'s>,
    sources: Sources<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Job<'s>>> {
    let before = diagnostics.len();
    let mut planning =
        Planning { resolved, site, sources, diagnostics, jobs: Vec::new(), owners: Vec::new(), bytes: 0 };
    for page in &resolved.pages {
        if planning.diagnostics.len() - before > MOST_MISTAKES || planning.bytes > LARGEST_SITE {
            break;
        }
        planning.page(page);
    }
    planning.theme_files();
    planning.static_files();
    planning.beside_the_pages();
    planning.collisions();
    if planning.bytes > LARGEST_SITE {
        planning.diagnostics.push(too_large(resolved));
    }
    let Planning { mut jobs, diagnostics, .. } = planning;
    if diagnostics[before..].iter().any(Diagnostic::is_error) {
        return None;
    }
    jobs.sort_by(|a, b| a.path.cmp(&b.path));
    Some(jobs)
}

struct Planning<'p, 's> {
    resolved: &'s Resolved,
    site: &'s Site<'s>,
    sources: Sources<'p>,
    diagnostics: &'p mut Vec<Diagnostic>,
    jobs: Vec<Job<'s>>,
    /// Every path that is claimed, with who claims it, in words.
    owners: Vec<(OutputPath, String)>,
    /// How much text the pages have so far, their fragments included.
    bytes: usize,
}

impl<'s> Planning<'_, 's> {
    fn page(&mut self, page: &'s Page) {
        if page.address.starts_with(ASSETS) {
            let owner = format!("the page `{}`", page.path);
            return self.reserved(&owner, page.source.as_str());
        }
        let filling = fill_page(self.site, page, LinkStyle::Relative);
        if !filling.diagnostics.is_empty() {
            self.diagnostics.extend(filling.diagnostics);
            return;
        }
        let template = format!("{}.html", page.template());
        if !self.resolved.theme.templates.has_page(&template) {
            return self.unknown_template(page);
        }
        self.bytes += 2 * filling.html.len();
        self.fragment(page);
        let path = OutputPath::generated(format!("{}index.html", page.address));
        self.owners.push((path.clone(), format!("the page `{}` ({})", page.path, page.source)));
        let content = content_digest(&filling);
        let (strings, strings_digest) = self.resolved.theme.strings(page.lang);
        let context = Box::new(self.site.context(page, filling, self.look(strings)));
        let key = self.page_key(&template, (page.lang, strings_digest), &context).with(Ingredient::Content, content);
        self.jobs.push(Job {
            path,
            key,
            media_type: "text/html; charset=utf-8".into(),
            cache: CacheClass::Revalidate,
            task: Task::Page { template, context },
        });
    }

    fn look(&self, strings: &'s IndexMap<String, String>) -> Look<'s> {
        Look { strings, brand: self.resolved.brand.as_ref().map(|(file, _)| file) }
    }

    /// What a rendered page depends on, besides its text.
    fn page_key(&self, template: &str, (lang, strings): (Lang, Digest), context: &PageContext<'_>) -> Key {
        Key::default()
            .with(Ingredient::Program, self.sources.program)
            .with(Ingredient::Template, self.resolved.theme.templates.digest(template))
            .with(Ingredient::Strings, strings)
            .with(Ingredient::Params, params_digest(&self.resolved.params, lang))
            .with(Ingredient::Settings, settings_digest(context))
    }

    /// The body alone, with whole addresses, to be put into a portal or another system.
    fn fragment(&mut self, page: &Page) {
        let filling = fill_page(self.site, page, LinkStyle::Absolute);
        self.diagnostics.extend(filling.diagnostics.iter().cloned());
        let path = OutputPath::generated(format!("{}fragment.html", page.address));
        let owner = format!("the fragment of the page `{}`", page.path);
        self.text(path, filling.html, (Ingredient::Content, owner));
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
            self.bytes(
                asset.output.clone(),
                (Arc::clone(&asset.bytes), asset.digest, key),
                format!("a file of the theme `{}`", theme.name),
            );
        }
        if let Some((_, brand)) = &self.resolved.brand {
            let key = Key::default()
                .with(Ingredient::Program, self.sources.program)
                .with(Ingredient::Params, params_digest(&self.resolved.params, Lang::ENGLISH))
                .with(Ingredient::File, brand.digest);
            self.bytes(
                brand.output.clone(),
                (Arc::clone(&brand.bytes), brand.digest, key),
                "the tenant's style sheet".into(),
            );
        }
    }

    fn static_files(&mut self) {
        let own = format!("{}/", self.resolved.folder);
        for (path, file) in &self.resolved.content.files {
            let is_own = file.source.as_str().starts_with(&own);
            let Sources { root, shared, .. } = self.sources;
            let loaded = if is_own { load(root, &file.source) } else { shared.get(root, &file.source) };
            match loaded {
                Ok(Loaded { bytes, digest }) => {
                    let key = Key::default().with(Ingredient::File, digest);
                    self.bytes(path.clone(), (bytes, digest, key), format!("the file `{}`", file.source));
                }
                Err(problem) => self.diagnostics.push(problem),
            }
        }
    }

    fn bytes(&mut self, path: OutputPath, (bytes, digest, key): (Arc<[u8]>, Digest, Key), owner: String) {
        let cache = if path.as_str().starts_with(ASSETS) { CacheClass::Immutable } else { CacheClass::Revalidate };
        let media_type = media_type(path.as_str());
        self.owners.push((path.clone(), owner));
        self.jobs.push(Job { path, key, media_type, cache, task: Task::Bytes(bytes, digest) });
    }

    /// Two files of one name, also where case does not count, and files that are folders for others.
    fn collisions(&mut self) {
        let mut by_path: BTreeMap<String, &str> = BTreeMap::new();
        let mut collisions = Vec::new();
        for (path, owner) in &self.owners {
            if let Some(other) = by_path.insert(path.folded(), owner) {
                collisions.push((path.to_string(), other.to_owned(), owner.clone()));
            }
        }
        for (path, owner) in &self.owners {
            let folded = path.folded();
            let folders = folded.match_indices('/').map(|(at, _)| &folded[..at]);
            for folder in folders {
                if let Some(other) = by_path.get(folder) {
                    collisions.push((folder.to_owned(), (*other).to_owned(), owner.clone()));
                }
            }
        }
        collisions.sort();
        collisions.dedup_by(|a, b| a.0 == b.0);
        for (path, one, other) in collisions {
            let problem = Diagnostic::error("collision", format!("`{path}` is claimed twice: by {one} and by {other}"));
            let hint = "rename one of them, or give a page another `slug`";
            self.diagnostics.push(problem.about(self.resolved.tenant.identity.file.as_str()).hint(hint));
        }
    }
}

/// A site that is too large to be held in memory.
pub(crate) fn too_large(resolved: &Resolved) -> Diagnostic {
    let message = format!("the site has more than {LARGEST_SITE} bytes, at most that many are allowed");
    Diagnostic::error("output-too-large", message).about(resolved.tenant.identity.file.as_str())
}

fn content_digest(filling: &Filling) -> Digest {
    let digester = Digester::new().with(&filling.html);
    filling
        .toc
        .iter()
        .fold(digester, |digester, entry| digester.with([entry.level]).with(&entry.id).with(&entry.html))
        .finish()
}

/// What a template sees besides the text, the strings and the parameters.
#[expect(clippy::expect_used, reason = "a default would give every page one key")]
fn settings_digest(context: &PageContext<'_>) -> Digest {
    let PageContext { page, site, tenant, nav, params: _, strings: _ } = context;
    let bytes = serde_json::to_vec(&(page, site, tenant, nav)).expect("texts, numbers and lists always become JSON");
    Digest::of(&bytes)
}

/// The media type of a file, with the encoding where it is text.
fn media_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = guess.type_() == "text"
        || matches!(
            guess.essence_str(),
            "application/json" | "application/javascript" | "image/svg+xml" | "application/xml"
        );
    if text { format!("{}; charset=utf-8", guess.essence_str()) } else { guess.essence_str().to_owned() }
}
