//! The page of the documentation that lists the rules, made from the rules themselves.

use std::fmt::Write as _;

use crate::lint::rule::Finder;
use crate::lint::{Profile, RULES, Rule};

/// The text of `docs/rules.md`.
pub fn rules_page() -> String {
    let mut page = String::from(HEAD);
    page.push_str("| profile | is about | adds to |\n| --- | --- | --- |\n");
    for profile in Profile::ALL {
        let base = profile.base().map_or(String::new(), |base| format!("`{base}`"));
        let _ = writeln!(page, "| `{profile}` | {} | {base} |", profile.about());
    }
    page.push_str(
        "\n## The rules\n\n| rule | severity | profile | broken by | reference |\n| --- | --- | --- | --- | --- |\n",
    );
    for rule in RULES {
        page.push_str(&row(rule));
    }
    page
}

fn row(rule: &Rule) -> String {
    let profiles: Vec<String> = rule.profiles.iter().map(|profile| format!("`{profile}`")).collect();
    let mut severity = rule.severity.to_string();
    if let Some(profile) = rule.error_under {
        let _ = write!(severity, ", error under `{profile}`");
    }
    let by = if rule.found_by == Finder::Build { "; every build looks for it" } else { "" };
    format!("| `{}` | {severity} | {} | {}{by} | {} |\n", rule.id, profiles.join(", "), rule.says, rule.reference)
}

const HEAD: &str = "# The rules of `check`

This page lists the rules that `tenantry check` knows ([check.md](check.md)), with what each rests on. It is made from the
rules themselves: a test compares it, and `TENANTRY_BLESS=1` writes it again.

**It is not legal advice.** Laws change, and rules with them: each reference has its date, and how far it was read:

| certainty | means |
| --- | --- |
| primary text | the law, manual, standard or source itself was read |
| secondary source | a law firm, the press or another project reports it |
| to verify | known in the trade, not read again |
| practice | no law: what published policies taught |

A rule that rests on a secondary source, or is to be verified, is at most a warning.

## Profiles

A layer chooses profiles with `profile = [\"fr\"]`, a run with `--profile fr`. `core` always applies.

";
