//! The texts of settings that a site may show: values, navigation, pages, and the words of cookies and tables.
//!
//! What a layer says is listed by [`texts_of_layer`], whether it is shown or not; which of it a tenant's site shows is
//! decided by [`shown_origins`], and asked only where a text holds something.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::language::Lang;
use crate::layer::{
    EnvironmentSpec, LayerSpec, LocalText, NavItem, NavLink, NavSpec, Origin, PageSpec, Scalar, Sourced,
};
use crate::name::{CookieId, ProviderId};
use crate::path::PagePath;
use crate::register::{
    CategorySpec, CookieSpec, DurationSpec, Labels, NamePattern, ProviderSpec, RegisterSpec, TableSpec,
};
use crate::site::{Page, Tenant};

/// Every text that a layer says and a site may show, with where it was written.
pub fn texts_of_layer<'s>(spec: &'s LayerSpec) -> Vec<(&'s str, Origin)> {
    let LayerSpec { name, params, vars, nav, pages, register, environments, .. } = spec;
    let mut texts = Vec::new();
    let mut each = |text: Text<'s>| text.all(&mut texts);
    plain(name.as_ref(), &mut each);
    Settings { params, vars, nav, pages, register }.visit(&|_| true, &mut each);
    for EnvironmentSpec { params, vars, base_url: _, noindex: _ } in environments.values() {
        params.values().for_each(|value| scalar(value, &mut each));
        vars.values().for_each(|text| each(Text::Local(text)));
    }
    texts
}

/// Where the texts were written that a tenant's site shows.
///
/// `values` are the `vars` that its pages ask for. Parameters, navigation and labels count whatever the theme makes of
/// them.
pub fn shown_origins(tenant: &Tenant, pages: &[Page], values: &BTreeSet<String>) -> BTreeSet<Origin> {
    let languages: BTreeSet<Lang> =
        tenant.languages.iter().copied().chain(pages.iter().map(|page| page.document_lang)).collect();
    let cookies = cookies_in_tables(&tenant.register);
    let has_category =
        |cookie: &CookieSpec, word: &str| cookie.category.as_ref().is_some_and(|category| *category.value == *word);
    let is_shown = |part: Part<'_>| match part {
        Part::Value(name) => values.contains(name),
        Part::Page(path) => pages.iter().any(|page| page.path == *path),
        Part::Table(table) => !table.sourced_rows().is_empty(),
        Part::Cookie(id) => cookies.contains_key(id),
        Part::Provider(id) => cookies.keys().any(|cookie| cookie.provider() == id.as_str()),
        Part::Category(word) => cookies.values().any(|cookie| has_category(cookie, word)),
    };
    let mut origins = BTreeSet::new();
    let Tenant { params, vars, nav, pages, register, .. } = tenant;
    let mut each = |text: Text<'_>| text.read_in(&languages, &mut origins);
    Settings { params, vars, nav, pages, register }.visit(&is_shown, &mut each);
    origins
}

/// The cookies in the tables that have rows.
fn cookies_in_tables(register: &RegisterSpec) -> BTreeMap<&CookieId, &CookieSpec> {
    let rows = register.tables.values().flat_map(|table| table.sourced_rows());
    rows.filter_map(|row| register.cookies.get_key_value(&row.value)).map(|(id, cookie)| (id, &**cookie)).collect()
}

