//! The last change: what it touches, and some of these pages before and after it, side by side.

use std::sync::Arc;

use tenantry_core::digest::Digest;
use tenantry_core::path::in_address;

use crate::dashboard::{Reached, ago, document, nothing};
use crate::html::{Escaped, count};
use crate::http::reply::Reply;
use crate::http::target::can_exist;
use crate::page::item;
use crate::preview::Preview;
use crate::problem::Problem;
use crate::site::{Example, TouchedGroup};

/// Files that are named before the rest is counted.
const NAMED: usize = 10;

/// What a page before or after a change may do in its frame: be seen. Nothing in it runs.
const FRAME_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin";

/// The last change.
pub(super) fn page(preview: &Preview, reached: &Reached<'_>) -> Reply {
    let Some(last) = preview.last() else {
        return document(200, "Last change", "<div id=\"results\"><p>Nothing has changed yet.</p></div>\n");
    };
    let touched = &last.edit.touched;
    let files = files(&touched.files);
    let body = format!(
        "<div id=\"results\" data-edit=\"{}\">\n<p role=\"status\">It touches {} and {}. It was seen {} and took {} \
         ms.</p>\n\
         {files}{}{}{}</div>\n",
        last.edit.number,
        count(touched.tenants(), "tenant"),
        count(touched.pages(), "page"),
        ago(last.edit.at),
        last.edit.took.as_millis(),
        problems(&last.edit.problems.iter().map(Problem::from).collect::<Vec<_>>()),
        groups(&touched.groups),
        examples(last.edit.number, last.examples(&*preview.sites), reached),
    );
    document(200, "Last change", &body)
}

fn files(files: &[String]) -> String {
    let named = files.iter().take(NAMED).map(|file| format!("<li><code>{}</code></li>\n", Escaped(file)));
    let rest = files.len().saturating_sub(NAMED);
    let rest = (rest > 0).then(|| format!("<li>and {rest} more</li>\n"));
    let items: String = named.chain(rest).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}

fn problems(problems: &[Problem]) -> String {
    let items: String = problems.iter().map(item).collect();
    if items.is_empty() { items } else { format!("<ul class=\"problems\">\n{items}</ul>\n") }
}

fn groups(groups: &[TouchedGroup]) -> String {
    let row = |group: &TouchedGroup| {
        let name = if group.group.is_empty() { "no group" } else { &group.group };
        format!("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", Escaped(name), group.tenants, group.pages)
    };
    let rows: String = groups.iter().map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<table>\n<thead>\n<tr><th scope=\"col\">Group</th><th scope=\"col\">Tenants</th>\
         <th scope=\"col\">Pages</th></tr>\n\
         </thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn examples(edit: u64, examples: &[Example], reached: &Reached<'_>) -> String {
    examples.iter().enumerate().map(|(number, example)| self::example((edit, number), example, reached)).collect()
}

fn example((edit, number): (u64, usize), example: &Example, reached: &Reached<'_>) -> String {
    let frame = |side: &str, is_there: bool| {
        let title = format!("{} {side} the change", example.tenant);
        if !is_there {
            return format!("<figure><figcaption>{side}</figcaption>\n<p>There is no such page.</p></figure>\n");
        }
        format!(
            "<figure><figcaption>{side}</figcaption>\n<iframe title=\"{title}\" loading=\"lazy\" \
             sandbox=\"allow-same-origin\" src=\"/__tenantry/edit/{edit}/{number}/{side}{}\"></iframe></figure>\n",
            Escaped(&in_address(&example.path))
        )
    };
    format!(
        "<section>\n<h2>{}: <a href=\"{}\">{} <code>{}</code></a></h2>\n<div class=\"sides\">\n{}{}</div>\n\
         </section>\n",
        capitalised(&example.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")),
        Escaped(&reached.site(&example.tenant, &example.path)),
        example.tenant,
        Escaped(&example.path),
        frame("before", example.before.is_some()),
        frame("after", example.after.is_some()),
    )
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a frame shows: `<edit>/<number>/<side>/<path>`. What the page loads lies beside it, so it is asked for here
/// too.
pub(super) fn side(preview: &Preview, rest: &str, reached: &Reached<'_>) -> Reply {
    let mut parts = rest.splitn(4, '/');
    let mut part = || parts.next().unwrap_or_default();
    let (edit, number, side, path) = (part(), part(), part(), format!("/{}", part()));
    let Some(last) = preview.last().filter(|last| last.edit.number.to_string() == edit) else { return nothing() };
    let found = number.parse::<usize>().ok().and_then(|number| last.examples(&*preview.sites).get(number));
    let Some(example) = found.filter(|_| can_exist(&path)) else { return nothing() };
    if path != example.path {
        return beside(preview, (example, &path), reached);
    }
    let body = match side {
        "before" => example.before.as_ref(),
        "after" => example.after.as_ref(),
        _ => None,
    };
    body.map_or_else(nothing, |body| framed(Reply::new(200, "text/html; charset=utf-8", Arc::clone(body))))
}

/// Another file of the same site.
fn beside(preview: &Preview, (example, path): (&Example, &str), reached: &Reached<'_>) -> Reply {
    let answer = preview.sites.answer(&example.tenant, path);
    let media_type = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
    let media_type = media_type.map_or("application/octet-stream", |(_, value)| value.as_str());
    let digest = Digest::of(&answer.body);
    framed(Reply::new(answer.status, media_type, answer.body).known_by(&digest, reached.request))
}

fn framed(reply: Reply) -> Reply {
    reply.header("Content-Security-Policy", FRAME_POLICY)
}
