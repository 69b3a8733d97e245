//! One register for each rule that the five documents do not break.

use super::{SOUND, check, check_sound};
use crate::report::run;

/// The line of the sound register that says something of durations, with another one.
const DURATION: &str = "duration = \"session\"";
const CATEGORY: &str = "category = \"necessary\"";
/// A table whose rows have no headers.
const ROWS: &str = "<table><caption>T</caption><tr><th scope=\"col\">Nom</th><th scope=\"col\">Rôle</th></tr>\
                    <tr><td>un</td><td>x</td></tr><tr><td>une</td><td>y</td></tr></table>";
const PURPOSE: &str = "purpose = \"Garde la session.\"";

#[test]
fn a_sound_register_breaks_none() {
    let checked = check(SOUND, &[]);
    assert_eq!((checked.rules(), checked.code), (Vec::new(), 0));
}

#[test]
fn durations() {
    for (duration, rule, severity) in [
        ("duration = \"persistent\"", "dur-missing", "warning"),
        ("duration.raw.fr = \"quelques secondes\"", "dur-missing", "warning"),
        ("duration.raw = \"183\"", "dur-no-unit", "error"),
        ("duration.raw = \"None\"", "dur-unparsed", "warning"),
        ("duration.raw = \"30 j, 730 j\"", "dur-unparsed", "warning"),
        ("duration.raw = \"up to 180 days\"", "dur-unparsed", "warning"),
        ("duration = \"11 years\"", "dur-absurd", "error"),
        ("duration.raw = \"up to 82 years\"", "dur-absurd", "error"),
        ("duration = \"2 years\"", "dur-over-400d", "warning"),
        ("duration = { by = { EEA = \"13 months\", other = \"24 months\" } }", "dur-over-400d", "warning"),
        ("duration.raw = \"30 days\"", "dur-untranslated", "warning"),
    ] {
        let checked = check_sound(DURATION, duration, "core");
        checked.finds(rule, severity);
    }
    for sound in ["duration = \"13 months\"", "duration = \"400 days\"", "duration.until = \"La fermeture du compte\""]
    {
        assert_eq!(check_sound(DURATION, sound, "core").rules(), [""; 0], "{sound}");
    }
}

#[test]
fn names() {
    for (names, rule, severity) in [
        ("names = [\"_ga / _gid\"]", "names-not-split", "warning"),
        ("names = [\"_ga_<id>\"]", "name-placeholder", "warning"),
        ("names = [{ glob = \"*\" }]", "wildcard-alone", "error"),
        ("names = [{ regex = \".*\" }]", "wildcard-alone", "error"),
        ("names = [\"www.p.com\"]", "name-is-host", "warning"),
        ("names = [\"csrftokn\"]", "name-near-miss", "warning"),
        ("cell.name = { fr = \"un\", en = \"one\" }", "name-translated", "error"),
    ] {
        check_sound(DURATION, &format!("{DURATION}\n{names}"), "core").finds(rule, severity);
    }
}

/// It is the first thing that is told, before what stands above it.
#[test]
fn a_necessary_cookie_that_sources_call_analytics_is_told_first() {
    let text = SOUND
        .replace(
            "provider.p.name = \"P\"",
            "provider.p.name = \"P\"\nprovider.google.name = \"Google\"\nlabel.name = \"Nom\"",
        )
        .replace("[cookie.p.one]", "[cookie.p.first]\npurpose = \"x\"\n[cookie.google._ga]")
        .replace("\"p/one\"", "\"p/first\", \"google/_ga\"");
    let checked = check(&text, &[]);
    assert_eq!(checked.report["findings"][0]["code"], "necessary-but-known", "{}", checked.report);
    assert_eq!(checked.report["findings"][0]["severity"], "error");
    assert_eq!(checked.code, 1);
    let by_name = SOUND.replace("[cookie.p.one]", "[cookie.p._ga]").replace("p/one", "p/_ga");
    check(&by_name, &[]).finds("necessary-but-known", "warning");
    let other = SOUND.replace("[cookie.p.one]", "[cookie.p.sessionid]").replace("p/one", "p/sessionid");
    check(&other, &[]).lacks("necessary-but-known");
}

#[test]
fn rows_and_texts() {
    check_sound(CATEGORY, "category = \"unknown\"", "core").finds("category-unknown", "`p/one`");
    check_sound(PURPOSE, "purpose = \"Remembers the user from page to page.\"", "core").finds("lang-mixed", "`en`");
    check_sound(PURPOSE, "purpose = \"Lorem ipsum.\"", "core").finds("machine-residue", "error");
    check_sound(PURPOSE, "link = \"http://p.example\"", "core").finds("link-http", "http://p.example");
    check_sound(PURPOSE, "link = \"#\"", "core").finds("link-dead", "error");
}

