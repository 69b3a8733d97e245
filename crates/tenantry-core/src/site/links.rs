//! From the target of a link to the address that a page writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::content::{Body, DEEPEST_PART, Linked, Outline, Surroundings, Target, Unfilled};
use crate::language::Lang;
use crate::path::{OutputPath, PagePath, in_address};
use crate::site::{ContentIndex, Page};
use crate::suggest::did_you_mean;

/// The pages of a site and their addresses, below whatever address the site is published.
#[derive(Debug)]
pub struct Links {
    default_language: Lang,
    /// The pages, by address.
    pub(super) pages: Vec<Page>,
    /// What the pages are made from.
    pub(super) content: Arc<ContentIndex>,
    by_page: BTreeMap<PagePath, Vec<(Lang, usize)>>,
    by_address: BTreeMap<String, usize>,
    /// The ids of each page, found when a link first asks for them.
    ids: Vec<OnceLock<PageIds>>,
}

/// The ids of a page.
#[derive(Debug, Default)]
struct PageIds {
    ids: BTreeSet<String>,
    /// The parts whose ids are among them, each with its depth: one that is shown often has them once.
    parts: BTreeSet<(Box<str>, usize)>,
    /// Whether the headings of all cookie tables are there too.
    all_tables: bool,
}

impl Links {
    /// Indexes the pages of a site.
    pub fn new(default_language: Lang, pages: Vec<Page>, content: Arc<ContentIndex>) -> Links {
        let mut by_page: BTreeMap<PagePath, Vec<(Lang, usize)>> = BTreeMap::new();
        for (index, page) in pages.iter().enumerate() {
            by_page.entry(page.path.clone()).or_default().push((page.lang, index));
        }
        let by_address = pages.iter().enumerate().map(|(index, page)| (page.address.clone(), index)).collect();
        let ids = pages.iter().map(|_| OnceLock::new()).collect();
        Links { default_language, by_page, by_address, pages, content, ids }
    }

    /// The page of a path in a language, or in the default language if it has none there, by its number.
    pub fn index_of(&self, path: &PagePath, lang: Lang) -> Option<usize> {
        self.index_in(path, lang).or_else(|| self.index_in(path, self.default_language))
    }

    /// The page of a path in a language, by its number.
    pub fn index_in(&self, path: &PagePath, lang: Lang) -> Option<usize> {
        let versions = self.by_page.get(path)?;
        versions.iter().find(|(found, _)| *found == lang).map(|(_, index)| *index)
    }

    fn page(&self, path: &PagePath, lang: Lang) -> Option<&Page> {
        self.index_of(path, lang).map(|index| &self.pages[index])
    }

