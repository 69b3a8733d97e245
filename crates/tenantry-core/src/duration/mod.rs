//! How long a cookie stays: `13 months`, `1 year 6 months`, `session`.
//!
//! A [`Duration`] is kept as it was written and never converted on the way: `12 months` is not `1
//! year`, and `24 hours` is not `1 day`. [`Duration::parse`] understands the five languages of
//! [`crate::language::Words`] mixed at will, [`Duration::print`] writes one of them, and `measure`
//! compares.
//!
//! Bounds (`up to 180 days`), lists, events and other free text are no durations. Each is a named
//! [`DurationError`], and [`Reading`] tells as much of it as is sure. Not here is a span of the
//! clock, such as [`std::time::Duration`]: months and years have no fixed length.

mod amount;
mod error;
mod lexicon;
mod measure;
mod parse;
mod print;
mod reading;
mod refusal;
mod tokens;

#[cfg(test)]
mod tests;

pub use amount::{Amount, Unit};
pub use error::DurationError;
pub use reading::Reading;

/// How long something stays on a visitor's device.
///
/// Equality is that of the writing: `12 months` differs from `1 year`. Use [`Duration::exceeds`] to
/// compare lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duration {
    /// Until the browser is closed.
    Session,
    /// Without an end.
    Persistent,
    /// Gone at once.
    Instant,
    /// Counted units: `30 days`, `1 year 6 months`.
    Amount(Amount),
}

impl Duration {
    /// A duration of one unit, such as 13 months.
    pub fn of(count: u32, unit: Unit) -> Self {
        Self::Amount(Amount::new(count, unit))
    }
}
