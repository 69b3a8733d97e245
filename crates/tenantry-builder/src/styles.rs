//! What a style sheet loads, found by its tokens (CSS Syntax Level 3): addresses in `url(…)` and in strings, where
//! `@import`, `image-set` and their kin take them.

/// The first address with a host that a style sheet names, in its own words. Strings that an attribute is compared with,
/// `[href^="https:"]`, load nothing.
pub(crate) fn remote_address(css: &str) -> Option<String> {
    let elsewhere = |address: &&Address| {
        let folded = address.text.trim().to_ascii_lowercase();
        folded.starts_with("//") || folded.starts_with("http:") || folded.starts_with("https:")
    };
    addresses(css).iter().find(elsewhere).map(|address| address.text.trim().to_owned())
}

/// Whether a style of a drawing loads anything at all: a part of the drawing itself, `url(#a)`, is nothing.
pub(crate) fn loads_anything(css: &str) -> bool {
    let outside = |address: &Address| address.is_url && !address.text.trim_start().starts_with('#');
    let folded = css.to_ascii_lowercase();
    // Escapes write any word in other letters.
    let hidden = folded.contains('\\') && (folded.contains('(') || folded.contains('@'));
    hidden
        || ["@import", "@font-face", "image-set", "image(", "src("].iter().any(|word| folded.contains(word))
        || addresses(css).iter().any(outside)
}

/// Something that may be an address.
struct Address {
    text: String,
    /// Whether it stands in `url(…)`, and not in a string.
    is_url: bool,
}

/// Every string and every `url(…)` of a style sheet that no attribute is compared with.
fn addresses(css: &str) -> Vec<Address> {
    let chars: Vec<char> = css.chars().collect();
    let mut reader = Reader { chars: &chars, at: 0 };
    let mut found = Vec::new();
    let mut word = String::new();
    let mut compared = false;
    while let Some(c) = reader.next() {
        match c {
            '/' if reader.peek() == Some('*') => reader.skip_comment(),
            '"' | '\'' => {
                let text = reader.string(c);
                if !compared {
                    found.push(Address { text, is_url: false });
                }
                word.clear();
            }
            '(' if word.eq_ignore_ascii_case("url") => {
                found.push(Address { text: reader.url(), is_url: true });
                word.clear();
            }
            '\\' => word.extend(reader.escape()),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => word.push(c),
            _ => word.clear(),
        }
        compared = c == '=' || (compared && c.is_whitespace());
    }
    found
}

struct Reader<'c> {
    chars: &'c [char],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn skip_comment(&mut self) {
        self.at += 1;
        while let Some(c) = self.next() {
            if c == '*' && self.peek() == Some('/') {
                self.at += 1;
                return;
            }
        }
    }

    /// The string that a quotation mark began; a line break ends a bad one.
    fn string(&mut self, mark: char) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                c if c == mark => break,
                '\n' => break,
                '\\' => text.extend(self.escape()),
                c => text.push(c),
            }
        }
        text
    }

    /// What stands in `url(…)`, with or without quotation marks.
    fn url(&mut self) -> String {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        if let Some(mark @ ('"' | '\'')) = self.peek() {
            self.at += 1;
            return self.string(mark);
        }
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                ')' => break,
                '\\' => text.extend(self.escape()),
                c => text.push(c),
            }
        }
        text
    }

    /// The character that an escape writes (section 4.3.7); an escaped line break writes none.
    fn escape(&mut self) -> Option<char> {
        let mut digits = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_ascii_hexdigit() && digits.len() < 6) {
            digits.push(c);
            self.at += 1;
        }
        if digits.is_empty() {
            return self.next().filter(|c| *c != '\n');
        }
        if self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_elsewhere_are_found_however_they_are_written() {
        for css in [
            "a { background: url(https://evil.example/x) }",
            "a { background: URL( '//evil.example/x' ) }",
            "@import 'https://evil.example/x.css';",
            "@import/**/\"//evil.example/x.css\";",
            "a { background: image-set(\"https://evil.example/x\" 1x) }",
            "a { background: u\\72l(https://evil.example/x) }",
            "a { background: url(\\68ttps://evil.example/x) }",
            "a { content: \"/*\" } b { background: url(https://evil.example/x) } c { content: \"*/\" }",
        ] {
            assert!(remote_address(css).is_some_and(|address| address.contains("evil.example")), "{css}");
        }
    }

    #[test]
    fn what_loads_nothing_from_elsewhere_passes() {
        for css in [
            "/* url(https://a.example/) */ a { color: red }",
            "a[href^=\"https://\"]::after { content: \" \\2197\" }",
            "a { background: url(logo.svg) }",
            "a::after { content: \" (\" attr(href) \")\" }",
        ] {
            assert_eq!(remote_address(css), None, "{css}");
        }
    }

    #[test]
    fn a_drawing_paints_with_its_own_parts_alone() {
        assert!(!loads_anything("fill: url(#a); filter: url( \"#b\" )"));
        for style in ["fill: url(a.svg#b)", "fill: u\\72l(x)", "@import 'x'", "src: url(data:font/woff2,x)"] {
            assert!(loads_anything(style), "{style}");
        }
    }
}
