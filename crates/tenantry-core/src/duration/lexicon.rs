//! The words that are understood in a duration, as tables: English, French, German, Spanish and
//! Dutch, in this order.
//!
//! All are folded (lower case, no accents) and free of context: a text may mix languages, so one
//! word must not mean two units. Not the words that are printed, which are in
//! [`crate::language::Words`]; a test sees that each of those can be read back.

use super::Unit;

/// Words or phrases between bars or line ends; each language begins its own line.
type Entries = &'static str;

/// What a unit may be called.
const UNITS: [(Unit, Entries); 7] = [
    (Unit::Second, "s|sec|secs|second|seconds|seconde|secondes|sek|sekunde|sekunden|segundo|segundos|seg|seconden"),
    (Unit::Minute, "min|mins|minute|minutes|mn|minuten|minuto|minutos|minuut"),
    (Unit::Hour, "h|hr|hrs|hour|hours|heure|heures|std|stunde|stunden|hora|horas|uur|uren"),
    (Unit::Day, "d|day|days|j|jour|jours|tag|tage|tagen|dia|dias|dag|dagen"),
    (Unit::Week, "w|wk|wks|week|weeks|sem|semaine|semaines|woche|wochen|semana|semanas|weken"),
    (Unit::Month, "mo|mos|mth|mths|month|months|mois|monat|monate|monaten|mes|meses|mnd|maand|maanden"),
    (Unit::Year, "y|yr|yrs|year|years|an|ans|annee|annees|jahr|jahre|jahren|ano|anos|jaar|jaren"),
];

/// Articles and number words, up to the thirteen months of French law.
const NUMBERS: [(u32, Entries); 13] = [
    (1, "a|an|one|un|une|ein|eine|einem|einen|einer|eins|uno|una|een"),
    (2, "two|deux|zwei|dos|twee"),
    (3, "three|trois|drei|tres|drie"),
    (4, "four|quatre|vier|cuatro"),
    (5, "five|cinq|funf|cinco|vijf"),
    (6, "six|sechs|seis|zes"),
    (7, "seven|sept|sieben|siete|zeven"),
    (8, "eight|huit|acht|ocho"),
    (9, "nine|neuf|neun|nueve|negen"),
    (10, "ten|dix|zehn|diez|tien"),
    (11, "eleven|onze|elf|once"),
    (12, "twelve|douze|zwolf|doce|twaalf"),
    (13, "thirteen|treize|dreizehn|trece|dertien"),
];

/// What may stand between two parts of a sum.
pub(super) const CONNECTORS: Entries = "and|et|und|y|en";

/// Whole texts that mean the browser's session.
pub(super) const SESSION: Entries = "
    session|browser session|session cookie|session only|end of session|end of the session
    until the end of the session
    fin de session|fin de la session|duree de session|duree de la session|cookie de session
    le temps de la session|jusqu a la fin de la session
    sitzung|sitzungsende|sitzungsdauer|browsersitzung|ende der sitzung|ende der session|session ende
    bis zum ende der sitzung
    sesion|fin de sesion|fin de la sesion|final de la sesion|duracion de la sesion|cookie de sesion
    hasta el final de la sesion
    sessie|browsersessie|bezoeksessie|einde van de sessie|duur van de sessie|duur van de bezoeksessie
    tot het einde van de sessie
";

/// Whole texts that mean no end.
pub(super) const PERSISTENT: Entries = "
    persistent|permanent|unlimited|no expiry|never expires
    persistant|persistante|permanente|illimite|illimitee|sans limite
    dauerhaft|unbegrenzt
    persistente|ilimitado|ilimitada
    onbeperkt|blijvend
";

/// Whole texts that mean at once.
pub(super) const INSTANT: Entries = "
    immediate|immediately|instant
    immediat|immediatement|instantane
    unmittelbar|sofort
    inmediato|inmediata|inmediatamente
    onmiddellijk
";

/// Whole texts that name a storage.
pub(super) const STORAGE: Entries = "
    local storage|localstorage|session storage|sessionstorage|web storage|html local storage
    indexeddb|indexed db
    stockage local|stockage de session
    lokaler speicher|lokaler speicherplatz|sitzungsspeicher
    almacenamiento local|almacenamiento de sesion
    lokale opslag|sessieopslag
