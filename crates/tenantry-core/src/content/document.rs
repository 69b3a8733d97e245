//! A document: front matter and a compiled body.

use std::sync::{Arc, OnceLock};

use crate::content::body::{Body, TextTemplate};
use crate::content::front_matter::{FrontMatter, front_matter};
use crate::content::markdown;
use crate::diagnostic::Diagnostic;
use crate::layer::Sourced;
use crate::lint::Read;
use crate::source::{Place, Source};

/// Whose text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The operator's: raw HTML passes.
    Operator,
    /// A tenant's: raw HTML is dropped.
    Tenant,
}

/// A page's text in one language.
#[derive(Debug, Clone)]
pub struct Document {
    /// What it says of itself.
    pub front: FrontMatter,
    /// Its text.
    pub body: Body,
    /// What rules find in it, once somebody has asked.
    pub(crate) lint: OnceLock<Read>,
}

/// Compiles a page. `None` if it has errors, which are in `diagnostics`.
pub fn compile_document(source: &Arc<Source>, trust: Trust, diagnostics: &mut Vec<Diagnostic>) -> Option<Document> {
    compile(source, trust, diagnostics, |front, diagnostics| {
        let is_blank = |title: &Sourced<TextTemplate>| {
            title.value.values().next().is_none() && title.value.literal_words().trim().is_empty()
        };
        if front.title.as_ref().is_none_or(is_blank) {
            let problem = Diagnostic::error("no-title", "the page has no title")
                .at(Place::new(source, 0..0))
                .hint("begin the file with +++, title = \"…\", +++ on three lines");
            diagnostics.push(problem);
        }
    })
}

/// Compiles a part, which has no front matter of its own.
pub fn compile_part(source: &Arc<Source>, trust: Trust, diagnostics: &mut Vec<Diagnostic>) -> Option<Document> {
    compile(source, trust, diagnostics, |_, diagnostics| {
        if source.text().starts_with("+++") {
            let problem = Diagnostic::error("front-matter", "a part has no front matter: it is a piece of a page");
            let place = Place::new(source, 0..3);
            diagnostics.push(problem.at(place).hint("take the lines from `+++` to `+++` out"));
        }
    })
}

fn compile(
    source: &Arc<Source>,
    trust: Trust,
    diagnostics: &mut Vec<Diagnostic>,
    check: impl Fn(&FrontMatter, &mut Vec<Diagnostic>),
) -> Option<Document> {
    let mut found = Vec::new();
    let (front, body_start) = front_matter(source, &mut found);
    if found.is_empty() {
        check(&front, &mut found);
    }
    let body = markdown::compile(source, body_start, trust, &mut found);
    let failed = found.iter().any(Diagnostic::is_error);
    diagnostics.append(&mut found);
    (!failed).then_some(Document { front, body, lint: OnceLock::new() })
}
