//! What is read, what is refused and why, and what is printed.
//!
//! The first table holds the 77 real strings of the domain guide (section 5); the others are made
//! up.

use proptest::prelude::*;

use super::{Amount, Duration, DurationError, Reading, Unit};
use crate::language::Lang;

const LANGUAGES: [Lang; 5] = [Lang::FRENCH, Lang::ENGLISH, Lang::GERMAN, Lang::SPANISH, Lang::DUTCH];

/// The value in ISO 8601, the word for one that has none, or the reason without its text.
fn outcome(text: &str) -> String {
    match Duration::parse(text) {
        Ok(Duration::Amount(amount)) => Duration::Amount(amount).iso8601().unwrap(),
        Ok(word) => format!("{word:?}"),
        Err(reason @ (DurationError::NoUnit(_) | DurationError::List(_))) => format!("{reason:?}"),
        Err(reason) => format!("{reason:?}").split('(').next().unwrap().to_owned(),
    }
}

#[track_caller]
fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(outcome(text), *expected, "{text}");
    }
}

/// A string and what it is, each on a line.
const REAL: &str = include_str!("real.tsv");

fn real() -> Vec<(&'static str, &'static str)> {
    REAL.lines().map(|line| line.split_once('\t').unwrap()).collect()
}

#[test]
fn real_strings() {
    assert_eq!(real().len(), 77);
    check(&real());
}

/// What a reading tells, in few words.
fn told(reading: &Reading) -> String {
    match reading {
        Reading::Is(Duration::Amount(amount)) => Duration::Amount(*amount).iso8601().unwrap(),
        Reading::Is(word) => format!("{word:?}"),
        Reading::UpTo(duration) => format!("max {}", duration.iso8601().unwrap()),
        Reading::Each(readings) => readings.iter().map(told).collect::<Vec<_>>().join(" "),
        Reading::Number(number) => format!("{number}?"),
        Reading::Raw(reason) => format!("raw: {}", format!("{reason:?}").split('(').next().unwrap()),
        other => format!("{other:?}"),
    }
}

/// Each of the real strings has a value, or is kept with a reason.
#[test]
fn every_real_string_is_read_or_kept_with_a_reason() {
    let mut raw = Vec::new();
    for (text, expected) in real() {
        let reading = Reading::of(text, None);
        match (Duration::parse(text), &reading) {
            (Ok(duration), Reading::Is(read)) => assert_eq!(duration, *read),
            (Err(DurationError::List(count)), Reading::Each(items)) => assert_eq!(items.len(), count, "{text}"),
            (Err(reason), Reading::Raw(kept)) => {
                assert_eq!(reason, *kept);
                raw.push(text);
            }
            (Err(_), Reading::UpTo(_) | Reading::Vague | Reading::Number(_) | Reading::Storage | Reading::Until) => {}
            other => panic!("{text}: {expected}, {other:?}"),
        }
    }
    assert_eq!(raw.len(), 2, "{raw:?}");
    assert!(raw.contains(&"None") && raw.iter().any(|text| text.contains("OPT_OUT")));
}

#[test]
fn free_text_is_read_as_far_as_it_is_sure() {
    for (text, expected) in [
        ("up to 180 days", "max P180D"),
        ("≤ 13 mois", "max P13M"),
        ("jusqu'à 180 jours", "max P180D"),
        ("bis zu 2 Jahre", "max P2Y"),
        ("hasta 13 meses", "max P13M"),
        ("maximaal 6 maanden", "max P6M"),
        ("at least 30 days", "raw: Bound"),
        ("30-60 days", "raw: Bound"),
        ("a few seconds", "Vague"),
        ("183", "183?"),
        ("localStorage\\", "Storage"),
        ("Deleted when oauth state is validated", "Until"),
        ("Persistent, as long as user is logged in.", "Until"),
        ("390 j, quelques secondes", "P390D Vague"),
        ("30 j, 730 j, 726 j, 1 j, 30 j", "P30D P730D P726D P1D P30D"),
        ("Session, 183 j, Session, Session", "Session P183D Session Session"),
        ("30, 60 j", "30? P60D"),
        ("None", "raw: NotADuration"),
    ] {
        assert_eq!(told(&Reading::of(text, None)), expected, "{text}");
    }
    let hidden = real().into_iter().find(|(text, _)| text.contains("6 Mois")).unwrap().0;
    assert_eq!(told(&Reading::of(hidden, None)).split(' ').filter(|item| *item == "P6M").count(), 1);
}

#[test]
fn the_header_of_the_column_gives_the_unit() {
    assert_eq!(told(&Reading::of("183", Some(Unit::Day))), "P183D");
    assert_eq!(told(&Reading::of("30, session", Some(Unit::Day))), "P30D Session");
    let absurd = Reading::of("2914605", Some(Unit::Day)).longest().unwrap();
    assert!(absurd.exceeds(&Duration::of(10, Unit::Year)));
    assert_eq!(Reading::of("30 j, 730 j, 1 j", None).longest(), Some(Duration::of(730, Unit::Day)));
    assert_eq!(Reading::of("quelques secondes", None).longest(), None);
}

