//! What fills the holes of a page.

use std::borrow::Cow;

use crate::content::{Draft, Filling, LinkStyle, Unfilled, ValuePath, Values};
use crate::digest::Digest;
use crate::language::Words;
use crate::register::TableHtml;
use crate::site::{Page, Site};
use crate::suggest::did_you_mean;

/// What fills the holes of one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageValues<'v> {
    site: &'v Site<'v>,
    index: usize,
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

impl<'v> PageValues<'v> {
    /// The values of a page, given by its number.
    pub(super) fn new(site: &'v Site<'v>, index: usize) -> PageValues<'v> {
        PageValues { site, index }
    }

    fn page(&self) -> &'v Page {
        &self.site.pages()[self.index]
    }

    fn draft(&self) -> &'v Draft {
        &self.site.blueprint.drafts[self.index]
    }

    /// Fills the page's text.
    pub(super) fn fill(&self, style: LinkStyle<'_>) -> Filling<'v> {
        self.draft().fill(self, style)
    }

    /// A digest of all that the page's text depends on; `None` if something is missing.
    pub(super) fn digest(&self) -> Option<Digest> {
        self.draft().digest_with(self)
    }

    fn known_value(&self, path: &str) -> Option<Result<Cow<'_, str>, Unfilled>> {
        let (tenant, page) = (self.site.tenant, self.page());
        let words = Words::or_english(page.document_lang);
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
                let Some((title, description)) = self.site.headings_of(self.index) else {
                    let message = format!("`{path}` cannot be asked for in a title or a description");
                    return Some(Err(Unfilled { message, hint: None }));
                };
                Cow::Borrowed(if path == "page.title" { &**title } else { &**description })
            }
            "page.lang" => page.lang.to_string().into(),
            "page.url" => tenant.base_url.join(&page.address).into(),
            "page.updated" => match page.updated() {
                Some(date) => words.date(date).into(),
                None => {
                    let hint = Some(format!(
                        "add `updated = 2026-11-20` to its front matter, or `pages.{}.updated` to a layer",
                        page.path
                    ));
                    return Some(Err(Unfilled { message: "the page has no date of its last update".into(), hint }));
                }
            },
            _ => return None,
        }))
    }

    fn var(&self, name: &str) -> Result<Cow<'_, str>, Unfilled> {
        let vars = &self.site.tenant.vars;
        let lang = self.page().document_lang;
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
        self.site.tables.get(&self.page().document_lang).map(|tables| tables.as_slice()).unwrap_or_default()
    }
}
