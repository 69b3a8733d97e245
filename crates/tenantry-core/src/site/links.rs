//! From the target of a link to the address that a page writes.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::content::{DEEPEST_PART, Outline, Target, Unfilled};
use crate::language::Lang;
use crate::layer::BaseUrl;
use crate::path::{OutputPath, PagePath, in_address};
use crate::site::{ContentIndex, Page, Tenant};
use crate::suggest::did_you_mean;

/// How addresses of the own site are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStyle {
    /// Relative to the page, so that the site works under any address, in a preview and from a disk.
    Relative,
    /// With scheme and host, for text that is shown elsewhere.
    Absolute,
}

/// Where an address is read from.
#[derive(Debug, Clone, Copy)]
pub enum Viewpoint<'p> {
    /// A page, which knows where it lies: addresses are relative to it.
    Page(&'p Page),
    /// A page that hosts show under any address, such as that of an error, in a language: addresses begin at the root
    /// of the host.
    Anywhere(Lang),
}

impl Viewpoint<'_> {
    /// The language.
    pub fn lang(self) -> Lang {
        match self {
            Viewpoint::Page(page) => page.lang,
            Viewpoint::Anywhere(lang) => lang,
        }
    }
}

/// The addresses of a site.
#[derive(Debug)]
pub struct Links<'s> {
    base_url: &'s BaseUrl,
    default_language: Lang,
    pages: &'s [Page],
    content: &'s ContentIndex,
    by_page: BTreeMap<(&'s str, Lang), usize>,
    by_address: BTreeMap<&'s str, usize>,
    tables: BTreeSet<String>,
    /// The ids of each page, found when a link first asks for them.
    ids: Vec<OnceCell<BTreeSet<String>>>,
}

impl<'s> Links<'s> {
    /// Indexes the pages of a site. `tables` are the ids of the headings of its cookie tables.
    pub fn new(
        tenant: &'s Tenant,
        pages: &'s [Page],
        content: &'s ContentIndex,
        tables: BTreeSet<String>,
    ) -> Links<'s> {
        Links {
            base_url: &tenant.base_url,
            default_language: tenant.default_language(),
            pages,
            content,
            by_page: pages.iter().enumerate().map(|(index, page)| ((page.path.as_str(), page.lang), index)).collect(),
            by_address: pages.iter().enumerate().map(|(index, page)| (&*page.address, index)).collect(),
            tables,
            ids: pages.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    /// The page of a path in a language, or in the default language if it has none there.
    pub fn page(&self, path: &PagePath, lang: Lang) -> Option<&'s Page> {
        let index = self
            .by_page
            .get(&(path.as_str(), lang))
            .or_else(|| self.by_page.get(&(path.as_str(), self.default_language)));
        index.map(|index| &self.pages[*index])
    }

    /// The index of a page among the pages of the site.
    pub fn index(&self, page: &Page) -> Option<usize> {
        self.by_page.get(&(page.path.as_str(), page.lang)).copied()
    }

