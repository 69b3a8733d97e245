//! Which rules apply: profiles, each on top of another.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::schema::words;

/// A set of rules that a layer chooses by its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// What holds anywhere: a policy that is complete, consistent and readable.
    Core,
    /// The European Union.
    Eu,
    /// France.
    Fr,
    /// France, public bodies.
    FrPublic,
    /// The United Kingdom.
    Uk,
    /// Germany.
    De,
    /// Spain.
    Es,
    /// Italy.
    It,
    /// California.
    UsCa,
}

impl Profile {
    /// Every profile, in the order in which reports name them.
    pub const ALL: &'static [Profile] =
        &[Self::Core, Self::Eu, Self::Fr, Self::FrPublic, Self::Uk, Self::De, Self::Es, Self::It, Self::UsCa];

    /// The words of the key.
    pub const WORDS: [&'static str; 9] = ["core", "eu", "fr", "fr-public", "uk", "de", "es", "it", "us-ca"];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The profile of a word.
    pub fn from_word(word: &str) -> Option<Profile> {
        Profile::ALL.iter().copied().find(|profile| profile.as_str() == word)
    }

    /// What it is about, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Profile::Core => "any policy",
            Profile::Eu => "the European Union",
            Profile::Fr => "France",
            Profile::FrPublic => "public bodies in France",
            Profile::Uk => "the United Kingdom",
            Profile::De => "Germany",
            Profile::Es => "Spain",
            Profile::It => "Italy",
            Profile::UsCa => "California",
        }
    }

    /// The profile that it adds to.
    pub const fn base(self) -> Option<Profile> {
        match self {
            Profile::Core => None,
            Profile::Eu | Profile::Uk | Profile::UsCa => Some(Profile::Core),
            Profile::Fr | Profile::De | Profile::Es | Profile::It => Some(Profile::Eu),
            Profile::FrPublic => Some(Profile::Fr),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl JsonSchema for Profile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Profile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let all: Vec<_> = Profile::ALL.iter().map(|profile| (profile.as_str(), profile.about())).collect();
        words(&all)
    }
}

/// Some profiles with all that they add to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profiles(u16);

impl Default for Profiles {
    fn default() -> Profiles {
        Profiles::of(&[])
    }
}

impl Profiles {
    /// These profiles and those that they add to; `core` is always among them.
    pub fn of(chosen: &[Profile]) -> Profiles {
        let mut set = 1 << Profile::Core as u16;
        for profile in chosen {
            let mut next = Some(*profile);
            while let Some(profile) = next {
                set |= 1 << profile as u16;
                next = profile.base();
            }
        }
        Profiles(set)
    }

    /// Whether a profile is among them.
    pub fn has(self, profile: Profile) -> bool {
        self.0 & (1 << profile as u16) != 0
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, others: Profiles) -> Profiles {
        Profiles(self.0 | others.0)
    }

    /// Each of them, in the order of reports.
    pub fn iter(self) -> impl Iterator<Item = Profile> {
        Profile::ALL.iter().copied().filter(move |profile| self.has(*profile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_brings_what_it_adds_to() {
        let names = |chosen: &[Profile]| Profiles::of(chosen).iter().map(Profile::as_str).collect::<Vec<_>>().join(" ");
        assert_eq!(names(&[]), "core");
        assert_eq!(names(&[Profile::FrPublic]), "core eu fr fr-public");
        assert_eq!(names(&[Profile::UsCa, Profile::It]), "core eu it us-ca");
        for profile in Profile::ALL {
            assert_eq!(Profile::from_word(profile.as_str()), Some(*profile));
        }
        assert_eq!(Profile::from_word("french"), None);
    }
}
