//! Durations: missing, without a unit, too long, in the wrong column, in another language.

use crate::duration::{Duration, Reading, Unit};
use crate::language::{Column, Kind, Lang};
use crate::layer::{LocalText, Origin};
use crate::lint::finder::Finder;
use crate::lint::rules;
use crate::register::Cookie;

/// The languages whose durations are understood.
const READ: [Lang; 5] = [Lang::FRENCH, Lang::ENGLISH, Lang::GERMAN, Lang::SPANISH, Lang::DUTCH];

/// Looks at the durations of a cookie.
pub(super) fn check(cookie: &Cookie, languages: &[Lang], finder: &mut Finder<'_>) {
    missing(cookie, finder);
    for (duration, origin) in declared(cookie) {
        too_long(cookie, (duration, origin), finder);
    }
    if cookie.written.duration.kept_raw {
        for lang in languages {
            if let Some(text) = cookie.duration_text.get(*lang) {
                free_text(cookie, (&text.value, text.origin), finder);
            }
        }
    }
    languages.iter().for_each(|lang| untranslated(cookie, *lang, finder));
    wrong_column(cookie, finder);
}

/// Every duration that the entry tells as such, with its place.
fn declared(cookie: &Cookie) -> Vec<(Duration, Origin)> {
    let written = &cookie.written.duration;
    let alone = written.is.iter().map(|is| (is.value, is.origin));
    let places = written.by.iter().flat_map(|by| by.value.iter().map(|(_, duration)| (*duration, by.origin)));
    alone.chain(places).collect()
}

/// The same, and the longest of each text that was kept as it was found.
pub(super) fn told(cookie: &Cookie) -> Vec<(Duration, Origin)> {
    let texts = cookie.duration_text.texts().filter(|_| cookie.written.duration.kept_raw);
    let read = texts.filter_map(|text| Some((Reading::of(&text.value, None).longest()?, text.origin)));
    declared(cookie).into_iter().chain(read).collect()
}

fn missing(cookie: &Cookie, finder: &mut Finder<'_>) {
    let has_end = matches!(cookie.kind, Kind::Http | Kind::Lso);
    let origin = cookie.written.duration.is.as_ref().map_or(cookie.declared, |is| is.origin);
    let hint = "say how long it stays: duration = \"13 months\", or \"session\"";
    let is_silent = cookie.duration.is_none() && cookie.duration_text.is_empty() && cookie.duration_by_place.is_empty();
    if is_silent && has_end {
        finder.tell(&rules::DUR_MISSING, origin, (format!("the cookie `{}` has no duration", cookie.id), hint));
    } else if cookie.duration == Some(Duration::Persistent) && has_end {
        let message = format!("the duration of `{}` has no figure: browsers keep no cookie without end", cookie.id);
        finder.tell(&rules::DUR_MISSING, origin, (message, hint));
    }
}

fn too_long(cookie: &Cookie, (duration, origin): (Duration, Origin), finder: &mut Finder<'_>) {
    if duration == Duration::Persistent {
        return;
    }
    if duration.exceeds(&Duration::of(10, Unit::Year)) {
        let message = format!("{duration} of `{}` is more than 10 years", cookie.id);
        finder.tell(
            &rules::DUR_ABSURD,
            origin,
            (message, "look whether the unit is right: milliseconds, seconds, days"),
        );
    } else if cookie.kind == Kind::Http && duration.exceeds(&Duration::of(400, Unit::Day)) {
        let message = format!("{duration} of `{}` is more than the 400 days that browsers keep a cookie", cookie.id);
        finder.tell(&rules::DUR_OVER_400D, origin, (message, "set it for a shorter time, or tell the 400 days"));
    }
}

fn free_text(cookie: &Cookie, (text, origin): (&str, Origin), finder: &mut Finder<'_>) {
    let reading = Reading::of(text, None);
    let id = &cookie.id;
    match &reading {
        Reading::Number(number) => {
            let message = format!("the duration of `{id}` is the number {number}, without a unit");
            finder.tell(&rules::DUR_NO_UNIT, origin, (message, "write the unit: \"183 days\""));
        }
        Reading::Vague => {
            let message = format!("the duration of `{id}` has no figure: `{text}`");
            finder.tell(&rules::DUR_MISSING, origin, (message, "find out how long it stays, and write that"));
        }
        Reading::Until | Reading::Storage => {}
        Reading::Is(_) | Reading::UpTo(_) => {
            let message = format!("the duration of `{id}` is kept as found, and can be read: `{text}`");
            let hint = "write { is = \"…\" }, with `bound = true` where it is a limit";
            finder.tell(&rules::DUR_UNPARSED, origin, (message, hint));
        }
        Reading::Each(readings) => {
            let message = format!("the duration of `{id}` is a list of {}: `{text}`", readings.len());
            finder.tell(&rules::DUR_UNPARSED, origin, (message, "describe each cookie by itself"));
        }
        Reading::Raw(reason) => {
            let message = format!("the duration of `{id}` is kept as found: {reason}");
            finder.tell(&rules::DUR_UNPARSED, origin, (message, "find out how long it stays, and write that"));
        }
    }
    if let Some(longest) = reading.longest() {
        too_long(cookie, (longest, origin), finder);
    }
}

/// A duration kept as text that reads as another language writes it.
fn untranslated(cookie: &Cookie, lang: Lang, finder: &mut Finder<'_>) {
    let cell = cookie.cells.get(&Column::Duration).and_then(|cell| cell.get(lang));
    let Some(text) = cell.or_else(|| cookie.duration_text.get(lang)) else { return };
    let Ok(duration) = Duration::parse(&text.value) else { return };
    let is_of = |lang: Lang| duration.print(lang).to_lowercase() == text.value.trim().to_lowercase();
    let known = READ.iter().any(|read| read.primary() == lang.primary());
    if known && !is_of(lang) && READ.into_iter().any(is_of) {
        let message = format!("`{}` in a page in `{lang}`: `{}`", text.value.trim(), cookie.id);
        let hint = "leave out the literal text: a duration is printed in each language";
        finder.tell(&rules::DUR_UNTRANSLATED, text.origin, (message, hint));
    }
}

/// A literal cell or a field of another column that holds a duration and nothing else, but for a label.
fn wrong_column(cookie: &Cookie, finder: &mut Finder<'_>) {
    let fields = [
        (Column::Link, &cookie.link),
        (Column::Purpose, &cookie.purpose),
        (Column::Service, &cookie.service),
        (Column::Location, &cookie.location),
    ];
    let cells = cookie.cells.iter().filter(|(column, _)| !matches!(column, Column::Duration | Column::DataRetention));
    let texts = cells.map(|(column, text)| (*column, text)).chain(fields);
    for (column, text) in texts {
        if let Some(origin) = holds_duration(text) {
            let message = format!("the column `{column}` of `{}` holds a duration", cookie.id);
            let hint = "show the column `duration`, and take the literal cell out";
            finder.tell(&rules::DUR_IN_WRONG_COLUMN, origin, (message, hint));
        }
    }
}

fn holds_duration(text: &LocalText) -> Option<Origin> {
    let is_duration = |text: &str| {
        let value = text.rsplit_once(':').map_or(text, |(_, value)| value);
        matches!(Duration::parse(value), Ok(Duration::Amount(_)))
    };
    text.texts().find(|text| is_duration(&text.value)).map(|text| text.origin)
}