/// A text of settings.
#[derive(Clone, Copy)]
enum Text<'t> {
    /// One that may differ by language.
    Local(&'t LocalText),
    /// One for all languages.
    Plain(&'t str, Origin),
}

impl<'t> Text<'t> {
    fn all(self, texts: &mut Vec<(&'t str, Origin)>) {
        match self {
            Text::Local(local) => texts.extend(local.texts().map(|text| (&*text.value, text.origin))),
            Text::Plain(text, origin) => texts.push((text, origin)),
        }
    }

    /// Where the texts for some languages were written.
    fn read_in(self, languages: &BTreeSet<Lang>, origins: &mut BTreeSet<Origin>) {
        match self {
            Text::Local(local) => {
                origins.extend(languages.iter().filter_map(|lang| local.get(*lang)).map(|text| text.origin));
            }
            Text::Plain(_, origin) => {
                origins.insert(origin);
            }
        }
    }
}

/// Something of settings that a site may show or not.
#[derive(Clone, Copy)]
enum Part<'p> {
    Value(&'p str),
    Page(&'p PagePath),
    Cookie(&'p CookieId),
    Provider(&'p ProviderId),
    Category(&'p str),
    Table(&'p TableSpec),
}

/// What a layer or a tenant says that a site may show.
struct Settings<'s> {
    params: &'s IndexMap<Arc<str>, Sourced<Scalar>>,
    vars: &'s IndexMap<Arc<str>, LocalText>,
    nav: &'s NavSpec,
    pages: &'s IndexMap<PagePath, PageSpec>,
    register: &'s RegisterSpec,
}

impl<'s> Settings<'s> {
    /// Goes through the texts of the parts that are wanted.
    fn visit(&self, is_wanted: &dyn Fn(Part<'_>) -> bool, each: &mut dyn FnMut(Text<'s>)) {
        self.params.values().for_each(|value| scalar(value, each));
        for (_, text) in self.vars.iter().filter(|(name, _)| is_wanted(Part::Value(name))) {
            each(Text::Local(text));
        }
        let NavSpec { items, add, drop: _ } = self.nav;
        for item in items.iter().flat_map(|items| &items.value).chain(add) {
            if let NavItem::Link(NavLink { title, url }) = &item.value {
                each(Text::Local(title));
                plain(Some(url), each);
            }
        }
        for (_, page) in self.pages.iter().filter(|(path, _)| is_wanted(Part::Page(path))) {
            visit_page(page, each);
        }
        self.visit_register(is_wanted, each);
    }

    fn visit_register(&self, is_wanted: &dyn Fn(Part<'_>) -> bool, each: &mut dyn FnMut(Text<'s>)) {
        let RegisterSpec { providers, cookies, categories, tables, labels: of_layer } = self.register;
        for (_, provider) in providers.iter().filter(|(id, _)| is_wanted(Part::Provider(id))) {
            let ProviderSpec { name, url, privacy, country } = &**provider;
            each(Text::Local(name));
            [url, privacy, country].into_iter().for_each(|text| plain(text.as_ref(), each));
        }
        for (_, cookie) in cookies.iter().filter(|(id, _)| is_wanted(Part::Cookie(id))) {
            visit_cookie(cookie, each);
        }
        for (_, CategorySpec { is: _, label }) in categories.iter().filter(|(word, _)| is_wanted(Part::Category(word)))
        {
            each(Text::Local(label));
        }
        for table in tables.values().filter(|table| is_wanted(Part::Table(table))) {
            let TableSpec { title, intro, labels, .. } = &**table;
            each(Text::Local(title));
            each(Text::Local(intro));
            visit_labels(labels, each);
        }
        visit_labels(of_layer, each);
    }
}

fn visit_page<'s>(page: &'s PageSpec, each: &mut dyn FnMut(Text<'s>)) {
    let PageSpec { enabled: _, title, description, updated: _, nav: _, slug, template: _, aliases } = page;
    [title, description, slug].into_iter().for_each(|text| each(Text::Local(text)));
    for aliases in aliases.iter() {
        aliases.value.iter().for_each(|alias| each(Text::Plain(alias.as_str(), aliases.origin)));
    }
}

fn visit_cookie<'s>(cookie: &'s CookieSpec, each: &mut dyn FnMut(Text<'s>)) {
    let CookieSpec { names, service, purpose, duration, hosts, link, location, opt_out, .. } = cookie;
    let CookieSpec { legal_basis, cell, role, consent, further, .. } = cookie;
    let DurationSpec { text, source, by, .. } = duration;
    for names in names.iter() {
        names.value.iter().for_each(|name| each(Text::Plain(pattern(name), names.origin)));
    }
    for hosts in hosts.iter() {
        hosts.value.iter().for_each(|host| each(Text::Plain(host.as_str(), hosts.origin)));
    }
    for places in by.iter() {
        places.value.iter().for_each(|(place, _)| each(Text::Plain(place, places.origin)));
    }
    let local = [service, purpose, link, location, opt_out, legal_basis, text];
    local.into_iter().chain(cell.values()).for_each(|text| each(Text::Local(text)));
    plain(source.as_ref(), each);
    plain(role.as_ref(), each);
    consent.iter().chain(further.values()).for_each(|value| scalar(value, each));
}

fn visit_labels<'s>(labels: &'s Labels, each: &mut dyn FnMut(Text<'s>)) {
    labels.values().for_each(|label| each(Text::Local(label)));
}

fn pattern(name: &NamePattern) -> &str {
    match name {
        NamePattern::Exact(text) | NamePattern::Prefix(text) | NamePattern::Glob(text) | NamePattern::Regex(text) => {
            text
        }
    }
}

fn plain<'s>(text: Option<&'s Sourced<Arc<str>>>, each: &mut dyn FnMut(Text<'s>)) {
    if let Some(Sourced { value, origin }) = text {
        each(Text::Plain(value, *origin));
    }
}

fn scalar<'s>(value: &'s Sourced<Scalar>, each: &mut dyn FnMut(Text<'s>)) {
    match &value.value {
        Scalar::Text(text) => each(Text::Plain(text, value.origin)),
        Scalar::List(items) => items.iter().for_each(|item| scalar(item, each)),
        Scalar::Table(table) => table.values().for_each(|inner| scalar(inner, each)),
        Scalar::Integer(_) | Scalar::Float(_) | Scalar::Bool(_) | Scalar::Date(_) => {}
    }
}
