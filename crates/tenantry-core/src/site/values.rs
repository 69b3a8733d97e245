//! What fills the holes of a page.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::content::{Body, Filler, Filling, Target, Unfilled, ValuePath, Values};
use crate::language::Words;
use crate::register::TableHtml;
use crate::site::{ContentIndex, LinkStyle, Page, Site};
use crate::suggest::did_you_mean;

/// Fills a page's text.
pub fn fill_page(site: &Site<'_>, page: &Page, style: LinkStyle) -> Filling {
    Filler::new(&PageValues { site, page, style }).fill(&page.document.body)
}

/// The names of `vars` that a page asks for, in its own text and in its parts.
pub fn used_values(page: &Page, content: &ContentIndex) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let front = &page.document.front;
    for template in [&front.title, &front.description].into_iter().flatten() {
        used.extend(template.value.values().filter_map(var_name));
    }
    let mut seen = BTreeSet::new();
    let mut open = vec![page.document.as_ref()];
    while let Some(document) = open.pop() {
        used.extend(document.body.values().into_iter().filter_map(var_name));
        for (name, _) in document.body.includes() {
            let part = content.part(name, page.document_lang).and_then(|version| version.document.as_ref());
            if let Some(part) = part.filter(|_| seen.insert(name)) {
                open.push(part);
            }
        }
    }
    used
}

fn var_name(path: &ValuePath) -> Option<String> {
    let (root, name) = path.split();
    (root == "vars").then(|| name.to_owned())
}

/// What fills the holes of one page.
#[derive(Debug, Clone, Copy)]
pub struct PageValues<'v> {
    /// The site.
    pub site: &'v Site<'v>,
    /// The page.
    pub page: &'v Page,
    /// How links are written.
    pub style: LinkStyle,
}

/// Values besides `vars`.
const KNOWN: &[&str] = &[
    "site.base_url",
    "site.host",
    "site.covers",
    "site.languages",
    "tenant.id",
    "tenant.name",
    "page.title",
    "page.description",
    "page.updated",
    "page.lang",
    "page.url",
];

impl PageValues<'_> {
    fn known_value(&self, path: &str) -> Option<Result<Cow<'_, str>, Unfilled>> {
        let tenant = self.site.tenant;
        let words = Words::or_english(self.page.document_lang);
        Some(Ok(match path {
            "site.base_url" => tenant.base_url.as_str().into(),
            "site.host" => tenant.base_url.host().into(),
            "site.covers" => words.join(&tenant.covers).into(),
            "site.languages" => {
                let names: Vec<&str> =
                    tenant.languages.iter().map(|lang| lang.native_name().unwrap_or(lang.as_str())).collect();
                words.join(&names).into()
            }
            "tenant.id" => tenant.identity.id.as_str().into(),
            "tenant.name" => (&*tenant.name).into(),
            "page.title" | "page.description" => {
                let Some((title, description)) = self.site.words_of(self.page) else {
                    let message = format!("`{path}` cannot be asked for in a title or a description");
                    return Some(Err(Unfilled { message, hint: None }));
                };
                if path == "page.title" { title.into() } else { description.into() }
            }
            "page.lang" => self.page.lang.to_string().into(),
            "page.url" => tenant.base_url.join(&self.page.address).into(),
            "page.updated" => match self.page.updated() {
                Some(date) => words.date(date).into(),
                None => {
                    let hint = Some(format!(
                        "add `updated = 2026-11-20` to its front matter, or `pages.{}.updated` to a layer",
                        self.page.path
                    ));
                    return Some(Err(Unfilled { message: "the page has no date of its last update".into(), hint }));
                }
            },
            _ => return None,
        }))
    }

    fn var(&self, name: &str) -> Result<Cow<'_, str>, Unfilled> {
        let vars = &self.site.tenant.vars;
        let lang = self.page.document_lang;
        match vars.get(name).map(|text| text.text(lang)) {
            Some(Some(text)) => Ok(text.into()),
            Some(None) => Err(Unfilled {
                message: format!("`vars.{name}` has no text in `{lang}`"),
                hint: Some(format!("add `vars.{name}.{lang} = \"…\"`")),
            }),
            None => Err(Unfilled {
                message: format!("no layer sets `vars.{name}`"),
                hint: did_you_mean(name, vars.keys().map(|key| &**key))
                    .or_else(|| Some(format!("set it: vars.{name} = \"…\""))),
            }),
        }
    }
}

impl Values for PageValues<'_> {
    fn value(&self, path: &ValuePath) -> Result<Cow<'_, str>, Unfilled> {
        if let ("vars", name) = path.split() {
            return self.var(name);
        }
        self.known_value(path.as_str()).unwrap_or_else(|| {
            let hint = did_you_mean(path.as_str(), KNOWN.iter().copied())
                .unwrap_or_else(|| format!("values are {} and vars.…", KNOWN.join(", ")));
            Err(Unfilled { message: format!("there is no value `{path}`"), hint: Some(hint) })
        })
    }

    fn link(&self, target: &Target) -> Result<String, Unfilled> {
        self.site.links.resolve(self.page, target, self.style)
    }

    fn file(&self, path: &str) -> Result<String, Unfilled> {
        self.site.links.file(self.page, path, self.style)
    }

    fn table(&self, id: &str) -> Result<&TableHtml, Unfilled> {
        let wanted = format!("table-{id}");
        if let Some(table) = self.tables().iter().find(|table| table.id == wanted) {
            return Ok(table);
        }
        if self.site.empty_tables.iter().any(|empty| empty == id) {
            let hint = "give it `rows`, or use `{{ cookie_tables() }}`, which leaves tables without rows out";
            return Err(Unfilled {
                message: format!("the table `{id}` has no rows for this tenant"),
                hint: Some(hint.into()),
            });
        }
        let known = self.tables().iter().map(|table| table.id.trim_start_matches("table-"));
        let hint = did_you_mean(id, known).unwrap_or_else(|| format!("describe it: [table.{id}]"));
        Err(Unfilled { message: format!("there is no table `{id}`"), hint: Some(hint) })
    }

    fn tables(&self) -> &[TableHtml] {
        self.site.tables.get(&self.page.document_lang).map(|tables| tables.as_slice()).unwrap_or_default()
    }

    fn part(&self, name: &str) -> Result<&Body, Unfilled> {
        let lang = self.page.document_lang;
        match self.site.content.part(name, lang) {
            Some(version) => match &version.document {
                Some(document) => Ok(&document.body),
                None => Err(Unfilled { message: format!("the part `{name}` has errors"), hint: None }),
            },
            None => {
                let known = self.site.content.parts.keys().map(String::as_str).filter(|known| *known != name);
                let hint =
                    did_you_mean(name, known).unwrap_or_else(|| format!("write `content/_parts/{name}.{lang}.md`"));
                Err(Unfilled { message: format!("no layer has the part `{name}` in `{lang}`"), hint: Some(hint) })
            }
        }
    }
}
