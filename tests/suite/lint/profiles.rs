//! Profiles: what each adds, who chooses them, and names that no profile has.

use super::{SOUND, check, check_sound};
use crate::report::{hint, run};

const CATEGORY: &str = "category = \"necessary\"";

/// An audience cookie that is said to be exempt.
fn exempt(more: &str) -> String {
    format!("category = \"analytics\"\nconsent = {{ required = false, evidence = \"x\" }}\n{more}")
}

#[test]
fn the_french_exemption() {
    for (more, duration, rule, severity) in [
        ("", "14 months", "dur-over-13m-exempt", "error"),
        ("", "{ by = { EEA = \"13 months\", other = \"14 months\" } }", "dur-over-13m-exempt", "error"),
        ("", "{ raw = \"up to 14 months\" }", "dur-over-13m-exempt", "error"),
        ("", "{ is = \"13 months\", refresh = true }", "dur-refresh-exempt", "error"),
        ("data_retention = \"26 months\"", "13 months", "data-over-25m", "error"),
    ] {
        let duration = if duration.starts_with('{') { duration.to_owned() } else { format!("\"{duration}\"") };
        let text = SOUND.replace(CATEGORY, &exempt(more)).replace("\"session\"", &duration);
        let checked = check(&text, &["--profile", "fr"]);
        checked.finds(rule, severity);
        check(&text, &["--profile", "eu"]).lacks(rule);
    }
    let bare = exempt("").replace(", evidence = \"x\"", "");
    check_sound(CATEGORY, &bare, "fr").finds("exempt-without-evidence", "warning");
    check_sound(CATEGORY, &exempt("names = [\"_ga\"]"), "fr").finds("exempt-without-evidence", "Google Analytics");
    let unlisted = format!("{SOUND}\n[cookie.p.audience]\nrole = \"audience-exempt\"\n");
    check(&unlisted, &["--profile", "fr"]).finds("exempt-not-listed", "`p/audience`");
}

#[test]
fn other_countries() {
    let store = |duration: &str| {
        SOUND
            .replace("Garde la session.", "Garde votre choix sur les cookies.")
            .replace("\"session\"", &format!("\"{duration}\""))
    };
    for (profile, duration, rule) in [
        ("fr", "13 months", "consent-store-over-6m"),
        ("it", "5 months", "reask-before-6m"),
        ("es", "3 years", "consent-over-24m"),
    ] {
        check(&store(duration), &["--profile", profile]).finds(rule, duration);
        check(&store(duration), &["--profile", "uk"]).lacks(rule);
        check(&store("6 months"), &["--profile", profile]).lacks(rule);
    }
    check_sound(CATEGORY, &exempt(""), "uk").finds("statistics-without-opt-out", "`p/one`");
    check_sound(CATEGORY, &exempt(""), "uk").finds("exception-unstated", "note");
    check_sound(CATEGORY, "category = \"marketing\"", "us-ca").finds("signal-not-honoured", "opt-out signals");
    check_sound(CATEGORY, CATEGORY, "es").finds("aepd-block-missing", "defines cookies");
    let hidden = SOUND.replace(CATEGORY, "category = \"marketing\"").replace(", \"duration\"]", "]");
    check(&hidden, &["--profile", "de"]).finds("duration-not-told", "`p/one`");
}

