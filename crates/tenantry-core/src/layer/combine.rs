//! Precedence, in one place.
//!
//! Weakest first: built-in < theme < `sites/` < … < nearest group < tenant < environment < command line. Tables combine
//! key by key; scalars and lists are replaced as a whole; `add` and `drop` gather from layer to layer.

use std::hash::Hash;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::layer::spec::{EnvironmentSpec, LayerSpec, NavItem, NavSpec, PageSpec, TargetSpec};
use crate::layer::{LocalText, Scalar, Sourced};
use crate::path::PagePath;

/// Combines what a layer says with what the layers above it say.
pub trait Combine {
    /// `self`, completed by `weaker`: where both say something, `self` wins.
    #[must_use]
    fn over(self, weaker: &Self) -> Self;
}

impl<T: Clone> Combine for Option<Sourced<T>> {
    fn over(self, weaker: &Self) -> Self {
        self.or_else(|| weaker.clone())
    }
}

/// Key by key: first the weaker layer's keys in their order, then the new ones.
impl<K: Clone + Eq + Hash, V: Combine + Clone> Combine for IndexMap<K, V> {
    fn over(self, weaker: &Self) -> Self {
        if self.is_empty() {
            return weaker.clone();
        }
        let mut combined = weaker.clone();
        for (key, value) in self {
            let value = match weaker.get(&key) {
                Some(below) => value.over(below),
                None => value,
            };
            combined.insert(key, value);
        }
        combined
    }
}

/// Shared while nothing is added to it.
impl<T: Combine + Clone + Default + IsEmpty> Combine for Arc<T> {
    fn over(self, weaker: &Self) -> Self {
        if self.is_empty() {
            return Arc::clone(weaker);
        }
        if weaker.is_empty() {
            return self;
        }
        Arc::new(Arc::unwrap_or_clone(self).over(weaker))
    }
}

/// Whether a layer says nothing of something.
pub trait IsEmpty {
    /// True if combining it changes nothing.
    fn is_empty(&self) -> bool;
}

impl<K, V> IsEmpty for IndexMap<K, V> {
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Tables combine key by key, other values replace each other.
impl Combine for Sourced<Scalar> {
    fn over(self, weaker: &Self) -> Self {
        match (self.value, &weaker.value) {
            (Scalar::Table(own), Scalar::Table(weaker)) => {
                Sourced { value: Scalar::Table(own.over(weaker)), origin: self.origin }
            }
            (value, _) => Sourced { value, origin: self.origin },
        }
    }
}

/// Text for all languages hides everything weaker; text for one language hides that language only.
impl Combine for LocalText {
    fn over(mut self, weaker: &Self) -> Self {
        if self.any.is_some() {
            return self;
        }
        self.any.clone_from(&weaker.any);
        for (lang, text) in &weaker.by_language {
            if !self.by_language.iter().any(|(own, _)| own == lang) {
                self.by_language.push((*lang, text.clone()));
            }
        }
        self
    }
}

impl Combine for NavSpec {
    fn over(self, weaker: &Self) -> Self {
        let NavSpec { items, add, drop } = self;
        if items.is_some() {
            return NavSpec { items, add, drop };
        }
        // What this layer adds is there, even if a layer above took it out; and the other way round.
        let added = |page: &PagePath| add.iter().any(|item| matches!(&item.value, NavItem::Page(path) if path == page));
        let dropped =
            |item: &NavItem| matches!(item, NavItem::Page(path) if drop.iter().any(|page| page.value == *path));
        let weaker_drop: Vec<_> = weaker.drop.iter().filter(|page| !added(&page.value)).cloned().collect();
        let weaker_add: Vec<_> = weaker.add.iter().filter(|item| !dropped(&item.value)).cloned().collect();
        NavSpec {
            items: weaker.items.clone(),
            add: weaker_add.into_iter().chain(add).collect(),
            drop: weaker_drop.into_iter().chain(drop).collect(),
        }
    }
}

impl Combine for PageSpec {
    fn over(self, weaker: &Self) -> Self {
        let PageSpec { enabled, title, description, updated, nav, slug, template, aliases } = self;
        PageSpec {
            enabled: enabled.over(&weaker.enabled),
            title: title.over(&weaker.title),
            description: description.over(&weaker.description),
            updated: updated.over(&weaker.updated),
            nav: nav.over(&weaker.nav),
            slug: slug.over(&weaker.slug),
            template: template.over(&weaker.template),
            aliases: aliases.over(&weaker.aliases),
        }
    }
}

impl Combine for EnvironmentSpec {
    fn over(self, weaker: &Self) -> Self {
        let EnvironmentSpec { base_url, noindex, params, vars } = self;
        EnvironmentSpec {
            base_url: base_url.over(&weaker.base_url),
            noindex: noindex.over(&weaker.noindex),
            params: params.over(&weaker.params),
            vars: vars.over(&weaker.vars),
        }
    }
}

impl Combine for TargetSpec {
    fn over(self, weaker: &Self) -> Self {
        if self.fields.contains_key("kind") {
            return self;
        }
        TargetSpec { fields: self.fields.over(&weaker.fields) }
    }
}

impl Combine for LayerSpec {
    fn over(self, weaker: &Self) -> Self {
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
            environments,
            noindex,
            exports,
            precompress,
            domains,
            trust_tenants,
            allow_mentions,
            review,
            roster,
        } = self;
        LayerSpec {
            name: name.over(&weaker.name),
            base_url: base_url.over(&weaker.base_url),
            base_url_template: base_url_template.over(&weaker.base_url_template),
            covers: covers.over(&weaker.covers),
            languages: languages.over(&weaker.languages),
            theme: theme.over(&weaker.theme),
            params: params.over(&weaker.params),
            vars: vars.over(&weaker.vars),
            nav: nav.over(&weaker.nav),
            pages: pages.over(&weaker.pages),
            missing_translation: missing_translation.over(&weaker.missing_translation),
            register: register.over(&weaker.register),
            profile: profile.over(&weaker.profile),
            lint_allow: lint_allow.over(&weaker.lint_allow),
            publish: publish.over(&weaker.publish),
            environments: environments.over(&weaker.environments),
            noindex: noindex.over(&weaker.noindex),
            exports: exports.over(&weaker.exports),
            precompress: precompress.over(&weaker.precompress),
            domains: domains.over(&weaker.domains),
            trust_tenants: trust_tenants.over(&weaker.trust_tenants),
            allow_mentions: allow_mentions.over(&weaker.allow_mentions),
            review: review.over(&weaker.review),
            roster: roster.over(&weaker.roster),
        }
    }
}

impl LayerSpec {
    /// What the layer says in an environment: the environment's words win over its own.
    #[must_use]
    pub fn in_environment(mut self, name: &str) -> LayerSpec {
        let Some(environment) = self.environments.get(name).cloned() else {
            return self;
        };
        let EnvironmentSpec { base_url, noindex, params, vars } = environment;
        self.base_url_template = base_url.over(&self.base_url_template);
        self.noindex = noindex.over(&self.noindex);
        self.params = params.over(&self.params);
        self.vars = Arc::new(vars).over(&self.vars);
        self
    }
}
