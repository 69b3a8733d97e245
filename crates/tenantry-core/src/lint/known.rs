//! Names that are met most often, and what known sources say of them.
//!
//! A name alone proves little: Open Cookie Database gives `sessionid` to a social network. So a name counts with its
//! provider or host, and alone only where nobody else would choose it. Sources: Open Cookie Database (Apache-2.0) and
//! vendors' manuals.

use crate::language::Category::{self, Analytics, Functional, Marketing, Necessary, Security, Social};
use crate::register::{Cookie, NamePattern};

/// A name that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// The name, or what names begin with.
    pub(super) name: &'static str,
    /// Whether names only begin so.
    pub(super) prefix: bool,
    /// Whose it is.
    pub(super) vendor: &'static str,
    /// Words of the vendor's ids, names and hosts.
    words: &'static str,
    /// What it is for.
    pub(super) category: Category,
    /// Whether nobody else calls a cookie so.
    distinct: bool,
}

/// How sure it is that a cookie is the known one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// By its name, and by its provider or a host.
    Sure,
    /// By its name, which nobody else uses.
    ByName,
}

const fn known(name: &'static str, (vendor, words): (&'static str, &'static str), category: Category) -> Known {
    Known { name, prefix: false, vendor, words, category, distinct: true }
}

impl Known {
    const fn prefix(self) -> Known {
        Known { prefix: true, ..self }
    }

    const fn common(self) -> Known {
        Known { distinct: false, ..self }
    }
}

const GOOGLE: (&str, &str) = ("Google", "google|doubleclick|youtube|analytics");
const FACEBOOK: (&str, &str) = ("Meta", "facebook|meta|instagram|fb");
const MATOMO: (&str, &str) = ("Matomo", "matomo|piwik");
const HOTJAR: (&str, &str) = ("Hotjar", "hotjar");
const LINKEDIN: (&str, &str) = ("LinkedIn", "linkedin");
const MICROSOFT: (&str, &str) = ("Microsoft", "microsoft|bing|clarity");
const HUBSPOT: (&str, &str) = ("HubSpot", "hubspot");
const PIANO: (&str, &str) = ("Piano", "piano|at-internet|atinternet|xiti");
const CLOUDFLARE: (&str, &str) = ("Cloudflare", "cloudflare");
const DJANGO: (&str, &str) = ("Django", "django|opendatasoft");

/// The names.
pub(super) const KNOWN: &[Known] = &[
    known("_ga", GOOGLE, Analytics),
    known("_ga_", GOOGLE, Analytics).prefix(),
    known("_gid", GOOGLE, Analytics),
    known("_gat", GOOGLE, Analytics),
    known("_gat_", GOOGLE, Analytics).prefix(),
    known("__utma", GOOGLE, Analytics),
    known("__utmb", GOOGLE, Analytics),
    known("__utmc", GOOGLE, Analytics),
    known("__utmt", GOOGLE, Analytics),
    known("__utmv", GOOGLE, Analytics),
    known("__utmz", GOOGLE, Analytics),
    known("_gcl_au", GOOGLE, Marketing),
    known("_gac_", GOOGLE, Marketing).prefix(),
    known("IDE", GOOGLE, Marketing).common(),
    known("NID", GOOGLE, Marketing).common(),
    known("DSID", GOOGLE, Marketing).common(),
    known("test_cookie", GOOGLE, Marketing).common(),
    known("VISITOR_INFO1_LIVE", GOOGLE, Marketing),
    known("YSC", GOOGLE, Marketing).common(),
    known("_fbp", FACEBOOK, Marketing),
    known("_fbc", FACEBOOK, Marketing),
    known("fr", FACEBOOK, Marketing).common(),
    known("datr", FACEBOOK, Social).common(),
    known("sessionid", ("Instagram", "instagram"), Social).common(),
    known("bcookie", LINKEDIN, Social),
    known("lidc", LINKEDIN, Marketing),
    known("li_sugr", LINKEDIN, Marketing),
    known("UserMatchHistory", LINKEDIN, Marketing),
    known("_uetsid", MICROSOFT, Marketing),
    known("_uetvid", MICROSOFT, Marketing),
    known("MUID", MICROSOFT, Marketing),
    known("_clck", MICROSOFT, Analytics),
    known("_clsk", MICROSOFT, Analytics),
    known("_pk_id", MATOMO, Analytics),
    known("_pk_id.", MATOMO, Analytics).prefix(),
    known("_pk_ses", MATOMO, Analytics),
    known("_pk_ses.", MATOMO, Analytics).prefix(),
    known("_pk_ref", MATOMO, Analytics),
    known("_hjSessionUser_", HOTJAR, Analytics).prefix(),
    known("_hjSession_", HOTJAR, Analytics).prefix(),
    known("_hjid", HOTJAR, Analytics),
    known("hubspotutk", HUBSPOT, Marketing),
    known("__hstc", HUBSPOT, Analytics),
    known("__hssc", HUBSPOT, Analytics),
    known("atuserid", PIANO, Analytics),
    known("_pcid", PIANO, Analytics),
    known("kameleoonVisitorCode", ("Kameleoon", "kameleoon"), Analytics),
    known("_ttp", ("TikTok", "tiktok"), Marketing),
    known("_pin_unauth", ("Pinterest", "pinterest"), Marketing),
    known("_scid", ("Snapchat", "snap|snapchat"), Marketing),
    known("cto_bundle", ("Criteo", "criteo"), Marketing),
    known("personalization_id", ("X", "twitter|x-corp"), Marketing),
    known("guest_id", ("X", "twitter|x-corp"), Marketing),
    known("__cf_bm", CLOUDFLARE, Security),
    known("cf_clearance", CLOUDFLARE, Security),
    known("csrftoken", DJANGO, Security).common(),
    known("django_language", DJANGO, Functional).common(),
    known("PHPSESSID", ("PHP", "php"), Necessary).common(),
    known("JSESSIONID", ("Java", "java"), Necessary).common(),
];

