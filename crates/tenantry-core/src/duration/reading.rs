//! What a free text says of a duration, where it is not simply one: a bound, a list, a place instead of a time.
//!
//! [`Duration::parse`] is exact, for what people write into a catalogue. A [`Reading`] is for text that was found: it
//! tells as much as is sure and invents no number. What nothing is sure of is [`Reading::Raw`], with the reason.

use super::{
    Duration, DurationError, Unit, lexicon,
    parse::{amount, phrase},
    refusal,
    tokens::{Token, tokens},
};

/// What a text says of a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// A duration, as [`Duration::parse`] reads it.
    Is(Duration),
    /// At most so long: `up to 180 days`, `≤ 13 mois`.
    UpTo(Duration),
    /// One for each of several names, in their order: `30 j, 730 j`.
    Each(Vec<Reading>),
    /// No number, or a rough one: `a few seconds`.
    Vague,
    /// A number without its unit: `183`.
    Number(u32),
    /// A storage, which has no end of its own: `local storage`.
    Storage,
    /// Until an event: `Deleted when oauth state is validated`.
    Until,
    /// Kept as found, and why.
    Raw(DurationError),
}

impl Reading {
    /// Reads a text whose unit may stand in the header of its column only: `183` below `Durée (jours)`.
    pub fn of(text: &str, unit: Option<Unit>) -> Self {
        let tokens = tokens(text);
        match Duration::parse(text) {
            Ok(duration) => Self::Is(duration),
            Err(DurationError::NoUnit(number)) => {
                unit.map_or(Self::Number(number), |unit| Self::Is(Duration::of(number, unit)))
            }
            Err(DurationError::List(_)) => {
                Self::Each(refusal::items(&tokens).map(|item| of_item(item, unit)).collect())
            }
            Err(DurationError::Bound(found)) => {
                at_most(&tokens).map_or(Self::Raw(DurationError::Bound(found)), Self::UpTo)
            }
            Err(DurationError::Vague(_)) => Self::Vague,
            Err(DurationError::StorageNotTime(_)) => Self::Storage,
            Err(DurationError::Until(_)) => Self::Until,
            Err(reason) => Self::Raw(reason),
        }
    }

    /// The longest duration that is told, if one is.
    pub fn longest(&self) -> Option<Duration> {
        match self {
            Self::Is(duration) | Self::UpTo(duration) => Some(*duration),
            Self::Each(readings) => {
                let told = readings.iter().filter_map(Self::longest);
                told.reduce(|longest, next| if next.exceeds(&longest) { next } else { longest })
            }
            Self::Vague | Self::Number(_) | Self::Storage | Self::Until | Self::Raw(_) => None,
        }
    }
}

/// A piece of a list.
fn of_item(item: &[Token<'_>], unit: Option<Unit>) -> Reading {
    match phrase(item).map_or_else(|| amount(item).map(Duration::Amount), Ok) {
        Ok(duration) => Reading::Is(duration),
        Err(DurationError::NoUnit(number)) => {
            unit.map_or(Reading::Number(number), |unit| Reading::Is(Duration::of(number, unit)))
        }
        Err(_) if refusal::is_storage(item) => Reading::Storage,
        // Nothing else is an item of a list.
        Err(_) => Reading::Vague,
    }
}

/// The duration of a bound from above: a word or a sign before an amount and nothing else, or `30 days or less`.
fn at_most(tokens: &[Token<'_>]) -> Option<Duration> {
    let start = tokens.iter().position(|token| matches!(token, Token::Number(_)))?;
    let (before, rest) = tokens.split_at(start);
    if !before.is_empty() {
        return says_at_most(before).then(|| amount(rest).ok()).flatten().map(Duration::Amount);
    }
    let end = rest.windows(2).rposition(|pair| word(&pair[0]) == Some("or") && word(&pair[1]) == Some("less"))?;
    amount(&rest[..end]).ok().map(Duration::Amount)
}

/// Whether what stands before a number makes it a limit from above.
fn says_at_most(before: &[Token<'_>]) -> bool {
    if let [Token::Mark('<' | '≤')] = before {
        return true;
    }
    let words: Option<Vec<&str>> =
        before.iter().filter(|token| !matches!(token, Token::Mark('\'' | '’'))).map(word).collect();
    words.is_some_and(|words| lexicon::has(lexicon::AT_MOST, &words.join(" ")))
}

fn word<'t>(token: &'t Token<'_>) -> Option<&'t str> {
    match token {
        Token::Word { folded, .. } => Some(folded),
        Token::Number(_) | Token::Mark(_) => None,
    }
}