    /// The paths of all pages.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(|page| page.path.as_str())
    }

    fn own(from: &Page, to: &str, fragment: Option<&str>) -> Linked {
        let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        let below_root = in_address(to);
        Linked {
            written: format!("{}{fragment}", relative(from, &below_root)),
            below_root: Some(format!("{below_root}{fragment}")),
            to_table: None,
        }
    }

    /// The address of a link's target.
    pub fn resolve(&self, from: &Page, target: &Target) -> Result<Linked, Unfilled> {
        match target {
            Target::Elsewhere(address) => Ok(Linked { written: address.clone(), below_root: None, to_table: None }),
            Target::Fragment(fragment) => {
                let to_table = self.check_fragment(from, fragment)?;
                Ok(Linked { written: format!("#{fragment}"), below_root: None, to_table })
            }
            Target::Page { path, fragment } => {
                let page = self.page(path, from.lang).ok_or_else(|| self.no_page(path.as_str(), from.lang))?;
                self.to_page(from, (page, fragment.as_deref()))
            }
            Target::Relative { path, fragment } => self.relative_target(from, (path, fragment.as_deref())),
        }
    }

    fn to_page(&self, from: &Page, (page, fragment): (&Page, Option<&str>)) -> Result<Linked, Unfilled> {
        let to_table = fragment.map_or(Ok(None), |fragment| self.check_fragment(page, fragment))?;
        Ok(Linked { to_table, ..Links::own(from, &page.address, fragment) })
    }

    /// A path relative to the page: another page's address, a document's file name, or a static file.
    fn relative_target(&self, from: &Page, (path, fragment): (&str, Option<&str>)) -> Result<Linked, Unfilled> {
        if let Some(page) = self.by_file_name(from, path) {
            return self.to_page(from, (page, fragment));
        }
        let joined = joined(&from.address, path).ok_or_else(|| dead(path, Some("the path leaves the site".into())))?;
        let folder = if joined.is_empty() || joined.ends_with('/') { joined.clone() } else { format!("{joined}/") };
        if let Some(index) = self.by_address.get(&folder) {
            return self.to_page(from, (&self.pages[*index], fragment));
        }
        if OutputPath::new(&joined).is_ok_and(|file| self.content.files.contains_key(&file)) {
            return Ok(Links::own(from, &joined, None));
        }
        let near = did_you_mean(
            folder.trim_end_matches('/'),
            self.by_address.keys().map(|address| address.trim_end_matches('/')),
        );
        Err(dead(path, near.or_else(|| Some("link to a page by its path: [text](page:cookies)".into()))))
    }

    /// A page named by its file, `legal-notice.md` or `legal-notice.fr.md`, seen from the folder of the page.
    fn by_file_name(&self, from: &Page, path: &str) -> Option<&Page> {
        let stem = path.strip_suffix(".md")?;
        let (stem, lang) = match stem.rsplit_once('.').map(|(stem, lang)| (stem, Lang::new(lang))) {
            Some((stem, Ok(lang))) => (stem, lang),
            _ => (stem, from.lang),
        };
        let folder = from.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = joined(&format!("{folder}/"), stem)?;
        self.page(&PagePath::new(&path).ok()?, lang)
    }

    /// The address of a static file, given relative to the page, or to the site's root with a slash in front.
    pub fn file(&self, from: &Page, path: &str) -> Result<Linked, Unfilled> {
        let in_page = joined(&from.address, path);
        let in_root = joined("", path.strip_prefix("static/").unwrap_or(path));
        let exists = |path: &String| OutputPath::new(path).is_ok_and(|file| self.content.files.contains_key(&file));
        match [in_page, in_root].into_iter().flatten().find(exists) {
            Some(file) => Ok(Links::own(from, &file, None)),
            None => {
                let known = self.content.files.keys().map(OutputPath::as_str);
                let near = did_you_mean(path.trim_start_matches('/'), known);
                let hint = near.unwrap_or_else(|| {
                    "put the file into `static/` and name it by its path, such as `/logo.svg`".into()
                });
                Err(Unfilled { message: format!("there is no file `{path}`"), hint: Some(hint) })
            }
        }
    }

    fn no_page(&self, path: &str, lang: Lang) -> Unfilled {
        let elsewhere = self.pages.iter().find(|page| page.path.as_str() == path);
        let hint = match elsewhere {
            Some(page) => Some(format!("it has one in `{}`: write its text in this language too", page.lang)),
            None => did_you_mean(path, self.pages.iter().map(|page| page.path.as_str())),
        };
        Unfilled { message: format!("the link is dead: this site has no page `{path}` in `{lang}`"), hint }
    }

    /// Whether a page has a heading of an id, in its own text, its parts or its tables. That of a table depends on the
    /// tenant: it is given back, with the page's path.
    fn check_fragment(&self, page: &Page, fragment: &str) -> Result<Option<(String, String)>, Unfilled> {
        let find = || {
            let mut found = PageIds::default();
            self.gather_ids(page.document_lang, (&page.document.body.outline, 0), &mut found);
            found
        };
        let index = self.index_in(&page.path, page.lang);
        let Some(found) = index.and_then(|index| self.ids.get(index)).map(|ids| ids.get_or_init(find)) else {
            return Ok(None);
        };
        if found.ids.contains(fragment) || fragment == "top" {
            return Ok(None);
        }
        if found.all_tables && fragment.starts_with("table-") {
            return Ok(Some((page.path.to_string(), fragment.to_owned())));
        }
        let hint = did_you_mean(fragment, found.ids.iter().map(String::as_str));
        Err(Unfilled {
            message: format!("the link is dead: the page `{}` has no heading with the id `{fragment}`", page.path),
            hint,
        })
    }

    fn gather_ids(&self, lang: Lang, (outline, depth): (&[Outline], usize), found: &mut PageIds) {
        for entry in outline {
            match entry {
                Outline::Heading(heading) => {
                    found.ids.insert(heading.id.to_string());
                }
                Outline::CookieTable(id, _) => {
                    found.ids.insert(format!("table-{id}-caption"));
                }
                Outline::CookieTables(..) => found.all_tables = true,
                Outline::Include(name) => {
                    let part = self.content.part(name, lang).and_then(|version| version.document.as_ref());
                    if let Some(part) = part.filter(|_| depth < DEEPEST_PART)
                        && found.parts.insert((name.clone(), depth))
                    {
                        self.gather_ids(lang, (&part.body.outline, depth + 1), found);
                    }
                }
            }
        }
    }
}

