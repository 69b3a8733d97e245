//! Which times are compared with which, and what is to be reached: a table.
//!
//! To compare something else is to add a row here.

use std::fmt;

use crate::bench::results::{Case, Results};

/// How two cases are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The time of the first, in times of the second.
    Times,
    /// How many times faster the first is than the second.
    Faster,
    /// How much longer the first takes than the second in the same round, in milliseconds.
    Longer,
    /// The time of the first, in percent of that of the second.
    Share,
    /// The most memory of the first, in parts of that of the second.
    Memory,
    /// The most memory of the first in megabytes; the second plays no part.
    Megabytes,
}

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Limit {
    /// At most this, anywhere.
    AtMost(f64),
    /// At least this, anywhere.
    AtLeast(f64),
    /// At most the first in memory, at most the second on a disk.
    ByPlace(f64, f64),
    /// At most the first up to 10,000 tenants, at most the second above.
    BySize(f64, f64),
    /// Told for comparison only.
    None,
}

/// Whether what was found keeps to its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does.
    Reached,
    /// It does not.
    Missed,
}

impl Verdict {
    /// On a value that may be this at most.
    pub(crate) fn at_most(bound: f64, found: f64) -> Self {
        if found <= bound { Self::Reached } else { Self::Missed }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reached => "yes",
            Self::Missed => "**no**",
        })
    }
}

/// One comparison.
#[derive(Debug)]
pub(crate) struct Goal {
    /// What is compared, in words.
    pub(crate) what: &'static str,
    /// Ours, and what it is measured against.
    pub(crate) cases: (Case, Case),
    /// How.
    pub(crate) measure: Measure,
    /// What is to be reached.
    pub(crate) limit: Limit,
}

/// The comparisons, in the order of the report.
pub(crate) const GOALS: &[Goal] = &[
    Goal {
        what: "times of a program that only writes the same files: cold build",
        cases: (Case::Cold, Case::PlainWrite),
        measure: Measure::Times,
        limit: Limit::ByPlace(2.2, 1.3),
    },
    Goal {
        what: "times of a walk that stats the inputs: nothing changed",
        cases: (Case::Nothing, Case::PlainWalk),
        measure: Measure::Times,
        limit: Limit::AtMost(2.0),
    },
    Goal {
        what: "longer than nothing changed: one cookie row of one tenant",
        cases: (Case::Row, Case::Nothing),
        measure: Measure::Longer,
        limit: Limit::AtMost(20.0),
    },
    Goal {
        what: "times of a program that replaces the same files: shared charter changed",
        cases: (Case::Charter, Case::PlainReplace),
        measure: Measure::Times,
        limit: Limit::AtMost(2.0),
    },
    Goal {
        what: "times faster than Hugo: cold build of the same 6 files a tenant",
        cases: (Case::Six, Case::Hugo),
        measure: Measure::Faster,
        limit: Limit::AtLeast(20.0),
    },
    Goal {
        what: "times faster than Hugo making 6 files a tenant: cold build of all our files",
        cases: (Case::Cold, Case::Hugo),
        measure: Measure::Faster,
        limit: Limit::None,
    },
    Goal {
        what: "parts of Hugo's peak memory: cold build of the same 6 files a tenant",
        cases: (Case::Six, Case::Hugo),
        measure: Measure::Memory,
        limit: Limit::AtMost(0.1),
    },
    Goal {
        what: "times of a cold build: `check --profile fr` of all tenants",
        cases: (Case::Check, Case::Cold),
        measure: Measure::Times,
        limit: Limit::AtMost(2.0),
    },
    Goal {
        what: "share of a cold build: the leak check, over the same sources",
        cases: (Case::Leaks, Case::Cold),
        measure: Measure::Share,
        limit: Limit::None,
    },
    Goal {
        what: "peak memory of a cold build",
        cases: (Case::Cold, Case::Cold),
        measure: Measure::Megabytes,
        limit: Limit::BySize(150.0, 400.0),
    },
    Goal {
        what: "peak memory, nothing changed",
        cases: (Case::Nothing, Case::Nothing),
        measure: Measure::Megabytes,
        limit: Limit::BySize(150.0, 400.0),
    },
];

/// Up to this number of tenants the first limit of [`Limit::BySize`] holds.
pub(crate) const SMALL: usize = 10_000;

impl Goal {
    /// What was found at one place, if both were measured there.
    pub(crate) fn found(&self, results: &Results) -> Option<f64> {
        let (ours, other) = (results.get(self.cases.0)?, results.get(self.cases.1)?);
        let seconds = (ours.median()?.as_secs_f64(), other.median()?.as_secs_f64());
        let found = match self.measure {
            Measure::Times => seconds.0 / seconds.1,
            Measure::Share => 100.0 * seconds.0 / seconds.1,
            Measure::Faster => seconds.1 / seconds.0,
            Measure::Longer => ours.longer_than(other)? * 1e3,
            Measure::Memory => ours.peak? as f64 / other.peak? as f64,
            Measure::Megabytes => ours.peak? as f64 / 1e6,
        };
        Some(found)
    }

    /// Whether what was found at one place keeps to its bound there, if there is one.
    pub(crate) fn verdict(&self, results: &Results, found: f64) -> Option<Verdict> {
        let most = match self.limit {
            Limit::AtMost(most) => most,
            Limit::AtLeast(least) => return Some(Verdict::at_most(-least, -found)),
            Limit::ByPlace(memory, disk) => {
                if results.place.name == "tmpfs" {
                    memory
                } else {
                    disk
                }
            }
            Limit::BySize(small, large) => {
                if results.tenants <= SMALL {
                    small
                } else {
                    large
                }
            }
            Limit::None => return None,
        };
        Some(Verdict::at_most(most, found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::process::Run;
    use crate::bench::results::Place;
    use Verdict::{Missed, Reached};
    use std::time::Duration;

    fn results() -> Results {
        let place = Place { name: "disk", file_system: "ext4".to_owned() };
        let mut results = Results::new(place, 10_000);
        for (case, millis, megabytes, files) in [
            (Case::Cold, 2_000, 100, 180),
            (Case::Six, 1_000, 90, 60),
            (Case::Hugo, 20_000, 1_000, 60),
            (Case::PlainWrite, 1_000, 0, 180),
        ] {
            let run = Run { time: Duration::from_millis(millis), peak: Some(megabytes * 1_000_000) };
            results.add(case, run);
            results.wrote(case, (files, 0, 0));
        }
        results.add_time(Case::Leaks, Duration::from_millis(10));
        results
    }

    #[test]
    fn cases_are_compared_as_the_table_says() {
        let results = results();
        let found: Vec<_> = GOALS.iter().map(|goal| goal.found(&results)).collect();
        let expected =
            [Some(2.0), None, None, None, Some(20.0), Some(10.0), Some(0.09), None, Some(0.5), Some(100.0), None];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_bound_may_depend_on_the_place_and_on_the_size() {
        let results = results();
        let verdicts: Vec<_> = GOALS.iter().filter_map(|goal| goal.verdict(&results, goal.found(&results)?)).collect();
        assert_eq!(verdicts, [Missed, Reached, Reached, Reached]);
    }
}
