//! `pages`: what a layer says of pages without copying them.

use indexmap::IndexMap;

use super::{Value, checked};
use crate::layer::spec::PageSpec;
use crate::layer::{Fields, Reader};
use crate::path::{OutputPath, PagePath};

pub(super) fn pages(reader: &mut Reader<'_>, value: &Value<'_>) -> IndexMap<PagePath, PageSpec> {
    let mut pages = IndexMap::new();
    let Some(table) = reader.table(value, "a table of pages: `pages.PATH.updated`") else { return pages };
    for (key, value) in table {
        let path =
            PagePath::new(key.get_ref()).map_err(|error| reader.error("bad-name", key.span(), error.to_string()));
        let spec = page(reader, value);
        if let (Ok(path), Some(spec)) = (path, spec) {
            pages.insert(path, spec);
        }
    }
    pages
}

fn page(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<PageSpec> {
    if value.get_ref().is_bool() {
        return Some(PageSpec { enabled: reader.boolean(value), ..PageSpec::default() });
    }
    let table = reader.table(value, "`false`, or a table such as { updated = 2026-12-01 }")?;
    let mut fields = Fields::new(table, "a page");
    let local = |reader: &mut Reader<'_>, fields: &mut Fields<'_, '_>, key| {
        fields.get(key).and_then(|value| reader.local_text(value)).unwrap_or_default()
    };
    let spec = PageSpec {
        enabled: None,
        title: local(reader, &mut fields, "title"),
        description: local(reader, &mut fields, "description"),
        updated: fields.get("updated").and_then(|value| reader.date(value)),
        nav: fields.get("nav").and_then(|value| reader.integer(value)),
        slug: local(reader, &mut fields, "slug"),
        template: fields.get("template").and_then(|value| reader.text(value)),
        aliases: fields.get("aliases").and_then(|value| reader.list(value, alias)),
    };
    fields.finish(reader);
    Some(spec)
}

/// A former address of a page, with or without slashes around it.
pub(crate) fn alias(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<OutputPath> {
    checked(reader, value, |text| OutputPath::new(text.trim_matches('/'))).map(|path| path.value)
}
