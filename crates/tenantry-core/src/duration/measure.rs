//! How long a [`Duration`] may be, in days, and whether one exceeds another.
//!
//! Months and years belong to the calendar, so an amount has a shortest and a longest reading:
//!
//! - second, minute, hour, day and week are fixed; a day is 24 hours (no change of the clocks);
//! - a year is 12 months, and a sum's years and months are added first (`1 year 6 months` is 18
//!   months);
//! - `n` months are as long as `n` whole months in a row of the calendar of 1901 to 2099, where
//!   each fourth year is a leap year; the shortest and the longest reading are those over all 48
//!   months in which they may begin.
//!
//! So 1 month is 28 to 31 days, 6 months 181 to 184, 1 year 365 or 366, 13 months 393 to 397, 25
//! months 758 to 762, 4 years 1461. Session is 0 or more, without a known end; persistent has no
//! end; instant is 0.
//!
//! [`Duration::seconds`] is another matter: the one figure that exports ask for, by fixed rates. It
//! compares nothing.

use super::{Amount, Duration, Unit};

const SECONDS_OF_MINUTE: u64 = 60;
const SECONDS_OF_HOUR: u64 = 3_600;
const SECONDS_OF_DAY: u64 = 86_400;
const SECONDS_OF_WEEK: u64 = 604_800;
/// The rate for exports: a twelfth of 365 days.
const SECONDS_OF_MONTH: u64 = 2_628_000;
/// The rate for exports: 365 days.
const SECONDS_OF_YEAR: u64 = 31_536_000;

const MONTHS_OF_CYCLE: usize = 48;
const DAYS_OF_CYCLE: u64 = 1_461;
const DAYS_OF_MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// No end, in the arithmetic of readings.
const ENDLESS: u64 = u64::MAX;

impl Duration {
    /// The whole days of the shortest reading, rounded down (`24 hours` is 1, `30 minutes` 0).
    /// `None` for session and persistent.
    pub fn shortest_days(&self) -> Option<u64> {
        self.is_counted().then(|| self.readings().0 / SECONDS_OF_DAY)
    }

    /// The whole days of the longest reading, rounded up (`30 minutes` is 1). `None` for session
    /// and persistent.
    pub fn longest_days(&self) -> Option<u64> {
        self.is_counted().then(|| self.readings().1.div_ceil(SECONDS_OF_DAY))
    }

    /// Whether this is longer than `limit` beyond doubt: its shortest reading exceeds the longest
    /// of the limit.
    ///
    /// `395 days` does not exceed `13 months` (at most 397 days), `400 days` does. Persistent
    /// exceeds every amount and instant; a session exceeds nothing, and nothing exceeds a session
    /// or persistent.
    pub fn exceeds(&self, limit: &Self) -> bool {
        self.readings().0 > limit.readings().1
    }

    /// Seconds by the fixed rates of exports: a month is 2,628,000 s, a year 31,536,000 s. `None`
    /// for session and persistent. Report the conversion where it is shown; use
    /// [`Duration::exceeds`] to compare.
    pub fn seconds(&self) -> Option<u64> {
        match self {
            Self::Session | Self::Persistent => None,
            Self::Instant => Some(0),
            Self::Amount(amount) => Some(
                amount.fixed_seconds()
                    + u64::from(amount.count(Unit::Month)) * SECONDS_OF_MONTH
                    + u64::from(amount.count(Unit::Year)) * SECONDS_OF_YEAR,
            ),
        }
    }

    fn is_counted(&self) -> bool {
        matches!(self, Self::Instant | Self::Amount(_))
    }

    /// The shortest and the longest reading, in seconds.
    fn readings(&self) -> (u64, u64) {
        match self {
            Self::Instant => (0, 0),
            Self::Session => (0, ENDLESS),
            Self::Persistent => (ENDLESS, ENDLESS),
            Self::Amount(amount) => {
                let months = u64::from(amount.count(Unit::Year)) * 12 + u64::from(amount.count(Unit::Month));
                let (shortest, longest) = days_of_months(months);
                let fixed = amount.fixed_seconds();
                (shortest * SECONDS_OF_DAY + fixed, longest * SECONDS_OF_DAY + fixed)
            }
        }
    }
}

