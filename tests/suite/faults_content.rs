//! Faults of content: links and markup that attack readers, placeholders, dead links, front matter, cookie cells.
//!
//! Rows 64 to 69, 73 to 78 of the catalogue of faults. Content that is merely large (rows 70 to 72), and files that
//! are no documents at all, are other modules' matter.

use std::time::Duration;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Workspace};

/// A sound tenant, and the first lines of a faulty one whose page the test writes.
const WORKSPACE: &str = r##"
//- /themes/plain/templates/page.html
<!doctype html><html lang="{{ page.lang }}"><head><title>{{ page.title }}</title>
<meta name="description" content="{{ page.description }}"></head><body>
<nav>{% for entry in page.toc %}<a href="#{{ entry.id }}">{{ entry.html | safe }}</a>{% endfor %}</nav>
<main><h1>{{ page.title }}</h1>{{ page.body }}</main></body></html>
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour.
//- /sites/good/site.toml
name = "Good"
base_url = "https://good.example.org"
//- /sites/bad/site.toml
name = "Bad"
base_url = "https://bad.example.org"
//- /sites/bad/static/logo.svg
<svg xmlns="http://www.w3.org/2000/svg"/>
"##;

/// Where the faulty page lies.
const PAGE: &str = "sites/bad/content/page.fr.md";

/// Front matter of three lines: the body begins on line 4.
const FRONT: &str = "+++\ntitle = \"Page\"\n+++\n";

/// A value that would break out of text, of an attribute and of an address.
const HOSTILE: &str = r#"\"><script>alert('1')</script>&amp;"#;

/// The same, escaped.
const ESCAPED: &str = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;";

