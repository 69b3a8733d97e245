//! A part of a body: one range of bytes (RFC 9110, section 14). Several at once are answered with the whole.

use std::ops::Range;

/// What part a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// These bytes.
    Bytes(Range<usize>),
    /// Bytes that are not there.
    Outside,
}

/// Reads a `Range` header. What makes no sense asks for the whole, as the standard has it.
pub(crate) fn part(header: Option<&str>, length: usize) -> Part {
    let Some(range) = header.and_then(|value| value.strip_prefix("bytes=")) else { return Part::Whole };
    let Some((first, last)) = range.trim().split_once('-') else { return Part::Whole };
    match (number(first), number(last)) {
        (Some(None), Some(Some(0))) => Part::Outside,
        (Some(None), Some(Some(suffix))) if length > 0 => Part::Bytes(length.saturating_sub(suffix)..length),
        (Some(Some(first)), Some(last)) => from(first, last, length),
        (Some(None), Some(Some(_))) => Part::Outside,
        _ => Part::Whole,
    }
}

fn from(first: usize, last: Option<usize>, length: usize) -> Part {
    match last {
        Some(last) if last < first => Part::Whole,
        _ if first >= length => Part::Outside,
        last => Part::Bytes(first..last.map_or(length, |last| last.saturating_add(1)).min(length)),
    }
}

/// A number, or nothing; `None` if it is neither. What no length can be is as large as can be.
fn number(text: &str) -> Option<Option<usize>> {
    match text {
        "" => Some(None),
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(Some(text.parse().unwrap_or(usize::MAX))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_it() {
        let of_ten = |value: &str| part(Some(value), 10);
        assert_eq!(of_ten("bytes=0-0"), Part::Bytes(0..1));
        assert_eq!(of_ten("bytes=2-"), Part::Bytes(2..10));
        assert_eq!(of_ten("bytes=2-99999999999999999999999"), Part::Bytes(2..10));
        assert_eq!(of_ten("bytes=-3"), Part::Bytes(7..10));
        assert_eq!(of_ten("bytes=-30"), Part::Bytes(0..10));
        for outside in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(of_ten(outside), Part::Outside, "{outside}");
        }
        for whole in ["bytes=3-2", "bytes=0-1,3-4", "bytes=a-b", "bytes=", "bytes=-", "lines=0-1", "bytes=+1-2"] {
            assert_eq!(of_ten(whole), Part::Whole, "{whole}");
        }
        assert_eq!(part(None, 10), Part::Whole);
        assert_eq!(part(Some("bytes=-3"), 0), Part::Outside);
    }
}
