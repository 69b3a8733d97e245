//! The files beside the pages: what hosts, search engines and machines read.
//!
//! What stands in them is written by `tenantry_core::artifact`; here they become jobs.

use std::sync::Arc;

use tenantry_core::artifact::{Indexed, Redirect, Scripts, headers, redirects, robots};
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Checksum, Digest};
use tenantry_core::export::shows_banner;
use tenantry_core::language::Lang;
use tenantry_core::manifest::Ingredient;
use tenantry_core::path::OutputPath;
use tenantry_core::site::Alias;

use super::collisions::Owner;
use super::{ASSETS, HTML, Planning, Task, media_type};
use crate::banner;
use crate::exports::{LOSS, banner_script, published};

/// The template of the page that hosts show for an address that leads nowhere.
pub(crate) const NOT_FOUND: &str = "404.html";

impl Planning<'_> {
    /// All of them.
    pub(super) fn beside_the_pages(&mut self) {
        if self.resolved.theme.templates.has_page(NOT_FOUND) {
            for lang in &self.resolved.tenant.languages {
                self.not_found(*lang);
            }
        }
        let indexed = if self.resolved.tenant.noindex { Indexed::No } else { Indexed::Yes };
        self.sitemap();
        self.written("robots.txt", robots(&self.resolved.tenant.base_url, indexed));
        self.register();
        self.banner();
        self.exports();
        match headers(self.scripts(), indexed) {
            Ok(text) => self.written("_headers", text),
            Err(bad) => self.refused("_headers", &bad.message),
        }
        self.aliases();
    }

    /// The sitemap, where search engines may look.
    pub(super) fn sitemap(&mut self) {
        if self.resolved.tenant.noindex {
            return;
        }
        let key = self.program_key().with(Ingredient::Settings, self.site.sitemap_digest());
        let path = OutputPath::generated("sitemap.xml".to_owned());
        let media_type = "text/xml; charset=utf-8".into();
        self.made((path, key), (media_type, Owner::Site("sitemap.xml")), Task::Sitemap);
    }

    fn register(&mut self) {
        let register = self.resolved.register.digest_for(&self.resolved.tenant, self.site.register_date());
        let key = self.program_key().with(Ingredient::Content, register);
        let path = OutputPath::generated("cookies.json".to_owned());
        let media_type = "application/json; charset=utf-8".into();
        self.made((path, key), (media_type, Owner::Site("cookies.json")), Task::Register);
    }

    fn not_found(&mut self, lang: Lang) {
        let path = self.site.not_found_file(lang);
        let key = self.page_key(NOT_FOUND, lang, self.site.not_found_digest(lang));
        self.made((path, key), (HTML.into(), Owner::NotFound), Task::NotFound(lang));
    }

    /// The script that starts the consent banner, where pages have one.
    fn banner(&mut self) {
        if shows_banner(&self.resolved.params) {
            let revision = banner::revision(&self.resolved.params);
            let script = banner_script(self.resolved, revision);
            self.written(banner::START, script);
        }
    }

    /// The register in the forms of others, where a layer asks for them.
    fn exports(&mut self) {
        let Some(exports) = &self.resolved.tenant.exports else { return };
        let place = self.resolved.tenant.chain.place(exports.origin);
        for format in &exports.value {
            let export = published(*format, (self.resolved, self.site));
            if !export.losses.is_empty() {
                let message = format!("the published `{format}` cannot hold all of the register");
                let told =
                    Diagnostic::note(LOSS, message).hint("`tenantry check --verbose` tells what of which cookie");
                self.diagnostics.push(place.clone().into_iter().fold(told, Diagnostic::at));
            }
            self.written(format.path(), export.text);
        }
    }

    /// Whether pages have scripts to run: those of the theme, or of the banner.
    fn scripts(&self) -> Scripts {
        let is_script =
            |path: &String| [".js", ".mjs"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending));
        let has_scripts = shows_banner(&self.resolved.params) || self.resolved.theme.assets.keys().any(is_script);
        if has_scripts { Scripts::Own } else { Scripts::None }
    }

    /// Former addresses: a page that leads on, and a rule for hosts that read rules.
    fn aliases(&mut self) {
        let aliases = self.site.aliases();
        for Alias { index, address, file, .. } in &aliases {
            let page = &self.site.pages()[*index];
            if format!("{address}/").starts_with(ASSETS) {
                self.reserved(&format!("the alias `{address}` of the page `{}`", page.path), page.source.as_str());
                continue;
            }
            let owner = Owner::Alias(OutputPath::clone(address), *index);
            match file {
                Some((path, text)) => self.text(path.clone(), text.clone(), owner),
                None => self.owners.push((OutputPath::clone(address), owner)),
            }
        }
        let rules: Vec<Redirect> = aliases.into_iter().map(|alias| alias.redirect).collect();
        if rules.is_empty() {
            return;
        }
        match redirects(&rules) {
            Ok(text) => self.written("_redirects", text),
            Err(bad) => self.refused("_redirects", &bad.message),
        }
    }

    fn written(&mut self, name: &'static str, text: String) {
        self.text(OutputPath::generated(name.to_owned()), text, Owner::Site(name));
    }

    /// A text that is known already.
    fn text(&mut self, path: OutputPath, text: String, owner: Owner) {
        let bytes: Arc<[u8]> = text.into_bytes().into();
        let digest = Digest::of(&bytes);
        let key = self.program_key().with(Ingredient::Settings, digest);
        let media_type = media_type(path.as_str());
        let checksum = Checksum::of(&bytes);
        self.made((path, key), (media_type, owner), Task::Bytes(bytes, checksum));
    }

    fn refused(&mut self, name: &str, reason: &str) {
        let problem = Diagnostic::error("bad-line", format!("`{name}` cannot be written: {reason}"));
        self.diagnostics.push(problem.about(self.resolved.tenant.identity.file.as_str()));
    }
}
