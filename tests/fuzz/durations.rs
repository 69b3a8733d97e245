//! Any text as a duration: it is read or refused and nothing panics, and what is read is printed in each of the five
//! languages such that it reads back as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry_core::duration::{Duration, Reading, Unit};
use tenantry_core::language::Lang;

const LANGUAGES: [Lang; 5] = [Lang::FRENCH, Lang::ENGLISH, Lang::GERMAN, Lang::SPANISH, Lang::DUTCH];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Duration::parse(text) {
        Ok(duration) => reads_back(duration),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    for unit in [None, Some(Unit::Day)] {
        let _ = Reading::of(text, unit).longest().map(reads_back);
    }
});

fn reads_back(duration: Duration) {
    let _ = (duration.iso8601(), duration.shortest_days(), duration.longest_days());
    for lang in LANGUAGES {
        let printed = duration.print(lang);
        assert_eq!(Duration::parse(&printed), Ok(duration), "{printed:?} in {lang}");
    }
}
