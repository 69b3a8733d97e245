//! Looking for words in prose: without case, with either apostrophe, whole words only.

use std::ops::Range;

/// A text in lower case, byte for byte as long as it was, so that places in it are places in the original.
pub(super) fn lowered(text: &str) -> String {
    let lower = |c: char| {
        let mut lowered = c.to_lowercase();
        match (lowered.next(), lowered.next()) {
            (Some(lower), None) if lower.len_utf8() == c.len_utf8() => lower,
            _ => c,
        }
    };
    text.chars().map(lower).collect()
}

/// Where a phrase in lower case stands in a lowered text. Its apostrophes may be curled in the text.
pub(super) fn find(lowered: &str, phrase: &str) -> Option<Range<usize>> {
    let curled = phrase.contains('\'').then(|| phrase.replace('\'', "’"));
    std::iter::once(phrase).chain(curled.as_deref()).find_map(|phrase| {
        let starts = lowered.match_indices(phrase).map(|(start, _)| start..start + phrase.len());
        starts.into_iter().find(|range| is_whole(lowered, range))
    })
}

/// The first phrase of a list that stands in a lowered text, and where.
pub(super) fn find_any<'p>(lowered: &str, phrases: &'p str) -> Option<(&'p str, Range<usize>)> {
    entries(phrases).find_map(|phrase| Some((phrase, find(lowered, phrase)?)))
}

/// The phrases of a list, which stand between bars and on lines.
pub(super) fn entries(phrases: &str) -> impl Iterator<Item = &str> {
    phrases.split(['|', '\n']).map(str::trim).filter(|phrase| !phrase.is_empty())
}

/// Whether no letter or digit continues the words of a range.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let inside = &text[range.clone()];
    let before = inside.starts_with(char::is_alphanumeric) && joins(text[..range.start].chars().next_back());
    let after = inside.ends_with(char::is_alphanumeric) && joins(text[range.end..].chars().next());
    !before && !after
}

/// The sentence around a range: up to the nearest full stop, line break or cell border.
pub(super) fn sentence(text: &str, range: &Range<usize>) -> Range<usize> {
    let ends = |c: char| matches!(c, '\n' | '|' | '\t' | ';' | '!' | '?');
    let bytes = text.as_bytes();
    let is_stop = |at: usize| bytes[at] == b'.' && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
    let start = (0..range.start).rev().find(|at| is_stop(*at)).map_or(0, |at| at + 1);
    let start = text[..range.start].rfind(ends).map_or(start, |at| start.max(at + 1));
    let stop = (range.end..text.len()).find(|at| is_stop(*at)).unwrap_or(text.len());
    let stop = text[range.end..].find(ends).map_or(stop, |at| stop.min(range.end + at));
    start..stop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_place() {
        let text = "É! L’Article 32-II, et l'article 32.";
        let low = lowered(text);
        assert_eq!(low.len(), text.len());
        assert_eq!(&text[find(&low, "l'article 32-ii").unwrap()], "L’Article 32-II");
        assert_eq!(find(&low, "article 3"), None);
        assert_eq!(find_any(&low, "nothing|et\nmore").unwrap().0, "et");
        assert_eq!(lowered("İ"), "İ");
    }

    #[test]
    fn a_sentence_ends_at_a_stop_and_not_within_a_host() {
        let text = "One. The host a.example keeps it. Two\nthree";
        let at = text.find("keeps").unwrap();
        assert_eq!(&text[sentence(text, &(at..at + 5))], " The host a.example keeps it");
    }
}
