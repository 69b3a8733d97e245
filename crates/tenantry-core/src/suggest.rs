//! The nearest known name for an unknown one.

/// The candidate that reads most like `found`, if one is near enough to be meant.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = found.to_lowercase();
    let length = folded.chars().count();
    // Each letter that one has more is an edit, so most need not be compared letter by letter.
    let is_near = |candidate: &str| candidate.chars().count().abs_diff(length) <= MOST_EDITS;
    known
        .into_iter()
        .filter(|candidate| is_near(candidate))
        .take(MOST_COMPARED)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed(found.len().max(candidate.len())))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// ``did you mean `nearest`?``, or nothing.
pub fn did_you_mean<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(found, known).map(|name| format!("did you mean `{name}`?"))
}

/// Suggestions for a list of mistakes: the first ones get theirs, since looking for each among many names takes long.
#[derive(Debug)]
pub struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Suggestions {
        Suggestions { left: 50 }
    }
}

impl Suggestions {
    /// ``did you mean `nearest`?``, or nothing.
    pub fn did_you_mean<'a>(&mut self, found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        did_you_mean(found, known)
    }
}

/// Most names that one is compared with, which each takes a while.
const MOST_COMPARED: usize = 10_000;
/// Most edits between two names of which one may be meant by the other.
const MOST_EDITS: usize = 4;

/// One edit in three letters, and never more than four.
fn allowed(length: usize) -> usize {
    (length / 3).clamp(1, MOST_EDITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("langauges", ["languages", "label"]), Some("languages"));
        assert_eq!(nearest("Base_URL", ["base_url"]), Some("base_url"));
        assert_eq!(nearest("xyz", ["languages"]), None);
        assert_eq!(did_you_mean("titel", ["title"]).unwrap(), "did you mean `title`?");
    }
}
