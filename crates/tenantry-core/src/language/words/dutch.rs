//! Dutch. After a number, `uur` and `jaar` keep their singular.
//!
//! Labels and forms only; `super` says what each is for.

use super::{BannerWords, DurationWords, Noun, Words, month_of};
use crate::language::{Category, Column, Date, Kind, Party};

pub(super) static WORDS: Words = Words {
    column,
    category,
    kind,
    party,
    conjunction: |_| "en",
    date,
    is_plural: |count| count != 1,
    duration: DurationWords {
        second: Noun::new("seconde", "seconden"),
        minute: Noun::new("minuut", "minuten"),
        hour: Noun::new("uur", "uur"),
        day: Noun::new("dag", "dagen"),
        week: Noun::new("week", "weken"),
        month: Noun::new("maand", "maanden"),
        year: Noun::new("jaar", "jaar"),
        session: "Sessie",
        persistent: "Permanent",
        instant: "Onmiddellijk",
        up_to: "tot",
        elsewhere: "elders",
    },
    banner: BannerWords {
        title: "Cookies en andere technieken",
        description: "Deze site vraagt uw toestemming voordat zij iets opslaat dat niet nodig is. U kunt uw keuze altijd wijzigen.",
        accept: "Alles accepteren",
        refuse: "Alles weigeren",
        choose: "Instellingen",
        save: "Opslaan",
        close: "Sluiten",
        changed: "De cookies van deze site zijn gewijzigd, daarom vragen wij het opnieuw.",
        policy: "Cookiebeleid",
    },
};

const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), month_of(date, MONTHS), date.year())
}

fn column(column: Column) -> &'static str {
    match column {
        Column::Provider => "Aanbieder",
        Column::Service => "Dienst",
        Column::Name => "Naam",
        Column::Purpose => "Doel",
        Column::Duration => "Bewaartermijn",
        Column::Category => "Categorie",
        Column::Kind => "Type",
        Column::Party => "Herkomst",
        Column::Host => "Domein",
        Column::Location => "Locatie",
        Column::Link => "Meer informatie",
        Column::OptOut => "Weigeren",
        Column::LegalBasis => "Rechtsgrond",
        Column::DataRetention => "Bewaring van de gegevens",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Necessary => "Noodzakelijk",
        Category::Security => "Beveiliging",
        Category::Functional => "Functioneel",
        Category::Analytics => "Statistieken",
        Category::Marketing => "Marketing",
        Category::Social => "Sociale netwerken",
        Category::Unknown => "Niet geclassificeerd",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "HTTP-cookie",
        Kind::LocalStorage => "Lokale opslag",
        Kind::SessionStorage => "Sessieopslag",
        Kind::IndexedDb => "IndexedDB",
        Kind::Pixel => "Pixel",
        Kind::Lso => "Lokaal gedeeld object",
        Kind::Sdk => "SDK",
        Kind::Fingerprint => "Vingerafdruk",
    }
}

fn party(party: Party) -> &'static str {
    match party {
        Party::First => "Eerste partij",
        Party::Third => "Derde partij",
    }
}
