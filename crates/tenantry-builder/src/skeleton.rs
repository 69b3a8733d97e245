//! Pages of many tenants from one rendering.
//!
//! Tenants that share a blueprint have pages that differ by names, addresses and texts alone. Where the theme's template
//! only prints these ([`crate::prints`]), it is rendered once with marks in their places, cut at the marks, and each
//! tenant's values are put between the pieces, escaped as the template engine escapes them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tenantry_core::content::Filling;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::language::Lang;
use tenantry_core::site::{BrandFile, PageContext, Site, TenantView, full_title};

use crate::brands::digest_of;
use crate::prints::Prints;
use crate::templates::Templates;

/// Most skeletons of one blueprint: its pages, times the ways in which tenants' tables and parameters differ.
const MOST: usize = 256;

/// A page without the values of its tenant.
#[derive(Debug)]
struct Skeleton(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Literal(String),
    Slot(Slot),
}

/// A value that differs by tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Body,
    Description,
    Root,
    BaseUrl,
    Host,
    Id,
    Name,
    BrandPath,
    BrandIntegrity,
}

/// Each with the letter that marks it.
const SLOTS: [(Slot, char); 9] = [
    (Slot::Body, 'a'),
    (Slot::Root, 'b'),
    (Slot::BaseUrl, 'c'),
    (Slot::Host, 'd'),
    (Slot::Id, 'e'),
    (Slot::Name, 'f'),
    (Slot::BrandPath, 'g'),
    (Slot::BrandIntegrity, 'h'),
    (Slot::Description, 'i'),
];

/// The skeletons of a blueprint, made when they are first asked for.
#[derive(Debug, Default)]
pub(crate) struct Skeletons(Mutex<BTreeMap<Digest, Arc<Skeleton>>>);

/// A page that is to be rendered.
pub(crate) struct Rendering<'r> {
    /// The theme's templates.
    pub(crate) templates: &'r Templates,
    /// The name of the page's own, with `.html`.
    pub(crate) template: &'r str,
    /// The strings of its language, digested.
    pub(crate) strings: Digest,
    /// What stands around its text, digested.
    pub(crate) frame: Digest,
    /// The tenant's site.
    pub(crate) site: &'r Site<'r>,
    /// The tenant's own style sheet.
    pub(crate) brand: Option<&'r BrandFile>,
    /// The language.
    pub(crate) lang: Lang,
    /// The title, which is the same for all tenants of a blueprint.
    pub(crate) title: &'r str,
    /// A sentence for search engines.
    pub(crate) description: &'r str,
    /// Whether the page has an address of its own.
    pub(crate) has_address: bool,
    /// The text.
    pub(crate) filling: &'r Filling<'r>,
}

impl Skeletons {
    /// Renders a page. `None` if its template does more than print, so that no skeleton can be had. `context` is what
    /// the template sees; the text of the page is not needed in it.
    pub(crate) fn render<'c>(
        &self,
        rendering: &Rendering<'_>,
        context: impl FnOnce() -> PageContext<'c>,
    ) -> Option<Result<Vec<u8>, Diagnostic>> {
        let prints = rendering.templates.prints(rendering.template)?;
        let key = rendering.key(prints);
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&key).map(Arc::clone);
        let skeleton = match found {
            Some(skeleton) => skeleton,
            None if known().len() >= MOST => return None,
            None => match Skeleton::new(rendering, context(), key) {
                Ok(skeleton) => {
                    // Two tenants may come here at once; they make the same.
                    let skeleton = Arc::new(skeleton);
                    known().insert(key, Arc::clone(&skeleton));
                    skeleton
                }
                Err(problem) => return Some(Err(problem)),
            },
        };
        Some(Ok(skeleton.fill(rendering, prints)))
    }
}

impl Rendering<'_> {
    /// A digest of everything that the page shows but for what fills its slots.
    fn key(&self, prints: &Prints) -> Digest {
        let tenant = self.site.tenant;
        let named = self.site.params.iter().filter(|(name, _)| prints.params.contains(&***name));
        let mut digester = Digester::new()
            .with(self.templates.digest(self.template).as_bytes())
            .with(self.strings.as_bytes())
            .with(self.frame.as_bytes())
            .with(digest_of(named, self.lang).as_bytes())
            .with(self.title)
            .with(tenant.base_url.rooted(""));
        tenant.languages.iter().for_each(|lang| digester.put(lang.as_str().as_bytes()));
        let is_named = !tenant.name.is_empty();
        let is_titled_so = *tenant.name == *self.title;
        let is_described = !self.description.is_empty();
        let yes_or_no = [tenant.noindex, self.brand.is_some(), is_titled_so, is_named, is_described, self.has_address];
        digester.put(&yes_or_no.map(u8::from));
        for entry in self.filling.toc.iter() {
            digester.put(&[entry.level]);
            digester.put(entry.id.as_bytes());
            digester.put(entry.html.as_bytes());
        }
        digester.finish()
    }
}