    /// The paths of all pages.
    pub fn paths(&self) -> impl Iterator<Item = &'s str> {
        self.pages.iter().map(|page| page.path.as_str())
    }

    /// The address of something relative to the site's root, as `from` writes it.
    pub fn address(&self, from: &Page, to: &str, style: LinkStyle) -> String {
        match style {
            LinkStyle::Absolute => self.base_url.join(to),
            LinkStyle::Relative => relative(from, &in_address(to)),
        }
    }

    /// The address of something relative to the site's root, seen from a viewpoint.
    pub fn seen_from(&self, from: Viewpoint<'_>, to: &str) -> String {
        match from {
            Viewpoint::Page(page) => self.address(page, to, LinkStyle::Relative),
            Viewpoint::Anywhere(_) => self.base_url.rooted(to),
        }
    }

    /// The root of the site, seen from a viewpoint: `./`, `../../` or `/legal/`.
    pub fn root_from(&self, from: Viewpoint<'_>) -> String {
        match from {
            Viewpoint::Page(page) if page.depth() == 0 => "./".into(),
            Viewpoint::Page(page) => "../".repeat(page.depth()),
            Viewpoint::Anywhere(_) => self.base_url.rooted(""),
        }
    }

    /// The address of a link's target.
    pub fn resolve(&self, from: &Page, target: &Target, style: LinkStyle) -> Result<String, Unfilled> {
        match target {
            Target::Elsewhere(address) => Ok(address.clone()),
            Target::Fragment(fragment) => {
                self.check_fragment(from, fragment)?;
                Ok(format!("#{fragment}"))
            }
            Target::Page { path, fragment } => {
                let page = self.page(path, from.lang).ok_or_else(|| self.no_page(path.as_str(), from.lang))?;
                self.page_address(from, (page, fragment.as_deref()), style)
            }
            Target::Relative { path, fragment } => self.relative_target(from, (path, fragment.as_deref()), style),
        }
    }

    fn page_address(
        &self,
        from: &Page,
        (page, fragment): (&Page, Option<&str>),
        style: LinkStyle,
    ) -> Result<String, Unfilled> {
        let address = self.address(from, &page.address, style);
        match fragment {
            None => Ok(address),
            Some(fragment) => {
                self.check_fragment(page, fragment)?;
                Ok(format!("{address}#{fragment}"))
            }
        }
    }

    /// A path relative to the page: another page's address, a document's file name, or a static file.
    fn relative_target(
        &self,
        from: &Page,
        (path, fragment): (&str, Option<&str>),
        style: LinkStyle,
    ) -> Result<String, Unfilled> {
        if let Some(page) = self.by_file_name(from, path) {
            return self.page_address(from, (page, fragment), style);
        }
        let joined = joined(&from.address, path).ok_or_else(|| dead(path, Some("the path leaves the site".into())))?;
        let folder = if joined.is_empty() || joined.ends_with('/') { joined.clone() } else { format!("{joined}/") };
        if let Some(index) = self.by_address.get(&*folder) {
            return self.page_address(from, (&self.pages[*index], fragment), style);
        }
        if OutputPath::new(&joined).is_ok_and(|file| self.content.files.contains_key(&file)) {
            return Ok(self.address(from, &joined, style));
        }
        let near = did_you_mean(
            folder.trim_end_matches('/'),
            self.by_address.keys().map(|address| address.trim_end_matches('/')),
        );
        Err(dead(path, near.or_else(|| Some("link to a page by its path: [text](page:cookies)".into()))))
    }

    /// A page named by its file, `legal-notice.md` or `legal-notice.fr.md`, seen from the folder of the page.
    fn by_file_name(&self, from: &Page, path: &str) -> Option<&'s Page> {
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
    pub fn file(&self, from: &Page, path: &str, style: LinkStyle) -> Result<String, Unfilled> {
        let in_page = joined(&from.address, path);
        let in_root = joined("", path.strip_prefix("static/").unwrap_or(path));
        let exists = |path: &String| OutputPath::new(path).is_ok_and(|file| self.content.files.contains_key(&file));
        match [in_page, in_root].into_iter().flatten().find(exists) {
            Some(file) => Ok(self.address(from, &file, style)),
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

    /// Whether a page has a heading of an id, in its own text, its parts or its tables.
    fn check_fragment(&self, page: &Page, fragment: &str) -> Result<(), Unfilled> {
        let find = || {
            let mut ids = BTreeSet::new();
            self.gather_ids(page.document_lang, (&page.document.body.outline, 0), &mut ids);
            ids
        };
        let Some(ids) = self.index(page).and_then(|index| self.ids.get(index)).map(|ids| ids.get_or_init(find)) else {
            return Ok(());
        };
        if ids.contains(fragment) || fragment == "top" {
            return Ok(());
        }
        let hint = did_you_mean(fragment, ids.iter().map(String::as_str));
        Err(Unfilled {
            message: format!("the link is dead: the page `{}` has no heading with the id `{fragment}`", page.path),
            hint,
        })
    }

    fn gather_ids(&self, lang: Lang, (outline, depth): (&[Outline], usize), ids: &mut BTreeSet<String>) {
        for entry in outline {
            match entry {
                Outline::Heading(heading) => {
                    ids.insert(heading.id.to_string());
                }
                Outline::CookieTable(id, _) => {
                    ids.insert(format!("table-{id}-caption"));
                }
                Outline::CookieTables(..) => ids.extend(self.tables.iter().cloned()),
                Outline::Include(name) => {
                    let part = self.content.part(name, lang).and_then(|version| version.document.as_ref());
                    if let Some(part) = part.filter(|_| depth < DEEPEST_PART) {
                        self.gather_ids(lang, (&part.body.outline, depth + 1), ids);
                    }
                }
            }
        }
    }
}

fn dead(path: &str, hint: Option<String>) -> Unfilled {
    Unfilled { message: format!("the link is dead: `{path}` is neither a page nor a file of this site"), hint }
}

/// `to`, which is relative to the root, seen from a page.
fn relative(from: &Page, to: &str) -> String {
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