/// What stands around one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'l> {
    /// The pages and files of the site.
    pub(super) links: &'l Links,
    /// The page.
    pub(super) page: &'l Page,
}

impl Surroundings for Around<'_> {
    fn link(&self, target: &Target) -> Result<Linked, Unfilled> {
        self.links.resolve(self.page, target)
    }

    fn file(&self, path: &str) -> Result<Linked, Unfilled> {
        self.links.file(self.page, path)
    }

    fn part(&self, name: &str) -> Result<&Body, Unfilled> {
        let lang = self.page.document_lang;
        let parts = &self.links.content.parts;
        match self.links.content.part(name, lang) {
            Some(version) => match &version.document {
                Some(document) => Ok(&document.body),
                None => Err(Unfilled { message: format!("the part `{name}` has errors"), hint: None }),
            },
            None => {
                let known = parts.keys().map(String::as_str).filter(|known| *known != name);
                let hint =
                    did_you_mean(name, known).unwrap_or_else(|| format!("write `content/_parts/{name}.{lang}.md`"));
                Err(Unfilled { message: format!("no layer has the part `{name}` in `{lang}`"), hint: Some(hint) })
            }
        }
    }
}

fn dead(path: &str, hint: Option<String>) -> Unfilled {
    Unfilled { message: format!("the link is dead: `{path}` is neither a page nor a file of this site"), hint }
}

/// `to`, which is relative to the root and written as in an address, seen from a page.
pub(super) fn relative(from: &Page, to: &str) -> String {
    let up = "../".repeat(from.depth());
    match (up.is_empty(), to.is_empty()) {
        (true, true) => "./".into(),
        _ => format!("{up}{to}"),
    }
}

/// Joins a path to a folder that ends in a slash. `None` if it climbs out of the root.
fn joined(folder: &str, path: &str) -> Option<String> {
    let (base, path) = match path.strip_prefix('/') {
        Some(rooted) => ("", rooted),
        None => (folder, path),
    };
    let mut segments: Vec<&str> = base.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            segment => segments.push(segment),
        }
    }
    let is_folder = path.is_empty() || path.ends_with('/') || path.ends_with("..") || path == ".";
    let mut joined = segments.join("/");
    if is_folder && !joined.is_empty() {
        joined.push('/');
    }
    Some(joined.strip_suffix("index.html").map(str::to_owned).unwrap_or(joined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_as_in_a_browser() {
        assert_eq!(joined("en/cookies/", "../legal/").as_deref(), Some("en/legal/"));
        assert_eq!(joined("en/cookies/", "/logo.svg").as_deref(), Some("logo.svg"));
        assert_eq!(joined("cookies/", "..").as_deref(), Some(""));
        assert_eq!(joined("cookies/", "../../x"), None);
        assert_eq!(joined("a/", "b/index.html").as_deref(), Some("a/b/"));
    }
}
