//! `_redirects`: from former addresses to pages, in the form that Netlify, Cloudflare Pages and their kin read.

use crate::artifact::lines::HostFile;
use crate::artifact::{AliasKind, BadLine};
use crate::path::{OutputPath, in_address};

/// A former address and where it leads now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Redirect {
    /// The former address, seen from the root of the output, without slashes around it.
    pub from: OutputPath,
    /// The path on the host of the page that took its place, `/legal/cookies/`.
    pub to: String,
}

/// Writes `_redirects`, sorted. An address that is a folder is given with and without its last slash, since hosts differ
/// in whether they tell the two apart.
pub fn redirects(list: &[Redirect]) -> Result<String, BadLine> {
    let mut sorted: Vec<&Redirect> = list.iter().collect();
    sorted.sort();
    let mut file = HostFile::default();
    for redirect in sorted {
        let from = format!("/{}", in_address(redirect.from.as_str()));
        file.line("", &[&from, &redirect.to, "301"])?;
        if matches!(AliasKind::of(&redirect.from), AliasKind::Folder(_)) {
            file.line("", &[&format!("{from}/"), &redirect.to, "301"])?;
        }
    }
    Ok(file.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_given_with_and_without_slash() {
        let redirect = |from: &str| Redirect { from: OutputPath::new(from).unwrap(), to: "/cookies/".into() };
        let text = redirects(&[redirect("été"), redirect("a b.html")]).unwrap();
        assert_eq!(text, "/a%20b.html /cookies/ 301\n/%C3%A9t%C3%A9 /cookies/ 301\n/%C3%A9t%C3%A9/ /cookies/ 301\n");
    }

    #[test]
    fn fault_014_a_line_break_makes_no_rule() {
        let redirect = Redirect { from: OutputPath::new("a").unwrap(), to: "/b\n/* https://evil.example/ 301".into() };
        assert!(redirects(&[redirect]).is_err());
    }
}
