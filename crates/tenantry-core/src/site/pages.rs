//! Which pages a site has, in which languages, at which addresses.

use std::sync::Arc;

use crate::content::Document;
use crate::diagnostic::Diagnostic;
use crate::language::{Date, Lang};
use crate::layer::{MissingTranslation, PageSpec};
use crate::path::{OutputPath, PagePath, SourcePath};
use crate::site::{ContentIndex, Tenant, Version};
use crate::suggest::Suggestions;

/// Most pages of a site, all languages together: a page that stands in for its translations is one in each.
const MOST_PAGES: usize = 10_000;
/// Most former addresses of a site. Hosts read some thousands at most.
const MOST_ALIASES: usize = 10_000;
/// Most pages that a hint names.
const MOST_NAMED: usize = 10;

/// A page in one language.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its path, the same in all languages.
    pub path: PagePath,
    /// The language it is served in.
    pub lang: Lang,
    /// Its address, relative to the site's root: `en/cookies/`, empty for the home page of the default language.
    pub address: String,
    /// Its document.
    pub document: Arc<Document>,
    /// Where the document is.
    pub source: SourcePath,
    /// The language of the document: another one than `lang` if the page stands in for a missing translation.
    pub document_lang: Lang,
    /// What layers say of the page.
    pub settings: PageSpec,
}

impl Page {
    /// The date of the last update: the layers' word, or the document's.
    pub fn updated(&self) -> Option<Date> {
        let front = self.document.front.updated.as_ref();
        self.settings.updated.as_ref().or(front).map(|updated| updated.value)
    }

    /// The order in the navigation.
    pub fn nav_order(&self) -> Option<i64> {
        let front = self.document.front.nav.as_ref();
        self.settings.nav.as_ref().or(front).map(|order| order.value)
    }

    /// The template, without `.html`.
    pub fn template(&self) -> &str {
        let front = self.document.front.template.as_ref();
        self.settings.template.as_ref().or(front).map_or("page", |template| &template.value)
    }

    /// Former addresses.
    pub fn aliases(&self) -> &[OutputPath] {
        if self.lang != self.document_lang {
            // The document claims its former addresses in its own language.
            return &[];
        }
        let front = self.document.front.aliases.as_ref();
        self.settings.aliases.as_ref().or(front).map_or(&[], |aliases| &aliases.value)
    }

    /// How many folders deep the page lies.
    pub fn depth(&self) -> usize {
        self.address.matches('/').count()
    }
}

/// The pages of a tenant, by address. `None` if a document that it needs has errors, or a translation is owed.
pub(super) fn pages(tenant: &Tenant, content: &ContentIndex, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Page>> {
    let mut listing = Listing { tenant, diagnostics, pages: Vec::new(), failed: false };
    for (path, versions) in &content.pages {
        let settings = tenant.pages.get(path);
        if settings.and_then(|settings| settings.enabled.as_ref()).is_some_and(|enabled| !enabled.value) {
            continue;
        }
        if listing.pages.len() > MOST_PAGES {
            break;
        }
        listing.versions_of(path, versions, &settings.cloned().unwrap_or_default());
    }
    let Listing { mut pages, mut failed, .. } = listing;
    let aliases: usize = pages.iter().map(|page| page.aliases().len()).sum();
    for (number, most, what) in [(pages.len(), MOST_PAGES, "pages"), (aliases, MOST_ALIASES, "former addresses")] {
        if number > most {
            let message = format!("the site has {number} {what} or more, at most {most} are allowed");
            diagnostics.push(Diagnostic::error("too-many-pages", message).about(tenant.identity.file.as_str()));
            failed = true;
        }
    }
    if pages.is_empty() && !failed {
        let languages: Vec<&str> = tenant.languages.iter().map(Lang::as_str).collect();
        let message = format!("the site has no page in {}", languages.join(", "));
        let hint = "an empty site is not built: its last output stays";
        diagnostics.push(Diagnostic::error("empty-site", message).about(tenant.identity.file.as_str()).hint(hint));
        return None;
    }
    pages.sort_by(|a, b| a.address.cmp(&b.address));
    (!failed).then_some(pages)
}

struct Listing<'l> {
    tenant: &'l Tenant,
    diagnostics: &'l mut Vec<Diagnostic>,
    pages: Vec<Page>,
    failed: bool,
}

