//! Spanish.
//!
//! Labels and forms only; `super` says what each is for.

use super::{BannerWords, DurationWords, Noun, Words, month_of};
use crate::language::{Category, Column, Date, Kind, Party};

pub(super) static WORDS: Words = Words {
    column,
    category,
    kind,
    party,
    conjunction,
    date,
    is_plural: |count| count != 1,
    duration: DurationWords {
        second: Noun::new("segundo", "segundos"),
        minute: Noun::new("minuto", "minutos"),
        hour: Noun::new("hora", "horas"),
        day: Noun::new("día", "días"),
        week: Noun::new("semana", "semanas"),
        month: Noun::new("mes", "meses"),
        year: Noun::new("año", "años"),
        session: "Sesión",
        persistent: "Persistente",
        instant: "Inmediato",
        up_to: "hasta",
        elsewhere: "en otros lugares",
    },
    banner: BannerWords {
        title: "Cookies y otras técnicas",
        description: "Este sitio le pregunta antes de guardar lo que no es necesario. Puede cambiar de opinión en cualquier momento.",
        accept: "Aceptar todo",
        refuse: "Rechazar todo",
        choose: "Preferencias",
        save: "Guardar",
        close: "Cerrar",
        changed: "Las cookies de este sitio han cambiado, por eso volvemos a preguntar.",
        policy: "Política de cookies",
    },
};

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

fn date(date: Date) -> String {
    format!("{} de {} de {}", date.day(), month_of(date, MONTHS), date.year())
}

/// `e` before the sound of `i` (`Francia e Italia`), else `y`; a diphthong keeps `y` (`agua y
/// hielo`).
fn conjunction(next: &str) -> &'static str {
    let mut letters = next.chars().flat_map(char::to_lowercase).skip_while(|letter| *letter == 'h');
    match (letters.next(), letters.next()) {
        (Some('i' | 'í'), Some('a' | 'e' | 'o' | 'u')) => "y",
        (Some('i' | 'í'), _) => "e",
        _ => "y",
    }
}

fn column(column: Column) -> &'static str {
    match column {
        Column::Provider => "Proveedor",
        Column::Service => "Servicio",
        Column::Name => "Nombre",
        Column::Purpose => "Finalidad",
        Column::Duration => "Duración",
        Column::Category => "Categoría",
        Column::Kind => "Tipo",
        Column::Party => "Origen",
        Column::Host => "Dominio",
        Column::Location => "Ubicación",
        Column::Link => "Más información",
        Column::OptOut => "Rechazar",
        Column::LegalBasis => "Base jurídica",
        Column::DataRetention => "Conservación de los datos",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Necessary => "Necesaria",
        Category::Security => "Seguridad",
        Category::Functional => "Funcional",
        Category::Analytics => "Analítica",
        Category::Marketing => "Publicidad",
        Category::Social => "Redes sociales",
        Category::Unknown => "Sin clasificar",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "Cookie HTTP",
        Kind::LocalStorage => "Almacenamiento local",
        Kind::SessionStorage => "Almacenamiento de sesión",
        Kind::IndexedDb => "IndexedDB",
        Kind::Pixel => "Píxel",
        Kind::Lso => "Objeto local compartido",
        Kind::Sdk => "SDK",
        Kind::Fingerprint => "Huella digital",
    }
}

fn party(party: Party) -> &'static str {
    match party {
        Party::First => "Propia",
        Party::Third => "De terceros",
    }
}