/// What is known of a cookie of this name, and how sure that is.
pub(super) fn known_of(cookie: &Cookie) -> Option<(&'static Known, Match)> {
    let fits = |known: &Known, name: &NamePattern| match name {
        NamePattern::Exact(text) if known.prefix => text.starts_with(known.name) && text.len() > known.name.len(),
        NamePattern::Exact(text) => **text == *known.name,
        NamePattern::Prefix(text) => known.prefix && text.starts_with(known.name),
        NamePattern::Glob(text) => known.prefix && text.trim_end_matches('*').starts_with(known.name),
        NamePattern::Regex(_) => false,
    };
    let candidates = || KNOWN.iter().filter(|known| cookie.names.iter().any(|name| fits(known, name)));
    let sure = candidates().find(|known| is_of(cookie, known)).map(|known| (known, Match::Sure));
    sure.or_else(|| candidates().find(|known| known.distinct).map(|known| (known, Match::ByName)))
}

/// Whether a cookie's provider or hosts are those of a known one's vendor.
fn is_of(cookie: &Cookie, known: &Known) -> bool {
    let hosts = cookie.hosts.iter().map(|host| host.as_str().to_lowercase());
    let names = cookie.provider.iter().flat_map(|provider| provider.name.texts()).map(|name| name.value.to_lowercase());
    let own: Vec<String> = hosts.chain(names).chain([cookie.id.provider().to_lowercase()]).collect();
    let is_word = |text: &str, word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    known.words.split('|').any(|word| own.iter().any(|text| is_word(text, word) || text == word))
}

/// The known name that a name is one edit away from, and is not itself.
pub(super) fn near(name: &str) -> Option<&'static Known> {
    let is_known = |known: &&Known| known.name == name || (known.prefix && name.starts_with(known.name));
    if KNOWN.iter().any(|known| is_known(&known)) {
        return None;
    }
    let one_edit = |known: &&Known| {
        let long_enough = known.name.len() >= 5 && name.len() >= 5;
        long_enough && known.name.len().abs_diff(name.len()) <= 1 && strsim::osa_distance(known.name, name) == 1
    };
    KNOWN.iter().find(one_edit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_near_a_known_one() {
        for (name, expected) in [
            ("_utmz", Some("__utmz")),
            ("_utma", Some("__utma")),
            ("__utmz", None),
            ("_ga_AB12", None),
            ("sessid", None),
            ("im_lang", None),
            ("csrftokn", Some("csrftoken")),
        ] {
            assert_eq!(near(name).map(|known| known.name), expected, "{name}");
        }
    }
}
