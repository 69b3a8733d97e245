//! How a piece of found text is quoted in an error: short, and on one line.
//!
//! Not an escaper for HTML or a terminal: it only keeps an error from carrying a megabyte or a
//! control character.

/// The most characters of a found text that an error repeats.
const LONGEST: usize = 60;

/// The first 60 characters of `text` without the blanks round them, `…` after them if there were
/// more, each control character replaced by `U+FFFD`.
pub(crate) fn excerpt(text: &str) -> String {
    let mut characters = text.trim().chars();
    let visible = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    let mut short: String = characters.by_ref().take(LONGEST).map(visible).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn keeps_a_short_text_and_cuts_a_long_one() {
        assert_eq!(excerpt(" a\nb "), "a\u{fffd}b");
        assert_eq!(excerpt(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(excerpt(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}
