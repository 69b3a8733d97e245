//! How large a register becomes when it is written: a row repeats the labels of its columns, its provider and its
//! category, so that a small file can ask for a large table.

use crate::register::{Cookie, NamePattern, Provider, Table};

/// Most bytes of all tables of a register, as they are counted here. Ten thousand rows with all columns are half of it.
pub(super) const LARGEST_REGISTER: usize = 16 << 20;
/// About what the tags of a cell have.
const CELL: usize = 48;

/// About how many bytes a table has when it is written, in all languages together.
pub(super) fn written_size(table: &Table) -> usize {
    let labels: usize = table.labels.values().map(|label| label.bytes()).sum();
    let row = labels + CELL * table.columns.len();
    table.rows.iter().map(|cookie| row + cookie_size(cookie)).sum()
}

fn cookie_size(cookie: &Cookie) -> usize {
    let Cookie { service, purpose, location, link, opt_out, legal_basis, duration_text, .. } = cookie;
    let own = [service, purpose, location, link, opt_out, legal_basis, duration_text];
    let category = cookie.category.as_ref().map(|category| &category.label);
    let texts = own.into_iter().chain(cookie.cells.values()).chain(category);
    let texts: usize = texts.map(|text| text.bytes()).sum();
    let names: usize = cookie.names.iter().map(NamePattern::bytes).sum();
    let hosts: usize = cookie.hosts.iter().map(|host| host.as_str().len()).sum();
    texts + names + hosts + cookie.provider.as_ref().map_or(0, provider_size)
}

fn provider_size(provider: &Provider) -> usize {
    let Provider { id: _, name, url, privacy, country } = provider;
    let fields = [url, privacy, country];
    name.bytes() + fields.into_iter().flatten().map(|field| field.len()).sum::<usize>()
}
