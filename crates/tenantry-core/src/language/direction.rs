//! The direction in which a language is written, for the `dir` attribute.
//!
//! Not the bidirectional algorithm: the browser has that. Vertical writing is left to themes.

use super::Lang;

/// Scripts written from right to left (ISO 15924), the modern ones.
const RIGHT_TO_LEFT_SCRIPTS: [&str; 9] = ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"];

/// Languages usually written in one of these scripts.
const RIGHT_TO_LEFT_LANGUAGES: [&str; 19] = [
    "ar", "arz", "azb", "ckb", "dv", "fa", "he", "iw", "ks", "lrc", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur",
    "yi",
];

/// The direction in which a line is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From left to right, as French.
    LeftToRight,
    /// From right to left, as Arabic.
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir` attribute: `ltr` or `rtl`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

impl Lang {
    /// The direction of writing: that of the script if the tag writes one, else of the script that
    /// the language usually takes. Regions are not looked at (`pa-PK` reads as `pa`; write
    /// `pa-Arab`).
    pub fn direction(&self) -> Direction {
        let right_to_left = match self.script() {
            Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
            None => RIGHT_TO_LEFT_LANGUAGES.contains(&self.primary()),
        };
        if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_script_before_the_language() {
        for (text, expected) in [
            ("fr", "ltr"),
            ("ar", "rtl"),
            ("ar-MA", "rtl"),
            ("ar-Latn", "ltr"),
            ("he", "rtl"),
            ("yi", "rtl"),
            ("dv", "rtl"),
            ("pa", "ltr"),
            ("pa-Arab-PK", "rtl"),
            ("uz-Arab", "rtl"),
            ("zh-Hant", "ltr"),
        ] {
            assert_eq!(Lang::new(text).unwrap().direction().as_str(), expected, "{text}");
        }
    }
}
