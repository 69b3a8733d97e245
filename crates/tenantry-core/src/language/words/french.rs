//! French. The words that stand alone use the straight apostrophe, as the published documents do.
//!
//! Labels and forms only; `super` says what each is for.

use super::{BannerWords, DurationWords, Noun, Words, month_of};
use crate::language::{Category, Column, Date, Kind, Party};

pub(super) static WORDS: Words = Words {
    column,
    category,
    kind,
    party,
    conjunction: |_| "et",
    date,
    is_plural: |count| count > 1,
    duration: DurationWords {
        second: Noun::new("seconde", "secondes"),
        minute: Noun::new("minute", "minutes"),
        hour: Noun::new("heure", "heures"),
        day: Noun::new("jour", "jours"),
        week: Noun::new("semaine", "semaines"),
        month: Noun::new("mois", "mois"),
        year: Noun::new("an", "ans"),
        session: "Session",
        persistent: "Persistant",
        instant: "Immédiat",
        up_to: "jusqu'à",
        elsewhere: "ailleurs",
    },
    banner: BannerWords {
        title: "Cookies et autres traceurs",
        description: "Ce site vous demande votre accord avant d’enregistrer ce qui ne lui est pas nécessaire. Vous pouvez changer d’avis à tout moment.",
        accept: "Tout accepter",
        refuse: "Tout refuser",
        choose: "Réglages",
        save: "Enregistrer",
        close: "Fermer",
        changed: "Les cookies de ce site ont changé : nous vous posons donc la question de nouveau.",
        policy: "Politique relative aux cookies",
    },
};

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

fn date(date: Date) -> String {
    let month = month_of(date, MONTHS);
    match date.day() {
        1 => format!("1er {month} {}", date.year()),
        day => format!("{day} {month} {}", date.year()),
    }
}

fn column(column: Column) -> &'static str {
    match column {
        Column::Provider => "Prestataire",
        Column::Service => "Service",
        Column::Name => "Nom",
        Column::Purpose => "Finalité",
        Column::Duration => "Durée",
        Column::Category => "Catégorie",
        Column::Kind => "Type",
        Column::Party => "Origine",
        Column::Host => "Domaine",
        Column::Location => "Emplacement",
        Column::Link => "En savoir plus",
        Column::OptOut => "Refuser",
        Column::LegalBasis => "Base légale",
        Column::DataRetention => "Conservation des données",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Necessary => "Nécessaire",
        Category::Security => "Sécurité",
        Category::Functional => "Fonctionnel",
        Category::Analytics => "Mesure d'audience",
        Category::Marketing => "Marketing",
        Category::Social => "Réseaux sociaux",
        Category::Unknown => "Non classé",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "Cookie HTTP",
        Kind::LocalStorage => "Stockage local",
        Kind::SessionStorage => "Stockage de session",
        Kind::IndexedDb => "IndexedDB",
        Kind::Pixel => "Pixel",
        Kind::Lso => "Objet local partagé",
        Kind::Sdk => "SDK",
        Kind::Fingerprint => "Empreinte numérique",
    }
}

fn party(party: Party) -> &'static str {
    match party {
        Party::First => "Interne",
        Party::Third => "Tiers",
    }
}
