//! The page at a former address, for hosts that read no `_redirects`: it leads on at once, and says where if it cannot.

use crate::content::escape;
use crate::language::Lang;
use crate::path::OutputPath;

/// The file of a former address: `old/index.html`, or the address itself if it names an HTML file. `None` for other
/// files, which no page can stand in for.
pub fn alias_file(alias: &OutputPath) -> Option<OutputPath> {
    let text = alias.as_str();
    let name = text.rsplit('/').next().unwrap_or(text);
    match name.rsplit_once('.') {
        Some((_, "html" | "htm")) => Some(alias.clone()),
        Some((stem, ending)) if !stem.is_empty() && mostly_letters(ending) => None,
        _ => Some(OutputPath::generated(format!("{text}/index.html"))),
    }
}

/// `pdf` and `jpeg` are endings of files, `2` in `policy-v1.2` is not.
fn mostly_letters(ending: &str) -> bool {
    (2..=5).contains(&ending.len()) && ending.starts_with(|c: char| c.is_ascii_alphabetic())
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
        let file = |alias: &str| alias_file(&OutputPath::new(alias).unwrap()).map(|path| path.to_string());
        assert_eq!(file("old/cookies").as_deref(), Some("old/cookies/index.html"));
        assert_eq!(file("old.html").as_deref(), Some("old.html"));
        assert_eq!(file("policy-v1.2").as_deref(), Some("policy-v1.2/index.html"));
        assert_eq!(file("policy.pdf"), None);
    }
}
