//! A tenant, decided: what its layers say together, checked and complete.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::artifact::Encoding;
use crate::diagnostic::Diagnostic;
use crate::export::Format;
use crate::language::Lang;
use crate::layer::{
    BaseUrl, Chain, LayerSpec, LintException, LocalText, MissingTranslation, NavSpec, Origin, PageSpec, Scalar,
    Sourced, TargetSpec, UrlTemplate,
};
use crate::lint::Profile;
use crate::name::{TenantId, ThemeName};
use crate::path::{PagePath, SourcePath};
use crate::publish::{Ground, Targets, settle_targets};
use crate::register::RegisterSpec;

/// Which tenant it is, before its layers are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: TenantId,
    /// The folder of its group, seen from `sites/`: `opendatasoft`, or empty right below `sites/`.
    pub group: String,
    /// Its file, for what is missing in it.
    pub file: SourcePath,
}

/// A tenant, decided.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Which one.
    pub identity: Identity,
    /// Its name.
    pub name: Arc<str>,
    /// Where its site is published.
    pub base_url: BaseUrl,
    /// Where `base_url` was written.
    pub base_url_origin: Origin,
    /// The addresses that its policies speak of.
    pub covers: Vec<Arc<str>>,
    /// The languages it serves; the first is the default.
    pub languages: Vec<Lang>,
    /// Where they were written.
    pub languages_origin: Origin,
    /// Its theme.
    pub theme: Sourced<ThemeName>,
    /// Parameters for the theme, unchecked.
    pub params: IndexMap<Arc<str>, Sourced<Scalar>>,
    /// Values for content.
    pub vars: Arc<IndexMap<Arc<str>, LocalText>>,
    /// Navigation.
    pub nav: NavSpec,
    /// Pages changed or removed.
    pub pages: IndexMap<PagePath, PageSpec>,
    /// What becomes of a page without a translation.
    pub missing_translation: MissingTranslation,
    /// Its register, as written.
    pub register: Arc<RegisterSpec>,
    /// The profiles whose rules `check` applies.
    pub profile: Vec<Profile>,
    /// Exceptions to rules.
    pub lint_allow: Arc<[LintException]>,
    /// Whether search engines are asked to stay away.
    pub noindex: bool,
    /// The forms of others that its register is published in.
    pub exports: Option<Sourced<Vec<Format>>>,
    /// How files are compressed ahead; no word twice.
    pub precompress: Vec<Encoding>,
    /// Publish targets.
    pub targets: Targets,
    /// The sources that origins point into.
    pub chain: Arc<Chain>,
}

impl Tenant {
    /// The language of addresses without a prefix.
    pub fn default_language(&self) -> Lang {
        self.languages.first().copied().unwrap_or(Lang::ENGLISH)
    }
}

