//! Names: misspelt, translated, several in one, hosts and placeholders in their place.

use std::collections::BTreeSet;

use crate::language::Column;
use crate::layer::Origin;
use crate::lint::finder::Finder;
use crate::lint::{known, rules};
use crate::register::{Cookie, NamePattern};

/// Marks of a name that is to be filled in.
const PLACEHOLDERS: [&str; 9] = ["<", "{", "}", "$", "[", "*", "xxx", "XXX", "…"];

/// Looks at the names of a cookie.
pub(super) fn check(cookie: &Cookie, finder: &mut Finder<'_>) {
    let origin = cookie.written.names.as_ref().map_or(cookie.declared, |names| names.origin);
    repeated(cookie, origin, finder);
    translated(cookie, finder);
    if cookie.names.is_empty() {
        let hosts: Vec<&str> = cookie.hosts.iter().map(|host| host.as_str()).collect();
        let message = format!("`{}` is known by its host only: {}", cookie.id, hosts.join(", "));
        finder.tell(&rules::NAME_IS_HOST, origin, (message, "find out which cookies it sets, and name them"));
    }
    for name in &cookie.names {
        match name {
            NamePattern::Exact(text) => exact(cookie, (text, origin), finder),
            NamePattern::Prefix(text) | NamePattern::Glob(text) | NamePattern::Regex(text) => {
                if text.chars().all(|c| matches!(c, '*' | '.' | '?' | '^' | '$' | '+')) {
                    let message = format!("`{name}` of `{}` fits every name", cookie.id);
                    finder.tell(&rules::WILDCARD_ALONE, origin, (message, "write what the names begin with"));
                }
            }
        }
    }
}

fn exact(cookie: &Cookie, (text, origin): (&str, Origin), finder: &mut Finder<'_>) {
    let id = &cookie.id;
    if text.chars().all(|c| c == '*') {
        let message = format!("`{text}` of `{id}` is no name");
        finder.tell(&rules::WILDCARD_ALONE, origin, (message, "write the names, or what they begin with"));
    } else if [" / ", ", ", ";", ","].iter().any(|between| text.contains(between)) {
        let hint = "write a list: names = [\"a\", \"b\"]";
        finder.tell(&rules::NAMES_NOT_SPLIT, origin, (format!("`{text}` of `{id}` holds several names"), hint));
    } else if is_host(text) {
        let hint = "put the host into `hosts`, and find out the name";
        finder.tell(&rules::NAME_IS_HOST, origin, (format!("the name `{text}` of `{id}` is a host"), hint));
    } else if PLACEHOLDERS.iter().any(|mark| text.contains(mark)) {
        let hint = "write a pattern: names = [{ prefix = \"_ga_\" }]";
        finder.tell(&rules::NAME_PLACEHOLDER, origin, (format!("`{text}` of `{id}` is no whole name"), hint));
    } else if let Some(near) = known::near(text) {
        let message = format!("`{text}` of `{id}` is one letter away from `{}` of {}", near.name, near.vendor);
        finder.tell(&rules::NAME_NEAR_MISS, origin, (message, "look at the name in a browser"));
    }
}

fn repeated(cookie: &Cookie, origin: Origin, finder: &mut Finder<'_>) {
    let mut seen = BTreeSet::new();
    if let Some(twice) = cookie.names.iter().find(|name| !seen.insert(*name)) {
        let message = format!("`{twice}` stands twice among the names of `{}`", cookie.id);
        finder.tell(&rules::DUP_NAME, origin, (message, "name each once"));
    }
}

/// A literal cell in place of the name that is not the same in all languages.
fn translated(cookie: &Cookie, finder: &mut Finder<'_>) {
    let Some(cell) = cookie.cells.get(&Column::Name) else { return };
    let texts: BTreeSet<&str> = cell.texts().map(|text| &*text.value).collect();
    if texts.len() > 1 {
        let message = format!("the name of `{}` differs by language", cookie.id);
        let origin = cell.origin().unwrap_or(cookie.declared);
        finder.tell(
            &rules::NAME_TRANSLATED,
            origin,
            (message, "a name is never translated: write it once, in `names`"),
        );
    }
}

/// `.stripe.com`, `www.example.org`: a dot in front, or what ends like a host.
fn is_host(text: &str) -> bool {
    const ENDS: [&str; 12] =
        [".com", ".org", ".net", ".fr", ".io", ".eu", ".de", ".es", ".nl", ".it", ".co.uk", ".example"];
    let like_host = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    like_host && ENDS.iter().any(|end| text.len() > end.len() && text.to_ascii_lowercase().ends_with(end))
}
