//! What hosts refuse or silently cut, found before anything is sent.

use tenantry_core::publish::TargetSettings;

use crate::fault::Outcome;
use crate::listing::Listing;
use crate::plan::Refusal;

/// What a host takes.
struct Limits {
    host: &'static str,
    files: usize,
    file_bytes: u64,
    bytes: u64,
    header_rules: usize,
    redirects: usize,
    line: usize,
}

/// <https://developers.cloudflare.com/pages/platform/limits/>, free plan.
const CLOUDFLARE_PAGES: Limits = Limits {
    host: "Cloudflare Pages",
    files: 20_000,
    file_bytes: 25 << 20,
    bytes: u64::MAX,
    header_rules: 100,
    redirects: 2100,
    line: 2000,
};

/// <https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits>, and git's own limit there.
const GITHUB_PAGES: Limits = Limits {
    host: "GitHub Pages",
    files: usize::MAX,
    file_bytes: 100 << 20,
    bytes: 1 << 30,
    header_rules: usize::MAX,
    redirects: usize::MAX,
    line: usize::MAX,
};

/// What the host of a target would not take of a site. `read` gives the text of one of its files, if it has it.
pub(crate) fn host_limits(
    settings: &TargetSettings,
    built: &Listing,
    read: impl Fn(&str) -> Outcome<Option<String>>,
) -> Outcome<Option<Refusal>> {
    let limits = match settings.text("limits") {
        "cloudflare-pages" => CLOUDFLARE_PAGES,
        "github-pages" => GITHUB_PAGES,
        _ => return Ok(None),
    };
    let mut found = beyond(&limits, built);
    for file in [("_headers", limits.header_rules), ("_redirects", limits.redirects)] {
        if found.is_none() {
            found = rules(&limits, file, &read)?;
        }
    }
    let hint = "make the site smaller, or drop `limits` from the target if the host takes more from you";
    let refused = |found| Refusal::new("host-limits", format!("{found}; {} takes no more", limits.host), hint);
    Ok(found.map(refused))
}

fn beyond(limits: &Limits, built: &Listing) -> Option<String> {
    if built.0.len() > limits.files {
        return Some(format!("it has {} files, beyond {}", built.0.len(), limits.files));
    }
    if let Some((path, file)) = built.0.iter().find(|(_, file)| file.size > limits.file_bytes) {
        return Some(format!("`{path}` has {} bytes, beyond {}", file.size, limits.file_bytes));
    }
    let bytes = built.bytes();
    (bytes > limits.bytes).then(|| format!("it has {bytes} bytes, beyond {}", limits.bytes))
}

/// The rules of `_headers` begin at the margin, as those of `_redirects` do.
fn rules(
    limits: &Limits,
    (name, most): (&str, usize),
    read: &impl Fn(&str) -> Outcome<Option<String>>,
) -> Outcome<Option<String>> {
    if most == usize::MAX {
        return Ok(None);
    }
    let Some(text) = read(name)? else { return Ok(None) };
    let is_rule = |line: &&str| !line.is_empty() && !line.starts_with([' ', '\t', '#']);
    let found = text.lines().filter(is_rule).count();
    if found > most {
        return Ok(Some(format!("`{name}` has {found} rules, beyond {most}")));
    }
    let longest = text.lines().map(str::len).max().unwrap_or(0);
    let is_long = longest > limits.line;
    Ok(is_long.then(|| format!("`{name}` has a line of {longest} characters, beyond {}", limits.line)))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    use tenantry_core::digest::Checksum;
    use tenantry_core::manifest::CacheClass;
    use tenantry_core::path::OutputPath;
    use tenantry_core::publish::{FieldValue, Kind};

    use super::*;
    use crate::listing::File;

    fn of_host(host: &str, sizes: impl Iterator<Item = u64>, headers: &str) -> Option<String> {
        let limits = FieldValue::Text(host.into());
        let settings = TargetSettings { kind: Kind::Dir, fields: BTreeMap::from([("limits".to_owned(), limits)]) };
        let file = |size| File {
            digest: Checksum::of(b""),
            size,
            media_type: Cow::Borrowed("text/html"),
            cache: CacheClass::Revalidate,
            encoding: None,
        };
        let path = |number: usize| OutputPath::generated(format!("{number}.html"));
        let built = Listing(sizes.enumerate().map(|(number, size)| (path(number), file(size))).collect());
        let read = |name: &str| Ok((name == "_headers").then(|| headers.to_owned()));
        host_limits(&settings, &built, read).unwrap().map(|refusal| refusal.message)
    }

    fn refused(files: usize, headers: &str) -> Option<String> {
        of_host("cloudflare-pages", std::iter::repeat_n(0, files), headers)
    }

    #[test]
    fn fault_122_limits_of_hosts_are_known_before_anything_is_sent() {
        assert_eq!(refused(20_000, &"/x\n  A: b\n".repeat(100)), None);
        assert!(refused(20_001, "").unwrap().contains("20001 files"));
        assert!(refused(1, &"/x\n  A: b\n".repeat(101)).unwrap().contains("101 rules"));
        assert!(refused(1, &format!("/x\n  A: {}", "b".repeat(1996))).unwrap().contains("2001 characters"));
        assert_eq!(refused(1, &format!("/x\n  A: {}", "b".repeat(1995))), None);
    }

    #[test]
    fn fault_121_what_github_refuses_is_known_before_anything_is_sent() {
        const MOST: u64 = 100 << 20;
        let refused = |sizes: &[u64]| of_host("github-pages", sizes.iter().copied(), "");
        assert_eq!(refused(&[MOST]), None);
        assert_eq!(
            refused(&[1, MOST + 1]).unwrap(),
            "`1.html` has 104857601 bytes, beyond 104857600; GitHub Pages takes no more"
        );
        assert_eq!(refused(&[MOST; 10]), None);
        assert!(refused(&[MOST; 11]).unwrap().contains("it has 1153433600 bytes, beyond 1073741824"));
    }
}