impl Amount {
    /// The part whose length does not depend on the calendar. Counts are `u32`, so no sum here
    /// nears `u64`.
    fn fixed_seconds(&self) -> u64 {
        let seconds = |unit, each| u64::from(self.count(unit)) * each;
        seconds(Unit::Second, 1)
            + seconds(Unit::Minute, SECONDS_OF_MINUTE)
            + seconds(Unit::Hour, SECONDS_OF_HOUR)
            + seconds(Unit::Day, SECONDS_OF_DAY)
            + seconds(Unit::Week, SECONDS_OF_WEEK)
    }
}

/// The fewest and the most days that `months` whole months in a row can have.
fn days_of_months(months: u64) -> (u64, u64) {
    let cycle = MONTHS_OF_CYCLE as u64;
    let whole_cycles = months / cycle * DAYS_OF_CYCLE;
    let others = (months % cycle) as usize;
    let lengths = (0..MONTHS_OF_CYCLE).map(|start| (start..start + others).map(days_of_month).sum::<u64>());
    let (shortest, longest) = lengths.fold((ENDLESS, 0), |(low, high), days| (low.min(days), high.max(days)));
    (whole_cycles + shortest, whole_cycles + longest)
}

/// The days of a month counted from the January of a leap year.
fn days_of_month(month: usize) -> u64 {
    let is_leap_february = month % MONTHS_OF_CYCLE == 1;
    DAYS_OF_MONTHS[month % 12] + u64::from(is_leap_february)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Duration {
        Duration::parse(text).unwrap()
    }

    #[test]
    fn days_are_a_range() {
        for (text, shortest, longest) in [
            ("1 month", 28, 31),
            ("2 months", 59, 62),
            ("3 months", 89, 92),
            ("6 months", 181, 184),
            ("12 months", 365, 366),
            ("13 months", 393, 397),
            ("1 year 1 month", 393, 397),
            ("25 months", 758, 762),
            ("1 year", 365, 366),
            ("2 years", 730, 731),
            ("3 years", 1095, 1096),
            ("4 years", 1461, 1461),
            ("5 years", 1826, 1827),
            ("0 months", 0, 0),
            ("2 weeks 1 day", 15, 15),
            ("24 hours", 1, 1),
            ("30 minutes", 0, 1),
            ("1 month 30 minutes", 28, 32),
            ("immediate", 0, 0),
        ] {
            assert_eq!(
                (read(text).shortest_days(), read(text).longest_days()),
                (Some(shortest), Some(longest)),
                "{text}"
            );
        }
        for text in ["session", "persistent"] {
            assert_eq!((read(text).shortest_days(), read(text).longest_days()), (None, None));
        }
    }

    #[test]
    fn exceeding_is_beyond_doubt() {
        for (value, limit, expected) in [
            ("395 days", "13 months", false),
            ("397 days", "13 months", false),
            ("397 days 1 second", "13 months", true),
            ("400 days", "13 months", true),
            ("13 months", "395 days", false),
            ("13 months", "13 months", false),
            ("14 months", "13 months", true),
            ("1 year", "12 months", false),
            ("365 days", "6 months", true),
            ("13 months", "400 days", false),
            ("2 years", "400 days", true),
            ("1 second", "immediate", true),
            ("persistent", "10 years", true),
            ("persistent", "session", false),
            ("persistent", "persistent", false),
            ("session", "1 second", false),
            ("session", "immediate", false),
            ("10 years", "session", false),
            ("10 years", "persistent", false),
        ] {
            assert_eq!(read(value).exceeds(&read(limit)), expected, "{value} over {limit}");
        }
    }

    #[test]
    fn seconds_go_by_fixed_rates() {
        for (text, seconds) in [
            ("14 days", Some(1_209_600)),
            ("364 days", Some(31_449_600)),
            ("1 month", Some(2_628_000)),
            ("1 year", Some(31_536_000)),
            ("1 year 6 months", Some(47_304_000)),
            ("24 hours", Some(86_400)),
            ("immediate", Some(0)),
            ("session", None),
            ("persistent", None),
        ] {
            assert_eq!(read(text).seconds(), seconds, "{text}");
        }
    }

    #[test]
    fn the_greatest_counts_do_not_overflow() {
        let all = Unit::LONGEST_FIRST.into_iter().skip(1);
        let greatest = all.fold(Amount::new(u32::MAX, Unit::Year), |sum, unit| sum.and(u32::MAX, unit).unwrap());
        let greatest = Duration::Amount(greatest);
        assert!(greatest.seconds().is_some() && greatest.longest_days().is_some());
        assert!(greatest.exceeds(&read("10 years")) && !greatest.exceeds(&Duration::Persistent));
    }
}