/// Decides a tenant. `None` if something is missing or wrong, which is in `diagnostics`.
///
/// Every field of the spec is named here, so that a new key cannot be forgotten.
pub fn settle(
    identity: Identity,
    spec: LayerSpec,
    chain: Arc<Chain>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Tenant> {
    let LayerSpec {
        name,
        base_url,
        base_url_template,
        covers,
        languages,
        theme,
        params,
        vars,
        nav,
        pages,
        missing_translation,
        register,
        profile,
        lint_allow,
        publish,
        environments: _,
        noindex,
        exports,
        precompress,
        domains,
        trust_tenants: _,
        allow_mentions: _,
        review: _,
        roster: _,
    } = spec;
    let mut settling = Settling { identity: &identity, chain: &chain, diagnostics };
    let name = settling.required(name, ("name", "\"The name that pages show\""));
    let written_url = settling.required(base_url, ("base_url", "\"https://data.example.org\""));
    let languages = settling.required(languages, ("languages", "[\"en\"]"));
    let theme = settling.required(theme, ("theme", "\"charter\""));
    // The bound is about what a tenant writes: an environment's address is the operator's.
    let in_bounds = written_url.as_ref().is_none_or(|url| settling.within(url, domains.as_ref()));
    let base_url = settling.address(base_url_template.as_ref(), written_url);
    let (name, base_url, languages, theme) = (name?, base_url?, languages?, theme?);
    let precompress = precompress.map(|found| found.value).unwrap_or_default();
    let targets = settling.targets(&publish, &precompress, &base_url.value)?;
    in_bounds.then_some(())?;
    Some(Tenant {
        name: name.value,
        covers: covers.map_or_else(|| vec![base_url.value.as_str().into()], |covers| covers.value),
        base_url: base_url.value,
        base_url_origin: base_url.origin,
        languages: languages.value,
        languages_origin: languages.origin,
        theme,
        params,
        vars,
        nav,
        pages,
        missing_translation: missing_translation.map_or(MissingTranslation::Skip, |found| found.value),
        register,
        profile: profile.map(|found| found.value).unwrap_or_default(),
        lint_allow: lint_allow.map(|found| found.value).unwrap_or_default(),
        noindex: noindex.is_some_and(|found| found.value),
        exports,
        precompress,
        targets,
        chain,
        identity,
    })
}

/// The address that a site is published at: the environment's, if there is one, or the tenant's own. `None` if neither
/// can be told, which [`settle`] reports.
pub fn published_at(identity: &Identity, spec: &LayerSpec) -> Option<Sourced<BaseUrl>> {
    let written = spec.base_url.as_ref()?;
    match &spec.base_url_template {
        Some(template) => environment_url(identity, template, &written.value).ok(),
        None => Some(written.clone()),
    }
}

/// The address in an environment, its words filled in.
fn environment_url(
    identity: &Identity,
    template: &Sourced<UrlTemplate>,
    written: &BaseUrl,
) -> Result<Sourced<BaseUrl>, String> {
    let filled = filled(identity, &template.value, written);
    let url = BaseUrl::new(&filled).map_err(|error| format!("the address becomes `{filled}`: {error}"))?;
    Ok(Sourced { value: url, origin: template.origin })
}

/// A text with `{tenant}`, `{domain}` and `{group}` filled in.
fn filled(identity: &Identity, template: &UrlTemplate, address: &BaseUrl) -> String {
    template.fill(|word| match word {
        "tenant" => identity.id.to_string(),
        "domain" => address.host().to_owned(),
        _ => identity.group.rsplit('/').next().unwrap_or_default().to_owned(),
    })
}

struct Settling<'s> {
    identity: &'s Identity,
    chain: &'s Arc<Chain>,
    diagnostics: &'s mut Vec<Diagnostic>,
}

impl Settling<'_> {
    fn required<T>(&mut self, value: Option<T>, (key, example): (&str, &str)) -> Option<T> {
        if value.is_none() {
            let problem = Diagnostic::error(
                "missing-key",
                format!("`{key}` is missing: no layer of `{}` sets it", self.identity.id),
            )
            .about(self.identity.file.as_str())
            .hint(format!("add the line: {key} = {example}"));
            self.diagnostics.push(problem);
        }
        value
    }

    /// The address that the site is published at.
    fn address(
        &mut self,
        template: Option<&Sourced<UrlTemplate>>,
        written: Option<Sourced<BaseUrl>>,
    ) -> Option<Sourced<BaseUrl>> {
        let (Some(template), Some(own)) = (template, &written) else { return written };
        match environment_url(self.identity, template, &own.value) {
            Ok(url) => Some(url),
            Err(reason) => {
                self.report(template.origin, Diagnostic::error("bad-value", reason));
                None
            }
        }
    }

    /// The targets that the site is published to.
    fn targets(
        &mut self,
        specs: &IndexMap<Arc<str>, TargetSpec>,
        precompress: &[Encoding],
        address: &BaseUrl,
    ) -> Option<Targets> {
        let fill = |template: &UrlTemplate| filled(self.identity, template, address);
        settle_targets(specs, Ground { fill: &fill, precompress, chain: self.chain }, self.diagnostics)
    }

    /// Whether the address lies in one of the domains that the group allows.
    fn within(&mut self, url: &Sourced<BaseUrl>, domains: Option<&Sourced<Vec<Arc<str>>>>) -> bool {
        let Some(domains) = domains else { return true };
        let host = url.value.host();
        let lies_in = |domain: &str| {
            let domain = domain.trim_start_matches("*.").trim_start_matches('.');
            let ascii = BaseUrl::new(&format!("https://{domain}")).map(|url| url.host().to_owned());
            let domain = ascii.unwrap_or_else(|_| domain.to_lowercase());
            host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
        };
        let allowed = domains.value.iter().any(|domain| lies_in(domain));
        if !allowed {
            let list = domains.value.join(", ");
            let message = format!("`{host}` lies in none of the domains that the group allows: {list}");
            let mut problem = Diagnostic::error("domain-not-allowed", message);
            if let Some(place) = self.chain.place(domains.origin) {
                problem = problem.related(place, "allowed here");
            }
            self.report(url.origin, problem);
        }
        allowed
    }

    fn report(&mut self, origin: Origin, diagnostic: Diagnostic) {
        self.diagnostics.push(match self.chain.place(origin) {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        });
    }
}
