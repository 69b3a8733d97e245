//! A page of a site as it is sent: the bytes that would be published, and what the preview adds to them.
//!
//! Added are one `script` element before the end of the head, and in its Content-Security-Policy what that script
//! needs: `connect-src 'self'`, and `script-src 'self'` where a site has no scripts. Everything else is as published.

use tenantry_core::digest::{Digest, Digester};

use crate::html::Escaped;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::problem::Problem;
use crate::site::Answer;

/// Changed when what is added changes, so that no browser keeps an old version.
const VERSION: &[u8] = b"1";

/// What is sent for an answer of a site. `build` is the number of the build that it was asked from.
pub(crate) fn reply(answer: &Answer, request: &Request, build: &str) -> Reply {
    if let Some(location) = location(answer) {
        return redirect(answer, location);
    }
    if answer.status == 500 {
        return broken(answer, build);
    }
    let (body, digest) = match is_page(answer).then(|| with_script(answer, build)).flatten() {
        Some(body) => (body.into(), Digester::new().with(VERSION).with(answer.digest.as_bytes()).finish()),
        None => (answer.body.clone(), answer.digest),
    };
    let mut reply = Reply::raw(answer.status, body);
    for (name, value) in &answer.headers {
        let is_policy = name.eq_ignore_ascii_case("Content-Security-Policy");
        reply = reply.header(name, &if is_policy { policy(value) } else { value.clone() });
    }
    reply.known_by(&digest, request)
}

/// Whether an answer is an HTML document.
pub(crate) fn is_page(answer: &Answer) -> bool {
    let media_type = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
    media_type.is_some_and(|(_, value)| value.starts_with("text/html"))
}

fn location(answer: &Answer) -> Option<&str> {
    let header = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Location"));
    header.map(|(_, value)| value.as_str()).filter(|_| (300..400).contains(&answer.status))
}

/// A redirect of a site stays on its host: two slashes, or what browsers take for them, would lead to another one.
fn redirect(answer: &Answer, location: &str) -> Reply {
    let stays = location.starts_with('/') && !location[1..].starts_with(['/', '\\']);
    if !stays {
        return Reply::text(500, "this redirect leads to another host");
    }
    let rest = answer.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("Location"));
    rest.fold(Reply::redirect(answer.status, location), |reply, (name, value)| {
        if name.eq_ignore_ascii_case("Content-Type") { reply } else { reply.header(name, value) }
    })
}

/// The element that is added.
fn script(digest: &Digest, build: &str) -> String {
    format!(
        "<script type=\"module\" src=\"/__tenantry/preview.js\" data-digest=\"{digest}\" \
         data-build=\"{build}\"></script>\n"
    )
}

/// The body with the script. A document without a head, such as a fragment, is left as it is.
fn with_script(answer: &Answer, build: &str) -> Option<Vec<u8>> {
    let end = b"</head>";
    let at = answer.body.windows(end.len()).position(|window| window.eq_ignore_ascii_case(end))?;
    let script = script(&answer.digest, build);
    let mut body = Vec::with_capacity(answer.body.len() + script.len());
    body.extend_from_slice(&answer.body[..at]);
    body.extend_from_slice(script.as_bytes());
    body.extend_from_slice(&answer.body[at..]);
    Some(body)
}

/// The policy of a site, with what the script needs.
fn policy(value: &str) -> String {
    let directive = |text: &str| {
        let name = text.split_whitespace().next().unwrap_or_default();
        let sources = text.strip_prefix(name).unwrap_or_default().trim();
        match name {
            "connect-src" | "script-src" if sources == "'none'" => format!("{name} 'self'"),
            "connect-src" | "script-src" if !sources.split(' ').any(|source| source == "'self'") => {
                format!("{text} 'self'")
            }
            _ => text.to_owned(),
        }
    };
    value.split(';').map(str::trim).filter(|text| !text.is_empty()).map(directive).collect::<Vec<_>>().join("; ")
}

