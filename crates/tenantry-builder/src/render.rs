//! From a job to its bytes. No disk; what is shared by all files of a tenant is made once.

use std::collections::BTreeSet;
use std::sync::Arc;

use tenantry_core::artifact::{Encoding, sitemap};
use tenantry_core::content::Filling;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::language::Lang;
use tenantry_core::site::{Look, PageContext, Site};

use crate::compress::{Slot, compress, compress_once};
use crate::output::FileBytes;
use crate::plan::{Job, NOT_FOUND, Task};
use crate::resolve::Resolved;
use crate::skeleton::Rendering;
use crate::watchdog::{Watchdog, Watched};

/// Most bytes that a tenant's files have together: all of them are held in memory until the first is written.
const LARGEST_SITE: u64 = 512 << 20;
/// Most findings of a tenant that are told and remembered.
pub(crate) const MOST_FINDINGS: usize = 1_000;

/// Why a file cannot be made.
#[derive(Debug)]
pub(crate) enum Unrendered {
    /// The text of a page, given by its number, lacks something. The fragment and the page lack the same.
    Text(usize, Vec<Diagnostic>),
    /// Its template fails.
    Template(Diagnostic),
}

/// Makes the file of a job.
pub(crate) fn render(resolved: &Resolved, site: &Site<'_>, job: &Job) -> Result<FileBytes, Unrendered> {
    made(resolved, site, &job.task)
}

fn made(resolved: &Resolved, site: &Site<'_>, task: &Task) -> Result<FileBytes, Unrendered> {
    let text = |text: String| Ok(FileBytes::Own(text.into_bytes()));
    match task {
        Task::Bytes(bytes, _) => Ok(FileBytes::Shared(Arc::clone(bytes))),
        Task::Page(index) => page(resolved, site, *index),
        Task::NotFound(lang) => not_found(resolved, site, *lang),
        Task::Fragment(index) => {
            let filling = site.fill_whole(*index);
            if filling.diagnostics.is_empty() {
                text(filling.html)
            } else {
                Err(Unrendered::Text(*index, filling.diagnostics))
            }
        }
        Task::Compressed(encoding, task, slot) => compressed(*encoding, (&made(resolved, site, task)?, slot.as_ref())),
        Task::Sitemap => text(sitemap(&site.sitemap_pages())),
        Task::Register => text(resolved.register.file(&resolved.tenant, site.register_date())),
    }
}

/// What bounds the work of rendering a site.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Guard<'g> {
    /// How many bytes the site has besides.
    pub(crate) besides: u64,
    /// Who looks at the clock while a template is at work.
    pub(crate) watchdog: Option<&'g Watchdog>,
}

