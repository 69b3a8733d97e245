//! What rules rest on, with the date of the text and how far it was read.

use std::fmt;

/// How far a reference was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The law, manual, standard or source itself was read.
    PrimaryText,
    /// A law firm, the press or another project reports it.
    SecondarySource,
    /// Known in the trade, not read again.
    ToVerify,
    /// No law: what published policies taught.
    Practice,
}

impl Certainty {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Certainty::PrimaryText => "primary text",
            Certainty::SecondarySource => "secondary source",
            Certainty::ToVerify => "to verify",
            Certainty::Practice => "practice",
        }
    }

    /// Whether a rule that rests on it may be an error.
    pub const fn bears_errors(self) -> bool {
        matches!(self, Certainty::PrimaryText | Certainty::Practice)
    }
}

/// What a rule rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The text.
    pub text: &'static str,
    /// Its date, or the year, where it has one.
    pub date: &'static str,
    /// How far it was read.
    pub certainty: Certainty,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)?;
        if !self.date.is_empty() {
            write!(f, ", {}", self.date)?;
        }
        write!(f, " ({})", self.certainty.as_str())
    }
}

const fn read(text: &'static str, date: &'static str) -> Reference {
    Reference { text, date, certainty: Certainty::PrimaryText }
}

const fn reported(text: &'static str, date: &'static str) -> Reference {
    Reference { text, date, certainty: Certainty::SecondarySource }
}

const fn unread(text: &'static str, date: &'static str) -> Reference {
    Reference { text, date, certainty: Certainty::ToVerify }
}

pub(super) const PRACTICE: Reference =
    Reference { text: "published policies", date: "2026", certainty: Certainty::Practice };
pub(super) const RFC_6265BIS: Reference = read("draft RFC 6265bis, section 5.5; Chrome M104", "2022");
pub(super) const COOKIE_DATABASES: Reference = read("Open Cookie Database and vendors' manuals", "2026");
pub(super) const IAB_STORAGE: Reference = read("IAB Europe, deviceStorage.json 1.1", "2024");
pub(super) const PLANET49: Reference = reported("CJEU C-673/17 Planet49, § 81", "2019-10-01");
pub(super) const GDPR_13: Reference = unread("Regulation (EU) 2016/679, art. 13", "2016-04-27");
pub(super) const EDPB_BANNERS: Reference = reported("EDPB, cookie banner task force", "2023-01-17");
pub(super) const EDPB_SCOPE: Reference = unread("EDPB guidelines 2/2023", "2024-10-07");
pub(super) const FR_ARTICLE_82: Reference =
    unread("Loi n° 78-17, art. 82 (before: art. 32-II); CNIL, audience measurement, 2025", "2019-06-01");
pub(super) const CNIL_EXEMPT: Reference = read("CNIL, délibération 2020-092, art. 5", "2020-09-17");
pub(super) const CNIL_TOOLS: Reference =
    reported("CNIL, self-assessment of audience tools; developer guide, sheet 17", "2025");
pub(super) const CNIL_CHOICE: Reference = reported("CNIL, délibérations 2020-091 and 2020-092", "2020-09-17");
pub(super) const GARANTE: Reference = reported("Garante, Linee guida cookie", "2021-06-10");
pub(super) const AEPD_CHOICE: Reference = reported("AEPD, cookie guide, § 3.2.8", "2023-07-11");
pub(super) const AEPD_POLICY: Reference = reported("AEPD, cookie guide", "2023-07-11");
pub(super) const PECR: Reference = reported("PECR, reg. 6 and Schedule A1", "2026-02-05");
pub(super) const CCPA_SIGNALS: Reference = reported("11 CCR § 7025", "2026-01-01");
pub(super) const RGAA_CAPTION: Reference = read("RGAA 4.1.2, criteria 5.4 and 5.5", "2023-04-18");
pub(super) const RGAA_HEADERS: Reference = read("RGAA 4.1.2, criteria 5.6 and 5.7", "2023-04-18");
pub(super) const RGAA_LINKS: Reference = read("RGAA 4.1.2, criterion 6.1", "2023-04-18");
pub(super) const RGAA_LANG: Reference = read("RGAA 4.1.2, criteria 8.7 and 8.8", "2023-04-18");
