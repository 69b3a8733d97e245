//! Rows 64, 76 and 77: addresses that run code, load from elsewhere, or reach nobody; and links that lead nowhere.

use super::{FRONT, PAGE, body, page, with_var};
use crate::report::build;
use crate::sound::refuses;

/// Addresses that readers cannot reach.
pub(crate) const UNREACHABLE: &[&str] = &[
    "http://localhost",
    "http://localhost:8080/x",
    "https://LOCALHOST/",
    "http://a.localhost/",
    "file:///etc/passwd",
    "file:x",
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://2130706433/",
    "http://0x7f.0.0.1/",
    "http://10.0.0.1/",
    "http://127.1/",
    "http://user@127.0.0.1/",
];

/// Images from elsewhere.
pub(crate) const REMOTE_IMAGES: &[&str] =
    &["https://evil.example/p.png", "http://evil.example/p.png", "//evil.example/p.png", "HTTPS://evil.example/p.png"];

/// Addresses that run code, or seem to stay on the site.
pub(crate) const RUN_CODE: &[&str] = &[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6a;avascript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "javascript&colon;alert(1)",
    "<java\tscript:alert(1)>",
    "<&#1;javascript:alert(1)>",
    "< javascript:alert(1)>",
    "java%0Ascript:alert(1)",
    "%6Aavascript:alert(1)",
    "&#8203;javascript:alert(1)",
    "data:text/html,<b>",
    "DATA:text/html;base64,PGI+",
    "vbscript:x",
    "blob:x",
    "view-source:https://a.example",
    "//evil.example",
    "/\\\\evil.example",
    "\\\\\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "feed:javascript:x",
];

#[test]
fn fault_064_addresses_that_run_code_are_errors_at_their_link() {
    for address in RUN_CODE {
        refuses(&page(&format!("Un [lien]({address}) ici.")), &[(" sites/bad/content/page.fr.md:4:4", "")]);
    }
}

#[test]
fn fault_064_every_form_of_link_is_checked() {
    let cases = [
        ("Un <javascript:alert(1)> ici.", "bad-link", "4:4"),
        ("Un <JAVASCRIPT:alert(1)> ici.", "bad-link", "4:4"),
        ("Un [lien] ici.\n\n[lien]: javascript:alert(1)", "bad-link", "4:4"),
        ("Un [lien][a] ici.\n\n[a]: <data:text/html,x> \"titre\"", "bad-link", "4:4"),
        ("Un [lien][] ici.\n\n[lien]: //evil.example", "bad-link", "4:4"),
        ("## Titre [lien](vbscript:x)", "bad-link", "4:10"),
        ("| A |\n| --- |\n| [x](javascript:x) |", "bad-link", "6:3"),
        ("- un\n- [x](javascript:x)", "bad-link", "5:3"),
        ("Note[^1].\n\n[^1]: [x](javascript:x)", "bad-link", "6:7"),
        ("![image](javascript:alert(1))", "", "4:1"),
        ("![image](data:image/svg+xml,x)", "", "4:1"),
        ("[![image](vbscript:x)](https://a.example)", "", "4:2"),
    ];
    for (body, code, place) in cases {
        refuses(&page(body), &[(&format!("{code} {PAGE}:{place}"), "")]);
    }
}

#[test]
fn fault_064_a_groups_links_are_checked_too() {
    let workspace = page("Texte.");
    workspace.write("sites/group/group.toml", "");
    workspace.write("sites/group/below/site.toml", "name = \"B\"\nbase_url = \"https://below.example.org\"\n");
    workspace.write("sites/group/content/page.fr.md", &format!("{FRONT}[x](javascript:x)\n"));
    let report = build(&workspace);
    report.expect(&[("bad-link sites/group/content/page.fr.md:4:1", "javascript:")]);
    assert_eq!((report.code, report.status("below"), report.status("bad")), (1, "failed", "built"));
}

#[test]
fn fault_064_addresses_that_are_sound_pass() {
    let workspace = page("[a](https://a.example/?x=1&y=2) [b](mailto:a@b.example) [c](tel:+33100000000) <d@e.example>");
    let html = body(&workspace);
    for link in ["https://a.example/?x=1&amp;y=2", "mailto:a@b.example", "tel:+33100000000", "mailto:d@e.example"] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{link}: {html}");
    }
}

