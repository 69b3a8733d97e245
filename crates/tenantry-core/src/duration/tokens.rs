//! A text cut into numbers, words and marks, and words made comparable.
//!
//! It knows no language and no unit. One pass, and nothing of the text is lost but blanks and what
//! joins (`30-day`, `min.`, the backslash that a Markdown escape leaves at the end).

use std::{iter::Peekable, str::CharIndices};

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Digits, with any separators or exponent between them: `30`, `1.5`, `1e308`.
    Number(&'a str),
    /// Letters.
    Word {
        /// As found.
        text: &'a str,
        /// In lower case, without accents.
        folded: String,
    },
    /// Any other character that is not blank.
    Mark(char),
}

type Characters<'a> = Peekable<CharIndices<'a>>;

/// Cuts `text` into tokens, in their order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let text = text.trim_end_matches(|character: char| character == '\\' || is_blank(character));
    let mut found = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        if is_blank(first) {
            continue;
        }
        found.push(if first.is_ascii_digit() {
            let number = &text[start..end_of_number(text, start)];
            while characters.next_if(|(place, _)| *place < start + number.len()).is_some() {}
            skip_hyphen_before_a_word(&mut characters);
            Token::Number(number)
        } else if first.is_alphabetic() {
            let end = end_of_word(text, &mut characters);
            characters.next_if(|(_, character)| *character == '.');
            Token::Word { text: &text[start..end], folded: fold(&text[start..end]) }
        } else {
            Token::Mark(first)
        });
    }
    found
}

/// A word in lower case and without the accents of Western Europe: `Immédiat` is `immediat`.
pub(super) fn fold(word: &str) -> String {
    let lower = word.chars().flat_map(char::to_lowercase);
    lower.filter(|character| !is_combining(*character)).map(without_accent).collect()
}

/// White space, and the characters that show nothing.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{ad}' | '\u{200b}' | '\u{feff}')
}

fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn without_accent(character: char) -> char {
    match character {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ÿ' => 'y',
        other => other,
    }
}

fn end_of_word(text: &str, characters: &mut Characters<'_>) -> usize {
    let in_word = |character: char| character.is_alphabetic() || is_combining(character);
    while characters.next_if(|(_, character)| in_word(*character)).is_some() {}
    characters.peek().map_or(text.len(), |(place, _)| *place)
}

/// Digits, then groups of one `.` or `,` and digits (`1.5`, `1,000`), then an exponent (`e308`,
/// `E+9`).
fn end_of_number(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let digits_from = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut end = digits_from(start);
    while let Some(b'.' | b',') = bytes.get(end) {
        let group = digits_from(end + 1);
        if group == end + 1 {
            break;
        }
        end = group;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits_from(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

/// The hyphen of `30-day` joins; that of `30-60` is a mark.
fn skip_hyphen_before_a_word(characters: &mut Characters<'_>) {
    let mut ahead = characters.clone();
    if ahead.next().is_some_and(|(_, character)| character == '-')
        && ahead.next().is_some_and(|(_, character)| character.is_alphabetic())
    {
        characters.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = tokens(text).into_iter().map(|token| match token {
            Token::Number(number) => format!("#{number}"),
            Token::Word { folded, .. } => folded,
            Token::Mark(mark) => format!("'{mark}"),
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn cuts_numbers_words_and_marks() {
        check("30days", "#30 days");
        check("30-day", "#30 day");
        check("30-60 j", "#30 '- #60 j");
        check("1,5 an", "#1,5 an");
        check("30, 60 min.", "#30 ', #60 min");
        check("1e308 years", "#1e308 years");
        check("1E-3 2e", "#1E-3 #2 e");
        check("localStorage\\ ", "localstorage");
        check("1\u{a0}an\u{200b}", "#1 an");
        check("-1", "'- #1");
    }

    #[test]
    fn folds_case_and_accents() {
        assert_eq!(fold("IMMÉDIAT"), "immediat");
        assert_eq!(fold("e\u{301}t\u{e9}"), "ete");
        assert_eq!(fold("Höchstens"), "hochstens");
        check("de\u{301}but", "debut");
    }
}
