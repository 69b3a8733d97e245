//! Whether a client has a body already (RFC 9110, section 13). Bodies are known by their entity tag alone.

/// Whether `If-None-Match` names the tag. Strong and weak tags compare equal here.
pub(crate) fn has(if_none_match: Option<&str>, tag: &str) -> bool {
    let Some(value) = if_none_match else { return false };
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    value.trim() == "*" || value.split(',').any(|known| strong(known) == tag)
}

/// Whether a range may be answered: without `If-Range`, or if that names the tag.
pub(crate) fn may_be_partial(if_range: Option<&str>, tag: &str) -> bool {
    if_range.is_none_or(|known| known.trim() == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared() {
        assert!(has(Some("\"a\""), "\"a\"") && has(Some("\"x\", W/\"a\""), "\"a\"") && has(Some("*"), "\"a\""));
        assert!(!has(Some("\"b\""), "\"a\"") && !has(Some("a"), "\"a\"") && !has(None, "\"a\""));
        assert!(may_be_partial(None, "\"a\"") && may_be_partial(Some("\"a\""), "\"a\""));
        assert!(!may_be_partial(Some("W/\"a\""), "\"a\""));
        assert!(!may_be_partial(Some("Wed, 21 Oct 2026 07:28:00 GMT"), "\"a\""));
    }
}
