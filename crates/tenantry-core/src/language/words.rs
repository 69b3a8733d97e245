//! The words that Tenantry says by itself, in the languages it has them in: French, English,
//! German, Spanish, Dutch.
//!
//! Labels, lists, dates and the nouns of durations; one file per language below. Not the text of
//! pages or themes, and not the words that are *understood* when a duration is read
//! (`crate::duration` keeps those).

mod dutch;
mod english;
mod french;
mod german;
mod spanish;

use super::{Category, Column, Date, Kind, Lang, Party};

/// What is built in for one language.
///
/// The labels are functions and not maps: each language must answer for every variant, or it does
/// not compile.
#[derive(Debug)]
pub struct Words {
    column: fn(Column) -> &'static str,
    category: fn(Category) -> &'static str,
    kind: fn(Kind) -> &'static str,
    party: fn(Party) -> &'static str,
    /// The word between the last two items of a list, given the last one.
    conjunction: fn(&str) -> &'static str,
    date: fn(Date) -> String,
    is_plural: fn(u32) -> bool,
    duration: DurationWords,
    banner: BannerWords,
}

/// A noun that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noun {
    /// As in `1 day`.
    pub one: &'static str,
    /// As in `2 days`.
    pub many: &'static str,
}

/// The words of durations in one language; those of a session, of no end and of
/// at once stand alone in a cell and begin with a capital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationWords {
    /// 1 second.
    pub second: Noun,
    /// 60 seconds.
    pub minute: Noun,
    /// 60 minutes.
    pub hour: Noun,
    /// 24 hours.
    pub day: Noun,
    /// 7 days.
    pub week: Noun,
    /// A month of the calendar.
    pub month: Noun,
    /// A year of the calendar.
    pub year: Noun,
    /// Until the browser is closed.
    pub session: &'static str,
    /// Without an end.
    pub persistent: &'static str,
    /// Gone at once.
    pub instant: &'static str,
    /// Before an upper bound: `up to 180 days`.
    pub up_to: &'static str,
    /// Where none of the places that were named is.
    pub elsewhere: &'static str,
}

/// What a consent banner says in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BannerWords {
    /// Its title.
    pub title: &'static str,
    /// What it asks.
    pub description: &'static str,
    /// The button that accepts all.
    pub accept: &'static str,
    /// The button that refuses what is not necessary.
    pub refuse: &'static str,
    /// The button that opens the settings, and their title.
    pub choose: &'static str,
    /// The button that saves a choice.
    pub save: &'static str,
    /// The label of what closes the settings.
    pub close: &'static str,
    /// Why visitors are asked again.
    pub changed: &'static str,
    /// The link to the policy.
    pub policy: &'static str,
}

impl Words {
    /// The words of a language, found by its primary subtag; `None` if none are built in.
    pub fn of(lang: Lang) -> Option<&'static Self> {
        match lang.primary() {
            "de" => Some(&german::WORDS),
            "en" => Some(&english::WORDS),
            "es" => Some(&spanish::WORDS),
            "fr" => Some(&french::WORDS),
            "nl" => Some(&dutch::WORDS),
            _ => None,
        }
    }

    /// The words of a language, or the English ones.
    pub fn or_english(lang: Lang) -> &'static Self {
        Self::of(lang).unwrap_or(&english::WORDS)
    }

    /// The header of a column.
    pub fn column(&self, column: Column) -> &'static str {
        (self.column)(column)
    }

    /// The label of a category.
    pub fn category(&self, category: Category) -> &'static str {
        (self.category)(category)
    }

    /// The label of a technique.
    pub fn kind(&self, kind: Kind) -> &'static str {
        (self.kind)(kind)
    }

    /// The label of a party.
    pub fn party(&self, party: Party) -> &'static str {
        (self.party)(party)
    }

    /// The words of durations.
    pub fn duration(&self) -> &DurationWords {
        &self.duration
    }

    /// The words of a consent banner.
    pub fn banner(&self) -> &BannerWords {
        &self.banner
    }

    /// The form of `noun` that goes with `count`: French says `0 jour`, English `0 days`.
    pub fn counted(&self, count: u32, noun: Noun) -> &'static str {
        if (self.is_plural)(count) { noun.many } else { noun.one }
    }

    /// A list in a sentence: empty, `a`, `a et b`, `a, b et c`. No comma before the last word.
    pub fn join(&self, items: &[impl AsRef<str>]) -> String {
        let Some((last, others)) = items.split_last() else { return String::new() };
        let last = last.as_ref();
        let mut list = String::new();
        for (place, item) in others.iter().enumerate() {
            if place > 0 {
                list.push_str(", ");
            }
            list.push_str(item.as_ref());
        }
        if !others.is_empty() {
            list.push(' ');
            list.push_str((self.conjunction)(last));
            list.push(' ');
        }
        list + last
    }

    /// A date in full: `20 novembre 2026`, with plain spaces.
    pub fn date(&self, date: Date) -> String {
        (self.date)(date)
    }
}