impl<'g> Guard<'g> {
    fn watched(&self, (resolved, site): (&Resolved, &Site<'_>), job: &Job) -> Option<Watched<'g>> {
        let template = match &job.task {
            Task::Page(index) => &format!("{}.html", site.pages()[*index].template()),
            Task::NotFound(_) => NOT_FOUND,
            Task::Fragment(_) | Task::Sitemap | Task::Register | Task::Bytes(..) | Task::Compressed(..) => return None,
        };
        Some(self.watchdog?.renders(&resolved.tenant.identity.id, (&job.path, template)))
    }
}

/// Makes the files of jobs. What texts lack is told of all of them; a template that fails once is not tried again.
pub(crate) fn render_all<'j>(
    (resolved, site): (&Resolved, &Site<'_>),
    jobs: impl Iterator<Item = &'j Job>,
    guard: Guard<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<FileBytes>> {
    let (mut lacking, mut rendered, mut size) = (BTreeSet::new(), Vec::new(), guard.besides);
    for job in jobs {
        let _watched = guard.watched((resolved, site), job);
        match render(resolved, site, job) {
            Ok(bytes) => {
                size += bytes.len() as u64;
                rendered.push(bytes);
            }
            Err(Unrendered::Text(page, problems)) => {
                if lacking.insert(page) {
                    diagnostics.extend(problems);
                }
                if diagnostics.len() > MOST_FINDINGS {
                    return None;
                }
            }
            Err(Unrendered::Template(problem)) => {
                diagnostics.push(problem);
                return None;
            }
        }
        if size > LARGEST_SITE {
            let message = format!("the site has more than {LARGEST_SITE} bytes, at most that many are allowed");
            let file = resolved.tenant.identity.file.as_str();
            diagnostics.push(Diagnostic::error("output-too-large", message).about(file));
            return None;
        }
    }
    lacking.is_empty().then_some(rendered)
}

fn compressed(encoding: Encoding, (bytes, slot): (&[u8], Option<&Slot>)) -> Result<FileBytes, Unrendered> {
    let made = match slot {
        Some(slot) => compress_once(encoding, bytes, slot).map(FileBytes::Shared),
        None => compress(encoding, bytes).map(FileBytes::Own),
    };
    made.map_err(|error| Unrendered::Template(Diagnostic::error("compress", format!("{encoding} fails: {error}"))))
}

fn page(resolved: &Resolved, site: &Site<'_>, index: usize) -> Result<FileBytes, Unrendered> {
    let page = &site.pages()[index];
    let mut filling = site.fill(index);
    if !filling.diagnostics.is_empty() {
        return Err(Unrendered::Text(index, std::mem::take(&mut filling.diagnostics)));
    }
    let template = format!("{}.html", page.template());
    let (title, description) = (site.title(index), site.description(index));
    let (frame, has_address) = (site.frame_digest(index), true);
    let asked =
        Asked { template: &template, lang: page.lang, frame, title, description, has_address, filling: &filling };
    let look = look(resolved, page.lang);
    let without_text = || site.context(index, Filling { toc: filling.toc.clone(), ..Filling::default() }, look);
    if let Some(rendered) = from_skeleton(resolved, site, asked, without_text) {
        return rendered;
    }
    rendered(resolved.theme.templates.render_page(&template, &site.context(index, filling, look)))
}

fn not_found(resolved: &Resolved, site: &Site<'_>, lang: Lang) -> Result<FileBytes, Unrendered> {
    let look = look(resolved, lang);
    let filling = Filling::default();
    let title = site.not_found_title(look);
    let (frame, has_address) = (site.not_found_digest(lang), false);
    let asked = Asked { template: NOT_FOUND, lang, frame, title, description: "", has_address, filling: &filling };
    if let Some(rendered) = from_skeleton(resolved, site, asked, || site.not_found(lang, look)) {
        return rendered;
    }
    rendered(resolved.theme.templates.render_page(NOT_FOUND, &site.not_found(lang, look)))
}

/// A page, as far as it differs from others of its site.
struct Asked<'a> {
    template: &'a str,
    lang: Lang,
    frame: Digest,
    title: &'a str,
    description: &'a str,
    has_address: bool,
    filling: &'a Filling<'a>,
}

/// Renders a page as others of its kind, if that can be done.
fn from_skeleton<'c>(
    resolved: &Resolved,
    site: &Site<'_>,
    asked: Asked<'_>,
    context: impl FnOnce() -> PageContext<'c>,
) -> Option<Result<FileBytes, Unrendered>> {
    let skeletons = resolved.skeletons.as_ref()?;
    let Asked { template, lang, frame, title, description, has_address, filling } = asked;
    let (_, strings) = resolved.theme.strings(lang);
    let brand = resolved.brand.as_ref().map(|brand| &brand.file);
    let templates = &resolved.theme.templates;
    let rendering =
        Rendering { templates, template, strings, frame, site, brand, lang, title, description, has_address, filling };
    skeletons.render(&rendering, context).map(rendered)
}

fn rendered(bytes: Result<Vec<u8>, Diagnostic>) -> Result<FileBytes, Unrendered> {
    bytes.map(FileBytes::Own).map_err(Unrendered::Template)
}

fn look(resolved: &Resolved, lang: Lang) -> Look<'_> {
    let (strings, _) = resolved.theme.strings(lang);
    Look { strings, brand: resolved.brand.as_ref().map(|brand| &brand.file) }
}
