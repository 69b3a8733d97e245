//! `_headers`: the response headers, in the form that Netlify, Cloudflare Pages and their kin read.
//!
//! Hosts join the values of a header that several rules give, so no header stands in two rules that can meet. Pages
//! get no `Cache-Control` here: these hosts have browsers ask for a page again each time by themselves.

use crate::artifact::BadLine;
use crate::artifact::lines::HostFile;

/// Whether the pages of a theme run scripts of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// No page runs any.
    None,
    /// Files of the own site may run.
    Own,
}

/// For every file of a site. Everything that pages load is a file of the site, and nothing frames them.
const EVERYWHERE: &[(&str, &str)] = &[
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), \
         geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
         publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
];

/// Files whose name changes with their content may be kept for a year (RFC 8246).
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Writes `_headers`. Under `noindex` the whole site is kept out of search engines, else only fragments, which repeat
/// the text of their page.
pub fn headers(scripts: Scripts, indexed: Indexed) -> Result<String, BadLine> {
    let mut file = HostFile::default();
    file.line("", &["/*"])?;
    file.line("  ", &["Content-Security-Policy:", &policy(scripts)])?;
    for (name, value) in EVERYWHERE {
        file.line("  ", &[&format!("{name}:"), value])?;
    }
    if indexed == Indexed::No {
        file.line("  ", &["X-Robots-Tag:", "noindex"])?;
    }
    file.line("", &["/assets/*"])?;
    file.line("  ", &["Cache-Control:", FOREVER])?;
    if indexed == Indexed::Yes {
        // Some hosts serve a page under its name without the ending.
        for fragments in ["/*fragment.html", "/*fragment"] {
            file.line("", &[fragments])?;
            file.line("  ", &["X-Robots-Tag:", "noindex"])?;
        }
    }
    Ok(file.finish())
}

/// Whether search engines may list a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexed {
    /// They may.
    Yes,
    /// They are asked to stay away.
    No,
}

/// The Content-Security-Policy (W3C CSP Level 3): nothing is allowed but what is named, and nothing inline.
fn policy(scripts: Scripts) -> String {
    let scripts = match scripts {
        Scripts::None => "'none'",
        Scripts::Own => "'self'",
    };
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src {scripts}; connect-src \
         'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_stands_in_two_rules_that_meet() {
        for indexed in [Indexed::Yes, Indexed::No] {
            let text = headers(Scripts::None, indexed).unwrap();
            // The two rules of fragments never fit one address.
            let text = text.replace("/*fragment\n  X-Robots-Tag: noindex\n", "");
            let headers = text.lines().filter_map(|line| line.trim().split_once(": "));
            let mut names: Vec<&str> = headers.map(|(name, _)| name).collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{text}");
        }
    }

    #[test]
    fn scripts_are_allowed_only_where_the_theme_has_some() {
        assert!(headers(Scripts::None, Indexed::Yes).unwrap().contains("script-src 'none'"));
        assert!(headers(Scripts::Own, Indexed::Yes).unwrap().contains("script-src 'self'"));
    }
}