/// A limit holds for durations by place, and for those kept as they were found.
#[test]
fn limits_of_a_choice_hold_however_its_duration_is_told() {
    let store = |duration: &str| {
        SOUND
            .replace("Garde la session.", "Garde votre choix sur les cookies.")
            .replace("duration = \"session\"", &format!("duration = {duration}"))
    };
    for (profile, duration, rule) in [
        ("fr", "{ by = { EEA = \"6 months\", other = \"13 months\" } }", "consent-store-over-6m"),
        ("fr", "{ raw = \"up to 13 months\" }", "consent-store-over-6m"),
        ("it", "{ by = { EEA = \"5 months\", other = \"6 months\" } }", "reask-before-6m"),
        ("it", "{ raw.fr = \"30 j, 60 j\" }", "reask-before-6m"),
        ("it", "\"session\"", "reask-before-6m"),
        ("es", "{ by = { EEA = \"6 months\", other = \"25 months\" } }", "consent-over-24m"),
    ] {
        let checked = check(&store(duration), &["--profile", profile]);
        assert_eq!(checked.all(rule).len(), 1, "{rule}: {duration}: {}", checked.report);
    }
    let sound = "{ by = { EEA = \"6 months\", other = \"184 days\" } }";
    check(&store(sound), &["--profile", "it"]).lacks("reask-before-6m");
    check(&store("{ until.fr = \"5 mois\" }"), &["--profile", "it"]).lacks("reask-before-6m");
}

#[test]
fn blocks_are_named() {
    let rules =
        ["controller-missing", "contact-missing", "rights-missing", "complaint-right-missing", "transfer-missing"];
    let bare = check(SOUND, &["--profile", "eu"]);
    rules.iter().for_each(|rule| bare.finds(rule, "no page in `fr`"));
    let named = format!(
        "{SOUND}//- /sites/content/privacy.fr.md\n+++\ntitle = \"P\"\n+++\n## A {{#publisher}}\n\n## B {{#contact}}\n\n\
         ## Vos droits\n\n## Se plaindre\n\n{{{{ include(\"transfer\") }}}}\n//- /sites/content/_parts/transfer.fr.md\nx\n"
    );
    let named = check(&named, &["--profile", "eu"]);
    rules.iter().for_each(|rule| named.lacks(rule));
}

#[test]
fn a_link_of_the_theme_is_a_way_to_change_ones_mind() {
    check(SOUND, &["--profile", "eu"]).finds("withdraw-hook-missing", "change their minds");
    let linked = format!(
        "{SOUND}//- /themes/plain/theme.toml\nname = \"Plain\"\n[params.manage_cookies]\ntype = \"url\"\n\
        //- /sites/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\nparams.manage_cookies = \"#consent\"\n"
    );
    check(&linked, &["--profile", "eu"]).lacks("withdraw-hook-missing");
}

/// What is a warning anywhere is an error for public bodies.
#[test]
fn public_bodies_have_to_be_accessible() {
    let text = format!("{SOUND}//- /sites/content/index.fr.md\n+++\ntitle = \"H\"\n+++\n[ici](page:cookies)\n");
    check(&text, &["--profile", "fr"]).finds("a11y-link-text", "warning");
    check(&text, &["--profile", "fr-public"]).finds("a11y-link-text", "error");
    let mixed = SOUND.replace("Garde la session.", "Remembers the user from page to page.");
    check(&mixed, &["--profile", "fr"]).lacks("a11y-lang");
    check(&mixed, &["--profile", "fr-public"]).finds("a11y-lang", "error");
}

#[test]
fn the_nearest_layer_chooses() {
    let layers = format!("{SOUND}//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\nprofile = [\"fr\"]\n");
    let profiles = |text: &str, args: &[&str]| check(text, args).report["rules"]["profiles"].to_string();
    assert_eq!(profiles(SOUND, &[]), "[\"core\"]");
    assert_eq!(profiles(&layers, &[]), "[\"core\",\"eu\",\"fr\"]");
    assert_eq!(profiles(&layers, &["--profile", "uk"]), "[\"core\",\"uk\"]");
    assert_eq!(profiles(&layers, &["--profile", "de,it"]), "[\"core\",\"eu\",\"de\",\"it\"]");
}

#[test]
fn a_name_that_no_profile_has_is_an_error_with_the_nearest() {
    let checked =
        check("//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\nprofile = [\"fr-pubic\"]\n", &[]);
    assert!(hint(checked.all("unknown-word")[0]).contains("`fr-public`"), "{}", checked.report);
    assert_eq!(checked.code, 1);
    let outcome = run(&checked.workspace, &["check", "--profile", "fr-pubic"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("'fr-public'"), "{}", outcome.transcript());
}
