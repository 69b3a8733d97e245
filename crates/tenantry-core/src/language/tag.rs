//! The language tag: `fr`, `pt-BR`, `zh-Hant`.
//!
//! A subset of BCP 47 (RFC 5646): language, then perhaps a script, then perhaps a region. Variants,
//! extensions, private use and the registry of subtags are left out: whether `qq` is spoken
//! anywhere is not asked.

use std::{error::Error, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::excerpt;

/// The longest tag of the subset, in bytes: `zgh-Tfng-419`.
const LONGEST: usize = 12;

/// A language tag, `language[-Script][-REGION]`, in its canonical case.
///
/// It is ASCII kept inline (12 bytes, zeros after the text), so it is copied freely; the order is
/// that of the text. One language has one spelling, so that file names, addresses and keys can be
/// compared byte by byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang([u8; LONGEST]);

/// Why a text is not a [`Lang`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LangError {
    /// The tag is understood, but written otherwise: `FR_fr` for `fr-FR`.
    Spelling {
        /// What was found.
        found: String,
        /// How it is written.
        expected: Lang,
    },
    /// Not a tag at all, such as `french`; at most 60 characters of it.
    NotATag(String),
}

impl Lang {
    /// German, `de`.
    pub const GERMAN: Self = Self::two_letters(*b"de");
    /// English, `en`.
    pub const ENGLISH: Self = Self::two_letters(*b"en");
    /// Spanish, `es`.
    pub const SPANISH: Self = Self::two_letters(*b"es");
    /// French, `fr`.
    pub const FRENCH: Self = Self::two_letters(*b"fr");
    /// Dutch, `nl`.
    pub const DUTCH: Self = Self::two_letters(*b"nl");

    const fn two_letters(letters: [u8; 2]) -> Self {
        let mut bytes = [0; LONGEST];
        bytes[0] = letters[0];
        bytes[1] = letters[1];
        Self(bytes)
    }

    /// Reads a tag: two or three lower-case letters, then perhaps a script of four (`Hant`), then
    /// perhaps a region of two capitals or three digits (`BR`, `419`), joined by hyphens.
    ///
    /// # Errors
    /// [`LangError::Spelling`] if only the case or an underscore is wrong, else
    /// [`LangError::NotATag`].
    pub fn new(text: &str) -> Result<Self, LangError> {
        match Self::normalised(text) {
            Some(lang) if lang.as_str() == text => Ok(lang),
            Some(expected) => Err(LangError::Spelling { found: excerpt(text), expected }),
            None => Err(LangError::NotATag(excerpt(text))),
        }
    }

    /// The tag that is meant, whatever its case and with `_` taken for `-`.
    fn normalised(text: &str) -> Option<Self> {
        let mut subtags = text.split(['-', '_']).peekable();
        let mut tag = Self([0; LONGEST]);
        let language = subtags.next().filter(|subtag| (2..=3).contains(&subtag.len()) && is_word(subtag))?;
        let mut end = tag.write(0, &language.to_ascii_lowercase());
        if let Some(script) = subtags.next_if(|subtag| subtag.len() == 4 && is_word(subtag)) {
            let (first, others) = script.split_at(1);
            end = tag.write(end, &format!("-{}{}", first.to_ascii_uppercase(), others.to_ascii_lowercase()));
        }
        if let Some(region) = subtags.next_if(|subtag| is_region(subtag)) {
            tag.write(end, &format!("-{}", region.to_ascii_uppercase()));
        }
        subtags.next().is_none().then_some(tag)
    }

    /// Puts `text` at `start` and says where it ends.
    fn write(&mut self, start: usize, text: &str) -> usize {
        for (place, byte) in self.0.iter_mut().skip(start).zip(text.bytes()) {
            *place = byte;
        }
        start + text.len()
    }

