//! From a text to a [`Duration`].
//!
//! The grammar is small and exact: a phrase of the lexicon, or a sum of numbers and units. A text
//! outside it is never guessed at; `refusal` then finds the most telling name for it. Linear in the
//! length of the text.

use super::{
    Amount, Duration, DurationError, lexicon, refusal,
    tokens::{Token, tokens},
};
use crate::language::excerpt;

impl Duration {
    /// Reads a duration in any of the five built-in languages, in any case, with or without accents
    /// and blanks: `30days`, `Two weeks`, `13 mois`, `1 year and 6 months`, `Fin de la session`,
    /// `Persistent`, `Immédiat`.
    ///
    /// A sum names each unit once, the longest first. The words understood are those of the tables
    /// in `lexicon`.
    ///
    /// # Errors
    /// Anything else, with the reason: see [`DurationError`].
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        let tokens = tokens(text);
        if tokens.is_empty() {
            return Err(DurationError::Empty);
        }
        if let Some(duration) = phrase(&tokens) {
            return Ok(duration);
        }
        amount(&tokens).map(Self::Amount).map_err(|met| refusal::reason(&tokens, text, met))
    }
}

/// The duration that the tokens as a whole name: session, persistent, instant.
pub(super) fn phrase(tokens: &[Token<'_>]) -> Option<Duration> {
    let text = joined(tokens)?;
    if lexicon::has(lexicon::SESSION, &text) {
        Some(Duration::Session)
    } else if lexicon::has(lexicon::PERSISTENT, &text) {
        Some(Duration::Persistent)
    } else if lexicon::has(lexicon::INSTANT, &text) {
        Some(Duration::Instant)
    } else {
        None
    }
}

/// The words with one blank between them; `None` if there is anything but words, hyphens and
/// apostrophes.
pub(super) fn joined(tokens: &[Token<'_>]) -> Option<String> {
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Word { folded, .. } => {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(folded);
            }
            Token::Mark('-' | '\'' | '’') => {}
            Token::Mark(_) | Token::Number(_) => return None,
        }
    }
    Some(text)
}

/// A sum: number, unit, then perhaps a connector and the next number and unit, to the end.
pub(super) fn amount(tokens: &[Token<'_>]) -> Result<Amount, DurationError> {
    let (mut sum, mut rest) = part(tokens).map(|((count, unit), rest)| (Amount::new(count, unit), rest))?;
    while !rest.is_empty() {
        let ((count, unit), after) = part(without_connector(rest))?;
        sum = sum.and(count, unit).ok_or_else(|| DurationError::UnitOrder(shown(tokens)))?;
        rest = after;
    }
    Ok(sum)
}

type Part<'t, 'a> = ((u32, super::Unit), &'t [Token<'a>]);

/// One number and its unit, and what follows them.
fn part<'t, 'a>(tokens: &'t [Token<'a>]) -> Result<Part<'t, 'a>, DurationError> {
    let not_a_duration = || DurationError::NotADuration(shown(tokens));
    let (first, rest) = tokens.split_first().ok_or_else(not_a_duration)?;
    let count = match first {
        Token::Number(digits) => whole(digits)?,
        Token::Word { folded, .. } => lexicon::number(folded).ok_or_else(not_a_duration)?,
        Token::Mark(_) => return Err(not_a_duration()),
    };
    match (rest.split_first(), first) {
        (Some((Token::Word { text, folded }, rest)), _) => match (lexicon::unit(folded), first) {
            (Some(unit), _) => Ok(((count, unit), rest)),
            (None, Token::Number(_)) => Err(DurationError::UnknownUnit(excerpt(text))),
            // An article before any word is prose.
            (None, _) => Err(not_a_duration()),
        },
        (None, Token::Number(_)) => Err(DurationError::NoUnit(count)),
        _ => Err(not_a_duration()),
    }
}

/// The number that plain digits write.
fn whole(digits: &str) -> Result<u32, DurationError> {
    if let Ok(number) = digits.parse() {
        return Ok(number);
    }
    // What is left is too long, or has separators or an exponent; `1e308` is both, and its size is
    // the news.
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let too_large = plain || digits.parse::<f64>().is_ok_and(|number| number > f64::from(u32::MAX));
    let found = excerpt(digits);
    Err(if too_large { DurationError::TooLarge(found) } else { DurationError::NotWhole(found) })
}

fn without_connector<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    match tokens.split_first() {
        Some((Token::Word { folded, .. }, rest)) if lexicon::has(lexicon::CONNECTORS, folded) => rest,
        _ => tokens,
    }
}

/// The tokens as a text again, for an error.
fn shown(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    // The excerpt cuts at 60 characters: sixty tokens are enough.
    for token in tokens.iter().take(60) {
        match token {
            Token::Number(found) | Token::Word { text: found, .. } => text.push_str(found),
            Token::Mark(mark) => text.push(*mark),
        }
        text.push(' ');
    }
    excerpt(&text)
}
