//! Tables that texts hold in HTML, as far as their tags tell: those of Markdown and of the register are written by us.

use std::ops::Range;

/// Where the opening tags of an element stand in a lowered text.
pub(super) fn tags(lowered: &str, element: &str) -> Vec<Range<usize>> {
    let opening = format!("<{element}");
    let starts = lowered.match_indices(&opening).map(|(start, _)| (start, start + opening.len()));
    starts
        .filter_map(|(start, name)| {
            let rest = &lowered[name..];
            // Not beyond the next tag: a text of tags that never end is read once.
            let close = rest.find(['<', '>']).filter(|close| rest[*close..].starts_with('>'))?;
            rest.starts_with([' ', '>', '\t', '\n']).then(|| start..name + close + 1)
        })
        .collect()
}

/// The opening tags of tables of data that have several rows, and no header in any of them.
pub(super) fn tables_without_row_headers(lowered: &str) -> Vec<Range<usize>> {
    let tables = parts(lowered, "table").into_iter().filter(|(tag, inside)| {
        let inside = inside.split("</table").next().unwrap_or_default();
        !is_layout(&lowered[tag.clone()]) && is_of_data(inside) && lacks_row_headers(inside)
    });
    tables.map(|(tag, _)| tag).collect()
}

/// The opening tags of an element, each with what follows up to the next one.
fn parts<'t>(lowered: &'t str, element: &str) -> Vec<(Range<usize>, &'t str)> {
    let tags = tags(lowered, element);
    let ends = tags.iter().skip(1).map(|next| next.start).chain([lowered.len()]);
    tags.iter().cloned().zip(ends).map(|(tag, end)| (tag.clone(), &lowered[tag.end..end])).collect()
}

fn is_layout(tag: &str) -> bool {
    ["presentation", "none"].iter().any(|role| tag.contains(&format!("role=\"{role}\"")))
}

fn is_of_data(inside: &str) -> bool {
    ["th", "caption"].iter().any(|element| !tags(inside, element).is_empty())
}

/// Where one row has a header, it may be that of others too, so that one is enough.
fn lacks_row_headers(inside: &str) -> bool {
    let rows = parts(inside, "tr").into_iter().map(|(_, row)| row);
    let rows: Vec<&str> = rows.filter(|row| is_row_of_data(row)).collect();
    rows.len() > 1 && !rows.iter().any(|row| has_header(row))
}

fn is_row_of_data(row: &str) -> bool {
    let data = tags(row, "td").len();
    data > 0 && data + tags(row, "th").len() > 1
}

/// A header cell that is not a column's, or cells that name theirs.
fn has_header(row: &str) -> bool {
    let heads = |tag: &Range<usize>| !row[tag.clone()].contains("scope=\"col");
    let names = |tag: &Range<usize>| row[tag.clone()].contains("headers=");
    tags(row, "th").iter().any(heads) || tags(row, "td").iter().any(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<table><tr><th scope=\"col\">name</th><th scope=\"col\">use</th></tr>";

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = tables_without_row_headers(text);
        assert_eq!(found.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn tags_are_whole_and_closed() {
        let text = "<th><thead><th\nid=\"x\"><th <td>";
        let found: Vec<&str> = tags(text, "th").into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["<th>", "<th\nid=\"x\">"]);
    }

    #[test]
    fn rows_have_headers() {
        let rows = "<tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>";
        check(&format!("{HEAD}{rows}"), &["<table>"]);
        check(
            &format!("{HEAD}{rows}<table class=\"x\"><caption>c</caption>{rows}"),
            &["<table>", "<table class=\"x\">"],
        );
        check(&format!("{HEAD}{}", rows.replacen("<td>a</td>", "<th scope=\"row\">a</th>", 1)), &[]);
        check(&format!("{HEAD}{}", rows.replacen("<td>b", "<td headers=\"a\">b", 1)), &[]);
    }

    /// One row is headed by its columns, a list has nothing beside its cells, and a layout has no headers.
    #[test]
    fn other_tables_need_none() {
        check(&format!("{HEAD}<tr><td>a</td><td>b</td></tr></table>"), &[]);
        check("<table><tr><th scope=\"col\">name</th></tr><tr><td>a</td></tr><tr><td>b</td></tr></table>", &[]);
        check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", &[]);
        let layout = HEAD.replace("<table>", "<table role=\"presentation\">");
        check(&format!("{layout}<tr><td>a<td>b<tr><td>c<td>d</table>"), &[]);
    }
}
