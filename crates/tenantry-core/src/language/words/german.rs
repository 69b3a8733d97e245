//! German.
//!
//! Labels and forms only; `super` says what each is for.

use super::{BannerWords, DurationWords, Noun, Words, month_of};
use crate::language::{Category, Column, Date, Kind, Party};

pub(super) static WORDS: Words = Words {
    column,
    category,
    kind,
    party,
    conjunction: |_| "und",
    date,
    is_plural: |count| count != 1,
    duration: DurationWords {
        second: Noun::new("Sekunde", "Sekunden"),
        minute: Noun::new("Minute", "Minuten"),
        hour: Noun::new("Stunde", "Stunden"),
        day: Noun::new("Tag", "Tage"),
        week: Noun::new("Woche", "Wochen"),
        month: Noun::new("Monat", "Monate"),
        year: Noun::new("Jahr", "Jahre"),
        session: "Sitzung",
        persistent: "Dauerhaft",
        instant: "Unmittelbar",
        up_to: "bis zu",
        elsewhere: "sonst",
    },
    banner: BannerWords {
        title: "Cookies und andere Techniken",
        description: "Diese Website fragt, bevor sie etwas speichert, das nicht notwendig ist. Sie können Ihre Wahl jederzeit ändern.",
        accept: "Alle annehmen",
        refuse: "Alle ablehnen",
        choose: "Einstellungen",
        save: "Speichern",
        close: "Schließen",
        changed: "Die Cookies dieser Website haben sich geändert, deshalb fragen wir erneut.",
        policy: "Cookie-Richtlinie",
    },
};

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

fn date(date: Date) -> String {
    format!("{}. {} {}", date.day(), month_of(date, MONTHS), date.year())
}

fn column(column: Column) -> &'static str {
    match column {
        Column::Provider => "Anbieter",
        Column::Service => "Dienst",
        Column::Name => "Name",
        Column::Purpose => "Zweck",
        Column::Duration => "Speicherdauer",
        Column::Category => "Kategorie",
        Column::Kind => "Typ",
        Column::Party => "Herkunft",
        Column::Host => "Domain",
        Column::Location => "Einsatzort",
        Column::Link => "Mehr erfahren",
        Column::OptOut => "Ablehnen",
        Column::LegalBasis => "Rechtsgrundlage",
        Column::DataRetention => "Aufbewahrung der Daten",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Necessary => "Notwendig",
        Category::Security => "Sicherheit",
        Category::Functional => "Funktional",
        Category::Analytics => "Statistik",
        Category::Marketing => "Marketing",
        Category::Social => "Soziale Netzwerke",
        Category::Unknown => "Nicht klassifiziert",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "HTTP-Cookie",
        Kind::LocalStorage => "Lokaler Speicher",
        Kind::SessionStorage => "Sitzungsspeicher",
        Kind::IndexedDb => "IndexedDB",
        Kind::Pixel => "Pixel",
        Kind::Lso => "Local Shared Object",
        Kind::Sdk => "SDK",
        Kind::Fingerprint => "Fingerabdruck",
    }
}

fn party(party: Party) -> &'static str {
    match party {
        Party::First => "Erstanbieter",
        Party::Third => "Drittanbieter",
    }
}
