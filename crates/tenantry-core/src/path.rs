//! Paths as types: of a source, of a page, of a file of the output.
//!
//! None of them can leave its root: every segment is checked when the path is made, and there is no way to join raw
//! text onto one. They hold `/` on every system.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::is_nfc;

use crate::name::{NameError, is_device_name};

/// Longest path of the output, in bytes.
pub const LONGEST_PATH: usize = 200;
/// Longest segment of a path of the output, in bytes.
pub const LONGEST_SEGMENT: usize = 100;

/// What an address writes as `%` and digits: everything outside of ASCII, and what would end the address or be changed
/// on its way (WHATWG URL, path percent-encode set, and the brackets that other readers stumble over).
const NOT_IN_ADDRESSES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A path of the output as an address writes it, in ASCII.
pub fn in_address(path: &str) -> String {
    utf8_percent_encode(path, NOT_IN_ADDRESSES).to_string()
}

/// A file of the workspace, such as `sites/opendatasoft/cookies.toml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// Takes segments that were met on the way down from the workspace, so they hold no `..`.
    pub fn named(path: &str) -> SourcePath {
        SourcePath(path.into())
    }

    /// The path of a file or folder in this folder.
    pub fn join(&self, name: &str) -> SourcePath {
        if self.0.is_empty() { SourcePath::named(name) } else { SourcePath(format!("{}/{name}", self.0).into()) }
    }

    /// As text with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies in a folder, however deep.
    pub fn lies_in(&self, folder: &SourcePath) -> bool {
        self.0.strip_prefix(&*folder.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The folder that it lies in.
    pub fn above(&self) -> SourcePath {
        SourcePath::named(self.0.rsplit_once('/').map_or("", |(above, _)| above))
    }

    /// The last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The path of a page without its language: `cookies`, `legal/notice`, or `index` for the home page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PagePath(Arc<str>);

impl PagePath {
    /// The home page.
    pub fn home() -> PagePath {
        PagePath("index".into())
    }

    /// Checks the path of a page, as it stands in `[pages]`, in `page:` links and in file names.
    pub fn new(text: &str) -> Result<PagePath, NameError> {
        let path = OutputPath::new(text)?;
        Ok(PagePath(path.0))
    }

    /// As text, without slashes around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the home page.
    pub fn is_home(&self) -> bool {
        &*self.0 == "index"
    }

    /// The folders of the page's address, the last one replaced by `slug` where there is one: `index` has none.
    pub fn address(&self, slug: Option<&str>) -> String {
        let folder = match self.0.strip_suffix("index") {
            Some("") => return String::new(),
            Some(folder) if folder.ends_with('/') => &folder[..folder.len() - 1],
            _ => &*self.0,
        };
        match (slug, folder.rsplit_once('/')) {
            (None, _) => folder.to_owned(),
            (Some(slug), Some((parents, _))) => format!("{parents}/{slug}"),
            (Some(slug), None) => slug.to_owned(),
        }
    }
}

impl std::borrow::Borrow<str> for PagePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file of a tenant's output, relative to the tenant's folder: `en/cookies/index.html`.
///
/// It can be written on every system and served by every host: normalised (NFC), no control characters, none of
/// `<>:"|?*\#%`, no device names, no segment that begins with `-` or `.` or ends with a dot or a space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(Arc<str>);

impl OutputPath {
    /// Checks a path that comes from outside: a page, a static file, an alias.
    pub fn new(text: &str) -> Result<OutputPath, NameError> {
        if text.len() > LONGEST_PATH {
            return Err(NameError::new(format!(
                "the path has {} bytes, at most {LONGEST_PATH} are allowed",
                text.len()
            )));
        }
        if !is_nfc(text) {
            return Err(NameError::new("the path is not in the composed Unicode form (NFC)"));
        }
        for segment in text.split('/') {
            segment_error(segment).map_or(Ok(()), |reason| Err(NameError::new(reason)))?;
        }
        Ok(OutputPath(text.into()))
    }

    /// A path that the program makes itself out of checked parts, such as `_headers`.
    pub fn generated(text: String) -> OutputPath {
        OutputPath(text.into())
    }

    /// As text with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it cannot be beside another path where a name is either a file or a folder: one lies below the other.
    pub fn clashes_with(&self, other: &OutputPath) -> bool {
        let lies_below = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
        lies_below(&self.0, &other.0) || lies_below(&other.0, &self.0)
    }

    /// The path with case folded away, to find files that would be one on other systems.
    pub fn folded(&self) -> Cow<'_, str> {
        let is_folded = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
        if self.0.bytes().all(is_folded) { Cow::Borrowed(&self.0) } else { Cow::Owned(self.0.to_lowercase()) }
    }
}

impl std::borrow::Borrow<str> for OutputPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for OutputPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OutputPath {
    /// Reads a path back from a manifest; one that could leave the tenant's folder is refused.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OutputPath, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = |segment: &str| segment.is_empty() || segment == "." || segment == ".." || segment.contains('\0');
        if text.split('/').any(wrong) {
            return Err(serde::de::Error::custom("a path that leaves its folder"));
        }
        Ok(OutputPath(text.into()))
    }
}

