//! Why a text is not read as a duration: one name for each reason.
//!
//! The texts of the messages are here too; the reasons are found in `parse` (what the grammar met)
//! and `refusal` (what else the text seems to be).

use std::{error::Error, fmt};

/// Why a text is not a [`super::Duration`]. A `String` is the found text, or the part of it at
/// fault: one line of at most 60 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurationError {
    /// Nothing, or only blanks.
    Empty,
    /// A number whose unit is not written: `183`.
    NoUnit(u32),
    /// A number in digits before a word that is no unit: the word.
    UnknownUnit(String),
    /// A number that is not whole, or is grouped, or has an exponent: `1.5`, `1,000`, `1e2`.
    NotWhole(String),
    /// A number below zero.
    Negative(String),
    /// A number above [`u32::MAX`].
    TooLarge(String),
    /// A sum that repeats a unit or puts a shorter one first: `6 months 1 year`.
    UnitOrder(String),
    /// No number at all: `a few seconds`; or a rough one: `about 30 days`.
    Vague(String),
    /// A limit and not a length: `up to 180 days`, `30-60 days`.
    Bound(String),
    /// Several durations, one for each name: `30 j, 730 j`; how many there are.
    List(usize),
    /// Up to an event: `Deleted when oauth state is validated`.
    Until(String),
    /// One or the other by place or choice: `13 months EEA, 24 months elsewhere`.
    Conditional(String),
    /// A day of the calendar: `2030/11/09`.
    CalendarDate(String),
    /// Where it is stored instead of how long: `local storage`.
    StorageNotTime(String),
    /// Any other text.
    NotADuration(String),
}

impl DurationError {
    /// The first half of the message: what was found.
    fn found(&self) -> String {
        match self {
            Self::Empty => "the duration is empty".to_owned(),
            Self::NoUnit(number) => format!("`{number}` has no unit"),
            Self::UnknownUnit(word) => format!("unknown unit `{word}`"),
            Self::NotWhole(number) => format!("`{number}` is not a whole number in plain digits"),
            Self::Negative(text) => format!("`{text}` is negative"),
            Self::TooLarge(number) => format!("`{number}` is too large"),
            Self::UnitOrder(text) => format!("the units of `{text}` are out of order"),
            Self::Vague(text) => format!("`{text}` is vague"),
            Self::Bound(text) => format!("`{text}` is a bound"),
            Self::List(count) => format!("found a list of {count} durations"),
            Self::Until(text) => format!("`{text}` depends on an event"),
            Self::Conditional(text) => format!("`{text}` depends on a place or a choice"),
            Self::CalendarDate(text) => format!("`{text}` names a date"),
            Self::StorageNotTime(text) => {
                format!("`{text}` says where it is stored, not for how long")
            }
            Self::NotADuration(text) => format!("`{text}` is not a duration"),
        }
    }

    /// The second half: what would have been right, with an example.
    fn expected(&self) -> &'static str {
        match self {
            Self::Empty | Self::NotADuration(_) => "one such as `13 months` or `session`",
            Self::NoUnit(_) => "a number and a unit, such as `30 days`",
            Self::UnknownUnit(_) => "seconds, minutes, hours, days, weeks, months or years, such as `13 months`",
            Self::NotWhole(_) => "one such as `18 months`",
            Self::Negative(_) => "a number from 0 up, such as `30 days`",
            Self::TooLarge(_) => "at most 4294967295, such as `13 months`",
            Self::UnitOrder(_) => "each once, the longest first, such as `1 year 6 months`",
            Self::Vague(_) => "an exact number, such as `30 seconds`",
            Self::Bound(_) => "the duration itself, such as `180 days`",
            Self::List(_) => "a single one, such as `30 days`",
            Self::Until(_) => "a length of time, such as `1 hour`",
            Self::Conditional(_) => "one duration, such as `13 months`",
            Self::CalendarDate(_) => "a length of time, such as `2 years`",
            Self::StorageNotTime(_) => "a duration such as `persistent`, and `local-storage` as the kind",
        }
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: expected {}", self.found(), self.expected())
    }
}

impl Error for DurationError {}
