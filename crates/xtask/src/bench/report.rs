//! The page that a run writes: the machine, what was compared, every ratio with its bound, and every time.

use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use crate::bench::goals::{GOALS, Goal, Limit, Measure, SMALL, Verdict};
use crate::bench::hugo::Hugo;
use crate::bench::machine::Machine;
use crate::bench::results::{Case, Results, Runs};

/// What a cost may grow by, for ten times the tenants.
const MOST_GROWTH: f64 = 11.0;

/// Cases whose growth is told.
const GROWING: [Case; 8] =
    [Case::Cold, Case::Six, Case::Check, Case::Nothing, Case::Charter, Case::Leaks, Case::PlainWrite, Case::Hugo];

const CASES: [Case; 11] = [
    Case::Cold,
    Case::Check,
    Case::Leaks,
    Case::PlainWrite,
    Case::Six,
    Case::Hugo,
    Case::Nothing,
    Case::PlainWalk,
    Case::Row,
    Case::Charter,
    Case::PlainReplace,
];

/// What the page is made of.
#[derive(Debug)]
pub(crate) struct Report {
    /// Where the run was made.
    pub(crate) machine: Machine,
    /// How many threads plain programs had.
    pub(crate) threads: NonZeroUsize,
    /// In the order of the runs.
    pub(crate) results: Vec<Results>,
    /// What was not measured, and why.
    pub(crate) notes: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nMeasured on {}.", self.machine.date)?;
        self.compared(f)?;
        self.ratios(f)?;
        self.growth(f)?;
        self.times(f)?;
        self.machine(f)
    }
}

impl Report {
    /// What stands beside what, in words.
    fn compared(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (threads, hugo) = (self.threads, Hugo::name());
        write!(
            f,
            "\n### What is compared\n\n\
             Fleets of generated tenants, as folders, with five pages and 4 to 12 cookies each: the same on each machine\n\
             (`make fleet`). `tenantry` is the release build, run as a process with one thread for each core; its times are\n\
             those of the whole process. The contenders run in turn, into fresh folders, and nothing is removed between\n\
             runs; what earlier runs have left to be written is on the disk before a time is taken. Nothing waits for the\n\
             disk within a time, since none of the programs asks for it.\n\n\
             - **Plain programs** do the least that the work can cost, with {threads} threads and without deciding anything:\n  \
               one writes the files and folders that our cold build wrote, from memory; one stats every file below\n  \
               `sites/` and `themes/`; one replaces the files that our build replaced, by a temporary file and a rename. What\n  \
               `tenantry` keeps for itself in the output folder counts as files to be written.\n\
             - **{hugo}** makes 6 files a tenant: the five pages and the sitemap. Its site is the fastest that we found: a\n  \
               content adapter over one data file, templates without escaping, no lists, and the shared Markdown rendered\n  \
               once with markers that are replaced for each tenant. It is given tenants that are resolved already; `tenantry`\n  \
               reads and merges their settings. Our build is limited to the same 6 files beside it, by a setting of the library\n  \
               that the program does not offer. Hugo keeps nothing from one build to the next, so only its cold build is timed.\n\
             - **One cookie row**: another purpose of one cookie of one tenant. **Shared charter**: another sentence in the\n  \
               document about cookies that all tenants share.\n\
             - **The leak check** of a cold build is timed alone, with {threads} threads: every word of the same sources that\n  \
               looks like a host is looked up among the hosts of all tenants. It is part of each build by `tenantry`.\n"
        )?;
        for note in &self.notes {
            writeln!(f, "- {note}.")?;
        }
        Ok(())
    }

    /// Every comparison, with its bound.
    fn ratios(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.results.iter().map(|it| format!(" {} {} |", it.place.name, thousands(it.tenants)));
        writeln!(f, "\n### Ratios\n\nOf the times in the middle. What misses its bound is marked `!`.\n")?;
        writeln!(f, "| what | to reach |{}", places.collect::<String>())?;
        writeln!(f, "| --- | --- |{}", " ---: |".repeat(self.results.len()))?;
        for goal in GOALS.iter().filter(|goal| self.results.iter().any(|results| goal.found(results).is_some())) {
            let cells = self.results.iter().map(|results| format!(" {} |", cell(goal, results)));
            writeln!(f, "| {} | {} |{}", goal.what, bound(goal), cells.collect::<String>())?;
        }
        Ok(())
    }

