//! What one layer says, or several combined: every key optional, every value with its origin.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::language::{Date, Lang};
use crate::layer::{BaseUrl, LocalText, Scalar, Sourced, UrlTemplate};
use crate::name::ThemeName;
use crate::path::{OutputPath, PagePath};
use crate::register::RegisterSpec;

/// The words of a layer; [`super::KEYS`] tells who may say which.
#[derive(Debug, Clone, Default)]
pub struct LayerSpec {
    /// The tenant's name.
    pub name: Option<Sourced<Arc<str>>>,
    /// Where the site is published.
    pub base_url: Option<Sourced<BaseUrl>>,
    /// The same for an environment, with words to fill in; it wins over `base_url`.
    pub base_url_template: Option<Sourced<UrlTemplate>>,
    /// The addresses that the policies speak of.
    pub covers: Option<Sourced<Vec<Arc<str>>>>,
    /// The languages served.
    pub languages: Option<Sourced<Vec<Lang>>>,
    /// The theme.
    pub theme: Option<Sourced<ThemeName>>,
    /// Parameters of the theme, unchecked: only the theme knows their types.
    pub params: IndexMap<Arc<str>, Sourced<Scalar>>,
    /// Values for content.
    pub vars: Arc<IndexMap<Arc<str>, LocalText>>,
    /// Navigation.
    pub nav: NavSpec,
    /// Pages changed or removed.
    pub pages: IndexMap<PagePath, PageSpec>,
    /// What becomes of a page without a translation.
    pub missing_translation: Option<Sourced<MissingTranslation>>,
    /// Providers, cookies, categories, tables, labels.
    pub register: Arc<RegisterSpec>,
    /// Profiles of rules.
    pub profile: Option<Sourced<Vec<Arc<str>>>>,
    /// Exceptions to rules.
    pub lint_allow: Option<Sourced<Vec<LintException>>>,
    /// Publish targets.
    pub publish: IndexMap<Arc<str>, TargetSpec>,
    /// Environments.
    pub environments: IndexMap<Arc<str>, EnvironmentSpec>,
    /// Whether search engines are asked to leave the site out.
    pub noindex: Option<Sourced<bool>>,
    /// Domains that tenants must lie in.
    pub domains: Option<Sourced<Vec<Arc<str>>>>,
    /// Whether the tenants below are trusted.
    pub trust_tenants: Option<Sourced<bool>>,
    /// Hosts that texts may name.
    pub allow_mentions: Option<Sourced<Vec<Arc<str>>>>,
    /// Sign-off.
    pub review: Option<Sourced<Scalar>>,
    /// Tenants from a file.
    pub roster: Option<Sourced<Arc<str>>>,
}

/// What becomes of a page that has no text in a language that its tenant serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MissingTranslation {
    /// It is left out in that language, with a warning.
    #[default]
    Skip,
    /// It is shown in another language, with a notice.
    Fallback,
    /// It is an error.
    Error,
}

impl MissingTranslation {
    /// The words of the key.
    pub const WORDS: &'static [&'static str] = &["skip", "fallback", "error"];

    /// The meaning of a word.
    pub fn from_word(word: &str) -> Option<MissingTranslation> {
        match word {
            "skip" => Some(MissingTranslation::Skip),
            "fallback" => Some(MissingTranslation::Fallback),
            "error" => Some(MissingTranslation::Error),
            _ => None,
        }
    }
}

/// `[nav]`: without it, the pages whose front matter says `nav`, in that order.
#[derive(Debug, Clone, Default)]
pub struct NavSpec {
    /// The whole list.
    pub items: Option<Sourced<Vec<Sourced<NavItem>>>>,
    /// Entries to add at the end, those of the nearest layer last.
    pub add: Vec<Sourced<NavItem>>,
    /// Pages to leave out.
    pub drop: Vec<Sourced<PagePath>>,
}

/// One entry of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NavItem {
    /// A page of the site, under its own title.
    Page(PagePath),
    /// A link to elsewhere.
    Link(NavLink),
}

/// A link of the navigation that leaves the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// What it is called.
    pub title: LocalText,
    /// Where it leads.
    pub url: Sourced<Arc<str>>,
}

/// `[pages.PATH]`: what a layer says of a page without copying it.
#[derive(Debug, Clone, Default)]
pub struct PageSpec {
    /// `false` removes the page; a nearer `true` brings it back.
    pub enabled: Option<Sourced<bool>>,
    /// Replaces the title.
    pub title: LocalText,
    /// Replaces the description.
    pub description: LocalText,
    /// Replaces the date of the last update.
    pub updated: Option<Sourced<Date>>,
    /// Replaces the order in the navigation.
    pub nav: Option<Sourced<i64>>,
    /// Replaces the last segment of the address.
    pub slug: LocalText,
    /// Replaces the template.
    pub template: Option<Sourced<Arc<str>>>,
    /// Replaces the former addresses.
    pub aliases: Option<Sourced<Vec<OutputPath>>>,
}

/// `[env.NAME]`: what changes in an environment.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentSpec {
    /// The address, with `{tenant}`, `{domain}`, `{group}`.
    pub base_url: Option<Sourced<UrlTemplate>>,
    /// Whether search engines are asked to stay away.
    pub noindex: Option<Sourced<bool>>,
    /// Parameters of the theme.
    pub params: IndexMap<Arc<str>, Sourced<Scalar>>,
    /// Values for content.
    pub vars: IndexMap<Arc<str>, LocalText>,
}

/// `[publish.NAME]`: a target. Its fields are checked when something is published; a layer that sets `kind` starts the
/// target afresh.
#[derive(Debug, Clone, Default)]
pub struct TargetSpec {
    /// The fields as written.
    pub fields: IndexMap<Arc<str>, Sourced<Scalar>>,
}

/// An exception to a rule.
#[derive(Debug, Clone)]
pub struct LintException {
    /// The rule's id.
    pub rule: Sourced<Arc<str>>,
    /// Why it does not apply.
    pub reason: Sourced<Arc<str>>,
}