    /// The whole tag, as in a `lang` attribute.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(LONGEST);
        // Only ASCII is ever written, so the default is never taken.
        str::from_utf8(&self.0[..length]).unwrap_or_default()
    }

    /// The language subtag alone: `pt` of `pt-BR`.
    pub fn primary(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }

    /// The script subtag, if one is written: `Hant` of `zh-Hant-TW`.
    pub fn script(&self) -> Option<&str> {
        self.as_str().split('-').nth(1).filter(|subtag| subtag.len() == 4)
    }
}

fn is_word(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_region(subtag: &str) -> bool {
    match subtag.len() {
        2 => is_word(subtag),
        3 => subtag.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Lang({self})")
    }
}

impl FromStr for Lang {
    type Err = LangError;

    fn from_str(text: &str) -> Result<Self, LangError> {
        Self::new(text)
    }
}

impl fmt::Display for LangError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spelling { found, expected } => {
                write!(formatter, "language `{found}` is misspelt: expected `{expected}`")
            }
            Self::NotATag(found) => {
                write!(formatter, "`{found}` is not a language tag: expected one such as `fr`, `pt-BR` or `zh-Hant`")
            }
        }
    }
}

impl Error for LangError {}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TagVisitor)
    }
}

struct TagVisitor;

impl de::Visitor<'_> for TagVisitor {
    type Value = Lang;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a language tag such as `fr` or `pt-BR`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Lang, E> {
        Lang::new(text).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::{IntoDeserializer, value::Error as ValueError};

    use super::*;

    #[test]
    fn accepts_the_canonical_spelling() {
        for text in ["fr", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "zgh-Tfng-419", "ckb"] {
            assert_eq!(Lang::new(text).map(|lang| lang.to_string()), Ok(text.to_owned()));
        }
        assert!(size_of::<Lang>() <= 16);
    }

    #[test]
    fn says_how_a_misspelt_tag_is_written() {
        for (text, expected) in
            [("FR_fr", "fr-FR"), ("FR", "fr"), ("pt-br", "pt-BR"), ("zh_hANT", "zh-Hant"), ("ES-419", "es-419")]
        {
            let message = Lang::new(text).unwrap_err().to_string();
            assert_eq!(message, format!("language `{text}` is misspelt: expected `{expected}`"));
        }
    }

    #[test]
    fn refuses_what_is_no_tag() {
        for text in
            ["", "f", "french", "fr-", "-fr", "fr--FR", "fr-FRA", "fr-FR-Latn", "fr-12", "fé", "fr ", "a1", "fr-FR-x"]
        {
            assert!(matches!(Lang::new(text), Err(LangError::NotATag(_))), "{text}");
        }
        assert_eq!(
            Lang::new("french").unwrap_err().to_string(),
            "`french` is not a language tag: expected one such as `fr`, `pt-BR` or `zh-Hant`"
        );
    }

    #[test]
    fn splits_into_subtags() {
        let lang = Lang::new("zh-Hant-TW").unwrap();
        assert_eq!((lang.primary(), lang.script()), ("zh", Some("Hant")));
        assert_eq!(Lang::new("pt-BR").unwrap().script(), None);
    }

    #[test]
    fn is_a_string_in_serde() {
        let read = |text: &'static str| Lang::deserialize(IntoDeserializer::<ValueError>::into_deserializer(text));
        assert_eq!(read("pt-BR").unwrap().as_str(), "pt-BR");
        assert!(read("FR_fr").unwrap_err().to_string().contains("expected `fr-FR`"));
    }

    proptest! {
        #[test]
        fn reads_any_text_without_panic(text in "\\PC{0,20}|[a-zA-Z0-9_-]{0,14}") {
            let _ = Lang::new(&text);
        }

        #[test]
        fn orders_as_text(
            one in "[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-[0-9]{3})?",
            two in "[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-[0-9]{3})?",
        ) {
            let order = Lang::new(&one).unwrap().cmp(&Lang::new(&two).unwrap());
            prop_assert_eq!(order, one.cmp(&two));
        }
    }
}