    /// The same case at two sizes, where both were measured.
    fn growth(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<_> =
            self.results.iter().flat_map(|small| self.larger(small).map(move |large| (small, large))).collect();
        if pairs.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n### Growth\n\nFor ten times the tenants, at most {MOST_GROWTH} times the time.\n")?;
        writeln!(f, "| what | where | tenants | times the time | reached |\n| --- | --- | ---: | ---: | --- |")?;
        for case in GROWING {
            for (small, large) in &pairs {
                let times = (median(small, case), median(large, case));
                let (Some(before), Some(after)) = times else { continue };
                let growth = after / before;
                let sizes = format!("{} to {}", thousands(small.tenants), thousands(large.tenants));
                let verdict = case.is_ours().then(|| Verdict::at_most(MOST_GROWTH, growth).to_string());
                let reached = verdict.unwrap_or_default();
                writeln!(f, "| {} | {} | {sizes} | {growth:.1} | {reached} |", case.words(), small.place.name)?;
            }
        }
        Ok(())
    }

    /// The results at the same place with ten times the tenants.
    fn larger(&self, small: &Results) -> impl Iterator<Item = &Results> {
        let (place, tenants) = (small.place.name, small.tenants * 10);
        self.results.iter().filter(move |large| large.place.name == place && large.tenants == tenants)
    }

    /// Every time, with what was written in it.
    fn times(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n### Times\n\nThe time in the middle, and between brackets the shortest and the longest.")?;
        for results in &self.results {
            let (tenants, place) = (thousands(results.tenants), results.place.name);
            writeln!(f, "\n#### {tenants} tenants on {place} ({})\n", results.place.file_system)?;
            writeln!(f, "| what | runs | time | peak memory | files | of our own | megabytes |")?;
            writeln!(f, "| --- | ---: | --- | ---: | ---: | ---: | ---: |")?;
            for case in CASES {
                if let Some(runs) = results.get(case) {
                    writeln!(f, "{}", time_row(case, runs))?;
                }
            }
        }
        Ok(())
    }

    fn machine(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n### The machine\n\n| what | |\n| --- | --- |")?;
        for (what, fact) in &self.machine.facts {
            writeln!(f, "| {what} | {fact} |")?;
        }
        Ok(())
    }
}

impl Case {
    fn words(self) -> &'static str {
        match self {
            Self::Cold => "cold build",
            Self::Six => "cold build of the same 6 files a tenant",
            Self::Check => "`check --profile fr`",
            Self::Nothing => "nothing changed",
            Self::Row => "one cookie row changed",
            Self::Charter => "shared charter changed",
            Self::PlainWrite => "a plain program writes the same files",
            Self::PlainWalk => "a plain program stats the inputs",
            Self::PlainReplace => "a plain program replaces the same files",
            Self::Leaks => "the leak check of a cold build alone",
            Self::Hugo => "Hugo, cold build of 6 files a tenant",
        }
    }

    /// Whether this is work of `tenantry`.
    fn is_ours(self) -> bool {
        matches!(self, Self::Cold | Self::Six | Self::Check | Self::Nothing | Self::Row | Self::Charter | Self::Leaks)
    }
}

fn time_row(case: Case, runs: &Runs) -> String {
    let seconds = runs.median().map(seconds).unwrap_or_default();
    let range = runs.range().map(|(least, most)| format!(" ({} – {})", self::seconds(least), self::seconds(most)));
    let peak = runs.peak.map(|bytes| format!("{:.0} MB", bytes as f64 / 1e6)).unwrap_or_default();
    let (files, own) = (thousands(runs.files), thousands(runs.own));
    let range = range.unwrap_or_default();
    let megabytes = runs.bytes as f64 / 1e6;
    format!("| {} | {} | {seconds}{range} | {peak} | {files} | {own} | {megabytes:.1} |", case.words(), runs.count())
}

