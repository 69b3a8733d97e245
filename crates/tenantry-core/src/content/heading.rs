//! Ids of headings.

use std::collections::BTreeMap;

/// Turns words into an id: lower case, letters and digits kept in whatever script, the rest folded to hyphens.
pub(super) fn slug(words: &str) -> String {
    let mut slug = String::with_capacity(words.len());
    for c in words.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    while slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// Ids given so far in a document, each with the number that a further one of its words gets.
#[derive(Default)]
pub(super) struct Ids(BTreeMap<String, u32>);

impl Ids {
    /// An id that no heading of the document has yet: the wanted one, or with a number behind it.
    pub(super) fn unique(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "section" } else { wanted };
        let Some(next) = self.0.get(wanted).copied() else {
            self.0.insert(wanted.to_owned(), 2);
            return wanted.to_owned();
        };
        let free = (next..).find(|number| !self.0.contains_key(&format!("{wanted}-{number}"))).unwrap_or(next);
        self.0.insert(wanted.to_owned(), free + 1);
        let id = format!("{wanted}-{free}");
        self.0.insert(id.clone(), 2);
        id
    }

    /// Takes an id that the author chose. False if it is taken.
    pub(super) fn take(&mut self, id: &str) -> bool {
        self.0.insert(id.to_owned(), 2).is_none()
    }
}

/// Whether an author's id can stand in HTML, in a fragment and in a CSS selector.
pub(super) fn is_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_alphabetic()) && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_words_and_differ() {
        assert_eq!(slug("À quoi servent les cookies ?"), "à-quoi-servent-les-cookies");
        let mut ids = Ids::default();
        assert_eq!([ids.unique("a"), ids.unique("a"), ids.unique("")], ["a", "a-2", "section"]);
        assert!(!ids.take("a-2"));
    }
}
