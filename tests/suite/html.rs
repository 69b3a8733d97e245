//! A small reader of the pages that the program writes: elements, tables, attributes, and the text of all of them.
//!
//! It is no parser: elements of one name do not nest, and every attribute has a value between quotation marks.

/// A table of a page, as a reader sees it.
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) labels: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The tables of a page, whose cells are read by `cell`.
pub(crate) fn tables(html: &str, cell: fn(&str) -> String) -> Vec<Table> {
    elements(html, &["table"]).into_iter().map(|html| table(html, cell)).collect()
}

fn table(html: &str, cell: fn(&str) -> String) -> Table {
    let texts = |html: &str| elements(html, &["th", "td"]).into_iter().map(cell).collect();
    let rows = |part: &str| -> Vec<Vec<String>> {
        elements(html, &[part]).into_iter().flat_map(|part| elements(part, &["tr"])).map(texts).collect()
    };
    Table {
        caption: elements(html, &["caption"]).into_iter().map(plain).collect(),
        labels: rows("thead").into_iter().flatten().collect(),
        rows: rows("tbody"),
    }
}

/// What stands within each element of one of these names, in order; elements of one name do not nest.
pub(crate) fn elements<'h>(html: &'h str, names: &[&str]) -> Vec<&'h str> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let (Some(open), true) = (rest.find('>'), names.contains(&word)) else { continue };
        let inner = &rest[open + 1..];
        let end = inner.find(&format!("</{word}>")).unwrap_or(inner.len());
        found.push(&inner[..end]);
        rest = &inner[end..];
    }
    found
}

/// Text without tags, its entities resolved and its white space folded.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::new();
    for (index, piece) in html.split('<').enumerate() {
        let after = if index == 0 { piece } else { piece.split_once('>').map_or("", |(_, after)| after) };
        text.push_str(after);
    }
    unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescaped(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// The values of an attribute on every tag of a name; `""` is any tag.
pub(crate) fn attributes(html: &str, tag: &str, name: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|piece| piece.split('>').next().unwrap_or_default());
    let of_tag = tags.filter(|text| tag.is_empty() || text.split_whitespace().next() == Some(tag));
    of_tag.filter_map(|text| attribute(text, name)).collect()
}

/// The value of an attribute of a tag.
pub(crate) fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| unescaped(value))
}
