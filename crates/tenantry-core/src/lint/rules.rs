//! The rules. `docs/rules.md` is made from this list.

use crate::diagnostic::Severity::{self, Error, Note, Warning};
use crate::lint::Profile::{Core, De, Es, Eu, Fr, FrPublic, It, Uk, UsCa};
use crate::lint::reference::*;
use crate::lint::rule::Finder;
use crate::lint::{Profile, Reference, Rule};

/// Declares rules, and lists them in their order.
macro_rules! rules {
    ($($name:ident = $severity:ident $id:literal $profiles:tt $reference:ident $says:literal $(, $field:ident = $value:expr)*;)+) => {
        $(pub(super) static $name: Rule = Rule {
            $($field: $value,)*
            ..rule_of($severity, $id, &$profiles, ($reference, $says))
        };)+

        /// Every rule.
        pub static RULES: &[&Rule] = &[$(&$name),+];
    };
}

const fn rule_of(
    severity: Severity,
    id: &'static str,
    profiles: &'static [Profile],
    (reference, says): (Reference, &'static str),
) -> Rule {
    Rule { id, severity, error_under: None, profiles, reference, says, found_by: Finder::Check }
}

rules! {
    DUR_MISSING = Warning "dur-missing" [Core] PRACTICE "no duration is told, or one without a figure";
    DUR_UNPARSED = Warning "dur-unparsed" [Core] PRACTICE "a duration is kept as found, since it is none";
    DUR_NO_UNIT = Error "dur-no-unit" [Core] PRACTICE "a duration is a bare number";
    DUR_ABSURD = Error "dur-absurd" [Core] IAB_STORAGE "a duration exceeds 10 years";
    DUR_OVER_400D = Warning "dur-over-400d" [Core] RFC_6265BIS "a cookie's duration exceeds 400 days: browsers cut it";
    DUR_IN_WRONG_COLUMN = Warning "dur-in-wrong-column" [Core] PRACTICE "a duration stands in another column";
    DUR_PROSE_CONFLICT = Warning "dur-prose-conflict" [Core] PRACTICE "the text gives a cookie another duration than the table";
    DUR_UNTRANSLATED = Warning "dur-untranslated" [Core] PRACTICE "a duration is written in another language than the page";

    DUP_NAME = Warning "dup-name" [Core] PRACTICE "a name stands twice in a row or a table", found_by = Finder::Build;
    NAME_NEAR_MISS = Warning "name-near-miss" [Core] COOKIE_DATABASES "a name is one edit away from a known one";
    NAME_TRANSLATED = Error "name-translated" [Core] PRACTICE "a name differs between the languages of a tenant";
    NAME_IS_HOST = Warning "name-is-host" [Core] PRACTICE "a host stands where a name belongs";
    NAMES_NOT_SPLIT = Warning "names-not-split" [Core] PRACTICE "several names are written as one";
    NAME_PLACEHOLDER = Warning "name-placeholder" [Core] PRACTICE "a placeholder stands in a name that is no pattern";
    WILDCARD_ALONE = Error "wildcard-alone" [Core] IAB_STORAGE "a pattern fits every name";

    NECESSARY_BUT_KNOWN = Error "necessary-but-known" [Core] COOKIE_DATABASES "a cookie is called necessary, and known sources call it analytics or marketing";
    EMPTY_CELL = Warning "empty-cell" [Core] PRACTICE "a cell is empty";
    PROVIDER_MISSING = Warning "provider-missing" [Core] PRACTICE "a table does not say who sets its cookies";
    CATEGORY_UNKNOWN = Warning "category-unknown" [Core] PRACTICE "a cookie has no category";
    CATEGORY_CONFLICT = Warning "category-conflict" [Core] PRACTICE "a row's category contradicts the title of its table";
    PARTY_CONFLICT = Warning "party-conflict" [Core] PRACTICE "a third party's host stands in a table of internal cookies";
    KIND_UNLISTED = Note "kind-unlisted" [Core] EDPB_SCOPE "the text names a kind of tracker that no table lists";
    TABLE_PARTIAL = Warning "table-partial" [Core] PRACTICE "a table gives examples only";

    LINK_DEAD = Error "link-dead" [Core] PRACTICE "a link leads nowhere", found_by = Finder::Build;
    LINK_NO_SCHEME = Warning "link-no-scheme" [Core] PRACTICE "an address has no `https://`";
    LINK_HTTP = Warning "link-http" [Core] PRACTICE "an address is not encrypted";
    DATE_MISSING = Warning "date-missing" [Core] PRACTICE "a cookie policy has no date";
    MACHINE_RESIDUE = Error "machine-residue" [Core] PRACTICE "a translator, a converter or a template left words behind";
    LANG_MIXED = Warning "lang-mixed" [Core] PRACTICE "a cell is in another language than its page";
    LANG_VARIANT_MISSING = Error "lang-variant-missing" [Core] PRACTICE "a text is missing in a language that is served", found_by = Finder::Build;
    CLAIM_STALE = Warning "claim-stale" [Core] FR_ARTICLE_82 "a phrase that is not true any more, or no longer helps";

    TENANT_LEAK = Error "tenant-leak" [Core] PRACTICE "a site names another tenant's host", found_by = Finder::Build;
    VENDOR_AS_OWNER = Error "vendor-as-owner" [Core] PRACTICE "the supplier of the platform is named as the site's owner";

    BANNER_MISSING = Error "banner-missing" [Core] PRACTICE "cookies need consent, the banner of the theme is off, and no cookie is listed that keeps the choice";
    BANNER_NEEDLESS = Note "banner-needless" [Core] PRACTICE "the banner of the theme is on, and nothing needs consent";

    DURATION_NOT_TOLD = Warning "duration-not-told" [Eu, De] PLANET49 "the table of a cookie that needs consent does not tell its duration";
    THIRD_PARTY_NOT_TOLD = Warning "third-party-not-told" [Eu] PLANET49 "nothing tells whether third parties have access to a cookie that needs consent";
    CONTROLLER_MISSING = Warning "controller-missing" [Eu] GDPR_13 "no block says who is responsible";
    CONTACT_MISSING = Warning "contact-missing" [Eu] GDPR_13 "no block says how to reach who is responsible";
    RIGHTS_MISSING = Warning "rights-missing" [Eu] GDPR_13 "no block lists the rights";
    COMPLAINT_RIGHT_MISSING = Warning "complaint-right-missing" [Eu] GDPR_13 "no block tells of the right to complain";
    TRANSFER_MISSING = Warning "transfer-missing" [Eu] GDPR_13 "no block tells whether data leave the Union";
    WITHDRAW_HOOK_MISSING = Warning "withdraw-hook-missing" [Eu] EDPB_BANNERS "a cookie policy has no permanent way to change one's mind";

    DUR_OVER_13M_EXEMPT = Error "dur-over-13m-exempt" [Fr] CNIL_EXEMPT "an exempt audience cookie exceeds 13 months";
    DUR_REFRESH_EXEMPT = Error "dur-refresh-exempt" [Fr] CNIL_EXEMPT "visits extend an exempt audience cookie";
    DATA_OVER_25M = Error "data-over-25m" [Fr] CNIL_EXEMPT "the data of an exempt audience cookie are kept longer than 25 months";
    EXEMPT_WITHOUT_EVIDENCE = Warning "exempt-without-evidence" [Fr] CNIL_TOOLS "an audience cookie is called exempt without evidence";
    EXEMPT_NOT_LISTED = Note "exempt-not-listed" [Fr] CNIL_EXEMPT "an exempt audience cookie of the catalogue stands in no table";
    CONSENT_STORE_OVER_6M = Warning "consent-store-over-6m" [Fr] CNIL_CHOICE "a choice is kept longer than 6 months";
    REASK_BEFORE_6M = Warning "reask-before-6m" [It] GARANTE "a choice is kept less than 6 months, so that the question comes back too early";
    CONSENT_OVER_24M = Warning "consent-over-24m" [Es] AEPD_CHOICE "a choice is kept longer than 24 months";
    AEPD_BLOCK_MISSING = Warning "aepd-block-missing" [Es] AEPD_POLICY "no block defines cookies, or says how to accept and refuse them";
    STATISTICS_WITHOUT_OPT_OUT = Warning "statistics-without-opt-out" [Uk] PECR "a statistics cookie without consent has no way to object";
    EXCEPTION_UNSTATED = Note "exception-unstated" [Uk] PECR "a cookie without consent does not say which exception it falls under";
    SIGNAL_NOT_HONOURED = Warning "signal-not-honoured" [UsCa] CCPA_SIGNALS "cookies of advertising, and no block that says that opt-out signals are honoured";
    OPT_OUT_CONFIRMATION_MISSING = Warning "opt-out-confirmation-missing" [UsCa] CCPA_SIGNALS "no block that shows that an opt-out is done";

    A11Y_CAPTION = Warning "a11y-caption" [Core] RGAA_CAPTION "a table has no caption", error_under = Some(FrPublic), found_by = Finder::Build;
    A11Y_TH_SCOPE = Warning "a11y-th-scope" [Core] RGAA_HEADERS "a header cell of a table says not what it heads", error_under = Some(FrPublic);
    A11Y_ROW_HEADER = Warning "a11y-row-header" [Core] RGAA_HEADERS "the rows of a table in HTML have no header", error_under = Some(FrPublic);
    A11Y_EMPTY_TH = Warning "a11y-empty-th" [Core] RGAA_HEADERS "a header cell of a table is empty", error_under = Some(FrPublic);
    A11Y_LINK_TEXT = Warning "a11y-link-text" [Core] RGAA_LINKS "a link's words do not say where it leads", error_under = Some(FrPublic);
    A11Y_LANG = Error "a11y-lang" [FrPublic] RGAA_LANG "a cell in another language is not marked as such";
}

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_only_what_was_read_bears_errors() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for found in RULES {
            assert_eq!(rule(found.id), Some(*found));
            let can_err = found.severity == Error || found.error_under.is_some();
            assert!(!can_err || found.reference.certainty.bears_errors(), "{}", found.id);
            assert!(!found.profiles.is_empty() && !found.says.ends_with('.'), "{}", found.id);
        }
        assert_eq!(rule("dur-mising"), None);
    }
}
