//! What was measured: for a place and a number of tenants, the runs of each case.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::bench::process::Run;

/// One piece of work by one contender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Case {
    /// Our build into a fresh folder.
    Cold,
    /// Our build into a fresh folder, limited to the files that Hugo makes.
    Six,
    /// Our build again, with nothing changed.
    Nothing,
    /// Our build after a cookie of one tenant has another purpose.
    Row,
    /// Our build after a sentence of a shared document has changed.
    Charter,
    /// A plain program that writes what [`Case::Cold`] wrote.
    PlainWrite,
    /// A plain program that stats the inputs.
    PlainWalk,
    /// A plain program that replaces what [`Case::Charter`] replaced.
    PlainReplace,
    /// Our check of every tenant, with the rules of the register.
    Check,
    /// The leak check of [`Case::Cold`] alone.
    Leaks,
    /// Hugo into a fresh folder.
    Hugo,
}

/// The runs of one case, and what each of them wrote.
#[derive(Debug, Default, Clone)]
pub(crate) struct Runs {
    times: Vec<Duration>,
    /// The most memory of all runs, in bytes.
    pub(crate) peak: Option<u64>,
    /// How many files a run wrote or looked at, without those that `tenantry` keeps for itself.
    pub(crate) files: usize,
    /// The bytes of these files.
    pub(crate) bytes: u64,
    /// Files that `tenantry` keeps for itself, which plain programs write too.
    pub(crate) own: usize,
}

impl Runs {
    /// The time in the middle, or between the two there.
    pub(crate) fn median(&self) -> Option<Duration> {
        let mut times = self.times.clone();
        times.sort_unstable();
        let (low, high) = (times.get(times.len().checked_sub(1)? / 2)?, times.get(times.len() / 2)?);
        Some((*low + *high) / 2)
    }

    /// The difference in the middle, in seconds, of those of each round: what slows a whole round plays no part.
    pub(crate) fn longer_than(&self, other: &Self) -> Option<f64> {
        let pairs = self.times.iter().zip(&other.times);
        let mut longer: Vec<f64> = pairs.map(|(ours, other)| ours.as_secs_f64() - other.as_secs_f64()).collect();
        longer.sort_by(f64::total_cmp);
        longer.get(longer.len() / 2).copied()
    }

    /// The shortest and the longest time.
    pub(crate) fn range(&self) -> Option<(Duration, Duration)> {
        Some((*self.times.iter().min()?, *self.times.iter().max()?))
    }

    /// How many runs there were.
    pub(crate) fn count(&self) -> usize {
        self.times.len()
    }
}

/// Where was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// `tmpfs` or `disk`.
    pub(crate) name: &'static str,
    /// The type of its file system and what of its options matters.
    pub(crate) file_system: String,
}

/// All runs at one place with one number of tenants.
#[derive(Debug, Clone)]
pub(crate) struct Results {
    /// Where.
    pub(crate) place: Place,
    /// With how many tenants.
    pub(crate) tenants: usize,
    runs: BTreeMap<Case, Runs>,
}

impl Results {
    /// Nothing measured yet.
    pub(crate) fn new(place: Place, tenants: usize) -> Self {
        Self { place, tenants, runs: BTreeMap::new() }
    }

    /// The runs of a case, if there were any.
    pub(crate) fn get(&self, case: Case) -> Option<&Runs> {
        self.runs.get(&case)
    }

    /// Adds the time of a plain program.
    pub(crate) fn add_time(&mut self, case: Case, time: Duration) {
        self.add(case, Run { time, peak: None });
    }

    /// Adds a run.
    pub(crate) fn add(&mut self, case: Case, run: Run) {
        let runs = self.runs.entry(case).or_default();
        runs.times.push(run.time);
        runs.peak = runs.peak.max(run.peak);
    }

    /// Says what each run of a case wrote: files, their bytes, and files of our own.
    pub(crate) fn wrote(&mut self, case: Case, (files, bytes, own): (usize, u64, usize)) {
        let runs = self.runs.entry(case).or_default();
        (runs.files, runs.bytes, runs.own) = (files, bytes, own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_taken_and_the_most_memory() {
        let place = Place { name: "tmpfs", file_system: "tmpfs".to_owned() };
        let mut results = Results::new(place, 10);
        assert!(results.get(Case::Cold).is_none());
        for (millis, peak) in [(30, Some(2)), (10, None), (20, Some(7))] {
            results.add(Case::Cold, Run { time: Duration::from_millis(millis), peak });
        }
        results.wrote(Case::Cold, (6, 600, 1));
        let runs = results.get(Case::Cold).unwrap();
        assert_eq!(runs.median(), Some(Duration::from_millis(20)));
        assert_eq!(runs.range(), Some((Duration::from_millis(10), Duration::from_millis(30))));
        for millis in [10, 12, 10] {
            results.add_time(Case::PlainWrite, Duration::from_millis(millis));
        }
        let plain = results.get(Case::PlainWrite).unwrap();
        let runs = results.get(Case::Cold).unwrap();
        assert_eq!(plain.median(), Some(Duration::from_millis(10)));
        let mut even = plain.clone();
        even.times = [40, 10, 30, 20].map(Duration::from_millis).to_vec();
        assert_eq!(even.median(), Some(Duration::from_millis(25)));
        assert_eq!(runs.longer_than(plain), Some(0.01));
        assert_eq!((runs.count(), runs.peak, runs.files, runs.bytes, runs.own), (3, Some(7), 6, 600, 1));
    }
}
