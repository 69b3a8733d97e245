//! How long a choice is kept. The defaults of consent managers break the French six months, so that every export sets it.

use crate::lint::{Profile, Profiles};

/// Six months beyond doubt: the shortest six months have 181 days (CNIL, délibérations 2020-091 and 2020-092: good
/// practice, secondary source).
const SIX_MONTHS_AT_MOST: u32 = 180;
/// Six months at least: the longest have 184 days (Garante, 2021-06-10: no new request before; secondary source).
const SIX_MONTHS_AT_LEAST: u32 = 184;

/// How many days a choice is kept under some profiles. Where one profile asks for at most six months and another for at
/// least as many, no number serves both: the longer one breaks good practice, the shorter one a rule.
pub fn consent_days(profiles: Profiles) -> u32 {
    if profiles.has(Profile::It) { SIX_MONTHS_AT_LEAST } else { SIX_MONTHS_AT_MOST }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duration::{Duration, Unit};

    #[test]
    fn the_lifetime_keeps_to_the_profile() {
        let six = Duration::of(6, Unit::Month);
        let days = |profile| Duration::of(consent_days(Profiles::of(&[profile])), Unit::Day);
        for profile in Profile::ALL.iter().filter(|profile| **profile != Profile::It) {
            assert!(!days(*profile).exceeds(&six) && consent_days(Profiles::of(&[*profile])) <= 181);
        }
        assert!(!six.exceeds(&days(Profile::It)) && consent_days(Profiles::of(&[Profile::It])) >= 184);
    }
}
