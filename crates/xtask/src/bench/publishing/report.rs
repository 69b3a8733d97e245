//! The part of the page that tells of publishing.

use std::fmt::Write;
use std::time::Duration;

use super::{CHANGED, Measured, ROUNDS, Stores, Times};
use crate::bench::machine::Machine;
use crate::bench::report::{seconds, thousands};

/// A row of the table: what it tells, the bound in words, and what was found, with whether it keeps to the bound.
type Row = (&'static str, &'static str, fn(&Measured) -> Option<(String, bool)>);

const ROWS: &[Row] = &[
    ("a first publish", "", |seen| shown(&seen.first)),
    ("`cp -r` of the same sites", "", |seen| shown(&seen.copy)),
    ("times of `cp -r`: a first publish", "≤ 1.50", |seen| ratio(&seen.first, &seen.copy, 1.5)),
    ("a first publish to a store", "", |seen| store(seen, |stores| Some(stores.ours))),
    ("`aws s3 sync` of the same sites", "", |seen| store(seen, |stores| stores.aws)),
    ("`hugo deploy` of the same sites", "", |seen| store(seen, |stores| stores.hugo)),
    ("times as fast as the faster of both: ours", "≥ 1.00", faster),
    ("a publish of nothing", "", |seen| shown(&seen.nothing)),
    ("a plan of nothing, `publish --dry-run`", "", |seen| shown(&seen.idle_plan)),
    ("times of that plan: a publish of nothing", "≤ 2.00", |seen| ratio(&seen.nothing, &seen.idle_plan, 2.0)),
    ("files that a publish of nothing writes", "0", |seen| Some((seen.written.to_string(), seen.written == 0))),
    ("files sent by the plan below", "", |seen| Some((thousands(seen.changes), true))),
    ("reading all manifests, in this process", "", |seen| shown(&seen.reading)),
    ("a plan, with reading them", "", |seen| shown(&seen.planning)),
    ("a plan, without reading them", "≤ 300 ms", planned),
    ("a publish after one file has changed", "", |seen| shown(&seen.one)),
    ("files that it writes", "3", |seen| Some((seen.one_written.len().to_string(), seen.one_written.len() <= 3))),
];

fn shown(times: &Times) -> Option<(String, bool)> {
    Some((seconds(times.middle()?), true))
}

fn ratio(ours: &Times, other: &Times, most: f64) -> Option<(String, bool)> {
    let ratio = ours.middle()?.as_secs_f64() / other.middle()?.as_secs_f64();
    Some((format!("{ratio:.2}"), ratio <= most))
}

fn store(seen: &Measured, time: impl Fn(&Stores) -> Option<Duration>) -> Option<(String, bool)> {
    Some((seconds(time(seen.stores.as_ref()?)?), true))
}

fn faster(seen: &Measured) -> Option<(String, bool)> {
    let stores = seen.stores.as_ref()?;
    let ratio = stores.aws.into_iter().chain(stores.hugo).min()?.as_secs_f64() / stores.ours.as_secs_f64();
    Some((format!("{ratio:.2}"), ratio >= 1.0))
}

fn planned(seen: &Measured) -> Option<(String, bool)> {
    let time = seen.planning.middle()?.saturating_sub(seen.reading.middle()?);
    Some((seconds(time), time <= Duration::from_millis(300)))
}

/// The part of the page, to follow its heading.
pub(crate) fn text(machine: &Machine, measured: &[Measured]) -> String {
    let mut text = format!(
        "\nMeasured on {}. Generated tenants, built and published to folders of this machine, all of it in memory: a release\n\
         for each tenant, shown by one rename. Each thing is done {ROUNDS} times, and the time in the middle is told; first\n\
         publishes and copies go into fresh folders in turn. A publish asks the builder first whether the output is that of\n\
         the sources, which is part of its time. For the plan {CHANGED} tenants, or a tenth of them, word a cookie anew. The files that a publish\n\
         of one file writes are that file, the listing of its release, and the record of its site. The store is `s3s-fs` on\n\
         the loopback interface, into which each contender sends the same files once, with its default settings. `!` marks\n\
         what misses its bound.\n\n",
        machine.date
    );
    let heads: String = measured.iter().map(|seen| format!(" {} |", thousands(seen.tenants))).collect();
    let files: String = measured.iter().map(|seen| format!(" {} |", thousands(seen.files))).collect();
    let _ = writeln!(text, "| what | to reach |{heads}\n| --- | --- |{}", " ---: |".repeat(measured.len()));
    let _ = writeln!(text, "| files of all sites |  |{files}");
    for (what, bound, found) in ROWS {
        let cells = measured.iter().map(|seen| match found(seen) {
            Some((value, true)) => format!(" {value} |"),
            Some((value, false)) => format!(" {value} `!` |"),
            None => " |".to_owned(),
        });
        let _ = writeln!(text, "| {what} | {bound} |{}", cells.collect::<String>());
    }
    let _ = writeln!(text, "\n| the machine | |\n| --- | --- |");
    for (what, fact) in &machine.facts {
        let _ = writeln!(text, "| {what} | {fact} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misses_its_bound_is_marked() {
        let times = |millis: u64| Times(vec![Duration::from_millis(millis)]);
        let seen = Measured {
            tenants: 1_000,
            files: 17_000,
            first: times(400),
            copy: times(200),
            nothing: times(30),
            idle_plan: times(20),
            reading: times(100),
            planning: times(250),
            ..Measured::default()
        };
        let machine = Machine { date: "2026-11-26".to_owned(), facts: vec![("cores", "2".to_owned())] };
        let text = text(&machine, &[seen]);
        for line in [
            "| files of all sites |  | 17,000 |",
            "| times of `cp -r`: a first publish | ≤ 1.50 | 2.00 `!` |",
            "| times of that plan: a publish of nothing | ≤ 2.00 | 1.50 |",
            "| files that a publish of nothing writes | 0 | 0 |",
            "| a plan, without reading them | ≤ 300 ms | 150 ms |",
        ] {
            assert!(text.lines().any(|found| found == line), "no `{line}` in:\n{text}");
        }
    }
}
