//! Which name a text gets that is not a duration.
//!
//! Only names: no value is made here. The most particular reason is asked first; when none fits,
//! the grammar's own (a number without a unit, an unknown unit …) stands.

use super::{
    DurationError, lexicon,
    parse::{amount, joined, phrase},
    tokens::Token,
};
use crate::language::excerpt;

/// The reason for refusing `tokens`, cut from `text`; `met` is what the grammar stumbled over.
pub(super) fn reason(tokens: &[Token<'_>], text: &str, met: DurationError) -> DurationError {
    let words: Vec<&str> = tokens.iter().filter_map(word).collect();
    let says = |table| lexicon::entries(table).any(|phrase| contains(&words, phrase));
    let has_number = tokens.iter().any(|token| matches!(token, Token::Number(_)));
    let found = || excerpt(text);
    if is_storage(tokens) {
        DurationError::StorageNotTime(found())
    } else if says(lexicon::CONDITION) {
        DurationError::Conditional(found())
    } else if has_date(tokens) {
        DurationError::CalendarDate(found())
    } else if is_negative(tokens) {
        DurationError::Negative(found())
    } else if let Some(count) = list(tokens) {
        DurationError::List(count)
    } else if has_number && (says(lexicon::LIMIT) || has_sign_of_limit(tokens)) {
        DurationError::Bound(found())
    } else if says(lexicon::EVENT) {
        DurationError::Until(found())
    } else if says(lexicon::VAGUE) || tokens.contains(&Token::Mark('~')) {
        DurationError::Vague(found())
    } else if matches!(met, DurationError::NotADuration(_)) {
        DurationError::NotADuration(found())
    } else {
        met
    }
}

fn word<'t>(token: &'t Token<'_>) -> Option<&'t str> {
    match token {
        Token::Word { folded, .. } => Some(folded),
        Token::Number(_) | Token::Mark(_) => None,
    }
}

/// Whether the words of `phrase` follow each other somewhere in `words`.
fn contains(words: &[&str], phrase: &str) -> bool {
    let length = phrase.split(' ').count();
    words.windows(length).any(|window| window.iter().copied().eq(phrase.split(' ')))
}

pub(super) fn is_storage(tokens: &[Token<'_>]) -> bool {
    joined(tokens).is_some_and(|text| lexicon::has(lexicon::STORAGE, &text))
}

/// `2030/11/09`, `09-11-2030` or `09.11.2030`: three numbers, the year at one end.
fn has_date(tokens: &[Token<'_>]) -> bool {
    let is_year = |digits: &str| digits.len() == 4;
    let ends_in_year = |first: &str, last: &str| is_year(first) || is_year(last);
    let spread = tokens.windows(5).any(|window| match window {
        [Token::Number(first), Token::Mark(one), Token::Number(_), Token::Mark(two), Token::Number(last)] => {
            one == two && matches!(one, '/' | '-') && ends_in_year(first, last)
        }
        _ => false,
    });
    let dotted = |token: &Token<'_>| match token {
        Token::Number(number) => {
            let mut parts = number.split('.');
            let (first, middle, last) = (parts.next(), parts.next(), parts.next());
            let ends = first.zip(last).is_some_and(|(first, last)| ends_in_year(first, last));
            ends && middle.is_some() && parts.next().is_none()
        }
        _ => false,
    };
    spread || tokens.iter().any(dotted)
}

/// A minus (or a dash in its place) at the very start, before a number.
fn is_negative(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [Token::Mark('-' | '−' | '–'), Token::Number(_), ..])
}

/// How many durations stand in a row, if each piece between separators is one; empty pieces do not
/// count.
fn list(tokens: &[Token<'_>]) -> Option<usize> {
    let count = items(tokens).count();
    (count > 1 && items(tokens).all(is_item)).then_some(count)
}

/// The pieces between the separators of a list.
pub(super) fn items<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'t [Token<'a>]> {
    tokens.split(|token| matches!(token, Token::Mark(',' | ';' | '/' | '|'))).filter(|piece| !piece.is_empty())
}

/// Whether a piece of a list stands for a duration, be it vague or without its unit.
fn is_item(piece: &[Token<'_>]) -> bool {
    let is_vague = || {
        let words: Vec<&str> = piece.iter().filter_map(word).collect();
        words.last().is_some_and(|last| lexicon::unit(last).is_some())
            && lexicon::entries(lexicon::VAGUE).any(|phrase| contains(&words, phrase))
    };
    let is_counted = || matches!(amount(piece), Ok(_) | Err(DurationError::NoUnit(_)));
    phrase(piece).is_some() || is_counted() || is_storage(piece) || is_vague()
}

/// `< 30 days`, `≤30 j`, `30–60 days`, `30 days +`.
fn has_sign_of_limit(tokens: &[Token<'_>]) -> bool {
    let between =
        |window: &[Token<'_>]| matches!(window, [Token::Number(_), Token::Mark('-' | '–' | '—'), Token::Number(_)]);
    tokens.iter().any(|token| matches!(token, Token::Mark('<' | '>' | '≤' | '≥' | '+')))
        || tokens.windows(3).any(between)
}
