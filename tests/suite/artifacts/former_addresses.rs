//! `aliases`: a rule for hosts that read rules, a page for those that do not.

use super::build;

const ALIASES: &str = "//- /sites/content/été.fr.md\n+++\ntitle = \"Été & <hiver>\"\n\
    aliases = [\"/vieux/cookies/\", \"old page.html\", \"policy.pdf\"]\n+++\nChaud\n";

#[test]
fn former_addresses_lead_on() {
    let built = build(&[ALIASES], &[]);
    assert_eq!(
        built.file("portal/_redirects"),
        "/old%20page.html /legal/%C3%A9t%C3%A9/ 301\n\
         /policy.pdf /legal/%C3%A9t%C3%A9/ 301\n\
         /vieux/cookies /legal/%C3%A9t%C3%A9/ 301\n\
         /vieux/cookies/ /legal/%C3%A9t%C3%A9/ 301\n"
    );
    let page = built.file("portal/vieux/cookies/index.html");
    assert!(page.contains("<meta http-equiv=\"refresh\" content=\"0; url=../../%C3%A9t%C3%A9/\">"), "{page}");
    assert!(page.contains("<link rel=\"canonical\" href=\"https://portal.example/legal/%C3%A9t%C3%A9/\">"), "{page}");
    assert!(page.contains("<title>Été &amp; &lt;hiver&gt;</title>"), "{page}");
    assert!(built.file("portal/old page.html").contains("url=%C3%A9t%C3%A9/"));
    assert!(!built.workspace.holds("dist/portal/policy.pdf"));
}

#[test]
fn a_site_without_former_addresses_has_no_rules() {
    assert!(!build(&[], &[]).workspace.holds("dist/portal/_redirects"));
}

#[test]
fn a_former_address_that_a_file_has_is_refused() {
    let built = build(&[ALIASES, "//- /sites/stranger/static/policy.pdf\nx\n"], &[]);
    assert_eq!((built.status("portal").as_str(), built.status("stranger").as_str()), ("built", "failed"));
    assert!(built.one("collision")["message"].as_str().unwrap().contains("policy.pdf"), "{}", built.outcome.stdout);
}

#[test]
fn an_alias_that_goes_takes_its_page_with_it() {
    let built = build(&[ALIASES], &[]);
    let plain = "//- /sites/content/été.fr.md\n+++\ntitle = \"Été\"\n+++\nChaud\n";
    built.workspace.add_text(plain);
    let again = crate::report::build(&built.workspace);
    assert_eq!(again.status("portal"), "built");
    for gone in ["_redirects", "vieux", "old page.html"] {
        assert!(!built.workspace.holds(&format!("dist/portal/{gone}")), "{gone}");
    }
}
