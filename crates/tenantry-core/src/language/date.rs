//! A day of the calendar, `2026-11-20`.
//!
//! A value only: no clock, no time of day, no zone, no arithmetic. How a language writes it is in
//! `words`.

use std::{error::Error, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::excerpt;

/// A day of the Gregorian calendar, year 1 to 9999; ordered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is not a [`Date`]; at most 60 characters of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError(String);

impl Date {
    /// The day, or `None` if the calendar has no such day (30 February) or the year is not in 1 to
    /// 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Reads `YYYY-MM-DD`: four, two and two digits (RFC 3339, `full-date`), nothing before or
    /// after.
    ///
    /// # Errors
    /// [`DateError`] if the text has another form or names no day of the calendar.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        Self::from_iso(text).ok_or_else(|| DateError(excerpt(text)))
    }

    fn from_iso(text: &str) -> Option<Self> {
        let (year, others) = text.split_once('-')?;
        let (month, day) = others.split_once('-')?;
        let year = digits(year, 4)?;
        Self::new(year, u8::try_from(digits(month, 2)?).ok()?, u8::try_from(digits(day, 2)?).ok()?)
    }

    /// The year, 1 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }
}

/// The number that exactly `length` digits write; `parse` alone would also take a sign.
fn digits(text: &str, length: usize) -> Option<u16> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn days_of(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse(text)
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` is not a date: expected a day of the calendar such as `2026-11-20`", self.0)
    }
}

impl Error for DateError {}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateVisitor)
    }
}

struct DateVisitor;

impl de::Visitor<'_> for DateVisitor {
    type Value = Date;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a date such as `2026-11-20`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
        Date::parse(text).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::{IntoDeserializer, value::Error as ValueError};

    use super::*;

    #[test]
    fn knows_the_calendar() {
        for (year, month, day) in [(2024, 2, 29), (2000, 2, 29), (1, 1, 1), (9999, 12, 31), (2026, 11, 30)] {
            assert!(Date::new(year, month, day).is_some(), "{year}-{month}-{day}");
        }
        for (year, month, day) in [
            (2026, 2, 29),
            (1900, 2, 29),
            (0, 1, 1),
            (10_000, 1, 1),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 4, 31),
            (2026, 1, 0),
        ] {
            assert!(Date::new(year, month, day).is_none(), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn refuses_other_forms() {
        for text in
            ["", "2026-2-03", "+026-02-03", "2026-02-03T00:00", "20/11/2026", "2026-02-30", "2026-02", "２０２６-01-01"]
        {
            assert!(Date::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Date::parse("2026-02-30").unwrap_err().to_string(),
            "`2026-02-30` is not a date: expected a day of the calendar such as `2026-11-20`"
        );
    }

    #[test]
    fn is_a_string_in_serde() {
        let read = |text: &'static str| Date::deserialize(IntoDeserializer::<ValueError>::into_deserializer(text));
        assert_eq!(read("2026-11-20").unwrap(), Date::new(2026, 11, 20).unwrap());
        assert!(read("tomorrow").is_err());
    }

    proptest! {
        #[test]
        fn reads_any_text_without_panic(text in "\\PC{0,20}|[0-9-]{0,12}") {
            let _ = Date::parse(&text);
        }

        #[test]
        fn is_read_as_it_is_written(year in 1u16..=9999, month in 1u8..=12, day in 1u8..=28) {
            let date = Date::new(year, month, day).unwrap();
            prop_assert_eq!(Date::parse(&date.to_string()), Ok(date));
        }
    }
}
