//! Names of tenants in a text: whole words, in the letters of the name, the longest name where several begin alike.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::name::TenantId;

/// A name that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameMention<'n> {
    /// The name, as its first tenant writes it.
    pub name: &'n str,
    /// The tenants of that name.
    pub tenants: &'n BTreeSet<TenantId>,
    /// The bytes of the text that it stands in.
    pub span: Range<usize>,
}

/// The names of tenants that can be told from other words: those of two words or more.
#[derive(Debug, Default)]
pub struct Names {
    /// By the words of the name, joined by spaces: the name, and whose it is.
    by_words: BTreeMap<String, (String, BTreeSet<TenantId>)>,
    /// How many words the names have that begin with these two.
    lengths: BTreeMap<String, BTreeSet<usize>>,
}

impl Names {
    /// Gathers the names of tenants.
    pub fn new<'n>(tenants: impl IntoIterator<Item = (&'n TenantId, &'n str)>) -> Names {
        let mut names = Names::default();
        for (id, name) in tenants.into_iter().filter(|(_, name)| name.split_whitespace().nth(1).is_some()) {
            let words = words_of(name);
            // A name of signs has no words to look for.
            if words.len() < 2 {
                continue;
            }
            names.lengths.entry(joined(name, &words[..2])).or_default().insert(words.len());
            let of_these_words = names.by_words.entry(joined(name, &words));
            of_these_words.or_insert_with(|| (name.to_owned(), BTreeSet::new())).1.insert(id.clone());
        }
        names
    }

    /// Forgets the names that stand in a text: what every site may say gives nobody away.
    pub fn forget_those_in(&mut self, text: &str) {
        for (words, _) in self.find(text) {
            self.by_words.remove(&words);
        }
    }

    /// The names that stand in a text, in order. A name within a longer one is not told.
    pub fn in_text(&self, text: &str) -> Vec<NameMention<'_>> {
        let mention = |(words, span): (String, Range<usize>)| {
            let (name, tenants) = self.by_words.get(&words)?;
            Some(NameMention { name, tenants, span })
        };
        self.find(text).into_iter().filter_map(mention).collect()
    }

    /// Names by their words, each with the bytes that it stands in.
    fn find(&self, text: &str) -> Vec<(String, Range<usize>)> {
        let words = words_of(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at + 1 < words.len() {
            match self.longest(text, &words[at..]) {
                Some((length, name)) => {
                    found.push((name, words[at].start..words[at + length - 1].end));
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The longest name that some words begin with, and how many of them it takes.
    fn longest(&self, text: &str, words: &[Range<usize>]) -> Option<(usize, String)> {
        let lengths = self.lengths.get(&joined(text, &words[..2]))?;
        lengths.iter().rev().filter(|length| **length <= words.len()).find_map(|length| {
            let name = joined(text, &words[..*length]);
            self.by_words.contains_key(&name).then_some((*length, name))
        })
    }
}

/// The words of a text: letters and digits without anything between them.
fn words_of(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

fn joined(text: &str, words: &[Range<usize>]) -> String {
    words.iter().map(|word| &text[word.clone()]).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[(&str, &str)]) -> Names {
        let ids: Vec<(TenantId, &str)> = list.iter().map(|(id, name)| (TenantId::new(id).unwrap(), *name)).collect();
        Names::new(ids.iter().map(|(id, name)| (id, *name)))
    }

    fn found(names: &Names, text: &str) -> Vec<String> {
        names.in_text(text).into_iter().map(|mention| format!("{}={}", mention.name, &text[mention.span])).collect()
    }

    #[test]
    fn names_are_whole_words() {
        let names =
            names(&[("a", "Commune de Laon"), ("b", "Commune de Laon-sur-Lys"), ("c", "Acme"), ("d", "L'Orme")]);
        assert_eq!(found(&names, "La Commune de Laon, et la suite"), ["Commune de Laon=Commune de Laon"]);
        assert_eq!(found(&names, "Commune\nde **Laon**"), ["Commune de Laon=Commune\nde **Laon"]);
        assert_eq!(found(&names, "Commune de Laon-sur-Lys"), ["Commune de Laon-sur-Lys=Commune de Laon-sur-Lys"]);
        for text in ["commune de laon", "Commune de Laonnois", "Commune de", "Commune", "", "Acme, c'est L'Orme"] {
            assert_eq!(found(&names, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn tenants_of_one_name_share_it() {
        let names = names(&[("b", "Ville  de Lyon"), ("a", "Ville de Lyon")]);
        let mentions = names.in_text("Ville de Lyon, Ville de Lyon");
        assert_eq!(mentions.len(), 2);
        assert_eq!(mentions[0].tenants.iter().map(TenantId::as_str).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_every_site_may_say_is_forgotten() {
        let mut names = names(&[("a", "Open Data"), ("b", "Open Data Lyon"), ("c", "— –")]);
        names.forget_those_in("Notre service d'Open Data.");
        assert_eq!(found(&names, "Open Data, Open Data Lyon"), ["Open Data Lyon=Open Data Lyon"]);
    }
}
