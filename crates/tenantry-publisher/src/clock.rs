//! The time, and numbers by chance: for leases, the names of runs, and the pauses between tries. Nothing of it reaches a
//! site.

#![expect(clippy::disallowed_types, reason = "leases and releases have times")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time now, in seconds since 1970.
pub(crate) fn now() -> u64 {
    since_1970().as_secs()
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A moment as it is written in names: `20261126T225758Z`.
pub(crate) fn compact(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// A moment as people read it: `2026-11-26 22:57:58 UTC`.
pub fn readable(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The date of a day since 1970 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// Numbers by chance (SplitMix64), seeded by the time and the process.
#[derive(Debug)]
pub(crate) struct Chance(AtomicU64);

impl Default for Chance {
    fn default() -> Chance {
        let time = u64::try_from(since_1970().as_nanos() & u128::from(u64::MAX)).unwrap_or_default();
        Chance(AtomicU64::new(time ^ (u64::from(std::process::id()) << 32)))
    }
}

impl Chance {
    /// The next one.
    pub(crate) fn next(&self) -> u64 {
        let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A length of time up to another one.
    pub(crate) fn up_to(&self, most: Duration) -> Duration {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        most.mul_f64(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        assert_eq!(compact(0), "19700101T000000Z");
        assert_eq!(readable(951_827_696), "2000-02-29 12:34:56 UTC");
        assert_eq!(readable(1_795_733_878), "2026-11-26 22:57:58 UTC");
    }
}
