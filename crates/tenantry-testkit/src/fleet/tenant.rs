//! One tenant of a fleet: what is drawn for it, and its `site.toml` of two to five lines.
//!
//! The ids here are those of `cookies.toml` beside this file; a test holds the two together.

use crate::fleet::Fleet;
use crate::fleet::random::Random;

/// The rows of the shared table of necessary cookies, which every tenant begins with: as many as the
/// counts of these tests take for granted.
#[cfg(test)]
pub(crate) const INHERITED: [&str; 6] =
    ["agora/session", "agora/csrf", "agora/choices", "agora/language", "agora/balance", "agora/accessibility"];

/// Cookies that a tenant may add, by table.
pub(crate) const CHOICES: [(&str, &[&str]); 4] = [
    (
        "necessary",
        &[
            "agora/remember",
            "agora/device",
            "agora/attempts",
            "agora/draft",
            "agora/cart",
            "agora/queue",
            "paylio/payment",
            "paylio/fraud",
        ],
    ),
    (
        "functional",
        &[
            "agora/theme",
            "agora/favourites",
            "agora/notices",
            "cartoplan/position",
            "cartoplan/layers",
            "videlia/volume",
            "videlia/progress",
            "agendo/filters",
            "agendo/reminders",
            "lisibo/voice",
        ],
    ),
    (
        "audience",
        &[
            "mesurea/visitor",
            "mesurea/visit",
            "mesurea/source",
            "mesurea/variant",
            "mesurea/scroll",
            "mesurea/search",
            "lisibo/usage",
            "videlia/audience",
            "agora/survey",
        ],
    ),
    (
        "outreach",
        &[
            "annoncia/campaign",
            "annoncia/frequency",
            "annoncia/profile",
            "rezolink/share",
            "rezolink/feed",
            "rezolink/visitor",
            "videlia/suggestions",
        ],
    ),
];

/// Inherited rows that a tenant may drop: the others are needed by all.
const DROPPABLE: [&str; 3] = ["agora/language", "agora/balance", "agora/accessibility"];

/// A purpose in a tenant's own words, of a cookie that no tenant drops.
const OWN_PURPOSE: &str =
    "cookie.agora.session.purpose.fr = \"Vous reconnaît d'une page à l'autre de nos services.\"\n";

const KINDS: [&str; 10] = [
    "Commune de",
    "Communauté de communes de",
    "Office de tourisme de",
    "Bibliothèque de",
    "Musée de",
    "Régie des eaux de",
    "Pays de",
    "Syndicat mixte de",
    "Conservatoire de",
    "Maison de l'emploi de",
];
const STARTS: [&str; 20] = [
    "Mont", "Val", "Roche", "Font", "Beau", "Mar", "Clair", "Lau", "Chante", "Pierre", "Bel", "Haute", "Long", "Mire",
    "Nor", "Pont", "Ter", "Vern", "Cour", "Sau",
];
const MIDDLES: [&str; 10] = ["a", "e", "i", "o", "ou", "ella", "ina", "ero", "ami", "aude"];
const ENDS: [&str; 10] = ["ville", "brune", "court", "gnac", "mont", "rive", "ssac", "tagne", "vert", "zon"];

const REGIONS: [&str; 5] =
    ["la Vallonnaise", "la Haute-Lirande", "le Pays de Sorbe", "la Côte d'Ardoise", "le Val-Mornais"];

/// What sets one tenant apart.
pub(crate) struct Tenant {
    number: usize,
    dropped: Vec<&'static str>,
    /// At most two tables, and what is added to each.
    added: Vec<(&'static str, Vec<&'static str>)>,
}

impl Tenant {
    /// The tenant of this number: 4 to 12 rows in all.
    pub(crate) fn drawn(number: usize, seed: u64) -> Self {
        let mut random = Random::of_tenant(seed, number);
        if random.below(5) == 0 {
            return Self { number, dropped: Vec::new(), added: Vec::new() };
        }
        let count = random.below(3);
        let dropped = random.some_of(&DROPPABLE, count);
        let mut added = Vec::new();
        let optional = 1 + random.below(CHOICES.len() - 1);
        // A table of which rows are dropped gets none, so that a file stays within five lines.
        let tables = if dropped.is_empty() { &[0, optional][..] } else { &[optional][..] };
        for (name, ids) in tables.iter().map(|table| CHOICES[*table]) {
            let count = random.below(4);
            let chosen = random.some_of(ids, count);
            if !chosen.is_empty() {
                added.push((name, chosen));
            }
        }
        // Two dropped of six leave the four that are the least.
        Self { number, dropped, added }
    }

