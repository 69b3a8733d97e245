//! Cookies as consent managers see them: gathered by who sets them and what they are for, which is what a visitor accepts.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Input, Loss};
use crate::language::{Category, Column, Kind, Lang, Words};
use crate::layer::BaseUrl;
use crate::lint::needs_consent;
use crate::register::{Cell, Cookie, Host, NamePattern, Reader, cell};

/// Cookies of one provider and one category.
#[derive(Debug)]
pub(super) struct Service<'s> {
    /// Its id: `matomo-analytics`.
    pub(super) id: String,
    /// What its cookies are for.
    pub(super) category: Category,
    /// Whether visitors are asked.
    pub(super) asks: bool,
    /// Its cookies.
    pub(super) cookies: Vec<&'s Arc<Cookie>>,
}

/// The services of a register, in the order of its tables.
pub(super) fn services<'i>(input: &Input<'i>) -> Vec<Service<'i>> {
    let mut services: IndexMap<String, Service<'i>> = IndexMap::new();
    for cookie in input.register.cookies() {
        let (category, asks) = (category(cookie), needs_consent(cookie));
        let marker = if asks == is_asked_for(category) { "" } else { "-exempt" };
        let id = format!("{}-{category}{marker}", cookie.id.provider());
        let empty = || Service { id: id.clone(), category, asks, cookies: Vec::new() };
        services.entry(id.clone()).or_insert_with(empty).cookies.push(cookie);
    }
    services.into_values().collect()
}

/// A cookie's category.
pub(super) fn category(cookie: &Cookie) -> Category {
    cookie.category.as_ref().map_or(Category::Unknown, |category| category.is)
}

/// Whether cookies of a category are asked for, unless their entries say otherwise.
fn is_asked_for(category: Category) -> bool {
    !matches!(category, Category::Necessary | Category::Security)
}

impl Service<'_> {
    /// What it is called: its provider, and what it is for.
    pub(super) fn title(&self, lang: Lang) -> String {
        let provider = self.cookies.first().and_then(|cookie| cookie.provider.as_ref());
        let provider = provider.and_then(|provider| provider.name.text(lang)).map(str::to_owned);
        let provider = provider.or_else(|| Some(self.cookies.first()?.id.provider().to_owned())).unwrap_or_default();
        format!("{provider} ({})", self.label(lang))
    }

    /// What its category is called.
    pub(super) fn label(&self, lang: Lang) -> String {
        let own = self.cookies.first().and_then(|cookie| cookie.category.as_ref());
        own.map_or_else(|| Words::or_english(lang).category(self.category), |category| category.label(lang)).to_owned()
    }

    /// What each of its cookies is for, a sentence for each.
    pub(super) fn description(&self, lang: Lang) -> String {
        let sentences = self.cookies.iter().map(|cookie| {
            let name = plain(cookie, Column::Name, lang);
            match plain(cookie, Column::Purpose, lang) {
                purpose if purpose.is_empty() => name,
                purpose => format!("{name}: {}", purpose.trim_end_matches('.')),
            }
        });
        let sentences: Vec<String> = sentences.collect();
        if sentences.is_empty() { String::new() } else { format!("{}.", sentences.join(". ")) }
    }
}

/// A cell as a reader sees it.
pub(super) fn plain(cookie: &Cookie, column: Column, lang: Lang) -> String {
    match cell(cookie, column, Reader { lang, covered_hosts: &[] }) {
        Cell::Untranslated => String::new(),
        cell => cell.plain(),
    }
}

/// How a consent manager finds a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// By its name.
    Exact(String),
    /// By an expression.
    Regex(String),
}

