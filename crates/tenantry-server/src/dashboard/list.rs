//! All tenants: searched, filtered, a page of them at a time.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::dashboard::{Reached, ago, document, in_query};
use crate::html::{Escaped, count};
use crate::http::reply::Reply;
use crate::page::item;
use crate::preview::Preview;
use crate::problem::Problem;
use crate::site::{Checked, TenantRow};

/// How many tenants a page shows.
const ROWS: usize = 50;

/// What is asked for.
struct Query {
    words: String,
    group: String,
    only: String,
    sort: String,
    page: usize,
}

/// Values of `only`, with what they are called.
const ONLY: &[(&str, &str)] =
    &[("", "All"), ("errors", "With errors"), ("warnings", "With warnings"), ("unchecked", "Not looked at yet")];

/// Values of `sort`, with what they are called.
const SORT: &[(&str, &str)] = &[("", "By id"), ("name", "By name"), ("change", "By last change")];

/// The list.
pub(crate) fn list(preview: &Preview, reached: &Reached<'_>) -> Reply {
    let value = |name: &str| reached.request.target.value(name).unwrap_or_default();
    let page = value("page").parse::<usize>().unwrap_or(1).max(1);
    let (words, group, only, sort) = (value("q"), value("group"), value("only"), value("sort"));
    let query = Query { words, group, only, sort, page };
    let rows = preview.sites.tenants();
    let found = chosen(&rows, &query);
    let body = format!("{}{}", form(&rows, &query), results(preview, &found, (&query, reached)));
    document(200, "Tenants", &body)
}

/// The tenants that words may mean: those whose id begins with them first, then by id.
pub(crate) fn matching<'r>(rows: &'r [TenantRow], words: &str) -> Vec<&'r TenantRow> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let has = |row: &TenantRow, word: &String| {
        row.id.as_str().contains(word.as_str())
            || [&row.name, &row.group, &row.address].iter().any(|text| text.to_lowercase().contains(word.as_str()))
    };
    let mut found: Vec<&TenantRow> = rows.iter().filter(|row| words.iter().all(|word| has(row, word))).collect();
    if let Some(first) = words.first() {
        found.sort_by_key(|row| !row.id.as_str().starts_with(first.as_str()));
    }
    found
}

fn chosen<'r>(rows: &'r [TenantRow], query: &Query) -> Vec<&'r TenantRow> {
    let mut found = matching(rows, &query.words);
    found.retain(|row| query.group.is_empty() || row.group == query.group);
    found.retain(|row| match (query.only.as_str(), row.findings) {
        ("errors", findings) => findings.is_some_and(|findings| findings.errors > 0),
        ("warnings", findings) => findings.is_some_and(|findings| findings.warnings > 0),
        ("unchecked", findings) => findings.is_none(),
        _ => true,
    });
    match query.sort.as_str() {
        "name" => found.sort_by_key(|row| row.name.to_lowercase()),
        "change" => found.sort_by_key(|row| Reverse(row.changed)),
        _ => {}
    }
    found
}

fn form(rows: &[TenantRow], query: &Query) -> String {
    let groups: BTreeSet<&str> = rows.iter().map(|row| row.group.as_str()).filter(|group| !group.is_empty()).collect();
    let groups: Vec<(&str, &str)> =
        std::iter::once(("", "All groups")).chain(groups.into_iter().map(|group| (group, group))).collect();
    format!(
        "<form role=\"search\" action=\"\" data-live>\n<p><label for=\"q\">Search</label>\n\
         <input id=\"q\" name=\"q\" type=\"search\" value=\"{}\" autocomplete=\"off\" spellcheck=\"false\" \
         autofocus></p>\n\
         {}{}{}<p><button>Show</button></p>\n</form>\n",
        Escaped(&query.words),
        choice(("group", "Group"), &groups, &query.group),
        choice(("only", "Which"), ONLY, &query.only),
        choice(("sort", "Order"), SORT, &query.sort),
    )
}