/// What was found, marked if it misses its bound; empty where it was not measured.
fn cell(goal: &Goal, results: &Results) -> String {
    let Some(found) = goal.found(results) else { return String::new() };
    let mark = if goal.verdict(results, found) == Some(Verdict::Missed) { " `!`" } else { "" };
    format!("{}{mark}", shown(goal.measure, found))
}

/// What is to be reached, in words.
fn bound(goal: &Goal) -> String {
    match goal.limit {
        Limit::AtMost(most) => format!("≤ {}", shown(goal.measure, most)),
        Limit::AtLeast(least) => format!("≥ {}", shown(goal.measure, least)),
        Limit::ByPlace(memory, disk) => {
            format!("≤ {}, on a disk {}", shown(goal.measure, memory), shown(goal.measure, disk))
        }
        Limit::BySize(small, large) => {
            let large = shown(goal.measure, large);
            format!("≤ {}, above {} tenants {large}", shown(goal.measure, small), thousands(SMALL))
        }
        Limit::None => String::new(),
    }
}

fn shown(measure: Measure, found: f64) -> String {
    match measure {
        Measure::Times | Measure::Memory => format!("{found:.2}"),
        Measure::Faster => format!("{found:.1}"),
        Measure::Share => format!("{found:.2} %"),
        Measure::Longer => format!("{found:.1} ms"),
        Measure::Megabytes => format!("{found:.0} MB"),
    }
}

fn median(results: &Results, case: Case) -> Option<f64> {
    results.get(case)?.median().map(|time| time.as_secs_f64())
}

/// A time, in the unit that suits it.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 0.1 => format!("{:.1} ms", seconds * 1e3),
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds => format!("{seconds:.2} s"),
    }
}

/// A number with a comma between each three digits.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::process::Run;
    use crate::bench::results::Place;

    fn results(tenants: usize, millis: u64) -> Results {
        let mut results = Results::new(Place { name: "tmpfs", file_system: "tmpfs".to_owned() }, tenants);
        for (case, millis) in [(Case::Cold, millis), (Case::PlainWrite, millis / 4)] {
            results.add(case, Run { time: Duration::from_millis(millis), peak: Some(40_000_000) });
            results.wrote(case, (tenants * 17, 2_500_000, tenants));
        }
        results
    }

    #[test]
    fn the_page_holds_ratios_growth_and_times() {
        let machine = Machine { date: "2026-11-26".to_owned(), facts: vec![("cores", "2".to_owned())] };
        let notes = vec!["Hugo was left out of this run".to_owned()];
        let results = vec![results(1_000, 1_000), results(10_000, 12_000)];
        let page = Report { machine, threads: NonZeroUsize::MIN, results, notes }.to_string();
        for line in [
            "| what | to reach | tmpfs 1,000 | tmpfs 10,000 |",
            "| times of a program that only writes the same files: cold build | ≤ 2.20, on a disk 1.30 | 4.00 `!` | 4.00 `!` |",
            "| peak memory of a cold build | ≤ 150 MB, above 10,000 tenants 400 MB | 40 MB | 40 MB |",
            "| cold build | tmpfs | 1,000 to 10,000 | 12.0 | **no** |",
            "| a plain program writes the same files | tmpfs | 1,000 to 10,000 | 12.0 |  |",
            "| cold build | 1 | 12.00 s (12.00 s – 12.00 s) | 40 MB | 170,000 | 10,000 | 2.5 |",
            "- Hugo was left out of this run.",
            "| cores | 2 |",
        ] {
            assert!(page.lines().any(|found| found == line), "no `{line}` in:\n{page}");
        }
        assert!(page.lines().all(|line| !line.ends_with(' ')), "{page}");
    }

    #[test]
    fn numbers_are_cut_in_threes() {
        assert_eq!([7, 170, 1_000, 1_234_567].map(thousands), ["7", "170", "1,000", "1,234,567"]);
    }
}
