//! Rows 65 to 69: markup of tenants, what would break out of a page, and nesting without end.

use super::{FRONT, PAGE, body, page};
use crate::report::build;
use crate::sound::{refuses, trusting};

/// The constructs of row 65, and what would give each away in the output.
pub(crate) const MARKUP: &[(&str, &str)] = &[
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
    let workspace = trusting(page("<b class=\"x\">gras</b>"));
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
