//! What stands at a path of a site, as hosts of plain files tell: former addresses lead on, folders show their
//! `index.html`, and an address that leads nowhere the nearest `404.html`.

use percent_encoding::percent_decode_str;
use tenantry_core::artifact::{ASK_AGAIN, HostRules, OBEYED};
use tenantry_core::path::in_address;

use crate::plan::{Job, NOT_FOUND, Task};
use crate::selection::glob;

/// What a site's files for hosts say.
#[derive(Debug, Default)]
pub(super) struct Hosting {
    /// Where the site begins on its host; with a slash at both ends.
    base: String,
    rules: HostRules,
}

/// What stands at a path.
#[derive(Debug)]
pub(super) enum Found<'j> {
    /// A file.
    File(&'j Job),
    /// Nothing but a way to somewhere else, for ever or not.
    Moved(String, u16),
    /// Nothing: the page of an error, if there is one.
    Nothing(Option<&'j Job>),
}

impl Hosting {
    /// Reads what the plan of a site has for hosts. `base` is the path of the site on its host.
    pub(super) fn of(jobs: &[Job], base: &str) -> Hosting {
        let rules = HostRules::read(text_of(jobs, "_headers"), text_of(jobs, "_redirects"));
        Hosting { base: base.to_owned(), rules }
    }

    /// What stands at the path of a request. `jobs` are sorted by path.
    pub(super) fn find<'j>(&self, jobs: &'j [Job], path: &str) -> Found<'j> {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let Ok(decoded) = percent_decode_str(path).decode_utf8() else { return Found::Nothing(missing(jobs, "")) };
        let Some(below) = decoded.strip_prefix(self.base.as_str()) else {
            return match &*decoded {
                "/" | "" => Found::Moved(in_address(&self.base), 302),
                other if format!("{other}/") == self.base => Found::Moved(in_address(&self.base), 301),
                _ => Found::Nothing(missing(jobs, "")),
            };
        };
        if let Some(to) = self.rules.moved.get(below) {
            return Found::Moved(to.clone(), 301);
        }
        let index = |folder: &str| job_at(jobs, &format!("{folder}index.html"));
        if below.is_empty() || below.ends_with('/') {
            return index(below).map_or_else(|| Found::Nothing(missing(jobs, below)), Found::File);
        }
        match job_at(jobs, below).filter(|_| !OBEYED.contains(&below)) {
            Some(job) => Found::File(job),
            None if index(&format!("{below}/")).is_some() => {
                Found::Moved(in_address(&format!("{}{below}/", self.base)), 301)
            }
            None => Found::Nothing(missing(jobs, below)),
        }
    }

    /// The headers of a path.
    pub(super) fn headers(&self, path: &str) -> Vec<(String, String)> {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        let below = format!("/{}", decoded.strip_prefix(self.base.as_str()).unwrap_or(&decoded));
        let fitting = self.rules.headers.iter().filter(|rule| glob(rule.pattern.as_bytes(), below.as_bytes()));
        let mut headers: Vec<(String, String)> = fitting.flat_map(|rule| rule.headers.iter().cloned()).collect();
        let (name, value) = ASK_AGAIN;
        if !headers.iter().any(|(known, _)| known == name) {
            headers.push((name.to_owned(), value.to_owned()));
        }
        headers
    }
}

/// The job of a file.
pub(super) fn job_at<'j>(jobs: &'j [Job], path: &str) -> Option<&'j Job> {
    let at = jobs.binary_search_by(|job| job.path.as_str().cmp(path)).ok()?;
    jobs.get(at)
}

/// The nearest page of an error.
fn missing<'j>(jobs: &'j [Job], below: &str) -> Option<&'j Job> {
    let folders = below.match_indices('/').map(|(at, _)| &below[..=at]);
    let nearest = folders.rev().find_map(|folder| job_at(jobs, &format!("{folder}{NOT_FOUND}")));
    nearest.or_else(|| job_at(jobs, NOT_FOUND))
}