";

/// Words of a place or a choice on which the duration depends.
pub(super) const CONDITION: Entries = "
    eea|eu|uk|opt|elsewhere|otherwise|depending|depends on|if you
    eee|ue|ailleurs|sinon|selon|si vous
    ewr|sonst|andernfalls|je nach|wenn sie
    segun|si no|si usted
    eer|elders|anders|afhankelijk|als u
";

/// Words that tie the end to an event.
pub(super) const EVENT: Entries = "
    until|till|when|once|while|as long as|after|upon
    jusqu|lorsque|lorsqu|quand|tant que|apres|des que
    bis|wenn|sobald|solange|nach
    hasta|cuando|mientras|despues|tras
    tot|totdat|wanneer|zolang|zodra|na
";

/// Words that make a number a limit.
pub(super) const LIMIT: Entries = "
    up to|at most|at least|max|maximum|minimum|less than|more than|within|between|over|under
    or less|or more
    jusqu|au plus|au moins|maximal|maximale|moins de|plus de|entre
    bis|hochstens|mindestens|weniger als|mehr als|zwischen|unter|uber
    hasta|maximo|minimo|al menos|menos de|mas de
    tot|maximaal|minimaal|hoogstens|minstens|minder dan|meer dan|tussen
";

/// Words before a number that make it a limit from above.
pub(super) const AT_MOST: Entries = "
    up to|at most|max|maximum|less than|within|under
    jusqu a|au plus|maximum de|moins de|au maximum
    bis|bis zu|hochstens|weniger als|unter|maximal
    hasta|maximo|menos de|como maximo
    tot|maximaal|hoogstens|minder dan
";

/// Words that give no number, or a rough one.
pub(super) const VAGUE: Entries = "
    few|some|several|many|about|around|approximately|approx|roughly|varies|variable|various
    quelques|plusieurs|environ|varie|approximativement
    einige|einigen|ein paar|mehrere|mehreren|etwa|ungefahr|circa|ca|variabel
    unos|unas|algunos|algunas|varios|varias|aproximadamente
    enkele|een paar|meerdere|ongeveer
";

/// The words or phrases of a table.
pub(super) fn entries(table: Entries) -> impl Iterator<Item = &'static str> {
    table.split(['|', '\n']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Whether a folded text is one of a table.
pub(super) fn has(table: Entries, folded: &str) -> bool {
    entries(table).any(|entry| entry == folded)
}

/// The unit that a folded word names.
pub(super) fn unit(folded: &str) -> Option<Unit> {
    UNITS.iter().find(|(_, names)| has(names, folded)).map(|(unit, _)| *unit)
}

/// The number that a folded word names.
pub(super) fn number(folded: &str) -> Option<u32> {
    NUMBERS.iter().find(|(_, names)| has(names, folded)).map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{super::tokens::fold, *};

    #[test]
    fn entries_are_folded() {
        let lists = [CONNECTORS, SESSION, PERSISTENT, INSTANT, STORAGE, CONDITION, EVENT, LIMIT, AT_MOST, VAGUE];
        let units = UNITS.iter().map(|(_, names)| *names);
        let numbers = NUMBERS.iter().map(|(_, names)| *names);
        for entry in lists.into_iter().chain(units).chain(numbers).flat_map(entries) {
            assert_eq!(fold(entry), entry);
            assert!(entry.split(' ').all(|word| word.chars().all(char::is_alphabetic)), "{entry}");
        }
    }

    #[test]
    fn no_entry_means_two_things() {
        #[track_caller]
        fn check(tables: impl Iterator<Item = (String, Entries)>) {
            let mut seen = BTreeMap::new();
            for (meaning, table) in tables {
                for entry in entries(table) {
                    assert_eq!(seen.insert(entry, meaning.clone()), None, "{entry}");
                }
            }
        }
        check(UNITS.iter().map(|(unit, names)| (format!("{unit:?}"), *names)));
        check(NUMBERS.iter().map(|(number, names)| (number.to_string(), *names)));
        let phrases = [("session", SESSION), ("persistent", PERSISTENT), ("instant", INSTANT), ("storage", STORAGE)];
        check(phrases.into_iter().map(|(name, table)| (name.to_owned(), table)));
    }
}
