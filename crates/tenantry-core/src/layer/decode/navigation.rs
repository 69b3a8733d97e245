//! `nav`: the navigation.

use std::sync::Arc;

use super::{Value, checked};
use crate::layer::spec::{NavItem, NavLink, NavSpec};
use crate::layer::{Fields, Reader, Sourced};
use crate::path::PagePath;

pub(super) fn nav(reader: &mut Reader<'_>, value: &Value<'_>) -> NavSpec {
    let Some(table) = reader.table(value, "a table with `items`, or with `add` and `drop`") else {
        return NavSpec::default();
    };
    let mut fields = Fields::new(table, "the navigation");
    let spec = NavSpec {
        items: fields.get("items").and_then(|value| reader.list(value, nav_item)),
        add: fields
            .get("add")
            .and_then(|value| reader.list(value, nav_item))
            .map(|list| list.value)
            .unwrap_or_default(),
        drop: fields
            .get("drop")
            .and_then(|value| reader.list(value, |reader, value| checked(reader, value, PagePath::new)))
            .map(|list| list.value)
            .unwrap_or_default(),
    };
    fields.finish(reader);
    spec
}

fn nav_item(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<NavItem>> {
    if value.get_ref().is_str() {
        return checked(reader, value, PagePath::new).map(|page| page.map(NavItem::Page));
    }
    let table = reader.table(value, "a page such as \"cookies\", or { title = \"…\", url = \"https://…\" }")?;
    let before = reader.diagnostics.len();
    let mut fields = Fields::new(table, "an entry of the navigation");
    let title = fields.get("title").and_then(|value| reader.local_text(value)).unwrap_or_default();
    let written = fields.get("url");
    let url = written.and_then(|value| web_address(reader, value));
    fields.finish(reader);
    // A misspelt key has been told already.
    if written.is_none() && reader.diagnostics.len() == before {
        reader.error("missing-key", value.span(), "an entry of the navigation has a `url`");
    }
    let link = NavLink { title, url: url? };
    Some(Sourced { value: NavItem::Link(link), origin: reader.origin(value.span()) })
}

/// An address that a link may lead to.
fn web_address(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sourced<Arc<str>>> {
    let text = reader.text(value)?;
    match crate::content::check_address(&text.value) {
        Ok(()) => Some(text),
        Err(reason) => {
            reader.error("bad-address", value.span(), reason);
            None
        }
    }
}
