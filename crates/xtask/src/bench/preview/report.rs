//! The part of the page that tells of the preview.

use std::fmt::Write;
use std::time::Duration;

use super::{EDITS, EDITS_OF_HUGO, Measured, STARTS, Samples, Seen, VISITED};
use crate::bench::hugo::Hugo;
use crate::bench::machine::Machine;
use crate::bench::report::{seconds, thousands};

/// Up to this number of tenants the first bound of a row holds.
const SMALL: usize = 10_000;

/// A row of the table.
struct Row {
    what: &'static str,
    /// The bound up to [`SMALL`] tenants, and above.
    bounds: Option<[Bound; 2]>,
    found: fn(&Seen) -> Option<Value>,
}

/// What is to be reached.
#[derive(Clone, Copy)]
enum Bound {
    Milliseconds(u64),
    Megabytes(u64),
    None,
}

/// What was found.
#[derive(Clone, Copy)]
enum Value {
    Time(Duration),
    Bytes(u64),
}

const ROWS: &[Row] = &[
    Row {
        what: "ready to answer, in the middle",
        bounds: Some([Bound::Milliseconds(300), Bound::Milliseconds(1_500)]),
        found: |seen| time(&seen.ready, 50),
    },
    Row { what: "ready to answer, at worst", bounds: None, found: |seen| time(&seen.ready, 100) },
    Row {
        what: "first page of a tenant never asked for, in the middle",
        bounds: Some([Bound::Milliseconds(10); 2]),
        found: |seen| time(&seen.first, 50),
    },
    Row { what: "the same, at worst", bounds: None, found: |seen| time(&seen.first, 100) },
    Row {
        what: "a tenant's file saved to its page changed, in the middle",
        bounds: Some([Bound::Milliseconds(20), Bound::None]),
        found: |seen| time(&seen.own, 50),
    },
    Row {
        what: "the same, 99 of 100",
        bounds: Some([Bound::Milliseconds(50), Bound::None]),
        found: |seen| time(&seen.own, 99),
    },
    Row {
        what: "the shared charter saved to a tenant's page changed, in the middle",
        bounds: Some([Bound::Milliseconds(20), Bound::None]),
        found: |seen| time(&seen.shared, 50),
    },
    Row {
        what: "the same, 99 of 100",
        bounds: Some([Bound::Milliseconds(50), Bound::None]),
        found: |seen| time(&seen.shared, 99),
    },
    Row {
        what: "memory, once tenants were visited and all were checked",
        bounds: Some([Bound::Megabytes(150), Bound::None]),
        found: |seen| seen.memory.map(Value::Bytes),
    },
    Row { what: "memory, after all edits", bounds: None, found: |seen| seen.memory_later.map(Value::Bytes) },
];

fn time(samples: &Samples, percent: usize) -> Option<Value> {
    samples.percentile(percent).map(Value::Time)
}

/// The part of the page, to follow its heading.
pub(crate) fn text(machine: &Machine, measured: &[Measured], notes: &[String]) -> String {
    let (hugo, mut text) = (Hugo::name(), String::new());
    let _ = write!(
        text,
        "\nMeasured on {}. `tenantry serve` shows generated tenants with five pages each, whose sources lie in memory; a\n\
         client asks over HTTP, a new connection each time. The time of an edit begins before the file is written and ends\n\
         when the page, asked for again and again, has the new words; edits are 50 ms apart. Starts: {STARTS}. Tenants\n\
         visited: {VISITED}. Edits: {EDITS} of each kind.\n\n\
         {hugo} serves the site of its builds above, whose data is one file: an edit changes a word of one tenant, or of the\n\
         shared document, in that file. It is started once, and edited {EDITS_OF_HUGO} times in each way. `!` marks what misses its bound.\n\n",
        machine.date
    );
    let columns: Vec<(String, usize, &Seen)> = measured.iter().flat_map(columns).collect();
    let heads: String = columns.iter().map(|(head, ..)| format!(" {head} |")).collect();
    let _ = writeln!(text, "| what | to reach |{heads}\n| --- | --- |{}", " ---: |".repeat(columns.len()));
    for row in ROWS {
        let cells: String =
            columns.iter().map(|(_, tenants, seen)| format!(" {} |", cell(row, *tenants, seen))).collect();
        let _ = writeln!(text, "| {} | {} |{cells}", row.what, bounds(row));
    }
    for note in notes {
        let _ = writeln!(text, "\n{note}.");
    }
    let _ = writeln!(text, "\n| the machine | |\n| --- | --- |");
    for (what, fact) in &machine.facts {
        let _ = writeln!(text, "| {what} | {fact} |");
    }
    text
}

fn columns(measured: &Measured) -> Vec<(String, usize, &Seen)> {
    let size = thousands(measured.tenants);
    let ours = (size.clone(), measured.tenants, &measured.ours);
    let hugo = measured.hugo.as_ref().map(|seen| (format!("Hugo {size}"), 0, seen));
    [Some(ours), hugo].into_iter().flatten().collect()
}

/// What was found; marked if it misses its bound. Hugo has none to reach: of it, `tenants` is 0.
fn cell(row: &Row, tenants: usize, seen: &Seen) -> String {
    let Some(found) = (row.found)(seen) else { return String::new() };
    let bound = row.bounds.filter(|_| tenants > 0).map(|[small, large]| if tenants <= SMALL { small } else { large });
    let missed = match (found, bound) {
        (Value::Time(time), Some(Bound::Milliseconds(most))) => time > Duration::from_millis(most),
        (Value::Bytes(bytes), Some(Bound::Megabytes(most))) => bytes > most * 1_000_000,
        _ => false,
    };
    format!("{}{}", shown(found), if missed { " `!`" } else { "" })
}

fn shown(value: Value) -> String {
    match value {
        Value::Time(time) => seconds(time),
        Value::Bytes(bytes) => format!("{} MB", bytes / 1_000_000),
    }
}

fn bounds(row: &Row) -> String {
    let words = |bound: Bound| match bound {
        Bound::Milliseconds(most) => seconds(Duration::from_millis(most)),
        Bound::Megabytes(most) => format!("{most} MB"),
        Bound::None => "no bound".to_owned(),
    };
    match row.bounds.map(|bounds| bounds.map(words)) {
        Some([small, large]) if small == large => format!("≤ {small}"),
        Some([small, large]) => format!("≤ {small}, above {} tenants {large}", thousands(SMALL)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misses_its_bound_is_marked_and_hugo_has_none() {
        let seen = |millis: u64| Seen {
            ready: Samples(vec![Duration::from_millis(millis)]),
            memory: Some(millis * 1_000_000),
            ..Seen::default()
        };
        let machine = Machine { date: "2026-11-26".to_owned(), facts: vec![("cores", "2".to_owned())] };
        let measured = [
            Measured { tenants: 10_000, ours: seen(200), hugo: Some(seen(4_000)) },
            Measured { tenants: 100_000, ours: seen(1_600), hugo: None },
        ];
        let text = text(&machine, &measured, &["Hugo was slow".to_owned()]);
        for line in [
            "| what | to reach | 10,000 | Hugo 10,000 | 100,000 |",
            "| ready to answer, in the middle | ≤ 300 ms, above 10,000 tenants 1.50 s | 200 ms | 4.00 s | 1.60 s `!` |",
            "| memory, once tenants were visited and all were checked | ≤ 150 MB, above 10,000 tenants no bound | 200 MB `!` | 4000 MB | 1600 MB |",
            "Hugo was slow.",
            "| cores | 2 |",
        ] {
            assert!(text.lines().any(|found| found == line), "no `{line}` in:\n{text}");
        }
    }
}
