//! What `check` knows of cookie policies: rules with their references, and what of a site breaks them.
//!
//! Rules are data ([`RULES`]): law and standards change, so each has its reference, the date of that, and how far it was
//! read. A layer chooses [`Profiles`] and allows exceptions, each with its reason. What is found is evaluated for every
//! rule where the thing stands that tenants share (a cookie, a register, a document), and chosen from for each tenant.
//! Nothing here is legal advice.

mod allow;
mod audience;
mod banner;
mod catalogue;
mod consent;
mod cookie;
mod document;
mod durations;
mod finder;
mod known;
mod markup;
mod names;
mod page;
mod phrases;
mod profile;
mod prose;
mod reference;
mod rule;
mod rules;
mod site;
mod table;

pub use allow::{Allowed, Judgement, judge};
pub use catalogue::rules_page;
pub(crate) use consent::needs_consent;
pub(crate) use document::Read;
pub use finder::Found;
pub use profile::{Profile, Profiles};
pub use reference::{Certainty, Reference};
pub use rule::{Finder as FoundBy, Rule};
pub use rules::{RULES, rule};
pub(crate) use site::Wanted;
pub use site::{check_parties, check_register, check_site};

/// Whether a finding is told before all others: a cookie that known sources call analytics or marketing, and a tenant
/// calls necessary.
pub fn is_told_first(code: &str) -> bool {
    code == rules::NECESSARY_BUT_KNOWN.id
}

/// Whether a finding is no error of an export: one of these may be what gives a site its banner.
pub fn is_mended_by_export(code: &str) -> bool {
    code == rules::BANNER_MISSING.id
}