#[test]
fn fault_076_remote_images_are_errors_at_their_place() {
    for image in REMOTE_IMAGES {
        for text in [format!("Un ![x]({image})."), format!("Un ![x].\n\n[x]: {image}")] {
            refuses(&page(&text), &[(&format!(" {PAGE}:4:4"), "")]);
        }
    }
    let workspace = page("Un ![x]({{ vars.x }}).");
    with_var(&workspace, "https://evil.example/p.png");
    refuses(&workspace, &[(&format!(" {PAGE}:4:4"), "")]);
}

#[test]
fn fault_076_a_style_sheet_of_a_tenant_loads_nothing_from_elsewhere() {
    for css in [
        "@import url(https://evil.example/x.css);",
        "@import '//evil.example/x.css';",
        "@font-face { font-family: x; src: url(\"https://evil.example/x.woff2\") }",
        "body { background: URL( 'http://evil.example/p.png' ) }",
    ] {
        let workspace = page("Texte.");
        workspace.write("sites/bad/static/own.css", &format!("/* style */\n{css}\n"));
        refuses(&workspace, &[(" sites/bad/static/own.css", "evil.example")]);
    }
}

#[test]
fn fault_077_addresses_that_readers_cannot_reach_are_errors() {
    for address in UNREACHABLE {
        refuses(&page(&format!("Un [lien]({address}).")), &[(&format!("bad-link {PAGE}:4:4"), "")]);
    }
}

#[test]
fn fault_077_a_dot_at_the_end_hides_no_host() {
    for address in ["http://localhost./", "http://127.0.0.1./"] {
        refuses(&page(&format!("Un [lien]({address}).")), &[(&format!("bad-link {PAGE}:4:4"), "")]);
    }
}

#[test]
fn dead_links_are_errors_at_their_line_and_column() {
    let cases = [
        ("[a](page:nope)", "page `nope`"),
        ("[a](page:indx)", "did you mean `index`?"),
        ("[a](page:index#nope)", "`nope`"),
        ("[a](../nope/)", "`../nope/`"),
        ("[a](nope.md)", "nope"),
        ("[a](/nope)", "/nope"),
        ("[a](../../..)", "leaves the site"),
        ("[a](#nope)", "`nope`"),
        ("[a](#titr)", "did you mean `titre`?"),
        ("[a](/logo.svg/)", ""),
        ("[a](/lgo.svg)", ""),
        ("[a]()", "empty"),
        ("[a](page:)", ""),
        ("![a](/lgo.svg)", "did you mean `logo.svg`?"),
        ("![a](../../../etc/passwd)", ""),
    ];
    for (link, words) in cases {
        let workspace = page(&format!("## Titre\n\nVoir {link} ici."));
        if link == "[a](page:)" {
            assert_eq!(build(&workspace).errors().len(), 1);
            continue;
        }
        refuses(&workspace, &[(&format!(" {PAGE}:6:6"), words)]);
    }
}

#[test]
fn links_that_lead_somewhere_pass() {
    let workspace = page(
        "## À propos\n\n[a](page:index) [b](#à-propos) [c](/) [d](..) [e](/logo.svg)\n\
         [f](index.md) [g](../) [h](/page/#à-propos)",
    );
    let html = body(&workspace);
    for (letter, href) in
        [("a", "../"), ("b", "#à-propos"), ("e", "../logo.svg"), ("f", "../"), ("h", "../page/#à-propos")]
    {
        assert!(html.contains(&format!("<a href=\"{href}\">{letter}</a>")), "{letter}: {html}");
    }
}

#[test]
fn a_dead_link_of_a_shared_part_is_told_once_in_the_part() {
    let workspace = page("Texte.");
    workspace.write("sites/content/_parts/part.fr.md", "Texte.\n\nVoir [a](page:nope).\n");
    for name in ["first", "second"] {
        let text = format!("{FRONT}{{{{ include(\"part\") }}}}\n");
        workspace.write(&format!("sites/content/{name}.fr.md"), &text);
    }
    for id in ["one", "two", "three", "four", "five"] {
        let settings = format!("name = \"{id}\"\nbase_url = \"https://{id}.example.org\"\n");
        workspace.write(&format!("sites/{id}/site.toml"), &settings);
    }
    let report = build(&workspace);
    report.expect(&[("cannot-fill sites/content/_parts/part.fr.md:3:6", "`nope`")]);
    assert_eq!(report.document["findings"][0]["tenants"], 7, "{}", report.document["findings"]);
}