fn choice((name, label): (&str, &str), options: &[(&str, &str)], chosen: &str) -> String {
    let option = |(value, label): &(&str, &str)| {
        let selected = if *value == chosen { " selected" } else { "" };
        format!("<option value=\"{}\"{selected}>{}</option>\n", Escaped(value), Escaped(label))
    };
    let options: String = options.iter().map(option).collect();
    format!(
        "<p><label for=\"{name}\">{label}</label>\n<select id=\"{name}\" name=\"{name}\">\n{options}</select></p>\n"
    )
}

/// What the script of the dashboard replaces while one types.
fn results(preview: &Preview, found: &[&TenantRow], (query, reached): (&Query, &Reached<'_>)) -> String {
    let pages = found.len().div_ceil(ROWS).max(1);
    let page = query.page.min(pages);
    let shown: String = found.iter().skip((page - 1) * ROWS).take(ROWS).map(|row| self::row(row, reached)).collect();
    let Checked { done, all } = preview.sites.checked();
    let checked = if done < all { format!(", {done} of {all} looked at so far") } else { String::new() };
    let table = if shown.is_empty() { String::new() } else { table(&shown) };
    format!(
        "<div id=\"results\">\n{}<p role=\"status\">{}{checked}</p>\n{table}{}</div>\n",
        shared(preview),
        count(found.len(), "tenant"),
        pager(query, page, pages)
    )
}

/// What is wrong with what tenants share.
fn shared(preview: &Preview) -> String {
    let problems = preview.sites.shared_problems();
    let items: String = problems.iter().map(Problem::from).map(|problem| item(&problem)).collect();
    if items.is_empty() { items } else { format!("<h2>Shared</h2>\n<ul class=\"problems\">\n{items}</ul>\n") }
}

fn table(rows: &str) -> String {
    format!(
        "<div class=\"wide\" role=\"region\" aria-label=\"Tenants\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\
         <th scope=\"col\">Tenant</th><th scope=\"col\">Group</th><th scope=\"col\">Published at</th>\
         <th scope=\"col\">Languages</th><th scope=\"col\">Errors</th><th scope=\"col\">Warnings</th>\
         <th scope=\"col\">Last change</th><th scope=\"col\">More</th></tr>\n</thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

fn row(row: &TenantRow, reached: &Reached<'_>) -> String {
    let number = |number: Option<usize>, kind: &str| match number {
        None => "<td>…</td>".to_owned(),
        Some(0) => "<td>0</td>".to_owned(),
        Some(number) => format!("<td class=\"{kind}\">{number}</td>"),
    };
    format!(
        "<tr><th scope=\"row\"><a href=\"{}\">{}</a> <code>{id}</code></th><td>{}</td><td>{}</td><td>{}</td>{}{}\
         <td>{}</td><td><a href=\"/__tenantry/tenant/{id}\" aria-label=\"Details of {id}\">Details</a></td></tr>\n",
        Escaped(&reached.site(&row.id, "/")),
        Escaped(&row.name),
        Escaped(&row.group),
        Escaped(&row.address),
        Escaped(&row.languages.join(", ")),
        number(row.findings.map(|findings| findings.errors), "error"),
        number(row.findings.map(|findings| findings.warnings), "warning"),
        row.changed.map(ago).unwrap_or_default(),
        id = row.id,
    )
}

fn pager(query: &Query, page: usize, pages: usize) -> String {
    if pages == 1 {
        return String::new();
    }
    let link = |number: usize, words: &str| {
        let text = format!(
            "?q={}&group={}&only={}&sort={}&page={number}",
            in_query(&query.words),
            in_query(&query.group),
            in_query(&query.only),
            in_query(&query.sort)
        );
        format!("<a href=\"{}\">{words}</a>\n", Escaped(&text))
    };
    let earlier = if page > 1 { link(page - 1, "Previous") } else { String::new() };
    let later = if page < pages { link(page + 1, "Next") } else { String::new() };
    format!("<nav aria-label=\"Pages\">\n{earlier}<span>Page {page} of {pages}</span>\n{later}</nav>\n")
}