fn text_of<'j>(jobs: &'j [Job], path: &str) -> &'j str {
    match job_at(jobs, path).map(|job| &job.task) {
        Some(Task::Bytes(bytes, _)) => str::from_utf8(bytes).unwrap_or_default(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tenantry_core::digest::Checksum;
    use tenantry_core::manifest::{CacheClass, Key};
    use tenantry_core::path::OutputPath;

    use super::*;

    const HEADERS: &str = "/*\n  X-Frame-Options: DENY\n/assets/*\n  Cache-Control: immutable\n";

    fn jobs(redirects: &str) -> Vec<Job> {
        let texts = [("_headers", HEADERS), ("_redirects", redirects)];
        let files = ["404.html", "a.txt", "assets/x.css", "cookies/index.html", "en/404.html", "index.html", "été/x"];
        let texts = texts.into_iter().chain(files.map(|file| (file, "")));
        let job = |(path, text): (&str, &str)| {
            let bytes: Arc<[u8]> = text.as_bytes().into();
            let task = Task::Bytes(bytes, Checksum::of(b""));
            let path = OutputPath::generated(path.into());
            Job { path, key: Key::default(), media_type: "x/y".into(), cache: CacheClass::Revalidate, task }
        };
        let mut jobs: Vec<Job> = texts.map(job).collect();
        jobs.sort_by(|a, b| a.path.cmp(&b.path));
        jobs
    }

    /// What stands at a path of a site, in a few letters.
    fn at(base: &str, path: &str) -> String {
        let jobs = jobs("/old /cookies/ 301\n/old/ /cookies/ 301\n/%C3%A9 /a.txt 301\n");
        match Hosting::of(&jobs, base).find(&jobs, path) {
            Found::File(job) => job.path.to_string(),
            Found::Moved(to, status) => format!("{status} {to}"),
            Found::Nothing(page) => format!("404 {}", page.map_or("", |job| job.path.as_str())),
        }
    }

    #[test]
    fn paths_lead_where_hosts_lead_them() {
        let paths = [
            ("/", "index.html"),
            ("/index.html", "index.html"),
            ("/cookies/", "cookies/index.html"),
            ("/cookies/?x=1", "cookies/index.html"),
            ("/cookies", "301 /cookies/"),
            ("/a.txt", "a.txt"),
            ("/a.txt/", "404 404.html"),
            ("/%C3%A9t%C3%A9/x", "été/x"),
            ("/old", "301 /cookies/"),
            ("/old/", "301 /cookies/"),
            ("/%C3%A9", "301 /a.txt"),
            ("/nothing", "404 404.html"),
            ("/en/nothing/at/all", "404 en/404.html"),
            ("/_headers", "404 404.html"),
            ("/../a.txt", "404 404.html"),
            ("//evil.example/..", "404 404.html"),
            ("/%ff", "404 404.html"),
            ("", "302 /"),
        ];
        for (path, expected) in paths {
            assert_eq!(at("/", path), expected, "{path}");
        }
    }

    #[test]
    fn a_site_below_a_path_is_found_there() {
        let paths = [
            ("/", "302 /legal/"),
            ("/legal", "301 /legal/"),
            ("/legal/", "index.html"),
            ("/legal/cookies", "301 /legal/cookies/"),
            ("/legal/en/x", "404 en/404.html"),
            ("/cookies/", "404 404.html"),
        ];
        for (path, expected) in paths {
            assert_eq!(at("/legal/", path), expected, "{path}");
        }
    }

    #[test]
    fn headers_are_those_of_the_rules_that_fit() {
        let hosting = Hosting::of(&jobs(""), "/legal/");
        let headers = |path: &str| {
            let headers = hosting.headers(path).into_iter().map(|(name, value)| format!("{name}: {value}"));
            headers.collect::<Vec<_>>()
        };
        assert_eq!(headers("/legal/assets/x.css"), ["X-Frame-Options: DENY", "Cache-Control: immutable"]);
        let page = ["X-Frame-Options: DENY", "Cache-Control: public, max-age=0, must-revalidate"];
        assert_eq!(
            (headers("/legal/cookies/"), headers("/elsewhere")),
            (page.map(Into::into).into(), page.map(Into::into).into())
        );
    }
}
