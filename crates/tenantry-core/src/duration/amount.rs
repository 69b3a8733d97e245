//! A counted duration: how many of which units.
//!
//! What was written and nothing more; how many days that may be is in `measure`.

/// A unit of time, ordered by length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// 1 second.
    Second,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// A month of the calendar, 28 to 31 days.
    Month,
    /// A year of the calendar, 365 or 366 days.
    Year,
}

impl Unit {
    /// Every unit, the longest first, as a sum is written.
    pub const LONGEST_FIRST: [Self; 7] =
        [Self::Year, Self::Month, Self::Week, Self::Day, Self::Hour, Self::Minute, Self::Second];
}

/// One or more counted units, each at most once, longest first: `1 year 6 months`. A count may be
/// 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
    /// By unit, `Second` at 0. At least one is there.
    counts: [Option<u32>; 7],
}

impl Amount {
    /// An amount of one unit.
    pub fn new(count: u32, unit: Unit) -> Self {
        let mut counts = [None; 7];
        counts[unit as usize] = Some(count);
        Self { counts }
    }

    /// This amount and a smaller unit; `None` if `unit` is not smaller than every unit already
    /// there.
    pub fn and(mut self, count: u32, unit: Unit) -> Option<Self> {
        let place = unit as usize;
        if self.counts.iter().take(place + 1).any(Option::is_some) {
            return None;
        }
        self.counts[place] = Some(count);
        Some(self)
    }

    /// The counts and their units as written, longest first.
    pub fn parts(&self) -> impl Iterator<Item = (u32, Unit)> + '_ {
        Unit::LONGEST_FIRST.into_iter().filter_map(|unit| Some((self.counts[unit as usize]?, unit)))
    }

    /// How many of `unit` are written, 0 if none.
    pub fn count(&self, unit: Unit) -> u32 {
        self.counts[unit as usize].unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_goes_from_long_to_short() {
        let year = Amount::new(1, Unit::Year);
        assert_eq!(year.and(1, Unit::Year), None);
        assert_eq!(Amount::new(6, Unit::Month).and(1, Unit::Year), None);
        let sum = year.and(6, Unit::Month).unwrap();
        assert_eq!(sum.parts().collect::<Vec<_>>(), [(1, Unit::Year), (6, Unit::Month)]);
        assert_eq!((sum.count(Unit::Month), sum.count(Unit::Day)), (6, 0));
    }
}