/// What is wrong with one segment of a path of the output.
fn segment_error(segment: &str) -> Option<String> {
    let shown = segment.escape_debug();
    let forbidden = |c: char| c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\' | '#' | '%');
    if segment.is_empty() {
        Some("a path has no empty segment and no slash at either end".into())
    } else if segment.len() > LONGEST_SEGMENT {
        Some(format!("a segment of the path has {} bytes, at most {LONGEST_SEGMENT} are allowed", segment.len()))
    } else if segment.starts_with(['.', '-']) {
        Some(format!("`{shown}` begins with a dot or a hyphen"))
    } else if segment.ends_with(['.', ' ']) || segment.starts_with(' ') {
        Some(format!("`{shown}` begins or ends with a space, or ends with a dot"))
    } else if let Some(wrong) = segment.chars().find(|c| forbidden(*c)) {
        Some(format!("`{}` cannot stand in a path", wrong.escape_default()))
    } else if segment.chars().any(crate::diagnostic::is_direction_mark) {
        Some(format!("`{}` holds an invisible direction mark", segment.escape_default()))
    } else if is_device_name(segment) {
        Some(format!("`{shown}` is the name of a device on Windows"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_039_slugs_that_cannot_be_files_are_refused() {
        let long = "a".repeat(300);
        for bad in
            ["", ".", "..", "con", "a.", "a ", "-rf", &long, "/abs", "a/../../b", "a//b", "a\\b", "e\u{301}", "a\nb"]
        {
            assert!(OutputPath::new(bad).is_err(), "{bad:?} must be refused");
        }
        for good in ["cookies", "legal/notice", "été", "logo.svg", "a b", "_redirect"] {
            assert!(OutputPath::new(good).is_ok(), "{good:?} must be accepted");
        }
    }

    #[test]
    fn a_file_and_a_folder_of_its_name_clash() {
        let clash =
            |one: &str, other: &str| OutputPath::new(one).unwrap().clashes_with(&OutputPath::new(other).unwrap());
        assert!(clash("a", "a/index.html") && clash("a/b/index.html", "a"));
        assert!(!clash("a", "a") && !clash("a", "a.html") && !clash("a/b", "a/c") && !clash("b", "a/b"));
    }

    #[test]
    fn addresses_follow_the_path_and_the_slug() {
        let address = |path: &str, slug| PagePath::new(path).unwrap().address(slug);
        assert_eq!(address("index", None), "");
        assert_eq!(address("legal-notice", Some("mentions-legales")), "mentions-legales");
        assert_eq!(address("a/index", None), "a");
        assert_eq!(address("a/b", Some("c")), "a/c");
    }
}
