//! The cells of a cookie table, derived from fields.

use crate::language::{Column, Lang, Party, Words};
use crate::register::Cookie;

/// The page that a cell is for.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'r> {
    /// Its language.
    pub lang: Lang,
    /// The hosts that the tenant's policies speak of.
    pub covered_hosts: &'r [String],
}

/// What stands in a cell. Nothing is escaped yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// Words, in the page's language.
    Text(String),
    /// Identifiers: names, patterns or hosts.
    Identifiers(Vec<String>),
    /// A link, shown as it was written.
    Link {
        /// What is shown.
        text: String,
        /// Where it leads, with a scheme.
        href: String,
    },
    /// The language has no text, though another one has.
    Untranslated,
}

impl Cell {
    /// The cell as plain text, as a reader sees it.
    pub fn plain(&self) -> String {
        match self {
            Cell::Empty | Cell::Untranslated => String::new(),
            Cell::Text(text) | Cell::Link { text, .. } => text.clone(),
            Cell::Identifiers(identifiers) => identifiers.join(" / "),
        }
    }
}

/// The cell of a column for a cookie, for a page.
pub fn cell(cookie: &Cookie, column: Column, reader: Reader<'_>) -> Cell {
    let lang = reader.lang;
    if let Some(literal) = cookie.cells.get(&column)
        && let Some(text) = literal.text(lang)
    {
        return Cell::Text(text.to_owned());
    }
    let words = Words::or_english(lang);
    let local = |text: &crate::layer::LocalText| match text.text(lang) {
        Some(text) => Cell::Text(text.to_owned()),
        None if text.is_empty() => Cell::Empty,
        None => Cell::Untranslated,
    };
    match column {
        Column::Name if cookie.names.is_empty() => hosts(cookie),
        Column::Name => Cell::Identifiers(cookie.names.iter().map(ToString::to_string).collect()),
        Column::Host => hosts(cookie),
        Column::Provider => cookie.provider.as_ref().map_or(Cell::Empty, |provider| local(&provider.name)),
        Column::Category => {
            cookie.category.as_ref().map_or(Cell::Empty, |category| Cell::Text(category.label(lang).to_owned()))
        }
        Column::Kind => Cell::Text(words.kind(cookie.kind).to_owned()),
        Column::Party => {
            party(cookie, reader.covered_hosts).map_or(Cell::Empty, |party| Cell::Text(words.party(party).to_owned()))
        }
        Column::Service => local(&cookie.service),
        Column::Purpose => local(&cookie.purpose),
        Column::Location => local(&cookie.location),
        Column::LegalBasis => local(&cookie.legal_basis),
        Column::Duration => duration(cookie, lang).map_or_else(|| local(&cookie.duration_text), Cell::Text),
        Column::DataRetention => {
            cookie.data_retention.as_ref().map_or(Cell::Empty, |duration| Cell::Text(duration.print(lang)))
        }
        Column::Link => link(local(&cookie.link)),
        Column::OptOut => link(local(&cookie.opt_out)),
    }
}

/// The duration in words: `14 jours`, `jusqu'à 180 jours`, `13 mois (EEA), 24 mois (ailleurs)`.
pub(crate) fn duration(cookie: &Cookie, lang: Lang) -> Option<String> {
    let words = Words::or_english(lang).duration();
    if !cookie.duration_by_place.is_empty() {
        let place = |place: &str| if place == "other" { words.elsewhere.to_owned() } else { place.to_owned() };
        let by_place = cookie.duration_by_place.iter();
        let parts: Vec<String> =
            by_place.map(|(at, duration)| format!("{} ({})", duration.print(lang), place(at))).collect();
        return Some(parts.join(", "));
    }
    let duration = cookie.duration?.print(lang);
    Some(if cookie.duration_is_bound { format!("{} {duration}", words.up_to) } else { duration })
}

/// Whose cookie it is: what was said, or first party if all its hosts belong to the addresses that the tenant covers.
pub(crate) fn party(cookie: &Cookie, covered_hosts: &[String]) -> Option<Party> {
    if cookie.party.is_some() || cookie.hosts.is_empty() {
        return cookie.party;
    }
    let within =
        |inner: &str, outer: &str| inner == outer || inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'));
    let own = |host: &str| covered_hosts.iter().any(|covered| within(host, covered) || within(covered, host));
    let all_own = cookie.hosts.iter().all(|host| own(&host.name()));
    Some(if all_own { Party::First } else { Party::Third })
}

fn hosts(cookie: &Cookie) -> Cell {
    if cookie.hosts.is_empty() {
        return Cell::Empty;
    }
    Cell::Identifiers(cookie.hosts.iter().map(|host| host.as_str().to_owned()).collect())
}

/// Text that is an address becomes a link; one without a scheme is taken for https. Other text stays text.
fn link(cell: Cell) -> Cell {
    let Cell::Text(text) = cell else { return cell };
    let href = if text.contains("://") { text.clone() } else { format!("https://{text}") };
    let has_host =
        href.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('.')));
    if !text.contains(char::is_whitespace) && has_host && crate::content::check_address(&href).is_ok() {
        Cell::Link { text, href }
    } else {
        Cell::Text(text)
    }
}
