//! Where links lead: which addresses are allowed, and what each form of destination means.

use crate::path::PagePath;

/// Schemes that a link may have.
const SCHEMES: &[&str] = &["https", "http", "mailto", "tel"];

/// What the destination of a link or an image means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An address outside the site, checked.
    Elsewhere(String),
    /// A page of the site: `page:legal-notice#contact`.
    Page {
        /// The page.
        path: PagePath,
        /// The heading in it.
        fragment: Option<String>,
    },
    /// A heading of the same page: `#contact`.
    Fragment(String),
    /// A path relative to the page, or to the site's root if it begins with a slash.
    Relative {
        /// The path.
        path: String,
        /// The heading in it.
        fragment: Option<String>,
    },
}

/// Tells what a destination means. The reason is given for one that is refused.
pub fn classify(destination: &str) -> Result<Target, String> {
    let cleaned: String = destination.trim().chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    if let Some(rest) = cleaned.strip_prefix("page:") {
        let (path, fragment) = split_fragment(rest);
        let path =
            PagePath::new(path.trim_matches('/')).map_err(|error| format!("`{cleaned}` names no page: {error}"))?;
        return Ok(Target::Page { path, fragment });
    }
    if scheme(&cleaned).is_some() || cleaned.starts_with("//") || cleaned.starts_with("/\\") {
        check_address(&cleaned)?;
        return Ok(Target::Elsewhere(cleaned));
    }
    let (path, fragment) = split_fragment(&cleaned);
    match (path, fragment) {
        ("", Some(fragment)) => Ok(Target::Fragment(fragment)),
        ("", None) => Err("the link leads nowhere: its destination is empty".into()),
        (path, _) if path.chars().any(|c| c.is_control() || c == '\\') => {
            Err(format!("`{}` is no path", path.escape_debug()))
        }
        (path, fragment) => Ok(Target::Relative { path: path.to_owned(), fragment }),
    }
}

fn split_fragment(text: &str) -> (&str, Option<String>) {
    match text.split_once('#') {
        Some((path, "")) => (path, None),
        Some((path, fragment)) => (path, Some(fragment.to_owned())),
        None => (text, None),
    }
}

/// The scheme of an address, lower case (RFC 3986, section 3.1).
fn scheme(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let mut characters = scheme.chars();
    let first = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    (first && rest).then(|| scheme.to_ascii_lowercase())
}

/// Checks an absolute address: an allowed scheme, and a host that others can reach.
pub fn check_address(address: &str) -> Result<(), String> {
    if address.starts_with("//") || address.starts_with("/\\") {
        return Err(format!("`{address}` has no scheme: write `https:{address}`"));
    }
    if address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(format!("`{}` is no address: it holds a space or a control character", address.escape_debug()));
    }
    let Some(scheme) = scheme(address) else {
        return Err(format!("`{address}` is no address: expected one with a scheme, such as `https://example.org/`"));
    };
    if !SCHEMES.contains(&scheme.as_str()) {
        return Err(format!("links with `{scheme}:` are not allowed: expected {}", SCHEMES.join(", ")));
    }
    if matches!(scheme.as_str(), "https" | "http") {
        check_host(address)?;
    }
    Ok(())
}

fn check_host(address: &str) -> Result<(), String> {
    let rest = address.split_once(':').map_or("", |(_, rest)| rest);
    let Some(rest) = rest.strip_prefix("//") else {
        return Err(format!("`{address}` has no host: expected `https://example.org/`"));
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if authority.contains('@') {
        return Err("an address holds no user and no password".into());
    }
    let host = authority;
    let host = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or(host) };
    let host = host.to_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    if host.is_empty() || host.contains(['"', '<', '>', '\\', '%']) {
        return Err(format!("`{address}` has no valid host"));
    }
    let numeric = host.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let private = host == "localhost"
        || host.ends_with(".localhost")
        || host.starts_with('[')
        || host.starts_with("0x")
        || numeric;
    if private {
        return Err(format!("`{address}` leads to a machine that readers cannot reach"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_064_addresses_that_run_code_are_refused() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " javascript:x",
            "vbscript:x",
            "data:text/html,x",
            "//evil.example",
            "/\\evil.example",
            "file:///etc/passwd",
            "http://localhost/",
            "http://127.0.0.1/",
            "https:evil",
            "x:y",
            "",
        ] {
            assert!(classify(bad).is_err(), "{bad:?} must be refused, is {:?}", classify(bad));
        }
    }

    #[test]
    fn destinations_have_four_meanings() {
        assert_eq!(classify("https://a.fr/x").unwrap(), Target::Elsewhere("https://a.fr/x".into()));
        let page = Target::Page { path: PagePath::new("legal").unwrap(), fragment: Some("a".into()) };
        assert_eq!(classify("page:legal#a").unwrap(), page);
        assert_eq!(classify("#top").unwrap(), Target::Fragment("top".into()));
        assert_eq!(classify("../x/").unwrap(), Target::Relative { path: "../x/".into(), fragment: None });
        assert_eq!(classify("mailto:a@b.fr").unwrap(), Target::Elsewhere("mailto:a@b.fr".into()));
    }
}
