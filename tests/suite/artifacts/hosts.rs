//! `_headers`, `robots.txt`, `sitemap.xml`, in public and in an environment that search engines are to leave out.

use super::build;

#[test]
fn headers_are_strict_and_name_no_tenant() {
    let built = build(&[], &[]);
    let headers = built.file("portal/_headers");
    assert!(headers.starts_with("/*\n  Content-Security-Policy: default-src 'none';"), "{headers}");
    assert!(!headers.contains("unsafe") && !headers.contains("http"), "{headers}");
    assert!(headers.contains("script-src 'none'") && headers.contains("connect-src 'none'"), "{headers}");
    assert!(headers.contains("\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"), "{headers}");
    assert!(
        headers.ends_with("\n/*fragment.html\n  X-Robots-Tag: noindex\n/*fragment\n  X-Robots-Tag: noindex\n"),
        "{headers}"
    );
    assert_eq!(headers, built.file("stranger/_headers"));
}

#[test]
fn a_theme_with_a_script_may_run_it_and_nothing_else() {
    let built = build(&["//- /themes/plain/static/a.js\n1;\n"], &[]);
    assert!(built.file("portal/_headers").contains("script-src 'self';"));
}

#[test]
fn the_sitemap_has_the_tenants_own_pages_in_their_languages() {
    let built = build(&[], &[]);
    let sitemap = built.file("portal/sitemap.xml");
    let all = |what: &str| sitemap.matches(what).count();
    // Three pages: the English address of the French page stands in for a translation and is none.
    assert_eq!((all("<url>"), all("<loc>https://portal.example/legal/"), all("stranger")), (3, 3, 0), "{sitemap}");
    assert!(sitemap.contains("<loc>https://portal.example/legal/%C3%A9t%C3%A9/</loc>\n</url>"), "{sitemap}");
    let home = "<loc>https://portal.example/legal/en/</loc>\n<lastmod>2026-01-03</lastmod>\n\
        <xhtml:link rel=\"alternate\" hreflang=\"fr\" href=\"https://portal.example/legal/\"/>\n\
        <xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"https://portal.example/legal/en/\"/>\n\
        <xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"https://portal.example/legal/\"/>\n";
    assert!(sitemap.contains(home), "{sitemap}");
}

#[test]
fn robots_name_the_sitemap() {
    let built = build(&[], &[]);
    let robots = built.file("portal/robots.txt");
    assert_eq!(robots, "User-agent: *\nDisallow:\n\nSitemap: https://portal.example/legal/sitemap.xml\n");
}

/// A crawler that may not read the pages would not see that it is to leave them out.
#[test]
fn an_environment_is_left_out_by_header_and_not_by_robots() {
    let built = build(&[], &["--env", "staging"]);
    assert!(built.file("portal/_headers").contains("  X-Robots-Tag: noindex\n/assets/*"));
    assert_eq!(built.file("portal/robots.txt"), "User-agent: *\nDisallow:\n");
    assert!(!built.workspace.holds("dist/portal/sitemap.xml"));
}

#[test]
fn what_the_program_writes_cannot_be_supplied() {
    let built = build(&["//- /sites/stranger/static/en/404.html\nx\n"], &[]);
    assert_eq!((built.status("portal").as_str(), built.status("stranger").as_str()), ("built", "failed"));
    assert!(built.one("collision")["message"].as_str().unwrap().contains("en/404.html"), "{}", built.outcome.stdout);
}

/// What lies below `assets/` may be kept for a year.
#[test]
fn no_page_and_no_alias_lies_among_the_assets() {
    for (page, front) in
        [("assets/old", ""), ("assets", ""), ("about", "aliases = [\"assets/x\"]"), ("about", "slug = \"assets\"")]
    {
        let text = format!("//- /sites/stranger/content/{page}.fr.md\n+++\ntitle = \"T\"\n{front}\n+++\nT\n");
        let built = build(&[&text], &[]);
        assert_eq!((built.status("portal").as_str(), built.status("stranger").as_str()), ("built", "failed"), "{text}");
        assert!(!built.all("reserved-address").is_empty(), "{}", built.outcome.stdout);
    }
}