#[test]
fn case_spacing_accents_and_languages() {
    check(&[
        ("  13   MOIS ", "P13M"),
        ("1\u{a0}an", "P1Y"),
        ("30-day", "P30D"),
        ("1 année", "P1Y"),
        ("1 anne\u{301}e", "P1Y"),
        ("2 años", "P2Y"),
        ("3 días", "P3D"),
        ("24 Std.", "PT24H"),
        ("2 jaar", "P2Y"),
        ("1 uur", "PT1H"),
        ("6 Monate", "P6M"),
        ("treize mois", "P13M"),
        ("ein Jahr", "P1Y"),
        ("une heure", "PT1H"),
        ("0 days", "P0D"),
        ("4294967295 days", "P4294967295D"),
        ("SESSION", "Session"),
        ("Session.", "Session"),
        ("Jusqu’à la fin de la session", "Session"),
        ("Session-Ende", "Session"),
        ("Sesión", "Session"),
        ("immediat", "Instant"),
        ("Permanent", "Persistent"),
    ]);
}

#[test]
fn sums() {
    check(&[
        ("1 year 6 months", "P1Y6M"),
        ("1 an et 6 mois", "P1Y6M"),
        ("1y6mo", "P1Y6M"),
        ("1 año y 6 meses", "P1Y6M"),
        ("2 y", "P2Y"),
        ("1 h 30 min", "PT1H30M"),
        ("1 year 2 months 3 days 4 hours", "P1Y2M3DT4H"),
        ("2 weeks 3 days", "P17D"),
        ("6 months 1 year", "UnitOrder"),
        ("1 day 1 day", "UnitOrder"),
        ("1 year, 6 months", "List(2)"),
        ("1 year 6", "NoUnit(6)"),
        ("1 year and", "NotADuration"),
        ("and 1 year", "NotADuration"),
    ]);
}

#[test]
fn refusals() {
    check(&[
        ("", "Empty"),
        (" \u{a0}\n", "Empty"),
        ("-1", "Negative"),
        ("-1 days", "Negative"),
        ("−30 j", "Negative"),
        ("-1e308 years", "Negative"),
        ("1e308 years", "TooLarge"),
        ("1e2 days", "NotWhole"),
        ("4294967296 days", "TooLarge"),
        ("99999999999999999999999999", "TooLarge"),
        ("1.5 years", "NotWhole"),
        ("1,000 days", "NotWhole"),
        ("30 florins", "UnknownUnit"),
        ("5 m", "UnknownUnit"),
        ("A sentence from another cell.", "NotADuration"),
        ("30 days off", "NotADuration"),
        ("month", "NotADuration"),
        ("a", "NotADuration"),
        ("NaN days", "NotADuration"),
        ("P30D", "NotADuration"),
        (".stripe.com", "NotADuration"),
        ("n/a", "NotADuration"),
        ("—", "NotADuration"),
        ("max. 30 days", "Bound"),
        ("≤ 13 mois", "Bound"),
        ("30-60 days", "Bound"),
        ("bis zu 2 Jahre", "Bound"),
        ("jusqu'à 180 jours", "Bound"),
        ("jusqu'à votre déconnexion", "Until"),
        ("30 days after the last visit", "Until"),
        ("environ 30 jours", "Vague"),
        ("einige Sekunden", "Vague"),
        ("2030-11-09", "CalendarDate"),
        ("09.11.2030", "CalendarDate"),
        ("13 mois (EEE), 24 mois ailleurs", "Conditional"),
        ("30, 60 j", "List(2)"),
        ("Stockage local", "StorageNotTime"),
        ("indexedDB", "StorageNotTime"),
    ]);
}

#[test]
fn a_refusal_says_what_was_found_and_what_is_expected() {
    for (text, expected) in [
        ("183", "`183` has no unit: expected a number and a unit, such as `30 days`"),
        (
            "30 Florins",
            "unknown unit `Florins`: expected seconds, minutes, hours, days, weeks, months or years, such as `13 months`",
        ),
        ("up to 180 days", "`up to 180 days` is a bound: expected the duration itself, such as `180 days`"),
        ("1 j, 2 j", "found a list of 2 durations: expected a single one, such as `30 days`"),
        ("1e308 years", "`1e308` is too large: expected at most 4294967295, such as `13 months`"),
        ("None", "`None` is not a duration: expected one such as `13 months` or `session`"),
    ] {
        assert_eq!(Duration::parse(text).unwrap_err().to_string(), expected);
    }
    let long = Duration::parse(&"x ".repeat(100_000)).unwrap_err().to_string();
    assert!(long.chars().count() < 200, "{long}");
}