impl Skeleton {
    /// Renders a page with marks, and cuts it there.
    fn new(rendering: &Rendering<'_>, context: PageContext<'_>, key: Digest) -> Result<Skeleton, Diagnostic> {
        // No text can hold a digest of itself.
        let token = format!("q{key}");
        let mark = |slot: Slot| {
            let letter = SLOTS.iter().find(|(found, _)| *found == slot).map_or('z', |(_, letter)| *letter);
            format!("{token}{letter}")
        };
        let [root, base_url, host, id, name] = [Slot::Root, Slot::BaseUrl, Slot::Host, Slot::Id, Slot::Name].map(mark);
        let below_root = |address: &str| match address.strip_prefix(rendering.site.root()) {
            Some(rest) => format!("{root}{rest}"),
            None => address.to_owned(),
        };
        let brand = BrandFile { path: mark(Slot::BrandPath), integrity: mark(Slot::BrandIntegrity) };
        let is_named_so = context.page.title == context.tenant.name;
        let full_title = if is_named_so {
            context.page.full_title.to_string()
        } else {
            full_title(context.page.title, &name).into_owned()
        };
        let description = mark(Slot::Description);
        let mut marked = context;
        if !marked.page.description.is_empty() {
            marked.page.description = &description;
        }
        marked.page.body = mark(Slot::Body);
        marked.page.full_title = full_title.into();
        marked.page.url = below_root(&marked.page.url);
        for translation in &mut marked.page.translations {
            translation.absolute = below_root(&translation.absolute);
        }
        marked.site.base_url = &base_url;
        marked.site.host = &host;
        marked.site.brand = marked.site.brand.map(|_| &brand);
        marked.tenant = TenantView { id: &id, name: &name };
        let rendered = rendering.templates.render_page(rendering.template, &marked)?;
        Ok(Skeleton(cut(&String::from_utf8_lossy(&rendered), &token)))
    }

    /// Puts the values of a tenant between the pieces.
    fn fill(&self, rendering: &Rendering<'_>, prints: &Prints) -> Vec<u8> {
        let Rendering { site, brand, filling, description, .. } = rendering;
        let body = if prints.trims_body { filling.html.trim() } else { &filling.html };
        let mut filled = Vec::with_capacity(body.len() + 8192);
        for piece in &self.0 {
            let value = match piece {
                Piece::Literal(html) => {
                    filled.extend_from_slice(html.as_bytes());
                    continue;
                }
                Piece::Slot(Slot::Body) => {
                    filled.extend_from_slice(body.as_bytes());
                    continue;
                }
                Piece::Slot(Slot::Description) => description,
                Piece::Slot(Slot::Root) => site.root(),
                Piece::Slot(Slot::BaseUrl) => site.tenant.base_url.as_str(),
                Piece::Slot(Slot::Host) => site.tenant.base_url.host(),
                Piece::Slot(Slot::Id) => site.tenant.identity.id.as_str(),
                Piece::Slot(Slot::Name) => &site.tenant.name,
                Piece::Slot(Slot::BrandPath) => brand.map_or("", |brand| &brand.path),
                Piece::Slot(Slot::BrandIntegrity) => brand.map_or("", |brand| &brand.integrity),
            };
            // Writing into memory does not fail.
            let _ = tera::escape_html(value, &mut filled);
        }
        filled
    }
}

fn cut(html: &str, token: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut parts = html.split(token);
    let literal = |text: &str| Piece::Literal(text.to_owned());
    pieces.extend(parts.next().map(literal));
    for part in parts {
        let letter = part.chars().next();
        if let Some((slot, letter)) = SLOTS.iter().find(|(_, found)| Some(*found) == letter) {
            pieces.push(Piece::Slot(*slot));
            pieces.push(literal(&part[letter.len_utf8()..]));
        }
    }
    pieces
}