#[test]
fn prose() {
    let page = |text: &str| {
        format!(
            "{SOUND}//- /sites/content/cookies.fr.md\n+++\ntitle = \"C\"\n+++\n{text}\n\n{{{{ cookie_tables() }}}}\n"
        )
    };
    for (text, rule) in [
        ("En poursuivant votre navigation, vous acceptez.", "claim-stale"),
        ("Selon l'article 32-II de la loi.", "claim-stale"),
        ("Pour en savoir plus, cliquez [ici](https://p.example).", "a11y-link-text"),
        ("Voyez <http://p.example>.", "link-http"),
        ("Traduit par DeepL.", "machine-residue"),
        ("<table><tr><th>Nom</th><th scope=\"col\"></th></tr></table>", "a11y-th-scope"),
        ("<table><tr><th scope=\"col\"></th></tr></table>", "a11y-empty-th"),
        (ROWS, "a11y-row-header"),
    ] {
        check(&page(text), &[]).finds(rule, "");
    }
    check(&page(ROWS), &["--profile", "fr-public"]).finds("a11y-row-header", "error");
    // Markdown has no way to write one.
    for sound in [&*ROWS.replace("<td>u", "<th scope=\"row\">u"), "| a | b |\n| --- | --- |\n| c | d |\n| e | f |"] {
        check(&page(sound), &[]).lacks("a11y-row-header");
    }
    let lasting = page("Le cookie `one` est gardé 13 mois.").replace(DURATION, "duration = \"6 months\"");
    check(&lasting, &[]).finds("dur-prose-conflict", "13 months");
    check(&lasting.replace("13 mois", "6 mois"), &[]).lacks("dur-prose-conflict");
}

/// Consent is asked for by a banner of the pages, or by a manager whose own cookie is listed.
#[test]
fn consent_is_asked_for() {
    let marketing = SOUND.replace(CATEGORY, "category = \"marketing\"");
    let checked = check(&marketing, &[]);
    assert_eq!(
        checked.told("banner-missing"),
        ["2 error `p/one` needs consent: the pages have no banner, and no listed cookie keeps the choice"]
    );
    assert_eq!(checked.code, 1);
    // What is not sure to need it is no error of the site.
    for sound in
        ["category = \"unknown\"", "category = \"analytics\"\nconsent = { required = false, evidence = \"x\" }"]
    {
        check_sound(CATEGORY, sound, "core").lacks("banner-missing");
    }
    check_sound(CATEGORY, "consent = { required = true }", "core").finds("banner-missing", "`p/one`");
    let kept = "[cookie.p.choice]\ncategory = \"necessary\"\nrole = \"consent-store\"\npurpose = \"Garde la réponse.\"\n\
                duration = \"6 months\"\n[table.t]";
    let listed = marketing.replace("[table.t]", kept);
    check(&listed, &[]).finds("banner-missing", "`p/one`");
    check(&listed.replace("\"p/one\"", "\"p/one\", \"p/choice\""), &[]).lacks("banner-missing");
}

/// A banner that is on by default is on, and an export may be what a site needs for one.
#[test]
fn a_banner_asks_for_consent() {
    let marketing = SOUND.replace(CATEGORY, "category = \"marketing\"");
    let theme = "//- /themes/plain/theme.toml\nname = \"Plain\"\n[params.banner]\ntype = \"choice\"\n\
                 choices = [\"off\", \"cookieconsent\"]\ndefault = \"cookieconsent\"\n\
                 //- /sites/static/consent/cookieconsent.css\n/* x */\n\
                 //- /sites/static/consent/cookieconsent.umd.js\n/* x */\n";
    let with_banner = marketing.clone() + theme;
    check(&with_banner, &[]).lacks("banner-missing");
    check(&with_banner, &["--set", "params.banner=off"]).finds("banner-missing", "`p/one`");
    let workspace = check(&marketing, &[]).workspace;
    let exported = run(&workspace, &["export", "klaro", "a"]);
    assert!(exported.code == 0 && exported.stdout.contains("klaroConfig"), "{}", exported.transcript());
}

/// Row 81: rules and exports go through as many rows as a site can show; of very many findings the first are told.
#[test]
fn fault_081_ten_thousand_rows_are_judged_and_exported() {
    let cookies: String = (0..10_000).map(|number| format!("cookie.p.c{number}.purpose = \"Compter\"\n")).collect();
    let rows: Vec<String> = (0..10_000).map(|number| format!("\"p/c{number}\"")).collect();
    let rows = rows.join(", ");
    let text = format!(
        "//- /sites/cookies.toml\nprovider.p.name = \"P\"\n{cookies}//- /sites/a/cookies.toml\n[table.t]\n\
         title = \"T\"\ncolumns = [\"name\", \"purpose\"]\nrows = [{rows}]\n"
    );
    let checked = check(&text, &[]);
    assert_eq!(checked.code, 0);
    assert_eq!(checked.all("more-mistakes").len(), 1);
    for format in ["cookieconsent", "csv", "iab"] {
        let exported = run(&checked.workspace, &["export", format, "a", "--quiet"]);
        assert!(exported.code == 0 && exported.stdout.contains("c9999"), "{format}");
    }
}
