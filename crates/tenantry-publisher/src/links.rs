//! Links of a page that stay on its site.

/// The values of `href` and `src` that name no scheme and no other host.
pub(crate) fn internal_links(html: &str) -> Vec<String> {
    let mut links = Vec::new();
    for attribute in [" href=\"", " src=\""] {
        for rest in html.split(attribute).skip(1) {
            let value = rest.split('"').next().unwrap_or_default().replace("&amp;", "&");
            let path = value.split(['#', '?']).next().unwrap_or_default();
            let has_scheme = path.split('/').next().unwrap_or_default().contains(':');
            if !path.is_empty() && !path.starts_with("//") && !has_scheme {
                links.push(path.to_owned());
            }
        }
    }
    links.sort();
    links.dedup();
    links
}

/// The address of a link on a page. `None` if it leaves the site, whose address ends with a slash.
pub(crate) fn join(site: &str, page: &str, link: &str) -> Option<String> {
    let host = site.find("://").map_or(0, |at| at + 3);
    let root = site[host..].find('/').map_or(site.len(), |at| host + at);
    let (origin, folder) = match link.strip_prefix('/') {
        Some(_) => (&site[..root], "/"),
        None => page.split_at(root),
    };
    let mut segments: Vec<&str> = folder.split('/').skip(1).collect();
    segments.pop();
    let mut parts = link.trim_start_matches('/').split('/').peekable();
    while let Some(part) = parts.next() {
        match part {
            ".." => drop(segments.pop()),
            "." => {}
            part => segments.push(part),
        }
        if parts.peek().is_none() && matches!(part, "." | "..") {
            segments.push("");
        }
    }
    let address = format!("{origin}/{}", segments.join("/"));
    address.starts_with(site).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_site_are_found_and_others_are_not() {
        let html = r##"<a href="../b/#x">b</a><a href="https://e.example/">e</a><img src="/a.png"><a href="#y">y</a>
            <a href="mailto:a@b">m</a><link rel="x" href="//c/d"><a href="../b/?q&amp;r">b</a>"##;
        assert_eq!(internal_links(html), ["../b/", "/a.png"]);
    }

    #[test]
    fn links_are_joined_as_browsers_do() {
        let join = |link| join("http://a.example/legal/", "http://a.example/legal/x/y/", link);
        assert_eq!(join("../b/").unwrap(), "http://a.example/legal/x/b/");
        assert_eq!(join("../..").unwrap(), "http://a.example/legal/");
        assert_eq!(join("./").unwrap(), "http://a.example/legal/x/y/");
        assert_eq!(join("z.css").unwrap(), "http://a.example/legal/x/y/z.css");
        assert_eq!(join("/legal/q").unwrap(), "http://a.example/legal/q");
        assert_eq!(join("/other"), None);
        assert_eq!(join("../../../"), None);
    }
}
