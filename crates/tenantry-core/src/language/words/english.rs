//! English, in the British order of dates.
//!
//! Labels and forms only; `super` says what each is for.

use super::{BannerWords, DurationWords, Noun, Words, month_of};
use crate::language::{Category, Column, Date, Kind, Party};

pub(super) static WORDS: Words = Words {
    column,
    category,
    kind,
    party,
    conjunction: |_| "and",
    date,
    is_plural: |count| count != 1,
    duration: DurationWords {
        second: Noun::new("second", "seconds"),
        minute: Noun::new("minute", "minutes"),
        hour: Noun::new("hour", "hours"),
        day: Noun::new("day", "days"),
        week: Noun::new("week", "weeks"),
        month: Noun::new("month", "months"),
        year: Noun::new("year", "years"),
        session: "Session",
        persistent: "Persistent",
        instant: "Immediate",
        up_to: "up to",
        elsewhere: "elsewhere",
    },
    banner: BannerWords {
        title: "Cookies and other trackers",
        description: "This site asks before it stores anything that it does not need. You can change your mind at any time.",
        accept: "Accept all",
        refuse: "Refuse all",
        choose: "Settings",
        save: "Save",
        close: "Close",
        changed: "The cookies of this site have changed, so we ask again.",
        policy: "Cookie policy",
    },
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), month_of(date, MONTHS), date.year())
}

fn column(column: Column) -> &'static str {
    match column {
        Column::Provider => "Provider",
        Column::Service => "Service",
        Column::Name => "Name",
        Column::Purpose => "Purpose",
        Column::Duration => "Duration",
        Column::Category => "Category",
        Column::Kind => "Kind",
        Column::Party => "Party",
        Column::Host => "Domain",
        Column::Location => "Location",
        Column::Link => "Learn more",
        Column::OptOut => "Opt out",
        Column::LegalBasis => "Legal basis",
        Column::DataRetention => "Data retention",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Necessary => "Necessary",
        Category::Security => "Security",
        Category::Functional => "Functional",
        Category::Analytics => "Analytics",
        Category::Marketing => "Marketing",
        Category::Social => "Social networks",
        Category::Unknown => "Unclassified",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "HTTP cookie",
        Kind::LocalStorage => "Local storage",
        Kind::SessionStorage => "Session storage",
        Kind::IndexedDb => "IndexedDB",
        Kind::Pixel => "Pixel",
        Kind::Lso => "Local shared object",
        Kind::Sdk => "SDK",
        Kind::Fingerprint => "Fingerprint",
    }
}

fn party(party: Party) -> &'static str {
    match party {
        Party::First => "First party",
        Party::Third => "Third party",
    }
}