impl Noun {
    const fn new(one: &'static str, many: &'static str) -> Self {
        Self { one, many }
    }
}

/// The name of the date's month, out of the twelve.
fn month_of(date: Date, names: [&'static str; 12]) -> &'static str {
    names[usize::from(date.month() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: [Lang; 5] = [Lang::GERMAN, Lang::ENGLISH, Lang::SPANISH, Lang::FRENCH, Lang::DUTCH];

    #[test]
    fn is_found_by_the_primary_subtag() {
        assert!(Words::of(Lang::new("fr-CA").unwrap()).is_some());
        assert!(Words::of(Lang::new("it").unwrap()).is_none());
        assert_eq!(Words::or_english(Lang::new("it").unwrap()).column(Column::Purpose), "Purpose");
    }

    #[test]
    fn labels_stand_alone() {
        for lang in BUILT_IN {
            let words = Words::or_english(lang);
            let columns = Column::ALL.iter().map(|one| words.column(*one));
            let categories = Category::ALL.iter().map(|one| words.category(*one));
            let kinds = Kind::ALL.iter().map(|one| words.kind(*one));
            let parties = Party::ALL.iter().map(|one| words.party(*one));
            for label in columns.chain(categories).chain(kinds).chain(parties) {
                assert!(label.starts_with(char::is_uppercase), "{lang}: {label}");
                assert_eq!(label, label.trim(), "{lang}");
            }
        }
    }

    #[test]
    fn labels_of_one_vocabulary_differ() {
        for lang in BUILT_IN {
            let words = Words::or_english(lang);
            let mut columns: Vec<_> = Column::ALL.iter().map(|one| words.column(*one)).collect();
            columns.sort_unstable();
            columns.dedup();
            assert_eq!(columns.len(), Column::ALL.len(), "{lang}");
        }
    }

    #[test]
    fn french_columns_are_those_of_the_design() {
        let french = Words::or_english(Lang::FRENCH);
        let labels: Vec<_> = Column::ALL.iter().map(|one| french.column(*one)).collect();
        assert_eq!(
            labels.join("|"),
            "Prestataire|Service|Nom|Finalité|Durée|Catégorie|Type|Origine|Domaine|Emplacement|En savoir plus|\
             Refuser|Base légale|Conservation des données"
        );
    }

    #[test]
    fn lists_end_in_a_conjunction() {
        let join = |lang, items: &[&str]| Words::or_english(lang).join(items);
        assert_eq!(join(Lang::FRENCH, &[]), "");
        assert_eq!(join(Lang::FRENCH, &["a"]), "a");
        assert_eq!(join(Lang::FRENCH, &["a", "b"]), "a et b");
        assert_eq!(join(Lang::FRENCH, &["a", "b", "c"]), "a, b et c");
        assert_eq!(join(Lang::ENGLISH, &["a", "b", "c"]), "a, b and c");
        assert_eq!(join(Lang::GERMAN, &["a", "b", "c"]), "a, b und c");
        assert_eq!(join(Lang::DUTCH, &["a", "b", "c"]), "a, b en c");
        assert_eq!(join(Lang::SPANISH, &["a", "b", "c"]), "a, b y c");
        assert_eq!(join(Lang::SPANISH, &["Francia", "Italia"]), "Francia e Italia");
        assert_eq!(join(Lang::SPANISH, &["agua", "hielo"]), "agua y hielo");
    }

    #[test]
    fn dates_are_written_in_full() {
        let autumn = Date::new(2026, 11, 20).unwrap();
        let spring = Date::new(2021, 3, 1).unwrap();
        for (lang, one, two) in [
            (Lang::FRENCH, "20 novembre 2026", "1er mars 2021"),
            (Lang::ENGLISH, "20 November 2026", "1 March 2021"),
            (Lang::GERMAN, "20. November 2026", "1. März 2021"),
            (Lang::SPANISH, "20 de noviembre de 2026", "1 de marzo de 2021"),
            (Lang::DUTCH, "20 november 2026", "1 maart 2021"),
        ] {
            let words = Words::or_english(lang);
            assert_eq!([words.date(autumn), words.date(spring)], [one, two]);
        }
    }

    #[test]
    fn nouns_agree_with_their_count() {
        for (lang, none, one, two) in [
            (Lang::FRENCH, "jour", "jour", "jours"),
            (Lang::ENGLISH, "days", "day", "days"),
            (Lang::GERMAN, "Tage", "Tag", "Tage"),
            (Lang::SPANISH, "días", "día", "días"),
            (Lang::DUTCH, "dagen", "dag", "dagen"),
        ] {
            let words = Words::or_english(lang);
            let forms = [0, 1, 2].map(|count| words.counted(count, words.duration().day));
            assert_eq!(forms, [none, one, two]);
        }
    }
}