/// What stands in place of a page that has no good version.
fn broken(answer: &Answer, build: &str) -> Reply {
    let items: String = answer.problems.iter().map(Problem::from).map(|problem| item(&problem)).collect();
    // It is loaded again when it is mended, instead of being changed into something else.
    let script = script(&answer.digest, build).replace(" src=", " data-broken src=");
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>This page cannot be shown yet</title>\n\
         <link rel=\"stylesheet\" href=\"/__tenantry/dashboard.css\">\n{script}</head>\n<body>\n<main>\n\
         <h1>This page cannot be shown yet</h1>\n<p>There is no earlier version of it either. It appears here as \
         soon as this is mended:</p>\n<ul class=\"problems\">\n{items}</ul>\n</main>\n</body>\n</html>\n"
    );
    Reply::new(500, "text/html; charset=utf-8", body.into_bytes()).header("Content-Security-Policy", OWN_POLICY)
}

/// The policy of pages that the server itself makes.
pub(crate) const OWN_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
    connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A problem in a list.
pub(crate) fn item(problem: &Problem) -> String {
    let place = match (&problem.file, problem.line, problem.column) {
        (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        (Some(file), ..) => file.clone(),
        _ => String::new(),
    };
    let lines: String = problem
        .excerpt
        .iter()
        .map(|line| {
            let (before, marked, after) = (Escaped(&line.before), Escaped(&line.marked), Escaped(&line.after));
            format!("{:>5}  {before}<mark>{marked}</mark>{after}\n", line.number)
        })
        .collect();
    let excerpt = if lines.is_empty() { String::new() } else { format!("<pre tabindex=\"0\">{lines}</pre>\n") };
    let hint = problem.hint.as_deref().map(|hint| format!("<p class=\"hint\">{}</p>\n", Escaped(hint)));
    let layer = problem.layer.as_deref().map(|layer| format!(" <span class=\"layer\">{}</span>", Escaped(layer)));
    format!(
        "<li class=\"{severity}\"><p><strong>{severity}</strong> {}</p>\n<p><code>{}</code>{}</p>\n{excerpt}{}</li>\n",
        Escaped(&problem.message),
        Escaped(&place),
        layer.unwrap_or_default(),
        hint.unwrap_or_default(),
        severity = problem.severity,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())];
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let digest = Digest::of(body.as_bytes());
        Answer { status, headers: all, body: body.as_bytes().into(), digest, problems: Vec::new(), why: String::new() }
    }

    #[test]
    fn a_page_gets_one_script_and_the_rest_is_as_published() {
        let page = "<!DOCTYPE html><html><head><title>x</title></head><body>y</body></html>";
        let body = String::from_utf8(with_script(&answer(200, page, &[]), "run-1").unwrap()).unwrap();
        let start = body.find("<script").unwrap();
        let end = body.find("</head>").unwrap();
        assert_eq!(format!("{}{}", &body[..start], &body[end..]), page);
        assert!(with_script(&answer(200, "<p>fragment</p>", &[]), "run-1").is_none());
    }

    #[test]
    fn the_policy_of_a_site_is_kept_but_for_what_the_script_needs() {
        let strict = "default-src 'none'; style-src 'self'; script-src 'none'; connect-src 'none'; base-uri 'none'";
        let expected = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'";
        assert_eq!(policy(strict), expected);
        assert_eq!(policy(expected), expected);
        assert_eq!(policy("script-src https://a.example;"), "script-src https://a.example 'self'");
    }

    #[test]
    fn fault_007_011_redirects_stay_on_their_host() {
        for location in ["//evil.example/", "/\\evil.example", "https://evil.example/", "evil", ""] {
            assert_eq!(redirect(&answer(301, "", &[("Location", location)]), location).status, 500, "{location}");
        }
        let reply = redirect(&answer(301, "", &[("Location", "/dir/")]), "/dir/");
        assert_eq!((reply.status, reply.value("Location")), (301, Some("/dir/")));
    }

    #[test]
    fn fault_132_what_is_wrong_is_shown_escaped() {
        use tenantry_core::diagnostic::Diagnostic;
        let mut answer = answer(500, "", &[]);
        answer.problems = vec![Diagnostic::error("x", "<script>alert(1)</script>").hint("\"><img src=x>")];
        let reply = broken(&answer, "run-1");
        let body = String::from_utf8(reply.body().to_vec()).unwrap();
        assert!(body.contains("&lt;script&gt;alert(1)") && !body.contains("<img"), "{body}");
    }
}
