//! Expected texts kept in files beside the tests.
//!
//! With `TENANTRY_BLESS=1` in the environment the files take what the tests saw, to be read in the
//! diff before they are committed. It compares whole texts only: normalise before calling it.

use std::env;
use std::path::Path;

use crate::disk::{self, must};

/// The variable that, set to `1`, makes the expected files take the actual texts.
const BLESS: &str = "TENANTRY_BLESS";

/// How many lines of each side a failure shows.
const SHOWN: usize = 20;

/// Compares a text with the one that the file `expected` holds, and panics with what differs.
///
/// A relative path starts at the folder of the package under test, where cargo runs its tests.
#[track_caller]
pub fn check(actual: &str, expected: impl AsRef<Path>) {
    let path = expected.as_ref();
    if env::var_os(BLESS).is_some_and(|value| value == "1") {
        bless(actual, path);
    } else {
        compare(actual, path);
    }
}

/// Writes the text, unless the file says the same already.
#[track_caller]
fn bless(actual: &str, path: &Path) {
    if disk::read(path).ok().as_deref() != Some(actual.as_bytes()) {
        must(disk::write(path, actual.as_bytes()));
    }
}

#[track_caller]
fn compare(actual: &str, path: &Path) {
    let shown = path.display();
    let bytes =
        disk::read(path).unwrap_or_else(|error| panic!("{error}\nhint: {BLESS}=1 writes it; it would say\n{actual}"));
    let expected = String::from_utf8_lossy(&bytes);
    assert!(
        expected == actual,
        "what was seen is not what `{shown}` says\n{}\nhint: {BLESS}=1 takes what was seen",
        changed_lines(&expected, actual)
    );
}

/// Where two texts part: the line, and what each says there.
pub(crate) fn first_difference(first: &str, second: &str) -> String {
    let (mut ours, mut theirs) = (first.lines(), second.lines());
    let mut line = 1;
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return "in its line ends".to_owned(),
            (one, two) if one == two => line += 1,
            (one, two) => return format!("line {line}: {} against {}", quoted(one), quoted(two)),
        }
    }
}

fn quoted(line: Option<&str>) -> String {
    line.map_or_else(|| "the end".to_owned(), |line| format!("`{line}`"))
}

/// The lines between the common start and the common end of both texts, marked `-` and `+`.
fn changed_lines(expected: &str, actual: &str) -> String {
    let old: Vec<&str> = expected.split('\n').collect();
    let new: Vec<&str> = actual.split('\n').collect();
    let start = old.iter().zip(&new).take_while(|(one, two)| one == two).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(one, two)| one == two).count();
    let mut lines = vec![format!("@ line {}", start + 1)];
    push_marked(&mut lines, '-', &old[..old.len() - end]);
    push_marked(&mut lines, '+', &new[..new.len() - end]);
    lines.join("\n")
}

fn push_marked(lines: &mut Vec<String>, mark: char, changed: &[&str]) {
    lines.extend(changed.iter().take(SHOWN).map(|line| format!("{mark}{line}")));
    if changed.len() > SHOWN {
        lines.push(format!("{mark} … and {} lines more", changed.len() - SHOWN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Workspace;

    #[test]
    fn an_equal_text_passes() {
        let workspace = Workspace::from_text("//- /expected.txt\none\n");
        compare("one\n", &workspace.at("expected.txt"));
    }

    #[test]
    #[should_panic(expected = "@ line 2\n-two\n+2\n+2.5\nhint: TENANTRY_BLESS=1")]
    fn a_different_text_shows_its_lines() {
        let workspace = Workspace::from_text("//- /expected.txt\none\ntwo\nthree\n");
        compare("one\n2\n2.5\nthree\n", &workspace.at("expected.txt"));
    }

    #[test]
    #[should_panic(expected = "hint: TENANTRY_BLESS=1 writes it")]
    fn a_missing_file_says_how_to_make_it() {
        compare("one\n", &Workspace::empty().at("expected.txt"));
    }

    #[test]
    fn blessing_writes_and_then_agrees() {
        let workspace = Workspace::empty();
        let path = workspace.at("deep/expected.txt");
        bless("one\n", &path);
        compare("one\n", &path);
        bless("two\n", &path);
        assert_eq!(workspace.read("deep/expected.txt"), "two\n");
    }

    #[test]
    fn a_long_change_is_cut() {
        let long = "x\n".repeat(50);
        assert!(changed_lines("", &long).contains("+ … and 30 lines more"));
    }

    #[test]
    fn a_missing_last_line_end_is_told() {
        assert_eq!(first_difference("a\n", "a"), "in its line ends");
        assert_eq!(first_difference("a\n", "a\nb\n"), "line 2: the end against `b`");
    }
}
