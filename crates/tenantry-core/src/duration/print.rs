//! From a [`Duration`] to a text: a language's, or ISO 8601.
//!
//! What is printed in one of the five built-in languages reads back as the same value (a test holds
//! it). No typography: blanks are plain spaces, numbers plain digits.

use std::fmt;

use super::{Amount, Duration, Unit};
use crate::language::{Lang, Noun, Words};

impl Duration {
    /// The duration in a language, or in English where none is built in: `13 mois`, `1 Jahr`,
    /// `Session`.
    ///
    /// The words for session, persistent and instant begin with a capital, since they stand alone
    /// in a cell. The parts of a sum are joined by blanks, the last by the conjunction: `1 an et 6
    /// mois`.
    pub fn print(&self, lang: Lang) -> String {
        let words = Words::or_english(lang);
        match self {
            Self::Session => words.duration().session.to_owned(),
            Self::Persistent => words.duration().persistent.to_owned(),
            Self::Instant => words.duration().instant.to_owned(),
            Self::Amount(amount) => amount.print(words),
        }
    }

    /// The duration in ISO 8601, as it was written: `P14D`, `PT24H`, `P1Y6M`. At once is `PT0S`; a
    /// session, or no end, has no such form.
    ///
    /// The standard gives weeks a form of their own (`P2W`), which takes no other unit: in a sum
    /// they become days.
    pub fn iso8601(&self) -> Option<String> {
        match self {
            Self::Session | Self::Persistent => None,
            Self::Instant => Some("PT0S".to_owned()),
            Self::Amount(amount) => Some(amount.iso8601()),
        }
    }
}

/// The English text, which [`Duration::parse`] reads back.
impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.print(Lang::ENGLISH))
    }
}

impl Amount {
    fn print(&self, words: &Words) -> String {
        let parts = self.parts().map(|(count, unit)| format!("{count} {}", words.counted(count, noun(words, unit))));
        let parts: Vec<String> = parts.collect();
        match parts.split_last() {
            // Not `join` on all of them: a comma would make a list of the sum.
            Some((last, others)) if !others.is_empty() => words.join(&[&others.join(" "), last]),
            _ => parts.concat(),
        }
    }

    fn iso8601(&self) -> String {
        if self.parts().all(|(_, unit)| unit == Unit::Week) {
            return format!("P{}W", self.count(Unit::Week));
        }
        let has = |wanted: Unit| self.parts().any(|(_, unit)| unit == wanted);
        let days = u64::from(self.count(Unit::Week)) * 7 + u64::from(self.count(Unit::Day));
        let mut text = String::from("P");
        for (unit, letter) in [(Unit::Year, 'Y'), (Unit::Month, 'M')] {
            if has(unit) {
                text += &format!("{}{letter}", self.count(unit));
            }
        }
        if has(Unit::Week) || has(Unit::Day) {
            text += &format!("{days}D");
        }
        let clock = [(Unit::Hour, 'H'), (Unit::Minute, 'M'), (Unit::Second, 'S')];
        if clock.iter().any(|(unit, _)| has(*unit)) {
            text.push('T');
        }
        for (unit, letter) in clock {
            if has(unit) {
                text += &format!("{}{letter}", self.count(unit));
            }
        }
        text
    }
}

fn noun(words: &Words, unit: Unit) -> Noun {
    let nouns = words.duration();
    match unit {
        Unit::Second => nouns.second,
        Unit::Minute => nouns.minute,
        Unit::Hour => nouns.hour,
        Unit::Day => nouns.day,
        Unit::Week => nouns.week,
        Unit::Month => nouns.month,
        Unit::Year => nouns.year,
    }
}
