//! Paths and patterns as regular expressions that nginx (PCRE) and Caddy (RE2) read alike.

/// A text that stands for itself. Only letters, digits, `/ _ -` and what lies beyond ASCII stand as they are: nothing that
/// means something to an expression, or to the file that it stands in.
pub(super) fn literal(text: &str) -> String {
    text.chars().map(one).collect()
}

/// A pattern of `_headers`, in which `*` stands for any text, below the path of a site.
pub(super) fn glob(base: &str, pattern: &str) -> String {
    let below = pattern.trim_start_matches('/');
    let parts: Vec<String> = below.split('*').map(literal).collect();
    let whole = format!("^{}{}$", literal(base), parts.join(".*"));
    whole.strip_suffix(".*$").map(str::to_owned).unwrap_or(whole)
}

fn one(c: char) -> String {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '/' | '_' | '-' => c.to_string(),
        '.' => "\\.".to_owned(),
        c if c.is_ascii() => format!("\\x{:02x}", u32::from(c)),
        c => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_hold_nothing_that_means_something() {
        assert_eq!(glob("/", "/assets/*"), "^/assets/");
        assert_eq!(glob("/legal/", "/*fragment.html"), "^/legal/.*fragment\\.html$");
        assert_eq!(literal("a b{$c}\"`\\;é"), "a\\x20b\\x7b\\x24c\\x7d\\x22\\x60\\x5c\\x3bé");
    }
}
