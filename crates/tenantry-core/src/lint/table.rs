//! The tables of a register: what columns leave out, and rows that contradict their table.

use std::cell::LazyCell;

use crate::language::{Category, Column, Lang, Party};
use crate::layer::{Chain, LocalText, Origin};
use crate::lint::finder::{Finder, Found};
use crate::lint::prose::{find_any, lowered};
use crate::lint::{needs_consent, phrases, rules};
use crate::register::{Cell, Cookie, Reader, Table, cell, party};

/// Columns of which each says by its own rule what is missing.
const TOLD_ELSEWHERE: [Column; 6] =
    [Column::Name, Column::Duration, Column::Provider, Column::Category, Column::Host, Column::Party];

/// Looks at a table as a whole.
pub(super) fn check(table: &Table, finder: &mut Finder<'_>) {
    let origin = place(table);
    if !table.columns.contains(&Column::Provider) && !table.rows.is_empty() {
        let message = format!("the table `{}` has no column that says who sets its cookies", table.id);
        finder.tell(&rules::PROVIDER_MISSING, origin, (message, "add \"provider\" to its columns"));
    }
    if table.title.texts().any(|title| find_any(&lowered(&title.value), phrases::EXAMPLES).is_some()) {
        let message = format!("the table `{}` gives examples only", table.id);
        finder.tell(&rules::TABLE_PARTIAL, origin, (message, "list every cookie"));
    }
}

/// Looks at a row of a table.
pub(super) fn check_row(table: &Table, cookie: &Cookie, languages: &[Lang], finder: &mut Finder<'_>) {
    empty_cells(table, cookie, languages, finder);
    category_conflict(table, cookie, finder);
    if needs_consent(cookie) && !shows_duration(table, cookie) {
        let message = format!("`{}` needs consent, and the table `{}` does not tell its duration", cookie.id, table.id);
        finder.tell(
            &rules::DURATION_NOT_TOLD,
            cookie.declared,
            (message, "give it a duration, and the table the column"),
        );
    }
}

/// Looks at the rows of a table by what they say of the tenant's own addresses.
pub(super) fn check_parties(table: &Table, covered_hosts: &[String], chain: &Chain) -> Vec<Found> {
    // Looked at once, and only where a third party asks for it.
    let is_internal = LazyCell::new(|| title_says(&table.title, phrases::INTERNAL));
    let tells = |column: &Column| matches!(column, Column::Provider | Column::Party | Column::Host);
    let is_told = table.columns.iter().any(tells);
    let mut found = Vec::new();
    for cookie in &table.rows {
        let mut finder = Finder::of_cookie(chain, &cookie.id);
        if party(cookie, covered_hosts) == Some(Party::Third) && *is_internal {
            let message = format!("`{}` is set by a third party, and stands in a table of internal cookies", cookie.id);
            finder.tell(&rules::PARTY_CONFLICT, cookie.declared, (message, "put it into a table of third parties"));
        }
        if !is_told {
            access_not_told(table, cookie, &mut finder);
        }
        found.append(&mut finder.found);
    }
    found
}

fn access_not_told(table: &Table, cookie: &Cookie, finder: &mut Finder<'_>) {
    let shows_host = cookie.names.is_empty() && table.columns.contains(&Column::Name);
    if needs_consent(cookie) && !shows_host && !cookie.written.further.contains_key("third_party_access") {
        let message = format!("`{}` needs consent, and nothing tells whether third parties have access", cookie.id);
        let hint = "show the column \"provider\" or \"party\"";
        finder.tell(&rules::THIRD_PARTY_NOT_TOLD, cookie.declared, (message, hint));
    }
}

/// Where a table is written: its title, or its first row.
fn place(table: &Table) -> Origin {
    let row = || table.rows.first().map(|cookie| cookie.declared);
    table.title.origin().or_else(row).unwrap_or_default()
}

fn empty_cells(table: &Table, cookie: &Cookie, languages: &[Lang], finder: &mut Finder<'_>) {
    for column in table.columns.iter().filter(|column| !TOLD_ELSEWHERE.contains(column)) {
        let is_empty = |lang: &Lang| cell(cookie, *column, Reader { lang: *lang, covered_hosts: &[] }) == Cell::Empty;
        if !languages.is_empty() && languages.iter().all(is_empty) {
            let message = format!("the cell `{column}` of `{}` is empty in the table `{}`", cookie.id, table.id);
            finder.tell(&rules::EMPTY_CELL, cookie.declared, (message, "fill it, or leave the column out"));
        }
    }
}

/// The group of categories that a title speaks of.
fn title_group(title: &LocalText) -> Option<Group> {
    let groups = [
        (phrases::TITLE_MARKETING, Group::Marketing),
        (phrases::TITLE_ANALYTICS, Group::Analytics),
        (phrases::TITLE_NECESSARY, Group::Needed),
    ];
    let said: Vec<Group> =
        groups.into_iter().filter(|(words, _)| title_says(title, words)).map(|(_, group)| group).collect();
    // A title that names two groups contradicts neither.
    if let [only] = said.as_slice() { Some(*only) } else { None }
}

fn title_says(title: &LocalText, words: &str) -> bool {
    title.texts().any(|title| find_any(&lowered(&title.value), words).is_some())
}

/// Categories that one title may stand above.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Needed,
    Analytics,
    Marketing,
}

fn category_conflict(table: &Table, cookie: &Cookie, finder: &mut Finder<'_>) {
    let group = match cookie.category.as_ref().map(|category| category.is) {
        Some(Category::Necessary | Category::Security | Category::Functional) => Group::Needed,
        Some(Category::Analytics) => Group::Analytics,
        Some(Category::Marketing | Category::Social) => Group::Marketing,
        Some(Category::Unknown) | None => return,
    };
    if title_group(&table.title).is_some_and(|said| said != group) {
        let category = cookie.category.as_ref().map_or("", |category| category.is.as_str());
        let message =
            format!("`{}` is {category}, which the title of the table `{}` does not say", cookie.id, table.id);
        let origin = cookie.written.category.as_ref().map_or(cookie.declared, |category| category.origin);
        finder.tell(&rules::CATEGORY_CONFLICT, origin, (message, "put it into a table of its category"));
    }
}

fn shows_duration(table: &Table, cookie: &Cookie) -> bool {
    let has_duration =
        cookie.duration.is_some() || !cookie.duration_text.is_empty() || !cookie.duration_by_place.is_empty();
    table.columns.contains(&Column::Duration) && has_duration
}