/// How the cookies of an entry are found, each with the domain that it is set for, where that can be cleared from the
/// site's own pages. What cannot be found is told as a loss.
pub(super) fn findings(cookie: &Cookie, input: &Input<'_>, losses: &mut Vec<Loss>) -> Vec<(Finding, Option<String>)> {
    if !matches!(cookie.kind, Kind::Http) {
        losses
            .push(Loss::of(&cookie.id, format!("it is no cookie but {}: it is listed, and not cleared", cookie.kind)));
        return Vec::new();
    }
    if cookie.names.is_empty() {
        losses.push(Loss::of(&cookie.id, "its name is not known: it is listed, and not cleared"));
        return Vec::new();
    }
    let (domains, others) = domains(cookie, input);
    if !others.is_empty() {
        let also = if domains.is_empty() { "" } else { "also " };
        let what = format!("it is {also}set for {}, whose cookies a page of the site cannot clear", others.join(", "));
        losses.push(Loss::of(&cookie.id, what));
    }
    let each = cookie.names.iter().map(finding);
    if domains.is_empty() {
        return each.map(|finding| (finding, None)).collect();
    }
    each.flat_map(|finding| domains.iter().map(move |domain| (finding.clone(), Some(domain.clone())))).collect()
}

fn finding(name: &NamePattern) -> Finding {
    match name {
        NamePattern::Exact(text) => Finding::Exact(text.to_string()),
        NamePattern::Prefix(text) => Finding::Regex(format!("^{}.*$", escaped(text))),
        NamePattern::Glob(text) => {
            let parts = text.chars().map(|c| match c {
                '*' => ".*".to_owned(),
                '?' => ".".to_owned(),
                c => escaped(&c.to_string()),
            });
            Finding::Regex(format!("^{}$", parts.collect::<String>()))
        }
        // Anchored, since some managers take what begins with `^` for an expression, and no other.
        NamePattern::Regex(text) if text.starts_with('^') => Finding::Regex(text.to_string()),
        NamePattern::Regex(text) => Finding::Regex(format!("^.*(?:{text})")),
    }
}

/// Text as an expression that fits it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\^$.|?*+()[]{}-/".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The hosts of a cookie that pages of the site may clear cookies of, their own and those above, and its other hosts.
fn domains(cookie: &Cookie, input: &Input<'_>) -> (Vec<String>, Vec<String>) {
    let own = input.tenant.covers.iter().filter_map(|url| BaseUrl::new(url).ok()).map(|url| url.host().to_owned());
    let own: Vec<String> = own.chain([input.tenant.base_url.host().to_owned()]).collect();
    let may_clear = |host: &str| own.iter().any(|own| own == host || own.ends_with(&format!(".{host}")));
    let (cleared, others): (Vec<_>, Vec<_>) = cookie.hosts.iter().partition(|host| may_clear(&host.name()));
    let lowered = |hosts: Vec<&Host>| hosts.into_iter().map(|host| host.as_str().to_lowercase()).collect();
    (lowered(cleared), lowered(others))
}

/// What consent managers show of no cookie, each told where the catalogue says it.
pub(super) fn lost_facts(cookie: &Cookie, shows: Shows, losses: &mut Vec<Loss>) {
    if !shows.duration && (cookie.duration.is_some() || !cookie.duration_text.is_empty()) {
        losses.push(Loss::of(&cookie.id, "its duration"));
    }
    if !shows.purpose && !cookie.purpose.is_empty() {
        losses.push(Loss::of(&cookie.id, "its purpose as a field: it stands in the description of its service"));
    }
}

/// What a consent manager shows of a cookie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shows {
    /// How long it stays.
    pub(super) duration: bool,
    /// What it is for, by itself.
    pub(super) purpose: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_become_expressions() {
        for (name, expected) in [
            (NamePattern::Exact("a.b".into()), Finding::Exact("a.b".into())),
            (NamePattern::Prefix("_ga_".into()), Finding::Regex("^_ga_.*$".into())),
            (NamePattern::Prefix("a.b".into()), Finding::Regex("^a\\.b.*$".into())),
            (NamePattern::Glob("_hj*?x".into()), Finding::Regex("^_hj.*.x$".into())),
            (NamePattern::Regex("^_ga".into()), Finding::Regex("^_ga".into())),
            (NamePattern::Regex("ga$".into()), Finding::Regex("^.*(?:ga$)".into())),
        ] {
            assert_eq!(finding(&name), expected);
        }
    }
}