impl Listing<'_> {
    fn versions_of(&mut self, path: &PagePath, versions: &[Version], settings: &PageSpec) {
        self.translations_behind(versions);
        for lang in self.tenant.languages.clone() {
            let mut settings = settings.clone();
            if lang != self.tenant.default_language() {
                // What a layer says of a page is one address, and not one for each language.
                settings.aliases = None;
            }
            match versions.iter().find(|version| version.lang == lang) {
                Some(version) => self.page(path, (lang, version), settings),
                None => self.missing(path, (lang, versions), settings),
            }
        }
    }

    fn page(&mut self, path: &PagePath, (lang, version): (Lang, &Version), settings: PageSpec) {
        let Some(document) = &version.document else {
            self.failed = true;
            return;
        };
        let Some(address) = self.address(path, (lang, document), &settings) else {
            self.failed = true;
            return;
        };
        self.pages.push(Page {
            path: path.clone(),
            lang,
            address,
            document: Arc::clone(document),
            source: version.path.clone(),
            document_lang: version.lang,
            settings,
        });
    }

    /// `/<path>/` in the default language, `/<lang>/<path>/` in the others.
    fn address(&mut self, path: &PagePath, (lang, document): (Lang, &Document), settings: &PageSpec) -> Option<String> {
        let setting = settings.slug.get(lang);
        let front = document.front.slug.as_ref();
        let slug = setting.or(front);
        if let Some(slug) = slug
            && let Some(reason) = slug_error(&slug.value)
        {
            let problem = Diagnostic::error(
                "bad-slug",
                format!("`{}` cannot be part of an address: {reason}", slug.value.escape_debug()),
            );
            let place = match setting {
                Some(_) => self.tenant.chain.place(slug.origin),
                None => Some(crate::source::Place::new(&document.body.source, slug.origin.span)),
            };
            self.diagnostics.push(match place {
                Some(place) => problem.at(place),
                None => problem,
            });
            return None;
        }
        let mut address = String::new();
        if lang != self.tenant.default_language() {
            address.push_str(lang.as_str());
            address.push('/');
        }
        let folder = path.address(slug.map(|slug| &*slug.value));
        if !folder.is_empty() {
            address.push_str(&folder);
            address.push('/');
        }
        Some(address)
    }

    /// A served language without a text of the page.
    fn missing(&mut self, path: &PagePath, (lang, versions): (Lang, &[Version]), settings: PageSpec) {
        let served = |lang: &Lang| versions.iter().find(|version| version.lang == *lang);
        // A language that is served comes first; without one, any text shows that the page was meant.
        let Some(stand_in) = self.tenant.languages.iter().find_map(served).or(versions.first()) else { return };
        let severity_and_words = match self.tenant.missing_translation {
            MissingTranslation::Error => {
                Diagnostic::error("missing-translation", format!("the page `{path}` has no text in `{lang}`"))
            }
            MissingTranslation::Skip => Diagnostic::warning(
                "missing-translation",
                format!("the page `{path}` has no text in `{lang}`, so it is left out there"),
            ),
            MissingTranslation::Fallback => {
                return self.page(path, (lang, stand_in), settings);
            }
        };
        self.failed |= severity_and_words.is_error();
        let file = stand_in.path.as_str().replace(&format!(".{}.md", stand_in.lang), &format!(".{lang}.md"));
        self.diagnostics.push(severity_and_words.about(stand_in.path.as_str()).hint(format!("write `{file}`")));
    }

    /// A nearer layer replaces some languages of a page; the others still come from above, and may say something else.
    fn translations_behind(&mut self, versions: &[Version]) {
        let served = || versions.iter().filter(|version| self.tenant.languages.contains(&version.lang));
        let Some(nearest) = served().max_by_key(|version| version.depth) else { return };
        let behind: Vec<&str> =
            served().filter(|version| version.depth < nearest.depth).map(|version| version.lang.as_str()).collect();
        if !behind.is_empty() {
            let message =
                format!("this page replaces an inherited one, whose text in {} stays in use", behind.join(", "));
            let warning = Diagnostic::warning("translation-behind", message).about(nearest.path.as_str());
            self.diagnostics.push(warning.hint("replace it in every language that is served"));
        }
    }
}

/// Why a slug cannot be one segment of an address.
fn slug_error(slug: &str) -> Option<String> {
    if slug.contains('/') {
        return Some("it is one segment, without slashes".into());
    }
    OutputPath::new(slug).err().map(|error| error.to_string())
}

/// `[pages]` that speak of pages that do not exist, as warnings.
pub fn unused_page_settings(tenant: &Tenant, content: &ContentIndex) -> Vec<Diagnostic> {
    let known = || content.pages.keys().map(PagePath::as_str);
    let some = known().take(MOST_NAMED).collect::<Vec<_>>().join(", ");
    let unknown = tenant.pages.iter().filter(|(path, _)| !content.pages.contains_key(*path));
    let mut suggestions = Suggestions::default();
    let warning = |(path, settings): (&PagePath, &PageSpec)| {
        let hint =
            suggestions.did_you_mean(path.as_str(), known()).or_else(|| Some(format!("pages are such as {some}")));
        let warning =
            Diagnostic::warning("unknown-page", format!("`pages.{path}` speaks of a page that does not exist"))
                .hint_maybe(hint);
        match first_origin(settings).and_then(|origin| tenant.chain.place(origin)) {
            Some(place) => warning.at(place),
            None => warning.about(tenant.identity.file.as_str()),
        }
    };
    unknown.map(warning).collect()
}

fn first_origin(settings: &PageSpec) -> Option<crate::layer::Origin> {
    let PageSpec { enabled, title, description, updated, nav, slug, template, aliases } = settings;
    enabled
        .as_ref()
        .map(|found| found.origin)
        .or(updated.as_ref().map(|found| found.origin))
        .or(nav.as_ref().map(|found| found.origin))
        .or(template.as_ref().map(|found| found.origin))
        .or(aliases.as_ref().map(|found| found.origin))
        .or(title.origin())
        .or(description.origin())
        .or(slug.origin())
}