#[test]
fn prints_with_the_right_plural() {
    for (text, expected) in [
        ("0 days", "0 jour|0 days|0 Tage|0 días|0 dagen"),
        ("1 day", "1 jour|1 day|1 Tag|1 día|1 dag"),
        ("30 days", "30 jours|30 days|30 Tage|30 días|30 dagen"),
        ("13 months", "13 mois|13 months|13 Monate|13 meses|13 maanden"),
        ("1 year", "1 an|1 year|1 Jahr|1 año|1 jaar"),
        ("2 years", "2 ans|2 years|2 Jahre|2 años|2 jaar"),
        ("24 hours", "24 heures|24 hours|24 Stunden|24 horas|24 uur"),
        (
            "1 year 6 months",
            "1 an et 6 mois|1 year and 6 months|1 Jahr und 6 Monate|1 año y 6 meses|1 jaar en 6 maanden",
        ),
        ("session", "Session|Session|Sitzung|Sesión|Sessie"),
        ("persistent", "Persistant|Persistent|Dauerhaft|Persistente|Permanent"),
        ("immediate", "Immédiat|Immediate|Unmittelbar|Inmediato|Onmiddellijk"),
    ] {
        let duration = Duration::parse(text).unwrap();
        assert_eq!(LANGUAGES.map(|lang| duration.print(lang)).join("|"), expected);
    }
    let italian = Lang::new("it").unwrap();
    assert_eq!(Duration::of(13, Unit::Month).print(italian), "13 months");
    assert_eq!(Duration::of(13, Unit::Month).to_string(), "13 months");
}

#[test]
fn iso_8601_keeps_what_was_written() {
    for (text, expected) in [
        ("14 days", Some("P14D")),
        ("24 hours", Some("PT24H")),
        ("12 months", Some("P12M")),
        ("1 year 6 months", Some("P1Y6M")),
        ("2 weeks", Some("P2W")),
        ("1 month 2 weeks", Some("P1M14D")),
        ("1 day 1 minute", Some("P1DT1M")),
        ("0 seconds", Some("PT0S")),
        ("immediate", Some("PT0S")),
        ("session", None),
        ("persistent", None),
    ] {
        assert_eq!(Duration::parse(text).unwrap().iso8601().as_deref(), expected, "{text}");
    }
}

/// Any duration: the three words, or any sum of units.
fn durations() -> impl Strategy<Value = Duration> {
    let count = prop_oneof![0u32..3, any::<u32>()];
    let amount = prop::collection::btree_map(0usize..7, count, 1..=7).prop_map(|parts| {
        let mut parts = parts.into_iter().map(|(place, count)| (count, Unit::LONGEST_FIRST[place]));
        let (count, unit) = parts.next().unwrap();
        let amount = parts.fold(Amount::new(count, unit), |sum, (count, unit)| sum.and(count, unit).unwrap());
        Duration::Amount(amount)
    });
    prop_oneof![Just(Duration::Session), Just(Duration::Persistent), Just(Duration::Instant), amount]
}

/// What durations are written with, so that some of what is put together is one.
fn pieces() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => prop::sample::select(&["1", "30", "0", "1e9", "9999999999", "P", "PT", "1.5", "½"][..]),
        4 => prop::sample::select(&[" ", " ", "\u{a0}", "-", "–", ".", ",", "/", "'", "\\"][..]),
        4 => prop::sample::select(
            &["days", "mois", "Jahr", "j", "h", "M", "D", "ans", "sem.", "semaines", "session", "persistent"][..],
        ),
        1 => prop::sample::select(&["e", "é", "\u{301}", "up to", "et", "and", "<", "İ", "\u{feff}"][..]),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(duration in durations()) {
        for lang in LANGUAGES {
            prop_assert_eq!(Duration::parse(&duration.print(lang)), Ok(duration));
        }
    }

    #[test]
    fn nothing_exceeds_itself(duration in durations(), other in durations()) {
        prop_assert!(!duration.exceeds(&duration));
        prop_assert!(!(duration.exceeds(&other) && other.exceeds(&duration)));
        prop_assert!(duration.shortest_days() <= duration.longest_days());
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Duration::parse(&text).map_err(|error| error.to_string());
        let _ = Reading::of(&text, Some(Unit::Day)).longest();
    }

    #[test]
    fn a_bound_reads_back(count in any::<u32>(), place in 0usize..7) {
        let duration = Duration::of(count, Unit::LONGEST_FIRST[place]);
        for lang in LANGUAGES {
            let text = format!("{} {}", crate::language::Words::or_english(lang).duration().up_to, duration.print(lang));
            prop_assert_eq!(Reading::of(&text, None), Reading::UpTo(duration));
        }
    }

    #[test]
    fn what_is_read_prints_and_reads_back(pieces in prop::collection::vec(pieces(), 0..12)) {
        let text = pieces.concat();
        match Duration::parse(&text) {
            Ok(duration) => for lang in LANGUAGES {
                prop_assert_eq!(Duration::parse(&duration.print(lang)), Ok(duration), "{:?} in {}", text, lang);
            },
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn what_is_read_as_found_prints_and_reads_back(pieces in prop::collection::vec(pieces(), 0..12)) {
        if let Some(duration) = Reading::of(&pieces.concat(), Some(Unit::Day)).longest() {
            for lang in LANGUAGES {
                prop_assert_eq!(Duration::parse(&duration.print(lang)), Ok(duration));
            }
        }
    }
}
