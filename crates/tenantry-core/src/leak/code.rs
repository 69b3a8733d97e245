//! The parts of a text that are asked to be filled or run, and are not shown as they stand: `{{ site.host }}`.

use std::ops::Range;

/// Whose notation a text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A document: placeholders.
    Document,
    /// A template: expressions, statements and comments.
    Template,
}

/// What opens and closes code. What stands between quotation marks in it may be shown after all, but for comments.
const PLACEHOLDER: (&str, &str) = ("{{", "}}");
const STATEMENT: (&str, &str) = ("{%", "%}");
const COMMENT: (&str, &str) = ("{#", "#}");

/// The stretches of code in a text, in their order, without the words between quotation marks in them. What is opened and
/// not closed is a mistake that is told elsewhere, and no code.
pub fn code_in(text: &str, notation: Code) -> Vec<Range<usize>> {
    let mut kinds = match notation {
        Code::Document => vec![PLACEHOLDER],
        Code::Template => vec![PLACEHOLDER, STATEMENT, COMMENT],
    };
    let mut code = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        let open = at + found;
        at = open + 1;
        let is_escaped = text[..open].ends_with('\\');
        let opened = kinds.iter().position(|kind| !is_escaped && text[open..].starts_with(kind.0));
        let Some(kind) = opened else { continue };
        let (opener, closer) = kinds[kind];
        let inner = open + opener.len();
        let Some(length) = text[inner..].find(closer) else {
            // It is not searched for again, so that the time stays in proportion to the text.
            kinds.remove(kind);
            continue;
        };
        at = inner + length;
        match (opener, closer) == COMMENT {
            true => code.push(inner..at),
            false => code.extend(unquoted(&text[inner..at]).map(|part| inner + part.start..inner + part.end)),
        }
    }
    code
}

/// What stands outside of quotation marks.
fn unquoted(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let parts = text.split('"').map(move |part| {
        let start = at;
        at += part.len() + 1;
        start..start + part.len()
    });
    parts.step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, notation: Code) -> Vec<&str> {
        code_in(text, notation).into_iter().map(|part| &text[part]).collect()
    }

    #[test]
    fn code_is_what_is_not_shown_as_it_stands() {
        let text = r#"a {{ site.host }} b {{ x("acme.fr") }} \{{ c }} {# d #} {% e %}"#;
        assert_eq!(code(text, Code::Document), [" site.host ", " x(", ") "]);
        assert_eq!(code(text, Code::Template), [" site.host ", " x(", ") ", " d ", " e "]);
        assert_eq!(code("{# \"acme.fr\" #}", Code::Template), [" \"acme.fr\" "]);
    }

    #[test]
    fn what_is_not_closed_is_no_code() {
        assert_eq!(code("{{ a", Code::Document), [""; 0]);
        assert_eq!(code("{ {a} {{", Code::Template), [""; 0]);
        assert_eq!(code("{{ a {# b #}", Code::Template), [" b "]);
        assert_eq!(code("{{}}{{ b }}", Code::Document), ["", " b "]);
    }
}
