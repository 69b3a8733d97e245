//! Rows of Open Cookie Database, its columns from its file (Apache-2.0).

use super::services::{category, plain};
use super::spreadsheet::row;
use super::{Export, Input, Loss};
use crate::language::{Category, Column, Kind};
use crate::register::{Cookie, NamePattern};

const HEADER: [&str; 10] = [
    "ID",
    "Platform",
    "Category",
    "Cookie / Data Key name",
    "Domain",
    "Description",
    "Retention period",
    "Data Controller",
    "User Privacy & GDPR Rights Portals",
    "Wildcard match",
];

/// A row for each name of each cookie.
pub(super) fn export(input: &Input<'_>) -> Export {
    let mut losses = Vec::new();
    let mut text = row(HEADER);
    for cookie in input.register.cookies() {
        for (name, wildcard) in names(cookie, &mut losses) {
            text.push_str(&row(cells(cookie, (&name, wildcard), input)));
        }
        if !matches!(cookie.kind, Kind::Http) {
            losses.push(Loss::of(&cookie.id, format!("that it is {}: its name stands as a data key", cookie.kind)));
        }
        if matches!(category(cookie), Category::Unknown | Category::Social) {
            losses.push(Loss::of(
                &cookie.id,
                format!("its category {}: it is Marketing or Functional here", category(cookie)),
            ));
        }
        if input.tenant.languages.len() > 1 {
            losses.push(Loss::of(&cookie.id, "its words in other languages"));
        }
    }
    Export { text, losses }
}

fn names(cookie: &Cookie, losses: &mut Vec<Loss>) -> Vec<(String, &'static str)> {
    if cookie.names.is_empty() {
        losses.push(Loss::of(&cookie.id, "all of it: its name is not known"));
    }
    let mut names = Vec::new();
    for name in &cookie.names {
        match matched(name) {
            Some(found) if !names.contains(&found) => names.push(found),
            Some(_) => {}
            None => {
                losses.push(Loss::of(&cookie.id, format!("the pattern {name}: only beginnings of names are known")));
            }
        }
    }
    names
}

/// A name, or what names begin with, and which of the two it is.
fn matched(name: &NamePattern) -> Option<(String, &'static str)> {
    let beginning = |text: &str| Some((text.to_owned(), "1"));
    match name {
        NamePattern::Exact(text) => Some((text.to_string(), "0")),
        NamePattern::Prefix(text) => beginning(text),
        NamePattern::Glob(text) => {
            let text = text.strip_suffix('*').filter(|text| !text.is_empty() && !text.contains(['*', '?']))?;
            beginning(text)
        }
        NamePattern::Regex(_) => None,
    }
}

fn cells(cookie: &Cookie, (name, wildcard): (&str, &str), input: &Input<'_>) -> [String; 10] {
    let lang = input.lang();
    let provider = plain(cookie, Column::Provider, lang);
    let privacy = cookie.provider.as_ref().and_then(|provider| provider.privacy.as_deref()).unwrap_or_default();
    [
        cookie.id.to_string(),
        provider.clone(),
        category_word(category(cookie)).to_owned(),
        name.to_owned(),
        plain(cookie, Column::Host, lang),
        plain(cookie, Column::Purpose, lang),
        plain(cookie, Column::Duration, lang),
        provider,
        privacy.to_owned(),
        wildcard.to_owned(),
    ]
}

fn category_word(category: Category) -> &'static str {
    match category {
        Category::Necessary | Category::Functional | Category::Unknown => "Functional",
        Category::Security => "Security",
        Category::Analytics => "Analytics",
        Category::Marketing | Category::Social => "Marketing",
    }
}
