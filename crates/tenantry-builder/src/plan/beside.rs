//! The files beside the pages: what hosts, search engines and machines read.
//!
//! What stands in them is written by `tenantry_core::artifact`; here they become jobs.

use tenantry_core::artifact::{Indexed, Redirect, Scripts, headers, redirects, robots, sitemap};
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::language::Lang;
use tenantry_core::manifest::{CacheClass, Ingredient, Key};
use tenantry_core::path::OutputPath;
use tenantry_core::site::Alias;

use super::{ASSETS, Job, Planning, Task, media_type};

/// The template of the page that hosts show for an address that leads nowhere.
const NOT_FOUND: &str = "404.html";

impl Planning<'_, '_> {
    /// All of them.
    pub(super) fn beside_the_pages(&mut self) {
        if self.resolved.theme.templates.has_page(NOT_FOUND) {
            for lang in &self.resolved.tenant.languages {
                self.not_found(*lang);
            }
        }
        let indexed = if self.resolved.tenant.noindex { Indexed::No } else { Indexed::Yes };
        let base_url = &self.resolved.tenant.base_url;
        if indexed == Indexed::Yes {
            self.written("sitemap.xml", sitemap(&self.site.sitemap_pages()), Ingredient::Settings);
        }
        self.written("robots.txt", robots(base_url, indexed), Ingredient::Settings);
        let register = self.resolved.register.file(&self.resolved.tenant, self.site.register_date());
        self.written("cookies.json", register, Ingredient::Content);
        match headers(self.scripts(), indexed) {
            Ok(text) => self.written("_headers", text, Ingredient::Settings),
            Err(bad) => self.refused("_headers", &bad.message),
        }
        self.aliases();
    }

    fn not_found(&mut self, lang: Lang) {
        let (strings, strings_digest) = self.resolved.theme.strings(lang);
        let look = self.look(strings);
        let context = Box::new(self.site.not_found(lang, look));
        let path = self.site.not_found_file(lang);
        self.owners.push((path.clone(), "the page for addresses that lead nowhere".into()));
        let key = self.page_key(NOT_FOUND, (lang, strings_digest), &context);
        self.jobs.push(Job {
            path,
            key,
            media_type: "text/html; charset=utf-8".into(),
            cache: CacheClass::Revalidate,
            task: Task::Page { template: NOT_FOUND.into(), context },
        });
    }

    /// Whether the theme has scripts for pages to run.
    fn scripts(&self) -> Scripts {
        let is_script =
            |path: &String| [".js", ".mjs"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending));
        if self.resolved.theme.assets.keys().any(is_script) { Scripts::Own } else { Scripts::None }
    }

    /// Former addresses: a page that leads on, and a rule for hosts that read rules.
    fn aliases(&mut self) {
        let aliases = self.site.aliases();
        for Alias { page, address, file, .. } in &aliases {
            if format!("{address}/").starts_with(ASSETS) {
                self.reserved(&format!("the alias `{address}` of the page `{}`", page.path), page.source.as_str());
                continue;
            }
            let owner = format!("the alias `{address}` of the page `{}` ({})", page.path, page.source);
            match file {
                Some((path, text)) => self.text(path.clone(), text.clone(), (Ingredient::Settings, owner)),
                None => self.owners.push(((*address).clone(), owner)),
            }
        }
        let rules: Vec<Redirect> = aliases.into_iter().map(|alias| alias.redirect).collect();
        if rules.is_empty() {
            return;
        }
        match redirects(&rules) {
            Ok(text) => self.written("_redirects", text, Ingredient::Settings),
            Err(bad) => self.refused("_redirects", &bad.message),
        }
    }

    fn written(&mut self, name: &str, text: String, ingredient: Ingredient) {
        self.text(OutputPath::generated(name.to_owned()), text, (ingredient, format!("the site's `{name}`")));
    }

    /// A text that is known already.
    pub(super) fn text(&mut self, path: OutputPath, text: String, (ingredient, owner): (Ingredient, String)) {
        let bytes: std::sync::Arc<[u8]> = text.into_bytes().into();
        let digest = Digest::of(&bytes);
        let key = Key::default().with(Ingredient::Program, self.sources.program).with(ingredient, digest);
        let media_type = media_type(path.as_str());
        self.owners.push((path.clone(), owner));
        let cache = CacheClass::Revalidate;
        self.jobs.push(Job { path, key, media_type, cache, task: Task::Bytes(bytes, digest) });
    }

    fn refused(&mut self, name: &str, reason: &str) {
        let problem = Diagnostic::error("bad-line", format!("`{name}` cannot be written: {reason}"));
        self.diagnostics.push(problem.about(self.resolved.tenant.identity.file.as_str()));
    }
}
