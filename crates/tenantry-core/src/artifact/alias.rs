//! The page at a former address, for hosts that read no `_redirects`: it leads on at once, and says where if it cannot.

use crate::content::escape;
use crate::language::Lang;
use crate::path::OutputPath;

/// What a former address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasKind {
    /// A folder: its `index.html` leads on.
    Folder(OutputPath),
    /// An HTML file, which leads on itself.
    Page,
    /// Another file, `policy.pdf`, which no page can stand in for.
    Other,
}

impl AliasKind {
    /// Tells by the ending of the last segment: letters alone, such as `pdf`, are that of a file; `2` in `policy-v1.2` is
    /// none.
    pub fn of(alias: &OutputPath) -> AliasKind {
        let text = alias.as_str();
        let name = text.rsplit('/').next().unwrap_or(text);
        let is_ending =
            |ending: &str| (2..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphabetic());
        match name.rsplit_once('.') {
            Some((_, "html" | "htm")) => AliasKind::Page,
            Some((stem, ending)) if !stem.is_empty() && is_ending(ending) => AliasKind::Other,
            _ => AliasKind::Folder(OutputPath::generated(format!("{text}/index.html"))),
        }
    }
}

/// Writes the page. `relative` is where it leads, seen from the alias, `absolute` the whole address of the same page.
///
/// A refresh without delay is allowed where a time limit would not be (WCAG 2.2, technique H76).
pub fn alias_page((lang, title): (Lang, &str), relative: &str, absolute: &str) -> String {
    let (title, relative, absolute) = (escape(title), escape(relative), escape(absolute));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <meta http-equiv=\"refresh\" content=\"0; url={relative}\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <link rel=\"canonical\" href=\"{absolute}\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         <p><a href=\"{relative}\">{title}</a></p>\n</main>\n</body>\n</html>\n",
        lang.direction().as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_in_for_folders_and_pages_alone() {
        let kind = |alias: &str| AliasKind::of(&OutputPath::new(alias).unwrap());
        let folder = |path: &str| AliasKind::Folder(OutputPath::new(path).unwrap());
        assert_eq!(kind("old/cookies"), folder("old/cookies/index.html"));
        assert_eq!(kind("policy-v1.2"), folder("policy-v1.2/index.html"));
        assert_eq!(kind("policy.v2"), folder("policy.v2/index.html"));
        assert_eq!((kind("old.html"), kind("policy.pdf")), (AliasKind::Page, AliasKind::Other));
    }
}
