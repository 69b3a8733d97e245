//! The closed vocabularies of the register: what a column, a category, a kind and a party may be.
//!
//! The words are those of `cookies.toml`, the same in every language; the labels that readers see
//! are in `words`. A publisher's own categories (`[category]`) are sources and not listed here.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::schema::words;

/// Makes an enum of words: the variants, `ALL`, `as_str`, `from_word`, `Display`, and serde as the
/// word.
macro_rules! vocabulary {
    ($(#[$about:meta])* $name:ident { $($(#[doc = $meaning:literal])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[doc = $meaning])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every variant, in the order in which they are declared and sort.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it is written in TOML.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The variant of a word of TOML; `None` for any other text, also in another case.
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                words(&[$(($word, concat!($($meaning),*))),+])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}

vocabulary! {
    /// A column of a cookie table; its word is the key of `columns`, `label` and `cell`.
    Column {
        /// Who sets or reads the cookie.
        Provider = "provider",
        /// The service that the cookie belongs to.
        Service = "service",
        /// The names of the cookie, or its hosts if it has none.
        Name = "name",
        /// What the cookie is for.
        Purpose = "purpose",
        /// How long it stays.
        Duration = "duration",
        /// The category, under the publisher's label.
        Category = "category",
        /// The technique: cookie, local storage, pixel …
        Kind = "kind",
        /// First or third party.
        Party = "party",
        /// The hosts that set it.
        Host = "host",
        /// Where on the site it is used.
        Location = "location",
        /// An address to read more.
        Link = "link",
        /// An address or a way to refuse it.
        OptOut = "opt_out",
        /// The legal basis of the processing.
        LegalBasis = "legal_basis",
        /// How long the data, not the cookie, are kept.
        DataRetention = "data_retention",
    }
}

vocabulary! {
    /// What a cookie is for, in the seven classes that rules and exports know.
    Category {
        /// Without it the service asked for cannot be given.
        Necessary = "necessary",
        /// Protects the site or its visitors.
        Security = "security",
        /// Remembers a choice or adds comfort.
        Functional = "functional",
        /// Measures the audience.
        Analytics = "analytics",
        /// Advertises, or follows for advertising.
        Marketing = "marketing",
        /// Belongs to a social network.
        Social = "social",
        /// Not classified.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// The technique by which something is stored on, or read from, a visitor's device.
    Kind {
        /// An HTTP cookie, the default.
        Http = "http",
        /// Web storage that stays.
        LocalStorage = "local-storage",
        /// Web storage of one tab.
        SessionStorage = "session-storage",
        /// The browser's database.
        IndexedDb = "indexeddb",
        /// An invisible image or web beacon.
        Pixel = "pixel",
        /// A local shared object of Flash.
        Lso = "lso",
        /// A kit inside a mobile application.
        Sdk = "sdk",
        /// A fingerprint computed from the device.
        Fingerprint = "fingerprint",
    }
}

vocabulary! {
    /// Whose host a cookie has, seen from the site.
    Party {
        /// The site's own host.
        First = "first",
        /// Another's host.
        Third = "third",
    }
}

#[cfg(test)]
mod tests {
    use serde::de::{IntoDeserializer, value::Error as ValueError};

    use super::*;

    macro_rules! check_words {
        ($name:ident, $count:literal) => {
            assert_eq!($name::ALL.len(), $count);
            for one in $name::ALL {
                assert_eq!($name::from_word(one.as_str()), Some(*one));
                let read: Result<$name, ValueError> = $name::deserialize(one.as_str().into_deserializer());
                assert_eq!(read, Ok(*one));
                assert_eq!(one.to_string(), one.as_str());
            }
            assert_eq!($name::from_word("Nonsense"), None);
        };
    }

    #[test]
    fn each_word_names_its_variant() {
        check_words!(Column, 14);
        check_words!(Category, 7);
        check_words!(Kind, 8);
        check_words!(Party, 2);
        assert_eq!(Column::from_word("opt_out"), Some(Column::OptOut));
        assert_eq!(Column::from_word("Provider"), None);
    }
}