    /// Whether the tenant has a page of its own: one in twenty.
    pub(crate) fn has_own_page(&self) -> bool {
        self.number % 20 == 17
    }

    /// Whether the tenant words a purpose itself: another one in twenty.
    pub(crate) fn has_own_purpose(&self) -> bool {
        self.number % 20 == 7
    }

    /// The text of `site.toml`.
    pub(crate) fn site_file(&self) -> String {
        let id = Fleet::id(self.number);
        let mut text = format!("name = \"{}\"\n", name(self.number));
        text.push_str(&format!("base_url = \"https://{id}.example.org\"\n"));
        if !self.dropped.is_empty() {
            text.push_str(&line("necessary.drop", &self.dropped));
        }
        for (table, ids) in &self.added {
            text.push_str(&line(&format!("{table}.add"), ids));
        }
        if self.has_own_purpose() {
            text.push_str(OWN_PURPOSE);
        }
        text
    }
}

fn line(key: &str, ids: &[&str]) -> String {
    format!("table.{key} = [\"{}\"]\n", ids.join("\", \""))
}

/// A name that no other tenant has: the digits of its number, spelt.
fn name(number: usize) -> String {
    let (kind, rest) = digit(&KINDS, number);
    let (start, rest) = digit(&STARTS, rest);
    let (middle, rest) = digit(&MIDDLES, rest);
    let (end, rest) = digit(&ENDS, rest);
    let name = format!("{kind} {start}{middle}{end}");
    if rest == 0 { name } else { format!("{name} {}", rest + 1) }
}

fn digit(words: &[&'static str], number: usize) -> (&'static str, usize) {
    (words[number % words.len()], number / words.len())
}

/// The text of a group's `group.toml`: what its tenants share besides.
pub(crate) fn group_file(group: usize) -> String {
    let (region, district) = digit(&REGIONS, group);
    let number = group + 1;
    format!(
        "[vars]\n\
         region = \"{region}, secteur {}\"\n\
         director = \"la direction de la communication du groupement {number}\"\n\
         postal = \"{number} place du Marché, 0{:04} Bourg-sur-Sorbe\"\n\
         phone = \"01 99 00 {:02} {:02}\"\n",
        district + 1,
        1000 + number % 9000,
        number / 100 % 100,
        number % 100,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_do_not_repeat() {
        let names: BTreeSet<String> = (0..50_000).map(name).collect();
        assert_eq!(names.len(), 50_000);
    }

    #[test]
    fn a_site_file_has_two_to_five_lines() {
        let lines: BTreeSet<usize> =
            (0..2000).map(|number| Tenant::drawn(number, 3).site_file().lines().count()).collect();
        assert_eq!(lines, BTreeSet::from([2, 3, 4, 5]));
    }

    #[test]
    fn what_is_dropped_is_inherited() {
        assert!(DROPPABLE.iter().all(|id| INHERITED.contains(id)));
    }

    #[test]
    fn tenants_have_4_to_12_cookies() {
        let rows = |number| {
            let tenant = Tenant::drawn(number, 3);
            let added: usize = tenant.added.iter().map(|(_, ids)| ids.len()).sum();
            INHERITED.len() + added - tenant.dropped.len()
        };
        let counts: BTreeSet<usize> = (0..2000).map(rows).collect();
        assert_eq!(counts, (4..=12).collect());
    }

    #[test]
    fn one_tenant_in_ten_has_something_of_its_own() {
        let own = |number: &usize| {
            let tenant = Tenant::drawn(*number, 1);
            tenant.has_own_page() || tenant.has_own_purpose()
        };
        assert_eq!((0..1000).filter(own).count(), 100);
    }
}
