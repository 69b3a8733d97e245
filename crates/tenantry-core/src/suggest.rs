//! The nearest known name for an unknown one.

/// The candidate that reads most like `found`, if one is near enough to be meant.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = found.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed(found.len().max(candidate.len())))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// ``did you mean `nearest`?``, or nothing.
pub fn did_you_mean<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(found, known).map(|name| format!("did you mean `{name}`?"))
}

/// One edit in three letters, and never more than four.
fn allowed(length: usize) -> usize {
    (length / 3).clamp(1, 4)
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
