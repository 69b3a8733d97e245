//! Row 75 and the grammar of placeholders: where they may stand, how they are written, what they may name.

use super::{EVERY_PLACE, PAGE, body, page, read_after_build, with_var};
use crate::report::build;
use crate::sound::refuses;

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
fn a_value_stands_in_every_place_that_is_allowed() {
    let workspace = page("");
    with_var(&workspace, "la Ville");
    workspace.write(PAGE, EVERY_PLACE);
    let page = read_after_build(&workspace, "dist/bad/page/index.html");
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
        workspace.append("sites/bad/site.toml", settings);
        workspace.write(
            "sites/bad/cookies.toml",
            "provider.a.name = \"A\"\ncookie.a.b.purpose = \"x\"\n\
             [table.necessary]\ntitle = \"N\"\nrows = [\"a/b\"]\n[table.vide]\nrows = []\n",
        );
        workspace.write("sites/content/_parts/dpo.fr.md", "Le délégué.\n");
        refuses(&workspace, &[(&format!(" {PAGE}:6:1"), words)]);
    }
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