#[test]
fn fault_064_addresses_that_run_code_are_errors_at_their_link() {
    for address in [
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
    ] {
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

/// The constructs of row 65, and what would give each away in the output.
const MARKUP: &[(&str, &str)] = &[
    ("<script>alert(1)</script>", "<script"),
    ("<SCRIPT SRC=\"https://evil.example/x.js\"></script>", "<SCRIPT"),
    ("<img src=x onerror=alert(1)>", "onerror"),
    ("<svg><set to=\"javascript:alert(1)\"/></svg>", "<set"),
    ("<math><annotation-xml encoding=\"text/html\"><b>x</b></annotation-xml></math>", "<annotation-xml"),
    ("<style>@import url(https://evil.example/x.css);</style>", "<style"),
    ("<base href=\"https://evil.example/\">", "<base"),
    ("<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example\">", "<meta http-equiv"),
    ("<iframe src=\"https://evil.example\"></iframe>", "<iframe"),
    ("<form action=\"https://evil.example\"><input></form>", "<form"),
    ("<object data=\"https://evil.example\"></object>", "<object"),
    ("<embed src=\"https://evil.example\">", "<embed"),
    ("<link rel=\"stylesheet\" href=\"https://evil.example\">", "<link"),
    ("<a href=\"javascript:alert(1)\">x</a>", "<a href=\"javascript"),
    ("<b onclick=\"alert(1)\">x</b>", "<b onclick"),
    ("<!-- evil -->", "<!-- evil"),
    ("<?php evil ?>", "<?php"),
    ("<![CDATA[<b>evil</b>]]>", "<![CDATA["),
    ("<x-evil>x</x-evil>", "<x-evil"),
];

#[test]
fn fault_065_markup_of_a_tenant_is_left_out_with_a_warning_at_its_line() {
    for (markup, sign) in MARKUP {
        for (text, place) in
            [(format!("Avant.\n\n{markup}\n\nAprès."), "6:1"), (format!("Avant {markup} après."), "4:7")]
        {
            let workspace = page(&text);
            let report = build(&workspace);
            report.finds(&format!("warning html-dropped {PAGE}:{place}"), "Markdown");
            let html = workspace.read("dist/bad/page/index.html") + &workspace.read("dist/bad/page/fragment.html");
            assert!(!html.contains(sign), "{markup}: {html}");
            assert!(html.contains("Avant") && html.to_lowercase().contains("après"), "{html}");
        }
    }
}

#[test]
fn fault_065_markup_is_left_out_wherever_it_stands() {
    for text in [
        "## Titre <img src=x onerror=alert(1)>",
        "| A <img src=x onerror=alert(1)> |\n| --- |\n| <img src=x onerror=alert(1)> |",
        "- un <img src=x onerror=alert(1)>\n- deux",
        "> <img src=x onerror=alert(1)>",
        "[lien <img src=x onerror=alert(1)>](https://a.example)",
        "![alt <img src=x onerror=alert(1)>](/logo.svg)",
        "Note[^1].\n\n[^1]: <img src=x onerror=alert(1)>",
        "<div>\n\n<img src=x onerror=alert(1)>\n\n</div>",
        "Table: <img src=x onerror=alert(1)>\n\n| A |\n| --- |\n| b |",
        "{{ include(\"part\") }}",
    ] {
        let workspace = page(text);
        workspace.write("sites/bad/content/_parts/part.fr.md", "<img src=x onerror=alert(1)>\n");
        let html = body(&workspace);
        assert!(!html.contains("<img src=x") && !html.contains("<div>"), "{text}: {html}");
    }
}

#[test]
fn fault_065_markup_of_a_group_passes() {
    for (markup, sign) in MARKUP {
        let workspace = page("{{ include(\"part\") }}");
        workspace.write("sites/content/shared.fr.md", &format!("{FRONT}Avant.\n\n{markup}\n\nAprès.\n"));
        workspace.write("sites/content/_parts/part.fr.md", &format!("{markup}\n"));
        let report = build(&workspace);
        assert_eq!((report.code, report.findings.len()), (0, 0), "{:?}", report.findings);
        for file in ["shared/index.html", "shared/fragment.html", "page/index.html"] {
            assert!(workspace.read(&format!("dist/bad/{file}")).contains(sign), "{markup} in {file}");
        }
    }
}

#[test]
fn fault_065_markup_of_a_trusted_tenant_passes() {
    let workspace = page("<b class=\"x\">gras</b>");
    let group = workspace.read("sites/group.toml") + "trust_tenants = true\n";
    workspace.write("sites/group.toml", &group);
    assert!(body(&workspace).contains("<b class=\"x\">gras</b>"));
}

#[test]
fn fault_066_the_info_of_a_fence_cannot_break_out() {
    for info in ["a\"><script>", "a\" onclick=\"x", "&quot;><script>", "a b\"", "{.x onclick=y}", "a'>"] {
        let html = body(&page(&format!("```{info}\ncode <b>\n```")));
        assert!(!html.contains("<script") && !html.contains("onclick=\"x"), "{info}: {html}");
        assert!(html.contains("code &lt;b&gt;"), "{info}: {html}");
    }
    assert!(body(&page("```rust\ncode\n```")).contains("class=\"language-rust\""));
}

#[test]
fn fault_067_words_that_hold_markup_are_escaped_everywhere() {
    let hostile = r#"\"\>\<script\>alert(1)\</script\>"#;
    let text = format!(
        "## Titre {hostile}\n\n![alt {hostile}](/logo.svg \"titre {hostile}\")\n\n| {hostile} |\n| --- |\n| b |"
    );
    let workspace = page(&format!("{text}\n\n[x](https://a.example \"titre {hostile}\")"));
    workspace.write(PAGE, &workspace.read(PAGE).replace("\"Page\"", "'Page \"><script>alert(1)</script>'"));
    assert_eq!(build(&workspace).code, 0);
    for file in ["index.html", "fragment.html"] {
        let html = workspace.read(&format!("dist/bad/page/{file}"));
        assert!(!html.contains("<script"), "{html}");
    }
    let html = workspace.read("dist/bad/page/index.html");
    let toc = "<a href=\"#titre-script-alert-1-script\">Titre &quot;&gt;&lt;script&gt;";
    assert!(html.contains(toc) && html.contains("alt=\"alt &quot;&gt;&lt;script"), "{html}");
}

#[test]
fn fault_067_an_id_that_is_none_is_an_error() {
    for id in ["1a", "a\"b", "-a", "é&x"] {
        refuses(
            &page(&format!("Texte.\n\n## Titre {{#{id}}}")),
            &[(&format!("bad-id {PAGE}:6:1"), "letters, digits, - and _")],
        );
    }
    assert!(body(&page("## Titre {#mon-id_2}")).contains("<h2 id=\"mon-id_2\">Titre</h2>"));
}

#[test]
fn fault_068_quotations_in_quotations_are_one_error() {
    let workspace = page(&">".repeat(50_000));
    refuses(&workspace, &[(&format!("nested-too-deep {PAGE}:4:"), "32")]);
    assert!(body(&page(&format!("{} fond", ">".repeat(20)))).contains("fond"));
}

#[test]
fn fault_069_nesting_without_end_is_an_error_or_text() {
    let lists: String = (0..2_000).map(|depth| format!("{}- x\n", "  ".repeat(depth.min(150)))).collect();
    let deep = [
        "[".repeat(10_000) + &"](https://a.example)".repeat(10_000),
        "*a ".repeat(10_000) + &"b* ".repeat(10_000),
        "**a ".repeat(10_000) + &"b**".repeat(10_000),
        "![".repeat(10_000) + &"](/logo.svg)".repeat(10_000),
        "- ".repeat(10_000) + "x",
        "1. ".repeat(10_000) + "x",
        lists,
    ];
    for text in deep {
        let report = build(&page(&text));
        assert_eq!(report.status("good"), "built", "{:?}", report.errors());
        for error in report.errors() {
            assert!(error.starts_with(&format!("nested-too-deep {PAGE}:")), "{error}");
        }
    }
}

#[test]
fn fault_073_long_lines_and_odd_characters_stay_text() {
    let line = "mot ".repeat(200_000);
    assert!(body(&page(&line)).len() > 790_000);
    let workspace = page("");
    workspace.write(PAGE, "+++\ntitle = \"Page\"\n+++\nun\rdeux\r\rtrois\r");
    assert!(body(&workspace).contains("<p>trois"), "{}", body(&workspace));
    assert!(body(&page("a&#xD800;b&#0;c&#x110000;d")).contains("a\u{fffd}b\u{fffd}c\u{fffd}d"));
}

#[test]
fn fault_073_characters_that_no_page_may_hold_are_replaced() {
    for written in ["a&#xFFFE;b", "a\u{fffe}b", "a\u{ffff}b", "a\u{1}b", "a\u{1b}b", "a&#1;b"] {
        let html = body(&page(written));
        assert!(!html.contains(['\u{fffe}', '\u{ffff}', '\u{1}', '\u{1b}']), "{written:?}: {html:?}");
    }
}

#[test]
fn fault_073_a_file_of_carriage_returns_alone_has_its_places() {
    let workspace = page("");
    workspace.write(PAGE, "+++\rtitle = \"Page\"\r+++\rTexte.\r");
    let report = build(&workspace);
    // Either it is read as lines, or the tenant is told; it is not a page without a word.
    let told = report.code == 1 && report.errors()[0].contains(PAGE);
    assert!(
        told || workspace.read("dist/bad/page/index.html").contains("<title>Page</title>"),
        "{:?}",
        report.findings
    );
}

#[test]
fn fault_074_marks_that_turn_text_round_are_refused_in_names() {
    let cases = [
        ("name = \"Bad\\u202E\"\nbase_url = \"https://bad.example.org\"", "invisible-character", "1:8", "u{202e}"),
        ("base_url = \"https://bad\\u2066.example.org\"\nname = \"Bad\"", "", "1:12", "u{2066}"),
    ];
    for (settings, code, place, words) in cases {
        let workspace = page("Texte.");
        workspace.write("sites/bad/site.toml", settings);
        refuses(&workspace, &[(&format!("{code} sites/bad/site.toml:{place}"), words)]);
    }
    for mark in ["\\u202E", "\\u2066", "\\u200E", "\\u200F"] {
        let workspace = page("{{ cookie_tables() }}");
        workspace.write("sites/bad/cookies.toml", &register("names", &format!("[\"_g{mark}a\"]")));
        refuses(&workspace, &[(" sites/bad/cookies.toml:2:", &mark.to_lowercase()[2..])]);
    }
}

#[test]
fn fault_074_characters_without_width_are_refused_in_names_of_cookies() {
    for mark in ["\\u200B", "\\uFEFF", "\\u00AD", "\\u2060"] {
        let workspace = page("{{ cookie_tables() }}");
        workspace.write("sites/bad/cookies.toml", &register("names", &format!("[\"_g{mark}a\"]")));
        refuses(&workspace, &[(" sites/bad/cookies.toml:2:", &mark.to_lowercase()[2..].trim_start_matches("00"))]);
    }
}

#[test]
fn fault_075_calculations_are_errors_at_their_place() {
    for words in
        ["7*7", "config", "vars", "''.__class__", "vars.x | upper", "vars[0]", "vars.x.y()", "range(10)", "a.b", ""]
    {
        let workspace = page(&format!("Sept {{{{{words}}}}} fois."));
        refuses(&workspace, &[(&format!("bad-placeholder {PAGE}:4:6"), "")]);
    }
}

#[test]
fn fault_075_other_languages_of_templates_are_text() {
    let html = body(&page(
        "{% include \"/etc/passwd\" %}\n\n{::options template=\"/etc/passwd\"}\n\n\
         {# x #} ${7+7} <%= 7+7 %> #{7+7} }} {x}",
    ));
    for text in [
        "{% include &quot;/etc/passwd&quot; %}",
        "{::options template=",
        "{# x #} ${7+7} &lt;%= 7+7 %&gt; #{7+7} }} {x}",
    ] {
        assert!(html.contains(text) || html.contains(&text.replace("&quot;", "\"")), "{text}: {html}");
    }
}

#[test]
fn fault_075_braces_are_literal_in_code_and_after_a_backslash() {
    let code = "```\n{{ vars.nothing }} {{7*7}}\n```\n\n    {{ include(\"x\") }}";
    let text = format!("Du `{{{{7*7}}}}` et `\\{{{{ x` et \\{{{{7*7}}}}.\n\n{code}\n\n## Avec \\{{{{ x }}}}");
    let html = body(&page(&text));
    let expected = [
        "<code>{{7*7}}</code>",
        "et {{7*7}}.",
        "<code>{{ vars.nothing }} {{7*7}}\n</code>",
        "{{ include(",
        "Avec {{ x }}</h2>",
    ];
    for part in expected {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(html.contains("<code>\\{{ x</code>") || html.contains("<code>{{ x</code>"), "{html}");
}

#[test]
fn fault_075_values_are_never_read_as_placeholders() {
    let workspace = page("{{ vars.x }}");
    with_var(&workspace, "{{ site.base_url }} {% raw %} \\\\{{");
    workspace.write(PAGE, "+++\ntitle = \"{{ vars.x }}\"\n+++\n{{ vars.x }}\n");
    let html = body(&workspace);
    assert!(html.contains("<p>{{ site.base_url }} {% raw %} \\{{</p>"), "{html}");
    assert!(workspace.read("dist/bad/page/index.html").contains("<title>{{ site.base_url }} {% raw %}"));
}

#[test]
fn fault_076_remote_images_are_errors_at_their_place() {
    for image in [
        "https://evil.example/p.png",
        "http://evil.example/p.png",
        "//evil.example/p.png",
        "HTTPS://evil.example/p.png",
    ] {
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
    for address in [
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
    ] {
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
fn fault_078_the_cells_of_cookies_are_text() {
    let texts = [
        ("<b onclick=\\\"x\\\">gras</b>", "&lt;b onclick=&quot;x&quot;&gt;gras&lt;/b&gt;"),
        ("un | deux | trois", "un | deux | trois"),
        ("un\\ndeux", "un\ndeux"),
        ("un `code` **gras** [x](y)", "un `code` **gras** [x](y)"),
        ("{{ vars.x }} {{7*7}}", "{{ vars.x }} {{7*7}}"),
        ("</td><td>", "&lt;/td&gt;&lt;td&gt;"),
        ("a &amp; b", "a &amp;amp; b"),
        ("=cmd|' /C calc'!A0", "=cmd|&#39; /C calc&#39;!A0"),
    ];
    for (written, shown) in texts {
        for field in ["purpose", "service", "location", "legal_basis"] {
            let workspace = page("{{ cookie_table(\"t\") }}");
            workspace.write("sites/bad/cookies.toml", &register(field, &format!("\"{written}\"")));
            let html = body(&workspace);
            assert!(html.contains(&format!(">{shown}</td>")), "{field}: {html}");
            assert_eq!((html.matches("<td").count(), html.matches("<th scope=\"row\"").count()), (6, 1), "{html}");
        }
    }
}

#[test]
fn fault_078_everything_else_of_a_register_is_text_too() {
    let hostile = "\\\"><script>alert(1)</script>";
    let workspace = page("{{ cookie_tables() }}");
    workspace.write(
        "sites/bad/cookies.toml",
        &format!(
            "provider.a.name = \"{hostile}\"\ncategory.x = {{ is = \"analytics\", label = \"{hostile}\" }}\n\
             [cookie.a.b]\nnames = [\"{hostile}\", {{ regex = \"{hostile}\" }}]\ncategory = \"x\"\n\
             link = \"javascript:alert(1)\"\n\
             opt_out = \"{hostile}\"\ncell.purpose = \"{hostile}\"\nduration.raw = \"{hostile}\"\n\
             [table.t]\ntitle = \"{hostile}\"\nintro = \"{hostile}\"\nlabel.name = \"{hostile}\"\nrows = [\"a/b\"]\n\
             columns = [\"name\", \"provider\", \"category\", \"purpose\", \"duration\", \"link\", \"opt_out\"]\n"
        ),
    );
    let html = body(&workspace);
    let page = workspace.read("dist/bad/page/index.html");
    assert!(!page.contains("<script") && !html.contains("href=\"javascript"), "{page}");
    assert!(html.contains(">javascript:alert(1)</td>"), "{html}");
    assert_eq!(html.matches("&lt;script&gt;").count(), 12, "{html}");
}

/// A value in every place where one may stand.
const EVERY_PLACE: &str = r#"+++
title = "Chez {{ vars.x }}"
description = "De {{ vars.x }}."
+++
Texte {{ vars.x }}, **{{vars.x}}**.

## Titre {{ vars.x }}

| A {{ vars.x }} | B |
| --- | --- |
| c | d {{ vars.x }} |

[lien {{ vars.x }}](https://a.example/{{ tenant.id }}/x?y={{ tenant.id }}) <{{ site.base_url }}>
![image {{ vars.x }}](/logo.svg)

- {{ vars.x }}

> {{ vars.x }}

Note[^1].

[^1]: Note {{ vars.x }}.
"#;

#[test]
fn a_value_stands_in_every_place_that_is_allowed() {
    let workspace = page("");
    with_var(&workspace, "la Ville");
    workspace.write(PAGE, EVERY_PLACE);
    let page = workspace.read_after_build("dist/bad/page/index.html");
    for part in [
        "<title>Chez la Ville</title>",
        "content=\"De la Ville.\"",
        "<h1>Chez la Ville</h1>",
        "Texte la Ville, <strong>la Ville</strong>",
        "<h2 id=\"titre\">Titre la Ville</h2>",
        "<a href=\"#titre\">Titre la Ville</a>",
        "<th scope=\"col\">A la Ville</th>",
        "data-label=\"A la Ville\"",
        "d la Ville</td>",
        "<a href=\"https://a.example/bad/x?y=bad\">lien la Ville</a>",
        "href=\"https://bad.example.org\">https://bad.example.org</a>",
        "alt=\"image la Ville\"",
        "<li>la Ville</li>",
        "<blockquote>\n<p>la Ville</p>",
        "Note la Ville.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("{{") && !page.contains("tnt"), "{page}");
}

#[test]
fn a_value_elsewhere_is_an_error_at_its_place() {
    let cases = [
        ("<b title=\"{{ vars.x }}\">x</b>", "placeholder-in-html", "4:1"),
        ("Un\n\n<p>{{ vars.x }}</p>", "placeholder-in-html", "6:1"),
        ("Un <i>{{ vars.x }}</i> <b {{ vars.x }}>", "placeholder-in-html", "4:"),
        ("[a](https://a.example \"{{ vars.x }}\")", "placeholder-in-title", "4:"),
        ("![a](/logo.svg \"{{ vars.x }}\")", "placeholder-in-title", "4:"),
        ("[a][b]\n\n[b]: https://a.example \"{{ vars.x }}\"", "placeholder-in-title", ""),
        ("## Titre {#{{ vars.x }}}", "bad-id", "4:"),
    ];
    for (text, code, place) in cases {
        let workspace = page(text);
        with_var(&workspace, "la Ville");
        refuses(&workspace, &[(&format!("{code} {PAGE}:{place}"), "")]);
    }
}

#[test]
fn a_value_in_the_info_of_a_fence_is_an_error() {
    refuses_somewhere("```{{ vars.x }}\ncode\n```");
}

#[test]
fn a_value_in_a_class_of_a_heading_is_an_error() {
    refuses_somewhere("## Titre {.{{ vars.x }}}");
}

#[test]
fn a_value_in_the_label_of_a_footnote_is_an_error() {
    refuses_somewhere("Note[^{{ vars.x }}].\n\n[^{{ vars.x }}]: Texte.");
    refuses_somewhere("Note.\n\n[^a{{ vars.x }}]: Texte.");
}

#[test]
fn a_value_in_the_label_of_a_reference_is_an_error() {
    refuses_somewhere("Voir [ici][{{ vars.x }}].\n\n[{{ vars.x }}]: https://a.example");
}

#[test]
fn a_mistake_in_a_reference_that_nobody_uses_is_an_error() {
    refuses_somewhere("Texte.\n\n[a]: {{7*7}}");
}

#[test]
fn a_value_in_front_matter_stands_in_title_and_description_only() {
    for line in [
        "slug = \"{{ vars.x }}\"",
        "template = \"{{ vars.x }}\"",
        "aliases = [\"{{ vars.x }}\"]",
        "params = { a = \"{{ vars.x }}\" }",
    ] {
        let workspace = page("");
        with_var(&workspace, "x");
        workspace.write(PAGE, &format!("+++\ntitle = \"T\"\n{line}\n+++\nTexte.\n"));
        refuses(&workspace, &[(&format!(" {PAGE}:3:"), "")]);
    }
}

#[test]
fn mistakes_in_front_matter_are_errors_at_their_place() {
    let cases = [
        ("title = \"{{7*7}}\"", "bad-placeholder", "2:9", ""),
        ("title = \"T {{ vars.x\"", "bad-placeholder", "2:9", "not closed"),
        ("title = \"{{ include(\\\"a\\\") }}\"", "", "2:9", ""),
        ("title = '{{ cookie_tables() }}'", "call-in-text", "2:9", "only a value"),
        ("title = \"{{ vars.platfrom }}\"", "cannot-fill", "2:9", "`platform`"),
        ("title = \"T\"\ndescription = \"{{ vars.platfrom }}\"", "cannot-fill", "3:15", "`platform`"),
        ("title = \"T\"\ndescription = \"{{ sit.host }}\"", "bad-placeholder", "3:15", "did you mean `site`?"),
        ("title = \"{{ page.title }}\"", "cannot-fill", "2:9", ""),
    ];
    for (lines, code, place, words) in cases {
        let workspace = page("");
        workspace.write("sites/bad/site.toml", &(workspace.read("sites/bad/site.toml") + "vars.platform = \"x\"\n"));
        workspace.write(PAGE, &format!("+++\n{lines}\n+++\nTexte {{{{ vars.platform }}}}.\n"));
        refuses(&workspace, &[(&format!("{code} {PAGE}:{place}"), words)]);
    }
}

#[test]
fn calls_that_are_not_alone_are_errors_at_their_place() {
    let cases = [
        ("Voir {{ cookie_tables() }} ici.", "4:6"),
        ("{{ cookie_tables() }} ici.", "4:1"),
        ("Voici\n{{ cookie_tables() }}\nici.", "5:1"),
        ("## Titre {{ include(\"p\") }}", "4:10"),
        ("| A |\n| --- |\n| {{ include(\"p\") }} |", "6:3"),
        ("- {{ cookie_table(\"t\") }}", "4:3"),
        ("[{{ include(\"p\") }}](https://a.example)", "4:2"),
        ("[a](https://a.example/{{ include(\"p\") }})", "4:"),
        ("[a]({{ cookie_tables() }})", "4:"),
        ("**{{ cookie_tables() }}**", "4:3"),
        ("![{{ include(\"p\") }}](/logo.svg)", "4:3"),
        ("<{{ cookie_tables() }}>", "4:"),
    ];
    for (text, place) in cases {
        let report = build(&page(text));
        let errors = report.errors();
        let told = errors.iter().any(|error| error.starts_with(&format!("call-in-text {PAGE}:{place}")));
        assert!(told && (report.code, report.status("good")) == (1, "built"), "{text}: {errors:?}");
    }
    let report = build(&page("{{ cookie_tables() }} {{ include(\"p\") }}"));
    report.expect(&[(&format!("call-in-text {PAGE}:4:1"), "alone"), (&format!("call-in-text {PAGE}:4:23"), "alone")]);
}

#[test]
fn what_is_not_closed_is_an_error_at_its_place() {
    let cases = [
        ("Texte {{ vars.x", "4:7", "not closed on its line"),
        ("Texte {{ vars.\nx }}", "4:7", "not closed on its line"),
        ("Texte {{ vars.x } ici", "4:7", "not closed on its line"),
        ("{{ include(\"p\" }}", "4:1", "`)`"),
        ("Texte\n\nencore {{", "6:8", "not closed on its line"),
    ];
    for (text, place, words) in cases {
        refuses(&page(text), &[(&format!("bad-placeholder {PAGE}:{place}"), words)]);
    }
}

#[test]
fn calls_with_the_wrong_words_are_told_the_right_ones() {
    let cases = [
        ("{{ cookie_tabel(\"t\") }}", "did you mean `cookie_table`?"),
        ("{{ includ(\"t\") }}", "did you mean `include`?"),
        ("{{ include(dpo) }}", "straight quotation marks"),
        ("{{ include('dpo') }}", "straight quotation marks"),
        ("{{ include(“dpo”) }}", "straight quotation marks"),
        ("{{ include() }}", "straight quotation marks"),
        ("{{ cookie_tables(\"t\") }}", "cookie_table("),
        ("{{ exec(\"rm\") }}", "include"),
        ("{{ include(\"../../etc/passwd\") }}", ""),
    ];
    for (text, words) in cases {
        refuses(&page(text), &[(&format!(" {PAGE}:4:1"), words)]);
    }
}

#[test]
fn unknown_values_are_errors_with_the_nearest_one() {
    let cases = [
        ("{{ vars.platfrom }}", "did you mean `platform`?"),
        ("{{ vars.zzzzzzzz }}", "set it: vars.zzzzzzzz"),
        ("{{ site.base_ulr }}", "did you mean `site.base_url`?"),
        ("{{ tenant.nmae }}", "did you mean `tenant.name`?"),
        ("{{ sit.base_url }}", "did you mean `site`?"),
        ("{{ page.updated }}", "`pages.page.updated`"),
        ("{{ vars.anglais }}", "vars.anglais.fr"),
        ("{{ cookie_table(\"necesary\") }}", "did you mean `necessary`?"),
        ("{{ cookie_table(\"vide\") }}", "no rows"),
        ("{{ include(\"dppo\") }}", "did you mean `dpo`?"),
        ("{{ include(\"contact\") }}", "content/_parts/contact.fr.md"),
    ];
    for (text, words) in cases {
        let workspace = page(&format!("Avant.\n\n{text}"));
        let settings = "vars.platform = \"x\"\nvars.anglais.en = \"x\"\n";
        workspace.write("sites/bad/site.toml", &(workspace.read("sites/bad/site.toml") + settings));
        workspace.write(
            "sites/bad/cookies.toml",
            "provider.a.name = \"A\"\ncookie.a.b.purpose = \"x\"\n\
             [table.necessary]\ntitle = \"N\"\nrows = [\"a/b\"]\n[table.vide]\nrows = []\n",
        );
        workspace.write("sites/content/_parts/dpo.fr.md", "Le délégué.\n");
        refuses(&workspace, &[(&format!(" {PAGE}:6:1"), words)]);
    }
}

#[test]
fn a_part_without_the_language_is_told_which_file_to_write() {
    let workspace = page("{{ include(\"english\") }}");
    workspace.write("sites/content/_parts/english.en.md", "English.\n");
    refuses(&workspace, &[(&format!("cannot-fill {PAGE}:4:1"), "_parts/english.fr.md")]);
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

#[test]
fn a_document_without_its_language_is_told_how_to_be_named() {
    let cases = [
        ("cookies.md", "write `cookies.fr.md`"),
        ("legal/cookies.md", "write `cookies.fr.md`"),
        ("cookies.francais.md", "write `cookies.fr.md`"),
        ("_parts/dpo.md", "write `dpo.fr.md`"),
    ];
    for (name, words) in cases {
        let workspace = page("Texte.");
        workspace.write(&format!("sites/bad/content/{name}"), &format!("{FRONT}Texte.\n"));
        refuses(&workspace, &[(&format!("no-language sites/bad/content/{name}: no language in the name"), words)]);
    }
    let workspace = page("Texte.");
    workspace.write("sites/bad/content/page.fr.html", "<p>");
    build(&workspace).finds("warning unread-file sites/bad/content/page.fr.html", "Markdown");
}

#[test]
fn front_matter_that_is_none_is_an_error_at_its_place() {
    let cases = [
        ("---\ntitle: Page\n---\nTexte.\n", "front-matter", "1:1", "`+++`"),
        ("+++\ntitle = \"Page\"\n\nTexte.\n", "front-matter", "1:1", "not closed"),
        ("Texte seul.\n", "no-title", "1:1", "title = "),
        ("", "no-title", "1:1", "title = "),
        ("+++\nupdated = 2026-12-01\n+++\nTexte.\n", "no-title", "1:1", "title = "),
        ("+++\ntitel = \"Page\"\n+++\n", "unknown-key", "2:1", "did you mean `title`?"),
        ("+++\ntitle = \"T\"\nlanguages = [\"fr\"]\n+++\n", "unknown-key", "3:1", ""),
        ("+++\ntitle = \"T\"\ntitle = \"U\"\n+++\n", "toml-syntax", "3:1", "duplicate"),
        ("+++\ntitle = Page\n+++\n", "toml-syntax", "2:9", "\"Page\""),
        ("+++\ntitle = “Page”\n+++\n", "typographic-quotes", "2:9", "\"…\""),
        ("+++\ntitle = 7\n+++\n", "wrong-type", "2:9", "expected text"),
        ("+++\ntitle = { fr = \"T\" }\n+++\n", "wrong-type", "2:9", "expected text"),
        ("+++\ntitle = \"T\"\nnav = \"1\"\n+++\n", "wrong-type", "3:7", "whole number"),
        ("+++\ntitle = \"T\"\nupdated = \"2026-12-01\"\n+++\n", "wrong-type", "3:11", "without quotation marks"),
        ("+++\ntitle = \"T\"\naliases = \"/a/\"\n+++\n", "wrong-type", "3:11", "list"),
        ("+++\ntitle = \"T\"\ntemplate = true\n+++\n", "wrong-type", "3:12", "text"),
        ("+++\ntitle = \"T\"\nparams = []\n+++\n", "wrong-type", "3:10", "table"),
        ("+++\r\ntitle = \"T\"\r\nnav = \"1\"\r\n+++\r\n", "wrong-type", "3:7", "whole number"),
        ("\u{feff}+++\ntitle = \"T\"\nnav = \"1\"\n+++\n", "wrong-type", "3:7", "whole number"),
    ];
    for (text, code, place, words) in cases {
        let workspace = page("");
        workspace.write(PAGE, text);
        refuses(&workspace, &[(&format!("{code} {PAGE}:{place}"), words)]);
    }
}

#[test]
fn an_empty_title_is_an_error() {
    for title in ["\"\"", "\"  \""] {
        let workspace = page("");
        workspace.write(PAGE, &format!("+++\ntitle = {title}\n+++\nTexte.\n"));
        refuses(&workspace, &[(&format!(" {PAGE}:"), "title")]);
    }
}

#[test]
fn a_page_may_have_an_empty_text() {
    let workspace = page("");
    assert_eq!(build(&workspace).code, 0);
}

#[test]
fn a_value_is_escaped_where_it_lands() {
    let workspace = page("");
    with_var(&workspace, HOSTILE);
    workspace.write(PAGE, EVERY_PLACE);
    let page = workspace.read_after_build("dist/bad/page/index.html");
    for part in [
        format!("<p>Texte {ESCAPED}, <strong>{ESCAPED}</strong>"),
        format!("lien {ESCAPED}</a>"),
        format!("alt=\"image {ESCAPED}\""),
        format!("<h2 id=\"titre\">Titre {ESCAPED}</h2>"),
        format!("<a href=\"#titre\">Titre {ESCAPED}</a>"),
        format!("data-label=\"A {ESCAPED}\""),
    ] {
        assert!(page.contains(&part), "{part}: {page}");
    }
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn a_value_in_an_address_is_escaped() {
    let workspace = page("Un [lien](https://a.example/{{ vars.x }}) et <https://b.example/{{ vars.x }}>.");
    with_var(&workspace, "a\\\"><b>&'x");
    let html = body(&workspace);
    assert!(
        html.contains("href=\"https://a.example/a&quot;&gt;&lt;b&gt;&amp;&#39;x\"") || html.contains("%22%3E%3Cb%3E"),
        "{html}"
    );
    assert!(!html.contains("<b>"), "{html}");
}

#[test]
fn a_value_that_makes_an_address_run_code_is_an_error() {
    let cases = [
        ("Un [lien]({{ vars.x }}).", "javascript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", "JavaScript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", " javascript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", "java\\nscript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", "data:text/html,x"),
        ("Un [lien]({{ vars.x }}).", "//evil.example"),
        ("Un [lien]({{ vars.x }}).", "http://localhost/"),
        ("Un [lien](java{{ vars.x }}).", "script:alert(1)"),
        ("Un [lien]({{ vars.x }}:alert%281%29).", "javascript"),
        ("Un <{{ vars.x }}>.", "javascript:alert(1)"),
        ("Un [lien].\n\n[lien]: {{ vars.x }}", "javascript:alert(1)"),
        ("Un [lien](https://{{ vars.x }}/).", "localhost"),
        ("Un [lien](https://{{ vars.x }}/).", "a.example\\\"x"),
    ];
    for (text, value) in cases {
        let workspace = page(text);
        with_var(&workspace, value);
        refuses(&workspace, &[(&format!("cannot-fill {PAGE}:4:4"), "")]);
    }
}

#[test]
fn a_value_may_be_a_whole_address() {
    let workspace = page("[a]({{ vars.x }}) [b](mailto:{{ vars.mail }}) <{{ vars.x }}>");
    let settings = workspace.read("sites/bad/site.toml")
        + "vars.x = \"https://a.example/?b=1&c=2\"\nvars.mail = \"a@b.example\"\n";
    workspace.write("sites/bad/site.toml", &settings);
    let html = body(&workspace);
    assert!(
        html.contains("href=\"https://a.example/?b=1&amp;c=2\">a<") && html.contains("href=\"mailto:a@b.example\">b<"),
        "{html}"
    );
}

#[test]
fn ids_of_headings_never_come_from_values() {
    let workspace = page("## Chez {{ vars.x }} ici\n\n## {{ vars.x }}\n\n## {{ tenant.name }}\n\n## `{{ x }}`");
    with_var(&workspace, "la Ville");
    let html = body(&workspace);
    for part in [
        "<h2 id=\"chez-ici\">Chez la Ville ici</h2>",
        "<h2 id=\"section\">la Ville</h2>",
        "<h2 id=\"section-2\">Bad</h2>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn ids_given_twice_are_errors_at_the_second() {
    refuses(&page("## A {#x}\n\n## B {#x}"), &[(&format!("duplicate-id {PAGE}:6:1"), "`x`")]);
    let html = body(&page("## A\n\n## A\n\n## A-2"));
    let ids: Vec<&str> = html.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids, ["a", "a-2", "a-2-2"]);
}

#[test]
fn an_id_of_a_part_that_the_page_has_too_is_an_error() {
    let workspace = page("## Titre\n\n{{ include(\"part\") }}");
    workspace.write("sites/bad/content/_parts/part.fr.md", "## Titre\n");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/part.fr.md:1:1", "`titre`")]);
    let workspace = page("{{ include(\"part\") }}\n\n{{ include(\"part\") }}");
    workspace.write("sites/bad/content/_parts/part.fr.md", "## Titre\n");
    refuses(&workspace, &[(" sites/bad/content/", "`titre`")]);
}

#[test]
fn an_id_of_a_cookie_table_is_no_other_ones() {
    let tables = register("purpose", "\"x\"");
    for text in [
        "## Titre {#table-t}\n\n{{ cookie_tables() }}",
        "{{ cookie_tables() }}\n\n{{ cookie_tables() }}",
        "{{ cookie_table(\"t\") }}\n\n{{ cookie_table(\"t\") }}",
        "{{ cookie_table(\"t\") }}\n\n{{ cookie_tables() }}",
        "## Titre {#table-t-caption}\n\n{{ cookie_table(\"t\") }}",
    ] {
        let workspace = page(text);
        workspace.write("sites/bad/cookies.toml", &tables);
        refuses_or_distinct(&workspace, text);
    }
}

#[test]
fn an_id_of_a_footnote_is_no_other_ones() {
    for text in ["## A\n\nNote[^a].\n\n[^a]: Texte.", "Note[^1].\n\n[^1]: Texte.\n\n{{ include(\"part\") }}"] {
        let workspace = page(text);
        workspace.write("sites/bad/content/_parts/part.fr.md", "Autre[^1].\n\n[^1]: Autre texte.\n");
        refuses_or_distinct(&workspace, text);
    }
}

#[test]
fn parts_nest_once() {
    let workspace = page("{{ include(\"a\") }}");
    for (part, text) in [("a", "{{ include(\"b\") }}\n"), ("b", "Au fond.\n")] {
        workspace.write(&format!("sites/bad/content/_parts/{part}.fr.md"), text);
    }
    assert!(body(&workspace).contains("<p>Au fond.</p>"));
    workspace.write("sites/bad/content/_parts/b.fr.md", "Deux.\n\n{{ include(\"c\") }}\n");
    workspace.write("sites/bad/content/_parts/c.fr.md", "Trois.\n");
    workspace.remove("dist");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/b.fr.md:3:1", "parts nest once")]);
}

#[test]
fn a_part_that_includes_itself_is_an_error_in_the_part() {
    let workspace = page("{{ include(\"a\") }}");
    workspace.write("sites/bad/content/_parts/a.fr.md", "Un.\n\n{{ include(\"a\") }}\n");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/a.fr.md:3:1", "`a`")]);
    workspace.write("sites/bad/content/_parts/a.fr.md", "{{ include(\"b\") }}\n");
    workspace.write("sites/bad/content/_parts/b.fr.md", "{{ include(\"a\") }}\n");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/b.fr.md:1:1", "`a`")]);
}

#[test]
fn an_error_in_a_part_is_told_in_the_part() {
    let workspace = page("{{ include(\"a\") }}");
    workspace.write("sites/bad/content/_parts/a.fr.md", "Un.\n\nDeux {{7*7}} et [x](javascript:x).\n");
    let report = build(&workspace);
    report.finds("error bad-placeholder sites/bad/content/_parts/a.fr.md:3:6", "");
    report.finds("error bad-link sites/bad/content/_parts/a.fr.md:3:17", "");
    assert_eq!((report.status("bad"), report.status("good")), ("failed", "built"));
}

#[test]
fn parts_that_multiply_are_stopped_and_the_content_is_blamed() {
    let workspace = page(&"{{ include(\"a\") }}\n\n".repeat(200));
    workspace.write("sites/bad/content/_parts/a.fr.md", &"{{ include(\"b\") }}\n\n".repeat(200));
    workspace.write("sites/bad/content/_parts/b.fr.md", &"mot ".repeat(500));
    refuses(&workspace, &[(" sites/bad/content/", "at most")]);
}

#[test]
fn values_that_multiply_are_stopped_and_the_content_is_blamed() {
    let workspace = page(&"{{ vars.x }} ".repeat(2_000));
    with_var(&workspace, &"mot ".repeat(4_900));
    refuses(&workspace, &[(" sites/bad/content/", "at most")]);
}

/// A run of `build --format json`, read.
struct Report {
    code: i32,
    /// `severity code file:line:column: message [hint]`
    findings: Vec<String>,
    document: Value,
    outcome: Outcome,
}

impl Report {
    /// The errors, without that word.
    fn errors(&self) -> Vec<&str> {
        self.findings.iter().filter_map(|finding| finding.strip_prefix("error ")).collect()
    }

    /// Checks that these are all the errors: each by its code and place, and by words of its message or hint.
    #[track_caller]
    fn expect(&self, expected: &[(&str, &str)]) {
        let errors = self.errors();
        let fits = |error: &&str, (start, words): &(&str, &str)| {
            let start_fits = if start.starts_with(' ') { error.contains(start) } else { error.starts_with(start) };
            start_fits && error.contains(words)
        };
        let all =
            errors.len() == expected.len() && errors.iter().zip(expected).all(|(error, wanted)| fits(error, wanted));
        assert!(all, "expected {expected:?}, found {errors:#?}\n{}", self.outcome.stderr);
    }

    /// Checks that there is such a finding among others.
    #[track_caller]
    fn finds(&self, start: &str, words: &str) {
        let found = self.findings.iter().any(|finding| finding.starts_with(start) && finding.contains(words));
        assert!(found, "expected {start:?} with {words:?}, found {:#?}", self.findings);
    }

    /// What became of a tenant.
    fn status(&self, id: &str) -> &str {
        let tenants = self.document["tenants"].as_array().map(Vec::as_slice).unwrap_or_default();
        tenants
            .iter()
            .find(|tenant| tenant["id"] == id)
            .and_then(|tenant| tenant["status"].as_str())
            .unwrap_or("absent")
    }
}

/// Reading what a build made of a workspace.
trait AfterBuild {
    /// The text of a file, once the workspace is built without an error.
    fn read_after_build(&self, path: &str) -> String;
}

impl AfterBuild for Workspace {
    #[track_caller]
    fn read_after_build(&self, path: &str) -> String {
        let report = build(self);
        assert_eq!((report.code, report.errors().len()), (0, 0), "{:#?}", report.findings);
        self.read(path)
    }
}

/// A workspace whose tenant `bad` has a page with this text from line 4 on.
fn page(text: &str) -> Workspace {
    let workspace = Workspace::with_theme(WORKSPACE);
    workspace.write(PAGE, &format!("{FRONT}{text}\n"));
    workspace
}

/// Sets `vars.x` of the tenant `bad`; the value is TOML between quotation marks.
fn with_var(workspace: &Workspace, value: &str) {
    let settings = workspace.read("sites/bad/site.toml") + &format!("vars.x = \"{value}\"\n");
    workspace.write("sites/bad/site.toml", &settings);
}

/// A register of one cookie, one field of which is given on line 2, with a table that shows it.
fn register(field: &str, value: &str) -> String {
    format!(
        "[cookie.a.b]\n{field} = {value}\n[provider.a]\nname = \"A\"\n[table.t]\ntitle = \"T\"\nrows = [\"a/b\"]\n\
         columns = [\"name\", \"provider\", \"purpose\", \"service\", \"location\", \"legal_basis\", \"duration\"]\n"
    )
}

/// Builds, and gives the text of the page as it is published.
#[track_caller]
fn body(workspace: &Workspace) -> String {
    let html = workspace.read_after_build("dist/bad/page/index.html");
    let body = html.split_once("</h1>").and_then(|(_, rest)| rest.split_once("</main>"));
    body.map(|(body, _)| body.to_owned()).unwrap_or(html)
}

/// Checks that `bad` fails with these errors and no other, and that `good` is built.
#[track_caller]
fn refuses(workspace: &Workspace, expected: &[(&str, &str)]) {
    let report = build(workspace);
    report.expect(expected);
    let sound = matches!(report.status("good"), "built" | "unchanged");
    assert!(sound && (report.code, report.status("bad")) == (1, "failed"), "{}", report.document["tenants"]);
    assert!(workspace.read("dist/good/index.html").contains("Bonjour.") && !workspace.holds("dist/bad"));
}

/// Checks that a page with this text has an error somewhere in it.
#[track_caller]
fn refuses_somewhere(text: &str) {
    let workspace = page(text);
    with_var(&workspace, "la Ville");
    let report = build(&workspace);
    let told = report.errors().iter().any(|error| error.contains(&format!(" {PAGE}:")));
    let html = if told { String::new() } else { workspace.read("dist/bad/page/fragment.html") };
    assert!(told && report.status("good") == "built", "{text} is taken, and becomes {html}");
}

/// Checks that no id stands twice in the page, or that it is refused.
#[track_caller]
fn refuses_or_distinct(workspace: &Workspace, text: &str) {
    let report = build(workspace);
    if report.code == 1 {
        return assert!(report.errors()[0].contains(" sites/bad/content/"), "{:?}", report.errors());
    }
    let html = workspace.read("dist/bad/page/fragment.html");
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    assert_eq!(twice, [""; 0], "{text}");
}

#[track_caller]
fn build(workspace: &Workspace) -> Report {
    let program = Program::new().args(["build", "--format", "json"]).current_dir(workspace);
    let outcome = program.time_limit(Duration::from_secs(30)).run();
    let document: Value = serde_json::from_str(&outcome.stdout).unwrap_or(Value::Null);
    let findings = document["findings"].as_array().map(|findings| findings.iter().map(line).collect());
    assert!(findings.is_some(), "no report\n{}", outcome.transcript());
    Report { code: outcome.code, findings: findings.unwrap_or_default(), document, outcome }
}

/// A finding in one line.
fn line(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let place: String =
        ["line", "column"].iter().filter_map(|key| Some(format!(":{}", finding[*key].as_u64()?))).collect();
    let (severity, code, file, message, hint) =
        (text("severity"), text("code"), text("file"), text("message"), text("hint"));
    format!("{severity} {code} {file}{place}: {message} [{hint}]")
}
